// What the verdict on a set needs besides its summary, filled in when the set is over; which values, the exercise decides.
import { repeats } from "../detect/repetition";
import {
  EXERCISE_POGO, EXERCISE_RUN, FLAW_DOUBLE, FLAW_HEIGHT, FLAW_MISSED, FLAW_RHYTHM, FLAW_SHORT, LOG_NONE, LOG_VERDICT_BYTES, LOG_VERDICT_VALUES,
} from "../wire/layout";
import { cueValues } from "./cues";
import { repValues } from "./reps";
import { bounces, steady, sum, totals } from "./totals";

/** Largest SD of the beat error that is steady: people keep a beat with 8 to 20 ms by finger (Repp & Su 2013), twice that for a whole body. */
const BEAT_US_SD_MAX: i32 = 40_000;
/** Without beats, of the intervals, as a part of their mean: the same at 150/min. */
const INTERVAL_SD: i32 = 10;
/** A part of the contacts asked for that may be missing, of the beats without a landing, of the hops that are double bounces. */
const RARE: i32 = 20;

const VERDICT_AT: usize = memory.data(48, 16); // LOG_VERDICT_BYTES
const VALUES_AT: usize = VERDICT_AT + LOG_VERDICT_VALUES;

/** The record LOG_VERDICT. */
@unmanaged
export class Verdict {
  setId: i32;
  flaws: i32; // FLAW_* bits
  target: i32;
  variant: i32;
  value0: i32; // LOG_NONE: no value; PROTOCOL.md says what they are
  value1: i32;
  value2: i32;
  value3: i32;
  value4: i32;
  value5: i32;
  value6: i32;
  value7: i32;
}
export const verdict: Verdict = changetype<Verdict>(VERDICT_AT);

/** Fills the verdict in from the totals, which are summed up. `target`, `variant`: of the set. */
export function judge(target: i32, variant: i32): void {
  for (let value: i32 = 0; value < LOG_VERDICT_BYTES - LOG_VERDICT_VALUES; value += 4) store<i32>(VALUES_AT + value, LOG_NONE);
  verdict.setId = totals.setId;
  verdict.target = target;
  verdict.variant = variant;
  const exercise = totals.exercise;
  verdict.flaws = exercise == EXERCISE_POGO ? judgeHops(target) : exercise == EXERCISE_RUN ? cueValues(VALUES_AT) : repeats(exercise) ? repValues(VALUES_AT, exercise, target) : 0;
}

/** Fills in the values of a pogo set; returns its flaws. */
function judgeHops(target: i32): i32 {
  // Where the mean of heights comes, the mean interval is for a moment.
  sum(steady, changetype<usize>(verdict) + offsetof<Verdict>("value3"));
  const beatSd_us = totals.beatSd_us;
  const sd_us = verdict.value4;
  const uneven = beatSd_us != LOG_NONE ? beatSd_us > BEAT_US_SD_MAX : sd_us != LOG_NONE & sd_us * INTERVAL_SD > verdict.value3;
  verdict.value3 = LOG_NONE;
  const fell = bounces.judge(VALUES_AT);
  const doubles = bounces.doubles;
  verdict.value5 = doubles;
  return (
    (fell ? FLAW_HEIGHT : 0) | (uneven ? FLAW_RHYTHM : 0) | (totals.hops * RARE < target * (RARE - 1) ? FLAW_SHORT : 0) |
    (totals.missed * RARE > totals.beats ? FLAW_MISSED : 0) | (doubles * RARE > totals.hops ? FLAW_DOUBLE : 0)
  );
}
