// A movement written as stances and what lies between them; turns the list into phases that fit together and into the truth.

import type { Random } from '../random.ts';
import { Air, type AirPaths } from './air.ts';
import type { Channel, Course } from './course.ts';
import { Frame } from './frame.ts';
import { Path, way, type Knot } from './path.ts';
import type { Phase } from './phase.ts';
import { dip, SMOOTH, Stance, type Landing, type Roughness } from './stance.ts';
import type { Subject } from './subject.ts';

/** What a contact is part of; a mere touch is none that truth counts. */
export type ContactKind = 'walk' | 'run' | 'hop' | 'touch';

/** A contact that truth counts. */
export interface Counted {
  ic_s: number;
  tc_s: number | null;
  kind: Exclude<ContactKind, 'touch'>;
}

/** How a foot arrives. */
export interface Arrival {
  ic_s: number;
  kind: ContactKind;
  /** Pitch and pitch rate at first contact (heel up positive), rad, rad/s. */
  pitch: number;
  pitchRate: number;
  /** Pitch (rad) the foot comes to, and when (s); 0 for a flat foot. */
  rest: number;
  rest_s: number;
  /** Bend of the pitch there, rad/s²: 0 to stay. */
  restBend: number;
  /** Velocity of the point that lands, m/s, in the walker's axes (forward, left, up). */
  velocity: readonly [number, number, number];
  /** Upward acceleration of that point just before, m/s²: a body in free fall brings it with −g, 0 for a foot set down. */
  fall: number;
  /** Share of the fall that goes on at the ankle while the landing point stops. */
  couple: number;
  tau_s: number;
  /** Soft travel of the heel before the stop, s. */
  soft_s: number;
  /** Roll at first contact, rad; it goes to 0 with the foot's flattening. */
  roll: number;
  /** Pitch rate with which the other end of the foot meets the ground, rad/s; 0 for a soft one. */
  slap: number;
  /** Forward acceleration at first contact, m/s²: the leg brakes its swing. */
  brake: number;
}

/** How a foot leaves. */
export interface Departure {
  tc_s: number;
  /** From when the heel rises, s; ignored where the arrival has a restBend. */
  heelOff_s: number;
  pitch: number;
  pitchRate: number;
  pitchBend: number;
  /** Highest pitch rate of the push-off and how long before toe-off, or 0 for none before. */
  peakLead_s: number;
  /** The ball lifts off this long before the toes do (0: they leave together), and moves with this velocity at toe-off; straight up for 0. */
  toe_s: number;
  velocity: readonly [number, number, number];
  roll: number;
  yaw: number;
}

/** A stance as written. */
export interface Draft {
  x: number;
  y: number;
  arrival: Arrival | null;
  departure: Departure | null;
  depth_m: number;
  noise_g: number;
  rough: Roughness;
  /** Laid over the foot while it stands, after it has settled and before its heel rises; any, even empty: it stands for a while. */
  courses: Course[];
  /** Height of the ground it stands on, m. */
  level_m: number;
}

/** A stance with courses has settled so long after the landing's rest, and at least so long after first contact, s. */
const SETTLE_S = 0.15;
const SETTLE_S_MIN = 0.3;

/** How long the sole of a standing foot takes to come up before it leaves, s; of a touch that is shorter, the share of it. */
export const UNLOAD_S = 0.25;
/** See UNLOAD_S. */
export const UNLOAD_SHARE = 0.65;

/** How long the leg takes to let go of a braked foot, s. */
const BRAKE_S = 0.025;

/** Jets of two neighbouring stances in, paths of the flight between them out. */
export type Flight = (t0_s: number, from: Float64Array, t1_s: number, to: Float64Array) => AirPaths;

/** Velocity (m/s) with which the flight between the same two brings the ankle to the ground. */
export type Reach = (t0_s: number, from: Float64Array, t1_s: number, to: Float64Array) => readonly [number, number, number];

export class Script {
  readonly subject: Subject;
  readonly random: Random;
  private readonly drafts: Draft[] = [];
  private readonly phases: Phase[] = [];
  private readonly contacts: Counted[] = [];
  private readonly flights: { make: Flight; noise_g: number; reach: Reach | null }[] = [];

  private built = 0;

  constructor(subject: Subject, random: Random) {
    this.subject = subject;
    this.random = random;
  }

  /** A foot on ground at the height `level_m`, from `arrival` (null: since ever) to `departure` (null: for ever). */
  stance(x: number, y: number, arrival: Arrival | null, departure: Departure | null, depth_m: number, noise_g: number, rough = SMOOTH, level_m = 0): Draft {
    const draft = { x, y, arrival, departure, depth_m, noise_g, rough, courses: [], level_m };
    this.drafts.push(draft);
    return draft;
  }

  /** What follows the stance just written; `reach` overrules the velocity of the arrival after it. */
  flight(make: Flight, noise_g: number, reach: Reach | null = null): void {
    this.flights.push({ make, noise_g, reach });
  }

  /** The stance just written, if any; its departure may still be set. */
  get last(): Draft | undefined {
    return this.drafts.at(-1);
  }

