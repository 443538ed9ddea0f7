// Commands of the host: each is answered exactly once, on the port it came from, and changes nothing when it is refused.
import { larger } from "../base/order";
import { battery_mv } from "../hal";
import { rateMillihertz, status } from "../imu/imu";
import { append, count as logCount, giveUp, newestFile, oldestFile } from "../store/log";
import {
  ABI, ACCENT_EVERY_MAX, BAND_D_MAX, BPM_D_MAX, BPM_D_MIN, COUNT_IN_MAX, COUNT_MAX, DURATION_MS_MAX, ERROR_BUSY, ERROR_CMD, ERROR_CRC, ERROR_FORM, ERROR_KEY,
  ERROR_LONG, ERROR_RANG, ERROR_STOR, EXERCISE_STEP_DOWN, FIRMWARE_VERSION, LOG_TIME, LOG_TIME_BYTES, MODE_SET, SET_FIELDS, STILL_MS_MAX, TAG_ACK, TAG_CFG, TAG_DEL,
  TAG_ERR, TAG_HEL, TAG_MET, TAG_RAW, TAG_SET, TAG_STA, TAG_STP, TAG_TIM, TARGET_MAX, VARIANT_MAX,
} from "../wire/layout";
import { beginLine, DASH, number, numbers, numberUnless, part, word } from "../wire/line";
import { BAD_COMMAND, BAD_FLASH, BAD_FORM, BAD_KEY, BAD_MODE, BAD_RANGE, Command, PARSED } from "../wire/command";
import { command, indexOf } from "../wire/parser";
import { beating, beats, changeTempo, startBeats, stopBeats } from "./beats";
import { sendEvent, sendReply } from "./link";
import { stream } from "./raw";
import { beginSet, enter, idle, MODE_AT, session, stopSet } from "./session";
import { change, settingOf, settings, value } from "./settings";

/** From MET to the first beat of the free metronome. */
const LEAD_US: u64 = 50_000;
const VALUES_AT: usize = changetype<usize>(command) + offsetof<Command>("value0");

// The commands, in the order of the tables below.
const HELLO: i32 = 0;
const STATUS: i32 = 1;
const STOP: i32 = 2;
const TIME: i32 = 3;
const METRONOME: i32 = 4;
const CONFIG: i32 = 5;
const START: i32 = 6;
const DELETE: i32 = 7;
const STREAM: i32 = 8;
const COMMANDS: i32 = 9;
const TAGS_AT: usize = memory.data<i32>([TAG_HEL, TAG_STA, TAG_STP, TAG_TIM, TAG_MET, TAG_CFG, TAG_SET, TAG_DEL, TAG_RAW]);
/** How many fields they have, and how many of these may be left out. */
const FIELDS_AT: usize = memory.data<u8>([0, 0, 0, 1, 2, 2, <u8>SET_FIELDS, 1, 1]);
const OPTIONAL_AT: usize = memory.data<u8>([0, 0, 0, 0, 0, 1, 3, 0, 0]);
/** Tags of BAD_*. */
const ERRORS_AT: usize = memory.data<i32>([ERROR_FORM, ERROR_CRC, ERROR_LONG, ERROR_CMD, ERROR_KEY, ERROR_RANG, ERROR_BUSY, ERROR_STOR]);
/** Highest values of the fields of SET; the lowest are 0. */
const SET_HIGHS_AT: usize = memory.data<i32>([
  EXERCISE_STEP_DOWN, BPM_D_MAX, DURATION_MS_MAX, COUNT_MAX, COUNT_IN_MAX, STILL_MS_MAX, ACCENT_EVERY_MAX, TARGET_MAX, VARIANT_MAX, BAND_D_MAX,
]);

/**
 * Carries out the parsed command, or says what is wrong with it. Lines that it causes come before its ACK. `result`: what the parser
 * said, PARSED or BAD_*.
 */
