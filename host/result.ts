// What a run came to, in the form that `--json` prints: times in s from the first sample, durations in ms.
import { Session } from "./clip/session.ts";
import type { Contact } from "./clip/session.ts";
import type { Exercise, RepEvent, Summary } from "./clip/event.ts";
import { verdictOf, type SetVerdict } from "./clip/verdict.ts";
import type { Run } from "./simulator.ts";

/** One contact; times in s from the first sample, durations in ms. */
export interface ResultContact {
  readonly ic_s: number;
  /** null where the foot did not leave. */
  readonly tc_s: number | null;
  readonly kind: string;
  /** Between two flights of this foot. */
  readonly hop: boolean;
  readonly contact_ms: number | null;
  /** Flight before the contact. */
  readonly flight_ms: number | null;
  readonly beat_error_ms: number | null;
  /** 0..100 */
  readonly confidence: number;
}

/** One heel raise. */
export interface ResultRep {
  /** When the top was reached. */
  readonly t_s: number;
  readonly clean: boolean;
  readonly height_deg: number | null;
  readonly up_ms: number | null;
  readonly down_ms: number | null;
  /** Near the top. */
  readonly hold_ms: number | null;
  readonly wobble_deg: number | null;
  readonly flaws: readonly string[];
}

/** The foot off the ground in a wall sit; one that lasted beyond the set ends with it. */
export interface ResultHold {
  readonly start_s: number;
  readonly end_s: number;
  readonly tremor_dps: number | null;
  /** No touch-down ended it. */
  readonly unbroken: boolean;
}

/** One step-down. */
export interface ResultTap {
  /** When the heel met the floor. */
  readonly t_s: number;
  readonly clean: boolean;
  readonly reach_ms: number | null;
  readonly floor_ms: number | null;
  readonly return_ms: number | null;
  /** Impacts of the heel on the floor and of the foot on the step. */
  readonly tap_g: number | null;
  readonly landing_g: number | null;
  readonly flaws: readonly string[];
}

/** What the wearer did from a time on. */
export interface ResultActivity {
  readonly t_s: number;
  readonly activity: string;
  /** 0..100 */
  readonly confidence: number;
}

/** From a time on every so-many-th beat was felt, 0 = none; with the cadence then. */
export interface ResultCue {
  readonly t_s: number;
  readonly every: number;
  readonly cadence_spm: number | null;
}

/** The clip's own summary of the set. */
export interface ResultSet {
  readonly id: number;
  readonly exercise: string;
  readonly end: string;
  readonly duration_ms: number;
  readonly contacts: number;
  readonly hops: number;
  readonly strides: number;
  readonly beats: number;
  readonly beat_error_ms_mean: number | null;
  readonly beat_error_ms_sd: number | null;
  readonly contact_ms_mean: number | null;
  readonly contact_ms_sd: number | null;
  readonly flight_ms_mean: number | null;
  readonly flight_ms_sd: number | null;
  readonly cadence_spm: number | null;
  readonly missed_beats: number;
}

export interface Result {
  readonly firmware_sha256: string;
  readonly engine: string;
  readonly seconds: number;
  readonly contacts: readonly ResultContact[];
  readonly hops: number;
  readonly strides: number;
  /** Steps/min for run and walk (two per stride), hops/min for pogo; null where there is none. */
  readonly cadence_spm: number | null;
  /** null where the clip sent no summary. */
  readonly set: ResultSet | null;
  /** Raises, holds and taps: empty in sets of another exercise. */
  readonly reps: readonly ResultRep[];
  readonly holds: readonly ResultHold[];
  readonly taps: readonly ResultTap[];
  /** The clip's own; empty where it sent none. */
  readonly verdict: SetVerdict | Readonly<Record<string, never>>;
  readonly activities: readonly ResultActivity[];
  readonly cues: readonly ResultCue[];
  readonly errors: readonly string[];
}

