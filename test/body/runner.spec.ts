// A runner whose cadence changes: truth goes where it was told to, and beats are followed, missed or not listened to.

import { describe, expect, it } from 'vitest';
import { createBody, subject, type BodyOptions } from '../../sim/body/body.ts';

/**
 * True cadence (steps/min) of the strides that end in a span, after a run with pulses of the motor at a rate from 10 s to 25 s, 0 none. The
 * runner's steps do not vary by themselves.
 */
function cadences(options: Partial<BodyOptions>, seed: number, beats_spm: number, spans: readonly (readonly [number, number])[]): number[] {
  const body = createBody('run', { seconds: 60, seed, subject: { ...subject(seed), variability: 0 }, ...options });
  const out = new Float64Array(6);
  let beat_s = beats_spm === 0 ? Infinity : 10;
  for (let k = 0; k < 60 * 104; k += 1) {
    for (; beat_s < Math.min(25, k / 104); beat_s += 60 / beats_spm) body.cue(beat_s);
    body.sample(k / 104, out);
  }
  const ic_s = body.truth.contacts.map((contact) => contact.ic_s);
  expect(ic_s.at(-1)).toBeLessThan(59);
  expect(ic_s.at(-1)).toBeGreaterThan(56);
  return spans.map(([from_s, to_s]) => {
    const inside = ic_s.filter((at_s) => at_s >= from_s && at_s <= to_s);
    return (120 * (inside.length - 1)) / (inside.at(-1)! - inside[0]!);
  });
}

const SEEDS = [0, 1, 2, 3, 4, 5];

describe('a runner', () => {
  it.each(SEEDS)('changes cadence at once and evenly, as told (seed %i)', (seed) => {
    const pace = [{ t_s: 15, spm: 160 }, { t_s: 15, spm: 176 }, { t_s: 30, spm: 176 }, { t_s: 45, spm: 150 }] as const;
    const got = cadences({ pace }, seed, 180, [[6, 15], [16, 30], [36, 39], [46, 56]]);
    [160, 176, 163, 150].forEach((want, i) => expect(Math.abs(got[i]! - want), `${want}`).toBeLessThan(i === 2 ? 2 : 0.5));
  });

  it.each(SEEDS)('follows beats, also every fourth of them, within some strides, and drifts off without (seed %i)', (seed) => {
    for (const every of [1, 2, 4]) {
      const [before, during, after] = cadences({ bpm: 155, follows: true }, seed, 170 / every, [[5, 10], [17, 26], [48, 56]]);
      expect(Math.abs(before! - 155)).toBeLessThan(0.5);
      expect(Math.abs(during! - 170)).toBeLessThan(1);
      expect(after!).toBeLessThan(during! - 3);
    }
  });

  it.each(SEEDS)('who does not listen runs the same with beats as without (seed %i)', (seed) => {
    const pace = [{ t_s: 0, spm: 155 }] as const;
    expect(cadences({ pace }, seed, 170, [[5, 56]])).toEqual(cadences({ pace }, seed, 0, [[5, 56]]));
  });
});
