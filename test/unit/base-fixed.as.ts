// Fixed point: limits, rounding of negatives, saturation.
import { clamp, clampWide, divRound, mulDiv, mulShift, saturate, saturateU16, scaleQ16 } from "../../firmware/base/fixed";

describe("fixed point", () => {
  test("clamp holds a value inside its limits", () => {
    expect(clamp(5, -3, 3)).toBe(3);
    expect(clamp(-5, -3, 3)).toBe(-3);
    expect(clamp(2, -3, 3)).toBe(2);
    expect(clampWide(1 << 40, 0, 1 << 39)).toBe(1 << 39);
  });
  test("saturate narrows to the ends of i32 and u16", () => {
    expect(saturate(i64.MAX_VALUE)).toBe(i32.MAX_VALUE);
    expect(saturate(i64.MIN_VALUE)).toBe(i32.MIN_VALUE);
    expect(saturate(-7)).toBe(-7);
    expect(saturateU16(65536)).toBe(65535);
    expect(saturateU16(-1)).toBe(0);
  });
  test("mulShift floors and does not overflow on the way", () => {
    expect(mulShift(-3, 1, 1)).toBe(-2);
    expect(mulShift(3, 1, 1)).toBe(1);
    expect(mulShift(i32.MAX_VALUE, i32.MAX_VALUE, 31)).toBe(i32.MAX_VALUE - 1);
    expect(mulShift(i32.MIN_VALUE, i32.MIN_VALUE, 30)).toBe(i32.MAX_VALUE);
  });
  test("scaleQ16 rounds to the nearest over the whole range of a sensor word", () => {
    for (let raw: i32 = -32768; raw <= 32767; raw += 13) {
      const twice: i64 = <i64>scaleQ16(raw, 31982) * 2 * 65536 - 2 * <i64>raw * 31982; // error in half units of 2^-16
      expect(twice <= 65536 && twice >= -65536).toBe(true);
    }
    expect(scaleQ16(-32768, 45875)).toBe(-22937);
    expect(scaleQ16(1, 32768)).toBe(1);
    expect(scaleQ16(-1, 32768)).toBe(0);
  });
  test("mulDiv truncates towards 0 and saturates", () => {
    expect(mulDiv(-7, 1, 2)).toBe(-3);
    expect(mulDiv(1000000, 1000000, 1000)).toBe(1000000000);
    expect(mulDiv(i32.MAX_VALUE, 4, 1)).toBe(i32.MAX_VALUE);
  });
  test("divRound goes to the nearest, halves away from 0", () => {
    expect(divRound(5, 2)).toBe(3);
    expect(divRound(-5, 2)).toBe(-3);
    expect(divRound(4, 3)).toBe(1);
    expect(divRound(-4, 3)).toBe(-1);
  });
});
