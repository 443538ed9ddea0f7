// Repetitions of the exercise that is meant: heel raises, holds or step-downs, from the posture of the foot. Pure.
import { fillBytes } from "../base/bytes";
import { EXERCISE_POGO, EXERCISE_STEP_DOWN, EXERCISE_WALK, EXERCISE_WALL_SIT } from "../wire/layout";
import { Hold } from "./hold";
import { Posture } from "./posture";
import { Raise } from "./raise";
import { Rep } from "./rep";
import { Tap } from "./tap";

const POSTURE_AT: usize = memory.data(192, 16);
/** One of Raise, Hold and Tap. */
const FOLLOWER_AT: usize = memory.data(128, 16);
const REP_AT: usize = memory.data(48, 16);
export const posture: Posture = changetype<Posture>(POSTURE_AT);
export const raise: Raise = changetype<Raise>(FOLLOWER_AT);
const hold: Hold = changetype<Hold>(FOLLOWER_AT);
const tap: Tap = changetype<Tap>(FOLLOWER_AT);
/** The last repetition found. */
export const rep: Rep = changetype<Rep>(REP_AT);

/** Whether an exercise has repetitions; `auto` looks for heel raises. */
export function repeats(exercise: i32): bool {
  return exercise < EXERCISE_POGO || exercise > EXERCISE_WALK;
}

/** Whether its repetitions are heel raises. */
export function raises(exercise: i32): bool {
  return repeats(exercise) && exercise < EXERCISE_WALL_SIT;
}

/** Forgets everything. `gyro`: whether rates are measured. */
export function resetReps(gyro: bool): void {
  fillBytes(FOLLOWER_AT, 0, 128);
  fillBytes(REP_AT, 0, offsetof<Rep>());
  posture.reset(gyro);
}

/** Follows a step of the posture. Whether `rep` is news: a repetition, or a hold that has begun (REP_OPEN). */
export function followReps(exercise: i32): bool {
  if (exercise == EXERCISE_WALL_SIT) return hold.step(posture, rep);
  if (exercise == EXERCISE_STEP_DOWN) return tap.step(posture, rep);
  return raise.step(posture, rep);
}

/** Ends what is under way as the set ends. Whether `rep` is news. */
export function flushReps(exercise: i32): bool {
  if (exercise == EXERCISE_WALL_SIT) return hold.flush(posture, rep);
  if (exercise == EXERCISE_STEP_DOWN) return tap.flush(posture, rep);
  return raise.flush(rep);
}
