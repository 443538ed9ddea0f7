// What a foot does while it stays on its place: tilts, twists, presses, trembles. Laid over a stance, as many courses as it takes.

import { Path, sum, type Knot } from './path.ts';
import type { StancePaths } from './stance.ts';

/** What a course moves: a path of the stance (m, rad), or the noise of working muscles (g). */
export type Channel = keyof StancePaths | 'effort';

/** Knots per channel, each from 0 and at rest between its moves; where it ends at 0, what follows meets the foot as it stood. */
export class Course {
  private readonly knots = new Map<Channel, Knot[]>();

  /** From `from_s`, or the end of the last move if that is later, to `value` at `to_s`, with least jerk (minimum for rate and bend 0 at the end). */
  move(channel: Channel, from_s: number, to_s: number, value: number, rate = 0, bend = 0): void {
    const list = this.knots.get(channel) ?? [[from_s, 0, 0, 0]];
    this.knots.set(channel, list);
    const [last_s, rest] = list.at(-1)!;
    if (from_s > last_s) list.push([from_s, rest, 0, 0]);
    list.push([to_s, value, rate, bend]);
  }

  /** There by `top_s`, stays until `lower_s`, back at 0 by `to_s`. */
  visit(channel: Channel, from_s: number, top_s: number, lower_s: number, to_s: number, value: number): void {
    this.move(channel, from_s, top_s, value);
    this.move(channel, lower_s, to_s, 0);
  }

  /** Swings to the `values` one after the other, evenly between `from_s` and `to_s`, and comes back to 0; about a sine where signs alternate. */
  swing(channel: Channel, from_s: number, to_s: number, values: readonly number[]): void {
    const step_s = (to_s - from_s) / (values.length + 1);
    for (const [i, value] of values.entries()) this.move(channel, from_s + i * step_s, from_s + (i + 1) * step_s, value, 0, -value * (Math.PI / (2 * step_s)) ** 2);
    this.move(channel, to_s - step_s, to_s, 0);
  }

  /** The channel's path; null where nothing moves. */
  path(channel: Channel): Path | null {
    const list = this.knots.get(channel);
    return list === undefined ? null : new Path(list);
  }

  /** `path` with this course laid over it. */
  over(channel: Channel, path: Path): Path {
    const own = this.path(channel);
    return own === null ? path : sum(path, own);
  }
}
