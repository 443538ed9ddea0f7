// What the two sensor chips share: a register file with rules, a sample clock of their own, and the path from a force at the
// clip to a 16-bit number. Stricter than the parts: what the data sheet forbids or this model leaves out is refused and reported.
import { HAL_NACK, HAL_REFUSED } from "../engine/engine.ts";
import type { Random } from "../random.ts";

/** Numbers of a chip, from its data sheet. */
export interface Chip {
  readonly name: string;
  readonly who_am_i: number;
  /** Registers that do not start at 0. */
  readonly defaults: readonly (readonly [reg: number, value: number])[];
  /** Registers that may be written, with the bits that may differ from their default: all else is reserved or left out here. */
  readonly writable: readonly (readonly [reg: number, mask: number])[];
  /** Registers that may only be read. */
  readonly readable: readonly number[];
  /** First and last register of the FIFO's data port; reading on after the last goes back to the first. */
  readonly fifo_out: readonly [first: number, last: number];
  /** Time CTRL3_C.BOOT takes, ms. */
  readonly boot_ms: number;
  /** Time constant of the gyroscope's start, ms; it is settled after about five. */
  readonly gyro_settle_ms: number;
  /** Largest zero offsets, drawn uniformly, ±. */
  readonly xl_bias_mg: number;
  readonly gyro_bias_dps: number;
  /** Largest error of sensitivity, ±, both sensors. */
  readonly scale_error: number;
  /** Noise density by FS_XL code (2, 16, 4, 8 g), µg/√Hz; of the gyroscope, mdps/√Hz. */
  readonly xl_noise_ug: readonly [number, number, number, number];
  readonly gyro_noise_mdps: number;
}

/** What shakes the sensor beside its source. */
export interface Shaker {
  /** Adds the shaking at `t_us` of world time to `out` (g, dps), as a low-pass at `band_hz` lets it through. Times never fall. */
  add(t_us: number, out: Float64Array, band_hz: number): void;
}

/** What a sensor is made of. */
export interface ImuOptions {
  /** Writes specific force (g) and rate (dps) at `t_s` of the source's time. */
  readonly source: { sample(t_s: number, out: Float64Array): void };
  readonly random: Random;
  /** Told of everything a careful driver would not do. */
  readonly report: (violation: string) => void;
  readonly shaker?: Shaker | null;
  readonly rate_error_ppm?: number;
  readonly rate_drift_ppm_s?: number;
  readonly exact?: boolean;
}

/** Registers that both chips have at the same address. */
export const WHO_AM_I = 0x0f;
export const CTRL1_XL = 0x10;
export const CTRL2_G = 0x11;
export const CTRL3_C = 0x12;
export const STATUS_REG = 0x1e;
export const OUT_TEMP_L = 0x20;
export const OUTX_L_G = 0x22;
export const OUTX_L_XL = 0x28;
const OUTZ_H_XL = 0x2d;

const SW_RESET = 0x01;
const IF_INC = 0x04;
const BOOT = 0x80;

const XLDA = 0x01;
const GDA = 0x02;
const TDA = 0x04;

const REGISTERS = 128;
const NO_REGISTER = -2; // beside the masks of writable registers
const READ_ONLY = -1;
const BURST_BYTES_MAX = 4096;
const SUPPLY_TEMPERATURE_C = 27; // 256 LSB/°C around 25 °C on both chips

/** Output rates by ODR code, Hz; the parts name 416 Hz and 417 Hz alike, 416 is 6664/16. Codes without a rate are 0. */
export const ODR_HZ: readonly number[] = [0, 12.5, 26, 52, 104, 208, 416, 833, 1666, 3332, 6664, 0, 0, 0, 0, 0];
/** Sensitivity by FS_XL code, mg/LSB: 2, 16, 4, 8 g. */
const XL_MG_PER_LSB = [0.061, 0.488, 0.122, 0.244];
/** Sensitivity by FS_G code with FS_125 as its lowest bit, mdps/LSB: 250, 125, 500, -, 1000, -, 2000, - dps. */
const GYRO_MDPS_PER_LSB = [8.75, 4.375, 17.5, 0, 35, 0, 70, 0];

const XL_SETTLE_MS = 2; // first samples after power-up, DRDY not masked

export abstract class Imu {
  readonly chip: Chip;
  /** Samples made since the part was built. */
  samples = 0;
  /** World time of the latest sample, µs; NaN before the first. */
  sample_us = NaN;
  /** World time the source's time 0 lies at, µs; NaN while the source is held or its first sample has not come. */
  source_start_us = NaN;

