// From the lines of a run to the object `--json` prints.
import { describe, expect, test } from "vitest";
import { buildLine } from "../../host/clip/line.ts";
import { resultOf } from "../../host/result.ts";
import type { Run } from "../../host/simulator.ts";

/** A run whose source began at 5 s of the clip's clock, at 5.25 s for lines after a restart. */
function run(bodies: readonly string[], more: Partial<Run> = {}): Run {
  const lines = bodies.map((body, seq) => ({ text: buildLine(seq, body), zero_us: body.includes("6250000") ? 5_250_000 : 5_000_000 }));
  return { firmware_sha256: "ab", engine: "v8", seconds: 12.3456789, odr_hz: 416, range_g: 16, gyro: true, lines, toTrace_s: (t_s) => t_s, notes: [], ...more };
}
const SUM = "SUM,3,2,3,30000,4,1,4,3,-2500,8000,250000,9000,450000,12000,1655,1";

describe("a result", () => {
  const result = resultOf(
    run([
      "CON,1,6000000,6250500,2,0,-,-12000,80,0",
      "CON,2,6700000,-,1,0,449500,13000,60,0",
      "CON,3,7400123,7600000,0,0,-,-,0,0",
      "CON,4,8000000,8200000,2,1,400000,-,90,1",
      "AMD,3,2,0,1",
      SUM,
    ]),
  );
  test("has times in s from the first sample and durations in ms", () => {
    expect(result.contacts.slice(1)).toEqual([
      { ic_s: 1.7, tc_s: null, kind: "walk", contact_ms: null, flight_ms: 449.5, beat_error_ms: 13, confidence: 60 },
      { ic_s: 2.400123, tc_s: 2.6, kind: "run", contact_ms: 199.877, flight_ms: null, beat_error_ms: null, confidence: 0 },
      { ic_s: 3, tc_s: 3.2, kind: "run", contact_ms: 200, flight_ms: 400, beat_error_ms: null, confidence: 90 },
    ]);
    expect(result.seconds).toBe(12.345679);
  });
  test("has the summary with units in its names, strides from contact to contact", () => {
    expect(result).toMatchObject({ hops: 1, strides: 3, cadence_spm: 165.5, errors: [] });
    expect(result.set).toEqual({
      id: 3, exercise: "run", end: "command", duration_ms: 30_000, contacts: 4, hops: 1, strides: 4, beats: 3, beat_error_ms_mean: -2.5, beat_error_ms_sd: 8,
      contact_ms_mean: 250, contact_ms_sd: 9, flight_ms_mean: 450, flight_ms_sd: 12, cadence_spm: 165.5, missed_beats: 1,
    });
  });
  test("takes each line's own clock, and puts times on the trace's", () => {
    const { contacts } = resultOf(run(["CON,1,6000000,6250000,2,0,-,-,80,0"], { toTrace_s: (t_s) => 2 * t_s }));
    expect(contacts[0]).toMatchObject({ ic_s: 1.5, tc_s: 2, contact_ms: 500 });
  });
  test("without a summary counts for itself and says so; notes stand first", () => {
    const of = resultOf(run(["CON,1,6000000,6200000,3,1,-,-,80,1", "FLT,4,2,1"], { notes: ["interpolated"] }));
    expect(of).toMatchObject({ hops: 1, strides: 0, cadence_spm: null, set: null });
    expect(of.errors).toEqual(["interpolated", "samples are missing (2 times)", "the clip sent no summary of the set"]);
  });
  test("a pause is no stride, hops are none", () => {
    const strides = (...bodies: string[]) => resultOf(run(bodies)).strides;
    expect(strides("CON,1,6000000,-,1,0,-,-,80,0", "CON,2,9100000,-,1,0,-,-,80,0")).toBe(0);
    expect(strides("CON,1,6000000,-,1,0,-,-,80,0", "CON,2,8900000,-,2,0,-,-,80,0")).toBe(1);
    expect(strides("CON,1,6000000,-,3,1,-,-,80,0", "CON,2,6400000,-,3,1,-,-,80,0")).toBe(0);
  });
});
