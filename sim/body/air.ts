// The foot off the ground (or a thing moved by hand): six independent paths.

import type { Path } from './path.ts';
import type { Phase } from './phase.ts';

export interface AirPaths {
  x: Path;
  y: Path;
  z: Path;
  roll: Path;
  pitch: Path;
  yaw: Path;
}

export class Air implements Phase {
  readonly t0_s: number;
  readonly t1_s: number;
  readonly noise_g: number;
  private readonly paths: readonly Path[];
  private readonly slow_s: number;

  /** `slow_s`: knot distance away from the ends, where the skeleton moves smoothly. */
  constructor(t0_s: number, t1_s: number, paths: AirPaths, noise_g: number, slow_s: 0.0005 | 0.001 | 0.002 | 0.004 = 0.004) {
    this.t0_s = t0_s;
    this.t1_s = t1_s;
    this.paths = [paths.x, paths.y, paths.z, paths.roll, paths.pitch, paths.yaw];
    this.noise_g = noise_g;
    this.slow_s = slow_s;
  }

  jets(t_s: number, out: Float64Array): void {
    for (let i = 0; i < 6; i += 1) {
      const path = this.paths[i]!;
      path.at(t_s);
      out[3 * i] = path.value;
      out[3 * i + 1] = path.rate;
      out[3 * i + 2] = path.bend;
    }
  }

  step_s(t_s: number): number {
    return t_s < this.t0_s + 0.03 ? Math.min(0.002, this.slow_s) : this.slow_s;
  }
}
