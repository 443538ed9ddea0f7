// Fixed-point arithmetic: the only place where a product is widened to 64 bit, shifted and narrowed. Integers only.

/** x held inside [low, high]. */
@inline
export function clamp(x: i32, low: i32, high: i32): i32 {
  return x < low ? low : x > high ? high : x;
}

/** x held inside [low, high]. */
@inline
export function clampWide(x: i64, low: i64, high: i64): i64 {
  return x < low ? low : x > high ? high : x;
}

/** x narrowed to i32, saturating. */
export function saturate(x: i64): i32 {
  return <i32>clampWide(x, i32.MIN_VALUE, i32.MAX_VALUE);
}

/** x narrowed to 0..65535, saturating. */
export function saturateU16(x: i64): i32 {
  return <i32>clampWide(x, 0, 65535);
}

/** a·b / 2^shift, floored, saturated to i32. |a·b| < 2^63 always holds; 0 ≤ shift < 64. */
export function mulShift(a: i32, b: i32, shift: i32): i32 {
  return saturate((<i64>a * <i64>b) >> <i64>shift);
}

/** raw·gain, gain in Q16, to the nearest integer (halves up). |raw| ≤ 32768 and 0 ≤ gain_q16 < 65536 keep it inside i32. */
@inline
export function scaleQ16(raw: i32, gain_q16: i32): i32 {
  return (raw * gain_q16 + 0x8000) >> 16;
}

/** a·b / c, truncated towards 0, saturated to i32. c ≠ 0. */
export function mulDiv(a: i32, b: i32, c: i32): i32 {
  return saturate((<i64>a * <i64>b) / <i64>c);
}

/** a / b to the nearest integer, halves away from 0. b > 0, |a| < 2^62. */
export function divRound(a: i64, b: i64): i64 {
  return (a >= 0 ? a + (b >> 1) : a - (b >> 1)) / b;
}
