// What a sample costs in executed wasm instructions, against the budget.
import { describe, expect, test } from "vitest";
import { cost } from "../bench/cost.ts";
import { cases } from "../bench/suites.ts";
import { INSTRUCTIONS_MEAN_MAX, INSTRUCTIONS_WORST_MAX } from "./budget.ts";
import { clip } from "./clip.ts";

const all = cases();
const sets = ["pogo 416 Hz", "run 416 Hz", "walk"].flatMap((suite) => {
  const own = all.find((each) => each.suite === suite)!;
  return (["lsm6dso", "lsm6ds3trc"] as const).map((chip) => [suite, chip, { ...own, world: { ...own.world, chip } }] as const);
});

describe("instructions a sample at 416 Hz", () => {
  test.each(sets)("%s on %s", (_suite, _chip, each) => {
    const { mean, worst, samples, contacts } = cost(each, clip);
    expect(samples).toBeGreaterThan(416 * 10);
    expect(contacts).toBeGreaterThan(10);
    expect(mean).toBeGreaterThan(50); // the counter counts
    expect(mean).toBeLessThanOrEqual(INSTRUCTIONS_MEAN_MAX);
    expect(worst).toBeLessThanOrEqual(INSTRUCTIONS_WORST_MAX);
  });
});
