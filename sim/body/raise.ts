// Heel raises: the foot turns about the ball, which stays, up to the wearer's height and down again; with what goes wrong with them.

import { Random } from '../random.ts';
import type { TruthRep } from './body.ts';
import { Course } from './course.ts';
import type { Path } from './path.ts';
import type { Draft } from './script.ts';
import type { Subject } from './subject.ts';

/** Ways to do a set; one who walks away raises fully before. */
export const RAISE_VARIANTS = ['full', 'partial', 'bouncing', 'wobbling', 'walking-away'] as const;
export type RaiseVariant = (typeof RAISE_VARIANTS)[number];

/** How a person raises the heel; times in s, angles in rad. */
export interface Raiser {
  /** Full height with a straight and with a bent knee. */
  height: number;
  bent: number;
  up_s: number;
  hold_s: number;
  down_s: number;
  pause_s: number;
  /** Spread of the times from raise to raise, as a share. */
  spread: number;
  /** Share of the height lost over the set. */
  fade: number;
  /** Roll and yaw at the top, per pitch, and by which share of the way up they come later. */
  tilt: number;
  twist: number;
  lag: number;
  /** Frequency and size of the tremor on the toes, and by how much it grows over the set. */
  tremor_hz: number;
  tremor: number;
  tiring: number;
  /** Speed with which a lowered heel meets the ground, as a share of its mean speed, where it comes down in no time at all. */
  touch: number;
  /** How long the ground takes to stop it. */
  stop_s: number;
  /** Noise of the working calf, g RMS. */
  effort_g: number;
}

/** A set of raises. */
export interface RaisePlan {
  /** When the first heel leaves the ground at the earliest, and when the last must be back, s. */
  start_s: number;
  stop_s: number;
  /** So many raises, or as many as there is time for. */
  reps: number;
  /** Raises so quick that this many have room. */
  least: number;
  variant: RaiseVariant;
  bent: boolean;
}

/** One raise as planned. */
interface Raise {
  start_s: number;
  up_s: number;
  hold_s: number;
  down_s: number;
  /** Share of the full height, of a full one before the set's fading. */
  share: number;
  partial: boolean;
  wobbles: boolean;
  /** Small bounces on the heel after it: heights, rad, and when they start and end, s. */
  bounces: number[];
  from_s: number;
  to_s: number;
}

const DEG = Math.PI / 180;

/** Bounds of the times of a raise, s; the quickest recorded (cmu-heel-raise-a) take 1.1 s up and down. */
const UP_S = [0.4, 1.3] as const;
const DOWN_S = [0.4, 1.5] as const;
const PAUSE_S = [0.05, 1] as const;
/** Lowered in more than this, a heel is put down without a shock, s. */
const SOFTLY_S = 1;
/** A full raise stays in this share of the full height, whatever the fatigue; a partial one in that. */
const FULL = [0.89, 1.03] as const;
const PARTIAL = [0.45, 0.72] as const;
/** The first raises of a set are never partial: they tell what this wearer can. */
const SHOWN = 4;
/** Most of the full height that a small bounce at the bottom reaches, and its bounds, rad. */
const BOUNCE = 0.35;
const BOUNCE_MIN = 4 * DEG;
const BOUNCE_MAX = 14 * DEG;
/** How long a wobbling wearer stays up at least, looking for balance, s. */
const BALANCE_S = 0.35;

/** Of TruthRep: share of the top where a raise begins and ends, and where its top begins and ends. */
const EDGE = 0.1;
const NEAR = 0.95;
/** Of TruthRep: share of the full height of a full raise; stray roll, rad, and shortest way, s, of a clean one. */
export const FULL_SHARE = 0.85;
const STRAY = 4 * DEG;
const WAY_S = 0.25;

/** The same subject raises the same way in every set. */
export function raiser(subject: Subject): Raiser {
  const random = new Random(subject.seed).fork('raise');
  const u = (min: number, max: number): number => random.uniform(min, max);
  const height = u(28, 55) * DEG;
  // who is slow up is slow down, more or less
  const pace = u(0, 1);
  const paced = ([min, max]: readonly [number, number]): number => min + (max - min) * clamp(pace + 0.15 * random.gaussian(), 0, 1);
  const inward = subject.side === 'left' ? -1 : 1;
  return {
    height,
    bent: height * u(0.75, 0.95),
    up_s: paced(UP_S),
    hold_s: pace * u(0, 1),
    down_s: paced(DOWN_S),
    pause_s: u(PAUSE_S[0], 0.2 + 0.8 * pace),
    spread: u(0.05, 0.1),
    fade: u(0, 0.07),
    tilt: inward * u(-0.04, 0.14),
    twist: u(-0.1, 0.1),
    lag: u(-0.2, 0.3),
    tremor_hz: u(6, 10),
    tremor: u(0.1, 0.3) * DEG * subject.variability,
    tiring: u(0.5, 2),
    touch: u(0.15, 0.6),
    stop_s: u(0.015, 0.03),
    effort_g: u(0.005, 0.02) * subject.variability,
  };
}

