// The sample clock: learns the sensor's true sample period against the MCU's clock and tells when each sample was taken.
//
// Model: sample n is taken at T(n) = T0 + n·P, P slowly changing. At each watermark the newest sample's index is known and the step
// comes late by a jitter j ≥ 0 (0–300 µs). The line through (n, T + j) is fitted by least squares, written as a recursion with
// gains α(k) = 2(2k+1)/((k+1)(k+2)), β(k) = 6/((k+1)(k+2)) (Brookner 1998, 10.1002/0471224197, expanding memory); held at k = 64
// it becomes a tracking loop of about 1.2 s. The mean lateness, by which the line lies above the samples, is tracked as
// the lower edge of the residuals and taken off.
//
// Errors, for j uniform over J = 300 µs (SD 87 µs) and 8 samples a batch: after two batches the period is off by at most J/8 a
// sample and the times by less than 2·J = 0.6 ms; after 1 s (k = 52) the line's SD is 2·87/√52 = 24 µs; steady the line's SD is
// about 87·√(α(64)) = 21 µs, the lower edge lies some 25 µs inside the jitter. A drift of d ppm/s is followed with a lag of
// d·0.26 µs. A jump of the rate shows as residuals of one sign: the gains are raised, and after three beyond 1 ms the line is put anew.
import { larger, smaller } from "../base/order";

const NOMINAL_52_Q16: i64 = 1260307692; // 1/52 Hz; the other rates are its double, fourfold … within 0.2 %
const GAIN_COUNT_MAX: i32 = 64; // batches; 1.2 s of memory
const GAIN_COUNT_AGILE: i32 = 10; // used while the residuals lean to one side
const GAIN_COUNT_KNOWN: i32 = 6; // after the first batch of a restart with a known rate
const KNOWN_COUNT: i32 = 16; // batches after which the rate counts as known
export const GATE_Q16: i64 = 65536000; // 1 ms; a residual beyond is a late step, not jitter
const LEAN_US: i64 = 120; // smoothed residual, five times its SD
const LATE_STEP_US: i64 = 32; // most it grows a batch, so that a misfit does not blow it up
const WILD_MAX: i32 = 3; // residuals beyond the gate in a row that put the line anew
const SAMPLE_SLACK_US: i64 = 60; // error of the clock allowed for when counting samples outside of a watermark
const SEEN_SLACK_US: i64 = 300; // and when a sample was seen before its time

@unmanaged
export class Clock {
  next_q16: i64; // fitted line at the next sample to be given out, µs Q16
  period_q16: i64; // µs Q16
  late_q16: i64; // how far the line lies above the samples: mean lateness of the steps, µs Q16
  lean_q16: i64; // residuals, smoothed over 8 batches, µs Q16
  seen_q16: i64; // fitted line at the last sample observed, µs Q16
  octave: i32; // the nominal rate is 52 Hz · 2^octave
  count: i32; // observations in the fit
  wild: i32; // observations in a row that did not fit
  known: i32; // 1 once the rate was learnt; kept over restarts

  /** Starts anew at 52 Hz · 2^octave. A rate learnt before is carried over as the same relative error. */
  start(octave: i32): void {
    this.period_q16 = (this.known ? this.period_q16 << this.octave : NOMINAL_52_Q16) >> octave;
    this.octave = octave;
    this.count = 0;
  }

  /** Whether times can be given. */
  @inline
  ready(): bool {
    return this.count >= 2;
  }

  /** The sample `index` after the next one: its place on the line less the lateness, µs Q16. */
  time_q16(index: i32): i64 {
    return this.next_q16 - this.late_q16 + <i64>index * this.period_q16;
  }

  /**
   * How many samples after the one `index` after the next must have been taken by `now_us`, ≥ 0. `exact`: the newest one was taken
   * just before (a watermark); otherwise up to a period before.
   */
  missing(now_us: u64, index: i32, exact: bool): i32 {
    if (this.count < 2) return 0;
    const slack_q16: i64 = exact ? this.period_q16 >> 3 : -(SAMPLE_SLACK_US << 16);
    return this.periods((<i64>now_us << 16) - this.time_q16(index) + slack_q16);
  }

