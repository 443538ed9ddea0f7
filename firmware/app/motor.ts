// Pulses of the motor, and when they shake the sensor.
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

const MOTOR_AT: usize = memory.data(8, 8);
const WINDOWS_AT: usize = memory.data(128, 16);

@unmanaged
class Motor {
  oldest: u32; // windows ever opened and closed; slot = number mod WINDOWS
  next: u32;
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

/** Queues a pulse of the strength that is set; none with strength 0. */
export function pulse(at_us: u64, duration_ms: i32): void {
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
