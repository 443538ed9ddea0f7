// The next workout: what makes it grow, hold, go back, rest or move to the next rung.
import { describe, expect, test } from "vitest";
import { daysDone, following, prescribe, taskOf, type Laid, type PainAt, type Prescription } from "../../host/coach/next.ts";
import { DRILLS, PROGRAMMES, goalOf, rungOf, type Drill } from "../../host/coach/programme.ts";
import type { SetHead } from "../../host/record.ts";
import { Random } from "../../sim/random.ts";
import { LOW, MONDAY_MS, UNEVEN, half, made, onDay, type Made } from "./made.ts";

/** Workouts two days apart, the last one on day 20; what is next the day after. */
function after(exercise: Drill, workouts: readonly (readonly [target: number, more?: Made])[], pains: readonly PainAt[] = [], laid: Laid = {}): Prescription {
  const sets = workouts.map(([target, more = {}], i) => made(exercise, target, { started_ms: onDay(20 - 2 * (workouts.length - 1 - i)), rung: "single", ...more }));
  return prescribe(exercise, sets, pains, onDay(21), laid);
}
const pain = (score: number): Made => ({ pain: { score, where: "knee" } });
const moved = (next: Prescription): unknown => [next.move, next.rung, next.target];

describe("pogo", () => {
  test("begins with the easiest rung", () => {
    const first = prescribe("pogo", [], [], MONDAY_MS);
    expect(first).toMatchObject({ move: "start", rung: "double", target: 40, unit: "contacts", bpm: 150 });
    expect(taskOf(first)).toBe("Pogo hops, both legs: 40 contacts at 150/min");
  });
  test("grows by five after a clean workout", () => {
    expect(moved(after("pogo", [[60]]))).toEqual(["grow", "single", 65]);
    expect(moved(after("pogo", [[60, pain(3)]]))).toEqual(["grow", "single", 65]);
  });
  test("grows by ten after two clean ones in a row without pain, with nothing near its limit", () => {
    expect(moved(after("pogo", [[55, pain(0)], [60, pain(0)]]))).toEqual(["grow", "single", 70]);
    // pain told once only, some pain, a fault before, another rung before, a rhythm near its limit
    expect(after("pogo", [[55], [60, pain(0)]]).target).toBe(65);
    expect(after("pogo", [[55, pain(1)], [60, pain(0)]]).target).toBe(65);
    expect(after("pogo", [[55, { ...pain(0), ...LOW }], [60, pain(0)]]).target).toBe(65);
    expect(after("pogo", [[55, { ...pain(0), rung: "staggered" }], [60, pain(0)]]).target).toBe(65);
    expect(after("pogo", [[55, pain(0)], [60, { ...pain(0), set: { beat_error_ms_sd: 36 } }]]).target).toBe(65);
  });
  test("too few contacts hold", () => {
    expect(moved(after("pogo", [[60, half(60)]]))).toEqual(["hold", "single", 60]);
    expect(moved(after("pogo", [[60, half(60)], [60, half(60)]]))).toEqual(["hold", "single", 60]);
  });
  test("a leap that was asked for and not done is not asked for again", () => {
    expect(moved(after("pogo", [[40], [90, half(90)]]))).toEqual(["back", "single", 50]);
    expect(after("pogo", [[40], [90, half(90)]]).why.at(-1)).toBe("90 contacts after 40: never more than 10 a workout. 50 contacts now.");
    expect(moved(after("pogo", [[40], [50, half(50)]]))).toEqual(["hold", "single", 50]);
  });
  test("lost height or rhythm holds, both or twice in a row goes back by ten", () => {
    expect(moved(after("pogo", [[60, LOW]]))).toEqual(["hold", "single", 60]);
    expect(moved(after("pogo", [[60, UNEVEN]]))).toEqual(["hold", "single", 60]);
    expect(moved(after("pogo", [[60, LOW], [60, UNEVEN]]))).toEqual(["back", "single", 50]);
    expect(moved(after("pogo", [[60, LOW], [60], [60, LOW]]))).toEqual(["hold", "single", 60]);
    expect(moved(after("pogo", [[60, { set: UNEVEN.set!, values: LOW.values!, flaws: ["height", "rhythm"] }]]))).toEqual(["back", "single", 50]);
    expect(moved(after("pogo", [[60, { ...LOW, rung: "staggered" }], [60, LOW]]))).toEqual(["hold", "single", 60]);
  });
  test("a step back below the least is one to the easier rung, with no more contacts", () => {
    expect(moved(after("pogo", [[25, pain(5)]]))).toEqual(["back", "staggered", 25]);
    expect(moved(after("pogo", [[25, { ...pain(5), rung: "double" }]]))).toEqual(["back", "double", 20]);
  });
  test("the top, clean twice, leads to the next rung; the last one is kept", () => {
    expect(moved(after("pogo", [[88, { rung: "double" }]]))).toEqual(["grow", "double", 90]);
    expect(moved(after("pogo", [[90, { rung: "double" }]]))).toEqual(["hold", "double", 90]);
    expect(moved(after("pogo", [[90, { rung: "double" }], [90, { rung: "double" }]]))).toEqual(["harder", "staggered", 40]);
    expect(moved(after("pogo", [[90], [90]]))).toEqual(["hold", "single", 90]);
    expect(moved(after("pogo", [[150], [150]]))).toEqual(["hold", "single", 90]);
  });
  test("the clip's word for the rung counts where the set has none", () => {
    const set = made("pogo", 60, { rung: null, values: {} });
    expect(prescribe("pogo", [{ ...set, verdict: { ...set.verdict!, variant: "staggered" } }], [], onDay(1)).rung).toBe("staggered");
    expect(prescribe("pogo", [set], [], onDay(1)).rung).toBe("double");
  });
  test("where nothing was asked for, what was done counts", () => {
    expect(prescribe("pogo", [made("pogo", null, { set: { hops: 62 } })], [], onDay(1))).toMatchObject({ move: "grow", target: 67 });
    expect(prescribe("pogo", [made("pogo", null, { set: { hops: 0 }, values: null })], [], onDay(1))).toMatchObject({ move: "hold", target: 40 });
  });
});

