// Left against right: differences that are there are told, and those of chance and of the clips are not.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CLIP_SD, COMPARED_MIN, compareSides, type SideDifference } from "../../host/coach/sides.ts";
import { recordOf, type SetRecord, type Side } from "../../host/record.ts";
import { resultOf, type ResultContact } from "../../host/result.ts";
import { createBody, subject } from "../../sim/body/body.ts";
import { match } from "../../sim/score.ts";
import { conductAndClose } from "../../sim/run.ts";
import { World } from "../../sim/world.ts";
import { MONDAY_MS, made } from "./made.ts";

const contact = (ic_s: number, contact_ms: number, flight_ms: number | null, kind = "hop"): ResultContact => ({
  ic_s, tc_s: ic_s + contact_ms / 1000, kind, hop: kind === "hop", contact_ms, flight_ms, beat_error_ms: null, confidence: 90,
});

/** Hops that alternate `spread` above and below the means. */
function hops(side: Side, count: number, contact_ms: number, flight_ms: number, spread_ms = 5): SetRecord {
  const contacts = Array.from({ length: count }, (_, i) => contact(0.4 * i, contact_ms + (i % 2 === 0 ? spread_ms : -spread_ms), flight_ms + (i % 4 < 2 ? spread_ms : -spread_ms)));
  return { ...made("pogo", 75, { side }), contacts, reps: [], holds: [], taps: [], activities: [], cues: [] };
}
const called = (sides: readonly SideDifference[], name: string): SideDifference => sides.find((side) => side.name === name)!;

describe("two sets", () => {
  test("that are alike have no difference; one of 20 ms of contact is told, with its side", () => {
    const alike = compareSides(hops("left", 40, 200, 180), hops("right", 40, 201, 180));
    expect(alike.map(({ name, unit, different }) => [name, unit, different])).toEqual([["contact time", "ms", false], ["flight time", "ms", false], ["bounce height", "cm", false]]);
    expect(called(alike, "contact time").sentence).toBe("No difference told in contact time: left 200 ms, right 201 ms; 1 ms (± 6 ms) is within chance and measurement.");
    const other = compareSides(hops("left", 40, 200, 180), hops("right", 40, 220, 160));
    expect(called(other, "contact time")).toMatchObject({ left: 200, right: 220, difference: 20, different: true, sentence: "Contact time differs: left 200 ms, right 220 ms; the right has 20 ms (± 6 ms) more." });
    expect(called(other, "bounce height").sentence).toMatch(/^Bounce height differs: left 4\.0 cm, right 3\.1 cm; the left has 0\.9 cm \(± 0\.3 cm\) more\.$/u);
  });
  test("have the error of both means and of both clips", () => {
    const [first] = compareSides(hops("left", 40, 200, 180, 5), hops("right", 20, 200, 180, 9));
    const variance = (spread_ms: number, n: number): number => (spread_ms ** 2 * n) / (n - 1) / n;
    expect(first!.error).toBeCloseTo(1.96 * Math.sqrt(variance(5, 40) + variance(9, 20) + 2 * CLIP_SD.pogo_contact_ms ** 2), 9);
    // However many hops: the clip's own error stays.
    expect(compareSides(hops("left", 4000, 200, 180), hops("right", 4000, 206, 180))[0]!.different).toBe(false);
  });
  test("with too little in them, or of two exercises, have none", () => {
    expect(compareSides(hops("left", COMPARED_MIN - 1, 200, 180), hops("right", 40, 300, 180))).toEqual([]);
    expect(compareSides(hops("left", 40, 200, 180), { ...hops("right", 40, 300, 180), exercise: "run" })).toEqual([]);
    expect(compareSides({ ...hops("left", 40, 200, 180), rung: "double" }, { ...hops("right", 40, 300, 180), rung: "single" })).toEqual([]);
    expect(compareSides(hops("left", 40, 200, 180), { ...hops("right", 40, 300, 180), bpm: 120 })).toEqual([]);
    expect(compareSides({ ...hops("left", 40, 200, 180), exercise: "wall-sit" }, { ...hops("right", 40, 300, 180), exercise: "wall-sit" })).toEqual([]);
  });
  test("of raises are held to height and tempo", () => {
    const raised = (side: Side, height_deg: number): SetRecord => ({
      ...made("calf", 12, { side }), contacts: [], holds: [], taps: [], activities: [], cues: [],
      reps: Array.from({ length: 12 }, (_, i) => ({ t_s: 3 * i, clean: true, height_deg: height_deg + (i % 2) * 0.4, up_ms: 900, down_ms: 1000, hold_ms: 200, wobble_deg: 2, flaws: [] })),
    });
    expect(compareSides(raised("left", 40), raised("right", 36)).map(({ name, different }) => [name, different])).toEqual([["height of a raise", true], ["time up", false], ["time down", false]]);
    expect(compareSides(raised("left", 40), raised("right", 39.2)).map(({ different }) => different)).toEqual([false, false, false]);
  });
});

