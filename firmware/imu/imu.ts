// Driver of the inertial sensor: brings it up, drains its FIFO, gives every sample its time, recovers by itself. Never waits: what
// takes time is a state that a later `service` leaves.
import { saturateU16, scaleQ16 } from "../base/fixed";
import { imu_read, imu_write } from "../hal";
import {
  FAULT_IMU_ABSENT, FAULT_IMU_LOST, FAULT_IMU_NACK, FAULT_IMU_OVERRUN, FAULT_IMU_RESET, FAULT_IMU_STALL, WAKE_SENSOR,
} from "../wire/layout";
import { Clock, GATE_US } from "./clock";
import { Fifo, GAP_NEXT } from "./fifo";
import {
  CTRL3_BDU_IF_INC, CTRL3_SW_RESET, DSO_REG_FIFO_CTRL1, DSO_REG_FIFO_CTRL3, FIFO_MODE_BYPASS, FIFO_MODE_CONTINUOUS, FS_G_2000DPS,
  FS_XL_16G, FS_XL_8G, GAIN_16G_Q16, GAIN_2000DPS_Q16, GAIN_8G_Q16, INT1_FIFO_THRESHOLD, REG_CTRL1_XL, REG_CTRL2_G, REG_CTRL3_C,
  REG_FIFO_MODE, REG_INT1_CTRL, REG_WHO_AM_I, TRC_FIFO_BOTH, TRC_FIFO_XL, TRC_REG_FIFO_CTRL1, TRC_REG_FIFO_CTRL3,
} from "./registers";
import { Sample, SATURATED_ACCELEROMETER, SATURATED_GYROSCOPE } from "./sample";

// States of `status.state`.
export const IMU_OFF: i32 = 0; // not configured yet
export const IMU_PROBE: i32 = 1; // looks for a known who-am-I
export const IMU_RESET: i32 = 2; // software reset under way
export const IMU_SETTLE: i32 = 3; // set up; the sensing elements start
export const IMU_LEARN: i32 = 4; // samples come and are thrown away: the clock is being learnt
export const IMU_RUN: i32 = 5; // delivers

// Values of `status.chip`: the who-am-I.
export const CHIP_NONE: i32 = 0;
export const CHIP_LSM6DSO: i32 = 0x6c; // LSM6DSO and LSM6DSOX: tagged FIFO
export const CHIP_LSM6DS3TRC: i32 = 0x6a; // untagged FIFO

export const IMU_ERROR_SETTING: i32 = -1; // no such rate or range

export const SERVICE_SAMPLES_MAX: i32 = 64; // most samples one `service` hands out: bounds a step

const RESET_US: i32 = 2000; // SW_RESET takes 50 µs
const RESET_POLLS_MAX: i32 = 10;
const SETTLE_US: i32 = 10000; // accelerometer: a few samples
const SETTLE_GYRO_US: i32 = 80000; // gyroscope from power-down: 70 ms
const LEARN_POLL_US: i32 = 60000; // three batches at nominal rate: one at half of it
const LEARN_BLIND_US: u64 = 500000; // after that the line is taken for dead
const RETRY_US: i32 = 2000; // after a refused transfer
const NACKS_MAX: i32 = 5; // in a row; then the sensor is brought up anew
const PROBE_US_MIN: i32 = 20000; // while the sensor may be booting (35 ms) or the bus hiccups; then 8 times as long
const PROBES_FAST: i32 = 8;
const PROBES_QUIET: i32 = 2; // failures before the sensor is called absent
const STALL_POLL_US: i32 = 20000;
const STALL_POLLS_QUIET: i32 = 3; // 0.1 s without a sample is a stall; less is a gap
const STALL_POLLS_MAX: i32 = 100; // 2 s; then the sensor is brought up anew
const FRESH_FIRST: i32 = 1; // the first ever at this configuration
const FRESH_AGAIN: i32 = 2; // others came before
const CHECK_SERVICES: i32 = 32; // 0.6 s between looks at the control registers
const SATURATED_XL: i32 = 32700; // LSB; 99.8 % of the range, the sensor's flat top
const SATURATED_G: i32 = 28571; // LSB; 2000 °/s