describe("pain", () => {
  const at = (day: number, score: number, hour = 17): PainAt => ({ at_ms: onDay(day, hour), score, where: "shin" });
  test("above 3 goes back by ten, whatever else was well", () => {
    expect(moved(after("pogo", [[60, pain(4)]]))).toEqual(["back", "single", 50]);
    expect(after("pogo", [[60, pain(4)]]).why).toEqual(["Pain 4 of 10 (knee) is above 3: a step back."]);
    expect(moved(after("pogo", [[60]], [at(21, 5, 9)]))).toEqual(["back", "single", 50]);
    // told on a day before, it is not about this workout
    expect(moved(after("calf", [[20]], [at(19, 5)]))).toEqual(["grow", "single", 22]);
  });
  test("told of a day is about the workout of that day, whatever the hour", () => {
    expect(moved(after("calf", [[20]], [at(20, 5, 12)]))).toEqual(["back", "single", 15]);
    expect(moved(after("calf", [[20], [20]], [at(20, 2, 12), at(18, 1, 12)]))).toEqual(["hold", "single", 20]);
  });
  test("above 3 that nobody took back forbids hops and runs, so they never grow meanwhile", () => {
    for (const day of [15, 19]) {
      expect(moved(after("pogo", [[60]], [at(day, 5)]))).toEqual(["back", "single", 50]);
      expect(after("run", [[7, { rung: "always" }]], [at(day, 4)])).toMatchObject({ move: "back", target: 5 });
    }
    expect(moved(after("pogo", [[60, pain(4)], [60]]))).toEqual(["back", "single", 50]);
    expect(moved(after("pogo", [[60]], [at(19, 5), at(20, 1)]))).toEqual(["grow", "single", 65]);
    expect(moved(after("pogo", [[60]], [at(12, 5)]))).toEqual(["grow", "single", 65]);
  });
  test("is never answered with more than the rung's most", () => {
    expect(moved(after("pogo", [[150, pain(4)]]))).toEqual(["back", "single", 90]);
    expect(moved(after("pogo", [[150, pain(1)], [150, pain(2)]]))).toEqual(["hold", "single", 90]);
    expect(moved(after("pogo", [[150, LOW]]))).toEqual(["hold", "single", 90]);
    expect(after("pogo", [[150, pain(7)]]).target).toBe(90);
    expect(moved(after("calf", [[60, pain(4)]]))).toEqual(["back", "single", 30]);
  });
  test("rising holds", () => {
    expect(moved(after("pogo", [[60, pain(1)], [60, pain(2)]]))).toEqual(["hold", "single", 60]);
    expect(after("pogo", [[60, pain(1)], [60, pain(2)]]).why[0]).toBe("Pain 2 of 10 (knee) is more than the 1 at the workout before: no more until it stops rising.");
    expect(moved(after("pogo", [[60, pain(2)], [60, pain(2)]]))).toEqual(["grow", "single", 65]);
    expect(moved(after("pogo", [[60], [60, pain(2)]]))).toEqual(["grow", "single", 65]);
  });
  test("6, or above 3 twice in a row, rests and sends to somebody who knows", () => {
    for (const next of [after("pogo", [[60, pain(6)]]), after("pogo", [[60, pain(4)], [50, pain(4)]])]) {
      expect(next.move).toBe("rest");
      expect(next.why.join(" ")).toMatch(/see a doctor or physiotherapist/u);
    }
    expect(after("pogo", [[60, pain(4)], [50, pain(1)]]).move).toBe("grow");
  });
  test("a rest is over when the pain has gone down by another day: on with less", () => {
    expect(after("pogo", [[60, pain(7)]], [at(20, 2, 23)]).move).toBe("rest");
    expect(moved(after("pogo", [[60, pain(7)]], [at(21, 2, 9)]))).toEqual(["back", "single", 50]);
  });
  test("with another exercise counts too", () => {
    const sets = [made("pogo", 60, { started_ms: onDay(20), rung: "single" }), made("calf", 30, { started_ms: onDay(20, 18), ...pain(5) })];
    expect(prescribe("pogo", sets, [], onDay(21)).move).toBe("back");
  });
  test("stands in the way of a first workout for a week", () => {
    expect(prescribe("pogo", [], [at(0, 5)], onDay(1)).move).toBe("rest");
    expect(prescribe("pogo", [], [at(0, 5)], onDay(8)).move).toBe("start");
    expect(prescribe("pogo", [], [at(0, 5), at(1, 2)], onDay(2)).move).toBe("start");
  });
});

