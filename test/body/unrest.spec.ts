// Movements that are none: nothing to count, contacts only where the foot truly leaves the ground, angles as people show them.

import { describe, expect, it } from 'vitest';
import { createBody, type PosedBody } from '../../sim/body/body.ts';
import { soles } from './pose.ts';

const KINDS = ['squat', 'lunge', 'tie', 'sit', 'fidget'] as const;
const DEG = 180 / Math.PI;
const SECONDS = 40;

const make = (kind: (typeof KINDS)[number], seed: number): PosedBody => createBody(kind, { seconds: SECONDS, seed });

/** Heights (m) of heel and ball and pitch and roll (°), every 2 ms. */
function track(body: PosedBody): { heel: number; ball: number; pitch: number; roll: number }[] {
  const pose = new Float64Array(18);
  return Array.from({ length: 500 * SECONDS }, (_, k) => ({ ...soles(body, k / 500, pose), pitch: pose[4]! * DEG, roll: pose[3]! * DEG }));
}

describe.each(KINDS)('%s', (kind) => {
  it('is no raise, no hop, and one activity of no kind between two times of standing still', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const { truth } = make(kind, seed);
      expect([truth.reps, truth.holds, truth.taps, truth.hops]).toEqual([[], [], [], 0]);
      const other = truth.activities.filter((activity) => activity.kind === 'other');
      expect(other.length).toBe(1);
      expect(other[0]!.start_s).toBe(2);
      expect(other[0]!.end_s).toBeGreaterThan(SECONDS / 2);
      expect(other[0]!.end_s).toBeLessThanOrEqual(SECONDS - 1.5);
      expect(truth.activities.map((activity) => activity.kind)).toEqual(['still', 'other', 'still']);
    }
  });

  it('moves where it says so, and is still before and after', () => {
    const pose = new Float64Array(18);
    for (let seed = 0; seed < 8; seed += 1) {
      const body = make(kind, seed);
      for (const activity of body.truth.activities) {
        let [low, high] = [Infinity, -Infinity];
        for (let t = activity.start_s; t < activity.end_s; t += 0.01) {
          body.pose(t, pose);
          // roll of a foot that stands wanders by tenths of a degree
          const turned = (pose[4]! + pose[5]!) * DEG;
          low = Math.min(low, turned);
          high = Math.max(high, turned);
        }
        if (activity.kind === 'still') expect(high - low, `seed ${seed} at ${activity.start_s} s`).toBeLessThan(0.01);
        else expect(high - low, `seed ${seed}`).toBeGreaterThan(0.2);
      }
    }
  });

  it('leaves the ground when truth says so', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const body = make(kind, seed);
      const { contacts } = body.truth;
      const motion = track(body);
      // a shoe that is tied on the other knee is never down
      if (kind === 'tie' && motion.every(({ heel, ball }) => Math.min(heel, ball) > 0.1)) continue;
      const changes: number[] = [];
      let down = true;
      for (const [k, { heel, ball }] of motion.entries()) {
        const now = Math.min(heel, ball) < 0;
        if (now !== down) changes.push(k / 500);
        down = now;
      }
      expect(changes.length, `seed ${seed}`).toBe(2 * contacts.length);
      for (const [i, { ic_s, tc_s }] of contacts.entries()) {
        expect(Math.abs(changes[2 * i + 1]! - ic_s)).toBeLessThan(0.0025);
        expect(tc_s === null).toBe(i === contacts.length - 1);
        if (tc_s !== null) expect(Math.abs(changes[2 * i + 2]! - tc_s)).toBeLessThan(0.0025);
      }
      expect(Math.min(...motion.map(({ heel, ball }) => Math.min(heel, ball)))).toBeGreaterThan(-0.03);
    }
  });

  it('moves with what people show, and differs between wearers', () => {
    const out = new Float64Array(6);
    const seen = new Set<string>();
    for (let seed = 0; seed < 12; seed += 1) {
      const body = make(kind, seed);
      let [fastest_dps, highest_g] = [0, 0];
      for (let k = 0; k < SECONDS * 208; k += 1) {
        body.sample(k / 208, out);
        fastest_dps = Math.max(fastest_dps, Math.hypot(out[3]!, out[4]!, out[5]!));
        highest_g = Math.max(highest_g, Math.hypot(out[0]!, out[1]!, out[2]!));
      }
      seen.add(fastest_dps.toFixed(6));
      // cmu-squat: up to 41 dps and 1.6 g
      expect(fastest_dps).toBeGreaterThan(4);
      expect(fastest_dps).toBeLessThan(kind === 'squat' ? 60 : 1000);
      expect(highest_g).toBeLessThan(kind === 'squat' ? 1.6 : 40);
    }
    expect(seen.size).toBe(12);
  });
});

describe('the foot', () => {
  it('of a squat stays flat, but for heels that rise a little with some', () => {
    const highest = Array.from({ length: 20 }, (_, seed) => Math.max(...track(make('squat', seed)).map(({ pitch }) => pitch)));
    expect(Math.max(...highest)).toBeLessThan(11);
    expect(highest.filter((pitch) => pitch > 3).length).toBeGreaterThan(3);
    expect(highest.filter((pitch) => pitch < 3).length).toBeGreaterThan(3);
  });

  it('of a lunge steps ahead and back, and stands on its ball, the heel at 30 to 60 degrees, when it is the rear one', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const body = make('lunge', seed);
      const motion = track(body);
      const { contacts } = body.truth;
      expect(contacts.length).toBeGreaterThan(3);
      expect(contacts.length % 2).toBe(0);
      let rear = 0;
      for (const { ball, pitch } of motion) if (ball < 0) rear = Math.max(rear, pitch);
      expect(rear).toBeGreaterThan(26);
      expect(rear).toBeLessThan(68);
    }
  });
});
