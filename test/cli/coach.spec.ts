// hopclip next, plan and compare as a user meets them: started as processes on a ledger of their own.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dayOf, startOf_ms } from "../../host/coach/day.ts";
import { ADVICE } from "../../host/coach/programme.ts";
import { openLedger } from "../../host/ledger/open.ts";
import type { SetRecord, Side } from "../../host/record.ts";
import { LOW, made, type Made } from "../coach/made.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-coach-"));
afterAll(() => rmSync(folder, { recursive: true }));
const DAY_MS = 86_400_000;
const now_ms = Date.now();

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function hopclip(db: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["host/cli.ts", ...args], { encoding: "utf8", env: { ...process.env, HOPCLIP_DB: join(folder, db) } });
  return { code: status, out: stdout, err: stderr };
}
function json(db: string, ...args: string[]): unknown {
  const { code, out, err } = hopclip(db, ...args, "--json");
  expect([args, code, err]).toEqual([args, 0, ""]);
  return JSON.parse(out);
}

/** A pogo set so many days ago, its hops of a contact time. */
function hopped(days: number, side: Side | null, contact_ms = 200, more: Made = {}): SetRecord {
  const contacts = Array.from({ length: 40 }, (_, i) => ({
    ic_s: (400 * i) / 1000, tc_s: (400 * i + contact_ms) / 1000, kind: "hop", hop: true, contact_ms: contact_ms + (i % 3), flight_ms: 400 - contact_ms - (i % 3), beat_error_ms: 2, confidence: 90,
  }));
  return { ...made("pogo", 60, { rung: "single", side, started_ms: now_ms - days * DAY_MS, ...more }), contacts, reps: [], holds: [], taps: [], activities: [], cues: [] };
}

beforeAll(async () => {
  for (const empty of ["new.db", "week.db"]) await (await openLedger(join(folder, empty))).close();
  const ledger = await openLedger(join(folder, "sets.db"));
  const ada = await ledger.addRunner("Ada");
  const bob = await ledger.addRunner("Bob");
  await ledger.useRunner("Ada");
  await ledger.addSet(ada, hopped(5, "left"));
  await ledger.addSet(ada, hopped(4, "right", 230, { pain: { score: 1, where: "knee" } }));
  const late = await ledger.addSet(bob, hopped(3, "left"));
  await ledger.addPain(bob, { score: 5, where: "shin" }, now_ms, late);
  await ledger.addSet(bob, hopped(2, null, 200, { pain: { score: 0, where: null } }));
  const cy = await ledger.addRunner("Cy");
  await ledger.addSet(cy, hopped(2, "left"));
  await ledger.addSet(cy, hopped(1, "right", 200, { rung: "double" }));
  await ledger.addRun(ada, 3.5, now_ms);
  await ledger.close();
});

describe("hopclip next", () => {
  test("says what is due and why, and once what it is not", () => {
    const { code, out } = hopclip("sets.db", "next", "--exercise", "pogo");
    expect(code).toBe(0);
    expect(out).toContain("Pogo hops, single leg: 65 contacts at 150/min\n  Clean at 60 contacts, pain 1 of 10.\n  A clean workout: 5 more, never more than 10 a workout.\n");
    for (const line of ADVICE) expect(out.split(line)).toHaveLength(2);
  });
  test("as JSON is one object with all exercises", () => {
    const of = json("sets.db", "next", "--runner", "bob") as { runner: string; due: { exercise: string; target: number }[]; resting: unknown[] };
    expect(of.runner).toBe("Bob");
    // the pain was told today, but about the set before the last one
    expect(of.due[0]).toMatchObject({ exercise: "pogo", move: "grow", target: 65 });
    expect(of.due.map(({ exercise }) => exercise)).toEqual(["pogo", "calf", "calf-bent", "wall-sit", "step-down", "run"]);
  });
  test("in an empty ledger begins with somebody called me", () => {
    expect(json("new.db", "next", "--exercise", "calf")).toMatchObject({ runner: "me", due: [{ exercise: "calf", move: "start", target: 10 }] });
  });
});

