// Fixed point: limits, rounding of negatives, saturation.
import { clampWide, divRound, saturateU16, scaleQ16 } from "../../firmware/base/fixed";

describe("fixed point", () => {
  test("clampWide holds a value inside its limits", () => {
    expect(clampWide(5, -3, 3)).toBe(3);
    expect(clampWide(-5, -3, 3)).toBe(-3);
    expect(clampWide(2, -3, 3)).toBe(2);
    expect(clampWide(1 << 40, 0, 1 << 39)).toBe(1 << 39);
  });
  test("saturateU16 narrows to the ends of u16", () => {
    expect(saturateU16(65536)).toBe(65535);
    expect(saturateU16(i64.MAX_VALUE)).toBe(65535);
    expect(saturateU16(-1)).toBe(0);
    expect(saturateU16(7)).toBe(7);
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
  test("divRound goes to the nearest, halves away from 0", () => {
    expect(divRound(5, 2)).toBe(3);
    expect(divRound(-5, 2)).toBe(-3);
    expect(divRound(4, 3)).toBe(1);
    expect(divRound(-4, 3)).toBe(-1);
  });
});
