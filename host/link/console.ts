// SMP packets as MCUmgr sends them over a serial console, between lines of text: frames of at most 127 bytes, each two marker bytes, base64
// and a line feed. Together they hold length (2 bytes), packet and CRC-16/XMODEM (2 bytes). Pure.
import { crc16 } from "../../firmware/wire/layout.ts";

/** First bytes of a packet's first frame and of those that go on with it. */
export const FRAME_FIRST = Buffer.of(0x06, 0x09);
export const FRAME_NEXT = Buffer.of(0x04, 0x14);

/** Longest packet that is taken, bytes: several times what a clip offers. */
export const PACKET_BYTES_MAX = 4096;
/** Base64 of one frame, characters: what smpclient sends too; with markers and a line end of two bytes it is 124 bytes. */
const FRAME_CHARS = 120;
const LENGTH_BYTES = 2;
const CRC_BYTES = 2;
const SMP_HEADER_BYTES = 8;

function crcOf(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) crc = crc16(crc, byte);
  return crc;
}

/** A packet as the bytes that go over the wire. */
export function framed(packet: Uint8Array): Buffer {
  const whole = Buffer.alloc(LENGTH_BYTES + packet.length + CRC_BYTES);
  whole.writeUInt16BE(packet.length + CRC_BYTES, 0);
  whole.set(packet, LENGTH_BYTES);
  whole.writeUInt16BE(crcOf(packet), LENGTH_BYTES + packet.length);
  const text = whole.toString("base64");
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += FRAME_CHARS) parts.push(at === 0 ? FRAME_FIRST : FRAME_NEXT, Buffer.from(`${text.slice(at, at + FRAME_CHARS)}\n`, "latin1"));
  return Buffer.concat(parts);
}

/** Puts frames together to packets; holds one packet at most. */
export class Assembler {
  private readonly bytes = Buffer.alloc(LENGTH_BYTES + PACKET_BYTES_MAX + CRC_BYTES);
  private have = 0;

  /** Takes a frame's base64, without markers and line end. The packet, where it is whole with it and its length and check sum are right. */
  frame(text: string, first: boolean): Uint8Array | null {
    const part = Buffer.from(text, "base64");
    if (first) this.have = 0;
    // Only base64 as its writer must have written it: neither other characters nor stray bits at the end.
    const damaged = part.toString("base64") !== text || (!first && this.have === 0) || this.have + part.length > this.bytes.length;
    if (damaged || part.length === 0) return this.drop();
    this.have += part.copy(this.bytes, this.have);
    const wanted = this.have < LENGTH_BYTES ? Infinity : LENGTH_BYTES + this.bytes.readUInt16BE(0);
    if (wanted > this.have) return null;
    const packet = Buffer.from(this.bytes.subarray(LENGTH_BYTES, wanted - CRC_BYTES));
    const right = wanted === this.have && packet.length >= SMP_HEADER_BYTES && crcOf(packet) === this.bytes.readUInt16BE(wanted - CRC_BYTES);
    this.drop();
    return right && SMP_HEADER_BYTES + packet.readUInt16BE(2) === packet.length ? packet : null;
  }

  /** Forgets what has come of a packet. */
  drop(): null {
    this.have = 0;
    return null;
  }
}
