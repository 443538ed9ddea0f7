// From the lines of a run to the object `--json` prints.
import { describe, expect, test } from "vitest";
import { buildLine } from "../../host/clip/line.ts";
import { resultOf } from "../../host/result.ts";
import type { Run } from "../../host/simulator.ts";

/** A run whose source began at 5 s of the clip's clock, at 5.25 s for lines after a restart. */
function run(bodies: readonly string[], more: Partial<Run> = {}): Run {
  const lines = bodies.map((body, seq) => ({ text: buildLine(seq, body), zero_us: body.includes("6250000") ? 5_250_000 : 5_000_000 }));
  return { firmware_sha256: "ab", engine: "v8", seconds: 12.3456789, odr_hz: 416, range_g: 16, gyro: true, lines, toTrace_s: (t_s) => t_s, notes: [], ...more };
}
const SUM = "SUM,3,2,3,30000,4,1,4,3,-2500,8000,250000,9000,450000,12000,1655,1";

describe("a result", () => {
  const result = resultOf(
    run([
      "CON,1,6000000,6250500,2,0,-,-12000,80,0",
      "CON,2,6700000,-,1,0,449500,13000,60,0",
      "CON,3,7400123,7600000,0,0,-,-,0,0",
      "CON,4,8000000,8200000,2,1,400000,-,90,1",
      "AMD,3,2,0,1",
      SUM,
    ]),
  );
  test("has times in s from the first sample and durations in ms", () => {
    expect(result.contacts.slice(1)).toEqual([
      { ic_s: 1.7, tc_s: null, kind: "walk", hop: false, contact_ms: null, flight_ms: 449.5, beat_error_ms: 13, confidence: 60 },
      { ic_s: 2.400123, tc_s: 2.6, kind: "run", hop: false, contact_ms: 199.877, flight_ms: null, beat_error_ms: null, confidence: 0 },
      { ic_s: 3, tc_s: 3.2, kind: "run", hop: true, contact_ms: 200, flight_ms: 400, beat_error_ms: null, confidence: 90 },
    ]);
    expect(result.seconds).toBe(12.345679);
  });
  test("has the summary with units in its names, strides from contact to contact", () => {
    expect(result).toMatchObject({ hops: 1, strides: 3, cadence_spm: 165.5, errors: [] });
    expect(result.set).toEqual({
      id: 3, exercise: "run", end: "command", duration_ms: 30_000, contacts: 4, hops: 1, strides: 4, beats: 3, beat_error_ms_mean: -2.5, beat_error_ms_sd: 8,
      contact_ms_mean: 250, contact_ms_sd: 9, flight_ms_mean: 450, flight_ms_sd: 12, cadence_spm: 165.5, missed_beats: 1,
    });
  });
  test("takes each line's own clock, and puts times on the trace's", () => {
    const { contacts } = resultOf(run(["CON,1,6000000,6250000,2,0,-,-,80,0"], { toTrace_s: (t_s) => 2 * t_s }));
    expect(contacts[0]).toMatchObject({ ic_s: 1.5, tc_s: 2, contact_ms: 500 });
  });
  test("without a summary counts for itself and says so; notes stand first", () => {
    const of = resultOf(run(["CON,1,6000000,6200000,3,1,-,-,80,1", "FLT,4,2,1"], { notes: ["interpolated"] }));
    expect(of).toMatchObject({ hops: 1, strides: 0, cadence_spm: null, set: null });
    expect(of.errors).toEqual(["interpolated", "samples are missing (2 times)", "the clip sent no summary of the set"]);
  });
  test("a pause is no stride, hops are none", () => {
    const strides = (...bodies: string[]) => resultOf(run(bodies)).strides;
    expect(strides("CON,1,6000000,-,1,0,-,-,80,0", "CON,2,9100000,-,1,0,-,-,80,0")).toBe(0);
    expect(strides("CON,1,6000000,-,1,0,-,-,80,0", "CON,2,8900000,-,2,0,-,-,80,0")).toBe(1);
    expect(strides("CON,1,6000000,-,3,1,-,-,80,0", "CON,2,6400000,-,3,1,-,-,80,0")).toBe(0);
  });
});

/** Summary of a set of an exercise without contacts. */
const ended = (exercise: number, end = 3) => `SUM,1,${exercise},${end},30000,0,0,0,0,-,-,-,-,-,-,-,0`;
const EMPTY = { reps: [], holds: [], taps: [], verdict: {}, activities: [], cues: [] };

