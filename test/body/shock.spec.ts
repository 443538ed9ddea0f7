// The shock of a step, and the roughness of a push-off, against recordings with labelled contacts (walk-mocap-*, run-a-*, run-b-27).

import { describe, expect, it } from 'vitest';
import { createBody, type BodyOptions } from '../../sim/body/body.ts';
import { quantile } from './pose.ts';

interface Signal {
  rate_hz: number;
  force: Float64Array[];
  norm_g: Float64Array;
  rate_dps: Float64Array;
  contacts: { ic_s: number; tc_s: number }[];
}

/** Steady steps of a dozen wearers, each axis clipped at `range_g`. */
function signals(exercise: 'walk' | 'run', options: Partial<BodyOptions>, rate_hz: number, range_g: number): Signal[] {
  return Array.from({ length: 12 }, (_, i) => {
    const body = createBody(exercise, { seconds: 12, seed: 2 * i, ...options });
    const count = 12 * rate_hz;
    const force = [0, 1, 2].map(() => new Float64Array(count));
    const norm_g = new Float64Array(count);
    const rate_dps = new Float64Array(count);
    const out = new Float64Array(6);
    for (let k = 0; k < count; k += 1) {
      body.sample(k / rate_hz, out);
      for (let axis = 0; axis < 3; axis += 1) force[axis]![k] = Math.max(-range_g, Math.min(range_g, out[axis]!));
      norm_g[k] = Math.hypot(force[0]![k]!, force[1]![k]!, force[2]![k]!);
      rate_dps[k] = Math.hypot(out[3]!, out[4]!, out[5]!);
    }
    const contacts = body.truth.contacts.slice(2, -3).map(({ ic_s, tc_s }) => ({ ic_s, tc_s: tc_s! }));
    return { rate_hz, force, norm_g, rate_dps, contacts };
  });
}

/** Indices of samples in [from_s, to_s). */
function span({ rate_hz }: Signal, from_s: number, to_s: number): number[] {
  const first = Math.ceil(from_s * rate_hz);
  return Array.from({ length: Math.ceil(to_s * rate_hz) - first }, (_, i) => first + i);
}

/** Second difference of the force over 10 ms, g. */
function jolt({ force, rate_hz }: Signal, k: number): number {
  const n = Math.round(0.005 * rate_hz);
  return Math.hypot(...force.map((axis) => axis[k + n]! - 2 * axis[k]! + axis[k - n]!));
}

function highest(indices: readonly number[], of: (k: number) => number): number {
  return indices.reduce((best, k) => (of(k) > of(best) ? k : best));
}

describe('the heel strike of a walk at 205 Hz', () => {
  const walks = signals('walk', { bpm: 110 }, 205, 16);
  const steps = walks.flatMap((signal) => signal.contacts.map(({ ic_s }) => {
    const { norm_g, rate_hz } = signal;
    const before_g = quantile(span(signal, ic_s - 0.06, ic_s - 0.01).map((k) => norm_g[k]!), 0.5);
    const after = span(signal, ic_s - 0.02, ic_s + 0.09);
    const peak = highest(after, (k) => norm_g[k]!);
    const onset = after.find((k) => Math.abs(norm_g[k]! - before_g) > 1) ?? peak;
    return { peak_g: norm_g[peak]!, peak_ms: 1e3 * (peak / rate_hz - ic_s), onset_ms: 1e3 * (onset / rate_hz - ic_s) };
  }));
  const of = (key: keyof (typeof steps)[number], share: number): number => quantile(steps.map((step) => step[key]), share);

  it('is felt late, as by motion capture', () => {
    // recorded, 10 % / median / 90 %: change by 1 g after 10–15 / 24 / 31–34 ms, peak after 15 / 24 / 31–44 ms
    expect(of('onset_ms', 0.5)).toBeGreaterThan(11);
    expect(of('onset_ms', 0.5)).toBeLessThan(30);
    expect(of('peak_ms', 0.1)).toBeGreaterThan(12);
    expect(of('peak_ms', 0.5)).toBeGreaterThan(18);
    expect(of('peak_ms', 0.5)).toBeLessThan(30);
    expect(of('peak_ms', 0.8)).toBeLessThan(44);
  });

  it('is as hard as recorded', () => {
    // recorded 6 / 11.5–13.5 / 16–17 g
    expect(of('peak_g', 0.1)).toBeGreaterThan(4.5);
    expect(of('peak_g', 0.5)).toBeGreaterThan(8);
    expect(of('peak_g', 0.5)).toBeLessThan(15);
    expect(of('peak_g', 0.9)).toBeLessThan(24);
  });
});

