// One set on a clip in virtual time, conducted as a host would: boot, settings, start, the wearer's time, end, summary. `simulate`
// puts a simulated person into the shoe.
import {
  EXERCISE_AUTO,
  EXERCISE_CALF,
  EXERCISE_CALF_BENT,
  EXERCISE_POGO,
  EXERCISE_RUN,
  EXERCISE_STEP_DOWN,
  EXERCISE_WALK,
  EXERCISE_WALL_SIT,
  STEP_DOUBLE,
  STEP_SINGLE,
  STEP_STAGGERED,
} from "../firmware/wire/layout.ts";
import { createBody, STAND_S, subject, type Exercise, type Truth } from "./body/body.ts";
import type { EngineFactory } from "./engine/engine.ts";
import type { Fault } from "./faults.ts";
import type { MotorKind } from "./parts/motor.ts";
import type { TruthRecord } from "./score.ts";
import { Start } from "./start.ts";
import { TraceWriter } from "./trace.ts";
import { World, type ChipName } from "./world.ts";

/** Time a clip may take to answer, s of world time. */
const ANSWER_S = 2;
/** How long the sensor takes to deliver after a change of its settings, s. */
const SETTLE_S = 0.3;
/** Longest wait for the set to run: the sensor must start and its clock be known. */
const START_S = 10;
/** Longest wait for the summary after the set: an open contact is given up to 1 s. */
const SUMMARY_S = 5;
/** Longest wait for the verdict, which follows the summary. */
const VERDICT_S = 0.5;
/** How long a simulated person stands before the first beat, s. */
const LEAD_S = 1.2;
/** The same where the clip learns the flat foot from the standing, s. */
const LEAD_POSTURE_S = 2;
/** Beats of a count-in; twice as many where they would be over before the person has left the ground. */
const COUNT_IN = 4;

/** A line of the clip, with what is needed to put its times on the source's time. */
export interface RunLine {
  readonly text: string;
  /** Clip time of the source's time 0, µs; NaN where the source never ran. */
  readonly zero_us: number;
}

/** What a set came to. Raw: the clip's lines and how to read their times. */
export interface Run {
  readonly firmware_sha256: string;
  readonly engine: string;
  /** Time from the source's first sample to its last, s. */
  readonly seconds: number;
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
  readonly lines: readonly RunLine[];
  /** Source time, s, to the time contacts are given in. */
  readonly toTrace_s: (source_s: number) => number;
  /** What the user should know about how it was run. */
  readonly notes: readonly string[];
}

/** How a set is conducted. */
export interface ConductOptions {
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
  /** Strength of a beat, 0..255; absent = the clip's own setting. */
  readonly motor_strength?: number;
  /** Code of the exercise, EXERCISE_*. */
  readonly exercise: number;
  /** Tempo, 0.1/min; 0 = no metronome. */
  readonly bpm_d: number;
  /** Beats before the set; 0 = it starts at once, and the source with it. */
  readonly count_in: number;
  /** With a count-in: source time, s, of the beat after beat 0. */
  readonly lead_s?: number;
  /** Source time, s, at which the set is stopped, unless it has ended by then. */
  readonly seconds: number;
  /** The set ends by itself after so long; 0 = it is stopped. */
  readonly duration_ms: number;
  /** As SET has it: contacts, raises, taps, ms of a hold, 0.1 % above a runner's own cadence; absent = none. */
  readonly target?: number;
  /** As SET has it: step of the pogo ladder, CUE_* of a run; absent = 0. */
  readonly variant?: number;
  /** Cadence band of a run, 0.1/min either side of its tempo; absent = the clip's own. */
  readonly band_d?: number;
}

/** Tag of a line; '' where it has none. */
function tagOf(text: string): string {
  return text.split(",", 3)[2]?.replace(/\*.*$/, "") ?? "";
}

/**
 * Conducts one set. Without a count-in the source starts when the set runs; with one, so that its `lead_s` falls on the beat after
 * beat 0. A clip that does not answer does not stop the run: its lines tell.
 */
