// What the host makes of the bytes of a serial wire: lines, packets as another program builds them, and a wire that damages them.
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { readEvent } from "../../host/clip/event.ts";
import { buildLine, parseFrame } from "../../host/clip/line.ts";
import { buildPacket, parsePacket, type PacketHead } from "../../host/clip/packet.ts";
import { PACKET_BYTES_MAX, framed } from "../../host/link/console.ts";
import { Splitter } from "../../host/link/splitter.ts";
import { chance, good, mutant } from "./mutant.ts";

/** Everything a splitter tells, in order: lines as text, packets as hex after a blank. */
function heard(splitter = new Splitter()): { splitter: Splitter; told: string[] } {
  const told: string[] = [];
  splitter.onLine = (text) => told.push(text);
  splitter.onPacket = (packet) => told.push(` ${Buffer.from(packet).toString("hex")}`);
  return { splitter, told };
}
function split(...chunks: readonly (string | Uint8Array)[]): string[] {
  const { splitter, told } = heard();
  for (const chunk of chunks) splitter.push(typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk);
  return told;
}

// Made with the PyPI package smp 4.2.0, whose encoder is what smpclient sends.
interface Golden extends PacketHead {
  readonly what: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly packet: string;
  readonly wire: string;
}
const GOLDEN = JSON.parse(readFileSync("test/link/packets.json", "utf8")) as Golden[];
/** A body with { hex } as bytes. */
const bodyOf = ({ body }: Golden): object =>
  Object.fromEntries(Object.entries(body).map(([key, value]) => [key, value !== null && typeof value === "object" ? Uint8Array.from(Buffer.from((value as { hex: string }).hex, "hex")) : value]));

describe("packets as smp builds them", () => {
  test.each(GOLDEN.map((golden) => [golden.what, golden] as const))("%s", (_what, golden) => {
    const { op, version, group, sequence, command } = golden;
    const packet = buildPacket({ op, version, group, sequence, command }, bodyOf(golden));
    expect(Buffer.from(packet).toString("hex")).toBe(golden.packet);
    expect(framed(packet).toString("hex")).toBe(golden.wire);
    expect(split(Buffer.from(golden.wire, "hex"))).toEqual([` ${golden.packet}`]);
    expect(parsePacket(Uint8Array.from(Buffer.from(golden.packet, "hex")))).toEqual({ op, version, group, sequence, command, body: bodyOf(golden) });
  });

  test.each([
    ["too short", "0100000000000"],
    ["longer than it says", "0900000100000000a0a0"],
    ["without CBOR", "090000010000000018"],
    ["a list", "090000010000000080"],
    ["with a key twice", "0900000700000000a2616101616102"],
    ["with keys that are numbers", "0900000300000000a10102"],
    ["deeper than anything", "0900000c00000000a16161818181818181818180"],
  ])("%s is none", (_what, hex) => {
    expect(parsePacket(Buffer.from(hex, "hex"))).toBeNull();
  });
  test("an open-ended map, as Zephyr writes them, is one", () => {
    expect(parsePacket(Buffer.from("0100000500000000bf62726303ff", "hex"))).toBeNull(); // one byte more than it says
    expect(parsePacket(Buffer.from("0100000600000000bf62726303ff", "hex"))?.body).toEqual({ rc: 3 });
  });
});

test("bytes are bytes, in whatever Node keeps them", () => {
  const head: PacketHead = { op: 2, version: 1, group: 1, sequence: 1, command: 0 };
  const bytes = [1, 2, 3, 4];
  expect(buildPacket(head, { hash: Buffer.from(bytes) })).toEqual(buildPacket(head, { hash: Uint8Array.from(bytes) }));
});