/** Lays a set over a standing foot; gives the raises as they really are and when the last heel is down. */
export function raise(draft: Draft, subject: Subject, random: Random, plan: RaisePlan): { reps: TruthRep[]; end_s: number } {
  const who = raiser(subject);
  const height = plan.bent ? who.bent : who.height;
  const raises = schedule(who, height, random, plan);
  const lift = new Course();
  const stray = new Course();
  draft.courses.push(lift, stray);
  for (const [n, each] of raises.entries()) {
    const tired = n / raises.length;
    const share = each.partial ? each.share : clamp(each.share * (1 - who.fade * tired), ...FULL);
    write(lift, who, random, each, share * height);
    tremble(stray, who, random, each, 1 + who.tiring * tired);
    const { bounces, from_s, to_s } = each;
    const step_s = (to_s - from_s) / Math.max(1, bounces.length);
    for (const [i, top] of bounces.entries()) {
      const t = from_s + i * step_s;
      lift.move('pitch', t, t + 0.5 * step_s, top);
      lower(lift, t + 0.5 * step_s, t + step_s, (0.5 * who.touch * top) / step_s, who.stop_s);
    }
  }
  const pitch = draft.courses.reduce<Path | null>((path, course) => (path === null ? course.path('pitch') : course.over('pitch', path)), null);
  const roll = stray.path('roll');
  const reps = pitch === null || roll === null ? [] : raises.map((each) => measure(pitch, roll, each.start_s, end(each), height));
  return { reps, end_s: raises.length === 0 ? plan.start_s : end(raises.at(-1)!) };
}

function end({ start_s, up_s, hold_s, down_s }: Raise): number {
  return start_s + up_s + hold_s + down_s;
}

/** When which raise is done, until the set or the time is over. */
function schedule(who: Raiser, height: number, random: Random, plan: RaisePlan): Raise[] {
  const { variant } = plan;
  const period_s = who.up_s + who.hold_s + who.down_s + who.pause_s;
  // a tenth for chance
  const hurry = Math.min(1, (plan.stop_s - plan.start_s) / (1.1 * period_s * plan.least));
  const vary = (mean_s: number): number => mean_s * hurry * (1 + who.spread * clamp(random.gaussian(), -2.5, 2.5));
  const often = random.uniform(0.2, 0.4) * (variant === 'partial' ? 1.15 : 1);
  const phase = random.uniform();
  const raises: Raise[] = [];
  for (let t = plan.start_s; raises.length < plan.reps;) {
    const n = raises.length;
    // evenly spread, but where it starts
    const odd = Math.floor((n + 1) * often + phase) > Math.floor(n * often + phase);
    const partial = variant === 'partial' && n >= SHOWN && odd;
    const wobbles = variant === 'wobbling' && odd;
    const shorter = partial ? random.uniform(0.75, 1) : 1;
    const each: Raise = {
      start_s: t,
      up_s: clamp(vary(who.up_s) * shorter, ...UP_S),
      hold_s: Math.max(wobbles ? BALANCE_S : 0, vary(who.hold_s)),
      down_s: clamp(vary(who.down_s) * shorter, ...DOWN_S),
      share: partial ? random.uniform(...PARTIAL) : 1 + 0.02 * random.gaussian(),
      partial,
      wobbles,
      bounces: [],
      from_s: 0,
      to_s: 0,
    };
    if (end(each) > plan.stop_s) break;
    raises.push(each);
    t = end(each) + clamp(vary(who.pause_s), ...PAUSE_S);
    if (variant === 'bouncing' && random.uniform() < 0.6) {
      const count = 2 + random.below(4);
      each.from_s = t;
      each.to_s = t + count / random.uniform(2.2, 3.5);
      for (let i = 0; i < count; i += 1) each.bounces.push(random.uniform(BOUNCE_MIN, Math.min(BOUNCE_MAX, BOUNCE * height)));
      t = each.to_s + random.uniform(0.15, 0.5);
    }
  }
  // nobody bounces after the set
  if (raises.length > 0) raises.at(-1)!.bounces = [];
  return raises;
}

