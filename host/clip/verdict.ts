// What VER says of a set, its values under the names and in the units they have in that exercise. Pure.
import { TARGETS, VARIANTS } from "./command.ts";
import type { Exercise, SetFlaw, VerdictEvent } from "./event.ts";

/** The clip's verdict; beside what every exercise has stand the values of VALUES, null where there was nothing to measure. */
export interface SetVerdict {
  readonly exercise: Exercise;
  readonly clean: boolean;
  readonly flaws: readonly SetFlaw[];
  /** In the unit of TARGETS; null = none was set. */
  readonly target: number | null;
  /** A name of VARIANTS; null = not known, or none. */
  readonly variant: string | null;
  readonly [value: string]: unknown;
}

/** A value's name with its unit, and how many parts of that unit the line counts in; null = the line has nothing there. */
type Value = readonly [name: string, parts: number] | null;

const RAISES: readonly Value[] = [
  ["reps", 1],
  ["clean_reps", 1],
  ["full_height_deg", 10],
  ["height_deg_mean", 10],
  ["up_ms_mean", 1],
  ["hold_ms_mean", 1],
  ["down_ms_mean", 1],
  ["wobble_deg_mean", 10],
];

/** v0 … v7 by exercise; cadences are in steps/min. */
export const VALUES: Readonly<Record<Exercise, readonly Value[]>> = {
  auto: RAISES,
  calf: RAISES,
  "calf-bent": RAISES,
  pogo: [
    ["height_mm_best", 10],
    ["height_mm_last", 10],
    ["height_mm_error", 10],
    ["height_mm_mean", 10],
    ["interval_ms_sd", 1000],
    ["double_bounces", 1],
  ],
  "wall-sit": [
    ["holds", 1],
    ["unbroken_holds", 1],
    ["hold_ms_max", 1],
    ["hold_ms_total", 1],
    null,
    ["hold_ms_mean", 1],
    null,
    ["tremor_dps_mean", 10],
  ],
  "step-down": [
    ["taps", 1],
    ["clean_taps", 1],
    ["tap_g_max", 1000],
    ["tap_g_mean", 1000],
    ["reach_ms_mean", 1],
    ["floor_ms_mean", 1],
    ["return_ms_mean", 1],
    ["landing_g_mean", 1000],
  ],
  run: [
    ["baseline_spm", 10],
    ["tempo_spm", 10],
    ["band_spm", 10],
    ["strides_judged", 1],
    ["strides_in_band", 1],
    ["strides_cued", 1],
    ["times_out_of_band", 1],
  ],
  walk: [],
};

/** Reads VER as that of a set of `exercise`. */
export function verdictOf(event: VerdictEvent, exercise: Exercise): SetVerdict {
  const named = VALUES[exercise].flatMap((value, index): [string, number | null][] => {
    if (value === null) return [];
    const raw = event.values[index] ?? null;
    return [[value[0], raw === null ? null : raw / value[1]]];
  });
  const variant = [...(VARIANTS[exercise] ?? [])].find(([, code]) => code === event.variant);
  return {
    exercise,
    clean: event.flaws.length === 0,
    flaws: event.flaws,
    target: event.target === 0 ? null : event.target / (TARGETS[exercise]?.parts ?? 1),
    variant: variant?.[0] ?? null,
    ...Object.fromEntries(named),
  };
}

/** A value of a verdict; null where it has none of that name. */
export function numberOf(verdict: SetVerdict | null, name: string): number | null {
  const value = verdict?.[name];
  return typeof value === "number" ? value : null;
}
