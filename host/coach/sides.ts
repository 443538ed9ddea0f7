// Left against right: two sets of the same exercise, and which of their differences are more than measurement. Pure.
import { moments } from "../moments.ts";
import { fixed } from "../report/table.ts";
import type { SetHead, SetRecord } from "../record.ts";
import { GRAVITY_M_S2, bounceHeight_mm, hopFlight_ms } from "./height.ts";
import type { Drill } from "./programme.ts";

/** A number of both sides. */
export interface SideDifference {
  readonly name: string;
  readonly unit: string;
  /** Means of the two sets. */
  readonly left: number;
  readonly right: number;
  /** Right less left. */
  readonly difference: number;
  /** What it must pass to be more than chance and measurement (95 %). */
  readonly error: number;
  readonly different: boolean;
  readonly sentence: string;
}

/**
 * How far the mean of a set is off for where and how tightly the clip sits, which no number of hops takes away; what is off for the person and the
 * shoe is off on both sides alike. As SD of one side: of 200 simulated people held out of tuning with two clips, on the same place of either shoe, the 95th
 * percentile of the difference of their errors, by 1.96·√2, for a few are off by more than the normal distribution has.
 */
export const CLIP_SD = {
  pogo_contact_ms: 2.2,
  pogo_flight_ms: 2.2,
  run_contact_ms: 13.9,
  run_air_ms: 13,
  raise_deg: 0.37,
  raise_up_s: 0.016,
  raise_down_s: 0.0066,
} as const;

/** A quantity of an exercise: its values in a set, and how far the mean is off for the clip, SD, of a mean of so much. */
interface Quantity {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
  readonly values: (record: SetRecord) => (number | null)[];
  readonly clip_sd: (record: SetRecord) => number;
}

const always = (sd: number) => (): number => sd;

const flights_ms = ({ contacts, bpm }: SetRecord): number[] => contacts.map((contact) => hopFlight_ms(contact, bpm)).filter((flight_ms) => flight_ms !== null);

const HOPS: readonly Quantity[] = [
  { name: "contact time", unit: "ms", digits: 0, values: ({ contacts }) => contacts.map(({ kind, contact_ms }) => (kind === "hop" ? contact_ms : null)), clip_sd: always(CLIP_SD.pogo_contact_ms) },
  { name: "flight time", unit: "ms", digits: 0, values: flights_ms, clip_sd: always(CLIP_SD.pogo_flight_ms) },
  {
    name: "bounce height",
    unit: "cm",
    digits: 1,
    values: (record) => flights_ms(record).map((flight_ms) => bounceHeight_mm(flight_ms) / 10),
    // A flight that is off by dt moves its height by g·t·dt/4.
    clip_sd: (record) => (GRAVITY_M_S2 * (moments(flights_ms(record)).mean / 1000) * (CLIP_SD.pogo_flight_ms / 1000) * 100) / 4,
  },
];

const RAISES: readonly Quantity[] = [
  { name: "height of a raise", unit: "°", digits: 1, values: ({ reps }) => reps.map(({ height_deg }) => height_deg), clip_sd: always(CLIP_SD.raise_deg) },
  { name: "time up", unit: "s", digits: 2, values: ({ reps }) => reps.map(({ up_ms }) => (up_ms === null ? null : up_ms / 1000)), clip_sd: always(CLIP_SD.raise_up_s) },
  { name: "time down", unit: "s", digits: 2, values: ({ reps }) => reps.map(({ down_ms }) => (down_ms === null ? null : down_ms / 1000)), clip_sd: always(CLIP_SD.raise_down_s) },
];

/** Of a run one clip feels its own foot: the air is that foot's, from its toe-off to its next landing, and no bounce height comes of it. */
const STRIDES: readonly Quantity[] = [
  { name: "contact time", unit: "ms", digits: 0, values: ({ contacts }) => contacts.map(({ kind, contact_ms }) => (kind === "run" ? contact_ms : null)), clip_sd: always(CLIP_SD.run_contact_ms) },
  { name: "time of the foot in the air", unit: "ms", digits: 0, values: ({ contacts }) => contacts.map(({ kind, flight_ms }) => (kind === "run" && flight_ms !== null && flight_ms < 1000 ? flight_ms : null)), clip_sd: always(CLIP_SD.run_air_ms) },
];

const QUANTITIES: Partial<Record<Drill, readonly Quantity[]>> = { pogo: HOPS, run: STRIDES, calf: RAISES, "calf-bent": RAISES };

/** Exercises whose sides can be compared. */
export const COMPARABLE = Object.keys(QUANTITIES) as readonly Drill[];

/** Fewest values of a side that are compared: a stable mean of hops needs seven (Stratford 2020; Southey 2023). */
export const COMPARED_MIN = 7;

function difference(quantity: Quantity, left: SetRecord, right: SetRecord): SideDifference[] {
  const { name, unit, digits } = quantity;
  const [l, r] = [left, right].map((record) => moments(quantity.values(record).filter((value) => value !== null))) as [ReturnType<typeof moments>, ReturnType<typeof moments>];
  if (l.n < COMPARED_MIN || r.n < COMPARED_MIN) return [];
  const more = r.mean - l.mean;
  const error = 1.96 * Math.sqrt(l.sd ** 2 / l.n + r.sd ** 2 / r.n + quantity.clip_sd(left) ** 2 + quantity.clip_sd(right) ** 2);
  const different = Math.abs(more) > error;
  const both = `left ${fixed(l.mean, digits)} ${unit}, right ${fixed(r.mean, digits)} ${unit}`;
  // The difference of the numbers as they are shown.
  const shown = Number(fixed(r.mean, digits)) - Number(fixed(l.mean, digits));
  const by = `${fixed(Math.abs(shown), digits)} ${unit} (± ${fixed(error, digits)} ${unit})`;
  const sentence = different
    ? `${name.charAt(0).toUpperCase()}${name.slice(1)} differs: ${both}; the ${more > 0 ? "right" : "left"} has ${by} more.`
    : `No difference told in ${name}: ${both}; ${by} is within chance and measurement.`;
  return [{ name, unit, left: l.mean, right: r.mean, difference: more, error, different, sentence }];
}

/** Whether two sets are of the same work: exercise, rung and tempo. Other work has other numbers on one side alone. */
export function sameWork(one: SetHead, other: SetHead): boolean {
  return one.exercise === other.exercise && one.rung === other.rung && one.bpm === other.bpm;
}

/** Differences of two sets of the same work; empty where it has none to compare, or too little was done. */
export function compareSides(left: SetRecord, right: SetRecord): SideDifference[] {
  if (!sameWork(left, right)) return [];
  return (QUANTITIES[left.exercise as Drill] ?? []).flatMap((quantity) => difference(quantity, left, right));
}

