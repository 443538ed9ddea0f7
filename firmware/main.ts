// What a board calls, and the two bounds of static memory that let it shrink the linear memory. Nothing else.
import { init as initClip, step as stepClip } from "./app/clip";
import { ABI } from "./wire/layout";

export { __data_end, __heap_base };

/** Version of the seam between board and wasm. */
export function abi_version(): i32 {
  return ABI;
}

/** Starts the clip, once, on fresh memory. */
export function init(): void {
  initClip();
}

/** Runs one bounded step. `events`: WAKE_* bits. Returns the µs the board may sleep before the next one. */
export function step(events: i32): i32 {
  return stepClip(events);
}
