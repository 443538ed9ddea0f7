// The tapping foot of a forward step-down: from the step forward and down to a touch of the heel on the floor, and back.

import { Random } from '../random.ts';
import type { TruthTap } from './body.ts';
import { carry, direct, lift, touch, type Way } from './limb.ts';
import type { Arrival, Script } from './script.ts';
import { SMOOTH } from './stance.ts';
import type { Subject } from './subject.ts';

/** Under control, some of the taps stomped or stood on, some that do not reach the floor. */
export const STEP_VARIANTS = ['controlled', 'stomping', 'missed'] as const;
export type StepVariant = (typeof STEP_VARIANTS)[number];

/** A set of step-downs: the first leaves the step at `start_s`, the last is back by `stop_s`. */
export interface StepPlan {
  start_s: number;
  stop_s: number;
  /** Most of them. */
  reps: number;
  variant: StepVariant;
}

const RAD = Math.PI / 180;

/** How a person steps down; every number is drawn by hand's judgement, none from a paper. */
interface Habit {
  step_m: number;
  reach_m: number;
  down_s: number;
  up_s: number;
  pause_s: number;
  contact_s: number;
  /** Height over the step on the way. */
  clear_m: number;
  /** rad; toes up is negative. */
  leave: number;
  /** How far the toes hang under a bent knee on the way down, as the foot is over the edge, and on the way up, on its way there. */
  hang: number;
  hangBack: number;
  tap: number;
  land: number;
  tap_mps: number;
  land_mps: number;
  /** Where the foot rests between two taps if it is not put down: before and above the step, or null. */
  hover: { forward_m: number; up_m: number; aside_m: number; pitch: number } | null;
}

function habitOf(subject: Subject): Habit {
  const random = new Random(subject.seed).fork('step-down');
  const u = (min: number, max: number): number => random.uniform(min, max);
  // the heel has to get past the edge, at which the ball stood
  const reach_m = u(Math.max(0.2, subject.foot.heel_m + 0.03), 0.4);
  const flat = random.uniform() < 0.5;
  const hovering = random.uniform() < 0.35;
  return {
    step_m: u(0.1, 0.2),
    reach_m,
    // who reaches far takes the time for it
    down_s: u(Math.max(0.7, 0.45 + reach_m), 1.8),
    up_s: u(Math.max(0.6, 0.45 + reach_m), 1.6),
    pause_s: hovering ? u(0.3, 1) : u(0.2, 1.5),
    contact_s: u(0.08, 0.35),
    clear_m: u(0.02, 0.05),
    leave: flat ? 0 : u(1, 6) * RAD,
    hang: Math.max(0, u(-10, 30)) * RAD,
    hangBack: Math.max(0, u(-10, 15)) * RAD,
    tap: -u(10, 30) * RAD,
    land: flat ? -u(1, 6) * RAD : u(1, 4) * RAD,
    tap_mps: u(0.05, 0.3),
    land_mps: u(0.05, 0.5),
    hover: hovering ? { forward_m: u(0, 0.06), up_m: u(0.02, 0.07), aside_m: u(-0.06, 0.06), pitch: -u(0, 12) * RAD } : null,
  };
}

/** How one of them goes. */
type Manner = 'clean' | 'missed' | 'hard' | 'stood' | 'both';

function mannersOf(random: Random, variant: StepVariant, count: number): Manner[] {
  const manners: Manner[] = Array.from({ length: count }, () => 'clean');
  if (variant === 'controlled') return manners;
  const share = variant === 'missed' ? random.uniform(0.15, 0.3) : random.uniform(0.2, 0.4);
  const bad = Math.max(1, Math.round(share * count));
  for (let chosen = 0; chosen < bad && chosen < count;) {
    const at = random.below(count);
    if (manners[at] !== 'clean') continue;
    manners[at] = variant === 'missed' ? 'missed' : (['hard', 'hard', 'both', 'stood'] as const)[random.below(4)]!;
    chosen += 1;
  }
  return manners;
}

/** What differs from one to the next. */
interface Rep {
  down_s: number;
  up_s: number;
  pause_s: number;
  contact_s: number;
  speed_mps: number;
  land_mps: number;
  /** Gap that a missed tap leaves over the floor. */
  gap_m: number;
  /** The whole foot is put on the floor. */
  flat: boolean;
}

