// The driver against faults of sensor, bus and board: what is noticed, what is lost, and that it goes on by itself with right times.
import { describe, expect, test } from "vitest";
import {
  FAULT_IMU_ABSENT, FAULT_IMU_LOST, FAULT_IMU_NACK, FAULT_IMU_OVERRUN, FAULT_IMU_RESET, FAULT_IMU_STALL,
} from "../../firmware/wire/layout.ts";
import { Board, timing, type BoardOptions, type Got } from "./board.ts";

const CHIPS = ["lsm6dso", "lsm6ds3trc"] as const;
const RUN = 5; // IMU_RUN
const ALL = [FAULT_IMU_ABSENT, FAULT_IMU_NACK, FAULT_IMU_OVERRUN, FAULT_IMU_LOST, FAULT_IMU_RESET, FAULT_IMU_STALL];

interface Outcome {
  readonly board: Board;
  /** Samples given out from the fault on. */
  readonly later: Got[];
  readonly first: Got;
}

async function during(options: BoardOptions, fault: (board: Board) => void, seconds = 5): Promise<Outcome> {
  const board = await Board.make({ rate_error_ppm: 17_000, ...options });
  board.run(3);
  const before = board.got.length;
  fault(board);
  board.run(seconds);
  const later = board.got.slice(before);
  expect(board.state).toBe(RUN);
  expect(rises(board.got)).toBe(true);
  expect(board.violations).toEqual([]);
  expect(board.samples).toBe(board.got.length);
  // Whatever happened, the clock is right again at the end.
  expect(timing(later.slice(-100)).max_us).toBeLessThan(300);
  return { board, later, first: board.got[before - 1]! };
}

function rises(got: readonly Got[]): boolean {
  return got.every(({ t_us }, index) => index === 0 || t_us > got[index - 1]!.t_us);
}

/** Faults other than these did not happen. */
function only(board: Board, ...codes: readonly number[]): void {
  for (const code of ALL) if (!codes.includes(code)) expect([code, board.faults(code)]).toEqual([code, 0]);
  for (const code of codes) expect([code, board.faults(code) > 0]).toEqual([code, true]);
}

/** Every hole in the sample numbers is announced, with its size, on the sample after it. */
function announced(outcome: Outcome): void {
  const all = [outcome.first, ...outcome.later];
  expect(all.filter(({ number, lost_before }, index) => index > 0 && lost_before !== number - all[index - 1]!.number - 1)).toEqual([]);
}

