// What a set came to in two numbers: how much was done, in the unit of its target, and the one that tells how well. Pure.
import { bounceHeight_mm } from "../coach/height.ts";
import { ERRORS } from "../coach/limits.ts";
import { isDrill, isUnfelt, type Drill } from "../coach/programme.ts";
import { numberOf } from "../clip/verdict.ts";
import type { SetHead } from "../record.ts";

/** A number that is followed from set to set. */
export interface Key {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly value: number;
  /** What it may be off by (95 %); null where that was never measured. */
  readonly error: number | null;
}

type Named = Omit<Key, "value" | "error">;

/** What is followed in each exercise. */
export const KEYS: Readonly<Record<Drill, Named>> = {
  pogo: { name: "bounce height", unit: "cm", digits: 1 },
  calf: { name: "heel height", unit: "°", digits: 1 },
  "calf-bent": { name: "heel height", unit: "°", digits: 1 },
  "wall-sit": { name: "tremor", unit: "°/s", digits: 1 },
  "step-down": { name: "impact of the heel", unit: "g", digits: 1 },
  run: { name: "cadence", unit: "steps/min", digits: 1 },
};

/** Landings of a run are found within 10 ms (95 %), and a mean cadence has one at either end: s of its time. */
const ENDS_S = 0.01 * Math.SQRT2;
/** The clip tells cadence in steps of 0.1/min. */
const ROUNDED_SPM = 0.05;

/** Mean bounce height, cm, with the error of a mean of so many flights, whose spread is at least that of one measured. */
function bounce({ set, verdict }: SetHead): readonly [number | null, number | null] {
  const flight_ms = set.flight_ms_mean;
  const height_mm = numberOf(verdict, "height_mm_mean") ?? (flight_ms === null ? null : bounceHeight_mm(flight_ms));
  if (height_mm === null || flight_ms === null || set.hops === 0) return [height_mm === null ? null : height_mm / 10, null];
  const flight_ms_error = (1.96 * Math.max(set.flight_ms_sd ?? 0, ERRORS.flight_ms_sd)) / Math.sqrt(set.hops);
  return [height_mm / 10, (bounceHeight_mm(flight_ms + flight_ms_error) - bounceHeight_mm(flight_ms)) / 10];
}

const READ: Readonly<Record<Drill, (set: SetHead) => readonly [value: number | null, error: number | null]>> = {
  pogo: bounce,
  calf: ({ verdict }) => [numberOf(verdict, "height_deg_mean"), ERRORS.raise_deg],
  "calf-bent": ({ verdict }) => [numberOf(verdict, "height_deg_mean"), ERRORS.raise_deg],
  "wall-sit": ({ verdict }) => [numberOf(verdict, "tremor_dps_mean"), (numberOf(verdict, "tremor_dps_mean") ?? 0) * ERRORS.tremor_share],
  "step-down": ({ verdict }) => [numberOf(verdict, "tap_g_mean"), null],
  run: ({ set: { cadence_spm, duration_ms } }) => [cadence_spm, duration_ms === 0 ? null : Math.max(ROUNDED_SPM, ((cadence_spm ?? 0) * ENDS_S * 1000) / duration_ms)],
};

/** The number that is followed; null where the set does not have it. */
export function keyOf(set: SetHead): Key | null {
  if (!isDrill(set.exercise)) return null;
  const [value, error] = READ[set.exercise](set);
  return value === null ? null : { ...KEYS[set.exercise], value, error };
}

/** How much of what was asked for was done, in its unit: hops, clean raises and taps, s of the longest hold or of the set where the clip cannot feel one, % above the own cadence. */
export function doneOf({ exercise, rung, set, verdict }: SetHead): number | null {
  if (exercise === "pogo") return set.hops;
  if (isUnfelt(exercise, rung)) return set.duration_ms / 1000;
  if (exercise === "wall-sit") return (numberOf(verdict, "hold_ms_max") ?? 0) / 1000;
  if (exercise === "step-down") return numberOf(verdict, "clean_taps");
  if (exercise === "calf" || exercise === "calf-bent") return numberOf(verdict, "clean_reps");
  if (exercise !== "run") return null;
  const own_spm = numberOf(verdict, "baseline_spm");
  return own_spm === null || set.cadence_spm === null ? null : (100 * (set.cadence_spm - own_spm)) / own_spm;
}

/** What a workout is to the leg, clean or not, week by week. */
export const LOADS: Readonly<Record<Drill, string>> = { pogo: "hops", calf: "raises", "calf-bent": "raises", "wall-sit": "s held", "step-down": "taps", run: "min" };

/** The load of a set, in the unit of LOADS. */
export function loadOf({ exercise, rung, set, verdict }: SetHead): number {
  if (exercise === "pogo") return set.hops;
  if (exercise === "run") return set.duration_ms / 60_000;
  if (isUnfelt(exercise, rung)) return set.duration_ms / 1000;
  if (exercise === "wall-sit") return (numberOf(verdict, "hold_ms_total") ?? 0) / 1000;
  return numberOf(verdict, exercise === "step-down" ? "taps" : "reps") ?? 0;
}
