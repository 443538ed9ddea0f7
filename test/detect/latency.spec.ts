// From the toe-off to the line on the link, through sensor, FIFO batch of 19 ms, driver and detector: 60 ms are allowed.
import { describe, expect, it } from "vitest";
import { EXERCISE_POGO, EXERCISE_RUN, EXERCISE_WALK } from "../../firmware/wire/layout.ts";
import { quantile } from "../../sim/score.ts";
import { delays_ms, person } from "./worn.ts";

const LATENCY_MS = 60;
/** Nothing may be told later than this but after the foot stayed in the air. */
const LATE_MS = 100;
const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const CODES = { pogo: EXERCISE_POGO, run: EXERCISE_RUN, walk: EXERCISE_WALK };

/** Delays of all seeds' contacts, ms. */
function delays(exercise: keyof typeof CODES, bpm: number, gyro: boolean): number[] {
  return SEEDS.flatMap((seed) => {
    const { told, truth } = person(exercise, { seconds: 20, seed, bpm, lead_s: 2 }, { exercise: CODES[exercise], gyro });
    return delays_ms(told, truth);
  });
}

describe.each([
  // Without gyroscope a soft push-off is not felt: the toe-off is told from the float, or from the next landing.
  { exercise: "pogo", bpm: 150, gyro: true, kept: true, late: false },
  { exercise: "pogo", bpm: 90, gyro: true, kept: true, late: false },
  { exercise: "pogo", bpm: 220, gyro: true, kept: true, late: false },
  { exercise: "pogo", bpm: 150, gyro: false, kept: false, late: true },
  { exercise: "run", bpm: 165, gyro: true, kept: true, late: false },
  { exercise: "run", bpm: 165, gyro: false, kept: false, late: false },
  { exercise: "walk", bpm: 110, gyro: true, kept: true, late: false },
  { exercise: "walk", bpm: 110, gyro: false, kept: true, late: false },
] as const)("$exercise at $bpm/min, gyroscope $gyro", ({ exercise, bpm, gyro, kept, late }) => {
  const values_ms = delays(exercise, bpm, gyro);

  it("is measured", () => {
    expect(values_ms.length).toBeGreaterThan(60);
  });
  it("95 of 100 events come within 60 ms of the toe-off", { fails: !kept }, () => {
    expect(quantile(values_ms, 0.95)).toBeLessThanOrEqual(LATENCY_MS);
  });
  it("95 of 100 come within 100 ms", { fails: late }, () => {
    expect(quantile(values_ms, 0.95)).toBeLessThanOrEqual(LATE_MS);
  });
});