describe("hopclip report", () => {
  test("says what hopclip next would have said at the end of the set's day", async () => {
    const ledger = await openLedger(join(folder, "then.db"));
    const me = await ledger.addRunner("me");
    await ledger.addSet(me, hopped(200, null, 200, LOW));
    const id = await ledger.addSet(me, hopped(3, null, 200, LOW));
    const morning_ms = startOf_ms(dayOf(now_ms - 3 * DAY_MS) + 1) + 1000;
    await ledger.addPain(me, { score: 7, where: "knee" }, morning_ms);
    await ledger.close();
    const file = join(folder, "then.html");
    expect(hopclip("then.db", "report", String(id), "--html", file).code).toBe(0);
    const html = readFileSync(file, "utf8");
    // lost twice in a row, though the first time was 28 weeks ago; and the next morning's pain was not known yet
    expect(html).toContain("Next workout: Pogo hops, single leg: 50 contacts at 150/min.");
    expect(html).toContain("It was lost 2 workouts in a row: a step back.");
    expect(html).not.toContain("Pain 7 of 10");
    expect(json("then.db", "next", "--exercise", "pogo")).toMatchObject({ resting: [{ until: null, why: expect.stringContaining("Pain 7 of 10") as unknown }] });
  });
});

describe("hopclip plan mileage", () => {
  test("prints the table and nothing else", () => {
    expect(hopclip("miles.db", "plan", "mileage", "--start", "10", "--step", "2", "--weeks", "12", "--deload", "4")).toEqual({ code: 0, out: "10 12 14 16 | 12 14 16 18 | 14 16 18 20\n", err: "" });
    expect(hopclip("miles.db", "plan", "mileage").out).toBe("10 12 14 16 | 12 14 16 18 | 14 16 18 20\n");
    expect(hopclip("miles.db", "plan", "mileage", "--start", "3.3", "--step", "1.1", "--weeks", "6", "--deload", "5").out).toBe("3.3 4.4 5.5 6.6 7.7 | 4.4\n");
  });
  test("is laid down with --save, and then this week's miles are known", () => {
    expect(json("sets.db", "plan", "mileage", "--save", "--unit", "mi")).toMatchObject({ blocks: [[10, 12, 14, 16], [12, 14, 16, 18], [14, 16, 18, 20]], unit: "mi", runner: "Ada" });
    expect(json("sets.db", "next")).toMatchObject({ miles: { week: 1, distance: 10, done: 3.5, left: 6.5, unit: "mi" } });
    expect(hopclip("sets.db", "next").out).toContain("Running: week 1 of 12, a deload: 10 mi, 3.5 done, 6.5 left.");
    expect(hopclip("sets.db", "plan", "mileage", "--save", "--unit", "mi", "--from", "2026-01-08").out).toMatch(/^10 12 .*\nLaid down for Ada, in mi: week 1 begins on Mon 2026-01-05\.\n/u);
  });
  test.each([
    [["--deload", "3"], "hopclip: --deload: a deload every 4 to 6 weeks is the rule, not every 3\n"],
    [["--deload", "7"], "hopclip: --deload: a deload every 4 to 6 weeks is the rule, not every 7\n"],
    [["--from", "2026-02-30"], 'hopclip: --from is a day such as 2026-01-05, not "2026-02-30"\n'],
    [["--weeks", "1.5"], /It is a whole number from 1 to 104 weeks\.\n$/u],
    [["--start", "0"], /It is a number from 0\.1 to 500\.\n$/u],
  ])("%j is refused in a line", (args, line) => {
    const { code, out, err } = hopclip("miles.db", "plan", "mileage", ...args);
    expect([code, out]).toEqual([2, ""]);
    if (typeof line === "string") expect(err).toBe(line);
    else expect(err).toMatch(line);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

test("distances keep the unit they were kept in", () => {
  hopclip("units.db", "plan", "mileage", "--start", "10", "--step", "2", "--weeks", "12", "--deload", "4", "--unit", "mi", "--save");
  const km = (): Ended => hopclip("units.db", "plan", "mileage", "--start", "10", "--step", "2", "--weeks", "12", "--deload", "4", "--unit", "km", "--save");
  expect(km().code).toBe(0); // nothing was run yet
  hopclip("units.db", "ran", "5");
  expect(hopclip("units.db", "plan", "mileage", "--start", "10", "--step", "2", "--weeks", "12", "--deload", "4", "--unit", "mi", "--save")).toMatchObject({ code: 2, err: "hopclip: the distances of me are kept in km: --unit km\n" });
});

describe("hopclip plan", () => {
  test("shows seven days from today on, with the targets if all goes well", () => {
    const of = json("week.db", "plan") as { days: { date: string; tasks: { exercise: string; target: number }[] }[] };
    expect(of.days).toHaveLength(7);
    expect(of.days.map(({ tasks }) => tasks.find(({ exercise }) => exercise === "pogo")?.target)).toEqual([40, undefined, 45, undefined, 50, undefined, 55]);
    const { out } = hopclip("week.db", "plan");
    expect(out).toMatch(/^The coming week of me\n/u);
    expect(out).toMatch(/Pogo hops +both legs +40 contacts/u);
    for (const line of ADVICE) expect(out.split(line)).toHaveLength(2);
  });
  test("lay lays down rung and target of an exercise", () => {
    expect(json("lay.db", "plan", "lay", "pogo", "--rung", "single", "--target", "50", "--bpm", "140")).toMatchObject({ runner: "me", next: { move: "start", rung: "single", target: 50, bpm: 140 } });
    expect(json("lay.db", "next", "--exercise", "pogo")).toMatchObject({ due: [{ rung: "single", target: 50 }] });
    expect(hopclip("lay.db", "plan", "lay", "wall-sit", "--target", "30").out).toMatch(/^Laid down for me\. Wall sit, single leg: 30 s\.\n/u);
  });
  test("options before a subcommand are its own", async () => {
    const ledger = await openLedger(join(folder, "two.db"));
    for (const name of ["Ada", "Bob"]) await ledger.addRunner(name);
    await ledger.useRunner("Ada");
    await ledger.close();
    expect(hopclip("two.db", "plan", "--runner", "Bob", "lay", "pogo", "--target", "50").out).toMatch(/^Laid down for Bob\. /u);
    expect(hopclip("two.db", "plan", "--runner", "Ada", "lay", "pogo", "--target", "45", "--runner", "Bob").out).toMatch(/^Laid down for Bob\. /u);
    expect(json("two.db", "next", "--exercise", "pogo")).toMatchObject({ runner: "Ada", due: [{ target: 40 }] });
    const there = join(folder, "there.db");
    expect(JSON.parse(hopclip("two.db", "plan", "--db", there, "--json", "mileage", "--save").out)).toMatchObject({ runner: "me" });
    expect(json("there.db", "next")).toMatchObject({ miles: { distance: 10 } });
    expect(json("two.db", "next")).toMatchObject({ miles: null });
  });
  test.each([
    [["lay", "pogo"], "hopclip: lay down a --rung, a --target or both\n"],
    [["lay", "pogo", "--rung", "up"], 'hopclip: --rung of pogo is double, staggered, single, not "up"\n'],
    [["lay", "pogo", "--target", "0.5"], "hopclip: --target: a target of pogo is a whole number from 1 to 60000 contacts, not 0.5\n"],
    [["lay", "calf", "--target", "20", "--bpm", "60"], "hopclip: --bpm belongs to pogo, not to calf\n"],
    [["lay", "squat", "--target", "20"], /^hopclip: .*'squat' is invalid/u],
    [["later"], /^hopclip: /u],
  ])("%j is refused in a line", (args, line) => {
    const { code, out, err } = hopclip("lay.db", "plan", ...args);
    expect([code, out]).toEqual([2, ""]);
    if (typeof line === "string") expect(err).toBe(line);
    else expect(err).toMatch(line);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("hopclip compare", () => {
  test("holds the newest left set against the newest right one", () => {
    const { code, out } = hopclip("sets.db", "compare");
    expect(code).toBe(0);
    expect(out).toMatch(/^Pogo hops of Ada: left, set 1 of .*, against right, set 2 of /u);
    expect(out).toMatch(/≠ Contact time differs: left 201 ms, right 231 ms; the right has 30 ms \(± 6 ms\) more\./u);
    expect(out).toContain("3 of 3 are more than chance and measurement");
    expect(json("sets.db", "compare", "1", "2")).toMatchObject({ exercise: "pogo", left: 1, right: 2, differences: [{ name: "contact time", different: true }, {}, {}] });
  });
  test("takes the newest pair of the same rung and tempo", async () => {
    const ledger = await openLedger(join(folder, "pairs.db"));
    const me = await ledger.addRunner("me");
    for (const [days, side, more] of [[9, "left", {}], [8, "right", {}], [7, "left", {}], [6, "left", { rung: "double" }], [5, "right", { bpm: 120 }]] as const) await ledger.addSet(me, hopped(days, side, 200, more));
    await ledger.close();
    expect(json("pairs.db", "compare")).toMatchObject({ left: 3, right: 2 });
    expect(json("pairs.db", "compare", "1")).toMatchObject({ left: 1, right: 2 });
  });
  test.each([
    [["2", "1"], "hopclip: set 2 is of the right side, not of the left\n"],
    [["3"], "hopclip: set 3 is of Bob, not of Ada: --runner names whose sets are compared\n"],
    [["3", "4", "--runner", "Bob"], "hopclip: set 4 is of no known side, not of the right\n"],
    [["--runner", "Bob"], "hopclip: Bob has no set of the right side of pogo yet: hopclip set keeps the side it was told\n"],
    [["--exercise", "calf"], "hopclip: Ada has no set of the left side of calf yet: hopclip set keeps the side it was told\n"],
    [["5", "6", "--runner", "Cy"], "hopclip: set 5 is pogo, single, 150/min; set 6 is pogo, double, 150/min: only the same exercise, rung and tempo can be compared\n"],
    [["--runner", "Cy"], "hopclip: Cy has no set of the left and of the right side of pogo with the same rung and tempo; the newest are pogo, single, 150/min and pogo, double, 150/min\n"],
    [["5", "--runner", "Cy"], "hopclip: set 5 is pogo, single, 150/min: Cy has no such set of the other side; only the same rung and tempo can be compared\n"],
    [["99"], /^hopclip: .*99/u],
    [["first"], /It is the number of a set, as hopclip history lists them\.\n$/u],
  ])("%j is refused in a line", (args, line) => {
    const { code, out, err } = hopclip("sets.db", "compare", ...args);
    expect([code, out]).toEqual([2, ""]);
    if (typeof line === "string") expect(err).toBe(line);
    else expect(err).toMatch(line);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

test.each([
  [["next"], ["--exercise", "--runner", "--db", "--json", "Examples:", "Exit codes:"]],
  [["plan"], ["mileage", "lay", "--json", "Example:", "Exit codes:"]],
  [["plan", "mileage"], ["--start", "--step", "--weeks", "--deload", "--unit", "--from", "--save", "Example:", "no medical device", "Exit codes:"]],
  [["plan", "lay"], ["--rung", "pogo: double, staggered, single", "--target", "Example:", "Exit codes:"]],
  [["compare"], ["[left]", "--exercise", "Examples:", "Exit codes:"]],
])("the help of %j names options, an example and the exit codes", (args, words) => {
  const { code, out } = hopclip("none.db", ...args, "--help");
  expect(code).toBe(0);
  for (const word of words) expect(out.replaceAll(/\s+/gu, " ")).toContain(word);
});
