// Pogo hopping to a beat: a body on a spring gives contact and flight, the foot follows the ankle.

import { FRESH } from './height.ts';
import { GRAVITY } from './player.ts';
import { Path, way, type Knot } from './path.ts';
import { through, type Arrival, type Departure, type Flight, type Script } from './script.ts';
import { STOP_TAUS } from './stance.ts';
import type { Subject } from './subject.ts';

/** Ladder of the exercise, from its top: one foot, one foot ahead (its partner lands apart), both feet. */
export const HOP_VARIANTS = ['single', 'staggered', 'double'] as const;
export type HopVariant = (typeof HOP_VARIANTS)[number];

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
  /** Share of its bounce height that the set loses from the first third of its hops to the last, see Thirds; 0 to 0.6. */
  fade: number;
  /** How many times larger the spread of the errors to the beat is at the end of the set than at its start. */
  fadeRhythm: number;
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

/**
 * Share of the height that is lost from hop 4 to the last, if it is lost evenly and the last third of them is to be lower by the share `fade`
 * than the first. `count`: those hops.
 */
function tire(fade: number, count: number): number {
  const third = Math.floor(count / 3);
  const inner = third < 2 ? 0 : (third - 1) / (2 * (count - 1));
  return fade / (1 - inner * (2 - fade));
}

