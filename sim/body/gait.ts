// Running and walking: stances of one foot and the swings between them, from standing to standing.

import { GRAVITY } from './player.ts';
import { through, type Arrival, type Departure, type Flight, type Script } from './script.ts';
import { STOP_TAUS } from './stance.ts';
import type { Subject } from './subject.ts';

/** A walk or run from standing to standing. */
export interface GaitPlan {
  kind: 'walk' | 'run';
  /** Toe-off from standing, s, and the time after which no new stride starts. */
  start_s: number;
  stop_s: number;
  /** Time between initial contacts of this foot in steady movement, s. */
  stride_s: number;
  /** Steady speed, m/s. */
  speed_mps: number;
  /** The stride_s of the stride whose swing begins at `t_s`, where it changes; asked once a stride, up to two strides ahead. */
  wanted_s?: (t_s: number) => number;
}

/**
 * Contact time of running (s) from leg stiffness: the sine-wave method of Morin et al. 2005 (doi 10.1123/jab.21.2.167) solved for contact
 * time. Speeds in m/s, `step_s` from one foot's contact to the other's.
 */
export function runContact(subject: Subject, speed_mps: number, step_s: number): number {
  let low = 0.1;
  let high = Math.min(0.36, step_s * 0.97, (1.6 * subject.leg_m) / speed_mps);
  for (let i = 0; i < 40; i += 1) {
    const contact = (low + high) / 2;
    const flight = step_s - contact;
    const force = subject.mass_kg * GRAVITY * (Math.PI / 2) * (flight / contact + 1);
    const dip = (force * contact * contact) / (subject.mass_kg * Math.PI ** 2) - (GRAVITY * contact * contact) / 8;
    const half = (speed_mps * contact) / 2;
    const squeeze = subject.leg_m - Math.sqrt(subject.leg_m ** 2 - half * half) + dip;
    // short contact means a stiff leg
    if (force / squeeze > subject.leg_kn_m * 1000) low = contact;
    else high = contact;
  }
  return (low + high) / 2;
}

/** Contact time of walking (s): 60 % of the stride at 1.3 m/s, less when fast (after Hebenstreit et al. 2015). */
export function walkContact(subject: Subject, speed_mps: number, stride_s: number): number {
  return stride_s * (0.612 - 0.035 * (speed_mps - 1.3) + 0.01 * Math.sin(subject.seed));
}

interface StrideShape {
  /** The swing, and the stance after it. */
  swing_s: number;
  stance_s: number;
  stride_s: number;
  length_m: number;
  /** 0..1: how far this stride is up to speed. */
  vigour: number;
}

/** Writes standing from time 0 (or goes on from the script's last stance), strides, and the last landing, which stays. */
export function gait(script: Script, plan: GaitPlan): void {
  const writing = stride(script, plan);
  while (writing.next().done !== true);
}

/** The shapes of strides one after another, by their number and the time at which their swing begins; null when there is no time for one more. */
type Shapes = (n: number, tc_s: number) => StrideShape | null;

function shapesOf(script: Script, plan: GaitPlan): Shapes {
  const { subject, random } = script;
  const run = plan.kind === 'run';
  const ramp = run ? [0.5, 0.8, 0.95] : [0.7, 0.95];
  const brake = run ? [0.8, 0.45] : [0.6];
  let slow = 0;
  const contactOf = (stride_s: number): number => (run ? runContact(subject, plan.speed_mps, stride_s / 2) : walkContact(subject, plan.speed_mps, stride_s));
  const shape = (wanted_s: number, contact_s: number, vigour: number): StrideShape => {
    slow = 0.6 * slow + 0.8 * random.gaussian();
    const vary = 1 + 0.013 * subject.variability * slow;
    const stride_s = wanted_s * vary * (1 + 0.08 * (1 - vigour));
    return {
      vigour,
      stride_s,
      swing_s: (wanted_s - contact_s) * (1 + 0.1 * (1 - vigour)) * (stride_s / wanted_s),
      stance_s: contact_s * (1 + 0.015 * subject.variability * random.gaussian()) * (run ? 1 + 0.25 * (1 - vigour) : 1 + 0.06 * (1 - vigour)),
      length_m: plan.speed_mps * wanted_s * vary * vigour * (1 + 0.02 * subject.variability * random.gaussian()),
    };
  };
  const { wanted_s } = plan;
  if (wanted_s !== undefined) {
    let left = Infinity;
    return (n, tc_s) => {
      if (left === 0) return null;
      const stride_s = wanted_s(tc_s);
      const contact_s = contactOf(stride_s);
      const room = Math.floor((plan.stop_s - tc_s - (stride_s - contact_s)) / stride_s) + 1;
      if (left === Infinity && room <= brake.length) left = Math.max(room, 1);
      const down = left === Infinity ? 1 : brake[brake.length - left]!;
      left -= 1;
      return shape(stride_s, contact_s, Math.min(ramp[n] ?? 1, down));
    };
  }
  const contact_s = contactOf(plan.stride_s);
  const available = Math.max(2, Math.floor((plan.stop_s - plan.start_s - (plan.stride_s - contact_s)) / plan.stride_s) + 1);
  const shapes: StrideShape[] = [];
  for (let n = 0; n < available; n += 1) {
    const down = n + brake.length >= available ? brake[n + brake.length - available]! : 1;
    shapes.push(shape(plan.stride_s, contact_s, Math.min(ramp[n] ?? 1, down)));
  }
  return (n) => shapes[n] ?? null;
}

