// Frames that were damaged on their way: what was not sent is not done, the next good frame is answered, and memory stays as large as it is.
// HOPCLIP_FRAMES says how many, half of them on each port; a failing run prints which.
import { expect, test } from "vitest";
import { Random } from "../../sim/random.ts";
import { bound } from "../rules/clip.ts";
import { BLE, crc, lines, Manager, request, SERIAL, sha256, WASM } from "./manager.ts";

const FRAMES = Number(process.env["HOPCLIP_FRAMES"] ?? 100_000) / 2;
const READ = 0;
const WRITE = 2;
/** What is under way is forgotten, µs. */
const STALL_US = 1_100_000;
const LARGEST_BYTES = 512;
/** The log has made its next sector ready, µs. */
const SETTLE_US = 70_000_000;

/** Requests of every kind, sizes up to the largest. */
function requestOf(random: Random, sequence: number): Uint8Array {
  const some = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => random.bits());
  const name = ["/log", "/log/62", `/log/${random.below(100)}`][random.below(3)]!;
  const off = random.below(3) * 16;
  const version = random.below(2);
  const make = (op: number, group: number, command: number, map: Record<string, unknown>): Uint8Array => request(op, group, command, sequence, map, version);
  switch (random.below(10)) {
    case 0:
      return make(READ, 0, 6, {});
    case 1:
      return make(READ, 1, 0, {});
    case 2:
      return make(WRITE, 1, 0, { hash: some(32) });
    case 3:
      return make(WRITE, 1, 1, { off: 0, len: 1000, sha: some(32), data: some(random.below(400)) });
    case 4:
      return make(WRITE, 1, 1, { off: random.below(400), data: some(random.below(400)) });
    case 5:
      return make(READ, 8, 0, { off, name });
    case 6:
      return make(READ, 8, 1, { name });
    case 7:
      return make(READ, 8, 2, { name, off });
    case 8:
      return make(WRITE, 0, 5, {});
    default:
      return make(WRITE, 0, 0, { d: "e".repeat(random.below(480)) });
  }
}

