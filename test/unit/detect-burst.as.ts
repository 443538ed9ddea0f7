// A burst of jolts: when it begins and ends, which of its thresholds tells the onset, what the motor's shaking takes off.
import { Burst } from "../../firmware/detect/burst";
import { Signal } from "../../firmware/detect/signal";

const BURST_AT: usize = memory.data(96, 16);
const OTHER_AT: usize = memory.data(96, 16);
const SIGNAL_AT: usize = memory.data(192, 16);
const burst: Burst = changetype<Burst>(BURST_AT);
const other: Burst = changetype<Burst>(OTHER_AT);
const signal: Signal = changetype<Signal>(SIGNAL_AT);

function begin(): void {
  memory.fill(BURST_AT, 0, 96);
  memory.fill(OTHER_AT, 0, 96);
  signal.box = 4;
}

function jolt(at_us: u64, jolt_mg: i32, shaken: bool = false, float_us: i32 = 0, hopping: bool = false): void {
  signal.centre_us = at_us;
  signal.jolt_mg = jolt_mg;
  burst.push(signal, shaken, float_us, hopping);
}

/** Jolts just above each threshold 2 ms apart from 10 ms on, then the peak: onset. */
function onset(peak_mg: i32): u64 {
  begin();
  jolt(10000, 1001);
  if (peak_mg > 1501) jolt(12000, 1501);
  if (peak_mg > 2501) jolt(14000, 2501);
  if (peak_mg > 4001) jolt(16000, 4001);
  jolt(18000, peak_mg);
  return burst.onset();
}

describe("burst", () => {
  test("begins above 1 g, not at it", () => {
    begin();
    jolt(10000, 1000);
    expect(burst.active).toBe(false);
    jolt(12000, 1001);
    expect(burst.active).toBe(true);
    expect(burst.begin_us).toBe(12000);
    expect(burst.peak_mg).toBe(1001);
  });
  test("ends when it has been quiet for more than 20 ms", () => {
    begin();
    jolt(10000, 3000);
    jolt(15000, 1200);
    jolt(35000, 900);
    expect(burst.active).toBe(true);
    jolt(35001, 900);
    expect(burst.active).toBe(false);
    expect(burst.last_us).toBe(15000);
    expect(burst.peak_mg).toBe(3000);
  });
  test("a jolt within the gap carries it on from its begin", () => {
    begin();
    jolt(10000, 3000);
    jolt(20000, 500);
    jolt(29000, 1100);
    jolt(48000, 500);
    expect(burst.active).toBe(true);
    expect(burst.begin_us).toBe(10000);
  });
  test("the onset is the first jolt above about a third of the peak", () => {
    expect(onset(1400)).toBe(10000);
    expect(onset(2500)).toBe(10000);
    expect(onset(2600)).toBe(12000);
    expect(onset(5000)).toBe(12000);
    expect(onset(5001)).toBe(14000);
    expect(onset(10000)).toBe(14000);
    expect(onset(10001)).toBe(16000);
    expect(onset(100000)).toBe(16000);
  });
  test("a jolt that passes all thresholds at once is its own onset", () => {
    begin();
    jolt(7000, 20000);
    expect(burst.onset()).toBe(7000);
  });
  test("a second burst forgets the first one's thresholds", () => {
    onset(20000);
    jolt(60000, 100);
    expect(burst.active).toBe(false);
    jolt(80000, 1300);
    expect(burst.begin_us).toBe(80000);
    expect(burst.low_us).toBe(0);
    expect(burst.middle_us).toBe(0);
    expect(burst.high_us).toBe(0);
    expect(burst.peak_mg).toBe(1300);
    expect(burst.onset()).toBe(80000);
  });
  test("while the motor runs 0.2 g are taken off, 0.7 g at rates too low to calm it", () => {
    begin();
    jolt(10000, 1200, true);
    expect(burst.active).toBe(false);
    jolt(12000, 1201, true);
    expect(burst.active).toBe(true);
    expect(burst.peak_mg).toBe(1001);
    jolt(14000, 2600, false);
    expect(burst.peak_mg).toBe(2600);
    begin();
    signal.box = 1;
    jolt(10000, 1700, true);
    expect(burst.active).toBe(false);
    jolt(12000, 1800, true);
    expect(burst.active).toBe(true);
    expect(burst.peak_mg).toBe(1100);
  });
  test("out of a float of 40 ms it begins above 0.7 g", () => {
    begin();
    jolt(10000, 701, false, 39999);
    expect(burst.active).toBe(false);
    jolt(12000, 700, false, 40000);
    expect(burst.active).toBe(false);
    jolt(14000, 701, false, 40000);
    expect(burst.active).toBe(true);
    expect(burst.onset()).toBe(14000);
  });
  test("a jolt 2.5 times as hard as all before it begins a burst of its own, not sooner than 30 ms after", () => {
    begin();
    jolt(10000, 2000);
    jolt(25000, 1100);
    jolt(40000, 5001);
    expect(burst.begin_us).toBe(10000);
    begin();
    jolt(10000, 2000);
    jolt(25000, 1100);
    jolt(40001, 5000);
    expect(burst.begin_us).toBe(10000);
    jolt(42000, 12501);
    expect(burst.begin_us).toBe(42000);
    expect(burst.onset()).toBe(42000);
  });
  test("1.5 times as hard will do while hopping", () => {
    begin();
    jolt(10000, 2000, false, 0, true);
    jolt(25000, 1100, false, 0, true);
    jolt(41000, 3000, false, 0, true);
    expect(burst.begin_us).toBe(10000);
    jolt(43000, 4501, false, 0, true);
    expect(burst.begin_us).toBe(43000);
  });
  test("brings force where it rises more than 0.5 g above the level it began at", () => {
    begin();
    signal.level_mg = 4000;
    signal.force_mg = 4500;
    jolt(10000, 2000);
    expect(burst.loads()).toBe(false);
    signal.level_mg = 0;
    signal.force_mg = 4501;
    jolt(12000, 2000);
    expect(burst.loads()).toBe(true);
  });
  test("keeps the float it ended, that of its first jolt", () => {
    begin();
    jolt(10000, 1500, false, 90000);
    jolt(12000, 9000, false, 5000);
    expect(burst.float_us).toBe(90000);
  });
  test("take copies everything", () => {
    onset(20000);
    other.take(burst);
    memory.fill(BURST_AT, 0, 96);
    expect(other.active).toBe(true);
    expect(other.onset()).toBe(16000);
    expect(other.peak_mg).toBe(20000);
    expect(other.last_us).toBe(18000);
  });
});
