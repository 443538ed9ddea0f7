// Puts SMP packets together that came in pieces, each packet beginning with a piece of its own: over the air nothing is lost or damaged within
// a connection. Holds one packet at most.
import { PACKET_BYTES_MAX } from "./console.ts";

const HEADER_BYTES = 8;
/** The pieces of a packet follow one another; after so long the next one begins another packet, ms. */
const GAP_MS = 1000;

export class Reassembler {
  private readonly tell: (packet: Uint8Array) => void;
  private bytes = Buffer.alloc(0);
  private heard_ms = 0;

  constructor(tell: (packet: Uint8Array) => void) {
    this.tell = tell;
  }

  /** Takes a piece; one that cannot belong to a packet is dropped with what came before it. */
  push(piece: Uint8Array): void {
    const now_ms = performance.now();
    if (now_ms - this.heard_ms > GAP_MS) this.bytes = Buffer.alloc(0);
    this.heard_ms = now_ms;
    this.bytes = Buffer.concat([this.bytes, piece]);
    if (this.bytes.length < HEADER_BYTES) return;
    const wanted = HEADER_BYTES + this.bytes.readUInt16BE(2);
    if (this.bytes.length < wanted && wanted <= PACKET_BYTES_MAX) return;
    if (this.bytes.length === wanted) this.tell(this.bytes);
    this.bytes = Buffer.alloc(0);
  }
}
