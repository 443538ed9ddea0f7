// Truth against geometry: the foot is on the ground exactly when truth says so, as often as asked, with times people show.

import { describe, expect, it } from 'vitest';
import { createBody, isHeldOut, subject, type BodyOptions, type Exercise, type PosedBody } from '../../sim/body/body.ts';
import { runContact } from '../../sim/body/gait.ts';
import { flightTime, springContact } from '../../sim/body/hop.ts';
import { soles } from './pose.ts';

const MOVING: [Exercise, Partial<BodyOptions>][] = [
  ['pogo', { bpm: 150 }],
  ['pogo', { bpm: 240, variant: 'double' }],
  ['pogo', { bpm: 45, variant: 'staggered' }],
  ['pogo', { bpm: 110, doubleBounce: 0.15, missedBeat: 0.15 }],
  ['pogo', { bpm: 150, walkAway: true }],
  ['run', { speed_mps: 2, bpm: 150 }],
  ['run', { speed_mps: 3.5 }],
  ['run', { speed_mps: 6, bpm: 190 }],
  ['run', { pace: [{ t_s: 6, spm: 155 }, { t_s: 6, spm: 180 }, { t_s: 10, spm: 165 }] }],
  ['run', { follows: true }],
  ['walk', { bpm: 95 }],
  ['walk', { bpm: 125 }],
  ['shuffle', { variant: 'step' }],
  ['calf', { variant: 'walking-away', reps: 1 }],
  ['lunge', {}],
];

/** Spans in which heel or ball is below the ground, by geometry on a 1 ms grid. */
function touched(body: PosedBody): { from_s: number; to_s: number }[] {
  const pose = new Float64Array(18);
  const spans: { from_s: number; to_s: number }[] = [];
  let down = false;
  for (let k = 0; k < body.seconds * 1000; k += 1) {
    const { heel, ball } = soles(body, k / 1000, pose);
    const now = Math.min(heel, ball) < 0;
    if (now && !down) spans.push({ from_s: k / 1000, to_s: Infinity });
    else if (!now && down) spans.at(-1)!.to_s = k / 1000;
    down = now;
  }
  return spans;
}

describe('truth', () => {
  it.each(MOVING)('of %s %o is what heel and ball do', (exercise, options) => {
    for (let seed = 0; seed < 8; seed += 1) {
      const body = createBody(exercise, { seconds: 14, seed, ...options });
      const spans = touched(body);
      const twin = createBody(exercise, { seconds: 14, seed, ...options }); // a body is looked at forwards
      const { contacts } = body.truth;
      // the first span is the standing before the first take-off
      expect(spans[0]!.from_s).toBe(0);
      expect(spans.length, `seed ${seed}`).toBe(contacts.length + 1);
      for (const [i, { ic_s, tc_s }] of contacts.entries()) {
        const { from_s, to_s } = spans[i + 1]!;
        expect(Math.abs(from_s - ic_s), `seed ${seed} ic ${ic_s}`).toBeLessThanOrEqual(0.0015);
        if (tc_s === null) expect(to_s).toBe(Infinity);
        else {
          // in gait the ball goes up first, the toes push for some more tens of milliseconds, and reach no higher than they are long; a hopper's
          // ball is the last to leave
          expect(tc_s - to_s, `seed ${seed} tc ${tc_s}`).toBeGreaterThan(-0.0015);
          expect(tc_s - to_s, `seed ${seed} tc ${tc_s}`).toBeLessThan(contacts[i]!.kind === 'hop' && contacts[i + 1]?.kind === 'hop' ? 0.0015 : 0.105);
          expect(soles(twin, tc_s, new Float64Array(18)).ball).toBeLessThan(body.subject.foot.toe_m);
        }
      }
      expect(contacts.at(-1)!.tc_s).toBeNull();
    }
  });

  it('of a pogo set has one landing a beat and every contact between two flights is a hop', () => {
    for (const bpm of [100, 150, 200]) {
      for (let seed = 0; seed < 10; seed += 1) {
        const { truth, subject: who } = createBody('pogo', { seconds: 33.5, seed, bpm });
        const beats = Math.floor((30 * bpm) / 60) + 1;
        expect(truth.contacts.length).toBe(beats);
        // all but the last landing, which stays
        expect(truth.hops).toBe(beats - 1);
        const errors = truth.contacts.map(({ ic_s }, n) => ic_s - 2 - (n * 60) / bpm);
        const mean = errors.reduce((a, b) => a + b) / errors.length;
        const sd = Math.sqrt(errors.reduce((a, b) => a + (b - mean) ** 2, 0) / (errors.length - 1));
        expect(Math.abs(mean - who.hop.asynchrony_mean_s)).toBeLessThan(0.012);
        expect(sd).toBeGreaterThan(0.005);
        expect(sd).toBeLessThan(0.026);
      }
    }
  });

  it('calls a long contact of a slow tempo no hop', () => {
    const { truth } = createBody('pogo', { seconds: 40, seed: 3, bpm: 30 });
    expect(truth.contacts.length).toBeGreaterThan(15);
    for (const { ic_s, tc_s } of truth.contacts) if (tc_s !== null) expect(tc_s - ic_s).toBeGreaterThan(0.6);
    expect(truth.hops).toBe(0);
  });

  it('counts walking off after the set as walking', () => {
    const { truth } = createBody('pogo', { seconds: 20, seed: 4, bpm: 150, walkAway: true });
    const walked = truth.contacts.filter(({ kind }) => kind === 'walk');
    expect(walked.length).toBeGreaterThanOrEqual(2);
    expect(truth.strides).toBe(walked.length - 1);
    const landed = truth.contacts.findLast(({ kind }) => kind === 'hop')!;
    expect(landed.hop).toBe(false);
    expect(landed.tc_s! - landed.ic_s).toBeGreaterThan(1);
  });

  it.each(['stand', 'shuffle', 'handle', 'drive', 'drop'] as const)('of %s is no contact', (exercise) => {
    const { truth } = createBody(exercise, { seconds: 20, seed: 1 });
    expect(truth).toEqual({ contacts: [], hops: 0, strides: 0, reps: [], holds: [], taps: [], activities: [] });
  });

  it.each([['run', 160], ['run', 180], ['walk', 100], ['walk', 120]] as const)('of %s keeps %d steps/min', (exercise, bpm) => {
    for (let seed = 0; seed < 6; seed += 1) {
      const { contacts } = createBody(exercise, { seconds: 40, seed, bpm }).truth;
      const steady = contacts.slice(4, -4);
      const stride_s = (steady.at(-1)!.ic_s - steady[0]!.ic_s) / (steady.length - 1);
      expect(Math.abs(120 / stride_s - bpm)).toBeLessThan(0.02 * bpm);
    }
  });

  it('of a shuffle never leaves the ground', () => {
    const pose = new Float64Array(18);
    for (let seed = 0; seed < 5; seed += 1) {
      const body = createBody('shuffle', { seconds: 30, seed });
      for (let k = 0; k < 30_000; k += 7) {
        const { heel, ball } = soles(body, k / 1000, pose);
        expect(Math.min(heel, ball)).toBeLessThan(0);
      }
    }
  });
});

