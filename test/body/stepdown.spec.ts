// The tapping foot of a step-down: leaves a step, touches the floor and is back when truth says so, and not through the step.

import { describe, expect, it } from 'vitest';
import { createBody, NO_TRUTH, subject, type PosedBody } from '../../sim/body/body.ts';
import { quantile, soles } from './pose.ts';

const VARIANTS = ['controlled', 'stomping', 'missed'];
const SECONDS = 60;
const STEP_S = 0.001;

/** Heights (m) over the floor and places forward (m, from where the ball stood) of heel and ball, and pitch (rad), on a grid of STEP_S. */
interface Track {
  body: PosedBody;
  step_m: number;
  low: Float64Array;
  heel: Float64Array;
  ball: Float64Array;
  heelAt: Float64Array;
  ballAt: Float64Array;
  pitch: Float64Array;
}

function track(seed: number, variant: string): Track {
  const body = createBody('step-down', { seconds: SECONDS, seed, variant });
  const pose = new Float64Array(18);
  const { heel_m, ankle_back_m, ankle_up_m } = body.subject.foot;
  const count = Math.round(SECONDS / STEP_S);
  const [low, heel, ball, heelAt, ballAt, pitch] = Array.from({ length: 6 }, () => new Float64Array(count)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let start = 0;
  for (let k = 0; k < count; k += 1) {
    const at = soles(body, k * STEP_S, pose);
    heel[k] = at.heel;
    ball[k] = at.ball;
    low[k] = Math.min(at.heel, at.ball);
    pitch[k] = pose[4]!;
    const cos = Math.cos(pose[5]!);
    const along = (back: number): number => pose[0]! + cos * ((ankle_back_m - back) * Math.cos(pitch[k]!) - ankle_up_m * Math.sin(pitch[k]!));
    if (k === 0) start = along(0);
    heelAt[k] = along(heel_m) - start;
    ballAt[k] = along(0) - start;
  }
  // the sole of the standing foot is pressed together
  return { body, step_m: low[0]! + 0.25 * body.subject.sole_m, low, heel, ball, heelAt, ballAt, pitch };
}

/** Spans in which the foot is on the floor, and how fast its lowest point came down, m/s. */
function touched(low: Float64Array): { from_s: number; to_s: number; fall: number }[] {
  const spans: { from_s: number; to_s: number; fall: number }[] = [];
  for (let k = 3; k < low.length; k += 1) {
    if (low[k]! < 0 && low[k - 1]! >= 0) spans.push({ from_s: k * STEP_S, to_s: Infinity, fall: (low[k - 3]! - low[k - 1]!) / (2 * STEP_S) });
    else if (low[k]! >= 0 && low[k - 1]! < 0) spans.at(-1)!.to_s = k * STEP_S;
  }
  return spans;
}

describe.each(VARIANTS)('a %s step-down', (variant) => {
  const all = Array.from({ length: 30 }, (_, seed) => track(seed, variant));

  it('is on the floor when truth says so and at no other time, clean when nothing is stomped or stood on', () => {
    for (const { body, low, pitch } of all) {
      const spans = touched(low);
      const name = `seed ${body.subject.seed}`;
      const { taps, ...rest } = body.truth;
      expect(rest, name).toEqual({ contacts: [], hops: 0, strides: 0, reps: NO_TRUTH.reps, holds: NO_TRUTH.holds, activities: NO_TRUTH.activities });
      expect(spans.length, name).toBe(taps.length);
      for (const [i, { from_s, to_s, fall }] of spans.entries()) {
        const { t_s, clean } = taps[i]!;
        expect(Math.abs(from_s - t_s), `${name} tap ${i}`).toBeLessThanOrEqual(0.0015);
        expect(clean, `${name} tap ${i}`).toBe(fall < 0.35 && to_s - from_s < 0.45);
        expect(fall).toBeGreaterThan(0.045);
        expect(fall).toBeLessThan(1.45);
        expect(to_s - from_s).toBeGreaterThan(0.078);
        expect(to_s - from_s).toBeLessThan(1.002);
        const toes = (-pitch[Math.round(t_s / STEP_S)]! * 180) / Math.PI;
        if (clean) {
          expect(fall).toBeLessThan(0.305);
          // the spread from tap to tap goes a little past what the wearers were drawn from
          expect(toes).toBeGreaterThan(7);
          expect(toes).toBeLessThan(37);
        }
      }
    }
  });

  it('leaves the step and is back on it, or at rest above it, when truth says so', () => {
    let above = 0;
    for (const { body, low, step_m } of all) {
      const { taps } = body.truth;
      const speedAt = (t_s: number): number => {
        const k = Math.round(t_s / STEP_S);
        return Math.abs(low[k + 2]! - low[k - 2]!) / (4 * STEP_S);
      };
      let hovers = 0;
      for (const [i, { start_s, t_s, end_s }] of taps.entries()) {
        const name = `seed ${body.subject.seed} tap ${i}`;
        const on = (at_s: number): boolean => Math.abs(low[Math.round(at_s / STEP_S)]! - step_m) < 0.001;
        expect(on(start_s) || speedAt(start_s) < 0.03, name).toBe(true);
        if (on(end_s)) {
          // down to the step with the speed people set a foot down with
          const k = Math.ceil(end_s / STEP_S);
          const fall = (low[k - 3]! - low[k - 1]!) / (2 * STEP_S);
          expect(fall, name).toBeGreaterThan(0.04);
          expect(fall, name).toBeLessThan(0.52);
        } else {
          hovers += 1;
          expect(speedAt(end_s), name).toBeLessThan(0.03);
          expect(low[Math.round(end_s / STEP_S)]!, name).toBeGreaterThan(step_m);
        }
        expect(t_s - start_s, name).toBeGreaterThan(0.69);
        expect(t_s - start_s, name).toBeLessThan(1.81);
        expect(end_s - t_s, name).toBeGreaterThan(0.6);
        expect(end_s - t_s, name).toBeLessThan(2.7);
        const next = taps[i + 1];
        if (next !== undefined) expect(next.start_s - end_s, name).toBeGreaterThan(0.19);
      }
      expect(SECONDS - taps.at(-1)!.end_s).toBeGreaterThan(0.9);
      if (hovers > 0) {
        above += 1;
        expect(hovers).toBeGreaterThanOrEqual(taps.length - 1);
      }
    }
    // about a third of the wearers
    expect(above).toBeGreaterThan(4);
    expect(above).toBeLessThan(17);
  });

  it('goes round the edge of the step', () => {
    for (const { body, step_m, heel, ball, heelAt, ballAt } of all) {
      const name = `seed ${body.subject.seed}`;
      let reach = 0;
      const through = { heel: 0, ball: 0 };
      for (let k = 0; k < heel.length; k += 1) {
        // what is lower than the sole pressed together on the step is in front of the edge, where the ball stood
        if (heel[k]! < step_m - 0.006 && heelAt[k]! < 0) through.heel += 1;
        if (ball[k]! < step_m - 0.006 && ballAt[k]! < 0.02) through.ball += 1;
        reach = Math.max(reach, ballAt[k]!);
      }
      expect(through, name).toEqual({ heel: 0, ball: 0 });
      expect(step_m, name).toBeGreaterThan(0.099);
      expect(step_m, name).toBeLessThan(0.201);
      expect(reach, name).toBeGreaterThan(0.18);
      expect(reach, name).toBeLessThan(0.46);
    }
  });

  it('goes as wrong as often as its name says', () => {
    const shares: number[] = [];
    for (const { body, low } of all) {
      const { taps } = body.truth;
      if (variant === 'missed') {
        // descents that turn back over the floor
        let missed = 0;
        let least = Infinity;
        for (const value of low) {
          if (value < 0.09) least = Math.min(least, value);
          else if (least !== Infinity) {
            if (least > 0) {
              missed += 1;
              expect(least, `seed ${body.subject.seed}`).toBeGreaterThan(0.019);
              expect(least, `seed ${body.subject.seed}`).toBeLessThan(0.061);
            }
            least = Infinity;
          }
        }
        shares.push(missed / (missed + taps.length));
      } else shares.push(1 - taps.filter(({ clean }) => clean).length / taps.length);
    }
    const [least, most] = variant === 'controlled' ? [0, 0] : variant === 'missed' ? [0.1, 0.36] : [0.15, 0.46];
    expect(quantile(shares, 0)).toBeGreaterThanOrEqual(least!);
    expect(quantile(shares, 1)).toBeLessThanOrEqual(most!);
  });

  it('moves without jolts but for the ground', () => {
    const out = new Float64Array(6);
    for (let seed = 0; seed < 30; seed += 1) {
      const make = (): PosedBody => createBody('step-down', { seconds: SECONDS, seed, variant, subject: { ...subject(seed), modes: [] } });
      const { taps } = make().truth;
      const felt = make();
      let most = 0;
      for (let k = 0; k < (SECONDS - 0.1) * 416; k += 1) {
        const t = k / 416;
        felt.sample(t, out);
        if (!taps.some(({ start_s, t_s }) => t > start_s - 0.2 && t < t_s - 0.004)) continue;
        most = Math.max(most, Math.abs(Math.hypot(out[0]!, out[1]!, out[2]!) - 1));
      }
      expect(most, `seed ${seed}`).toBeLessThan(variant === 'stomping' ? 2 : 1.3);
    }
  });
});

describe('step-downs', () => {
  it('are as many as asked for, or as fit', () => {
    const count = (seconds: number, reps?: number): number => createBody('step-down', { seconds, seed: 4, ...(reps === undefined ? {} : { reps }) }).truth.taps.length;
    expect(count(90, 15)).toBe(15);
    expect(count(90, 6)).toBe(6);
    expect(count(90, 0)).toBe(0);
    expect(count(60)).toBeGreaterThan(9);
    expect(count(60, 500)).toBe(count(60));
  });

  it('differ from wearer to wearer', () => {
    const tempi = Array.from({ length: 40 }, (_, seed) => {
      const { taps } = createBody('step-down', { seconds: 40, seed }).truth;
      return (taps.at(-1)!.t_s - taps[0]!.t_s) / (taps.length - 1);
    });
    expect(new Set(tempi).size).toBe(40);
    expect(quantile(tempi, 0.9) / quantile(tempi, 0.1)).toBeGreaterThan(1.25);
  });
});
