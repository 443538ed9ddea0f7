// Heel taps of a foot that steps down and back: when it left the step, met the floor and was back, and how hard it came down. Pure.
import { fillBytes } from "../base/bytes";
import { LOG_NONE, REP_FAST, REP_OPEN } from "../wire/layout";
import { Posture, STEP_US_MAX } from "./posture";
import { Rep } from "./rep";

/** A jolt of this size may be the ground, mg: the softest heel of the bodies is felt by twice that, a leg that is swung by 250. */
const TOUCH_MG: i32 = 280;
/** … and is, if it stopped a foot that came down faster than this, mm/s in 2^-8, or no leg is swung so hard, mg. */
const FALL_Q8: i32 = 20 << 8;
const HARD_MG: i32 = 1000;
/** A foot stands for a moment once it is laid down, and does so no later than STAND_US; the shock has passed by then; µs, 1/16 · 0.1 °/s (20 °/s). */
const SHOCK_US: u64 = 35000;
const STAND_US: u64 = 140000;
const STAND_RATE: i32 = 3200;
/** What is felt so soon after it stood is not the ground, µs. */
const APART_US: u64 = 100000;
/** A foot that rests for so long stands, or hangs still, µs; for less a slow way down may look so. */
const CALM_US: i32 = 200000;
/** The speed that the way of the foot seems to gain in a second, mm/s in 2^-8 (12 mg); more is a shock beyond the sensor's range. */
const DRIFT_Q8: i64 = 118 << 8;
/** Where it stood a foot moves and turns by less than this, mm/s in 2^-8 and 1/16 · 0.1 °/s, and it has left once it has gone so far, µm. */
const SLOW_Q8: i32 = 25 << 8;
const TURN_RATE: i32 = 3200;
const LEFT_UM: i32 = 10000;
/** The heel meets the floor with the toes up by more than this, the step with a flat foot, 0.1°; a flat foot that is so much lower, µm, was stomped. */
const TILT_DDEG: i32 = 85;
const FLOOR_UM: i32 = -60000;
/** Nobody steps down faster than LEAST_AIR_US, or on a flat foot more slowly than AIR_US, from hovering HOVER_AIR_US; µs. */
const LEAST_AIR_US: u64 = 300000;
const AIR_US: u64 = 2000000;
const HOVER_AIR_US: u64 = 4000000;
/** No two taps are closer, µs. */
const AGAIN_US: u64 = 700000;
/** A foot so high over the floor, µm, that has slowed down is back; it hovers if it does not meet the step within HOVER_US. */
const HIGH_UM: i32 = 40000;
const HOVER_US: u64 = 1000000;
/** … and has no speed HUNG_US after it was back, in the step of the posture that ends then. */
const HUNG_US: u64 = 400000;
/** A foot that stays on the floor for so long does not come back, µs. */
const STAY_US: u64 = 2000000;
/** A heel that meets the floor faster is stomped, mm/s in 2^-8, or mg; one that stays for longer is stood on, ms. */
const STOMP_Q8: i32 = 380 << 8;
const STOMP_MG: i32 = 16000;
const STOOD_MS: i32 = 440;

@unmanaged
export class Tap {
  zero_us: u64; // when the foot stood last for certain: speed and way began anew
  left_us: u64; // when it was still last, where it stood
  met_us: u64; // when the ground was met last
  touch_us: u64; // of a jolt that may be the ground; 0: none
  at_us: u64; // of the step-down under way: when the foot left the step,
  tap_us: u64; // met the floor,
  home_us: u64; // and was up again; 0: not yet
  tap_mg: i32;
  touch_mg: i32; // size of the jolt, the upward speed before it, mm/s in 2^-8, and the furthest tilt since, 0.1°
  touch_q8: i32;
  tilt_ddeg: i32;
  before_q8: i32; // upward speed in the last step
  peak_q8: i32; // highest since the tap
  flaws: i32;
  down: bool; // the foot has tapped and is not yet back
  moved: bool; // it has left where it stood
  hovers: bool; // it has met no step since the tap

