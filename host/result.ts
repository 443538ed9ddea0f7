// What a run came to, in the form that `--json` prints: times in s from the first sample, durations in ms.
import { Session } from "./clip/session.ts";
import type { Contact } from "./clip/session.ts";
import type { Summary } from "./clip/event.ts";
import type { Run } from "./simulator.ts";

/** One contact; times in s from the first sample, durations in ms. */
export interface ResultContact {
  readonly ic_s: number;
  /** null where the foot did not leave. */
  readonly tc_s: number | null;
  readonly kind: string;
  readonly contact_ms: number | null;
  /** Flight before the contact. */
  readonly flight_ms: number | null;
  readonly beat_error_ms: number | null;
  /** 0..100 */
  readonly confidence: number;
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
    contact_ms: tc_us === null ? null : between_ms(ic_us, tc_us),
    flight_ms: flight_us === null ? null : between_ms(ic_us - flight_us, ic_us),
    beat_error_ms: ms(contact.beat_error_us),
    confidence: contact.confidence,
  };
}

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

/** Longest stride, µs: 30 contacts/min are the slowest that are told apart; a longer way to the next contact is a pause. */
const STRIDE_US_MAX = 3e6;

/** Strides: from one walking or running contact's ic to the next one's. The clip's summary counts contacts that begin one. */
function countStrides(contacts: readonly Contact[]): number {
  const isStep = (contact: Contact) => contact.kind === "run" || contact.kind === "walk";
  return contacts.filter((contact, i) => {
    const before = contacts[i - 1];
    return before !== undefined && isStep(contact) && isStep(before) && contact.ic_us - before.ic_us <= STRIDE_US_MAX;
  }).length;
}

/**
 * Reads a run's lines. Hops and cadence are the clip's own summary's; without one hops are counted from its contacts, as strides are.
 * What should be known about how the run was made stands first among the errors.
 */
export function resultOf(run: Run): Result {
  const session = new Session();
  const zeros_us: number[] = [];
  for (const { text, zero_us } of run.lines) {
    const before = session.contacts.length;
    session.line(text);
    if (session.contacts.length > before) zeros_us.push(zero_us);
  }
  const { contacts, summary } = session;
  return {
    firmware_sha256: run.firmware_sha256,
    engine: run.engine,
    seconds: round(run.seconds, 6),
    contacts: contacts.map((contact, i) => contactOf(contact, (us) => run.toTrace_s((us - (zeros_us[i] as number)) / 1e6))),
    hops: summary?.hops ?? contacts.filter(({ hop }) => hop).length,
    strides: countStrides(contacts),
    cadence_spm: summary?.cadence_spm ?? null,
    set: summary === null ? null : setOf(summary),
    errors: [...run.notes, ...session.errors()],
  };
}