describe("of simulated people with a clip on either shoe", () => {
  const wasm = readFileSync("build/clip.wasm");
  const BEGIN_S = 0.8; // beat 0: the first landing is on the beat after it
  const SECONDS = 20;
  /** A set of a person whose clip sits as that of `fit` does, at the person's own place; and the true mean of the contact times that were felt, ms. */
  function hopped(seed: number, person: number, fit: number, side: Side): [SetRecord, number] {
    const own = subject(person);
    const other = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((more) => subject(fit + 1_000_000 * more)).find(({ place }) => place === own.place)!;
    const { clip_m, looseness, mounting } = other;
    const modes = [...own.modes.slice(0, 5), ...other.modes.slice(5)]; // shoe and body, then the clip on them
    const body = createBody("pogo", { seconds: BEGIN_S + SECONDS + 3, seed, lead_s: BEGIN_S + 0.4, bpm: 150, variant: "single", subject: { ...own, clip_m, looseness, mounting, modes } });
    const world = new World({ wasm, source: body, seed, chip: "lsm6dso", rate_error_ppm: 5000 * ((seed % 9) - 4), motor: "lra", faults: [] });
    const set = { exercise: 1, bpm_d: 1500, count_in: 8, lead_s: BEGIN_S + 0.4, variant: 3, seconds: BEGIN_S + SECONDS + 1, duration_ms: SECONDS * 1000 };
    const sensor = { odr_hz: 416, range_g: 16, gyro: true };
    const result = resultOf({ ...conductAndClose(world, { ...sensor, ...set }), ...sensor, seconds: set.seconds, toTrace_s: (source_s) => source_s, notes: [] });
    const felt = result.contacts.filter(({ kind, contact_ms }) => kind === "hop" && contact_ms !== null);
    const { contacts } = body.truth;
    // Some land so softly that all their landings are felt late.
    const true_ms = match(contacts.map(({ ic_s }) => ic_s), felt.map(({ ic_s }) => ic_s), 0.15).flatMap(([k]) => (contacts[k]!.tc_s === null ? [] : [(contacts[k]!.tc_s! - contacts[k]!.ic_s) * 1000]));
    const record = recordOf(result, { started_ms: MONDAY_MS, exercise: "pogo", rung: "single", side, bpm: 150, target: null, source: "simulated", origin: "", sensor: "" }, BEGIN_S);
    return [record, true_ms.reduce((sum, value) => sum + value, 0) / true_ms.length];
  }
  test("the true difference of contact times lies within the error nineteen times of twenty", () => {
    const within = Array.from({ length: 20 }, (_, i) => 82_001 + 2 * i).filter((person) => {
      const [left, left_ms] = hopped(person + 1000, person, person, "left");
      const [right, right_ms] = hopped(person + 2000, person, person + 3000, "right");
      const { difference, error } = called(compareSides(left, right), "contact time");
      return Math.abs(difference - (right_ms - left_ms)) <= error;
    });
    expect(within.length).toBeGreaterThanOrEqual(18);
  }, 60_000);
});
