// Counts faults and tells of them: a FLT line for every count that has changed, at most once a second.
import { faultCount, status } from "../imu/imu";
import { append, log } from "../store/log";
import {
  FAULT_FLASH, FAULT_IMU_STALL, FAULT_LINK_DROP, FAULT_LOG_FULL, FAULT_MOTOR, LOG_FAULT, LOG_FAULT_AT_US, LOG_FAULT_BYTES, LOG_FAULT_CODE,
  LOG_FAULT_COUNT, TAG_FLT,
} from "../wire/layout";
import { number, numbers } from "../wire/line";
import { dropped, queued, QUEUE_BYTES } from "../wire/queue";
import { beginLine, sendEvent } from "./link";

const PAUSE_US: u64 = 1_000_000;
const STATE_AT: usize = memory.data(16, 16);
const COUNTS_AT: usize = memory.data(44, 16); // u32 a code, the app's own
const RECORD_AT: usize = memory.data(16, 16); // LOG_FAULT_BYTES

@unmanaged
class Faults {
  next_us: u64; // nothing is told before
  pending: u32; // bit 1 << FAULT_*: to be told
}
const faults: Faults = changetype<Faults>(STATE_AT);

/** Counts a fault of the app's own. */
export function countFault(code: i32): void {
  const at = COUNTS_AT + (code << 2);
  store<u32>(at, load<u32>(at) + 1);
  faults.pending |= 1 << code;
}

/** When `serviceFaults` has something to tell, u64.MAX_VALUE if never. */
export function faultsDue_us(): u64 {
  return faults.pending == 0 ? u64.MAX_VALUE : faults.next_us;
}

/** Collects the counts of the parts and tells what is due. */
export function serviceFaults(now_us: u64): void {
  for (let code: i32 = FAULT_FLASH; code <= FAULT_LOG_FULL; code++) if ((log.faults_new >> code) & 1) countFault(code);
  log.faults_new = 0;
  const lines = dropped();
  // A full queue would only drop more to make room for saying so.
  if (lines != load<i32>(COUNTS_AT + (FAULT_LINK_DROP << 2)) && queued() < QUEUE_BYTES / 2) {
    store<i32>(COUNTS_AT + (FAULT_LINK_DROP << 2), lines);
    faults.pending |= 1 << FAULT_LINK_DROP;
  }
  faults.pending |= status.faults_new;
  status.faults_new = 0;
  if (faults.pending == 0 || now_us < faults.next_us) return;
  faults.next_us = now_us + PAUSE_US;
  for (let code: i32 = 1; code <= FAULT_MOTOR; code++) if ((faults.pending >> code) & 1) tell(code, now_us);
  faults.pending = 0;
}

function tell(code: i32, now_us: u64): void {
  store<u64>(RECORD_AT, now_us, LOG_FAULT_AT_US);
  store<i32>(RECORD_AT, code, LOG_FAULT_CODE);
  store<i32>(RECORD_AT, code <= FAULT_IMU_STALL ? faultCount(code) : load<i32>(COUNTS_AT + (code << 2)), LOG_FAULT_COUNT);
  // Faults of the flash itself are not written to it.
  if (code != FAULT_FLASH && code != FAULT_LOG_FULL) append(LOG_FAULT, RECORD_AT, LOG_FAULT_BYTES);
  beginLine(TAG_FLT);
  numbers(RECORD_AT + LOG_FAULT_CODE, 2);
  number(now_us);
  sendEvent();
}
