// SHA-256 against the examples of FIPS 180-4 that need one and two blocks; test/store/digest.spec.ts has other lengths.
import { beginHash, endHash, hashBlock } from "../../firmware/base/sha256";

const HASH_AT: usize = memory.data(32, 16);
const BLOCK_AT: usize = memory.data(128, 16);

/** The hash of a text of at most 119 letters, padded as the standard says. */
function hash(text: string): string {
  const bytes = text.length;
  const blocks = (bytes + 9 + 63) / 64;
  memory.fill(BLOCK_AT, 0, 128);
  for (let at: i32 = 0; at < bytes; at++) store<u8>(BLOCK_AT + at, text.charCodeAt(at));
  store<u8>(BLOCK_AT + bytes, 0x80);
  store<u32>(BLOCK_AT + blocks * 64 - 4, bswap<u32>(bytes * 8));
  beginHash(HASH_AT);
  for (let block: i32 = 0; block < blocks; block++) hashBlock(HASH_AT, BLOCK_AT + block * 64);
  endHash(HASH_AT);
  let result = "";
  for (let at: i32 = 0; at < 32; at++) {
    const byte = load<u8>(HASH_AT + at);
    result += "0123456789abcdef".charAt(byte >> 4) + "0123456789abcdef".charAt(byte & 15);
  }
  return result;
}

describe("sha256", () => {
  test("abc", () => {
    expect(hash("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
  test("two blocks", () => {
    expect(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  });
  test("nothing", () => {
    expect(hash("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