  /** Phases and contacts of what is written so far; the same arrays grow when it is asked again after more was written. */
  build(seconds: number): { phases: Phase[]; contacts: Counted[] } {
    const { phases, contacts } = this;
    const from = new Float64Array(18);
    const to = new Float64Array(18);
    const frame = new Frame();
    for (; this.built < this.drafts.length; this.built += 1) {
      const draft = this.drafts[this.built]!;
      if (draft.arrival !== null && draft.arrival.kind !== 'touch') contacts.push({ ic_s: draft.arrival.ic_s, tc_s: draft.departure?.tc_s ?? null, kind: draft.arrival.kind });
      const before = phases.at(-1);
      if (before === undefined) {
        phases.push(this.stand(draft, seconds));
        continue;
      }
      const flight = this.flights[this.built - 1]!;
      before.jets(before.t1_s, from, frame);
      if (flight.reach !== null && draft.arrival !== null) draft.arrival = this.fit(draft, flight.reach, before.t1_s, from, to, frame);
      const next = this.stand(draft, seconds);
      next.jets(next.t0_s, to, frame);
      phases.push(new Air(before.t1_s, next.t0_s, flight.make(before.t1_s, from, next.t0_s, to), flight.noise_g), next);
    }
    return { phases, contacts };
  }

  /** The arrival of `draft` with the velocity that lets the ankle land as `reach` says. */
  private fit(draft: Draft, reach: Reach, t0_s: number, from: Float64Array, to: Float64Array, frame: Frame): Arrival {
    const arrival = draft.arrival!;
    const { ankle_back_m, ankle_up_m } = this.subject.foot;
    to.fill(0);
    to[0] = draft.x;
    to[3] = draft.y;
    to[6] = draft.level_m;
    frame.set(arrival.roll, 0, 0, arrival.pitch, arrival.pitchRate, 0, this.subject.toe_out, 0, 0);
    frame.addLever(-ankle_back_m, 0, ankle_up_m, to);
    const velocity = reach(t0_s, from, arrival.ic_s, to);
    return { ...arrival, velocity: [velocity[0] - to[1]!, velocity[1] - to[4]!, velocity[2] - to[7]!] };
  }

