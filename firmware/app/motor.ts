// Pulses of the motor: beats, words, and when they shake the sensor.
import { haptic_pulse, haptic_stop } from "../hal";
import { FAULT_MOTOR } from "../wire/layout";
import { countFault } from "./counts";
import { settings } from "./settings";

/** A pulse starts within ±1 ms of its time; samples are timed to about 1 ms. */
const EARLY_US: u64 = 3_000;
/** How long the sensor rings after a pulse. */
const RINGDOWN_US: u64 = 60_000;
/** More than the motor's queue and the pulses whose samples are still to come; a power of two. */
const WINDOWS: u32 = 8;

// Words: pulses << 16 | ms of each. One short pulse is a beat, one up to 80 ms long an accent. An ERM motor needs 40 ms to reach 90 % of its speed;
// long is three times as long as short and more. While a foot moves words are short, for the sensor hears little else meanwhile.
export const WORD_READY: i32 = (2 << 16) | 140;
export const WORD_TARGET: i32 = (3 << 16) | 40;
export const WORD_BAND: i32 = (1 << 16) | 240;
export const WORD_DONE: i32 = (2 << 16) | 40;
export const WORD_BATTERY: i32 = (3 << 16) | 140;
/** Between the pulses of a word, and from its last one to the next beat that is felt: both kinds of motor have come to rest. */
const PAUSE_US: u64 = 80_000;
/** From the call to the first pulse of a word: time for the motor's queue. */
const WORD_LEAD_US: u64 = 10_000;

const MOTOR_AT: usize = memory.data(32, 8);
const WINDOWS_AT: usize = memory.data(128, 16);

@unmanaged
class Motor {
  oldest: u32; // windows ever opened and closed; slot = number mod WINDOWS
  next: u32;
  quiet_us: u64; // no beats before: a word is said
  beat_us: u64; // the latest beat
  beat_ms: i32; // its length
}
const motor: Motor = changetype<Motor>(MOTOR_AT);

/** A pulse as samples feel it. The one at `next` begins never. */
@unmanaged
class Window {
  from_us: u64;
  to_us: u64;
}

@inline
function windowAt(number: u32): Window {
  return changetype<Window>(WINDOWS_AT + <usize>((number & (WINDOWS - 1)) << 4));
}

/** Queues a beat, unless a word is said then. */
export function pulse(at_us: u64, duration_ms: i32): void {
  motor.beat_us = at_us;
  motor.beat_ms = duration_ms;
  if (at_us >= motor.quiet_us) queue(at_us, duration_ms);
}

/** Says a word (WORD_*) at once, instead of one under way; beats that fall into it are not felt. */
export function say(word: i32, now_us: u64): void {
  const beat_us = motor.beat_us;
  stopPulses(now_us);
  let at_us = now_us + WORD_LEAD_US;
  const duration_ms = word & 0xffff;
  for (let count = word >> 16; count > 0; count--) {
    queue(at_us, duration_ms);
    at_us += <u64>duration_ms * 1000 + PAUSE_US;
  }
  motor.quiet_us = at_us;
  // The next beat was queued already.
  pulse(beat_us, motor.beat_ms);
}

/** Queues a pulse of the strength that is set, behind those that are queued; none with strength 0. */
function queue(at_us: u64, duration_ms: i32): void {
  const strength = settings.strength;
  if (strength == 0) return;
  if (haptic_pulse(at_us, duration_ms, strength) < 0) {
    countFault(FAULT_MOTOR);
    return;
  }
  const window = windowAt(motor.next++);
  if (motor.next - motor.oldest == WINDOWS) motor.oldest += 1;
  window.from_us = at_us - EARLY_US;
  window.to_us = at_us + <u64>duration_ms * 1000 + RINGDOWN_US;
  endWindows();
}

/** Drops the pulses that are queued; one that runs is still taken to ring out. Needed once before the first sample. */
export function stopPulses(now_us: u64): void {
  haptic_stop();
  motor.quiet_us = 0;
  motor.beat_us = 0;
  while (motor.next != motor.oldest && windowAt(motor.next - 1).from_us > now_us) motor.next -= 1;
  endWindows();
}

function endWindows(): void {
  const end = windowAt(motor.next);
  end.from_us = u64.MAX_VALUE;
  end.to_us = u64.MAX_VALUE;
}

/** Whether a sample at `t_us`, which never falls, feels the motor. */
@inline
export function shaken(t_us: u64): bool {
  let window = windowAt(motor.oldest);
  while (t_us >= window.to_us) window = windowAt(++motor.oldest);
  return t_us >= window.from_us;
}
