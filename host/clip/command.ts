// Commands to the clip: the body of a line each, checked before it is sent. Pure.
import { exerciseCode, type Exercise } from "./event.ts";

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
}

/** Settings of the clip; PROTOCOL.md says what each means. */
export type ConfigKey = "ODR" | "RNG" | "GYR" | "SID" | "STR" | "PLS";

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
