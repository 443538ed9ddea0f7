// Moves bytes between the ports and the queue of lines, and numbers the lines.
import { link_recv, link_send } from "../hal";
import { TAG_ACK } from "../wire/layout";
import { line } from "../wire/line";
import { Parser } from "../wire/parser";
import { PORTS, queue } from "../wire/queue";

/** Bytes taken from a port at a time, and how often a step. */
const CHUNK_BYTES: i32 = 32;
const CHUNKS_MAX: i32 = 8;
/** What the answers to one chunk can need: a chunk holds at most eight broken lines of "$HC," or two commands. */
const ANSWER_BYTES: i32 = 288;
const ALL_PORTS: i32 = 3;

const CHUNK_AT: usize = memory.data(32, 16);
const PARSERS_AT: usize = memory.data(272, 16); // PORTS × Parser.BYTES
const STATE_AT: usize = memory.data(8, 16);

@unmanaged
class Link {
  seq: i32; // of the next line, 0..65535
  open: i32; // bit a port: it has taken bytes since it was last closed
}
const link: Link = changetype<Link>(STATE_AT);

/** Begins a line. */
export function beginLine(tag: i32): void {
  line.begin(link.seq, tag);
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
  line.end();
  link.seq = (link.seq + 1) & 0xffff;
  queue.push(line.text, line.bytes, ports, event);
}

/** Begins "ACK,<seq>,<command>". */
export function beginAck(seq: i32, tag: i32): void {
  beginLine(TAG_ACK);
  line.number(seq);
  line.tag(tag);
}

/** Whether some line still waits for a port. */
export function waiting(): bool {
  return queue.used != 0;
}

/**
 * Offers every port what waits for it, whole lines in order. A port that answers with an error, or that has not taken a single byte
 * since it was last closed and takes none now, has no listener: its lines are forgotten.
 */
export function flush(): void {
  if (queue.used == 0) return;
  for (let port: i32 = 0; port < PORTS; port++) {
    let at = queue.find(port, 0);
    while (at >= 0) {
      const taken = link_send(port, queue.pending(port, at), queue.pendingBytes(port, at));
      if (taken < 0 || (taken == 0 && ((link.open >> port) & 1) == 0)) {
        link.open &= ~(1 << port);
        queue.close(port);
        break;
      }
      if (taken == 0) break;
      link.open |= 1 << port;
      if (!queue.taken(port, at, taken)) break;
      at = queue.find(port, at);
    }
  }
  queue.compact();
}

/** Bytes of the next chunk of a port, 0 when there are none or no room to answer them. */
export function receive(port: i32): i32 {
  if (queue.room() < ANSWER_BYTES) return 0;
  return link_recv(port, CHUNK_AT, CHUNK_BYTES);
}

/** Gives a byte of the chunk to the port's parser; as Parser.take. */
export function take(port: i32, at: i32): i32 {
  return changetype<Parser>(PARSERS_AT + <usize>(port * Parser.BYTES)).take(load<u8>(CHUNK_AT + at));
}
