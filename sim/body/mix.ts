// One thing after the other, as a clip worn all day meets them: standing, walking, running, hopping, heel raises.

import type { TruthActivity, TruthRep } from './body.ts';
import { Course } from './course.ts';
import { gait } from './gait.ts';
import { hop } from './hop.ts';
import { raise } from './raise.ts';
import type { Script } from './script.ts';

/** Least and longest time for one activity, of which whole strides and raises fill up to 1.5 s less; and of the standing between two, s. */
const SEGMENT_S = [9.5, 15] as const;
const PAUSE_S = [1.5, 3] as const;
/** Standing shorter than this is part of what goes on, s. */
const STILL_S = 1.5;
/** From the first movement of a leg to toe-off at most, and from the end of a plan to its last contact, s. */
const START_S = 0.6;
/** Raises of a mix. */
const RAISES_MIN = 5;

const KINDS = ['still', 'walk', 'run', 'hop', 'calf'] as const;

/** Gaps of 1.5 s and more between activities (in time order) become standing still, up to `seconds`. */
export function withStill(activities: readonly TruthActivity[], seconds: number): TruthActivity[] {
  const list: TruthActivity[] = [];
  let end_s = 0;
  const gap = (until_s: number): void => {
    if (until_s - end_s >= STILL_S) list.push({ start_s: end_s, end_s: until_s, kind: 'still' });
  };
  for (const each of activities) {
    gap(each.start_s);
    list.push(each);
    end_s = each.end_s;
  }
  gap(seconds);
  return list;
}

/** Lets `write` go on from the script's last stance; from its first heel-off to its last contact. */
export function moved(script: Script, kind: TruthActivity['kind'], write: () => void): TruthActivity {
  const from = script.last!;
  write();
  return { start_s: from.departure!.heelOff_s, end_s: script.last!.arrival!.ic_s, kind };
}

/** Three to five activities of 8 to 15 s, each kind at most once, in any order, as many as have room (70 s: five); all stand in between. */
export function mix(script: Script, seconds: number): { reps: TruthRep[]; activities: TruthActivity[] } {
  const { random, subject } = script;
  const kinds: (typeof KINDS)[number][] = [...KINDS];
  for (let i = kinds.length - 1; i > 0; i -= 1) {
    const j = random.below(i + 1);
    [kinds[i], kinds[j]] = [kinds[j]!, kinds[i]!];
  }
  const room = Math.floor((seconds - PAUSE_S[1]) / (SEGMENT_S[0] + PAUSE_S[1] + START_S));
  const count = Math.max(1, Math.min(3 + random.below(3), room));
  // what is left over after the least goes to those that come first
  const longest_s = Math.min(SEGMENT_S[1], (seconds - PAUSE_S[1]) / count - PAUSE_S[1] - START_S);
  const activities: TruthActivity[] = [];
  let reps: TruthRep[] = [];
  let t = 0;
  script.stance(0, subject.side === 'left' ? 0.09 : -0.09, null, null, subject.sole_m, 0.012 * subject.variability);
  for (const kind of kinds.slice(0, count)) {
    const standing = script.last!;
    standing.courses.push(new Course());
    const start_s = t + random.uniform(...PAUSE_S) + START_S;
    const stop_s = start_s + random.uniform(SEGMENT_S[0], longest_s);
    if (kind === 'still') {
      t = stop_s - START_S;
      continue;
    }
    if (kind === 'calf') {
      const set = raise(standing, subject, random, { start_s, stop_s, reps: Infinity, least: RAISES_MIN, variant: 'full', bent: random.uniform() < 0.3 });
      reps = set.reps;
      activities.push({ start_s: reps[0]!.start_s, end_s: reps.at(-1)!.end_s, kind });
    } else {
      activities.push(moved(script, kind, () => {
        if (kind === 'walk') gait(script, { kind, start_s, stop_s, stride_s: 120 / random.uniform(95, 120), speed_mps: random.uniform(1, 1.6) });
        else if (kind === 'run') gait(script, { kind, start_s, stop_s, stride_s: 120 / random.uniform(155, 178), speed_mps: random.uniform(2.3, 3.8) });
        else {
          const period_s = 60 / random.uniform(140, 160);
          const first_s = start_s + 0.4;
          hop(script, { first_s, period_s, hops: Math.floor((stop_s - first_s) / period_s), variant: random.uniform() < 0.7 ? 'single' : 'double', doubleBounce: 0, missedBeat: 0, fade: 0, fadeRhythm: 1 });
        }
      }));
    }
    t = activities.at(-1)!.end_s;
  }
  return { reps, activities: withStill(activities, seconds) };
}
