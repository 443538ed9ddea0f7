// Moves bytes between the ports and the queue of lines, and numbers the lines.
import { link_recv, link_send } from "../hal";
import { close, LINE_AT, lineBytes, open } from "../wire/line";
import { Parser } from "../wire/parser";
import { compact, find, forget, pending, pendingBytes, PORTS, push, queued, room, taken } from "../wire/queue";

/** Bytes taken from a port at a time, and how often a step. */
const CHUNK_BYTES: i32 = 32;
const CHUNKS_MAX: i32 = 8;
/** What the answers to one chunk can need: a chunk holds at most eight broken lines of "$HC," or two commands. */
const ANSWER_BYTES: i32 = 288;
const ALL_PORTS: i32 = 3;
/** How long a port may take nothing. */
const DEAF_US: u64 = 5_000_000;

const CHUNK_AT: usize = memory.data(32, 16);
const PARSERS_AT: usize = memory.data(264, 16); // PORTS × Parser.BYTES
const HEARD_AT: usize = memory.data(16, 16); // u64 a port: when it last took something, or had nothing to take
const STATE_AT: usize = memory.data(8, 16);

@unmanaged
class Link {
  seq: i32; // of the next line, 0..65535
  open: i32; // bit a port: it has taken bytes since it was last without a listener
}
const link: Link = changetype<Link>(STATE_AT);

/** Begins a line. */
export function beginLine(tag: i32): void {
  open(link.seq, tag);
}

/** Ends the line and queues it as an event for every port. */
export function sendEvent(): void {
  finish(ALL_PORTS, true);
}

/** Ends the line and queues it as a reply for one port; it does not make way for events. */
export function sendReply(port: i32): void {
  finish(1 << port, false);
}

function finish(ports: i32, event: bool): void {
  close();
  link.seq = (link.seq + 1) & 0xffff;
  push(LINE_AT, lineBytes(), ports, event);
}

/**
 * Offers every port what waits for it, whole lines in order. A port that answers with an error has no listener, nor has one that takes
 * nothing for 5 s, or nothing ever since it was last without: its lines are forgotten, and counted if it had one before.
 */
export function flush(now_us: u64): void {
  if (queued() == 0) {
    store<u64>(HEARD_AT, now_us);
    store<u64>(HEARD_AT, now_us, 8);
    return;
  }
  for (let port: i32 = 0; port < PORTS; port++) {
    const bit = 1 << port;
    const heard = HEARD_AT + ((<usize>port) << 3);
    let at = find(port, 0);
    let count: i32 = 1;
    while (at >= 0) {
      count = link_send(port, pending(port, at), pendingBytes(port, at));
      if (count <= 0) break;
      link.open |= bit;
      store<u64>(heard, now_us);
      taken(port, at, count);
      at = find(port, at);
    }
    if (at < 0) store<u64>(heard, now_us);
    else if (count < 0 || (link.open & bit) == 0 || now_us - load<u64>(heard) >= DEAF_US) {
      forget(port, (link.open & bit) != 0);
      link.open &= ~bit;
    }
  }
  compact();
}

/** Bytes of the next chunk of a port, 0 when there are none or no room to answer them. */
export function receive(port: i32): i32 {
  if (queued() != 0 && room() < ANSWER_BYTES) return 0;
  return link_recv(port, CHUNK_AT, CHUNK_BYTES);
}

/** Gives a byte of the chunk to the port's parser; as Parser.take. */
export function take(port: i32, at: i32): i32 {
  return changetype<Parser>(PARSERS_AT + <usize>(port * Parser.BYTES)).take(load<u8>(CHUNK_AT + at));
}
