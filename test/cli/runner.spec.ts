// runner, forget, pain and ran as a user meets them: a ledger of their own, started as processes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { withLedger } from "../../host/ledger/open.ts";
import { CALF, MONDAY_MS, POGO } from "../ledger/records.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-runner-"));
afterAll(() => rmSync(folder, { recursive: true }));

let db = "";
let made = 0;
beforeEach(() => {
  db = join(folder, `${++made}.db`);
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["host/cli.ts", ...args], { encoding: "utf8", input: "", env: { ...process.env, TZ: "UTC", ...env } });
  return { code: status, out: stdout, err: stderr };
}
const hopclip = (...args: string[]): Ended => start([...args, "--db", db]);
/** stdout of what must go well. */
function said(...args: string[]): string {
  const { code, out, err } = hopclip(...args);
  expect([code, err]).toEqual([0, ""]);
  return out;
}

describe("runner", () => {
  test("adds, lists and chooses", () => {
    expect(said("runner", "add", "Anna K.")).toBe("Anna K. is added.\n");
    expect(said("runner", "add", "Ben")).toBe('Ben is added. Commands are about nobody yet: hopclip runner use "Ben" changes that.\n');
    expect(said("runner", "use", "anna k.")).toBe("Commands are about Anna K. now.\n");
    expect(said("runner", "list")).toMatch(/^name {5}added {11}in use\n[- ]+\nAnna K\. {2}\w{3} \d{4}-\d\d-\d\d {2}yes\nBen {6}\w{3} \d{4}-\d\d-\d\d\n$/u);
  });

  test("prints JSON and nothing else", () => {
    const anna: unknown = JSON.parse(said("runner", "add", "Anna", "--json"));
    expect(anna).toMatchObject({ id: 1, name: "Anna" });
    expect(JSON.parse(said("runner", "use", "Anna", "--json"))).toEqual(anna);
    expect(JSON.parse(said("runner", "list", "--json"))).toEqual({ runners: [{ ...(anna as object), current: true }] });
  });

  test.each([
    [["runner", "add", " "], "hopclip: a runner's name has at least one character\n"],
    [["runner", "add"], "hopclip: missing required argument 'name'\n"],
    [["pain", "3", "--runner", "Anna"], "hopclip: no runner called Anna: there is none yet: hopclip runner add NAME\n"],
    [["pain", "11"], "hopclip: command-argument value '11' is invalid for argument 'score'. It is a whole number from 0 to 10.\n"],
    [["pain", "3", "--set", "1", "--on", "2026-03-02"], "hopclip: --set and --on exclude each other: a set has its day\n"],
    [["pain", "3", "--set", "7"], "hopclip: no set 7: hopclip history lists the sets there are\n"],
    [["ran", "0"], "hopclip: command-argument value '0' is invalid for argument 'distance'. It is a number from 0.01 to 500.\n"],
    [["ran", "3", "--on", "2026-02-30"], "hopclip: option '--on <date>' argument '2026-02-30' is invalid. It is a day as YYYY-MM-DD.\n"],
    [["ran", "3", "--on", "2999-01-01"], "hopclip: option '--on <date>' argument '2999-01-01' is invalid. That day is yet to come.\n"],
  ])("%j ends with 2 and one line", (args, err) => {
    expect(hopclip(...args)).toEqual({ code: 2, out: "", err });
  });

  test("nobody chosen among several is told with how to choose", () => {
    said("runner", "add", "Anna");
    said("runner", "add", "Ben");
    expect(hopclip("pain", "1")).toEqual({ code: 2, out: "", err: "hopclip: whose? --runner NAME for once, hopclip runner use NAME from now on; there are Anna, Ben\n" });
    expect(said("pain", "1", "--runner", "ben", "--on", "2026-03-02")).toBe("Kept for Ben: pain 1 on Mon 2026-03-02.\n");
  });
});

