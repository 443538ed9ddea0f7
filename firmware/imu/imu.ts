// Driver of the inertial sensor: brings it up, drains its FIFO, gives every sample its time, recovers by itself. Never waits: what
// takes time is a state that a later `service` leaves.
import { countUp, fillBytes } from "../base/bytes";
import { larger, smaller } from "../base/order";
import { imu_read, imu_write } from "../hal";
import {
  FAULT_IMU_ABSENT, FAULT_IMU_LOST, FAULT_IMU_NACK, FAULT_IMU_OVERRUN, FAULT_IMU_RESET, FAULT_IMU_STALL, WAKE_SENSOR,
} from "../wire/layout";
import { Clock, GATE_Q16 } from "./clock";
import { Fifo, LOOK_SAMPLES_MAX } from "./fifo";
import {
  CTRL3_BDU_IF_INC, CTRL3_SW_RESET, DSO_BDR_BOTH, FIFO_MODE_CONTINUOUS, FS_G_2000DPS, FS_XL_G, GAIN_8G_Q16, INT1_FIFO_THRESHOLD,
  REG_CTRL1_XL, REG_CTRL3_C, REG_FIFO_MODE, REG_INT1_CTRL, REG_WHO_AM_I, TRC_FIFO_BOTH, TRC_FIFO_XL, TRC_REG_FIFO_CTRL,
} from "./registers";
import { Sample } from "./sample";

// States of `status.state`.
export const IMU_OFF: i32 = 0; // not configured yet
export const IMU_PROBE: i32 = 1; // looks for a known who-am-I
export const IMU_RESET: i32 = 2; // was reset
export const IMU_SETTLE: i32 = 3; // set up; the sensing elements start
export const IMU_LEARN: i32 = 4; // samples come and are thrown away: the clock is being learnt
export const IMU_RUN: i32 = 5; // delivers

// Values of `status.chip`: the who-am-I.
export const CHIP_NONE: i32 = 0;
export const CHIP_LSM6DSO: i32 = 0x6c; // LSM6DSO and LSM6DSOX: tagged FIFO
export const CHIP_LSM6DS3TRC: i32 = 0x6a; // untagged FIFO

export const IMU_ERROR_SETTING: i32 = -1; // no such rate or range

const RESET_US: i32 = 2000; // SW_RESET takes 50 µs
const SETTLE_US: i32 = 10000; // accelerometer: a few samples
const SETTLE_GYRO_US: i32 = 80000; // gyroscope from power-down: 70 ms
const LEARN_POLL_US: i32 = 60000; // three batches at nominal rate, one at half of it: a line that has not risen by then is taken for dead
const DRAIN_POLL_US: i32 = 40000; // two batches at nominal rate: one at half of it
const RETRY_US: i32 = 2000; // after a refused transfer
const NACKS_MAX: i32 = 5; // in a row; then the sensor is brought up anew
const PROBE_US: i32 = 40000; // a sensor boots in 35 ms
const PROBES_QUIET: i32 = 2; // failures before the sensor is called absent
const STALL_POLL_US: i32 = 20000;
const STALL_POLLS_QUIET: i32 = 3; // 0.1 s without a sample is a stall; less is a gap
const STALL_POLLS_MAX: i32 = 100; // 2 s; then the sensor is brought up anew

/** What the caller may look at between calls. */
@unmanaged
export class Status {
  due_us: u64; // call `service` no later than this even if no line rose
  samples: u32; // delivered since `configure`, those of the last `service` included
  lost: u32; // noticed missing since `configure`
  state: i32; // IMU_*
  chip: i32; // CHIP_*
  odr_hz: i32; // as configured
  gyro: i32; // 0 | 1
  more: i32; // 1: the bound of one service was met, samples wait in the FIFO: call again at once
}

@unmanaged
class Driver {
  controls: u32; // what CTRL1_XL, CTRL2_G and CTRL3_C must hold
  octave: i32; // the rate is 52 Hz · 2^octave
  batch: i32; // samples at the watermark: about 19 ms
  extra: i32; // samples known to be missing before the next one, besides what its tag says
  open: i32; // 1: the last look found fewer samples than were due
  nacks: i32; // in a row
  polls: i32; // in a row: of a sensor that does not answer, or with an empty FIFO
}

