// The set: armed, count-in, set, summary, idle. Every contact goes to the log before its line is sent.
import { copyBytes } from "../base/bytes";
import { Spread } from "../beat/spread";
import { Contact } from "../detect/contact";
import { DETECTED_AMEND, DETECTED_CONTACT, detector, flush as flushDetector, push, reset as resetDetector } from "../detect/detector";
import { IMU_RUN, next as nextSample, sample, status } from "../imu/imu";
import { append, idle as storeIdle, log } from "../store/log";
import {
  DURATION_MS_MAX, END_COMMAND, END_COUNT, END_RESET, END_STILL, END_TIME, EXERCISE_POGO, KIND_HOP, LOG_AMEND, LOG_CONTACT,
  LOG_CONTACT_BEAT_ERROR_US, LOG_CONTACT_BYTES, LOG_CONTACT_IC_US, LOG_CONTACT_SET_ID, LOG_NONE, LOG_SET, LOG_SET_AT_US,
  LOG_SET_BYTES, LOG_SET_EXERCISE, LOG_SET_ID, LOG_SET_SIDE, LOG_SUMMARY, LOG_SUMMARY_BEATS, LOG_SUMMARY_BEAT_MEAN_US, LOG_SUMMARY_BYTES,
  LOG_SUMMARY_CADENCE_D, LOG_SUMMARY_CONTACTS, LOG_SUMMARY_CONTACT_MEAN_US, LOG_SUMMARY_DURATION_MS, LOG_SUMMARY_END,
  LOG_SUMMARY_EXERCISE, LOG_SUMMARY_FLIGHT_MEAN_US, LOG_SUMMARY_HOPS, LOG_SUMMARY_MISSED, LOG_SUMMARY_SET_ID, LOG_SUMMARY_START_US,
  LOG_SUMMARY_STRIDES, LOG_TEMPO, LOG_TEMPO_AT_US, LOG_TEMPO_BPM_D, LOG_TEMPO_BYTES, LOG_TEMPO_INDEX, LOG_TEMPO_SET_ID,
  MODE_ARMED, MODE_COUNT_IN, MODE_IDLE, MODE_SET, MODE_SUMMARY, SET_ID_MAX, SUMMARY_FIELDS, TAG_AMD, TAG_CON, TAG_MOD, TAG_SUM,
} from "../wire/layout";
import { number, numbers, numberUnless } from "../wire/line";
import { beatDueIndex, beatDue_us, beatError_us, changeTempo, metronome, setBeatsEnd, startBeats, stopBeats } from "./beats";
import { beginLine, sendEvent } from "./link";
import { pulse, shaken } from "./motor";
import { settings } from "./settings";
import { addContact, amendContact, beatErrors, cadence_d, clearTotals, contactTimes, findContact, flightTimes, mainKind, totals, wrapMean } from "./totals";

/** From the command to a beat 0 that is to come at once: time for the motor's queue. */
const AT_ONCE_US: u64 = 10_000;
/** From the sensor's first sample to the first beat of the count-in. */
const COUNT_IN_LEAD_US: u64 = 50_000;
/** How long after the end of the set its last contact may take to close, and the flight after it. */
const GRACE_US: u64 = 1_000_000;
/** How late the detector may notice an initial contact. */
const NOTICE_US: u64 = 100_000;
/** How late samples may come. */
const LATE_US: u64 = 250_000;
/** The word for the end of a set: two short pulses. */
const END_PULSE_MS: i32 = 40;
const END_PAUSE_US: u64 = 120_000;

const SESSION_AT: usize = memory.data(88, 16);
/** Any of the records below. */
const RECORD_AT: usize = memory.data(72, 16);

@unmanaged
export class Session {
  start_us: u64; // beat 0; 0 before it is known
  end_us: u64; // u64.MAX_VALUE while open
  sample_us: u64; // last sample given to the detector
  now_us: u64; // of the step
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
  end: i32; // END_*
  flown: i32; // 1: the foot has left the ground since the end of the set
  torn: i32; // 1: the log ends inside a set
}
export const session: Session = changetype<Session>(SESSION_AT);
/** Where `mode`, `setId`, `exercise` and `bpm_d` lie side by side. */
export const MODE_AT: usize = SESSION_AT + offsetof<Session>("mode");
const PLAN_AT: usize = SESSION_AT + offsetof<Session>("setId");
const PLAN_FIELDS: i32 = 7;
/** From the set's number to the last field of SET. */
const PLAN_BYTES: i32 = 32;

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
  store<u64>(RECORD_AT, now_us, LOG_SET_AT_US);
  const error = append(LOG_SET, RECORD_AT, LOG_SET_BYTES);
  if (error < 0) return error;
  copyBytes(PLAN_AT, RECORD_AT, PLAN_BYTES);
  session.start_us = 0;
  session.end_us = u64.MAX_VALUE;
  stopBeats(now_us);
  clearTotals(session.exercise);
  if (session.countIn != 0) enter(MODE_ARMED, now_us);
  else {
    scheduleSet(now_us, session.bpm_d == 0 ? now_us : now_us + AT_ONCE_US);
    startSet();
  }
  return 0;
}

