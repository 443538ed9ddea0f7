// The sample clock against the true instants of the samples: acquisition, steady error, drift, jumps of the rate.
import { describe, expect, test } from "vitest";
import { Board, timing, type Got } from "./board.ts";

const CHIPS = ["lsm6dso", "lsm6ds3trc"] as const;
const RATES = [52, 104, 208, 416, 833] as const;

function after(got: readonly Got[], seconds: number): Got[] {
  const from_us = got[0]!.t_us + seconds * 1e6;
  return got.filter(({ t_us }) => t_us >= from_us);
}

/** Times rise, and no sample was lost or given out twice. */
function check(got: readonly Got[]): void {
  const wrong = got.filter((sample, index) => {
    const last = got[index - 1];
    return last !== undefined && (sample.t_us <= last.t_us || sample.number !== last.number + 1 || sample.lost_before !== 0);
  });
  expect(wrong).toEqual([]);
}

describe.each(CHIPS)("sample clock, %s", (chip) => {
  test.each(RATES.flatMap((odr_hz) => [-400_000, -50_000, 0, 50_000, 400_000].map((ppm) => [odr_hz, ppm] as const)))(
    "%i Hz, sensor off by %i ppm",
    async (odr_hz, rate_error_ppm) => {
      for (let seed = 1; seed <= 2; seed += 1) {
        const board = await Board.make({ chip, odr_hz, rate_error_ppm, seed, gyro: seed !== 2 });
        board.run(8);
        const { got } = board;
        check(got);
        expect(got.length).toBeGreaterThan(odr_hz * (1 + rate_error_ppm / 1e6) * 7.6);
        expect(timing(got).max_us).toBeLessThan(2000);
        expect(timing(after(got, 1)).max_us).toBeLessThan(500);
        expect(timing(after(got, 2)).rms_us).toBeLessThan(60);
        expect(Math.abs(board.rate_mhz / 1000 / board.part.rate_hz - 1)).toBeLessThan(100e-6);
        expect(board.lost).toBe(0);
        expect(board.violations).toEqual([]);
      }
    },
  );

  test("the distribution of the steady error: 0.3 ms RMS is far away", async () => {
    const errors: number[] = [];
    for (let seed = 1; seed <= 10; seed += 1) {
      const board = await Board.make({ chip, rate_error_ppm: 5000 * (seed - 5), drift_ppm_s: 20, seed });
      board.run(12);
      for (const { t_us, truth_us } of after(board.got, 1)) errors.push(t_us - truth_us);
    }
    errors.sort((a, b) => a - b);
    const at = (share: number): number => errors[Math.floor(share * (errors.length - 1))]!;
    expect(at(0.5)).toBeGreaterThan(-30);
    expect(at(0.5)).toBeLessThan(50);
    expect(at(0.001)).toBeGreaterThan(-150);
    expect(at(0.999)).toBeLessThan(200);
  });

  test("steps that come on time leave 2 µs", async () => {
    const board = await Board.make({ chip, jitter_us: 0, rate_error_ppm: 31_415 });
    board.run(5);
    expect(timing(after(board.got, 1)).max_us).toBeLessThan(3);
  });

  test("steps up to 1 ms late cost no more than that", async () => {
    const board = await Board.make({ chip, jitter_us: 1000, rate_error_ppm: -20_000 });
    board.run(10);
    check(board.got);
    expect(timing(after(board.got, 1)).max_us).toBeLessThan(1000);
  });

  test("a drift of 500 ppm a second is followed", async () => {
    const board = await Board.make({ chip, drift_ppm_s: 500 });
    board.run(20);
    check(board.got);
    expect(timing(after(board.got, 1)).rms_us).toBeLessThan(100);
  });

  test.each([2000, -2000, 20_000, -20_000])("a jump of the rate by %i ppm is learnt within two seconds", async (ppm) => {
    const board = await Board.make({ chip });
    board.run(3);
    board.part.changeRate(ppm);
    const before = board.got.length;
    board.run(6);
    check(board.got);
    const later = board.got.slice(before);
    expect(timing(later).max_us).toBeLessThan(1000);
    expect(timing(after(later, 2)).rms_us).toBeLessThan(60);
  });

  test("half an hour does not lose the grid", async () => {
    const board = await Board.make({ chip, odr_hz: 52, gyro: false, rate_error_ppm: 12_345, drift_ppm_s: 5 });
    board.run(1800);
    check(board.got);
    expect(timing(after(board.got, 1700)).rms_us).toBeLessThan(60);
  });

  test("a change of rate keeps the learnt error: the first batch is right", async () => {
    const board = await Board.make({ chip, odr_hz: 416, rate_error_ppm: 45_000 });
    board.run(3);
    const before = board.got.length;
    expect(board.configure({ odr_hz: 104 })).toBe(0);
    board.run(3);
    const later = board.got.slice(before);
    expect(later[0]!.t_us).toBeGreaterThan(board.got[before - 1]!.t_us);
    expect(later[0]!.lost_before).toBe(0);
    expect(timing(later).max_us).toBeLessThan(350);
    check(later.slice(1));
  });
});
