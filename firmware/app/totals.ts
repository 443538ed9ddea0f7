// Totals of a set: what was counted, timed and met, with contacts that can be corrected afterwards.
import { copyBytes, countUp, fillBytes } from "../base/bytes";
import { Bounces } from "../beat/bounces";
import { Circle } from "../beat/circle";
import { MINUTE_US_D } from "../beat/metronome";
import { Spread } from "../beat/spread";
import { Contact } from "../detect/contact";
import { EXERCISE_AUTO, EXERCISE_POGO, KIND_HOP, KIND_NONE, KIND_RUN, KIND_WALK, LOG_NONE } from "../wire/layout";
import { metronome } from "./beats";

/** Contacts that are remembered, a power of two. The detector corrects the last three at most. */
const RECENT: u32 = 8;
/** Longer contacts and flights are pauses and stay out of mean and SD. */
const TIMED_US_MAX: u64 = 9_999_999;
/** Longest interval that counts as steady movement: 24 contacts/min. */
const STEADY_US_MAX: i64 = 2_500_000;

// One block: Totals, the recent contacts, a pair of Spread (contact, flight) a kind, Circle, Spread of steady intervals, Bounces.
const TOTALS_AT: usize = memory.data(1408, 16);
const TOTALS_BYTES: i32 = 1408;
const RECENT_AT: usize = TOTALS_AT + 112;
const RECENT_BYTES: usize = 40;
const TIMES_AT: usize = TOTALS_AT + 384;
const SPREAD_BYTES: usize = 24;
const CIRCLE_AT: usize = TOTALS_AT + 576;
const STEADY_AT: usize = TOTALS_AT + 968;
const BOUNCES_AT: usize = TOTALS_AT + 992;
const WHOLE_AT: usize = memory.data(24, 16);

/** The record LOG_SUMMARY of the set under way, its counts kept up, and what else it takes to fill it in. */
@unmanaged
export class Totals {
  setId: i32;
  exercise: i32;
  end: i32; // END_*
  duration_ms: i32;
  contacts: i32;
  hops: i32;
  strides: i32; // pairs of contacts in a row that are both of walking or both of running
  beats: i32;
  beatMean_us: i32;
  beatSd_us: i32;
  contactMean_us: i32;
  contactSd_us: i32;
  flightMean_us: i32;
  flightSd_us: i32;
  cadence_d: i32;
  missed: i32;
  start_us: u64; // beat 0; 0 before it is known
  // So far the record.
  before_us: u64; // the initial contact before
  interval_us: i64; // the interval before
  met: i32; // beats that have a contact
  metNext: i32; // one more than the last of them
  latest: u32; // id of the last contact
}

/** A contact that may still be corrected: the record LOG_CONTACT, and the beat its error is from. */
@unmanaged
export class Entry extends Contact {
  setId: i32;
  error_us: i32; // LOG_NONE without beats
  period_us: i32;
}

export const totals: Totals = changetype<Totals>(TOTALS_AT);
const circle: Circle = changetype<Circle>(CIRCLE_AT);
/** Sums of the steady intervals. */
export const steady: Spread = changetype<Spread>(STEADY_AT);
/** The landings of hops. */
export const bounces: Bounces = changetype<Bounces>(BOUNCES_AT);
/** Sums of the beat errors. */
const whole: Spread = changetype<Spread>(WHOLE_AT);

/** Begins a set. */
export function clearTotals(setId: i32, exercise: i32): void {
  fillBytes(TOTALS_AT, 0, TOTALS_BYTES);
  totals.setId = setId;
  totals.exercise = exercise;
}

/**
 * Takes a contact in; contacts come in the order of their initial contact. `error_us`: to the nearest beat as `metronome` has just
 * found it, LOG_NONE without beats.
 */
export function addContact(contact: Contact, error_us: i32): Entry {
  const ic_us = contact.ic_us;
  const entry = entryAt(contact.id);
  copyBytes(changetype<usize>(entry), changetype<usize>(contact), offsetof<Contact>());
  entry.setId = totals.setId;
  totals.latest = entry.id;
  entry.error_us = error_us;
  entry.period_us = metronome.period_us;
  book(entry, 1);
  // As it is first told: what is corrected is the contact's end, not the flight before it.
  if (entry.kind == KIND_HOP) bounces.add(ic_us, entry.flight_us, error_us == LOG_NONE ? 0 : metronome.period_us);
  if (error_us != LOG_NONE & metronome.nearestIndex >= totals.metNext) {
    countUp(TOTALS_AT + offsetof<Totals>("met"));
    totals.metNext = metronome.nearestIndex + 1;
  }
  // Steady: as long as the interval before, within 4:7 and 7:4. A pause, a contact too many or one too few is not, nor is the time
  // before the first contact.
  const interval_us = <i64>(ic_us - totals.before_us);
  if (interval_us <= STEADY_US_MAX & 4 * max(interval_us, totals.interval_us) <= 7 * min(interval_us, totals.interval_us)) {
    steady.add(interval_us, 1);
  }
  totals.interval_us = interval_us;
  totals.before_us = ic_us;
  countUp(TOTALS_AT + offsetof<Totals>("contacts"));
  return entry;
}

