// What is due today, what rests, what is left to run, and the coming week.
import { describe, expect, test } from "vitest";
import { prescribe } from "../../host/coach/next.ts";
import { DRILLS } from "../../host/coach/programme.ts";
import { comingWeek, laidOf, mileageOf, nextOf, taskToday, today, type History } from "../../host/coach/today.ts";
import { Random } from "../../sim/random.ts";
import { LOW, made, onDay } from "./made.ts";

const NOTHING: History = { sets: [], pains: [], runs: [], plans: [] };
const MILES = { kind: "mileage", made_ms: onDay(-1), plan: { start: 10, step: 2, weeks: 12, deload: 4, unit: "mi", from: "2026-01-05" } };
const run = (day: number, distance: number) => ({ at_ms: onDay(day, 8), distance });

describe("today", () => {
  test("of somebody new is the first workout of every exercise", () => {
    const of = today(NOTHING, onDay(0));
    expect(of.due.map(({ exercise, move }) => [exercise, move])).toEqual(DRILLS.map((exercise) => [exercise, "start"]));
    expect(of).toMatchObject({ date: "Mon 2026-01-05", resting: [], miles: null, warnings: [] });
  });
  test("an exercise rests for a day after a workout, and is due then however late in the day it was", () => {
    const sets = [made("pogo", 60, { started_ms: onDay(0, 21), rung: "single" })];
    for (const [now_ms, until] of [[onDay(0, 22), "Wed 2026-01-07"], [onDay(1, 23), "Wed 2026-01-07"]] as const) {
      expect(today({ ...NOTHING, sets }, now_ms, ["pogo"])).toMatchObject({ due: [], resting: [{ exercise: "pogo", until }] });
    }
    expect(today({ ...NOTHING, sets }, onDay(2, 1), ["pogo"])).toEqual({
      date: "Wed 2026-01-07", due: [prescribe("pogo", sets, [], onDay(2, 1))], resting: [], miles: null, warnings: [],
    });
  });
  test("with pain above 3 there are no hops and no runs, until less was told", () => {
    const pains = [{ at_ms: onDay(0, 9), score: 5, where: "knee" as const }];
    const sets = DRILLS.map((exercise) => made(exercise, exercise === "run" ? 5 : 20, { started_ms: onDay(-3) }));
    const sore = today({ ...NOTHING, sets, pains }, onDay(0));
    expect(sore.resting.map(({ exercise, until }) => [exercise, until])).toEqual([["pogo", null], ["run", null]]);
    expect(sore.due.map(({ move }) => move)).toEqual(["back", "back", "back", "back"]);
    expect(sore.warnings).toEqual(["Pain 5 of 10 (knee) is above 3: no hops and no runs until it is 3 or less."]);
    const less = today({ ...NOTHING, sets, pains: [...pains, { at_ms: onDay(1, 9), score: 2, where: "knee" }] }, onDay(1));
    expect([less.resting, less.warnings, less.due.length]).toEqual([[], [], 6]);
    // nobody told of it for over a week
    expect(today({ ...NOTHING, sets, pains }, onDay(9)).warnings).toEqual([]);
  });
  test("pain of 6, or above 3 after two workouts, sends to a professional", () => {
    const hurt = (first: number, second: number): History => ({ ...NOTHING, sets: [made("calf", 20, { started_ms: onDay(-2), pain: { score: first, where: "calf" } }), made("calf", 20, { started_ms: onDay(0), pain: { score: second, where: "calf" } })] });
    expect(today(hurt(0, 6), onDay(2)).warnings[1]).toBe("Pain 6 of 10 (calf) on Mon 2026-01-05, 6 or more: see a doctor or physiotherapist.");
    expect(today(hurt(4, 4), onDay(2)).warnings[1]).toBe("Pain above 3 after 2 workouts in a row: see a doctor or physiotherapist.");
    expect(today(hurt(4, 4), onDay(2), ["calf"]).resting).toMatchObject([{ exercise: "calf", until: null }]);
    // on the very day as well
    expect(today(hurt(4, 4), onDay(0, 18), ["calf"])).toMatchObject({ resting: [{ exercise: "calf", until: null }], warnings: [expect.anything(), "Pain above 3 after 2 workouts in a row: see a doctor or physiotherapist."] });
    expect(today(hurt(4, 2), onDay(2)).warnings).toEqual([]);
    // one workout, and exercises that were never done: nothing has happened twice
    const once = { ...NOTHING, sets: [made("calf", 20, { started_ms: onDay(0), pain: { score: 1, where: "calf" } })], pains: [{ at_ms: onDay(0, 20), score: 4, where: "shin" } as const] };
    expect(today(once, onDay(1)).warnings).toEqual(["Pain 4 of 10 (shin) is above 3: no hops and no runs until it is 3 or less."]);
  });
  test("the other side is asked for what the first was, and is told that the exercise rests", () => {
    const sets = [made("pogo", 60, { started_ms: onDay(-2), rung: "single" }), made("pogo", 65, { started_ms: onDay(0, 9), rung: "single", side: "left" })];
    const of: History = { ...NOTHING, sets };
    expect(taskToday("pogo", of, onDay(0, 10))).toMatchObject({ task: { target: 65 }, rest: { until: "Wed 2026-01-07" } });
    expect(nextOf("pogo", of, onDay(0, 10)).target).toBe(70);
    expect(today(of, onDay(2), ["pogo"]).due).toMatchObject([{ target: 70 }]);
    expect(taskToday("pogo", of, onDay(2))).toMatchObject({ task: { target: 70 }, rest: null });
  });
  test("what pain forbids is never more than before: one truth for what rests and for what is asked", () => {
    // told at noon by itself, hopped at 17:00 all the same
    const of: History = { ...NOTHING, sets: [made("pogo", 60, { started_ms: onDay(0), rung: "single" })], pains: [{ at_ms: onDay(0, 12), score: 5, where: "knee" }] };
    expect(taskToday("pogo", of, onDay(2))).toMatchObject({ task: { move: "back", target: 50 }, rest: { until: null, why: "Pain 5 of 10 (knee) is above 3: not before it is 3 or less." } });
    const random = new Random(5);
    let forbidden = 0;
    for (let i = 0; i < 2000; i++) {
      const exercise = DRILLS[random.below(DRILLS.length)]!;
      const sets = Array.from({ length: random.below(4) }, (_, n) => made(exercise, 5, { started_ms: onDay(2 * n), pain: random.below(2) === 0 ? null : { score: random.below(8), where: null } }));
      const pains = Array.from({ length: random.below(4) }, () => ({ at_ms: onDay(random.below(10), random.below(24)), score: random.below(8), where: null })).toSorted((a, b) => a.at_ms - b.at_ms);
      const { task, rest } = taskToday(exercise, { ...NOTHING, sets, pains }, onDay(10));
      if (rest?.until !== null) continue;
      forbidden++;
      expect([exercise, sets.map(({ pain }) => pain), pains, task.move]).toEqual([exercise, sets.map(({ pain }) => pain), pains, task.move === "back" ? "back" : "rest"]);
    }
    expect(forbidden).toBeGreaterThan(100);
  });
  test("a run that was kept as miles is a run: it rests for a day", () => {
    expect(today({ ...NOTHING, runs: [run(0, 4)] }, onDay(0), ["run"])).toMatchObject({ due: [], resting: [{ exercise: "run", until: "Wed 2026-01-07", why: "Done on Mon 2026-01-05; 1 day of rest between workouts." }] });
    expect(today({ ...NOTHING, runs: [run(0, 4)] }, onDay(0), ["pogo"]).due).toHaveLength(1);
    expect(today({ ...NOTHING, runs: [run(0, 4)] }, onDay(2), ["run"]).due).toHaveLength(1);
  });
  test("miles of the week are counted from Monday, in the plan's unit", () => {
    const miles = (now: number, runs = [run(-1, 8), run(1, 3.3), run(2, 2.2)]) => today({ ...NOTHING, plans: [MILES], runs }, onDay(now)).miles;
    expect(miles(3)).toEqual({ week: 1, distance: 10, deload: true, held: 0, weeks: 12, unit: "mi", done: 5.5, left: 4.5 });
    expect(miles(1, [run(0, 11)])).toMatchObject({ done: 11, left: 0 });
    expect(miles(8)).toMatchObject({ week: 2, done: 0, left: 12 });
    expect(today({ ...NOTHING, plans: [MILES], pains: [{ at_ms: onDay(1), score: 5, where: null }] }, onDay(8)).miles).toMatchObject({ week: 1, held: 1 });
    expect(miles(-1)).toBe(null);
  });
});