describe('the heel of a walk', () => {
  it('rises without a jolt', () => {
    for (const signal of signals('walk', { bpm: 110 }, 1000, 16)) {
      for (const { ic_s, tc_s } of signal.contacts) {
        // largest recorded jolt of a stance there: 1.3 g at the median, with their sensor's noise
        for (const k of span(signal, ic_s + 0.45 * (tc_s - ic_s), tc_s - 0.09)) expect(jolt(signal, k)).toBeLessThan(1);
      }
    }
  });
});

describe('a running step at 400 Hz and ±8 g', () => {
  const runs = signals('run', { speed_mps: 3.4, bpm: 155 }, 400, 8);
  const each = (measure: (signal: Signal, contact: { ic_s: number; tc_s: number }) => number): number[] => runs.flatMap((signal) => signal.contacts.map((contact) => measure(signal, contact)));

  it('shocks late and rings for long', () => {
    const lags = each((signal, { ic_s }) => highest(span(signal, ic_s - 0.005, ic_s + 0.08), (k) => signal.norm_g[k]!) / signal.rate_hz - ic_s);
    // recorded medians 17–44 ms, labels ±15 ms
    expect(quantile(lags, 0.5)).toBeGreaterThan(0.014);
    expect(quantile(lags, 0.5)).toBeLessThan(0.044);
    const rings = each((signal, { ic_s }) => span(signal, ic_s - 0.005, ic_s + 0.08).filter((k) => signal.norm_g[k]! > 4).length / signal.rate_hz);
    // recorded medians 57–70 ms above 4 g
    expect(quantile(rings, 0.5)).toBeGreaterThan(0.042);
    expect(quantile(rings, 0.5)).toBeLessThan(0.075);
  });

  it('pushes off with jolts until toe-off, and turns fastest before it', () => {
    const jolts = each((signal, { tc_s }) => Math.max(...span(signal, tc_s - 0.07, tc_s).map((k) => jolt(signal, k))));
    // recorded medians 12–20 g
    expect(quantile(jolts, 0.5)).toBeGreaterThan(10);
    expect(quantile(jolts, 0.5)).toBeLessThan(22);
    const ends = each((signal, { tc_s }) => span(signal, tc_s - 0.12, tc_s + 0.04).findLast((k) => jolt(signal, k) > 2)! / signal.rate_hz - tc_s);
    // recorded medians −10…+15 ms
    expect(quantile(ends, 0.5)).toBeGreaterThan(-0.015);
    expect(quantile(ends, 0.5)).toBeLessThan(0.02);
    const swings = each((signal, { tc_s }) => Math.max(...span(signal, tc_s + 0.02, tc_s + 0.12).map((k) => jolt(signal, k))));
    // recorded medians 0.5–0.9 g
    expect(quantile(swings, 0.5)).toBeLessThan(1.6);
    const peaks = each((signal, { tc_s }) => highest(span(signal, tc_s - 0.12, tc_s + 0.04), (k) => signal.rate_dps[k]!) / signal.rate_hz - tc_s);
    // recorded medians −27…−62 ms
    expect(quantile(peaks, 0.5)).toBeGreaterThan(-0.065);
    expect(quantile(peaks, 0.5)).toBeLessThan(-0.025);
  });
});
