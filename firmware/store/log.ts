// Power-safe append log in a ring of flash sectors: a cut at any byte leaves every committed record readable.
//
// Sector: 0 magic · 4 number of the sector's use, counts up · 8 number of the next record when it was prepared · 12 check · 16 retired
// (erased: in use) · 20 records. A sector is prepared (erased, header written) before it is needed; the oldest is retired, then
// erased. Whatever is neither in use nor prepared is erased again, so a cut during an erase costs nothing but that.
import { flash_erase, flash_read, flash_write } from "../hal";
import { FAULT_FLASH, FAULT_LOG_FULL } from "../wire/layout";
import {
  commitWord, findEnd, findRecord, PAYLOAD_BYTES_MAX, recordBytes, recordPayload, recordSequence, recordSize, recordType, SECTOR_BYTES,
  STORE_ERROR_FLASH, STORE_ERROR_MOUNT, STORE_ERROR_SIZE, writeRecord,
} from "./record";

export const LOG_START: i32 = 0x2000;
export const LOG_SECTORS: i32 = 14; // to 64 KiB

const SECTOR_MAGIC: u32 = 0x314c4348; // "HCL1"
const SECTOR_HEADER_BYTES: i32 = 20;
const CHECKED_BYTES: i32 = 12;
const RETIRED_OFFSET: i32 = 16;
const IN_USE: u32 = 0xffffffff;

// Steps of mounting.
const MOUNT_NONE: i32 = 0;
const MOUNT_HEADERS: i32 = 1;
const MOUNT_END: i32 = 2;
const MOUNT_LAST: i32 = 3;
const MOUNT_FIRST: i32 = 4;
const MOUNT_DONE: i32 = 5;

/** What the caller may look at between calls. */
@unmanaged
export class Log {
  sequence: u32; // number of the next record; counts from 1 over the life of the log
  oldest: u32; // number of the oldest record kept; == sequence when empty
  given_up: u32; // records given up for newer ones since `mount`
  payload: usize; // of the record `next` found, valid until the next call into store/
  payload_bytes: i32;
  record_type: i32;
  record_sequence: u32;
  faults_new: u32; // bit 1 << FAULT_FLASH, FAULT_LOG_FULL: happened since the caller last zeroed it
}

@unmanaged
class Ring {
  mounting: i32; // MOUNT_*
  head: u32; // use number of the sector written to; 0 = none yet
  head_index: i32; // its place
  at: i32; // address the next record goes to
  tail: u32; // use number of the oldest sector kept
  spare: i32; // 1: the sector after the head is prepared
  probe: u32; // use number under search while mounting
  read: u32; // use number of the sector being read
  read_at: i32; // address in it; 0 = its start
  read_from: u32; // least number wanted
}

const LOG_AT: usize = memory.data(32, 16);
const RING_AT: usize = memory.data(48, 16);
const HEADER_AT: usize = memory.data(32, 16);

export const log: Log = changetype<Log>(LOG_AT);
const ring: Ring = changetype<Ring>(RING_AT);

/** Begins to find the log on flash; call `mountStep` until it returns 0. */
export function mount(): void {
  ring.mounting = MOUNT_HEADERS;
  ring.head = 0;
  ring.head_index = LOG_SECTORS - 1;
  ring.tail = 1;
  ring.spare = 0;
  ring.at = LOG_START;
  ring.read = 0;
  log.sequence = 1;
  log.oldest = 1;
  log.given_up = 0;
  log.faults_new = 0;
}

/** One bounded step of mounting (reads at most one 4 KiB sector; four steps unless sectors are rotten). Returns 1 while there is more to do. */
export function mountStep(): i32 {
  switch (ring.mounting) {
    case MOUNT_HEADERS:
      mountHeaders();
      break;
    case MOUNT_END:
      ring.at = findEnd(start(ring.head), end(ring.head));
      ring.probe = ring.head;
      ring.mounting = MOUNT_LAST;
      break;
    case MOUNT_LAST:
      mountLast();
      break;
    case MOUNT_FIRST:
      mountFirst();
      break;
  }
  return ring.mounting < MOUNT_DONE ? 1 : 0;
}

