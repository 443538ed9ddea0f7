// The contact detector: samples in, contacts out. Pure: sees no hal, keeps all its state in one Detector.
import { Contact } from "./contact";

/** Bits that `push` and `flush` return: which event the sample completed. */
export const DETECTED_CONTACT: i32 = 1; // `detector.contact` is a new finished contact
export const DETECTED_AMEND: i32 = 2; // `detector.amended` is an earlier contact whose kind or hop changed

@unmanaged
export class Detector {
  contact: Contact; // pointer to the last finished contact
  amended: Contact; // pointer to the last amended contact
  still_us: u32; // for how long the clip has lain still, saturating
  airborne: u8; // 1 between toe-off and initial contact
}

const DETECTOR_AT: usize = memory.data(2048, 16);
export const detector: Detector = changetype<Detector>(DETECTOR_AT);

/** Forgets everything. `odr_hz`: 52 104 208 416 833; `gyro`: whether rates are measured. */
export function reset(odr_hz: i32, gyro: bool): void {}

/**
 * One sample: time in µs of the MCU clock (strictly rising, gaps where samples were lost), specific force in mg, rates in 0.1 °/s
 * (0 without gyroscope), `saturated` when any axis stands at its range limit, `shaken` while the clip's own motor runs.
 * Returns DETECTED_* bits.
 */
export function push(t_us: u64, ax_mg: i32, ay_mg: i32, az_mg: i32, gx_ddps: i32, gy_ddps: i32, gz_ddps: i32, saturated: bool, shaken: bool): i32 {
  return 0;
}

/** Ends an open contact without a toe-off, as at the end of a set. Returns DETECTED_* bits. */
export function flush(): i32 {
  return 0;
}
