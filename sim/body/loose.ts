// The clip (or the shoe with it) in the hand: handled, put down, dropped, bouncing to rest.

import type { Random } from '../random.ts';
import { Air, type AirPaths } from './air.ts';
import { Path, type Knot } from './path.ts';
import type { Phase } from './phase.ts';
import { GRAVITY } from './player.ts';

/** Knots of the six motions of a thing in the hand, in the order x y z roll pitch yaw. */
type Motion = [Knot[], Knot[], Knot[], Knot[], Knot[], Knot[]];

function motion(): Motion {
  return [[[0, 0, 0, 0]], [[0, 0, 0, 0]], [[0, 0, 0, 0]], [[0, 0, 0, 0]], [[0, 0, 0, 0]], [[0, 0, 0, 0]]];
}

function paths(knots: Motion): AirPaths {
  const [x, y, z, roll, pitch, yaw] = knots.map((list) => new Path(list));
  return { x: x!, y: y!, z: z!, roll: roll!, pitch: pitch!, yaw: yaw! };
}

/** Moves every channel to new values at `t_s`, coming to rest there. */
function moveTo(knots: Motion, t_s: number, values: readonly number[]): void {
  for (let i = 0; i < 6; i += 1) knots[i]!.push([t_s, values[i]!, 0, 0]);
}

function here(knots: Motion): number[] {
  return knots.map((list) => list.at(-1)![1]);
}

/** Random handling until `end_s`: reach, turn, hold with a slight tremor, click, knock. */
function fiddle(knots: Motion, random: Random, from_s: number, end_s: number): void {
  let t = from_s;
  while (t < end_s) {
    const what = random.uniform();
    const now = here(knots);
    if (what < 0.45) {
      t += random.uniform(0.25, 1.2);
      const reach = random.uniform(0.02, 0.35);
      const turn = random.uniform(0.1, 1.4);
      moveTo(knots, t, now.map((value, i) => {
        const next = value + (i < 3 ? reach : turn) * 0.6 * random.gaussian();
        return i < 3 ? next * 0.9 : Math.max(-1.4, Math.min(1.4, next));
      }));
    } else if (what < 0.75) {
      const steps = 2 + random.below(8);
      for (let i = 0; i < steps; i += 1) {
        t += random.uniform(0.05, 0.13);
        moveTo(knots, t, now.map((value, k) => value + (k < 3 ? 0.0008 : 0.006) * random.gaussian()));
      }
    } else {
      // clips, laces, knocks on a table: a millimetre in some milliseconds
      const knocks = 1 + random.below(4);
      for (let i = 0; i < knocks; i += 1) {
        const axis = random.below(3);
        const span = random.uniform(0.012, 0.04);
        const away = [...now];
        away[axis]! += random.uniform(0.0002, 0.0016);
        away[3 + random.below(3)]! += 0.01 * random.gaussian();
        t += random.uniform(0.08, 0.4);
        moveTo(knots, t, now);
        moveTo(knots, t + span / 2, away);
        moveTo(knots, t + span, now);
        t += span;
      }
    }
  }
}

/** A clip in the hand: carried, turned, fiddled with. */
export function handle(random: Random, seconds: number): Phase[] {
  const knots = motion();
  fiddle(knots, random, random.uniform(0.3, 1), seconds - 1.5);
  return [new Air(0, seconds + 1, paths(knots), 0.004, 0.001)];
}

