// Counts faults and tells of them: a FLT line when a count has changed, at most one a second for each code.
import { faultCount, status } from "../imu/imu";
import { append, log } from "../store/log";
import {
  FAULT_FLASH, FAULT_IMU_ABSENT, FAULT_IMU_STALL, FAULT_LINK_DROP, FAULT_LOG_FULL, FAULT_MOTOR, LOG_FAULT, LOG_FAULT_AT_US, LOG_FAULT_BYTES,
  LOG_FAULT_CODE, LOG_FAULT_COUNT, TAG_FLT,
} from "../wire/layout";
import { line } from "../wire/line";
import { queue, QUEUE_BYTES } from "../wire/queue";
import { beginLine, sendEvent } from "./link";

const PAUSE_US: u64 = 1_000_000;
const STATE_AT: usize = memory.data(16, 16);
const COUNTS_AT: usize = memory.data(44, 16); // u32 a code
const QUIET_AT: usize = memory.data(88, 16); // u64 a code: no line before this
const RECORD_AT: usize = memory.data(12, 16); // LOG_FAULT_BYTES

@unmanaged
class Faults {
  pending: u32; // bit 1 << FAULT_*: to be told
  dropped: i32; // of the queue, already counted
}
const faults: Faults = changetype<Faults>(STATE_AT);

/** Counts a fault of the app's own. */
export function countFault(code: i32): void {
  const at = COUNTS_AT + ((<usize>code) << 2);
  store<u32>(at, load<u32>(at) + 1);
  faults.pending |= 1 << code;
}

/** Whether some count waits to be told. */
export function pending(): bool {
  return faults.pending != 0;
}

/** Collects the counts of the parts and tells what is due. */
export function serviceFaults(now_us: u64): void {
  if (log.faults_new != 0) {
    if ((log.faults_new >> FAULT_FLASH) & 1) countFault(FAULT_FLASH);
    if ((log.faults_new >> FAULT_LOG_FULL) & 1) countFault(FAULT_LOG_FULL);
    log.faults_new = 0;
  }
  if (queue.dropped != faults.dropped) {
    store<u32>(COUNTS_AT, queue.dropped, FAULT_LINK_DROP << 2);
    faults.dropped = queue.dropped;
    faults.pending |= 1 << FAULT_LINK_DROP;
  }
  faults.pending |= status.faults_new;
  status.faults_new = 0;
  if (faults.pending == 0) return;
  for (let code: i32 = FAULT_IMU_ABSENT; code <= FAULT_MOTOR; code++) {
    if (((faults.pending >> code) & 1) == 0) continue;
    const quiet = QUIET_AT + ((<usize>code) << 3);
    if (now_us < load<u64>(quiet)) continue;
    // A full queue would only drop more to make room for saying so.
    if (code == FAULT_LINK_DROP && queue.used > QUEUE_BYTES / 2) continue;
    store<u64>(quiet, now_us + PAUSE_US);
    faults.pending &= ~(1 << code);
    tell(code, code <= FAULT_IMU_STALL ? faultCount(code) : load<u32>(COUNTS_AT + ((<usize>code) << 2)), now_us);
  }
}

function tell(code: i32, count: i32, now_us: u64): void {
  // Faults of the flash itself are not written to it.
  if (code != FAULT_FLASH && code != FAULT_LOG_FULL) {
    store<u64>(RECORD_AT, now_us, LOG_FAULT_AT_US);
    store<u16>(RECORD_AT, code, LOG_FAULT_CODE);
    store<u16>(RECORD_AT, min(count, 0xffff), LOG_FAULT_COUNT);
    append(LOG_FAULT, RECORD_AT, LOG_FAULT_BYTES);
  }
  beginLine(TAG_FLT);
  line.number(code);
  line.number(count);
  line.number(now_us);
  sendEvent();
}
