// The moving foot of a wearer with exact truth: what an ideal sensor on the shoe would feel in each exercise, and when the foot touched.

import { Random } from '../random.ts';
import type { ModeParameters } from './flex.ts';
import { gait, stride, type GaitPlan } from './gait.ts';
import { hop, HOP_VARIANTS, type HopVariant } from './hop.ts';
import { shuffle, stand } from './idle.ts';
import { drop, handle } from './loose.ts';
import { mix, moved, withStill } from './mix.ts';
import type { Phase } from './phase.ts';
import { Player } from './player.ts';
import { raise, RAISE_VARIANTS, type RaiseVariant } from './raise.ts';
import { Runner, type PacePoint } from './runner.ts';
import { Script, type Counted } from './script.ts';
import { LEAST_SIT_S, sit, SIT_VARIANTS, type SitVariant } from './sit.ts';
import { stepDown, STEP_VARIANTS, type StepVariant } from './stepdown.ts';
import { subject as subjectOf, type Subject } from './subject.ts';
import { unrest, type Unrest } from './unrest.ts';
import { carModes, drive } from './vehicle.ts';

export { isHeldOut, subject, type Subject } from './subject.ts';

/** What a body can do. */
export type Exercise =
  | 'pogo' | 'run' | 'walk' | 'calf' | 'calf-bent' | 'wall-sit' | 'step-down' | 'mix'
  | 'stand' | 'shuffle' | 'handle' | 'drive' | 'drop' | Unrest;

/** Ways to do an exercise, the usual one first: `variant` of BodyOptions. */
export const VARIANTS: Partial<Record<Exercise, readonly string[]>> = {
  pogo: HOP_VARIANTS,
  calf: RAISE_VARIANTS,
  'calf-bent': RAISE_VARIANTS,
  'wall-sit': SIT_VARIANTS,
  'step-down': STEP_VARIANTS,
  drop: ['clip', 'shoe'],
  shuffle: ['slide', 'step'],
};

/** One contact of the foot as it really was, s. */
export interface TruthContact {
  /** First and last instant of ground reaction force on this foot; `tc_s` null when the foot does not leave any more. */
  ic_s: number;
  tc_s: number | null;
  kind: 'walk' | 'run' | 'hop';
  /** A hopping contact of at most 0.6 s between two flights of this foot. */
  hop: boolean;
}

/** One heel raise as it really was: the pitch of the foot against the flat foot, without noise of shoe and clip. */
export interface TruthRep {
  /** When the pitch last left 10 % of the top, first and last came within 5 % of the top, and was back at 10 %, s. */
  start_s: number;
  top_s: number;
  lower_s: number;
  end_s: number;
  /** Highest pitch, °. */
  height_deg: number;
  /** Reached at least 85 % of this wearer's full height. */
  full: boolean;
  /** Full, without wobble (roll within ±4° of its own course) and not thrown up or dropped (either way takes 0.25 s or more). */
  clean: boolean;
}

/** The foot off the ground, from the last instant of ground force to the first, s. */
export interface TruthHold {
  start_s: number;
  end_s: number;
}

/** One step-down with a heel tap. */
export interface TruthTap {
  /** The foot leaves the step (or its rest above it), the heel meets the floor, the foot is back on the step (or, where it is not put down, at rest above it), s. */
  start_s: number;
  t_s: number;
  end_s: number;
  /** Controlled: the heel meets the floor at less than 0.35 m/s and no body weight is put on it. */
  clean: boolean;
}

/** What the wearer does for a while. */
export interface TruthActivity {
  start_s: number;
  end_s: number;
  kind: 'still' | 'walk' | 'run' | 'hop' | 'calf' | 'other';
}

/** What really happened. */
export interface Truth {
  contacts: TruthContact[];
  hops: number;
  /** Pairs of following walking or running contacts. */
  strides: number;
  /** Empty where the exercise has none. */
  reps: TruthRep[];
  holds: TruthHold[];
  taps: TruthTap[];
  activities: TruthActivity[];
}

/** The part of a truth that has nothing to tell. */
export const NO_TRUTH: Pick<Truth, 'reps' | 'holds' | 'taps' | 'activities'> = { reps: [], holds: [], taps: [], activities: [] };