/** As `gait`, stride by stride: yields when one more stance and the flight after it are written. */
export function* stride(script: Script, plan: GaitPlan): Generator<void> {
  const { subject, random } = script;
  const run = plan.kind === 'run';
  const shapes = shapesOf(script, plan);
  const depth = run ? 1.5 * subject.sole_m : 0.8 * subject.sole_m;
  const noise = (run ? 0.3 : 0.02) * subject.variability;
  const airNoise = (run ? 0.07 : 0.04) * subject.variability;
  let tc = plan.start_s;
  const standing = script.last;
  let x = standing?.x ?? 0;
  let lateral = standing?.y ?? 0.09 * inward(subject) * (run ? 0.5 : 1);
  let arrival: Arrival | null = standing?.arrival ?? null;
  for (let n = 0; ; n += 1) {
    const shape = shapes(n, tc);
    if (shape === null) break;
    // who stood starts to run as from the first standing
    const departure = run ? leaveRun(script, tc, n === 0 ? null : arrival, shape, plan) : leaveWalk(script, tc, arrival, shape, plan);
    if (n === 0 && standing !== undefined) standing.departure = departure;
    else script.stance(x, lateral, arrival, departure, depth, arrival === null ? 0.02 : noise * shape.vigour, { land_g: (run ? 5.5 : 0) * shape.vigour, push_g: (run ? 2 : 0.25) * shape.vigour });
    const ic = tc + shape.swing_s;
    script.flight(run ? swingRun(script, plan, shape) : swingWalk(script, shape), airNoise * shape.vigour);
    x += shape.length_m;
    lateral += 0.01 * random.gaussian() - 0.2 * (lateral - 0.07 * Math.sign(lateral));
    arrival = run ? landRun(script, ic, shape, plan) : landWalk(script, ic, shape, plan);
    tc = ic + shape.stance_s;
    yield;
  }
  script.stance(x, lateral, arrival, null, depth, 0.02);
}

function inward(subject: Subject): number {
  return subject.side === 'left' ? 1 : -1;
}

function landRun(script: Script, ic_s: number, shape: StrideShape, plan: GaitPlan): Arrival {
  const { subject, random } = script;
  const { vigour } = shape;
  const g = (): number => random.gaussian() * subject.variability;
  const down = (0.75 + 0.14 * plan.speed_mps) * (0.65 + 0.35 * vigour) * (1 + 0.08 * g());
  const forward = (0.25 + 0.12 * plan.speed_mps) * vigour * (1 + 0.15 * g());
  const heel = subject.strike === 'rearfoot';
  let pitch: number;
  if (heel) pitch = -(0.16 + 0.03 * plan.speed_mps) * (0.5 + 0.5 * vigour) * (1 + 0.1 * g());
  else pitch = subject.strike === 'midfoot' ? Math.max(0.02, 0.035 * (1 + 0.3 * g())) : 0.17 * (1 + 0.12 * g());
  const rest = heel ? 0 : 0.008;
  const span = heel ? Math.max(0.034, -pitch / 8, 0.19 * shape.stance_s * (1 + 0.06 * g())) : 0.03 + 0.2 * pitch;
  // ball first: the heel comes down without going through the ground, see hop
  const initial = (-1.8 * (pitch - rest)) / span;
  const pitchRate = heel ? 2 * (1 + 0.4 * g()) * vigour : 0.25 * initial;
  return {
    ic_s,
    kind: 'run',
    pitch,
    pitchRate,
    rest,
    rest_s: ic_s + span,
    restBend: 0,
    velocity: [forward, 0.1 * inward(subject) * g(), -down],
    fall: 0,
    couple: heel ? 0.62 : ((pitchRate - initial) * subject.foot.ankle_back_m) / down,
    tau_s: (0.75 * subject.landing_s) / STOP_TAUS,
    soft_s: (0.004 + 0.45 * subject.landing_s) * Math.max(0.3, 1 + 0.2 * g()),
    roll: -0.12 * inward(subject) * (1 + 0.25 * g()),
    slap: heel ? 7 * vigour : 0,
    brake: -(10 + 4 * plan.speed_mps) * vigour,
  };
}

