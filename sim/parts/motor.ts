// The vibration motor and its queue of pulses: an LRA that rings at its resonance, or an ERM that has to spin up. Shakes the
// sensor in directions fixed to the clip.
import { HAL_FULL, HAL_RANGE } from "../engine/engine.ts";
import type { Random } from "../random.ts";

/** Linear resonant, eccentric rotating, or no motor. */
export type MotorKind = "lra" | "erm" | "none";

/** A pulse as it was played. Times are world time. */
export interface Pulse {
  readonly at_us: number;
  readonly start_us: number;
  readonly duration_ms: number;
  /** 0..255 */
  readonly strength: number;
}

/** Which motor, and how it is felt. */
export interface MotorOptions {
  readonly kind: MotorKind;
  readonly random: Random;
  readonly report: (violation: string) => void;
  /** Peak acceleration at the sensor at full strength, g. */
  readonly peak_g?: number;
  /** How late the board may start a pulse, µs. */
  readonly start_late_us_max?: number;
}

/** Pulses the board holds, the least that HAL.md allows; resonance of the LRA, Hz. */
export const QUEUE_PULSES = 4;
export const LRA_HZ = 172;
const LRA_TAU_S = 0.0115; // amplitude: 10 % to 90 % in 25 ms
const ERM_HZ_MAX = 200;
const ERM_HZ_HEARD = 60; // below it the weight hardly shakes anything
const ERM_TAU_S = 0.018; // speed: 90 % of its end in 40 ms
const TILT_DPS_PER_G = 4; // the clip rocks a little on its band
const LRA_MA = 25;
const ERM_MA = 60;
const SUPPLY_V = 3;
const DURATION_MS_MAX = 1000;
const QUIET = 1e-3; // of the full amplitude: 1 to 2 mg

export class Motor {
  /** Pulses played so far. */
  readonly pulses: Pulse[] = [];
  /** Told of every pulse as it starts. */
  onPulse: ((pulse: Pulse) => void) | null = null;
  /** Charge taken so far, mA·s. */
  charge_mas = 0;

  private readonly options: MotorOptions;
  private readonly peak_g: number;
  private readonly late_us: number;
  private readonly hz_max: number;
  private readonly tau_s: number;
  private readonly main = new Float64Array(3);
  private readonly side = new Float64Array(3);
  private readonly at_us = new Float64Array(QUEUE_PULSES);
  private readonly duration_ms = new Float64Array(QUEUE_PULSES);
  private readonly strength = new Float64Array(QUEUE_PULSES);
  private queued = 0;
  private now_us = 0;
  private drive = 0;
  private drive_until_us = -Infinity;
  private level = 0;
  private phase = 0;

  constructor(options: MotorOptions) {
    this.options = options;
    this.peak_g = options.peak_g ?? 1.5;
    this.late_us = options.start_late_us_max ?? 200;
    this.hz_max = options.kind === "erm" ? ERM_HZ_MAX : LRA_HZ;
    this.tau_s = options.kind === "erm" ? ERM_TAU_S : LRA_TAU_S;
    direction(options.random, this.main);
    perpendicular(options.random, this.main, this.side);
  }

  /** Energy taken so far, mJ. */
  get energy_mj(): number {
    return this.charge_mas * SUPPLY_V;
  }

  /** Draw at the moment, mA. */
  get current_ma(): number {
    return this.now_us < this.drive_until_us ? this.full_ma * this.drive : 0;
  }

  /** Queues a pulse at `at_us` of world time, at once if that is past; 0, HAL_FULL or HAL_RANGE. */
  pulse(at_us: number, duration_ms: number, strength: number): number {
    if (duration_ms < 1 || duration_ms > DURATION_MS_MAX || strength < 0 || strength > 255) {
      this.options.report(`motor: pulse of ${duration_ms} ms at strength ${strength}`);
      return HAL_RANGE;
    }
    if (this.queued === QUEUE_PULSES) return HAL_FULL;
    let place = this.queued;
    while (place > 0 && this.at_us[place - 1]! > at_us) {
      this.copy(place - 1, place);
      place -= 1;
    }
    this.at_us[place] = Math.max(at_us, this.now_us);
    this.duration_ms[place] = duration_ms;
    this.strength[place] = strength;
    this.queued += 1;
    return 0;
  }

  /** Forgets the queue; a pulse at play ends. */
  stop(): void {
    this.queued = 0;
    this.drive_until_us = Math.min(this.drive_until_us, this.now_us);
  }

  /** Power-up: nothing is queued or driven. */
  power(t_us: number): void {
    this.advance(t_us);
    this.stop();
  }

