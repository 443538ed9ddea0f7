// ESP32-C3 and ESP32-S3: what their images must be, and how esptool writes them.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Failure, InputError } from "../failure.ts";
import type { Esptool, Variant } from "./board.ts";
import { SLOT_FILE, hex, type Call, type Image } from "./plan.ts";

/** Chip ids of the extended header (esp_chip_id_t of ESP-IDF). */
const CHIP_IDS: Readonly<Record<Esptool["chip"], number>> = { esp32c3: 5, esp32s3: 9 };
const CHIP_NAMES: Readonly<Record<number, string>> = { 0: "ESP32", 2: "ESP32-S2", 5: "ESP32-C3", 9: "ESP32-S3", 12: "ESP32-C2", 13: "ESP32-C6", 16: "ESP32-H2", 18: "ESP32-P4" };
/** First byte of an application or bootloader, and where its fields are: esp_image_format.h of ESP-IDF. */
const MAGIC = 0xe9;
const SEGMENTS_AT = 1;
const CHIP_ID_AT = 12;
const HASHED_AT = 23;
const HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 8;
const SEGMENTS_MAX = 16;
const CHECKSUM_START = 0xef;
const CHECKSUM_BLOCK_BYTES = 16;
const HASH_BYTES = 32;
/** A partition's entry: magic, type, subtype, offset u32, bytes u32, label of 16 characters; gen_esp32part.py of ESP-IDF. */
const PARTITION_MAGIC = 0x50aa;
const PARTITION_BYTES = 32;
const LABEL_AT = 12;
const LABEL_BYTES = 16;

const chipNamed = (id: number): string => CHIP_NAMES[id] ?? `chip ${id}`;

/** An InputError where the bytes are no whole image for the chip. */
export function checkImage({ path, bytes }: Pick<Image, "path" | "bytes">, chip: Esptool["chip"]): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const cut = new InputError(`${path}: is cut off, or no image: build it again`);
  if (bytes.length < HEADER_BYTES || bytes[0] !== MAGIC) throw new InputError(`${path}: is no ESP32 image: it does not begin with 0xE9`);
  const id = view.getUint16(CHIP_ID_AT, true);
  if (id !== CHIP_IDS[chip]) throw new InputError(`${path}: was built for ${chipNamed(id)}, not for ${chipNamed(CHIP_IDS[chip])}`);
  const segments = bytes[SEGMENTS_AT] as number;
  if (segments === 0 || segments > SEGMENTS_MAX) throw cut;
  let at = HEADER_BYTES;
  let sum = CHECKSUM_START;
  for (let segment = 0; segment < segments; segment++) {
    if (at + SEGMENT_HEADER_BYTES > bytes.length) throw cut;
    const end = at + SEGMENT_HEADER_BYTES + view.getUint32(at + 4, true);
    if (end > bytes.length) throw cut;
    for (at += SEGMENT_HEADER_BYTES; at < end; at++) sum ^= bytes[at] as number;
  }
  const end = at + CHECKSUM_BLOCK_BYTES - (at % CHECKSUM_BLOCK_BYTES); // the check sum is the last byte of a block
  const hashed = bytes[HASHED_AT] === 1;
  if (end + (hashed ? HASH_BYTES : 0) > bytes.length) throw cut;
  const digest = createHash("sha256").update(bytes.subarray(0, end)).digest();
  if (bytes[end - 1] !== sum || (hashed && !digest.equals(bytes.subarray(end, end + HASH_BYTES)))) throw new InputError(`${path}: is damaged: its check sum is wrong; build it again`);
}

/** An InputError where the bytes are no table of partitions, or the clip's area is not where board.json has it. */
export function checkPartitions({ path, bytes }: Pick<Image, "path" | "bytes">, { name, flash: { clip } }: Pick<Variant, "name" | "flash">): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let found = false;
  for (let at = 0; at + PARTITION_BYTES <= bytes.length && view.getUint16(at, true) === PARTITION_MAGIC; at += PARTITION_BYTES) {
    found = true;
    const label = Buffer.from(bytes.subarray(at + LABEL_AT, at + LABEL_AT + LABEL_BYTES)).toString("latin1").split("\0", 1)[0];
    const [offset, size] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
    if (label !== "clip") continue;
    if (offset === clip.offset && size === clip.bytes) return;
    throw new InputError(`${path}: has partition "clip" at ${hex(offset)} with ${size} bytes, ${name} at ${hex(clip.offset)} with ${clip.bytes}: build it again with this version's partitions.csv`);
  }
  throw new InputError(`${path}: ${found ? 'has no partition "clip": it is of another program' : "is no table of partitions"}`);
}

/** An InputError where an image of the variant is not what it must be. */
export function checkImages(variant: Variant, { chip }: Esptool, images: readonly Image[]): void {
  for (const image of images) {
    if (image.file === SLOT_FILE) continue;
    if (image.file.includes("partition")) checkPartitions(image, variant);
    else checkImage(image, chip);
  }
}

/** A chip that answers with too little flash is a Failure; one that is another esptool refuses by itself. */
function judgeFlash(size: string, output: string): void {
  const [, found, unit] = /Detected flash size: (\d+)([KM])B/u.exec(output) ?? [];
  if (found === undefined) return; // a flash that esptool does not know: the board's own word counts
  if ((Number(found) << (unit === "M" ? 20 : 10)) < Number.parseInt(size, 10) << 20) throw new Failure(`the board has ${found} ${unit}B of flash, and ${size} are needed: it is another board`);
}

/** The calls: a look at chip and flash, then the writing, which esptool checks by reading back. */
export function esptoolCalls({ chip, baud, before, after, flash, images }: Esptool, port: string, folder: string): readonly Call[] {
  const to = (then: string): string[] => ["--chip", chip, "--port", port, "--baud", String(baud), "--before", before.replaceAll("_", "-"), "--after", then.replaceAll("_", "-")];
  const files = images.flatMap(({ file, offset }) => [hex(offset), join(folder, file)]);
  return [
    { tool: "esptool", looks: true, args: [...to("no-reset"), "flash-id"], judge: (output) => judgeFlash(flash.size, output) },
    { tool: "esptool", looks: false, args: [...to(after), "write-flash", "--flash-mode", flash.mode, "--flash-freq", flash.freq, "--flash-size", flash.size, ...files] },
  ];
}

/** Arguments as esptool before version 5 takes them: underscores in its own words. Paths and values stay. */
export function oldEsptool(args: readonly string[]): string[] {
  const words = new Set(["flash-id", "write-flash", "--flash-mode", "--flash-freq", "--flash-size", "default-reset", "usb-reset", "no-reset", "hard-reset", "soft-reset"]);
  return args.map((arg) => (words.has(arg) ? arg.replace(/(?<=\w)-/gu, "_") : arg));
}
