// Moves bytes between the lines and the ports, each with a buffer of its own.
import { link_recv, link_send } from "../hal";
import { copyBytes } from "../base/bytes";
import { FAULT_LINK_DROP } from "../wire/layout";
import { close, LINE_AT, lineBytes } from "../wire/line";
import { Parser } from "../wire/parser";
import { countFault } from "./counts";

/** Ports that carry lines: PORT_SERIAL, PORT_BLE_UART. */
export const PORTS: i32 = 2;
/** Bytes taken from a port at a time. */
const CHUNK_BYTES: i32 = 32;
/** Bytes that can wait for a port. */
const BUFFER_BYTES: i32 = 768;
/** Of these for events: the rest is what the answers to one chunk can need, at most eight broken lines of "$HC," or two commands. */
const EVENT_BYTES: i32 = 480;

@unmanaged
class Port {
  bytes: i32; // that wait
  listening: i32; // 1: it has taken bytes since it was last without a listener
  // Its parser and its buffer follow.
}
const PARSER: usize = 8;
const BUFFER: usize = 140;
const PORT_BYTES: usize = 908;

const PORTS_AT: usize = memory.data(1816, 16);
const CHUNK_AT: usize = memory.data(32, 16);

/** Ends the line and sends it as an event to every port; one that has no room for it loses it. */
export function sendEvent(): void {
  close();
  for (let index: i32 = 0; index < PORTS; index++) queue(index, EVENT_BYTES);
}

/** Ends the line and sends it as a reply to one port. */
export function sendReply(index: i32): void {
  close();
  queue(index, BUFFER_BYTES);
}

/** A port that has taken nothing since it was last without a listener loses all that waits when it is full, and nobody misses it. */
function queue(index: i32, limit: i32): void {
  const port = portAt(index);
  if (port.bytes + lineBytes() > limit) {
    if (port.listening != 0) {
      countFault(FAULT_LINK_DROP);
      return;
    }
    port.bytes = 0;
  }
  copyBytes(changetype<usize>(port) + BUFFER + port.bytes, LINE_AT, lineBytes());
  port.bytes += lineBytes();
  flush(index);
}

/** Offers a port what waits for it. Returns how much is left. An error means that nobody listens: what waits is forgotten. */
export function flush(index: i32): i32 {
  const port = portAt(index);
  if (port.bytes == 0) return 0;
  const buffer = changetype<usize>(port) + BUFFER;
  const taken = link_send(index, buffer, port.bytes);
  if (taken != 0) port.listening = taken > 0 ? 1 : 0;
  port.bytes = taken < 0 ? 0 : port.bytes - taken;
  copyBytes(buffer, buffer + taken, port.bytes);
  return port.bytes;
}

/** Bytes of the next chunk of a port, at most 0 when there are none or no room to answer them. */
export function receive(index: i32): i32 {
  return portAt(index).bytes > EVENT_BYTES ? 0 : link_recv(index, CHUNK_AT, CHUNK_BYTES);
}

/** Gives a byte of the chunk to the port's parser; as Parser.take. */
export function take(index: i32, at: i32): i32 {
  return changetype<Parser>(changetype<usize>(portAt(index)) + PARSER).take(load<u8>(CHUNK_AT + at));
}

function portAt(index: i32): Port {
  return changetype<Port>(PORTS_AT + <usize>index * PORT_BYTES);
}
