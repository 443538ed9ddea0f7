// The set: armed, count-in, set, summary, idle. Every contact goes to the log before its line is sent.
import { copyBytes } from "../base/bytes";
import { larger, smaller } from "../base/order";
import { CUE_LEARNT, CUE_LEFT } from "../beat/cue";
import { MINUTE_US_D } from "../beat/metronome";
import { Contact } from "../detect/contact";
import { Activity, SURE } from "../detect/activity";
import { DETECTED_AMEND, DETECTED_CONTACT, detector, flush as flushDetector, push, reset as resetDetector, signal } from "../detect/detector";
import { Rep } from "../detect/rep";
import { flushReps, followReps, posture, raise, raises, rep, repeats, resetReps } from "../detect/repetition";
import { IMU_RUN, next as nextSample, sample, status } from "../imu/imu";
import { append, idle as storeIdle, log, stop } from "../store/log";
import {
  ACTIVITY_STILL, ACTIVITY_WALK, DURATION_MS_MAX, END_COMMAND, END_COUNT, END_LEFT, END_RESET, END_STILL, END_TIME, EXERCISE_AUTO,
  EXERCISE_POGO, EXERCISE_RUN, EXERCISE_WALL_SIT, KIND_HOP, KIND_RUN, LOG_AMEND, LOG_CONTACT, LOG_CONTACT_BYTES, LOG_CONTACT_ERROR_US,
  LOG_CONTACT_SET_ID, LOG_NONE, LOG_REP, LOG_SET, LOG_SET_BYTES, LOG_SET_EXERCISE, LOG_SET_ID, LOG_SET_SIDE, LOG_SUMMARY, LOG_SUMMARY_BYTES,
  LOG_VERDICT, LOG_VERDICT_BYTES, MODE_ARMED, MODE_COUNT_IN, MODE_IDLE, MODE_SET, MODE_SUMMARY, REP_OPEN, SET_FIELDS, SET_ID_MAX, SUMMARY_FIELDS,
  TAG_ACT, TAG_AMD, TAG_CON, TAG_MOD, TAG_SUM, TAG_VER, VERDICT_FIELDS,
} from "../wire/layout";
import { beginLine, number, numbers, numberUnless } from "../wire/line";
import { beatError_us, beats, metronome, startBeats, stopBeats } from "./beats";
import { clearCues, cue, cueBeats } from "./cues";
import { sendEvent } from "./link";
import { say, shaken, WORD_BAND, WORD_DONE, WORD_READY, WORD_TARGET } from "./motor";
import { takeRaw } from "./raw";
import { settings } from "./settings";
import { addRep, clearReps, reps, tellRep } from "./reps";
import { addContact, amendContact, clearTotals, sumUp, totals } from "./totals";
import { judge, verdict } from "./verdict";

/** From the command to a beat 0 that is to come at once: time for the motor's queue. */
const AT_ONCE_US: u64 = 10_000;
/** So much more from the sensor's first sample to the first beat of the count-in. */
const COUNT_IN_LEAD_US: u64 = 40_000;
/** How long after the end of the set its last contact may take to close and to be judged by the flight after it. */
const GRACE_US: u64 = 1_250_000;
/** The foot has stood flat for so long before the wearer is told to begin, µs. */
const READY_US: i32 = 500_000;
/** A heel that is lifted so soon after a step is no raise, µs. */
const STEPPED_US: u64 = 2_000_000;

const SESSION_AT: usize = memory.data(112, 16);
const ACTIVITY_AT: usize = memory.data(48, 16);
const activity: Activity = changetype<Activity>(ACTIVITY_AT);
/** The first of the raises in auto: alone it may be chance. */
const HELD_AT: usize = memory.data(48, 16);
const RECORD_AT: usize = memory.data(48, 16); // LOG_SET_BYTES

@unmanaged
export class Session {
  end_us: u64; // u64.MAX_VALUE while open
  hold_us: u64; // when the hold under way reaches the target; u64.MAX_VALUE: none
  due_us: u64; // when `serviceSession` moves the set on; u64.MAX_VALUE if it is not the clock that does
  ready: i32; // 1: the foot has stood flat, and that was said
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
  target: i32; // contacts, raises, taps; ms of a hold; 0.1 % above the baseline of a run; 0: none
  variant: i32; // ladder step of pogo, CUE_* of a run
  band_d: i32; // of a run, either side of its tempo
  side: i32;
}
export const session: Session = changetype<Session>(SESSION_AT);
/** Where `mode`, `setId`, `exercise` and `bpm_d` lie side by side. */
export const MODE_AT: usize = SESSION_AT + offsetof<Session>("mode");
const PLAN_AT: usize = SESSION_AT + offsetof<Session>("setId");

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
  for (let field: i32 = 0; field < SET_FIELDS; field++) store<u32>(RECORD_AT + (field << 2), load<u32>(fields + (field << 3)), LOG_SET_EXERCISE);
  store<u32>(RECORD_AT, settings.side, LOG_SET_SIDE);
  const error = append(LOG_SET, RECORD_AT, LOG_SET_BYTES);
  if (error < 0) return error;
  copyBytes(PLAN_AT, RECORD_AT, LOG_SET_BYTES);
  clearSet();
  stopBeats(now_us);
  if (session.countIn == 0) scheduleSet(now_us);
  else enter(MODE_ARMED, now_us, u64.MAX_VALUE);
  return 0;
}

