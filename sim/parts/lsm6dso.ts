// LSM6DSO: the sensor with the tagged FIFO of 512 words of 7 bytes. Registers from ST's data sheet DS12140 and AN5192.
import { Imu, OUTX_L_XL, OUT_TEMP_L, range, STATUS_REG, WHO_AM_I, type Chip, type ImuOptions } from "./imu.ts";

const FIFO_CTRL1 = 0x07; // WTM[7:0]
const FIFO_CTRL2 = 0x08; // WTM[8]
const FIFO_CTRL3 = 0x09; // BDR_GY[3:0] BDR_XL[3:0]
const FIFO_CTRL4 = 0x0a; // FIFO_MODE[2:0]
const INT1_CTRL = 0x0d;
const FIFO_STATUS1 = 0x3a; // DIFF_FIFO[7:0]
const FIFO_STATUS2 = 0x3b; // WTM OVR FULL BDR OVR_LATCHED - DIFF[9:8]
const FIFO_DATA_OUT_TAG = 0x78;
const FIFO_DATA_OUT_Z_H = 0x7e;

const INT1_FIFO_TH = 0x08;
const INT1_FIFO_OVR = 0x10;
const INT1_FIFO_FULL = 0x20;

const FIFO_WTM_IA = 0x80;
const FIFO_OVR_IA = 0x40;
const FIFO_FULL_IA = 0x20;
const FIFO_OVR_LATCHED = 0x08;

const MODE_BYPASS = 0;
const MODE_FIFO = 1;
const MODE_CONTINUOUS = 6;

const TAG_GYRO = 0x01;
const TAG_XL = 0x02;

const FIFO_WORDS = 512;
const WORD_BYTES = 7;
const BDR_CODE_MAX = 10; // 6667 Hz; 11 is 6.5 Hz, which this model leaves out

const CHIP: Chip = {
  name: "lsm6dso",
  who_am_i: 0x6c,
  defaults: [[0x02, 0x3f], [0x12, 0x04], [0x18, 0xe0]],
  writable: [
    [0x02, 0x00], // PIN_CTRL
    [FIFO_CTRL1, 0xff],
    [FIFO_CTRL2, 0x01],
    [FIFO_CTRL3, 0xff],
    [FIFO_CTRL4, 0x07],
    [INT1_CTRL, 0x38],
    [0x10, 0xfc], // CTRL1_XL: ODR, FS
    [0x11, 0xfe], // CTRL2_G: ODR, FS, FS_125
    [0x12, 0xc5], // CTRL3_C: BOOT, BDU, IF_INC, SW_RESET
    [0x13, 0x08], // CTRL4_C: DRDY_MASK
    [0x14, 0x00], // CTRL5_C
    [0x15, 0x10], // CTRL6_C: XL_HM_MODE
    [0x16, 0x80], // CTRL7_G: G_HM_MODE
    [0x17, 0x00], // CTRL8_XL
    [0x18, 0x02], // CTRL9_XL: I3C_DISABLE
    [0x19, 0x00], // CTRL10_C
  ],
  readable: [WHO_AM_I, STATUS_REG, ...range(OUT_TEMP_L, OUTX_L_XL + 6), FIFO_STATUS1, FIFO_STATUS2],
  fifo_out: [FIFO_DATA_OUT_TAG, FIFO_DATA_OUT_Z_H],
  boot_ms: 10,
  gyro_settle_ms: 7, // 35 ms turn-on time
  xl_bias_mg: 20,
  gyro_bias_dps: 1,
  scale_error: 0.01,
  xl_noise_ug: [70, 110, 75, 80],
  gyro_noise_mdps: 3.8,
};

export class Lsm6dso extends Imu {
  private readonly words = new Int16Array(FIFO_WORDS * 3);
  private readonly tags = new Uint8Array(FIFO_WORDS);
  private head = 0;
  private count = 0;
  private slot = 0;
  private overrun_latched = false;
  private mode = MODE_BYPASS;
  private watermark = 0;
  private bdr_xl = 0;
  private bdr_gyro = 0;

  constructor(options: ImuOptions) {
    super(CHIP, options);
  }

  protected store(): void {
    if (this.mode === MODE_BYPASS) return;
    const gyro = this.bdr_gyro !== 0 && this.gyro_odr !== 0 && this.due(this.divider(this.bdr_gyro, this.gyro_odr));
    const xl = this.bdr_xl !== 0 && this.xl_odr !== 0 && this.due(this.divider(this.bdr_xl, this.xl_odr));
    if (!gyro && !xl) return;
    this.slot = (this.slot + 1) & 3;
    if (gyro) this.push(TAG_GYRO, 3);
    if (xl) this.push(TAG_XL, 0);
  }

  protected interrupt(): boolean {
    const enabled = this.registers[INT1_CTRL]!;
    if (enabled === 0) return false;
    return (
      ((enabled & INT1_FIFO_TH) !== 0 && this.aboveWatermark()) ||
      ((enabled & INT1_FIFO_OVR) !== 0 && this.count === FIFO_WORDS) ||
      ((enabled & INT1_FIFO_FULL) !== 0 && this.nearlyFull())
    );
  }

