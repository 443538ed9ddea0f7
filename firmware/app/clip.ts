// The clip: one step after another, each bounded, none waiting.
import { battery_mv, led_set, time_us } from "../hal";
import { CHIP_NONE, service as serviceSensor, status } from "../imu/imu";
import { append, idle as storeIdle, mount, mountStep, next as nextRecord, seek } from "../store/log";
import {
  FIRMWARE_VERSION, LED_BATTERY, LED_FAULT, LED_IDLE, LOG_BOOT, LOG_BOOT_AT_US, LOG_BOOT_BYTES, LOG_BOOT_VERSION,
} from "../wire/layout";
import { PARSED } from "../wire/parser";
import { PORTS, queued } from "../wire/queue";
import { beatDue_us, initBeats, serviceBeats } from "./beats";
import { answer, refuse, sendHello } from "./commands";
import { serviceFaults } from "./faults";
import { flush, receive, take } from "./link";
import { initMotor } from "./motor";
import { closeTorn, recall, serviceSession, session, sessionDue_us, takeSamples } from "./session";
import { loadSettings } from "./settings";

// Phases of starting up; commands wait until it is over.
const PHASE_MOUNT: i32 = 0; // the log is being found
const PHASE_RECALL: i32 = 1; // and read: was a set cut short?
const PHASE_PROBE: i32 = 2; // the sensor is being found
const PHASE_READY: i32 = 3;

/** Records read a step while starting up. */
const RECORDS_A_STEP: i32 = 16;
/** Longest wait for the sensor before HEL is said without it. */
const PROBE_US_MAX: u64 = 200_000;
/** How often the battery is looked at and flash is erased ahead, and the longest sleep. */
const BATTERY_US: u64 = 60_000_000;
/** Below this a single lithium cell is nearly empty. */
const BATTERY_LOW_MV: i32 = 3_400;
/** Pause before a full port is tried again. */
const RETRY_US: u64 = 20_000;

const CLIP_AT: usize = memory.data(40, 16);
const RECORD_AT: usize = memory.data(16, 16); // LOG_BOOT_BYTES; the last block of all, so the data end stays 16-aligned

@unmanaged
class Clip {
  booted_us: u64;
  battery_us: u64; // when to look at it next
  phase: i32;
  batteryLow: i32;
  led: i32; // pattern shown, plus 1; 0: none yet
}
const clip: Clip = changetype<Clip>(CLIP_AT);

/** Starts the clip; zeroed memory is expected. */
export function init(): void {
  clip.booted_us = time_us();
  initMotor();
  initBeats();
  loadSettings();
  mount();
}

/** One step; `events` are WAKE_* bits. Returns for how many µs the board may sleep unless something wakes it. */
export function step(events: i32): i32 {
  const now_us = time_us();
  session.now_us = now_us;
  if (serviceSensor(now_us, events) != 0) takeSamples();
  let more = false;
  if (clip.phase == PHASE_READY) {
    more = obey(now_us);
    serviceSession(now_us);
    serviceBeats(now_us);
  } else more = start(now_us);
  serviceFaults(now_us);
  show(now_us);
  flush(now_us);
  return more || status.more != 0 ? 0 : sleep_us();
}

/** One piece of starting up. Returns whether the next one can follow at once. */
function start(now_us: u64): bool {
  if (clip.phase == PHASE_MOUNT) {
    if (mountStep() == 0) {
      seek(0);
      clip.phase = PHASE_RECALL;
    }
    return true;
  }
  if (clip.phase == PHASE_RECALL) {
    for (let count: i32 = 0; count < RECORDS_A_STEP; count++) {
      if (!nextRecord()) {
        clip.phase = PHASE_PROBE;
        break;
      }
      recall();
    }
    return true;
  }
  if (status.chip == CHIP_NONE && now_us < clip.booted_us + PROBE_US_MAX) return false;
  clip.phase = PHASE_READY;
  sendHello();
  closeTorn();
  store<u64>(RECORD_AT, clip.booted_us, LOG_BOOT_AT_US);
  store<u32>(RECORD_AT, FIRMWARE_VERSION, LOG_BOOT_VERSION);
  append(LOG_BOOT, RECORD_AT, LOG_BOOT_BYTES);
  return true;
}

/** Takes a chunk of commands from every port. Returns whether there may be more. */
function obey(now_us: u64): bool {
  let more = false;
  for (let port: i32 = 0; port < PORTS; port++) {
    const bytes = receive(port);
    for (let at: i32 = 0; at < bytes; at++) {
      const result = take(port, at);
      if (result == PARSED) answer(port, now_us);
      else if (result != 0) refuse(port, result);
    }
    if (bytes > 0) more = true;
  }
  return more;
}

/** Sets the light when it has to change. */
function show(now_us: u64): void {
  if (now_us >= clip.battery_us) {
    clip.battery_us = now_us + BATTERY_US;
    if (clip.phase == PHASE_READY) storeIdle();
    const battery = battery_mv();
    clip.batteryLow = battery >= 0 && battery < BATTERY_LOW_MV ? 1 : 0;
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
function sleep_us(): i32 {
  let due_us = min(min(clip.battery_us, status.due_us), min(beatDue_us(), sessionDue_us()));
  const now_us = time_us();
  if (clip.phase == PHASE_PROBE) due_us = min(due_us, clip.booted_us + PROBE_US_MAX);
  if (queued() != 0) due_us = min(due_us, now_us + RETRY_US);
  return due_us <= now_us ? 0 : <i32>(due_us - now_us);
}