describe("a workout", () => {
  test("is the last set of its day", () => {
    const sets = [made("pogo", 60, { started_ms: onDay(20, 9), rung: "single", ...LOW }), made("pogo", 60, { started_ms: onDay(20, 10), rung: "single" })];
    expect(prescribe("pogo", sets, [], onDay(21))).toMatchObject({ move: "grow", target: 65 });
    expect(prescribe("pogo", sets.toReversed().map((set, i) => ({ ...set, started_ms: onDay(20, 9 + i) })), [], onDay(21))).toMatchObject({ move: "hold", target: 60 });
  });
  test("of two sides is as good as the worse, and as long as the shorter", () => {
    const sides = (left: Made, right: Made, targets = [60, 60]): Prescription =>
      prescribe("pogo", [made("pogo", targets[0]!, { started_ms: onDay(20, 9), rung: "single", side: "left", ...left }), made("pogo", targets[1]!, { started_ms: onDay(20, 10), rung: "single", side: "right", ...right })], [], onDay(21));
    expect(moved(sides(LOW, {}))).toEqual(["hold", "single", 60]);
    expect(moved(sides({}, LOW))).toEqual(["hold", "single", 60]);
    expect(moved(sides({}, {}, [70, 60]))).toEqual(["grow", "single", 65]);
    expect(moved(sides({ ...LOW, rung: "double" }, {}))).toEqual(["grow", "single", 65]);
  });
  test("of a day stays what it is, for the other side and for a repetition; what comes after follows from all of the day", () => {
    const sets: SetHead[] = [made("pogo", 60, { started_ms: onDay(18), rung: "single" })];
    for (const [hour, side] of [[9, "left"], [10, "right"], [11, "left"], [12, "right"]] as const) {
      const next = prescribe("pogo", sets, [], onDay(20, hour));
      expect([hour, ...(moved(next) as unknown[])]).toEqual([hour, "grow", "single", 65]);
      sets.push(made("pogo", next.target, { started_ms: onDay(20, hour), rung: next.rung, side, pain: { score: hour === 9 ? 0 : 1, where: null } }));
      expect(moved(following("pogo", sets, [], onDay(20, hour)))).toEqual(["grow", "single", 70]);
    }
    expect(moved(prescribe("pogo", sets, [], onDay(21)))).toEqual(["grow", "single", 70]);
    // no more for the second side because the first one was without pain
    const free = [made("pogo", 55, { started_ms: onDay(16), rung: "single", ...pain(0) }), made("pogo", 60, { started_ms: onDay(18), rung: "single" })];
    const left = made("pogo", 65, { started_ms: onDay(20, 9), rung: "single", side: "left", ...pain(0) });
    expect(prescribe("pogo", [...free, left], [], onDay(20, 10)).target).toBe(65);
  });
  test("of a run that has begun stays within the cadence known before", () => {
    const runs = [made("run", 9, { started_ms: onDay(18), values: { baseline_spm: 160 } }), made("run", 10, { started_ms: onDay(20, 9), values: { baseline_spm: 170 } })];
    expect(prescribe("run", runs, [], onDay(20, 10)).target).toBe(10);
    expect(following("run", runs, [], onDay(20, 10)).target).toBeLessThanOrEqual(5.8);
  });
  test("that has begun goes back at pain above 3", () => {
    const sets = [made("pogo", 60, { started_ms: onDay(18), rung: "single" }), made("pogo", 65, { started_ms: onDay(20, 9), rung: "single", side: "left", ...pain(4) })];
    expect(moved(prescribe("pogo", sets, [], onDay(20, 10)))).toEqual(["back", "single", 50]);
    expect(moved(following("pogo", sets, [], onDay(20, 10)))).toEqual(["back", "single", 55]);
    expect(prescribe("pogo", sets, [{ at_ms: onDay(20, 9), score: 7, where: "knee" }], onDay(20, 10)).move).toBe("rest");
  });
  test("that is yet to come is not looked at; simulated ones count like others", () => {
    expect([...daysDone("pogo", [made("pogo", 60, { started_ms: onDay(3) })], onDay(2))]).toEqual([]);
    expect([...daysDone("pogo", [made("pogo", 60, { source: "simulated" })], onDay(2))]).toHaveLength(1);
  });
  test("that was cut short holds and says by how much", () => {
    expect(after("pogo", [[60, half(60)]]).why).toEqual(["30 contacts (± 1), 60 asked for: too few.", "The same 60 contacts again until it is clean."]);
  });
});

