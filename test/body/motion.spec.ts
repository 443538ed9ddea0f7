// The signal is one consistent motion: it integrates to the pose, falls freely in flight, repeats, and stops when the body does.

import { describe, expect, it } from 'vitest';
import { createBody, subject, type BodyOptions, type Exercise } from '../../sim/body/body.ts';
import { Path } from '../../sim/body/path.ts';
import { drift, soles } from './pose.ts';

const CASES: [Exercise, Partial<BodyOptions>][] = [
  ['pogo', { bpm: 150 }],
  ['pogo', { bpm: 60, variant: 'double', walkAway: true }],
  ['pogo', { bpm: 120, variant: 'staggered', doubleBounce: 0.1, missedBeat: 0.1 }],
  ['run', { speed_mps: 3 }],
  ['run', { speed_mps: 6, bpm: 185 }],
  ['run', { pace: [{ t_s: 2.5, spm: 155 }, { t_s: 2.5, spm: 180 }, { t_s: 10, spm: 165 }] }],
  ['walk', {}],
  ['calf', {}],
  ['calf', { variant: 'bouncing' }],
  ['calf', { variant: 'wobbling', lead_s: 1 }],
  ['calf', { variant: 'walking-away', reps: 1 }],
  ['calf-bent', { variant: 'partial' }],
  ['mix', {}],
  ['squat', {}],
  ['lunge', {}],
  ['tie', {}],
  ['sit', {}],
  ['fidget', {}],
  ['stand', {}],
  ['shuffle', {}],
  ['shuffle', { variant: 'step' }],
  ['handle', {}],
  ['drive', {}],
  ['wall-sit', {}],
  ['wall-sit', { variant: 'touching' }],
  ['step-down', {}],
  ['step-down', { variant: 'stomping' }],
];

describe('a path', () => {
  it('goes through its knots with continuous derivatives up to the fourth at free ones', () => {
    const path = new Path([[0, 0, 0, 0], [0.3, 1, Number.NaN, Number.NaN], [0.5, 0.2, Number.NaN, Number.NaN], [1, 0.5, 1, 2]]);
    const e = 1e-4;
    const bend = (t: number): number => {
      path.at(t);
      return path.bend;
    };
    for (const [t, value] of [[0.3, 1], [0.5, 0.2]] as const) {
      path.at(t);
      expect(path.value).toBeCloseTo(value, 12);
      const left3 = (bend(t - e) - bend(t - 2 * e)) / e;
      const right3 = (bend(t + 2 * e) - bend(t + e)) / e;
      const left4 = (bend(t - e) - 2 * bend(t - 2 * e) + bend(t - 3 * e)) / (e * e);
      const right4 = (bend(t + 3 * e) - 2 * bend(t + 2 * e) + bend(t + e)) / (e * e);
      expect(right3 - left3).toBeLessThan(0.01 * Math.abs(left4));
      expect(right4 / left4).toBeCloseTo(1, 1);
    }
    path.at(1);
    expect([path.value, path.rate, path.bend].map((x) => Math.round(x * 1e9) / 1e9)).toEqual([0.5, 1, 2]);
  });

  it('refuses knots that do not follow each other', () => {
    expect(() => new Path([[0, 0, 0, 0], [0, 1, 0, 0]])).toThrow(RangeError);
  });
});

