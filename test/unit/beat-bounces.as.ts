// Bounce heights and double bounces of a row of landings.
import { Bounces } from "../../firmware/beat/bounces";
import { LOG_NONE } from "../../firmware/wire/layout";

const BOUNCES_AT: usize = memory.data(416, 16);
const TO_AT: usize = memory.data(16, 16);
const b: Bounces = changetype<Bounces>(BOUNCES_AT);
const T: u32 = 400_000;
const START_US: u64 = 5_000_000;

function clear(): void {
  for (let at: usize = 0; at < 416; at++) store<u8>(BOUNCES_AT + at, 0);
  for (let at: usize = 0; at < 16; at += 4) store<i32>(TO_AT + at, LOG_NONE);
}

/** A whole number within ±range, without a trend; of hop `index`. */
function chance(index: i32, range: i32): i32 {
  let x: u32 = <u32>index * 2654435761 + 12345;
  x ^= x >> 13;
  x *= 1597334677;
  x ^= x >> 16;
  return <i32>(x % (2 * range + 1)) - range;
}

/** Hops on the beat whose flights go evenly from one length to another, with a spread. */
function hop(count: i32, from_us: i32, to_us: i32, range_us: i32): void {
  for (let index: i32 = 0; index < count; index++) {
    b.add(START_US + <u64>index * T, from_us + ((to_us - from_us) * index) / count + chance(index, range_us), T);
  }
}

function value(index: i32): i32 {
  return load<i32>(TO_AT + (index << 2));
}

describe("bounces", () => {
  test("hold no more than they say", () => {
    expect(Bounces.BYTES).toBe(416);
  });

  test("of 0.2 s flights are 49.0 mm high, all thirds alike", () => {
    clear();
    hop(75, 200_000, 200_000, 0);
    expect(b.count).toBe(72);
    expect(b.judge(TO_AT)).toBe(false);
    for (let index: i32 = 0; index < 4; index++) expect(value(index)).toBe(index == 2 ? 0 : 490);
  });

  test("the first three are left out, nine are needed", () => {
    clear();
    hop(3, 260_000, 260_000, 0);
    hop(8, 200_000, 200_000, 0);
    expect(b.judge(TO_AT)).toBe(false);
    expect(value(0)).toBe(LOG_NONE);
    clear();
    hop(3, 230_000, 230_000, 0);
    hop(9, 200_000, 200_000, 0);
    b.judge(TO_AT);
    expect(value(3)).toBe(490);
  });

  test("thirds are cut like the host's: floor(n/3), floor(2n/3); the better of the first two counts", () => {
    clear();
    hop(3, 200_000, 200_000, 0);
    hop(3, 200_000, 200_000, 0);
    hop(4, 210_000, 210_000, 0);
    hop(4, 190_000, 190_000, 0);
    b.judge(TO_AT);
    expect(value(0)).toBe(540); // 210 ms
    expect(value(1)).toBe(442); // 190 ms
    // 3 of 490, 4 of 540, 4 of 442
    expect(value(3)).toBe(491);
  });

  test("the error is 1.96 standard errors of the difference of two thirds, from the spread about the line", () => {
    clear();
    hop(3, 200_000, 200_000, 0);
    // 490 twelve times, 540 six times: squares about the mean 10 000, of which the line explains 185; variance (10 000 - 185) / 16 = 613
    for (let index: i32 = 0; index < 18; index++) hop(1, index % 3 == 0 ? 210_000 : 200_000, 200_000, 0);
    b.judge(TO_AT);
    expect(value(0)).toBe(507);
    expect(value(2)).toBe(28); // 1.96 · sqrt(2 · 613 / 6)
    // A line alone is no spread.
    clear();
    hop(75, 200_000, 180_000, 0);
    b.judge(TO_AT);
    expect(value(2)).toBeLessThan(2);
  });

  test("10 % lost between thirds in 30 s is found within 7 % of spread, nothing is found without", () => {
    clear();
    hop(75, 200_000, 184_700, 12_000); // height 0.853: thirds 0.975, 0.878
    expect(b.judge(TO_AT)).toBe(true);
    expect(value(1) * 100).toBeLessThan(value(0) * 93);
    clear();
    hop(75, 200_000, 200_000, 12_000);
    expect(b.judge(TO_AT)).toBe(false);
    clear();
    hop(75, 184_700, 200_000, 12_000);
    expect(b.judge(TO_AT)).toBe(false);
  });

  test("a loss below a twentieth does not count, however sure", () => {
    clear();
    hop(75, 200_000, 195_000, 0);
    expect(b.judge(TO_AT)).toBe(false);
    clear();
    hop(75, 200_000, 190_000, 0);
    expect(b.judge(TO_AT)).toBe(true);
  });

  test("a loss within chance does not count, however large", () => {
    clear();
    // 9 heights, the last third lower by less than their spread
    hop(3, 200_000, 200_000, 0);
    for (let index: i32 = 0; index < 9; index++) hop(1, index % 2 == 0 ? (index < 6 ? 210_000 : 202_000) : 160_000, 0, 0);
    expect(b.judge(TO_AT)).toBe(false);
    expect((value(0) - value(1)) * 20).toBeGreaterThanOrEqual(value(0));
  });

  test("a longer set keeps every second height, then every fourth, and its thirds stay thirds", () => {
    clear();
    hop(3, 200_000, 200_000, 0);
    hop(300, 200_000, 200_000, 0);
    hop(300, 190_000, 190_000, 0);
    hop(300, 180_000, 180_000, 0);
    expect(b.doublings).toBe(3);
    expect(b.count).toBe(113);
    expect(b.judge(TO_AT)).toBe(true);
    expect(value(0)).toBe(490);
    expect(value(1)).toBe(397);
    expect(abs(value(3) - 443)).toBeLessThan(2);
  });

  test("flights that skip a beat, are unknown, or are off by half do not count", () => {
    clear();
    hop(20, 200_000, 200_000, 0);
    b.add(START_US, 0, T);
    b.add(START_US, T, T);
    b.add(START_US, T - 1, T); // 4 times as high
    b.add(START_US, 130_000, T);
    expect(b.count).toBe(17);
    b.add(START_US, 210_000, T);
    expect(b.count).toBe(18);
  });

  test("a landing within 65 % of a beat is a double bounce, the one after it is none", () => {
    clear();
    b.add(START_US, 200_000, T);
    b.add(START_US + 200_000, 60_000, T);
    b.add(START_US + 400_000, 60_000, T);
    expect(b.doubles).toBe(1);
    b.add(START_US + 400_000 + 265_000, 200_000, T);
    expect(b.doubles).toBe(1);
    b.add(START_US + 400_000 + 2 * 265_000 - 10_000, 200_000, T);
    expect(b.doubles).toBe(2);
  });

  test("without beats there are no double bounces", () => {
    clear();
    for (let index: i32 = 0; index < 20; index++) b.add(START_US + <u64>index * 100_000, 60_000, 0);
    expect(b.doubles).toBe(0);
    expect(b.count).toBe(17);
  });
});