  reset(): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Tap>());
  }

  /** Follows a step of the posture. Whether `rep` holds a new step-down now. */
  step(posture: Posture, rep: Rep): bool {
    const t_us = posture.t_us;
    const jolt_mg = posture.jolt_mg;
    const speed_q8 = posture.speed_q8;
    const before_q8 = this.before_q8;
    this.before_q8 = speed_q8;
    let touch_us = this.touch_us;
    // the leg may be felt just before the ground is
    if (touch_us == 0 ? jolt_mg > TOUCH_MG && t_us > this.met_us + APART_US : jolt_mg > 2 * this.touch_mg && t_us > touch_us + SHOCK_US) {
      this.touch_us = touch_us = t_us;
      this.touch_mg = 0;
      this.tilt_ddeg = 0;
      this.touch_q8 = before_q8;
    }
    this.touch_mg = max(this.touch_mg, jolt_mg);
    this.tilt_ddeg = max(this.tilt_ddeg, posture.pitch_ddeg);
    let found = false;
    if (touch_us != 0 && t_us > touch_us + (posture.rate < STAND_RATE ? SHOCK_US : STAND_US)) found = this.meet(posture, rep);
    const height_um = posture.height_um;
    if (this.down) {
      if (this.home_us == 0) {
        if (speed_q8 > this.peak_q8) this.peak_q8 = speed_q8;
        else if (height_um > HIGH_UM && speed_q8 * 4 < this.peak_q8) this.home_us = t_us;
        if (t_us > this.tap_us + STAY_US) found = this.end(rep, 0, LOG_NONE, REP_OPEN);
      } else if (t_us - this.home_us - HUNG_US < <u64>STEP_US_MAX) this.stand(posture);
      else if (t_us > this.home_us + HOVER_US) {
        found = this.end(rep, this.home_us, LOG_NONE, 0);
        posture.height_um = 0;
      }
    }
    if (posture.rest_us > CALM_US) {
      this.stand(posture);
      if (!this.down) posture.height_um = 0;
    }
    if (!this.moved) {
      this.moved = abs(posture.height_um) > LEFT_UM;
      if (this.home_us == 0 && abs(posture.speed_q8) < SLOW_Q8 && posture.rate < TURN_RATE) this.left_us = t_us;
    }
    posture.lifted = this.moved || this.hovers;
    return found;
  }

  /** Ends what is under way as the set ends. Whether `rep` holds a new step-down now. */
  flush(posture: Posture, rep: Rep): bool {
    return this.meet(posture, rep) || (this.down && this.end(rep, this.home_us, LOG_NONE, this.home_us == 0 ? REP_OPEN : 0));
  }

  /** The foot met the ground, if anything: the floor, the step, or what it stood on. Whether `rep` holds a new step-down now. */
  private meet(posture: Posture, rep: Rep): bool {
    const touch_us = this.touch_us;
    const touch_mg = this.touch_mg;
    const fall_q8 = this.before_q8 - this.touch_q8;
    this.touch_us = 0;
    if (touch_us == 0 || (fall_q8 <= FALL_Q8 && touch_mg <= HARD_MG)) return false;
    const air_us = touch_us - this.zero_us;
    const down = this.down;
    const hovers = this.hovers;
    posture.speed_q8 = this.before_q8;
    this.stand(posture);
    const height_um = posture.height_um;
    const tilted = this.tilt_ddeg > TILT_DDEG && air_us > LEAST_AIR_US;
    posture.height_um = 0;
    this.met_us = posture.t_us;
    let found = false;
    if (down) {
      if (touch_us < this.tap_us + AGAIN_US) return false;
      found = this.end(rep, tilted ? this.home_us : touch_us, tilted ? LOG_NONE : touch_mg, 0);
    }
    this.hovers = false;
    if (!tilted && (down || (touch_mg < STOMP_MG && (height_um > FLOOR_UM || air_us > (hovers ? HOVER_AIR_US : AIR_US))))) return found;
    this.hovers = true;
    this.down = true;
    this.at_us = this.left_us;
    this.left_us = posture.t_us;
    this.tap_us = touch_us;
    this.tap_mg = touch_mg;
    this.home_us = 0;
    this.peak_q8 = 0;
    // a foot that the ground seems to have sped down felt more than the sensor's range
    this.flaws = fall_q8 > STOMP_Q8 || fall_q8 < 0 || touch_mg > STOMP_MG ? REP_FAST : 0;
    return found;
  }

  /** The foot stands: what speed it seems to have is the drift since it stood before, and has grown evenly. */
  private stand(posture: Posture): void {
    const t_us = posture.t_us;
    const since_us = <i64>(t_us - this.zero_us);
    const most_q8 = (DRIFT_Q8 * since_us) / 1000000;
    posture.height_um -= <i32>((min(max<i64>(posture.speed_q8, -most_q8), most_q8) * since_us) / 512000);
    posture.speed_q8 = 0;
    this.zero_us = t_us;
    this.moved = false;
    this.before_q8 = 0;
  }

  /** The foot was back at `end_us`; 0: not seen. */
  private end(rep: Rep, end_us: u64, landing_mg: i32, flaws: i32): bool {
    const tap_us = this.tap_us;
    const left_us = this.left_us;
    const hold_ms = <i32>(left_us - tap_us) / 1000;
    this.down = false;
    this.home_us = 0;
    rep.id += 1;
    rep.at_us = this.at_us;
    rep.top = this.tap_mg;
    rep.up_ms = <i32>(tap_us - this.at_us) / 1000;
    rep.hold_ms = hold_ms;
    rep.down_ms = end_us == 0 ? LOG_NONE : <i32>(end_us - left_us) / 1000;
    rep.wobble = landing_mg;
    rep.flaws = this.flaws | flaws | (hold_ms > STOOD_MS ? REP_FAST : 0);
    return true;
  }
}
