// Float: the foot feels much less than its weight, as in the free flight of a hop.
import { Signal } from "./signal";

const FORCE_MG: i32 = 650; // below this a foot with little rotation is not carried by the ground
const CEILING_MG: i32 = 1500; // the same where a bouncing leg adds its own accelerations
const RISE_MG: i32 = 500; // the pull of the take-off climbs faster than this over the signal's span
const RISE_END_MG: i32 = 200;

@unmanaged
export class Float {
  begin_us: u64; // when the force fell below the threshold, between samples
  end_us: u64;
  rise_us: u64; // when the force last began to climb fast
  longest_us: i32; // longest float since the foot left
  limit_mg: i32;
  active: bool;
  rising: bool;

  @inline
  push(signal: Signal): void {
    const force_mg = signal.force_mg;
    // without gyroscope the threshold follows the level of the last half second: on the ankle even a flight is rough
    const limit_mg = signal.gyro ? FORCE_MG : min(max(((signal.mean_q4 >> 4) * 7) >> 4, FORCE_MG), CEILING_MG);
    this.limit_mg = limit_mg;
    const climb_mg = signal.climb_mg;
    if (climb_mg > RISE_MG) {
      if (!this.rising) {
        this.rising = true;
        this.rise_us = signal.centre_us;
      }
    } else if (climb_mg < RISE_END_MG) this.rising = false;
    if (this.active) {
      if (min(force_mg, signal.before_mg) > limit_mg + 150) {
        this.active = false;
        this.end_us = signal.t_us - signal.dt_us;
        this.longest_us = max(this.longest_us, <i32>(this.end_us - this.begin_us));
      }
    } else if (force_mg < limit_mg) {
      this.active = true;
      const before_mg = signal.before_mg;
      const since_us = before_mg > limit_mg ? (signal.dt_us * (limit_mg - force_mg)) / (before_mg - force_mg) : 0;
      this.begin_us = signal.t_us - <u64>(since_us + signal.lag_us);
    }
  }

  /** How long the float lasts at `t_us`, µs; 0 when there is none. */
  @inline
  length_us(t_us: u64): i32 {
    return this.active ? <i32>(t_us - this.begin_us) : 0;
  }

  /** Length of a float that is running or has just ended, µs. */
  recent_us(t_us: u64): i32 {
    if (this.active) return <i32>(t_us - this.begin_us);
    return t_us < this.end_us + 30000 ? <i32>(this.end_us - this.begin_us) : 0;
  }

  /** When the foot left for this float: the start of the take-off's pull where there was one, else of the float. */
  takeoff(not_before_us: u64): u64 {
    const begin_us = this.begin_us;
    return this.rise_us < begin_us & this.rise_us + 80000 > begin_us & this.rise_us > not_before_us ? this.rise_us : begin_us;
  }
}