  /** Told of every sample that reaches the FIFO: accelerometer x y z, gyroscope x y z, LSB; the view is valid during the call only. */
  onDelivered: ((raw: Int16Array) => void) | null = null;

  protected readonly registers = new Uint8Array(REGISTERS);
  /** Latest raw output: accelerometer x y z, gyroscope x y z, LSB. */
  protected readonly raw = new Int16Array(6);
  protected readonly report: (violation: string) => void;
  /** ODR codes in force. */
  protected xl_odr = 0;
  protected gyro_odr = 0;
  /** Samples of the faster sensor since the clock started. */
  protected ticks = 0;

  private readonly source: { sample(t_s: number, out: Float64Array): void };
  private readonly shaker: Shaker | null;
  private readonly random: Random;
  private readonly exact: boolean;
  private readonly mask = new Int16Array(REGISTERS).fill(NO_REGISTER);
  private readonly out = new Float64Array(6);
  private readonly bias = new Float64Array(6);
  private readonly scale = new Float64Array(6).fill(1);
  private readonly gain_lsb = new Float64Array(6);
  private readonly offset_lsb = new Float64Array(6);
  private readonly sigma_lsb = new Float64Array(6);

  private now_us = 0;
  private next_us = Infinity;
  private period_us = 0;
  private tick_hz = 0;
  private xl_every = 1;
  private gyro_every = 1;
  private rate_error_ppm: number;
  private drift_ppm_s: number;
  private running = false;
  private xl_on_us = -Infinity;
  private gyro_on_us = -Infinity;
  private settled_us = -Infinity;
  private away_until_us = -Infinity;
  private boot_until_us = -Infinity;
  private stalled_until_us = -Infinity;
  private nacks = 0;
  private drops = 0;
  private stuck_level = -1;

  constructor(chip: Chip, options: ImuOptions) {
    this.chip = chip;
    this.source = options.source;
    this.shaker = options.shaker ?? null;
    this.random = options.random;
    this.report = options.report;
    this.exact = options.exact ?? false;
    this.rate_error_ppm = options.rate_error_ppm ?? 0;
    this.drift_ppm_s = options.rate_drift_ppm_s ?? 0;
    if (!(Math.abs(this.rate_error_ppm) <= 500_000)) throw new RangeError(`rate error of ${this.rate_error_ppm} ppm: ±500000 at most`);
    for (const [reg, bits] of chip.writable) this.mask[reg] = bits;
    for (const reg of chip.readable) this.mask[reg] = READ_ONLY;
    if (!this.exact) {
      for (let axis = 0; axis < 6; axis += 1) {
        const bias = axis < 3 ? chip.xl_bias_mg / 1000 : chip.gyro_bias_dps;
        this.bias[axis] = this.random.uniform(-bias, bias);
        this.scale[axis] = 1 + this.random.uniform(-chip.scale_error, chip.scale_error);
      }
    }
    this.resetRegisters();
  }

  /** Power-up at `t_us` of world time: registers at their defaults, FIFO empty, the part is ready. */
  power(t_us: number): void {
    this.now_us = t_us;
    this.away_until_us = -Infinity;
    this.boot_until_us = -Infinity;
    this.nacks = 0;
    this.defaults();
  }

  /** From the next sample on the source's time runs, from 0; until then it stands at 0. */
  startSource(): void {
    this.running = true;
    this.source_start_us = NaN;
  }

  /** The source's time stands at 0 again. */
  holdSource(): void {
    this.running = false;
    this.source_start_us = NaN;
  }

  /** The source's own time, s; 0 while it is held. */
  get source_s(): number {
    return this.running && !Number.isNaN(this.source_start_us) ? (this.now_us - this.source_start_us) / 1e6 : 0;
  }

  /**
   * Makes the samples due up to `until_us`. With `stop`, ends after the sample that raises the interrupt line and returns that
   * sample's time; otherwise, or when the line does not rise, Infinity.
   */
  advance(until_us: number, stop: boolean): number {
    let high = this.line();
    while (this.next_us <= until_us) {
      this.now_us = this.next_us;
      this.next_us += this.period_us;
      if (this.drift_ppm_s !== 0) this.retune(this.rate_error_ppm + (this.drift_ppm_s * this.period_us) / 1e6);
      if (this.now_us <= this.stalled_until_us) continue;
      this.tick();
      if (!stop) continue;
      const now_high = this.line();
      if (now_high && !high) return this.now_us;
      high = now_high;
    }
    this.now_us = Math.max(this.now_us, until_us);
    return Infinity;
  }

