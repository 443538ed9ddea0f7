// The landings of a row of hops, in order: double bounces, and bounce heights in bounded memory with what became of them. Pure.
import { countUp } from "../base/bytes";
import { larger, smaller } from "../base/order";
import { isqrt } from "../base/root";

/** Heights that are kept, an even number; in a longer set every second one, then every fourth, and so on. */
const HEIGHTS: i32 = 192;
/** µs² for a height of 0.1 mm: it is g·t²/8 after a flight t, landing and leaving with the leg equally long. */
const FLIGHT_US2: u64 = 81_577_297;
/** Share of a beat, 1/32: two landings closer than this are a double bounce. */
const DOUBLE: u32 = 21;
/** Flights at the start that find their height. */
const SETTLE: i32 = 3;
/** Fewest heights that are judged. */
const JUDGED_MIN: i32 = 9;
/** Least loss of height that counts, a part of so many: half of the 10 % that end the good part of a set, for those must be found. */
const LOSS: i32 = 20;
/** Square of the 95 % quantile of the normal distribution, 1.645², in 1/1000. */
const SURE_MILLI: i64 = 2706;
/** (10 · 1.960)² · 6: variance of a height to the squared error of the difference of two thirds of n/3, with 95 %, in 1/10, times n. */
const ERROR2: i64 = 2305;

/** Zeroed memory is an empty one. */
@unmanaged
export class Bounces {
  beat_us: u64; // the landing before that is no double bounce; 0: none
  doubles: i32; // landings that follow too soon on one that is not itself such a landing
  flights: i32; // taken in, those at the start included
  count: i32; // heights kept
  doublings: i32; // every 1 << doublings flights one is kept
  level_d: i32; // about the height of late, 0.1 mm
  // The heights follow as u16, 0.1 mm.

  static readonly BYTES: i32 = 32 + 192 * 2;

  private at(index: i32): usize {
    return changetype<usize>(this) + 32 + <usize>(index << 1);
  }

  /** Takes a landing in. `flight_us` before it, 0 unknown; `period_us` of its beat, 0 none. */
  add(ic_us: u64, flight_us: u32, period_us: u32): void {
    if (ic_us - this.beat_us < <u64>((period_us * DOUBLE) >> 5)) countUp(changetype<usize>(this) + offsetof<Bounces>("doubles"));
    else this.beat_us = ic_us;
    // A flight as long as a beat skipped one, or lost a landing. Less 1, none of either is the longest.
    if (flight_us - 1 >= period_us - 1) return;
    const height_d = <i32>((<u64>flight_us * flight_us) / FLIGHT_US2);
    // What is off by half is a landing that was missed or felt twice, or a double bounce.
    const level_d = this.flights == 0 ? height_d : this.level_d;
    const off_d = height_d - level_d;
    const near_d = smaller(larger(off_d, -(level_d >> 1)), level_d >> 1);
    this.level_d = level_d + (near_d >> 2);
    if (near_d != off_d) return;
    const flight = this.flights++ - SETTLE;
    if (flight < 0 | ((flight >> this.doublings) << this.doublings) != flight) return;
    if (this.count == HEIGHTS) {
      this.doublings += 1;
      this.count = HEIGHTS / 2;
      for (let index: i32 = 0; index < HEIGHTS / 2; index++) store<u16>(this.at(index), load<u16>(this.at(2 * index)));
    }
    store<u16>(this.at(this.count++), height_d);
  }

  /** Mean of the heights [from, to), at least one, 0.1 mm, rounded to nearest. */
  private mean_d(from: i32, to: i32): i32 {
    const count = to - from;
    let sum: i32 = count >> 1;
    for (; from < to; from++) sum += load<u16>(this.at(from));
    return sum / count;
  }

  /**
   * Compares the last third of the heights with the better of the two before it. Writes four i32 to `to`, 0.1 mm: mean of the better
   * third, of the last one, what their difference must pass to be more than chance (95 %, from the spread about a line through all heights),
   * mean of all; nothing when there are too few. Returns whether height was lost: the last third is lower by 1/20, and the line falls with
   * 95 % certainty. That tells a loss better than the two thirds do: it uses every hop, and chance does not choose between thirds.
   */
  judge(to: usize): bool {
    const n = this.count;
    if (n < JUDGED_MIN) return false;
    const best_d = larger(this.mean_d(0, n / 3), this.mean_d(n / 3, 2 * n / 3));
    const last_d = this.mean_d(2 * n / 3, n);
    const mean_d = this.mean_d(0, n);
    let rest: i64 = 0; // sum of the squares about the mean, later about the line
    let slope: i64 = 0;
    for (let index: i32 = 0; index < n; index++) {
      const off_d: i64 = <i32>load<u16>(this.at(index)) - mean_d;
      rest += off_d * off_d;
      slope += off_d * (2 * index + 1 - n);
    }
    const explained = (slope * slope * 3) / (<i64>n * (n * n - 1));
    rest = (rest - explained) / (n - 2);
    store<i32>(to, best_d);
    store<i32>(to, last_d, 4);
    store<i32>(to, isqrt((rest * ERROR2) / n) / 10, 8);
    store<i32>(to, mean_d, 12);
    return slope < 0 && (best_d - last_d) * LOSS >= best_d && explained * 1000 > rest * SURE_MILLI;
  }
}
