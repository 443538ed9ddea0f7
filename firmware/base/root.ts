// Integer square root.

/** The largest r with r·r ≤ x: 32 steps of the digit-by-digit method, base 2. */
export function isqrt(x: u64): u32 {
  let rest: u64 = x;
  let root: u64 = 0;
  for (let bit: u64 = 1 << 62; bit != 0; bit >>= 2) {
    const trial: u64 = root + bit;
    root >>= 1;
    if (rest >= trial) {
      rest -= trial;
      root += bit;
    }
  }
  return <u32>root;
}
