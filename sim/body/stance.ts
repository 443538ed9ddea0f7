// The foot on the ground: it pivots on the heel while the toes are up and on the ball while the heel is up; the landing point comes to rest
// in finite time.

import type { Frame } from './frame.ts';
import type { Path } from './path.ts';
import type { Phase } from './phase.ts';
import type { FootGeometry } from './subject.ts';

/** How the landing point arrives at `t0_s`. */
export interface Landing {
  /** Velocity of the pivot at first contact, m/s. */
  velocity: readonly [number, number, number];
  /** Time constant of the stop, s: the point stands still after STOP_TAUS of them. */
  tau_s: number;
  /** How long the heel pad and the shoe's heel give way, taking SOFT_SHARE of the velocity, before the stop begins, s. */
  soft_s: number;
  /** Angle the foot gives per metre of stopped fall: the ankle falls on while the pivot has stopped, rad/m. */
  couple: number;
}

/** Paths of the foot on the ground: position m, angles rad. */
export interface StancePaths {
  /** Ground position of the ball (of the sole) under a flat foot; z below 0 is the sole pressed together, above 0 the ball lifted on the toes. */
  x: Path;
  y: Path;
  z: Path;
  roll: Path;
  pitch: Path;
  yaw: Path;
}

/** Weight of the cubic term in the law of landing. */
const CUBIC = -0.25;
/** Dip left behind, in velocity · tau. */
const LEFT = 3 + 6 * CUBIC;
/** When a landing point stands, in tau. */
export const STOP_TAUS = 3.47;
/** Share of the velocity that soft travel takes, and its time constant in soft_s. */
const SOFT_SHARE = 0.1;
const SOFT_TAU = 0.5;

/** Roughness of the ground felt through the shoe besides the steady noise: g RMS while it lands and while it pushes off. */
export interface Roughness {
  land_g: number;
  push_g: number;
}

/** A slow or standing foot. */
export const SMOOTH: Roughness = { land_g: 0, push_g: 0 };

/** How long roughness lasts after the shock, and before toe-off, s. */
const LAND_S = 0.065;
const PUSH_S = 0.065;

/**
 * Velocity of a point that lands: v·(1 + s + s²/2 + CUBIC·s³)·e^(−s), s = t/tau. The force starts softly (with t²: heel bevel and toes touch
 * first), is highest at 1.55 tau, the point stands at 3.47 tau, comes back by 7 % of v and leaves a dip of 1.5·v·tau, which the
 * unloading sole gives back.
 */
export class Stance implements Phase {
  readonly t0_s: number;
  readonly t1_s: number;
  private readonly level_g: number;
  private readonly rough: Roughness;
  private readonly paths: StancePaths;
  private readonly landing: Landing | null;
  private readonly foot: FootGeometry;
  private readonly lift_s: number;
  private readonly effort_g: Path | null;
  private stopped = 0;
  private stopping = 0;
  private stop = 0;

  /**
   * `t1_s` may lie after the end of the paths: the foot then stays. `lift_s`: from when knots are dense again (push-off), or Infinity.
   * `effort_g`: noise of working muscles, besides `noise_g`.
   */
  constructor(
    t0_s: number, t1_s: number, paths: StancePaths, landing: Landing | null, foot: FootGeometry, noise_g: number, lift_s: number, rough: Roughness,
    effort_g: Path | null = null,
  ) {
    this.t0_s = t0_s;
    this.t1_s = t1_s;
    this.paths = paths;
    this.landing = landing;
    this.foot = foot;
    this.level_g = noise_g;
    this.rough = rough;
    this.lift_s = lift_s;
    this.effort_g = effort_g;
  }