  /** Brings the motor to `t_us` of world time. */
  advance(t_us: number): void {
    while (this.queued > 0 && this.at_us[0]! <= t_us) this.start();
    this.glide(t_us);
  }

  /** Adds the shaking at `t_us` to `out`: specific force g, rate dps, as it comes through a second-order low-pass at `band_hz`. */
  add(t_us: number, out: Float64Array, band_hz = Infinity): void {
    if (this.queued > 0 && this.at_us[0]! <= t_us) this.advance(t_us);
    if (this.drive === 0 && this.level === 0) {
      this.now_us = t_us;
      return;
    }
    this.glide(t_us);
    if (this.options.kind === "none") return;
    const erm = this.options.kind === "erm";
    const share = ((erm ? this.level : 1) * this.hz_max) / band_hz;
    const peak_g = (this.peak_g * (erm ? ermForce(this.level) : this.level)) / Math.sqrt(1 + share ** 4);
    const along_g = peak_g * Math.sin(this.phase);
    const across_g = erm ? peak_g * Math.cos(this.phase) : 0;
    for (let axis = 0; axis < 3; axis += 1) {
      out[axis]! += along_g * this.main[axis]! + across_g * this.side[axis]!;
      out[3 + axis]! += TILT_DPS_PER_G * (along_g * this.side[axis]! - across_g * this.main[axis]!);
    }
  }

  private get full_ma(): number {
    return this.options.kind === "erm" ? ERM_MA : this.options.kind === "lra" ? LRA_MA : 0;
  }

  private copy(from: number, to: number): void {
    this.at_us[to] = this.at_us[from]!;
    this.duration_ms[to] = this.duration_ms[from]!;
    this.strength[to] = this.strength[from]!;
  }

  private start(): void {
    const at_us = this.at_us[0]!;
    const duration_ms = this.duration_ms[0]!;
    const strength = this.strength[0]!;
    for (let place = 1; place < this.queued; place += 1) this.copy(place, place - 1);
    this.queued -= 1;
    const start_us = Math.max(at_us, this.now_us) + this.options.random.uniform(0, this.late_us);
    this.glide(start_us);
    if (this.level === 0) this.phase = this.options.random.uniform(0, 2 * Math.PI);
    this.drive = strength / 255;
    this.drive_until_us = start_us + duration_ms * 1000;
    this.charge_mas += (this.full_ma * this.drive * duration_ms) / 1000;
    const pulse = { at_us, start_us, duration_ms, strength };
    this.pulses.push(pulse);
    this.onPulse?.(pulse);
  }

  /** Lets amplitude and phase run on to `t_us`, through the end of the pulse if that lies before. */
  private glide(t_us: number): void {
    if (t_us <= this.now_us) return;
    if (this.drive > 0) {
      const end_us = Math.min(t_us, this.drive_until_us);
      if (end_us > this.now_us) this.relax(end_us, this.drive);
      if (t_us >= this.drive_until_us) this.drive = 0;
    }
    if (this.level > 0 && t_us > this.now_us) {
      this.relax(t_us, 0);
      if (this.level < QUIET) this.level = 0;
    }
    this.now_us = t_us;
  }

  private relax(t_us: number, target: number): void {
    const dt_s = (t_us - this.now_us) / 1e6;
    const decay = Math.exp(-dt_s / this.tau_s);
    const before = this.level;
    this.level = target + (before - target) * decay;
    // An ERM turns as fast as its level says, an LRA always at its resonance.
    const turns = this.options.kind === "erm" ? this.hz_max * (target * dt_s + (before - target) * this.tau_s * (1 - decay)) : this.hz_max * dt_s;
    this.phase = (this.phase + 2 * Math.PI * turns) % (2 * Math.PI);
    this.now_us = t_us;
  }
}

/** Share of the full force at `level` of the full speed: the square, and nothing below the speed that is felt. */
function ermForce(level: number): number {
  return level * ERM_HZ_MAX < ERM_HZ_HEARD ? 0 : level * level;
}

function direction(random: Random, out: Float64Array): void {
  for (let axis = 0; axis < 3; axis += 1) out[axis] = random.gaussian();
  normalise(out);
}

function perpendicular(random: Random, to: Float64Array, out: Float64Array): void {
  direction(random, out);
  const dot = to[0]! * out[0]! + to[1]! * out[1]! + to[2]! * out[2]!;
  for (let axis = 0; axis < 3; axis += 1) out[axis]! -= dot * to[axis]!;
  normalise(out);
}

function normalise(vector: Float64Array): void {
  const length = Math.hypot(vector[0]!, vector[1]!, vector[2]!);
  for (let axis = 0; axis < 3; axis += 1) vector[axis]! /= length;
}
