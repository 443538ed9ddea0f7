// A tired pogo set loses the height and the rhythm it was asked to lose, by its contacts alone, and a fresh one is what it always was.

import { describe, expect, it } from 'vitest';
import { createBody, type Truth } from '../../sim/body/body.ts';
import { heights, thirds } from '../../sim/body/height.ts';
import { soles } from './pose.ts';

const SEEDS = Array.from({ length: 40 }, (_, i) => 2 * i);
const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** A truth of hops with these flights (s) before each, standing at the end. */
function truthOf(flights: readonly number[]): Pick<Truth, 'contacts'> {
  let t = 0;
  const contacts = flights.map((flight_s) => {
    const ic_s = t + flight_s;
    t = ic_s + 0.2;
    return { ic_s, tc_s: t, kind: 'hop' as const, hop: true };
  });
  return { contacts: [...contacts, { ic_s: t + 0.2, tc_s: null, kind: 'hop', hop: false }] };
}

describe('thirds', () => {
  it('are means of g·t²/8 from hop 4 on, without the landing that stays', () => {
    // 0.2 s is 49 mm, 0.1 s a quarter of it
    const truth = truthOf([0.5, 0.5, 0.5, 0.2, 0.2, 0.3, 0.3, 0.1, 0.1]);
    expect(heights(truth).length).toBe(6);
    const { first_m, last_m, fade } = thirds(truth)!;
    expect(first_m).toBeCloseTo(0.04903325, 9);
    expect(last_m).toBeCloseTo(0.04903325 / 4, 9);
    expect(fade).toBeCloseTo(0.75, 9);
  });

  it('are none of a set too short to have them', () => {
    expect(thirds(truthOf([0.3, 0.3, 0.3, 0.3, 0.3]))).toBeNull();
    expect(thirds({ contacts: [] })).toBeNull();
  });
});

describe('a tired set', () => {
  it.each([[0, 150], [0.1, 150], [0.25, 150], [0.1, 120], [0.25, 120], [0.1, 180]])('loses the share %d of its height at %d/min', (fade, bpm) => {
    const lost = SEEDS.map((seed) => thirds(createBody('pogo', { seconds: 33.5, seed, bpm, fade }).truth)!.fade - fade);
    expect(Math.abs(mean(lost))).toBeLessThan(0.015);
    for (const one of lost) expect(Math.abs(one)).toBeLessThan(0.09);
  });

  it('flies lower, as the pose says too', () => {
    const pose = new Float64Array(18);
    const ratios = [2, 4, 6, 8, 10, 12].map((seed) => {
      const body = createBody('pogo', { seconds: 33.5, seed, bpm: 120, fade: 0.4 });
      const tops: number[] = [];
      const { contacts } = body.truth;
      for (let i = 3; i + 1 < contacts.length; i += 1) {
        let top = 0;
        for (let t = contacts[i - 1]!.tc_s!; t < contacts[i]!.ic_s; t += 0.004) top = Math.max(top, soles(body, t, pose).ball);
        tops.push(top);
      }
      const third = Math.floor(tops.length / 3);
      return 1 - mean(tops.slice(-third)) / mean(tops.slice(0, third));
    });
    // the ball also clears the ground by what the foot is turned and tucked
    expect(mean(ratios)).toBeGreaterThan(0.25);
    expect(mean(ratios)).toBeLessThan(0.6);
  });

  it('spreads its errors to the beat wider and wider', () => {
    const spread = (fadeRhythm: number, half: 0 | 1): number => mean(SEEDS.map((seed) => {
      const body = createBody('pogo', { seconds: 33.5, seed, fadeRhythm });
      const { contacts } = body.truth;
      const middle = contacts.length >> 1;
      const errors = contacts.map(({ ic_s }, n) => (ic_s - 2 - 0.4 * n) / body.subject.hop.asynchrony_s).slice(half === 0 ? 0 : middle, half === 0 ? middle : undefined);
      return Math.sqrt(mean(errors.map((error) => (error - mean(errors)) ** 2)));
    }));
    // grows from 1 to 3: the halves' means are 1.5 and 2.5
    expect(spread(3, 1) / spread(3, 0)).toBeGreaterThan(1.5);
    expect(spread(3, 1) / spread(3, 0)).toBeLessThan(1.85);
    expect(Math.abs(spread(1, 1) / spread(1, 0) - 1)).toBeLessThan(0.1);
  });

  it('is the fresh set but for what it loses', () => {
    const fresh = createBody('pogo', { seconds: 33.5, seed: 8 });
    const same = createBody('pogo', { seconds: 33.5, seed: 8, fade: 0, fadeRhythm: 1 });
    const tired = createBody('pogo', { seconds: 33.5, seed: 8, fade: 0.3 });
    expect(same.truth).toEqual(fresh.truth);
    expect(tired.truth.contacts.map(({ ic_s }) => ic_s)).toEqual(fresh.truth.contacts.map(({ ic_s }) => ic_s));
    const a = new Float64Array(6);
    const b = new Float64Array(6);
    for (let k = 0; k < 33 * 416; k += 1) {
      fresh.sample(k / 416, a);
      same.sample(k / 416, b);
      expect(b).toEqual(a);
    }
  });
});