  /** World time before which the interrupt line does not rise, µs; Infinity where the part must be read or set up first. */
  get rise_us(): number {
    const samples = this.line() ? Infinity : this.lacking();
    return samples === Infinity ? Infinity : this.next_us + (samples - 1) * this.period_us;
  }

  /** Level of the INT1 pin. */
  line(): boolean {
    return this.stuck_level < 0 ? this.interrupt() : this.stuck_level === 1;
  }

  /** Burst read; 0, or HAL_NACK or HAL_REFUSED with `dst` untouched. */
  read(reg: number, dst: Uint8Array): number {
    if (this.absent()) return HAL_NACK;
    if (dst.length < 1 || dst.length > BURST_BYTES_MAX) return this.refuse(`read of ${dst.length} bytes`);
    const [fifo_first, fifo_last] = this.chip.fifo_out;
    if (reg >= fifo_first && reg <= fifo_last) {
      if ((this.registers[CTRL3_C]! & IF_INC) === 0) return this.refuse("FIFO burst without IF_INC");
      return this.readFifo(reg, dst);
    }
    const step = (this.registers[CTRL3_C]! & IF_INC) === 0 ? 0 : 1;
    for (let index = 0; index < dst.length; index += 1) {
      if (!this.isReadable(reg + index * step)) return this.refuse(`read of register ${hex(reg + index * step)}`);
    }
    for (let index = 0; index < dst.length; index += 1) dst[index] = this.readRegister(reg + index * step);
    return 0;
  }

  /** Burst write; all of it, or nothing and HAL_NACK or HAL_REFUSED. */
  write(reg: number, src: Uint8Array): number {
    if (this.absent()) return HAL_NACK;
    if (src.length < 1 || reg < 0 || reg + src.length > REGISTERS) return this.refuse(`write of ${src.length} bytes at ${hex(reg)}`);
    if (src.length > 1 && (this.registers[CTRL3_C]! & IF_INC) === 0) return this.refuse("burst write without IF_INC");
    if (this.now_us < this.boot_until_us) return this.refuse("write while the part boots");
    for (let index = 0; index < src.length; index += 1) {
      const fault = this.objection(reg + index, src[index]!);
      if (fault !== "") return this.refuse(`write of ${hex(src[index]!)} to ${hex(reg + index)}: ${fault}`);
    }
    for (let index = 0; index < src.length; index += 1) this.writeRegister(reg + index, src[index]!);
    return 0;
  }

  /** Fault: the next `count` transfers get no answer. */
  refuseNext(count: number): void {
    this.nacks += count;
  }

  /** Fault: the part restarts by itself and is away for `for_ms`. */
  resetItself(for_ms: number): void {
    this.defaults();
    this.away_until_us = this.now_us + for_ms * 1000;
  }

  /** Fault: no samples for `for_ms`. */
  stall(for_ms: number): void {
    this.stalled_until_us = this.now_us + for_ms * 1000;
  }

  /** Fault: the next `count` samples do not reach the FIFO. */
  dropNext(count: number): void {
    this.drops += count;
  }

  /** Fault: the pin stands at 0 or 1; -1 sets it free. */
  stick(level: number): void {
    this.stuck_level = level;
  }

  /** Fault: the clock runs faster by `ppm` from the next sample on. */
  changeRate(ppm: number): void {
    this.retune(this.rate_error_ppm + ppm);
  }

  /** Fault: the clock's drift, ppm/s. */
  drift(ppm_s: number): void {
    this.drift_ppm_s = ppm_s;
  }

  /** Sensitivities in force. */
  get accelerometer_mg_lsb(): number {
    return XL_MG_PER_LSB[(this.registers[CTRL1_XL]! >> 2) & 3]!;
  }

  get gyroscope_mdps_lsb(): number {
    return GYRO_MDPS_PER_LSB[(this.registers[CTRL2_G]! >> 1) & 7]!;
  }

  /** True sample rate of the faster sensor now, Hz; 0 when both are off. */
  get rate_hz(): number {
    return this.tick_hz * (1 + this.rate_error_ppm / 1e6);
  }

  protected refuse(what: string): number {
    this.report(`${this.chip.name}: ${what}`);
    return HAL_REFUSED;
  }

  /** Whether batch `divider` of the tick clock falls on the present tick. */
  protected due(divider: number): boolean {
    return (this.ticks & (divider - 1)) === 0;
  }

  /** ODR code of the clock itself, that of the faster sensor. */
  protected get tick_odr(): number {
    return Math.max(this.xl_odr, this.gyro_odr);
  }

