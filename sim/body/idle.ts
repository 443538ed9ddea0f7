// A foot that never leaves the ground: standing with sway, and shuffling with slides, heel raises, toe taps and turns.

import type { Random } from '../random.ts';
import { constant, Path, type Knot } from './path.ts';
import type { Phase } from './phase.ts';
import { SMOOTH, Stance } from './stance.ts';
import type { Subject } from './subject.ts';

/** Standing: the foot tilts by tenths of a degree as the weight wanders; now and then the weight shifts. */
export function stand(subject: Subject, random: Random, seconds: number): Phase[] {
  const scale = subject.variability;
  const roll: Knot[] = [[0, 0, 0, 0]];
  const yaw: Knot[] = [[0, subject.toe_out, 0, 0]];
  const press: Knot[] = [[0, -0.5 * subject.sole_m, 0, 0]];
  for (let t = random.uniform(0.3, 1); t < seconds; t += random.uniform(0.5, 1.6)) {
    const shift = random.uniform() < 0.12 ? 6 : 1;
    roll.push([t, 0.0025 * scale * shift * random.gaussian(), 0, 0]);
    yaw.push([t, subject.toe_out + 0.001 * scale * shift * random.gaussian(), 0, 0]);
    press.push([t, -subject.sole_m * random.uniform(0.35, 0.65), 0, 0]);
  }
  const paths = { x: constant(0), y: constant(0.09), z: new Path(press), roll: new Path(roll), pitch: constant(0), yaw: new Path(yaw) };
  return [new Stance(0, seconds + 1, paths, null, subject.foot, 0.008 * scale, Infinity, SMOOTH)];
}

/** Shuffling: small movements one after the other, the sole or an edge of it always on the ground. */
export function shuffle(subject: Subject, random: Random, seconds: number): Phase[] {
  const x: Knot[] = [[0, 0, 0, 0]];
  const y: Knot[] = [[0, 0.09, 0, 0]];
  const yaw: Knot[] = [[0, subject.toe_out, 0, 0]];
  const pitch: Knot[] = [[0, 0, 0, 0]];
  const roll: Knot[] = [[0, 0, 0, 0]];
  const press: Knot[] = [[0, -0.5 * subject.sole_m, 0, 0]];
  let t = random.uniform(0.5, 1.5);
  const hold = (knots: Knot[], at_s: number): Knot => {
    const last = knots.at(-1)!;
    if (at_s > last[0]) knots.push([at_s, last[1], 0, 0]);
    return last;
  };
  while (t < seconds - 2.5) {
    const what = random.uniform();
    let span = 0.3;
    if (what < 0.4) {
      span = random.uniform(0.2, 0.5);
      const [, x0] = hold(x, t);
      const [, y0] = hold(y, t);
      hold(press, t);
      press.push([t + span / 2, -0.15 * subject.sole_m, 0, 0], [t + span, -0.5 * subject.sole_m, 0, 0]);
      x.push([t + span, x0 + random.uniform(-0.2, 0.25), 0, 0]);
      y.push([t + span, y0 + random.uniform(-0.1, 0.1), 0, 0]);
    } else if (what < 0.6) {
      span = random.uniform(0.4, 1.2);
      hold(pitch, t);
      pitch.push([t + 0.45 * span, random.uniform(0.1, 0.5), 0, 0], [t + span, 0, 0, 0]);
    } else if (what < 0.8) {
      hold(pitch, t);
      const taps = 1 + random.below(4);
      for (let i = 0; i < taps; i += 1) {
        const up = random.uniform(0.1, 0.3);
        const end = t + random.uniform(0.2, 0.4);
        pitch.push([t + 0.5 * (end - t), -up, 0, 0], [end - 0.012, -0.024, 4, 0], [end, 0, 0, 0]);
        t = end;
      }
      span = 0.05;
    } else {
      span = random.uniform(0.25, 0.6);
      hold(yaw, t);
      hold(roll, t);
      yaw.push([t + span, subject.toe_out + random.uniform(-0.4, 0.4), 0, 0]);
      roll.push([t + 0.5 * span, random.uniform(-0.08, 0.08), 0, 0], [t + span, 0, 0, 0]);
    }
    t += span + random.uniform(0.05, 0.9);
  }
  const paths = { x: new Path(x), y: new Path(y), z: new Path(press), roll: new Path(roll), pitch: new Path(pitch), yaw: new Path(yaw) };
  return [new Stance(0, seconds + 1, paths, null, subject.foot, 0.05 * subject.variability, 0, SMOOTH)];
}
