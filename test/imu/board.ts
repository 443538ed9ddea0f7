// A board with nothing on it but the register-level sensor and the driver: wakes it as a real one would, and keeps the truth about
// every sample. Each sample's number is written into its own acceleration, so that nothing need be inferred.
import type { Imu } from "../../sim/parts/imu.ts";
import { createImu } from "../../sim/parts/chip.ts";
import { Random } from "../../sim/random.ts";
import { compile, load, type Part } from "./compile.ts";

const WAKE_SENSOR = 1;
const WAKE_TIMER = 4;
const STEP_LSB = 4; // of the sample's number: survives the rounding to mg
const DIGIT = 4096;

export interface BoardOptions {
  readonly chip: "lsm6dso" | "lsm6ds3trc";
  readonly odr_hz?: number;
  readonly range_g?: number;
  readonly gyro?: boolean;
  readonly rate_error_ppm?: number;
  readonly drift_ppm_s?: number;
  readonly seed?: number;
  /** Another build of the driver than `driverWasm`. */
  readonly wasm?: Uint8Array<ArrayBuffer>;
  /** Steps come late by 0..this, µs. */
  readonly jitter_us?: number;
}

/** What the driver gave out, one entry a sample. */
export interface Got {
  number: number; // of the sample, counted by the sensor from 0
  t_us: number;
  truth_us: number;
  lost_before: number;
  gyro_ddps: number;
}

const ENTRY = `
import * as imu from "../../firmware/imu/imu";
export { configure, service, next, faultCount, rateMillihertz } from "../../firmware/imu/imu";
export function sample(): usize { return changetype<usize>(imu.sample); }
export function status(): usize { return changetype<usize>(imu.status); }
`;

let wasm: Promise<Uint8Array<ArrayBuffer>> | null = null;

/** The driver compiled by itself. */
export function driverWasm(): Promise<Uint8Array<ArrayBuffer>> {
  wasm ??= compile(ENTRY);
  return wasm;
}

export class Board {
  now_us = 0;
  /** Times of all samples the sensor made, by number, µs. */
  readonly truth_us: number[] = [];
  readonly got: Got[] = [];
  readonly violations: string[] = [];
  readonly part: Imu;
  private readonly driver: Part;
  private readonly random: Random;
  private readonly jitter_us: number;
  private readonly sample_at: number;
  private readonly status_at: number;

  /** Use `Board.make`. */
  constructor(part: (report: (what: string) => void, source: { sample(t_s: number, out: Float64Array): void }) => Imu, driver: Part, options: BoardOptions) {
    this.random = new Random(options.seed ?? 1).fork("board");
    this.jitter_us = options.jitter_us ?? 300;
    this.driver = driver;
    this.part = part((what) => this.violations.push(what), { sample: (t_s, out) => this.source(t_s, out) });
    this.part.startSource();
    this.part.power(0);
    this.sample_at = driver.call["sample"]!();
    this.status_at = driver.call["status"]!();
    this.configure(options);
  }

  static async make(options: BoardOptions): Promise<Board> {
    const parts: Imu[] = [];
    let memory: Uint8Array = new Uint8Array();
    const driver = await load(options.wasm ?? (await driverWasm()), {
      imu_read: (reg: number, at: number, size: number) => parts[0]!.read(reg, memory.subarray(at, at + size)),
      imu_write: (reg: number, at: number, size: number) => parts[0]!.write(reg, memory.subarray(at, at + size)),
    });
    memory = driver.bytes;
    return new Board(
      (report, source) => {
        const settings = {
          source, report, exact: true, random: new Random(options.seed ?? 1), rate_error_ppm: options.rate_error_ppm ?? 0, rate_drift_ppm_s: options.drift_ppm_s ?? 0,
        };
        parts[0] = createImu(options.chip, settings);
        return parts[0];
      },
      driver,
      options,
    );
  }