function repOf(random: Random, habit: Habit): Rep {
  const vary = (value: number, min: number, max: number): number => Math.max(min, Math.min(max, value * (1 + 0.1 * random.gaussian())));
  return {
    down_s: vary(habit.down_s, Math.max(0.7, 0.4 + habit.reach_m), 1.8),
    up_s: vary(habit.up_s, Math.max(0.6, 0.4 + habit.reach_m), 1.6),
    pause_s: vary(habit.pause_s, habit.hover === null ? 0.2 : 0.3, habit.hover === null ? 1.5 : 1),
    contact_s: vary(habit.contact_s, 0.08, 0.35),
    speed_mps: vary(habit.tap_mps, 0.05, 0.3),
    land_mps: vary(habit.land_mps, 0.05, 0.5),
    gap_m: random.uniform(0.02, 0.06),
    flat: random.uniform() < 0.4,
  };
}

/** Of the coming down, at most: what is left for it after the foot has been brought forward. */
const DROP_SHARE = 0.6;
/** A descent as even as it can be ends with 2.5 times its mean speed; below that it never turns back up. */
const HASTE = 2;
/** Shortest coming down onto the step, s. */
const ALIGHT_S = 0.15;

/** Writes the set into `script` and says when the heel met the floor. */
export function stepDown(script: Script, plan: StepPlan): TruthTap[] {
  const { subject, random } = script;
  const habit = habitOf(subject);
  const reps: Rep[] = [];
  for (let t = plan.start_s; reps.length < plan.reps;) {
    const rep = repOf(random, habit);
    // room for the longest contact, so that the manner of a rep does not change their number
    t += rep.down_s + 1 + rep.up_s;
    if (t > plan.stop_s) break;
    t += rep.pause_s;
    reps.push(rep);
  }
  const manners = mannersOf(random, plan.variant, reps.length);
  const { heel_m } = subject.foot;
  const lateral = 0.09 * (subject.side === 'left' ? 1 : -1);
  const { step_m, hover } = habit;
  const sole_m = subject.sole_m;
  const noise_g = 0.012 * subject.variability;
  const taps: TruthTap[] = [];
  const g = (): number => subject.variability * random.gaussian();
  let x = 0;
  let way = direct();
  /** The foot is put on ground at `level_m`, to leave it at `tc_s` (for good: null). */
  const put = (arrival: Arrival, at_m: number, level_m: number, depth_m: number, tc_s: number | null, leave: number, heelOff_s: number): void => {
    script.flight(carry(subject, heel_m, way), 0.015 * subject.variability);
    way = direct();
    script.stance(at_m, lateral, arrival, tc_s === null ? null : lift(tc_s, depth_m, arrival, leave, heelOff_s), depth_m, noise_g, SMOOTH, level_m);
  };
  const standing = 0.5 * sole_m;
  script.stance(x, lateral, null, reps.length === 0 ? null : lift(plan.start_s, standing, null, habit.leave, plan.start_s - 0.2), standing, noise_g, SMOOTH, step_m);
  let t = plan.start_s;
  for (const [n, rep] of reps.entries()) {
    const manner = manners[n]!;
    const stood = manner === 'stood' || manner === 'both';
    const speed_mps = manner === 'hard' || manner === 'both' ? random.uniform(0.6, 1.4) : rep.speed_mps;
    const start_s = t;
    const top_m = step_m + habit.clear_m + heel_m * Math.sin(Math.max(habit.leave, habit.hang)) + (hover !== null && n > 0 ? hover.up_m : 0);
    const bottom_m = manner === 'missed' ? rep.gap_m : 0;
    const reach_m = habit.reach_m + 0.01 * g() * (manner === 'missed' ? 0 : 1);
    const t_s = t + rep.down_s;
    const drop_s = manner === 'missed' ? DROP_SHARE * rep.down_s : Math.min(DROP_SHARE * rep.down_s, (HASTE * top_m) / speed_mps);
    const over_s = t_s - drop_s;
    const flatly = manner !== 'missed' && rep.flat && manner !== 'clean';
    const pitch = (flatly ? 0.2 : 1) * habit.tap * Math.max(0.7, 1 + 0.06 * g());
    // forward over the edge, then down
    way.z.push([over_s, top_m, 0, 0]);
    way.x.push([over_s + 0.15 * drop_s, reach_m, 0, 0]);
    way.pitch.push([over_s, habit.hang, 0, 0], [t_s - 0.3 * drop_s, pitch, 0, 0]);
    way.roll.push([over_s, 0.06 * g(), Number.NaN, Number.NaN]);
    way.yaw.push([over_s, subject.toe_out + 0.06 * g(), Number.NaN, Number.NaN]);
    let tc_s: number;
    if (manner === 'missed') {
      tc_s = t_s + rep.contact_s;
      way.z.push([t_s, bottom_m, 0, 0], [tc_s, bottom_m, 0, 0]);
      way.pitch.push([tc_s, pitch, 0, 0]);
    } else {
      const contact_s = stood ? random.uniform(0.5, 1) : rep.contact_s;
      tc_s = t_s + contact_s;
      const span_s = stood || flatly ? Math.min(0.12, 0.5 * contact_s) : Math.min(0.07, 0.5 * contact_s);
      const rest = stood || flatly ? 0 : 0.85 * pitch;
      const arrival = touch(subject, { t_s, pitch, rest, span_s, speed_mps, roll: 0.02 * g() });
      put(arrival, reach_m, 0, (stood ? 1 : 0.25) * sole_m, tc_s, rest, arrival.rest_s);
    }
    // up over the edge, then back
    const last = n + 1 === reps.length;
    const alight = last || hover === null;
    const end_s = tc_s + rep.up_s;
    const rise_s = 0.55 * rep.up_s;
    const back_m = step_m + heel_m * Math.sin(Math.max(habit.land, 0.5 * habit.hangBack)) + habit.clear_m;
    way.z.push([tc_s + rise_s, alight ? back_m : step_m + hover.up_m, 0, 0]);
    way.x.push([tc_s + 0.7 * rise_s, reach_m, 0, 0]);
    way.pitch.push([tc_s + 0.65 * rise_s, habit.hangBack, 0, 0]);
    way.roll.push([tc_s + rise_s, 0.06 * g(), Number.NaN, Number.NaN]);
    way.yaw.push([tc_s + rise_s, subject.toe_out + 0.06 * g(), Number.NaN, Number.NaN]);
    if (!alight) {
      way.x.push([end_s, hover.forward_m, 0, 0]);
      way.y.push([end_s, lateral + hover.aside_m, 0, 0]);
      way.z.push([end_s, step_m + hover.up_m, 0, 0]);
      way.pitch.push([end_s, hover.pitch, 0, 0]);
      t = end_s + rep.pause_s;
      sway(way, random, end_s, t);
    } else {
      x = 0.008 * g();
      const alight_s = Math.max(ALIGHT_S, Math.min(end_s - tc_s - rise_s, (HASTE * habit.clear_m) / rep.land_mps));
      if (end_s - alight_s > tc_s + rise_s + 0.01) way.z.push([end_s - alight_s, back_m, 0, 0]);
      way.x.push([end_s - 0.5 * alight_s, x, 0, 0]);
      way.pitch.push([end_s - alight_s, habit.land, 0, 0]);
      t = end_s + rep.pause_s;
      const arrival = touch(subject, {
        t_s: end_s,
        pitch: habit.land,
        rest: 0,
        span_s: Math.min(0.12, 0.4 * rep.pause_s),
        speed_mps: Math.max(0.05, Math.min(rep.land_mps, (HASTE * habit.clear_m) / alight_s)),
        roll: 0.02 * g(),
      });
      put(arrival, x, step_m, standing, last ? null : t, habit.leave, t - Math.min(0.25, 0.4 * rep.pause_s));
    }
    if (manner !== 'missed') taps.push({ start_s, t_s, end_s, clean: manner === 'clean' });
  }
  return taps;
}

/** The foot at rest in the air, from the knots at `from_s` to `to_s`: it sways by millimetres and a degree. */
function sway(way: Way, random: Random, from_s: number, to_s: number): void {
  const [x, y, z, pitch] = [way.x, way.y, way.z, way.pitch].map((knots) => knots.at(-1)![1]) as [number, number, number, number];
  const count = Math.max(1, Math.floor((to_s - from_s) / 0.15));
  for (let k = 1; k <= count; k += 1) {
    const at = from_s + (k / count) * (to_s - from_s);
    way.x.push([at, x + 0.002 * random.gaussian(), 0, 0]);
    way.y.push([at, y + 0.002 * random.gaussian(), 0, 0]);
    way.z.push([at, z + 0.002 * random.gaussian(), 0, 0]);
    way.pitch.push([at, pitch + 0.005 * random.gaussian(), 0, 0]);
  }
}
