// Power-safe append log in a ring of flash sectors: a cut at any byte leaves every committed record readable.
//
// Sector: 0 a record without payload whose sequence is the number of the sector's use, counting up · 12 retired (erased: in use) ·
// 16 records. A sector is prepared (erased, headed) before it is needed; the oldest is retired, then erased. Whatever is neither in
// use nor prepared is erased again, so a cut during an erase costs nothing but that.
import { countUp } from "../base/bytes";
import { flash_erase, flash_write } from "../hal";
import { FAULT_FLASH, FAULT_LOG_FULL } from "../wire/layout";
import {
  ERASED, findEnd, findRecord, PAYLOAD_BYTES_MAX, readEnds, readRecord, RECORD_AT, RECORD_CONTACT, RECORD_SECTOR, RECORD_SET, RECORD_SUMMARY, recordBytes,
  recordPayload, recordSequence, recordSize, recordType, SECTOR_BYTES, STORE_ERROR_FLASH, STORE_ERROR_MOUNT, STORE_ERROR_SIZE, writeRecord,
} from "./record";

export const LOG_START: i32 = 0x2000;
export const LOG_SECTORS: i32 = 62; // to SLOT_START

const RETIRED_OFFSET: i32 = 12;
const SECTOR_HEADER_BYTES: i32 = 16;

// Steps of mounting.
const MOUNT_NONE: i32 = 0;
const MOUNT_HEADERS: i32 = 1;
const MOUNT_LAST: i32 = 2;
const MOUNT_SET: i32 = 3;
const MOUNT_DONE: i32 = 4;

/** What the caller may look at between calls. */
@unmanaged
export class Log {
  sequence: u32; // number of the next record; counts from 1 over the life of the log
  oldest: u32; // number of the oldest record kept; == sequence when empty
  given_up: u32; // records given up for newer ones since `mount`
  faults_new: u32; // bit 1 << FAULT_FLASH, FAULT_LOG_FULL: happened since the caller last zeroed it

  /** Payload of the record `next` found; this and the following are valid until the next call into store/. */
  get payload(): usize {
    return recordPayload();
  }
  /** Its bytes. */
  get payload_bytes(): i32 {
    return recordSize();
  }
  /** Its type. */
  get record_type(): i32 {
    return recordType();
  }
  /** Its number. */
  get record_sequence(): u32 {
    return recordSequence();
  }
}

@unmanaged
class Ring {
  mounting: i32; // MOUNT_*
  head: u32; // use number of the sector written to
  tail: u32; // use number of the oldest sector kept; head + 1 = none yet
  at: i32; // address the next record goes to
  spare: i32; // 1: the sector after the head is prepared
  probe: u32; // use number under search while mounting
  read: u32; // use number of the sector being read
  read_at: i32; // address in it; 0 = its start
  read_from: u32; // least number wanted
}

const LOG_AT: usize = memory.data(16, 16);
const RING_AT: usize = memory.data(48, 16);

export const log: Log = changetype<Log>(LOG_AT);
const ring: Ring = changetype<Ring>(RING_AT);

/**
 * Begins to find the log on flash, once, on fresh memory; call `mountStep` until it returns 0. The reader then stands at the last record that
 * begins or ends a set; where there is none, at contacts that tell the number of theirs.
 */
export function mount(): void {
  ring.mounting = MOUNT_HEADERS;
}

/** One bounded step of mounting (reads a 4 KiB sector twice at most; three steps, and one a sector back to the last set). Returns 1 while there is more to do. */
export function mountStep(): i32 {
  if (ring.mounting == MOUNT_HEADERS) mountHeaders();
  else if (ring.mounting == MOUNT_LAST) mountLast();
  else if (ring.mounting == MOUNT_SET) mountSet();
  return ring.mounting < MOUNT_DONE ? 1 : 0;
}