/** Damages what goes over a port. `before` went over it last. */
function damage(random: Random, whole: Uint8Array, before: Uint8Array): Uint8Array {
  const frame = whole.slice();
  const any = (): number => random.below(frame.length);
  switch (random.below(9)) {
    case 0: // bits flip
      for (let count = 1 + random.below(3); count > 0; count -= 1) frame[any()]! ^= 1 << random.below(8);
      return frame;
    case 1: // bytes change
      for (let count = 1 + random.below(8); count > 0; count -= 1) frame[any()] = random.bits();
      return frame;
    case 2: // cut
      return frame.subarray(0, any());
    case 3: // begins late
      return frame.subarray(any());
    case 4: { // a hole
      const from = any();
      return Buffer.concat([frame.subarray(0, from), frame.subarray(Math.min(frame.length, from + 1 + random.below(60)))]);
    }
    case 5: // a part of it twice
      return Buffer.concat([frame.subarray(0, any()), frame.subarray(any())]);
    case 6: // replayed, perhaps halved
      return Buffer.concat([before.subarray(0, random.below(before.length + 1)), frame]);
    case 7: { // noise inside
      const at = any();
      return Buffer.concat([frame.subarray(0, at), Uint8Array.from({ length: 1 + random.below(40) }, () => random.bits()), frame.subarray(at)]);
    }
    default: // nothing but noise, bytes of frames among it
      return Uint8Array.from({ length: random.below(200) }, () => [6, 9, 4, 20, 10, random.bits(), 65 + random.below(50)][random.below(7)]!);
  }
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Letters that no byte is, for what begins lines and for half of that.
const FIRST = "①";
const NEXT = "②";
const NEITHER = "③";

/** The packets that bytes on the serial port hold by the rules of PROTOCOL.md: whole, with the right length and check sum, and requests. */
function packetsIn(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const latin = Buffer.from(bytes).toString("latin1");
  const text = latin.replaceAll("\x06\t", FIRST).replaceAll("\x04\x14", NEXT).replaceAll("\x06", NEITHER).replaceAll("\x04", NEITHER);
  let frame: number[] | null = null;
  // A line: its start, what stands before the next start or line feed, and whether that is a line feed.
  for (const [, mark, digits, end] of text.matchAll(/([①②])([^①②③\n]*)(\n?)/gu)) {
    if (mark === FIRST) frame = [];
    if (frame === null) continue;
    if (mark === NEXT && frame.length === 0) {
      frame = null;
      continue;
    }
    let bits = 0;
    let count = 0;
    for (const digit of digits!) {
      if (digit === "=" || digit === "\r") continue;
      const value = DIGITS.indexOf(digit);
      if (value < 0 || frame === null || frame.length === LARGEST_BYTES + 4) {
        frame = null;
        break;
      }
      bits = (bits << 6) | value;
      count = (count + 1) & 3;
      if (count !== 1) frame.push((bits >> [0, 0, 4, 2][count]!) & 0xff);
    }
    if (frame === null || end !== "\n") continue;
    const size = (frame[0]! << 8) + frame[1]! + 2;
    if (frame.length > 0 && frame.length < Math.max(size, 2)) continue;
    const packet = Uint8Array.from(frame.slice(2, -2));
    const length = (packet[2]! << 8) + packet[3]! + 8;
    const check = (frame.at(-2)! << 8) | frame.at(-1)!;
    if (frame.length === size && packet.length === length && length <= LARGEST_BYTES && (packet[0]! & 0xe5) === 0 && crc(packet) === check) found.push(packet);
    frame = null;
  }
  return found;
}

/** What of the flash nobody asked to change: all but the slot that does not run. */
const kept = (clip: Manager): Buffer => Buffer.from(clip.flash.bytes.slice(0x2000, 0x50000));

test(`of ${FRAMES} damaged frames on the serial port those are answered that hold a request with the right check sum, and no other`, () => {
  const random = new Random(20_260_101);
  const clip = new Manager();
  clip.run(SETTLE_US);
  const flash = kept(clip);
  let before: Uint8Array = new Uint8Array(0);
  let held = 0;
  for (let index = 0; index < FRAMES; index += 1) {
    const whole = lines(requestOf(random, index & 0xff), [124, 60, 20][random.below(3)]);
    const sent = damage(random, whole, before);
    before = whole;
    const packets = packetsIn(sent);
    held += packets.length;
    clip.responses.length = 0;
    clip.texts.length = 0;
    const text = (): string => `frame ${index}: ${Buffer.from(sent).toString("hex")}`;
    clip.raw(SERIAL, sent);
    // The next good frame follows at once, and is answered.
    const next = request(WRITE, 0, 0, 0xee, { d: `next ${index}` });
    clip.raw(SERIAL, lines(next));
    clip.until(() => clip.responses.at(-1)?.map["r"] === `next ${index}`);
    const heads = clip.responses.slice(0, -1).map(({ group, command, sequence, op }) => [op - 1, group, sequence, command]);
    if (JSON.stringify(heads) !== JSON.stringify(packets.map((packet) => [packet[0]! & 7, (packet[4]! << 8) | packet[5]!, packet[6], packet[7]]))) {
      expect.fail(`${text()}: answered ${JSON.stringify(heads)}, held ${packets.map((packet) => Buffer.from(packet).toString("hex")).join()}`);
    }
    if (clip.responses.at(-1)?.map["r"] !== `next ${index}`) expect.fail(`${text()}: the next frame is not answered`);
  }
  expect(held).toBeGreaterThan(FRAMES / 25);
  expect(kept(clip).equals(flash)).toBe(true);
  expect(clip.violations).toEqual([]);
  expect(clip.memory().subarray(bound("__heap_base")).every((byte) => byte === 0)).toBe(true);
}, 3_600_000);

test(`${FRAMES} damaged packets on the BLE port change nothing but the slot that does not run, and the next one is answered`, () => {
  const random = new Random(20_260_102);
  const clip = new Manager();
  clip.run(SETTLE_US);
  const flash = kept(clip);
  let before: Uint8Array = new Uint8Array(0);
  for (let index = 0; index < FRAMES; index += 1) {
    const whole = requestOf(random, index & 0xff);
    const sent = damage(random, whole, before);
    before = whole;
    clip.raw(BLE, sent);
    clip.until(() => false, STALL_US);
    clip.forget();
    clip.responses.length = 0;
    clip.texts.length = 0;
    const next = clip.exchange(BLE, request(WRITE, 0, 0, 0xee, { d: `next ${index}` }));
    if (next?.map["r"] !== `next ${index}`) expect.fail(`packet ${index}: ${Buffer.from(sent).toString("hex")}: the next one is not answered`);
  }
  expect(kept(clip).equals(flash)).toBe(true);
  expect(clip.violations).toEqual([]);
  const { images } = clip.ask(BLE, READ, 1, 0).map as { images: { slot: number; hash: Uint8Array; pending: boolean }[] };
  expect(images.filter(({ pending }) => pending)).toEqual([]);
  expect(images[0]!.hash).toEqual(sha256(WASM));
  expect(clip.memory().subarray(bound("__heap_base")).every((byte) => byte === 0)).toBe(true);
}, 3_600_000);
