// A ledger in one SQLite file: what every ledger does, and what a file can meet.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { Kysely } from "kysely";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { Failure, InputError } from "../../host/failure.ts";
import { Keeper } from "../../host/ledger/keeper.ts";
import { openLedger, withLedger } from "../../host/ledger/open.ts";
import { sqlite } from "../../host/ledger/sqlite.ts";
import type { Tables } from "../../host/ledger/tables.ts";
import { POGO, RECORDS, RUN, numbered } from "./records.ts";
import { suite } from "./suite.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-ledger-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
const free = (): string => join(folder, `${++made}.db`);

/** Looks into a file behind the ledger's back. */
function look<T>(path: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

suite({
  engine: "sqlite",
  fresh: async () => free(),
  run: async (db, text) => look(db, (database) => database.exec(text)),
  schema: async (db) =>
    look(db, (database) =>
      database
        .prepare("select sql from sqlite_master where sql is not null order by name")
        .all()
        .map(({ sql }) => String(sql)),
    ),
});

/** A ledger with Anna in it. */
async function withAnna(): Promise<string> {
  const db = free();
  await withLedger(db, (ledger) => ledger.addRunner("Anna"));
  return db;
}

/** A line of visitor.ts. */
interface Said {
  readonly sets?: number;
  readonly kept?: number;
  readonly i?: number;
  readonly name?: string;
  readonly message?: string;
}

/** A running visitor.ts; `said` are its whole lines so far. */
function visitor(...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "visitor.ts"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  const spoke = new Promise<void>((done) => child.stdout.on("data", (text) => ((out += String(text)), done())));
  const closed = new Promise<NodeJS.Signals | null>((done) => child.once("close", (_code, signal) => done(signal)));
  const said = () => out.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Said);
  return { child, spoke, closed, said };
}

/** What nobody is told who wants to add so many sets. */
async function visit(db: string, sets: number): Promise<Said[]> {
  const { closed, said } = visitor(db, String(sets), "nobody");
  await closed;
  return said();
}

/** What opening says. */
async function refusal(db: string): Promise<Failure> {
  const opened = await openLedger(db).catch((error: unknown) => error);
  if (opened instanceof Failure) return opened;
  throw new Error("no Failure", { cause: opened });
}

