// LSM6DS3TR-C: the sensor with the untagged FIFO of 4 KiB, 2048 words of 16 bits. Registers from ST's data sheet and AN5130.
import { Imu, OUTX_L_XL, OUT_TEMP_L, range, STATUS_REG, WHO_AM_I, type Chip, type ImuOptions } from "./imu.ts";

const FIFO_CTRL1 = 0x06; // FTH[7:0]
const FIFO_CTRL2 = 0x07; // FTH[10:8]
const FIFO_CTRL3 = 0x08; // DEC_FIFO_GYRO[2:0] DEC_FIFO_XL[2:0]
const FIFO_CTRL5 = 0x0a; // ODR_FIFO[3:0] FIFO_MODE[2:0]
const INT1_CTRL = 0x0d;
const FIFO_STATUS1 = 0x3a; // DIFF_FIFO[7:0]
const FIFO_STATUS2 = 0x3b; // WATERM OVER_RUN FULL_SMART EMPTY - DIFF[10:8]
const FIFO_STATUS3 = 0x3c; // FIFO_PATTERN[7:0]
const FIFO_STATUS4 = 0x3d; // FIFO_PATTERN[9:8]
const FIFO_DATA_OUT_L = 0x3e;
const FIFO_DATA_OUT_H = 0x3f;

const INT1_FTH = 0x08;
const INT1_FIFO_OVR = 0x10;
const INT1_FULL_FLAG = 0x20;

const WATERM = 0x80;
const OVER_RUN = 0x40;
const FIFO_FULL_SMART = 0x20;
const FIFO_EMPTY = 0x10;

const MODE_BYPASS = 0;
const MODE_FIFO = 1;
const MODE_CONTINUOUS = 6;

const FIFO_WORDS = 2048;
const ODR_CODE_MAX = 10;
/** Decimation by code; 0 = the data set is not stored. */
const DECIMATION = [0, 1, 2, 3, 4, 8, 16, 32];

const CHIP: Chip = {
  name: "lsm6ds3trc",
  who_am_i: 0x6a,
  defaults: [[0x12, 0x04], [0x18, 0xe0]],
  writable: [
    [FIFO_CTRL1, 0xff],
    [FIFO_CTRL2, 0x07],
    [FIFO_CTRL3, 0x3f],
    [0x09, 0x00], // FIFO_CTRL4: further data sets
    [FIFO_CTRL5, 0x7f],
    [INT1_CTRL, 0x38],
    [0x10, 0xfd], // CTRL1_XL: ODR, FS, BW0_XL
    [0x11, 0xfe], // CTRL2_G: ODR, FS, FS_125
    [0x12, 0xc5], // CTRL3_C: BOOT, BDU, IF_INC, SW_RESET
    [0x13, 0x08], // CTRL4_C: DRDY_MASK
    [0x14, 0x00], // CTRL5_C
    [0x15, 0x10], // CTRL6_C: XL_HM_MODE
    [0x16, 0x80], // CTRL7_G: G_HM_MODE
    [0x17, 0x00], // CTRL8_XL
    [0x18, 0x00], // CTRL9_XL
    [0x19, 0x00], // CTRL10_C
  ],
  readable: [
    WHO_AM_I, STATUS_REG, ...range(OUT_TEMP_L, OUTX_L_XL + 6), FIFO_STATUS1, FIFO_STATUS2, FIFO_STATUS3, FIFO_STATUS4,
  ],
  fifo_out: [FIFO_DATA_OUT_L, FIFO_DATA_OUT_H],
  boot_ms: 15,
  gyro_settle_ms: 14, // 70 ms turn-on time
  xl_bias_mg: 40,
  gyro_bias_dps: 3,
  scale_error: 0.01,
  xl_noise_ug: [90, 180, 90, 110],
  gyro_noise_mdps: 5,
};

export class Lsm6ds3trc extends Imu {
  private readonly words = new Int16Array(FIFO_WORDS);
  private head = 0;
  private count = 0;
  /** Place of the next word to be read in the repeating pattern of data sets. */
  private pattern = 0;
  private pattern_words = 1;
  private overrun = false;
  private mode = MODE_BYPASS;
  private watermark = 0;
  private odr_code = 0;
  private gyro_decimation = 0;
  private xl_decimation = 0;
  private batches = 0;

  constructor(options: ImuOptions) {
    super(CHIP, options);
  }

  protected store(): void {
    if (this.mode === MODE_BYPASS || this.odr_code === 0) return;
    if (!this.due(1 << (this.tick_odr - Math.min(this.odr_code, this.tick_odr)))) return;
    if (this.gyro_decimation !== 0 && this.batches % this.gyro_decimation === 0) this.push(3);
    if (this.xl_decimation !== 0 && this.batches % this.xl_decimation === 0) this.push(0);
    this.batches += 1;
  }

  protected interrupt(): boolean {
    const enabled = this.registers[INT1_CTRL]!;
    if (enabled === 0) return false;
    return (
      ((enabled & INT1_FTH) !== 0 && this.aboveWatermark()) ||
      ((enabled & INT1_FIFO_OVR) !== 0 && this.overrun) ||
      ((enabled & INT1_FULL_FLAG) !== 0 && this.nearlyFull())
    );
  }

