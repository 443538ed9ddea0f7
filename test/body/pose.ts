// What the tests measure on a body's pose, by geometry alone: heights of heel and ball, and integration of the sensor's signal.

import type { PosedBody } from '../../sim/body/body.ts';

const G = 9.80665;

/** Heights (m) of the heel's and the ball's ground points over the ground at `t_s`. */
export function soles(body: PosedBody, t_s: number, pose: Float64Array): { heel: number; ball: number } {
  body.pose(t_s, pose);
  const { heel_m, ankle_back_m, ankle_up_m } = body.subject.foot;
  const roll = pose[3]!;
  const pitch = pose[4]!;
  const ball = pose[2]! - ankle_back_m * Math.sin(pitch) - ankle_up_m * Math.cos(pitch) * Math.cos(roll);
  return { heel: ball + heel_m * Math.sin(pitch), ball };
}

/**
 * Dead reckoning: from the pose at `from_s`, integrates rate and specific force up to `to_s` (midpoint rule, `rate_hz`) and returns how far
 * the end is from the pose there. `twin` is the same body, not yet sampled.
 */
export function drift(body: PosedBody, twin: PosedBody, from_s: number, to_s: number, rate_hz: number): { position_m: number; angle_rad: number } {
  const h = 1 / rate_hz;
  const p0 = new Float64Array(18);
  const p1 = new Float64Array(18);
  const out = new Float64Array(6);
  const e = 1e-4;
  twin.pose(from_s - e, p0);
  twin.pose(from_s + e, p1);
  const v = [0, 1, 2].map((i) => (p1[6 + i]! - p0[6 + i]!) / (2 * e));
  twin.pose(from_s + e, p0);
  body.pose(from_s, p0);
  const x = [p0[6]!, p0[7]!, p0[8]!];
  let r = Array.from(p0.slice(9, 18));
  const steps = Math.round((to_s - from_s) * rate_hz);
  for (let k = 0; k < steps; k += 1) {
    body.sample(from_s + (k + 0.5) * h, out);
    const [wx, wy, wz] = [out[3]!, out[4]!, out[5]!].map((w) => (w * Math.PI) / 180) as [number, number, number];
    const half = times(r, turn(wx * h * 0.5, wy * h * 0.5, wz * h * 0.5));
    for (let i = 0; i < 3; i += 1) {
      const a = G * (half[3 * i]! * out[0]! + half[3 * i + 1]! * out[1]! + half[3 * i + 2]! * out[2]!) - (i === 2 ? G : 0);
      x[i]! += v[i]! * h + 0.5 * a * h * h;
      v[i]! += a * h;
    }
    r = times(r, turn(wx * h, wy * h, wz * h));
  }
  body.pose(from_s + steps * h, p1);
  const position_m = Math.hypot(x[0]! - p1[6]!, x[1]! - p1[7]!, x[2]! - p1[8]!);
  let trace = 0;
  for (let i = 0; i < 9; i += 1) trace += r[i]! * p1[9 + i]!;
  return { position_m, angle_rad: Math.acos(Math.min(1, (trace - 1) / 2)) };
}

/** Rotation by a small vector (Rodrigues). */
function turn(x: number, y: number, z: number): number[] {
  const angle = Math.hypot(x, y, z);
  const s = angle < 1e-12 ? 1 : Math.sin(angle) / angle;
  const c = angle < 1e-12 ? 0.5 : (1 - Math.cos(angle)) / (angle * angle);
  return [
    1 - c * (y * y + z * z), c * x * y - s * z, c * x * z + s * y,
    c * x * y + s * z, 1 - c * (x * x + z * z), c * y * z - s * x,
    c * x * z - s * y, c * y * z + s * x, 1 - c * (x * x + y * y),
  ];
}

function times(a: readonly number[], b: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < 3; i += 1) for (let j = 0; j < 3; j += 1) out.push(a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!);
  return out;
}

/** The value of `values` that a share of them does not pass; no interpolation. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
}
