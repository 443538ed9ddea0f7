// The raised foot of a single-leg wall sit: lifted, held against tremor and fatigue, put down, by some before the time.

import { Random } from '../random.ts';
import type { TruthHold } from './body.ts';
import { carry, direct, lift, touch, type Way } from './limb.ts';
import { Path, type Knot } from './path.ts';
import type { Script } from './script.ts';
import type { Subject } from './subject.ts';

/** Held, held with a leg that shakes, held with touches of the ground in between. */
export const SIT_VARIANTS = ['steady', 'trembling', 'touching'] as const;
export type SitVariant = (typeof SIT_VARIANTS)[number];

/** One wall sit: lifted at `start_s`, put down for good at `stop_s`. */
export interface SitPlan {
  start_s: number;
  stop_s: number;
  variant: SitVariant;
}

const RAD = Math.PI / 180;

/** How a person holds the foot; every number is drawn by hand's judgement, none from a paper. */
interface Habit {
  lift_s: number;
  lower_s: number;
  height_m: number;
  forward_m: number;
  aside_m: number;
  /** rad; toes up is negative. */
  pitch: number;
  leave: number;
  land: number;
  speed_mps: number;
  tremor_hz: number;
  shake_hz: number;
  /** Tremor from peak to peak at the start of the set and at its end: degrees of pitch, and millimetres. */
  fresh: number;
  tired: number;
  /** How far the held foot wanders: m and rad. */
  wander_m: number;
  wander: number;
}

function habitOf(subject: Subject, trembling: boolean): Habit {
  const random = new Random(subject.seed).fork('sit');
  const u = (min: number, max: number): number => random.uniform(min, max);
  const how = random.uniform();
  // a third keeps the foot as it stood, most of the others straighten the knee, toes up
  const pitch = how < 0.3 ? u(-2, 2) : how < 0.75 ? -u(3, 35) : u(3, 20);
  const hangs = pitch >= 0;
  const fresh = u(0.2, 0.5);
  const height_m = u(0.04, 0.3);
  const habit = {
    // higher takes longer
    lift_s: u(0.3 + height_m, 0.9),
    lower_s: u(0.25 + height_m, 0.8),
    height_m,
    forward_m: Math.max(0, u(-0.05, 0.25)),
    aside_m: u(-0.04, 0.04),
    pitch: pitch * RAD,
    leave: (hangs ? u(0, 9) : 0) * RAD,
    land: (hangs ? u(1, 8) : -u(1, 10)) * RAD,
    speed_mps: u(0.05, 0.4),
    tremor_hz: u(6, 11),
    shake_hz: u(4, 7),
    fresh,
    tired: fresh + (1.5 - fresh) * u(0, 1) ** 2,
    wander_m: u(0.005, 0.02),
    wander: u(1, 4) * RAD,
  };
  if (!trembling) return habit;
  // who shakes far shakes slowly
  const tremor_hz = u(6, 9);
  return { ...habit, tremor_hz, fresh: u(0.5, 2), tired: u(2, 5 * Math.min(1, (6.5 / tremor_hz) ** 2)) };
}

/** Shortest wall sit, s: up, down, and a moment of holding. */
export const LEAST_SIT_S = 2.3;

/** Least hold between two touches, s: down, up, and a while of holding. */
const APART_S = 3;

/** Writes the set into `script` and says when the foot was off the ground. */
export function sit(script: Script, plan: SitPlan): TruthHold[] {
  const { subject, random } = script;
  const habit = habitOf(subject, plan.variant === 'trembling');
  const touches = plan.variant === 'touching' ? touchesOf(random, plan) : [];
  const lateral = 0.12 * (subject.side === 'left' ? 1 : -1);
  const back_m = habit.pitch < 0 ? subject.foot.heel_m : 0;
  const noise_g = 0.01 * subject.variability;
  const holds: TruthHold[] = [];
  let x = 0;
  let depth_m = 0.6 * subject.sole_m;
  let start_s = plan.start_s;
  script.stance(x, lateral, null, lift(start_s, depth_m, null, habit.leave, start_s - random.uniform(0.2, 0.4)), depth_m, noise_g);
  for (let n = 0; n <= touches.length; n += 1) {
    const last = n === touches.length;
    const end_s = last ? plan.stop_s : touches[n]!.t_s;
    const dwell_s = last ? Infinity : touches[n]!.dwell_s;
    holds.push({ start_s, end_s });
    const vary = Math.max(0.5, 1 + 0.15 * random.gaussian());
    const lower_s = last ? habit.lower_s : random.uniform(habit.lower_s, 1.2);
    const { way, height_m } = hold(script, habit, plan, start_s, end_s, lower_s, x, lateral);
    x += 0.015 * random.gaussian();
    script.flight(carry(subject, back_m, way), 0.015 * subject.variability);
    const short = dwell_s < SHORT_S;
    const arrival = touch(subject, {
      t_s: end_s,
      pitch: habit.land,
      rest: short ? 0.8 * habit.land : 0,
      span_s: short ? 0.5 * dwell_s : random.uniform(0.09, 0.13),
      // from a low foot nobody comes down fast
      speed_mps: Math.max(0.05, Math.min(0.4, habit.speed_mps * vary, (2 * height_m) / lower_s)),
      roll: 0.02 * random.gaussian(),
    });
    depth_m = (last ? 0.6 : 0.3) * subject.sole_m;
    if (last) script.stance(x, lateral, arrival, null, depth_m, noise_g);
    else {
      start_s = end_s + dwell_s;
      const leaving = short ? lift(start_s, depth_m, arrival, arrival.rest, arrival.rest_s) : lift(start_s, depth_m, arrival, habit.leave, start_s - Math.min(0.3, 0.4 * dwell_s));
      script.stance(x, lateral, arrival, leaving, depth_m, noise_g);
    }
  }
  return holds;
}

