// The metronome: every beat's time is worked out from the origin in whole numbers, never accumulated. Pure: it knows no clock and
// no motor.

/** µs · 0.1/min: a beat lasts MINUTE_US_D / bpm_d µs. */
export const MINUTE_US_D: i64 = 600_000_000;

function floorDivide(value: i64, divisor: i64): i64 {
  const quotient = value / divisor;
  return quotient * divisor > value ? quotient - 1 : quotient;
}

/**
 * A train of beats with a whole index each. Beat n lies at floor(origin + (n − origin index) · 600000000 / bpm_d) µs. A change of
 * tempo makes the beat it happens on the new origin, cut to whole µs.
 */
@unmanaged
export class Metronome {
  origin_us: u64; // of beat `originIndex`
  originIndex: i32;
  bpm_d: i32; // 0: stopped
  before_bpm_d: i32; // tempo up to the origin
  nearestIndex: i32; // beat found by `nearest`
  period_us: i32; // a beat at the tempo that holds there, rounded down

  /** Starts with beat 0 at `at_us`; `bpm_d` in 0.1/min, 0 stops. */
  start(at_us: u64, bpm_d: i32): void {
    this.origin_us = at_us;
    this.originIndex = 0;
    this.bpm_d = bpm_d;
    this.before_bpm_d = bpm_d;
  }

  /** Another tempo from beat `index` on, which stays where it is. Not before the last change. */
  change(bpm_d: i32, index: i32): void {
    if (index != this.originIndex) {
      this.origin_us = this.at(index);
      this.originIndex = index;
      this.before_bpm_d = this.bpm_d;
    }
    this.bpm_d = bpm_d;
  }

  /** Time of beat `index` (may be negative) in µs, rounded down. */
  at(index: i32): u64 {
    const beats = index - this.originIndex;
    return this.origin_us + floorDivide(beats * MINUTE_US_D, beats < 0 ? this.before_bpm_d : this.bpm_d);
  }

  /**
   * Signed time from the nearest beat to `t_us` in µs, within (−T/2, T/2] and cut towards 0; `nearestIndex`, `period_us` say which
   * beat. Before the last change the tempo before it is taken, however far back.
   */
  nearest(t_us: u64): i32 {
    const since_us = <i64>(t_us - this.origin_us);
    const bpm_d: i64 = since_us < 0 ? this.before_bpm_d : this.bpm_d;
    const phase = since_us * bpm_d;
    const beats = floorDivide(phase + (MINUTE_US_D / 2 - 1), MINUTE_US_D);
    this.nearestIndex = this.originIndex + <i32>beats;
    this.period_us = <i32>(MINUTE_US_D / bpm_d);
    return <i32>((phase - beats * MINUTE_US_D) / bpm_d);
  }
}
