// Made landings of a pogo set at 150/min, spread evenly so that their mean and spread are known.
import type { SetRecord } from "../../host/record.ts";
import type { ResultContact } from "../../host/result.ts";

/** What differs from a clean set of 75 hops. */
export interface Made {
  readonly hops?: number;
  /** Flight is shorter by so much at the end, falling evenly over the last third. */
  readonly fade_ms?: number;
  /** Full width of the spread of flight times, and of landings around the beat. */
  readonly flight_ms_spread?: number;
  readonly beat_ms_spread?: number;
  /** Mean distance from the beat. */
  readonly beat_ms?: number;
}

/** The set: landings 0.4 s apart, 200 ms of flight. */
export function hopping({ hops = 75, fade_ms = 0, flight_ms_spread = 8, beat_ms_spread = 40, beat_ms = -12 }: Made = {}): ResultContact[] {
  return Array.from({ length: hops }, (_, i) => {
    // a fixed permutation of eleven equal steps: no trend over the set
    const share = ((i * 7) % 11) / 10 - 0.5;
    const other = ((i * 4) % 11) / 10 - 0.5;
    const flight_ms = 200 - fade_ms * Math.max(0, (i / hops - 2 / 3) * 3) + share * flight_ms_spread;
    const contact_ms = 400 - flight_ms;
    const beat_error_ms = beat_ms + other * beat_ms_spread;
    const ic_s = 1.2 + 0.4 * i + beat_error_ms / 1000;
    return { ic_s, tc_s: ic_s + contact_ms / 1000, kind: "hop", hop: true, contact_ms, flight_ms, beat_error_ms, confidence: 90 };
  });
}

/** A record of landings, with the numbers that a clip tells of them; `more` differs from it. */
export function hopped(contacts: readonly ResultContact[], more: Partial<SetRecord> = {}): SetRecord {
  const hops = contacts.length;
  return {
    started_ms: Date.UTC(2026, 0, 5, 17),
    exercise: "pogo",
    rung: "single",
    side: "left",
    bpm: 150,
    target: 75,
    source: "simulated",
    origin: "simulated person 4",
    sensor: "LSM6DSO at 416 Hz, ±16 g",
    firmware_sha256: "0123456789abcdef".repeat(4),
    set: {
      id: 1, exercise: "pogo", end: "time", duration_ms: 30_000, contacts: hops, hops, strides: 0, beats: 75, beat_error_ms_mean: -12, beat_error_ms_sd: 12.6,
      contact_ms_mean: 200, contact_ms_sd: 2.5, flight_ms_mean: 200, flight_ms_sd: 2.5, cadence_spm: 150, missed_beats: 2,
    },
    verdict: {
      exercise: "pogo", clean: true, flaws: [], target: 75, variant: "single",
      height_mm_best: 49.3, height_mm_last: 48.8, height_mm_error: 1.2, height_mm_mean: 49, interval_ms_sd: 16, double_bounces: 0,
    },
    pain: null,
    errors: [],
    contacts,
    reps: [],
    holds: [],
    taps: [],
    activities: [],
    cues: [],
    ...more,
  };
}
