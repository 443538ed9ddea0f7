// hopclip set on simulated clips, started as a process: what it says, keeps and ends with.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DRILLS, PROGRAMMES } from "../../host/coach/programme.ts";
import { openLedger, runnerOf } from "../../host/ledger/open.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-set-"));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;
const newDb = (): string => join(folder, `${(made += 1)}.db`);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function hopclip(...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["host/cli.ts", ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

describe("a set", () => {
  test.each([
    ["pogo", ["--rung", "single", "--target", "40"], /^me: Pogo hops, single leg, 40 contacts at 150\/min$/mu],
    ["calf", ["--target", "6", "--side", "left"], /^me: Calf raises, knee straight, single leg, left foot, 6 raises$/mu],
    ["calf-bent", ["--target", "5"], /5 raises$/mu],
    ["wall-sit", ["--target", "20"], /20 s$/mu],
    ["step-down", ["--target", "5"], /5 taps$/mu],
    ["run", ["--target", "5", "--seconds", "60"], /5 % above own cadence$/mu],
  ] as const)("of %s is guided, judged and kept with its pain", async (exercise, more, title) => {
    const db = newDb();
    const { code, out, err } = hopclip("set", exercise, ...more, "--sim", "7", "--fast", "--pain", "2", "--where", "knee", "--db", db);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(title);
    expect(out).toContain(`Wear the clip ${PROGRAMMES[exercise].worn}.`);
    expect(out).toContain("The clip is there and still.");
    expect(out).toContain("Kept as set 1, pain 2 (knee).");
    expect(out).toMatch(/^Next workout: /mu);
    expect(out.includes("\u001B")).toBe(false);
    const ledger = await openLedger(db);
    const set = await ledger.set(1);
    expect(set).toMatchObject({ runner: "me", exercise, source: "simulated", origin: "simulated person 7", sensor: "LSM6DSO at 416 Hz, ±16 g", pain: { score: 2, where: "knee" }, errors: [] });
    expect(set.firmware_sha256).toMatch(/^[0-9a-f]{64}$/u);
    await ledger.close();
  });

  test("asks for what the coach prescribes: the same all day, five contacts more after a clean one", () => {
    const db = newDb();
    const set = (): { record: { target: number; rung: string }; next: { target: number; move: string }; verdict: { clean: boolean } } =>
      JSON.parse(hopclip("set", "pogo", "--sim", "7", "--fast", "--pain", "0", "--db", db, "--json").out);
    const [first, second] = [set(), set()];
    // the same day, the other foot perhaps: the same workout
    expect(second.record).toMatchObject({ target: first.record.target, rung: first.record.rung });
    expect(second.next).toMatchObject({ target: PROGRAMMES.pogo.start + 5, move: "grow" });
    expect([first.record.target, first.record.rung]).toEqual([PROGRAMMES.pogo.start, PROGRAMMES.pogo.first]);
    expect(first.verdict.clean).toBe(true);
    expect(first.next).toMatchObject({ target: PROGRAMMES.pogo.start + 5, move: "grow" });
  });

  test("says when pain stands in its way", () => {
    const db = newDb();
    hopclip("set", "pogo", "--sim", "7", "--fast", "--pain", "1", "--db", db);
    hopclip("pain", "6", "--where", "knee", "--db", db);
    expect(hopclip("set", "pogo", "--sim", "7", "--fast", "--pain", "1", "--db", db).out).toMatch(/^! Pain 6 of 10 \(knee\).*see a doctor or physiotherapist/mu);
  });

  test("--json prints one object on stdout, the words go to stderr", () => {
    const { code, out, err } = hopclip("set", "calf", "--target", "5", "--sim", "--fast", "--db", newDb(), "--json");
    expect(code).toBe(0);
    const set = JSON.parse(out) as { id: number; record: { reps: unknown[]; pain: null }; next: { exercise: string } };
    expect([set.id, set.record.reps.length, set.record.pain, set.next.exercise]).toEqual([1, 5, null, "calf"]);
    expect(err).toContain("pain was not said");
  });

  test("in real time is ended by Ctrl-C in good order: what was done is judged and kept", async () => {
    const db = newDb();
    const child = spawn(process.execPath, ["host/cli.ts", "set", "pogo", "--rung", "single", "--target", "75", "--sim", "7", "--pain", "1", "--where", "shin", "--db", db]);
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (!out.includes("Not clean")) child.kill(out.includes("   5 s") ? "SIGINT" : 0); // an impatient person presses it more than once
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, out]).toEqual([0, expect.stringContaining("Kept as set 1, pain 1 (shin).")]);
    const ledger = await openLedger(db);
    const { set, contacts } = await ledger.set(1);
    expect(set.end).toBe("command");
    expect(contacts.length).toBeGreaterThan(8);
    expect(contacts.length).toBeLessThan(60);
    await ledger.close();
  }, 40_000);

  test("whose reader leaves in the middle of it is ended in good order and kept", async () => {
    const db = newDb();
    const child = spawn(process.execPath, ["host/cli.ts", "set", "calf", "--target", "30", "--sim", "7", "--fast", "--db", db]);
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("there and still")) child.stdout.destroy();
    });
    await new Promise((resolve) => child.on("close", resolve));
    const ledger = await openLedger(db);
    const [set] = await ledger.sets(await runnerOf(ledger));
    expect(set?.exercise).toBe("calf");
    await ledger.close();
  }, 40_000);

  test("stopped before it began keeps nothing and ends with 130", async () => {
    const db = newDb();
    const child = spawn(process.execPath, ["host/cli.ts", "set", "pogo", "--sim", "--db", db]);
    let text = "";
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      if (chunk.toString().includes("Wear the clip")) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect([code, text]).toEqual([130, "hopclip: stopped before the set began: nothing to keep\n"]);
    const ledger = await openLedger(db);
    expect(await ledger.sets(await runnerOf(ledger))).toEqual([]);
    await ledger.close();
  }, 40_000);

  test("on another rung than the prescribed one begins as that rung begins, then goes on from there", () => {
    const db = newDb();
    const set = (...more: string[]): { record: { target: number; rung: string } } => JSON.parse(hopclip("set", "pogo", "--sim", "7", "--fast", "--pain", "0", "--db", db, "--json", ...more).out);
    set("--rung", "double", "--target", "60");
    expect(set("--rung", "single").record).toMatchObject({ rung: "single", target: PROGRAMMES.pogo.start });
    set("--rung", "single", "--target", "50");
    set("--rung", "double", "--target", "60");
    expect(set("--rung", "single").record).toMatchObject({ rung: "single", target: 50 });
  });
});