/** Appends one record, durable on return. `size` ≤ PAYLOAD_BYTES_MAX. Returns 0, or STORE_ERROR_*. Waits for at most one erase. */
export function append(type: i32, src: usize, size: i32): i32 {
  if (ring.mounting != MOUNT_DONE) return STORE_ERROR_MOUNT;
  if (size < 0 || size > PAYLOAD_BYTES_MAX) return STORE_ERROR_SIZE;
  const bytes: i32 = recordBytes(size);
  // A place that failed is passed over once.
  for (let attempt: i32 = 0; attempt < 2; attempt++) {
    if (ring.head == 0 || ring.at + bytes > end(ring.head)) {
      if (!ring.spare && !prepare()) return STORE_ERROR_FLASH;
      ring.head++;
      ring.head_index = after(ring.head_index);
      ring.at = start(ring.head);
      ring.spare = 0;
    }
    const at: i32 = ring.at;
    ring.at = at + bytes;
    if (writeRecord(at, type, log.sequence, src, size) > 0) {
      log.sequence++;
      return 0;
    }
    log.faults_new |= 1 << FAULT_FLASH;
  }
  return STORE_ERROR_FLASH;
}

/** Prepares the next sector when there is need (one erase); call it when there is time. Returns 1 when it did something. */
export function idle(): i32 {
  return ring.mounting == MOUNT_DONE && !ring.spare && prepare() ? 1 : 0;
}

/** Records kept, those included that rot took since. */
export function count(): i32 {
  return <i32>(log.sequence - log.oldest);
}

/** Sets the reader to the oldest record with a number ≥ `sequence` (0: the oldest kept). */
export function seek(sequence: u32): void {
  ring.read_from = sequence;
  ring.read_at = 0;
  ring.read = ring.tail;
  for (let use: u32 = ring.head; use > ring.tail; use--) {
    if (readHeader(use) && load<u32>(HEADER_AT, 8) <= sequence) {
      ring.read = use;
      return;
    }
  }
}

/** Reads the next record into `log.payload …`; false at the end. Passes over rotten ones: at worst the whole log is read. */
export function next(): bool {
  if (ring.mounting != MOUNT_DONE || ring.head == 0) return false;
  if (ring.read < ring.tail) {
    ring.read = ring.tail;
    ring.read_at = 0;
  }
  while (ring.read <= ring.head) {
    const last: i32 = ring.read == ring.head ? ring.at : end(ring.read);
    let at: i32 = ring.read_at != 0 ? ring.read_at : start(ring.read);
    while ((at = findRecord(at, last)) < last) {
      const sequence: u32 = recordSequence();
      at += recordBytes(recordSize());
      if (sequence < ring.read_from || sequence >= log.sequence) continue;
      ring.read_at = at;
      ring.read_from = sequence + 1;
      log.payload = recordPayload();
      log.payload_bytes = recordSize();
      log.record_type = recordType();
      log.record_sequence = sequence;
      return true;
    }
    if (ring.read == ring.head) {
      ring.read_at = last;
      return false;
    }
    ring.read++;
    ring.read_at = 0;
  }
  return false;
}

@inline
function after(index: i32): i32 {
  return index + 1 < LOG_SECTORS ? index + 1 : 0;
}

/** Address of the sector with use number `use`, of those from the tail to the one after the head. */
function address(use: u32): i32 {
  let index: i32 = ring.head_index - <i32>(ring.head - use);
  if (index < 0) index += LOG_SECTORS;
  else if (index >= LOG_SECTORS) index -= LOG_SECTORS;
  return LOG_START + index * SECTOR_BYTES;
}

@inline
function start(use: u32): i32 {
  return address(use) + SECTOR_HEADER_BYTES;
}

@inline
function end(use: u32): i32 {
  return address(use) + SECTOR_BYTES;
}

/** Reads a sector's header to HEADER_AT; whether it is whole and in use. */
function readHeaderAt(at: i32): bool {
  return flash_read(at, HEADER_AT, SECTOR_HEADER_BYTES) >= 0 && load<u32>(HEADER_AT) == SECTOR_MAGIC &&
    load<u32>(HEADER_AT, CHECKED_BYTES) == commitWord(HEADER_AT, CHECKED_BYTES) && load<u32>(HEADER_AT, RETIRED_OFFSET) == IN_USE;
}

