// The ports of the clip: what it sends waits in a buffer that empties at the port's rate, what it is sent waits until it asks.
import { HAL_CLOSED } from "../engine/engine.ts";

/** Ports of the seam: boards/HAL.md names them. */
export const PORTS = 5;

/** Most bytes that wait for the clip on a port: what comes beyond is lost, as in a board's buffer. */
const INBOX_BYTES_MAX = 1 << 20;

/** A port as the board has it. */
export interface PortOptions {
  /** Room for bytes on their way out. */
  readonly buffer_bytes: number;
  /** How fast that buffer empties, bytes/s; Infinity: at once. */
  readonly rate_bytes_s: number;
  readonly open: boolean;
}

/** Serial at 115200 baud is there from the start; the four BLE ports wait for somebody to connect. */
const DEFAULTS: readonly PortOptions[] = [
  { buffer_bytes: 1024, rate_bytes_s: 11_520, open: true },
  { buffer_bytes: 1024, rate_bytes_s: 8_000, open: false },
  { buffer_bytes: 512, rate_bytes_s: 8_000, open: false },
  { buffer_bytes: 64, rate_bytes_s: 1_000, open: false },
  { buffer_bytes: 64, rate_bytes_s: 1_000, open: false },
];

class Port {
  readonly buffer_bytes: number;
  rate_bytes_s: number;
  open: boolean;
  blocked = false;
  inbox = new Uint8Array(256);
  inbox_from = 0;
  inbox_to = 0;
  waiting_bytes = 0;
  drained_us = 0;

  constructor({ buffer_bytes, rate_bytes_s, open }: PortOptions) {
    this.buffer_bytes = buffer_bytes;
    this.rate_bytes_s = rate_bytes_s;
    this.open = open;
  }

  /** Room for bytes at `t_us`, after what has left since the last look. */
  room(t_us: number): number {
    const left = this.rate_bytes_s === Infinity ? Infinity : ((t_us - this.drained_us) * this.rate_bytes_s) / 1e6;
    this.waiting_bytes = Math.max(0, this.waiting_bytes - left);
    this.drained_us = t_us;
    return Math.floor(this.buffer_bytes - this.waiting_bytes);
  }
}

export class Link {
  /** Told of bytes the clip got rid of; the view is valid during the call only. */
  onBytes: (port: number, bytes: Uint8Array) => void = () => {};
  private readonly ports: Port[];

  constructor(options: readonly PortOptions[] = DEFAULTS) {
    this.ports = Array.from({ length: PORTS }, (_, index) => new Port(options[index] ?? DEFAULTS[index]!));
  }

  isOpen(port: number): boolean {
    return this.at(port).open;
  }

  /** Somebody connects; the port then empties so fast, or as fast as before. */
  open(port: number, rate_bytes_s?: number): void {
    const at = this.at(port);
    at.open = true;
    at.rate_bytes_s = rate_bytes_s ?? at.rate_bytes_s;
  }

  /** Nobody is there any more: what waits either way is lost. */
  close(port: number): void {
    const at = this.at(port);
    at.open = false;
    at.waiting_bytes = 0;
    at.inbox_from = 0;
    at.inbox_to = 0;
  }

  /** Whether the port takes nothing although it is open, as when the other side has stopped reading. */
  block(port: number, blocked: boolean): void {
    this.at(port).blocked = blocked;
  }

  /** Power-up: buffers are empty, connections stay as they are. */
  power(t_us: number): void {
    for (const port of this.ports) {
      port.inbox_from = 0;
      port.inbox_to = 0;
      port.waiting_bytes = 0;
      port.drained_us = t_us;
    }
  }

  /** The clip sends: bytes taken, perhaps fewer than offered, or HAL_CLOSED. */
  send(port: number, src: Uint8Array, t_us: number): number {
    const at = this.ports[port];
    if (at === undefined || !at.open) return HAL_CLOSED;
    if (at.blocked) {
      at.drained_us = t_us;
      return 0;
    }
    const taken = Math.min(src.length, at.room(t_us));
    at.waiting_bytes += taken;
    if (taken > 0) this.onBytes(port, taken === src.length ? src : src.subarray(0, taken));
    return taken;
  }

  /** The clip asks for what came: bytes given. */
  receive(port: number, dst: Uint8Array): number {
    const at = this.ports[port];
    if (at === undefined || !at.open) return HAL_CLOSED;
    const given = Math.min(dst.length, at.inbox_to - at.inbox_from);
    dst.set(at.inbox.subarray(at.inbox_from, at.inbox_from + given));
    at.inbox_from += given;
    return given;
  }

  /** Bytes that wait for the clip. */
  unread_bytes(port: number): number {
    const at = this.at(port);
    return at.inbox_to - at.inbox_from;
  }

  /** The host sends. Bytes to a closed port, and those too many, are lost; returns whether they arrived. */
  deliver(port: number, bytes: Uint8Array): boolean {
    const at = this.at(port);
    const waiting = at.inbox.subarray(at.inbox_from, at.inbox_to);
    if (!at.open || waiting.length + bytes.length > INBOX_BYTES_MAX) return false;
    if (waiting.length + bytes.length > at.inbox.length) {
      const larger = new Uint8Array(2 * (waiting.length + bytes.length));
      larger.set(waiting);
      at.inbox = larger;
    } else {
      at.inbox.copyWithin(0, at.inbox_from, at.inbox_to);
    }
    at.inbox.set(bytes, waiting.length);
    at.inbox_from = 0;
    at.inbox_to = waiting.length + bytes.length;
    return true;
  }

  /** Whether bytes wait for the clip on any port. */
  get waiting(): boolean {
    return this.ports.some((port) => port.inbox_to > port.inbox_from);
  }

  private at(port: number): Port {
    const at = this.ports[port];
    if (at === undefined) throw new RangeError(`port ${port}: 0 to ${PORTS - 1}`);
    return at;
  }
}
