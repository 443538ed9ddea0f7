// A command as the parser understood it. Plain data, no code.

/** Fields of the longest command, SET. */
export const FIELDS_MAX: i32 = 7;

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
}