@inline
function readHeader(use: u32): bool {
  return readHeaderAt(address(use)) && load<u32>(HEADER_AT, 4) == use;
}

/** Finds the newest sector and the oldest that belongs with it. */
function mountHeaders(): void {
  for (let index: i32 = 0; index < LOG_SECTORS; index++) {
    if (!readHeaderAt(LOG_START + index * SECTOR_BYTES)) continue;
    const use: u32 = load<u32>(HEADER_AT, 4);
    if (use <= ring.head) continue;
    ring.head = use;
    ring.head_index = index;
    log.sequence = load<u32>(HEADER_AT, 8);
  }
  if (ring.head == 0) {
    log.oldest = log.sequence;
    ring.mounting = MOUNT_DONE;
    return;
  }
  ring.tail = ring.head;
  for (let back: i32 = 1; back < LOG_SECTORS && <u32>back < ring.head; back++) {
    if (readHeader(ring.head - back)) ring.tail = ring.head - back;
  }
  // A newest sector without a word in it is the spare one.
  if (ring.tail < ring.head && findEnd(start(ring.head), end(ring.head)) == start(ring.head)) {
    ring.head_index = ring.head_index == 0 ? LOG_SECTORS - 1 : ring.head_index - 1;
    ring.head--;
    ring.spare = 1;
  }
  ring.mounting = MOUNT_END;
}

/** Finds the last record, in the head or, where that holds none, further back. */
function mountLast(): void {
  const last: i32 = end(ring.probe);
  let at: i32 = start(ring.probe);
  let found: bool = false;
  while ((at = findRecord(at, last)) < last) {
    if (recordSequence() >= log.sequence) log.sequence = recordSequence() + 1;
    found = true;
    at += recordBytes(recordSize());
  }
  if (found || ring.probe == ring.tail) {
    ring.probe = ring.tail;
    ring.mounting = MOUNT_FIRST;
  } else ring.probe--;
}

/** Finds the first record, in the tail or, where that holds none, further on. */
function mountFirst(): void {
  const last: i32 = end(ring.probe);
  if (findRecord(start(ring.probe), last) < last) log.oldest = recordSequence();
  else if (ring.probe < ring.head) {
    ring.probe++;
    return;
  } else log.oldest = log.sequence;
  ring.mounting = MOUNT_DONE;
}

/** Makes the sector after the head ready, giving up the oldest when the ring is full. False when the flash refused. */
function prepare(): bool {
  const use: u32 = ring.head + 1;
  const at: i32 = address(use);
  if (ring.head != 0 && use - ring.tail >= <u32>LOG_SECTORS) {
    store<u32>(HEADER_AT, 0);
    flash_write(at + RETIRED_OFFSET, HEADER_AT, 4); // refused where it is retired already; the erase follows anyway
    giveUp();
  }
  let ok: bool = flash_erase(at, SECTOR_BYTES) >= 0;
  if (ok) {
    store<u32>(HEADER_AT, SECTOR_MAGIC);
    store<u32>(HEADER_AT, use, 4);
    store<u32>(HEADER_AT, log.sequence, 8);
    store<u32>(HEADER_AT, commitWord(HEADER_AT, CHECKED_BYTES), CHECKED_BYTES);
    ok = flash_write(at, HEADER_AT, RETIRED_OFFSET) >= 0;
  }
  ring.spare = ok ? 1 : 0;
  if (!ok) log.faults_new |= 1 << FAULT_FLASH;
  return ok;
}

/** Drops the oldest sector from the log. */
function giveUp(): void {
  ring.tail++;
  let first: u32 = log.sequence;
  for (let use: u32 = ring.tail; use <= ring.head; use++) {
    const last: i32 = end(use);
    if (findRecord(start(use), last) < last) {
      first = recordSequence();
      break;
    }
  }
  if (first == log.oldest) return;
  log.given_up += first - log.oldest;
  log.oldest = first;
  log.faults_new |= 1 << FAULT_LOG_FULL;
}
