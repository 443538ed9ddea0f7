// Builds one line of the protocol in a static buffer. Pure: it sends nothing.
import { crcBytes } from "../base/bytes";
import { encode } from "./base64";
import { LINE_BYTES_MAX, LOG_NONE } from "./layout";

/** Where the line is. */
export const LINE_AT: usize = memory.data(128, 16);
const STATE_AT: usize = memory.data(8, 4);
/** Bytes of "*", check sum and "\r\n". */
const TAIL_BYTES: i32 = 7;
const COMMA: i32 = 0x2c;
/** Tag of a field without a value. */
export const DASH: i32 = 0x2d;

@unmanaged
class Line {
  bytes: i32;
  seq: i32; // of this line, 0..65535
}
const line: Line = changetype<Line>(STATE_AT);

/** Its length so far. */
export function lineBytes(): i32 {
  return line.bytes;
}

/** Begins a line: "$HC,<seq>,<tag>". */
export function beginLine(tag: i32): void {
  store<u32>(LINE_AT, 0x2c434824); // "$HC,"
  line.bytes = 3;
  number(line.seq);
  word(tag);
}

/** Appends ",<value>". */
export function number(value: i64): void {
  put(COMMA);
  if (value < 0) {
    put(0x2d);
    value = -value;
  }
  digits(value);
}

/** Appends ",<value>", or ",-" where it is `none`. */
export function numberUnless(value: i64, none: i64): void {
  if (value == none) word(DASH);
  else number(value);
}

/** Appends `count` fields from i32 in memory, ",-" for LOG_NONE. */
export function numbers(at: usize, count: i32): void {
  for (; count > 0; count--, at += 4) numberUnless(load<i32>(at), LOG_NONE);
}

/** Appends ",<tag>". */
export function word(tag: i32): void {
  put(COMMA);
  for (; tag != 0; tag >>= 8) put(tag & 0xff);
}

/** Appends ".<value>", for versions. */
export function part(value: i32): void {
  put(0x2e);
  digits(value);
}

/** Appends "," and bytes as base64; nothing where they have no room. */
export function base64(src: usize, bytes: i32): void {
  put(COMMA);
  if (line.bytes + (bytes + 2) / 3 * 4 <= LINE_BYTES_MAX - TAIL_BYTES) line.bytes = <i32>(encode(LINE_AT + line.bytes, src, bytes) - LINE_AT);
}

/** Ends the line with its check sum; the next one has the next number. */
export function close(): void {
  const crc = crcBytes(0, LINE_AT + 1, line.bytes - 1);
  const tail = LINE_AT + line.bytes;
  store<u8>(tail, 0x2a);
  store<u32>(tail, hexDigits(crc), 1);
  store<u16>(tail, 0x0a0d, 5);
  line.bytes += TAIL_BYTES;
  line.seq = (line.seq + 1) & 0xffff;
}

/** The four hexadecimal digits of a check sum in ASCII, upper case, first digit lowest byte. */
export function hexDigits(crc: i32): u32 {
  let text: u32 = 0;
  for (let digit: i32 = 0; digit < 4; digit++) {
    const value = crc & 15;
    text = (text << 8) | (value < 10 ? 0x30 + value : 0x37 + value);
    crc >>= 4;
  }
  return text;
}

/** The longest line of the protocol fits; a longer one would lose bytes rather than overwrite what follows it. */
function put(byte: i32): void {
  const bytes = line.bytes;
  if (bytes >= LINE_BYTES_MAX - TAIL_BYTES) return;
  store<u8>(LINE_AT + bytes, byte);
  line.bytes = bytes + 1;
}

function digits(value: i64): void {
  if (value > 9) digits(value / 10); // at most 18 deep
  put(0x30 + <i32>(value % 10));
}
