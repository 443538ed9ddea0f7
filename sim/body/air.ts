// The foot off the ground (or a thing moved by hand): six independent paths.

import type { Frame } from './frame.ts';
import type { Path } from './path.ts';
import type { Phase } from './phase.ts';

/** Paths of the foot off the ground: position m, angles rad. */
export interface AirPaths {
  x: Path;
  y: Path;
  z: Path;
  roll: Path;
  pitch: Path;
  yaw: Path;
  /** Foot axes, m: from the point whose place x, y, z are to the reference point; none where they are the same. */
  lever_m?: readonly [number, number, number];
}

export class Air implements Phase {
  readonly t0_s: number;
  readonly t1_s: number;
  private readonly paths: readonly Path[];
  private readonly level_g: number;
  private readonly slow_s: number;
  private readonly lever_m: readonly [number, number, number] | null;

  /** `slow_s`: knot distance; a moving skeleton is smooth. */
  constructor(t0_s: number, t1_s: number, paths: AirPaths, noise_g: number, slow_s: 0.0005 | 0.001 | 0.002 | 0.004 = 0.004) {
    this.t0_s = t0_s;
    this.t1_s = t1_s;
    this.paths = [paths.x, paths.y, paths.z, paths.roll, paths.pitch, paths.yaw];
    this.lever_m = paths.lever_m ?? null;
    this.level_g = noise_g;
    this.slow_s = slow_s;
  }

  jets(t_s: number, out: Float64Array, frame: Frame): void {
    for (let i = 0; i < 6; i += 1) {
      const path = this.paths[i]!;
      path.at(t_s);
      out[3 * i] = path.value;
      out[3 * i + 1] = path.rate;
      out[3 * i + 2] = path.bend;
    }
    frame.set(out[9]!, out[10]!, out[11]!, out[12]!, out[13]!, out[14]!, out[15]!, out[16]!, out[17]!);
    if (this.lever_m !== null) frame.addLever(this.lever_m[0], this.lever_m[1], this.lever_m[2], out);
  }

  noise_g(): number {
    return this.level_g;
  }

  step_s(): number {
    return this.slow_s;
  }
}