describe("where there is no ledger", () => {
  const READING = [["runner", "list"], ["runner", "use", "Anna"], ["history"], ["next"], ["plan"], ["compare"], ["report"], ["export", "last", "--json"], ["forget", "Anna", "--yes"]];
  test.each(READING.map((args) => [args]))("%j says so and makes none", (args) => {
    const out = "";
    const err = `hopclip: there is no ledger at ${db} yet: hopclip set or hopclip runner add makes one\n`;
    expect(hopclip(...args)).toEqual({ code: 2, out, err });
    expect(start(args, { HOPCLIP_DB: db })).toEqual({ code: 2, out, err });
    expect(existsSync(db)).toBe(false);
    writeFileSync(db, "");
    expect(hopclip(...args)).toEqual({ code: 2, out, err });
    expect(statSync(db).size).toBe(0);
  });

  // on Linux: elsewhere the data folder cannot be moved
  test.skipIf(process.platform !== "linux").each([
    [["runner", "list"], 0, "no runner yet: hopclip runner add NAME\n"],
    [["history"], 0, "No sets yet. hopclip set pogo does the first one; hopclip set pogo --sim with a simulated clip.\n"],
    [["next", "--exercise", "calf"], 0, /Calf raises/u],
    [["plan"], 0, /Pogo hops/u],
    [["report"], 2, "hopclip: no runner yet: hopclip runner add NAME\n"],
    [["forget", "Anna", "--yes"], 2, "hopclip: no runner called Anna: there is none yet: hopclip runner add NAME\n"],
  ])("%j in the platform's data folder is as in an empty one, and makes none", (args, code, text) => {
    const home = join(folder, `home${made}`);
    const ended = start(args, { HOPCLIP_DB: "", HOME: home, XDG_DATA_HOME: join(home, "data") });
    expect(ended.code).toBe(code);
    if (typeof text === "string") expect(ended.out + ended.err).toBe(text);
    else expect(ended.out).toMatch(text);
    expect(existsSync(home)).toBe(false);
  });

  test.each([["runner", "add", "Anna"], ["pain", "1"], ["ran", "3"], ["plan", "lay", "pogo", "--target", "50"], ["plan", "mileage", "--save"]])("%s %s makes one", (...args) => {
    said(...args);
    expect(existsSync(db)).toBe(true);
  });
});

describe("where there is nobody yet", () => {
  test.each([[["next"]], [["plan"]]])("%j is about whom the first set will be of, and adds nobody", (args) => {
    said("runner", "add", "Anna");
    said("forget", "Anna", "--yes");
    expect(JSON.parse(said(...args, "--json"))).toMatchObject({ runner: "me" });
    expect(JSON.parse(said("runner", "list", "--json"))).toEqual({ runners: [] });
  });
});

describe("--db", () => {
  test("is $HOPCLIP_DB where it is not given", () => {
    expect(start(["runner", "add", "Anna"], { HOPCLIP_DB: db }).code).toBe(0);
    expect(said("runner", "list")).toContain("Anna");
  });
  test("is ledger.db in the platform's data folder, which is made, where neither is given", () => {
    const { HOPCLIP_DB: _given, ...bare } = process.env;
    const home = join(folder, `home${made}`);
    const env = { ...bare, HOME: home, XDG_DATA_HOME: join(home, "data"), LOCALAPPDATA: home };
    const { status } = spawnSync(process.execPath, ["host/cli.ts", "runner", "add", "Anna"], { env });
    expect(status).toBe(0);
    if (process.platform === "linux") expect(existsSync(join(home, "data", "hopclip", "ledger.db"))).toBe(true);
  });
  test.each([
    ["", "hopclip: --db is the path of a ledger or postgres://USER@HOST/DATABASE, not nothing\n"],
    ["mysql://anna:secret@host/x", "hopclip: --db is the path of a ledger or postgres://USER@HOST/DATABASE, not mysql://…\n"],
    [tmpdir(), `hopclip: ${tmpdir()} is a folder: --db takes a file\n`],
  ])("that is %j is refused", (given, err) => {
    expect(start(["runner", "list", "--db", given])).toEqual({ code: 2, out: "", err });
  });
});

describe("pain and ran", () => {
  test("add no runner where they fail", () => {
    expect(hopclip("pain", "3", "--set", "7").code).toBe(2);
    expect(JSON.parse(said("runner", "list", "--json"))).toEqual({ runners: [] });
  });

  test("the first one adds a runner, and each says in a line what was kept", () => {
    expect(said("pain", "2", "--where", "knee", "--on", "2026-03-02")).toBe("Kept for me: pain 2 (knee) on Mon 2026-03-02.\n");
    expect(said("ran", "3.5", "--on", "2026-03-02")).toBe("Kept for me: 3.5 run on Mon 2026-03-02, 3.5 in that week.\n");
    expect(said("ran", "4", "--on", "2026-03-08")).toBe("Kept for me: 4 run on Sun 2026-03-08, 7.5 in that week.\n");
    expect(said("ran", "5", "--on", "2026-03-09")).toBe("Kept for me: 5 run on Mon 2026-03-09, 5 in that week.\n");
    expect(JSON.parse(said("ran", "1", "--on", "2026-03-01", "--json"))).toEqual({ runner: "me", at_ms: Date.UTC(2026, 2, 1, 12), distance: 1, unit: null, week: 1 });
    said("plan", "mileage", "--save", "--unit", "mi");
    expect(said("ran", "2", "--on", "2026-03-10")).toBe("Kept for me: 2 mi run on Tue 2026-03-10, 7 in that week.\n");
  });

  test("pain of a set replaces what was said of it", async () => {
    const id = await withLedger(db, async (ledger) => ledger.addSet(await ledger.addRunner("Anna"), POGO));
    expect(said("pain", "5", "--where", "shin", "--set", String(id))).toBe(`Kept for Anna: pain 5 (shin) after set ${id} of Mon 2026-03-02.\n`);
    const { pain } = await withLedger(db, (ledger) => ledger.set(id));
    expect(pain).toEqual({ score: 5, where: "shin" });
    said("runner", "add", "Ben");
    expect(hopclip("pain", "1", "--set", String(id), "--runner", "Ben").err).toBe(`hopclip: Ben has no set ${id}: hopclip history lists the sets there are\n`);
  });
});