/** Ends the set now, or, when it is over and waits for the last contact, does not wait. */
export function stopSet(now_us: u64): void {
  if (session.mode == MODE_SUMMARY) finishSet();
  else endSet(END_COMMAND, now_us, now_us);
}

/** Another tempo from the next beat of the set on. */
export function retimeSet(bpm_d: i32, accentEvery: i32): void {
  session.bpm_d = bpm_d;
  session.accentEvery = accentEvery;
  if (session.mode == MODE_ARMED) return;
  changeTempo(bpm_d, accentEvery);
  if (session.mode == MODE_COUNT_IN) {
    session.start_us = metronome.at(0);
    boundSet();
  } else logTempo(beatDueIndex(), beatDue_us());
  tellMode(beatDue_us());
}

/** Gives the samples of this step to the detector and takes its contacts. */
export function takeSamples(): void {
  const mode = session.mode;
  if (mode < MODE_COUNT_IN) {
    while (nextSample()) {}
    return;
  }
  while (nextSample()) {
    const t_us = sample.t_us;
    session.sample_us = t_us;
    const found = push(
      t_us, sample.ax_mg, sample.ay_mg, sample.az_mg, sample.gx_ddps, sample.gy_ddps, sample.gz_ddps, sample.saturated != 0, shaken(t_us),
    );
    if (found != 0) takeFound(found);
  }
}

/** Moves the set on by its clock. */
export function serviceSession(now_us: u64): void {
  const mode = session.mode;
  if (mode == MODE_ARMED) {
    if (status.state == IMU_RUN) countIn(now_us);
  } else if (mode == MODE_COUNT_IN) {
    if (now_us >= session.start_us) startSet();
  } else if (mode == MODE_SET) {
    const still_us = <u64>detector.still_us;
    const limit_us = <u64>session.still_ms * 1000;
    if (limit_us != 0 && still_us >= limit_us && session.sample_us >= session.start_us + limit_us) {
      endSet(END_STILL, max(session.sample_us - still_us, session.start_us), now_us);
    } else if (now_us >= session.end_us) endSet(END_TIME, session.end_us, now_us);
  } else if (mode == MODE_SUMMARY) {
    // The landing after the last contact's flight closes the set: by then the detector has judged that flight.
    const end_us = session.end_us;
    const airborne = <i32>detector.airborne;
    if (session.sample_us >= end_us + NOTICE_US) session.flown |= airborne;
    if (session.flown > airborne || session.sample_us >= end_us + GRACE_US || now_us >= end_us + GRACE_US + LATE_US) finishSet();
  }
}

/** When `serviceSession` must run next, u64.MAX_VALUE if only samples move the set on. */
export function sessionDue_us(): u64 {
  const mode = session.mode;
  if (mode == MODE_COUNT_IN) return session.start_us;
  if (mode == MODE_SET) return session.end_us;
  return mode == MODE_SUMMARY ? session.end_us + GRACE_US + LATE_US : u64.MAX_VALUE;
}

function countIn(now_us: u64): void {
  metronome.start(0, session.bpm_d);
  // Beat 0 lies where the first beat of the count-in comes no earlier than the lead allows.
  scheduleSet(now_us, now_us + COUNT_IN_LEAD_US - metronome.at(-session.countIn));
  enter(MODE_COUNT_IN, now_us);
}

/** Lays beat 0 and with it the set's start to `start_us`. */
function scheduleSet(now_us: u64, start_us: u64): void {
  resetDetector(status.odr_hz, status.gyro != 0, session.exercise);
  session.start_us = start_us;
  session.sample_us = 0;
  boundSet();
  if (session.bpm_d == 0) metronome.start(start_us, 0);
  else startBeats(now_us, start_us, session.bpm_d, -session.countIn, session.accentEvery, session.end_us);
}

function boundSet(): void {
  session.end_us = session.start_us + <u64>(session.duration_ms == 0 ? DURATION_MS_MAX : session.duration_ms) * 1000;
  setBeatsEnd(session.end_us);
}

