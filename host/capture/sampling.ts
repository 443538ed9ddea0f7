// Samples of a clip's sensor as rows of a trace: g, dps and seconds, with what was lost left out. Pure.
import type { RawSamples } from "../clip/event.ts";

/** LSB of the accelerometer by range, mg, and of the gyroscope at ±2000 dps, mdps: tables 2 and 3 of the datasheets of LSM6DSO and LSM6DS3TR-C. */
const ACCEL_MG: Readonly<Record<number, number>> = { 8: 0.244, 16: 0.488 };
const GYRO_MDPS = 70;

/** How the sensor runs. */
export interface Sampling {
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
}

/** Makes rows. A line's samples are timed when the next line has come: between the two the clip's own times are exact. */
export class Sampler {
  /** Samples in rows so far, and those that never came in between. */
  samples = 0;
  lost = 0;
  /** Time of the last row, s. */
  last_s = 0;
  private readonly sampling: Sampling;
  private readonly width: number;
  private readonly accel_g: number;
  private held: RawSamples | null = null;
  private first_us = NaN;
  private interval_us: number;

  constructor(sampling: Sampling) {
    this.sampling = sampling;
    this.width = sampling.gyro ? 6 : 3;
    this.accel_g = (ACCEL_MG[sampling.range_g] ?? NaN) / 1000;
    this.interval_us = 1e6 / sampling.odr_hz;
  }

  /** First line of the trace. */
  get header(): string {
    return `t_s,ax_g,ay_g,az_g${this.sampling.gyro ? ",gx_dps,gy_dps,gz_dps" : ""}\n`;
  }

  /** Whether a line fits: whole samples, and after those before. */
  fits({ sample, at_us, values }: RawSamples): boolean {
    const { held } = this;
    return values.length % this.width === 0 && (held === null || (sample >= held.sample + held.values.length / this.width && at_us > held.at_us));
  }

  /** Takes a line that fits; returns the rows of the line before it, '' at the first. */
  take(line: RawSamples): string {
    const { held } = this;
    this.held = line;
    if (held === null) {
      this.first_us = line.at_us;
      this.lost += line.sample;
      return "";
    }
    this.interval_us = (line.at_us - held.at_us) / (line.sample - held.sample);
    this.lost += line.sample - held.sample - held.values.length / this.width;
    return this.rows(held);
  }

  /** The last rows. */
  end(): string {
    const { held } = this;
    this.held = null;
    return held === null ? "" : this.rows(held);
  }

  private rows({ at_us, values }: RawSamples): string {
    let rows = "";
    for (let at = 0; at < values.length; at += this.width) {
      this.last_s = (at_us - this.first_us + (at / this.width) * this.interval_us) / 1e6;
      rows += this.last_s.toFixed(6);
      for (let i = 0; i < this.width; i++) {
        const value = values[at + i] as number;
        rows += i < 3 ? `,${(value * this.accel_g).toFixed(6)}` : `,${((value * GYRO_MDPS) / 1000).toFixed(4)}`;
      }
      rows += "\n";
      this.samples += 1;
    }
    return rows;
  }
}
