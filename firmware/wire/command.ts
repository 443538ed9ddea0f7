// A command as the parser understood it. Plain data, no code.

/** Fields of the longest command, SET. */
export const FIELDS_MAX: i32 = 10;

/** What `Parser.take` says of a whole command; below are the reasons to refuse one, in the order of their tags in app/commands.ts. */
export const PARSED: i32 = 1;
export const BAD_FORM: i32 = 2;
export const BAD_CRC: i32 = 3;
export const BAD_LENGTH: i32 = 4;
export const BAD_COMMAND: i32 = 5;
export const BAD_KEY: i32 = 6;
export const BAD_RANGE: i32 = 7;
export const BAD_MODE: i32 = 8;
export const BAD_FLASH: i32 = 9;

/** One command, or what is known of a broken one. */
@unmanaged
export class Command {
  fields: i32; // count of fields after the tag
  words: i32; // bit i: field i is letters, its value packed as a tag
  seq: i64; // as the host numbered it; -1 if unknown
  tag: i64; // TAG_*; 0 unknown
  value0: i64; // of the fields, in order: numbers ≥ 0, or packed letters
  value1: i64;
  value2: i64;
  value3: i64;
  value4: i64;
  value5: i64;
  value6: i64;
  value7: i64; // 0 where it was left out, and so are the last two
  value8: i64;
  value9: i64;
}
