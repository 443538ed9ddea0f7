// The clip's SMP server: every command, every error, both ports, whatever comes.
import { encode } from "cbor2";
import { describe, expect, test } from "vitest";
import { EXERCISE_POGO, SLOT_BYTES, SLOT_CONFIRMED_AT, SLOT_IMAGE, SLOT_MAGIC_AT, SLOT_START, SLOT_TRIED_AT, SMP_BYTES_MAX } from "../../firmware/wire/layout.ts";
import { install, marks } from "../../sim/slot.ts";
import { frame } from "../../sim/world.ts";
import { BLE, chosen, lines, Manager, request, SERIAL, sha256, WASM, type Response } from "./manager.ts";

const READ = 0;
const WRITE = 2;
const OS = 0;
const IMAGE = 1;
const FILE = 8;
const ports = [["serial", SERIAL], ["BLE", BLE]] as const;

// What `smp` 4.2.0 (PyPI) makes of its requests, sequence numbers 1 to 16: EchoWriteRequest(d="hello"), in version 2 and 1 of the protocol, and so on.
const GOLDEN = {
  echo: "0a00000900000100a161646568656c6c6f",
  "echo, version 1": "0200000900000100a161646568656c6c6f",
  parameters: "0800000100000206a0",
  reset: "0a00000100000305a0",
  images: "0800000100010400a0",
  test: "0a00002800010500a164686173685820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  confirm: "0a00000a00010600a167636f6e6669726df5",
  "upload, first":
    "0a00005d00010701a6636c656e1903e8636f666600637368615820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f646461746154000102030405060708090a0b0c0d0e0f1011121365696d616765006775706772616465f4",
  "upload, next": "0a00002000010801a2636f666614646461746154000102030405060708090a0b0c0d0e0f10111213",
  erase: "0a00000100010905a0",
  "erase 1": "0a00000700010a05a164736c6f7401",
  download: "0800001200080b00a2636f666600646e616d65662f6c6f672f31",
  status: "0800000b00080c01a1646e616d65642f6c6f67",
  hash: "0800001900080d02a2646e616d65662f6c6f672f31647479706566736861323536",
  "hash of a part": "0800001800080e02a3636c656e1864636f666610646e616d65662f6c6f672f31",
  types: "0800000100080f03a0",
  close: "0a00000100081004a0",
} as const;

/** The three lines of 123 bytes that smp.packet.encode makes of EchoWriteRequest(d="x" * 200, sequence=1). */
const GOLDEN_LINES = [
  "\x06\tANcKAADNAAABAKFhZHjIeHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\n",
  "\x04\x14eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\n",
  "\x04\x14eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHiicA==\n",
].join("");

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const refused = (group: number, rc: number): object => ({ err: { group, rc } });

/** An app that is no app: bytes that say which, with a version. */
function image(length: number, mark: number, version = [1, 2, mark]): Uint8Array {
  const made = Uint8Array.from({ length }, (_, index) => (index * 7 + mark) & 0xff);
  made.set([0, 11, 7, ...Buffer.from("hopclip"), ...version], length - 13);
  return made;
}

/** Uploads an image in parts; returns the last response. */
function upload(clip: Manager, port: number, app: Uint8Array, part = 300, from = 0): Response {
  for (let off = from; ;) {
    const first = off === 0 ? { len: app.length, sha: sha256(app), image: 0, upgrade: false } : {};
    const answer = clip.ask(port, WRITE, IMAGE, 1, { ...first, off, data: app.subarray(off, off + part) });
    if (typeof answer.map["off"] !== "number") return answer;
    off = answer.map["off"];
    if (off === app.length) return answer;
  }
}

/** All of a file, by parts. */
function download(clip: Manager, port: number, name: string): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let off = 0, len = 1; off < len || parts.length === 0;) {
    const { map } = clip.ask(port, READ, FILE, 0, { off, name });
    if (off === 0) len = map["len"] as number;
    else expect(map).not.toHaveProperty("len");
    expect(map["off"]).toBe(off);
    parts.push(map["data"] as Uint8Array);
    off += parts.at(-1)!.length;
  }
  return Buffer.concat(parts);
}

/** Appends records by setting the time so often. */
function fill(clip: Manager, records: number): void {
  for (let count = 0; count < records; count += 1) expect(clip.line("TIM,1767225600000000")).toMatch(/^ACK/u);
}