/** Handling, then drops: free fall with tumbling, bounces, rest, picked up again. */
export function drop(random: Random, seconds: number, shoe: boolean): Phase[] {
  const phases: Phase[] = [];
  let start = 0;
  let knots = motion();
  let t = random.uniform(0.5, 1.5);
  while (t < seconds - 4.5) {
    const pick = t;
    moveTo(knots, pick, here(knots));
    const height = 0.06 + 1.2 * random.uniform() ** 2;
    const held = here(knots);
    held[2] = height;
    t += random.uniform(0.5, 1);
    moveTo(knots, t, held);
    fiddle(knots, random, t, t + random.uniform(0.1, 1));
    const grip = here(knots);
    grip[2] = Math.max(0.1, grip[2]!);
    t = Math.max(...knots.map((list) => list.at(-1)![0])) + 0.4;
    moveTo(knots, t, grip);
    // released: weight comes on over the fingers' slip
    const slip = random.uniform(0.015, 0.06);
    const spin = [3, 4, 5].map(() => (shoe ? 2 : 4) * random.gaussian());
    const freed = t + slip;
    let z = grip[2]! - (GRAVITY * slip * slip) / 6;
    let v = (-GRAVITY * slip) / 2;
    knots[2].push([freed, z, v, -GRAVITY]);
    for (let i = 0; i < 2; i += 1) knots[i]!.push([freed, grip[i]!, 0, 0]);
    const angle = grip.slice(3).map((value, i) => value + 0.4 * spin[i]! * slip);
    for (let i = 0; i < 3; i += 1) knots[3 + i]!.push([freed, angle[i]!, spin[i]!, 0]);
    phases.push(new Air(start, freed, paths(knots), 0.004, 0.002));
    const fall = fallFrom(knots);
    // the ground is at z = 0; each bounce takes back a share of the speed
    let now = freed;
    const across = [0.15 * random.gaussian(), 0.15 * random.gaussian()];
    const place = grip.slice(0, 2);
    for (let bounce = 0; ; bounce += 1) {
      const flight = (v + Math.sqrt(v * v + 2 * GRAVITY * Math.max(0, z))) / GRAVITY;
      const hit = v - GRAVITY * flight;
      now += flight;
      for (let i = 0; i < 3; i += 1) angle[i]! += spin[i]! * flight;
      if (bounce > 0) for (let i = 0; i < 2; i += 1) place[i]! += across[i]! * flight;
      const contact = shoe ? random.uniform(0.008, 0.016) : random.uniform(0.0025, 0.005);
      const last = -hit < 0.12 || bounce > 9;
      fall[2].push([now, 0, hit, -GRAVITY]);
      for (let i = 0; i < 2; i += 1) fall[i]!.push([now, place[i]!, bounce > 0 ? across[i]! : 0, 0]);
      for (let i = 0; i < 3; i += 1) fall[3 + i]!.push([now, angle[i]!, spin[i]!, 0]);
      if (last) break;
      const back = -hit * (shoe ? random.uniform(0.15, 0.35) : random.uniform(0.3, 0.6));
      const turned = spin.map((rate) => 0.45 * rate + (shoe ? 1.5 : 3) * Math.min(1, -hit) * random.gaussian());
      for (let i = 0; i < 3; i += 1) angle[i]! += 0.5 * (spin[i]! + turned[i]!) * contact;
      now += contact;
      fall[2].push([now, 0, back, -GRAVITY]);
      for (let i = 0; i < 2; i += 1) {
        const next = across[i]! * (bounce > 0 ? 0.6 : 1);
        place[i]! += 0.5 * ((bounce > 0 ? across[i]! : 0) + next) * contact;
        across[i] = next;
        fall[i]!.push([now, place[i]!, next, 0]);
      }
      for (let i = 0; i < 3; i += 1) {
        spin[i] = turned[i]!;
        fall[3 + i]!.push([now, angle[i]!, spin[i]!, 0]);
      }
      z = 0;
      v = back;
    }
    const settled = now + 0.03;
    moveTo(fall, settled, [...place.map((value, i) => value + 0.01 * across[i]!), 0, ...angle.map((value, i) => value + 0.01 * spin[i]!)]);
    phases.push(new Air(freed, settled, paths(fall), 0.002, 0.0005));
    start = settled;
    knots = fallFrom(fall);
    t = settled + random.uniform(1, 2.5);
  }
  phases.push(new Air(start, seconds + 1, paths(knots), 0.002, 0.004));
  return phases;
}

/** A motion that goes on where another ended. */
function fallFrom(knots: Motion): Motion {
  return knots.map((list) => [list.at(-1)!]) as Motion;
}
