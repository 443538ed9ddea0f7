// Repetitions of a set on the link and in the log, and what its verdict is told of them.
import { copyBytes, countUp, fillBytes } from "../base/bytes";
import { larger } from "../base/order";
import { Rep } from "../detect/rep";
import { raise, raises } from "../detect/repetition";
import { append } from "../store/log";
import {
  EXERCISE_WALL_SIT, FLAW_HEIGHT, FLAW_MISSED, FLAW_RHYTHM, FLAW_SHORT, FLAW_WOBBLE, LOG_NONE, LOG_REP, LOG_REP_BYTES, REP_FAST,
  REP_OPEN, REP_PARTIAL, REP_WOBBLE, TAG_REP,
} from "../wire/layout";
import { beginLine, number, numbers } from "../wire/line";
import { sendEvent } from "./link";

const REPS_BYTES: i32 = 48;
const REPS_AT: usize = memory.data(REPS_BYTES, 16);
/** Columns of REP that are summed up: top, up, hold, down, wobble. */
const COLUMNS: usize = 5;
const SUMS_AT: usize = REPS_AT + offsetof<Reps>();
const COLUMNS_OFFSET: usize = 12; // of Rep

/** Counts of the set under way. Sums of its columns follow, i32: four hours in ms fit. */
@unmanaged
export class Reps {
  count: i32;
  clean: i32;
  flaws: i32; // REP_* bits of all
  most: i32; // highest top; of holds the longest
  setId: i32;
}
export const reps: Reps = changetype<Reps>(REPS_AT);

/** Begins a set. */
export function clearReps(setId: i32): void {
  fillBytes(REPS_AT, 0, REPS_BYTES);
  reps.setId = setId;
}

/** Takes a repetition in; `exercise` of the set. A hold that has only begun is none yet. */
export function addRep(news: Rep, exercise: i32): void {
  const flaws = news.flaws;
  if ((flaws & REP_OPEN) != 0 && exercise == EXERCISE_WALL_SIT) return;
  countUp(REPS_AT + offsetof<Reps>("count"));
  if (flaws == 0) countUp(REPS_AT + offsetof<Reps>("clean"));
  reps.flaws |= flaws;
  const at = changetype<usize>(news) + COLUMNS_OFFSET;
  for (let column: usize = 0; column < COLUMNS << 2; column += 4) {
    const value = load<i32>(at + column);
    if (value != LOG_NONE) store<i32>(SUMS_AT + column, load<i32>(SUMS_AT + column) + value);
  }
  reps.most = larger(reps.most, exercise == EXERCISE_WALL_SIT ? news.hold_ms : news.top);
}

/** Counts, logs and tells a repetition. */
export function tellRep(news: Rep, exercise: i32): void {
  news.setId = reps.setId;
  addRep(news, exercise);
  append(LOG_REP, changetype<usize>(news), LOG_REP_BYTES);
  beginLine(TAG_REP);
  number(news.id);
  number(news.at_us);
  numbers(changetype<usize>(news) + COLUMNS_OFFSET, 6);
  numbers(REPS_AT, 2);
  sendEvent();
}

/** Writes v0 to v7 of VER, eight i32, and returns the FLAW_* bits. `target` as in SET, 0 none. */
export function repValues(at: usize, exercise: i32, target: i32): i32 {
  const count = reps.count;
  const sits = exercise == EXERCISE_WALL_SIT;
  copyBytes(at, REPS_AT, 8);
  store<i32>(at, count == 0 ? LOG_NONE : raises(exercise) ? raise.own_ddeg : reps.most, 8);
  for (let column: usize = 0; column < COLUMNS << 2; column += 4) store<i32>(at + column, count == 0 ? LOG_NONE : load<i32>(SUMS_AT + column) / count, 12);
  const flaws = reps.flaws;
  if (sits) {
    store<i32>(at, load<i32>(SUMS_AT, 8), 12);
    store<i32>(at, LOG_NONE, 16);
    store<i32>(at, LOG_NONE, 24);
  }
  return (
    ((sits ? reps.most : reps.clean) < target ? FLAW_SHORT : 0) |
    ((flaws & REP_PARTIAL) == 0 ? 0 : sits ? FLAW_MISSED : FLAW_HEIGHT) | ((flaws & REP_FAST) == 0 ? 0 : FLAW_RHYTHM) | ((flaws & REP_WOBBLE) == 0 ? 0 : FLAW_WOBBLE)
  );
}
