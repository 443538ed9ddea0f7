// Tells of faults: a FLT line for every count that has changed, at most once a second.
import { faultCount } from "../imu/imu";
import { log } from "../store/log";
import { FAULT_IMU_STALL, FAULT_MOTOR, TAG_FLT } from "../wire/layout";
import { beginLine, number } from "../wire/line";
import { countFault, COUNTS_AT } from "./counts";
import { sendEvent } from "./link";

const PAUSE_US: u64 = 1_000_000;
const NEXT_AT: usize = memory.data(8, 8); // u64: counts are not looked at before

/** Tells what is due. */
export function serviceFaults(now_us: u64): void {
  if (now_us < load<u64>(NEXT_AT)) return;
  store<u64>(NEXT_AT, now_us + PAUSE_US);
  for (let code: i32 = 1; code <= FAULT_MOTOR; code++) {
    if ((log.faults_new >> code) & 1) countFault(code);
    const at = COUNTS_AT + (code << 3);
    const count = code <= FAULT_IMU_STALL ? faultCount(code) : load<i32>(at);
    if (count == load<i32>(at, 4)) continue;
    store<i32>(at, count, 4);
    beginLine(TAG_FLT);
    number(code);
    number(count);
    number(now_us);
    sendEvent();
  }
  log.faults_new = 0;
}