/** What the caller may look at between calls. */
@unmanaged
export class Status {
  due_us: u64; // call `service` no later than this even if no line rose; 0 = at once
  samples: u32; // delivered since `configure`, those of the last `service` included
  lost: u32; // noticed missing since `configure`
  faults_new: u32; // bit 1 << FAULT_*: happened since the caller last zeroed it
  state: i32; // IMU_*
  chip: i32; // CHIP_*
  odr_hz: i32; // as configured
  range_g: i32;
  gyro: i32; // 0 | 1
  more: i32; // 1: the bound of one service was met, samples wait in the FIFO: call again at once (due_us is 0 then)
}

@unmanaged
class Driver {
  learn_us: u64; // when learning began
  odr_code: i32;
  batch: i32; // samples at the watermark: about 19 ms
  gain_q16: i32; // mg/LSB
  extra: i32; // samples known to be missing before the next one, besides what its tag says
  open: i32; // 1: the last look found fewer samples than were due
  behind: i32; // samples of the chunk held back behind a gap of …
  extra_behind: i32; // … so many
  fresh: i32; // FRESH_*: the next sample is the first since the sensor was brought up
  failed: i32; // 1: one of the register writes under way was refused
  nacks: i32; // in a row
  polls: i32; // of a reset, or with an empty FIFO
  probes: i32; // failed in a row
  services: i32; // since the control registers were looked at
}

const SAMPLE_AT: usize = memory.data(48, 16);
const STATUS_AT: usize = memory.data(64, 16);
const DRIVER_AT: usize = memory.data(80, 16);
const CLOCK_AT: usize = memory.data(80, 16);
const FIFO_AT: usize = memory.data(64, 16);
const COUNTS_AT: usize = memory.data(16, 16); // u16 by fault code
const BYTES_AT: usize = memory.data(16, 16); // register contents under way

/** The sample that the last `next` filled. */
export const sample: Sample = changetype<Sample>(SAMPLE_AT);
export const status: Status = changetype<Status>(STATUS_AT);
const driver: Driver = changetype<Driver>(DRIVER_AT);
const clock: Clock = changetype<Clock>(CLOCK_AT);
const fifo: Fifo = changetype<Fifo>(FIFO_AT);

/**
 * Asks for a rate (52 104 208 416 833 Hz), an accelerometer range (8 16 g) and a gyroscope (±2000 dps) or none, from the next
 * `service` on. Returns 0 or IMU_ERROR_SETTING. The measured clock error is kept.
 */
export function configure(odr_hz: i32, range_g: i32, gyro: bool): i32 {
  let code: i32 = 3; // 52 Hz, doubled with each code
  while (code < 7 && odr_hz != 52 << (code - 3)) code++;
  if ((code == 7 && odr_hz != 833) || (range_g != 8 && range_g != 16)) return IMU_ERROR_SETTING;
  status.odr_hz = odr_hz;
  status.range_g = range_g;
  status.gyro = gyro ? 1 : 0;
  sample.gx_ddps = 0;
  sample.gy_ddps = 0;
  sample.gz_ddps = 0;
  status.samples = 0;
  status.lost = 0;
  status.faults_new = 0;
  store<u64>(COUNTS_AT, 0);
  store<u64>(COUNTS_AT, 0, 8);
  driver.odr_code = code;
  driver.batch = odr_hz / 52;
  driver.gain_q16 = range_g == 8 ? GAIN_8G_Q16 : GAIN_16G_Q16;
  driver.probes = 0;
  restart(0);
  return 0;
}

/**
 * Runs the driver: call it in every step with the step's time and event bits; cheap when nothing is due. Returns how many samples
 * `next` will give at most (≤ 64); take them all before the next call.
 */
export function service(now_us: u64, wake: i32): i32 {
  const line: bool = (wake & WAKE_SENSOR) != 0;
  const state: i32 = status.state;
  fifo.ready = 0;
  fifo.words = 0;
  driver.behind = 0;
  driver.extra = 0;
  if (state == IMU_OFF || (now_us < status.due_us && !(line && state >= IMU_LEARN))) return 0;
  if (state >= IMU_LEARN) return drain(now_us, line);
  if (state == IMU_PROBE) probe(now_us);
  else if (state == IMU_RESET) setUp(now_us);
  else startFifo(now_us);
  return 0;
}

