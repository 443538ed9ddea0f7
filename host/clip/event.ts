// What the clip says, typed: one object a line, units in names. Pure; a line that does not have its tag's form is an 'unknown'.
import {
  END_COMMAND,
  END_COUNT,
  END_RESET,
  END_STILL,
  END_TIME,
  EXERCISE_AUTO,
  EXERCISE_POGO,
  EXERCISE_RUN,
  EXERCISE_WALK,
  FAULT_FLASH,
  FAULT_IMU_ABSENT,
  FAULT_IMU_LOST,
  FAULT_IMU_NACK,
  FAULT_IMU_OVERRUN,
  FAULT_IMU_RESET,
  FAULT_IMU_STALL,
  FAULT_LINK_DROP,
  FAULT_LOG_FULL,
  FAULT_MOTOR,
  KIND_HOP,
  KIND_NONE,
  KIND_RUN,
  KIND_WALK,
  MODE_ARMED,
  MODE_COUNT_IN,
  MODE_IDLE,
  MODE_SET,
  MODE_SUMMARY,
} from "../../firmware/wire/layout.ts";
import type { Frame } from "./line.ts";

/** Kinds of contact, exercises, modes, and why a set ended: the names of the wire codes. */
export type Kind = "none" | "walk" | "run" | "hop";
export type Exercise = "auto" | "pogo" | "run" | "walk";
export type Mode = "idle" | "armed" | "count-in" | "set" | "summary";
export type EndReason = "time" | "count" | "command" | "still" | "reset";

const KINDS = new Map<number, Kind>([[KIND_NONE, "none"], [KIND_WALK, "walk"], [KIND_RUN, "run"], [KIND_HOP, "hop"]]);
const EXERCISES = new Map<number, Exercise>([
  [EXERCISE_AUTO, "auto"],
  [EXERCISE_POGO, "pogo"],
  [EXERCISE_RUN, "run"],
  [EXERCISE_WALK, "walk"],
]);
const MODES = new Map<number, Mode>([
  [MODE_IDLE, "idle"],
  [MODE_ARMED, "armed"],
  [MODE_COUNT_IN, "count-in"],
  [MODE_SET, "set"],
  [MODE_SUMMARY, "summary"],
]);
const ENDS = new Map<number, EndReason>([
  [END_TIME, "time"],
  [END_COUNT, "count"],
  [END_COMMAND, "command"],
  [END_STILL, "still"],
  [END_RESET, "reset"],
]);
/** What each fault means, for people. */
const FAULTS = new Map<number, string>([
  [FAULT_IMU_ABSENT, "no motion sensor answers"],
  [FAULT_IMU_NACK, "the motion sensor refused a transfer"],
  [FAULT_IMU_OVERRUN, "the motion sensor's buffer ran over"],
  [FAULT_IMU_LOST, "samples are missing"],
  [FAULT_IMU_RESET, "the motion sensor had reset itself and was set up again"],
  [FAULT_IMU_STALL, "the motion sensor gave no samples for too long"],
  [FAULT_FLASH, "a flash operation failed"],
  [FAULT_LOG_FULL, "the log was full: its oldest records were given up"],
  [FAULT_LINK_DROP, "the link was full: lines were not sent and wait in the log"],
  [FAULT_MOTOR, "the motor refused a pulse"],
]);

/** Number of an exercise in SET. */
export function exerciseCode(exercise: Exercise): number {
  for (const [code, name] of EXERCISES) if (name === exercise) return code;
  throw new RangeError(`no exercise called ${String(exercise)}`);
}

/** HEL: who the clip is and how its sensor runs. */
export interface Hello {
  readonly type: "hello";
  readonly abi: number;
  readonly version: string;
  readonly serial: string;
  /** Who-am-I of the sensor. */
  readonly chip: number;
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
}

/** MOD: the mode changed. */
export interface ModeChange {
  readonly type: "mode";
  readonly mode: Mode;
  readonly set: number;
  readonly exercise: Exercise;
  /** Tempo, 1/min; 0 = none. */
  readonly bpm: number;
  readonly at_us: number;
}

/** BEA: a beat is due. */
export interface Beat {
  readonly type: "beat";
  /** Count-in beats are negative, 0 is the first beat of the set. */
  readonly index: number;
  readonly at_us: number;
  readonly accent: boolean;
}

/** CON: a finished contact. Times are clip time, µs. */
export interface ContactEvent {
  readonly type: "contact";
  readonly id: number;
  readonly ic_us: number;
  /** null where the foot did not leave. */
  readonly tc_us: number | null;
  readonly kind: Kind;
  readonly hop: boolean;
  /** Flight before the contact; null where there was none or it is unknown. */
  readonly flight_us: number | null;
  /** Signed distance to the nearest beat. */
  readonly beat_error_us: number | null;
  /** 0..100 */
  readonly confidence: number;
  readonly hops: number;
}

/** AMD: an earlier contact is of another kind, or a hop after all, or none. */
export interface Amend {
  readonly type: "amend";
  readonly id: number;
  readonly kind: Kind;
  readonly hop: boolean;
  readonly hops: number;
}

