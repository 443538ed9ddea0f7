// Pogo hopping to a beat: a body on a spring gives contact and flight, the foot follows the ankle.

import { GRAVITY } from './player.ts';
import { Path, type Knot } from './path.ts';
import { through, type Arrival, type Departure, type Flight, type Script } from './script.ts';
import { STOP_TAUS } from './stance.ts';
import type { Subject } from './subject.ts';

/** Ladder of the exercise: both feet, one foot ahead (its partner lands apart), one foot. */
export type HopVariant = 'double' | 'staggered' | 'single';

/** A set of hops to a beat. */
export interface HopPlan {
  /** Beats of the body, s: beat n is at `first_s + n·period_s`. */
  first_s: number;
  period_s: number;
  hops: number;
  variant: HopVariant;
  /** Chance per hop of a bounce in between, and of a beat left out. */
  doubleBounce: number;
  missedBeat: number;
}

/** Above this hop frequency people stiffen their legs (Farley et al. 1991 found 2.2 Hz preferred), Hz. */
const PREFERRED_HZ = 2.3;

/** Contact time (s) of a mass on a spring that lands with `speed` (m/s) and leaves with the same: Blickhan 1989. */
export function springContact(bounce_rad_s: number, speed: number): number {
  return (2 * (Math.PI - Math.atan((speed * bounce_rad_s) / GRAVITY))) / bounce_rad_s;
}

/**
 * Flight time (s) at a hop period: the spring's own where it reaches; stiffer at high tempo (Farley et al. 1991), limited in height at low tempo.
 */
export function flightTime(subject: Subject, period_s: number, variant: HopVariant): number {
  const single = variant === 'single';
  const height_m = subject.hop.height_m * (single ? 0.7 : 1);
  const longest = Math.sqrt((8 * height_m) / GRAVITY);
  const w = subject.bounce_rad_s * Math.max(1, 1 / (PREFERRED_HZ * period_s)) * (single ? 0.96 : 1);
  let low = 0;
  let high = period_s;
  for (let i = 0; i < 40; i += 1) {
    const flight = (low + high) / 2;
    if (springContact(w, (GRAVITY * flight) / 2) + flight < period_s) low = flight;
    else high = flight;
  }
  return Math.min(Math.max(low, 0.2 * period_s), longest);
}

/** Writes the set into `script`: standing from time 0, first take-off, hops, and the last landing, which stays. */
export function hop(script: Script, plan: HopPlan): void {
  const { subject, random } = script;
  const flight0 = flightTime(subject, plan.period_s, plan.variant);
  // landing times
  const ic: number[] = [];
  const flights: number[] = [];
  let error = 0;
  const sd = subject.hop.asynchrony_s;
  const early_s = plan.variant === 'staggered' ? 0.007 * (subject.side === 'left' ? 1 : -1) : 0;
  for (let n = 0; n < plan.hops; n += 1) {
    error = 0.5 * error + sd * Math.sqrt(0.75) * random.gaussian();
    const missed = n > 1 && n + 1 < plan.hops && random.uniform() < plan.missedBeat;
    if (missed) continue;
    const flight = flight0 * (1 + 0.035 * subject.variability * random.gaussian());
    ic.push(plan.first_s + n * plan.period_s + subject.hop.asynchrony_mean_s + clamp(error, 3 * sd));
    flights.push(clampBetween(flight, 0.06, plan.period_s - 0.1));
    if (n > 1 && n + 1 < plan.hops && plan.period_s >= 0.38 && random.uniform() < plan.doubleBounce) {
      ic.push(ic.at(-1)! + plan.period_s * random.uniform(0.46, 0.54));
      flights.push(Math.min(0.09, 0.18 * plan.period_s));
    }
  }
  for (let n = 0; n < ic.length; n += 1) ic[n]! -= early_s;
  for (let n = 0; n < flights.length; n += 1) {
    const room = n === 0 ? Infinity : ic[n]! - ic[n - 1]! - 0.1;
    flights[n] = Math.min(flights[n]!, room);
  }
  const depth_m = subject.sole_m;
  const lateral = 0.09 * (subject.side === 'left' ? 1 : -1) * (plan.variant === 'single' ? 0.2 : 1);
  let x = 0;
  let arrival: Arrival | null = null;
  for (let n = 0; n <= ic.length; n += 1) {
    const last = n === ic.length;
    let departure: Departure | null = null;
    if (!last) {
      const tc_s = ic[n]! - flights[n]!;
      departure = leave(script, tc_s, flights[n]!, arrival);
    }
    script.stance(x, lateral, arrival, departure, depth_m, 0.012 * subject.variability);
    if (last || departure === null) break;
    script.flight(bounce(script), 0.02 * subject.variability);
    x += 0.012 * random.gaussian() - 0.1 * x;
    const contact_s = n + 1 < ic.length ? ic[n + 1]! - flights[n + 1]! - ic[n]! : 1;
    arrival = land(subject, ic[n]!, flights[n]!, contact_s, random.gaussian(), random.gaussian(), n + 1 === ic.length);
  }
}

