// The cadence of a runner from stride to stride: their own, which may change in the course of a run, and what the clip's beats make of it.

import type { Random } from '../random.ts';

/** A cadence from a time on; between two of different times it changes evenly, at two of the same time at once. */
export interface PacePoint {
  t_s: number;
  /** Steps/min of both feet. */
  spm: number;
}

/** Who runs. */
export interface RunnerOptions {
  random: Random;
  /** Own cadence, rising times; before the first and after the last point it stays. */
  pace: readonly [PacePoint, ...PacePoint[]];
  /** Whether the runner goes along with the beats. */
  follows: boolean;
}

/** Pulses closer than this to the one before belong to a word. */
const WORD_S = 0.18;
/** Pulses longer ago are forgotten; the slowest of faded cues is every 16th beat. */
const MEMORY_S = 7;
/** Intervals that the runner has in mind. */
const INTERVALS = 3;
/** Beats further from the own cadence than this share of it are none: nobody runs twice as fast because of two pulses close together. */
const LED_MAX = 0.5;

/** A runner asked stride by stride for a cadence; the same pulses give the same run. */
export class Runner {
  private readonly options: RunnerOptions;
  private readonly gain: number;
  private readonly drift: number;
  private readonly heard_s: number[] = [];
  private spm: number;

  constructor(options: RunnerOptions) {
    const { random, pace } = options;
    this.options = options;
    this.gain = random.uniform(0.35, 0.55); // of the difference to the beats, a stride: nine tenths of it in 3 to 5
    this.drift = random.uniform(0.02, 0.06); // of the difference to the own cadence, a stride
    this.spm = pace[0].spm;
  }

  /** A pulse of the motor at `at_s`. */
  hear(at_s: number): void {
    const last_s = this.heard_s.at(-1);
    if (last_s !== undefined && at_s - last_s < WORD_S) return;
    this.heard_s.push(at_s);
    if (this.heard_s.length > INTERVALS + 1) this.heard_s.shift();
  }

  /** Wanted time between initial contacts of one foot, s, for the stride that begins at `t_s`; asked once a stride. */
  stride_s(t_s: number): number {
    const own = this.own(t_s);
    const heard = this.options.follows ? this.beat(t_s) : null;
    const beat = heard !== null && Math.abs(heard - own) <= LED_MAX * own ? heard : null;
    if (!this.options.follows) this.spm = own;
    else if (beat === null) this.spm += this.drift * (own - this.spm);
    else this.spm += this.gain * (beat - this.spm);
    return 120 / this.spm;
  }

  private own(t_s: number): number {
    const { pace } = this.options;
    let from = pace[0];
    for (const to of pace) {
      if (t_s < to.t_s) return to.t_s === from.t_s ? from.spm : from.spm + ((to.spm - from.spm) * Math.max(0, t_s - from.t_s)) / (to.t_s - from.t_s);
      from = to;
    }
    return from.spm;
  }

  /** Steps/min that the beats ask for, null where none were heard lately. Beats may stand for every step or every 2nd, 4th … of them. */
  private beat(t_s: number): number | null {
    const heard_s = this.heard_s;
    const last_s = heard_s.at(-1);
    if (heard_s.length < 2 || t_s - last_s! > MEMORY_S) return null;
    const intervals_s = heard_s.slice(1).map((at_s, i) => at_s - heard_s[i]!).sort((a, b) => a - b);
    let spm = 60 / intervals_s[intervals_s.length >> 1]!;
    while (spm * Math.SQRT2 < this.spm) spm *= 2;
    return t_s - last_s! > 2.5 * intervals_s.at(-1)! + 2 ? null : spm;
  }
}
