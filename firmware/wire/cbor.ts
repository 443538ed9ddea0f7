// CBOR (RFC 8949) as far as SMP needs it. Pure. Reads a map of text to anything, whatever the bytes are; writes maps, lists, numbers, text
// and bytes. Refused are lengths that are not told beforehand, but for that of the map itself.
import { copyBytes } from "../base/bytes";

// Types of items, as in their first byte.
export const CBOR_UINT: i32 = 0;
export const CBOR_BYTES: i32 = 2;
export const CBOR_TEXT: i32 = 3;
const LIST: i32 = 4;
const MAP: i32 = 5;
const TAG: i32 = 6;
export const CBOR_SIMPLE: i32 = 7;
/** There is no such item. */
export const CBOR_NONE: i32 = -1;
/** Value of a CBOR_SIMPLE. */
export const CBOR_TRUE: u32 = 21;

const OPEN_MAP: i32 = 0xbf;
const OPEN_LIST: i32 = 0x9f;
const BREAK: i32 = 0xff;
/** Most letters of a name that `find` knows. */
const NAME_LETTERS: u32 = 8;

const CBOR_AT: usize = memory.data(32, 16);

@unmanaged
class Cbor {
  map: usize; // the first pair of the map that is read
  pairs: u32; // u32.MAX_VALUE: a break ends it
  at: usize; // what is read next; of text and bytes that were found, where they are
  end: usize; // nothing is read from here on
  type: i32; // of the item last read
  value: u32; // its number, length or count; larger ones are u32.MAX_VALUE
  out: usize; // where writing goes on
}
/** What was read and written last. */
export const cbor: Cbor = changetype<Cbor>(CBOR_AT);

/** Takes the bytes [at, end) for a map to look things up in; false if they are none, or not well-formed. None at all are an empty map. */
export function open(at: usize, end: usize): bool {
  cbor.at = at;
  cbor.end = end;
  cbor.pairs = 0;
  if (at == end) return true;
  if (load<u8>(at) == OPEN_MAP) {
    cbor.at = at + 1;
    cbor.pairs = u32.MAX_VALUE;
  } else {
    if (!head() || cbor.type != MAP) return false;
    cbor.pairs = cbor.value;
  }
  cbor.map = cbor.at;
  return walk(0) == CBOR_NONE && cbor.at == end;
}

/** Type of the item with a name of up to eight letters, then also in `cbor`; CBOR_NONE if there is none. */
export function find(name: i64): i32 {
  cbor.at = cbor.map;
  return walk(name);
}

/** The number with a name, `none` where there is no such item; anything but a number is u32.MAX_VALUE. */
export function findNumber(name: i64, none: u32): u32 {
  const type = find(name);
  return type == CBOR_NONE ? none : type == CBOR_UINT ? cbor.value : u32.MAX_VALUE;
}

/** Up to eight letters at `at`, packed; 0 if they are more. */
export function packed(at: usize, letters: u32): i64 {
  if (letters > NAME_LETTERS) return 0;
  let text: i64 = 0;
  while (letters > 0) text = (text << 8) | <i64>load<u8>(at + --letters);
  return text;
}

/** Passes the pairs from `cbor.at` on up to the one named `name`, or (0) all. -2: not well-formed. */
function walk(name: i64): i32 {
  for (let pair = cbor.pairs; pair != 0; pair--) {
    if (cbor.pairs == u32.MAX_VALUE && cbor.at < cbor.end && load<u8>(cbor.at) == BREAK) {
      cbor.at++;
      break;
    }
    const key = cbor.at;
    if (!skip(1)) return -2;
    const found = name != 0 && load<u8>(key) >> 5 == CBOR_TEXT && packed(cbor.at - cbor.value, cbor.value) == name;
    if (!found) {
      if (!skip(1)) return -2;
      continue;
    }
    head();
    return cbor.type;
  }
  return CBOR_NONE;
}

/** Passes so many items with all that is in them; false if they are not well-formed. After one of text it is the last one read. */
function skip(items: u32): bool {
  for (; items != 0; items--) {
    if (!head()) return false;
    const type = cbor.type;
    const value = cbor.value;
    if (type == CBOR_BYTES || type == CBOR_TEXT) cbor.at += value;
    else if (type == LIST) items += value;
    else if (type == MAP) items += 2 * value;
    else if (type == TAG) items++;
  }
  return true;
}

/** Reads the start of an item. False if there is none, or it is longer than all that is left. */
function head(): bool {
  let at = cbor.at;
  const end = cbor.end;
  if (at >= end) return false;
  const first = <i32>load<u8>(at++);
  const type = first >> 5;
  let value: u64 = first & 31;
  if (value >= 24) {
    if (value > 27) return false;
    let bytes = 1 << (<i32>value - 24);
    if (<usize>bytes > end - at) return false;
    for (value = 0; bytes > 0; bytes--) value = (value << 8) | <u64>load<u8>(at++);
  }
  cbor.at = at;
  cbor.type = type;
  cbor.value = <u32>min<u64>(value, u32.MAX_VALUE);
  // An item in a list or a map takes a byte at least.
  return type < CBOR_BYTES || type > MAP || value <= end - at;
}

/** Appends a byte. */
export function put(byte: i32): void {
  store<u8>(cbor.out++, byte);
}

/** Begins a map whose end is told by `close`. */
export function openMap(): void {
  put(OPEN_MAP);
}

/** Begins a list, likewise. */
export function openList(): void {
  put(OPEN_LIST);
}

/** Ends the map or list. */
export function close(): void {
  put(BREAK);
}

/** Appends the start of an item: a number, or length or count of what is to follow. */
export function start(type: i32, value: u32): void {
  let bytes: i32 = value < 24 ? 0 : value < 0x100 ? 1 : value < 0x10000 ? 2 : 4;
  put((type << 5) | (bytes == 0 ? value : 24 + (bytes >> 1)));
  while (--bytes >= 0) put(value >> (8 * bytes));
}

/** Appends up to eight packed letters as text. */
export function text(letters: i64): void {
  start(CBOR_TEXT, NAME_LETTERS - (<u32>clz<i64>(letters) >> 3));
  for (; letters != 0; letters >>= 8) put(<i32>letters);
}

/** Appends a text of nine letters, eight of them packed: the longest that SMP has here. */
export function text9(letters: i64, ninth: i32): void {
  text(letters);
  put(ninth);
  const at = cbor.out - 10;
  store<u8>(at, load<u8>(at) + 1);
}

/** Appends a number with its name. */
export function number(name: i64, value: u32): void {
  text(name);
  start(CBOR_UINT, value);
}

/** Appends true or false. */
export function flag(value: bool): void {
  put(value ? 0xf5 : 0xf4);
}

/** Appends `size` bytes at `src` as CBOR_TEXT or CBOR_BYTES; they may lie further on in what is written to. */
export function string(type: i32, src: usize, size: i32): void {
  start(type, size);
  copyBytes(cbor.out, src, size);
  cbor.out += size;
}