/** Appends one record, durable on return. `size` ≤ PAYLOAD_BYTES_MAX. Returns 0, or STORE_ERROR_*. Waits for at most one erase. */
export function append(type: i32, src: usize, size: i32): i32 {
  if (ring.mounting != MOUNT_DONE) return STORE_ERROR_MOUNT;
  if (<u32>size > <u32>PAYLOAD_BYTES_MAX) return STORE_ERROR_SIZE;
  const bytes: i32 = recordBytes(size);
  // A place that failed is passed over once.
  for (let attempt: i32 = 0; attempt < 2; attempt++) {
    const head: u32 = ring.head;
    let at: i32 = ring.at;
    if (at + bytes > end(head)) {
      if (!ring.spare && !prepare()) return STORE_ERROR_FLASH;
      ring.spare = 0;
      ring.head = head + 1;
      at = start(head + 1);
    }
    ring.at = at + bytes;
    if (writeRecord(at, type, log.sequence, src, size)) {
      countUp(LOG_AT + offsetof<Log>("sequence"));
      return 0;
    }
    fault(FAULT_FLASH);
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
  ring.read = 0;
}

/** Leaves the reader at the end. */
export function stop(): void {
  ring.read = ring.head + 1;
}

/** Reads the next record into `log.payload …`; false at the end. Passes over rotten and older ones: at worst the whole log is read. */
export function next(): bool {
  let use: u32 = ring.read;
  let at: i32 = ring.read_at;
  if (use < ring.tail) {
    use = ring.tail;
    at = 0;
  }
  for (; use <= ring.head; use++) {
    while ((at = findRecord(at || start(use), end(use))) != 0) {
      const sequence: u32 = recordSequence();
      if (sequence < ring.read_from | sequence >= log.sequence) continue;
      ring.read = use;
      ring.read_at = at;
      ring.read_from = sequence + 1;
      return true;
    }
  }
  return false;
}

/** Number of the oldest file: a file is what one use of a sector holds, and its number that of the use. */
export function oldestFile(): u32 {
  return ring.tail;
}

/** Number of the file that is written to; one less than `oldestFile` when there is none. */
export function newestFile(): u32 {
  return ring.head;
}

/** Where a file begins on flash. */
export function fileStart(file: u32): i32 {
  return start(file);
}

/** Its bytes: up to the last word written. */
export function fileBytes(file: u32): i32 {
  return findEnd(start(file), file == ring.head ? ring.at : end(file)) - start(file);
}

/** Gives up the files up to number `last`, which is below the newest: a cut leaves them given up from the oldest on. */
export function giveUp(last: u32): void {
  while (ring.tail <= last) retire();
  log.oldest = first();
}

/** Gives up the oldest file. A mark that is refused is there already, or rotten: the sector is erased before it is used again. */
function retire(): void {
  store<u32>(RECORD_AT, 0);
  flash_write(address(ring.tail) + RETIRED_OFFSET, RECORD_AT, 4);
  countUp(RING_AT + offsetof<Ring>("tail"));
}

/** Notes a fault for who looks at `faults_new`. */
function fault(code: i32): void {
  log.faults_new |= 1 << code;
}

/** Address of the sector with use number `use`. */
function address(use: u32): i32 {
  return LOG_START + <i32>(use % LOG_SECTORS) * SECTOR_BYTES;
}

function start(use: u32): i32 {
  return address(use) + SECTOR_HEADER_BYTES;
}

function end(use: u32): i32 {
  return address(use) + SECTOR_BYTES;
}

/** Where the words written in a sector end. */
function written(use: u32): i32 {
  return findEnd(start(use), end(use));
}

/** Finds the newest sector, the oldest, and where writing goes on. */
function mountHeaders(): void {
  let head: u32 = 0;
  let tail: u32 = u32.MAX_VALUE;
  for (let at: i32 = LOG_START; at < LOG_START + LOG_SECTORS * SECTOR_BYTES; at += SECTOR_BYTES) {
    if (!readRecord(at, at + SECTOR_BYTES) || recordType() != RECORD_SECTOR | load<u32>(RECORD_AT, RETIRED_OFFSET) != ERASED) continue;
    const use: u32 = recordSequence();
    head = max(head, use);
    tail = min(tail, use);
  }
  log.sequence = 1;
  ring.mounting = MOUNT_LAST;
  if (head == 0) {
    // As if the last sector had just been filled: the first one comes next.
    head = LOG_SECTORS - 1;
    tail = LOG_SECTORS;
    ring.at = end(head);
  } else {
    ring.at = written(head);
    if (ring.at == start(head) && tail < head) {
      // A newest sector without a word in it is the spare one.
      ring.spare = 1;
      head--;
      ring.at = written(head);
    }
  }
  ring.head = head;
  ring.tail = tail;
  ring.probe = head;
}

/** Finds the last record, in the head or, where that holds none, further back; then the first. */
function mountLast(): void {
  const probe: u32 = ring.probe;
  let at: i32 = start(probe);
  while ((at = findRecord(at, end(probe))) != 0) log.sequence = max(log.sequence, recordSequence() + 1);
  if (log.sequence == 1 & probe > ring.tail) {
    ring.probe = probe - 1;
    return;
  }
  log.oldest = first();
  ring.mounting = MOUNT_SET;
}

/** Sets the reader to the last record of a sector that begins or ends a set, or goes on to the sector before. Check sums are made for these records only. */
function mountSet(): void {
  const probe: u32 = ring.probe;
  const end: i32 = fileStart(probe) + fileBytes(probe);
  let found: i32 = 0;
  for (let at: i32 = start(probe); at < end; ) {
    if (!readEnds(at)) {
      at += 4;
      continue;
    }
    const next: i32 = at + recordBytes(recordSize());
    const type: i32 = recordType();
    if (type == RECORD_SET | type == RECORD_SUMMARY && readRecord(at, end)) found = at;
    if (type == RECORD_CONTACT & ring.read == 0 && readRecord(at, end)) ring.read = probe;
    at = next;
  }
  if (found == 0 & probe > ring.tail) {
    ring.probe = probe - 1;
    return;
  }
  if (found != 0) ring.read = probe;
  else if (ring.read == 0) stop();
  ring.read_at = found;
  ring.mounting = MOUNT_DONE;
}

/** Number of the first record kept, that of the next one when there is none. */
function first(): u32 {
  for (let use: u32 = ring.tail; use <= ring.head; use++) {
    if (findRecord(start(use), end(use)) != 0) return recordSequence();
  }
  return log.sequence;
}

/** Makes the sector after the head ready, giving up the oldest when the ring is full. False when the flash refused. */
function prepare(): bool {
  const use: u32 = ring.head + 1;
  const at: i32 = address(use);
  if (use - ring.tail >= <u32>LOG_SECTORS) {
    retire();
    const oldest: u32 = first();
    if (oldest != log.oldest) {
      log.given_up += oldest - log.oldest;
      log.oldest = oldest;
      fault(FAULT_LOG_FULL);
    }
  }
  if (flash_erase(at, SECTOR_BYTES) >= 0 && writeRecord(at, RECORD_SECTOR, use, 0, 0)) {
    ring.spare = 1;
    return true;
  }
  fault(FAULT_FLASH);
  return false;
}