function write(course: Course, who: Raiser, random: Random, each: Raise, top: number): void {
  const { start_s, up_s, hold_s, down_s } = each;
  const top_s = start_s + up_s;
  const lower_s = top_s + hold_s;
  const end_s = end(each);
  course.move('pitch', start_s, top_s, top);
  // held, the heel sinks a little
  if (hold_s > 0.1) course.move('pitch', top_s, lower_s, top * random.uniform(0.97, 1));
  const touch = (who.touch * top * clamp((SOFTLY_S - down_s) / SOFTLY_S, 0, 1)) / down_s;
  lower(course, lower_s, end_s, touch, who.stop_s);
  // ankle and shank follow in their own time
  for (const [channel, share] of [['roll', who.tilt], ['yaw', who.twist]] as const) {
    const late_s = clamp(who.lag + 0.1 * random.gaussian(), -0.3, 0.35) * Math.min(up_s, down_s);
    course.visit(channel, start_s, top_s + late_s, lower_s + late_s, end_s, share * top * random.uniform(0.7, 1.3));
  }
  course.visit('effort', start_s, top_s, lower_s, end_s, who.effort_g);
}

/** Down to the ground, which stops the heel from `touch` rad/s in `stop_s`. */
function lower(course: Course, from_s: number, to_s: number, touch: number, stop_s: number): void {
  if (touch > 0) course.move('pitch', from_s, to_s - stop_s, 0.5 * touch * stop_s, -touch);
  course.move('pitch', from_s, to_s, 0);
}

/** Tremor on the toes, and the swings of a wobble. */
function tremble(course: Course, who: Raiser, random: Random, each: Raise, tired: number): void {
  const from_s = each.start_s + 0.4 * each.up_s;
  const to_s = end(each) - 0.4 * each.down_s;
  const count = Math.max(2, Math.round(2 * who.tremor_hz * (to_s - from_s)) - 1);
  const swings = (scale: number): number[] => Array.from({ length: count }, (_, i) => scale * (i % 2 === 0 ? 1 : -1) * random.uniform(0.3, 1.3));
  course.swing('pitch', from_s, to_s, swings(who.tremor * tired));
  if (!each.wobbles) {
    course.swing('roll', from_s, to_s, swings(who.tremor * tired));
    return;
  }
  const half = Math.max(2, Math.round(2 * random.uniform(1, 3) * (to_s - from_s)) - 1);
  const size = random.uniform(5, 8) * DEG;
  const side = random.uniform() < 0.5 ? 1 : -1;
  course.swing('roll', from_s, to_s, Array.from({ length: half }, (_, i) => size * (i % 2 === 0 ? side : -side) * random.uniform(0.9, 1)));
}

/** The truth of one raise, read off its path every millisecond; `stray` is the roll besides what goes with the pitch. */
function measure(pitch: Path, stray: Path, from_s: number, to_s: number, height: number): TruthRep {
  const count = Math.ceil((to_s - from_s) * 1000) + 1;
  const time = (k: number): number => Math.min(to_s, from_s + k / 1000);
  const angle = Float64Array.from({ length: count }, (_, k) => {
    pitch.at(time(k));
    return pitch.value;
  });
  let peak = 0;
  let strays = 0;
  for (let k = 0; k < count; k += 1) {
    if (angle[k]! > angle[peak]!) peak = k;
    stray.at(time(k));
    strays = Math.max(strays, Math.abs(stray.value));
  }
  const top = angle[peak]!;
  /** Where the pitch passes `level` between sample k and the next. */
  const cross = (k: number, level: number): number => time(k) + ((level - angle[k]!) / (angle[k + 1]! - angle[k]!)) * (time(k + 1) - time(k));
  let start = peak;
  while (angle[start]! > EDGE * top) start -= 1;
  let first = start;
  while (angle[first + 1]! < NEAR * top) first += 1;
  let last = peak;
  while (angle[last]! > EDGE * top) last += 1;
  const end_s = cross(last - 1, EDGE * top);
  while (angle[last - 1]! < NEAR * top) last -= 1;
  const [start_s, top_s, lower_s] = [cross(start, EDGE * top), cross(first, NEAR * top), cross(last - 1, NEAR * top)];
  const full = top >= FULL_SHARE * height;
  const clean = full && strays <= STRAY && top_s - start_s >= WAY_S && end_s - lower_s >= WAY_S;
  return { start_s, top_s, lower_s, end_s, height_deg: top / DEG, full, clean };
}

function clamp(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
