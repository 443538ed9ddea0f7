// The set: armed, count-in, set, summary, idle. Every contact goes to the log before its line is sent.
import { copyBytes } from "../base/bytes";
import { MINUTE_US_D } from "../beat/metronome";
import { Contact } from "../detect/contact";
import { DETECTED_AMEND, DETECTED_CONTACT, detector, flush as flushDetector, push, reset as resetDetector } from "../detect/detector";
import { IMU_RUN, next as nextSample, sample, status } from "../imu/imu";
import { append, idle as storeIdle, log } from "../store/log";
import {
  DURATION_MS_MAX, END_COMMAND, END_COUNT, END_RESET, END_STILL, END_TIME, EXERCISE_POGO, KIND_HOP, LOG_AMEND, LOG_CONTACT, LOG_CONTACT_BYTES,
  LOG_CONTACT_ERROR_US, LOG_CONTACT_SET_ID, LOG_NONE, LOG_SET, LOG_SET_BYTES, LOG_SET_EXERCISE, LOG_SET_ID, LOG_SET_SIDE, LOG_SUMMARY, LOG_SUMMARY_BYTES, MODE_ARMED,
  MODE_COUNT_IN, MODE_IDLE, MODE_SET, MODE_SUMMARY, SET_ID_MAX, SUMMARY_FIELDS, TAG_AMD, TAG_CON, TAG_MOD, TAG_SUM,
} from "../wire/layout";
import { beginLine, number, numbers, numberUnless } from "../wire/line";
import { beatError_us, beats, metronome, startBeats, stopBeats } from "./beats";
import { sendEvent } from "./link";
import { pulse, shaken } from "./motor";
import { settings } from "./settings";
import { addContact, amendContact, clearTotals, sumUp, Totals, totals } from "./totals";

/** From the command to a beat 0 that is to come at once: time for the motor's queue. */
const AT_ONCE_US: u64 = 10_000;
/** So much more from the sensor's first sample to the first beat of the count-in. */
const COUNT_IN_LEAD_US: u64 = 40_000;
/** How long after the end of the set its last contact may take to close and to be judged by the flight after it. */
const GRACE_US: u64 = 1_250_000;
/** The word for the end of a set: two short pulses. */
const END_PULSE_MS: i32 = 40;
const END_PAUSE_US: u64 = 120_000;

const SESSION_AT: usize = memory.data(80, 16);
const RECORD_AT: usize = memory.data(36, 16); // LOG_SET_BYTES

@unmanaged
export class Session {
  end_us: u64; // u64.MAX_VALUE while open
  due_us: u64; // when `serviceSession` moves the set on; u64.MAX_VALUE if it is not the clock that does
  // As in MOD.
  mode: i32;
  // As in the record LOG_SET.
  setId: i32; // 0 before the first set
  exercise: i32;
  bpm_d: i32;
  duration_ms: i32; // 0: no limit of its own
  count: i32; // hops in pogo, else strides and hops; 0: no limit
  countIn: i32; // beats
  still_ms: i32; // 0: stillness never ends the set
  accentEvery: i32;
  side: i32;
}
export const session: Session = changetype<Session>(SESSION_AT);
/** Where `mode`, `setId`, `exercise` and `bpm_d` lie side by side. */
export const MODE_AT: usize = SESSION_AT + offsetof<Session>("mode");
const PLAN_AT: usize = SESSION_AT + offsetof<Session>("setId");
const PLAN_FIELDS: i32 = 7;

/** Whether no set is under way. */
export function idle(): bool {
  return session.mode == MODE_IDLE;
}

/**
 * Begins a set; `fields` are those of SET as i64, each in its range. Without count-in it starts at once, else when the sensor delivers
 * and the beats before beat 0 are over. Returns 0, or STORE_ERROR_* and nothing has changed.
 */