export function answer(port: i32, now_us: u64, result: i32): void {
  const which = indexOf(command.tag, TAGS_AT, COMMANDS);
  const error = result != PARSED ? result : which < 0 ? BAD_COMMAND : obey(which, port, now_us);
  if (error != 0) {
    beginLine(TAG_ERR);
    numberUnless(command.seq, -1);
    word(command.tag == 0 ? DASH : <i32>command.tag);
    word(load<i32>(ERRORS_AT + ((error - BAD_FORM) << 2)));
    sendReply(port);
    return;
  }
  beginLine(TAG_ACK);
  number(command.seq);
  word(<i32>command.tag);
  if (which == STATUS) addStatus(now_us);
  else if (which == TIME) number(now_us);
  else if (which == DELETE) number(oldestFile());
  else if (which == CONFIG) {
    word(<i32>command.value0);
    number(value(settingOf(command.value0)));
  }
  sendReply(port);
  if (which != HELLO) return;
  hello();
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
  numberUnless(settings.serial, 0);
  number(status.chip);
  numbers(changetype<usize>(settings), 3);
}

function addStatus(now_us: u64): void {
  numbers(MODE_AT, 3);
  number(now_us / 1000);
  const battery = battery_mv();
  numberUnless(larger(battery, -1), -1);
  number(rateMillihertz());
  number(status.samples);
  number(status.lost);
  number(logCount());
}

/** Returns 0 when the command is done, else BAD_* and nothing has changed. */
@inline
function obey(which: i32, port: i32, now_us: u64): i32 {
  const missing = <i32>load<u8>(FIELDS_AT + which) - command.fields;
  if (missing < 0 | missing > <i32>load<u8>(OPTIONAL_AT + which) | command.words != (which == CONFIG ? 1 : 0)) return BAD_FORM;
  if (which == STREAM) {
    if (command.value0 > 1) return BAD_RANGE;
    stream(port, <i32>command.value0);
  }
  if (which == START) return start(now_us);
  if (which == STOP) return stop(now_us);
  if (which == METRONOME) return beat(now_us);
  if (which == CONFIG) return configure(missing);
  if (which == DELETE) return remove();
  return which == TIME ? synchronise(now_us) : 0;
}

function start(now_us: u64): i32 {
  for (let field: i32 = 0; field < SET_FIELDS; field++) {
    if (load<i64>(VALUES_AT + (field << 3)) > load<i32>(SET_HIGHS_AT + (field << 2))) return BAD_RANGE;
  }
  // Only beats can be counted in.
  if (command.value1 < BPM_D_MIN & (command.value1 != 0 | command.value4 != 0)) return BAD_RANGE;
  if (!idle()) return BAD_MODE;
  return beginSet(now_us, VALUES_AT) < 0 ? BAD_FLASH : 0;
}

function stop(now_us: u64): i32 {
  if (idle()) return BAD_MODE;
  stopSet(now_us);
  return 0;
}

@inline
function beat(now_us: u64): i32 {
  if (command.value0 > BPM_D_MAX | command.value1 > ACCENT_EVERY_MAX) return BAD_RANGE;
  const bpm_d = <i32>command.value0;
  const accentEvery = <i32>command.value1;
  const free = idle();
  if (bpm_d < BPM_D_MIN && (bpm_d != 0 || !free)) return BAD_RANGE;
  // Before the set has begun its beats stand; without a next beat there is nothing to change.
  if (!free && (session.mode != MODE_SET || !beating())) return BAD_MODE;
  if (bpm_d == 0) stopBeats(now_us);
  else if (!beating()) startBeats(now_us, now_us + LEAD_US, bpm_d, 0, accentEvery, u64.MAX_VALUE);
  else {
    changeTempo(bpm_d, accentEvery);
    if (free) return 0;
    session.bpm_d = bpm_d;
    enter(MODE_SET, beats.due_us, session.end_us);
  }
  return 0;
}

@inline
function remove(): i32 {
  if (command.value0 >= <i64>newestFile()) return BAD_RANGE;
  if (!idle()) return BAD_MODE;
  giveUp(<u32>command.value0);
  return 0;
}

function synchronise(now_us: u64): i32 {
  if (command.value0 == 0) return BAD_RANGE;
  command.value1 = now_us; // makes the fields the record
  return append(LOG_TIME, VALUES_AT, LOG_TIME_BYTES) < 0 ? BAD_FLASH : 0;
}

/** `asked`: 1 where the value is only asked for. */
@inline
function configure(asked: i32): i32 {
  const index = settingOf(command.value0);
  if (index < 0) return BAD_KEY;
  if (asked != 0) return 0;
  return idle() ? change(index, command.value1) : BAD_MODE;
}