  protected lacking(): number {
    const enabled = this.registers[INT1_CTRL]!;
    if (enabled === 0 || this.mode === MODE_BYPASS) return Infinity;
    if (enabled !== INT1_FTH) return 1;
    const words = (this.xl_decimation === 0 ? 0 : 3) + (this.gyro_decimation === 0 ? 0 : 3);
    return this.watermark === 0 ? Infinity : Math.ceil((this.watermark - this.count) / words);
  }

  protected readFifo(reg: number, dst: Uint8Array): number {
    if (reg !== FIFO_DATA_OUT_L || dst.length % 2 !== 0) return this.refuse(`FIFO read of ${dst.length} bytes at ${reg}: whole words from the low byte on`);
    if (this.mode === MODE_BYPASS) return this.refuse("FIFO read while it is off");
    const words = dst.length / 2;
    if (words > this.count) return this.refuse(`FIFO read of ${words} words where ${this.count} are`);
    for (let index = 0; index < words; index += 1) {
      const value = this.words[this.head]!;
      dst[2 * index] = value & 0xff;
      dst[2 * index + 1] = (value >> 8) & 0xff;
      this.head = (this.head + 1) % FIFO_WORDS;
    }
    this.count -= words;
    this.pattern = (this.pattern + words) % this.pattern_words;
    this.overrun = false;
    return 0;
  }

  protected refreshStatus(reg: number): void {
    // 2048 words do not fit these 11 bits: a full FIFO, so one with OVER_RUN set, reads 0, as ST's notes on this family say.
    const diff = this.count & 0x7ff;
    if (reg === FIFO_STATUS1) this.registers[reg] = diff & 0xff;
    else if (reg === FIFO_STATUS2) {
      this.registers[reg] =
        (this.aboveWatermark() ? WATERM : 0) |
        (this.overrun ? OVER_RUN : 0) |
        (this.nearlyFull() ? FIFO_FULL_SMART : 0) |
        (this.count === 0 ? FIFO_EMPTY : 0) |
        (diff >> 8);
    } else if (reg === FIFO_STATUS3) this.registers[reg] = this.pattern & 0xff;
    else if (reg === FIFO_STATUS4) this.registers[reg] = this.pattern >> 8;
  }

  protected configured(reg: number): void {
    const registers = this.registers;
    if (reg === FIFO_CTRL1 || reg === FIFO_CTRL2) this.watermark = registers[FIFO_CTRL1]! | ((registers[FIFO_CTRL2]! & 7) << 8);
    else if (reg === FIFO_CTRL3) {
      this.xl_decimation = DECIMATION[registers[FIFO_CTRL3]! & 7]!;
      this.gyro_decimation = DECIMATION[registers[FIFO_CTRL3]! >> 3]!;
      this.pattern_words = patternWords(this.gyro_decimation, this.xl_decimation);
    } else if (reg === FIFO_CTRL5) {
      this.mode = registers[FIFO_CTRL5]! & 7;
      this.odr_code = registers[FIFO_CTRL5]! >> 3;
      if (this.mode === MODE_BYPASS) this.clearFifo();
    }
  }

  protected objects(reg: number, value: number): string {
    if (reg === FIFO_CTRL3 && this.mode !== MODE_BYPASS && value !== this.registers[reg]) return "data sets changed while the FIFO runs";
    if (reg !== FIFO_CTRL5) return "";
    const mode = value & 7;
    if (mode !== MODE_BYPASS && mode !== MODE_FIFO && mode !== MODE_CONTINUOUS) return "a FIFO mode this model leaves out";
    if (value >> 3 > ODR_CODE_MAX) return "no such FIFO rate";
    if (this.mode !== MODE_BYPASS && mode !== MODE_BYPASS && value !== this.registers[reg]) return "rate or mode changed while the FIFO runs";
    return "";
  }

  protected clearFifo(): void {
    this.head = 0;
    this.count = 0;
    this.pattern = 0;
    this.batches = 0;
    this.overrun = false;
  }

  private aboveWatermark(): boolean {
    return this.watermark !== 0 && this.count >= this.watermark;
  }

  /** The next batch would fill it. */
  private nearlyFull(): boolean {
    return this.count >= FIFO_WORDS - (this.gyro_decimation !== 0 ? 3 : 0) - (this.xl_decimation !== 0 ? 3 : 0);
  }

  /** Stores three words; word by word the oldest give way, so that the pattern's start may be lost. */
  private push(first: number): void {
    const excess = this.count + 3 - FIFO_WORDS;
    if (excess > 0) {
      if (this.mode === MODE_FIFO) return;
      this.overrun = true;
      this.head = (this.head + excess) % FIFO_WORDS;
      this.count -= excess;
      this.pattern = (this.pattern + excess) % this.pattern_words;
    }
    let at = (this.head + this.count) % FIFO_WORDS;
    for (let axis = first; axis < first + 3; axis += 1) {
      this.words[at] = this.raw[axis]!;
      at = (at + 1) % FIFO_WORDS;
    }
    this.count += 3;
  }
}

/** Words after which the order of data sets repeats. */
function patternWords(gyro: number, xl: number): number {
  if (gyro === 0 && xl === 0) return 1;
  if (gyro === 0 || xl === 0) return 3;
  let period = Math.max(gyro, xl);
  while (period % gyro !== 0 || period % xl !== 0) period += 1;
  return 3 * (period / gyro + period / xl);
}
