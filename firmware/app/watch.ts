// What watches and phones read without knowing the clip: Running Speed and Cadence, and the level of the battery, as the Bluetooth services have them.
import { divRound } from "../base/fixed";
import { smaller } from "../base/order";
import { link_send } from "../hal";
import { KIND_RUN, KIND_WALK, MODE_SET, PORT_BLE_BATTERY, PORT_BLE_RSC } from "../wire/layout";
import { session } from "./session";
import { latestKind, steady, totals } from "./totals";

const PAUSE_US: u64 = 1_000_000;
/** Without a contact for so long the wearer has stopped; slower steps have no cadence either. */
const STOPPED_US: u64 = 2_500_000;
/** µs: two steps a stride. */
const STRIDE_US: i64 = 120_000_000;
/** Status of the measurement: runs. */
const RUNS: i32 = 4;

@unmanaged
class Watch {
  due_us: u64; // of the next look
  count: i64; // steady strides at the last one
  sum_us: i64; // and their sum
  measurement: u32; // flags u8, speed u16, cadence u8, little-endian
  level: u32; // of the battery, plus 1; 0: not told yet
}
const WATCH_AT: usize = memory.data(32, 8);
const watch: Watch = changetype<Watch>(WATCH_AT);

/** Tells once a second how the wearer goes; once that they have stopped. */
export function serviceWatch(now_us: u64): void {
  if (now_us < watch.due_us) return;
  watch.due_us = now_us + PAUSE_US;
  const strides = steady.count - watch.count;
  const time_us = steady.sum - watch.sum_us;
  watch.count = steady.count;
  watch.sum_us = steady.sum;
  const kind = latestKind();
  let measurement: u32 = 0;
  if (session.mode == MODE_SET & now_us - totals.before_us < STOPPED_US & (kind == KIND_WALK || kind == KIND_RUN)) {
    // Without a new stride the cadence is as before.
    measurement = strides > 0 ? smaller(<i32>divRound(STRIDE_US * strides, time_us), 255) << 24 : watch.measurement & 0xff000000;
    if (measurement != 0 && kind == KIND_RUN) measurement |= RUNS;
  }
  if ((measurement | watch.measurement) >>> 24 == 0) return;
  watch.measurement = measurement;
  link_send(PORT_BLE_RSC, WATCH_AT + offsetof<Watch>("measurement"), 4);
}

/** Tells the level of a battery at so many mV when it has changed; -1 and below: unknown. */
export function tellLevel(battery_mv: i32): void {
  if (battery_mv < 0) return;
  const level = levelOf(battery_mv);
  if (watch.level == level + 1) return;
  watch.level = level; // as it goes out
  watch.level = link_send(PORT_BLE_BATTERY, WATCH_AT + offsetof<Watch>("level"), 1) > 0 ? level + 1 : 0;
}

/** Charge of a single lithium cell that is hardly loaded, %, by three lines along its curve: off by 5 at most. */
function levelOf(battery_mv: i32): u32 {
  if (battery_mv <= 3300) return 0;
  if (battery_mv >= 4200) return 100;
  if (battery_mv < 3680) return (battery_mv - 3300) / 19;
  return battery_mv < 3850 ? 20 + ((battery_mv - 3680) * 4) / 17 : 60 + ((battery_mv - 3850) * 4) / 35;
}
