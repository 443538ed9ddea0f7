// Integer square root: definition at its edges.
import { isqrt } from "../../firmware/base/root";

function holds(x: u64): bool {
  const root: u64 = isqrt(x);
  return root * root <= x && (root == 0xffffffff || (root + 1) * (root + 1) > x);
}

describe("isqrt", () => {
  test("is the largest root of small numbers", () => {
    for (let x: u64 = 0; x < 2000; x++) expect(holds(x)).toBe(true);
  });
  test("and around every square of a power of two", () => {
    for (let bit: u64 = 1; bit < 32; bit++) {
      const square: u64 = (<u64>1) << (2 * bit);
      expect(isqrt(square)).toBe(<u32>(<u64>1 << bit));
      expect(isqrt(square - 1)).toBe(<u32>((<u64>1 << bit) - 1));
      expect(holds(square + 1)).toBe(true);
    }
    expect(isqrt(u64.MAX_VALUE)).toBe(u32.MAX_VALUE);
  });
});
