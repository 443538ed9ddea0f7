// Packets of MCUmgr's Simple Management Protocol (SMP): a header of eight bytes and a CBOR map. Pure.
import { decode, encode } from "cbor2";

const HEADER_BYTES = 8;
/** Nothing that a clip says lies deeper: { images: [{ slot: 0 }] }. */
const DEPTH_MAX = 8;

/** Operations: a response has the number of its request and one more. */
export const OP_READ = 0;
export const OP_WRITE = 2;

/** What is in a packet besides what it says. */
export interface PacketHead {
  readonly op: number;
  /** 0: errors are {rc}; 1, "SMP v2": {err: {group, rc}}. */
  readonly version: number;
  readonly group: number;
  readonly sequence: number;
  readonly command: number;
}

/** A packet taken apart. */
export interface Packet extends PacketHead {
  readonly body: Readonly<Record<string, unknown>>;
}

/** Builds a packet; keys are in CBOR's deterministic order. */
export function buildPacket({ op, version, group, sequence, command }: PacketHead, body: object): Uint8Array {
  // cbor2 writes a Buffer as the object that Node makes of one in JSON.
  const plain = Object.entries(body).map(([name, value]) => [name, Buffer.isBuffer(value) ? new Uint8Array(value) : (value as unknown)]);
  const cbor = encode(Object.fromEntries(plain), { cde: true });
  const packet = Buffer.alloc(HEADER_BYTES + cbor.length);
  packet[0] = (version << 3) | op;
  packet.writeUInt16BE(cbor.length, 2);
  packet.writeUInt16BE(group, 4);
  packet[6] = sequence;
  packet[7] = command;
  packet.set(cbor, HEADER_BYTES);
  return packet;
}

/** Takes a packet apart; null where it is none: length wrong, no CBOR, or no map with text keys. */
export function parsePacket(bytes: Uint8Array): Packet | null {
  const packet = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (packet.length < HEADER_BYTES || packet.readUInt16BE(2) !== packet.length - HEADER_BYTES) return null;
  let body: unknown;
  try {
    body = decode(new Uint8Array(packet.subarray(HEADER_BYTES)), { rejectDuplicateKeys: true, rejectStreaming: false, maxDepth: DEPTH_MAX, ignoreGlobalTags: true });
  } catch {
    return null;
  }
  if (typeof body !== "object" || body === null || Object.getPrototypeOf(body) !== Object.prototype) return null;
  const first = packet[0] as number;
  return {
    op: first & 7,
    version: (first >> 3) & 3,
    group: packet.readUInt16BE(4),
    sequence: packet[6] as number,
    command: packet[7] as number,
    body: body as Record<string, unknown>,
  };
}
