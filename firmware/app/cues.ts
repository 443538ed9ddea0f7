// Cues of a run on the motor and on the link, and what its verdict is told of them.
import { copyBytes, fillBytes } from "../base/bytes";
import { Cue } from "../beat/cue";
import { FLAW_BAND, LOG_NONE, TAG_CUE } from "../wire/layout";
import { beginLine, number } from "../wire/line";
import { beats, thinBeats } from "./beats";
import { sendEvent } from "./link";

const CUE_AT: usize = memory.data(80, 16);
/** Fields of VER that a run fills. */
const VALUES: i32 = 7;

/** The run under way. */
export const cue: Cue = changetype<Cue>(CUE_AT);

/** Begins a run. */
export function clearCues(): void {
  fillBytes(CUE_AT, 0, offsetof<Cue>());
}

/** Lets the beats through that the last stride asks for, and tells so when they are others than before. */
export function cueBeats(now_us: u64): void {
  if (cue.mask == beats.mask) return;
  thinBeats(now_us, cue.mask);
  beginLine(TAG_CUE);
  number(cue.mask + 1);
  number(now_us);
  number(cue.cadence_d);
  sendEvent();
}

/** Writes v0 to v7 of a run's VER, eight i32, and returns its FLAW_* bits. */
export function cueValues(at: usize): i32 {
  copyBytes(at, CUE_AT, VALUES << 2);
  store<i32>(at, LOG_NONE, VALUES << 2);
  for (let field: usize = 0; field < 8; field += 4) if (load<i32>(at + field) == 0) store<i32>(at + field, LOG_NONE);
  return 4 * (cue.judged - cue.inBand) > cue.judged ? FLAW_BAND : 0;
}
