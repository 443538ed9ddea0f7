// The two numbers that a set comes to: how much was done, and how well.
import { expect, test } from "vitest";
import { doneOf, keyOf, loadOf } from "../../host/report/key.ts";
import { made } from "../coach/made.ts";

test("of a wall sit that the clip cannot feel the set's own time is what was done; of one that it feels the hold", () => {
  for (const rung of ["double", "staggered"]) {
    const sat = made("wall-sit", 45, { rung, set: { duration_ms: 47_500 }, values: { holds: 0, unbroken_holds: 0, hold_ms_max: null, hold_ms_total: null, tremor_dps_mean: null } });
    expect([rung, doneOf(sat), loadOf(sat), keyOf(sat)]).toEqual([rung, 47.5, 47.5, null]);
  }
  const felt = made("wall-sit", 45, { rung: "single", set: { duration_ms: 47_500 }, values: { hold_ms_max: 30_000, hold_ms_total: 40_000 } });
  expect([doneOf(felt), loadOf(felt)]).toEqual([30, 40]);
});

test("a run that was cut off by a restart of the clip has a cadence, but nobody knows how far it is off", () => {
  expect(keyOf(made("run", 5, { set: { duration_ms: 0, cadence_spm: 168 } }))).toMatchObject({ value: 168, error: null });
  // both ends within 10 ms, of 10 s
  expect(keyOf(made("run", 5, { set: { duration_ms: 10_000, cadence_spm: 168 } }))?.error).toBeCloseTo((168 * 0.01 * Math.SQRT2) / 10, 9);
});
