// The sensor's FIFO: how many samples wait, and a chunk of them, read in one burst and put together from tagged or untagged words.
import { imu_read } from "../hal";
import {
  DSO_REG_FIFO_DATA, DSO_STATUS2_COUNT, DSO_STATUS2_OVERRUN, DSO_TAG_ACCELEROMETER, DSO_TAG_GYROSCOPE, DSO_WORD_BYTES, REG_FIFO_STATUS,
  TRC_FIFO_WORDS, TRC_REG_FIFO_DATA, TRC_STATUS2_COUNT, TRC_STATUS2_EMPTY, TRC_STATUS2_OVERRUN,
} from "./registers";

export const CHUNK_SAMPLES: i32 = 16; // most samples a burst: a batch at 833 Hz
const SLOT_BYTES: i32 = 16; // gx gy gz ax ay az, i16 each; u8 slots lost before; 3 spare
const SLOT_LOST: i32 = 12;
const GAP_TAGS: i32 = 2; // in this chunk, as SLOT_LOST says
export const GAP_NEXT: i32 = 1; // before the next sample, set by the driver
/** Tag bytes of gyroscope words by their 2-bit counter, lowest byte first: sensor 1, counter, bit of even parity. Accelerometer: + 8. */
const TAGS_GYROSCOPE: u32 = 0x0f0c0a09;
const TAG_ACCELEROMETER_MORE: i32 = 8;

const RAW_AT: usize = memory.data(240, 16); // CHUNK_SAMPLES · 2 · DSO_WORD_BYTES, and a tag's width to look past an odd word
const SLOTS_AT: usize = memory.data(272, 16); // CHUNK_SAMPLES + 1 slots: the last may be half full

@unmanaged
export class Fifo {
  tagged: i32; // 1: LSM6DSO
  gyro: i32; // 0 | 1
  words: i32; // still to be read of what the last `look` counted; 7 or 2 bytes each
  overrun: i32; // 1: the last `look` found the FIFO overrun
  ready: i32; // samples in the chunk not taken yet
  at: usize; // the next of them
  stride: i32; // bytes from one to the next
  gyro_offset: i32; // bytes from `at` to gx gy gz, i16
  xl_offset: i32; // bytes from `at` to ax ay az, i16
  gaps: i32; // GAP_* bits: samples may be missing before the next one
  slots: i32; // complete slots of the chunk, tagged
  have: i32; // tagged: which halves of the slot after them are there: 1 gyroscope, 2 accelerometer
  slot_tag: i32; // tagged: time slot counter of that slot
  last_tag: i32; // tagged: time slot counter of the last complete slot, −1 = unknown

  /** Forgets what was read, after the FIFO was emptied. */
  reset(tagged: i32, gyro: i32): void {
    this.tagged = tagged;
    this.gyro = gyro;
    this.words = 0;
    this.ready = 0;
    this.slots = 0;
    this.have = 0;
    this.last_tag = -1;
  }

  /** Words of one sample. */
  @inline
  perSample(): i32 {
    return this.tagged ? 1 + this.gyro : 3 + 3 * this.gyro;
  }

  /** Asks how much waits. Returns the complete samples, or a negative error. An untagged FIFO is brought to the start of a sample. */
  look(): i32 {
    this.ready = 0;
    const size: i32 = this.tagged ? 2 : 4;
    const error: i32 = imu_read(REG_FIFO_STATUS, RAW_AT, size);
    if (error < 0) return error;
    const status: i32 = load<u8>(RAW_AT, 1);
    let words: i32 = load<u8>(RAW_AT);
    if (this.tagged) {
      words |= (status & DSO_STATUS2_COUNT) << 8;
      this.overrun = (status & DSO_STATUS2_OVERRUN) != 0 ? 1 : 0;
      this.words = words;
      return this.gyro ? (words + (this.have != 0 ? 1 : 0)) >> 1 : words;
    }
    words |= (status & TRC_STATUS2_COUNT) << 8;
    this.overrun = (status & TRC_STATUS2_OVERRUN) != 0 ? 1 : 0;
    if (words == 0 && (status & TRC_STATUS2_EMPTY) == 0 && this.overrun) words = TRC_FIFO_WORDS;
    const per: i32 = this.perSample();
    const pattern: i32 = (<i32>load<u8>(RAW_AT, 2) | ((<i32>load<u8>(RAW_AT, 3) & 3) << 8)) % per;
    if (pattern != 0 && words >= per - pattern) {
      const extra: i32 = per - pattern;
      const failed: i32 = imu_read(TRC_REG_FIFO_DATA, RAW_AT, extra * 2);
      if (failed < 0) return failed;
      words -= extra;
    }
    const count: i32 = words / per;
    this.words = count * per;
    return count;
  }

  /** At most `samples` of what waits are to be read. */
  @inline
  limit(samples: i32): void {
    this.words = min(this.words, samples * this.perSample());
  }