  protected lacking(): number {
    const enabled = this.registers[INT1_CTRL]!;
    if (enabled === 0 || this.mode === MODE_BYPASS) return Infinity;
    if (enabled !== INT1_FIFO_TH) return 1;
    const words = (this.bdr_xl === 0 ? 0 : 1) + (this.bdr_gyro === 0 ? 0 : 1);
    return this.watermark === 0 ? Infinity : Math.ceil((this.watermark - this.count) / words);
  }

  protected readFifo(reg: number, dst: Uint8Array): number {
    if (reg !== FIFO_DATA_OUT_TAG || dst.length % WORD_BYTES !== 0) return this.refuse(`FIFO read of ${dst.length} bytes at ${reg}: whole words from the tag on`);
    if (this.mode === MODE_BYPASS) return this.refuse("FIFO read while it is off");
    const words = dst.length / WORD_BYTES;
    if (words > this.count) return this.refuse(`FIFO read of ${words} words where ${this.count} are`);
    for (let at = 0; at < dst.length; at += WORD_BYTES) {
      const head = this.head;
      dst[at] = this.tags[head]!;
      for (let axis = 0; axis < 3; axis += 1) {
        const value = this.words[head * 3 + axis]!;
        dst[at + 1 + 2 * axis] = value & 0xff;
        dst[at + 2 + 2 * axis] = (value >> 8) & 0xff;
      }
      this.head = (head + 1) % FIFO_WORDS;
    }
    this.count -= words;
    return 0;
  }

  protected refreshStatus(reg: number): void {
    if (reg === FIFO_STATUS1) this.registers[FIFO_STATUS1] = this.count & 0xff;
    if (reg !== FIFO_STATUS2) return;
    this.registers[FIFO_STATUS2] =
      (this.aboveWatermark() ? FIFO_WTM_IA : 0) |
      (this.count === FIFO_WORDS ? FIFO_OVR_IA : 0) |
      (this.nearlyFull() ? FIFO_FULL_IA : 0) |
      (this.overrun_latched ? FIFO_OVR_LATCHED : 0) |
      (this.count >> 8);
    this.overrun_latched = false;
  }

  protected configured(reg: number): void {
    const registers = this.registers;
    if (reg === FIFO_CTRL1 || reg === FIFO_CTRL2) this.watermark = registers[FIFO_CTRL1]! | ((registers[FIFO_CTRL2]! & 1) << 8);
    else if (reg === FIFO_CTRL3) {
      this.bdr_xl = registers[FIFO_CTRL3]! & 0x0f;
      this.bdr_gyro = registers[FIFO_CTRL3]! >> 4;
    } else if (reg === FIFO_CTRL4) {
      this.mode = registers[FIFO_CTRL4]! & 0x07;
      if (this.mode === MODE_BYPASS) this.clearFifo();
    }
  }

  protected objects(reg: number, value: number): string {
    if (reg === FIFO_CTRL3 && ((value & 0x0f) > BDR_CODE_MAX || value >> 4 > BDR_CODE_MAX)) return "a batch rate this model leaves out";
    if (reg === FIFO_CTRL4 && value !== MODE_BYPASS && value !== MODE_FIFO && value !== MODE_CONTINUOUS) return "a FIFO mode this model leaves out";
    return "";
  }

  protected clearFifo(): void {
    this.head = 0;
    this.count = 0;
    this.overrun_latched = false;
  }

  /** Ticks between two batches: the batch rate, at most the sensor's own. */
  private divider(bdr: number, odr: number): number {
    return 1 << (this.tick_odr - Math.min(bdr, odr));
  }

  private aboveWatermark(): boolean {
    return this.watermark !== 0 && this.count >= this.watermark;
  }

  /** The next batch would fill it. */
  private nearlyFull(): boolean {
    return this.count >= FIFO_WORDS - (this.bdr_xl !== 0 ? 1 : 0) - (this.bdr_gyro !== 0 ? 1 : 0);
  }

  private push(sensor: number, first: number): void {
    if (this.count === FIFO_WORDS) {
      this.overrun_latched = true;
      if (this.mode === MODE_FIFO) return;
      this.head = (this.head + 1) % FIFO_WORDS;
      this.count -= 1;
    }
    const at = (this.head + this.count) % FIFO_WORDS;
    this.tags[at] = tag(sensor, this.slot);
    this.words[at * 3] = this.raw[first]!;
    this.words[at * 3 + 1] = this.raw[first + 1]!;
    this.words[at * 3 + 2] = this.raw[first + 2]!;
    this.count += 1;
  }
}

/** TAG_SENSOR[4:0] TAG_CNT[1:0] TAG_PARITY: the parity bit makes the number of ones even. */
function tag(sensor: number, slot: number): number {
  const bits = (sensor << 3) | (slot << 1);
  let ones = bits ^ (bits >> 4);
  ones ^= ones >> 2;
  ones ^= ones >> 1;
  return bits | (ones & 1);
}
