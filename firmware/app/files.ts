// Group 8 of SMP: the log as files that can be read, /log their index.
import { HASH_BYTES } from "../base/sha256";
import { beginDigest, stepDigest } from "../store/digest";
import { fileBytes, fileStart, newestFile, oldestFile } from "../store/log";
import { flash_read } from "../hal";
import { cbor, CBOR_BYTES, CBOR_NONE, CBOR_TEXT, close, find, findNumber, number, openMap, packed, put, start, string, text } from "../wire/cbor";
import { LOG_FILE_LINE_BYTES, SMP_ERROR_INVALID, SMP_ERROR_NOT_FOUND, SMP_ERROR_UNKNOWN } from "../wire/layout";
import { NAME_DATA, NAME_FORMAT, NAME_LEN, NAME_NAME, NAME_OFF, NAME_OUTPUT, NAME_SHA256, NAME_SIZE, NAME_TYPE, NAME_TYPES } from "../wire/names";
import { beginResponse } from "../wire/packet";
import { AGAIN, smp } from "./transfer";

/** Bytes of a file in one response, and of the index. Whole lines. */
const FILE_CHUNK_BYTES: i32 = 464;
const INDEX_CHUNK_BYTES: i32 = 256;
/** Most digits of a file's number, and so the number's in the index. */
const NUMBER_DIGITS: i32 = 10;
const SIZE_DIGITS: i32 = 4;

// What MCUmgr's file group calls its errors << 8, and the general error that says so to who does not know them.
const NAME_INVALID: i32 = (2 << 8) | SMP_ERROR_INVALID;
const NOT_FOUND: i32 = (3 << 8) | SMP_ERROR_NOT_FOUND;
const IS_DIRECTORY: i32 = (4 << 8) | SMP_ERROR_UNKNOWN;
const READ_FAILED: i32 = (7 << 8) | SMP_ERROR_UNKNOWN;
const OFFSET_NOT_VALID: i32 = (11 << 8) | SMP_ERROR_UNKNOWN;
const OFFSET_BEYOND: i32 = (12 << 8) | SMP_ERROR_UNKNOWN;
const HASH_NOT_KNOWN: i32 = (13 << 8) | SMP_ERROR_INVALID;

const FILE_AT: usize = memory.data(8, 8);

/** The file a request is about. */
@unmanaged
class File {
  number: u32; // 0: the index
  bytes: i32;
}
const file: File = changetype<File>(FILE_AT);

/** Finds the file that the request names. Returns 0, or the error. */
function openFile(): i32 {
  if (find(NAME_NAME) != CBOR_TEXT) return SMP_ERROR_INVALID;
  let at = cbor.at;
  const end = at + cbor.value;
  if (packed(at, min(cbor.value, 4)) != 0x676f6c2f) return NAME_INVALID; // "/log"
  at += 4;
  file.number = 0;
  if (at == end) {
    file.bytes = <i32>(newestFile() + 1 - oldestFile()) * LOG_FILE_LINE_BYTES;
    return 0;
  }
  if (load<u8>(at++) != 0x2f || at == end || load<u8>(at) == 0x30 || <i32>(end - at) > NUMBER_DIGITS) return NAME_INVALID;
  let value: u64 = 0;
  for (; at < end; at++) {
    const digit: u32 = load<u8>(at) - 0x30;
    if (digit > 9) return NAME_INVALID;
    value = value * 10 + digit;
  }
  if (value < oldestFile() || value > newestFile()) return NOT_FOUND;
  file.number = <u32>value;
  file.bytes = fileBytes(file.number);
  return 0;
}

/** Answers with the next part of a file. */
export function download(): i32 {
  const error = openFile();
  if (error != 0) return error;
  const off = findNumber(NAME_OFF, u32.MAX_VALUE);
  if (off > <u32>file.bytes) return OFFSET_BEYOND;
  const index = file.number == 0;
  if (index && (off & (LOG_FILE_LINE_BYTES - 1)) != 0) return OFFSET_NOT_VALID;
  const size = min(file.bytes - off, index ? INDEX_CHUNK_BYTES : FILE_CHUNK_BYTES);
  beginResponse();
  number(NAME_OFF, off);
  if (off == 0) number(NAME_LEN, file.bytes);
  text(NAME_DATA);
  start(CBOR_BYTES, size);
  if (index) {
    for (let line = off / LOG_FILE_LINE_BYTES; line < (off + size) / LOG_FILE_LINE_BYTES; line++) putLine(oldestFile() + line);
  } else {
    if (flash_read(fileStart(file.number) + off, cbor.out, size) < 0) return READ_FAILED;
    cbor.out += size;
  }
  return 0;
}

/** Appends a file's line of the index. */
function putLine(which: u32): void {
  putDigits(which, NUMBER_DIGITS);
  put(0x20);
  putDigits(fileBytes(which), SIZE_DIGITS);
  put(0x0a);
}

function putDigits(value: u32, digits: i32): void {
  cbor.out += digits;
  for (let at = cbor.out; digits > 0; digits--) {
    store<u8>(--at, 0x30 + (value % 10));
    value /= 10;
  }
}

/** Answers with the length of a file. */
export function tellStatus(): i32 {
  const error = openFile();
  if (error != 0) return error;
  beginResponse();
  number(NAME_LEN, file.bytes);
  return 0;
}

/** Answers with the hash of a file, or of a part of it. */
export function tellHash(): i32 {
  const off = findNumber(NAME_OFF, 0);
  if (smp.phase == 0) {
    const type = find(NAME_TYPE);
    if (type != CBOR_NONE && (type != CBOR_TEXT || packed(cbor.at, cbor.value) != NAME_SHA256)) return HASH_NOT_KNOWN;
    const error = openFile();
    if (error != 0) return error;
    if (file.number == 0) return IS_DIRECTORY;
    if (off > <u32>file.bytes) return OFFSET_BEYOND;
    file.bytes = min<u32>(file.bytes - off, findNumber(NAME_LEN, u32.MAX_VALUE));
    beginDigest(fileStart(file.number) + off, file.bytes);
    smp.phase = 1;
  }
  const hash = stepDigest();
  if (hash == 0) return AGAIN;
  beginResponse();
  text(NAME_TYPE);
  text(NAME_SHA256);
  if (off != 0) number(NAME_OFF, off);
  number(NAME_LEN, file.bytes);
  text(NAME_OUTPUT);
  string(CBOR_BYTES, hash, HASH_BYTES);
  return 0;
}

/** Answers with the one kind of hash there is. */
export function tellHashes(): i32 {
  beginResponse();
  text(NAME_TYPES);
  openMap();
  text(NAME_SHA256);
  openMap();
  number(NAME_FORMAT, 1); // bytes
  number(NAME_SIZE, HASH_BYTES);
  close();
  close();
  return 0;
}
