// Finds commands in a stream of bytes, one byte at a time in bounded memory. Pure: it answers nothing itself.
import { crcBytes } from "../base/bytes";
import { ERROR_CRC, ERROR_FORM, ERROR_LONG, LINE_BYTES_MAX, LOG_NONE } from "./layout";
import { Command, FIELDS_MAX } from "./command";
import { hexDigit } from "./line";

/** What `take` returns when `command` is a whole one; other results are 0 or ERROR_*. */
export const PARSED: i32 = 1;

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

  /** Takes a byte. Returns 0, PARSED, or ERROR_* with what is known in `command`. */
  take(byte: i32): i32 {
    const text = changetype<usize>(this) + 4;
    let at = this.bytes;
    let result: i32 = 0;
    if (byte == 0x24) {
      if (at >= HEAD_BYTES) result = refuse(ERROR_FORM);
      at = 0;
    } else if (at == 0) return 0;
    if (at >= HEAD_BYTES) {
      if (byte == 0x0a) result = understand(text, load<u8>(text + at - 1) == 0x0d ? at - 1 : at);
      else if (at == BYTES_MAX) result = refuse(ERROR_LONG);
      else if ((byte < 0x20 && byte != 0x0d) || byte > 0x7e) result = refuse(ERROR_FORM);
      if (result != 0) {
        this.bytes = 0;
        return result;
      }
    }
    store<u8>(text + at, byte);
    at += 1;
    this.bytes = at == HEAD_BYTES && load<u32>(text) != HEAD ? 0 : at;
    return result;
  }
}

function refuse(error: i32): i32 {
  command.seq = LOG_NONE;
  command.tag = 0;
  return error;
}

/** Reads "$HC,<seq>,<tag>,…*CRC". */
function understand(text: usize, bytes: i32): i32 {
  refuse(0);
  const end = text + bytes - 5;
  if (bytes < HEAD_BYTES + 5 || load<u8>(end) != 0x2a) return ERROR_FORM;
  const crc = crcBytes(0, text + 1, bytes - 6);
  for (let digit: i32 = 0; digit < 4; digit++) if (load<u8>(end + digit, 1) != hexDigit(crc, digit)) return ERROR_CRC;
  command.words = 0;
  let field: i32 = -2; // the seq; −1 is the tag
  let letters: i32 = 0;
  let figures: i32 = 0;
  let value: i64 = 0;
  for (let at = text + HEAD_BYTES; at <= end; at++) {
    const byte = <i32>load<u8>(at);
    if (byte >= 0x30 && byte <= 0x39 && ++figures <= NUMBER_DIGITS_MAX) value = value * 10 + (byte - 0x30);
    else if (byte >= 0x41 && byte <= 0x5a && ++letters <= 4) value |= <i64>(byte << (8 * letters - 8));
    else if (at == end || byte == 0x2c) {
      if ((letters == 0) == (figures == 0) || field == FIELDS_MAX) return ERROR_FORM;
      if (field >= 0) {
        store<i64>(COMMAND_AT + ((<usize>field) << 3), value, offsetof<Command>("value0"));
        if (letters != 0) command.words |= 1 << field;
      } else if (field == -1) {
        if (letters == 0) return ERROR_FORM;
        command.tag = <i32>value;
      } else {
        if (letters != 0 || value > 0xffff) return ERROR_FORM;
        command.seq = <i32>value;
      }
      field++;
      letters = 0;
      figures = 0;
      value = 0;
    } else return ERROR_FORM;
  }
  command.fields = field;
  return field < 0 ? ERROR_FORM : PARSED;
}