/** Takes the next sample into `sample`; false when there is none left of this service. */
export function next(): bool {
  if (fifo.ready == 0 && !refill()) return false;
  const at: usize = fifo.at;
  if (fifo.gaps) passGap(at);
  else sample.lost_before = 0;
  let saturated: i32 = 0;
  if (status.gyro) {
    const g: usize = at + fifo.gyro_offset;
    const gx: i32 = load<i16>(g);
    const gy: i32 = load<i16>(g, 2);
    const gz: i32 = load<i16>(g, 4);
    sample.gx_ddps = scaleQ16(gx, GAIN_2000DPS_Q16);
    sample.gy_ddps = scaleQ16(gy, GAIN_2000DPS_Q16);
    sample.gz_ddps = scaleQ16(gz, GAIN_2000DPS_Q16);
    if (<u32>(gx + SATURATED_G) > 2 * SATURATED_G || <u32>(gy + SATURATED_G) > 2 * SATURATED_G || <u32>(gz + SATURATED_G) > 2 * SATURATED_G) {
      saturated = SATURATED_GYROSCOPE;
    }
  }
  const xl: usize = at + fifo.xl_offset;
  const ax: i32 = load<i16>(xl);
  const ay: i32 = load<i16>(xl, 2);
  const az: i32 = load<i16>(xl, 4);
  const gain_q16: i32 = driver.gain_q16;
  sample.ax_mg = scaleQ16(ax, gain_q16);
  sample.ay_mg = scaleQ16(ay, gain_q16);
  sample.az_mg = scaleQ16(az, gain_q16);
  if (<u32>(ax + SATURATED_XL) > 2 * SATURATED_XL || <u32>(ay + SATURATED_XL) > 2 * SATURATED_XL || <u32>(az + SATURATED_XL) > 2 * SATURATED_XL) {
    saturated |= SATURATED_ACCELEROMETER;
  }
  sample.saturated = <u8>saturated;
  sample.t_us = clock.take(sample.t_us);
  fifo.at = at + fifo.stride;
  fifo.ready--;
  return true;
}

/** How often FAULT_* `code` (the IMU's: 1..6) happened since `configure`, saturating at 65535. */
export function faultCount(code: i32): i32 {
  return code < 1 || code > 6 ? 0 : <i32>load<u16>(COUNTS_AT + (code << 1));
}

/** The measured sample rate in mHz, rounded down, 0 before it is known. */
export function rateMillihertz(): i32 {
  return clock.known || clock.ready() ? <i32>((<i64>1000000000 << 16) / clock.period_q16) : 0;
}

function raise(code: i32): void {
  status.faults_new |= 1 << code;
  const at: usize = COUNTS_AT + (code << 1);
  const count: i32 = load<u16>(at);
  if (count < 65535) store<u16>(at, count + 1);
}

/** Lets the clock pass what is missing before the sample at `at`, and says so in `sample.lost_before`. */
function passGap(at: usize): void {
  let lost: i32 = driver.extra + fifo.lost(at);
  driver.extra = 0;
  fifo.gaps &= ~GAP_NEXT;
  clock.skip(lost);
  if (driver.fresh) {
    lost = driver.fresh == FRESH_AGAIN ? clock.gap(sample.t_us) : 0;
    driver.fresh = 0;
  }
  sample.lost_before = <u16>saturateU16(lost);
  if (lost == 0) return;
  status.lost += lost;
  raise(FAULT_IMU_LOST);
}

/** Brings the sensor up from the start, at `due_us` at the earliest. */
function restart(due_us: u64): void {
  status.state = IMU_PROBE;
  status.more = 0;
  status.due_us = due_us;
  driver.nacks = 0;
  driver.polls = 0;
  driver.services = 0;
}

/** A transfer was refused: try again soon; bring the sensor up anew when that does not help. */
function refused(now_us: u64): void {
  raise(FAULT_IMU_NACK);
  driver.nacks++;
  if (driver.nacks >= NACKS_MAX) restart(now_us + PROBE_US_MIN);
  else status.due_us = now_us + RETRY_US;
}

function probe(now_us: u64): void {
  const error: i32 = imu_read(REG_WHO_AM_I, BYTES_AT, 1);
  const id: i32 = error < 0 ? CHIP_NONE : <i32>load<u8>(BYTES_AT);
  if (id != CHIP_LSM6DSO && id != CHIP_LSM6DS3TRC) {
    const failed: i32 = driver.probes + 1;
    if (error < 0 && failed < PROBES_QUIET) raise(FAULT_IMU_NACK);
    if (failed == PROBES_QUIET) {
      status.chip = CHIP_NONE;
      raise(FAULT_IMU_ABSENT);
    }
    driver.probes = min(failed, PROBES_FAST);
    status.due_us = now_us + (failed < PROBES_FAST ? PROBE_US_MIN : PROBE_US_MIN * 8);
    return;
  }
  driver.probes = 0;
  status.chip = id;
  softReset(now_us);
}

