// The rules of the programme as the design's first section has them, row by row of its table, with its numbers.
import { describe, expect, test } from "vitest";
import { RUN } from "../../host/coach/limits.ts";
import { bounceHeight_mm } from "../../host/coach/height.ts";
import { DELOAD, RAMP, mileage, rampLine } from "../../host/coach/mileage.ts";
import { prescribe, type Prescription } from "../../host/coach/next.ts";
import { ADVICE, DRILLS, PAIN, POGO_S, PROGRAMMES, beatsIn, goalOf, timeOf_s, type Drill } from "../../host/coach/programme.ts";
import { verdictOn } from "../../host/coach/verdict.ts";
import { TARGETS, VARIANTS, targetCode } from "../../host/clip/command.ts";
import type { SetHead } from "../../host/record.ts";
import { LOW, UNEVEN, made, onDay, type Made } from "./made.ts";

const rungs = (exercise: Drill): string[] => PROGRAMMES[exercise].rungs.map(({ name }) => name);
const clean = (exercise: Drill, target: number, more: Made = {}): boolean => verdictOn(made(exercise, target, more)).clean;
/** What follows a workout of pogo hops on one leg. */
const then = (target: number, more: Made = {}): Prescription => prescribe("pogo", [made("pogo", target, { rung: "single", ...more })], [], onDay(1));

describe("| single-leg pogo hops (ladder: double-leg → staggered → single-leg) | hopping foot | 30 s; target contacts; no loss of bounce height; steady rhythm; metronome 150/min |", () => {
  const { rungs: ladder, bpm, worn } = PROGRAMMES.pogo;
  test("ladder: double-leg → staggered → single-leg, by the names the clip knows", () => {
    expect(rungs("pogo")).toEqual(["double", "staggered", "single"]);
    expect(ladder.map(({ name }) => VARIANTS.pogo!.get(name))).toEqual([1, 2, 3]);
  });
  test("worn on the hopping foot", () => expect(worn).toBe("on the shoe of the hopping foot"));
  test("metronome 150/min; 30 s of it are 75 beats, and 75 contacts take 30 s", () => {
    expect([bpm, POGO_S, beatsIn(30, 150), timeOf_s(75, 150)]).toEqual([150, 30, 75, 30]);
    expect(prescribe("pogo", [], [], onDay(0)).bpm).toBe(150);
  });
  test("target contacts", () => {
    expect([clean("pogo", 75), clean("pogo", 75, { set: { hops: 60 }, flaws: ["short"] })]).toEqual([true, false]);
  });
  test("no loss of bounce height, steady rhythm", () => {
    expect([clean("pogo", 75, LOW), clean("pogo", 75, UNEVEN)]).toEqual([false, false]);
  });
});

describe("| single-leg calf raise, knee straight | working foot | 30 clean reps, full height, smooth |", () => {
  test("30 clean reps", () => {
    expect([PROGRAMMES.calf.goal_max, PROGRAMMES.calf.worn]).toEqual([30, "on the shoe of the working foot"]);
    expect([clean("calf", 30), clean("calf", 30, { values: { clean_reps: 25, reps: 25 }, flaws: ["short"] })]).toEqual([true, false]);
  });
  test("full height, smooth", () => {
    const five = { values: { reps: 35, clean_reps: 30 } };
    for (const flaw of ["height", "rhythm", "wobble"] as const) expect([flaw, clean("calf", 30, { ...five, flaws: [flaw] })]).toEqual([flaw, false]);
  });
});

test("| bent-knee calf raise | working foot | 30 smooth reps | the same, its own target |", () => {
  expect([PROGRAMMES["calf-bent"].goal_max, PROGRAMMES["calf-bent"].worn]).toEqual([30, "on the shoe of the working foot"]);
  // Its own: workouts with the knee straight say nothing of it.
  const sets = [made("calf", 28), made("calf-bent", 12)];
  expect([prescribe("calf", sets, [], onDay(1)).target, prescribe("calf-bent", sets, [], onDay(1)).target]).toEqual([30, 14]);
});