export function conduct(world: World, options: ConductOptions): Pick<Run, "firmware_sha256" | "engine" | "lines"> {
  const { bpm_d, count_in } = options;
  const offsets_us: number[] = [];
  const told = new Set<string>();
  const start = new Start({ exercise: options.exercise, lead_s: options.lead_s ?? 0, beat: 1 });
  let answers = 0;
  world.onLine = (line) => {
    offsets_us.push(world.clock_offset_us);
    const tag = tagOf(line.text);
    told.add(tag);
    if (tag === "ACK" || tag === "ERR") answers += 1;
    start.hear(line.text, world.now_us, world.clock_offset_us);
  };
  const answer = (body: string): void => {
    const before = answers;
    world.send(body);
    world.run(() => answers > before, ANSWER_S);
  };

  world.boot();
  world.run(() => told.has("HEL"), ANSWER_S);
  answer(`CFG,ODR,${options.odr_hz}`);
  answer(`CFG,RNG,${options.range_g}`);
  answer(`CFG,GYR,${options.gyro ? 1 : 0}`);
  if (options.motor_strength !== undefined) answer(`CFG,STR,${options.motor_strength}`);
  // The sensor begins anew with each setting; without it the first moments of the source would be lost.
  world.run(SETTLE_S);
  const { target = 0, variant = 0, band_d = 0 } = options;
  answer(`SET,${options.exercise},${bpm_d},${options.duration_ms},0,${count_in},0,0,${target},${variant},${band_d}`);
  world.run(() => !Number.isNaN(start.at_us), START_S);
  if (start.at_us > world.now_us) world.run((start.at_us - world.now_us) / 1e6);
  world.startSource();
  const start_us = world.now_us;
  world.run(() => told.has("SUM") || world.now_us >= start_us + options.seconds * 1e6, options.seconds + 1);
  if (!told.has("SUM")) {
    world.send("STP");
    world.run(() => told.has("SUM"), SUMMARY_S);
  }
  world.run(() => told.has("VER"), VERDICT_S);
  world.onLine = null;
  return {
    firmware_sha256: world.engine.sha256,
    engine: world.engine.name,
    lines: world.lines.map(({ text }, index) => ({ text, zero_us: world.source_start_us + (offsets_us[index] as number) })),
  };
}

/** As `conduct`; whatever happens, the world is closed: a board in a process of its own must not outlive its run. */
export function conductAndClose(world: World, options: ConductOptions): ReturnType<typeof conduct> {
  try {
    return conduct(world, options);
  } finally {
    world.close();
  }
}

/** Whom, what, and on which sensor. */
export interface SimulateOptions {
  readonly wasm: Uint8Array;
  readonly exercise: Exercise;
  /** Hops/min for pogo, where it also is the metronome's tempo; steps/min for run and walk. */
  readonly bpm?: number;
  /** Whether the clip beats. */
  readonly beat: boolean;
  /** Length of the set, s. */
  readonly seconds: number;
  readonly seed: number;
  /** Seed of the wearer; absent = `seed`. */
  readonly subject?: number;
  /** Of the body, "following" of a runner who goes along with the beats; the clip is told the step of the pogo ladder. */
  readonly variant?: string;
  /** Pogo: share of bounce height that a tired person loses. */
  readonly fade?: number;
  /** As ConductOptions has them. */
  readonly target?: number;
  readonly band_d?: number;
  /** Policy of the cues of a run, CUE_*; absent = every beat. */
  readonly cue?: number;
  /** The person hops or runs on past the end of the set, which ends by time; otherwise it stands at the end, and is told to stop. */
  readonly through?: boolean;
  readonly chip: ChipName;
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
  readonly rate_error_ppm: number;
  readonly motor: MotorKind;
  readonly faults: readonly Fault[];
  /** Keep what the sensor delivered. */
  readonly record?: boolean;
  /** Default: V8. */
  readonly engine?: EngineFactory;
}

/** A run with what really happened. */
export interface SimulatedRun extends Run {
  /** Time of beat 0, or of the set's start, on the run's own time, s. */
  readonly start_s: number;
  /** Times on the run's own time. */
  readonly truth: TruthRecord;
  /** What the sensor delivered, quantised; null unless asked for. */
  readonly trace: TraceWriter | null;
}

/** Exercise the clip is told; absent where there is none to name. */
export const EXERCISE_CODES: Partial<Record<Exercise, number>> = {
  pogo: EXERCISE_POGO,
  run: EXERCISE_RUN,
  walk: EXERCISE_WALK,
  calf: EXERCISE_CALF,
  "calf-bent": EXERCISE_CALF_BENT,
  "wall-sit": EXERCISE_WALL_SIT,
  "step-down": EXERCISE_STEP_DOWN,
};
/** Exercises in which the clip learns the flat foot. */
const POSTURES: ReadonlySet<Exercise> = new Set(["calf", "calf-bent", "wall-sit", "step-down"]);

/** How long a simulated person stands before the exercise begins, s. */
export function leadOf_s(exercise: Exercise): number {
  return POSTURES.has(exercise) ? LEAD_POSTURE_S : LEAD_S;
}

/** Steps of the pogo ladder, `variant` of SET, by variant of the body. */
const LADDER: Readonly<Record<string, number>> = { double: STEP_DOUBLE, staggered: STEP_STAGGERED, single: STEP_SINGLE };

