// Sets and workouts made by hand, with numbers chosen for what a test is about.
import type { Drill } from "../../host/coach/programme.ts";
import type { SetHead } from "../../host/record.ts";
import type { ResultSet } from "../../host/result.ts";
import type { SetFlaw } from "../../host/clip/event.ts";

/** Monday, 5 January 2026, 17:00 in the time zone of this machine. */
export const MONDAY_MS = new Date(2026, 0, 5, 17).getTime();

/** So many calendar days after it, at the same time of day. */
export function onDay(day: number, hour = 17): number {
  return new Date(2026, 0, 5 + day, hour).getTime();
}

const NO_SUMMARY: ResultSet = {
  id: 1, exercise: "pogo", end: "time", duration_ms: 30_000, contacts: 0, hops: 0, strides: 0, beats: 0, beat_error_ms_mean: null, beat_error_ms_sd: null,
  contact_ms_mean: null, contact_ms_sd: null, flight_ms_mean: null, flight_ms_sd: null, cadence_spm: null, missed_beats: 0,
};

/** What differs from a set in which all is well. */
export interface Made extends Partial<Omit<SetHead, "exercise" | "set" | "verdict">> {
  readonly set?: Partial<ResultSet>;
  /** null: the clip sent no verdict. */
  readonly values?: Readonly<Record<string, number | null>> | null;
  readonly flaws?: readonly SetFlaw[];
}

/** Summary and values of a set of an exercise in which all is well and `target` was done. */
function well(exercise: Drill, target: number): [Partial<ResultSet>, Record<string, number | null>] {
  switch (exercise) {
    case "pogo":
      return [
        { contacts: target + 1, hops: target, beats: target, beat_error_ms_mean: -6, beat_error_ms_sd: 12, cadence_spm: 150 },
        { height_mm_best: 49, height_mm_last: 48.8, height_mm_error: 1.6, height_mm_mean: 48.9, interval_ms_sd: 15, double_bounces: 0 },
      ];
    case "wall-sit":
      return [
        { exercise, duration_ms: target * 1000 + 3000 },
        { holds: 1, unbroken_holds: 1, hold_ms_max: target * 1000 + 500, hold_ms_total: target * 1000 + 500, hold_ms_mean: target * 1000 + 500, tremor_dps_mean: 8 },
      ];
    case "step-down":
      return [
        { exercise, duration_ms: 60_000 },
        { taps: target, clean_taps: target, tap_g_max: 3.1, tap_g_mean: 1.9, reach_ms_mean: 900, floor_ms_mean: 250, return_ms_mean: 800, landing_g_mean: 0.4 },
      ];
    case "run":
      return [
        { exercise, duration_ms: 600_000, cadence_spm: 168 },
        { baseline_spm: 160, tempo_spm: 168, band_spm: 5, strides_judged: 800, strides_in_band: 780, strides_cued: 90, times_out_of_band: 4 },
      ];
    default:
      return [
        { exercise, duration_ms: 60_000 },
        { reps: target, clean_reps: target, full_height_deg: 40, height_deg_mean: 38.5, up_ms_mean: 900, hold_ms_mean: 300, down_ms_mean: 1000, wobble_deg_mean: 2.2 },
      ];
  }
}

/** A set in which all is well, but for what is said. */
export function made(exercise: Drill, target: number | null, { set = {}, values = {}, flaws = [], ...more }: Made = {}): SetHead {
  const [summary, named] = well(exercise, target ?? 30);
  return {
    started_ms: MONDAY_MS,
    exercise,
    rung: null,
    side: null,
    bpm: exercise === "pogo" ? 150 : null,
    target,
    source: "clip",
    origin: "HC-0042",
    sensor: "LSM6DSO at 416 Hz, ±16 g",
    firmware_sha256: "00",
    pain: null,
    errors: [],
    ...more,
    set: { ...NO_SUMMARY, exercise, ...summary, ...set },
    verdict: values === null ? null : { exercise, clean: flaws.length === 0, flaws, target, variant: null, ...named, ...values },
  };
}

/** A pogo set that lost its height, beyond doubt. */
export const LOW: Made = { values: { height_mm_last: 40 }, flaws: ["height"] };
/** One that lost its rhythm, beyond doubt. */
export const UNEVEN: Made = { set: { beat_error_ms_sd: 70 }, flaws: ["rhythm"] };
/** A set with half of what was asked for. */
export function half(target: number): Made {
  return { set: { hops: Math.floor(target / 2) }, flaws: ["short"] };
}
