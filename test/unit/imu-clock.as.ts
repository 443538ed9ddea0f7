// The sample clock by itself: exact watermarks, lateness, missing samples, a shift of the grid.
import { Clock } from "../../firmware/imu/clock";

const CLOCK_AT: usize = memory.data(128, 16);
const clock: Clock = changetype<Clock>(CLOCK_AT);

const BATCH: i32 = 8;
const PERIOD_US: u64 = 2500; // 400 Hz where 416 is nominal

function begin(): void {
  memory.fill(CLOCK_AT, 0, 128);
  clock.start(3);
}

/** Time of sample `n`. */
function taken(n: u64): u64 {
  return 1000000 + n * PERIOD_US;
}

/** Feeds batches [from, to), each seen `late` after its last sample; returns the largest error of the times given, µs. */
function feed(from: i32, to: i32, late_us: u64): i64 {
  let worst: i64 = 0;
  let last_us: u64 = 0;
  for (let batch: i32 = from; batch < to; batch++) {
    clock.observe(taken((batch + 1) * BATCH - 1) + late_us, BATCH - 1, 0);
    for (let i: i32 = 0; i < BATCH; i++) {
      const t_us: u64 = clock.take(last_us);
      last_us = t_us;
      if (batch > from) worst = max(worst, abs(<i64>(t_us - taken(batch * BATCH + i))));
    }
  }
  return worst;
}

describe("sample clock", () => {
  test("knows nothing before two batches", () => {
    begin();
    expect(clock.ready()).toBe(false);
    clock.observe(taken(7), 7, 0);
    expect(clock.ready()).toBe(false);
    expect(clock.missing(taken(100), 7, true)).toBe(0);
    clock.skip(BATCH);
    clock.observe(taken(15), 7, 0);
    expect(clock.ready()).toBe(true);
    expect(clock.period_q16 >> 16).toBe(2500);
  });
  test("two exact batches give the line within 1 µs", () => {
    begin();
    expect(feed(0, 100, 0) <= 1).toBe(true);
    expect(clock.known).toBe(1);
  });
  test("a constant lateness shifts the times by itself", () => {
    begin();
    expect(feed(0, 50, 200) <= 201).toBe(true);
  });
  test("counts what must be missing: whole periods only", () => {
    begin();
    feed(0, 60, 0);
    const newest: u64 = taken(60 * BATCH + 7);
    expect(clock.missing(newest, 7, true)).toBe(0);
    expect(clock.missing(newest + PERIOD_US - 400, 7, true)).toBe(0);
    expect(clock.missing(newest + PERIOD_US, 7, true)).toBe(1);
    expect(clock.missing(newest + 5 * PERIOD_US + 300, 7, true)).toBe(5);
    expect(clock.missing(newest + PERIOD_US - 100, 7, false)).toBe(0);
    expect(clock.missing(newest + 3 * PERIOD_US + 1200, 7, false)).toBe(3);
  });
  test("one very late step changes nothing; the grid found somewhere else is taken over", () => {
    begin();
    feed(0, 60, 0);
    const before: i64 = clock.next_q16;
    clock.observe(taken(60 * BATCH + 7) + 5000, 7, 0);
    expect(clock.next_q16).toBe(before);
    clock.observe(taken(60 * BATCH + 7) + 5000, 7, 0);
    clock.observe(taken(60 * BATCH + 7) + 5000, 7, 0);
    expect(clock.next_q16 - before).toBe(5000 << 16);
  });
  test("a sample cannot be younger than the moment it was seen", () => {
    begin();
    feed(0, 60, 0);
    const before: i64 = clock.next_q16;
    clock.bound(taken(60 * BATCH + 7), 7);
    expect(clock.next_q16).toBe(before);
    clock.bound(taken(60 * BATCH + 7) - 1300, 7);
    expect(abs(before - clock.next_q16 - (1000 << 16)) < 1 << 16).toBe(true);
  });
  test("times rise even when the line is put back", () => {
    begin();
    feed(0, 60, 0);
    const t_us: u64 = clock.take(0);
    clock.next_q16 -= 10 * clock.period_q16;
    expect(clock.take(t_us)).toBe(t_us + 1);
  });
  test("a new rate keeps the relative error learnt", () => {
    begin();
    feed(0, 60, 0);
    clock.start(1);
    expect(abs(clock.period_q16 - (10000 << 16)) < 2 << 16).toBe(true);
  });
  test("the count of samples in a hole is rounded to the nearest", () => {
    begin();
    feed(0, 60, 0);
    const last_us: u64 = taken(60 * BATCH - 1);
    expect(clock.gap(last_us)).toBe(0);
    clock.skip(9);
    expect(clock.gap(last_us)).toBe(9);
    expect(clock.gap(last_us + 900)).toBe(9);
    expect(clock.gap(last_us + 100 * PERIOD_US)).toBe(0);
  });
});