describe("a wire", () => {
  const line = buildLine(7, "BEA,1,2,0");
  const text = line.trimEnd();
  const packet = buildPacket({ op: 1, version: 1, group: 8, sequence: 1, command: 0 }, { off: 0, data: new Uint8Array(300).fill(7) });
  const told = ` ${Buffer.from(packet).toString("hex")}`;
  const wire = framed(packet);

  test("gives lines and packets in whatever pieces they come", () => {
    const all = Buffer.concat([Buffer.from(line), wire, Buffer.from(line)]);
    for (let size = 1; size < 200; size++) {
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
      expect(split(...chunks)).toEqual([text, told, text]);
    }
  });
  test("may carry lines between the frames of a packet", () => {
    const frames = wire.toString("latin1").split("\n").slice(0, -1).map((frame) => `${frame}\n`);
    expect(frames.length).toBeGreaterThan(3);
    expect(split(frames.join(line))).toEqual([...Array.from({ length: frames.length - 1 }, () => text), told]);
  });
  test("that tears a line off gives the next one", () => {
    expect(split(line.slice(0, 9), line)).toEqual([text.slice(0, 9), text]);
    expect(split(line.slice(0, 9), wire, line)).toEqual([text.slice(0, 9), told, text]);
    expect(split(wire.subarray(0, 200), line, wire)).toEqual([text, told]);
    expect(split(wire.subarray(0, 200), wire)).toEqual([told]);
  });
  test("that is cut forgets what was under way", () => {
    const { splitter, told: said } = heard();
    splitter.push(Buffer.from(line.slice(0, 9)));
    splitter.reset();
    splitter.push(Buffer.from(line.slice(9)));
    splitter.push(wire.subarray(0, 130));
    splitter.reset();
    splitter.push(wire.subarray(130));
    splitter.push(Buffer.from(line));
    expect(said.filter((each) => typeof parseFrame(each) !== "string" || each.startsWith(" "))).toEqual([text]);
  });
  test.each([
    ["nothing but digits", "1"],
    ["dollars", "$"],
    ["the start of a line over and over", "$HC,1,"],
    ["the start of a packet over and over", "\u0006\u0009"],
    ["a packet's frames without end", `\u0006\u0009${Buffer.alloc(90, 255).toString("base64")}\n\u0004\u0014${Buffer.alloc(90).toString("base64")}\n`],
    ["zeroes", "\0"],
  ])("with 1 MB of %s gives nothing good, and then the next frame", (_what, piece) => {
    const { splitter, told: said } = heard();
    splitter.push(Buffer.from(piece.repeat(Math.ceil(1e6 / piece.length)), "latin1"));
    expect(said.filter((each) => typeof parseFrame(each) !== "string" || each.startsWith(" "))).toEqual([]);
    expect(said.every((each) => each.length <= 127)).toBe(true);
    said.length = 0;
    splitter.push(Buffer.from(line));
    splitter.push(wire);
    expect(said.slice(-2)).toEqual([text, told]);
  });
  test("with a line that is too long tells so once", () => {
    expect(split(`$HC,1,${"9".repeat(1e6)}\r\n`, line).map((each) => parseFrame(each))).toEqual(["LONG", { seq: 7, tag: "BEA", fields: ["1", "2", "0"] }]);
  });
  test("with a packet of more than there is room for gives none", () => {
    const large = (bytes: number): Uint8Array => buildPacket({ op: 1, version: 0, group: 0, sequence: 0, command: 0 }, { r: "a".repeat(bytes) });
    expect(split(framed(large(PACKET_BYTES_MAX)))).toEqual([]);
    expect(split(framed(large(PACKET_BYTES_MAX - 100)), line)).toHaveLength(2);
  });
});

/** Bytes in use after what is not needed any more has been given up. */
function heap_bytes(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

const MUTANTS = Number(process.env["HOPCLIP_MUTANTS"] ?? 30_000);
test(`${MUTANTS} damaged frames: none is taken for another, and the next good one is understood`, () => {
  const random = chance(20_261_124);
  const { splitter, told } = heard();
  /** What is accepted of what was heard: the content of a line that says something, a whole packet. */
  const accepted = (said: readonly string[]): string[] =>
    said.flatMap((each) => {
      if (each.startsWith(" ")) return parsePacket(Buffer.from(each.slice(1), "hex")) === null ? [] : [each];
      const frame = parseFrame(each);
      return typeof frame === "string" || readEvent(frame).type === "unknown" ? [] : [JSON.stringify(frame)];
    });
  const wrong: string[] = [];
  let missed = 0;
  const before_bytes = heap_bytes();
  for (let i = 0; i < MUTANTS; i++) {
    const [frame, next] = [good(random, 2 * i), good(random, 2 * i + 1)];
    told.length = 0;
    splitter.push(mutant(random, frame, next));
    splitter.push(next);
    const [first, second] = [accepted(split(frame)), accepted(split(next))];
    const got = accepted(told);
    if (got.at(-1) !== second[0]) missed += 1;
    wrong.push(...got.filter((each) => each !== first[0] && each !== second[0]));
  }
  told.length = 0;
  const grown_bytes = heap_bytes() - before_bytes;
  if (MUTANTS >= 1e6) console.log(`${MUTANTS} damaged frames: ${wrong.length} taken for another, ${missed} good ones missed, heap ${(grown_bytes / 1024).toFixed(0)} KiB more`);
  expect([wrong, missed]).toEqual([[], 0]);
  expect(grown_bytes).toBeLessThan(4e6);
}, 600_000);
