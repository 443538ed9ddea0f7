// The metronome: exact times, tempo changes, nearest beats.
import { Metronome } from "../../firmware/beat/metronome";

const METRONOME_AT: usize = memory.data(48, 16);
const m: Metronome = changetype<Metronome>(METRONOME_AT);

describe("metronome", () => {
  test("beat n lies at floor(start + n * 600000000 / bpm_d), whatever n", () => {
    m.start(1_000, 1333);
    expect(m.at(0)).toBe(1_000);
    expect(m.at(1)).toBe(1_000 + 450_112); // 450112.528…
    expect(m.at(2)).toBe(1_000 + 900_225); // 900225.056…
    expect(m.at(7998)).toBe(1_000 + 3_600_000_000); // 7998 beats at 133.3/min are an hour
  });

  test("beats before the start are rounded down too", () => {
    m.start(1_000_000, 1333);
    expect(m.at(-1)).toBe(1_000_000 - 450_113);
    expect(m.at(-2)).toBe(1_000_000 - 900_226);
  });

  test("a tempo change keeps its beat and what lies before it", () => {
    m.start(0, 1500);
    m.change(1200, 10);
    expect(m.at(9)).toBe(3_600_000);
    expect(m.at(10)).toBe(4_000_000);
    expect(m.at(11)).toBe(4_500_000);
    m.change(600, 10);
    expect(m.at(9)).toBe(3_600_000);
    expect(m.at(11)).toBe(5_000_000);
  });

  test("a tempo change costs less than a µs", () => {
    m.start(0, 1333);
    for (let beat: i32 = 1; beat <= 1000; beat++) m.change((beat & 1) != 0 ? 1334 : 1333, beat);
    // 500 beats at 133.3 and 500 at 133.4: 225056264.06… + 224887556.22… µs
    expect(m.at(1000)).toBeGreaterThan(449_943_820 - 1000);
    expect(m.at(1000)).toBeLessThanOrEqual(449_943_820);
  });

  test("the nearest beat is at most half a beat away, and exactly half a beat is late", () => {
    m.start(1_000_000, 1500);
    expect(m.nearest(1_000_000)).toBe(0);
    expect(m.nearest(1_199_999)).toBe(199_999);
    expect(m.nearest(1_200_000)).toBe(200_000);
    expect(m.nearestIndex).toBe(0);
    expect(m.nearest(1_200_001)).toBe(-199_999);
    expect(m.nearestIndex).toBe(1);
    expect(m.nearest(799_999)).toBe(199_999);
    expect(m.nearestIndex).toBe(-1);
  });

  test("errors before a tempo change are measured in the old tempo", () => {
    m.start(0, 1500);
    m.change(600, 10);
    expect(m.nearest(3_610_000)).toBe(10_000);
    expect(m.nearestIndex).toBe(9);
    expect(m.period_us).toBe(400_000);
    expect(m.nearest(4_490_000)).toBe(490_000);
    expect(m.nearestIndex).toBe(10);
    expect(m.period_us).toBe(1_000_000);
  });

  test("errors are cut towards the beat where a beat is no whole number of µs", () => {
    m.start(0, 2399);
    // Beat 1 at 250104.2, beat 2 at 500208.4 µs.
    expect(m.nearest(250_110)).toBe(5);
    expect(m.nearest(250_100)).toBe(-4);
  });
});