describe("a file that is no ledger", () => {
  const foreign = free();
  look(foreign, (database) => database.exec("create table runners (id integer); insert into runners values (7)"));
  const text = free();
  writeFileSync(text, "t_s,ax_g,ay_g,az_g\n".repeat(1000));
  const short = free();
  writeFileSync(short, "hello\n");
  test.each([
    ["a text", text, "is no ledger of hopclip: it is not touched; --db names another"],
    ["a short text", short, "is no ledger of hopclip: it is not touched; --db names another"],
    ["a database of something else", foreign, "holds something else than a ledger of hopclip (runners …): it is not touched; --db names another"],
  ])("that is %s is refused untouched", async (_what, path, message) => {
    const before = readFileSync(path);
    const refused = await refusal(path);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused.message).toBe(`${path} ${message}`);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-journal`)).toBe(false);
  });

  test("a folder, and a folder that is not there, are told", async () => {
    expect((await refusal(folder)).message).toBe(`${folder} is a folder: --db takes a file`);
    const lost = join(folder, "no", "such.db");
    expect((await refusal(lost)).message).toBe(`the ledger ${lost} cannot be opened or written: see that its folder exists and that you may write there`);
  });

  test("a ledger cut short is told, not repaired by guessing", async () => {
    const db = await withAnna();
    await withLedger(db, async (ledger) => {
      for (let i = 0; i < 50; i++) await ledger.addSet(await ledger.runner("Anna"), numbered(i));
    });
    truncateSync(db, 20_000);
    const said = await withLedger(db, async (ledger) => ledger.sets(await ledger.runner("Anna"))).catch((error: unknown) => error as Error);
    expect(said).toBeInstanceOf(Failure);
    expect((said as Error).message).toMatch(/^the ledger .* is damaged \(.*\): put back a copy of it$/u);
  });
});

describe("a ledger that may not be written", () => {
  test("can be read, and says so where it is written to", async () => {
    const home = join(folder, `${++made}`);
    mkdirSync(home);
    const db = join(home, "ledger.db");
    await withLedger(db, async (ledger) => ledger.addSet(await ledger.addRunner("Anna"), POGO));
    const before = readFileSync(db);
    chmodSync(db, 0o444);
    chmodSync(home, 0o555);
    try {
      expect(await visit(db, 0)).toEqual([{ sets: 1 }]);
      const message = `the ledger ${db} cannot be written: the file, its folder or the disk is read-only`;
      expect(await visit(db, 1)).toEqual([{ sets: 1 }, { name: "Failure", message }]);
    } finally {
      chmodSync(home, 0o755);
    }
    expect(readFileSync(db).equals(before)).toBe(true);
  });

  test("nor read is told", async () => {
    const db = await withAnna();
    chmodSync(db, 0o000);
    expect(await visit(db, 0)).toEqual([{ name: "Failure", message: `the ledger ${db} cannot be opened or written: see that its folder exists and that you may write there` }]);
  });

  test("in a folder that may not be written is not begun", async () => {
    const home = join(folder, `${++made}`);
    mkdirSync(home, { mode: 0o555 });
    const db = join(home, "ledger.db");
    expect(await visit(db, 0)).toEqual([{ name: "Failure", message: `the ledger ${db} cannot be opened or written: see that its folder exists and that you may write there` }]);
    expect(existsSync(db)).toBe(false);
  });

  test("because the disk is full says so, and keeps what was in it", async ({ skip }) => {
    const small = join(folder, "small");
    mkdirSync(small);
    const mounted = process.getuid?.() === 0 && spawnSync("mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", small]).status === 0;
    skip(!mounted, "only root can mount a disk so small");
    onTestFinished(() => void execFileSync("umount", [small]));
    const db = join(small, "ledger.db");
    const filler = join(small, "filler");
    const ledger = await openLedger(db);
    const anna = await ledger.addRunner("Anna");
    writeFileSync(filler, Buffer.alloc(100_000));
    let kept = 0;
    const fill = async (): Promise<void> => {
      for (; kept < 1000; kept++) await ledger.addSet(anna, numbered(kept));
    };
    const said: unknown = await fill().catch((error: unknown) => error);
    expect(said).toBeInstanceOf(Failure);
    expect((said as Failure).message).toBe(`the ledger ${db} cannot be written: the disk is full; what was in it is kept`);
    expect(kept).toBeGreaterThan(0);
    expect(await ledger.sets(anna)).toHaveLength(kept);
    rmSync(filler);
    await ledger.addSet(anna, numbered(kept));
    expect(await ledger.sets(anna)).toHaveLength(kept + 1);
    await ledger.close();
    expect(look(db, (database) => database.prepare("pragma integrity_check").get())).toEqual({ integrity_check: "ok" });
  });
});

describe("two at once", () => {
  test("a second writer waits two seconds, is told, and can try again; readers are not kept out", async () => {
    const db = await withAnna();
    const other = new DatabaseSync(db);
    other.exec("begin immediate");
    const ledger = await openLedger(db);
    const anna = await ledger.runner("Anna");
    const from_ms = performance.now();
    await expect(ledger.addSet(anna, POGO)).rejects.toThrow(new Failure(`the ledger ${db} is being written by another program; try again when it has ended`));
    expect(performance.now() - from_ms).toBeGreaterThan(1900);
    expect(await ledger.sets(anna)).toEqual([]);
    other.exec("rollback");
    other.close();
    expect(await ledger.addSet(anna, POGO)).toBe(1);
    await ledger.close();
  });

  test("writers that take turns all get through", async () => {
    const db = await withAnna();
    const visitors = [visitor(db, "15"), visitor(db, "15"), visitor(db, "15")];
    await Promise.all(visitors.map(({ closed }) => closed));
    const kept = visitors.flatMap(({ said }) => said()).filter((line) => line.kept !== undefined);
    expect(kept).toHaveLength(45);
    await withLedger(db, async (ledger) => {
      expect(await ledger.sets(await ledger.runner("Anna"))).toHaveLength(45);
      for (const { kept: id, i } of kept) expect(await ledger.set(id!)).toStrictEqual({ ...numbered(i!), id, runner: "Anna" });
    });
  });

  test("those who find no ledger at once make one together", async () => {
    const db = free();
    const names = ["Anna", "Ben", "Zoe"];
    const codes = await Promise.all(
      names.map((name) => new Promise((done) => spawn(process.execPath, ["host/cli.ts", "runner", "add", name, "--db", db], { stdio: ["ignore", "ignore", "inherit"] }).once("close", done))),
    );
    expect(codes).toEqual([0, 0, 0]);
    await withLedger(db, async (ledger) => expect((await ledger.runners()).map(({ name }) => name).toSorted()).toEqual(names));
  });
});

/** Numbers from a seed, in [0, 1): Lehmer's generator. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test("killed while it writes, again and again, every acknowledged set is there and every set is whole", async () => {
  const KILLS = 20;
  const db = await withAnna();
  const random = chance(20_260_302);
  const acknowledged = new Map<number, number>();
  let midway = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, spoke, closed, said } = visitor(db, "Infinity");
    await spoke;
    await pause(random() * 60);
    child.kill("SIGKILL");
    expect(await closed).toBe("SIGKILL");
    if (existsSync(`${db}-journal`)) midway++;
    for (const { kept, i } of said()) if (kept !== undefined) acknowledged.set(kept, i!);
    await withLedger(db, async (ledger) => {
      const sets = await ledger.sets(await ledger.runner("Anna"));
      const ids = new Set(sets.map(({ id }) => id));
      expect([...acknowledged.keys()].filter((id) => !ids.has(id))).toEqual([]);
      // Not acknowledged, since the kill came between: at most one a kill.
      expect(sets.length - acknowledged.size).toBeLessThanOrEqual(kill + 1);
      const last = sets.at(-1);
      if (last !== undefined) expect(await ledger.set(last.id)).toStrictEqual({ ...numbered(sets.length - 1), id: last.id, runner: "Anna" });
    });
  }
  await withLedger(db, async (ledger) => {
    const sets = await ledger.sets(await ledger.runner("Anna"));
    for (const [i, { id }] of sets.entries()) expect(await ledger.set(id)).toStrictEqual({ ...numbered(i), id, runner: "Anna" });
  });
  expect(acknowledged.size).toBeGreaterThan(KILLS);
  expect(midway, "kills that struck within a transaction").toBeGreaterThan(KILLS / 4);
  look(db, (database) => {
    expect(database.prepare("pragma integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    expect(database.prepare("pragma foreign_key_check").all()).toEqual([]);
  });
}, 120_000);

test("no byte of a forgotten runner stays in the file", async () => {
  const db = free();
  await withLedger(db, async (ledger) => {
    const people = [await ledger.addRunner("Quetzalina"), await ledger.addRunner("Benedikt")];
    const random = chance(7);
    for (let i = 0; i < 200; i++) {
      const { name } = people[i % 2]!;
      const padding = "-".repeat(Math.floor(random() * 3000));
      const id = await ledger.addSet(people[i % 2]!, { ...numbered(i), origin: `${padding} of ${name}`, errors: [`note of ${name}`] });
      if (i % 3 === 0) await ledger.addPlan(people[i % 2]!, "pogo", { name, padding }, i);
      await ledger.addPain(people[i % 2]!, { score: 3, where: "achilles" }, i, id);
    }
  });
  const count = (name: string) => readFileSync(db, "latin1").split(name).length - 1;
  expect(count("Quetzalina")).toBeGreaterThan(200);
  await withLedger(db, (ledger) => ledger.forgetRunner("Quetzalina"));
  expect([count("Quetzalina"), count("quetzalina")]).toEqual([0, 0]);
  expect(count("Benedikt")).toBeGreaterThan(200);
});

describe("what is read for the newest sets of an exercise", () => {
  test("is found by an index and leaves contacts alone", async () => {
    const db = await withAnna();
    await withLedger(db, async (ledger) => {
      for (const record of RECORDS) await ledger.addSet(await ledger.runner("Anna"), record);
    });
    const engine = sqlite(db);
    const asked: { sql: string; parameters: readonly unknown[] }[] = [];
    const kysely = new Kysely<Tables>({ dialect: engine.dialect, log: ({ query }) => void asked.push(query) });
    const ledger = new Keeper(kysely, engine);
    const anna = await ledger.runner("Anna");
    asked.length = 0;
    const sets = await ledger.sets(anna, { exercise: "run", newest: 5 });
    await ledger.close();
    expect(sets.map(({ started_ms }) => started_ms)).toEqual([RUN.started_ms]);
    const plans = asked
      .filter(({ sql }) => sql.startsWith("select"))
      .flatMap(({ sql, parameters }) => look(db, (database) => database.prepare(`explain query plan ${sql}`).all(...(parameters as number[]))))
      .map(({ detail }) => String(detail));
    expect(plans).toEqual([
      "SEARCH sets USING INDEX sets_by_runner_exercise_started_ms (runner=? AND exercise=?)",
      expect.stringMatching(/^SEARCH pains USING INDEX \S+ \(set=\?\)/u),
    ]);
  });
});

test("a set whose numbers are damaged is named", async () => {
  const path = join(folder, "damaged.db");
  await withLedger(path, async (ledger) => ledger.addSet(await ledger.addRunner("Ann"), POGO));
  const database = new DatabaseSync(path);
  database.exec("UPDATE sets SET summary = '{'");
  database.close();
  await expect(withLedger(path, async (ledger) => ledger.sets(await ledger.runner("Ann")))).rejects.toThrow(/^the ledger is damaged in the set of \d{4}-\d\d-\d\dT/u);
});
