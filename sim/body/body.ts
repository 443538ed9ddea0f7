// The moving foot of a wearer with exact truth: what an ideal sensor on the shoe would feel in each exercise, and when the foot touched.

import { Random } from '../random.ts';
import type { ModeParameters } from './flex.ts';
import { gait } from './gait.ts';
import { hop, type HopVariant } from './hop.ts';
import { shuffle, stand } from './idle.ts';
import { drop, handle } from './loose.ts';
import type { Phase } from './phase.ts';
import { Player } from './player.ts';
import { Script } from './script.ts';
import { subject as subjectOf, type Subject } from './subject.ts';
import { carModes, drive } from './vehicle.ts';

export { isHeldOut, subject, type Subject } from './subject.ts';

/** What a body can do. */
export type Exercise = 'pogo' | 'run' | 'walk' | 'stand' | 'shuffle' | 'handle' | 'drive' | 'drop';

/** One contact of the foot as it really was, s. */
export interface TruthContact {
  /** First and last instant of ground reaction force on this foot; `tc_s` null when the foot does not leave any more. */
  ic_s: number;
  tc_s: number | null;
  kind: 'walk' | 'run' | 'hop';
  /** A hopping contact of at most 0.6 s between two flights of this foot. */
  hop: boolean;
}

/** What really happened. */
export interface Truth {
  contacts: TruthContact[];
  hops: number;
  /** Pairs of following walking or running contacts. */
  strides: number;
}

export interface Body {
  readonly seconds: number;
  /** Specific force in g (0..2) and angular rate in dps (3..5), clip axes, at `t_s` ≥ 0; times must not fall; still after `seconds`. */
  sample(t_s: number, out: Float64Array): void;
  readonly truth: Truth;
}

/** A body whose trajectory can be looked at. */
export interface PosedBody extends Body {
  readonly subject: Subject;
  /** See Player.pose. */
  pose(t_s: number, out: Float64Array): void;
}

/** Who does what for how long; the same options give the same movement. */
export interface BodyOptions {
  seconds: number;
  seed: number;
  /** Hops/min for pogo, steps/min (both feet) for run and walk. */
  bpm?: number;
  /** The wearer; by default the seed's. */
  subject?: Subject;
  /** Pogo: double, staggered, single. Shuffle: slide, step. Drop: clip, shoe. */
  variant?: string;
  /** Standing before the first beat of a pogo set or the first stride, s. */
  lead_s?: number;
  /** Running and walking speed, m/s. */
  speed_mps?: number;
  /** Pogo: walk off after the set. */
  walkAway?: boolean;
  /** Pogo: chance per hop of an extra small bounce, of a beat left out. */
  doubleBounce?: number;
  missedBeat?: number;
}

/** Longest contact that still is a hop, s. */
export const HOP_CONTACT_S = 0.6;

/** The body of an exercise: trajectory and truth. */
export function createBody(exercise: Exercise, options: BodyOptions): PosedBody {
  const { seconds, seed } = options;
  const who = options.subject ?? subjectOf(seed);
  const random = new Random(seed).fork(`body ${exercise}`);
  const script = new Script(who, random);
  const lead_s = options.lead_s ?? 2;
  const [x, y, z] = who.clip_m;
  const { ankle_back_m, ankle_up_m } = who.foot;
  let lever_m: readonly [number, number, number] = [x + ankle_back_m, y, z - ankle_up_m];
  let modes: readonly ModeParameters[] = who.modes;
  let phases: Phase[] | null = null;
  switch (exercise) {
    case 'pogo': {
      const period_s = 60 / (options.bpm ?? 150);
      const tail_s = options.walkAway === true ? 6.5 : 1.5;
      const hops = Math.max(2, Math.floor((seconds - tail_s - lead_s) / period_s) + 1);
      const variant = (options.variant ?? 'single') as HopVariant;
      const { doubleBounce = 0, missedBeat = 0 } = options;
      hop(script, { first_s: lead_s, period_s, hops, variant, doubleBounce, missedBeat });
      if (options.walkAway === true) {
        const start_s = script.last!.arrival!.ic_s + random.uniform(1.2, 2);
        gait(script, { kind: 'walk', start_s, stop_s: seconds - 0.8, stride_s: 120 / random.uniform(95, 115), speed_mps: random.uniform(0.9, 1.4) });
      }
      break;
    }
    case 'run': {
      const stride_s = 120 / (options.bpm ?? 165);
      gait(script, { kind: 'run', start_s: lead_s, stop_s: seconds - 1.5, stride_s, speed_mps: options.speed_mps ?? 3 });
      break;
    }
    case 'walk': {
      const bpm = options.bpm ?? 110;
      gait(script, { kind: 'walk', start_s: lead_s, stop_s: seconds - 1.5, stride_s: 120 / bpm, speed_mps: options.speed_mps ?? bpm / 85 });
      break;
    }
    case 'stand':
      phases = stand(who, random, seconds);
      break;
    case 'shuffle':
      if (options.variant === 'step') gait(script, { kind: 'walk', start_s: lead_s, stop_s: seconds - 1.5, stride_s: 120 / (options.bpm ?? 80), speed_mps: options.speed_mps ?? 0.3 });
      else phases = shuffle(who, random, seconds);
      break;
    case 'drive':
      phases = drive(who, random, seconds);
      modes = [...modes, ...carModes(random)];
      break;
    case 'handle':
      phases = handle(random, seconds);
      lever_m = [random.uniform(-0.05, 0.05), random.uniform(-0.05, 0.05), random.uniform(0, 0.05)];
      modes = [];
      break;
    case 'drop': {
      const shoe = options.variant === 'shoe';
      phases = drop(random, seconds, shoe);
      if (!shoe) {
        // the sensor sits a millimetre or two off the clip's centre of mass
        lever_m = [0.002 * random.gaussian(), 0.002 * random.gaussian(), 0.001];
        modes = [];
      }
      break;
    }
  }
  const built = phases === null ? script.build(seconds) : { phases, contacts: [] };
  const player = new Player(seconds, built.phases, { lever_m, mounting: who.mounting }, modes, random.fork('noise'));
  const truth = truthOf(built.contacts);
  return { seconds, subject: who, truth, sample: (t_s, out) => player.sample(t_s, out), pose: (t_s, out) => player.pose(t_s, out) };
}

function truthOf(contacts: { ic_s: number; tc_s: number | null; kind: 'walk' | 'run' | 'hop' }[]): Truth {
  let strides = 0;
  const list = contacts.map(({ ic_s, tc_s, kind }, i): TruthContact => {
    const next = contacts[i + 1];
    if (next !== undefined && kind !== 'hop' && next.kind === kind) strides += 1;
    return { ic_s, tc_s, kind, hop: kind === 'hop' && next?.kind === 'hop' && tc_s !== null && tc_s - ic_s <= HOP_CONTACT_S };
  });
  return { contacts: list, hops: list.filter((contact) => contact.hop).length, strides };
}