  private stand(draft: Draft, seconds: number): Stance {
    const { arrival, departure, depth_m } = draft;
    const { foot, toe_out } = this.subject;
    const t0 = arrival?.ic_s ?? 0;
    const pitch: Knot[] = [];
    const z: Knot[] = [];
    const roll: Knot[] = [];
    const x: Knot[] = [[t0, draft.x, 0, 0]];
    const y: Knot[] = [[t0, draft.y, 0, 0]];
    const yaw: Knot[] = [[t0, toe_out, 0, 0]];
    let landing: Landing | null = null;
    let off = 0;
    let sunk = 0;
    if (arrival === null) {
      pitch.push([t0, 0, 0, 0]);
      z.push([t0, -0.5 * depth_m, 0, 0]);
      roll.push([t0, 0, 0, 0]);
    } else {
      // the leg brakes on while the heel gives way, and lets go as the ground takes over
      const { brake, soft_s } = arrival;
      const shock = draft.x - (brake * BRAKE_S * (6 * soft_s + BRAKE_S)) / 12;
      x[0] = [t0, shock - (brake * soft_s * soft_s) / 2, 0, brake];
      if (soft_s > 0) x.push([t0 + soft_s, shock, brake * soft_s, brake]);
      x.push([t0 + soft_s + BRAKE_S, draft.x, 0, 0]);
      const heelFirst = arrival.pitch < 0;
      // what stops is the pivot; the ankle goes on and turns the foot about it
      const lever = heelFirst ? foot.heel_m - foot.ankle_back_m + 0.05 : -foot.ankle_back_m;
      landing = { velocity: arrival.velocity, tau_s: arrival.tau_s, soft_s: arrival.soft_s, couple: arrival.couple / lever };
      sunk = dip(landing);
      off = landing.couple * sunk;
      pitch.push([t0, arrival.pitch, arrival.pitchRate - landing.couple * arrival.velocity[2], 0]);
      if (arrival.slap !== 0) {
        const stop_s = 0.014;
        pitch.push([arrival.rest_s - stop_s, arrival.rest - off - 0.45 * arrival.slap * stop_s, arrival.slap, 0]);
      }
      pitch.push([arrival.rest_s, arrival.rest - off, 0, arrival.restBend]);
      roll.push([t0, arrival.roll, 0, 0], [t0 + Math.max(0.03, 0.7 * (arrival.rest_s - t0)), 0, 0, 0]);
      z.push([t0, 0, 0, arrival.fall]);
    }
    const stands = draft.courses.length > 0;
    if (departure === null || stands) {
      const settle = Math.max(arrival === null ? 0 : arrival.rest_s + SETTLE_S, t0 + SETTLE_S_MIN);
      if (arrival !== null && arrival.restBend !== 0) pitch.push([settle, -off, 0, 0]);
      z.push([settle, Math.min(-0.5 * depth_m, 0.3 * sunk) - sunk, 0, 0]);
    }
    if (departure === null) this.wander(roll, seconds);
    else {
      const tc = departure.tc_s;
      const span = tc - t0;
      const lift = tc - departure.toe_s;
      // a ball that stays until the end has all the time since the landing to come up again
      const given_s = arrival?.kind === 'touch' ? Math.min(UNLOAD_S, UNLOAD_SHARE * span) : arrival === null || stands ? UNLOAD_S : 0;
      const middle = given_s > 0 ? tc - given_s : t0 + (departure.toe_s > 0 ? 0.45 : 0.35) * span;
      const deep = -Math.max(depth_m, (arrival?.soft_s ?? 0) > 0 ? -0.6 * sunk : -1.05 * sunk) - sunk;
      const sole = z.at(-1)!;
      if (stands && middle - 0.25 > sole[0]) z.push([middle - 0.25, sole[1], 0, 0]);
      z.push([middle, deep, 0, 0]);
      const up = departure.velocity[2];
      if (departure.toe_s > 0) {
        z.push([lift, -0.12 * depth_m - sunk, Math.min(0.15, up / 2, (0.9 * depth_m) / (lift - middle)), 0]);
        const faster = (0.4 * up) / departure.toe_s;
        z.push([tc, way(Math.min(0.15, up / 2), 0, up, faster, departure.toe_s) - 0.12 * depth_m - sunk, up, faster]);
        x.push([lift, draft.x, 0, 0], [tc, draft.x + 0.4 * departure.velocity[0] * departure.toe_s, departure.velocity[0], 0.4 * departure.velocity[0] / departure.toe_s]);
        y.push([lift, draft.y, 0, 0], [tc, draft.y + 0.4 * departure.velocity[1] * departure.toe_s, departure.velocity[1], 0]);
      } else z.push([tc, -sunk, up, 0]);
      const settled = pitch.at(-1)!;
      let from = settled[0];
      if (settled[3] === 0 && departure.heelOff_s > settled[0] + 0.005) {
        pitch.push([departure.heelOff_s, settled[1], 0, 0]);
        from = departure.heelOff_s;
      }
      if (departure.peakLead_s > 0) {
        const d1 = departure.peakLead_s;
        const d2 = tc - d1 - from;
        const peak = (departure.pitch - 0.5 * departure.pitchRate * d1) / (0.5 * d1 + 0.42 * d2);
        pitch.push([tc - d1, 0.42 * d2 * peak - off, peak, 0]);
      }
      pitch.push([tc, departure.pitch - off, departure.pitchRate, departure.pitchBend]);
      const rollFrom = Math.max(roll.at(-1)![0] + 0.01, Math.min(from, tc - 0.05));
      this.wander(roll, rollFrom);
      roll.push([rollFrom, 0, 0, 0], [tc, departure.roll, departure.roll / Math.max(0.06, tc - rollFrom), 0]);
      yaw.push([rollFrom, toe_out, 0, 0], [tc, toe_out + departure.yaw, (1.5 * departure.yaw) / Math.max(0.06, tc - rollFrom), 0]);
    }
    const ground = z.map(([t_s, value, rate, bend]): Knot => [t_s, draft.level_m + value, rate, bend]);
    let lift_s = departure === null ? Infinity : Math.max(t0, departure.tc_s - (draft.rough.push_g > 0 ? 0.07 : 0.03));
    if (stands) lift_s = t0;
    const laid = (channel: Channel, knots: Knot[]): Path => draft.courses.reduce((path, course) => course.over(channel, path), new Path(knots));
    const paths = { x: laid('x', x), y: laid('y', y), z: laid('z', ground), roll: laid('roll', roll), pitch: laid('pitch', pitch), yaw: laid('yaw', yaw) };
    const effort_g = stands ? laid('effort', [[t0, 0, 0, 0]]) : null;
    return new Stance(t0, departure?.tc_s ?? seconds + 1, paths, landing, foot, draft.noise_g, lift_s, draft.rough, effort_g);
  }

  /** Sway of a foot that stands: tenths of a degree every second or so, from 0.4 s after the last knot until `end_s`. */
  private wander(roll: Knot[], end_s: number): void {
    const { random, subject } = this;
    for (let t = roll.at(-1)![0] + 0.4; t < end_s - 0.3; t += random.uniform(0.5, 1.6)) {
      roll.push([t, 0.0025 * subject.variability * random.gaussian(), 0, 0]);
    }
  }
}

/** Angles of a flight through via points given as [share of the flight, value]; the ends are the stances' own. */
export function through(t0_s: number, from: Float64Array, t1_s: number, to: Float64Array, channel: number, via: readonly (readonly [number, number])[]): Path {
  const at = 3 * channel;
  const knots: Knot[] = [[t0_s, from[at]!, from[at + 1]!, from[at + 2]!]];
  for (const [share, value] of via) knots.push([t0_s + share * (t1_s - t0_s), value, Number.NaN, Number.NaN]);
  knots.push([t1_s, to[at]!, to[at + 1]!, to[at + 2]!]);
  return new Path(knots);
}