/** Begins what is counted and judged of the set that is planned. */
function clearSet(): void {
  clearTotals(session.setId, session.exercise);
  clearReps(session.setId);
  clearCues();
  session.hold_us = u64.MAX_VALUE;
  session.ready = 0;
}

/** Ends the set now, or, when it is over and waits for the last contact, does not wait. */
export function stopSet(now_us: u64): void {
  if (session.mode == MODE_SUMMARY) finishSet(now_us);
  else endSet(END_COMMAND, now_us, now_us);
}

/** Gives the samples of this step to the detector and takes its contacts. The loop that costs: what each sample runs through is inlined here. */
export function takeSamples(now_us: u64): void {
  const listening = session.mode >= MODE_COUNT_IN;
  const repeating = repeats(session.exercise);
  while (nextSample()) {
    takeRaw();
    if (!listening) continue;
    const t_us = sample.t_us;
    const ax_mg = sample.ax_mg;
    const ay_mg = sample.ay_mg;
    const az_mg = sample.az_mg;
    const gx_ddps = sample.gx_ddps;
    const gy_ddps = sample.gy_ddps;
    const gz_ddps = sample.gz_ddps;
    const shakes = shaken(t_us);
    const found = push(t_us, ax_mg, ay_mg, az_mg, gx_ddps, gy_ddps, gz_ddps, shakes);
    if (found != 0) takeFound(now_us, found);
    if (repeating && posture.push(t_us, ax_mg, ay_mg, az_mg, gx_ddps, gy_ddps, gz_ddps, shakes ? 0 : signal.jolt_mg)) takeStep(now_us);
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
    if (session.still_ms != 0 & still_us >= <i64>session.still_ms * 1000) endSet(END_STILL, sample.t_us - still_us, now_us);
  }
}

/** Lays beat 0 and with it the set's start, and begins the count-in if there is one. */
function scheduleSet(now_us: u64): void {
  resetDetector(status.odr_hz, status.gyro != 0, session.exercise);
  resetReps(status.gyro != 0);
  activity.reset();
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
  say(WORD_DONE, now_us);
  if (session.mode == MODE_SET) enter(MODE_SUMMARY, end_us, end_us + GRACE_US);
  else {
    totals.start_us = 0;
    finishSet(now_us);
  }
}

