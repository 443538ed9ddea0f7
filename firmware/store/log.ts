// Power-safe append log in a ring of flash sectors: a cut at any byte leaves every committed record readable.

/** What the caller may look at between calls. */
@unmanaged
export class Log {
  sequence: u32; // number of the next record; counts from 1 over the life of the log
  oldest: u32; // number of the oldest record kept; == sequence when empty
  given_up: u32; // records overwritten by newer ones since `mount`
  payload: usize; // the record `next` found, valid until the next call into store/
  payload_bytes: i32;
  record_type: i32;
  record_sequence: u32;
  faults_new: u32; // bit 1 << FAULT_FLASH, FAULT_LOG_FULL: happened since the caller last zeroed it
}
const LOG_AT: usize = memory.data(64, 16);
export const log: Log = changetype<Log>(LOG_AT);

/** Begins to find the log on flash; call `mountStep` until it returns 0. */
export function mount(): void {}

/** One bounded step of mounting (reads at most one 4 KiB sector). Returns 1 while there is more to do, 0 when done. */
export function mountStep(): i32 {
  return 0;
}

/** Appends one record, durable on return. `size` ≤ PAYLOAD_BYTES_MAX. Returns 0, or STORE_ERROR_*. Waits for at most one erase. */
export function append(type: i32, src: usize, size: i32): i32 {
  return 0;
}

/** Erases ahead when there is need; call it when there is time. Returns 1 when it did something. */
export function idle(): i32 {
  return 0;
}

/** Records kept. */
export function count(): i32 {
  return 0;
}

/** Sets the reader to the oldest record with a number ≥ `sequence` (0: the oldest kept). */
export function seek(sequence: u32): void {}

/** Reads the next record into `log.payload …`; false at the end. */
export function next(): bool {
  return false;
}
