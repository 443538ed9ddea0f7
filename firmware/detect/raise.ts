// Heel raises from the pitch of the foot: when each began, stood and ended, how high it went, and whether it was a whole one. Pure.
import { fillBytes } from "../base/bytes";
import { larger, smaller } from "../base/order";
import { REP_FAST, REP_PARTIAL, REP_WOBBLE } from "../wire/layout";
import { Posture } from "./posture";
import { Rep } from "./rep";

/** A raise begins so far above the lowest pitch since the one before, and began where it left the first LOW_DDEG of it, 0.1°. */
const BEGIN_DDEG: i32 = 70;
const LOW_DDEG: i32 = 35;
/** A step begins so soon after the leg swung: a contact without a swing before it is a weight shifted, a heel put down, µs. */
const SWUNG_US: u64 = 1500000;
/** Nothing lower is a raise, 0.1°. */
const LEAST_DDEG: i32 = 90;
/** … nor anything higher. */
const MOST_DDEG: i32 = 800;
/** A raise below this is a partial one whatever the wearer's own are, 0.1°. */
const FULL_DDEG: i32 = 150;
/** A whole raise reaches this share of the wearer's first ones, %; and how many first ones. */
const FULL_PERCENT: i32 = 78;
const FIRST: i32 = 3;
/** No raise takes less: a bounce of the heel at 2.2 Hz lasts 0.45 s, the quickest recorded raise 1.1 s, µs. */
const WHOLE_US: u64 = 500000;
/** One way of a raise that is thrown up or dropped takes less, ms. */
const FAST_MS: i32 = 250;
/** A foot that tilts further, from its one side to the other, wobbles, 0.1°. */
const WOBBLE_DDEG: i32 = 85;
/** A leg that swings the foot, rather than turn it over the ball, is felt by a mean of so much off gravity: walking by 0.8 g and more, heel raises by less than 0.4 g, 1/16 mg. */
const SWING: i32 = 7200;
/** The first raise is no lower, 0.1°, and takes no less for its ways up and down, ms. */
const FIRST_DDEG: i32 = 200;
const UP_MS: i32 = 240;
const DOWN_MS: i32 = 180;
/** How long a raise is kept back: a swing goes on, to a foot with the toes higher than SWING_DDEG, or leaves the ground; µs, 0.1°. */
const KEEP_US: u64 = 200000;
const SWING_DDEG: i32 = -100;

@unmanaged
export class Raise {
  low_us: u64; // when the pitch was low last
  begin_us: u64; // of the raise under way
  mark_us: u64; // when it first came near its top, and where that was
  high_us: u64; // when it was near its top last
  dip_us: u64; // when it was lowest since
  swing_us: u64; // when the leg last swung the foot
  end_us: u64; // of the raise kept back
  mark_ddeg: i32;
  valley_ddeg: i32; // lowest since the raise before
  top_ddeg: i32;
  dip_ddeg: i32;
  left_ddeg: i32; // furthest roll to either side while high
  right_ddeg: i32;
  own_ddeg: i32; // the wearer's own height: the highest of the first raises; 0 before
  firsts: i32;
  up: bool;
  kept: bool;
  shake: i32; // mean distance of the force from gravity in the last 0.15 s, 1/16 mg

