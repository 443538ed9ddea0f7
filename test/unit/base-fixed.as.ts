// Fixed point: rounding, of negatives too.
import { divRound, scaleQ16 } from "../../firmware/base/fixed";

describe("fixed point", () => {
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
