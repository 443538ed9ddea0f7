// Replay: a recorded trace played through the register-level sensor into the clip, each of its samples exactly one of the sensor's.
// The sensor runs at its nearest rate with the trace's own rate as its clock error; where the trace has a gap it delivers nothing.
import { RATE_HZ_MIN, isGap, missing, type Trace } from "./trace.ts";
import { conductAndClose, type Run } from "./run.ts";
import { World, type ChipName, type SampleSource } from "./world.ts";
import type { EngineFactory } from "./engine/engine.ts";

/** Rates of the sensor that the clip uses, Hz. */
export const ODR_HZ = [52, 104, 208, 416, 833] as const;
/** Traces below RATE_HZ_MIN are interpolated to this rate, Hz. */
const ODR_HZ_SLOW = 52;
/** A trace that never passes this, g, was taken at ±8 g or could have been: its flat tops must stand at the clip's limit. */
const RANGE_8_G_MAX = 8.1;

/** The sensor's rate nearest to `rate_hz` in ratio. */
export function nearestOdr_hz(rate_hz: number): number {
  let best: number = ODR_HZ[0];
  for (const odr_hz of ODR_HZ) if (Math.abs(Math.log(odr_hz / rate_hz)) < Math.abs(Math.log(best / rate_hz))) best = odr_hz;
  return best;
}

/** ±8 or ±16 g: what the recording's own range asks for, or else what its largest value does. */
export function clipRange_g(trace: Trace, range_g?: number): 8 | 16 {
  if (range_g !== undefined) return range_g <= 8 ? 8 : 16;
  for (const axis of trace.accel_g) for (const value of axis) if (Math.abs(value) > RANGE_8_G_MAX) return 16;
  return 8;
}

/** A trace on the sensor's grid: slot n is the sensor's n-th sample, with a sample of the trace or with none. */
export class TraceSource implements SampleSource {
  /** Slots per second of source time. */
  readonly rate_hz: number;
  /** Seconds from the first sample of the trace to its last. */
  readonly seconds: number;
  readonly notes: string[] = [];
  readonly slots: number;
  /** Slots without a sample. */
  readonly lost: number;
  /** Called in a slot without a sample: the sensor loses what it takes then. */
  onLost: () => void = () => {};
  private readonly axes: readonly Float64Array[];
  /** Time of each slot on the trace's own timeline, s from its first sample; straight across gaps. */
  private readonly slot_s: Float64Array;
  /** Index of the slot's sample, −1 where there is none. */
  private readonly sampleOf: Int32Array;

  constructor(trace: Trace) {
    const last = trace.t_s.length - 1;
    const columns = [...trace.accel_g, ...(trace.rate_dps ?? [])];
    this.seconds = (trace.t_s[last] as number) - (trace.t_s[0] as number);
    if (trace.rate_hz < RATE_HZ_MIN * 0.995) {
      this.rate_hz = ODR_HZ_SLOW;
      this.notes.push(`the trace has ${trace.rate_hz.toFixed(1)} Hz, below ${RATE_HZ_MIN} Hz: it was interpolated to ${ODR_HZ_SLOW} Hz`);
      this.slots = Math.floor(this.seconds * ODR_HZ_SLOW + 1e-6) + 1;
      [this.slot_s, this.sampleOf, this.axes] = interpolate(trace, columns, this.slots);
    } else {
      this.rate_hz = trace.rate_hz;
      [this.slot_s, this.sampleOf] = grid(trace);
      this.slots = this.slot_s.length;
      this.axes = columns;
    }
    let lost = 0;
    for (const index of this.sampleOf) if (index < 0) lost++;
    this.lost = lost;
  }

  sample(t_s: number, out: Float64Array): void {
    const slot = Math.min(this.slots - 1, Math.round(t_s * this.rate_hz));
    const index = this.sampleOf[slot] as number;
    if (index < 0) {
      this.onLost();
      return;
    }
    out.fill(0);
    for (let axis = 0; axis < this.axes.length; axis++) out[axis] = (this.axes[axis] as Float64Array)[index] as number;
  }

  /** Source time, s, to the trace's own time, s from its first sample: exact at each sample, straight in between. */
  toTrace_s(source_s: number): number {
    const at = source_s * this.rate_hz;
    const slot = Math.max(0, Math.min(this.slots - 2, Math.floor(at)));
    const before_s = this.slot_s[slot] as number;
    return before_s + (at - slot) * ((this.slot_s[slot + 1] as number) - before_s);
  }
}

