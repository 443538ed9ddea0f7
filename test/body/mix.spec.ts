// A sequence of activities: the list tells all of them, and the foot does what it says.

import { describe, expect, it } from 'vitest';
import { createBody, type PosedBody } from '../../sim/body/body.ts';

const DEG = 180 / Math.PI;
const make = (seed: number, seconds = 70): PosedBody => createBody('mix', { seconds, seed });

describe('a mix', () => {
  it('is of three to five activities, each of 8 to 15 s, told without a gap of 1.5 s', () => {
    const counts = new Set<number>();
    for (let seed = 0; seed < 40; seed += 1) {
      const { activities } = make(seed).truth;
      const moving = activities.filter(({ kind }) => kind !== 'still');
      counts.add(moving.length);
      expect(new Set(moving.map(({ kind }) => kind)).size).toBe(moving.length);
      expect(moving.length).toBeGreaterThan(1);
      expect(activities[0]!.start_s).toBe(0);
      expect(activities.at(-1)!.end_s).toBe(70);
      for (const [i, { start_s, end_s, kind }] of activities.entries()) {
        if (i > 0) expect(start_s - activities[i - 1]!.end_s).toBeLessThan(1.5);
        if (i > 0) expect(start_s).toBeGreaterThanOrEqual(activities[i - 1]!.end_s);
        expect(end_s - start_s, `seed ${seed} ${kind}`).toBeGreaterThan(kind === 'still' ? 1.5 : 7.5);
        if (kind !== 'still') expect(end_s - start_s).toBeLessThan(15.5);
      }
    }
    expect(counts.size).toBeGreaterThan(1);
  });

  it('has its contacts and raises in the activities they belong to', () => {
    const kinds = new Set<string>();
    for (let seed = 0; seed < 40; seed += 1) {
      const { activities, contacts, reps, strides, hops } = make(seed).truth;
      let walked = 0;
      for (const { start_s, end_s, kind } of activities) {
        kinds.add(kind);
        const inside = contacts.filter(({ ic_s }) => ic_s >= start_s && ic_s <= end_s);
        if (kind === 'walk' || kind === 'run' || kind === 'hop') {
          walked += inside.length;
          expect(inside.length).toBeGreaterThan(4);
          expect(inside.at(-1)!.ic_s).toBe(end_s);
          expect(inside.every((contact) => contact.kind === kind)).toBe(true);
          if (kind === 'hop') expect(hops).toBe(inside.length - 1);
        }
        if (kind === 'calf') {
          expect(reps.length).toBeGreaterThanOrEqual(5);
          expect([reps[0]!.start_s, reps.at(-1)!.end_s]).toEqual([start_s, end_s]);
        }
      }
      expect(walked).toBe(contacts.length);
      expect(strides).toBe(['walk', 'run'].reduce((total, kind) => total + Math.max(0, contacts.filter((contact) => contact.kind === kind).length - 1), 0));
    }
    expect([...kinds].toSorted()).toEqual(['calf', 'hop', 'run', 'still', 'walk']);
  });

  it('stands still where it says so, and only there', () => {
    const pose = new Float64Array(18);
    for (let seed = 0; seed < 16; seed += 1) {
      const body = make(seed);
      for (const { start_s, end_s, kind } of body.truth.activities) {
        let [low, high, x0, far] = [Infinity, -Infinity, Number.NaN, 0];
        // a foot just set down is still coming down
        for (let t = start_s + 0.6; t < end_s - (kind === 'still' ? 0.3 : 0); t += 0.01) {
          body.pose(t, pose);
          low = Math.min(low, pose[4]!);
          high = Math.max(high, pose[4]!);
          if (Number.isNaN(x0)) x0 = pose[0]!;
          far = Math.max(far, Math.abs(pose[0]! - x0));
        }
        if (kind === 'still') {
          expect((high - low) * DEG, `seed ${seed} at ${start_s} s`).toBeLessThan(1);
          expect(far).toBeLessThan(0.003);
        } else expect((high - low) * DEG, `seed ${seed} at ${start_s} s`).toBeGreaterThan(10);
      }
    }
  });

  it('takes what has room', () => {
    for (const seconds of [20, 30, 45]) {
      for (let seed = 0; seed < 10; seed += 1) {
        const { activities } = make(seed, seconds).truth;
        expect(activities.at(-1)!.end_s).toBe(seconds);
        for (const { start_s, end_s } of activities) expect(end_s).toBeGreaterThan(start_s);
      }
    }
  });
});