/** A touch shorter than this does not lay the foot down, s. */
const SHORT_S = 0.35;

function touchesOf(random: Random, plan: SitPlan): { t_s: number; dwell_s: number }[] {
  const room_s = plan.stop_s - plan.start_s;
  const count = Math.min(1 + random.below(4), Math.floor(room_s / (APART_S + 1.5)) - 1);
  const touches: { t_s: number; dwell_s: number }[] = [];
  if (count < 1) return touches;
  // what is left of the time between them is shared out by chance
  const dwells = Array.from({ length: count }, () => random.uniform(0.1, 1.5));
  const shares = Array.from({ length: count + 1 }, () => random.uniform(0.1, 1));
  const spare_s = room_s - APART_S * (count + 1) - dwells.reduce((a, b) => a + b, 0);
  const unit_s = spare_s / shares.reduce((a, b) => a + b, 0);
  let t = plan.start_s;
  for (let i = 0; i < count; i += 1) {
    t += APART_S + unit_s * shares[i]!;
    touches.push({ t_s: t, dwell_s: dwells[i]! });
    t += dwells[i]!;
  }
  return touches;
}

/** The way of the held foot, and its height (m) where it starts down. */
function hold(script: Script, habit: Habit, plan: SitPlan, start_s: number, end_s: number, lower_s: number, x: number, y: number): { way: Way; height_m: number } {
  const { random, subject } = script;
  const way = direct();
  const from_s = start_s + habit.lift_s;
  const to_s = end_s - lower_s;
  const share = (t_s: number): number => (t_s - plan.start_s) / (plan.stop_s - plan.start_s);
  const size = (t_s: number): number => (habit.fresh + (habit.tired - habit.fresh) * share(t_s) ** 1.5) * Math.min(1, (t_s - from_s) / 0.3, (to_s - t_s) / 0.3);
  const random2 = (span: number): number => random.uniform(-span, span);
  const { wander_m, wander, tremor_hz, shake_hz } = habit;
  const mm = 0.001;
  const of = (home: number, drift: (t_s: number) => number, hz: number, scale: number): Knot[] => {
    const slow: Knot[] = [[from_s, home + drift(from_s), 0, 0]];
    for (let t = from_s + random.uniform(1, 2.5); t < to_s - 0.8; t += random.uniform(0.8, 2.5)) slow.push([t, home + drift(t), 0, 0]);
    slow.push([to_s, slow.at(-1)![1], 0, 0]);
    return tremble(random, slow, hz, (t_s) => scale * size(t_s));
  };
  const low = Math.min(wander_m, 0.15 * habit.height_m);
  way.x = of(x + habit.forward_m, () => random2(wander_m), tremor_hz, 0.7 * mm);
  way.y = of(y + habit.aside_m, () => random2(wander_m), shake_hz, 0.8 * mm);
  // the foot sinks as the hip tires
  way.z = of(habit.height_m, (t_s) => random2(low) - 0.15 * habit.height_m * share(t_s), shake_hz, mm);
  way.roll = of(0, () => random2(wander), tremor_hz, 0.6 * RAD);
  way.pitch = of(habit.pitch, () => random2(wander), tremor_hz, RAD);
  way.yaw = way.roll.map(([t_s, value, rate, bend]): Knot => [t_s, subject.toe_out + 0.5 * value, 0.5 * rate, 0.5 * bend]);
  return { way, height_m: way.z.at(-1)![1] };
}

/**
 * A tremor of about `hz` on top of a slow course: half waves of varying length and height, each turning point bent as a sine is.
 * `size`: from peak to peak.
 */
function tremble(random: Random, slow: readonly Knot[], hz: number, size: (t_s: number) => number): Knot[] {
  const course = new Path(slow);
  const end_s = slow.at(-1)![0];
  const knots: Knot[] = [slow[0]!];
  let side = 0.5;
  let t = slow[0]![0];
  for (;;) {
    const half_s = 0.5 / (hz * Math.max(0.8, 1 + 0.06 * random.gaussian()));
    t += half_s;
    if (t > end_s - half_s) break;
    const reach = side * size(t) * Math.max(0.3, 1 + 0.2 * random.gaussian());
    course.at(t);
    knots.push([t, course.value + reach, course.rate, course.bend - reach * (Math.PI / half_s) ** 2]);
    side = -side;
  }
  knots.push(slow.at(-1)!);
  return knots;
}
