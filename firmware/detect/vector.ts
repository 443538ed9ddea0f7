// Vectors of three i32 in memory, by address: what runs once a step of the posture needs few bytes more than few instructions. Pure.
import { root } from "./signal";

/** Bytes of a vector. */
export const VECTOR_BYTES: usize = 12;

/** Whether it has no length. */
export function isNull(a: usize): bool {
  return (load<i32>(a) | load<i32>(a, 4) | load<i32>(a, 8)) == 0;
}

/** Scalar product. */
export function dot(a: usize, b: usize): i32 {
  return load<i32>(a) * load<i32>(b) + load<i32>(a, 4) * load<i32>(b, 4) + load<i32>(a, 8) * load<i32>(b, 8);
}

/** Cross product, to neither of the two. */
export function cross(to: usize, a: usize, b: usize): void {
  store<i32>(to, load<i32>(a, 4) * load<i32>(b, 8) - load<i32>(a, 8) * load<i32>(b, 4));
  store<i32>(to, load<i32>(a, 8) * load<i32>(b) - load<i32>(a) * load<i32>(b, 8), 4);
  store<i32>(to, load<i32>(a) * load<i32>(b, 4) - load<i32>(a, 4) * load<i32>(b), 8);
}

/** a · factor / divisor, truncated. */
export function scale(to: usize, a: usize, factor: i32, divisor: i32): void {
  for (let at: usize = 0; at < VECTOR_BYTES; at += 4) store<i32>(to + at, (load<i32>(a + at) * factor) / divisor);
}

/** a − b · 2^-`shift`, that floored, to `a`. */
export function subtract(a: usize, b: usize, shift: i32): void {
  for (let at: usize = 0; at < VECTOR_BYTES; at += 4) store<i32>(a + at, load<i32>(a + at) - (load<i32>(b + at) >> shift));
}

/** Brings `a` nearer to `to` by 2^-`shift` of the way; `half` of 1 << shift is added before the shift, which floors. */
export function approach(a: usize, to: usize, shift: i32, half: i32): void {
  for (let at: usize = 0; at < VECTOR_BYTES; at += 4) store<i32>(a + at, load<i32>(a + at) + ((load<i32>(to + at) - load<i32>(a + at) + half) >> shift));
}

/** Length from its square; signal.ts's, but called. */
export function side(square: i32): i32 {
  return root(square);
}
