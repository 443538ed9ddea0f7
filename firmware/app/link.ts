// Moves bytes between the lines and the ports, each with a buffer of its own.
import { link_recv, link_send } from "../hal";
import { copyBytes } from "../base/bytes";
import { larger } from "../base/order";
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
  at: i32; // next byte of the chunk that was taken from it
  end: i32; // its bytes
  spare: i32; // of the bytes that wait, those of a line that was sent only for nothing waited
  // The chunk, the parser and the buffer follow.
}
const CHUNK: usize = 20;
const PARSER: usize = 52;
const BUFFER: usize = 184;
const PORT_BYTES: usize = 952;

const PORTS_AT: usize = memory.data(1904, 16);

/** Ends the line and sends it as an event to every port; one that has no room for it loses it. */
export function sendEvent(): void {
  close();
  for (let index: i32 = 0; index < PORTS; index++) queue(index, lineBytes(), EVENT_BYTES + portAt(index).spare);
}

/** Ends the line and sends it as a reply to one port. */
export function sendReply(index: i32): void {
  close();
  sendText(index, lineBytes());
}

/** Sends so many bytes, which stand where the line is built, to one port. */
export function sendText(index: i32, bytes: i32): void {
  queue(index, bytes, BUFFER_BYTES);
}

/** Ends the line and sends it to one port for which nothing waits; it takes no room from events. Whether somebody listens there. */
export function sendSpare(index: i32): bool {
  sendReply(index);
  const port = portAt(index);
  port.spare = port.bytes;
  return port.listening != 0;
}

/** Whether nothing waits for a port. */
export function isQuiet(index: i32): bool {
  return portAt(index).bytes == 0;
}

/** A port that has taken nothing since it was last without a listener loses all that waits when it is full, and nobody misses it. */
function queue(index: i32, bytes: i32, limit: i32): void {
  const port = portAt(index);
  if (port.bytes + bytes > limit) {
    if (port.listening != 0) {
      countFault(FAULT_LINK_DROP);
      return;
    }
    port.bytes = 0;
  }
  copyBytes(changetype<usize>(port) + BUFFER + port.bytes, LINE_AT, bytes);
  port.bytes += bytes;
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
  port.spare = taken < 0 ? 0 : larger(port.spare - taken, 0);
  copyBytes(buffer, buffer + taken, port.bytes);
  return port.bytes;
}

/** Bytes that are left of a port's chunk, of the next one if none are; at most 0 when there are none or no room to answer them. */
export function receive(index: i32): i32 {
  const port = portAt(index);
  if (port.bytes > EVENT_BYTES) return 0;
  if (port.at >= port.end) {
    port.at = 0;
    port.end = link_recv(index, changetype<usize>(port) + CHUNK, CHUNK_BYTES);
  }
  return port.end - port.at;
}

/** The next byte of the chunk. */
export function nextByte(index: i32): i32 {
  const port = portAt(index);
  return load<u8>(changetype<usize>(port) + CHUNK + port.at);
}

/** Passes it to the port's parser; as Parser.take. */
export function take(index: i32): i32 {
  const byte = nextByte(index);
  const port = portAt(index);
  port.at++;
  return changetype<Parser>(changetype<usize>(port) + PARSER).take(byte);
}

function portAt(index: i32): Port {
  return changetype<Port>(PORTS_AT + <usize>index * PORT_BYTES);
}
