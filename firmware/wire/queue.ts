// Lines that wait for the ports, whole and in order, in one block of static memory. Pure: the app moves the bytes.
import { copyBytes } from "../base/bytes";

export const QUEUE_BYTES: i32 = 1024;
/** Ports that carry lines: PORT_SERIAL, PORT_BLE_UART. */
export const PORTS: i32 = 2;
const PORT_BITS: i32 = 3;
const EVENT: i32 = 0x80;

// An entry: bytes u8, flags u8 (EVENT, ports still to serve), bytes sent u8 a port, the line, padded to 4.
const HEADER_BYTES: i32 = 4;
const QUEUE_AT: usize = memory.data(1024, 16);
const STATE_AT: usize = memory.data(12, 16);

@unmanaged
class Queue {
  used: i32;
  dropped: i32;
  closing: i32; // 1: some entry has no port left
}
const queue: Queue = changetype<Queue>(STATE_AT);

/** Bytes in use. */
export function queued(): i32 {
  return queue.used;
}

/** Lines dropped ever: for want of room, or because their port went away. */
export function dropped(): i32 {
  return queue.dropped;
}

/**
 * Adds a line for the ports in the mask. When there is no room the oldest events that no port has begun go, whole. A line that still
 * does not fit counts as dropped.
 */
export function push(text: usize, bytes: i32, ports: i32, event: bool): void {
  const need = entryBytes(bytes);
  while (queue.used + need > QUEUE_BYTES) {
    let at: i32 = 0;
    while (at < queue.used && !droppable(at)) at += sizeAt(at);
    queue.dropped += 1;
    if (at >= queue.used) return;
    store<u8>(QUEUE_AT + at, 0, 1);
    queue.closing = 1;
    compact();
  }
  const entry = QUEUE_AT + queue.used;
  store<u32>(entry, bytes | (ports << 8) | (event ? EVENT << 8 : 0));
  copyBytes(entry + HEADER_BYTES, text, bytes);
  queue.used += need;
}

/** Bytes that replies could take, droppable events included. */
export function room(): i32 {
  let room = QUEUE_BYTES;
  for (let at: i32 = 0; at < queue.used; at += sizeAt(at)) if (!droppable(at)) room -= sizeAt(at);
  return room;
}

/** Offset of the first entry from `at` on that waits for `port`, or −1. */
export function find(port: i32, at: i32): i32 {
  for (; at < queue.used; at += sizeAt(at)) if ((load<u8>(QUEUE_AT + at, 1) >> (<u8>port)) & 1) return at;
  return -1;
}

/** Where the unsent bytes of the entry are. */
export function pending(port: i32, at: i32): usize {
  return QUEUE_AT + at + load<u8>(QUEUE_AT + at + port, 2) + HEADER_BYTES;
}

/** How many they are. */
export function pendingBytes(port: i32, at: i32): i32 {
  return <i32>load<u8>(QUEUE_AT + at) - load<u8>(QUEUE_AT + at + port, 2);
}

/** The port took `bytes` more of the entry. */
export function taken(port: i32, at: i32, bytes: i32): void {
  const sent = QUEUE_AT + at + port;
  store<u8>(sent, <i32>load<u8>(sent, 2) + bytes, 2);
  if (pendingBytes(port, at) == 0) leave(port, at);
}

/** Nobody listens on the port: nothing waits for it any more. `counted`: somebody did before, those lines count as dropped. */
export function forget(port: i32, counted: bool): void {
  for (let at = find(port, 0); at >= 0; at = find(port, at)) {
    leave(port, at);
    if (counted) queue.dropped += 1;
  }
}

/** Gives back the room of entries that no port waits for. */
export function compact(): void {
  if (queue.closing == 0) return;
  queue.closing = 0;
  let to: i32 = 0;
  let size: i32 = 0;
  for (let at: i32 = 0; at < queue.used; at += size) {
    size = sizeAt(at);
    if ((load<u8>(QUEUE_AT + at, 1) & PORT_BITS) == 0) continue;
    copyBytes(QUEUE_AT + to, QUEUE_AT + at, size);
    to += size;
  }
  queue.used = to;
}

function leave(port: i32, at: i32): void {
  const entry = QUEUE_AT + at;
  store<u8>(entry, <i32>load<u8>(entry, 1) & ~(1 << port), 1);
  store<u8>(entry + port, 0, 2);
  queue.closing = 1;
}

function entryBytes(bytes: i32): i32 {
  return (HEADER_BYTES + bytes + 3) & ~3;
}

function sizeAt(at: i32): i32 {
  return entryBytes(load<u8>(QUEUE_AT + at));
}

/** An event that no port is in the middle of; `sent` is 0 again where a port is done. */
function droppable(at: i32): bool {
  return (load<u8>(QUEUE_AT + at, 1) & EVENT) != 0 && load<u16>(QUEUE_AT + at, 2) == 0;
}