const SAMPLE_AT: usize = memory.data(56, 16);
const STATUS_AT: usize = memory.data(48, 16);
const DRIVER_AT: usize = memory.data(32, 16);
const CLOCK_AT: usize = memory.data(64, 16);
const FIFO_AT: usize = memory.data(48, 16);
const COUNTS_AT: usize = memory.data(28, 16); // u32 by fault code
const BYTES_AT: usize = memory.data(4, 16); // register contents under way

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
@inline
export function configure(odr_hz: i32, range_g: i32, gyro: bool): i32 {
  const batch: i32 = odr_hz / 52;
  if (popcnt(batch) != 1 || batch > 16 || odr_hz != batch * 52 + (batch >> 4) || (range_g != 8 && range_g != 16)) return IMU_ERROR_SETTING;
  fillBytes(STATUS_AT + offsetof<Status>("samples"), 0, 8);
  fillBytes(COUNTS_AT, 0, 28);
  fillBytes(SAMPLE_AT + offsetof<Sample>("gx_ddps"), 0, 12);
  status.odr_hz = odr_hz;
  status.gyro = gyro ? 1 : 0;
  fifo.gyro = status.gyro;
  fifo.gain_q16 = (GAIN_8G_Q16 * range_g) >> 3;
  driver.octave = ctz(batch);
  driver.batch = batch;
  const rate: i32 = odrCode() << 4;
  driver.controls = rate | (FS_XL_G - range_g) | (gyro ? (rate | FS_G_2000DPS) << 8 : 0) | (CTRL3_BDU_IF_INC << 16);
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
  if (state == IMU_OFF | (now_us < status.due_us && !(line && state >= IMU_LEARN))) return 0;
  if (state >= IMU_LEARN) return drain(now_us, line);
  if (state == IMU_PROBE) probe(now_us);
  else if (state == IMU_RESET) setUp(now_us);
  else startFifo(now_us);
  return 0;
}

/** Takes the next sample into `sample`; false when there is none left of this service. */
export function next(): bool {
  const got: i32 = fifo.next(sample);
  if (got <= 0) {
    if (got < 0) refused(0);
    return false;
  }
  const lost: i32 = fifo.lost + driver.extra;
  sample.lost_before = lost;
  if (lost != 0) {
    driver.extra = 0;
    status.lost += lost;
    clock.skip(lost);
    raise(FAULT_IMU_LOST);
  }
  sample.t_us = clock.take(sample.t_us);
  return true;
}

/** How often FAULT_* `code` (the IMU's: 1..6) happened since `configure`. */
export function faultCount(code: i32): i32 {
  return load<i32>(COUNTS_AT + (code << 2));
}

/** The measured sample rate in mHz, rounded down, 0 before it is known. */
export function rateMillihertz(): i32 {
  return clock.known || clock.ready() ? <i32>((<i64>1000000000 << 16) / clock.period_q16) : 0;
}

function raise(code: i32): void {
  countUp(COUNTS_AT + (code << 2));
}

/** ODR and batch rate in the sensor's own numbers. */
function odrCode(): i32 {
  return driver.octave + 3;
}

/** Brings the sensor up from the start, at `due_us` at the earliest. */
function restart(due_us: u64): void {
  enter(IMU_PROBE, due_us);
  status.more = 0;
  driver.nacks = 0;
}

/** A transfer was refused: try again soon; bring the sensor up anew when that does not help. Returns 0, the samples there are. */
function refused(now_us: u64): i32 {
  raise(FAULT_IMU_NACK);
  if (countUp(DRIVER_AT + offsetof<Driver>("nacks")) >= NACKS_MAX) restart(now_us + PROBE_US);
  else status.due_us = now_us + RETRY_US;
  return 0;
}

/** Goes on with `state` at `due_us`. */
function enter(state: i32, due_us: u64): void {
  status.state = state;
  status.due_us = due_us;
  driver.polls = 0;
}

/** Counts a poll in vain. Returns how many there were in a row. */
function polled(): i32 {
  return countUp(DRIVER_AT + offsetof<Driver>("polls"));
}

/** Looks for a sensor and resets it. */
function probe(now_us: u64): void {
  store<u8>(BYTES_AT, 0);
  imu_read(REG_WHO_AM_I, BYTES_AT, 1);
  const id: i32 = load<u8>(BYTES_AT);
  if (id == CHIP_LSM6DSO || id == CHIP_LSM6DS3TRC) {
    status.chip = id;
    fifo.tagged = id == CHIP_LSM6DSO ? 1 : 0;
    if (put(REG_CTRL3_C, CTRL3_SW_RESET, 1)) enter(IMU_RESET, now_us + RESET_US);
    else refused(now_us);
    return;
  }
  status.due_us = now_us + PROBE_US;
  if (polled() != PROBES_QUIET) return;
  status.chip = CHIP_NONE;
  raise(FAULT_IMU_ABSENT);
}

