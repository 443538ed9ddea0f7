// Movements that are none of the exercises: squats, lunges, tying a shoe, sitting, fidgeting between sets. The heel may rise, nobody trains it.

import type { Random } from '../random.ts';
import { Air } from './air.ts';
import { Course } from './course.ts';
import { Path, type Knot } from './path.ts';
import type { Phase } from './phase.ts';
import type { Draft, Script } from './script.ts';
import { step, type Play } from './step.ts';

/** What a restless wearer does. */
export type Unrest = 'squat' | 'lunge' | 'tie' | 'sit' | 'fidget';

const DEG = Math.PI / 180;
/** Nobody moves in the last seconds. */
const TAIL_S = 1.5;
/** From first contact until the foot has settled and may move again, s; see SETTLE_S_MIN of the script. */
const SETTLED_S = 0.35;
/** Share of a tap's way on which the ground stops it, and how long that takes, s. */
const TAP = 0.04;
const TAP_S = 0.015;

/** From which time to which the wearer moves; the stances are in the script, or, with the foot never on the ground, the phases are given. */
export interface Moved {
  start_s: number;
  end_s: number;
  phases: Phase[] | null;
}

/** Writes the movement into an empty script, from `lead_s` on. */
export function unrest(script: Script, kind: Unrest, lead_s: number, seconds: number): Moved {
  const { subject, random } = script;
  if (kind === 'tie' && random.uniform() < 0.35) return held(script, lead_s, seconds);
  const standing = script.stance(0, subject.side === 'left' ? 0.09 : -0.09, null, null, subject.sole_m, 0.008 * subject.variability);
  standing.courses.push(new Course());
  const until_s = seconds - TAIL_S;
  const write = { squat, lunge, tie, sit, fidget }[kind];
  return { start_s: lead_s, end_s: write(script, lead_s, until_s), phases: null };
}

/** ±1. */
function sign(random: Random): number {
  return random.uniform() < 0.5 ? -1 : 1;
}

/** Numbers with alternating signs. */
function alternating(random: Random, count: number, min: number, max: number): number[] {
  return Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 1 : -1) * random.uniform(min, max));
}

/** The course of the stance the wearer is in. */
function course(draft: Draft): Course {
  return draft.courses[0]!;
}

/** Squats: the foot stays flat, tilts by a degree or three, and with some the heel comes up at the bottom. */
function squat(script: Script, from_s: number, until_s: number): number {
  const { random, subject } = script;
  const foot = course(script.last!);
  const balance = new Course();
  script.last!.courses.push(balance);
  const period_s = random.uniform(1.5, 4);
  const pause_s = random.uniform(0, 0.8);
  const heels = random.uniform() < 0.4 ? random.uniform(3, 8) * DEG : random.uniform(0.3, 2) * DEG;
  const sway = random.uniform(0.1, 0.5) * DEG * subject.variability;
  const tilt = sign(random) * random.uniform(1, 3) * DEG;
  const twist = random.uniform(-1.5, 1.5) * DEG;
  let end_s = from_s;
  for (let t = from_s; ;) {
    const span_s = period_s * random.uniform(0.9, 1.1);
    if (t + span_s > until_s) return end_s;
    end_s = t + span_s;
    const low_s = t + span_s * random.uniform(0.42, 0.52);
    const rise_s = low_s + 0.12 * span_s;
    const vary = (value: number): number => value * random.uniform(0.7, 1.3);
    foot.visit('pitch', t + 0.2 * span_s, low_s, rise_s, t + 0.85 * span_s, vary(heels));
    foot.visit('roll', t, low_s, rise_s, t + span_s, vary(tilt));
    foot.visit('yaw', t, low_s, rise_s, t + span_s, vary(twist));
    // the sole is pressed most where the body is stopped
    foot.visit('z', t + 0.1 * span_s, low_s, rise_s, t + 0.9 * span_s, -0.4 * subject.sole_m);
    foot.visit('effort', t, low_s, rise_s, t + span_s, 0.006 * subject.variability);
    for (const channel of ['roll', 'yaw'] as const) {
      const count = Math.round(2 * random.uniform(1, 3) * span_s);
      balance.swing(channel, t, t + span_s, alternating(random, count, 0.2 * sway, 1.5 * sway));
    }
    t = end_s + vary(pause_s);
  }
}

