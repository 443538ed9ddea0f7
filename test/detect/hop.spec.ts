// Hops made by hand, on the detector alone: counts, times, pauses, flat tops, lost samples, and any way the clip may sit on the shoe.
import { beforeAll, describe, expect, it } from "vitest";
import { EXERCISE_AUTO, EXERCISE_POGO, KIND_HOP } from "../../firmware/wire/layout.ts";
import { rotation } from "../../sim/body/subject.ts";
import { Random } from "../../sim/random.ts";
import { hopping, hops, type Hopping } from "./motions.ts";
import { Rig, type Heard, type Sampling } from "./part.ts";

const TAIL_S = 1;
const ODRS_HZ = [104, 208, 416, 833] as const;
let rig: Rig;
beforeAll(async () => {
  rig = await Rig.make();
});

function feel(row: Hopping, sampling: Omit<Sampling, "seconds"> & { landing_g?: number; push_dps?: number }): Heard {
  return rig.run(hops(row, sampling), { seconds: row.end_s + TAIL_S, exercise: EXERCISE_POGO, ...sampling });
}

/** Largest distance from the truth, ms; contacts and truth must be as many. */
function errors_ms(heard: Heard, row: Hopping): { ic: number; tc: number } {
  expect(heard.contacts).toHaveLength(row.ic_s.length);
  const worst = (of: (index: number) => number): number => Math.max(...row.ic_s.map((_, index) => Math.abs(of(index))));
  return {
    ic: worst((index) => heard.contacts[index]!.ic_us / 1e3 - row.ic_s[index]! * 1e3),
    tc: worst((index) => (heard.contacts[index]!.tc_us ?? NaN) / 1e3 - row.tc_s[index]! * 1e3),
  };
}

describe.each(ODRS_HZ)("at %i Hz", (odr_hz) => {
  // A jolt is timed to the sample: two of them at the low rates. Above, it is felt a little before the shock it is the difference of.
  const ic_ms = odr_hz < 416 ? 2000 / odr_hz : 5;
  const tc_ms = odr_hz < 208 ? 3000 / odr_hz : 8;

  it.each([
    { gyro: true, exercise: EXERCISE_AUTO, rate_error_ppm: 0 },
    { gyro: true, exercise: EXERCISE_POGO, rate_error_ppm: 50_000 },
    { gyro: true, exercise: EXERCISE_POGO, rate_error_ppm: -50_000 },
    { gyro: false, exercise: EXERCISE_AUTO, rate_error_ppm: 0 },
    { gyro: false, exercise: EXERCISE_POGO, rate_error_ppm: -50_000 },
  ])("twenty hops are twenty, in time: %o", (sampling) => {
    const row = hopping(20, 0.2, 0.2);
    const heard = feel(row, { odr_hz, ...sampling });
    const worst = errors_ms(heard, row);
    expect(worst.ic).toBeLessThan(ic_ms);
    expect(worst.tc).toBeLessThan(tc_ms);
    expect(heard.hops).toBe(20);
    expect(heard.contacts.map(({ kind }) => kind)).toEqual(row.ic_s.map(() => KIND_HOP));
    expect(heard.contacts.map(({ id }) => id)).toEqual(row.ic_s.map((_, index) => index + 1));
    for (const [index, { flight_us, ic_us }] of heard.contacts.entries()) {
      if (index > 0) expect(flight_us).toBe(ic_us - heard.contacts[index - 1]!.tc_us!);
    }
  });

  it("is done with a hop within 60 ms of its toe-off, with gyroscope", () => {
    const row = hopping(12, 0.2, 0.2);
    const { contacts } = feel(row, { odr_hz });
    expect(Math.max(...contacts.map(({ at_us }, index) => at_us / 1e3 - row.tc_s[index]! * 1e3))).toBeLessThan(60);
  });
});