function land(subject: Subject, ic_s: number, flight_s: number, contact_s: number, vary: number, vary2: number, last: boolean): Arrival {
  const fall = (GRAVITY * flight_s) / 2;
  const strong = Math.min(1, 0.45 + flight_s / 0.35);
  const pitch = subject.hop.land * strong * (1 + 0.08 * subject.variability * vary);
  const long = contact_s > 0.42 || last;
  // the ankle spring: torque of the leg force at the ball's lever turns the foot down
  const force = subject.mass_kg * (0.5 * GRAVITY + (3 * fall) / Math.min(contact_s, 0.4)) + subject.mass_kg * GRAVITY;
  const give = clampBetween((force * subject.foot.ankle_back_m) / subject.ankle_nm_rad, 0.12, 0.5) * (0.6 + 0.4 * strong);
  const rest = long ? 0 : Math.max(0.01, pitch - give);
  const down = pitch - rest;
  const span = long ? Math.min(0.13, 0.35 * contact_s) : 0.43 * contact_s;
  const speed = fall * 0.92;
  // the foot turns down with about twice the mean rate at first: that is what the stopped ball and the falling ankle make of it
  const pitchRate = 0.4 * vary2;
  const initial = (-1.9 * down) / span;
  const couple = ((pitchRate - initial) * subject.foot.ankle_back_m) / speed;
  return {
    ic_s,
    kind: 'hop',
    pitch,
    pitchRate,
    rest,
    rest_s: ic_s + span,
    restBend: long ? 0 : (2 * down) / (span * span),
    velocity: [0.1 * vary2, 0.04 * vary, -speed],
    couple,
    tau_s: subject.landing_s / STOP_TAUS,
    roll: 0.06 * (subject.side === 'left' ? 1 : -1) * (1 + 0.3 * vary),
    slap: 0,
    brake: 0,
  };
}

function leave(script: Script, tc_s: number, flight_s: number, arrival: Arrival | null): Departure {
  const { subject, random } = script;
  const strong = Math.min(1, 0.4 + flight_s / 0.32);
  const pitch = subject.hop.leave * strong * (1 + 0.05 * subject.variability * random.gaussian());
  const rest = arrival?.rest ?? 0;
  const long = arrival === null || arrival.restBend === 0;
  const rise_s = long ? 0.2 : tc_s - arrival.rest_s;
  const rise = pitch - rest;
  const pitchRate = ((long ? 1.9 : 1.55) * rise) / rise_s;
  const speed = (GRAVITY * flight_s) / 2;
  return {
    tc_s,
    heelOff_s: tc_s - rise_s,
    pitch,
    pitchRate,
    pitchBend: -pitchRate / 0.06,
    peakLead_s: 0,
    toe_s: 0.026,
    velocity: [0.04 * random.gaussian(), 0.02 * random.gaussian(), speed * 0.32],
    roll: 0.02 * random.gaussian(),
    yaw: 0.02 * random.gaussian(),
  };
}