describe("forget", () => {
  async function fill(): Promise<void> {
    await withLedger(db, async (ledger) => {
      const anna = await ledger.addRunner("Anna");
      await ledger.addRunner("Ben");
      await ledger.addSet(anna, POGO);
      await ledger.addSet(anna, CALF);
      await ledger.addRun(anna, 3, MONDAY_MS);
    });
  }

  test("deletes everything of a runner and says what it was", async () => {
    await fill();
    expect(said("forget", "anna", "--yes")).toBe("Anna is forgotten: 2 sets (4 contacts, 2 repetitions), 2 reports of pain, 1 distance run, 0 plans deleted.\n");
    expect(JSON.parse(said("runner", "list", "--json"))).toMatchObject({ runners: [{ name: "Ben", current: true }] });
    expect(JSON.parse(said("forget", "Ben", "--yes", "--json"))).toEqual({ forgotten: { runner: "Ben", sets: 0, contacts: 0, reps: 0, pains: 0, runs: 0, plans: 0 }, logs: [], logs_kept: [] });
  });

  test("deletes the logs fetched from a clip that nobody else used", async () => {
    await fill();
    await withLedger(db, async (ledger) => {
      const [anna, ben] = [await ledger.runner("Anna"), await ledger.runner("Ben")];
      for (const [runner, key] of [[anna, "42/1/5"], [anna, "43/1/5"], [anna, "-/1/5"], [anna, "../keep/1/5"], [anna, "../../1/5"], [ben, "43/2/9"], [ben, "44/1/5"]] as const) await ledger.keepSet(runner, POGO, key);
    });
    const data = join(folder, `data${made}`);
    const logs = (serial: string): string => join(data, "hopclip", "logs", serial);
    for (const serial of ["../keep", "42", "42.1", "43", "44", "unnumbered"]) {
      mkdirSync(logs(serial), { recursive: true });
      writeFileSync(join(logs(serial), "0000000001.log"), "x");
    }
    const forget = (...args: string[]): Ended => start(["forget", ...args, "--yes", "--db", db], { XDG_DATA_HOME: data });
    expect(forget("Anna")).toEqual({
      code: 0,
      err: "",
      out:
        `Anna is forgotten: 7 sets (24 contacts, 2 repetitions), 7 reports of pain, 1 distance run, 0 plans deleted, and the fetched logs in ${logs("unnumbered")}, ${logs("42")}, ${logs("42.1")}.\n` +
        `Others have sets in them, too: the fetched logs in ${logs("43")} are as they were.\n` +
        "The log that clips without a number and clip 42 and clip 43 keeps is not touched: hopclip logs rm gives it up.\n",
    });
    expect(readdirSync(join(data, "hopclip", "logs")).toSorted()).toEqual(["43", "44"]);
    expect(existsSync(logs("../keep"))).toBe(true);
    expect(JSON.parse(forget("Ben", "--json").out)).toMatchObject({ forgotten: { sets: 2 }, logs: [logs("43"), logs("44")], logs_kept: [] });
  });

  test("where nobody can be asked it wants --yes, and deletes nothing without", async () => {
    await fill();
    expect(hopclip("forget", "Anna")).toEqual({ code: 2, out: "", err: "hopclip: this deletes Anna for good: add --yes where nobody can be asked\n" });
    expect(await withLedger(db, (ledger) => ledger.belongings("Anna"))).toMatchObject({ sets: 2, contacts: 4 });
  });
});

describe("help", () => {
  test.each([
    ["runner", ["add", "list", "use", "Examples:", "Exit codes:"]],
    ["pain", ["--where", "achilles", "--set", "--on", "YYYY-MM-DD", "--runner", "--db", "--json", "Examples:", "Exit codes:"]],
    ["ran", ["--on", "--runner", "--db", "--json", "Examples:", "Exit codes:"]],
    ["forget", ["--yes", "--db", "--json", "Example:", "Exit codes:"]],
  ])("of %s names its options, exit codes and an example", (command, words) => {
    const { code, out } = start([command, "--help"]);
    expect(code).toBe(0);
    for (const word of words) expect(out).toContain(word);
  });
});
