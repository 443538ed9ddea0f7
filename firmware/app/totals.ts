// Totals of a set: what was counted, timed and met, with contacts that can be corrected afterwards.
import { copyBytes, fillBytes } from "../base/bytes";
import { Circle } from "../beat/circle";
import { Spread } from "../beat/spread";
import { Contact } from "../detect/contact";
import { EXERCISE_AUTO, EXERCISE_POGO, EXERCISE_RUN, KIND_HOP, KIND_RUN, KIND_WALK, LOG_NONE } from "../wire/layout";
import { metronome } from "./beats";

/** Contacts that are remembered, a power of two. The detector corrects the last three at most. */
const RECENT: u32 = 8;
const CONTACT_BYTES: i32 = 27;
/** Longer contacts and flights are pauses and stay out of mean and SD. */
const TIMED_US_MAX: u64 = 9_999_999;
/** Longest interval that counts as steady movement: 24 contacts/min. */
const STEADY_US_MAX: i64 = 2_500_000;
const MINUTE_US_D: i64 = 600_000_000;

// One block: Totals, the recent contacts, four groups, Circle.
const TOTALS_AT: usize = memory.data(936, 16);
const TOTALS_BYTES: i32 = 936;
const RECENT_AT: usize = TOTALS_AT + 64;
const GROUPS_AT: usize = TOTALS_AT + 320;
const CIRCLE_AT: usize = TOTALS_AT + 544;
const WHOLE_AT: usize = memory.data(24, 16);

// A group: the contacts of one kind. Count i64, Spread of contact time, Spread of flight.
const GROUP_BYTES: i32 = 56;
const GROUP_CONTACT: usize = 8;
const GROUP_FLIGHT: usize = 32;

/** Counts and steady movement; mean and SD come from the functions below. */
@unmanaged
export class Totals {
  steady_us: i64; // sum of the steady intervals
  interval_us: i64; // the interval before
  before_us: u64; // the initial contact before
  steady: i32; // count of steady intervals
  exercise: i32;
  contacts: i32;
  hops: i32;
  strides: i32; // pairs of contacts in a row that are both of walking or both of running
  met: i32; // beats that have a contact
  metLast: i32; // the last of them
  idFirst: u32;
  idLast: u32;
}

export const totals: Totals = changetype<Totals>(TOTALS_AT);
const circle: Circle = changetype<Circle>(CIRCLE_AT);
/** Where the last `beatErrors` left its sums. */
const whole: Spread = changetype<Spread>(WHOLE_AT);

/** Begins a set. */
export function clearTotals(exercise: i32): void {
  fillBytes(TOTALS_AT, 0, TOTALS_BYTES);
  totals.exercise = exercise;
}

/**
 * Takes a contact in; contacts come in the order of their initial contact. `error_us`: to the nearest beat as `metronome` has just
 * found it, LOG_NONE without beats.
 */
export function addContact(contact: Contact, error_us: i32): void {
  totals.contacts += 1;
  if (totals.idFirst == 0) totals.idFirst = contact.id;
  totals.idLast = contact.id;
  copyBytes(changetype<usize>(recent(contact.id)), changetype<usize>(contact), CONTACT_BYTES);
  book(contact, error_us, 1);
  if (error_us != LOG_NONE && (totals.met == 0 || metronome.nearestIndex > totals.metLast)) {
    totals.met += 1;
    totals.metLast = metronome.nearestIndex;
  }
  const interval_us = <i64>(contact.ic_us - totals.before_us);
  if (totals.contacts > 1) {
    // Steady: as long as the interval before, within 4:7 and 7:4. A pause, a contact too many or one too few is not.
    const before_us = totals.contacts == 2 ? interval_us : totals.interval_us;
    if (interval_us <= STEADY_US_MAX && 4 * max(interval_us, before_us) <= 7 * min(interval_us, before_us)) {
      totals.steady += 1;
      totals.steady_us += interval_us;
    }
    totals.interval_us = interval_us;
  }
  totals.before_us = contact.ic_us;
}

