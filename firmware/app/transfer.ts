// The packet of SMP under way: whose it is and how far. Plain data, no code.

// How far it is.
export const STAGE_FREE: i32 = 0; // there is none
export const STAGE_COMES: i32 = 1; // FRAME_PART
export const STAGE_WORKS: i32 = 2; // FRAME_WHOLE: the command is carried out, a piece a step
export const STAGE_GOES: i32 = 3;

/** What a command returns that is not done yet; 0 when it has written its response; else an error: a general one, or the group's own << 8 | a general one. */
export const AGAIN: i32 = -1;

const SMP_AT: usize = memory.data(32, 16);

@unmanaged
class Smp {
  due_us: u64; // when it is given up if nothing moves
  stage: i32; // STAGE_*
  port: i32; // it came from
  phase: i32; // of the command: 0 at first, then the command's own
  restarts: i32; // 1: the clip restarts once the response has gone
}
export const smp: Smp = changetype<Smp>(SMP_AT);
