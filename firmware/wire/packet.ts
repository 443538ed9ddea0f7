// The one packet of SMP under way: a request, then, in the same place, the response to it. Pure. On the serial port a frame is its length
// (two bytes, big-endian, with the check sum), the packet, and CRC-16/XMODEM over the packet; it goes in lines of at most 127 bytes:
// 06 09 (the first) or 04 14, base64 of the next part of the frame, line feed.
import { crcBytes } from "../base/bytes";
import { encode, valueOf } from "./base64";
import { cbor, open, openMap, close } from "./cbor";
import { SMP_BYTES_MAX, SMP_HEADER_BYTES } from "./layout";

/** The frame. A response is at most as long as the longest request, and a few bytes. */
const FRAME_AT: usize = memory.data(528, 16);
const LENGTH_BYTES: i32 = 2;
const CRC_BYTES: i32 = 2;
const FRAME_BYTES_MAX: i32 = LENGTH_BYTES + SMP_BYTES_MAX + CRC_BYTES;
/** Where the packet is. */
export const PACKET_AT: usize = FRAME_AT + LENGTH_BYTES;
const BODY_AT: usize = PACKET_AT + SMP_HEADER_BYTES;
/** Bytes of a frame in one line: 124 digits. */
const LINE_BYTES: i32 = 93;
/** Highest version of the header that is known: "SMP version 2". */
const VERSION_MAX: i32 = 1;

const STATE_AT: usize = memory.data(32, 16);

@unmanaged
class Packet {
  bytes: i32; // that have come of the packet, or are to go
  sent: i32; // of a response, of its frame on the serial port
  // The console's reading of lines.
  mark: i32; // first byte of a line's start, if that has just come
  open: i32; // not 0: inside a line of a frame
  taken: i32; // bytes of the frame; 0: none is under way
  digits: i32; // of the group of four
  bits: i32; // of these digits
}
export const packet: Packet = changetype<Packet>(STATE_AT);

/** What a byte made of the frame on the serial port. */
export const FRAME_NONE: i32 = 0; // none is under way
export const FRAME_PART: i32 = 1;
export const FRAME_WHOLE: i32 = 2; // a packet with the right check sum

/** Byte that may start a frame. */
export const FRAME_MARK: i32 = 6;
const START: i32 = 9;
const CONTINUE_MARK: i32 = 4;
const CONTINUE: i32 = 20;
const PADDING: i32 = 0x3d;

function bigEndian(at: usize): i32 {
  return <i32>bswap<u16>(load<u16>(at));
}

/** Group and command of the packet: group << 8 | command. */
export function command(): i32 {
  return (bigEndian(PACKET_AT + 4) << 8) | <i32>load<u8>(PACKET_AT, 7);
}

/** 0: a request to read, 2: to write; all else is no request. */
export function operation(): i32 {
  return load<u8>(PACKET_AT) & 7;
}

/** Version of its header. */
export function version(): i32 {
  return (load<u8>(PACKET_AT) >> 3) & 3;
}

/** Whether this header is known. */
export function isKnown(): bool {
  return version() <= VERSION_MAX;
}

/** Bytes of the packet by its header, which has come; 0 if it is no request that fits. */
export function packetBytes(): i32 {
  const bytes = bigEndian(PACKET_AT + 2) + SMP_HEADER_BYTES;
  return (load<u8>(PACKET_AT) & 0xe5) == 0 & bytes <= SMP_BYTES_MAX ? bytes : 0;
}

/** Opens the map of the request for `find`; false if there is none. */
export function openRequest(): bool {
  return open(BODY_AT, PACKET_AT + packet.bytes);
}

/** Begins the map of the response, over the request. */
export function beginResponse(): void {
  cbor.out = BODY_AT;
  openMap();
}

/** Ends the response: its header. */
export function endResponse(): void {
  close();
  const bytes = <i32>(cbor.out - PACKET_AT);
  store<u8>(PACKET_AT, (operation() | 1) | (min(version(), VERSION_MAX) << 3));
  store<u8>(PACKET_AT, 0, 1);
  store<u16>(PACKET_AT, bswap<u16>(<u16>(bytes - SMP_HEADER_BYTES)), 2);
  packet.bytes = bytes;
  packet.sent = 0;
}

/** Writes the next line of the response's frame to `dst`. Returns its bytes, 0 when there is none. */
export function nextLine(dst: usize): i32 {
  const sent = packet.sent;
  const bytes = packet.bytes;
  const size = min(LENGTH_BYTES + bytes + CRC_BYTES - sent, LINE_BYTES);
  if (size <= 0) return 0;
  if (sent == 0) {
    store<u16>(FRAME_AT, bswap<u16>(<u16>(bytes + CRC_BYTES)));
    store<u16>(PACKET_AT + bytes, bswap<u16>(<u16>crcBytes(0, PACKET_AT, bytes)));
  }
  store<u16>(dst, sent == 0 ? (START << 8) | FRAME_MARK : (CONTINUE << 8) | CONTINUE_MARK);
  const end = encode(dst + 2, FRAME_AT + sent, size);
  store<u8>(end, 0x0a);
  packet.sent = sent + size;
  return <i32>(end - dst) + 1;
}

/**
 * Takes a byte of the serial port. A frame that is cut short by the start of another, by any other byte that is not of it, or by a wrong
 * length or check sum, is forgotten. Returns FRAME_*.
 */
export function takeByte(byte: i32): i32 {
  const mark = packet.mark;
  packet.mark = 0;
  if (byte == FRAME_MARK | byte == CONTINUE_MARK) {
    packet.mark = byte;
    packet.open = 0;
  } else if (mark == FRAME_MARK && byte == START) {
    packet.taken = 0;
    packet.open = 1;
    packet.digits = 0;
    return FRAME_PART;
  } else if (mark == CONTINUE_MARK && byte == CONTINUE) {
    packet.open = packet.taken;
    packet.digits = 0;
  } else if (packet.open != 0) return takeDigit(byte);
  return packet.taken != 0 ? FRAME_PART : FRAME_NONE;
}

/** Takes a byte within a line of a frame. */
function takeDigit(byte: i32): i32 {
  if (byte == 0x0a) return endLine();
  if (byte == PADDING | byte == 0x0d) return FRAME_PART;
  const value = valueOf(byte);
  const taken = packet.taken;
  if (value < 0 | taken == FRAME_BYTES_MAX) {
    forget();
    return FRAME_NONE;
  }
  const digits = packet.digits + 1;
  const bits = (packet.bits << 6) | value;
  packet.bits = bits;
  packet.digits = digits & 3;
  if (digits > 1) {
    store<u8>(FRAME_AT + taken, bits >> (8 - 2 * digits));
    packet.taken = taken + 1;
  }
  return FRAME_PART;
}

function endLine(): i32 {
  const taken = packet.taken;
  const bytes = bigEndian(FRAME_AT) - CRC_BYTES;
  packet.open = 0;
  if (taken != 0 & taken - LENGTH_BYTES - CRC_BYTES < bytes) return FRAME_PART;
  forget();
  packet.bytes = bytes;
  // With its check sum a whole packet has check sum 0.
  return bytes >= SMP_HEADER_BYTES & taken == LENGTH_BYTES + bytes + CRC_BYTES && packetBytes() == bytes && crcBytes(0, PACKET_AT, bytes + CRC_BYTES) == 0
    ? FRAME_WHOLE : FRAME_NONE;
}

/** Nothing has come. */
export function forget(): void {
  packet.bytes = 0;
  packet.taken = 0;
  packet.open = 0;
}
