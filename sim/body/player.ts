// Plays phases: lays knots along them, steps the flexible modes over the knots, and gives the clip's specific force and rate between knots.

import type { Random } from '../random.ts';
import { Frame } from './frame.ts';
import { Flex, type ModeParameters } from './flex.ts';
import { STEPS_S, type Phase } from './phase.ts';

/** Standard gravity in m/s². */
export const GRAVITY = 9.80665;
const DPS = 180 / Math.PI;

/** Channels of a knot, three numbers (value, rate, bend) each: x y z roll pitch yaw of the foot, then the flexible modes summed up. */
const CHANNELS = 11;
const STRIDE = 3 * CHANNELS;
const ROOM = 128;

/** Where the clip sits: lever from the phases' reference point in foot axes (m), and foot axes to clip axes, row by row. */
export interface Seat {
  lever_m: readonly [number, number, number];
  mounting: readonly number[];
}

/**
 * All channels are quintic between knots, so what `sample` gives is the exact second derivative of one trajectory and the exact rate of one
 * orientation. Knots are made as time goes on (about 400 a second while the foot moves), so an hour needs no more memory than a second.
 */
export class Player {
  readonly seconds: number;
  private readonly phases: readonly Phase[];
  private readonly flex: Flex;
  private readonly noise: Random;
  private readonly lever: Float64Array;
  private readonly mounting: Float64Array;
  private readonly knot_t = new Float64Array(ROOM);
  private readonly knots = new Float64Array(ROOM * STRIDE);
  private readonly raw = new Float64Array(18);
  private readonly frame = new Frame();
  private readonly now = new Float64Array(STRIDE);
  private knotCount = 0;
  private cursor = 0;
  private phase = 0;
  private ended = false;

  constructor(seconds: number, phases: readonly Phase[], seat: Seat, modes: readonly ModeParameters[], noise: Random) {
    this.seconds = seconds;
    this.phases = phases;
    this.flex = new Flex(modes);
    this.noise = noise;
    this.lever = Float64Array.from(seat.lever_m);
    this.mounting = Float64Array.from(seat.mounting);
    this.first();
  }

  /** Specific force (g) and rate (dps) of the clip in clip axes at `t_s`; times must not fall. Held still after `seconds`. */
  sample(t_s: number, out: Float64Array): void {
    const t = t_s < this.seconds ? t_s : this.seconds;
    this.interpolate(t);
    const n = this.now;
    const still = t_s >= this.seconds;
    if (still) for (let i = 0; i < STRIDE; i += 3) { n[i + 1] = 0; n[i + 2] = 0; }
    const f = this.frame;
    f.set(n[9]!, n[10]!, n[11]!, n[12]!, n[13]!, n[14]!, n[15]!, n[16]!, n[17]!);
    const { wx, wy, wz } = f;
    const rx = this.lever[0]! + n[18]!;
    const ry = this.lever[1]! + n[21]!;
    const rz = this.lever[2]! + n[24]!;
    const ux = n[19]!;
    const uy = n[22]!;
    const uz = n[25]!;
    const vx = wy * rz - wz * ry;
    const vy = wz * rx - wx * rz;
    const vz = wx * ry - wy * rx;
    const gx = n[2]!;
    const gy = n[5]!;
    const gz = n[8]! + GRAVITY;
    let fx = f.xx * gx + f.yx * gy + f.zx * gz + f.ay * rz - f.az * ry + wy * (vz + 2 * uz) - wz * (vy + 2 * uy) + n[20]!;
    let fy = f.xy * gx + f.yy * gy + f.zy * gz + f.az * rx - f.ax * rz + wz * (vx + 2 * ux) - wx * (vz + 2 * uz) + n[23]!;
    let fz = f.xz * gx + f.yz * gy + f.zz * gz + f.ax * ry - f.ay * rx + wx * (vy + 2 * uy) - wy * (vx + 2 * ux) + n[26]!;
    // the clip's own rotation on the foot: pitch, then roll
    const sp = Math.sin(n[27]!);
    const cp = Math.cos(n[27]!);
    const sr = Math.sin(n[30]!);
    const cr = Math.cos(n[30]!);
    let px = cp * fx - sp * fz;
    let pz = sp * fx + cp * fz;
    fx = px;
    px = cr * fy + sr * pz;
    fz = cr * pz - sr * fy;
    fy = px;
    let qx = cp * wx - sp * wz;
    pz = sp * wx + cp * wz;
    px = wy + n[28]!;
    const qy = cr * px + sr * pz;
    const qz = cr * pz - sr * px;
    qx += n[31]!;
    const m = this.mounting;
    out[0] = (m[0]! * fx + m[1]! * fy + m[2]! * fz) / GRAVITY;
    out[1] = (m[3]! * fx + m[4]! * fy + m[5]! * fz) / GRAVITY;
    out[2] = (m[6]! * fx + m[7]! * fy + m[8]! * fz) / GRAVITY;
    out[3] = (m[0]! * qx + m[1]! * qy + m[2]! * qz) * DPS;
    out[4] = (m[3]! * qx + m[4]! * qy + m[5]! * qz) * DPS;
    out[5] = (m[6]! * qx + m[7]! * qy + m[8]! * qz) * DPS;
  }