describe("the other exercises", () => {
  test.each<[Drill, number, Prescription["move"], string, number]>([
    ["calf", 20, "grow", "single", 22],
    ["calf-bent", 29, "grow", "single", 30],
    ["wall-sit", 40, "grow", "single", 45],
    ["step-down", 10, "grow", "low", 12],
    ["run", 5, "grow", "always", 6],
  ])("%s from %d", (exercise, target, move, rung, next) => {
    expect(moved(prescribe(exercise, [made(exercise, target)], [], onDay(1)))).toEqual([move, rung, next]);
  });
  test.each<[Drill, number, number, string, number]>([
    ["calf", 30, 30, "load", 8],
    ["wall-sit", 60, 60, "load", 20],
    ["step-down", 15, 15, "middle", 6],
  ])("%s: clean at %d and %d leads to %s", (exercise, first, second, rung, target) => {
    const sets = [made(exercise, first), made(exercise, second, { started_ms: onDay(2) })];
    expect(moved(prescribe(exercise, sets, [], onDay(3)))).toEqual(["harder", rung, target]);
  });
  test("a loaded step-down is at its top with 10", () => {
    const load = (target: number): SetHead[] => [0, 2].map((day) => made("step-down", target, { rung: "load", started_ms: onDay(day) }));
    expect(prescribe("step-down", load(8), [], onDay(3)).target).toBe(10);
    expect(moved(prescribe("step-down", load(10), [], onDay(3)))).toEqual(["hold", "load", 10]);
  });
  test("a wall sit with both feet on the floor goes by the runner's word", () => {
    const unfelt = { rung: "double", values: { holds: 0, unbroken_holds: 0, hold_ms_max: null, tremor_dps_mean: null }, flaws: ["short"] } as const;
    expect(moved(prescribe("wall-sit", [made("wall-sit", 30, unfelt)], [], onDay(1)))).toEqual(["grow", "double", 35]);
    expect(moved(prescribe("wall-sit", [made("wall-sit", 12, { ...pain(4), rung: "single" })], [], onDay(1)))).toEqual(["back", "staggered", 12]);
  });
  test("a set that could not be judged is done again", () => {
    const next = prescribe("calf", [made("calf", 12, { values: null })], [], onDay(1));
    expect(next).toMatchObject({ move: "hold", target: 12, why: ["The clip told nothing of the raises. So the same 12 raises again."] });
  });
  test("a wall sit with both feet on the floor that was left early was not done", () => {
    const left = (duration_ms: number): Made => ({ rung: "double", set: { duration_ms }, values: { holds: 0, unbroken_holds: 0, hold_ms_max: null, tremor_dps_mean: null } });
    expect(after("wall-sit", [[45, left(2000)]])).toMatchObject({ move: "hold", target: 45 });
    expect(after("wall-sit", [[45, left(2000)]]).why[0]).toBe("The set lasted 2.0 s (± 0.2 s), 45 s asked for: not long enough.");
    expect(after("wall-sit", [[45, left(44_900)]])).toMatchObject({ move: "grow", target: 50 });
  });
  test("a run to a given tempo asks for nothing, and what was asked for before stands", () => {
    const free: Made = { rung: "always", bpm: 165 };
    const runs = [made("run", 7, { started_ms: onDay(16), rung: "always" }), made("run", null, { started_ms: onDay(18), ...free }), made("run", null, { started_ms: onDay(20), ...free })];
    expect(prescribe("run", runs, [], onDay(21))).toMatchObject({ move: "hold", rung: "always", target: 7, why: ["Nothing was asked for in the last run: 7 % above own cadence, as before."] });
    expect(prescribe("run", runs.slice(1), [], onDay(21))).toMatchObject({ move: "hold", target: 5 });
  });
  test("a run never leads beyond 180 steps/min, and keeps the own cadence where that is as quick", () => {
    const from = (own: number, target: number): Prescription => prescribe("run", [made("run", target, { values: { baseline_spm: own } })], [], onDay(1));
    expect(from(160, 10)).toMatchObject({ target: 10 });
    expect(from(170, 5)).toMatchObject({ move: "grow", target: 5.8 });
    expect(170 * 1.058).toBeLessThanOrEqual(180);
    expect(from(170, 5).why.at(-1)).toBe("Own cadence 170.0 steps/min, and never beyond 180: 5.8 % more at most.");
    expect(from(184, 5)).toMatchObject({ target: 0.1 });
  });
});

