// Builds one line of the protocol in a static buffer. Pure: it sends nothing.
import { crcBytes } from "../base/bytes";
import { LINE_BYTES_MAX } from "./layout";

const LINE_AT: usize = memory.data(128, 16);
/** Bytes "*", check sum and "\r\n" at the end. */
const TAIL_BYTES: i32 = 7;

/** The line being built. Fields that would not fit are left out whole byte by byte; the longest line of the protocol fits. */
@unmanaged
export class Line {
  bytes: i32; // used in `text`

  /** Where the bytes are. */
  get text(): usize {
    return LINE_AT;
  }

  /** Begins a line: "$HC,<seq>,<tag>". */
  begin(seq: i32, tag: i32): void {
    store<u32>(LINE_AT, 0x2c434824); // "$HC,"
    this.bytes = 4;
    this.digits(seq);
    this.tag(tag);
  }

  /** Appends ",<value>" in decimal. */
  number(value: i64): void {
    this.put(0x2c);
    if (value < 0) {
      this.put(0x2d);
      value = -value;
    }
    this.digits(value);
  }

  /** Appends ",<tag>". */
  tag(tag: i32): void {
    this.put(0x2c);
    for (; tag != 0; tag >>= 8) this.put(tag & 0xff);
  }

  /** Appends ",-": no value. */
  dash(): void {
    this.tag(0x2d);
  }

  /** Appends ".<value>", for versions. */
  part(value: i32): void {
    this.put(0x2e);
    this.digits(value);
  }

  /** Ends the line with its check sum. */
  end(): void {
    const crc = crcBytes(0, LINE_AT + 1, this.bytes - 1);
    const tail = LINE_AT + this.bytes;
    store<u8>(tail, 0x2a);
    for (let digit: i32 = 0; digit < 4; digit++) store<u8>(tail + 1 + digit, hex((crc >> (12 - 4 * digit)) & 15));
    store<u16>(tail + 5, 0x0a0d);
    this.bytes += TAIL_BYTES;
  }

  private put(byte: i32): void {
    if (this.bytes >= LINE_BYTES_MAX - TAIL_BYTES) return;
    store<u8>(LINE_AT + this.bytes, byte);
    this.bytes += 1;
  }

  private digits(value: i64): void {
    let scale: i64 = 1;
    while (scale <= value / 10) scale *= 10;
    for (; scale != 0; scale /= 10) this.put(0x30 + <i32>((value / scale) % 10));
  }
}

/** ASCII of a hexadecimal digit, upper case. */
export function hex(digit: i32): i32 {
  return digit < 10 ? 0x30 + digit : 0x37 + digit;
}

const STATE_AT: usize = memory.data(4, 16);
export const line: Line = changetype<Line>(STATE_AT);
