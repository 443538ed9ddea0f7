// Take-off and landing of a hopping foot, on the pose: the ball is the last to leave and the first to stop, the foot turns about it.

import { describe, expect, it } from 'vitest';
import { createBody, type PosedBody } from '../../sim/body/body.ts';
import { quantile, soles } from './pose.ts';

const G = 9.80665;
const TEMPI = [60, 100, 150, 200, 240];
const STEP_S = 0.0005;

/** Heights (m) of ball and ankle and the pitch (rad) on a grid of STEP_S, with centred differences per s. */
interface Track {
  body: PosedBody;
  ball: Float64Array;
  ankle: Float64Array;
  pitch: Float64Array;
  force_g: Float64Array;
}

function track(bpm: number, variant: string, seed: number): Track {
  const options = { seconds: 7, seed, bpm, variant };
  const body = createBody('pogo', options);
  const felt = createBody('pogo', options);
  const count = Math.round(options.seconds / STEP_S);
  const all = { body, ball: new Float64Array(count), ankle: new Float64Array(count), pitch: new Float64Array(count), force_g: new Float64Array(count) };
  const pose = new Float64Array(18);
  const out = new Float64Array(6);
  for (let k = 0; k < count; k += 1) {
    all.ball[k] = soles(body, k * STEP_S, pose).ball;
    all.ankle[k] = pose[2]!;
    all.pitch[k] = pose[4]!;
    felt.sample(k * STEP_S, out);
    all.force_g[k] = Math.hypot(out[0]!, out[1]!, out[2]!);
  }
  return all;
}

function speed(of: Float64Array, k: number): number {
  return (of[k + 1]! - of[k - 1]!) / (2 * STEP_S);
}

function tracks(bpm: number): Track[] {
  return ['single', 'double'].flatMap((variant) => Array.from({ length: 15 }, (_, i) => track(bpm, variant, 2 * i)));
}

describe.each(TEMPI)('pogo at %d/min', (bpm) => {
  const all = tracks(bpm);

  it('leaves the ground with the ball, the foot turning its fastest', () => {
    const rates: number[] = [];
    for (const { body, ball, ankle, pitch } of all) {
      const { ankle_back_m, ankle_up_m } = body.subject.foot;
      const { contacts } = body.truth;
      for (let i = 0; i + 1 < contacts.length; i += 1) {
        const name = `seed ${body.subject.seed} contact ${i}`;
        const { ic_s, tc_s } = contacts[i]!;
        const off = Math.round(tc_s! / STEP_S);
        // the sole gives back some millimetres, no more
        expect(Math.abs(ball[off]!), name).toBeLessThan(2e-4);
        for (let k = off - 80; k < off; k += 1) expect(speed(ball, k), name).toBeLessThan(0.3);
        expect(ball[off]! - ball[off - 80]!, name).toBeLessThan(0.008);
        let peak = off;
        for (let k = off - 100; k < off + 40; k += 1) if (speed(pitch, k) > speed(pitch, peak)) peak = k;
        // Falbriard et al. 2018: the peak of the push-off's turning is within some 12 ms of the force's end
        expect((off - peak) * STEP_S, name).toBeLessThan(0.01);
        expect((peak - off) * STEP_S, name).toBeLessThan(0.003);
        const rate = speed(pitch, off);
        rates.push(rate);
        expect(rate / speed(pitch, peak), name).toBeGreaterThan(0.93);
        // what lifts the ankle is the turning of a rigid foot about a ball that stays
        const lift = rate * (ankle_back_m * Math.cos(pitch[off]!) - ankle_up_m * Math.sin(pitch[off]!));
        expect(Math.abs(speed(ankle, off) - lift - speed(ball, off)), name).toBeLessThan(0.02);
        // the turning of the push-off is over after 50 ms
        const settled = Math.min(off + 100, Math.round(contacts[i + 1]!.ic_s / STEP_S) - 4);
        expect(speed(pitch, settled), name).toBeLessThan(0.15 * rate + 0.5);
        // the heel only rises once it rises
        const lowest = pitch.subarray(Math.round(ic_s / STEP_S), off).reduce((least, value) => Math.min(least, value));
        expect(lowest, name).toBeGreaterThan(-0.005);
      }
    }
    const most = quantile(rates, 0.9) * (180 / Math.PI);
    // recorded jumps of 2 m/s: 500–600 dps; hops are slower the shorter they fly
    expect(most).toBeLessThan(630);
    expect(quantile(rates, 0.5) * (180 / Math.PI)).toBeGreaterThan(bpm <= 100 ? 420 : 180);
  });

  it('lands on the ball with the speed of the fall, and the clip feels its stop', () => {
    const peaks: number[] = [];
    for (const { body, ball, ankle, pitch, force_g } of all) {
      const { foot, landing_s, clip_m } = body.subject;
      const { contacts } = body.truth;
      for (let i = 1; i < contacts.length; i += 1) {
        const name = `seed ${body.subject.seed} contact ${i}`;
        const on = Math.round(contacts[i]!.ic_s / STEP_S);
        const before = on - 2;
        const flight = contacts[i]!.ic_s - contacts[i - 1]!.tc_s!;
        const fall = -speed(ball, before);
        // a foot that turns a little as it lands shifts this
        expect(fall / (0.5 * G * flight), name).toBeGreaterThan(0.6);
        expect(fall / (0.5 * G * flight), name).toBeLessThan(1.45);
        // stopped, but for what the sole gives back
        const after = on + Math.round(landing_s / STEP_S);
        expect(Math.abs(speed(ball, after)), name).toBeLessThan(0.25 * fall + 0.05);
        // the falling leg turns the foot: the ankle is slowed down, not sped up (but by gravity until the leg pushes), and not stopped at once
        expect(speed(ankle, after) / speed(ankle, before), name).toBeGreaterThan(0.2);
        expect(-speed(ankle, after), name).toBeLessThan(-0.9 * speed(ankle, before) + 0.5 * G * landing_s);
        // change of speed at the clip of a rigid foot whose ball has stopped, against free fall, over the time that it took
        const share = -clip_m[0] / foot.ankle_back_m;
        const up = fall + share * (speed(ankle, after) - speed(ankle, before) - fall) + G * landing_s;
        const along = (speed(pitch, after) - speed(pitch, before)) * (clip_m[2] * Math.cos(pitch[on]!) - clip_m[0] * Math.sin(pitch[on]!));
        const peak = force_g.subarray(on, on + 80).reduce((most, value) => Math.max(most, value));
        peaks.push(peak);
        // a loose clip gives way
        expect(peak, name).toBeGreaterThan((0.6 * Math.hypot(up, along)) / landing_s / G);
      }
    }
    // recorded landings of jumps, 2 m/s, one shoe: 12–18 g; our hardest shoes stop in 8 ms
    expect(quantile(peaks, 0)).toBeGreaterThan(1.8);
    expect(quantile(peaks, 0.05)).toBeGreaterThan(2.5);
    expect(quantile(peaks, 0.5)).toBeGreaterThan(5);
    expect(quantile(peaks, 0.9)).toBeLessThan(40);
  });
});
