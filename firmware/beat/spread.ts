// Mean and standard deviation of a stream of whole numbers, exact to the last rounding, with values that can be taken back.
import { divRound } from "../base/fixed";
import { isqrt } from "../base/root";

/** Sums of up to 90 000 values within ±10 000 000. Zeroed memory is an empty one. */
@unmanaged
export class Spread {
  sum: i64;
  squares: i64;
  count: i64;

  /** Takes a value in (`sign` = 1) or back out (−1). */
  add(value: i64, sign: i64): void {
    this.sum += sign * value;
    this.squares += sign * value * value;
    this.count += sign;
  }

  /** Mean of at least one value, rounded to nearest. */
  mean(): i64 {
    return divRound(this.sum, this.count);
  }

  /** Sum of squared differences of at least one value from the true mean, rounded up; the rounded mean keeps every product below 2^63. */
  deviation(): i64 {
    const mean = this.mean();
    const rest = this.sum - mean * this.count;
    return this.squares - 2 * mean * this.sum + mean * mean * this.count - (rest * rest) / this.count;
  }

  /** Standard deviation of at least two values as a sample (divisor n − 1), rounded down. */
  sd(): i64 {
    return isqrt(this.deviation() / (this.count - 1));
  }
}