describe("what was laid down", () => {
  test("replaces rung and target until a set was done with them", () => {
    const laid: Laid = { rung: "double", target: 50, made_ms: onDay(20, 18) };
    expect(after("pogo", [[60]], [], laid)).toMatchObject({ move: "start", rung: "double", target: 50, why: ["Laid down for you: 50 contacts, both legs."] });
    expect(moved(after("pogo", [[50, { rung: "double" }]], [], { ...laid, made_ms: onDay(19) }))).toEqual(["grow", "double", 55]);
    // done, grown from, and not forced back
    expect(moved(after("pogo", [[50, { rung: "double" }], [55, { rung: "double" }]], [], { ...laid, made_ms: onDay(17) }))).toEqual(["grow", "double", 60]);
  });
  test("a target alone keeps the rung, a rung alone begins at its start, a tempo stays", () => {
    expect(moved(after("pogo", [[60]], [], { target: 30 }))).toEqual(["start", "single", 30]);
    expect(moved(after("pogo", [[60]], [], { rung: "double" }))).toEqual(["start", "double", 40]);
    expect(after("pogo", [[60]], [], { bpm: 140 })).toMatchObject({ move: "grow", target: 65, bpm: 140 });
  });
  test("does not overrule pain: it can make the work easier, never harder", () => {
    expect(after("pogo", [[60, pain(8)]], [], { target: 80 })).toMatchObject({ move: "rest", target: 50 });
    expect(moved(after("pogo", [[60, pain(5)]], [], { target: 80 }))).toEqual(["back", "single", 50]);
    expect(moved(after("pogo", [[60, { ...pain(5), rung: "double" }]], [], { rung: "single", target: 20 }))).toEqual(["back", "double", 20]);
    expect(moved(after("pogo", [[60, pain(5)]], [], { target: 40 }))).toEqual(["start", "single", 40]);
    expect(moved(after("pogo", [[60, pain(5)]], [], { rung: "double", target: 80 }))).toEqual(["back", "double", 50]);
    expect(moved(after("pogo", [[60, pain(1)], [60, pain(2)]], [], { target: 80 }))).toEqual(["hold", "single", 60]);
    expect(moved(after("pogo", [[60, LOW]], [], { target: 80 }))).toEqual(["hold", "single", 60]);
    expect(after("pogo", [[60, pain(5)]], [], { target: 80 }).why.join(" ")).toBe("Pain 5 of 10 (knee) is above 3: a step back. Laid down for you: 80 contacts, single leg. Not more than this until then.");
  });
  test("is gone to by the programme's largest step, and no further than its most", () => {
    const laid: Laid = { target: 80, made_ms: onDay(10) };
    expect(after("pogo", [[60]], [], laid)).toMatchObject({ move: "grow", target: 70, why: ["Laid down for you: 80 contacts, single leg.", "From 60 contacts by 10 a workout at most."] });
    expect(moved(after("pogo", [[60], [70]], [], laid))).toEqual(["start", "single", 80]);
    expect(moved(after("pogo", [[60], [70], [80]], [], laid))).toEqual(["grow", "single", 85]);
    expect(prescribe("pogo", [], [], onDay(0), { rung: "single", target: 150 }).target).toBe(90);
    expect(moved(after("pogo", [[90], [90]], [], { target: 150 }))).toEqual(["hold", "single", 90]);
  });
  test("that was done is over, whatever else was done on that day", () => {
    const laid: Laid = { target: 50, made_ms: onDay(20, 8) };
    const day = [50, 55].map((target, i) => made("pogo", target, { started_ms: onDay(20, 9 + i), rung: "single", side: "left" }));
    expect(following("pogo", day, [], onDay(21), laid)).toMatchObject({ move: "grow", target: 60 });
    // done before it was laid down
    expect(following("pogo", day, [], onDay(21), { ...laid, made_ms: onDay(20, 12) })).toMatchObject({ move: "start", target: 50 });
  });
});