describe.each(ports)("on %s", (_, port) => {
  test("answers the requests of another's client, byte for byte", () => {
    const clip = new Manager();
    const answers = Object.entries(GOLDEN).map(([name, hex]) => [name, clip.exchange(port, bytes(hex))] as const);
    for (const [name, answer] of answers) {
      const sent = bytes(GOLDEN[name as keyof typeof GOLDEN]);
      expect(answer, name).toMatchObject({ op: (sent[0]! & 7) + 1, version: (sent[0]! >> 3) & 3, group: sent[5], sequence: sent[6], command: sent[7] });
    }
    const maps = Object.fromEntries(answers.map(([name, answer]) => [name, answer!.map]));
    expect(maps).toMatchObject({
      echo: { r: "hello" }, "echo, version 1": { r: "hello" }, parameters: { buf_size: SMP_BYTES_MAX, buf_count: 1 }, reset: {},
      test: refused(IMAGE, 8), "upload, first": { off: 20 }, "upload, next": { off: 40 }, erase: {}, "erase 1": {},
      download: refused(FILE, 3), status: { len: 16 }, hash: refused(FILE, 3), "hash of a part": refused(FILE, 3),
      types: { types: { sha256: { format: 1, size: 32 } } }, close: {},
    });
    expect(answers[0]![1]!.bytes).toEqual(bytes("0b00000a00000100bf61726568656c6c6fff"));
    expect(clip.resets).toHaveLength(1); // it has answered first
    expect(clip.violations).toEqual([]);
  });

  test("the log comes as files, whole and by parts, with its hashes", () => {
    const clip = new Manager();
    fill(clip, 400);
    const index = Buffer.from(download(clip, port, "/log")).toString("latin1");
    expect(index).toMatch(/^(?:\d{10} \d{4}\n){3}$/u);
    const files = index.trim().split("\n").map((line) => line.split(" ").map(Number) as [number, number]);
    expect(files.map(([number]) => number - files[0]![0])).toEqual([0, 1, 2]);
    for (const [number, size] of files) {
      const name = `/log/${number}`;
      const file = download(clip, port, name);
      expect(file).toHaveLength(size);
      const sector = 0x2000 + (number % 62) * 4096;
      expect(Buffer.compare(file, clip.flash.bytes.subarray(sector + 16, sector + 16 + size))).toBe(0);
      expect(clip.flash.bytes.subarray(sector + 16 + size, sector + 4096).every((byte) => byte === 0xff)).toBe(true);
      expect(clip.ask(port, READ, FILE, 1, { name }).map).toEqual({ len: size });
      expect(clip.ask(port, READ, FILE, 2, { name }).map).toEqual({ type: "sha256", len: size, output: sha256(file) });
      for (const [off, len] of [[0, 0], [0, 55], [0, 56], [0, 63], [0, 64], [1, 119], [4, 120], [100, 9999], [size, 1]] as const) {
        const some = file.slice(off, off + len);
        expect(clip.ask(port, READ, FILE, 2, { name, type: "sha256", off, len }).map)
          .toEqual({ type: "sha256", ...(off === 0 ? {} : { off }), len: some.length, output: sha256(some) });
      }
    }
    expect(clip.violations).toEqual([]);
  });

  test("an app is uploaded, told, tested, and the one before is what a board falls back to", () => {
    const clip = new Manager();
    const app = image(9001, 1);
    expect(upload(clip, port, app).map).toEqual({ off: app.length, match: true });
    expect(clip.erases_max).toBe(1);
    const own = { slot: 0, version: "0.1.0", hash: sha256(WASM), bootable: true, pending: false, confirmed: true, active: true };
    const other = { slot: 1, version: "1.2.1", hash: sha256(app), bootable: true, pending: false, confirmed: false, active: false };
    expect(clip.ask(port, READ, IMAGE, 0).map).toEqual({ images: [own, other] });
    expect(chosen(clip.flash.bytes)!.slot).toBe(0); // until it is tested
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(app), confirm: false }).map).toEqual({ images: [own, { ...other, pending: true }] });
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(app) }).map).toEqual({ images: [own, { ...other, pending: true }] });
    expect(chosen(clip.flash.bytes)).toEqual({ slot: 1, image: app });
    expect(clip.ask(port, WRITE, OS, 5).map).toEqual({});
    clip.until(() => clip.resets.length > 0);
    expect(clip.resets).toEqual([1]);
    // The board starts it on trial, and it confirms itself.
    new DataView(clip.flash.bytes.buffer).setUint32(SLOT_START + SLOT_BYTES + SLOT_TRIED_AT, 0, true);
    clip.boot();
    expect(clip.ask(port, READ, IMAGE, 0).map).toEqual({ images: [{ ...own, active: false }, { ...other, active: true }] });
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(app), confirm: true }).map)
      .toEqual({ images: [{ ...own, active: false }, { ...other, active: true, confirmed: true }] });
    expect(marks(clip.flash.bytes, 1)).toEqual({ tried: true, confirmed: true, refused: null });
    // Back: what was started before gets a header of its own, and its trial.
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(WASM) }).map)
      .toEqual({ images: [{ ...own, active: false, confirmed: false, pending: true }, { ...other, active: true, confirmed: true }] });
    expect(chosen(clip.flash.bytes)!.slot).toBe(0);
    expect(marks(clip.flash.bytes, 0)).toEqual({ tried: false, confirmed: false, refused: null });
    expect(clip.violations).toEqual([]);
  });

  test("an app of each length up to a block's end matches", () => {
    const clip = new Manager();
    for (let length = 120; length < 185; length += 1) expect(upload(clip, port, image(length, length)).map).toEqual({ off: length, match: true });
  });

  test("an upload that was cut goes on where it was; another begins anew; what does not match is no image", () => {
    const clip = new Manager();
    const app = image(5000, 1);
    const begin = (of: Uint8Array): Response => clip.ask(port, WRITE, IMAGE, 1, { off: 0, len: of.length, sha: sha256(of), data: of.subarray(0, 200) });
    expect(begin(app).map).toEqual({ off: 200 });
    expect(clip.ask(port, WRITE, IMAGE, 1, { off: 200, data: app.subarray(200, 500) }).map).toEqual({ off: 500 });
    expect(begin(app).map).toEqual({ off: 500 });
    expect(clip.ask(port, WRITE, IMAGE, 1, { off: 200, data: app.subarray(200, 500) }).map).toEqual({ off: 500 }); // again
    expect(clip.ask(port, WRITE, IMAGE, 1, { off: 700, data: app.subarray(700, 800) }).map).toEqual({ off: 500 }); // too soon
    expect(upload(clip, port, app, 300, 500).map).toEqual({ off: 5000, match: true });
    expect(begin(app).map).toEqual({ off: 5000, match: true }); // the response was lost
    const erased = clip.flash.erased_sectors;
    expect(upload(clip, port, app).map).toEqual({ off: 5000, match: true });
    expect(clip.flash.erased_sectors).toBe(erased);
    const other = image(4000, 2);
    expect(begin(other).map).toEqual({ off: 200 });
    const spoilt = other.slice();
    spoilt[2000]! ^= 4;
    expect(upload(clip, port, spoilt, 300, 200).map).toEqual({ off: 4000, match: false });
    expect(clip.ask(port, READ, IMAGE, 0).map["images"]).toHaveLength(1);
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(other) }).map).toEqual(refused(IMAGE, 8));
    expect(upload(clip, port, other).map).toEqual({ off: 4000, match: true });
    expect(clip.violations).toEqual([]);
  });

  test("an erased slot holds nothing; its upload begins anew", () => {
    const clip = new Manager();
    const app = image(5000, 1);
    upload(clip, port, app);
    clip.erases_max = 0;
    expect(clip.ask(port, WRITE, IMAGE, 5, { slot: 1 }).map).toEqual({});
    expect(clip.erases_max).toBe(1);
    expect(clip.flash.bytes.subarray(SLOT_START + SLOT_BYTES).every((byte) => byte === 0xff)).toBe(true);
    expect(clip.ask(port, READ, IMAGE, 0).map["images"]).toHaveLength(1);
    expect(upload(clip, port, app).map).toEqual({ off: 5000, match: true });
    expect(clip.ask(port, WRITE, IMAGE, 5).map).toEqual({}); // by default the one that does not run
    expect(clip.ask(port, READ, IMAGE, 0).map["images"]).toHaveLength(1);
  });

  const part = image(500, 9).subarray(0, 9);
  const sha = sha256(image(500, 9));
  test.each<[string, number, number, number, Record<string, unknown> | Uint8Array, object, number]>([
    ["a group nobody has", READ, 9, 0, {}, { rc: 8 }, 8],
    ["a command nobody has", READ, OS, 4, {}, { rc: 8 }, 8],
    ["writing what is read", WRITE, OS, 6, {}, { rc: 8 }, 8],
    ["reading what is written", READ, IMAGE, 1, {}, { rc: 8 }, 8],
    ["uploading a file", WRITE, FILE, 0, { off: 0, name: "/log/62", data: Uint8Array.of(1), len: 1 }, { rc: 8 }, 8],
    ["an echo of nothing", WRITE, OS, 0, {}, { rc: 3 }, 3],
    ["an echo of a number", WRITE, OS, 0, { d: 5 }, { rc: 3 }, 3],
    ["a list instead of a map", WRITE, OS, 0, encode([1, 2]), { rc: 3 }, 3],
    ["half a map", WRITE, OS, 0, bytes("a16164656865"), { rc: 3 }, 3],
    ["more than a map", WRITE, OS, 0, bytes("a161646161ff"), { rc: 3 }, 3],
    ["a file without name", READ, FILE, 0, { off: 0 }, { rc: 3 }, 3],
    ["a name that is a number", READ, FILE, 1, { name: 7 }, { rc: 3 }, 3],
    ["a name of another folder", READ, FILE, 0, { off: 0, name: "/lfs/62" }, refused(FILE, 2), 3],
    ["a short name", READ, FILE, 0, { off: 0, name: "/lo" }, refused(FILE, 2), 3],
    ["no name", READ, FILE, 0, { off: 0, name: "" }, refused(FILE, 2), 3],
    ["a number of nothing", READ, FILE, 0, { off: 0, name: "/log/" }, refused(FILE, 2), 3],
    ["a number with a zero in front", READ, FILE, 0, { off: 0, name: "/log/062" }, refused(FILE, 2), 3],
    ["a number with a letter", READ, FILE, 0, { off: 0, name: "/log/6x" }, refused(FILE, 2), 3],
    ["a number beyond numbers", READ, FILE, 0, { off: 0, name: "/log/62000000000" }, refused(FILE, 2), 3],
    ["a file that was never", READ, FILE, 0, { off: 0, name: "/log/4294967296" }, refused(FILE, 3), 5],
    ["a file that is not yet", READ, FILE, 1, { name: "/log/63" }, refused(FILE, 3), 5],
    ["a file given up", READ, FILE, 2, { name: "/log/61" }, refused(FILE, 3), 5],
    ["beyond a file's end", READ, FILE, 0, { off: 5000, name: "/log/62" }, refused(FILE, 12), 1],
    ["a part of a file from nowhere", READ, FILE, 0, { name: "/log/62" }, refused(FILE, 12), 1],
    ["an offset below 0", READ, FILE, 0, { off: -1, name: "/log/62" }, refused(FILE, 12), 1],
    ["half a line of the index", READ, FILE, 0, { off: 7, name: "/log" }, refused(FILE, 11), 1],
    ["the hash of the index", READ, FILE, 2, { name: "/log" }, refused(FILE, 4), 1],
    ["a hash of another kind", READ, FILE, 2, { name: "/log/62", type: "crc32" }, refused(FILE, 13), 3],
    ["a hash beyond a file's end", READ, FILE, 2, { name: "/log/62", off: 5000 }, refused(FILE, 12), 1],
    ["an upload from nowhere", WRITE, IMAGE, 1, { data: part }, { off: 0 }, -1],
    ["an upload of nothing", WRITE, IMAGE, 1, { off: 0, len: 500, sha }, { rc: 3 }, 3],
    ["an upload without its length", WRITE, IMAGE, 1, { off: 0, sha, data: part }, refused(IMAGE, 30), 1],
    ["an upload that no slot has room for", WRITE, IMAGE, 1, { off: 0, len: 0xf001, sha, data: part }, refused(IMAGE, 30), 1],
    ["an upload without its hash", WRITE, IMAGE, 1, { off: 0, len: 500, data: part }, refused(IMAGE, 24), 3],
    ["an upload with half a hash", WRITE, IMAGE, 1, { off: 0, len: 500, sha: sha.subarray(16), data: part }, refused(IMAGE, 24), 3],
    ["an upload for another processor", WRITE, IMAGE, 1, { off: 0, len: 500, sha, image: 1, data: part }, refused(IMAGE, 14), 3],
    ["more than was to come", WRITE, IMAGE, 1, { off: 0, len: 8, sha, data: part }, refused(IMAGE, 31), 1],
    ["a test of no hash", WRITE, IMAGE, 0, {}, refused(IMAGE, 24), 3],
    ["a test of half a hash", WRITE, IMAGE, 0, { hash: sha.subarray(1) }, refused(IMAGE, 24), 3],
    ["a test of what is not there", WRITE, IMAGE, 0, { hash: sha }, refused(IMAGE, 8), 1],
    ["a test of what runs", WRITE, IMAGE, 0, { hash: sha256(WASM) }, refused(IMAGE, 33), 1],
    ["confirming another app", WRITE, IMAGE, 0, { hash: sha, confirm: true }, refused(IMAGE, 32), 1],
    ["erasing the app that runs", WRITE, IMAGE, 5, { slot: 0 }, refused(IMAGE, 9), 6],
    ["erasing a slot nobody has", WRITE, IMAGE, 5, { slot: 2 }, refused(IMAGE, 14), 3],
  ])("%s is refused", (_name, op, group, command, body, map, rc) => {
    const clip = new Manager();
    const before = clip.flash.bytes.slice();
    expect(clip.ask(port, op, group, command, body).map).toEqual(map);
    expect(clip.ask(port, op, group, command, body, 0).map).toEqual(rc < 0 ? map : { rc });
    expect(Buffer.compare(clip.flash.bytes, before)).toBe(0);
    expect(clip.ask(port, WRITE, OS, 0, { d: "still there" }).map).toEqual({ r: "still there" });
  });

  test("flash that fails is told, and the upload begins anew", () => {
    const clip = new Manager();
    const app = image(500, 1);
    const first = { off: 0, len: app.length, sha: sha256(app), data: app.subarray(0, 100) };
    clip.flash.failNext(1);
    expect(clip.ask(port, WRITE, IMAGE, 1, first).map).toEqual(refused(IMAGE, 13));
    expect(clip.ask(port, WRITE, IMAGE, 1, first).map).toEqual({ off: 100 });
    clip.flash.failNext(1);
    expect(clip.ask(port, WRITE, IMAGE, 1, { off: 100, data: app.subarray(100, 200) }).map).toEqual(refused(IMAGE, 12));
    expect(clip.ask(port, WRITE, IMAGE, 1, { off: 100, data: app.subarray(100, 200) }).map).toEqual({ off: 0 });
    expect(upload(clip, port, app).map).toEqual({ off: 500, match: true });
    clip.flash.failNext(1);
    expect(clip.ask(port, WRITE, IMAGE, 5).map).toEqual(refused(IMAGE, 13));
    upload(clip, port, app);
    clip.flash.failNext(1);
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(app) }).map).toEqual(refused(IMAGE, 12));
    expect(chosen(clip.flash.bytes)!.slot).toBe(0);
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(app) }).map["images"]).toHaveLength(2);
    expect(chosen(clip.flash.bytes)!.slot).toBe(1);
  });

  test("a set is not disturbed: what writes to the slots, and a reset, wait; the log can be read", () => {
    const clip = new Manager();
    expect(clip.line(`SET,${EXERCISE_POGO},0,0,0,0,0,0`)).toBe("ACK,SET");
    const before = clip.flash.bytes.slice(SLOT_START);
    const app = image(500, 1);
    for (const [command, body] of [[0, { hash: sha256(WASM), confirm: true }], [0, { hash: sha256(app) }], [1, { off: 0, len: 500, sha: sha256(app), data: app.subarray(0, 9) }], [5, {}]] as const) {
      expect(clip.ask(port, WRITE, IMAGE, command, body).map).toEqual({ rc: 10 });
    }
    expect(clip.ask(port, WRITE, OS, 5).map).toEqual({ rc: 10 });
    expect(clip.resets).toEqual([]);
    expect(Buffer.compare(clip.flash.bytes.subarray(SLOT_START), before)).toBe(0);
    expect(download(clip, port, "/log/62").length).toBeGreaterThan(48);
    expect(clip.ask(port, READ, IMAGE, 0).map["images"]).toHaveLength(1);
  });

  test("a set that begins in the middle of an erase ends that", () => {
    const clip = new Manager();
    clip.raw(port, port === SERIAL ? lines(request(WRITE, IMAGE, 5, 9, {})) : request(WRITE, IMAGE, 5, 9, {}));
    clip.until(() => clip.flash.erased_sectors > 3);
    expect(clip.line(`SET,${EXERCISE_POGO},0,0,0,0,0,0`)).toBe("ACK,SET");
    clip.until(() => clip.responses.length > 0);
    expect(clip.responses[0]!.map).toEqual({ rc: 10 });
    expect(clip.flash.erased_sectors).toBeLessThan(16);
  });

  test("a set that begins while an upload is checked ends that, and the upload begins anew", () => {
    const clip = new Manager();
    const app = image(5000, 1);
    const first = { off: 0, len: app.length, sha: sha256(app), data: app.subarray(0, 300) };
    expect(clip.ask(port, WRITE, IMAGE, 1, first).map).toEqual({ off: 300 });
    for (let off = 300; off < 4800; off += 300) clip.ask(port, WRITE, IMAGE, 1, { off, data: app.subarray(off, off + 300) });
    const last = request(WRITE, IMAGE, 1, 200, { off: 4800, data: app.subarray(4800) });
    const from = clip.responses.length;
    const end = SLOT_START + SLOT_BYTES + SLOT_IMAGE + app.length;
    clip.raw(port, port === SERIAL ? lines(last) : last);
    clip.until(() => Buffer.compare(clip.flash.bytes.subarray(end - 13, end), app.subarray(-13)) === 0);
    expect(clip.responses).toHaveLength(from);
    expect(clip.line(`SET,${EXERCISE_POGO},0,0,0,0,0,0`)).toBe("ACK,SET");
    clip.until(() => clip.responses.length > from);
    expect(clip.responses[from]!.map).toEqual({ rc: 10 });
    expect([clip.line("STP"), clip.line("STP")]).toEqual(["ACK,STP", "ACK,STP"]);
    expect(upload(clip, port, app).map).toEqual({ off: 5000, match: true });
    expect(clip.ask(port, WRITE, IMAGE, 0, { hash: sha256(app) }).map["images"]).toMatchObject([{ slot: 0 }, { slot: 1, pending: true }]);
    expect(clip.violations).toEqual([]);
  });

  test("requests one after another are answered in order, none is lost", () => {
    const clip = new Manager();
    const packets = Array.from({ length: 20 }, (_value, index) => request(WRITE, OS, 0, index, { d: "y".repeat(index * 20) }));
    for (const packet of packets) clip.raw(port, port === SERIAL ? lines(packet) : packet);
    clip.until(() => clip.responses.length === 20);
    expect(clip.responses.map(({ map }) => map)).toEqual(packets.map((_packet, index) => ({ r: "y".repeat(index * 20) })));
  });

  test("a packet of the largest size is taken, a larger one is not, and the next is answered", () => {
    const clip = new Manager();
    const echo = (size: number): Uint8Array => request(WRITE, OS, 0, 1, { d: "x".repeat(size - 14) });
    const largest = echo(SMP_BYTES_MAX);
    expect(largest).toHaveLength(SMP_BYTES_MAX);
    expect(clip.exchange(port, largest)!.map).toEqual({ rc: 7 }); // its response would be longer
    expect(clip.exchange(port, echo(SMP_BYTES_MAX - 1))!.map).toEqual({ r: "x".repeat(SMP_BYTES_MAX - 15) });
    expect(clip.exchange(port, echo(SMP_BYTES_MAX + 1))).toBeUndefined();
    expect(clip.exchange(port, echo(100))!.map).toEqual({ r: "x".repeat(86) });
  });

  test("a response nobody takes is given up after a second, and the port is heard again", () => {
    const clip = new Manager();
    const room = clip.room_bytes[port]!;
    clip.room_bytes[port] = 0;
    expect(clip.exchange(port, request(WRITE, OS, 0, 1, { d: "x".repeat(400) }))).toBeUndefined();
    clip.forget();
    clip.room_bytes[port] = room;
    clip.run(100_000); // what a port of lines holds goes out
    clip.responses.length = 0;
    expect(clip.ask(port === SERIAL ? BLE : SERIAL, WRITE, OS, 0, { d: "other" }).map).toEqual({ r: "other" });
    expect(clip.ask(port, WRITE, OS, 0, { d: "again" }).map).toEqual({ r: "again" });
  });

  test("a reset whose response nobody takes comes a second later, once, and not into a set", () => {
    for (const [begins, resets] of [[false, [1]], [true, []]] as const) {
      const clip = new Manager();
      const room = clip.room_bytes[port]!;
      clip.room_bytes[port] = 0;
      const packet = request(WRITE, OS, 5, 1, {});
      clip.raw(port, port === SERIAL ? lines(packet) : packet);
      clip.run(100_000);
      expect(clip.resets).toEqual([]);
      if (begins) clip.raw(SERIAL, frame(`HC,1,SET,${EXERCISE_POGO},0,0,0,0,0,0`));
      clip.run(1_100_000);
      expect(clip.resets).toEqual(resets);
      clip.room_bytes[port] = room;
      clip.run(100_000);
      clip.forget();
      clip.responses.length = 0;
      expect(clip.ask(port, WRITE, OS, 0, { d: "x" }).map).toEqual({ r: "x" });
      clip.run(100_000);
      expect(clip.resets).toEqual(resets);
    }
  });

  test("a version beyond the known is told so", () => {
    const clip = new Manager();
    expect(clip.ask(port, WRITE, OS, 0, { d: "x" }, 2).map).toEqual({ rc: 13 });
    expect(clip.ask(port, WRITE, OS, 0, { d: "x" }, 3)).toMatchObject({ map: { rc: 13 }, version: 1 });
  });

  // RFC 8949, appendix A: maps of these are to be passed over, or refused where they are not well-formed or of a length that is not told.
  test.each<[string, string, boolean]>([
    ["a map of unknown length", "bf616461786165f6ff", true],
    ["an item of each kind before it", "a8616100616220616343010203617461786165820102616da101026167c1016173f96164617a", false],
    ["names that are numbers", "a301020304616461 78".replaceAll(" ", ""), true],
    ["deep lists", `a26161${"81".repeat(200)}00${"6164"}6178`, true],
    ["a list without its end", "a261619f01616461 78".replaceAll(" ", ""), false],
    ["text in pieces", "a161647f6178ff", false],
    ["a text of 4 GB", "a161647affffffff78", false],
    ["a text of 2^63", "a161647b7fffffffffffffff78", false],
    ["a map of 2^32 pairs", "baffffffff61646178", false],
    ["a list of 2^31 in a list", "a261619a8000000000616461 78".replaceAll(" ", ""), false],
    ["a reserved length", "a161647c", false],
    ["a break where there is none to", "a1ff6178", false],
    ["a map of unknown length without its end", "bf61646178", false],
    ["64-bit numbers", "a261611bffffffffffffffff61646178", true],
    ["floats, simple values, tags", "a461 61fb3ff199999999999a 6162f4 6163c249010000000000000000 6164 6178".replaceAll(" ", ""), true],
    ["lengths longer than needed", "b8016 1647a0000000178".replaceAll(" ", ""), true],
  ])("%s: well-formed or refused", (_name, hex, good) => {
    const clip = new Manager();
    expect(clip.ask(port, WRITE, OS, 0, bytes(hex)).map).toEqual(good ? { r: "x" } : { rc: 3 });
    expect(clip.ask(port, WRITE, OS, 0, { d: "still there" }).map).toEqual({ r: "still there" });
  });
});

