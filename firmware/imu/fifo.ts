// The sensor's FIFO as a row of triples, three axes each: tagged with sensor and time slot (LSM6DSO), or gyroscope and accelerometer
// in turn (LSM6DS3TR-C). How much waits is asked first; then samples are put together one by one, bursts being read as needed.
import { scaleQ16 } from "../base/fixed";
import { smaller } from "../base/order";
import { imu_read } from "../hal";
import {
  DSO_REG_FIFO_DATA, GAIN_2000DPS_Q16, REG_FIFO_STATUS, STATUS_COUNT, STATUS_OVERRUN, TAG_ACCELEROMETER, TAG_GYROSCOPE, TAG_OTHER, TAGS, TRC_FIFO_WORDS, TRC_PATTERN,
  TRC_REG_FIFO_DATA, TRIPLE_BYTES,
} from "./registers";
import { Sample } from "./sample";

export const LOOK_SAMPLES_MAX: i32 = 64; // most samples read after one look
const CHUNK_TRIPLES: i32 = 32; // most a burst
const RAW_AT: usize = memory.data(226, 16); // CHUNK_TRIPLES, 7 bytes each, and two that are read along with the last

@unmanaged
export class Fifo {
  at: usize; // the triple to be taken next
  end: usize; // of the chunk
  triples: i32; // still to be read of what the last `look` counted
  tagged: i32; // 1: LSM6DSO
  gyro: i32; // 0 | 1
  gain_q16: i32; // of the accelerometer, mg/LSB
  overrun: i32; // not 0: the last `look` found the FIFO overrun
  have: i32; // triples of the sample under way: TAG_* bits
  other: i32; // tagged: tag of what would complete it
  last: i32; // tagged: time slot of the sample before, times 2; −1 = unknown
  lost: i32; // tagged: slots missing in the chunk just read, or before the sample just taken, modulo 4; else 0

  /** Asks how much waits. Returns the complete samples, or a negative error. An untagged FIFO is brought to the start of a sample. */
  @inline
  look(): i32 {
    const tagged: i32 = this.tagged;
    const gyro: i32 = this.gyro;
    const error: i32 = imu_read(REG_FIFO_STATUS, RAW_AT, 4 >> tagged);
    if (error < 0) return error;
    const status: i32 = load<u16>(RAW_AT);
    const overrun: i32 = status & STATUS_OVERRUN;
    let count: i32 = status & STATUS_COUNT;
    this.overrun = overrun;
    if (!tagged) {
      if (count == 0 && overrun) count = TRC_FIFO_WORDS;
      const per: i32 = 3 << gyro;
      const begun: i32 = (load<u16>(RAW_AT, 2) & TRC_PATTERN) % per;
      if (begun != 0 && count >= per) {
        const failed: i32 = imu_read(TRC_REG_FIFO_DATA, RAW_AT, (per - begun) * 2);
        if (failed < 0) return failed;
        count -= per - begun;
      }
      count = count / per << gyro;
    }
    this.triples = smaller(count, LOOK_SAMPLES_MAX << gyro);
    return (count + (this.have ? 1 : 0)) >> gyro;
  }

  /** Reads the next chunk. Returns the triples in it, or a negative error. */
  fill(): i32 {
    const tagged: i32 = this.tagged;
    const waiting: i32 = this.triples;
    const triples: i32 = smaller(waiting, CHUNK_TRIPLES);
    if (triples == 0) return 0;
    const bytes: i32 = TRIPLE_BYTES + tagged;
    const chunk_bytes: i32 = triples * bytes;
    const error: i32 = imu_read(tagged ? DSO_REG_FIFO_DATA : TRC_REG_FIFO_DATA, RAW_AT, chunk_bytes);
    this.triples = error < 0 ? 0 : waiting - triples;
    if (error < 0) return error;
    this.at = RAW_AT;
    this.end = RAW_AT + chunk_bytes;
    if (tagged) {
      // From the samples that should be in it, and the slot of the newest whole one.
      const half: i32 = this.have ? 1 : 0;
      if (this.last < 0) this.last = (load<u8>(RAW_AT) & 6) - 2;
      const samples: i32 = (triples + half) >> this.gyro;
      this.lost = (((<i32>load<u8>(RAW_AT + ((samples << this.gyro) - half - 1) * bytes) - this.last) >> 1) - samples) & 3;
    }
    return triples;
  }

  /**
   * Takes the axes of the next whole sample into `sample`; `lost` says how many slots its tag shows to be missing before it, 0..3.
   * Halves without their other half and words with a wrong tag are passed over. Returns 1, 0 when no more is to be read, or a
   * negative error.
   */
  next(sample: Sample): i32 {
    const tagged: i32 = this.tagged;
    const whole: i32 = TAG_ACCELEROMETER | this.gyro;
    let at: usize = this.at;
    let have: i32 = this.have;
    let other: i32 = this.other;
    do {
      if (at == this.end) {
        this.at = at;
        this.have = have;
        this.other = other;
        const read: i32 = this.fill();
        if (read <= 0) return read;
        at = RAW_AT;
      }
      const triple: usize = at + tagged;
      at = triple + TRIPLE_BYTES;
      let gyro: bool;
      if (tagged) {
        const tag: i32 = load<u8>(triple - 1);
        if (tag != other) {
          if (tag >= 32 || ((TAGS >> tag) & 1) == 0) continue;
          other = tag ^ TAG_OTHER;
          have = 0;
        }
        gyro = tag < TAG_ACCELEROMETER << 3;
      } else gyro = have < (whole & TAG_GYROSCOPE);
      if (gyro) {
        have |= TAG_GYROSCOPE;
        sample.g = load<u64>(triple);
        sample.gx_ddps = scaleQ16(load<i16>(triple), GAIN_2000DPS_Q16);
        sample.gy_ddps = scaleQ16(load<i16>(triple, 2), GAIN_2000DPS_Q16);
        sample.gz_ddps = scaleQ16(load<i16>(triple, 4), GAIN_2000DPS_Q16);
      } else {
        have |= TAG_ACCELEROMETER;
        sample.a = load<u64>(triple);
        const gain_q16: i32 = this.gain_q16;
        sample.ax_mg = scaleQ16(load<i16>(triple), gain_q16);
        sample.ay_mg = scaleQ16(load<i16>(triple, 2), gain_q16);
        sample.az_mg = scaleQ16(load<i16>(triple, 4), gain_q16);
      }
    } while ((have & whole) != whole);
    this.at = at;
    this.have = 0;
    if (tagged) {
      this.lost = (((other - this.last) >> 1) - 1) & 3;
      this.last = other & 6;
    }
    return 1;
  }
}
