// What a clip feels while the foot of a hopper is in the air, against recorded jumps (cmu-jump-cmj-double-*: six flights of 0.41 s; rope-1).

import { describe, expect, it } from 'vitest';
import { createBody } from '../../sim/body/body.ts';
import { quantile } from './pose.ts';

const RATE_HZ = 416;
const TEMPI = [60, 80, 110, 150, 180, 210, 240];
const VARIANTS = ['double', 'staggered', 'single'];

interface FlightFeel {
  /** Highest force (g) in the last 60 ms, or three fifths of a short flight. */
  last_g: number;
  /** Median force (g) in the later three fifths. */
  late_g: number;
  /** Length of the mean specific force, g. */
  mean_g: number;
  mean_dps: number;
}

/** The flights between two hops of ten wearers. */
function flights(bpm: number, variant: string): FlightFeel[] {
  const out = new Float64Array(6);
  const all: FlightFeel[] = [];
  for (let seed = 0; seed < 20; seed += 2) {
    const body = createBody('pogo', { seconds: 9, seed, bpm, variant });
    const { contacts } = body.truth;
    for (let i = 1; i < contacts.length; i += 1) {
      const from = contacts[i - 1]!.tc_s!;
      const to = contacts[i]!.ic_s;
      const sum = [0, 0, 0];
      const late: number[] = [];
      let last_g = 0;
      let turned = 0;
      let count = 0;
      for (let k = Math.ceil(from * RATE_HZ); k < to * RATE_HZ; k += 1) {
        const t = k / RATE_HZ;
        body.sample(t, out);
        const force = Math.hypot(out[0]!, out[1]!, out[2]!);
        for (let axis = 0; axis < 3; axis += 1) sum[axis]! += out[axis]!;
        turned += Math.hypot(out[3]!, out[4]!, out[5]!);
        count += 1;
        if (t > to - Math.min(0.06, 0.6 * (to - from))) last_g = Math.max(last_g, force);
        if (t > from + 0.4 * (to - from)) late.push(force);
      }
      late.sort((a, b) => a - b);
      all.push({ last_g, late_g: late[late.length >> 1]!, mean_g: Math.hypot(sum[0]!, sum[1]!, sum[2]!) / count, mean_dps: turned / count });
    }
  }
  return all;
}

describe.each(VARIANTS)('a %s pogo flight', (variant) => {
  it.each(TEMPI)('at %d/min feels no braking before the ground does it and hardly turns the foot', (bpm) => {
    const felt = flights(bpm, variant);
    const of = (key: keyof FlightFeel, share: number): number => quantile(felt.map((flight) => flight[key]), share);
    expect(felt.length).toBeGreaterThanOrEqual(50);
    // recorded: at most 1.5 g until contact; rope-1 0.3–1.5 g in the 60–100 ms before
    expect(of('last_g', 0.5)).toBeLessThan(1.3);
    expect(of('last_g', 0.95)).toBeLessThan(1.6);
    expect(of('last_g', 1)).toBeLessThan(2.6);
    // recorded 0.6 g
    expect(of('late_g', 0.5)).toBeGreaterThan(0.15);
    expect(of('late_g', 0.9)).toBeLessThan(1.2);
    // recorded 137–189 dps in long flights
    expect(of('mean_dps', 0.5)).toBeGreaterThanOrEqual(50);
    expect(of('mean_dps', 0.95)).toBeLessThan(189);
    // recorded 0.39–0.70 g from where the foot turns fastest, 10–20 ms before the moments that the recordings' take-offs were read off: what
    // pulls the foot up to the body's speed comes after the ball has left
    expect(of('mean_g', 0.5)).toBeGreaterThan(0.39);
    expect(of('mean_g', 0.5)).toBeLessThan(0.7);
  });
});