/** Lunges, this leg and the other in turn: as the rear one the foot stands on its ball, as the front one it steps out and back. */
function lunge(script: Script, from_s: number, until_s: number): number {
  const { random, subject } = script;
  const out_s = random.uniform(0.5, 0.7);
  const stay_s = random.uniform(0.8, 1.8);
  const back_s = random.uniform(0.5, 0.75);
  const pause_s = random.uniform(0.3, 1);
  const far_m = random.uniform(0.6, 0.9);
  const heels = random.uniform(30, 60) * DEG;
  const tilt = random.uniform(-6, 6) * DEG;
  let front = random.uniform() < 0.5;
  let end_s = from_s;
  for (let t = from_s; ; front = !front) {
    const vary = (value: number): number => value * random.uniform(0.9, 1.1);
    const [out, stay, back] = [vary(out_s), vary(stay_s), vary(back_s)];
    if (t + 0.3 + out + stay + 0.3 + back + 0.5 > until_s) return end_s;
    if (front) {
      const ic_s = t + 0.3 + out;
      const down = step(script, {
        heelOff_s: t, tc_s: t + 0.3, ic_s, forward_m: vary(far_m), left_m: 0.03 * random.gaussian(),
        leave: vary(0.5), land: -vary(0.22), down_mps: vary(0.7), high_m: 0.05,
      });
      const foot = new Course();
      down.courses.push(foot);
      const low_s = ic_s + 0.4 * stay;
      foot.visit('roll', ic_s + 0.2, ic_s + 0.2 + 0.5 * stay, ic_s + 0.25 + 0.5 * stay, ic_s + stay, vary(2 * DEG));
      foot.visit('effort', ic_s + 0.2, low_s, low_s + 0.1, ic_s + stay, 0.02 * subject.variability);
      const tc_s = ic_s + stay + 0.3;
      const returned = step(script, {
        heelOff_s: tc_s - 0.22, tc_s, ic_s: tc_s + back, forward_m: -(script.last!.x - 0.02 * random.gaussian()), left_m: 0,
        leave: vary(0.2), land: vary(0.2), down_mps: vary(0.4), high_m: 0.04,
      });
      returned.courses.push(new Course());
      end_s = tc_s + back + SETTLED_S;
    } else {
      const foot = course(script.last!);
      const top_s = t + out + 0.2 * stay;
      const lower_s = top_s + 0.6 * stay;
      end_s = lower_s + back + 0.2 * stay;
      foot.visit('pitch', t, top_s, lower_s, end_s, vary(heels));
      foot.visit('roll', t, top_s, lower_s, end_s, vary(tilt));
      foot.visit('effort', t, top_s, lower_s, end_s, 0.03 * subject.variability);
    }
    t = end_s + vary(pause_s) + 0.2;
  }
}

/** A shoe tied on a step: hands pull at the laces, now and then the foot is set right. */
function tie(script: Script, from_s: number, until_s: number): number {
  const { random } = script;
  const foot = course(script.last!);
  let end_s = from_s;
  for (let t = from_s; ;) {
    const what = random.uniform();
    const span_s = what < 0.35 ? random.uniform(0.15, 0.5) : what < 0.7 ? random.uniform(0.04, 0.09) * (2 + random.below(6)) : random.uniform(0.4, 1.2);
    if (t + span_s > until_s) return end_s;
    end_s = t + span_s;
    if (what < 0.35) {
      // a pull
      const top_s = t + 0.4 * span_s;
      if (random.uniform() < 0.5) foot.visit('pitch', t, top_s, top_s, t + span_s, random.uniform(2, 15) * DEG);
      foot.visit('roll', t, top_s, top_s, t + span_s, random.uniform(-8, 8) * DEG);
      foot.visit('yaw', t, top_s, top_s, t + span_s, random.uniform(-8, 8) * DEG);
    } else if (what < 0.7) {
      // fingers and knots: knocks of a millimetre, fractions of a degree
      const count = Math.max(2, Math.round(span_s / 0.06));
      foot.swing(random.uniform() < 0.5 ? 'x' : 'y', t, t + span_s, alternating(random, count, 0.0001, 0.001));
      foot.swing('roll', t, t + span_s, alternating(random, count, 0.1 * DEG, 1.2 * DEG));
      foot.visit('effort', t, t + 0.3 * span_s, t + 0.7 * span_s, t + span_s, 0.06);
    } else {
      foot.visit('pitch', t, t + 0.3 * span_s, t + 0.7 * span_s, t + span_s, sign(random) * random.uniform(2, 12) * DEG);
    }
    t = end_s + random.uniform(0.03, 0.6);
  }
}

