// A foot that is lifted, carried and put down without hurry: how it leaves the ground and meets it, and the way between.

import { Frame } from './frame.ts';
import { Path, type Knot } from './path.ts';
import { dip, STOP_TAUS } from './stance.ts';
import { UNLOAD_S, UNLOAD_SHARE, type Arrival, type Departure, type Flight } from './script.ts';
import type { Subject } from './subject.ts';

/** Knots of a carried foot between lifting and touching: place (m) of the ball under a flat foot, or of the heel as if it was; angles rad. */
export interface Way {
  x: Knot[];
  y: Knot[];
  z: Knot[];
  roll: Knot[];
  pitch: Knot[];
  yaw: Knot[];
}

/** A way without knots. */
export function direct(): Way {
  return { x: [], y: [], z: [], roll: [], pitch: [], yaw: [] };
}

/**
 * The flight of a carried foot along `way`, which is the way of the point of the sole `back_m` behind the ball: of the ball (0) where the toes
 * hang, of the heel where they are up, so that the lowest point of the foot does what the knots of `way` say.
 */
export function carry(subject: Subject, back_m: number, way: Way): Flight {
  const { ankle_back_m, ankle_up_m } = subject.foot;
  const lever_m = [back_m - ankle_back_m, 0, ankle_up_m] as const;
  const behind = back_m * Math.cos(subject.toe_out);
  const beside = back_m * Math.sin(subject.toe_out);
  return (t0, from, t1, to) => {
    const first = pointOf(from, lever_m);
    const last = pointOf(to, lever_m);
    const path = (channel: number, knots: readonly Knot[], add = 0): Path => new Path([
      [t0, first[3 * channel]!, first[3 * channel + 1]!, first[3 * channel + 2]!],
      ...knots.map(([t_s, value, rate, bend]): Knot => [t_s, value + add, rate, bend]),
      [t1, last[3 * channel]!, last[3 * channel + 1]!, last[3 * channel + 2]!],
    ]);
    return {
      x: path(0, way.x, -behind),
      y: path(1, way.y, -beside),
      z: path(2, way.z),
      roll: path(3, way.roll),
      pitch: path(4, way.pitch),
      yaw: path(5, way.yaw),
      lever_m,
    };
  };
}

/** Jets of the point of the foot from which `lever` leads to the ankle, whose jets are given. */
function pointOf(jets: Float64Array, lever: readonly [number, number, number]): Float64Array {
  const point = jets.slice();
  const frame = new Frame();
  frame.set(jets[9]!, jets[10]!, jets[11]!, jets[12]!, jets[13]!, jets[14]!, jets[15]!, jets[16]!, jets[17]!);
  frame.addLever(-lever[0], -lever[1], -lever[2], point);
  return point;
}

/** How a foot is put down. */
export interface Touch {
  t_s: number;
  /** Pitch as it touches and once it rests, rad, of one sign; and how long it takes from one to the other, s. */
  pitch: number;
  rest: number;
  span_s: number;
  /** Speed (m/s) at which the landing point comes down. */
  speed_mps: number;
  roll: number;
}

/** Most of the fall that goes on at the ankle when the landing point stops. */
const ONWARD = 0.9;
/** Turning of the foot as its landing point stops, in mean turning until it rests: below 2.5 it does not go past its rest. */
const ONSET = 1.5;

/** The arrival of a foot put down: the landing point is stopped by the wearer's shoe, the falling ankle turns the foot, the leg lays it down. */
export function touch(subject: Subject, { t_s, pitch, rest, span_s, speed_mps, roll }: Touch): Arrival {
  const { heel_m, ankle_back_m } = subject.foot;
  const lever = pitch < 0 ? heel_m - ankle_back_m + 0.05 : -ankle_back_m;
  const couple = (ONSET * (rest - pitch) * lever) / (span_s * speed_mps);
  return {
    ic_s: t_s,
    kind: 'touch',
    pitch,
    pitchRate: 0,
    rest,
    rest_s: t_s + span_s,
    restBend: 0,
    velocity: [0, 0, -speed_mps],
    fall: 0,
    couple: Math.max(0, Math.min(ONWARD, couple)),
    tau_s: subject.landing_s / STOP_TAUS,
    soft_s: 0,
    roll,
    slap: 0,
    brake: 0,
  };
}

/**
 * The departure of a foot that is lifted: the sole, `depth_m` deep or as deep as the landing `arrival` pressed it, comes up and lets go, the heel
 * up to `pitch` (rad) since `heelOff_s`.
 */
export function lift(tc_s: number, depth_m: number, arrival: Arrival | null, pitch: number, heelOff_s: number): Departure {
  const pressed = arrival === null ? 0 : -1.05 * dip(arrival);
  const unload_s = arrival === null ? UNLOAD_S : Math.min(UNLOAD_S, UNLOAD_SHARE * (tc_s - arrival.ic_s));
  const rising = arrival === null || arrival.rest === 0;
  return {
    tc_s,
    heelOff_s,
    pitch,
    pitchRate: rising ? (1.2 * pitch) / (tc_s - heelOff_s) : 0,
    pitchBend: 0,
    peakLead_s: 0,
    toe_s: 0,
    // twice the mean: it gathers speed
    velocity: [0, 0, (2 * Math.max(depth_m, pressed)) / unload_s],
    roll: 0,
    yaw: 0,
  };
}
