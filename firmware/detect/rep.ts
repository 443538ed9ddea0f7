// A repetition as the detectors report it: a heel raise, a hold off the ground, or a step-down with its heel tap. Plain data, no code.

/** The record LOG_REP. What is not measured is LOG_NONE. */
@unmanaged
export class Rep {
  at_us: u64; // when it began: the heel rose, the foot left the ground
  id: i32; // counts up from 1 within a set
  top: i32; // raise: highest pitch, 0.1°; tap: impact, mg
  up_ms: i32; // from its beginning to the top, to the tap
  hold_ms: i32; // at the top; off the ground; on the floor
  down_ms: i32; // from there to the flat foot, to the step
  wobble: i32; // raise: tilt to the side, 0.1°; hold: tremor, 0.1 °/s; tap: impact of the return, mg
  flaws: i32; // REP_*
  setId: i32;
}
