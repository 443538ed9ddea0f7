// Cadence cues of a run: which beats are felt, by what the last strides say. Pure: it knows no clock, no motor and no link.
import { countUp } from "../base/bytes";
import { larger, magnitude, smaller } from "../base/order";
import { BPM_D_MAX, CUE_ALWAYS, CUE_FADED } from "../wire/layout";

/** Bits that `take` returns. */
export const CUE_LEFT: i32 = 1; // the runner has left the band
export const CUE_LEARNT: i32 = 2; // `tempo_d` has been found from the baseline

/** µs · 0.1/min: two steps a stride. */
const STRIDE_US_D: i32 = 1_200_000_000;
/**
 * 300 steps/min to 100, and to 133 where the contact does not look like running, which fast and short steps may not: so quickly hardly
 * anybody walks. A contact too many or too few makes no stride of it.
 */
const STRIDE_US_MIN: u64 = 400_000;
const STRIDE_US_MAX: u64 = 1_200_000;
const STRIDE_WALK_US_MAX: u64 = 900_000;
/** Band either side where none is asked for, 0.1/min. */
const BAND_D: i32 = 50;
/** log2 of the strides that the baseline is learnt from; each differs from the one before by at most an eighth. */
const LEARN_SHIFT: i32 = 4;
/** What a target may add at most, 0.1 %: from the slowest stride it leads to BPM_D_MAX. */
const ABOVE_MAX: i32 = 1400;
/** log2 of the strides in the band before cues get half as many, and how often they do before they end. */
const HOLD_SHIFT: i32 = 3;
const HALVINGS: i32 = 4;

/**
 * Judges strides against a band around the tempo. One stride decides, so that a change is acted on with the first that has it. It is out of
 * the band where it is from landing to landing and from toe-off to toe-off, for some landings are timed badly and hardly ever with their
 * toe-off; to leave the band it is enough to land far out of it. Without a tempo the first sixteen steady strides make the baseline.
 * Zeroed memory is a run that begins.
 */
@unmanaged
export class Cue {
  // As in VER.
  baseline_d: i32; // 0: not known
  tempo_d: i32; // 0: none, nothing is judged; the caller may change it at any time
  band_d: i32; // either side; 0 until the first contact
  judged: i32; // strides
  inBand: i32; // of these
  cued: i32; // of these: cues were felt after them
  left: i32; // times the runner left the band
  // Not in it.
  mask: i32; // beats whose index has one of these bits are left out: 0 none, −1 all after beat 0
  cadence_d: i32; // over the last two strides
  held: i32; // strides in the band since it was entered
  ic_us: u64; // the contact before
  tc_us: u64; // its toe-off
  stride_us: i32; // the stride before, 0 where there was none
  learnt: i32; // strides
  sum_us: i32; // of them

  /**
   * Takes a contact in, its toe-off 0 if unknown, `runs` where it is one of running. `target`: 0.1 % above the baseline, 0 none;
   * `policy`: CUE_*; `band_d`: as in SET. Returns CUE_* bits.
   */
  take(ic_us: u64, tc_us: u64, runs: bool, target: i32, policy: i32, band_d: i32): i32 {
    const gap_us = ic_us - this.ic_us;
    const before_us = this.stride_us;
    const leave_us = larger(<i32>(tc_us - this.tc_us), 1);
    this.ic_us = ic_us;
    this.tc_us = tc_us;
    this.stride_us = 0;
    if (band_d == 0) band_d = BAND_D;
    this.band_d = band_d;
    if (gap_us - STRIDE_US_MIN > (runs ? STRIDE_US_MAX : STRIDE_WALK_US_MAX) - STRIDE_US_MIN) return 0;
    const stride_us = <i32>gap_us;
    this.stride_us = stride_us;
    const tempo_d = this.tempo_d;
    if (tempo_d == 0) return magnitude(stride_us - before_us) <= stride_us >> 3 ? this.learn(stride_us, target) : 0;
    this.cadence_d = STRIDE_US_D / (before_us == 0 ? stride_us : (before_us + stride_us) >> 1);
    const off_d = magnitude(STRIDE_US_D / stride_us - tempo_d);
    countUp(changetype<usize>(this) + offsetof<Cue>("judged"));
    const held = this.held;
    let every: i32 = 1;
    let news: i32 = 0;
    if (off_d > band_d && ((held != 0 && off_d > band_d + (band_d >> 1)) || magnitude(STRIDE_US_D / leave_us - tempo_d) > band_d)) {
      this.held = 0;
      if (held != 0) {
        countUp(changetype<usize>(this) + offsetof<Cue>("left"));
        news = CUE_LEFT;
      }
    } else {
      countUp(changetype<usize>(this) + offsetof<Cue>("inBand"));
      this.held = held + 1;
      const halvings = held >> HOLD_SHIFT;
      if (policy != CUE_ALWAYS) every = policy == CUE_FADED && halvings <= HALVINGS ? 1 << halvings : 0;
    }
    if (every != 0) countUp(changetype<usize>(this) + offsetof<Cue>("cued"));
    this.mask = every - 1;
    return news;
  }

  private learn(stride_us: i32, target: i32): i32 {
    this.sum_us += stride_us;
    if (countUp(changetype<usize>(this) + offsetof<Cue>("learnt")) != 1 << LEARN_SHIFT) return 0; // also once it is known
    const mean_us = this.sum_us >> LEARN_SHIFT;
    const baseline_d = (STRIDE_US_D + (mean_us >> 1)) / mean_us;
    this.baseline_d = baseline_d;
    if (target == 0) return 0;
    this.tempo_d = smaller((baseline_d * (1000 + smaller(target, ABOVE_MAX)) + 500) / 1000, BPM_D_MAX);
    return CUE_LEARNT;
  }
}
