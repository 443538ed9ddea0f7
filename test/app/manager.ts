// The other end of SMP for tests: packets by hand, CBOR and check sums by others' code than the clip's, over the serial port or the BLE SMP port
// of build/clip.wasm on a board that has flash and ports and no sensor. Time goes on when the clip sleeps.
import { decode, encode } from "cbor2";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { FLASH_BYTES, SLOT_REFUSED_AT, SLOT_SHA256_AT } from "../../firmware/wire/layout.ts";
import * as layout from "../../firmware/wire/layout.ts";
import { HAL_CLOSED, HAL_NACK, type Engine } from "../../sim/engine/engine.ts";
import { createV8Engine } from "../../sim/engine/v8.ts";
import { Flash } from "../../sim/parts/flash.ts";
import { Random } from "../../sim/random.ts";
import { install } from "../../sim/slot.ts";
import { frame } from "../../sim/world.ts";

/** build/clip.wasm. */
export const WASM = new Uint8Array(readFileSync("build/clip.wasm"));
export const SERIAL = 0;
export const BLE = 2;
/** Longest a client waits, µs of the clip. */
const PATIENCE_US = 3_000_000;
const STEPS_MAX = 100_000;

/** A response; its map is decoded when it is looked at. */
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
function response(port: number, bytes: Uint8Array): Response {
  const body = bytes.subarray(8);
  if (((bytes[2]! << 8) | bytes[3]!) !== body.length) throw new Error(`length of ${Buffer.from(bytes).toString("hex")}`);
  return {
    port, op: bytes[0]! & 7, version: (bytes[0]! >> 3) & 3, group: (bytes[4]! << 8) | bytes[5]!, sequence: bytes[6]!, command: bytes[7]!,
    bytes: bytes.slice(),
    get map() {
      return decode<Record<string, unknown>>(this.bytes.subarray(8));
    },
  };
}

/** SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());

/** A clip with both ports open, and all it says on them. */
export class Manager {
  now_us = 1_000_000;
  readonly flash: Flash;
  readonly violations: string[] = [];
  readonly responses: Response[] = [];
  /** Lines of text that came on the serial port. */
  readonly texts: string[] = [];
  /** Reasons of the restarts that the clip asked for. */
  readonly resets: number[] = [];
  /** Bytes a port takes at a time. */
  readonly room_bytes = [1024, 1024, 244, 0, 0];
  steps = 0;
  /** Most flash sectors erased in one step. */
  erases_max = 0;

  private readonly wasm: Uint8Array;
  private engine!: Engine;
  private readonly inbox: Uint8Array[] = [];
  private serial: number[] = [];
  private frame: number[] = [];
  private packet: number[] = [];
  private sequence = 0;

  /** `flash`: what is on it; by default the clip alone, confirmed in slot 0. `wasm`: what runs, be it in a slot or not. */
  constructor(flash?: Uint8Array, wasm: Uint8Array = WASM) {
    this.wasm = wasm;
    this.flash = new Flash(FLASH_BYTES, new Random(1), (what) => this.violations.push(what));
    if (flash === undefined) install(this.flash.bytes, WASM, { slot: 0, sequence: 1, confirmed: true });
    else this.flash.load(flash);
    this.boot();
  }

  /** Power-up over the same flash, up to HEL. */
  boot(): void {
    for (let port = 0; port < 5; port += 1) this.inbox[port] = new Uint8Array(0);
    this.forget();
    this.engine = createV8Engine(this.wasm, {
      time_us: () => this.now_us,
      imu_read: () => HAL_NACK,
      imu_write: () => HAL_NACK,
      haptic_pulse: () => 0,
      haptic_stop: () => 0,
      link_send: (port, src) => this.sent(port, src),
      link_recv: (port, dst) => {
        const given = this.inbox[port]!.subarray(0, dst.length);
        dst.set(given);
        this.inbox[port] = this.inbox[port]!.subarray(given.length);
        return given.length;
      },
      flash_read: (at, dst) => this.flash.read(at, dst),
      flash_write: (at, src) => this.flash.write(at, src),
      flash_erase: (at, size) => this.flash.erase(at, size),
      battery_mv: () => 3900,
      led_set: () => {},
      log: () => {},
      panic: (code, line) => {
        throw new Error(`panic ${code} at line ${line}`);
      },
      reset: (reason) => {
        this.resets.push(reason);
        return 0;
      },
    });
    this.engine.init();
    this.texts.length = 0;
    this.until(() => this.texts.length > 0);
  }

  /** Whole memory of the clip. */
  memory(): Uint8Array {
    return this.engine.snapshot!();
  }