export function beginSet(now_us: u64, fields: usize): i32 {
  store<u32>(RECORD_AT, session.setId == SET_ID_MAX ? 1 : session.setId + 1, LOG_SET_ID);
  for (let field: i32 = 0; field < PLAN_FIELDS; field++) store<u32>(RECORD_AT + (field << 2), load<u32>(fields + (field << 3)), LOG_SET_EXERCISE);
  store<u32>(RECORD_AT, settings.side, LOG_SET_SIDE);
  const error = append(LOG_SET, RECORD_AT, LOG_SET_BYTES);
  if (error < 0) return error;
  copyBytes(PLAN_AT, RECORD_AT, LOG_SET_BYTES);
  clearTotals(session.setId, session.exercise);
  stopBeats(now_us);
  if (session.countIn == 0) scheduleSet(now_us);
  else enter(MODE_ARMED, now_us, u64.MAX_VALUE);
  return 0;
}

/** Ends the set now, or, when it is over and waits for the last contact, does not wait. */
export function stopSet(now_us: u64): void {
  if (session.mode == MODE_SUMMARY) finishSet(now_us);
  else endSet(END_COMMAND, now_us, now_us);
}

/** Gives the samples of this step to the detector and takes its contacts. The loop that costs: what each sample runs through is inlined here. */
export function takeSamples(now_us: u64): void {
  const listening = session.mode >= MODE_COUNT_IN;
  while (nextSample()) {
    if (!listening) continue;
    const t_us = sample.t_us;
    const found = push(
      t_us, sample.ax_mg, sample.ay_mg, sample.az_mg, sample.gx_ddps, sample.gy_ddps, sample.gz_ddps, shaken(t_us),
    );
    if (found != 0) takeFound(now_us, found);
  }
}

/** Moves the set on by its clock. */
export function serviceSession(now_us: u64): void {
  const mode = session.mode;
  if (mode == MODE_ARMED) {
    if (status.state == IMU_RUN) scheduleSet(now_us);
  } else if (now_us >= session.due_us) {
    if (mode == MODE_COUNT_IN) enter(MODE_SET, totals.start_us, session.end_us);
    else if (mode == MODE_SET) endSet(END_TIME, session.end_us, now_us);
    else finishSet(now_us);
  } else if (mode == MODE_SET) {
    const still_us = min<i64>(detector.still_us, sample.t_us - totals.start_us);
    if (session.still_ms != 0 && still_us >= <i64>session.still_ms * 1000) endSet(END_STILL, sample.t_us - still_us, now_us);
  }
}

/** Lays beat 0 and with it the set's start, and begins the count-in if there is one. */
function scheduleSet(now_us: u64): void {
  resetDetector(status.odr_hz, status.gyro != 0, session.exercise);
  const countIn = session.countIn;
  const start_us = now_us + AT_ONCE_US + (countIn == 0 ? 0 : COUNT_IN_LEAD_US + <u64>(countIn * MINUTE_US_D / session.bpm_d));
  const end_us = start_us + <u64>(session.duration_ms == 0 ? DURATION_MS_MAX : session.duration_ms) * 1000;
  totals.start_us = start_us;
  session.end_us = end_us;
  startBeats(now_us, start_us, session.bpm_d, -countIn, session.accentEvery, end_us);
  if (countIn == 0) enter(MODE_SET, start_us, end_us);
  else enter(MODE_COUNT_IN, now_us, start_us);
}

/** A set that had not begun has nothing to wait for. */
function endSet(end: i32, end_us: u64, now_us: u64): void {
  totals.end = end;
  session.end_us = end_us;
  stopBeats(now_us);
  pulse(now_us + AT_ONCE_US, END_PULSE_MS);
  pulse(now_us + AT_ONCE_US + END_PAUSE_US, END_PULSE_MS);
  if (session.mode == MODE_SET) enter(MODE_SUMMARY, end_us, end_us + GRACE_US);
  else {
    totals.start_us = 0;
    finishSet(now_us);
  }
}

/** The last contact is in, or has had its time. */
function finishSet(now_us: u64): void {
  takeFound(now_us, flushDetector());
  summarise();
  storeIdle();
  enter(MODE_IDLE, now_us, u64.MAX_VALUE);
}

