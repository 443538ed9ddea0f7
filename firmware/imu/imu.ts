// Driver of the inertial sensor: brings it up, drains its FIFO, gives every sample its time, recovers by itself. Never waits.
import { Sample } from "./sample";

// States of `status.state`.
export const IMU_OFF: i32 = 0; // not configured yet
export const IMU_PROBE: i32 = 1; // looks for a known who-am-I
export const IMU_RESET: i32 = 2; // software reset under way
export const IMU_SETTLE: i32 = 3; // runs; the first samples are thrown away, the clock is being learnt
export const IMU_RUN: i32 = 4; // delivers

// Values of `status.chip`: the who-am-I.
export const CHIP_NONE: i32 = 0;
export const CHIP_LSM6DSO: i32 = 0x6c; // LSM6DSO and LSM6DSOX: tagged FIFO
export const CHIP_LSM6DS3TRC: i32 = 0x6a; // untagged FIFO

/** What the caller may look at between calls. */
@unmanaged
export class Status {
  due_us: u64; // call `service` no later than this even if no line rose; 0 = at once
  samples: u32; // delivered since `configure`
  lost: u32; // noticed missing since `configure`
  faults_new: u32; // bit 1 << FAULT_*: happened since the caller last zeroed it
  state: i32; // IMU_*
  chip: i32; // CHIP_*
  odr_hz: i32; // as configured
  range_g: i32;
  gyro: i32; // 0 | 1
  more: i32; // 1: the bound of one service was met, samples wait in the FIFO: call again at once (due_us is 0 then)
}

const SAMPLE_AT: usize = memory.data(48, 16);
const STATUS_AT: usize = memory.data(64, 16);

/** The sample that the last `next` filled. */
export const sample: Sample = changetype<Sample>(SAMPLE_AT);
export const status: Status = changetype<Status>(STATUS_AT);

/**
 * Asks for a rate (52 104 208 416 833 Hz), an accelerometer range (8 16 g) and a gyroscope (±2000 dps) or none, from the next
 * `service` on. Returns 0, or −1 when a value is none of these. The measured clock error is kept.
 */
export function configure(odr_hz: i32, range_g: i32, gyro: bool): i32 {
  return 0;
}

/**
 * Runs the driver: call it in every step with the step's time and event bits; cheap when nothing is due. Returns how many samples
 * `next` will give at most (≤ 64); take them all before the next call.
 */
export function service(now_us: u64, wake: i32): i32 {
  return 0;
}

/** Takes the next sample into `sample`; false when there is none left of this service. */
export function next(): bool {
  return false;
}

/** How often FAULT_* `code` (the IMU's: 1..6) happened since `configure`, saturating at 65535. */
export function faultCount(code: i32): i32 {
  return 0;
}

/** The measured sample rate in mHz, 0 before it is known. */
export function rateMillihertz(): i32 {
  return 0;
}
