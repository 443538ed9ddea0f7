// The record on NOR flash that log and config share. Written in two steps, body then commit word, each to erased bytes: a cut at any
// byte leaves either the whole record or none.
//
//   0 magic   1 type   2 payload bytes   3 magic   4 sequence, u32
//   8 payload, zeroes up to a multiple of 4   then the commit word: CRC-16 of all before, and its complement
import { copyBytes, crcBytes } from "../base/bytes";
import { smaller } from "../base/order";
import { flash_read, flash_write } from "../hal";

/** Sizes on flash, bytes: what one erase takes, the longest payload, the longest record. */
export const SECTOR_BYTES: i32 = 4096;
export const PAYLOAD_BYTES_MAX: i32 = 112;
export const RECORD_BYTES_MAX: i32 = 124;

// Types of records. What a payload means is the app's business.
export const RECORD_BOOT: i32 = 1;
export const RECORD_SET: i32 = 2; // a set starts
export const RECORD_CONTACT: i32 = 3;
export const RECORD_AMEND: i32 = 4;
export const RECORD_SUMMARY: i32 = 5;
export const RECORD_FAULT: i32 = 6;
export const RECORD_TIME: i32 = 7; // MCU time against UNIX time
export const RECORD_CONFIG: i32 = 16; // only in the config sectors
export const RECORD_SECTOR: i32 = 17; // only at the start of the log's sectors

export const STORE_ERROR_FLASH: i32 = -1; // the flash refused
export const STORE_ERROR_SIZE: i32 = -2; // payload too long
export const STORE_ERROR_MOUNT: i32 = -3; // not mounted yet

const MAGIC: u32 = 0x5a0000b5;
const MAGIC_MASK: u32 = 0xff0000ff;
const HEADER_BYTES: i32 = 8;
const COMMIT_BYTES: i32 = 4;
/** A word of erased flash. */
export const ERASED: u32 = 0xffffffff;

/** The record under way: written from here, read into here. */
export const RECORD_AT: usize = memory.data(128, 16);

/** Bytes on flash of a record with `size` bytes of payload. */
export function recordBytes(size: i32): i32 {
  return HEADER_BYTES + COMMIT_BYTES + ((size + 3) & ~3);
}

/** The commit word of the `size` bytes at RECORD_AT. */
function commitWord(size: i32): u32 {
  const crc: u32 = crcBytes(0, RECORD_AT, size);
  return crc | (~crc << 16);
}

/** Writes one record at `at`, which must be erased. False when the flash refused: what is there then is no record. */
export function writeRecord(at: i32, type: i32, sequence: u32, src: usize, size: i32): bool {
  const body: i32 = recordBytes(size) - COMMIT_BYTES;
  store<u32>(RECORD_AT + body - 4, 0);
  store<u32>(RECORD_AT, MAGIC | (type << 8) | (size << 16));
  store<u32>(RECORD_AT, sequence, 4);
  copyBytes(RECORD_AT + HEADER_BYTES, src, size);
  store<u32>(RECORD_AT + body, commitWord(body));
  return flash_write(at, RECORD_AT, body) >= 0 && flash_write(at + body, RECORD_AT + body, COMMIT_BYTES) >= 0;
}

/**
 * Reads header and commit word of what is at `at`. Whether they look like those of a record: a torn one has no commit word, a rotten one may
 * pass. A tenth of what `readRecord` takes.
 */
export function readEnds(at: i32): bool {
  if (flash_read(at, RECORD_AT, HEADER_BYTES) < 0 | (load<u32>(RECORD_AT) & MAGIC_MASK) != MAGIC) return false;
  flash_read(at + recordBytes(recordSize()) - COMMIT_BYTES, RECORD_AT + HEADER_BYTES, COMMIT_BYTES);
  return (load<u16>(RECORD_AT, HEADER_BYTES) ^ load<u16>(RECORD_AT, HEADER_BYTES + 2)) == 0xffff;
}

/** Reads what is at `at`. Whether it is a committed record; RECORD_BYTES_MAX bytes of what is there, or up to `end`, are read then. */
export function readRecord(at: i32, end: i32): bool {
  const size: i32 = smaller(end - at, RECORD_BYTES_MAX);
  if (flash_read(at, RECORD_AT, size) < 0 | (load<u32>(RECORD_AT) & MAGIC_MASK) != MAGIC) return false;
  const body: i32 = recordBytes(recordSize()) - COMMIT_BYTES;
  return body < size && load<u32>(RECORD_AT + body) == commitWord(body);
}

// Of the record last read.
@inline
export function recordType(): i32 {
  return load<u8>(RECORD_AT, 1);
}
/** Payload bytes of the record last read. */
@inline
export function recordSize(): i32 {
  return load<u8>(RECORD_AT, 2);
}
/** Sequence number of the record last read. */
@inline
export function recordSequence(): u32 {
  return load<u32>(RECORD_AT, 4);
}
/** Where its payload lies. */
@inline
export function recordPayload(): usize {
  return RECORD_AT + HEADER_BYTES;
}

/**
 * The next committed record from `at` on, before `end`; what lies between is torn or rotten and passed word by word. Returns where
 * the one after it may begin, it being read then, or 0 when there is none.
 */
export function findRecord(at: i32, end: i32): i32 {
  while (at < end) {
    if (readRecord(at, end)) return at + recordBytes(recordSize());
    // Pass erased words without reading each anew.
    const size: i32 = smaller(end - at, RECORD_BYTES_MAX);
    let skip: i32 = 4;
    while (skip < size & load<u32>(RECORD_AT + skip) == ERASED) skip += 4;
    at += skip;
  }
  return 0;
}

/** Where writing may go on in [from, end): after the last word that is not erased. */
export function findEnd(from: i32, end: i32): i32 {
  while (end > from && flash_read(end - 4, RECORD_AT, 4) >= 0 & load<u32>(RECORD_AT) == ERASED) end -= 4;
  return end;
}