describe("on the serial port", () => {
  test("frames are as another's encoder makes them", () => {
    const clip = new Manager();
    expect(Buffer.from(lines(request(WRITE, OS, 0, 1, { d: "x".repeat(200) }), 120)).toString("latin1")).toBe(GOLDEN_LINES);
    clip.raw(SERIAL, GOLDEN_LINES);
    clip.until(() => clip.responses.length > 0);
    expect(clip.responses[0]!.map).toEqual({ r: "x".repeat(200) });
  });

  test("lines of text and frames keep out of each other", () => {
    const clip = new Manager();
    const packets = Array.from({ length: 30 }, (_, index) => request(WRITE, OS, 0, index, { d: "z".repeat(10 * index) }));
    const from = clip.texts.length;
    for (const [index, packet] of packets.entries()) {
      const text = Buffer.from(lines(packet)).toString("latin1").split(/(?<=\n)/u);
      // Commands between the lines of a frame too.
      clip.raw(SERIAL, text.join(index % 2 === 0 ? "$HC,1,STA*47DD\r\n" : ""));
      clip.raw(SERIAL, "$HC,1,STA*47DD\r\n");
    }
    clip.until(() => clip.responses.length === packets.length);
    expect(clip.responses.map(({ sequence }) => sequence)).toEqual(packets.map((_packet, index) => index));
    expect(clip.texts.slice(from).filter((text) => /,(?:ACK|ERR),/u.test(text)).length).toBeGreaterThan(30);
  });

  test("a broken line and a frame after it are each answered", () => {
    const clip = new Manager();
    const from = clip.texts.length;
    clip.raw(SERIAL, "$HC,5,ST");
    expect(clip.exchange(SERIAL, request(WRITE, OS, 0, 1, { d: "x" }))!.map).toEqual({ r: "x" });
    expect(clip.texts.slice(from).filter((text) => text.includes(",ERR,-,-,FORM"))).toHaveLength(1);
  });

  test("a frame cut short by another is forgotten", () => {
    const clip = new Manager();
    const whole = lines(request(WRITE, OS, 0, 1, { d: "x".repeat(300) }));
    for (let cut = 1; cut < whole.length; cut += 7) {
      clip.raw(SERIAL, whole.subarray(0, cut));
      expect(clip.exchange(SERIAL, request(WRITE, OS, 0, cut & 0xff, { d: "next" }))).toMatchObject({ sequence: cut & 0xff, map: { r: "next" } });
    }
  });

  test("a frame with a wrong check sum or length is not answered", () => {
    const clip = new Manager();
    const packet = request(WRITE, OS, 0, 1, { d: "x" });
    for (const spoil of [(text: string) => text.replace("AA", "AB"), (text: string) => text.replace("=", "A"), (text: string) => `${text.slice(0, 2)}AAAA${text.slice(2)}`]) {
      clip.raw(SERIAL, spoil(Buffer.from(lines(packet)).toString("latin1")));
      clip.run(10_000);
    }
    expect(clip.responses).toEqual([]);
  });
});