/** The contact of the set with this id, null if there is none or it is too old to be corrected. */
export function findContact(id: u32): Contact | null {
  return totals.idFirst == 0 || id < totals.idFirst || id > totals.idLast || totals.idLast - id >= RECENT ? null : recent(id);
}

/** Corrects a contact that `findContact` gave. */
export function amendContact(contact: Contact, kind: u8, hop: u8, error_us: i32): void {
  book(contact, error_us, -1);
  contact.kind = kind;
  contact.hop = hop;
  book(contact, error_us, 1);
}

/** Sums of the beat errors; their mean still needs `wrapMean`. */
export function beatErrors(): Spread {
  whole.count = 0;
  if (circle.count != 0) circle.unroll(whole);
  return whole;
}

/** Brings a mean of beat errors back to within half a beat. */
export function wrapMean(mean_us: i32): i32 {
  return circle.wrap(mean_us);
}

/** The kind the set is about: the exercise's, in auto the most frequent one. */
export function mainKind(): i32 {
  if (totals.exercise != EXERCISE_AUTO) return kindOf(totals.exercise);
  let best: i32 = KIND_WALK;
  for (let kind: i32 = KIND_RUN; kind <= KIND_HOP; kind++) {
    if (load<i64>(groupAt(kind)) > load<i64>(groupAt(best))) best = kind;
  }
  return best;
}

/** Contact times of a kind. */
export function contactTimes(kind: i32): Spread {
  return changetype<Spread>(groupAt(kind) + GROUP_CONTACT);
}

/** Flights before the contacts of a kind. */
export function flightTimes(kind: i32): Spread {
  return changetype<Spread>(groupAt(kind) + GROUP_FLIGHT);
}

/** Cadence over the steady intervals in 0.1/min: hops, or steps (two an interval) for the other kinds; LOG_NONE without intervals. */
export function cadence_d(kind: i32): i32 {
  if (totals.steady == 0) return LOG_NONE;
  const each: i64 = kind == KIND_HOP ? 1 : 2;
  return <i32>((each * MINUTE_US_D * totals.steady + totals.steady_us / 2) / totals.steady_us);
}

function book(contact: Contact, error_us: i32, sign: i32): void {
  let kind = <i32>contact.kind;
  totals.strides += (strideTo(contact, contact.id - 1) + strideTo(contact, contact.id + 1)) * sign;
  if (contact.hop != 0) {
    totals.hops += sign;
    kind = KIND_HOP;
  } else if (kind != KIND_WALK && kind != KIND_RUN) return; // such as the last landing of a row of hops
  const group = groupAt(kind);
  store<i64>(group, load<i64>(group) + sign);
  addTime(group + GROUP_CONTACT, contact.tc_us == 0 ? 0 : contact.tc_us - contact.ic_us, sign);
  addTime(group + GROUP_FLIGHT, contact.flight_us, sign);
  if (error_us != LOG_NONE && (totals.exercise == EXERCISE_AUTO || kind == kindOf(totals.exercise))) {
    circle.add(error_us, metronome.period_us, sign);
  }
}

/** 1 if the contact and its neighbour make a stride. */
function strideTo(contact: Contact, id: u32): i32 {
  const kind = contact.kind;
  const neighbour = findContact(id);
  return neighbour && neighbour.kind == kind && (kind == KIND_WALK || kind == KIND_RUN) ? 1 : 0;
}

function addTime(spread: usize, time_us: u64, sign: i32): void {
  if (time_us != 0 && time_us <= TIMED_US_MAX) changetype<Spread>(spread).add(time_us, sign);
}

function kindOf(exercise: i32): i32 {
  return exercise == EXERCISE_POGO ? KIND_HOP : exercise == EXERCISE_RUN ? KIND_RUN : KIND_WALK;
}

function groupAt(kind: i32): usize {
  return GROUPS_AT + <usize>(kind * GROUP_BYTES);
}

function recent(id: u32): Contact {
  return changetype<Contact>(RECENT_AT + <usize>((id & (RECENT - 1)) << 5));
}
