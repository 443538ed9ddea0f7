// The flexible modes between foot and clip (shoe and tissue, clip on the laces): damped oscillators, stepped without error for a linear drive.

import type { Random } from '../random.ts';
import { STEPS_S } from './phase.ts';

/** What a mode moves: the clip along a foot axis (m) or about one (rad). */
export type ModeTarget = 'x' | 'y' | 'z' | 'pitch' | 'roll';

/** One mode in which clip or shoe rings. */
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

/** Order of the sums in a knot. */
const TARGETS: readonly ModeTarget[] = ['x', 'y', 'z', 'pitch', 'roll'];
const X = 0;
const Z = 6;

/** x'' + 2·zeta·w·x' + w²·x = −drive for every mode, in flat arrays: this is the inner loop of making knots. */
export class Flex {
  private readonly count: number;
  private readonly target: Int32Array;
  private readonly w2: Float64Array;
  private readonly per_w2: Float64Array;
  private readonly damp: Float64Array;
  /** Drive along x, y, z and noise, four numbers a mode. */
  private readonly gain: Float64Array;
  private readonly force: Float64Array;
  private readonly value: Float64Array;
  private readonly rate: Float64Array;
  /** Transition matrices, four numbers a mode, of each nominal step and of one odd step. */
  private readonly tables: readonly Float64Array[];
  private readonly modes: readonly ModeParameters[];

  constructor(modes: readonly ModeParameters[]) {
    const n = modes.length;
    this.modes = modes;
    this.count = n;
    this.target = Int32Array.from(modes, (mode) => 3 * TARGETS.indexOf(mode.target));
    this.w2 = Float64Array.from(modes, (mode) => (2 * Math.PI * mode.frequency_hz) ** 2);
    this.per_w2 = this.w2.map((w2) => 1 / w2);
    this.damp = Float64Array.from(modes, (mode) => 4 * Math.PI * mode.frequency_hz * mode.zeta);
    this.gain = Float64Array.from(modes.flatMap((mode) => [...mode.drive, mode.noise]));
    this.force = new Float64Array(n);
    this.value = new Float64Array(n);
    this.rate = new Float64Array(n);
    this.tables = [...STEPS_S, 0].map(() => new Float64Array(4 * n));
    for (let i = 0; i < STEPS_S.length; i += 1) this.transitions(STEPS_S[i]!, this.tables[i]!);
  }

  /** At rest under a steady specific force (m/s²). */
  rest(fx: number, fy: number, fz: number): void {
    for (let i = 0; i < this.count; i += 1) {
      this.force[i] = this.gain[4 * i]! * fx + this.gain[4 * i + 1]! * fy + this.gain[4 * i + 2]! * fz;
      this.value[i] = -this.force[i]! / this.w2[i]!;
      this.rate[i] = 0;
    }
  }

  /**
   * One step of `h_s`; the drive goes linearly from its last value to the specific force given (m/s²) plus noise of RMS `level` (m/s²),
   * one draw for x, one for z, one for the rest.
   * `nominal` is the index of `h_s` in STEPS_S or −1.
   */
  step(h_s: number, nominal: number, fx: number, fy: number, fz: number, level: number, random: Random): void {
    let m = this.tables[STEPS_S.length]!;
    if (nominal < 0) this.transitions(h_s, m);
    else m = this.tables[nominal]!;
    const { gain, per_w2, damp, value, rate, force, target, count } = this;
    const per_h = 1 / h_s;
    const rough = level * random.gaussian();
    const across = level * random.gaussian();
    const along = level * random.gaussian();
    for (let i = 0; i < count; i += 1) {
      const at = 4 * i;
      const noise = target[i] === Z ? rough : target[i] === X ? along : across;
      const next = gain[at]! * fx + gain[at + 1]! * fy + gain[at + 2]! * fz + gain[at + 3]! * noise;
      const old = force[i]!;
      const w = per_w2[i]!;
      const steady = (next - old) * per_h * w;
      const lag = damp[i]! * steady * w;
      const x = value[i]! + old * w - lag;
      const v = rate[i]! + steady;
      value[i] = m[at]! * x + m[at + 1]! * v - next * w + lag;
      rate[i] = m[at + 2]! * x + m[at + 3]! * v - steady;
      force[i] = next;
    }
  }

  /** Writes sums of value, rate and second derivative per target, 15 numbers in the order of TARGETS, at `at`. */
  store(out: Float64Array, at: number): void {
    for (let i = at; i < at + 15; i += 1) out[i] = 0;
    const { count, target, value, rate, force, damp, w2 } = this;
    for (let i = 0; i < count; i += 1) {
      const to = at + target[i]!;
      const x = value[i]!;
      const v = rate[i]!;
      out[to]! += x;
      out[to + 1]! += v;
      out[to + 2]! -= force[i]! + damp[i]! * v + w2[i]! * x;
    }
  }

  private transitions(h_s: number, out: Float64Array): void {
    for (let i = 0; i < this.count; i += 1) {
      const { frequency_hz, zeta } = this.modes[i]!;
      const w = 2 * Math.PI * frequency_hz;
      const wd = w * Math.sqrt(1 - zeta * zeta);
      const e = Math.exp(-zeta * w * h_s);
      const c = e * Math.cos(wd * h_s);
      const s = (e * Math.sin(wd * h_s)) / wd;
      out[4 * i] = c + zeta * w * s;
      out[4 * i + 1] = s;
      out[4 * i + 2] = -w * w * s;
      out[4 * i + 3] = c - zeta * w * s;
    }
  }
}