  configure(options: Pick<BoardOptions, "odr_hz" | "range_g" | "gyro">): number {
    return this.driver.call["configure"]!(options.odr_hz ?? 416, options.range_g ?? 16, options.gyro === false ? 0 : 1);
  }

  /** Field of the driver's status by byte offset. */
  private field(offset: number): number {
    return this.driver.memory.getUint32(this.status_at + offset, true);
  }

  /** The driver's memory. */
  get memory(): Uint8Array {
    return this.driver.bytes;
  }

  get due_us(): number {
    return this.field(0) + this.field(4) * 2 ** 32;
  }

  get samples(): number {
    return this.field(8);
  }

  get lost(): number {
    return this.field(12);
  }

  get state(): number {
    return this.field(16);
  }

  get chip(): number {
    return this.field(20);
  }

  faults(code: number): number {
    return this.driver.call["faultCount"]!(code);
  }

  get rate_mhz(): number {
    return this.driver.call["rateMillihertz"]!();
  }

  /** Runs for `seconds`, waking the driver at the line and when it asked for it. */
  run(seconds: number): void {
    const end_us = this.now_us + seconds * 1e6;
    while (this.now_us < end_us) {
      const timer_us = Math.max(this.due_us, this.now_us + 10);
      const line_us = this.part.advance(Math.min(timer_us, end_us), true);
      if (line_us < Infinity) this.wake(line_us + Math.floor(this.random.uniform(0, this.jitter_us + 1)), WAKE_SENSOR);
      else this.wake(Math.min(timer_us, end_us), WAKE_TIMER);
    }
  }

  /** Nobody runs the driver for `seconds`; then it is told of the line. */
  hold(seconds: number): void {
    this.wake(this.now_us + seconds * 1e6, WAKE_SENSOR);
  }

  /** One step at `t_us`. */
  wake(t_us: number, events: number): void {
    this.now_us = Math.ceil(t_us);
    this.part.advance(this.now_us, false);
    const most = this.driver.call["service"]!(BigInt(this.now_us), events);
    let taken = 0;
    while (this.driver.call["next"]!() === 1) {
      taken += 1;
      this.take();
    }
    if (taken > most) throw new Error(`${taken} samples where ${most} were announced`);
  }

  private take(): void {
    const { memory } = this.driver;
    const at = this.sample_at;
    const t_us = memory.getUint32(at, true) + memory.getUint32(at + 4, true) * 2 ** 32;
    const low = Math.round(memory.getInt32(at + 8, true) / (0.488 * STEP_LSB));
    const high = Math.round(memory.getInt32(at + 12, true) / (0.488 * STEP_LSB));
    const number = low + high * DIGIT;
    const truth_us = this.part.source_start_us + (this.truth_us[number] ?? NaN);
    this.got.push({
      number, t_us, truth_us, gyro_ddps: memory.getInt32(at + 20, true),
      lost_before: memory.getInt32(at + 32, true),
    });
  }

  /** Acceleration and rate carry the sample's number. */
  private source(t_s: number, out: Float64Array): void {
    const number = this.truth_us.length;
    this.truth_us.push(t_s * 1e6);
    out.fill(0);
    out[0] = ((number % DIGIT) * STEP_LSB * 0.488) / 1000;
    out[1] = (Math.floor(number / DIGIT) * STEP_LSB * 0.488) / 1000;
    out[3] = ((number % DIGIT) * STEP_LSB * 0.07) / 8;
  }
}

/** Error of the times, µs: mean, RMS about 0, largest. */
export function timing(got: readonly Got[]): { mean_us: number; rms_us: number; max_us: number } {
  let sum = 0;
  let power = 0;
  let max_us = 0;
  for (const { t_us, truth_us } of got) {
    const error = t_us - truth_us;
    sum += error;
    power += error * error;
    max_us = Math.max(max_us, Math.abs(error));
  }
  return { mean_us: sum / got.length, rms_us: Math.sqrt(power / got.length), max_us };
}
