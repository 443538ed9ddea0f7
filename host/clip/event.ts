// What the clip says, typed: one object a line, units in names. Pure; a line that does not have its tag's form is an 'unknown'.
import {
  ACTIVITY_CALF,
  ACTIVITY_HOP,
  ACTIVITY_OTHER,
  ACTIVITY_RUN,
  ACTIVITY_STILL,
  ACTIVITY_WALK,
  END_COMMAND,
  END_COUNT,
  END_LEFT,
  END_RESET,
  END_STILL,
  END_TIME,
  EXERCISE_AUTO,
  EXERCISE_CALF,
  EXERCISE_CALF_BENT,
  EXERCISE_POGO,
  EXERCISE_RUN,
  EXERCISE_STEP_DOWN,
  EXERCISE_WALK,
  EXERCISE_WALL_SIT,
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
  FLAW_BAND,
  FLAW_DOUBLE,
  FLAW_HEIGHT,
  FLAW_MISSED,
  FLAW_RHYTHM,
  FLAW_SHORT,
  FLAW_WOBBLE,
  KIND_HOP,
  KIND_NONE,
  KIND_RUN,
  KIND_WALK,
  MODE_ARMED,
  MODE_COUNT_IN,
  MODE_IDLE,
  MODE_SET,
  MODE_SUMMARY,
  REP_FAST,
  REP_OPEN,
  REP_PARTIAL,
  REP_WOBBLE,
} from "../../firmware/wire/layout.ts";
import type { Frame } from "./line.ts";

/** Kinds of contact, exercises, modes, why a set ended, and activities: the names of the wire codes. */
export type Kind = "none" | "walk" | "run" | "hop";
export type Exercise = "auto" | "pogo" | "run" | "walk" | "calf" | "calf-bent" | "wall-sit" | "step-down";
export type Mode = "idle" | "armed" | "count-in" | "set" | "summary";
export type EndReason = "time" | "count" | "command" | "still" | "reset" | "left";
export type Activity = "other" | "walk" | "run" | "hop" | "still" | "calf";
/** What kept a repetition, and what kept a set from being clean: the names of REP_* and FLAW_*, which layout.ts explains. */
export type RepFlaw = "partial" | "fast" | "wobble" | "open";
export type SetFlaw = "short" | "height" | "rhythm" | "missed" | "double" | "wobble" | "band";

const KINDS = new Map<number, Kind>([[KIND_NONE, "none"], [KIND_WALK, "walk"], [KIND_RUN, "run"], [KIND_HOP, "hop"]]);
const EXERCISES = new Map<number, Exercise>([
  [EXERCISE_AUTO, "auto"],
  [EXERCISE_POGO, "pogo"],
  [EXERCISE_RUN, "run"],
  [EXERCISE_WALK, "walk"],
  [EXERCISE_CALF, "calf"],
  [EXERCISE_CALF_BENT, "calf-bent"],
  [EXERCISE_WALL_SIT, "wall-sit"],
  [EXERCISE_STEP_DOWN, "step-down"],
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
  [END_LEFT, "left"],
]);
const ACTIVITIES = new Map<number, Activity>([
  [ACTIVITY_OTHER, "other"],
  [ACTIVITY_WALK, "walk"],
  [ACTIVITY_RUN, "run"],
  [ACTIVITY_HOP, "hop"],
  [ACTIVITY_STILL, "still"],
  [ACTIVITY_CALF, "calf"],
]);
const REP_FLAWS = new Map<number, RepFlaw>([[REP_PARTIAL, "partial"], [REP_FAST, "fast"], [REP_WOBBLE, "wobble"], [REP_OPEN, "open"]]);
const SET_FLAWS = new Map<number, SetFlaw>([
  [FLAW_SHORT, "short"],
  [FLAW_HEIGHT, "height"],
  [FLAW_RHYTHM, "rhythm"],
  [FLAW_MISSED, "missed"],
  [FLAW_DOUBLE, "double"],
  [FLAW_WOBBLE, "wobble"],
  [FLAW_BAND, "band"],
]);
/** Every name there is of each thing that has one. */
export const NAMES = {
  kind: [...KINDS.values()],
  exercise: [...EXERCISES.values()],
  end: [...ENDS.values()],
  activity: [...ACTIVITIES.values()],
  repFlaw: [...REP_FLAWS.values()],
  setFlaw: [...SET_FLAWS.values()],
} as const;
/** Values of VER after its variant. */
const VERDICT_VALUES = 8;
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