/** Once the reset is over: rates, ranges, interrupt and FIFO, which a reset leaves off and empty. */
function setUp(now_us: u64): void {
  const gyro: i32 = status.gyro;
  let watermark: i32 = driver.batch << gyro;
  let rates: i32 = odrCode() * (gyro ? DSO_BDR_BOTH : 1);
  if (!fifo.tagged) {
    watermark *= 3;
    rates = gyro ? TRC_FIFO_BOTH : TRC_FIFO_XL;
  }
  fifo.have = 0;
  fifo.last = -1;
  if (
    put(REG_INT1_CTRL, INT1_FIFO_THRESHOLD, 1) && put(TRC_REG_FIFO_CTRL + fifo.tagged, watermark | (rates << 16), 3) &&
    put(REG_CTRL1_XL, driver.controls, 3)
  ) {
    driver.nacks = 0;
    enter(IMU_SETTLE, now_us + (gyro ? SETTLE_GYRO_US : SETTLE_US));
  } else refused(now_us);
}

/** The sensing elements run: lets samples into the FIFO. */
function startFifo(now_us: u64): void {
  if (!intact(now_us)) return;
  if (!put(REG_FIFO_MODE, FIFO_MODE_CONTINUOUS | (fifo.tagged ? 0 : odrCode() << 3), 1)) {
    refused(now_us);
    return;
  }
  clock.start(driver.octave);
  driver.open = 0;
  driver.extra = 0;
  enter(IMU_LEARN, now_us + LEARN_POLL_US);
}

/** Writes `size` ≤ 4 registers from `reg` on, the first from the lowest byte. False when the transfer was refused. */
function put(reg: i32, values: u32, size: i32): bool {
  store<u32>(BYTES_AT, values);
  return imu_write(reg, BYTES_AT, size) >= 0;
}

/** Whether the sensor still has its settings. If not, or if it cannot be asked, recovery is under way. */
function intact(now_us: u64): bool {
  store<u32>(BYTES_AT, 0);
  if (imu_read(REG_CTRL1_XL, BYTES_AT, 3) < 0) {
    refused(now_us);
    return false;
  }
  if (load<u32>(BYTES_AT) == driver.controls) return true;
  raise(FAULT_IMU_RESET);
  restart(now_us);
  return false;
}

/** Looks into the FIFO, tells the clock, and makes samples ready for `next`. Returns how many. */
function drain(now_us: u64, line: bool): i32 {
  const count: i32 = fifo.look();
  if (count < 0 || (count > 0 && fifo.fill() < 0)) return refused(now_us);
  if (fifo.overrun) raise(FAULT_IMU_OVERRUN);
  if (count == 0) return starved(now_us);
  driver.polls = 0;
  // The FIFO had been emptied: the line rose at the watermark.
  const batch: i32 = driver.batch;
  const exact: bool = line & count == batch & (status.more | driver.nacks | fifo.have) == 0;
  // Where samples are missing without a tag to say so: before all that waits, unless this look finds too few, which the next one settles.
  const settles: i32 = driver.open | fifo.overrun | driver.nacks;
  driver.nacks = 0;
  const open: bool = settles == 0 && !exact && count < batch;
  driver.open = open ? 1 : 0;
  let newest: i32 = count - 1;
  let extra: i32 = open ? 0 : clock.missing(now_us, newest, exact);
  const lost: i32 = fifo.lost;
  if (lost != 0) extra = (larger(extra - lost, 0) + 1) & ~3; // the tags count modulo 4
  driver.extra = extra;
  newest += lost + extra;
  const learning: bool = status.state == IMU_LEARN;
  if (exact || learning) clock.observe(now_us, newest, exact ? GATE_Q16 : clock.period_q16);
  else if (clock.ready()) clock.bound(now_us, newest);
  if (learning) {
    if (!clock.ready()) {
      while (fifo.next(sample) > 0) clock.skip(1 + fifo.lost);
      status.due_us = now_us + LEARN_POLL_US;
      return 0;
    }
    status.state = IMU_RUN;
    if (status.samples != 0) {
      // What went by since the last sample given out.
      const gap: i32 = clock.gap(sample.t_us);
      driver.extra = gap;
      clock.skip(-gap);
    }
  }
  const more: bool = count > LOOK_SAMPLES_MAX;
  status.more = more ? 1 : 0;
  status.due_us = more ? now_us : now_us + DRAIN_POLL_US;
  const given: i32 = smaller(count, LOOK_SAMPLES_MAX);
  status.samples += given;
  return given;
}

/** The FIFO is empty though samples are due: has the sensor lost its settings, or does it stall? Returns 0, the samples there are. */
function starved(now_us: u64): i32 {
  if (now_us < status.due_us || !intact(now_us)) return 0; // or a line that rose for nothing
  driver.open = 1;
  const polls = polled();
  if (polls == STALL_POLLS_QUIET) raise(FAULT_IMU_STALL);
  status.due_us = now_us + STALL_POLL_US;
  if (polls >= STALL_POLLS_MAX) restart(now_us);
  return 0;
}