test("whatever the history, no exercise asks for more than its largest step above the last workout, or beyond its goal; every reason has a number", () => {
  const random = new Random(11);
  const moves = new Set<string>();
  for (let i = 0; i < 3000; i++) {
    const exercise = DRILLS[random.below(DRILLS.length)]!;
    const programme = PROGRAMMES[exercise];
    const rungs = programme.rungs.map(({ name }) => name);
    const sets = Array.from({ length: 1 + random.below(6) }, (_, n): SetHead => {
      const target = random.below(4) === 0 ? programme.goal_max : programme.least + random.below(programme.goal_max);
      const flawed: Made = [{}, {}, {}, LOW, UNEVEN, { flaws: ["short", "height"], values: { clean_reps: 3, clean_taps: 2, hold_ms_max: 4000, strides_in_band: 100 } } as Made][random.below(6)]!;
      return made(exercise, target, { started_ms: onDay(2 * n), rung: rungs[random.below(rungs.length)]!, pain: random.below(3) === 0 ? null : { score: random.below(8), where: null }, ...flawed });
    });
    const last = sets.at(-1)!;
    const next = prescribe(exercise, sets, [], onDay(40));
    const what = `${exercise} ${JSON.stringify(sets.map(({ target, rung, pain: told }) => [target, rung, told?.score]))} → ${next.move} ${next.rung} ${next.target}`;
    moves.add(`${exercise} ${next.move}`);
    const goal = goalOf(programme, rungOf(programme, next.rung)!);
    expect([what, next.target - last.target! <= programme.grow_max + 1e-9]).toEqual([what, true]);
    expect([what, next.target <= goal.goal_max]).toEqual([what, true]);
    expect([what, next.target > 0]).toEqual([what, true]);
    for (const why of next.why) expect([what, why, /\d/u.test(why)]).toEqual([what, why, true]);
    if (next.move === "grow") expect([what, last.pain === null || last.pain.score <= 3]).toEqual([what, true]);
  }
  for (const exercise of DRILLS) for (const move of ["grow", "hold", "back", "rest"]) expect([exercise, move, moves.has(`${exercise} ${move}`)]).toEqual([exercise, move, true]);
});