/** What each cause of RST means, for people. */
const RESTARTS = new Map<number, string>([
  [1, "the app did what it must not"],
  [2, "the app panicked"],
  [3, "the app hung"],
  [4, "the app's length is wrong: it is not whole"],
  [5, "the app's check sum is wrong: it is not whole"],
  [6, "the app is for another board interface"],
  [7, "the app cannot be loaded"],
  [8, "the new app had not shown that it works before the clip started again"],
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

/** REP: a heel raise, a hold or a heel tap; null where it has no such value. PROTOCOL.md says what each is, by exercise. */
export interface RepEvent {
  readonly type: "rep";
  readonly id: number;
  /** When it began: the heel rises, the foot lifts, the foot leaves the step. */
  readonly at_us: number;
  /** Raise: highest pitch, 0.1°; tap: impact, mg. */
  readonly top: number | null;
  readonly up_ms: number | null;
  readonly hold_ms: number | null;
  readonly down_ms: number | null;
  /** Raise: 0.1°; hold: tremor, 0.1 °/s; tap: impact of the landing on the step, mg. */
  readonly wobble: number | null;
  /** Empty: clean. */
  readonly flaws: readonly RepFlaw[];
  /** Of the set so far. */
  readonly reps: number;
  readonly clean: number;
}

/** ACT: what the wearer does now. */
export interface ActivityEvent {
  readonly type: "activity";
  readonly activity: Activity;
  /** 0..100 */
  readonly confidence: number;
  readonly at_us: number;
}

/** CUE: cues of a run begin, thin out or end. */
export interface CueEvent {
  readonly type: "cue";
  /** Every so-many-th beat is felt; 0 = none. */
  readonly every: number;
  readonly at_us: number;
  /** Steps/min over the last two strides. */
  readonly cadence_spm: number | null;
}

/** VER: what a verdict on a set needs besides its summary. */
export interface VerdictEvent {
  readonly type: "verdict";
  readonly set: number;
  /** Empty: clean. */
  readonly flaws: readonly SetFlaw[];
  /** As SET has it; 0 = none. */
  readonly target: number;
  readonly variant: number;
  /** Eight, by exercise as PROTOCOL.md says. */
  readonly values: readonly (number | null)[];
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

/** RST: the board restarted the clip, or refused an app. The board makes the line: it is outside of the clip's count. */
export interface Restart {
  readonly type: "restart";
  /** App slot it happened in; -1: none holds an app that may be started. */
  readonly slot: number;
  readonly text: string;
  readonly code: number;
  readonly line: number;
  /** Slot whose app starts now; null: none. */
  readonly runs: number | null;
}

/** RAW: samples as the sensor gave them. */
export interface RawSamples {
  readonly type: "raw";
  /** Number of the first one; lost ones are counted too. */
  readonly sample: number;
  /** Its time. */
  readonly at_us: number;
  /** Accelerometer x y z and, where the gyroscope is on, its x y z, sample by sample, LSB. */
  readonly values: Int16Array;
}

/** A line that is framed well but that this host does not know. */
export interface Unknown {
  readonly type: "unknown";
  readonly tag: string;
}

/** Anything the clip may say. */
export type ClipEvent =
  | Hello
  | ModeChange
  | Beat
  | ContactEvent
  | Amend
  | RepEvent
  | ActivityEvent
  | CueEvent
  | VerdictEvent
  | Summary
  | FaultEvent
  | Ack
  | Refusal
  | Restart
  | RawSamples
  | Unknown;

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

  /** Little-endian i16s in base64. */
  words(): Int16Array {
    const field = this.text();
    const bytes = Buffer.from(field, "base64");
    if (bytes.length === 0 || bytes.length % 2 !== 0 || bytes.toString("base64") !== field) this.ok = false;
    return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(2 * i));
  }

  /** Names of the bits that are set, in the order of the map. */
  bits<T>(names: ReadonlyMap<number, T>): readonly T[] {
    let rest = this.integer();
    const found: T[] = [];
    for (const [bit, name] of names) {
      if ((rest & bit) === 0) continue;
      found.push(name);
      rest -= bit;
    }
    if (rest !== 0) this.ok = false;
    return found;
  }

  /** What is left: numbers, keys, "-". */
  values(): readonly string[] {
    const rest = this.fields.slice(this.at);
    if (!rest.every((field) => /^(?:-|-?\d{1,16}|[A-Z]{1,4})$/.test(field))) this.ok = false;
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
  REP: (f) => ({
    type: "rep",
    id: f.integer(),
    at_us: f.integer(),
    top: f.optional(),
    up_ms: f.optional(),
    hold_ms: f.optional(),
    down_ms: f.optional(),
    wobble: f.optional(),
    flaws: f.bits(REP_FLAWS),
    reps: f.integer(),
    clean: f.integer(),
  }),
  ACT: (f) => ({ type: "activity", activity: f.name(ACTIVITIES), confidence: f.integer(), at_us: f.integer() }),
  CUE: (f) => ({ type: "cue", every: f.integer(), at_us: f.integer(), cadence_spm: tenths(f.optional()) }),
  VER: (f) => ({
    type: "verdict",
    set: f.integer(),
    flaws: f.bits(SET_FLAWS),
    target: f.integer(),
    variant: f.integer(),
    values: Array.from({ length: VERDICT_VALUES }, () => f.optional()),
  }),
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
  ACK: (f) => ({ type: "ack", seq: f.integer(), command: f.text(), values: f.values() }),
  RAW: (f) => ({ type: "raw", sample: f.integer(), at_us: f.integer(), values: f.words() }),
  RST: (f) => ({ type: "restart", slot: f.integer(), text: f.name(RESTARTS), code: f.integer(), line: f.integer(), runs: f.optional() }),
  ERR: (f) => ({ type: "refusal", seq: f.optional(), command: dash(f.text()), error: f.text() }),
};

function tenths(value: number | null): number | null {
  return value === null ? null : value / 10;
}

function dash(text: string): string | null {
  return text === "-" ? null : text;
}

/** STA: how the clip is. */
export interface Status {
  readonly mode: Mode;
  readonly set: number;
  readonly exercise: Exercise;
  readonly uptime_ms: number;
  /** null where the board cannot tell. */
  readonly battery_mv: number | null;
  /** True sample rate; null before it is known. */
  readonly rate_hz: number | null;
  readonly samples: number;
  readonly lost_samples: number;
  /** In the log. */
  readonly records: number;
}

/** What the values of an answer to STA say; null where they have another form. */
export function readStatus(values: readonly string[]): Status | null {
  const f = new Fields(values);
  const status: Status = {
    mode: f.name(MODES),
    set: f.integer(),
    exercise: f.name(EXERCISES),
    uptime_ms: f.integer(),
    battery_mv: f.optional(),
    rate_hz: f.integer() / 1000 || null,
    samples: f.integer(),
    lost_samples: f.integer(),
    records: f.integer(),
  };
  return f.done() ? status : null;
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
