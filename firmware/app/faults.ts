// Tells of faults: a FLT line for every count that has changed, at most once a second.
import { faultCount } from "../imu/imu";
import { log } from "../store/log";
import { FAULT_FLASH, FAULT_IMU_STALL, FAULT_LINK_DROP, FAULT_LOG_FULL, FAULT_MOTOR, TAG_FLT } from "../wire/layout";
import { number } from "../wire/line";
import { dropped, queued, QUEUE_BYTES } from "../wire/queue";
import { beginLine, sendEvent } from "./link";

const PAUSE_US: u64 = 1_000_000;
const NEXT_AT: usize = memory.data(8, 8); // u64: counts are not looked at before
const COUNTS_AT: usize = memory.data(44, 4); // u32 a code, the app's own
const TOLD_AT: usize = memory.data(44, 4); // u32 a code, as last told

/** Counts a fault of the app's own. */
export function countFault(code: i32): void {
  const at = COUNTS_AT + (code << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/** Tells what is due. */
export function serviceFaults(now_us: u64): void {
  if (now_us < load<u64>(NEXT_AT)) return;
  store<u64>(NEXT_AT, now_us + PAUSE_US);
  for (let code: i32 = 1; code <= FAULT_MOTOR; code++) {
    if (code <= FAULT_LOG_FULL && code >= FAULT_FLASH && ((log.faults_new >> code) & 1)) countFault(code);
    let count = load<i32>(COUNTS_AT + (code << 2));
    if (code <= FAULT_IMU_STALL) count = faultCount(code);
    // A full queue would only drop more to make room for saying so.
    if (code == FAULT_LINK_DROP) count = queued() < QUEUE_BYTES / 2 ? dropped() : load<i32>(TOLD_AT + (code << 2));
    const told = TOLD_AT + (code << 2);
    if (count == load<i32>(told)) continue;
    store<i32>(told, count);
    beginLine(TAG_FLT);
    number(code);
    number(count);
    number(now_us);
    sendEvent();
  }
  log.faults_new = 0;
}
