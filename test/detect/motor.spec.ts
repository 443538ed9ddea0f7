// The clip's own motor on a foot that stands, through sensor and driver: no contact at any rate.
import { expect, it } from "vitest";
import { EXERCISE_POGO } from "../../firmware/wire/layout.ts";
import { standing } from "./motions.ts";
import { wear } from "./worn.ts";

const CASES = (["lra", "erm"] as const).flatMap((motor) =>
  [104, 208, 416, 833].flatMap((odr_hz) => [true, false].flatMap((gyro) => [1, 1.5, 2].map((motor_peak_g) => ({ motor, odr_hz, gyro, motor_peak_g })))));

function contacts({ motor, odr_hz, gyro, motor_peak_g }: (typeof CASES)[number]): number {
  let count = 0;
  for (let seed = 0; seed < 6; seed++) {
    const setting = { exercise: EXERCISE_POGO, odr_hz, gyro, bpm_d: 1500 + 130 * seed };
    const chip = seed % 2 === 0 ? "lsm6dso" : "lsm6ds3trc";
    count += wear({ sample: standing }, 8, setting, { seed, chip, motor, motor_peak_g, rate_error_ppm: (seed - 3) * 10_000 }).length;
  }
  return count;
}

it.each(CASES)("no contact: %o", (each) => {
  expect(contacts(each)).toBe(0);
});
