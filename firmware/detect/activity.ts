// What the wearer does, told from contacts, heel raises and stillness, and how sure that is. Pure.
import { fillBytes } from "../base/bytes";
import { ACTIVITY_CALF, ACTIVITY_OTHER, ACTIVITY_STILL, ACTIVITY_WALK } from "../wire/layout";
import { Contact } from "./contact";
import { Posture } from "./posture";
import { Raise } from "./raise";

/** The clip has lain still for so long where the wearer stands or sits: longer than between two hops or raises, µs. */
const STILL_US: u32 = 1600000;
/** … and for so long, now and then, while the weight is shifted, µs. */
const QUIET_US: u32 = 300000;
/** Without a sign for so long an activity is over: the slowest steps come every 2 s, µs. */
const LAPSE_US: u64 = 2500000;
/** A heel that has been up for so long does not push off, and for so much more may still be in a raise, µs. */
const RISEN_US: u64 = 600000;
const HELD_US: u64 = 4400000;
/** Nobody walks with less from one toe-off of a foot to the next (140 steps/min): such steps are of a run or of hops that are not told yet, µs. */
const STRIDE_US: i32 = 850000;
/** Confidence of a first sign, and of a third, which is worth telling anew, or of stillness, %; each one halves what is missing. */
const FIRST: i32 = 50;
export const SURE: i32 = 87;

@unmanaged
export class Activity {
  kind: i32; // ACTIVITY_*
  confidence: i32; // 0..100
  sign_us: u64; // when it was seen last
  since_us: u64; // … and first
  raises: i32; // since the activity is heel raises

  reset(): void {
    fillBytes(changetype<usize>(this), 0, offsetof<Activity>());
  }

  /** A sign of `kind` at `t_us`. Whether there is news: another activity, or one that has become sure. */
  private sign(kind: i32, t_us: u64): bool {
    let confidence = kind == ACTIVITY_STILL ? SURE : FIRST;
    if (kind == this.kind) confidence = (this.confidence + 100) >> 1;
    else {
      this.raises = 0;
      this.since_us = t_us;
    }
    this.kind = kind;
    this.confidence = confidence;
    this.sign_us = t_us;
    return confidence == FIRST || confidence == SURE;
  }

  /** A contact that has ended; `swung`: after the leg swung the foot. Whether there is news. */
  step(contact: Contact, swung: bool): bool {
    const kind: i32 = contact.kind;
    const tc_us = contact.tc_us;
    if (kind != ACTIVITY_WALK || (swung && <i32>(tc_us - contact.ic_us) + <i32>contact.flight_us > STRIDE_US)) return this.sign(kind, tc_us);
    this.sign_us = tc_us;
    return false;
  }

  /** A heel raise that was found at `t_us`. Whether there is news. */
  raised(t_us: u64): bool {
    const news = this.sign(ACTIVITY_CALF, t_us);
    this.raises += 1;
    return news;
  }

  /** A step of the posture; `still_us`: for how long the clip has lain still. Whether there is news. */
  pass(raise: Raise, posture: Posture, still_us: u32): bool {
    const t_us = posture.t_us;
    let kind = this.kind;
    const rises = raise.rising && t_us - raise.begin_us - RISEN_US < HELD_US;
    if (rises) kind = ACTIVITY_CALF;
    else if (still_us > STILL_US) kind = ACTIVITY_STILL;
    else if (t_us > this.sign_us + LAPSE_US) kind = ACTIVITY_OTHER;
    if (kind != this.kind) return this.sign(kind, t_us);
    if (rises || (kind == ACTIVITY_STILL && still_us > QUIET_US)) this.sign_us = t_us;
    return false;
  }
}
