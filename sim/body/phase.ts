// What every phase of a movement gives the player: the motion of one point of the foot and the foot's angles, with two derivatives each.

import type { Frame } from './frame.ts';

/**
 * A span of time [t0_s, t1_s] of a movement. Neighbouring phases MUST agree in value and both derivatives at their common time.
 */
export interface Phase {
  readonly t0_s: number;
  readonly t1_s: number;
  /** Level of soft-tissue and road noise that drives the flexible modes at `t_s`, in g (RMS in 125 Hz). */
  noise_g(t_s: number): number;
  /**
   * Writes 18 numbers: x, y, z (m, world, of the reference point), roll, pitch, yaw (rad), each as value, first, second derivative, and
   * sets `frame` from the angles. Fastest when times rise.
   */
  jets(t_s: number, out: Float64Array, frame: Frame): void;
  /** Distance to the next knot worth having after `t_s`: one of the four nominal steps. */
  step_s(t_s: number): number;
}

/** The four knot distances in use; the flexible modes precompute their transition for these. */
export const STEPS_S = [0.0005, 0.001, 0.002, 0.004] as const;
