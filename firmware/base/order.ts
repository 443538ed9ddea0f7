// The smaller, the larger and the magnitude of numbers, for what does not run with every sample: the built-ins are inlined, ten bytes a use.

/** The smaller of two. */
export function smaller(a: i32, b: i32): i32 {
  return min(a, b);
}

/** The larger of two. */
export function larger(a: i32, b: i32): i32 {
  return max(a, b);
}

/** The magnitude of a number. */
export function magnitude(a: i32): i32 {
  return abs(a);
}