function softReset(now_us: u64): void {
  driver.failed = 0;
  put(REG_CTRL3_C, CTRL3_SW_RESET);
  if (driver.failed) {
    refused(now_us);
    return;
  }
  status.state = IMU_RESET;
  driver.polls = 0;
  status.due_us = now_us + RESET_US;
}

/** Once the reset is over: rates, ranges, interrupt and FIFO, the latter still held empty. */
function setUp(now_us: u64): void {
  if (imu_read(REG_CTRL3_C, BYTES_AT, 1) < 0) {
    refused(now_us);
    return;
  }
  if ((load<u8>(BYTES_AT) & CTRL3_SW_RESET) != 0) {
    driver.polls++;
    if (driver.polls >= RESET_POLLS_MAX) restart(now_us + PROBE_US_MIN);
    else status.due_us = now_us + RESET_US;
    return;
  }
  const tagged: i32 = status.chip == CHIP_LSM6DSO ? 1 : 0;
  fifo.reset(tagged, status.gyro);
  driver.failed = 0;
  put(REG_CTRL3_C, CTRL3_BDU_IF_INC);
  put(REG_INT1_CTRL, INT1_FIFO_THRESHOLD);
  put(REG_FIFO_MODE, fifoMode(FIFO_MODE_BYPASS));
  put(tagged ? DSO_REG_FIFO_CTRL1 : TRC_REG_FIFO_CTRL1, driver.batch * fifo.perSample()); // ≤ 96: the high byte stays 0
  if (tagged) put(DSO_REG_FIFO_CTRL3, driver.odr_code * (status.gyro ? 0x11 : 0x01));
  else put(TRC_REG_FIFO_CTRL3, status.gyro ? TRC_FIFO_BOTH : TRC_FIFO_XL);
  const controls: i32 = wanted();
  put(REG_CTRL1_XL, controls & 0xff);
  put(REG_CTRL2_G, controls >> 8);
  if (driver.failed) {
    refused(now_us);
    return;
  }
  driver.nacks = 0;
  status.state = IMU_SETTLE;
  status.due_us = now_us + (status.gyro ? SETTLE_GYRO_US : SETTLE_US);
}

/** The sensing elements run: lets samples into the FIFO. */
function startFifo(now_us: u64): void {
  if (!intact(now_us)) return;
  driver.failed = 0;
  put(REG_FIFO_MODE, fifoMode(FIFO_MODE_CONTINUOUS));
  if (driver.failed) {
    refused(now_us);
    return;
  }
  clock.start(status.odr_hz);
  status.state = IMU_LEARN;
  status.due_us = now_us + LEARN_POLL_US;
  driver.learn_us = now_us;
  driver.open = 0;
  driver.fresh = status.samples == 0 ? FRESH_FIRST : FRESH_AGAIN;
  driver.polls = 0;
}

@inline
function fifoMode(mode: i32): i32 {
  return status.chip == CHIP_LSM6DSO ? mode : (driver.odr_code << 3) | mode;
}

/** What CTRL1_XL (low byte) and CTRL2_G must hold. */
function wanted(): i32 {
  const rate: i32 = driver.odr_code << 4;
  return rate | (status.range_g == 8 ? FS_XL_8G : FS_XL_16G) | (status.gyro ? (rate | FS_G_2000DPS) << 8 : 0);
}

/** Writes one register; a refusal is kept in `driver.failed`. */
function put(reg: i32, value: i32): void {
  store<u8>(BYTES_AT, value);
  driver.failed |= imu_write(reg, BYTES_AT, 1) < 0 ? 1 : 0;
}

/** Whether the sensor still has its settings. If not, or if it cannot be asked, recovery is under way. */
function intact(now_us: u64): bool {
  if (imu_read(REG_CTRL1_XL, BYTES_AT, 3) < 0) {
    refused(now_us);
    return false;
  }
  if ((load<u32>(BYTES_AT) & 0xffffff) == (wanted() | (CTRL3_BDU_IF_INC << 16))) return true;
  raise(FAULT_IMU_RESET);
  restart(now_us);
  softReset(now_us);
  return false;
}