/** Writes the set into `script`: standing from time 0 (or going on from the script's last stance), first take-off, hops, and the last landing, which stays. */
export function hop(script: Script, plan: HopPlan): void {
  const { subject, random } = script;
  const flight0 = flightTime(subject, plan.period_s, plan.variant);
  // landing times
  const ic: number[] = [];
  const flights: number[] = [];
  let error = 0;
  // hop 4 to the last, which is the landing before the one that stays
  const tiring = plan.hops - FRESH - 1;
  const lost = tire(plan.fade, tiring);
  const early_s = plan.variant === 'staggered' ? 0.007 * (subject.side === 'left' ? 1 : -1) : 0;
  for (let n = 0; n < plan.hops; n += 1) {
    const sd = subject.hop.asynchrony_s * (1 + (plan.fadeRhythm - 1) * (n / (plan.hops - 1)));
    error = 0.5 * error + sd * Math.sqrt(0.75) * random.gaussian();
    const missed = n > 1 && n + 1 < plan.hops && random.uniform() < plan.missedBeat;
    if (missed) continue;
    const low = 1 - lost * clampBetween((n - FRESH) / Math.max(1, tiring - 1), 0, 1);
    const flight = flight0 * (1 + 0.035 * subject.variability * random.gaussian()) * Math.sqrt(low);
    ic.push(plan.first_s + n * plan.period_s + subject.hop.asynchrony_mean_s + clampBetween(error, -3 * sd, 3 * sd));
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
  const standing = script.last;
  const lateral = standing?.y ?? 0.09 * (subject.side === 'left' ? 1 : -1) * (plan.variant === 'single' ? 0.2 : 1);
  const technique = { drawn: random.uniform(0.5, 0.8), turning: random.uniform(1.2, 2.3), fastest: random.uniform(8, 11), lead_s: random.uniform(0, 0.006) };
  const noise_g = 0.012 * subject.variability;
  const legs = random.uniform(0.01, 0.07);
  const place = standing?.x ?? 0;
  let x = place;
  let arrival: Arrival | null = null;
  for (let n = 0; n < ic.length; n += 1) {
    const flight_s = flights[n]!;
    const contact_s = n + 1 < ic.length ? ic[n + 1]! - flights[n + 1]! - ic[n]! : 1;
    const touch = touchDown(subject, flight_s, random.gaussian(), random.gaussian());
    const { departure, up, resting } = leave(script, ic[n]! - flight_s, flight_s, arrival, touch, technique);
    const met = arrival !== null && resting ? { ...arrival, restBend: 0 } : arrival;
    if (n === 0 && standing !== undefined) standing.departure = departure;
    else script.stance(x, lateral, met, departure, depth_m, noise_g);
    script.flight(bounce(script, Math.min(0.09, legs * subject.variability + subject.hop.tuck_m)), 0.02 * subject.variability, reach);
    x += 0.012 * random.gaussian() - 0.1 * (x - place);
    arrival = land(subject, ic[n]!, touch, GRAVITY * flight_s - up, contact_s);
  }
  script.stance(x, lateral, arrival, null, depth_m, noise_g);
}

/** How the foot meets the ground, rad and rad/s. */
interface TouchDown {
  pitch: number;
  pitchRate: number;
  roll: number;
  /** 0..1: how far from a hop on the spot without leaving the ground. */
  strong: number;
}

function touchDown(subject: Subject, flight_s: number, vary: number, vary2: number): TouchDown {
  const strong = Math.min(1, 0.45 + flight_s / 0.35);
  return {
    pitch: subject.hop.land * strong * (1 + 0.08 * subject.variability * vary),
    pitchRate: 0.4 * strong * vary2,
    roll: 0.06 * (subject.side === 'left' ? 1 : -1) * Math.min(1, flight_s / 0.25) * (1 + 0.3 * vary),
    strong,
  };
}

/** Share of the body's mass that stops with the ankle: foot, shank and half the thigh (Dempster 1955). */
const SHANK_SHARE = 0.111;
/** Most of its fall the ankle keeps: the calf is tense before the ground is there. */
const ONWARD = 0.75;
/** Least time in which the ankle's spring stops the foot's turning, s. */
const GIVE_S = 0.05;

/**
 * Share of its fall that the ankle keeps while the ball stops: all of it on a slack ankle; the ankle's spring, wound up by half the way of
 * the fall until then (its force grows with t²), brakes foot and shank. First order of the spring's action, kept within (0, 1).
 */
function onward(subject: Subject): number {
  const { ankle_back_m } = subject.foot;
  return Math.min(ONWARD, Math.exp((-subject.ankle_nm_rad * subject.landing_s ** 2) / (6 * ankle_back_m ** 2 * SHANK_SHARE * subject.mass_kg)));
}

/** `fall`: speed (m/s) with which the ankle comes down. */
function land(subject: Subject, ic_s: number, touch: TouchDown, fall: number, contact_s: number): Arrival {
  const { pitch, pitchRate, strong } = touch;
  const long = contact_s > 0.42;
  const lever = raise(subject, pitch);
  // the ball falls with the ankle, but for the foot's turning
  const speed = fall + lever * pitchRate;
  // torque of the leg force at the ball's lever
  const force = subject.mass_kg * (0.5 * GRAVITY + (3 * fall) / Math.min(contact_s, 0.4)) + subject.mass_kg * GRAVITY;
  const give = clampBetween((force * subject.foot.ankle_back_m) / subject.ankle_nm_rad, 0.12, 0.5) * (0.6 + 0.4 * strong);
  const most = long ? pitch : Math.min(pitch - 0.01, give);
  // the foot turns down as the stopped ball and the falling ankle make it, until the ankle's spring has stopped it
  // its lever grows as the foot comes down
  const turned = (lever + subject.foot.ankle_back_m) / 2;
  const initial = Math.min((onward(subject) * speed) / turned - pitchRate, most / (GIVE * GIVE_S));
  const couple = ((initial + pitchRate) * subject.foot.ankle_back_m) / speed;
  const longest = long ? Math.min(0.13, 0.35 * contact_s) : 0.43 * contact_s;
  const down = long ? pitch : Math.min(most, GIVE * initial * longest);
  const span = Math.min(longest, down / (GIVE * initial));
  return {
    ic_s,
    kind: 'hop',
    pitch,
    pitchRate,
    rest: pitch - down,
    rest_s: ic_s + span,
    restBend: long ? 0 : (2 * down) / (span * span),
    // the flight says exactly
    velocity: [0, 0, -speed],
    fall: -GRAVITY,
    couple,
    tau_s: subject.landing_s / STOP_TAUS,
    soft_s: 0,
    roll: touch.roll,
    slap: 0,
    brake: 0,
  };
}

/** How a hopper pushes off. */
interface Technique {
  /** Share of the body's speed that the ankle has at take-off. */
  drawn: number;
  /** Most that the foot turns in the air, on and back to its landing angle, mean in rad/s: up to 189 dps recorded, less in short flights. */
  turning: number;
  /** Fastest turning of the foot as it pushes off, rad/s: recorded 500–600 dps in jumps of 2 m/s. */
  fastest: number;
  /** How long before take-off the foot turns fastest, s. */
  lead_s: number;
}

/** Angle of a smooth rise or stop over its time and its highest rate. */
const RISE = 0.45;
const GIVE = 0.55;
/** Steepest foot at take-off, rad. */
const STEEPEST = 0.8;

/**
 * The departure that lets the ankle fly from where the stance leaves it to where it lands, the speed `up` (m/s) of the body then, and whether
 * the foot rests on its lowest before it rises. The ball stays on the ground until take-off, so the ankle rises as fast as the foot turns.
 */
function leave(script: Script, tc_s: number, flight_s: number, arrival: Arrival | null, touch: TouchDown, technique: Technique): { departure: Departure; up: number; resting: boolean } {
  const { subject, random } = script;
  const { drawn, turning, fastest, lead_s } = technique;
  const strong = Math.min(1, 0.4 + flight_s / 0.32);
  // who flies short hardly turns the foot in the air
  const turn = subject.hop.leave * strong * (1 + 0.05 * subject.variability * random.gaussian()) - touch.pitch;
  const rest = arrival?.rest ?? 0;
  const room_s = arrival === null ? 1 : tc_s - arrival.rest_s;
  const pull_s = pullTime(flight_s);
  const rest_s = flight_s - pull_s;
  const given = subject.sole_m / Math.max(0.05, 0.5 * room_s);
  const velocity = Math.min(0.15, given);
  // the angle, the speed it gives the ankle and the body's speed hang on each other; a few rounds settle them
  let up = 0.5 * GRAVITY * flight_s;
  let pitch = touch.pitch;
  let rate = 0;
  let bend = 0;
  for (let i = 0; i < 12; i += 1) {
    const lever = raise(subject, pitch);
    const height = ankleHeight(subject, pitch);
    // a foot that must turn too fast leaves the rest to the pull
    const wanted = (drawn * up) / lever;
    rate = wanted / (1 + (wanted / fastest) ** 4) ** 0.25;
    // what the push-off turns in the air, it turns back before the landing
    const least = Math.max(rest + 0.06, touch.pitch);
    const highest = clampBetween(touch.pitch + Math.min(turn, turning * flight_s - rate * settleTime(flight_s)), least, Math.max(least, STEEPEST));
    const aimed = Math.min(highest, rest + RISE * rate * room_s);
    const rise_s = Math.min(room_s, (pitch - rest) / (RISE * rate));
    bend = (-9 * rate * Math.min(lead_s, 0.08 * rise_s)) / (rise_s * rise_s);
    const start = velocity + lever * rate;
    const acceleration = lever * bend - height * rate * rate;
    const fly = ankleHeight(subject, touch.pitch) - height;
    up = GRAVITY * pull_s + (fly - (pull_s * start) / 2 - (pull_s * pull_s * (acceleration + GRAVITY)) / 12 + (GRAVITY * rest_s * rest_s) / 2) / (rest_s + pull_s / 2);
    pitch = (pitch + aimed) / 2;
  }
  const rise_s = Math.min(room_s, (pitch - rest) / (RISE * rate));
  const resting = room_s - rise_s > 0.006;
  return {
    up,
    resting,
    departure: {
      tc_s,
      heelOff_s: tc_s - rise_s,
      pitch,
      pitchRate: rate,
      pitchBend: bend,
      peakLead_s: 0,
      toe_s: 0,
      velocity: [0, 0, velocity],
      roll: 0.02 * strong * random.gaussian(),
      yaw: 0.02 * strong * random.gaussian(),
    },
  };
}

/** How long the foot is pulled up to the speed of the body, s. */
function pullTime(flight_s: number): number {
  return Math.min(0.06, 0.42 * flight_s);
}

/** How long the turning of the push-off goes on in the air, s. */
function settleTime(flight_s: number): number {
  return Math.min(0.05, 0.45 * flight_s);
}

/** Height (m) of the ankle over the ball at a pitch (rad). */
function ankleHeight(subject: Subject, pitch: number): number {
  return subject.foot.ankle_back_m * Math.sin(pitch) + subject.foot.ankle_up_m * Math.cos(pitch);
}

/** Its rise per angle, m/rad. */
function raise(subject: Subject, pitch: number): number {
  return subject.foot.ankle_back_m * Math.cos(pitch) - subject.foot.ankle_up_m * Math.sin(pitch);
}

/** Velocity (m/s) at the end of the pull with which the ankle, falling freely from then on with `bend`, comes to where it lands. */
function aim(channel: number, flight_s: number, from: Float64Array, to: Float64Array, bend: number): number {
  const at = 3 * channel;
  const pull = pullTime(flight_s);
  const rest = flight_s - pull;
  return (to[at]! - from[at]! - way(from[at + 1]!, from[at + 2]!, 0, bend, pull) - (bend * rest * rest) / 2) / (rest + pull / 2);
}

/** Velocity (m/s) of the ankle as it lands: that of the fall, so that nothing has to brake it in the air. */
function reach(t0_s: number, from: Float64Array, t1_s: number, to: Float64Array): [number, number, number] {
  const flight = t1_s - t0_s;
  return [aim(0, flight, from, to, 0), aim(1, flight, from, to, 0), aim(2, flight, from, to, -GRAVITY) - GRAVITY * (flight - pullTime(flight))];
}

/** The flight of the foot under a body in free fall: pulled up to its speed at first, then carried until it lands; `tuck_m` in 0.4 s and more. */
function bounce(script: Script, tuck_m: number): Flight {
  const { random, subject } = script;
  const sway = [random.gaussian(), random.gaussian()] as const;
  const hang = subject.variability * (0.35 + 0.1 * random.gaussian());
  return (t0, from, t1, to) => {
    const flight = t1 - t0;
    const pull_s = pullTime(flight);
    // a long flight leaves time to let the foot hang, to sway and to tuck the legs
    const leisure = Math.min(1, flight / 0.4) ** 3;
    const free = 1 - pull_s / flight;
    const carried = (channel: number, bend: number): Knot[] => {
      const at = 3 * channel;
      const v = aim(channel, flight, from, to, bend);
      const pulled = from[at]! + way(from[at + 1]!, from[at + 2]!, v, bend, pull_s);
      return [[t0, from[at]!, from[at + 1]!, from[at + 2]!], [t0 + pull_s, pulled, v, bend], [t1, to[at]!, to[at + 1]!, to[at + 2]!]];
    };
    const settle_s = settleTime(flight);
    const [p0, r0, b0, p1, r1] = [from[12]!, from[13]!, from[14]!, to[12]!, to[13]!];
    const settled = (2 * (p1 - p0) - (b0 * settle_s * settle_s) / 6 - settle_s * r0 - (flight - settle_s) * r1) / flight - (3 * hang * leisure) / flight;
    const low = p0 + way(r0, b0, settled, 0, settle_s);
    const pitch = new Path([[t0, p0, r0, b0], [t0 + settle_s, low, settled, 0], [t1, p1, r1, to[14]!]]);
    const up = carried(2, -GRAVITY);
    const middle = (t0 + pull_s + t1) / 2;
    let z = new Path(up);
    const raised = (height: number): Path => {
      z.at(middle);
      return new Path([up[0]!, up[1]!, [middle, z.value + height, Number.NaN, Number.NaN], up[2]!]);
    };
    const tuck = tuck_m * (1 + 0.2 * sway[0]) * leisure * free * free;
    if (tuck > 0) z = raised(tuck);
    const room = clearance(subject, z, pitch, t0, t1);
    if (room < 0.001) z = raised(0.002 - 1.5 * room);
    const vias = (channel: number, add: number): Path => through(t0, from, t1, to, channel, [[0.5, (from[3 * channel]! + to[3 * channel]!) / 2 + add]]);
    return {
      x: new Path(carried(0, 0)),
      y: new Path(carried(1, 0)),
      z,
      roll: vias(3, 0.14 * leisure * sway[0] * subject.variability),
      pitch,
      yaw: vias(5, 0.1 * leisure * sway[1] * subject.variability),
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

function clampBetween(value: number, min: number, max: number): number {
  return Math.max(min, Math.min(max, value));
}