describe("contact and flight", () => {
  const PAIRS: [number, number][] = [[0.12, 0.13], [0.15, 0.1], [0.15, 0.15], [0.2, 0.1], [0.2, 0.4], [0.3, 0.2], [0.5, 0.3]];
  it.each([...PAIRS, [0.4, 0.2], [0.55, 0.2]])("contacts of %f s, flights of %f s", (contact_s, flight_s) => {
    const row = hopping(12, contact_s, flight_s);
    const heard = feel(row, { odr_hz: 416 });
    expect(errors_ms(heard, row).ic).toBeLessThan(4);
    expect(errors_ms(heard, row).tc).toBeLessThan(8);
    expect(heard.hops).toBe(12);
  });
  it.each([...PAIRS, [0.4, 0.19], [0.55, 0.2]])("without gyroscope contacts of %f s, flights of %f s", (contact_s, flight_s) => {
    const row = hopping(12, contact_s, flight_s);
    expect(feel(row, { odr_hz: 416, gyro: false }).hops).toBe(12);
  });
  it.each([true, false])("between flights 0.55 s are a hop; 0.7 s and 1.5 s are none (gyroscope: %s)", (gyro) => {
    const contacts_s = [0.2, 0.2, 0.2, 0.55, 0.2, 0.2, 0.7, 0.2, 0.2, 1.5, 0.2, 0.2];
    const row = hopping(12, contacts_s, 0.25);
    const heard = feel(row, { odr_hz: 416, gyro });
    expect(heard.contacts.map(({ hop }) => hop)).toEqual(contacts_s.map((length_s) => (length_s > 0.6 ? 0 : 1)));
    for (const length_s of [0.55, 0.7, 1.5]) {
      const found = heard.contacts[contacts_s.indexOf(length_s)]!;
      // a long contact is taken for walking, whose heel strike is felt 8 ms late
      expect(Math.abs((found.tc_us! - found.ic_us) / 1e6 - length_s)).toBeLessThan(0.016);
    }
  });
  it("the standing before the first take-off is no contact, the last landing one without end", () => {
    const row = hopping(5, 0.2, 0.2);
    const heard = feel(row, { odr_hz: 416, flush: true });
    expect(heard.contacts).toHaveLength(6);
    expect(heard.contacts[5]!.tc_us).toBeNull();
    expect(heard.contacts[5]!.hop).toBe(0);
    expect(heard.contacts[5]!.ic_us / 1e3 - row.end_s * 1e3).toBeGreaterThan(-12);
    expect(heard.contacts[5]!.ic_us / 1e3 - row.end_s * 1e3).toBeLessThan(4);
    expect(heard.hops).toBe(5);
    expect(heard.airborne).toBe(false);
  });
});

describe("landings", () => {
  it.each([[2, 300], [3, 500], [10, 500], [14, 700], [6, 150], [6, 900]])("of %f g after push-offs of %i °/s", (landing_g, push_dps) => {
    const row = hopping(12, 0.2, 0.2);
    const heard = feel(row, { odr_hz: 416, landing_g, push_dps });
    expect(errors_ms(heard, row).ic).toBeLessThan(4);
    expect(errors_ms(heard, row).tc).toBeLessThan(8);
    expect(heard.hops).toBe(12);
  });
  it.each([true, false])("with flat tops at 8 g (gyroscope: %s)", (gyro) => {
    const row = hopping(12, 0.2, 0.2);
    const heard = feel(row, { odr_hz: 416, landing_g: 14, range_g: 8, gyro });
    expect(errors_ms(heard, row).ic).toBeLessThan(5);
    expect(errors_ms(heard, row).tc).toBeLessThan(8);
    expect(heard.hops).toBe(12);
  });
});

describe("lost samples", () => {
  const row = hopping(12, 0.2, 0.2);
  const since_s = (t_s: number): number => t_s - (row.tc_s.findLast((tc_s) => tc_s < t_s) ?? -Infinity);
  it.each([[0.04, 0.05], [0.04, 0.08], [0.06, 0.16], [0.1, 0.13]])("from %f to %f s after each toe-off", (from_s, to_s) => {
    const heard = feel(row, { odr_hz: 416, lost: (t_s) => since_s(t_s) > from_s && since_s(t_s) < to_s });
    expect(errors_ms(heard, row).ic).toBeLessThan(5);
    expect(errors_ms(heard, row).tc).toBeLessThan(8);
    expect(heard.hops).toBe(12);
  });
  it.each([true, false])("every seventh (gyroscope: %s)", (gyro) => {
    const heard = feel(row, { odr_hz: 416, gyro, lost: (t_s) => Math.round(t_s * 416) % 7 === 0 });
    expect(errors_ms(heard, row).ic).toBeLessThan(5);
    expect(errors_ms(heard, row).tc).toBeLessThan(8);
    expect(heard.hops).toBe(12);
  });
});

describe("mounting", () => {
  const row = hopping(10, 0.2, 0.2);
  it.each([[416, true], [416, false], [208, true], [104, true], [833, true]] as const)("any rotation gives the same events at %i Hz (gyroscope: %s)", (odr_hz, gyro) => {
    const upright = feel(row, { odr_hz, gyro });
    const random = new Random(11);
    const shift_us_max = Math.ceil((odr_hz < 416 ? 2e6 : 1e6) / odr_hz);
    let times = 0;
    let moved = 0;
    for (let count = 0; count < 20; count++) {
      const turned = feel(row, { odr_hz, gyro, mounting: rotation(random) });
      expect(turned.contacts.map(({ id, kind, hop }) => [id, kind, hop])).toEqual(upright.contacts.map(({ id, kind, hop }) => [id, kind, hop]));
      for (const [index, found] of turned.contacts.entries()) {
        for (const shift_us of [found.ic_us - upright.contacts[index]!.ic_us, found.tc_us! - upright.contacts[index]!.tc_us!]) {
          // Readings are rounded to 1 mg: a threshold may be passed a sample earlier or later, but seldom.
          expect(Math.abs(shift_us)).toBeLessThanOrEqual(shift_us_max);
          times += 1;
          if (Math.abs(shift_us) > 50) moved += 1;
        }
      }
    }
    expect(moved / times).toBeLessThan(0.05);
  });
});
