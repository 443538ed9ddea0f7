// Commands of the host: each is answered exactly once, on the port it came from, and changes nothing when it is refused.
import { battery_mv } from "../hal";
import { rateMillihertz, status } from "../imu/imu";
import { append, count as logCount } from "../store/log";
import {
  ABI, ACCENT_EVERY_MAX, BPM_D_MAX, BPM_D_MIN, COUNT_IN_MAX, COUNT_MAX, DURATION_MS_MAX, ERROR_BUSY, ERROR_CMD, ERROR_FORM, ERROR_KEY, ERROR_RANG,
  ERROR_STOR, EXERCISE_WALK, FIRMWARE_VERSION, LOG_NONE, LOG_TIME, LOG_TIME_BYTES, LOG_TIME_CLIP_US, LOG_TIME_UNIX_US, MODE_ARMED, STILL_MS_MAX, TAG_ACK,
  TAG_CFG, TAG_ERR, TAG_HEL, TAG_MET, TAG_SET, TAG_STA, TAG_STP, TAG_TIM,
} from "../wire/layout";
import { DASH, number, numbers, numberUnless, part, word } from "../wire/line";
import { Command } from "../wire/command";
import { command } from "../wire/parser";
import { beating, changeTempo, startBeats, stopBeats } from "./beats";
import { beginLine, sendEvent, sendReply } from "./link";
import { beginSet, idle, MODE_AT, retimeSet, session, stopSet } from "./session";
import { change, indexOf, settings, value } from "./settings";

/** From MET to the first beat of the free metronome. */
const LEAD_US: u64 = 50_000;
const RECORD_AT: usize = memory.data(16, 16); // LOG_TIME_BYTES
const VALUES_AT: usize = changetype<usize>(command) + offsetof<Command>("value0");

// The commands and how many fields they have; CFG may have one less.
const COMMANDS: i32 = 7;
const TAGS_AT: usize = memory.data<i32>([TAG_HEL, TAG_STA, TAG_STP, TAG_TIM, TAG_MET, TAG_CFG, TAG_SET]);
const FIELDS_AT: usize = memory.data<u8>([0, 0, 0, 1, 2, 2, 7]);
/** Highest values of the fields of SET; the lowest are 0. */
const SET_HIGHS_AT: usize = memory.data<i32>([
  EXERCISE_WALK, BPM_D_MAX, DURATION_MS_MAX, COUNT_MAX, COUNT_IN_MAX, STILL_MS_MAX, ACCENT_EVERY_MAX,
]);

/** Carries out the parsed command, or says what is wrong with it. Lines that it causes come before its ACK. */
export function answer(port: i32, now_us: u64): void {
  const error = obey(now_us);
  if (error != 0) {
    refuse(port, error);
    return;
  }
  const tag = command.tag;
  beginLine(TAG_ACK);
  number(command.seq);
  word(tag);
  if (tag == TAG_STA) addStatus(now_us);
  else if (tag == TAG_TIM) number(now_us);
  else if (tag == TAG_CFG) {
    word(<i32>command.value0);
    number(value(indexOf(<i32>command.value0)));
  }
  sendReply(port);
  if (tag != TAG_HEL) return;
  hello();
  sendReply(port);
}

/** Sends ERR with what is known of the command. */
export function refuse(port: i32, error: i32): void {
  beginLine(TAG_ERR);
  numberUnless(command.seq, LOG_NONE);
  word(command.tag == 0 ? DASH : command.tag);
  word(error);
  sendReply(port);
}

/** Sends HEL to every port. */
export function sendHello(): void {
  hello();
  sendEvent();
}

function hello(): void {
  beginLine(TAG_HEL);
  number(ABI);
  number(FIRMWARE_VERSION >> 16);
  part((FIRMWARE_VERSION >> 8) & 0xff);
  part(FIRMWARE_VERSION & 0xff);
  word(DASH); // no import gives a serial number
  number(status.chip);
  numbers(changetype<usize>(settings), 3);
}

function addStatus(now_us: u64): void {
  numbers(MODE_AT, 3);
  number(now_us / 1000);
  const battery = battery_mv();
  numberUnless(max(battery, -1), -1);
  number(rateMillihertz());
  number(status.samples);
  number(status.lost);
  number(logCount());
}

/** Returns 0 when the command is done, else ERROR_* and nothing has changed. */
function obey(now_us: u64): i32 {
  const tag = command.tag;
  let index: i32 = COMMANDS - 1;
  while (index >= 0 && load<i32>(TAGS_AT + (index << 2)) != tag) index--;
  if (index < 0) return ERROR_CMD;
  const missing = <i32>load<u8>(FIELDS_AT + index) - command.fields;
  if (tag == TAG_CFG) return missing < 0 || missing > 1 || command.words != 1 ? ERROR_FORM : configure(missing);
  if (missing != 0 || command.words != 0) return ERROR_FORM;
  if (tag == TAG_SET) return start(now_us);
  if (tag == TAG_STP) return stop(now_us);
  if (tag == TAG_MET) return beat(now_us);
  return tag == TAG_TIM ? synchronise(now_us) : 0;
}

function start(now_us: u64): i32 {
  for (let field: i32 = 0; field < 7; field++) {
    if (load<i64>(VALUES_AT + (field << 3)) > load<i32>(SET_HIGHS_AT + (field << 2))) return ERROR_RANG;
  }
  // Only beats can be counted in.
  if (command.value1 < BPM_D_MIN && (command.value1 != 0 || command.value4 != 0)) return ERROR_RANG;
  if (!idle()) return ERROR_BUSY;
  return beginSet(now_us, VALUES_AT) < 0 ? ERROR_STOR : 0;
}

function stop(now_us: u64): i32 {
  if (idle()) return ERROR_BUSY;
  stopSet(now_us);
  return 0;
}

function beat(now_us: u64): i32 {
  const bpm_d = command.value0;
  const free = idle();
  if (bpm_d > BPM_D_MAX || command.value1 > ACCENT_EVERY_MAX || (bpm_d < BPM_D_MIN && (bpm_d != 0 || !free))) return ERROR_RANG;
  const accentEvery = <i32>command.value1;
  if (!free) {
    // Without a next beat there is nothing to change: no tempo was asked for, or the last beat was it.
    if (session.bpm_d == 0 || (session.mode != MODE_ARMED && !beating())) return ERROR_BUSY;
    retimeSet(<i32>bpm_d, accentEvery);
  } else if (bpm_d == 0) stopBeats(now_us);
  else if (beating()) changeTempo(<i32>bpm_d, accentEvery);
  else startBeats(now_us, now_us + LEAD_US, <i32>bpm_d, 0, accentEvery, u64.MAX_VALUE);
  return 0;
}

function synchronise(now_us: u64): i32 {
  if (command.value0 == 0) return ERROR_RANG;
  store<u64>(RECORD_AT, now_us, LOG_TIME_CLIP_US);
  store<u64>(RECORD_AT, command.value0, LOG_TIME_UNIX_US);
  return append(LOG_TIME, RECORD_AT, LOG_TIME_BYTES) < 0 ? ERROR_STOR : 0;
}

/** `asked`: 1 where the value is only asked for. */
function configure(asked: i32): i32 {
  const index = indexOf(<i32>command.value0);
  if (index < 0) return ERROR_KEY;
  if (asked != 0) return 0;
  return idle() ? change(index, command.value1) : ERROR_BUSY;
}