/** A set that could not be kept is in the file the message names, and import keeps it. */
function check({ code, err }: Ended, pain: unknown = null): void {
  expect(code).toBe(1);
  const path = /hopclip import (\S+) keeps it/u.exec(err)?.[1];
  expect(path).toBeDefined();
  const db = newDb();
  expect(hopclip("import", path!, "--db", db)).toMatchObject({ code: 0, out: expect.stringMatching(/^Kept as set 1 of Ann\./u) });
  const { record } = JSON.parse(`{"record":${readFileSync(path!, "utf8")}}`) as { record: { pain: unknown } };
  expect(record.pain).toEqual(pain);
}

test("a set that a second writer keeps out of the ledger is not lost, nor its pain, nor where there is no room for files", async () => {
  const db = newDb();
  hopclip("runner", "add", "Ann", "--db", db);
  const env = { ...process.env, TMPDIR: join(folder, "nowhere") };
  const child = spawn(process.execPath, [join(process.cwd(), "host/cli.ts"), "set", "calf", "--target", "5", "--sim", "--fast", "--pain", "4", "--where", "shin", "--db", db], { env, cwd: folder });
  // another writer takes the ledger as soon as the set is under way, and keeps it
  const { DatabaseSync } = await import("node:sqlite");
  let other: InstanceType<typeof DatabaseSync> | null = null;
  child.stdout.on("data", (chunk: Buffer) => {
    if (other !== null || !chunk.toString().includes("there and still")) return;
    other = new DatabaseSync(db);
    other.exec("BEGIN IMMEDIATE");
  });
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  (other as InstanceType<typeof DatabaseSync> | null)?.close();
  expect(err).toContain("is being written by another program");
  check({ code, out: "", err }, { score: 4, where: "shin" });
}, 40_000);