describe("| single-leg wall sit | raised foot | 45–60 s unbroken |", () => {
  const { goal_min, goal_max, worn } = PROGRAMMES["wall-sit"];
  test("45–60 s", () => expect([goal_min, goal_max, worn]).toEqual([45, 60, "on the shoe of the foot that is raised"]));
  test("unbroken: two holds of half the time are none", () => {
    expect(clean("wall-sit", 45)).toBe(true);
    expect(clean("wall-sit", 45, { values: { holds: 2, unbroken_holds: 1, hold_ms_max: 23_000, hold_ms_total: 46_000 }, flaws: ["short", "missed"] })).toBe(false);
  });
  test("ladder: both legs / staggered / load", () => expect(rungs("wall-sit")).toEqual(["double", "staggered", "single", "load"]));
});

describe("| forward step-down | tapping foot | 15 clean reps |", () => {
  test("15 clean reps", () => {
    expect([PROGRAMMES["step-down"].goal_max, PROGRAMMES["step-down"].worn]).toEqual([15, "on the shoe of the foot that taps"]);
    expect([clean("step-down", 15), clean("step-down", 15, { values: { clean_taps: 10 }, flaws: ["short", "rhythm"] })]).toEqual([true, false]);
  });
  test("ladder: step height, reach, load at 6–10 reps", () => {
    expect(rungs("step-down")).toEqual(["low", "middle", "high", "reach", "load"]);
    expect(goalOf(PROGRAMMES["step-down"], PROGRAMMES["step-down"].rungs.at(-1)!)).toEqual({ start: 6, goal_min: 6, goal_max: 10 });
  });
});

describe("| running | either foot | cadence band 160–180 | cued back into a target band |", () => {
  test("160–180", () => {
    expect([RUN.cadence_spm_min, RUN.cadence_spm_max]).toEqual([160, 180]);
    expect(PROGRAMMES.run.worn).toContain("either shoe");
    const finding = (cadence_spm: number) => verdictOn(made("run", 5, { set: { cadence_spm } })).findings.find(({ topic }) => topic === "cadence")!.ok;
    expect([159, 160, 180, 181].map(finding)).toEqual([null, true, true, null]);
  });
  test("kept in the band, or not", () => {
    expect([clean("run", 5), clean("run", 5, { values: { strides_judged: 800, strides_in_band: 400 }, flaws: ["band"] })]).toEqual([true, false]);
  });
  test("5 % above the own cadence, up to 10 %, never beyond 180 (Heiderscheit 2011)", () => {
    const { start, goal_max } = PROGRAMMES.run;
    expect([start, goal_max]).toEqual([5, 10]);
    for (let own = 140; own <= 179; own++) {
      for (const target of [5, 7, 9, 10]) {
        const next = prescribe("run", [made("run", target, { values: { baseline_spm: own } })], [], onDay(1)).target;
        expect([own, target, (own * (100 + next)) / 100 <= Math.max(180, own * 1.001) + 1e-9]).toEqual([own, target, true]);
      }
    }
  });
  test("the ladder is of cue policies that the clip knows", () => expect(rungs("run").map((name) => VARIANTS.run!.has(name))).toEqual([true, true, true]));
});

describe("| programming (weekly mileage) | host only | plan and ledger |", () => {
  test("blocks of four weeks, each block's first week a deload, e.g. 10 12 14 16 | 12 14 16 18 | 14 16 18 20", () => {
    expect(mileage({ start: 10, step: 2, weeks: 12, deload: 4 })).toEqual([[10, 12, 14, 16], [12, 14, 16, 18], [14, 16, 18, 20]]);
  });
  test("that table is the default output", () => expect(rampLine(RAMP)).toBe("10 12 14 16 | 12 14 16 18 | 14 16 18 20"));
  test("a deload every 4 to 6 weeks is the rule", () => expect([DELOAD.min, DELOAD.max]).toEqual([4, 6]));
});

