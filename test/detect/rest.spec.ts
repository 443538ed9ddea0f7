// What is no step, on the detector alone: standing, tilting, the clip's own motor.
import { beforeAll, describe, expect, it } from "vitest";
import { EXERCISE_POGO } from "../../firmware/wire/layout.ts";
import { eccentric, hopping, hops, linear, plus, standing, tilting } from "./motions.ts";
import { Rig } from "./part.ts";

const RATES = [104, 208, 416, 833].flatMap((odr_hz) => [true, false].map((gyro) => ({ odr_hz, gyro })));
const DRIVE = { on_s: 0.03, every_s: 0.4 };
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

describe.each(RATES)("%o", (sensor) => {
  it("standing is still, and no contact even at its end", () => {
    const heard = rig.run(standing, { seconds: 30, ...sensor, flush: true });
    expect(heard.contacts).toEqual([]);
    expect(heard.airborne).toBe(false);
    // all but the samples that fill the filters
    expect(heard.still_us).toBeGreaterThan(30e6 - 11e6 / sensor.odr_hz);
    expect(heard.still_us).toBeLessThanOrEqual(30e6);
  });
  it("tilting slowly by ±60° is no contact", () => {
    expect(rig.run(tilting, { seconds: 30, ...sensor }).contacts).toEqual([]);
  });
  it("hopping ends the stillness", () => {
    const row = hopping(6, 0.2, 0.2);
    expect(rig.run(hops(row), { seconds: row.end_s, ...sensor }).still_us).toBeLessThan(100_000);
  });
});

describe("the motor", () => {
  // 172 and 200 Hz are signals only above 400 samples/s; what folds at lower rates is felt through the whole clip in motor.spec.ts.
  const shakes = [416, 833].flatMap((odr_hz) => [true, false].flatMap((gyro) => [1, 1.5, 2].map((peak_g) => ({ odr_hz, gyro, peak_g }))));
  it.each(shakes)("linear, 172 Hz: %o", ({ peak_g, ...sensor }) => {
    for (const axis of [0, 1, 2]) {
      const heard = rig.run(plus(standing, linear(peak_g, axis, DRIVE)), { seconds: 20, ...sensor, exercise: EXERCISE_POGO, shaken: (t_s) => t_s % DRIVE.every_s < 0.08 });
      expect(heard.contacts).toEqual([]);
    }
  });
  it.each(shakes.filter(({ gyro }) => gyro))("eccentric, sweeping to 200 Hz in 3 s: %o", ({ peak_g, ...sensor }) => {
    const heard = rig.run(plus(standing, eccentric(peak_g, 3)), { seconds: 18, ...sensor, exercise: EXERCISE_POGO, shaken: () => true });
    expect(heard.contacts).toEqual([]);
  });
  it.each(shakes)("makes no hop more, and takes none: %o", ({ peak_g, ...sensor }) => {
    const row = hopping(12, 0.2, 0.2);
    for (const axis of [0, 2]) {
      const heard = rig.run(plus(hops(row), linear(peak_g, axis, DRIVE)), { seconds: row.end_s + 1, ...sensor, exercise: EXERCISE_POGO, shaken: (t_s) => t_s % DRIVE.every_s < 0.08 });
      expect(heard.hops).toBe(12);
      expect(heard.contacts).toHaveLength(12);
    }
  });
});