  /** Reads the next chunk. Returns the samples in it (0: none complete), or a negative error: then nothing of it is known. */
  fill(): i32 {
    this.ready = 0;
    const words: i32 = min(this.words, CHUNK_SAMPLES * this.perSample());
    if (words == 0) return 0;
    const size: i32 = this.tagged ? words * DSO_WORD_BYTES : words * 2;
    const error: i32 = imu_read(this.tagged ? DSO_REG_FIFO_DATA : TRC_REG_FIFO_DATA, RAW_AT, size);
    if (error < 0) {
      this.words = 0;
      return error;
    }
    this.words -= words;
    if (this.tagged) {
      if (this.regular(RAW_AT + size)) return this.ready;
      this.assemble(RAW_AT + size);
      this.gaps = GAP_TAGS;
      this.ready = this.slots;
      this.at = SLOTS_AT;
      this.stride = SLOT_BYTES;
      this.gyro_offset = 0;
      this.xl_offset = 6;
    } else {
      this.gaps = 0;
      this.ready = words / this.perSample();
      this.at = RAW_AT;
      this.stride = 6 + 6 * this.gyro;
      this.gyro_offset = 0;
      this.xl_offset = 6 * this.gyro;
    }
    return this.ready;
  }

  /** Time slots that the tags show to be missing before the sample at `at`, 0..3: the counter has 2 bits. */
  @inline
  lost(at: usize): i32 {
    return this.gaps & GAP_TAGS ? load<u8>(at, SLOT_LOST) : 0;
  }

  /** Slots missing in the whole chunk by its tags. */
  lostAll(): i32 {
    let lost: i32 = 0;
    if (this.gaps & GAP_TAGS) for (let i: i32 = 0; i < this.ready; i++) lost += load<u8>(SLOTS_AT + i * SLOT_BYTES, SLOT_LOST);
    return lost;
  }

  /** The usual case: the words in [RAW_AT, end) are whole slots in one order with nothing missing. They are then used where they lie. */
  private regular(end: usize): bool {
    const first: i32 = load<u8>(RAW_AT);
    let count: i32 = (first >> 1) & 3;
    if (this.have != 0 || (this.last_tag >= 0 && ((count - this.last_tag) & 3) != 1)) return false;
    const ahead: i32 = first >> 4 != 0 ? TAG_ACCELEROMETER_MORE : 0; // the accelerometer's word comes first
    if (this.gyro) {
      const step: usize = 2 * DSO_WORD_BYTES;
      for (let at: usize = RAW_AT; at < end; at += step) {
        const tag: i32 = <i32>(TAGS_GYROSCOPE >> (count << 3)) & 0xff;
        if (<i32>load<u8>(at) != tag + ahead || <i32>load<u8>(at, DSO_WORD_BYTES) != tag + (TAG_ACCELEROMETER_MORE - ahead)) return false;
        count = (count + 1) & 3;
      }
      if (<i32>(end - RAW_AT) % (2 * DSO_WORD_BYTES) != 0) return false;
      this.stride = 2 * DSO_WORD_BYTES;
      this.gyro_offset = ahead != 0 ? DSO_WORD_BYTES : 0;
      this.xl_offset = ahead != 0 ? 0 : DSO_WORD_BYTES;
    } else {
      for (let at: usize = RAW_AT; at < end; at += DSO_WORD_BYTES) {
        if (<i32>load<u8>(at) != (<i32>(TAGS_GYROSCOPE >> (count << 3)) & 0xff) + TAG_ACCELEROMETER_MORE) return false;
        count = (count + 1) & 3;
      }
      this.stride = DSO_WORD_BYTES;
      this.xl_offset = 0;
    }
    this.last_tag = (count - 1) & 3;
    this.slots = 0;
    this.gaps = 0;
    this.at = RAW_AT + 1;
    this.ready = <i32>(end - RAW_AT) / this.stride;
    return true;
  }

  /** Puts slots together from the words in [RAW_AT, end): the two words of a slot come in either order and share its counter. */
  private assemble(end: usize): void {
    const whole: i32 = this.gyro ? 3 : 2;
    let slot: usize = SLOTS_AT;
    let have: i32 = this.have;
    let slot_tag: i32 = this.slot_tag;
    let last_tag: i32 = this.last_tag;
    if (have != 0 && this.slots != 0) {
      const half: usize = SLOTS_AT + this.slots * SLOT_BYTES;
      store<u64>(SLOTS_AT, load<u64>(half));
      store<u32>(SLOTS_AT, load<u32>(half, 8), 8);
    }
    for (let word: usize = RAW_AT; word < end; word += DSO_WORD_BYTES) {
      const tag: i32 = load<u8>(word);
      const sensor: i32 = tag >> 3;
      // The byte has an even number of ones; other kinds of words are none of ours.
      let ones: i32 = tag ^ (tag >> 4);
      ones ^= ones >> 2;
      if (((ones ^ (ones >> 1)) & 1) != 0 || sensor == 0 || sensor > DSO_TAG_ACCELEROMETER) continue;
      const count: i32 = (tag >> 1) & 3;
      if (count != slot_tag) {
        slot_tag = count;
        have = 0;
      }
      have |= sensor;
      const half: usize = slot + (sensor == DSO_TAG_GYROSCOPE ? 0 : 6);
      store<u32>(half, load<u32>(word, 1));
      store<u16>(half, load<u16>(word, 5), 4);
      if ((have & whole) == whole) {
        store<u8>(slot, last_tag < 0 ? 0 : (count - last_tag - 1) & 3, SLOT_LOST);
        last_tag = count;
        slot += SLOT_BYTES;
        have = 0;
      }
    }
    this.slots = <i32>(slot - SLOTS_AT) / SLOT_BYTES;
    this.have = have;
    this.slot_tag = slot_tag;
    this.last_tag = last_tag;
  }
}