/** Changes the mode, or the tempo in it, from `at_us` on and tells so. `due_us`: when the mode is over by the clock. */
export function enter(mode: i32, at_us: u64, due_us: u64): void {
  session.mode = mode;
  session.due_us = due_us;
  beginLine(TAG_MOD);
  numbers(MODE_AT, 4);
  number(at_us);
  sendEvent();
}

/** `found`: DETECTED_* bits. */
function takeFound(now_us: u64, found: i32): void {
  if ((found & DETECTED_AMEND) != 0) take(now_us, detector.amended, true);
  if ((found & DETECTED_CONTACT) != 0) take(now_us, detector.contact, false);
}

/** Counts, logs and tells a contact, or (`amends`) an earlier one whose kind and hop have changed. */
function take(now_us: u64, contact: Contact, amends: bool): void {
  const ic_us = contact.ic_us;
  if (session.mode < MODE_SET || (!amends && (ic_us < totals.start_us || ic_us >= session.end_us))) return;
  const entry = amends ? amendContact(contact) : addContact(contact, beatError_us(ic_us));
  if (!entry) return;
  append(amends ? LOG_AMEND : LOG_CONTACT, changetype<usize>(entry), LOG_CONTACT_BYTES);
  beginLine(amends ? TAG_AMD : TAG_CON);
  number(entry.id);
  if (!amends) {
    number(ic_us);
    numberUnless(entry.tc_us, 0);
  }
  number(entry.kind);
  number(entry.hop);
  if (!amends) {
    numberUnless(entry.flight_us, 0);
    numberUnless(entry.error_us, LOG_NONE);
    number(entry.confidence);
  }
  number(totals.hops);
  sendEvent();
  // A set that is full ends with the toe-off of the contact that filled it.
  if (session.mode == MODE_SET && session.count != 0 && totals.hops + (session.exercise == EXERCISE_POGO ? 0 : totals.strides) >= session.count) {
    endSet(END_COUNT, max(entry.ic_us, entry.tc_us), now_us);
  }
}

/** Logs and tells the summary. */
function summarise(): void {
  const kind = sumUp();
  if (totals.start_us != 0) {
    totals.duration_ms = <i32>((session.end_us - totals.start_us) / 1000);
    if (session.bpm_d != 0) {
      metronome.nearest(session.end_us);
      // Those whose half beat after them is over, or that were met sooner.
      totals.beats = min(max(metronome.nearestIndex, totals.metNext), beats.due);
      // One clip feels every other step.
      totals.missed = max((kind == KIND_HOP ? totals.beats : totals.beats >> 1) - totals.met, 0);
    }
  }
  append(LOG_SUMMARY, changetype<usize>(totals), LOG_SUMMARY_BYTES);
  beginLine(TAG_SUM);
  numbers(changetype<usize>(totals), SUMMARY_FIELDS);
  sendEvent();
}

/** Reads the record that the log has just found: what a set that was cut short had come to. */
export function recall(): void {
  const payload = log.payload;
  const type = log.record_type;
  if (type == LOG_SET) {
    copyBytes(PLAN_AT, payload, LOG_SET_BYTES);
    clearTotals(session.setId, session.exercise);
    // When it started is not known: errors are taken as they were logged.
    metronome.start(0, session.bpm_d);
  } else if (type == LOG_SUMMARY) {
    session.setId = load<i32>(payload);
    totals.setId = 0;
  } else if (type == LOG_AMEND) amendContact(changetype<Contact>(payload));
  else if (type == LOG_CONTACT) {
    session.setId = load<i32>(payload, LOG_CONTACT_SET_ID);
    // Without its beginning, which the log gives up first, a set stays as it is.
    if (totals.setId != 0) addContact(changetype<Contact>(payload), beatError_us(0) == LOG_NONE ? LOG_NONE : load<i32>(payload, LOG_CONTACT_ERROR_US));
  }
}

/** Closes a set that the log ends inside of, with END_RESET. */
export function closeTorn(): void {
  if (totals.setId == 0) return;
  totals.end = END_RESET;
  summarise();
}