/** The flight of the foot under a body in free fall: carried rigidly in the middle, pulled up at first, set down at last. */
function bounce(script: Script): Flight {
  const { random, subject } = script;
  const swing = 0.02 * random.gaussian();
  const hang = 0.2 + 0.08 * random.gaussian();
  return (t0, from, t1, to) => {
    const flight = t1 - t0;
    const pull_s = Math.min(0.085, 0.42 * flight);
    const set_s = Math.min(0.05, 0.28 * flight);
    // the foot starts slower than the body and is pulled after it: that lag is made good by the landing
    const lag = 0.4 * pull_s;
    const up = (to[6]! - from[6]! + 0.5 * GRAVITY * flight * flight - lag * from[7]!) / (flight - lag);
    const behind = lag * (up - from[7]!);
    const body = (t: number): Knot => {
      const s = t - t0;
      return [t, from[6]! + up * s - 0.5 * GRAVITY * s * s - behind, up - GRAVITY * s, -GRAVITY];
    };
    const ends: [Knot, Knot] = [[t0, from[6]!, from[7]!, from[8]!], [t1, to[6]!, to[7]!, to[8]!]];
    const point = from[12]! + 0.35 * from[13]! * Math.min(0.1, 0.4 * flight) * 0.8;
    const pitch = through(t0, from, t1, to, 4, [[0.45, point - hang * (point - to[12]!)]]);
    const tuck = subject.hop.tuck_m * (flight / 0.25) ** 2;
    const middle = (t0 + t1) / 2;
    let z = tuck > 0
      ? new Path([ends[0], [middle, body(middle)[1] + tuck, Number.NaN, Number.NaN], ends[1]])
      : new Path([ends[0], body(t0 + pull_s), body(t1 - set_s), ends[1]]);
    const low = clearance(subject, z, pitch, t0, t1);
    if (low < 0.002) z = new Path([ends[0], [middle, body(middle)[1] + tuck + 0.004 - 1.5 * low, Number.NaN, Number.NaN], ends[1]]);
    // sideways and forward too: pulled along at first, then drifting with the body
    const carried = (channel: number): Path => {
      const at = 3 * channel;
      const [x0, v0, a0] = [from[at]!, from[at + 1]!, from[at + 2]!];
      const [x1, v1, a1] = [to[at]!, to[at + 1]!, to[at + 2]!];
      const drift = (x1 - x0 - 0.4 * pull_s * v0 - 0.4 * set_s * v1) / (flight - 0.4 * pull_s - 0.4 * set_s);
      return new Path([
        [t0, x0, v0, a0],
        [t0 + pull_s, x0 + pull_s * (0.4 * v0 + 0.6 * drift), drift, 0],
        [t1 - set_s, x1 - set_s * (0.4 * v1 + 0.6 * drift), drift, 0],
        [t1, x1, v1, a1],
      ]);
    };
    const vias = (channel: number, add: number): Path => {
      const a = from[3 * channel]!;
      const b = to[3 * channel]!;
      return through(t0, from, t1, to, channel, [[0.5, (a + b) / 2 + add]]);
    };
    return {
      x: carried(0),
      y: carried(1),
      z,
      roll: vias(3, swing * subject.variability),
      pitch,
      yaw: vias(5, 0.5 * swing),
    };
  };
}

/** Lowest height (m) of the ball in the middle of a flight. */
function clearance(subject: Subject, z: Path, pitch: Path, t0_s: number, t1_s: number): number {
  const { ankle_back_m, ankle_up_m } = subject.foot;
  let low = Infinity;
  for (let share = 0.15; share < 0.9; share += 0.08) {
    const t = t0_s + share * (t1_s - t0_s);
    z.at(t);
    pitch.at(t);
    low = Math.min(low, z.value - ankle_back_m * Math.sin(pitch.value) - ankle_up_m * Math.cos(pitch.value));
  }
  return low;
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

function clampBetween(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
