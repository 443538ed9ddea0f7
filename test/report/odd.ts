// Sets that no simulation gives: random ones by a seed, with everything that a record may hold, and the bounds of it.
import type { Exercise } from "../../host/clip/event.ts";
import type { SetRecord } from "../../host/record.ts";
import type { ResultContact } from "../../host/result.ts";

/** A contact of a hop, changed as said. */
export function contact(more: Partial<ResultContact> = {}): ResultContact {
  return { ic_s: 1, tc_s: 1.2, kind: "hop", hop: true, contact_ms: 200, flight_ms: 200, beat_error_ms: -3.5, confidence: 90, ...more };
}

/** A pogo set of a second with nothing in it, changed as said. */
export function empty(more: Partial<SetRecord> = {}): SetRecord {
  return {
    started_ms: Date.UTC(2026, 0, 1),
    exercise: "pogo",
    rung: null,
    side: null,
    bpm: null,
    target: null,
    source: "recording",
    origin: "123456789",
    sensor: "none",
    firmware_sha256: "0".repeat(64),
    set: {
      id: 1,
      exercise: more.exercise ?? "pogo",
      end: "command",
      duration_ms: 1000,
      contacts: 0,
      hops: 0,
      strides: 0,
      beats: 0,
      beat_error_ms_mean: null,
      beat_error_ms_sd: null,
      contact_ms_mean: null,
      contact_ms_sd: null,
      flight_ms_mean: null,
      flight_ms_sd: null,
      cadence_spm: null,
      missed_beats: 0,
    },
    verdict: null,
    pain: null,
    errors: [],
    contacts: [],
    reps: [],
    holds: [],
    taps: [],
    activities: [],
    cues: [],
    ...more,
  };
}

/** Chance by a seed, 0 to 1 (mulberry32, public domain). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const EXERCISES: readonly Exercise[] = ["auto", "pogo", "run", "walk", "calf", "calf-bent", "wall-sit", "step-down"];

/** A random set: every list of 0 to 40 events in order of time, any value null, names from everywhere. */
export function odd(seed: number): SetRecord {
  const random = chance(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const between = (min: number, max: number, digits = 3): number => Number((min + random() * (max - min)).toFixed(digits));
  const maybe = <T>(value: T): T | null => (random() < 0.3 ? null : value);
  const exercise = pick(EXERCISES);
  let t_s = between(-2, 1, 6);
  const times = (): number[] => {
    t_s = between(-2, 1, 6);
    return Array.from({ length: Math.floor(random() * pick([1, 3, 40])) }, () => (t_s = Number((t_s + between(0, pick([0.01, 0.6, 7]), 6)).toFixed(6))));
  };
  const flaws = (): string[] => ["partial", "fast", "wobble"].filter(() => random() < 0.3);
  const mean = (max: number) => maybe(between(0, max));
  return {
    ...empty(),
    started_ms: Math.floor(between(Date.UTC(1999, 0), Date.UTC(2100, 0), 0)),
    exercise,
    rung: maybe("single"),
    side: maybe(pick(["left", "right"])),
    bpm: maybe(between(30, 240, 1)),
    target: maybe(between(0, 60_000, 1)),
    source: pick(["clip", "simulated", "recording"]),
    origin: pick(["", "clip 7", 'läufe, "neu".csv', "🦶".repeat(200), "x".repeat(500)]),
    set: {
      ...empty().set,
      exercise,
      duration_ms: Math.floor(between(0, 1e5, 0)),
      hops: Math.floor(random() * 60_000),
      strides: Math.floor(random() * 1e6),
      beat_error_ms_mean: maybe(between(-500, 500)),
      beat_error_ms_sd: mean(300),
      contact_ms_mean: mean(9000),
      flight_ms_mean: mean(9000),
      cadence_spm: mean(700),
    },
    pain: maybe({ score: Math.floor(random() * 11), where: maybe(pick(["knee", "shin"])) }),
    contacts: times().map((ic_s) => {
      const contact_ms = maybe(between(0, pick([400, 9000])));
      return {
        ic_s,
        tc_s: contact_ms === null ? null : Number((ic_s + contact_ms / 1000).toFixed(6)),
        kind: pick(["none", "walk", "run", "hop"]),
        hop: random() < 0.5,
        contact_ms,
        flight_ms: maybe(between(0, pick([400, 20_000]))),
        beat_error_ms: maybe(between(-300, 300)),
        confidence: Math.floor(random() * 101),
      };
    }),
    reps: times().map((at_s) => {
      const found = flaws();
      return { t_s: at_s, clean: found.length === 0, height_deg: mean(60), up_ms: mean(3000), down_ms: mean(3000), hold_ms: mean(3000), wobble_deg: mean(20), flaws: found };
    }),
    holds: times().map((start_s) => ({ start_s, end_s: Number((start_s + between(0, 60)).toFixed(6)), tremor_dps: mean(50), unbroken: random() < 0.5 })),
    taps: times().map((at_s) => {
      const found = flaws();
      return { t_s: at_s, clean: found.length === 0, reach_ms: mean(3000), floor_ms: mean(3000), return_ms: mean(3000), tap_g: mean(9), landing_g: mean(9), flaws: found };
    }),
    activities: times().map((at_s) => ({ t_s: at_s, activity: pick(["other", "walk", "run", "hop", "still", "calf"]), confidence: Math.floor(random() * 101) })),
    cues: times().map((at_s) => ({ t_s: at_s, every: Math.floor(random() * 9), cadence_spm: mean(200) })),
  };
}