function leaveRun(script: Script, tc_s: number, arrival: Arrival | null, shape: StrideShape, plan: GaitPlan): Departure {
  const { subject, random } = script;
  const { vigour } = shape;
  const g = (): number => random.gaussian() * subject.variability;
  const stance = arrival === null ? 0.4 : tc_s - arrival.ic_s;
  const pitch = (0.78 + 0.075 * plan.speed_mps) * (0.6 + 0.4 * vigour) * (1 + 0.04 * g());
  const up = (1 + 0.32 * plan.speed_mps) * (0.4 + 0.6 * vigour);
  const toe_s = Math.min(0.036, 0.17 * stance);
  const rise = Math.min(up, (0.9 * subject.foot.toe_m) / (0.47 * toe_s));
  const peakLead_s = Math.min(0.045, 0.2 * stance);
  const heelOff = arrival === null ? tc_s - 0.24 : arrival.ic_s + (subject.strike === 'rearfoot' ? 0.5 : 0.44) * stance * (1 + 0.03 * g());
  return {
    tc_s,
    // the heel needs its time to come up, also in the short contact of a fast runner
    heelOff_s: Math.min(heelOff, tc_s - peakLead_s - 0.075),
    pitch,
    pitchRate: (4.5 + 0.5 * plan.speed_mps) * vigour,
    pitchBend: -60 * vigour,
    peakLead_s,
    toe_s,
    velocity: [0.45 * up * (1 + 0.1 * g()), 0.15 * inward(subject) * g(), rise],
    roll: 0.12 * inward(subject) * (1 + 0.3 * g()),
    yaw: 0.08 * inward(subject) * g(),
  };
}

function swingRun(script: Script, plan: GaitPlan, shape: StrideShape): Flight {
  const { subject, random } = script;
  const { vigour } = shape;
  const g = (): number => random.gaussian() * subject.variability;
  const kick = (0.12 + 0.075 * plan.speed_mps) * vigour * (1 + 0.06 * g());
  const fold = (0.5 + 0.16 * plan.speed_mps) * vigour * (1 + 0.05 * g());
  const side = inward(subject) * (0.03 + 0.01 * g());
  const twist = inward(subject) * (0.2 + 0.04 * g());
  const tilt = inward(subject) * (0.25 + 0.06 * g());
  return (t0, from, t1, to) => {
    const ankle = subject.foot.ankle_up_m;
    const along = (share: number): number => from[0]! + share * (to[0]! - from[0]!);
    const pitch0 = from[12]!;
    const pitch1 = to[12]!;
    const yaw = (from[15]! + to[15]!) / 2;
    return {
      // quickly up to speed, carried, braked hard at the end of the swing
      x: through(t0, from, t1, to, 0, [[0.35, along(0.25)], [0.6, along(0.605)], [0.8, along(0.885)]]),
      y: through(t0, from, t1, to, 1, [[0.5, (from[3]! + to[3]!) / 2 + side]]),
      z: through(t0, from, t1, to, 2, [[0.36, Math.max(from[6]! + 0.06, ankle + 0.08 + kick)], [0.72, ankle + 0.07 + 0.42 * kick]]),
      roll: through(t0, from, t1, to, 3, [[0.3, 0.3 * tilt], [0.7, -tilt]]),
      pitch: through(t0, from, t1, to, 4, [[0.26, pitch0 + fold], [0.68, pitch1 + 0.48 * (pitch0 + fold - pitch1)]]),
      yaw: through(t0, from, t1, to, 5, [[0.3, yaw + twist], [0.72, yaw - 0.5 * twist]]),
    };
  };
}

