// Counts of the faults that the app notices itself.
import { countUp } from "../base/bytes";

/** Two u32 a code: the count, and the one last told. */
export const COUNTS_AT: usize = memory.data(88, 4);

/** Counts a fault. */
export function countFault(code: i32): void {
  countUp(COUNTS_AT + (code << 3));
}
