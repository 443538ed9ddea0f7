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
export class Queue {
  used: i32;
  dropped: i32; // events dropped for want of room
  closing: i32; // 1: some entry has no port left

  /**
   * Adds a line for the ports in the mask. When there is no room the oldest events that no port has begun go, whole. Returns
   * whether it was added; an event that was not counts as dropped.
   */
  push(text: usize, bytes: i32, ports: i32, event: bool): bool {
    const need = entryBytes(bytes);
    while (this.used + need > QUEUE_BYTES) {
      if (!this.dropOldest()) {
        if (event) this.dropped += 1;
        return false;
      }
    }
    const entry = QUEUE_AT + this.used;
    store<u32>(entry, bytes | (ports << 8) | (event ? EVENT << 8 : 0));
    copyBytes(entry + HEADER_BYTES, text, bytes);
    this.used += need;
    return true;
  }

  /** Bytes that replies could take, droppable events included. */
  room(): i32 {
    let room = QUEUE_BYTES - this.used;
    for (let at: i32 = 0; at < this.used; at += sizeAt(at)) if (droppable(at)) room += sizeAt(at);
    return room;
  }

  /** Offset of the first entry from `at` on that waits for `port`, or −1. */
  find(port: i32, at: i32): i32 {
    for (; at < this.used; at += sizeAt(at)) if ((load<u8>(QUEUE_AT + at, 1) >> (<u8>port)) & 1) return at;
    return -1;
  }

  /** Where the unsent bytes of the entry are. */
  pending(port: i32, at: i32): usize {
    return QUEUE_AT + HEADER_BYTES + at + load<u8>(QUEUE_AT + at + port, 2);
  }

  /** How many they are. */
  pendingBytes(port: i32, at: i32): i32 {
    return <i32>load<u8>(QUEUE_AT + at) - load<u8>(QUEUE_AT + at + port, 2);
  }

  /** The port took `bytes` more of the entry. Returns whether that was all. */
  taken(port: i32, at: i32, bytes: i32): bool {
    const sent = <i32>load<u8>(QUEUE_AT + at + port, 2) + bytes;
    store<u8>(QUEUE_AT + at + port, sent, 2);
    if (sent < <i32>load<u8>(QUEUE_AT + at)) return false;
    this.leave(port, at);
    return true;
  }

  /** Nobody listens on the port: nothing waits for it any more. */
  close(port: i32): void {
    for (let at: i32 = 0; at < this.used; at += sizeAt(at)) this.leave(port, at);
  }

  /** Gives back the room of entries that no port waits for. */
  compact(): void {
    if (this.closing == 0) return;
    this.closing = 0;
    let to: i32 = 0;
    let size: i32 = 0;
    for (let at: i32 = 0; at < this.used; at += size) {
      size = sizeAt(at);
      if ((<i32>load<u8>(QUEUE_AT + at, 1) & PORT_BITS) == 0) continue;
      if (to != at) copyBytes(QUEUE_AT + to, QUEUE_AT + at, size);
      to += size;
    }
    this.used = to;
  }

  private leave(port: i32, at: i32): void {
    const flags = QUEUE_AT + at;
    store<u8>(flags, <i32>load<u8>(flags, 1) & ~(1 << port), 1);
    store<u8>(flags + port, 0, 2);
    this.closing = 1;
  }

  private dropOldest(): bool {
    for (let at: i32 = 0; at < this.used; at += sizeAt(at)) {
      if (!droppable(at)) continue;
      store<u8>(QUEUE_AT + at, 0, 1);
      this.dropped += 1;
      this.closing = 1;
      this.compact();
      return true;
    }
    return false;
  }
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

export const queue: Queue = changetype<Queue>(STATE_AT);
