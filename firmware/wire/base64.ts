// Base64 (RFC 4648), a digit at a time. Pure.

/** The digit of a value 0..63. */
function digitOf(value: i32): i32 {
  return value + (value < 26 ? 65 : value < 52 ? 71 : value < 62 ? -4 : value == 62 ? -19 : -16);
}

/** Value of a digit, -1 if it is none. */
export function valueOf(digit: i32): i32 {
  const letter = (digit | 32) - 97;
  if (<u32>letter < 26 & digit >= 64) return digit < 96 ? letter : letter + 26;
  const figure = digit - 48;
  if (<u32>figure < 10) return figure + 52;
  return digit == 43 ? 62 : digit == 47 ? 63 : -1;
}

/** Writes `size` bytes as digits, with padding, to `dst`. Returns where they end. */
export function encode(dst: usize, src: usize, size: i32): usize {
  for (; size > 0; size -= 3, src += 3) {
    let bits = <i32>load<u8>(src) << 16;
    if (size > 1) bits |= <i32>load<u8>(src, 1) << 8;
    if (size > 2) bits |= <i32>load<u8>(src, 2);
    for (let digit: i32 = 0; digit < 4; digit++) {
      store<u8>(dst++, digit > size ? 0x3d : digitOf((bits >> 18) & 63));
      bits <<= 6;
    }
  }
  return dst;
}