/** One set of a simulated person on a simulated clip; the same options give the same run. */
export function simulate(options: SimulateOptions): SimulatedRun {
  const { seed, odr_hz, range_g, gyro, bpm } = options;
  const through = options.through === true;
  const bpm_d = options.beat && bpm !== undefined ? Math.round(bpm * 10) : 0;
  const period_s = bpm_d === 0 ? 0 : 600 / bpm_d;
  const lead_s = leadOf_s(options.exercise);
  const count_in = bpm_d === 0 ? 0 : COUNT_IN * (COUNT_IN * period_s < lead_s ? 2 : 1);
  // Source time of beat 0, or of the set's start.
  const begin_s = count_in === 0 ? 0 : lead_s - period_s;
  const end_s = begin_s + options.seconds;
  const body = createBody(options.exercise, {
    seconds: through ? end_s + 3 : end_s,
    seed,
    lead_s,
    ...(bpm === undefined ? {} : { bpm }),
    ...(options.variant === undefined ? {} : { variant: options.variant }),
    ...(options.exercise === "run" && options.variant === "following" ? { follows: true } : {}),
    ...(options.fade === undefined ? {} : { fade: options.fade }),
    ...(options.subject === undefined ? {} : { subject: subject(options.subject) }),
  });
  const world = new World({
    wasm: options.wasm,
    source: body,
    seed,
    chip: options.chip,
    rate_error_ppm: options.rate_error_ppm,
    motor: options.motor,
    faults: options.faults,
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  });
  const trace = options.record === true ? new TraceWriter(gyro) : null;
  if (trace !== null) record(world, trace, end_s);
  const run = conductAndClose(world, {
    odr_hz,
    range_g,
    gyro,
    exercise: EXERCISE_CODES[options.exercise] ?? EXERCISE_AUTO,
    bpm_d,
    count_in,
    lead_s,
    target: options.target ?? 0,
    variant: options.exercise === "pogo" ? (LADDER[options.variant ?? "single"] ?? 0) : (options.cue ?? 0),
    band_d: options.band_d ?? 0,
    seconds: through ? end_s + 1 : end_s,
    // A hopper who stops misses no beat: the set ends with the last landing's.
    duration_ms: through ? Math.round(options.seconds * 1000) : options.exercise === "pogo" && bpm_d !== 0 ? Math.round((options.seconds - STAND_S + period_s / 2) * 1000) : 0,
    ...(options.motor === "none" ? { motor_strength: 0 } : {}),
  });
  return {
    ...run,
    start_s: begin_s,
    seconds: end_s,
    odr_hz,
    range_g,
    gyro,
    toTrace_s: (source_s) => source_s,
    notes: [],
    truth: truthWithin(body.truth, begin_s, end_s),
    trace,
  };
}

/**
 * What of a truth lies in [begin_s, end_s): contacts that begin in it, raises and taps that are over by its end, holds and activities cut
 * to it.
 */
export function truthWithin(truth: Truth, begin_s: number, end_s: number): TruthRecord {
  const contacts = truth.contacts.filter(({ ic_s }) => ic_s >= begin_s && ic_s < end_s);
  const isStep = (contact: (typeof contacts)[number] | undefined) => contact !== undefined && contact.kind !== "hop";
  const whole = (part: { start_s: number; end_s: number }) => part.start_s >= begin_s && part.end_s <= end_s;
  const cut = <T extends { start_s: number; end_s: number }>(parts: readonly T[]): T[] =>
    parts
      .filter((part) => part.end_s > begin_s && part.start_s < end_s)
      .map((part) => ({ ...part, start_s: Math.max(begin_s, part.start_s), end_s: Math.min(end_s, part.end_s) }));
  return {
    kind: "simulated",
    contacts: contacts.length,
    hops: contacts.filter(({ hop }) => hop).length,
    strides: contacts.filter((contact, i) => isStep(contact) && isStep(contacts[i - 1])).length,
    contact_s: contacts.map(({ ic_s }) => ic_s),
    toe_off_s: contacts.map(({ tc_s }) => tc_s),
    reps: truth.reps.filter(whole),
    holds: cut(truth.holds),
    taps: truth.taps.filter(whole),
    activities: cut(truth.activities),
  };
}

/** Writes down what the sensor delivers from the source's time 0 to `end_s`. */
function record(world: World, trace: TraceWriter, end_s: number): void {
  const { imu } = world;
  const sample = new Float64Array(6);
  imu.onDelivered = (raw) => {
    const t_s = (imu.sample_us - imu.source_start_us) / 1e6;
    if (!(t_s <= end_s)) return;
    const { accelerometer_mg_lsb, gyroscope_mdps_lsb } = imu;
    for (let axis = 0; axis < 6; axis++) sample[axis] = ((raw[axis] as number) * (axis < 3 ? accelerometer_mg_lsb : gyroscope_mdps_lsb)) / 1000;
    trace.push(t_s, sample);
  };
}