  /** Sends bytes as they are. */
  raw(port: number, bytes: Uint8Array | string): void {
    this.inbox[port] = Buffer.concat([this.inbox[port]!, Buffer.from(bytes as string, "latin1")]);
  }

  /** Sends a command line; returns the answer without number and check sum. */
  line(body: string): string {
    const from = this.texts.length;
    this.raw(SERIAL, frame(`HC,7,${body}`));
    const answer = (): string | undefined => this.texts.slice(from).find((text) => /,(?:ACK|ERR),7,/u.test(text));
    this.until(() => answer() !== undefined);
    return answer()!.replace(/^\$HC,\d+,(ACK|ERR),7,(.*)\*.*$/u, "$1,$2");
  }

  /** Sends a request and waits for its response. */
  ask(port: number, op: number, group: number, command: number, body: Record<string, unknown> | Uint8Array = {}, version = 1): Response {
    this.sequence = (this.sequence + 1) & 0xff;
    const packet = request(op, group, command, this.sequence, body, version);
    const answer = this.exchange(port, packet);
    if (answer === undefined) throw new Error(`no response to ${Buffer.from(packet).toString("hex")}`);
    if (answer.sequence !== this.sequence) throw new Error(`response ${answer.sequence} to request ${this.sequence}`);
    return answer;
  }

  /** Sends a packet and waits for something to be answered. */
  exchange(port: number, packet: Uint8Array): Response | undefined {
    const from = this.responses.length;
    this.raw(port, port === SERIAL ? lines(packet) : packet);
    this.until(() => this.responses.length > from);
    return this.responses[from];
  }

  /** Lets the clip run until `holds`, at most a client's patience. */
  until(holds: () => boolean, patience_us = PATIENCE_US): void {
    const end_us = this.now_us + patience_us;
    for (let steps = 0; !holds() && this.now_us < end_us; steps += 1) {
      if (steps === STEPS_MAX) throw new Error("the clip does not sleep");
      this.step(end_us);
    }
  }

  /** Lets so much time go by. */
  run(for_us: number): void {
    this.until(() => false, for_us);
  }

  /** What is half received is forgotten, as a client does that starts anew. */
  forget(): void {
    this.serial = [];
    this.frame = [];
    this.packet = [];
  }

  private step(end_us: number): void {
    const erased = this.flash.erased_sectors;
    const sleep_us = this.engine.step(0);
    this.steps += 1;
    this.erases_max = Math.max(this.erases_max, this.flash.erased_sectors - erased);
    this.now_us = Math.min(end_us, this.now_us + Math.max(sleep_us, 10));
  }

  private sent(port: number, src: Uint8Array): number {
    const taken = src.subarray(0, this.room_bytes[port]!);
    if (port === SERIAL) for (const byte of taken) this.takeSerial(byte);
    else if (port === BLE) this.takePacket(taken);
    else return HAL_CLOSED;
    return taken.length;
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
      if (frame(text.slice(1, -7)) !== text) throw new Error(`neither a line nor a frame: ${JSON.stringify(text)}`);
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

/** What a board would start: the slot and its image, by the rules of boards/HAL.md; null where no app may be started. */
export function chosen(flash: Uint8Array): { readonly slot: number; readonly image: Uint8Array } | null {
  const view = new DataView(flash.buffer, flash.byteOffset);
  const word = (slot: number, at: number): number => view.getUint32(layout.SLOT_START + slot * layout.SLOT_BYTES + at, true);
  const erased = 0xffff_ffff;
  const found = [0, 1].flatMap((slot) => {
    const start = layout.SLOT_START + slot * layout.SLOT_BYTES;
    const size = word(slot, layout.SLOT_LENGTH_AT);
    if (word(slot, layout.SLOT_MAGIC_AT) !== layout.SLOT_MAGIC || word(slot, SLOT_REFUSED_AT) !== erased) return [];
    if (word(slot, layout.SLOT_TRIED_AT) !== erased && word(slot, layout.SLOT_CONFIRMED_AT) === erased) return [];
    if (size === 0 || size > layout.SLOT_BYTES - layout.SLOT_IMAGE) return [];
    const image = flash.slice(start + layout.SLOT_IMAGE, start + layout.SLOT_IMAGE + size);
    if (Buffer.compare(sha256(image), flash.subarray(start + SLOT_SHA256_AT, start + SLOT_SHA256_AT + 32)) !== 0) return [];
    return [{ slot, image, sequence: word(slot, layout.SLOT_SEQUENCE_AT) }];
  });
  const newest = found.toSorted((one, other) => other.sequence - one.sequence)[0];
  return newest === undefined ? null : { slot: newest.slot, image: newest.image };
}
