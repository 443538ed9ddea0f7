// A foot in a car: pedal work and changes of pedal, braking and bends, road bumps; road and engine vibration come through extra modes.

import type { Random } from '../random.ts';
import { Air } from './air.ts';
import type { ModeParameters } from './flex.ts';
import { constant, Path, type Knot } from './path.ts';
import type { Phase } from './phase.ts';
import type { Subject } from './subject.ts';

/** The car's own resonances as the floor shows them: body on its springs, wheel hop, engine. Driven by the phase's noise only. */
export function carModes(random: Random): ModeParameters[] {
  const u = (min: number, max: number): number => random.uniform(min, max);
  return [
    { target: 'z', frequency_hz: u(1.1, 1.8), zeta: u(0.2, 0.35), drive: [0, 0, 0], noise: u(0.5, 1) },
    { target: 'z', frequency_hz: u(9, 14), zeta: u(0.08, 0.2), drive: [0, 0, 0], noise: u(0.6, 1.4) },
    { target: 'y', frequency_hz: u(1.2, 2.5), zeta: u(0.2, 0.35), drive: [0, 0, 0], noise: u(0.3, 0.8) },
    { target: 'x', frequency_hz: u(8, 20), zeta: u(0.1, 0.2), drive: [0, 0, 0], noise: u(0.3, 0.8) },
    { target: 'z', frequency_hz: u(22, 60), zeta: 0.004, drive: [0, 0, 0], noise: u(0.02, 0.1) },
    { target: 'x', frequency_hz: u(22, 60), zeta: 0.004, drive: [0, 0, 0], noise: u(0.02, 0.08) },
  ];
}

/** A drive: the heel rests on the floor, the pedal turns the foot about it. */
export function drive(subject: Subject, random: Random, seconds: number): Phase[] {
  const rest = -random.uniform(0.35, 0.75);
  const pitch: Knot[] = [[0, rest, 0, 0]];
  const y: Knot[] = [[0, 0, 0, 0]];
  const lift: Knot[] = [[0, 0, 0, 0]];
  const yaw: Knot[] = [[0, subject.toe_out, 0, 0]];
  let side = 0;
  for (let t = random.uniform(0.5, 2); t < seconds - 2;) {
    const now = pitch.at(-1)!;
    if (random.uniform() < 0.2) {
      // over to the other pedal and down on it
      const span = random.uniform(0.3, 0.6);
      side = side === 0 ? 1 : 0;
      for (const knots of [y, lift, yaw]) knots.push([t, knots.at(-1)![1], 0, 0]);
      y.push([t + span, 0.11 * side, 0, 0]);
      lift.push([t + 0.5 * span, random.uniform(0.02, 0.06), 0, 0], [t + span - 0.02, 0.002, -random.uniform(0.1, 0.3), 0], [t + span, 0, 0, 0]);
      yaw.push([t + span, subject.toe_out + 0.15 * side, 0, 0]);
      t += span + 0.1;
    } else {
      const span = random.uniform(0.2, 0.9);
      pitch.push([t, now[1], 0, 0], [t + span, rest + random.uniform(-0.12, 0.3), 0, 0]);
      t += span + random.uniform(0.05, 3);
    }
  }
  const road: Knot[] = [[0, 0, 0, 0]];
  for (let t = random.uniform(0.2, 3); t < seconds; t += random.uniform(0.4, 6)) {
    const span = random.uniform(0.12, 0.45);
    const height = random.uniform(0.005, 0.35) * span * span;
    if (t <= road.at(-1)![0]) continue;
    road.push([t, 0, 0, 0], [t + 0.5 * span, height * (random.uniform() < 0.5 ? 1 : -1), 0, 0], [t + 1.1 * span, 0, 0, 0]);
  }
  const paths = {
    x: ride(random, seconds, 2.5),
    y: added(ride(random, seconds, 2), new Path(y)),
    z: added(new Path(road), new Path(lift)),
    roll: constant(0.05),
    pitch: new Path(pitch),
    yaw: new Path(yaw),
  };
  return [new Air(0, seconds + 1, paths, 0.035 * subject.variability, 0.004)];
}

/** Car motion along one axis: acceleration goes linearly between random values (m/s²) some seconds apart. */
function ride(random: Random, seconds: number, scale: number): Path {
  const knots: Knot[] = [[0, 0, 0, 0]];
  let t = 0;
  let p = 0;
  let v = 0;
  let a = 0;
  while (t < seconds + 1) {
    const h = random.uniform(0.8, 4);
    const next = random.uniform() < 0.5 ? 0 : scale * random.gaussian() * 0.6 - 0.02 * v;
    p += v * h + ((2 * a + next) * h * h) / 6;
    v += ((a + next) * h) / 2;
    a = next;
    t += h;
    knots.push([t, p, v, a]);
  }
  return new Path(knots);
}

/** The sum of two paths on the knots of both. */
function added(one: Path, two: Path): Path {
  const times = [...new Set([...one.times, ...two.times])].sort((a, b) => a - b);
  return new Path(times.map((t): Knot => {
    one.at(t);
    two.at(t);
    return [t, one.value + two.value, one.rate + two.rate, one.bend + two.bend];
  }));
}
