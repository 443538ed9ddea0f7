// Commands of the host: each is answered exactly once, on the port it came from, and changes nothing when it is refused.
import { battery_mv } from "../hal";
import { configure, rateMillihertz, status } from "../imu/imu";
import { append, count as logCount } from "../store/log";
import {
  ABI, ACCENT_EVERY_MAX, BPM_D_MAX, BPM_D_MIN, COUNT_IN_MAX, COUNT_MAX, DURATION_MS_MAX, ERROR_BUSY, ERROR_CMD, ERROR_FORM, ERROR_KEY, ERROR_RANG,
  ERROR_STOR, EXERCISE_WALK, FIRMWARE_VERSION, KEY_GYR, KEY_ODR, KEY_RNG, LOG_TIME, LOG_TIME_BYTES, LOG_TIME_CLIP_US, LOG_TIME_UNIX_US, MODE_ARMED,
  STILL_MS_MAX, TAG_CFG, TAG_ERR, TAG_HEL, TAG_MET, TAG_SET, TAG_STA, TAG_STP, TAG_TIM,
} from "../wire/layout";
import { line } from "../wire/line";
import { command } from "../wire/parser";
import { beating, changeTempo, startBeats, stopBeats } from "./beats";
import { beginAck, beginLine, sendEvent, sendReply } from "./link";
import { beginSet, idle, retimeSet, session, stopSet } from "./session";
import { allows, indexOf, saveSettings, settings, setValue, value } from "./settings";

/** From MET to the first beat of the free metronome. */
const LEAD_US: u64 = 50_000;
const RECORD_AT: usize = memory.data(16, 16); // LOG_TIME_BYTES

/** Carries out the parsed command, or says what is wrong with it. Lines that it causes come before its ACK. */
export function answer(port: i32, now_us: u64): void {
  const error = obey(port, now_us);
  if (error != 0) refuse(port, error);
}

/** Sends ERR with what is known of the command. */
export function refuse(port: i32, error: i32): void {
  beginLine(TAG_ERR);
  if (command.seq < 0) line.dash();
  else line.number(command.seq);
  if (command.tag == 0) line.dash();
  else line.tag(command.tag);
  line.tag(error);
  sendReply(port);
}

/** Sends HEL to every port. */
export function sendHello(): void {
  hello();
  sendEvent();
}

function hello(): void {
  beginLine(TAG_HEL);
  line.number(ABI);
  line.number(FIRMWARE_VERSION >> 16);
  line.part((FIRMWARE_VERSION >> 8) & 0xff);
  line.part(FIRMWARE_VERSION & 0xff);
  line.dash(); // no import gives a serial number
  line.number(status.chip);
  line.number(settings.odr_hz);
  line.number(settings.range_g);
  line.number(settings.gyro);
}

/** Returns 0 when the command has been answered, else ERROR_*. */
function obey(port: i32, now_us: u64): i32 {
  const tag = command.tag;
  if (tag == TAG_CFG) return configured(port);
  const wanted = tag == TAG_HEL || tag == TAG_STA || tag == TAG_STP ? 0 : tag == TAG_SET ? 7 : tag == TAG_MET ? 2 : tag == TAG_TIM ? 1 : -1;
  if (wanted < 0) return ERROR_CMD;
  if (command.fields != wanted || command.words != 0) return ERROR_FORM;
  let error: i32 = 0;
  if (tag == TAG_SET) error = started(now_us);
  else if (tag == TAG_STP) error = stopped(now_us);
  else if (tag == TAG_MET) error = timed(now_us);
  else if (tag == TAG_TIM) error = synchronised(now_us);
  if (error != 0) return error;
  beginAck(command.seq, tag);
  if (tag == TAG_STA) addStatus(now_us);
  else if (tag == TAG_TIM) line.number(now_us);
  sendReply(port);
  if (tag == TAG_HEL) {
    hello();
    sendReply(port);
  }
  return 0;
}