function ms(us: number | null): number | null {
  return us === null ? null : us / 1000;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Durations are taken on the same time as the events, so that they are the differences of the times beside them. */
function contactOf(contact: Contact, at_s: (clip_us: number) => number): ResultContact {
  const { ic_us, tc_us, flight_us } = contact;
  const between_ms = (from_us: number, to_us: number) => round((at_s(to_us) - at_s(from_us)) * 1000, 3);
  return {
    ic_s: round(at_s(ic_us), 6),
    tc_s: tc_us === null ? null : round(at_s(tc_us), 6),
    kind: contact.kind,
    hop: contact.hop,
    contact_ms: tc_us === null ? null : between_ms(ic_us, tc_us),
    flight_ms: flight_us === null ? null : between_ms(ic_us - flight_us, ic_us),
    beat_error_ms: ms(contact.beat_error_us),
    confidence: contact.confidence,
  };
}

/** A wire value of so many parts a unit. */
function parts(value: number | null, count: number): number | null {
  return value === null ? null : value / count;
}

/** Clip time, µs, of a line to the run's time, s. */
type Clock = (line: object, clip_us: number) => number;

function repOf(rep: RepEvent, at_s: Clock): ResultRep {
  return {
    t_s: at_s(rep, rep.at_us + (rep.up_ms ?? 0) * 1000),
    clean: rep.flaws.length === 0,
    height_deg: parts(rep.top, 10),
    up_ms: rep.up_ms,
    down_ms: rep.down_ms,
    hold_ms: rep.hold_ms,
    wobble_deg: parts(rep.wobble, 10),
    flaws: rep.flaws,
  };
}

/** `end_s` of the set; null where it is not known, and then a hold whose end was not seen is none. */
function holdOf(rep: RepEvent, end_s: number | null, at_s: Clock): ResultHold[] {
  const until_s = rep.hold_ms === null ? end_s : at_s(rep, rep.at_us + rep.hold_ms * 1000);
  if (until_s === null) return [];
  return [{ start_s: at_s(rep, rep.at_us), end_s: until_s, tremor_dps: parts(rep.wobble, 10), unbroken: !rep.flaws.includes("partial") }];
}

function tapOf(rep: RepEvent, at_s: Clock): ResultTap {
  return {
    t_s: at_s(rep, rep.at_us + (rep.up_ms ?? 0) * 1000),
    clean: rep.flaws.length === 0,
    reach_ms: rep.up_ms,
    floor_ms: rep.hold_ms,
    return_ms: rep.down_ms,
    tap_g: parts(rep.top, 1000),
    landing_g: parts(rep.wobble, 1000),
    flaws: rep.flaws,
  };
}

/** Exercises whose repetitions are heel raises. */
const RAISES: ReadonlySet<Exercise | null> = new Set(["auto", "calf", "calf-bent"]);

function setOf(summary: Summary): ResultSet {
  return {
    id: summary.set,
    exercise: summary.exercise,
    end: summary.end,
    duration_ms: summary.duration_ms,
    contacts: summary.contacts,
    hops: summary.hops,
    strides: summary.strides,
    beats: summary.beats,
    beat_error_ms_mean: ms(summary.beat_error_us_mean),
    beat_error_ms_sd: ms(summary.beat_error_us_sd),
    contact_ms_mean: ms(summary.contact_us_mean),
    contact_ms_sd: ms(summary.contact_us_sd),
    flight_ms_mean: ms(summary.flight_us_mean),
    flight_ms_sd: ms(summary.flight_us_sd),
    cadence_spm: summary.cadence_spm,
    missed_beats: summary.missed_beats,
  };
}

/** Longest stride, s: 20 contacts/min of a foot; a longer way to its next contact is a pause. */
export const STRIDE_S_MAX = 3;

/** Strides: from one walking or running contact's ic to the next one's. The clip's summary counts contacts that begin one. */
function countStrides(contacts: readonly Contact[]): number {
  const isStep = (contact: Contact) => contact.kind === "run" || contact.kind === "walk";
  return contacts.filter((contact, i) => {
    const before = contacts[i - 1];
    return before !== undefined && isStep(contact) && isStep(before) && contact.ic_us - before.ic_us <= STRIDE_S_MAX * 1e6;
  }).length;
}

/**
 * Reads a run's lines. Hops and cadence are the clip's own summary's; without one hops are counted from its contacts, as strides are.
 * What should be known about how the run was made stands first among the errors.
 */
export function resultOf(run: Pick<Run, "firmware_sha256" | "engine" | "seconds" | "lines" | "toTrace_s" | "notes">): Result {
  const session = new Session();
  const zeros_us: number[] = [];
  // A clip that restarted in a set has another zero from then on: each line keeps its own.
  const zeroOf_us = new Map<object, number>();
  for (const { text, zero_us } of run.lines) {
    const before = session.contacts.length;
    const event = session.line(text);
    if (event !== null) zeroOf_us.set(event, zero_us);
    if (session.contacts.length > before) zeros_us.push(zero_us);
  }
  const at_s: Clock = (line, clip_us) => round(run.toTrace_s((clip_us - (zeroOf_us.get(line) as number)) / 1e6), 6);
  const { contacts, summary, verdict, exercise, end } = session;
  const end_s = end === null ? null : at_s(end, end.at_us);
  const holds = exercise === "wall-sit" ? session.reps.flatMap((rep) => holdOf(rep, end_s, at_s)) : [];
  const endless = exercise === "wall-sit" ? session.reps.length - holds.length : 0;
  return {
    firmware_sha256: run.firmware_sha256,
    engine: run.engine,
    seconds: round(run.seconds, 6),
    contacts: contacts.map((contact, i) => contactOf(contact, (us) => run.toTrace_s((us - (zeros_us[i] as number)) / 1e6))),
    hops: summary?.hops ?? contacts.filter(({ hop }) => hop).length,
    strides: countStrides(contacts),
    cadence_spm: summary?.cadence_spm ?? null,
    set: summary === null ? null : setOf(summary),
    reps: RAISES.has(exercise) ? session.reps.map((rep) => repOf(rep, at_s)) : [],
    holds,
    taps: exercise === "step-down" ? session.reps.map((rep) => tapOf(rep, at_s)) : [],
    verdict: verdict === null || exercise === null ? {} : verdictOf(verdict, exercise),
    activities: session.activities.map((line) => ({ t_s: at_s(line, line.at_us), activity: line.activity, confidence: line.confidence })),
    cues: session.cues.map((line) => ({ t_s: at_s(line, line.at_us), every: line.every, cadence_spm: line.cadence_spm })),
    errors: [...run.notes, ...session.errors(), ...(endless > 0 ? ["a hold began whose end the clip did not tell"] : [])],
  };
}