/** Puts every sample of the trace on a slot of its own, with empty slots in its gaps. */
function grid(trace: Trace): [Float64Array, Int32Array] {
  const { t_s } = trace;
  const slots = t_s.length + trace.dropped;
  const slot_s = new Float64Array(slots);
  const sampleOf = new Int32Array(slots).fill(-1);
  sampleOf[0] = 0;
  let slot = 0;
  for (let i = 1; i < t_s.length; i++) {
    const before_s = (t_s[i - 1] as number) - (t_s[0] as number);
    const dt_s = (t_s[i] as number) - (t_s[i - 1] as number);
    const steps = isGap(trace, dt_s) ? missing(trace, dt_s) + 1 : 1;
    for (let step = 1; step <= steps; step++) slot_s[slot + step] = before_s + (dt_s * step) / steps;
    slot += steps;
    sampleOf[slot] = i;
  }
  return [slot_s, sampleOf];
}

/** Straight lines between the samples of the trace, none across its gaps. */
function interpolate(trace: Trace, columns: readonly Float64Array[], slots: number): [Float64Array, Int32Array, Float64Array[]] {
  const { t_s } = trace;
  const slot_s = new Float64Array(slots);
  const sampleOf = new Int32Array(slots);
  const axes = columns.map(() => new Float64Array(slots));
  let right = 1;
  for (let slot = 0; slot < slots; slot++) {
    const at_s = (t_s[0] as number) + slot / ODR_HZ_SLOW;
    while (right < t_s.length - 1 && (t_s[right] as number) < at_s) right++;
    const left_s = t_s[right - 1] as number;
    const dt_s = (t_s[right] as number) - left_s;
    const share = Math.min(1, (at_s - left_s) / dt_s);
    slot_s[slot] = slot / ODR_HZ_SLOW;
    sampleOf[slot] = isGap(trace, dt_s) && share > 1e-9 && share < 1 - 1e-9 ? -1 : slot;
    columns.forEach((column, axis) => {
      const from = column[right - 1] as number;
      (axes[axis] as Float64Array)[slot] = from + share * ((column[right] as number) - from);
    });
  }
  return [slot_s, sampleOf, axes];
}

/** How a trace is played. */
export interface ReplayOptions {
  readonly wasm: Uint8Array;
  /** Code of the exercise, EXERCISE_*. */
  readonly exercise: number;
  /** Tempo, 0.1/min; 0 = no metronome. Beat 0 falls on the first sample to within a read of the sensor's buffer. */
  readonly bpm_d: number;
  /** Target of the set, as SET has it; absent = none. */
  readonly target?: number;
  /** Range of the recording, g, where it is known. */
  readonly range_g?: number;
  readonly chip?: ChipName;
  readonly engine?: EngineFactory;
}

/**
 * Plays a trace and returns what the clip said; event times are on the trace's own timeline. The motor is off: a recording does not
 * feel it. Noise, bias and scale errors are off too: the recording has its own.
 */
export function replay(trace: Trace, options: ReplayOptions): Run {
  const source = new TraceSource(trace);
  const chip = options.chip ?? "lsm6dso";
  const odr_hz = nearestOdr_hz(source.rate_hz);
  const range_g = clipRange_g(trace, options.range_g);
  const gyro = trace.rate_dps !== null;
  const world = new World({
    wasm: options.wasm,
    source,
    seed: 1,
    chip,
    exact: true,
    motor: "none",
    rate_error_ppm: (source.rate_hz / odr_hz - 1) * 1e6,
    ...(options.engine === undefined ? {} : { engine: options.engine }),
  });
  source.onLost = () => world.imu.dropNext(1);
  return {
    ...conductAndClose(world, {
      odr_hz,
      range_g,
      gyro,
      motor_strength: 0,
      exercise: options.exercise,
      bpm_d: options.bpm_d,
      target: options.target ?? 0,
      count_in: 0,
      seconds: source.slots / source.rate_hz,
      duration_ms: 0,
    }),
    seconds: source.seconds,
    odr_hz,
    range_g,
    gyro,
    toTrace_s: (source_s) => source.toTrace_s(source_s),
    notes: source.notes,
  };
}