export interface Body {
  readonly seconds: number;
  /** Specific force in g (0..2) and angular rate in dps (3..5), clip axes, at `t_s` ≥ 0; times must not fall; still after `seconds`. */
  sample(t_s: number, out: Float64Array): void;
  /** Tells the wearer of a pulse of the clip's motor at `at_s`; the time of the last sample or later. */
  cue(at_s: number): void;
  /** Of a runner whose cadence changes: as far as the run is decided, all of it once the last sample is out. */
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
  /** One of VARIANTS. */
  variant?: string;
  /** Standing before the first beat of a pogo set, the first stride, heel raise, lift, step-down or what else is done, s. */
  lead_s?: number;
  /** Heel raises or step-downs; by default, and at most, as many as have room in `seconds`. */
  reps?: number;
  /** Running and walking speed, m/s. */
  speed_mps?: number;
  /** Run: cadence in the course of the set instead of `bpm`. */
  pace?: readonly [PacePoint, ...PacePoint[]];
  /** Run: the runner goes along with the clip's beats. */
  follows?: boolean;
  /** Pogo: walk off after the set. */
  walkAway?: boolean;
  /** Pogo: chance per hop of an extra small bounce, of a beat left out. */
  doubleBounce?: number;
  missedBeat?: number;
  /** Pogo: share of bounce height lost from the first third of the set to the last (0 to 0.6), growth of the spread of beat errors over the set (1). */
  fade?: number;
  fadeRhythm?: number;
}

/** How far ahead of the sample the player lays its knots at most, s: 127 steps of 4 ms, and a step. */
const AHEAD_S = 0.52;

/** Hoppers, runners and walkers stand for so long at the end, s. */
export const STAND_S = 1.5;

/** Longest contact that still is a hop, s. */
export const HOP_CONTACT_S = 0.6;

