// The other end of SMP for tests: packets by hand, CBOR and check sums by others' code than the clip's, over the serial port or the BLE SMP port
// of a simulated clip.
import { decode, encode } from "cbor2";
import { readFileSync } from "node:fs";
import { World, type WorldOptions } from "../../sim/world.ts";

/** build/clip.wasm. */
export const WASM = new Uint8Array(readFileSync("build/clip.wasm"));
export const SERIAL = 0;
export const BLE = 2;

/** A foot that does nothing. */
const STILL = {
  sample(_: number, out: Float64Array): void {
    out.fill(0);
    out[2] = 1;
  },
};

/** A response, its map decoded. */
export interface Response {
  readonly port: number;
  readonly op: number;
  readonly version: number;
  readonly group: number;
  readonly command: number;
  readonly sequence: number;
  readonly map: Record<string, unknown>;
  readonly bytes: Uint8Array;
}

/** CRC-16/XMODEM bit by bit, as the catalogue defines it. */
export function crc(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) value = value & 0x8000 ? ((value << 1) ^ 0x1021) & 0xffff : (value << 1) & 0xffff;
  }
  return value;
}

/** The lines a packet goes over the serial port in. */
export function lines(packet: Uint8Array, digits_max = 124): Uint8Array {
  const check = crc(packet);
  const text = Buffer.from([(packet.length + 2) >> 8, (packet.length + 2) & 0xff, ...packet, check >> 8, check & 0xff]).toString("base64");
  const parts: Buffer[] = [];
  for (let at = 0; at < text.length; at += digits_max) {
    parts.push(Buffer.from(at === 0 ? [6, 9] : [4, 20]), Buffer.from(text.slice(at, at + digits_max)), Buffer.from("\n"));
  }
  return Buffer.concat(parts);
}

/** A request as a packet. `body`: the map, or bytes as they are. */
export function request(op: number, group: number, command: number, sequence: number, body: Record<string, unknown> | Uint8Array, version = 1): Uint8Array {
  const map = body instanceof Uint8Array ? body : encode(body);
  return Uint8Array.of((version << 3) | op, 0, map.length >> 8, map.length & 0xff, group >> 8, group & 0xff, sequence, command, ...map);
}

/** Takes a response apart; throws where it is none. */
export function response(port: number, bytes: Uint8Array): Response {
  const body = bytes.subarray(8);
  if (((bytes[2]! << 8) | bytes[3]!) !== body.length) throw new Error(`length of ${Buffer.from(bytes).toString("hex")}`);
  return {
    port, op: bytes[0]! & 7, version: (bytes[0]! >> 3) & 3, group: (bytes[4]! << 8) | bytes[5]!, sequence: bytes[6]!, command: bytes[7]!,
    map: decode<Record<string, unknown>>(body), bytes: bytes.slice(),
  };
}

/** A simulated clip with both ports open, and all it says on them. */
export class Manager {
  readonly world: World;
  readonly responses: Response[] = [];
  /** Lines of text that came on the serial port. */
  readonly texts: string[] = [];
  private serial: number[] = [];
  private frame: number[] = [];
  private packet: number[] = [];
  private sequence = 0;

  constructor(options: Partial<WorldOptions> = {}) {
    this.world = new World({ wasm: WASM, source: STILL, seed: 1, ...options });
    this.world.link.open(BLE);
    this.world.onBytes = (port, bytes) => {
      if (port === SERIAL) for (const byte of bytes) this.takeSerial(byte);
      else if (port === BLE) this.takePacket(bytes);
    };
    this.world.boot();
    this.world.run(0.5);
  }

  /** Sends a request and runs until it is answered, at most `limit_s`. */
  ask(port: number, op: number, group: number, command: number, body: Record<string, unknown> | Uint8Array = {}, version = 1, limit_s = 5): Response {
    this.sequence = (this.sequence + 1) & 0xff;
    const packet = request(op, group, command, this.sequence, body, version);
    const answer = this.exchange(port, packet, limit_s);
    if (answer === undefined) throw new Error(`no response to ${Buffer.from(packet).toString("hex")}`);
    if (answer.sequence !== this.sequence) throw new Error(`response ${answer.sequence} to request ${this.sequence}`);
    return answer;
  }

  /** Sends a packet and runs until something is answered, at most `limit_s`. */
  exchange(port: number, packet: Uint8Array, limit_s = 5): Response | undefined {
    const from = this.responses.length;
    this.world.sendRaw(port === SERIAL ? lines(packet) : packet, port);
    this.world.run(() => this.responses.length > from, limit_s);
    return this.responses[from];
  }

  /** What is half received is forgotten, as a client does that starts anew. */
  forget(): void {
    this.serial = [];
    this.frame = [];
    this.packet = [];
  }

  private takePacket(bytes: Uint8Array): void {
    this.packet.push(...bytes);
    while (this.packet.length >= 8) {
      const size = ((this.packet[2]! << 8) | this.packet[3]!) + 8;
      if (this.packet.length < size) return;
      this.responses.push(response(BLE, Uint8Array.from(this.packet.splice(0, size))));
    }
  }

  private takeSerial(byte: number): void {
    this.serial.push(byte);
    if (byte !== 0x0a) return;
    const line = Buffer.from(this.serial);
    this.serial = [];
    if (line.length > 127) throw new Error(`a line of ${line.length} bytes`);
    const mark = line.readUInt16BE(0);
    if (mark !== 0x0609 && mark !== 0x0414) {
      const text = line.toString("latin1");
      if (!/^(?:\$HC,[\x20-\x7e]*\*[\dA-F]{4})?\r\n$/u.test(text)) throw new Error(`neither a line nor a frame: ${JSON.stringify(text)}`);
      this.texts.push(text.trimEnd());
      return;
    }
    const text = line.subarray(2, -1).toString("latin1");
    const bytes = Buffer.from(text, "base64");
    if (bytes.toString("base64") !== text) throw new Error(`not base64: ${text}`);
    if (mark === 0x0609) this.frame = [];
    else if (this.frame.length === 0) throw new Error("a frame goes on that has not begun");
    this.frame.push(...bytes);
    const size = ((this.frame[0]! << 8) | this.frame[1]!) + 2;
    if (this.frame.length < size) return;
    const packet = Uint8Array.from(this.frame.slice(2, -2));
    if (this.frame.length !== size || crc(packet) !== ((this.frame[size - 2]! << 8) | this.frame[size - 1]!)) throw new Error("a broken frame");
    this.frame = [];
    this.responses.push(response(SERIAL, packet));
  }
}
