// Pulses of the motor, and when they shake the sensor.
import { haptic_pulse, haptic_stop } from "../hal";
import { FAULT_MOTOR } from "../wire/layout";
import { countFault } from "./faults";

/** A pulse starts within ±1 ms of its time; samples are timed to about 1 ms. */
const EARLY_US: u64 = 3_000;
/** How long the sensor rings after a pulse. */
const RINGDOWN_US: u64 = 60_000;
const WINDOWS: u32 = 8; // a power of two

const STATE_AT: usize = memory.data(16, 16);
const WINDOWS_AT: usize = memory.data(128, 16); // WINDOWS × (from u64, to u64)

@unmanaged
class Motor {
  shakes_us: u64; // from when the next known window runs; u64.MAX_VALUE without one
  oldest: u32; // windows ever opened and closed; slot = number mod WINDOWS
  next: u32;
}
const motor: Motor = changetype<Motor>(STATE_AT);

@inline
function window(number: u32): usize {
  return WINDOWS_AT + <usize>((number & (WINDOWS - 1)) << 4);
}

function arm(): void {
  motor.shakes_us = motor.oldest == motor.next ? u64.MAX_VALUE : load<u64>(window(motor.oldest));
}

/** Forgets all pulses. */
export function initMotor(): void {
  motor.oldest = motor.next;
  arm();
}

/** Queues a pulse; none with strength 0. */
export function pulse(at_us: u64, duration_ms: i32, strength: i32): void {
  if (strength == 0) return;
  if (haptic_pulse(at_us, duration_ms, strength) < 0) {
    countFault(FAULT_MOTOR);
    return;
  }
  if (motor.next - motor.oldest == WINDOWS) motor.oldest += 1;
  store<u64>(window(motor.next), at_us - min(EARLY_US, at_us));
  store<u64>(window(motor.next), at_us + <u64>duration_ms * 1000 + RINGDOWN_US, 8);
  motor.next += 1;
  arm();
}

/** Drops the pulses that are queued; one that runs is still taken to ring out. */
export function stopPulses(now_us: u64): void {
  haptic_stop();
  while (motor.next != motor.oldest && load<u64>(window(motor.next - 1)) > now_us) motor.next -= 1;
  arm();
}

/** Whether a sample at `t_us`, which never falls, feels the motor. */
@inline
export function shaken(t_us: u64): bool {
  return t_us >= motor.shakes_us && shakenSlow(t_us);
}

function shakenSlow(t_us: u64): bool {
  while (motor.oldest != motor.next && t_us >= load<u64>(window(motor.oldest), 8)) motor.oldest += 1;
  arm();
  return t_us >= motor.shakes_us;
}
