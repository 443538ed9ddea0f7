// The clip: one step after another, each bounded, none waiting.
import { battery_mv, led_set, time_us } from "../hal";
import { CHIP_NONE, service as serviceSensor, status } from "../imu/imu";
import { append, idle as storeIdle, mount, mountStep, next as nextRecord } from "../store/log";
import { confirm } from "../store/slot";
import {
  FIRMWARE_VERSION, LED_BATTERY, LED_FAULT, LED_IDLE, LOG_BOOT, LOG_BOOT_BYTES, PORT_SERIAL,
} from "../wire/layout";
import { beats, serviceBeats, stopBeats } from "./beats";
import { answer, sendHello } from "./commands";
import { serviceFaults } from "./faults";
import { flush, nextByte, PORTS, receive, take } from "./link";
import { say, WORD_BATTERY } from "./motor";
import { closeTorn, idle, recall, serviceSession, session, takeSamples } from "./session";
import { loadSettings } from "./settings";
import { free, serviceSmp, takeSerial } from "./smp";
import { smp, STAGE_GOES } from "./transfer";
import { serviceWatch, tellLevel } from "./watch";

/** Records read a step while starting up. */
const RECORDS_A_STEP: i32 = 16;
/** Longest wait for the sensor before HEL is said without it. */
const PROBE_US_MAX: u64 = 200_000;
/** How often the battery is looked at and flash is erased ahead, and the longest sleep. */
const BATTERY_US: u64 = 60_000_000;
/** How long the app runs before it says that it works. */
const TRIAL_US: u64 = 5_000_000;
/** Below this a single lithium cell is nearly empty. */
const BATTERY_LOW_MV: u32 = 3_400;
/** From here on it has been charged; what lies between is load and noise. */
const BATTERY_CHARGED_MV: u32 = 3_600;
/** Pause before a full port is tried again: with lines, with a response of SMP, which somebody waits for. */
const RETRY_US: u64 = 20_000;
const RETRY_SMP_US: u64 = 4_000;

const CLIP_AT: usize = memory.data(48, 16);

@unmanaged
class Clip {
  // As in the record LOG_BOOT.
  booted_us: u64;
  version: i32;
  // Not in it.
  battery_us: u64; // when to look at it next
  ready: i32; // 1: starting up is over; commands wait until then
  batteryLow: i32;
  batterySaid: i32; // 1: that it is low was said since it was charged last
  led: i32; // pattern shown, plus 1; 0: none yet
}
const clip: Clip = changetype<Clip>(CLIP_AT);

/** Starts the clip; zeroed memory is expected. */
export function init(): void {
  clip.booted_us = time_us();
  stopBeats(clip.booted_us);
  session.due_us = u64.MAX_VALUE;
  free();
  loadSettings();
  mount();
}

/** One step; `events` are WAKE_* bits. Returns for how many µs the board may sleep unless something wakes it. */
export function step(events: i32): i32 {
  const now_us = time_us();
  if (serviceSensor(now_us, events) != 0) takeSamples(now_us);
  let more = false;
  if (clip.ready != 0) {
    more = obey(now_us);
    serviceSession(now_us);
    serviceBeats(now_us);
    if (serviceSmp(now_us)) more = true;
    serviceWatch(now_us);
  } else more = start(now_us);
  serviceFaults(now_us);
  show(now_us);
  let waiting: i32 = 0;
  for (let port: i32 = 0; port < PORTS; port++) waiting += flush(port);
  return more || status.more != 0 ? 0 : sleep_us(waiting);
}

/** One piece of starting up: the log is found and read, then the sensor is waited for. Returns whether the next one can follow at once. */
function start(now_us: u64): bool {
  if (mountStep() != 0) return true;
  for (let count: i32 = 0; nextRecord(); ) {
    recall();
    if (++count == RECORDS_A_STEP) return true;
  }
  if (status.chip == CHIP_NONE & now_us < clip.booted_us + PROBE_US_MAX) return false;
  clip.ready = 1;
  sendHello();
  closeTorn();
  clip.version = FIRMWARE_VERSION;
  append(LOG_BOOT, CLIP_AT, LOG_BOOT_BYTES);
  return true;
}

/** Takes a chunk of commands from every port. Returns whether there may be more. */
function obey(now_us: u64): bool {
  let more = false;
  for (let port: i32 = 0; port < PORTS; port++) {
    let bytes = receive(port);
    if (bytes > 0) more = true;
    for (; bytes > 0; bytes--) {
      if (port == PORT_SERIAL && !takeSerial(nextByte(port), now_us)) {
        more = false;
        break;
      }
      const result = take(port);
      if (result != 0) answer(port, now_us, result);
    }
  }
  return more;
}

/** Sets the light when it has to change. */
@inline
function show(now_us: u64): void {
  if (now_us >= clip.battery_us) {
    clip.battery_us = now_us + (clip.battery_us == 0 ? TRIAL_US : BATTERY_US);
    if (clip.ready != 0) {
      storeIdle();
      confirm();
    }
    const battery: u32 = battery_mv(); // an error is above all of them
    tellLevel(battery);
    clip.batteryLow = battery < BATTERY_LOW_MV ? 1 : 0;
    if (battery >= BATTERY_CHARGED_MV) clip.batterySaid = 0;
    if (clip.batteryLow > clip.batterySaid && idle()) {
      clip.batterySaid = 1;
      say(WORD_BATTERY, now_us);
    }
  }
  let led = LED_IDLE + session.mode;
  if (led == LED_IDLE) {
    if (clip.batteryLow != 0) led = LED_BATTERY;
    else if (status.chip == CHIP_NONE) led = LED_FAULT;
  }
  if (clip.led == led + 1) return;
  clip.led = led + 1;
  led_set(led);
}

/** Until the earliest thing that has a time. */
function sleep_us(waiting: i32): i32 {
  const now_us = time_us();
  let due_us = min(min(min(clip.battery_us, status.due_us), min(beats.due_us, session.due_us)), smp.due_us);
  if (smp.stage == STAGE_GOES) due_us = min(due_us, now_us + RETRY_SMP_US);
  if (waiting != 0) due_us = min(due_us, now_us + RETRY_US);
  return due_us <= now_us ? 0 : <i32>(due_us - now_us);
}