describe("the coming week", () => {
  test("has each exercise on its days, with targets that grow if all is clean", () => {
    const sets = [made("pogo", 80, { started_ms: onDay(-1), rung: "single" })];
    const days = comingWeek({ ...NOTHING, sets }, onDay(0));
    expect(days.map(({ date }) => date.slice(0, 3))).toEqual(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    const pogo = days.map(({ tasks }) => tasks.find(({ exercise }) => exercise === "pogo")?.target ?? null);
    expect(pogo).toEqual([null, 85, null, 90, null, 90, null]);
    expect(days.map(({ tasks }) => tasks.length)).toEqual([5, 1, 5, 1, 5, 1, 5]);
    expect(days.every(({ distance }) => distance === null)).toBe(true);
  });
  test("spreads the miles over three runs a week, on days when running is due", () => {
    const distances = (history: Partial<History>, now: number) => comingWeek({ ...NOTHING, plans: [MILES], ...history }, onDay(now)).map(({ distance }) => distance);
    expect(distances({}, 0)).toEqual([3.3, null, 3.4, null, 3.3, null, null]);
    // two runs done: the rest in the third; the week after has 12
    expect(distances({ runs: [run(0, 3), run(2, 3)] }, 4)).toEqual([4, null, null, null, 4, null, 4]);
    // one run done today: the rest in two more
    expect(distances({ runs: [run(0, 4)] }, 0)).toEqual([null, null, 3, null, 3, null, null]);
    expect(distances({ runs: [run(0, 12)] }, 1).slice(0, 6)).toEqual([null, null, null, null, null, null]);
  });
  test("has no hops and no runs while it hurts", () => {
    const days = comingWeek({ ...NOTHING, plans: [MILES], pains: [{ at_ms: onDay(0), score: 4, where: "shin" }] }, onDay(0));
    expect(days.flatMap(({ tasks }) => tasks.map(({ exercise }) => exercise)).filter((exercise) => exercise === "pogo" || exercise === "run")).toEqual([]);
    expect(days.every(({ distance }) => distance === null)).toBe(true);
  });
  test("a run's targets stay within the programme's cadence", () => {
    const sets = [made("run", 4, { started_ms: onDay(-2), values: { baseline_spm: 170 } })];
    expect(comingWeek({ ...NOTHING, sets }, onDay(0)).flatMap(({ tasks }) => tasks.filter(({ exercise }) => exercise === "run").map(({ target }) => target))).toEqual([5, 5.8, 5.8, 5.8]);
  });
});

describe("what was laid down", () => {
  test("is read as far as the programme knows it", () => {
    const laid = (plan: unknown) => laidOf([{ kind: "pogo", made_ms: 7, plan }], "pogo");
    expect(laid({ rung: "single", target: 50, bpm: 140 })).toEqual({ rung: "single", target: 50, bpm: 140, made_ms: 7 });
    expect(laid({ rung: "up", target: "50" })).toEqual({ made_ms: 7 });
    expect([laid(null), laidOf([], "pogo")]).toEqual([{}, {}]);
    expect(mileageOf([{ ...MILES, plan: { start: 10 } }])).toBe(null);
    expect(mileageOf([MILES])).toMatchObject({ start: 10, unit: "mi" });
  });
  test("is what is due", () => {
    const plans = [{ kind: "pogo", made_ms: onDay(0), plan: { rung: "single", target: 45 } }];
    const sets = [made("pogo", 60, { started_ms: onDay(-4), rung: "single", ...LOW })];
    expect(today({ ...NOTHING, sets, plans }, onDay(1), ["pogo"]).due).toMatchObject([{ move: "start", target: 45 }]);
  });
});
