// Sets as a clip would give them, written by hand: one of each exercise, between them every field in every form it has.
import type { SetRecord } from "../../host/record.ts";
import type { ResultSet } from "../../host/result.ts";

/** 2026-03-02, 18:30 UTC. */
export const MONDAY_MS = 1_772_476_200_000;

const SHA256 = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

const summary = (exercise: string, values: Partial<ResultSet> = {}): ResultSet => ({
  id: 3,
  exercise,
  end: "time",
  duration_ms: 30_000,
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
  ...values,
});

const base = {
  rung: null,
  side: null,
  bpm: null,
  target: null,
  source: "clip",
  origin: "HC-0042",
  sensor: "LSM6DSO at 416 Hz, ±16 g",
  firmware_sha256: SHA256,
  verdict: null,
  pain: null,
  errors: [],
  contacts: [],
  reps: [],
  holds: [],
  taps: [],
  activities: [],
  cues: [],
} as const satisfies Partial<SetRecord>;

/** Contacts on a beat, one that did not leave the ground, one before beat 0; pain and a fault. */
export const POGO: SetRecord = {
  ...base,
  started_ms: MONDAY_MS,
  exercise: "pogo",
  rung: "single-leg",
  side: "right",
  bpm: 152.5,
  target: 75,
  set: summary("pogo", {
    contacts: 4, hops: 3, beats: 76, beat_error_ms_mean: -4.125, beat_error_ms_sd: 11.031, contact_ms_mean: 231.4, flight_ms_mean: 166.667, cadence_spm: 149.9, missed_beats: 1,
  }),
  verdict: {
    exercise: "pogo", clean: false, flaws: ["short", "rhythm"], target: 75, variant: "single", height_mm_best: 34.1, height_mm_last: 33.9, height_mm_error: null, double_bounces: 0,
  },
  pain: { score: 2, where: "knee" },
  errors: ["the motion sensor refused a transfer (3 times)", 'a note with "quotes", ünïcode and a\nsecond line'],
  contacts: [
    { ic_s: -0.000001, tc_s: 0.231481, kind: "hop", hop: false, contact_ms: 231.482, flight_ms: null, beat_error_ms: -0.001, confidence: 100 },
    { ic_s: 0.400312, tc_s: 0.629999, kind: "hop", hop: true, contact_ms: 229.687, flight_ms: 168.831, beat_error_ms: 0.312, confidence: 97 },
    { ic_s: 0.8, tc_s: 1.03, kind: "hop", hop: true, contact_ms: 230, flight_ms: 170.001, beat_error_ms: null, confidence: 0 },
    { ic_s: 29.999999, tc_s: null, kind: "none", hop: false, contact_ms: null, flight_ms: 141.1, beat_error_ms: 12, confidence: 55 },
  ],
};

/** Raises with and without values. */
export const CALF: SetRecord = {
  ...base,
  started_ms: MONDAY_MS + 86_400_000,
  exercise: "calf",
  rung: "both-legs",
  side: "left",
  target: 30,
  source: "simulated",
  origin: "simulated person 7",
  set: summary("calf", { end: "count", duration_ms: 61_250 }),
  verdict: { exercise: "calf", clean: true, flaws: [], target: 30, variant: null, reps: 2, clean_reps: 1, height_deg_mean: 38.7 },
  pain: { score: 0, where: null },
  reps: [
    { t_s: 1.204, clean: true, height_deg: 41.3, up_ms: 812, down_ms: 1033, hold_ms: 480, wobble_deg: 3.2, flaws: [] },
    { t_s: 4.9, clean: false, height_deg: null, up_ms: null, down_ms: null, hold_ms: null, wobble_deg: null, flaws: ["partial", "open"] },
  ],
};

/** Two holds, one of them broken. */
export const SIT: SetRecord = {
  ...base,
  started_ms: MONDAY_MS + 2 * 86_400_000,
  exercise: "wall-sit",
  rung: "single",
  side: "left",
  target: 45,
  set: summary("wall-sit", { end: "command", duration_ms: 60_004 }),
  holds: [
    { start_s: 0.5, end_s: 21.312499, tremor_dps: 4.1, unbroken: false },
    { start_s: 23, end_s: 60.004, tremor_dps: null, unbroken: true },
  ],
};

/** Taps, without side and rung, from a recording. */
export const STEPS_DOWN: SetRecord = {
  ...base,
  started_ms: MONDAY_MS + 3 * 86_400_000,
  exercise: "step-down",
  source: "recording",
  origin: "cmu-step-down-low-left.csv.gz",
  sensor: "LSM6DS3TR-C at 104 Hz, ±8 g",
  set: summary("step-down"),
  taps: [
    { t_s: 2.000001, clean: true, reach_ms: 900, floor_ms: 120, return_ms: 870, tap_g: 1.204, landing_g: 0.873, flaws: [] },
    { t_s: 5.5, clean: false, reach_ms: null, floor_ms: null, return_ms: null, tap_g: null, landing_g: null, flaws: ["fast"] },
  ],
};

/** A run with cues and what the runner did in it. */
export const RUN: SetRecord = {
  ...base,
  started_ms: MONDAY_MS + 4 * 86_400_000,
  exercise: "run",
  target: 5,
  set: summary("run", { duration_ms: 600_000, contacts: 1, strides: 1, cadence_spm: 166.2 }),
  verdict: { exercise: "run", clean: true, flaws: [], target: 5, variant: null, baseline_spm: 160.1, tempo_spm: 168.1 },
  contacts: [{ ic_s: 3.25, tc_s: 3.51, kind: "run", hop: false, contact_ms: 260, flight_ms: 442.307, beat_error_ms: null, confidence: 88 }],
  activities: [
    { t_s: 0, activity: "still", confidence: 91 },
    { t_s: 2.307692, activity: "run", confidence: 84 },
  ],
  cues: [
    { t_s: 60.000001, every: 1, cadence_spm: 161.5 },
    { t_s: 75, every: 0, cadence_spm: null },
  ],
};

/** All of them, in the order of time. */
export const RECORDS: readonly SetRecord[] = [POGO, CALF, SIT, STEPS_DOWN, RUN];

/** The i-th of a row of sets of which no two are alike. */
export function numbered(i: number): SetRecord {
  const record = RECORDS[i % RECORDS.length]!;
  const contacts = Array.from({ length: 20 + (i % 50) }, (_, k) => ({ ...RUN.contacts[0]!, ic_s: Number((0.7 * k + 0.000001 * i).toFixed(6)) }));
  return { ...record, started_ms: MONDAY_MS + i * 1000, origin: `set ${i}`, contacts };
}