function startSet(): void {
  logTempo(0, session.start_us);
  enter(MODE_SET, session.start_us);
}

function endSet(end: i32, end_us: u64, now_us: u64): void {
  const began = session.mode == MODE_SET;
  session.end = end;
  session.end_us = end_us;
  session.flown = 0;
  stopBeats(now_us);
  for (let count: u64 = 0; count < 2; count++) pulse(now_us + AT_ONCE_US + count * END_PAUSE_US, END_PULSE_MS, settings.strength);
  if (began) {
    enter(MODE_SUMMARY, end_us);
    return;
  }
  session.start_us = 0;
  conclude();
}

/** The last contact is in, or has had its time. */
function finishSet(): void {
  const found = flushDetector();
  if (found != 0) takeFound(found);
  conclude();
}

function conclude(): void {
  summarise();
  storeIdle();
  enter(MODE_IDLE, session.now_us);
}

function enter(mode: i32, at_us: u64): void {
  session.mode = mode;
  tellMode(at_us);
}

function tellMode(at_us: u64): void {
  beginLine(TAG_MOD);
  numbers(MODE_AT, 4);
  number(at_us);
  sendEvent();
}

function takeFound(found: i32): void {
  if ((found & DETECTED_AMEND) != 0) takeAmended(detector.amended);
  if ((found & DETECTED_CONTACT) != 0) takeContact(detector.contact);
}

function takeContact(contact: Contact): void {
  if (session.mode < MODE_SET || contact.ic_us < session.start_us || contact.ic_us >= session.end_us) return;
  const error_us = beatError_us(contact.ic_us);
  addContact(contact, error_us);
  logContact(LOG_CONTACT, contact, error_us);
  beginLine(TAG_CON);
  number(contact.id);
  number(contact.ic_us);
  numberUnless(contact.tc_us, 0);
  number(contact.kind);
  number(contact.hop);
  numberUnless(contact.flight_us, 0);
  numberUnless(error_us, LOG_NONE);
  number(contact.confidence);
  number(totals.hops);
  sendEvent();
  checkCount(contact);
}

/** `amended` says which contact, and its kind and hop as they are now. */
function takeAmended(amended: Contact): void {
  const contact = findContact(amended.id);
  if (session.mode < MODE_SET || !contact || (contact.kind == amended.kind && contact.hop == amended.hop)) return;
  const error_us = beatError_us(contact.ic_us);
  amendContact(contact, amended.kind, amended.hop, error_us);
  logContact(LOG_AMEND, contact, error_us);
  beginLine(TAG_AMD);
  number(contact.id);
  number(contact.kind);
  number(contact.hop);
  number(totals.hops);
  sendEvent();
  checkCount(contact);
}

/** The set is full: it ends with the toe-off of the contact that filled it. */
function checkCount(contact: Contact): void {
  if (session.mode != MODE_SET || session.count == 0) return;
  if (totals.hops + (session.exercise == EXERCISE_POGO ? 0 : totals.strides) >= session.count) endSet(END_COUNT, contact.tc_us == 0 ? session.sample_us : contact.tc_us, session.now_us);
}

/** A contact's record holds the contact as the detector has it. */
function logContact(type: i32, contact: Contact, error_us: i32): void {
  store<u32>(RECORD_AT, session.setId, LOG_CONTACT_SET_ID);
  store<i32>(RECORD_AT, error_us, LOG_CONTACT_BEAT_ERROR_US);
  copyBytes(RECORD_AT + LOG_CONTACT_IC_US, changetype<usize>(contact), LOG_CONTACT_BYTES - LOG_CONTACT_IC_US);
  append(type, RECORD_AT, LOG_CONTACT_BYTES);
}

function logTempo(index: i32, at_us: u64): void {
  store<u32>(RECORD_AT, session.setId, LOG_TEMPO_SET_ID);
  store<u64>(RECORD_AT, at_us, LOG_TEMPO_AT_US);
  store<i32>(RECORD_AT, index, LOG_TEMPO_INDEX);
  store<u32>(RECORD_AT, session.bpm_d, LOG_TEMPO_BPM_D);
  append(LOG_TEMPO, RECORD_AT, LOG_TEMPO_BYTES);
}