  /** Puts the latest output into the FIFO as its settings say. */
  protected abstract store(): void;
  /** Whether the FIFO raises the INT1 pin. */
  protected abstract interrupt(): boolean;
  /** Samples that must come at least before it does, 1 or more; Infinity where none will make it. */
  protected abstract lacking(): number;
  /** Burst read of the FIFO's data port. */
  protected abstract readFifo(reg: number, dst: Uint8Array): number;
  /** Brings the status registers up to date before one is read; `reg` is the one. */
  protected abstract refreshStatus(reg: number): void;
  /** Called when a register of the chip's own has a new value. */
  protected abstract configured(reg: number): void;
  /** Why `value` may not go to `reg`, or ''. */
  protected abstract objects(reg: number, value: number): string;
  /** Empties the FIFO and its flags. */
  protected abstract clearFifo(): void;

  private absent(): boolean {
    if (this.now_us < this.away_until_us) return true;
    if (this.nacks === 0) return false;
    this.nacks -= 1;
    return true;
  }

  private isReadable(reg: number): boolean {
    return reg >= 0 && reg < REGISTERS && this.mask[reg] !== NO_REGISTER;
  }

  private readRegister(reg: number): number {
    if (reg >= OUT_TEMP_L && reg <= OUTZ_H_XL) return this.readOutput(reg);
    if (reg === CTRL3_C && this.now_us >= this.boot_until_us) this.registers[CTRL3_C]! &= ~BOOT;
    this.refreshStatus(reg);
    return this.registers[reg]!;
  }

  private readOutput(reg: number): number {
    if (reg < OUTX_L_G) {
      this.registers[STATUS_REG]! &= ~TDA;
      return (((SUPPLY_TEMPERATURE_C - 25) * 256) >> (8 * (reg & 1))) & 0xff;
    }
    const gyro = reg < OUTX_L_XL;
    this.registers[STATUS_REG]! &= gyro ? ~GDA : ~XLDA;
    const axis = gyro ? 3 + ((reg - OUTX_L_G) >> 1) : (reg - OUTX_L_XL) >> 1;
    return (this.raw[axis]! >> (8 * (reg & 1))) & 0xff;
  }

  private objection(reg: number, value: number): string {
    const mask = this.mask[reg]!;
    if (mask === NO_REGISTER) return "no such register here";
    if (mask === READ_ONLY) return "read-only";
    if (((value ^ this.fixed(reg)) & ~mask & 0xff) !== 0) return "a reserved bit, or one this model leaves out";
    if ((reg === CTRL1_XL || reg === CTRL2_G) && value >> 4 !== 0 && ODR_HZ[value >> 4] === 0) return "no such rate";
    if (reg === CTRL2_G && GYRO_MDPS_PER_LSB[(value >> 1) & 7] === 0) return "no such range";
    if (reg === CTRL3_C && (value & BOOT) !== 0 && this.tick_odr !== 0) return "BOOT while the sensors run";
    return this.objects(reg, value);
  }

  /** What the bits that may not change must be: those of the default. */
  private fixed(reg: number): number {
    for (const [of, value] of this.chip.defaults) if (of === reg) return value;
    return 0;
  }

  private writeRegister(reg: number, value: number): void {
    if (reg === CTRL3_C && (value & SW_RESET) !== 0) {
      this.defaults(); // takes 50 µs, less than the next transfer needs to begin
      return;
    }
    this.registers[reg] = value;
    if (reg === CTRL3_C && (value & BOOT) !== 0) this.boot_until_us = this.now_us + this.chip.boot_ms * 1000;
    else if (reg === CTRL1_XL || reg === CTRL2_G) this.configureSensors();
    else this.configured(reg);
  }

  private resetRegisters(): void {
    this.registers.fill(0);
    for (const [reg, value] of this.chip.defaults) this.registers[reg] = value;
    this.registers[WHO_AM_I] = this.chip.who_am_i;
  }

  private defaults(): void {
    this.resetRegisters();
    this.raw.fill(0);
    this.xl_odr = 0;
    this.gyro_odr = 0;
    this.tick_hz = 0;
    this.next_us = Infinity;
    this.clearFifo();
    for (const [reg] of this.chip.writable) if (reg !== CTRL1_XL && reg !== CTRL2_G) this.configured(reg);
  }