test("sets of a day, both sides, whatever is told and laid down: one workout, never more than the largest step above the day before", () => {
  const random = new Random(23);
  const one = <T>(of: readonly T[]): T => of[random.below(of.length)]!;
  let grown = 0;
  for (let i = 0; i < 600; i++) {
    const exercise = one(DRILLS);
    const programme = PROGRAMMES[exercise];
    const sets: SetHead[] = [];
    const pains: PainAt[] = [];
    let laid: Laid = {};
    let most = Infinity;
    for (let day = 0; day < 20; day += 1 + random.below(3)) {
      if (random.below(6) === 0) laid = { made_ms: onDay(day, 6), target: programme.least + random.below(2 * programme.goal_max), ...(random.below(2) === 0 ? {} : { rung: one(programme.rungs).name }) };
      if (random.below(6) === 0) pains.push({ at_ms: onDay(day, 7), score: random.below(9), where: "knee" });
      const first = prescribe(exercise, sets, pains, onDay(day, 8), laid);
      let sore = false;
      for (let hour = 9; hour < 10 + random.below(4); hour++) {
        const next = prescribe(exercise, sets, pains, onDay(day, hour), laid);
        const what = `${exercise} day ${day} ${hour}:00 ${JSON.stringify([laid, pains, sets.map(({ started_ms, rung, target, pain: told }) => [new Date(started_ms).getDate(), rung, target, told?.score])])} → ${next.move} ${next.rung} ${next.target}`;
        if (!sore) expect([what, next]).toEqual([what, first]);
        if (next.rung === first.rung) expect([what, next.target <= first.target]).toEqual([what, true]);
        expect([what, next.target <= most + programme.grow_max + 1e-9]).toEqual([what, true]);
        expect([what, next.target <= goalOf(programme, rungOf(programme, next.rung)!).goal_max]).toEqual([what, true]);
        if (sore) expect([what, ["back", "rest", "start"].includes(next.move)]).toEqual([what, true]);
        if (next.target > most) grown++;
        const flawed: Made = one([{}, {}, {}, {}, exercise === "pogo" ? LOW : { flaws: ["short"], values: { clean_reps: 1, clean_taps: 1, hold_ms_max: 2000, strides_in_band: 100 } } as Made]);
        const told = random.below(2) === 0 ? null : { score: random.below(8) === 0 ? 4 + random.below(4) : random.below(3), where: null };
        sore ||= told !== null && told.score > 3;
        sets.push(made(exercise, next.target, { started_ms: onDay(day, hour), rung: next.rung, side: one(["left", "right", null]), pain: told, ...flawed }));
        const then = following(exercise, sets, pains, onDay(day, hour), laid);
        expect([what, then.target <= Math.max(...sets.slice(-4).map(({ target }) => target!)) + programme.grow_max + 1e-9]).toEqual([what, true]);
      }
      most = Math.max(...sets.filter(({ started_ms }) => started_ms >= onDay(day, 0)).map(({ target }) => target!));
    }
  }
  expect(grown).toBeGreaterThan(300);
});
