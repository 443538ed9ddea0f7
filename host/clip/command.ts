// Commands to the clip: the body of a line each, checked before it is sent. Pure.
import { BAND_D_MAX, COUNT_MAX, CUE_ALWAYS, CUE_BAND, CUE_FADED, STEP_DOUBLE, STEP_SINGLE, STEP_STAGGERED, TARGET_MAX } from "../../firmware/wire/layout.ts";
import { exerciseCode, type Exercise } from "./event.ts";

/** Variants of an exercise by name, with their numbers: the ladder of pogo, the cue policies of a run. */
export const VARIANTS: Partial<Record<Exercise, ReadonlyMap<string, number>>> = {
  pogo: new Map([["double", STEP_DOUBLE], ["staggered", STEP_STAGGERED], ["single", STEP_SINGLE]]),
  run: new Map([["always", CUE_ALWAYS], ["band", CUE_BAND], ["faded", CUE_FADED]]),
};

/** What a target of an exercise counts, how far it may go, and its parts on the wire. */
export interface TargetRange {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Parts of a unit on the wire; 1: whole ones only. */
  readonly parts: number;
}
const counted = (unit: string): TargetRange => ({ unit, min: 1, max: COUNT_MAX, parts: 1 });

/** Targets by exercise; the others have none. */
export const TARGETS: Partial<Record<Exercise, TargetRange>> = {
  pogo: counted("contacts"),
  calf: counted("raises"),
  "calf-bent": counted("raises"),
  "step-down": counted("taps"),
  "wall-sit": { unit: "s", min: 1, max: TARGET_MAX / 1000, parts: 1000 },
  // Runners are asked for 5 to 10 % more (Heiderscheit 2011); no tempo may pass 240/min, which is 50 % above a slow runner's 160.
  run: { unit: "% above the runner's own cadence", min: 0.1, max: 50, parts: 10 },
};

/** What a set is to be. */
export interface SetOptions {
  readonly exercise: Exercise;
  /** Tempo of the metronome, 1/min, 30..240 in steps of 0.1; absent = none. */
  readonly bpm?: number;
  /** The set ends after so long; absent = it does not end by time. */
  readonly duration_ms?: number;
  /** The set ends after so many hops or strides; absent = it does not end by count. */
  readonly count?: number;
  /** Beats before the set; absent = it starts at once. */
  readonly count_in?: number;
  /** The set ends after so long without motion; absent = never. */
  readonly still_ms?: number;
  /** Every so-many-th beat is accented; absent = none. */
  readonly accent_every?: number;
  /** In the unit of TARGETS; absent = none. */
  readonly target?: number;
  /** A name of VARIANTS; absent = not known (pogo), every beat (run). */
  readonly variant?: string;
  /** Run: half width of the cadence band, steps/min, 0.1..60; absent = the clip's own. */
  readonly band_spm?: number;
}

/** Settings of the clip; PROTOCOL.md says what each means. */
export type ConfigKey = "ODR" | "RNG" | "GYR" | "SID" | "STR" | "PLS" | "SER";

/** Tempo as the wire has it, in 0.1/min; 0 = none. Throws RangeError outside 30..240. */
function tempo(bpm: number | undefined): number {
  if (bpm === undefined) return 0;
  if (!(bpm >= 30 && bpm <= 240)) throw new RangeError(`a tempo is from 30 to 240 a minute, not ${bpm}`);
  return Math.round(bpm * 10);
}

function whole(name: string, value: number | undefined): number {
  if (value === undefined) return 0;
  if (!Number.isInteger(value) || value < 0) throw new RangeError(`${name} is a whole number from 0, not ${value}`);
  return value;
}

/** A target as the wire has it; 0 = none. Throws RangeError on one that the exercise does not have. */
export function targetCode(exercise: Exercise, target: number | undefined): number {
  if (target === undefined) return 0;
  const range = TARGETS[exercise];
  if (range === undefined) throw new RangeError(`${exercise} has no target`);
  const { unit, min, max, parts } = range;
  if (!(target >= min && target <= max) || (parts === 1 && !Number.isInteger(target))) {
    throw new RangeError(`a target of ${exercise} is a ${parts === 1 ? "whole " : ""}number from ${min} to ${max} ${unit}, not ${target}`);
  }
  return Math.round(target * parts);
}

/** A variant's number; 0 = none. Throws RangeError on one that the exercise does not have. */
export function variantCode(exercise: Exercise, variant: string | undefined): number {
  if (variant === undefined) return 0;
  const code = VARIANTS[exercise]?.get(variant);
  if (code === undefined) throw new RangeError(`${exercise} has no variant "${variant}"`);
  return code;
}

/** A band as the wire has it, in 0.1/min; 0 = the clip's own. Throws RangeError outside of 0.1..60, and without a run. */
export function bandCode(exercise: Exercise, band_spm: number | undefined): number {
  if (band_spm === undefined) return 0;
  if (exercise !== "run") throw new RangeError(`${exercise} has no cadence band`);
  if (!(band_spm >= 0.1 && band_spm <= BAND_D_MAX / 10)) throw new RangeError(`a band is from 0.1 to ${BAND_D_MAX / 10} a minute, not ${band_spm}`);
  return Math.round(band_spm * 10);
}

/** Asks for the hello line. */
export const hello = (): string => "HEL";
/** Asks how the clip is. */
export const status = (): string => "STA";
/** Ends the set. */
export const stop = (): string => "STP";

/** Starts a set. Throws RangeError on a number the clip would refuse. */
export function startSet(options: SetOptions): string {
  return [
    "SET",
    exerciseCode(options.exercise),
    tempo(options.bpm),
    whole("duration_ms", options.duration_ms),
    whole("count", options.count),
    whole("count_in", options.count_in),
    whole("still_ms", options.still_ms),
    whole("accent_every", options.accent_every),
    targetCode(options.exercise, options.target),
    variantCode(options.exercise, options.variant),
    bandCode(options.exercise, options.band_spm),
  ].join(",");
}

/** Starts the metronome, or stops it without a tempo. */
export function metronome(bpm?: number, accent_every?: number): string {
  return `MET,${tempo(bpm)},${whole("accent_every", accent_every)}`;
}

/** Asks for a setting, or changes it. */
export function config(key: ConfigKey, value?: number): string {
  return value === undefined ? `CFG,${key}` : `CFG,${key},${whole(key, value)}`;
}

/** `unix_us`: µs since 1970 of the host's clock. */
export function timeSync(unix_us: number): string {
  return `TIM,${whole("unix_us", unix_us)}`;
}

/** Starts or stops the stream of the sensor's own samples. */
export const raw = (on: boolean): string => `RAW,${on ? 1 : 0}`;

/** Gives up the files of the log up to this number. */
export function giveUp(file: number): string {
  return `DEL,${whole("file", file)}`;
}