/** SUM: what the set came to; null where there was nothing to measure. */
export interface Summary {
  readonly type: "summary";
  readonly set: number;
  readonly exercise: Exercise;
  readonly end: EndReason;
  readonly duration_ms: number;
  readonly contacts: number;
  readonly hops: number;
  readonly strides: number;
  /** Contacts that beat error is taken over. */
  readonly beats: number;
  readonly beat_error_us_mean: number | null;
  readonly beat_error_us_sd: number | null;
  readonly contact_us_mean: number | null;
  readonly contact_us_sd: number | null;
  readonly flight_us_mean: number | null;
  readonly flight_us_sd: number | null;
  /** Steps/min for run and walk (two per stride), hops/min for pogo. */
  readonly cadence_spm: number | null;
  readonly missed_beats: number;
}

/** FLT: the clip noticed a fault. */
export interface FaultEvent {
  readonly type: "fault";
  readonly code: number;
  readonly text: string;
  readonly count: number;
  readonly at_us: number;
}

/** ACK: a command was done. */
export interface Ack {
  readonly type: "ack";
  /** Sequence number of the command. */
  readonly seq: number;
  readonly command: string;
  readonly values: readonly string[];
}

/** ERR: a command was refused; null where the clip could not read it. */
export interface Refusal {
  readonly type: "refusal";
  readonly seq: number | null;
  readonly command: string | null;
  readonly error: string;
}

/** A line that is framed well but that this host does not know. */
export interface Unknown {
  readonly type: "unknown";
  readonly tag: string;
}

/** Anything the clip may say. */
export type ClipEvent = Hello | ModeChange | Beat | ContactEvent | Amend | Summary | FaultEvent | Ack | Refusal | Unknown;

/** Reads fields one by one; any that does not fit makes the whole line unknown. */
class Fields {
  private readonly fields: readonly string[];
  private at = 0;
  ok = true;

  constructor(fields: readonly string[]) {
    this.fields = fields;
  }

  text(): string {
    const field = this.fields[this.at++];
    if (field === undefined) this.ok = false;
    return field ?? "";
  }

  integer(): number {
    const field = this.text();
    if (!/^-?\d{1,16}$/.test(field)) this.ok = false;
    return Number(field);
  }

  optional(): number | null {
    if (this.fields[this.at] !== "-") return this.integer();
    this.at++;
    return null;
  }

  flag(): boolean {
    const value = this.integer();
    if (value !== 0 && value !== 1) this.ok = false;
    return value === 1;
  }

  name<T>(names: ReadonlyMap<number, T>): T {
    const name = names.get(this.integer());
    if (name === undefined) this.ok = false;
    return name as T;
  }

  rest(): readonly string[] {
    const rest = this.fields.slice(this.at);
    this.at = this.fields.length;
    return rest;
  }

  /** Whether every field fitted and none is left over. */
  done(): boolean {
    return this.ok && this.at === this.fields.length;
  }
}

// Fields are read in the order they are written here, which is their order on the line.
const READERS: Readonly<Record<string, (f: Fields) => ClipEvent>> = {
  HEL: (f) => ({
    type: "hello",
    abi: f.integer(),
    version: f.text(),
    serial: f.text(),
    chip: f.integer(),
    odr_hz: f.integer(),
    range_g: f.integer(),
    gyro: f.flag(),
  }),
  MOD: (f) => ({
    type: "mode",
    mode: f.name(MODES),
    set: f.integer(),
    exercise: f.name(EXERCISES),
    bpm: f.integer() / 10,
    at_us: f.integer(),
  }),
  BEA: (f) => ({ type: "beat", index: f.integer(), at_us: f.integer(), accent: f.flag() }),
  CON: (f) => ({
    type: "contact",
    id: f.integer(),
    ic_us: f.integer(),
    tc_us: f.optional(),
    kind: f.name(KINDS),
    hop: f.flag(),
    flight_us: f.optional(),
    beat_error_us: f.optional(),
    confidence: f.integer(),
    hops: f.integer(),
  }),
  AMD: (f) => ({ type: "amend", id: f.integer(), kind: f.name(KINDS), hop: f.flag(), hops: f.integer() }),
  SUM: (f) => ({
    type: "summary",
    set: f.integer(),
    exercise: f.name(EXERCISES),
    end: f.name(ENDS),
    duration_ms: f.integer(),
    contacts: f.integer(),
    hops: f.integer(),
    strides: f.integer(),
    beats: f.integer(),
    beat_error_us_mean: f.optional(),
    beat_error_us_sd: f.optional(),
    contact_us_mean: f.optional(),
    contact_us_sd: f.optional(),
    flight_us_mean: f.optional(),
    flight_us_sd: f.optional(),
    cadence_spm: tenths(f.optional()),
    missed_beats: f.integer(),
  }),
  FLT: (f) => {
    const code = f.integer();
    return { type: "fault", code, text: FAULTS.get(code) ?? `fault ${code}`, count: f.integer(), at_us: f.integer() };
  },
  ACK: (f) => ({ type: "ack", seq: f.integer(), command: f.text(), values: f.rest() }),
  ERR: (f) => ({ type: "refusal", seq: f.optional(), command: dash(f.text()), error: f.text() }),
};

function tenths(value: number | null): number | null {
  return value === null ? null : value / 10;
}

function dash(text: string): string | null {
  return text === "-" ? null : text;
}

/** What a line says. */
export function readEvent(frame: Frame): ClipEvent {
  const unknown: Unknown = { type: "unknown", tag: frame.tag };
  const reader = Object.hasOwn(READERS, frame.tag) ? READERS[frame.tag] : undefined;
  if (reader === undefined) return unknown;
  const fields = new Fields(frame.fields);
  const event = reader(fields);
  return fields.done() ? event : unknown;
}