  /** Whole periods in a time, 0 where it is negative. */
  private periods(time_q16: i64): i32 {
    return larger(<i32>(time_q16 / this.period_q16), 0);
  }

  /** The sample `index` after the next one was taken just before `now_us`: `gate_q16` at most, or the step was late. */
  observe(now_us: u64, index: i32, gate_q16: i64): void {
    const period_q16: i64 = this.period_q16;
    const line_q16: i64 = this.next_q16 + <i64>index * period_q16;
    const error_q16: i64 = (<i64>now_us << 16) - line_q16;
    let count: i32 = this.count;
    if (count >= 2) {
      if (abs(error_q16) > gate_q16) {
        this.wild++;
        if (this.wild < WILD_MAX) return;
        count = 0;
      } else {
        this.wild = 0;
        this.lean_q16 += (error_q16 - this.lean_q16) >> 3;
      }
    }
    let step_q16: i64 = error_q16;
    let slope_q16: i64 = 0;
    if (count == 0) {
      // The line goes through this point.
      this.wild = 0;
      this.lean_q16 = 0;
      count = this.known ? GAIN_COUNT_KNOWN - 1 : 0;
    } else {
      if (count >= GAIN_COUNT_AGILE) {
        if (abs(this.lean_q16) > LEAN_US << 16) {
          count = GAIN_COUNT_AGILE;
          this.lean_q16 = 0;
        } else {
          // Down at once, up slowly; faster while the fit is young and its line uncertain.
          const inside_q16: i64 = error_q16 + this.late_q16;
          const move_q16: i64 = inside_q16 < 0 ? max(inside_q16 >> 1, -(LATE_STEP_US << 16)) : inside_q16 >> (count < GAIN_COUNT_MAX ? 5 : 8);
          this.late_q16 = max(this.late_q16 - move_q16, 0);
        }
      }
      const divisor: i64 = (count + 1) * (count + 2);
      step_q16 = (<i64>(4 * count + 2) * error_q16) / divisor;
      slope_q16 = (6 * error_q16) / (divisor * max((line_q16 - this.seen_q16 + (period_q16 >> 1)) / period_q16, 1));
    }
    this.period_q16 = period_q16 + slope_q16;
    this.next_q16 += step_q16 - <i64>index * slope_q16;
    this.seen_q16 = line_q16 + step_q16;
    this.count = smaller(count + 1, GAIN_COUNT_MAX);
    if (count >= KNOWN_COUNT) this.known = 1;
    if (<u64>((this.period_q16 << this.octave) - NOMINAL_52_Q16 / 2) > 2 * NOMINAL_52_Q16) {
      // No sensor is that far off: samples were lost while the rate was being learnt.
      this.known = 0;
      this.start(this.octave);
    }
  }

  /** The sample `index` after the next one was in the FIFO at `now_us`: it cannot have been taken later. */
  bound(now_us: u64, index: i32): void {
    const over_q16: i64 = this.time_q16(index) - (<i64>(now_us + SEEN_SLACK_US) << 16);
    if (over_q16 <= 0) return;
    this.next_q16 -= over_q16;
    this.count = smaller(this.count, GAIN_COUNT_AGILE);
  }

  /** The next sample passes. Returns its time, µs, after `last_us`. */
  @inline
  take(last_us: u64): u64 {
    const next_q16: i64 = this.next_q16;
    this.next_q16 = next_q16 + this.period_q16;
    return max(<u64>((next_q16 - this.late_q16) >> 16), last_us + 1);
  }

  /** `count` samples pass without being given out. */
  skip(count: i32): void {
    this.next_q16 += <i64>count * this.period_q16;
  }

  /** How many samples are missing between one at `last_us` and the next one, to the nearest, ≥ 0. */
  gap(last_us: u64): i32 {
    return this.periods(this.time_q16(0) - (<i64>last_us << 16) - (this.period_q16 >> 1));
  }
}