  /**
   * Where things are at `t_s`, for tests and pictures, from the same trajectory: 0..2 reference point (m), 3..5 roll, pitch, yaw (rad),
   * 6..8 clip (m, world), 9..17 clip axes to world, row by row. Shares the cursor with `sample`.
   */
  pose(t_s: number, out: Float64Array): void {
    this.interpolate(t_s < this.seconds ? t_s : this.seconds);
    const n = this.now;
    const f = this.frame;
    f.set(n[9]!, 0, 0, n[12]!, 0, 0, n[15]!, 0, 0);
    for (let i = 0; i < 6; i += 1) out[i] = n[3 * i]!;
    const x = this.lever[0]! + n[18]!;
    const y = this.lever[1]! + n[21]!;
    const z = this.lever[2]! + n[24]!;
    const foot = [f.xx, f.xy, f.xz, f.yx, f.yy, f.yz, f.zx, f.zy, f.zz];
    const flex = new Frame();
    flex.set(n[30]!, 0, 0, n[27]!, 0, 0, 0, 0, 0);
    const bend = [flex.xx, flex.xy, flex.xz, flex.yx, flex.yy, flex.yz, flex.zx, flex.zy, flex.zz];
    for (let i = 0; i < 3; i += 1) {
      out[6 + i] = n[3 * i]! + foot[3 * i]! * x + foot[3 * i + 1]! * y + foot[3 * i + 2]! * z;
      for (let j = 0; j < 3; j += 1) {
        let sum = 0;
        for (let k = 0; k < 3; k += 1) for (let l = 0; l < 3; l += 1) sum += foot[3 * i + k]! * bend[3 * k + l]! * this.mounting[3 * j + l]!;
        out[9 + 3 * i + j] = sum;
      }
    }
  }

  private interpolate(t_s: number): void {
    const times = this.knot_t;
    let i = this.cursor;
    while (t_s > times[i + 1]!) {
      if (i + 2 < this.knotCount) i += 1;
      else if (this.ended) break;
      else {
        this.more();
        i = 0;
      }
    }
    this.cursor = i;
    const h = times[i + 1]! - times[i]!;
    let s = (t_s - times[i]!) / h;
    if (s > 1) s = 1;
    else if (s < 0) s = 0;
    const s2 = s * s;
    const s3 = s2 * s;
    const q = 1 - s;
    // quintic Hermite basis: value, first, second derivative of the weights of both knots' value, rate and bend
    const p1 = s3 * (10 - 15 * s + 6 * s2);
    const p0 = 1 - p1;
    const v0 = h * (s - s3 * (6 - 8 * s + 3 * s2));
    const v1 = h * s3 * (-4 + 7 * s - 3 * s2);
    const b0 = h * h * 0.5 * s2 * q * q * q;
    const b1 = h * h * 0.5 * s3 * q * q;
    const dp1 = (30 * s2 * q * q) / h;
    const dv0 = 1 - s2 * (18 - 32 * s + 15 * s2);
    const dv1 = s2 * (-12 + 28 * s - 15 * s2);
    const db0 = h * (s - s2 * (4.5 - 6 * s + 2.5 * s2));
    const db1 = h * s2 * (1.5 - 4 * s + 2.5 * s2);
    const ep1 = (60 * s * q * (1 - 2 * s)) / (h * h);
    const ev0 = (s * (-36 + s * (96 - 60 * s))) / h;
    const ev1 = (s * (-24 + s * (84 - 60 * s))) / h;
    const eb0 = 1 - s * (9 - s * (18 - 10 * s));
    const eb1 = s * (3 - s * (12 - 10 * s));
    const k = this.knots;
    const n = this.now;
    let a = i * STRIDE;
    let b = a + STRIDE;
    for (let j = 0; j < STRIDE; j += 3, a += 3, b += 3) {
      const pa = k[a]!;
      const va = k[a + 1]!;
      const ba = k[a + 2]!;
      const d = k[b]! - pa;
      const vb = k[b + 1]!;
      const bb = k[b + 2]!;
      n[j] = p0 * pa + p1 * (pa + d) + v0 * va + v1 * vb + b0 * ba + b1 * bb;
      n[j + 1] = dp1 * d + dv0 * va + dv1 * vb + db0 * ba + db1 * bb;
      n[j + 2] = ep1 * d + ev0 * va + ev1 * vb + eb0 * ba + eb1 * bb;
    }
  }