describe("a wrong command line ends with 2 and one line", () => {
  test.each([
    [["set"], /^hopclip: missing required argument 'exercise'$/u],
    [["set", "swim"], /'swim'.*pogo, calf, calf-bent, wall-sit, step-down, run/u],
    [["set", "pogo", "--fast"], /^hopclip: --fast needs --sim/u],
    [["set", "pogo", "--variant", "x"], /^hopclip: --variant needs --sim/u],
    [["set", "calf", "--sim", "--variant", "x"], /^hopclip: --variant of calf is full, partial, bouncing, wobbling, walking-away; not "x"$/u],
    [["set", "pogo", "--sim", "--variant", "single"], /^hopclip: --variant of pogo is its --rung$/u],
    [["set", "pogo", "--sim", "--rung", "x"], /^hopclip: --rung of pogo is double, staggered, single; not "x"$/u],
    [["set", "calf", "--sim", "--bpm", "60"], /^hopclip: --bpm belongs to pogo and run, not to calf$/u],
    [["set", "run", "--sim", "--bpm", "170", "--target", "5"], /^hopclip: --bpm and --target of a run exclude each other/u],
    [["set", "pogo", "--sim", "--where", "knee"], /^hopclip: --where needs --pain/u],
    [["set", "pogo", "--sim", "--pain", "11"], /--pain.*'11'.*whole number from 0 to 10/u],
    [["set", "pogo", "--sim", "--pain", "3", "--where", "nose"], /--where.*'nose'.*knee, shin/u],
    [["set", "pogo", "--sim", "--target", "1.5"], /^hopclip: --target: a target of pogo is a whole number/u],
    [["set", "pogo", "--sim", "--runner", "Nobody"], /Nobody/u],
  ])("%j", (args, message) => {
    const { code, out, err } = hopclip(...args, "--db", newDb());
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err.trimEnd()).toMatch(message);
  });
  test("a clip that is none is told", () => {
    expect(hopclip("set", "pogo", "--db", newDb(), "--clip", "/dev/ttyNONE")).toMatchObject({ code: 2, err: expect.stringMatching(/^hopclip: \/dev\/ttyNONE: no such serial port; /u) });
    expect(hopclip("set", "pogo", "--db", newDb(), "--clip", "nonsense")).toMatchObject({ code: 2, err: expect.stringMatching(/^hopclip: --clip nonsense: a clip is a serial port's path, tcp:PORT/u) });
    expect(hopclip("set", "pogo", "--db", newDb(), "--clip", "tcp:70000")).toMatchObject({ code: 2, err: expect.stringMatching(/tcp:PORT or tcp:HOST:PORT, with a port from 1 to 65535/u) });
  });
  test("a file that is no ledger is not touched", () => {
    const path = join(folder, "notes.txt");
    writeFileSync(path, "these are my notes\n");
    const { code, err } = hopclip("set", "pogo", "--sim", "--fast", "--db", path);
    expect([code, existsSync(path), readFileSync(path, "utf8")]).toEqual([2, true, "these are my notes\n"]);
    expect(err).toContain("is no ledger of hopclip");
  });
  test("help names every exercise's steps", () => {
    const text = hopclip("set", "--help").out.replaceAll(/\s+/gu, " ");
    for (const drill of DRILLS) expect(text).toContain(`${drill}: ${PROGRAMMES[drill].rungs.map(({ name }) => name).join(", ")}`);
    for (const word of ["--pain", "--where", "--sim", "--fast", "Ctrl-C", "130"]) expect(text).toContain(word);
  });
});