function addStatus(now_us: u64): void {
  const battery = battery_mv();
  line.number(session.mode);
  line.number(session.setId);
  line.number(session.exercise);
  line.number(now_us / 1000);
  if (battery < 0) line.dash();
  else line.number(battery);
  line.number(rateMillihertz());
  line.number(status.samples);
  line.number(status.lost);
  line.number(logCount());
}

function started(now_us: u64): i32 {
  if (
    outside(command.value0, 0, EXERCISE_WALK) || (command.value1 != 0 && outside(command.value1, BPM_D_MIN, BPM_D_MAX)) ||
    outside(command.value2, 0, DURATION_MS_MAX) || outside(command.value3, 0, COUNT_MAX) || outside(command.value4, 0, COUNT_IN_MAX) ||
    outside(command.value5, 0, STILL_MS_MAX) || outside(command.value6, 0, ACCENT_EVERY_MAX) ||
    (command.value1 == 0 && command.value4 != 0) // a count-in needs a tempo
  ) return ERROR_RANG;
  if (!idle()) return ERROR_BUSY;
  const error = beginSet(
    now_us, <i32>command.value0, <i32>command.value1, <i32>command.value2, <i32>command.value3, <i32>command.value4,
    <i32>command.value5, <i32>command.value6,
  );
  return error < 0 ? ERROR_STOR : 0;
}

function stopped(now_us: u64): i32 {
  if (idle()) return ERROR_BUSY;
  stopSet(now_us);
  return 0;
}

function timed(now_us: u64): i32 {
  const bpm_d = <i32>command.value0;
  const accentEvery = <i32>command.value1;
  const off = command.value0 == 0 && idle();
  if ((!off && outside(command.value0, BPM_D_MIN, BPM_D_MAX)) || outside(command.value1, 0, ACCENT_EVERY_MAX)) return ERROR_RANG;
  if (idle()) {
    if (off) stopBeats(now_us);
    else if (beating()) changeTempo(bpm_d, accentEvery);
    else startBeats(now_us, now_us + LEAD_US, bpm_d, 0, accentEvery, u64.MAX_VALUE);
    return 0;
  }
  // Without a next beat there is nothing to change: no tempo was asked for, or the last beat was it.
  if (session.bpm_d == 0 || (session.mode != MODE_ARMED && !beating())) return ERROR_BUSY;
  retimeSet(bpm_d, accentEvery);
  return 0;
}

function synchronised(now_us: u64): i32 {
  if (command.value0 <= 0) return ERROR_RANG;
  store<u64>(RECORD_AT, now_us, LOG_TIME_CLIP_US);
  store<u64>(RECORD_AT, command.value0, LOG_TIME_UNIX_US);
  return append(LOG_TIME, RECORD_AT, LOG_TIME_BYTES) < 0 ? ERROR_STOR : 0;
}

function configured(port: i32): i32 {
  const fields = command.fields;
  if (fields < 1 || fields > 2 || command.words != 1) return ERROR_FORM;
  const key = <i32>command.value0;
  const index = indexOf(key);
  if (index < 0) return ERROR_KEY;
  if (fields == 2) {
    if (!allows(index, command.value1)) return ERROR_RANG;
    if (!idle()) return ERROR_BUSY;
    const before = value(index);
    setValue(index, <i32>command.value1);
    if (saveSettings() < 0) {
      setValue(index, before);
      return ERROR_STOR;
    }
    if (key == KEY_ODR || key == KEY_RNG || key == KEY_GYR) configureSensor();
  }
  beginAck(command.seq, TAG_CFG);
  line.tag(key);
  line.number(value(index));
  sendReply(port);
  return 0;
}

/** Gives the sensor its settings. */
export function configureSensor(): void {
  configure(settings.odr_hz, settings.range_g, settings.gyro != 0);
}

function outside(value: i64, low: i64, high: i64): bool {
  return value < low || value > high;
}
