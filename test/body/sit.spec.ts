// The raised foot of a wall sit: off the ground exactly when truth says so, put down by a shoe, and shaken as people shake.

import { describe, expect, it } from 'vitest';
import { createBody, NO_TRUTH, subject, type PosedBody } from '../../sim/body/body.ts';
import { quantile, soles } from './pose.ts';

const VARIANTS = ['steady', 'trembling', 'touching'];
const SECONDS = 40;
const STEP_S = 0.001;

/** Height (m) of the lowest point of the sole and pitch (rad) on a grid of STEP_S, from the pose. */
function track(body: PosedBody): { low: Float64Array; pitch: Float64Array } {
  const pose = new Float64Array(18);
  const count = Math.round(body.seconds / STEP_S);
  const low = new Float64Array(count);
  const pitch = new Float64Array(count);
  for (let k = 0; k < count; k += 1) {
    const { heel, ball } = soles(body, k * STEP_S, pose);
    low[k] = Math.min(heel, ball);
    pitch[k] = pose[4]!;
  }
  return { low, pitch };
}

describe.each(VARIANTS)('a %s wall sit', (variant) => {
  const sits = Array.from({ length: 30 }, (_, seed) => {
    const make = (): PosedBody => createBody('wall-sit', { seconds: SECONDS, seed, variant });
    return { ...track(make()), body: make(), felt: make() };
  });

  it('is off the ground when truth says so and at no other time', () => {
    for (const { low, body } of sits) {
      const edges: number[] = [];
      for (let k = 1; k < low.length; k += 1) if (low[k]! < 0 !== low[k - 1]! < 0) edges.push(k * STEP_S);
      const told = body.truth.holds.flatMap(({ start_s, end_s }) => [start_s, end_s]);
      const name = `seed ${body.subject.seed}`;
      expect(low[0], name).toBeLessThan(0);
      expect(edges.length, name).toBe(told.length);
      for (const [i, edge] of edges.entries()) expect(Math.abs(edge - told[i]!), `${name} edge ${i}`).toBeLessThanOrEqual(0.0015);
      expect(told[0], name).toBe(2);
      expect(SECONDS - told.at(-1)!, name).toBeGreaterThan(1);
      expect(SECONDS - told.at(-1)!, name).toBeLessThan(3);
    }
  });

  it('holds as often as it is meant to', () => {
    const counts = new Set(sits.map(({ body }) => body.truth.holds.length));
    if (variant === 'touching') expect([...counts].toSorted()).toEqual([2, 3, 4, 5]);
    else expect([...counts]).toEqual([1]);
    for (const { body } of sits) {
      const { holds, ...rest } = body.truth;
      expect(rest).toEqual({ contacts: [], hops: 0, strides: 0, reps: NO_TRUTH.reps, taps: NO_TRUTH.taps, activities: NO_TRUTH.activities });
      for (let i = 1; i < holds.length; i += 1) {
        const touched_s = holds[i]!.start_s - holds[i - 1]!.end_s;
        expect(touched_s).toBeGreaterThanOrEqual(0.1);
        expect(touched_s).toBeLessThanOrEqual(1.5);
      }
    }
  });

  it('lifts the foot by some centimetres and keeps it there', () => {
    const tops: number[] = [];
    for (const { low, body } of sits) {
      for (const { start_s, end_s } of body.truth.holds) {
        const held = low.subarray(Math.round((start_s + 1) / STEP_S), Math.round((end_s - 1.25) / STEP_S));
        tops.push(held.reduce((most, value) => Math.max(most, value)));
        expect(held.reduce((least, value) => Math.min(least, value)), `seed ${body.subject.seed}`).toBeGreaterThan(0.01);
      }
    }
    expect(quantile(tops, 0)).toBeGreaterThan(0.03);
    expect(quantile(tops, 1)).toBeLessThan(0.34);
    expect(quantile(tops, 0.9) / quantile(tops, 0.1)).toBeGreaterThan(2.5);
  });

  it('comes down at 0.05 to 0.4 m/s and is stopped within the time of the shoe', () => {
    for (const { low, body, felt } of sits) {
      const out = new Float64Array(6);
      for (const { end_s } of body.truth.holds) {
        const on = Math.ceil(end_s / STEP_S);
        const fall = (low[on - 3]! - low[on - 1]!) / (2 * STEP_S);
        const name = `seed ${body.subject.seed} at ${end_s}`;
        expect(fall, name).toBeGreaterThan(0.045);
        expect(fall, name).toBeLessThan(0.41);
        const after = on + Math.round(body.subject.landing_s / STEP_S);
        expect(Math.abs(low[after + 1]! - low[after - 1]!) / (2 * STEP_S), name).toBeLessThan(0.25 * fall + 0.03);
        // what the clip feels is of the order of the speed over the time of the stop
        let peak = 0;
        for (let t = end_s; t < end_s + 0.06; t += 0.0005) {
          felt.sample(t, out);
          peak = Math.max(peak, Math.hypot(out[0]!, out[1]!, out[2]!));
        }
        expect(peak - 1, name).toBeLessThan((5 * fall) / body.subject.landing_s / 9.80665 + 0.5);
      }
    }
  });

  it('shakes at 6 to 11 Hz, more and more', () => {
    const rises: number[] = [];
    for (const { pitch, low, body } of sits) {
      // deviations from the mean over 0.25 s, of the first and the last 4 s of holding
      const shaken = (from: number, to: number): { rms_deg: number; hz: number } => {
        let power = 0;
        let crossings = 0;
        let before = 0;
        const half = 125;
        let sum = pitch.subarray(from - half, from + half).reduce((a, b) => a + b);
        for (let k = from; k < to; k += 1) {
          const off = pitch[k]! - sum / (2 * half);
          sum += pitch[k + half]! - pitch[k - half]!;
          power += off * off;
          if (off > 0 !== before > 0) crossings += 1;
          before = off;
        }
        return { rms_deg: (Math.sqrt(power / (to - from)) * 180) / Math.PI, hz: crossings / 2 / ((to - from) * STEP_S) };
      };
      const { start_s } = body.truth.holds[0]!;
      const { start_s: again_s, end_s } = body.truth.holds.at(-1)!;
      expect(low.length).toBe(pitch.length);
      const fresh = shaken(Math.round((start_s + 1.5) / STEP_S), Math.round((start_s + 2.5) / STEP_S));
      const tired = shaken(Math.round(Math.max(again_s + 1.5, end_s - 5) / STEP_S), Math.round((end_s - 1.6) / STEP_S));
      rises.push(tired.rms_deg / fresh.rms_deg);
      const name = `seed ${body.subject.seed}`;
      if (tired.rms_deg > 0.1) {
        expect(tired.hz, name).toBeGreaterThan(5);
        expect(tired.hz, name).toBeLessThan(12.5);
      }
      // peak to peak is about 2.8 RMS: 1.5° of a calm leg, 2 to 5° of one that trembles
      expect(tired.rms_deg, name).toBeGreaterThan(variant === 'trembling' ? 0.4 : 0.05);
      expect(tired.rms_deg, name).toBeLessThan(variant === 'trembling' ? 2.4 : 0.8);
    }
    expect(quantile(rises, 0.5)).toBeGreaterThan(1.2);
  });

  it('moves without jolts but for the ground', () => {
    const out = new Float64Array(6);
    for (const { body, felt } of Array.from({ length: 30 }, (_, seed) => {
      const make = (): PosedBody => createBody('wall-sit', { seconds: SECONDS, seed, variant, subject: { ...subject(seed), modes: [] } });
      return { body: make(), felt: make() };
    })) {
      const { holds } = body.truth;
      let most = 0;
      for (let k = 0; k < (SECONDS - 0.1) * 416; k += 1) {
        const t = k / 416;
        felt.sample(t, out);
        if (holds.some(({ end_s }) => t > end_s - 0.004 && t < end_s + 0.1)) continue;
        most = Math.max(most, Math.abs(Math.hypot(out[0]!, out[1]!, out[2]!) - 1));
      }
      expect(most, `seed ${body.subject.seed}`).toBeLessThan(variant === 'trembling' ? 2.5 : 1);
    }
  });
});

