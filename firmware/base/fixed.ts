// Fixed-point arithmetic: scaling and rounding, said once. Integers only.

/** raw·gain, gain in Q16, to the nearest integer (halves up). |raw| ≤ 32768 and 0 ≤ gain_q16 < 65536 keep it inside i32. */
@inline
export function scaleQ16(raw: i32, gain_q16: i32): i32 {
  return (raw * gain_q16 + 0x8000) >> 16;
}

/** a / b to the nearest integer, halves away from 0. b > 0, |a| < 2^62. */
export function divRound(a: i64, b: i64): i64 {
  return (a >= 0 ? a + (b >> 1) : a - (b >> 1)) / b;
}