/** Corrects kind and hop of an earlier contact; null if this changes nothing, or the set has no such contact any more. */
export function amendContact(amended: Contact): Entry | null {
  const entry = entryAt(amended.id);
  if (entry.id != amended.id | (entry.kind == amended.kind & entry.hop == amended.hop)) return null;
  book(entry, -1);
  entry.kind = amended.kind;
  entry.hop = amended.hop;
  book(entry, 1);
  return entry;
}

/** Kind of the last contact, as it is told now. */
export function latestKind(): i32 {
  return entryAt(totals.latest).kind;
}

/** Fills in what the counts come to; `beats` and `missed` are the caller's. Returns the kind the set is about: the exercise's, in auto the most frequent one. */
export function sumUp(): i32 {
  let kind = kindOf(totals.exercise);
  if (totals.exercise == EXERCISE_AUTO) {
    kind = KIND_WALK;
    for (let other: i32 = KIND_RUN; other <= KIND_HOP; other++) if (times(other, 0).count > times(kind, 0).count) kind = other;
  }
  whole.count = 0;
  if (circle.count != 0) circle.unroll(whole);
  sum(whole, TOTALS_AT + offsetof<Totals>("beatMean_us"));
  if (totals.beatMean_us != LOG_NONE) totals.beatMean_us = circle.wrap(totals.beatMean_us);
  whole.count = 0; // of no kind no times are kept
  sum(kind == KIND_NONE ? whole : times(kind, 0), TOTALS_AT + offsetof<Totals>("contactMean_us"));
  sum(kind == KIND_NONE ? whole : times(kind, 1), TOTALS_AT + offsetof<Totals>("flightMean_us"));
  // One clip feels every other step.
  const each: i64 = kind == KIND_HOP ? MINUTE_US_D : 2 * MINUTE_US_D;
  totals.cadence_d = steady.count == 0 ? LOG_NONE : <i32>((each * steady.count + steady.sum / 2) / steady.sum);
  return kind;
}

/** Mean and SD side by side to `at`, LOG_NONE where there are too few values. */
export function sum(spread: Spread, at: usize): void {
  store<i32>(at, spread.count == 0 ? LOG_NONE : <i32>spread.mean());
  store<i32>(at, spread.count < 2 ? LOG_NONE : <i32>spread.sd(), 4);
}

/** Counts a contact in (`sign` = 1) or back out (−1). */
function book(entry: Entry, sign: i32): void {
  let kind: i32 = entry.kind;
  totals.strides += (strideTo(kind, entry.id - 1) + strideTo(kind, entry.id + 1)) * sign;
  if (entry.hop != 0) {
    totals.hops += sign;
    kind = KIND_HOP;
  } else if (kind == KIND_HOP || kind == KIND_NONE) return; // such as the last landing of a row of hops
  addTime(times(kind, 0), entry.tc_us - entry.ic_us, sign);
  addTime(times(kind, 1), entry.flight_us, sign);
  if (entry.error_us != LOG_NONE && (totals.exercise == EXERCISE_AUTO || kind == kindOf(totals.exercise))) {
    circle.add(entry.error_us, entry.period_us, sign);
  }
}

/** 1 if a contact of this kind and its neighbour make a stride. */
function strideTo(kind: i32, id: u32): i32 {
  const neighbour = entryAt(id);
  return neighbour.id == id & neighbour.kind == kind && (kind == KIND_WALK || kind == KIND_RUN) ? 1 : 0;
}

/** Unless there is none: `time_us` is 0, or below it for want of a toe-off. */
function addTime(spread: Spread, time_us: u64, sign: i32): void {
  if (time_us - 1 < TIMED_US_MAX) spread.add(time_us, sign);
}

/** Of an exercise but auto, KIND_NONE of one that is not about contacts. The two count in opposite directions: pogo run walk, walk run hop. */
function kindOf(exercise: i32): i32 {
  return max(EXERCISE_POGO + KIND_HOP - exercise, KIND_NONE);
}

/** Contact times (`flights` = 0) or flights before the contacts of a kind, KIND_WALK or beyond. */
function times(kind: i32, flights: i32): Spread {
  return changetype<Spread>(TIMES_AT + <usize>(2 * kind + flights) * SPREAD_BYTES);
}

function entryAt(id: u32): Entry {
  return changetype<Entry>(RECENT_AT + <usize>(id & (RECENT - 1)) * RECENT_BYTES);
}