/** Looks into the FIFO, tells the clock, and makes samples ready for `next`. Returns how many. */
function drain(now_us: u64, line: bool): i32 {
  const armed: bool = line && status.more == 0 && fifo.have == 0; // the FIFO had been emptied: the line rose at the watermark
  const count: i32 = fifo.look();
  if (count < 0) {
    refused(now_us);
    return 0;
  }
  status.more = 0;
  if (fifo.overrun) raise(FAULT_IMU_OVERRUN);
  if (count == 0) {
    starved(now_us);
    return 0;
  }
  driver.polls = 0;
  driver.services++;
  if (driver.services >= CHECK_SERVICES) {
    driver.services = 0;
    if (!intact(now_us)) return 0;
  }
  fifo.limit(SERVICE_SAMPLES_MAX);
  const ready: i32 = fifo.fill();
  if (ready < 0) {
    refused(now_us);
    return 0;
  }
  const tagged: i32 = fifo.lostAll();
  const exact: bool = armed && count == driver.batch;
  // Where samples are missing without a tag to say so: before all that waits when the FIFO overran, a transfer failed or the look
  // before found too few; after it when this look finds too few, which the next one settles; else somewhere between, and the
  // middle errs least.
  const open: bool = driver.open != 0 || fifo.overrun != 0 || driver.nacks != 0;
  driver.nacks = 0;
  driver.open = !open && !exact && count < driver.batch ? 1 : 0;
  let extra: i32 = driver.open ? 0 : clock.missing(now_us, count + tagged, exact);
  if (tagged != 0) extra = (extra + 1) & ~3; // the tags count modulo 4
  const newest: i32 = count - 1 + tagged + extra;
  if (extra != 0 && exact && !open && tagged == 0 && ready > 1) {
    driver.behind = ready - (ready >> 1);
    driver.extra_behind = extra;
    fifo.ready = ready >> 1;
  } else driver.extra = extra;
  const learning: bool = status.state == IMU_LEARN;
  if (exact) clock.observe(now_us, newest, GATE_US);
  else if (learning && now_us - driver.learn_us > LEARN_BLIND_US) clock.observe(now_us, newest, clock.span_us(1));
  else if (clock.ready()) clock.bound(now_us, newest);
  if (learning) {
    if (!clock.ready()) {
      discard();
      status.due_us = now_us + LEARN_POLL_US;
      return 0;
    }
    status.state = IMU_RUN;
  }
  if ((driver.extra | driver.fresh) != 0) fifo.gaps |= GAP_NEXT;
  if (count > SERVICE_SAMPLES_MAX) {
    status.more = 1;
    status.due_us = 0;
    status.samples += SERVICE_SAMPLES_MAX;
    return SERVICE_SAMPLES_MAX;
  }
  status.due_us = now_us + 2 * clock.span_us(driver.batch) + RETRY_US;
  status.samples += count;
  return count;
}

/** Throws away what this service may still take. */
function discard(): void {
  do {
    clock.skip(fifo.ready + fifo.lostAll());
    fifo.ready = 0;
  } while (fifo.fill() > 0);
}

/** Reads on within one service. False when nothing more comes. */
function refill(): bool {
  if (driver.behind != 0) {
    fifo.ready = driver.behind;
    driver.behind = 0;
    driver.extra = driver.extra_behind;
    fifo.gaps |= GAP_NEXT;
    return true;
  }
  const ready: i32 = fifo.fill();
  if (ready > 0) return true;
  if (ready < 0) {
    raise(FAULT_IMU_NACK);
    driver.nacks++;
    status.more = 1;
    status.due_us = 0;
  }
  return false;
}

/** The FIFO is empty though samples are due: has the sensor lost its settings, or does it stall? */
function starved(now_us: u64): void {
  if (now_us < status.due_us) return; // a line that rose for nothing
  if (!intact(now_us)) return;
  driver.polls++;
  driver.open = 1;
  driver.learn_us = now_us;
  if (driver.polls == STALL_POLLS_QUIET) raise(FAULT_IMU_STALL);
  if (driver.polls >= STALL_POLLS_MAX) {
    restart(now_us);
    return;
  }
  status.due_us = now_us + STALL_POLL_US;
}