/** A shoe tied with the foot on the other knee: off the ground all the time. */
function held(script: Script, lead_s: number, seconds: number): Moved {
  const { random } = script;
  const rest = [0, 0, 0.5, random.uniform(-0.9, 0.9), random.uniform(-0.9, -0.2), random.uniform(-0.6, 0.6)];
  const knots = rest.map((value): Knot[] => [[0, value, 0, 0]]);
  const move = (from_s: number, to_s: number, reach_m: number, turn: number): void => {
    for (const [i, list] of knots.entries()) {
      if (from_s > list.at(-1)![0]) list.push([from_s, list.at(-1)![1], 0, 0]);
      list.push([to_s, rest[i]! + (i < 3 ? reach_m : turn) * random.gaussian(), 0, 0]);
    }
  };
  let end_s = lead_s;
  for (let t = lead_s; t < seconds - TAIL_S - 1; t = end_s + random.uniform(0.03, 0.6)) {
    if (random.uniform() < 0.5) {
      end_s = t + random.uniform(0.15, 0.6);
      move(t, end_s, 0.008, 4 * DEG);
    } else {
      end_s = t;
      for (let i = 2 + random.below(6); i > 0; i -= 1) {
        const from_s = end_s;
        end_s += random.uniform(0.05, 0.1);
        move(from_s, end_s, 0.0006, 0.5 * DEG);
      }
    }
  }
  const [x, y, z, roll, pitch, yaw] = knots.map((list) => new Path(list)) as [Path, Path, Path, Path, Path, Path];
  return { start_s: lead_s, end_s, phases: [new Air(0, seconds + 1, { x, y, z, roll, pitch, yaw }, 0.01, 0.002)] };
}

/** Sitting: heel or toes tap, the foot tilts, a leg is crossed and swings. */
function sit(script: Script, from_s: number, until_s: number): number {
  const { random } = script;
  let end_s = from_s;
  for (let t = from_s; ; t = end_s + random.uniform(0.2, 3)) {
    const foot = course(script.last!);
    const what = random.uniform();
    const span_s = what < 0.75 ? random.uniform(0.6, 3) : random.uniform(4, 8);
    if (t + span_s + 1 > until_s) return end_s;
    end_s = t + span_s;
    if (what < 0.5) {
      const heel = random.uniform() < 0.6;
      const step_s = 1 / random.uniform(2, 6);
      const size = (heel ? 1 : -1) * random.uniform(2, 9) * DEG;
      // the foot never is quicker than free fall lets it
      const small = Math.min(1, step_s / 0.3);
      const taps = Math.max(1, Math.floor(span_s / step_s));
      end_s = t + taps * step_s;
      for (let i = 0; i < taps; i += 1) {
        const at_s = t + i * step_s;
        const top = size * small * random.uniform(0.7, 1.2);
        foot.move('pitch', at_s, at_s + 0.5 * step_s, top);
        foot.move('pitch', at_s + 0.5 * step_s, at_s + step_s - TAP_S, TAP * top, (-1.3 * TAP * top) / TAP_S);
        foot.move('pitch', at_s, at_s + step_s, 0);
      }
    } else if (what < 0.75) {
      foot.visit('roll', t, t + 0.3 * span_s, t + 0.7 * span_s, t + span_s, random.uniform(-15, 15) * DEG);
      foot.visit('yaw', t, t + 0.3 * span_s, t + 0.7 * span_s, t + span_s, random.uniform(-12, 12) * DEG);
    } else {
      const hz = random.uniform(0.6, 1.6);
      const [size, low] = [random.uniform(4, 14) * DEG, random.uniform(0.1, 0.5)];
      const count = Math.round(2 * hz * 0.6 * span_s);
      const play: Play = {
        pitch: Array.from({ length: count }, (_, i) => [0.2 + (0.6 * (i + 0.5)) / count, low + (i % 2 === 0 ? 1 : -1) * size * random.uniform(0.7, 1)] as const),
        roll: [[0.2, 0.3], [0.8, 0.25]],
      };
      const crossed = step(script, {
        heelOff_s: t, tc_s: t + 0.3, ic_s: t + 0.3 + span_s, forward_m: 0.03 * random.gaussian(), left_m: 0.02 * random.gaussian(),
        leave: 0.15, land: 0.08, down_mps: 0.3, high_m: random.uniform(0.15, 0.4),
      }, play);
      crossed.courses.push(new Course());
      end_s = t + 0.3 + span_s + SETTLED_S;
    }
  }
}