  private configureSensors(): void {
    const xl = this.registers[CTRL1_XL]!;
    const gyro = this.registers[CTRL2_G]!;
    if (xl >> 4 !== 0 && this.xl_odr === 0) this.xl_on_us = this.now_us;
    if (gyro >> 4 !== 0 && this.gyro_odr === 0) this.gyro_on_us = this.now_us;
    this.settled_us = Math.max(this.xl_on_us + 8 * XL_SETTLE_MS * 1000, this.gyro_on_us + 8 * this.chip.gyro_settle_ms * 1000);
    this.xl_odr = xl >> 4;
    this.gyro_odr = gyro >> 4;
    const hz = ODR_HZ[this.tick_odr]!;
    if (hz !== this.tick_hz) {
      this.tick_hz = hz;
      this.ticks = 0;
      this.retune(this.rate_error_ppm);
      this.next_us = hz === 0 ? Infinity : this.now_us + this.period_us;
    }
    this.xl_every = 1 << (this.tick_odr - this.xl_odr);
    this.gyro_every = 1 << (this.tick_odr - this.gyro_odr);
    const xl_lsb_g = 1000 / XL_MG_PER_LSB[(xl >> 2) & 3]!;
    const gyro_lsb_dps = 1000 / GYRO_MDPS_PER_LSB[(gyro >> 1) & 7]!;
    const xl_sigma_g = (this.chip.xl_noise_ug[(xl >> 2) & 3]! / 1e6) * Math.sqrt(ODR_HZ[this.xl_odr]! / 2);
    const gyro_sigma_dps = (this.chip.gyro_noise_mdps / 1e3) * Math.sqrt(ODR_HZ[this.gyro_odr]! / 2);
    for (let axis = 0; axis < 6; axis += 1) {
      const lsb = axis < 3 ? xl_lsb_g : gyro_lsb_dps;
      this.gain_lsb[axis] = lsb * this.scale[axis]!;
      this.offset_lsb[axis] = lsb * this.bias[axis]!;
      this.sigma_lsb[axis] = lsb * (axis < 3 ? xl_sigma_g : gyro_sigma_dps);
    }
  }

  private retune(ppm: number): void {
    this.rate_error_ppm = Math.max(-500_000, Math.min(500_000, ppm));
    if (this.tick_hz !== 0) this.period_us = 1e6 / (this.tick_hz * (1 + this.rate_error_ppm / 1e6));
  }

  private tick(): void {
    const out = this.out;
    if (this.running && Number.isNaN(this.source_start_us)) this.source_start_us = this.now_us;
    this.source.sample(this.source_s, out);
    if (this.shaker !== null) this.shaker.add(this.now_us, out, this.tick_hz / 2); // LPF1 of the part: half its rate
    const sum = out[0]! + out[1]! + out[2]! + out[3]! + out[4]! + out[5]!;
    if (sum - sum !== 0) throw new RangeError(`the source gave a value that is no number at ${this.source_s} s: ${out.join(' ')}`);
    if (!this.exact && this.now_us < this.settled_us) this.settle(out);
    if (this.xl_odr !== 0 && this.due(this.xl_every)) this.convert(0);
    if (this.gyro_odr !== 0 && this.due(this.gyro_every)) this.convert(3);
    this.samples += 1;
    this.sample_us = this.now_us;
    if (this.drops > 0) {
      this.drops -= 1;
    } else {
      this.store();
      if (this.onDelivered !== null) this.onDelivered(this.raw);
    }
    this.ticks = (this.ticks + 1) | 0;
  }

  /** Quantises and clips three axes from `first` on. */
  private convert(first: number): void {
    const { out, raw, gain_lsb, offset_lsb } = this;
    for (let axis = first; axis < first + 3; axis += 1) {
      let value = out[axis]! * gain_lsb[axis]!;
      if (!this.exact) value += offset_lsb[axis]! + this.sigma_lsb[axis]! * this.random.gaussian();
      raw[axis] = value >= 32767 ? 32767 : value <= -32768 ? -32768 : Math.round(value);
    }
    this.registers[STATUS_REG]! |= first === 0 ? XLDA | TDA : GDA;
  }

  /** What a sensor shows before it has settled after power-down. */
  private settle(out: Float64Array): void {
    const xl = 1 - Math.exp(-(this.now_us - this.xl_on_us) / (XL_SETTLE_MS * 1000));
    const gyro = 1 - Math.exp(-(this.now_us - this.gyro_on_us) / (this.chip.gyro_settle_ms * 1000));
    for (let axis = 0; axis < 6; axis += 1) out[axis]! *= axis < 3 ? xl : gyro;
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(2, '0')}`;
}

/** Registers from `from` to before `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