describe('the signal', () => {
  it.each(CASES)('of %s %o integrates to the pose', (exercise, options) => {
    for (const seed of [3, 8]) {
      const make = () => createBody(exercise, { seconds: 14, seed, ...options });
      const { position_m, angle_rad } = drift(make(), make(), 1.5, 4.5, 20_000);
      expect(position_m, `seed ${seed}`).toBeLessThan(2e-3);
      expect(angle_rad, `seed ${seed}`).toBeLessThan(1e-4);
    }
  });

  it.each([['clip'], ['shoe']])('of a dropped %s integrates to the pose and is weightless while it falls', (variant) => {
    const options = { seconds: 12, seed: 6, variant };
    const { position_m, angle_rad } = drift(createBody('drop', options), createBody('drop', options), 0.5, 7, 40_000);
    expect(position_m).toBeLessThan(5e-3);
    expect(angle_rad).toBeLessThan(1e-4);
    const body = createBody('drop', options);
    const out = new Float64Array(6);
    let free = 0;
    for (let k = 0; k < 12_000; k += 1) {
      body.sample(k / 1000, out);
      if (Math.hypot(out[0]!, out[1]!, out[2]!) < 0.2) free += 1;
    }
    if (variant === 'clip') expect(free).toBeGreaterThan(150);
    expect(body.truth.contacts).toEqual([]);
  });

  it.each(CASES)('of %s %o is the same for the same seed, whatever the sampling, and differs for another', (exercise, options) => {
    const make = (seed: number) => createBody(exercise, { seconds: 12, seed, ...options });
    const a = make(5);
    const b = make(5);
    const c = make(6);
    const one = new Float64Array(6);
    const two = new Float64Array(6);
    let differs = 0;
    for (let k = 0; k < 12 * 104; k += 1) {
      a.sample(k / 104, one);
      for (let i = 3; i >= 0; i -= 1) b.sample((k - i / 4) / 104, two);
      expect(two).toEqual(one);
      c.sample(k / 104, two);
      if (two[0] !== one[0]) differs += 1;
    }
    expect(b.truth).toEqual(a.truth);
    expect(differs).toBeGreaterThan(1000);
  });

  it('holds still after the end', () => {
    for (const exercise of ['pogo', 'run', 'walk', 'drop'] as const) {
      const body = createBody(exercise, { seconds: 6, seed: 2 });
      const out = new Float64Array(6);
      const again = new Float64Array(6);
      body.sample(6.5, out);
      body.sample(60, again);
      expect(again).toEqual(out);
      expect(Math.hypot(out[0]!, out[1]!, out[2]!)).toBeCloseTo(1, 9);
      expect(Math.hypot(out[3]!, out[4]!, out[5]!)).toBe(0);
    }
  });

  it('shows no force at a clip on the ankle while the body carries it through the air', () => {
    const who = subject(12);
    const { ankle_back_m, ankle_up_m } = who.foot;
    const still = { ...who, clip_m: [-ankle_back_m, 0, ankle_up_m] as const, modes: [], variability: 0, hop: { ...who.hop, tuck_m: 0 } };
    const body = createBody('pogo', { seconds: 10, seed: 12, bpm: 120, subject: still });
    const out = new Float64Array(6);
    const { contacts } = body.truth;
    expect(contacts.length).toBeGreaterThan(10);
    for (let i = 1; i < contacts.length; i += 1) {
      const from = contacts[i - 1]!.tc_s!;
      const flight = contacts[i]!.ic_s - from;
      for (let share = 0.45; share < 0.7; share += 0.05) {
        body.sample(from + share * flight, out);
        // what is left is the ankle's share of a foot that lands turning
        expect(Math.hypot(out[1]!, out[2]!, out[0]!)).toBeLessThan(5e-3);
      }
    }
  });

  it('of a foot flat on the ground in a walk is quiet, but for the loosest clips', () => {
    const out = new Float64Array(6);
    const forces: number[] = [];
    const rates: number[] = [];
    for (let seed = 0; seed < 20; seed += 1) {
      const body = createBody('walk', { seconds: 20, seed, bpm: 108 });
      for (const { ic_s, tc_s } of body.truth.contacts) {
        if (tc_s === null) continue;
        for (let share = 0.3; share < 0.45; share += 0.03) {
          body.sample(ic_s + share * (tc_s - ic_s), out);
          forces.push(Math.abs(Math.hypot(out[0]!, out[1]!, out[2]!) - 1));
          rates.push(Math.hypot(out[3]!, out[4]!, out[5]!));
        }
      }
    }
    const sorted = [forces, rates].map((list) => list.toSorted((a, b) => a - b));
    expect(forces.length).toBeGreaterThan(1000);
    expect(sorted[0]![forces.length >> 1]).toBeLessThan(0.03);
    expect(sorted[0]![Math.floor(0.95 * forces.length)]).toBeLessThan(0.12);
    expect(sorted[1]![Math.floor(0.95 * rates.length)]).toBeLessThan(10);
  });

  it('bounces by g·t²/8 between the points where the foot leaves and lands', () => {
    const pose = new Float64Array(18);
    const ratios: number[] = [];
    for (let seed = 0; seed < 12; seed += 1) {
      const who = subject(seed);
      const body = createBody('pogo', { seconds: 12, seed, bpm: 130, subject: { ...who, hop: { ...who.hop, tuck_m: 0 } } });
      const { contacts } = body.truth;
      for (let i = 2; i < contacts.length; i += 1) {
        const from = contacts[i - 1]!.tc_s!;
        const flight = contacts[i]!.ic_s - from;
        const heights = [0, 0.5, 1].map((share) => {
          soles(body, from + share * flight, pose);
          return pose[2]!;
        }) as [number, number, number];
        ratios.push((heights[1] - (heights[0] + heights[2]) / 2) / ((9.80665 * flight * flight) / 8));
      }
    }
    ratios.sort((a, b) => a - b);
    // the ankle is not the centre of mass: it starts slower, and the legs are tucked a little
    expect(ratios[ratios.length >> 1]).toBeGreaterThan(0.8);
    expect(ratios[ratios.length >> 1]).toBeLessThan(1.25);
  });
});
