// SHA-256 of bytes on flash, a few blocks at a time.
import { beginHash, BLOCK_BYTES, endHash, HASH_BYTES, hashBlock } from "../base/sha256";
import { fillBytes } from "../base/bytes";
import { smaller } from "../base/order";
import { flash_read } from "../hal";
import { RECORD_AT } from "./record";

/** Blocks a step: 128 bytes, about 22,000 instructions. */
const BLOCKS_A_STEP: i32 = 2;
/** After the bytes: a bit, zeroes, the count of bits in 8 bytes. */
const TAIL_BYTES: i32 = 9;

const HASH_AT: usize = memory.data(HASH_BYTES, 16);
const DIGEST_AT: usize = memory.data(16, 16);

@unmanaged
class Digest {
  at: i32; // where the next block is read
  left: i32; // bytes from there on; below 0 once the bit after them is in
  size: i32;
}
const digest: Digest = changetype<Digest>(DIGEST_AT);

/** Begins with `size` bytes at `at`. */
export function beginDigest(at: i32, size: i32): void {
  digest.at = at;
  digest.left = size;
  digest.size = size;
  beginHash(HASH_AT);
}

/** Goes on with it. Returns where its 32 bytes are once it is done, 0 before. A block that cannot be read makes it a wrong one. */
export function stepDigest(): usize {
  for (let count: i32 = 0; count < BLOCKS_A_STEP; count++) {
    const left = digest.left;
    fillBytes(RECORD_AT, 0, BLOCK_BYTES);
    if (left > 0) flash_read(digest.at, RECORD_AT, smaller(left, BLOCK_BYTES));
    if (<u32>left < <u32>BLOCK_BYTES) store<u8>(RECORD_AT + left, 0x80);
    const last = left <= BLOCK_BYTES - TAIL_BYTES;
    if (last) store<u32>(RECORD_AT, bswap<u32>(<u32>digest.size << 3), 60);
    hashBlock(HASH_AT, RECORD_AT);
    digest.at += BLOCK_BYTES;
    digest.left = left - BLOCK_BYTES;
    if (last) {
      endHash(HASH_AT);
      return HASH_AT;
    }
  }
  return 0;
}