/** Between sets: the weight shifts, a heel lifts, toes move, the foot steps about, the leg is shaken out. */
function fidget(script: Script, from_s: number, until_s: number): number {
  const { random, subject } = script;
  let end_s = from_s;
  for (let t = from_s; ; t = end_s + random.uniform(0.1, 1.5)) {
    const foot = course(script.last!);
    const what = random.uniform();
    const span_s = random.uniform(0.5, 1.5);
    // the longest shaking, or shift
    if (t + Math.max(2.5, span_s + 1) > until_s) return end_s;
    end_s = t + span_s;
    if (what < 0.3) {
      const top_s = t + 0.4 * span_s;
      const stay_s = random.uniform(0, 1);
      foot.visit('roll', t, top_s, top_s + stay_s, t + span_s + stay_s, random.uniform(-4, 4) * DEG);
      foot.visit('z', t, top_s, top_s + stay_s, t + span_s + stay_s, random.uniform(-0.4, 0.4) * subject.sole_m);
      end_s += stay_s;
    } else if (what < 0.55) {
      const top_s = t + random.uniform(0.3, 0.45) * span_s;
      foot.visit('pitch', t, top_s, top_s + 0.1 * span_s, t + span_s, random.uniform(5, 20) * DEG);
      foot.visit('yaw', t, top_s, top_s + 0.1 * span_s, t + span_s, random.uniform(-8, 8) * DEG);
    } else if (what < 0.65) {
      const count = Math.round(2 * random.uniform(2, 4) * span_s);
      foot.swing('roll', t, t + span_s, alternating(random, count, 0.1 * DEG, 0.5 * DEG));
      foot.visit('effort', t, t + 0.3 * span_s, t + 0.7 * span_s, t + span_s, 0.02);
    } else {
      const shakes = what > 0.88 ? 3 + random.below(6) : 0;
      const air_s = shakes > 0 ? 0.5 + shakes / (2 * random.uniform(3, 5)) : random.uniform(0.3, 0.5);
      const size = random.uniform(5, 18) * DEG;
      const swings = (scale: number, about: number): [number, number][] => [
        [0.18, about],
        ...Array.from({ length: shakes }, (_, i): [number, number] => [0.25 + (0.5 * (i + 0.5)) / shakes, about + scale * (i % 2 === 0 ? 1 : -1)]),
        [0.86, about],
      ];
      // soles are set down heel first ahead, toes first behind
      const forward_m = shakes > 0 ? 0.02 * random.gaussian() : random.uniform(-0.2, 0.25);
      const down = step(script, {
        heelOff_s: t, tc_s: t + 0.25, ic_s: t + 0.25 + air_s, forward_m, left_m: shakes > 0 ? 0 : random.uniform(-0.08, 0.08),
        leave: random.uniform(0.15, 0.35), land: forward_m > 0.05 ? -random.uniform(0.05, 0.12) : random.uniform(0.05, 0.15),
        down_mps: random.uniform(0.15, 0.45), high_m: shakes > 0 ? random.uniform(0.05, 0.15) : 0.03,
      }, shakes > 0 ? { pitch: swings(size, 0.25), roll: swings(0.7 * size, 0) } : {});
      down.courses.push(new Course());
      end_s = t + 0.25 + air_s + SETTLED_S;
    }
  }
}
