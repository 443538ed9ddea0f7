// Bytes in memory: the loops that would otherwise pull in the library's larger ones.

/** Copies `size` bytes; the two may not overlap unless dst < src. */
export function copyBytes(dst: usize, src: usize, size: i32): void {
  for (let i: i32 = 0; i < size; i++) store<u8>(dst + i, load<u8>(src + i));
}

/** Sets `size` bytes to `value`. */
export function fillBytes(dst: usize, value: i32, size: i32): void {
  for (let i: i32 = 0; i < size; i++) store<u8>(dst + i, value);
}

/** Adds 1 to the i32 at `at`. Returns what it is then. */
export function countUp(at: usize): i32 {
  const count = load<i32>(at) + 1;
  store<i32>(at, count);
  return count;
}

/** CRC-16/XMODEM (poly 0x1021, init 0) of `size` bytes, continuing `crc`: wire/layout's crc16 a byte at a time, without its bit loop. */
export function crcBytes(crc: i32, src: usize, size: i32): i32 {
  for (let i: i32 = 0; i < size; i++) {
    let x: i32 = (crc >> 8) ^ <i32>load<u8>(src + i);
    x ^= x >> 4;
    crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return crc;
}