/** Logs and tells the summary. */
function summarise(): void {
  const start_us = session.start_us;
  const kind = mainKind();
  let beats: i32 = 0;
  let met = totals.met;
  if (start_us != 0 && session.bpm_d != 0) {
    // The beats whose half beat after them is over, and the last one if a contact has met it before its time was over.
    metronome.nearest(session.end_us);
    beats = max(metronome.nearestIndex, 0);
    if (met != 0 && totals.metLast == beats && metronome.at(beats) < session.end_us) beats += 1;
    if (met != 0 && totals.metLast >= beats) met -= 1;
  }
  // One clip sees every other step.
  const wanted = kind == KIND_HOP ? beats : beats >> 1;
  store<i32>(RECORD_AT, session.setId, LOG_SUMMARY_SET_ID);
  store<i32>(RECORD_AT, session.exercise, LOG_SUMMARY_EXERCISE);
  store<i32>(RECORD_AT, session.end, LOG_SUMMARY_END);
  store<i32>(RECORD_AT, start_us == 0 ? 0 : <i32>((session.end_us - start_us) / 1000), LOG_SUMMARY_DURATION_MS);
  store<i32>(RECORD_AT, totals.contacts, LOG_SUMMARY_CONTACTS);
  store<i32>(RECORD_AT, totals.hops, LOG_SUMMARY_HOPS);
  store<i32>(RECORD_AT, totals.strides, LOG_SUMMARY_STRIDES);
  store<i32>(RECORD_AT, beats, LOG_SUMMARY_BEATS);
  storeSpread(beatErrors(), LOG_SUMMARY_BEAT_MEAN_US);
  storeSpread(contactTimes(kind), LOG_SUMMARY_CONTACT_MEAN_US);
  storeSpread(flightTimes(kind), LOG_SUMMARY_FLIGHT_MEAN_US);
  const mean_us = load<i32>(RECORD_AT, LOG_SUMMARY_BEAT_MEAN_US);
  if (mean_us != LOG_NONE) store<i32>(RECORD_AT, wrapMean(mean_us), LOG_SUMMARY_BEAT_MEAN_US);
  store<i32>(RECORD_AT, cadence_d(kind), LOG_SUMMARY_CADENCE_D);
  store<i32>(RECORD_AT, max(wanted - met, 0), LOG_SUMMARY_MISSED);
  store<u64>(RECORD_AT, start_us, LOG_SUMMARY_START_US);
  append(LOG_SUMMARY, RECORD_AT, LOG_SUMMARY_BYTES);
  beginLine(TAG_SUM);
  numbers(RECORD_AT, SUMMARY_FIELDS);
  sendEvent();
}

/** Mean and SD side by side, LOG_NONE where there are too few values. */
function storeSpread(spread: Spread, at: usize): void {
  store<i32>(RECORD_AT + at, spread.count == 0 ? LOG_NONE : <i32>spread.mean());
  store<i32>(RECORD_AT + at, spread.count < 2 ? LOG_NONE : <i32>spread.sd(), 4);
}

/** Reads the record that the log has just found: what a set that was cut short had come to. */
export function recall(): void {
  const payload = log.payload;
  const type = log.record_type;
  if (type < LOG_SET || (type > LOG_SUMMARY && type != LOG_TEMPO)) return;
  session.setId = load<u32>(payload); // the first field of all of these
  if (type == LOG_SET) {
    session.exercise = load<i32>(payload, LOG_SET_EXERCISE);
    session.start_us = 0;
    session.end_us = 0;
    session.bpm_d = 0;
    session.torn = 1;
    clearTotals(session.exercise);
    metronome.start(0, 0);
  } else if (type == LOG_SUMMARY) session.torn = 0;
  else if (session.torn == 0) return; // its beginning has been given up
  else if (type == LOG_TEMPO) {
    const at_us = load<u64>(payload, LOG_TEMPO_AT_US);
    const index = load<i32>(payload, LOG_TEMPO_INDEX);
    session.bpm_d = load<u32>(payload, LOG_TEMPO_BPM_D);
    if (session.start_us != 0) metronome.change(session.bpm_d, index);
    else {
      session.start_us = at_us;
      session.end_us = at_us;
      metronome.start(at_us, session.bpm_d);
    }
  } else {
    const contact = changetype<Contact>(payload + LOG_CONTACT_IC_US);
    const error_us = beatError_us(contact.ic_us);
    if (type == LOG_CONTACT) addContact(contact, error_us);
    else {
      const before = findContact(contact.id);
      if (before) amendContact(before, contact.kind, contact.hop, error_us);
    }
    session.end_us = max(session.end_us, max(contact.ic_us, contact.tc_us));
  }
}

/** Closes a set that the log ends inside of, with END_RESET: it ended with its last contact. */
export function closeTorn(): void {
  if (session.torn == 0) return;
  session.torn = 0;
  session.end = END_RESET;
  summarise();
}