function landWalk(script: Script, ic_s: number, shape: StrideShape, plan: GaitPlan): Arrival {
  const { subject, random } = script;
  const { vigour } = shape;
  const g = (): number => random.gaussian() * subject.variability;
  return {
    ic_s,
    kind: 'walk',
    pitch: -(0.2 + 0.11 * plan.speed_mps) * (0.55 + 0.45 * vigour) * (1 + 0.06 * g()),
    pitchRate: 0.5 * g(),
    rest: 0,
    rest_s: ic_s + 0.085 * shape.stride_s * (1 + 0.06 * g()),
    restBend: 0,
    velocity: [(0.35 + 0.2 * plan.speed_mps) * vigour, 0.05 * g(), -(0.25 + 0.28 * plan.speed_mps) * (0.7 + 0.3 * vigour) * (1 + 0.1 * g())],
    fall: 0,
    couple: 0.6,
    tau_s: (0.0018 + 0.14 * subject.landing_s) / STOP_TAUS,
    soft_s: (0.01 + 0.5 * subject.landing_s) * Math.max(0.3, 1 + 0.2 * g()),
    roll: -0.1 * inward(subject) * (1 + 0.3 * g()),
    slap: 3.2 * vigour * (1 + 0.1 * g()),
    brake: -24 * vigour,
  };
}

function leaveWalk(script: Script, tc_s: number, arrival: Arrival | null, shape: StrideShape, plan: GaitPlan): Departure {
  const { subject, random } = script;
  const { vigour } = shape;
  const g = (): number => random.gaussian() * subject.variability;
  const stance = arrival === null ? 0.8 : Math.min(0.8, tc_s - arrival.ic_s);
  const pitch = (0.62 + 0.28 * plan.speed_mps) * (0.6 + 0.4 * vigour) * (1 + 0.03 * g());
  const heelOff = arrival === null ? tc_s - 0.4 : Math.max(arrival.rest_s + 0.08, tc_s - 0.46 * stance * (1 + 0.03 * g()));
  const up = (0.2 + 0.5 * plan.speed_mps) * (0.5 + 0.5 * vigour);
  const rise = Math.min(up, (0.9 * subject.foot.toe_m) / (0.47 * 0.1));
  return {
    tc_s,
    heelOff_s: heelOff,
    pitch,
    pitchRate: (2.75 * pitch) / (tc_s - heelOff),
    // less, and the heel would have to go down before it goes up
    pitchBend: (2.6 * pitch) / (tc_s - heelOff) ** 2,
    peakLead_s: 0,
    toe_s: 0.1,
    velocity: [0.8 * up, 0.03 * g(), rise],
    roll: 0.08 * inward(subject) * (1 + 0.3 * g()),
    yaw: 0.06 * inward(subject),
  };
}

function swingWalk(script: Script, shape: StrideShape): Flight {
  const { subject, random } = script;
  const { vigour } = shape;
  const g = (): number => random.gaussian() * subject.variability;
  const side = inward(subject) * (0.02 + 0.01 * g());
  const twist = inward(subject) * (0.14 + 0.03 * g());
  const tilt = inward(subject) * (0.2 + 0.05 * g());
  const lift = 0.012 * g();
  return (t0, from, t1, to) => {
    const pitch0 = from[12]!;
    const pitch1 = to[12]!;
    const top = pitch0 + 0.16 * vigour;
    const yaw = (from[15]! + to[15]!) / 2;
    return {
      x: through(t0, from, t1, to, 0, []),
      y: through(t0, from, t1, to, 1, [[0.5, (from[3]! + to[3]!) / 2 + side]]),
      z: through(t0, from, t1, to, 2, [[0.5, 0.55 * from[6]! + 0.45 * to[6]! + 0.03 + lift]]),
      roll: through(t0, from, t1, to, 3, [[0.35, tilt], [0.75, -0.5 * tilt]]),
      pitch: through(t0, from, t1, to, 4, [[0.12, top], [0.5, pitch1 + 0.5 * (top - pitch1)], [0.9, pitch1 - 0.03]]),
      yaw: through(t0, from, t1, to, 5, [[0.3, yaw + 0.3 * twist], [0.7, yaw - twist]]),
    };
  };
}