  reset(): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Raise>());
  }

  /** Whether a raise is under way that is likely to count: high, and not carried by the leg. */
  get rising(): bool {
    return this.up & this.swing_us < this.begin_us & this.top_ddeg > FIRST_DDEG;
  }

  /** Whether a contact that ended at `tc_us` may be a step. */
  swung(tc_us: u64): bool {
    return tc_us < this.swing_us + SWUNG_US;
  }

  /** Follows a step of the posture. Whether `rep` holds a new raise now. */
  step(posture: Posture, rep: Rep): bool {
    const t_us = posture.t_us;
    const pitch = posture.pitch_ddeg;
    let found = false;
    if (this.kept & (pitch < SWING_DDEG | t_us > this.end_us + KEEP_US)) {
      this.kept = false;
      if (pitch >= SWING_DDEG) {
        this.judge(rep);
        found = true;
      }
    }
    const shake = this.shake;
    this.shake = shake + ((abs(posture.force - posture.one) - shake) >> 4);
    if (shake > SWING) this.swing_us = t_us;
    if (this.low_us == 0) this.low_us = t_us;
    if (!this.up) {
      if (this.firsts == 0 & !this.kept) posture.forget();
      if (pitch < this.valley_ddeg | posture.rest_us != 0) this.valley_ddeg = pitch;
      if (pitch < this.valley_ddeg + LOW_DDEG) this.low_us = t_us;
      if (pitch > this.valley_ddeg + BEGIN_DDEG) this.begin(this.low_us, posture);
      return found;
    }
    if (pitch > this.top_ddeg) {
      this.top_ddeg = pitch;
      this.dip_ddeg = pitch;
      if (pitch * 20 > this.mark_ddeg * 21) {
        this.mark_ddeg = pitch;
        this.mark_us = t_us;
      }
      if (this.firsts == 0 && pitch > LEAST_DDEG) posture.learn();
    }
    const top = this.top_ddeg;
    if (pitch * 20 > top * 19) this.high_us = t_us;
    if (pitch * 2 > top && pitch > LEAST_DDEG) {
      this.left_ddeg = smaller(this.left_ddeg, posture.roll_ddeg);
      this.right_ddeg = larger(this.right_ddeg, posture.roll_ddeg);
    }
    if (pitch < this.dip_ddeg) {
      this.dip_ddeg = pitch;
      this.dip_us = t_us;
    }
    const dip = this.dip_ddeg;
    if (pitch < larger(top / 10, LOW_DDEG) | (dip * 10 < top * 6 && pitch > dip + BEGIN_DDEG) | (dip * 10 < top * 3 & posture.rest_us != 0)) {
      this.finish(rep);
      if (pitch > dip + BEGIN_DDEG) this.begin(this.dip_us, posture);
    }
    return found;
  }

  /** Ends what is under way as the set ends. Whether `rep` holds a new raise now. */
  flush(rep: Rep): bool {
    if (this.up & this.dip_ddeg * 10 < this.top_ddeg * 3) this.finish(rep);
    if (this.kept) this.judge(rep);
    return this.kept;
  }

  private begin(at_us: u64, posture: Posture): void {
    const pitch = posture.pitch_ddeg;
    this.up = true;
    this.begin_us = at_us;
    this.mark_us = posture.t_us;
    this.mark_ddeg = pitch;
    this.top_ddeg = pitch;
    this.dip_ddeg = pitch;
    this.left_ddeg = i32.MAX_VALUE;
    this.right_ddeg = i32.MIN_VALUE;
  }

  /** The heel is down again. */
  private finish(rep: Rep): void {
    const end_us = this.dip_us;
    this.up = false;
    this.valley_ddeg = this.dip_ddeg;
    this.low_us = end_us;
    const top = this.top_ddeg;
    const up_ms = <i32>(this.mark_us - this.begin_us) / 1000;
    const down_ms = <i32>(end_us - this.high_us) / 1000;
    const wobble = larger(this.right_ddeg - this.left_ddeg, 0);
    if (this.swing_us > this.begin_us | top < LEAST_DDEG | top > MOST_DDEG | end_us - this.begin_us < WHOLE_US) return;
    // who has not shown any raise yet shows a whole one first; later, what tilts sideways nearly as far as up is none
    if (this.firsts == 0 ? top < FIRST_DDEG || up_ms < UP_MS || down_ms < DOWN_MS : wobble * 4 > top * 3) return;
    this.kept = true;
    this.end_us = end_us;
    rep.at_us = this.begin_us;
    rep.top = top;
    rep.up_ms = up_ms;
    rep.hold_ms = <i32>(this.high_us - this.mark_us) / 1000;
    rep.down_ms = down_ms;
    rep.wobble = wobble;
  }

  private judge(rep: Rep): void {
    const top = rep.top;
    if (this.firsts < FIRST && top > FULL_DDEG) {
      this.firsts += 1;
      this.own_ddeg = max(this.own_ddeg, top);
    }
    rep.id += 1;
    rep.flaws = (top < FULL_DDEG || top * 100 < this.own_ddeg * FULL_PERCENT ? REP_PARTIAL : 0)
      | (rep.up_ms < FAST_MS || rep.down_ms < FAST_MS ? REP_FAST : 0)
      | (rep.wobble > WOBBLE_DDEG ? REP_WOBBLE : 0);
  }
}
