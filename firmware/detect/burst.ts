// A burst of jolts: what a landing or a push-off leaves in the second difference of the force.
import { Signal } from "./signal";

const BEGIN_MG: i32 = 1000; // a burst begins above this: twice the roughest swing of the recordings
export const CALM_MG: i32 = 700; // … and above this out of a float, where nothing else shakes the foot
const CALM_FLOAT_US: i32 = 40000;
const LOW_MG: i32 = 1500;
const MIDDLE_MG: i32 = 2500;
const HIGH_MG: i32 = 4000;
const SHAKE_MG: i32 = 200; // what the clip's own motor adds to the calmed signal
const SHAKE_RAW_MG: i32 = 700; // … and at rates too low to calm it: 2 g at 172 Hz after a low-pass at 52 Hz, four times in the second difference
const LOAD_MG: i32 = 500; // a landing brings at least so much force
const APART_US: u64 = 30000; // a burst of its own begins no sooner after the one before
const GAP_US: u32 = 20000; // a burst ends when it is quiet for so long

@unmanaged
export class Burst {
  begin_us: u64; // first jolt above BEGIN_MG, and above each higher threshold (0: not reached)
  low_us: u64;
  middle_us: u64;
  high_us: u64;
  last_us: u64;
  peak_mg: i32;
  level_mg: i32; // level of the force where it began
  force_mg: i32; // largest force since
  float_us: i32; // length of the float it ended, if any
  active: bool;

  @inline
  push(signal: Signal, shaken: bool, float_us: i32, hopping: bool): void {
    const jolt_mg = signal.jolt_mg - (!shaken ? 0 : signal.box > 1 ? SHAKE_MG : SHAKE_RAW_MG);
    const at_us = signal.centre_us;
    const active = this.active;
    if (jolt_mg > (active || float_us < CALM_FLOAT_US ? BEGIN_MG : CALM_MG)) {
      let peak_mg = this.peak_mg;
      let force_mg = this.force_mg;
      // a shock much harder than all before it is one of its own, as the landing of a short hop in the wake of its take-off
      if (!active | (jolt_mg * 2 > peak_mg * (hopping ? 3 : 5) & at_us > this.begin_us + APART_US)) {
        this.active = true;
        this.begin_us = at_us;
        this.low_us = 0;
        this.middle_us = 0;
        this.high_us = 0;
        this.level_mg = signal.level_mg;
        peak_mg = 0;
        force_mg = 0;
        this.float_us = float_us;
      }
      if (jolt_mg > LOW_MG && !this.low_us) this.low_us = at_us;
      if (jolt_mg > MIDDLE_MG && !this.middle_us) this.middle_us = at_us;
      if (jolt_mg > HIGH_MG && !this.high_us) this.high_us = at_us;
      this.peak_mg = max(peak_mg, jolt_mg);
      this.force_mg = max(force_mg, signal.force_mg);
      this.last_us = at_us;
    } else if (active & at_us > this.last_us + GAP_US) this.active = false;
  }

  /** Whether it brought force, as a landing does; the end of the take-off's pull takes force away. */
  @inline
  loads(): bool {
    return this.force_mg > this.level_mg + LOAD_MG;
  }

  take(from: Burst): void {
    // by the word, and so up to a word's end: memory.copy would become a loop over bytes
    for (let at: usize = 0; at < offsetof<Burst>(); at += 8) store<u64>(changetype<usize>(this) + at, load<u64>(changetype<usize>(from) + at));
  }

  /** When the shock began: the first jolt above about a third of its peak, so that the roughness before a hard landing does not count. */
  onset(): u64 {
    const peak_mg = this.peak_mg;
    if (this.high_us && peak_mg > 10000) return this.high_us;
    if (this.middle_us && peak_mg > 5000) return this.middle_us;
    if (this.low_us && peak_mg > 2500) return this.low_us;
    return this.begin_us;
  }
}