describe('gait numbers', () => {
  const all = Array.from({ length: 60 }, (_, seed) => subject(seed));
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

  it('run with contact times that fall with speed as published', () => {
    const at = (speed_mps: number, spm: number): number => median(all.map((who) => runContact(who, speed_mps, 60 / spm)));
    expect(at(3, 162)).toBeGreaterThan(0.24);
    expect(at(3, 162)).toBeLessThan(0.3);
    expect(at(5, 176)).toBeGreaterThan(0.17);
    expect(at(5, 176)).toBeLessThan(0.22);
    expect(at(6, 184)).toBeLessThan(at(5, 176));
  });

  it('walk on the ground for three fifths of the stride', () => {
    const shares: number[] = [];
    for (let seed = 0; seed < 10; seed += 1) {
      const { contacts } = createBody('walk', { seconds: 20, seed, bpm: 110 }).truth;
      for (let i = 2; i + 2 < contacts.length; i += 1) shares.push((contacts[i]!.tc_s! - contacts[i]!.ic_s) / (contacts[i + 1]!.ic_s - contacts[i]!.ic_s));
    }
    expect(Math.min(...shares)).toBeGreaterThan(0.54);
    expect(Math.max(...shares)).toBeLessThan(0.68);
  });

  it('hop as a mass on a spring does, never higher than the wearer can', () => {
    // a drop from rest is the exact case: half a period of the free oscillation about its middle plus the rest of the circle
    expect(springContact(20, 0)).toBeCloseTo((2 * Math.PI) / 20, 12);
    for (const who of all) {
      for (const bpm of [30, 60, 120, 150, 200, 240]) {
        const flight = flightTime(who, 60 / bpm, 'single');
        expect((9.80665 * flight * flight) / 8).toBeLessThanOrEqual(0.3);
        expect(60 / bpm - flight).toBeGreaterThan(0.1);
        expect(flight).toBeGreaterThan(0.05);
      }
    }
    expect(median(all.map((who) => flightTime(who, 0.4, 'single')))).toBeGreaterThan(0.15);
    expect(median(all.map((who) => flightTime(who, 0.4, 'single')))).toBeLessThan(0.23);
  });

  it('show the peaks recordings show', () => {
    const out = new Float64Array(6);
    const peaks = { walk: [] as number[], run: [] as number[] };
    for (let seed = 0; seed < 10; seed += 1) {
      for (const exercise of ['walk', 'run'] as const) {
        const body = createBody(exercise, { seconds: 14, seed });
        const [m1, m4, m7] = [1, 4, 7].map((i) => body.subject.mounting[i]!) as [number, number, number];
        let fastest = 0;
        for (let k = 0; k < 13 * 416; k += 1) {
          body.sample(k / 416, out);
          fastest = Math.max(fastest, m1 * out[3]! + m4 * out[4]! + m7 * out[5]!);
        }
        peaks[exercise].push(fastest);
      }
    }
    expect(median(peaks.walk)).toBeGreaterThan(400);
    expect(median(peaks.walk)).toBeLessThan(700);
    expect(median(peaks.run)).toBeGreaterThan(650);
    expect(median(peaks.run)).toBeLessThan(1500);
  });
});

describe('a subject', () => {
  it('is the same for the same seed, another for another, and held out when odd', () => {
    expect(subject(7)).toEqual(subject(7));
    expect(subject(7).mounting).not.toEqual(subject(8).mounting);
    expect([0, 1, 2, 3].map((seed) => isHeldOut(seed))).toEqual([false, true, false, true]);
  });

  it('is mounted by a proper rotation', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const [a, b, c, d, e, f, g, h, i] = subject(seed).mounting as [number, number, number, number, number, number, number, number, number];
      expect(a * a + b * b + c * c).toBeCloseTo(1, 9);
      expect(a * d + b * e + c * f).toBeCloseTo(0, 9);
      expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 9);
    }
  });
});
