// Made images of boards, by the formats' own documents: test/wide/flash.spec.ts has the vendors' tools look at them.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A made ESP32 image of two segments, with check sum and hash, for chip 5 (ESP32-C3) or 9 (ESP32-S3). */
export function espImage(chip: number, segment_bytes = 40): Uint8Array {
  const header = Buffer.alloc(24);
  header.set([0xe9, 2, 2, 0x2f]);
  header.writeUInt32LE(0x403c_a000, 4);
  header.writeUInt16LE(chip, 12);
  header[23] = 1;
  const data = [Buffer.from(Array.from({ length: segment_bytes }, (_, i) => (i * 7) & 0xff)), Buffer.from("hopclip!")];
  const heads = data.map((bytes, i) => {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(0x3fc8_0000 + i * 0x10000, 0);
    head.writeUInt32LE(bytes.length, 4);
    return head;
  });
  const body = Buffer.concat([header, heads[0]!, data[0]!, heads[1]!, data[1]!]);
  const sum = Buffer.concat(data).reduce((all, byte) => all ^ byte, 0xef);
  const padded = Buffer.concat([body, Buffer.alloc(15 - (body.length % 16)), Buffer.of(sum)]);
  return Buffer.concat([padded, createHash("sha256").update(padded).digest()]);
}

/** A made table of partitions with the clip's there. */
export function partitions(clip: { offset: number; bytes: number }, label = "clip"): Uint8Array {
  const entry = (type: number, subtype: number, offset: number, bytes: number, name: string): Buffer => {
    const made = Buffer.alloc(32);
    made.set([0xaa, 0x50, type, subtype]);
    made.writeUInt32LE(offset, 4);
    made.writeUInt32LE(bytes, 8);
    made.write(name, 12, "latin1");
    return made;
  };
  return Buffer.concat([entry(1, 2, 0x9000, 0x6000, "nvs"), entry(0, 0, 0x10000, 0x180000, "factory"), entry(1, 0x40, clip.offset, clip.bytes, label), Buffer.alloc(0xc00 - 96, 0xff)]);
}

/** A made Intel HEX file: so many bytes counting up from an address. */
export function hexFile(at: number, count: number): string {
  const line = (bytes: number[]): string => `:${Buffer.from([...bytes, -bytes.reduce((a, b) => a + b, 0) & 0xff]).toString("hex").toUpperCase()}`;
  const lines: string[] = [];
  for (let from = 0; from < count; from += 16) {
    const here = at + from;
    if (from === 0 || (here & 0xffff) === 0) lines.push(line([2, 0, 0, 4, here >> 24, (here >> 16) & 0xff]));
    const data = Array.from({ length: Math.min(16, count - from) }, (_, i) => (from + i) & 0xff);
    lines.push(line([data.length, (here >> 8) & 0xff, here & 0xff, 0, ...data]));
  }
  return `${[...lines, ":00000001FF"].join("\r\n")}\r\n`;
}

/** Writes files into a folder that is made for them. */
export function fill(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}