  /** Position of the ankle and angles. */
  jets(t_s: number, out: Float64Array, f: Frame): void {
    const { x, y, z, roll, pitch, yaw } = this.paths;
    x.at(t_s);
    y.at(t_s);
    z.at(t_s);
    roll.at(t_s);
    pitch.at(t_s);
    yaw.at(t_s);
    let angle = pitch.value;
    let angle1 = pitch.rate;
    let angle2 = pitch.bend;
    out[0] = x.value;
    out[1] = x.rate;
    out[2] = x.bend;
    out[3] = y.value;
    out[4] = y.rate;
    out[5] = y.bend;
    out[6] = z.value;
    out[7] = z.rate;
    out[8] = z.bend;
    const { landing } = this;
    if (landing !== null) {
      this.arrive(t_s - this.t0_s, landing);
      const [vx, vy, vz] = landing.velocity;
      out[0]! += vx * this.stopped;
      out[1]! += vx * this.stopping;
      out[2]! += vx * this.stop;
      out[3]! += vy * this.stopped;
      out[4]! += vy * this.stopping;
      out[5]! += vy * this.stop;
      out[6]! += vz * this.stopped;
      out[7]! += vz * this.stopping;
      out[8]! += vz * this.stop;
      angle += landing.couple * vz * this.stopped;
      angle1 += landing.couple * vz * this.stopping;
      angle2 += landing.couple * vz * this.stop;
    }
    f.set(roll.value, roll.rate, roll.bend, angle, angle1, angle2, yaw.value, yaw.rate, yaw.bend);
    out[9] = roll.value;
    out[10] = roll.rate;
    out[11] = roll.bend;
    out[12] = angle;
    out[13] = angle1;
    out[14] = angle2;
    out[15] = yaw.value;
    out[16] = yaw.rate;
    out[17] = yaw.bend;
    const { heel_m, ankle_back_m, ankle_up_m } = this.foot;
    if (angle >= 0) f.addLever(-ankle_back_m, 0, ankle_up_m, out);
    else {
      // the heel's place under a flat foot, then up from the heel
      const c = Math.cos(yaw.value);
      const s = Math.sin(yaw.value);
      const w = yaw.rate;
      const b = yaw.bend;
      out[0]! -= heel_m * c;
      out[1]! += heel_m * s * w;
      out[2]! += heel_m * (s * b + c * w * w);
      out[3]! -= heel_m * s;
      out[4]! -= heel_m * c * w;
      out[5]! -= heel_m * (c * b - s * w * w);
      f.addLever(heel_m - ankle_back_m, 0, ankle_up_m, out);
    }
  }

  noise_g(t_s: number): number {
    let level = this.level_g;
    if (this.landing !== null) {
      const since = t_s - this.t0_s - this.landing.soft_s;
      if (since > 0 && since < LAND_S) level += this.rough.land_g * (1 - since / LAND_S);
    }
    if (this.effort_g !== null) {
      this.effort_g.at(t_s);
      level += this.effort_g.value;
    }
    const left = this.t1_s - t_s;
    if (left < PUSH_S) level += this.rough.push_g * Math.min(1, (PUSH_S - left) / 0.015, left / 0.03);
    return level;
  }

  step_s(t_s: number): number {
    if (this.landing !== null) {
      const since = t_s - this.t0_s - this.landing.soft_s;
      if (since < 0.0399) return 0.001;
      if (since < 0.0699) return 0.002;
    }
    return t_s >= this.lift_s ? 0.002 : 0.004;
  }

  private arrive(t_s: number, landing: Landing): void {
    const { tau_s, soft_s } = landing;
    this.stopped = 0;
    this.stopping = 0;
    this.stop = 0;
    if (soft_s > 0) {
      this.law(t_s, SOFT_TAU * soft_s, SOFT_SHARE);
      this.law(t_s - soft_s, tau_s, 1 - SOFT_SHARE);
      this.stopped += (1 - SOFT_SHARE) * soft_s;
    } else this.law(t_s, tau_s, 1);
  }

  private law(t_s: number, tau_s: number, share: number): void {
    const s = t_s / tau_s;
    if (s > 45) {
      this.stopped += share * tau_s * LEFT;
      return;
    }
    if (s < 0) {
      this.stopped += share * t_s;
      this.stopping += share;
      return;
    }
    const e = share * Math.exp(-s);
    this.stopped += tau_s * (share * LEFT - (LEFT + s * (LEFT - 1 + s * (0.5 + 3 * CUBIC + s * CUBIC))) * e);
    this.stopping += (1 + s * (1 + s * (0.5 + s * CUBIC))) * e;
    this.stop += (s * s * (3 * CUBIC - 0.5 - s * CUBIC) * e) / tau_s;
  }
}

/** Dip (m, negative for a fall) that a landing leaves behind. */
export function dip(landing: Landing): number {
  const { velocity, tau_s, soft_s } = landing;
  if (soft_s === 0) return velocity[2] * tau_s * LEFT;
  return velocity[2] * (SOFT_SHARE * SOFT_TAU * soft_s * LEFT + (1 - SOFT_SHARE) * (soft_s + tau_s * LEFT));
}
