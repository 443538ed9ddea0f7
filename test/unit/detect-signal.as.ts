// What the detector looks at: square root, second difference, levels and rates on signals made by hand.
import { root, Signal, Turn } from "../../firmware/detect/signal";

const SIGNAL_AT: usize = memory.data(192, 16);
const signal: Signal = changetype<Signal>(SIGNAL_AT);
const TURN_AT: usize = memory.data(16, 16);
const PERIOD_US: u64 = 2400;

/** Samples that the filters take before they deliver, the tenth is the first delivered. */
const FILLING: i32 = 9;

function begin(odr_hz: i32, gyro: bool): void {
  memory.fill(SIGNAL_AT, 0, 192);
  signal.reset(odr_hz, gyro);
}

/** A rate kept by hand. */
function turn(x: i32, y: i32, z: i32, rate: i32): Turn {
  const made = changetype<Turn>(TURN_AT);
  made.rate = rate;
  made.x = x;
  made.y = y;
  made.z = z;
  return made;
}

/** A sample `n` periods in, force along z only. */
function rest(n: i32, z_mg: i32): bool {
  return signal.push(1000000 + <u64>n * PERIOD_US, 0, 0, z_mg, 0, 0, 0, false);
}

/** Forces kx·n², ky·n² for n in 0..19: their second difference over 2·s samples is 2·s²·k everywhere. */
function parabola(odr_hz: i32, kx_mg: i32, ky_mg: i32): i32 {
  begin(odr_hz, true);
  for (let n: i32 = 0; n < 20; n++) signal.push(1000000 + <u64>n * PERIOD_US, kx_mg * n * n, ky_mg * n * n, 0, 0, 0, 0, false);
  return signal.jolt_mg;
}

/** (r − 1)² ≤ x ≤ (r + 1)². */
function withinOne(x: u32): bool {
  const r = <u64>root(x);
  return (r == 0 || (r - 1) * (r - 1) <= x) && x <= (r + 1) * (r + 1);
}

/** Within 1 or a part in 3000, whichever is more: 3000²(r − √x)² ≤ x, written without the root. */
function withinPart(x: u32): bool {
  if (withinOne(x)) return true;
  const r = <i64>root(x);
  const low = r - 1 - r / 3000;
  const high = r + 1 + r / 3000;
  return low * low <= <i64>x && <i64>x <= high * high;
}

describe("root", () => {
  test("of 0, 1 and small squares is exact", () => {
    for (let r: i32 = 0; r < 64; r++) expect(root(r * r)).toBe(r);
  });
  test("is within 1 for everything below 2 g, and around every square up to 3 g", () => {
    let wrong: i32 = 0;
    for (let x: u32 = 0; x < 200000; x++) if (!withinOne(x)) wrong++;
    for (let x: u32 = 200000; x < 4000000; x += 97) if (!withinOne(x)) wrong++;
    for (let r: u32 = 1; r < 3000; r++) if (!withinOne(r * r - 1) || !withinOne(r * r) || !withinOne(r * r + 1)) wrong++;
    expect(wrong).toBe(0);
  });
  test("is within 1 + r/3000 up to the largest u32", () => {
    let wrong: i32 = 0;
    for (let x: u32 = 1; x < 0xffff0000; x += 65521) if (!withinPart(x)) wrong++;
    for (let bit: u32 = 1; bit < 32; bit++) {
      const power: u32 = 1 << bit;
      if (!withinPart(power - 1) || !withinPart(power) || !withinPart(power + 1)) wrong++;
    }
    if (!withinPart(u32.MAX_VALUE)) wrong++;
    expect(wrong).toBe(0);
  });
});