describe("two ports", () => {
  test("are answered in turn", () => {
    const clip = new Manager();
    for (let index = 0; index < 20; index += 1) {
      const packet = request(WRITE, OS, 0, index, { d: "x".repeat(200) });
      clip.raw(SERIAL, lines(packet));
      clip.raw(BLE, packet);
    }
    clip.until(() => clip.responses.length === 40);
    for (const port of [SERIAL, BLE]) {
      expect(clip.responses.filter((answer) => answer.port === port).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    }
  });

  test("half a packet on one keeps the other waiting for a second at most", () => {
    for (const [first, second] of [[SERIAL, BLE], [BLE, SERIAL]] as const) {
      const clip = new Manager();
      const half = request(WRITE, OS, 0, 1, { d: "x".repeat(200) });
      clip.raw(first, first === SERIAL ? lines(half).subarray(0, 200) : half.subarray(0, 100));
      clip.run(100_000);
      const from_us = clip.now_us;
      expect(clip.ask(second, WRITE, OS, 0, { d: "x" }).map).toEqual({ r: "x" });
      expect(clip.now_us - from_us).toBeLessThan(1_100_000);
    }
  });

  test("the start of a frame is not lost to a packet that comes between its two bytes", () => {
    const clip = new Manager();
    const packet = request(WRITE, OS, 0, 1, { d: "x" });
    // The clip takes 32 bytes of a port at a time.
    clip.raw(SERIAL, Buffer.concat([Buffer.from("\n".repeat(31)), lines(packet)]));
    clip.raw(BLE, packet);
    clip.until(() => clip.responses.length === 2);
    expect(clip.responses.map((answer) => answer.port)).toEqual([BLE, SERIAL]);
  });

  test("half a frame with lines after it keeps the other waiting for a second at most", () => {
    const clip = new Manager();
    clip.raw(SERIAL, Buffer.from(lines(request(WRITE, OS, 0, 1, { d: "x".repeat(200) }))).subarray(0, 127));
    clip.run(100_000);
    clip.raw(BLE, request(WRITE, OS, 0, 1, { d: "x" }));
    for (let count = 0; count < 4; count += 1) {
      clip.raw(SERIAL, "$HC,1,STA*47DD\r\n");
      clip.run(300_000);
    }
    expect(clip.responses.map(({ map }) => map)).toEqual([{ r: "x" }]);
  });
});

describe("DEL", () => {
  test("gives files up for good, up to the one asked for", () => {
    const clip = new Manager();
    fill(clip, 600);
    const index = (): number[] => Buffer.from(download(clip, BLE, "/log")).toString("latin1").trim().split("\n").map((line) => Number(line.split(" ")[0]));
    const [first, second, third, fourth] = index() as [number, number, number, number];
    const kept = download(clip, BLE, `/log/${third}`);
    const records = (): number => Number(clip.line("STA").split(",").at(-1));
    const before = records();
    expect(clip.line(`DEL,${first - 1}`)).toBe(`ACK,DEL,${first}`);
    expect(clip.line(`DEL,${second}`)).toBe(`ACK,DEL,${third}`);
    expect(index()[0]).toBe(third);
    expect(records()).toBeLessThan(before - 200);
    expect(clip.ask(BLE, READ, FILE, 1, { name: `/log/${second}` }).map).toEqual(refused(FILE, 3));
    expect(clip.line(`DEL,${first}`)).toBe(`ACK,DEL,${third}`); // again
    expect(clip.line(`DEL,${index().at(-1)}`)).toBe("ERR,DEL,RANG");
    expect(clip.line("DEL,4294967296")).toBe("ERR,DEL,RANG");
    clip.boot();
    expect(index()[0]).toBe(third);
    expect(Buffer.compare(download(clip, BLE, `/log/${third}`), kept)).toBe(0);
    expect(clip.texts.filter((text) => text.includes(",FLT,8,"))).toEqual([]);
    expect(clip.line(`SET,${EXERCISE_POGO},0,0,0,0,0,0`)).toBe("ACK,SET");
    expect(clip.line(`DEL,${third}`)).toBe("ERR,DEL,BUSY");
    expect(index()).toContain(fourth);
    expect(clip.violations).toEqual([]);
  });

  test("a full log goes on after it", () => {
    const clip = new Manager();
    fill(clip, 62 * 145 + 500);
    const index = download(clip, BLE, "/log");
    expect(index.length / 16).toBeGreaterThanOrEqual(61);
    const newest = Number(Buffer.from(index).toString("latin1").trim().split("\n").at(-1)!.split(" ")[0]);
    expect(clip.line(`DEL,${newest - 1}`)).toBe(`ACK,DEL,${newest}`);
    fill(clip, 500);
    expect(download(clip, BLE, "/log").length / 16).toBeGreaterThan(3);
    expect(clip.violations).toEqual([]);
  });
});

describe("power cuts", () => {
  // Upload, test, restart on trial, confirmation, and back: at every byte written and in every erase. The app that a board then starts was whole.
  test("leave a clip that starts an app that was whole", () => {
    const start = new Manager();
    const old = image(700, 1);
    const app = image(600, 2);
    start.flash.bytes.fill(0xff, SLOT_START);
    install(start.flash.bytes, old, { slot: 0, sequence: 5, confirmed: true });
    install(start.flash.bytes, image(900, 3), { slot: 1, sequence: 4, confirmed: true });
    const dump = start.flash.bytes.slice();
    const clip = new Manager(dump);
    const at = (slot: number, mark: number): number => SLOT_START + slot * SLOT_BYTES + mark;
    const outcomes = new Set<number>();
    let cuts = 0;
    for (;; cuts += 1) {
      clip.flash.cutAfter(Infinity);
      clip.flash.load(dump);
      clip.boot();
      clip.flash.cutAfter(cuts);
      let tested = false;
      let back = false;
      let went = false;
      try {
        expect(upload(clip, BLE, app, 250).map["match"]).toBe(true);
        tested = true;
        clip.ask(BLE, WRITE, IMAGE, 0, { hash: sha256(app) });
        clip.flash.write(at(1, SLOT_TRIED_AT), new Uint8Array(4)); // the board
        clip.boot();
        clip.ask(BLE, WRITE, IMAGE, 0, { confirm: true });
        back = true;
        clip.ask(BLE, WRITE, IMAGE, 0, { hash: sha256(old) });
      } catch (cut) {
        if ((cut as Error).name !== "PowerCut") throw cut;
        went = true;
      }
      const next = chosen(clip.flash.bytes);
      expect(next, `cut ${cuts}`).not.toBeNull();
      outcomes.add(next!.slot);
      const whole = next!.slot === 0 ? old : app;
      expect(Buffer.compare(next!.image, whole), `cut ${cuts}`).toBe(0);
      if (!tested) expect(next!.slot).toBe(0);
      if (!went) {
        expect([back, next!.slot]).toEqual([true, 0]);
        break;
      }
    }
    expect(cuts).toBeGreaterThan(app.length + 100);
    expect(outcomes).toEqual(new Set([0, 1]));
    expect(clip.violations.filter((what) => !what.includes("not erased"))).toEqual([]);
  }, 120_000);

  test("of DEL leave the oldest files given up, and the others as they were", () => {
    const clip = new Manager();
    fill(clip, 900);
    const dump = clip.flash.bytes.slice();
    const names = (): number[] => Buffer.from(download(clip, BLE, "/log")).toString("latin1").trim().split("\n").map((line) => Number(line.split(" ")[0]));
    const all = names();
    const counts = new Set<number>();
    for (let cut = 0; cut < 24; cut += 1) {
      clip.flash.cutAfter(Infinity);
      clip.flash.load(dump);
      clip.boot();
      clip.flash.cutAfter(cut);
      try {
        clip.line(`DEL,${all.at(-2)}`);
      } catch (error) {
        if ((error as Error).name !== "PowerCut") throw error;
      }
      clip.flash.cutAfter(Infinity);
      clip.boot();
      const left = names();
      expect(left).toEqual(all.slice(-left.length));
      counts.add(left.length);
    }
    expect(counts.size).toBeGreaterThan(4);
  });
});

test("the slot marks of the app that runs are never written but for its own confirmation", () => {
  const clip = new Manager();
  clip.flash.bytes.fill(0xff, SLOT_START);
  install(clip.flash.bytes, WASM, { slot: 1, sequence: 9, confirmed: false });
  new DataView(clip.flash.bytes.buffer).setUint32(SLOT_START + SLOT_BYTES + SLOT_TRIED_AT, 0, true);
  clip.boot();
  const before = clip.flash.bytes.slice(SLOT_START + SLOT_BYTES);
  upload(clip, BLE, image(3000, 1));
  clip.ask(BLE, WRITE, IMAGE, 0, { hash: sha256(image(3000, 1)) });
  expect(clip.ask(BLE, WRITE, IMAGE, 0, { confirm: true }).map["images"]).toMatchObject([{ slot: 0, pending: true, active: false }, { slot: 1, confirmed: true, active: true }]);
  const after = clip.flash.bytes.slice(SLOT_START + SLOT_BYTES);
  before.fill(0, SLOT_CONFIRMED_AT, SLOT_CONFIRMED_AT + 4);
  expect(Buffer.compare(after, before)).toBe(0);
  expect([SLOT_MAGIC_AT, SLOT_IMAGE]).toEqual([0, 4096]);
});