describe('who sits', () => {
  it('differs from seed to seed, by more than the noise of the day', () => {
    const pitch = (seed: number): number => {
      const body = createBody('wall-sit', { seconds: 20, seed });
      const pose = new Float64Array(18);
      let sum = 0;
      for (let k = 400; k < 1500; k += 1) {
        body.pose(k / 100, pose);
        sum += pose[4]!;
      }
      return ((sum / 1100) * 180) / Math.PI;
    };
    const all = Array.from({ length: 60 }, (_, i) => pitch(i));
    expect(quantile(all, 0)).toBeLessThan(-20);
    expect(quantile(all, 1)).toBeGreaterThan(8);
    expect(all.filter((angle) => Math.abs(angle) < 4).length).toBeGreaterThan(8);
    expect(new Set(all).size).toBe(60);
  });

  it('sits for two seconds if there is no time for more', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const { holds } = createBody('wall-sit', { seconds: 5, seed, variant: 'touching' }).truth;
      expect(holds.length).toBe(1);
      expect(holds[0]!.end_s - holds[0]!.start_s).toBeCloseTo(2.3, 9);
    }
  });

  it('is the same person with another seed for the day', () => {
    const who = subject(6);
    const holds = [1, 2].map((seed) => createBody('wall-sit', { seconds: 40, seed, subject: who, variant: 'touching' }).truth.holds);
    expect(holds[0]).not.toEqual(holds[1]);
  });
});