/** Standing after the last heel raise, and room for standing and walking away, s. */
const STAY_S = 1.5;
const AWAY_S = 7;

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
  let told: Partial<Truth> = {};
  let runner: Runner | null = null;
  let writing: Generator<void> | null = null;
  switch (exercise) {
    case 'pogo': {
      const period_s = 60 / (options.bpm ?? 150);
      const tail_s = options.walkAway === true ? 6.5 : STAND_S;
      const hops = Math.max(2, Math.floor((seconds - tail_s - lead_s) / period_s) + 1);
      const variant = (options.variant ?? 'single') as HopVariant;
      const { doubleBounce = 0, missedBeat = 0, fade = 0, fadeRhythm = 1 } = options;
      hop(script, { first_s: lead_s, period_s, hops, variant, doubleBounce, missedBeat, fade, fadeRhythm });
      if (options.walkAway === true) {
        const start_s = script.last!.arrival!.ic_s + random.uniform(1.2, 2);
        gait(script, { kind: 'walk', start_s, stop_s: seconds - 0.8, stride_s: 120 / random.uniform(95, 115), speed_mps: random.uniform(0.9, 1.4) });
      }
      break;
    }
    case 'run': {
      const stride_s = 120 / (options.bpm ?? 165);
      const plan: GaitPlan = { kind: 'run', start_s: lead_s, stop_s: seconds - STAND_S, stride_s, speed_mps: options.speed_mps ?? 3 };
      const { pace, follows = false } = options;
      if (pace !== undefined || follows) {
        const runs = new Runner({ random: random.fork('runner'), pace: pace ?? [{ t_s: 0, spm: 120 / stride_s }], follows });
        runner = runs;
        writing = stride(script, { ...plan, wanted_s: (t_s) => runs.stride_s(t_s) });
      } else gait(script, plan);
      break;
    }
    case 'walk': {
      const bpm = options.bpm ?? 110;
      gait(script, { kind: 'walk', start_s: lead_s, stop_s: seconds - STAND_S, stride_s: 120 / bpm, speed_mps: options.speed_mps ?? bpm / 85 });
      break;
    }
    case 'calf':
    case 'calf-bent': {
      const variant = (options.variant ?? 'full') as RaiseVariant;
      const leaves = variant === 'walking-away';
      const standing = script.stance(0, who.side === 'left' ? 0.09 : -0.09, null, null, who.sole_m, 0.008 * who.variability);
      const plan = { start_s: lead_s, stop_s: seconds - (leaves ? AWAY_S : STAY_S), reps: options.reps ?? Infinity, least: 1, variant, bent: exercise === 'calf-bent' };
      const { reps, end_s } = raise(standing, who, random, plan);
      const activities: TruthActivity[] = reps.length === 0 ? [] : [{ start_s: reps[0]!.start_s, end_s: reps.at(-1)!.end_s, kind: 'calf' }];
      if (leaves) {
        // the heel rises four tenths of a second before the foot leaves
        const start_s = end_s + random.uniform(1.1, 1.4);
        const pace = { stride_s: 120 / random.uniform(95, 115), speed_mps: random.uniform(0.9, 1.4) };
        activities.push(moved(script, 'walk', () => gait(script, { kind: 'walk', start_s, stop_s: seconds - 0.8, ...pace })));
      }
      told = { reps, activities: withStill(activities, seconds) };
      break;
    }
    case 'mix':
      told = mix(script, seconds);
      break;
    case 'squat':
    case 'lunge':
    case 'tie':
    case 'sit':
    case 'fidget': {
      const { start_s, end_s, phases: held } = unrest(script, exercise, lead_s, seconds);
      phases = held;
      told = { activities: withStill(end_s > start_s ? [{ start_s, end_s, kind: 'other' }] : [], seconds) };
      break;
    }
    case 'stand':
      phases = stand(who, random, seconds);
      break;
    case 'shuffle':
      if (options.variant === 'step') gait(script, { kind: 'walk', start_s: lead_s, stop_s: seconds - STAND_S, stride_s: 120 / (options.bpm ?? 80), speed_mps: options.speed_mps ?? 0.3 });
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
    case 'wall-sit':
      told = { holds: sit(script, { start_s: lead_s, stop_s: Math.max(lead_s + LEAST_SIT_S, seconds - random.uniform(1.5, 2.5)), variant: (options.variant ?? 'steady') as SitVariant }) };
      break;
    case 'step-down':
      told = { taps: stepDown(script, { start_s: lead_s, stop_s: seconds - 1, reps: options.reps ?? Infinity, variant: (options.variant ?? 'controlled') as StepVariant }) };
      break;
  }
  // A run that depends on what the runner hears is written so far ahead as the player looks.
  const write = (until_s: number): void => {
    while (writing !== null && (script.build(seconds).phases.at(-1)?.t1_s ?? 0) < until_s) if (writing.next().done === true) writing = null;
  };
  write(AHEAD_S);
  const built = phases === null ? script.build(seconds) : { phases, contacts: [] };
  const player = new Player(seconds, built.phases, { lever_m, mounting: who.mounting }, modes, random.fork('noise'));
  const ahead = <T extends (t_s: number, out: Float64Array) => void>(look: T) => (t_s: number, out: Float64Array): void => {
    if (writing !== null) {
      write(t_s + AHEAD_S);
      script.build(seconds);
    }
    look(t_s, out);
  };
  return {
    seconds,
    subject: who,
    get truth() {
      return { ...truthOf(built.contacts), ...told };
    },
    sample: ahead((t_s, out) => player.sample(t_s, out)),
    pose: ahead((t_s, out) => player.pose(t_s, out)),
    cue: (at_s) => runner?.hear(at_s),
  };
}

function truthOf(contacts: readonly Counted[]): Truth {
  let strides = 0;
  const list = contacts.map(({ ic_s, tc_s, kind }, i): TruthContact => {
    const next = contacts[i + 1];
    if (next !== undefined && kind !== 'hop' && next.kind === kind) strides += 1;
    return { ic_s, tc_s, kind, hop: kind === 'hop' && next?.kind === 'hop' && tc_s !== null && tc_s - ic_s <= HOP_CONTACT_S };
  });
  return { contacts: list, hops: list.filter((contact) => contact.hop).length, strides, ...NO_TRUTH };
}
