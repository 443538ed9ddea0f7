// The verdict on made sets whose numbers are known.
import { describe, expect, test } from "vitest";
import { FLIGHT_MS_SD, POGO } from "../../host/coach/target.ts";
import { beatFlights_ms, bounceHeight_mm, heightChange, pogoVerdict } from "../../host/coach/verdict.ts";
import { hopping } from "./hopping.ts";

const verdict = (options: Parameters<typeof hopping>[0] = {}, missed_beats = 0) =>
  pogoVerdict({ contacts: hopping(options), bpm: 150, duration_s: 30, missed_beats });
const finding = (of: ReturnType<typeof verdict>, topic: string) => of.findings.find((each) => each.topic === topic)!;

describe("bounce height", () => {
  test("of 200 ms is 4.9 cm, and 0.49 mm a ms more", () => {
    expect(bounceHeight_mm(200)).toBeCloseTo(49.03, 2); // FIGURES: 4.9 cm, 0.49 mm a ms
    expect(bounceHeight_mm(201) - bounceHeight_mm(200)).toBeCloseTo(0.49, 2);
    expect(bounceHeight_mm(0)).toBe(0);
  });
  test("leaves out flights that do not fit into a beat", () => {
    const landings = hopping({ hops: 5 }).map((landing, i) => (i === 2 ? { ...landing, flight_ms: 560 } : i === 3 ? { ...landing, flight_ms: null } : landing));
    expect(beatFlights_ms(landings, 150)).toHaveLength(3);
  });
});

describe("loss of height", () => {
  const flights = (lead: number[], first: number, second: number, last: number) =>
    [...lead, ...[first, second, last].flatMap((flight_ms) => Array.from({ length: 10 }, () => flight_ms))];

  test("compares the last third with the best before it, without the first three hops", () => {
    const change = heightChange(flights([100, 100, 100], 190, 200, 180))!;
    expect(change.best_mm).toBeCloseTo(bounceHeight_mm(200), 9);
    expect(change.last_mm).toBeCloseTo(bounceHeight_mm(180), 9);
    expect(change.loss_share).toBeCloseTo(1 - 0.81, 9);
    expect([change.best, change.last]).toEqual([[13, 23], [23, 33]]);
  });

  test("is never surer than the measurement: ten equal hops a third still leave an error", () => {
    const change = heightChange(flights([0, 0, 0], 200, 200, 200))!;
    const hop_mm = (9.80665 * 0.2 * (FLIGHT_MS_SD / 1000) * 1000) / 4;
    expect(change.error_mm).toBeCloseTo(1.96 * hop_mm * Math.sqrt(2 / 10), 6);
    expect(change.loss_mm).toBeCloseTo(0, 9);
  });

  test("needs nine hops after the first three", () => {
    expect(heightChange(Array.from({ length: 11 }, () => 200))).toBeNull();
    expect(heightChange(Array.from({ length: 12 }, () => 200))).not.toBeNull();
  });

  test("is told only when it is larger than chance and counts", () => {
    expect(finding(verdict({ fade_ms: 0 }), "height")).toMatchObject({ ok: true });
    expect(finding(verdict({ fade_ms: 30 }), "height").sentence).toMatch(/^Bounce height fell by 1[0-9] %: /u);
    // 15 ms of fade to the end: a few percent in the mean of the last third
    expect(finding(verdict({ fade_ms: 15 }), "height")).toMatchObject({ ok: true });
    // the same fade under a wild spread is not called a loss
    expect(finding(verdict({ fade_ms: 30, flight_ms_spread: 140 }), "height").ok).not.toBe(false);
    expect(finding(verdict({ hops: 8 }), "height")).toMatchObject({ ok: null });
  });
});

describe("the verdict", () => {
  test("of a clean set: its numbers, and more next time", () => {
    const of = verdict();
    expect(of.clean).toBe(true);
    expect(of.headline).toBe("Clean set: 75 contacts, bounce height held, rhythm steady.");
    expect(of.numbers).toMatchObject({ contacts: 75, target: 75, beats: 75, missed: 0, doubles: 0 });
    expect(of.numbers.rate_min).toBeCloseTo(150, 0);
    expect(of.numbers.contact_ms_mean! + of.numbers.flight_ms_mean!).toBeCloseTo(400, 0);
    expect(of.next).toMatchObject({ move: "grow", contacts: 80 });
  });

  test("grows to the top of the programme and no further", () => {
    const of = pogoVerdict({ contacts: hopping({ hops: 90 }), bpm: 150, duration_s: 36, missed_beats: 0 }, { ...POGO, contacts: 90 });
    expect(of.next).toMatchObject({ move: "grow", contacts: 90 });
    expect(of.next.sentence).toMatch(/top of the programme/u);
  });

  test("holds after one fault", () => {
    const of = verdict({ fade_ms: 40 });
    expect(of.headline).toBe("Not clean yet: bounce height was lost.");
    expect(of.next).toMatchObject({ move: "hold", contacts: 75 });
  });

  test("steps back after two", () => {
    const of = verdict({ fade_ms: 40, beat_ms_spread: 130 });
    expect(of.headline).toBe("Not clean yet: bounce height was lost and the rhythm was lost.");
    expect(of.next).toMatchObject({ move: "back", contacts: 65 });
  });

  test("counts contacts against the target, with a small allowance", () => {
    expect(finding(verdict({ hops: 72 }), "contacts").ok).toBe(true);
    expect(finding(verdict({ hops: 71 }), "contacts")).toEqual({ topic: "contacts", ok: false, sentence: "71 contacts in 30 s, 75 asked for." });
  });

  test("leaves out what is no hop", () => {
    const contacts = hopping({ hops: 75 }).map((landing, i) => (i < 10 ? { ...landing, kind: "walk" } : landing));
    expect(pogoVerdict({ contacts, bpm: 150, duration_s: 30, missed_beats: 0 }).numbers.contacts).toBe(65);
  });

  test("judges the spread around the beat, not where it lies", () => {
    expect(finding(verdict({ beat_ms: -60 }), "rhythm")).toMatchObject({ ok: true });
    expect(finding(verdict({ beat_ms: -60 }), "rhythm").sentence).toMatch(/60 ms before the beat/u);
    expect(finding(verdict({ beat_ms_spread: 130 }), "rhythm")).toMatchObject({ ok: false });
    const silent = hopping().map((landing) => ({ ...landing, beat_error_ms: null }));
    expect(pogoVerdict({ contacts: silent, bpm: 150, duration_s: 30, missed_beats: 0 }).findings[2]).toMatchObject({ ok: null });
  });

  test("counts missed beats and double bounces", () => {
    expect(finding(verdict({}, 3), "missed")).toMatchObject({ ok: true, sentence: "3 beats without a landing, of 75." });
    expect(finding(verdict({}, 4), "missed")).toMatchObject({ ok: false });
    const doubled = hopping().flatMap((landing, i) => (i % 10 === 5 ? [landing, { ...landing, ic_s: landing.ic_s + 0.2 }] : [landing]));
    const of = pogoVerdict({ contacts: doubled, bpm: 150, duration_s: 30, missed_beats: 0 });
    expect(of.numbers.doubles).toBe(7);
    expect(finding(of, "double")).toMatchObject({ ok: false });
  });

  test("of no hops at all says so and does not fail", () => {
    const of = pogoVerdict({ contacts: [], bpm: 150, duration_s: 30, missed_beats: 75 });
    expect(of.clean).toBe(false);
    expect(of.numbers).toMatchObject({ contacts: 0, height: null, rate_min: null, ratio: null, beat_ms_sd: null });
  });
});
