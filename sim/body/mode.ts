// A flexible mode between foot and clip (shoe and tissue, clip on the laces): a damped oscillator, stepped without error for a linear drive.

import { STEPS_S } from './phase.ts';

/** What a mode moves: the clip along a foot axis (m) or about one (rad). */
export type ModeTarget = 'x' | 'y' | 'z' | 'pitch' | 'roll';

export interface ModeParameters {
  target: ModeTarget;
  frequency_hz: number;
  /** Damping ratio. */
  zeta: number;
  /** How strongly specific force (m/s²) along foot x, y, z drives it: 1 for a mass that hangs on nothing else; rad/m for an angle. */
  drive: readonly [x: number, y: number, z: number];
  /** The same for the noise of the phase. */
  noise: number;
}

/** x'' + 2·zeta·w·x' + w²·x = −drive; `bend` is x''. */
export class Mode {
  readonly parameters: ModeParameters;
  value = 0;
  rate = 0;
  bend = 0;
  private force = 0;
  private readonly w: number;
  private readonly w2: number;
  private readonly damp: number;
  private readonly table = new Float64Array(4 * STEPS_S.length);
  private readonly odd = new Float64Array(4);

  constructor(parameters: ModeParameters) {
    this.parameters = parameters;
    this.w = 2 * Math.PI * parameters.frequency_hz;
    this.w2 = this.w * this.w;
    this.damp = 2 * parameters.zeta * this.w;
    for (let i = 0; i < STEPS_S.length; i += 1) this.transition(STEPS_S[i]!, this.table, 4 * i);
  }

  /** At rest under a steady force (m/s² or rad/s²). */
  rest(force: number): void {
    this.force = force;
    this.value = -force / this.w2;
    this.rate = 0;
    this.bend = 0;
  }

  /** One step of `h_s`; the drive goes linearly from its last value to `force`. `nominal` is the index in STEPS_S or −1. */
  step(h_s: number, nominal: number, force: number): void {
    let m = this.table;
    let at = 4 * nominal;
    if (nominal < 0) {
      m = this.odd;
      at = 0;
      this.transition(h_s, m, 0);
    }
    const slope = (force - this.force) / h_s;
    const lag = (this.damp * slope) / (this.w2 * this.w2);
    const steady = slope / this.w2;
    const x = this.value + this.force / this.w2 - lag;
    const v = this.rate + steady;
    this.value = m[at]! * x + m[at + 1]! * v - force / this.w2 + lag;
    this.rate = m[at + 2]! * x + m[at + 3]! * v - steady;
    this.force = force;
    this.bend = -force - this.damp * this.rate - this.w2 * this.value;
  }

  private transition(h_s: number, out: Float64Array, at: number): void {
    const z = this.parameters.zeta;
    const wd = this.w * Math.sqrt(1 - z * z);
    const e = Math.exp(-z * this.w * h_s);
    const c = e * Math.cos(wd * h_s);
    const s = (e * Math.sin(wd * h_s)) / wd;
    out[at] = c + z * this.w * s;
    out[at + 1] = s;
    out[at + 2] = -this.w2 * s;
    out[at + 3] = c - z * this.w * s;
  }
}