/** The last contact is in, or has had its time. */
function finishSet(now_us: u64): void {
  takeFound(now_us, flushDetector());
  if (repeats(session.exercise) && flushReps(session.exercise)) takeRep(now_us);
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

/** What a step of the posture brings: a repetition, and in auto another activity. */
function takeStep(now_us: u64): void {
  const exercise = session.exercise;
  if (followReps(exercise)) takeRep(now_us);
  if (session.ready == 0 && exercise != EXERCISE_AUTO && posture.rest_us > READY_US) {
    session.ready = 1;
    say(WORD_READY, now_us);
  }
  if (raises(exercise)) {
    if (session.mode >= MODE_SET) tellActivity(activity.pass(raise, posture, detector.still_us));
  } else if (now_us >= session.hold_us) {
    // a hold is felt to be long enough while it lasts
    session.hold_us = u64.MAX_VALUE;
    say(WORD_TARGET, now_us);
  }
}

/** Counts, logs and tells the repetition that was found. */
function takeRep(now_us: u64): void {
  const exercise = session.exercise;
  if (session.mode < MODE_SET || rep.at_us < totals.start_us || rep.at_us >= session.end_us) return;
  if (raises(exercise)) {
    if (exercise != EXERCISE_AUTO && reps.count == 0 && activity.kind == ACTIVITY_WALK && rep.at_us < activity.sign_us + STEPPED_US) return;
    tellActivity(activity.raised(posture.t_us));
  }
  if (exercise == EXERCISE_AUTO) {
    const raises = activity.raises;
    if (raises == 1) {
      copyBytes(HELD_AT, changetype<usize>(rep), offsetof<Rep>());
      return;
    }
    if (raises == 2) tellRep(changetype<Rep>(HELD_AT), exercise);
  }
  tellRep(rep, exercise);
  if (session.mode != MODE_SET) return;
  const target = session.target;
  if (exercise == EXERCISE_WALL_SIT) session.hold_us = target != 0 & (rep.flaws & REP_OPEN) != 0 ? rep.at_us + <u64>target * 1000 : u64.MAX_VALUE;
  else if (rep.flaws == 0 & reps.clean == target) say(WORD_TARGET, now_us);
  if (session.count != 0 & exercise != EXERCISE_AUTO & reps.count >= session.count) endSet(END_COUNT, now_us, now_us);
}

/** Tells in auto what the wearer does if it is `news`. */
function tellActivity(news: bool): void {
  if (!news || session.exercise != EXERCISE_AUTO) return;
  beginLine(TAG_ACT);
  numbers(ACTIVITY_AT, 2);
  number(activity.sign_us);
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
  if (session.mode != MODE_SET) return;
  if (!amends) {
    if (raises(session.exercise)) sense(entry, now_us);
    cueRun(now_us, pace(entry));
  }
  const pogo = session.exercise == EXERCISE_POGO;
  if (pogo & entry.hop != 0 & totals.hops == session.target) say(WORD_TARGET, now_us);
  // A set that is full ends with the toe-off of the contact that filled it.
  if (session.count != 0 & totals.hops + (pogo ? 0 : totals.strides) >= session.count) {
    endSet(END_COUNT, max(entry.ic_us, entry.tc_us), now_us);
  }
}

/** What a contact says of what the wearer does who may raise the heels: three steps in a row, without a raise in between, have left the raises. */
function sense(contact: Contact, now_us: u64): void {
  tellActivity(activity.step(contact, raise.swung(contact.tc_us)));
  if (session.exercise != EXERCISE_AUTO && activity.kind < ACTIVITY_STILL && activity.confidence >= SURE) endSet(END_LEFT, activity.since_us, now_us);
}

/** Judges the cadence of a run by its next contact. Returns CUE_* bits. */
function pace(contact: Contact): i32 {
  if (session.exercise != EXERCISE_RUN) return 0;
  cue.tempo_d = session.bpm_d; // MET may have changed it
  return cue.take(contact.ic_us, contact.tc_us, contact.kind == KIND_RUN, session.target, session.variant, session.band_d);
}

/** What follows from the judgement while the set runs: `news` are CUE_* bits. */
function cueRun(now_us: u64, news: i32): void {
  cueBeats(now_us);
  if ((news & CUE_LEFT) != 0) say(WORD_BAND, now_us);
  if ((news & CUE_LEARNT) == 0) return;
  session.bpm_d = cue.tempo_d;
  startBeats(now_us, now_us + AT_ONCE_US, session.bpm_d, 0, session.accentEvery, session.end_us);
  enter(MODE_SET, beats.due_us, session.end_us);
}

/** Logs and tells summary and verdict. */
function summarise(): void {
  const kind = sumUp();
  if (totals.start_us != 0) {
    totals.duration_ms = <i32>((session.end_us - totals.start_us) / 1000);
    if (session.bpm_d != 0) {
      metronome.nearest(session.end_us);
      // Those whose half beat after them is over, or that were met sooner.
      totals.beats = smaller(larger(metronome.nearestIndex, totals.metNext), beats.due);
      // One clip feels every other step.
      totals.missed = larger((kind == KIND_HOP ? totals.beats : totals.beats >> 1) - totals.met, 0);
    }
  }
  judge(session.target, session.variant);
  // A set is over with its summary in the log: after a restart in between it gets both again.
  append(LOG_VERDICT, changetype<usize>(verdict), LOG_VERDICT_BYTES);
  append(LOG_SUMMARY, changetype<usize>(totals), LOG_SUMMARY_BYTES);
  tell(TAG_SUM, changetype<usize>(totals), SUMMARY_FIELDS);
  tell(TAG_VER, changetype<usize>(verdict), VERDICT_FIELDS);
}

/** Tells a record of i32. */
function tell(tag: i32, at: usize, fields: i32): void {
  beginLine(tag);
  numbers(at, fields);
  sendEvent();
}

/** Reads the record that the log has just found: what a set that was cut short had come to. */
export function recall(): void {
  const payload = log.payload;
  const type = log.record_type;
  if (type == LOG_SET) {
    copyBytes(PLAN_AT, payload, LOG_SET_BYTES);
    clearSet();
    // When it started is not known: errors are taken as they were logged.
    metronome.start(0, session.bpm_d);
  } else if (type == LOG_SUMMARY) {
    session.setId = load<i32>(payload);
    totals.setId = 0;
    stop(); // it is the last of its kind, and no set follows
  } else if (type == LOG_AMEND) amendContact(changetype<Contact>(payload));
  else if (type == LOG_REP) addRep(changetype<Rep>(payload), session.exercise);
  else if (type == LOG_CONTACT) {
    session.setId = load<i32>(payload, LOG_CONTACT_SET_ID);
    // Without its beginning, which the log gives up first, a set stays as it is.
    if (totals.setId == 0) return;
    const contact = changetype<Contact>(payload);
    addContact(contact, beatError_us(0) == LOG_NONE ? LOG_NONE : load<i32>(payload, LOG_CONTACT_ERROR_US));
    if ((pace(contact) & CUE_LEARNT) != 0) {
      session.bpm_d = cue.tempo_d;
      metronome.start(0, session.bpm_d);
    }
  }
}

/** Closes a set that the log ends inside of, with END_RESET. */
export function closeTorn(): void {
  if (totals.setId == 0) return;
  totals.end = END_RESET;
  summarise();
}
