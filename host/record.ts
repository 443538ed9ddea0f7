// A set as it is kept: what was asked for, what the clip counted and judged, and what the runner said. Pure. The ledger stores it, the
// coach judges it, reports and exports show it; `hopclip export --json` writes it and `hopclip import` reads it back.
import type { Exercise, Hello } from "./clip/event.ts";
import type { SetVerdict } from "./clip/verdict.ts";
import { Failure } from "./failure.ts";
import type { Result, ResultSet } from "./result.ts";

/** Foot the clip was worn on. */
export type Side = "left" | "right";
export const SIDES: readonly Side[] = ["left", "right"];
/** By the clip's own number of it (setting SID); null: it was not told. */
export const SIDE_BY_CODE: readonly (Side | null)[] = [null, ...SIDES];

/** Where it hurts. */
export type Place = "knee" | "shin" | "calf" | "achilles" | "foot" | "thigh" | "hip" | "back" | "elsewhere";
export const PLACES: readonly Place[] = ["knee", "shin", "calf", "achilles", "foot", "thigh", "hip", "back", "elsewhere"];

/** Where a set's numbers come from: a clip on a foot, a simulated person, a recording played into the clip. */
export type Source = "clip" | "simulated" | "recording";
export const SOURCES: readonly Source[] = ["clip", "simulated", "recording"];

/** Highest score of pain: the numeric rating scale goes from 0, none, to 10, the worst imaginable. */
export const PAIN_MAX = 10;

/** Pain as the runner rates it, whole numbers 0..PAIN_MAX. */
export interface Pain {
  readonly score: number;
  /** null where the runner did not say. */
  readonly where: Place | null;
}

/** A set without its single events. */
export interface SetHead {
  /** Start of the set, ms since 1970. */
  readonly started_ms: number;
  readonly exercise: Exercise;
  /** Step of the exercise's ladder (a name of coach/programme.ts); null where it was not said. */
  readonly rung: string | null;
  /** null where it was not said. */
  readonly side: Side | null;
  /** Tempo of the beat, 1/min; null = none. */
  readonly bpm: number | null;
  /** What was asked for, in the unit of TARGETS (clip/command.ts); null = nothing. */
  readonly target: number | null;
  readonly source: Source;
  /** The clip's serial number, "simulated person 7", or the recording's file name. */
  readonly origin: string;
  /** "LSM6DSO at 416 Hz, ±16 g" */
  readonly sensor: string;
  readonly firmware_sha256: string;
  /** The clip's own summary. */
  readonly set: ResultSet;
  /** The clip's own verdict; null where it sent none. */
  readonly verdict: SetVerdict | null;
  /** What the runner said right after the set; null = nothing. */
  readonly pain: Pain | null;
  /** What went wrong while measuring. */
  readonly errors: readonly string[];
}

/** A whole set. Times are s from the set's start. */
export interface SetRecord extends SetHead, Pick<Result, "contacts" | "reps" | "holds" | "taps" | "activities" | "cues"> {}

/** "LSM6DSO at 416 Hz, ±16 g" */
export function sensorText(chip: string, odr_hz: number, range_g: number, gyro: boolean): string {
  return `${chip} at ${odr_hz} Hz, ±${range_g} g${gyro ? "" : ", accelerometer only"}`;
}

/** "LSM6DSO at 416 Hz, ±16 g" of the clip that says hello. */
export function sensorOf({ chip, odr_hz, range_g, gyro }: Hello): string {
  const name = chip === 108 ? "LSM6DSO" : chip === 106 ? "LSM6DS3TR-C" : chip === 0 ? "no sensor" : `sensor ${chip}`;
  return sensorText(name, odr_hz, range_g, gyro);
}

/** What a set's numbers do not say of it. */
export type Asked = Omit<SetHead, "set" | "verdict" | "pain" | "errors" | "firmware_sha256">;

/** A result as it is kept. `start_s`: the set's start on the result's time. A Failure where the clip sent no summary: there is no set. */
export function recordOf(result: Result, asked: Asked, start_s = 0): SetRecord {
  const { set, verdict, contacts, reps, holds, taps, activities, cues, errors, firmware_sha256 } = result;
  if (set === null) throw new Failure(`the set gave no summary: ${errors.join("; ")}`);
  const at_s = (t_s: number): number => Number((t_s - start_s).toFixed(6));
  const timed = <T extends { readonly t_s: number }>(parts: readonly T[]): T[] => parts.map((part) => ({ ...part, t_s: at_s(part.t_s) }));
  return {
    ...asked,
    firmware_sha256,
    set,
    verdict: "exercise" in verdict ? (verdict as SetVerdict) : null,
    pain: null,
    errors,
    contacts: contacts.map((contact) => ({ ...contact, ic_s: at_s(contact.ic_s), tc_s: contact.tc_s === null ? null : at_s(contact.tc_s) })),
    reps: timed(reps),
    holds: holds.map((hold) => ({ ...hold, start_s: at_s(hold.start_s), end_s: at_s(hold.end_s) })),
    taps: timed(taps),
    activities: timed(activities),
    cues: timed(cues),
  };
}
