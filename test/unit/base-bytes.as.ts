// Byte helpers; the fast CRC against the protocol's own.
import { copyBytes, crcBytes, fillBytes } from "../../firmware/base/bytes";
import { crc16 } from "../../firmware/wire/layout";

const A: usize = memory.data(64, 16);
const B: usize = memory.data(64, 16);

describe("bytes", () => {
  test("fill and copy touch their bytes and no other", () => {
    fillBytes(A, 0xaa, 64);
    fillBytes(B, 0x11, 64);
    copyBytes(A + 5, B, 7);
    for (let i: i32 = 0; i < 64; i++) expect<i32>(load<u8>(A + i)).toBe(i >= 5 && i < 12 ? 0x11 : 0xaa);
  });
  test("crcBytes is the protocol's CRC, in one piece or two", () => {
    for (let i: i32 = 0; i < 64; i++) store<u8>(A + i, i * 73 + 5);
    let crc: i32 = 0;
    for (let i: i32 = 0; i < 64; i++) crc = crc16(crc, load<u8>(A + i));
    expect(crcBytes(0, A, 64)).toBe(crc);
    expect(crcBytes(crcBytes(0, A, 17), A + 17, 47)).toBe(crc);
  });
  test("crcBytes gives the catalogued check value over 123456789", () => {
    for (let i: i32 = 0; i < 9; i++) store<u8>(A + i, 49 + i);
    expect(crcBytes(0, A, 9)).toBe(0x31c3);
  });
});
