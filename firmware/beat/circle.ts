// Statistics of beat errors, which live on a circle: an error just under half a beat late and one just over half a beat late (that
// is, early for the next beat) are neighbours, and a plain mean of them would lie.
import { larger, smaller } from "../base/order";
import { Spread } from "./spread";

const SECTORS: i32 = 8;
const SPREAD_BYTES: usize = 24;

/**
 * Mean and SD of errors in (−T/2, T/2]. The circle is cut at a point and unrolled from there: errors below the cut get T added. Each
 * of the 8 sector bounds is tried, and the cut with the smallest spread gives mean and SD (the intrinsic mean of the circle, with
 * the cut held to eighths; Pennec 2006, doi 10.1007/s10851-006-6228-4). Exact whenever the errors leave one eighth of the circle
 * free, which any set kept to the beat does; where they do not, the mean says nothing anyway. Each error is unrolled by the beat of its
 * own tempo. Zeroed memory is an empty one.
 */
@unmanaged
export class Circle {
  count: i32;
  period_us: i32; // of the last error taken in
  // Eight pairs of Spread follow: a sector's errors as they are, and with T added.

  static readonly BYTES: i32 = 8 + SECTORS * 2 * 24;

  private sector(index: i32, unrolled: i32): Spread {
    return changetype<Spread>(changetype<usize>(this) + 8 + (<usize>(2 * index + unrolled)) * SPREAD_BYTES);
  }

  /** Takes an error in (`sign` = 1) or back out (−1); `period_us` is its beat T. */
  add(error_us: i32, period_us: i32, sign: i32): void {
    const index = smaller(larger(((period_us >> 1) - error_us) * SECTORS / period_us, 0), SECTORS - 1); // the latest errors first
    this.sector(index, 0).add(error_us, sign);
    this.sector(index, 1).add(<i64>error_us + period_us, sign);
    this.count += sign;
    this.period_us = period_us;
  }

  /** The sums of at least one error at the best cut, into `whole`, whose mean may still lie outside (−T/2, T/2]. */
  unroll(whole: Spread): void {
    let best: u64 = u64.MAX_VALUE;
    let bestCut: i32 = 0;
    for (let cut: i32 = 0; cut < SECTORS; cut++) {
      this.cutAt(cut, whole);
      const deviation = <u64>whole.deviation();
      if (deviation < best) {
        best = deviation;
        bestCut = cut;
      }
    }
    this.cutAt(bestCut, whole);
  }

  private cutAt(cut: i32, whole: Spread): void {
    whole.sum = 0;
    whole.squares = 0;
    whole.count = this.count;
    for (let index: i32 = 0; index < SECTORS; index++) {
      const part = this.sector(index, index >= cut ? 1 : 0);
      whole.sum += part.sum;
      whole.squares += part.squares;
    }
  }

  /** Brings a mean back into (−T/2, T/2]. */
  wrap(mean_us: i32): i32 {
    return mean_us * 2 > this.period_us ? mean_us - this.period_us : mean_us;
  }
}