describe("repetitions of a result", () => {
  test("are raises in calf, calf-bent and auto: at their top, in degrees", () => {
    for (const exercise of [4, 5, 0]) {
      const result = resultOf(run([`MOD,3,1,${exercise},0,5000000`, "REP,1,7000000,251,900,310,1000,21,0,1,1", "REP,2,9500000,149,-,-,-,-,9,2,1", ended(exercise)]));
      expect(result).toMatchObject({ holds: [], taps: [], errors: [] });
      expect(result.reps).toEqual([
        { t_s: 2.9, clean: true, height_deg: 25.1, up_ms: 900, down_ms: 1000, hold_ms: 310, wobble_deg: 2.1, flaws: [] },
        { t_s: 4.5, clean: false, height_deg: 14.9, up_ms: null, down_ms: null, hold_ms: null, wobble_deg: null, flaws: ["partial", "open"] },
      ]);
    }
  });
  test("are holds in a wall sit; an open one ends with the set", () => {
    const lines = ["MOD,3,1,6,0,5000000", "REP,1,7000000,-,-,20300,-,31,1,1,0", "REP,2,30000000,-,-,-,-,-,8,2,0", "MOD,4,1,6,0,40000000", ended(6)];
    expect(resultOf(run(lines))).toMatchObject({
      reps: [],
      taps: [],
      holds: [
        { start_s: 2, end_s: 22.3, tremor_dps: 3.1, unbroken: false },
        { start_s: 25, end_s: 35, tremor_dps: null, unbroken: true },
      ],
      errors: [],
    });
    const endless = resultOf(run(lines.filter((line) => !line.startsWith("MOD,4"))));
    expect(endless.holds).toHaveLength(1);
    expect(endless.errors).toEqual(["a hold began whose end the clip did not tell"]);
  });
  test("are taps in a step-down: when the heel meets the floor, in g", () => {
    const result = resultOf(run(["REP,1,7000000,1402,910,300,1000,1810,0,1,1", "REP,2,10000000,4400,400,200,900,2500,2,2,1", ended(7)]));
    expect(result).toMatchObject({ reps: [], holds: [], errors: [] });
    expect(result.taps).toEqual([
      { t_s: 2.91, clean: true, reach_ms: 910, floor_ms: 300, return_ms: 1000, tap_g: 1.402, landing_g: 1.81, flaws: [] },
      { t_s: 5.4, clean: false, reach_ms: 400, floor_ms: 200, return_ms: 900, tap_g: 4.4, landing_g: 2.5, flaws: ["fast"] },
    ]);
  });
  test("are none in other exercises, and the keys are there", () => {
    for (const exercise of [1, 2, 3]) expect(resultOf(run(["REP,1,7000000,251,900,310,1000,21,0,1,1", ended(exercise)]))).toMatchObject(EMPTY);
    expect(resultOf(run([]))).toMatchObject(EMPTY);
  });
  test("activities, cues and repetitions have the clock of their own line, and the trace's time", () => {
    const of = (more: string[], toTrace_s = (t_s: number) => t_s) => resultOf(run([...more, ended(6)], { toTrace_s }));
    // lines that hold 6250000 come from a clip whose clock stands 0.25 s further
    expect(of(["ACT,5,71,6250000", "ACT,1,90,7000000"]).activities).toEqual([
      { t_s: 1, activity: "calf", confidence: 71 },
      { t_s: 2, activity: "walk", confidence: 90 },
    ]);
    expect(of(["CUE,0,6250000,1702", "CUE,2,7000000,-"], (t_s) => 2 * t_s).cues).toEqual([
      { t_s: 2, every: 0, cadence_spm: 170.2 },
      { t_s: 4, every: 2, cadence_spm: null },
    ]);
    const finished = ["REP,1,6000000,-,-,-,-,-,8,1,0", "REP,1,6250000,-,-,1000,-,9,0,1,1"];
    expect(of(finished).holds).toMatchObject([{ start_s: 1, end_s: 2 }]);
    expect(of(["REP,1,5500000,-,-,-,-,-,8,1,0", "MOD,4,1,6,0,6250000"]).holds).toMatchObject([{ start_s: 0.5, end_s: 1 }]);
  });
});

describe("the verdict of a result", () => {
  const of = (exercise: number, verdict: string) => resultOf(run([ended(exercise), verdict])).verdict;
  test("has each exercise's values under their names, null for none", () => {
    expect(of(1, "VER,1,6,75,3,490,410,30,455,11250,2,-,-")).toEqual({
      exercise: "pogo", clean: false, flaws: ["height", "rhythm"], target: 75, variant: "single",
      height_mm_best: 49, height_mm_last: 41, height_mm_error: 3, height_mm_mean: 45.5, interval_ms_sd: 11.25, double_bounces: 2,
    });
    const raises = {
      clean: true, flaws: [], target: null, variant: null, reps: 0, clean_reps: 0, full_height_deg: 25, height_deg_mean: 22.9,
      up_ms_mean: 600, hold_ms_mean: 233, down_ms_mean: 933, wobble_deg_mean: null,
    };
    for (const [code, exercise] of [[0, "auto"], [4, "calf"], [5, "calf-bent"]] as const) {
      expect(of(code, "VER,1,0,0,0,0,0,250,229,600,233,933,-")).toEqual({ exercise, ...raises });
    }
    expect(of(6, "VER,1,9,45000,0,0,0,20300,30300,-,15150,-,31")).toEqual({
      exercise: "wall-sit", clean: false, flaws: ["short", "missed"], target: 45, variant: null,
      holds: 0, unbroken_holds: 0, hold_ms_max: 20_300, hold_ms_total: 30_300, hold_ms_mean: 15_150, tremor_dps_mean: 3.1,
    });
    expect(of(7, "VER,1,0,15,0,0,0,4400,2900,650,250,950,2150")).toEqual({
      exercise: "step-down", clean: true, flaws: [], target: 15, variant: null,
      taps: 0, clean_taps: 0, tap_g_max: 4.4, tap_g_mean: 2.9, reach_ms_mean: 650, floor_ms_mean: 250, return_ms_mean: 950, landing_g_mean: 2.15,
    });
    expect(of(2, "VER,1,64,75,2,1620,1701,50,160,110,50,3,-")).toEqual({
      exercise: "run", clean: false, flaws: ["band"], target: 7.5, variant: "faded",
      baseline_spm: 162, tempo_spm: 170.1, band_spm: 5, strides_judged: 160, strides_in_band: 110, strides_cued: 50, times_out_of_band: 3,
    });
    expect(of(3, "VER,1,0,0,0,-,-,-,-,-,-,-,-")).toEqual({ exercise: "walk", clean: true, flaws: [], target: null, variant: null });
  });
});