  private first(): void {
    this.phases[0]!.jets(0, this.raw, this.frame);
    this.knot_t[0] = 0;
    this.drive();
    this.flex.rest(this.fx, this.fy, this.fz);
    this.store(0);
    this.knotCount = 1;
    this.more();
  }

  /** Keeps the last knot as the first and fills the rest of the room. */
  private more(): void {
    const last = this.knotCount - 1;
    if (last > 0) {
      this.knot_t[0] = this.knot_t[last]!;
      this.knots.copyWithin(0, last * STRIDE, (last + 1) * STRIDE);
    }
    let count = 1;
    let t = this.knot_t[0]!;
    while (count < ROOM) {
      let phase = this.phases[this.phase]!;
      while (t >= phase.t1_s - 1e-9) {
        if (this.phase + 1 === this.phases.length) {
          this.ended = true;
          break;
        }
        this.phase += 1;
        phase = this.phases[this.phase]!;
      }
      if (this.ended) break;
      let h = phase.step_s(t);
      let nominal: number = STEPS_S.indexOf(h as 0.004);
      if (t + 1.5 * h > phase.t1_s) {
        h = phase.t1_s - t;
        nominal = -1;
      }
      t = nominal < 0 ? phase.t1_s : t + h;
      phase.jets(t, this.raw, this.frame);
      this.knot_t[count] = t;
      this.drive();
      const level = phase.noise_g(t) * GRAVITY * Math.sqrt(0.004 / h);
      this.flex.step(h, nominal, this.fx, this.fy, this.fz, level, this.noise);
      this.store(count);
      count += 1;
    }
    this.knotCount = count;
  }

  private fx = 0;
  private fy = 0;
  private fz = 0;

  /** Specific force of the rigid foot at the clip's seat, foot axes. */
  private drive(): void {
    const n = this.raw;
    const f = this.frame;
    const rx = this.lever[0]!;
    const ry = this.lever[1]!;
    const rz = this.lever[2]!;
    const { wx, wy, wz } = f;
    const vx = wy * rz - wz * ry;
    const vy = wz * rx - wx * rz;
    const vz = wx * ry - wy * rx;
    const gx = n[2]!;
    const gy = n[5]!;
    const gz = n[8]! + GRAVITY;
    this.fx = f.xx * gx + f.yx * gy + f.zx * gz + f.ay * rz - f.az * ry + wy * vz - wz * vy;
    this.fy = f.xy * gx + f.yy * gy + f.zy * gz + f.az * rx - f.ax * rz + wz * vx - wx * vz;
    this.fz = f.xz * gx + f.yz * gy + f.zz * gz + f.ax * ry - f.ay * rx + wx * vy - wy * vx;
  }

  private store(index: number): void {
    const k = this.knots;
    const at = index * STRIDE;
    for (let j = 0; j < 18; j += 1) k[at + j] = this.raw[j]!;
    this.flex.store(k, at + 18);
  }
}