describe.each(CHIPS)("%s", (chip) => {
  test("comes up without a fault and delivers within 0.2 s", async () => {
    const board = await Board.make({ chip });
    board.run(0.2);
    expect(board.chip).toBe(chip === "lsm6dso" ? 0x6c : 0x6a);
    expect(board.got.length).toBeGreaterThan(16);
    only(board);
    expect(board.violations).toEqual([]);
  });

  test("refuses rates and ranges it does not know", async () => {
    const board = await Board.make({ chip });
    for (const odr_hz of [0, 12, 51, 100, 417, 1666, -416]) expect(board.configure({ odr_hz })).toBe(-1);
    for (const range_g of [0, 2, 4, 15, 32]) expect(board.configure({ range_g })).toBe(-1);
    for (const odr_hz of [52, 104, 208, 416, 833]) expect(board.configure({ odr_hz, range_g: 8 })).toBe(0);
  });

  test("rates are scaled and 0 without the gyroscope", async () => {
    const board = await Board.make({ chip });
    board.run(3);
    // 0.5 LSB of 0.7 · 0.1 °/s a number, rounded to an LSB and then to 0.1 °/s.
    expect(board.got.filter(({ number, gyro_ddps }) => Math.abs(gyro_ddps - number * 0.35) > 0.9)).toEqual([]);
    expect(board.got.at(-1)!.gyro_ddps).toBeGreaterThan(300);
    board.configure({ gyro: false });
    const before = board.got.length;
    board.run(1);
    expect(board.got.slice(before).length).toBeGreaterThan(300);
    expect(board.got.slice(before).every(({ gyro_ddps }) => gyro_ddps === 0)).toBe(true);
  });

  test.each([0.05, 0.3, 0.55])("nobody reads it for %f s: no sample is lost, no time is wrong", async (seconds) => {
    const outcome = await during({ chip }, (board) => board.hold(seconds));
    announced(outcome);
    only(outcome.board);
    expect(timing(outcome.later).max_us).toBeLessThan(150);
  });

  test.each([[1.5, true], [3, true], [3, false]])("nobody reads it for %f s: the overrun is noticed, counted and timed", async (seconds, gyro) => {
    const outcome = await during({ chip, gyro }, (board) => board.hold(seconds));
    announced(outcome);
    only(outcome.board, FAULT_IMU_OVERRUN, FAULT_IMU_LOST);
    expect(outcome.board.faults(FAULT_IMU_OVERRUN)).toBe(1);
    expect(outcome.board.lost).toBe(outcome.later[0]!.lost_before);
    expect(timing(outcome.later).max_us).toBeLessThan(400);
  });

  test.each([1, 2, 3, 4, 5, 8, 13, 40])("%i samples vanish: counted, timed right from the next batch on", async (count) => {
    const { board, later } = await during({ chip }, (it) => it.part.dropNext(count));
    expect(board.lost).toBe(count);
    only(board, FAULT_IMU_LOST);
    expect(later.reduce((sum, { lost_before }) => sum + lost_before, 0)).toBe(count);
    expect(timing(later.slice(10)).max_us).toBeLessThan(150);
  });

  test.each([1, 2, 3, 4])("%i refused transfers cost no sample", async (count) => {
    const outcome = await during({ chip }, (board) => board.part.refuseNext(count));
    announced(outcome);
    only(outcome.board, FAULT_IMU_NACK);
    expect(outcome.board.faults(FAULT_IMU_NACK)).toBe(count);
  });

  test("a bus that refuses a transfer or two in every batch", async () => {
    const outcome = await during({ chip }, (board) => {
      for (let round = 0; round < 100; round += 1) {
        board.part.refuseNext(1 + (round % 2));
        board.run(0.03);
      }
    });
    announced(outcome);
    only(outcome.board, FAULT_IMU_NACK);
    expect(outcome.board.faults(FAULT_IMU_NACK)).toBe(150);
  });

  test("a sensor that does not answer for long is called absent once, and found again", async () => {
    const { board, later } = await during({ chip }, (it) => it.part.resetItself(1500));
    expect(board.faults(FAULT_IMU_ABSENT)).toBe(1);
    expect(board.faults(FAULT_IMU_NACK)).toBeLessThan(10);
    expect(later[0]!.lost_before).toBeGreaterThan(600);
    expect(timing(later).max_us).toBeLessThan(500);
  });

  test.each([0, 15, 60])("a sensor that resets itself for %i ms gets its settings again", async (for_ms) => {
    const { board, later, first } = await during({ chip }, (it) => it.part.resetItself(for_ms));
    expect(board.faults(FAULT_IMU_ABSENT)).toBe(0);
    expect(board.faults(FAULT_IMU_STALL)).toBe(0);
    expect(board.faults(FAULT_IMU_RESET) + board.faults(FAULT_IMU_NACK)).toBeGreaterThan(0);
    if (for_ms < 30) expect(board.faults(FAULT_IMU_RESET)).toBe(1);
    expect(later[0]!.t_us - first.t_us).toBeLessThan(300_000);
    // The hole is announced by time: the sensor made no samples to be counted.
    const period_us = 1e6 / board.part.rate_hz;
    expect(Math.abs(later[0]!.lost_before + 1 - (later[0]!.truth_us - first.truth_us) / period_us)).toBeLessThan(0.6);
    expect(timing(later).max_us).toBeLessThan(350);
  });

  test.each([300, 1000, 3000])("a stall of %i ms is reported once per bring-up and its samples are announced", async (for_ms) => {
    const { board, later } = await during({ chip }, (it) => it.part.stall(for_ms));
    const period_us = 1e6 / board.part.rate_hz;
    expect(board.faults(FAULT_IMU_STALL)).toBeGreaterThanOrEqual(1);
    expect(board.faults(FAULT_IMU_STALL)).toBeLessThanOrEqual(2);
    expect(board.faults(FAULT_IMU_RESET)).toBe(0);
    expect(Math.abs(board.lost - (for_ms * 1000) / period_us)).toBeLessThan(for_ms > 2000 ? 120 : 2);
    expect(timing(later).max_us).toBeLessThan(350);
  });

  test.each([0, 1])("a line stuck at %i loses nothing", async (level) => {
    const outcome = await during({ chip }, (board) => {
      board.part.stick(level);
      board.run(2);
      board.part.stick(-1);
    });
    announced(outcome);
    only(outcome.board);
    expect(timing(outcome.later).max_us).toBeLessThan(300);
  });

  test("a line stuck while the sensor gets faster: no sample is given a time after it was seen", async () => {
    const outcome = await during({ chip }, (board) => {
      board.part.stick(0);
      board.part.changeRate(5000);
      board.run(10);
      expect(timing(board.got.slice(-500)).max_us).toBeLessThan(4000);
      board.part.stick(-1);
    });
    announced(outcome);
  });

  test("a line that never worked: it still delivers", async () => {
    const board = await Board.make({ chip });
    board.part.stick(0);
    board.run(4);
    expect(board.state).toBe(RUN);
    expect(timing(board.got.slice(-500)).max_us).toBeLessThan(5000);
  });

  test("steps for other reasons do not disturb it", async () => {
    const outcome = await during({ chip }, (board) => {
      for (let round = 0; round < 400; round += 1) {
        board.wake(board.now_us + 700, round % 3 === 0 ? 4 : 2);
        if (round % 20 === 0) board.run(0.02);
      }
    });
    announced(outcome);
    only(outcome.board);
    expect(outcome.board.lost).toBe(0);
  });

  test("faults at random, a second apart: it always comes back", async () => {
    const board = await Board.make({ chip, seed: 5 });
    board.run(2);
    for (let round = 0; round < 60; round += 1) {
      const kind = (round * 7) % 6;
      if (kind === 0) board.part.resetItself(round);
      else if (kind === 1) board.part.stall(round * 5);
      else if (kind === 2) board.part.refuseNext(round % 9);
      else if (kind === 3) board.part.dropNext(round % 11);
      else if (kind === 4) board.hold(0.02 * round);
      else board.part.changeRate(round % 2 === 0 ? 500 : -500);
      const before = board.got.length;
      board.run(1.5);
      expect(board.got.length - before).toBeGreaterThan(200);
      expect(timing(board.got.slice(-100)).max_us).toBeLessThan(400);
    }
    expect(rises(board.got)).toBe(true);
    expect(board.violations).toEqual([]);
  });
});
