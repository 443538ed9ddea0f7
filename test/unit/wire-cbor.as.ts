// CBOR against examples of RFC 8949, appendix A, both ways; test/app/smp.spec.ts has what is not well-formed.
import {
  cbor, CBOR_BYTES, CBOR_NONE, CBOR_SIMPLE, CBOR_TEXT, CBOR_TRUE, CBOR_UINT, close, find, findNumber, flag, number as putNumber, open, openList, openMap, start,
  string as putString, text, text9,
} from "../../firmware/wire/cbor";

const BYTES_AT: usize = memory.data(256, 16);

function nibble(letter: i32): i32 {
  return letter < 58 ? letter - 48 : letter - 87;
}

/** Opens bytes given as hexadecimal digits. */
function opened(hex: string): bool {
  for (let at: i32 = 0; at < hex.length; at += 2) store<u8>(BYTES_AT + at / 2, (nibble(hex.charCodeAt(at)) << 4) | nibble(hex.charCodeAt(at + 1)));
  return open(BYTES_AT, BYTES_AT + hex.length / 2);
}

/** What was written, as hexadecimal digits. */
function written(): string {
  let result = "";
  for (let at = BYTES_AT; at < cbor.out; at++) {
    const byte = load<u8>(at);
    result += "0123456789abcdef".charAt(byte >> 4) + "0123456789abcdef".charAt(byte & 15);
  }
  return result;
}

describe("cbor", () => {
  test("finds a, b, c, d and e", () => {
    expect(opened("a56161614161626142616361436164614461656145")).toBe(true);
    expect(find(0x63)).toBe(CBOR_TEXT);
    expect(load<u8>(cbor.at)).toBe(0x43);
    expect(cbor.value).toBe(1);
    expect(find(0x65)).toBe(CBOR_TEXT);
    expect(find(0x66)).toBe(CBOR_NONE);
  });

  test("finds numbers, and only numbers", () => {
    expect(opened("a461611903e861621a000f424061631b000000e8d4a5100061642903")).toBe(false); // -10 and a number without name
    expect(opened("a461611903e861621a000f424061631b000000e8d4a51000616429")).toBe(true);
    expect(findNumber(0x61, 0)).toBe(1000);
    expect(findNumber(0x62, 0)).toBe(1_000_000);
    expect(findNumber(0x63, 0)).toBe(u32.MAX_VALUE); // 10^12
    expect(findNumber(0x64, 0)).toBe(u32.MAX_VALUE);
    expect(findNumber(0x65, 7)).toBe(7);
  });

  test("looks into nothing: names of inner maps are not found", () => {
    expect(opened("a26161a1616201616203")).toBe(true);
    expect(findNumber(0x62, 0)).toBe(3);
  });

  test("a map whose length is not told", () => {
    expect(opened("bf6346756ef563416d7421ff")).toBe(true);
    expect(find(0x6e7546)).toBe(CBOR_SIMPLE);
    expect(cbor.value).toBe(CBOR_TRUE);
    expect(find(0x746d41)).toBe(1);
  });

  test("nothing is an empty map", () => {
    expect(opened("")).toBe(true);
    expect(find(0x61)).toBe(CBOR_NONE);
  });

  test("writes the shortest start there is", () => {
    cbor.out = BYTES_AT;
    start(CBOR_UINT, 0);
    start(CBOR_UINT, 23);
    start(CBOR_UINT, 24);
    start(CBOR_UINT, 255);
    start(CBOR_UINT, 256);
    start(CBOR_UINT, 65535);
    start(CBOR_UINT, 65536);
    start(CBOR_UINT, 4294967295);
    expect(written()).toBe("0017181818ff19010019ffff1a000100001affffffff");
  });

  test("writes maps, lists, text, bytes and truth", () => {
    cbor.out = BYTES_AT;
    openMap();
    putNumber(0x61, 1);
    text(0x62);
    openList();
    flag(true);
    flag(false);
    close();
    text9(0x656d7269666e6f63, 0x64);
    putString(CBOR_BYTES, BYTES_AT, 2);
    close();
    expect(written()).toBe("bf61610161629ff5f4ff69636f6e6669726d656442bf61ff");
  });
});