describe("signal", () => {
  test("delivers from the tenth sample on", () => {
    begin(416, true);
    for (let n: i32 = 0; n < FILLING; n++) expect(rest(n, 1000)).toBe(false);
    expect(rest(FILLING, 1000)).toBe(true);
    expect(signal.dt_us).toBe(2400);
  });
  test("rest has no jolt, level and mean of 1 g", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 200; n++) rest(n, 1000);
    expect(signal.force_mg).toBe(1000);
    expect(signal.level_mg).toBe(1000);
    expect(signal.mean_q4).toBe(16000);
    expect(signal.jolt_mg).toBe(0);
    expect(signal.rate).toBe(0);
  });
  test("a steady climb has no jolt", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 30; n++) signal.push(1000000 + <u64>n * PERIOD_US, 40 * n, -20 * n, 12 * n, 0, 0, 0, false);
    expect(signal.jolt_mg).toBe(0);
  });
  test("a parabola's second difference grows with the square of the span: 1, 1, 2, 4 samples", () => {
    expect(parabola(104, 4, 0)).toBe(8);
    expect(parabola(208, 4, 0)).toBe(8);
    expect(parabola(416, 4, 0)).toBe(32);
    expect(parabola(833, 4, 0)).toBe(128);
  });
  test("the jolt is the length of the vector", () => {
    expect(parabola(104, 12, 16)).toBe(40);
    expect(parabola(104, -12, 16)).toBe(40);
    expect(parabola(416, 16, -12)).toBe(160);
  });
  test("the jolt belongs to the sample in the middle", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 40; n++) {
      rest(n, n == 30 ? 5000 : 1000);
      if (n == 32) {
        // 1000 − 2·5000 + 1000
        expect(signal.jolt_mg).toBe(8000);
        expect(signal.centre_us).toBe(1000000 + 30 * PERIOD_US);
      }
    }
  });
  test("level and mean follow a step by an eighth and a 256th of the rest a sample at 416 Hz", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 20; n++) rest(n, 1000);
    rest(20, 1800);
    expect(signal.level_mg).toBe(1100);
    expect(signal.mean_q4).toBe(16050);
    expect(signal.before_mg).toBe(1000);
    expect(signal.climb_mg).toBe(800);
    rest(21, 1800);
    expect(signal.level_mg).toBe(1187);
    expect(signal.climb_mg).toBe(800);
    rest(22, 1800);
    expect(signal.climb_mg).toBe(0);
  });
  test("rates are smoothed by a quarter a sample at 416 Hz, not at all at 104 Hz", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 20; n++) rest(n, 1000);
    signal.push(1000000 + 20 * PERIOD_US, 0, 0, 1000, 1000, 0, 0, false);
    expect(signal.rate_x).toBe(250);
    signal.push(1000000 + 21 * PERIOD_US, 0, 0, 1000, 1000, 0, 0, false);
    expect(signal.rate_x).toBe(437);
    begin(104, true);
    for (let n: i32 = 0; n < 20; n++) signal.push(1000000 + <u64>n * 9615, 0, 0, 1000, 300, -400, 0, false);
    expect(signal.rate).toBe(500);
    expect(signal.along(turn(0, 500, 0, 500))).toBe(-400);
    expect(signal.along(turn(300, -400, 0, 500))).toBe(500);
    expect(signal.along(turn(400, 300, 0, 500))).toBe(0);
    expect(signal.along(turn(0, 0, 0, 0))).toBe(0);
    const kept = turn(0, 0, 0, 0);
    signal.keep(kept);
    expect(kept.x).toBe(300);
    expect(kept.y).toBe(-400);
    expect(kept.z).toBe(0);
    expect(signal.along(kept)).toBe(500);
  });
  test("the delay of the smoothed rate is 7, 3, 1, 0 samples", () => {
    begin(833, true);
    expect(signal.delay_us()).toBe(7 * 1200);
    begin(416, true);
    expect(signal.delay_us()).toBe(3 * 2403);
    begin(208, true);
    expect(signal.delay_us()).toBe(4807);
    begin(104, true);
    expect(signal.delay_us()).toBe(0);
  });
  test("without gyroscope the rate stands for the level's distance from 1 g, whatever the rates say", () => {
    begin(104, false);
    for (let n: i32 = 0; n < 40; n++) signal.push(1000000 + <u64>n * 9615, 0, 1250, 0, 9000, 9000, 9000, false);
    expect(signal.rate).toBe(500);
    expect(signal.along(turn(1, 2, 3, 4))).toBe(500);
  });
  test("a hole counts as 100 ms at most, and moves the mean period by a 16th of at most 40 ms", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 30; n++) rest(n, 1000);
    expect(signal.period_us).toBe(2400);
    signal.push(1000000 + 29 * PERIOD_US + 700000, 0, 0, 1000, 0, 0, 0, false);
    expect(signal.dt_us).toBe(100000);
    expect(signal.period_us).toBe(4750); // (15·2400 + 40000) / 16
  });
  test("while the motor runs it sees the mean of 1, 2, 4, 8 samples, and knows how late that is", () => {
    for (let rate: i32 = 0; rate < 4; rate++) {
      const odr_hz = rate == 0 ? 104 : rate == 1 ? 208 : rate == 2 ? 416 : 833;
      const box = 1 << rate;
      begin(odr_hz, true);
      const period_us: u64 = 1000000 / odr_hz;
      for (let n: i32 = 0; n < 40; n++) signal.push(1000000 + <u64>n * period_us, 0, 0, (n & 1) == 0 ? 2000 : 0, 0, 0, 0, true);
      expect(signal.force_mg).toBe(box == 1 ? 0 : 1000);
      if (box > 1) expect(signal.jolt_mg).toBe(0);
      expect(<u64>signal.lag_us).toBe((period_us * (box - 1)) >> 1);
      expect(signal.centre_us).toBe(signal.t_us - <u64>signal.span * period_us - <u64>signal.lag_us);
      signal.push(1000000 + 40 * period_us, 0, 0, 2000, 0, 0, 0, false);
      expect(signal.force_mg).toBe(2000);
      expect(signal.lag_us).toBe(0);
    }
  });
  test("the largest readings do not overflow", () => {
    begin(416, true);
    for (let n: i32 = 0; n < 40; n++) {
      const sign: i32 = (n & 2) == 0 ? 1 : -1;
      signal.push(1000000 + <u64>n * PERIOD_US, 16384 * sign, 16384 * sign, 16384 * sign, 20000, 20000, 20000, false);
    }
    // |(16384, 16384, 16384)| = 28378; the second difference of an alternating sign is four times that
    expect(abs(signal.force_mg - 28378) < 11).toBe(true);
    expect(abs(signal.jolt_mg - 4 * 28378) < 44).toBe(true);
    expect(abs(signal.rate - 34641) < 40).toBe(true);
  });
});
