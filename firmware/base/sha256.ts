// SHA-256 (FIPS 180-4), a block at a time; whoever calls it pads.
import { copyBytes } from "./bytes";

/** Bytes of a block, and of the hash. */
export const BLOCK_BYTES: i32 = 64;
export const HASH_BYTES: i32 = 32;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes; those of the square roots of the first 8. */
const ROUNDS_AT: usize = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
const START_AT: usize = memory.data<u32>([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);

/** Begins a hash at `hash`. */
export function beginHash(hash: usize): void {
  copyBytes(hash, START_AT, HASH_BYTES);
}

/** Takes in the block at `block`, which is overwritten. */
export function hashBlock(hash: usize, block: usize): void {
  let a = load<u32>(hash);
  let b = load<u32>(hash, 4);
  let c = load<u32>(hash, 8);
  let d = load<u32>(hash, 12);
  let e = load<u32>(hash, 16);
  let f = load<u32>(hash, 20);
  let g = load<u32>(hash, 24);
  let h = load<u32>(hash, 28);
  for (let round: i32 = 0; round < 64; round++) {
    // The schedule needs the last sixteen words only.
    const at = block + ((round & 15) << 2);
    let word: u32;
    if (round < 16) word = bswap<u32>(load<u32>(at));
    else {
      const two = wordBefore(block, round, 2);
      const fifteen = wordBefore(block, round, 15);
      word = load<u32>(at) + wordBefore(block, round, 7) + (rotr<u32>(two, 17) ^ rotr<u32>(two, 19) ^ (two >> 10)) +
        (rotr<u32>(fifteen, 7) ^ rotr<u32>(fifteen, 18) ^ (fifteen >> 3));
    }
    store<u32>(at, word);
    const first = h + (rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25)) + (g ^ (e & (f ^ g))) + load<u32>(ROUNDS_AT + (round << 2)) + word;
    const second = (rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22)) + ((a & b) | (c & (a | b)));
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  add(hash, a);
  add(hash + 4, b);
  add(hash + 8, c);
  add(hash + 12, d);
  add(hash + 16, e);
  add(hash + 20, f);
  add(hash + 24, g);
  add(hash + 28, h);
}

/** Turns the words of a finished hash into its 32 bytes. */
export function endHash(hash: usize): void {
  for (let at: i32 = 0; at < HASH_BYTES; at += 4) store<u32>(hash + at, bswap<u32>(load<u32>(hash + at)));
}

function wordBefore(block: usize, round: i32, back: i32): u32 {
  return load<u32>(block + (((round - back) & 15) << 2));
}

function add(at: usize, value: u32): void {
  store<u32>(at, load<u32>(at) + value);
}
