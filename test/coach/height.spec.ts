// Flight and height of hops: whoever tells a mean of them tells the same one, that of the hops the clip judges.
import { Decoder, Stream } from "@garmin/fitsdk";
import { describe, expect, test } from "vitest";
import { hopFlight_ms } from "../../host/coach/height.ts";
import { compareSides } from "../../host/coach/sides.ts";
import { fitOf } from "../../host/report/fit.ts";
import { pogo } from "../../host/report/pogo.ts";
import { contact, empty } from "../report/odd.ts";

describe("the flight before a hop", () => {
  test.each([
    [{}, 150, 200],
    [{ hop: false }, 150, 200], // the first of a row: no flight after it, but one before
    [{ flight_ms: 399.999 }, 150, 399.999],
    [{ flight_ms: 400 }, 150, null],
    [{ flight_ms: null }, 150, null],
    [{ kind: "walk" }, 150, null],
    [{ kind: "none" }, null, null],
    [{ flight_ms: 1200 }, null, 1200],
  ] as const)("of %j at %s beats/min is %s ms", (more, bpm, flight_ms) => {
    expect(hopFlight_ms(contact(more), bpm)).toBe(flight_ms);
  });
});

/** 9.80665 m/s² · t² / 8, in mm. */
const height_mm = (flight_ms: number): number => (9.80665 * flight_ms ** 2) / 8000;

test.each([
  [150, [180, 190, 200, 210, 220, 230, 240]],
  [null, [180, 190, 200, 210, 220, 230, 240, 600, 1100]],
] as const)("compare, the page and the FIT file have the same mean height of a set with the beat at %s", (bpm, counted_ms) => {
  const flights_ms = [180, 190, 200, 210, 220, 230, 240, 600, 1100];
  const contacts = [
    ...flights_ms.map((flight_ms, i) => contact({ ic_s: 0.4 * i, flight_ms, hop: i > 0 })),
    contact({ ic_s: 4, kind: "walk", hop: false, flight_ms: 300 }),
    contact({ ic_s: 5, kind: "none", hop: false, flight_ms: 310 }),
  ];
  const set = empty({ bpm, contacts, set: { ...empty().set, duration_ms: 6000 } });
  const mean_mm = counted_ms.reduce((sum, flight_ms) => sum + height_mm(flight_ms), 0) / counted_ms.length;
  const compared = compareSides(set, set).find(({ name }) => name === "bounce height");
  const { values } = pogo(set).rows.find(({ name }) => name === "Bounce height, cm")!;
  const { messages } = new Decoder(Stream.fromByteArray([...fitOf(set)])).read({ mergeHeartRates: false });
  const told = (messages.fieldDescriptionMesgs as { fieldName: string; key: number }[]).find(({ fieldName }) => fieldName === "avg_bounce_height")!;
  const session = messages.sessionMesgs![0] as { developerFields: Record<number, number> };
  expect(compared!.left).toBeCloseTo(mean_mm / 10, 9);
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(mean_mm / 10, 9);
  expect(session.developerFields[told.key]).toBeCloseTo(mean_mm, 3);
});
