// The protocol's constants as asc reads them; test/rules/layout.spec.ts holds the same numbers for tsc.
import { crc16, TAG_HEL } from "../../firmware/wire/layout";

describe("wire layout", () => {
  test("crc16 gives the catalogued check value of CRC-16/XMODEM over 123456789", () => {
    let crc: i32 = 0;
    for (let digit: i32 = 49; digit <= 57; digit++) crc = crc16(crc, digit);
    expect(crc).toBe(0x31c3);
  });
  test("a tag keeps its first letter in the lowest byte", () => {
    expect(TAG_HEL).toBe(0x48 | (0x45 << 8) | (0x4c << 16));
  });
});