describe("pogo contacts grow 5–10 per workout up to 60–90", () => {
  test("by 5 to 10 and never more, up to 90", () => {
    const { grow_min, grow_max, goal_min, goal_max } = PROGRAMMES.pogo;
    expect([grow_min, grow_max, goal_min, goal_max]).toEqual([5, 10, 60, 90]);
    for (let target = 20; target <= 90; target++) {
      const grown = then(target).target - target;
      expect([target, target > 85 ? grown <= 5 && grown >= 0 : grown === 5]).toEqual([target, true]);
    }
    const free: Made = { rung: "single", pain: { score: 0, where: null } };
    expect(prescribe("pogo", [made("pogo", 60, free), made("pogo", 70, { ...free, started_ms: onDay(2) })], [], onDay(3)).target).toBe(80);
  });
  test("hold or step back when bounce height is lost, rhythm is lost", () => {
    expect([then(60, LOW).move, then(60, UNEVEN).move]).toEqual(["hold", "hold"]);
    const twice = (more: Made): Prescription => prescribe("pogo", [made("pogo", 60, { rung: "single", ...more }), made("pogo", 60, { rung: "single", ...more, started_ms: onDay(2) })], [], onDay(3));
    expect([twice(LOW), twice(UNEVEN)].map(({ move, target }) => [move, target])).toEqual([["back", 50], ["back", 50]]);
  });
  test("or the runner reports shin or knee pain: above 3 or rising", () => {
    for (const where of ["shin", "knee"] as const) {
      expect([then(60, { pain: { score: 4, where } }).move, then(60, { pain: { score: 3, where } }).move]).toEqual(["back", "grow"]);
    }
    const rising = [made("pogo", 55, { rung: "single", pain: { score: 1, where: "shin" } }), made("pogo", 60, { rung: "single", started_ms: onDay(2), pain: { score: 2, where: "shin" } })];
    expect(prescribe("pogo", rising, [], onDay(3)).move).toBe("hold");
    expect(PAIN.fine_max).toBe(3);
  });
});

test("each exercise has its easier and harder step", () => {
  for (const exercise of DRILLS) {
    const { rungs: ladder, first, goal_max, least } = PROGRAMMES[exercise];
    const own = ladder.findIndex(({ name }) => name === first);
    expect([exercise, ladder.length > 1, own >= 0, new Set(ladder.map(({ name }) => name)).size]).toEqual([exercise, true, true, ladder.length]);
    const harder = ladder[own]!;
    const top = harder.goal_max ?? goal_max;
    const sets = [made(exercise, top, { rung: harder.name }), made(exercise, top, { rung: harder.name, started_ms: onDay(2) })];
    expect([exercise, prescribe(exercise, sets, [], onDay(3)).rung]).toEqual([exercise, ladder[own + 1]!.name]);
    if (own === 0) continue;
    const sore: SetHead[] = [made(exercise, least, { rung: first, pain: { score: 5, where: "knee" } })];
    expect([exercise, prescribe(exercise, sore, [], onDay(1)).rung]).toEqual([exercise, ladder[own - 1]!.name]);
  }
});

test("bounce height is g·flight²/8", () => {
  // FIGURES: 200 ms are 4.9 cm, and a ms more 0.49 mm
  expect([bounceHeight_mm(200), bounceHeight_mm(201) - bounceHeight_mm(200)].map((height_mm) => height_mm.toFixed(2))).toEqual(["49.03", "0.49"]);
});

test("every target that the programme asks for is one that the clip takes, in its unit", () => {
  for (const exercise of DRILLS) {
    const programme = PROGRAMMES[exercise];
    for (const rung of programme.rungs) {
      const { start, goal_min, goal_max } = goalOf(programme, rung);
      for (const target of [start, goal_min, goal_max, programme.least]) expect([exercise, targetCode(exercise, target) > 0]).toEqual([exercise, true]);
      expect([exercise, programme.least <= start, start <= goal_max, goal_min <= goal_max, programme.grow_min <= programme.grow_max]).toEqual([exercise, true, true, true, true]);
    }
    expect(exercise === "run" || TARGETS[exercise]!.unit === programme.unit).toBe(true);
  }
});

test("it is no medical device, and says when to see a professional", () => {
  expect(ADVICE.join(" ")).toMatch(/no medical device/u);
  for (const sign of ["swells", "locks", "gives way", "night"]) expect(ADVICE.join(" ")).toContain(sign);
});
