// Finds commands in a stream of bytes, one byte at a time in bounded memory. Pure: it answers nothing itself.
import { crcBytes } from "../base/bytes";
import { BAD_CRC, BAD_FORM, BAD_LENGTH, Command, FIELDS_MAX, PARSED } from "./command";
import { LINE_BYTES_MAX } from "./layout";
import { hexDigits } from "./line";

/** "$HC,", which every line of ours starts with. */
const HEAD: u32 = 0x2c434824;
const HEAD_BYTES: i32 = 4;
/** Most bytes before "\n". */
const BYTES_MAX: i32 = LINE_BYTES_MAX - 1;
const NUMBER_DIGITS_MAX: i32 = 18;

const COMMAND_AT: usize = memory.data(offsetof<Command>(), 16);
/** What the parser that spoke last understood. */
export const command: Command = changetype<Command>(COMMAND_AT);

/**
 * State of one port. A line counts as ours, and gets exactly one answer, from the moment "$HC," has come; all else between lines is
 * junk without an answer (so are the frames of SMP, which hold no "$"). "$" always begins a line: one that it cuts is answered
 * with FORM. Zeroed memory is a parser that waits for a line.
 */
@unmanaged
export class Parser {
  bytes: i32; // taken of the line, "$" included; 0 outside of one
  // They follow.

  static readonly BYTES: i32 = 4 + 128;

  /** Takes a byte. Returns 0, PARSED, or BAD_* with what is known in `command`. */
  take(byte: i32): i32 {
    const text = changetype<usize>(this) + 4;
    const at = byte == 0x24 ? 0 : this.bytes;
    const cut = this.bytes >= HEAD_BYTES;
    if (at == 0 && byte != 0x24) return 0;
    store<u8>(text + at, byte);
    this.bytes = at == HEAD_BYTES - 1 & load<u32>(text) != HEAD ? 0 : at + 1;
    if (!cut) return 0;
    let result: i32 = 0;
    if (at == 0) return refuse(BAD_FORM);
    if (byte == 0x0a) result = understand(text, text + at);
    else if (at == BYTES_MAX) result = refuse(BAD_LENGTH);
    if (result != 0) this.bytes = 0;
    return result;
  }
}

/** Forgets the command before, also the fields that this one may leave out. */
function refuse(error: i32): i32 {
  command.seq = -1;
  command.tag = 0;
  command.value7 = 0;
  command.value8 = 0;
  command.value9 = 0;
  return error;
}

/** Reads "$HC,<seq>,<tag>,…*CRC" up to the line feed at `feed`. */
function understand(text: usize, feed: usize): i32 {
  refuse(0);
  const end = feed - (load<u8>(feed - 1) == 0x0d ? 6 : 5);
  if (end < text + HEAD_BYTES | load<u8>(end) != 0x2a) return BAD_FORM;
  if (load<u32>(end, 1) != hexDigits(crcBytes(0, text + 1, <i32>(end - text) - 1))) return BAD_CRC;
  let field: i32 = 0; // the seq, the tag, the fields
  let words: i32 = 0;
  let letters: i32 = 0;
  let figures: i32 = 0;
  let value: i64 = 0;
  let at = text + HEAD_BYTES;
  for (; at <= end; at++) {
    const byte = <i32>load<u8>(at);
    if (byte >= 0x30 && byte <= 0x39) {
      figures++;
      value = value * 10 + (byte - 0x30);
    } else if (byte >= 0x41 && byte <= 0x5a) {
      value |= <i64>byte << (8 * letters);
      letters++;
    } else {
      if ((at != end && byte != 0x2c) || (letters == 0) == (figures == 0) || letters > 4 || figures > NUMBER_DIGITS_MAX || field == FIELDS_MAX + 2) break;
      store<i64>(COMMAND_AT + (field << 3), value, offsetof<Command>("seq"));
      if (letters != 0) words |= 1 << field;
      field++;
      letters = 0;
      figures = 0;
      value = 0;
    }
  }
  command.words = words >> 2;
  command.fields = field - 2;
  if ((words & 3) != 2 | command.seq > 0xffff) return refuse(BAD_FORM);
  return at <= end ? BAD_FORM : PARSED;
}

/** Place of a tag among `count` of them at `tags`, −1 if it is not there. */
export function indexOf(tag: i64, tags: usize, count: i32): i32 {
  while (--count >= 0 & load<i32>(tags + (count << 2)) != tag) {}
  return count;
}
