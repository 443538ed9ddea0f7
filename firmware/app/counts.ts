// Counts of the faults that the app notices itself.

/** Two u32 a code: the count, and the one last told. */
export const COUNTS_AT: usize = memory.data(88, 4);

/** Counts a fault. */
export function countFault(code: i32): void {
  const at = COUNTS_AT + (code << 3);
  store<i32>(at, load<i32>(at) + 1);
}
