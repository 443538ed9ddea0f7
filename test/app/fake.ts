// Stand-ins for the sensor driver and the detector, in AssemblyScript: the rig scripts through imu_read what they report, so that the
// app is tested against contacts that are known.

/** In place of firmware/imu/imu.ts. Registers: 0 a sample's time (u64) and whether it carries news (u32), 1 how many wait, 2 state and chip, 16 + code the count of a fault. */
export const FAKE_IMU = `
import { imu_read, imu_write } from "../hal";
import { Sample } from "./sample";
export const IMU_RUN: i32 = 5;
export const CHIP_NONE: i32 = 0;
@unmanaged
export class Status {
  due_us: u64; samples: u32; lost: u32; state: i32; chip: i32; odr_hz: i32; range_g: i32; gyro: i32; more: i32;
}
const SAMPLE_AT: usize = memory.data(56, 16);
const STATUS_AT: usize = memory.data(64, 16);
const WORD_AT: usize = memory.data(16, 16);
export const sample: Sample = changetype<Sample>(SAMPLE_AT);
export const status: Status = changetype<Status>(STATUS_AT);
export function configure(odr_hz: i32, range_g: i32, gyro: bool): i32 {
  if (odr_hz != 52 && odr_hz != 104 && odr_hz != 208 && odr_hz != 416 && odr_hz != 833) return -1;
  if (range_g != 8 && range_g != 16) return -1;
  status.odr_hz = odr_hz; status.range_g = range_g; status.gyro = gyro ? 1 : 0; status.due_us = u64.MAX_VALUE;
  return imu_write(odr_hz, WORD_AT, 0);
}
export function service(now_us: u64, wake: i32): i32 {
  imu_read(2, WORD_AT, 8);
  status.state = load<i32>(WORD_AT);
  status.chip = load<i32>(WORD_AT, 4);
  imu_read(1, WORD_AT, 4);
  return min(64, load<i32>(WORD_AT));
}
export function next(): bool {
  if (imu_read(0, WORD_AT, 12) < 0) return false;
  sample.t_us = load<u64>(WORD_AT);
  sample.ax_mg = load<i32>(WORD_AT, 8);
  status.samples++;
  return true;
}
export function faultCount(code: i32): i32 { imu_read(16 + code, WORD_AT, 4); return load<i32>(WORD_AT); }
export function rateMillihertz(): i32 { return 416123; }
`;

/** In place of firmware/detect/detector.ts. A sample with news is followed by a read of register 3: bits, two contacts, still_us, airborne. */
export const FAKE_DETECTOR = `
import { imu_read, imu_write } from "../hal";
import { Contact } from "./contact";
import { Signal } from "./signal";
const SIGNAL_AT: usize = memory.data(192, 16);
export const signal: Signal = changetype<Signal>(SIGNAL_AT);
export const DETECTED_CONTACT: i32 = 1;
export const DETECTED_AMEND: i32 = 2;
@unmanaged
export class Detector { contact: Contact; amended: Contact; still_us: u32; airborne: u8; }
const DETECTOR_AT: usize = memory.data(16, 16);
const NEWS_AT: usize = memory.data(112, 16);
export const detector: Detector = changetype<Detector>(DETECTOR_AT);
function news(register: i32): i32 {
  if (imu_read(register, NEWS_AT, 112) < 0) return 0;
  detector.contact = changetype<Contact>(NEWS_AT + 16);
  detector.amended = changetype<Contact>(NEWS_AT + 64);
  detector.still_us = load<u32>(NEWS_AT, 4);
  detector.airborne = load<u8>(NEWS_AT, 8);
  return load<i32>(NEWS_AT);
}
export function reset(odr_hz: i32, gyro: bool, exercise: i32): void { imu_write(1, NEWS_AT, 0); }
export function push(t_us: u64, ax_mg: i32, ay_mg: i32, az_mg: i32, gx_ddps: i32, gy_ddps: i32, gz_ddps: i32, shaken: bool): i32 {
  if (shaken) imu_write(2, NEWS_AT, 0);
  return ax_mg != 0 ? news(3) : 0;
}
export function flush(): i32 { return news(4); }
`;
