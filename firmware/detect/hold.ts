// Holds of a foot off the ground: when it was lifted and put down again, and how it trembled. Pure.
import { fillBytes } from "../base/bytes";
import { LOG_NONE, REP_OPEN, REP_PARTIAL, REP_WOBBLE } from "../wire/layout";
import { Posture, STEP_US_MAX } from "./posture";
import { Rep } from "./rep";

/** A foot that has risen so far is lifted, and left the ground where it was lower than FEW_UM; µm. */
const LIFT_UM: i32 = 20000;
const FEW_UM: i32 = 3000;
/** A clip at the heel rises before the foot leaves the ground: by so much with each 0.1° up to HEEL_DDEG, µm (0.09 m from where it turns). */
const HEEL_UM: i32 = 150;
const HEEL_DDEG: i32 = 100;
/** A jolt of this size, and four times that of the trembling before, may be the ground, mg: one of HARD_MG is, */
const TOUCH_MG: i32 = 200;
const HARD_MG: i32 = 800;
/** a softer one if the foot, flat within FLAT_DDEG, 0.1°, is calm for CALM_US soon after it: it turns by no more than CALM_RATE, 1/16 · 0.1 °/s. */
const FLAT_DDEG: i32 = 80;
const CALM_US: i32 = 80000;
const CALM_RATE: i32 = 320;
/** A jolt has passed after this, and what follows it later than SOON_US is not its, µs. */
const JOLT_US: u64 = 40000;
const SOON_US: u64 = 300000;
/** For so long after it was put down the foot shakes too much to be followed, µs. */
const SHOCK_US: u64 = 120000;
/** A flat foot that rests for so long stands: no leg is held so still, µs. */
const LONG_US: i32 = 1000000;
/** No hold is shorter, µs. */
const LEAST_US: u64 = 250000;
/** A steady foot turns by less on average, 0.1 °/s. */
const TREMOR_DDPS: i32 = 300;

@unmanaged
export class Hold {
  low_us: u64; // when it was no higher than a few millimetres
  down_us: u64; // when the foot was put down
  begin_us: u64;
  touch_us: u64; // of a jolt that may be the ground; 0: none
  rates: i64; // sum over the hold, 1/16 · 0.1 °/s
  steps: i32;
  touch_mg: i32;
  calm_us: i32; // for how long the foot has been calm
  shake_mg: i32; // mean jolt of the last 0.3 s
  raised: bool;
  told: bool; // … for long enough to be a hold

  reset(): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Hold>());
  }

  /** Follows a step of the posture. Whether `rep` is news: a hold that has begun (REP_OPEN) or ended. */
  step(posture: Posture, rep: Rep): bool {
    const t_us = posture.t_us;
    const jolt_mg = posture.jolt_mg;
    const shake_mg = this.shake_mg;
    this.shake_mg = shake_mg + ((jolt_mg - shake_mg) >> 5);
    const calm_us = posture.rate < CALM_RATE ? min(this.calm_us + STEP_US_MAX, CALM_US) : 0;
    this.calm_us = calm_us;
    if (jolt_mg > max(TOUCH_MG, 4 * shake_mg) && (this.touch_us == 0 || jolt_mg > this.touch_mg)) {
      if (this.touch_us == 0) this.touch_us = t_us;
      this.touch_mg = jolt_mg;
    }
    const touch_us = this.touch_us;
    const flat = abs(posture.pitch_ddeg) + abs(posture.roll_ddeg) < FLAT_DDEG;
    let down_us: u64 = 0;
    if (touch_us != 0 && t_us > touch_us + JOLT_US) {
      if (flat && (calm_us >= CALM_US || this.touch_mg > max(HARD_MG, 6 * shake_mg))) down_us = touch_us;
      if (down_us != 0 || t_us > touch_us + SOON_US) this.touch_us = 0;
    }
    if (posture.rest_us > LONG_US && flat) down_us = t_us - LONG_US;
    posture.lifted = this.raised;
    if (!this.raised) {
      if (t_us < this.down_us + SHOCK_US) posture.halt();
      if (posture.height_um < FEW_UM + HEEL_UM * min(abs(posture.pitch_ddeg), HEEL_DDEG)) this.low_us = t_us;
      if (posture.height_um < LIFT_UM) return false;
      this.raised = true;
      this.told = false;
      this.begin_us = this.low_us;
      this.rates = 0;
      this.steps = 0;
    }
    this.rates += posture.rate;
    this.steps += 1;
    const age_us = t_us - this.begin_us;
    if (down_us > this.begin_us + LEAST_US) {
      const told = this.told;
      this.end(rep, down_us, REP_PARTIAL);
      posture.halt();
      return told;
    }
    if (this.told || age_us < LEAST_US) return false;
    this.told = true;
    rep.id += 1;
    this.tell(rep, REP_OPEN);
    rep.hold_ms = LOG_NONE;
    rep.wobble = LOG_NONE;
    return true;
  }

  /** Ends a hold as the set ends. Whether there is one. */
  flush(posture: Posture, rep: Rep): bool {
    const told = this.raised && this.told;
    if (told) this.end(rep, posture.t_us, 0);
    return told;
  }

  private end(rep: Rep, end_us: u64, flaws: i32): void {
    this.raised = false;
    this.down_us = end_us;
    const rate_ddps = <i32>(this.rates / max(this.steps, 1)) >> 4;
    this.tell(rep, flaws | (rate_ddps > TREMOR_DDPS ? REP_WOBBLE : 0));
    rep.hold_ms = <i32>(max<i64>(end_us - this.begin_us, 0) / 1000);
    rep.wobble = rate_ddps;
  }

  private tell(rep: Rep, flaws: i32): void {
    rep.at_us = this.begin_us;
    rep.top = LOG_NONE;
    rep.up_ms = LOG_NONE;
    rep.down_ms = LOG_NONE;
    rep.flaws = flaws;
  }
}
