// What flashing a board takes: images, and calls of the vendor's tool.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../failure.ts";
import type { Variant } from "./board.ts";

/** The app slot's file in board.json: made here, of the app. */
export const SLOT_FILE = "slot.bin";

/** An image, read. */
export interface Image {
  readonly file: string;
  readonly path: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A call of a vendor's tool. */
export interface Call {
  readonly tool: "esptool" | "nrfutil" | "adafruit-nrfutil";
  /** As the tool of today takes them. */
  readonly args: readonly string[];
  /** Whether it only looks: what it prints is nobody's business. */
  readonly looks: boolean;
  /** Throws a Failure where what the tool printed is not what it must be. */
  readonly judge?: (output: string) => void;
}

/** A place in flash as people and tools write it: "0x10000". */
export const hex = (value: number): string => `0x${value.toString(16)}`;

/** The images of a variant from a folder, the slot's made of `slot`. An InputError where one is missing or two lie over each other. */
export function readImages({ name, flash, programmer }: Variant, folder: string, slot: Uint8Array): readonly Image[] {
  if (programmer.tool === "none") return [];
  const images = programmer.images.map(({ file, offset }) => {
    const path = join(folder, file);
    return { file, path, offset, bytes: file === SLOT_FILE ? slot : read(path, name) };
  });
  const last = images.toSorted((a, b) => a.offset - b.offset).map((image, index, sorted) => ({ image, end: sorted[index + 1]?.offset ?? Infinity }));
  for (const { image, end } of last) {
    if (!image.file.endsWith(".hex") && image.offset + image.bytes.length > end) throw new InputError(`${image.path}: its ${image.bytes.length} bytes at ${hex(image.offset)} reach into the next image at ${hex(end)}`);
  }
  const { clip } = flash;
  for (const { file, path, offset, bytes } of images) {
    const inside = offset >= clip.offset && offset + bytes.length <= clip.offset + clip.bytes;
    if (file === SLOT_FILE && !inside) throw new InputError(`${path}: does not lie in the clip's area of ${name}: board.json and the firmware do not fit`);
  }
  return images;
}

function read(path: string, name: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") throw new InputError(`${path}: no such image: build ${name} (README.md of its board says how), or --images names the folder it was built in`, { cause: error });
    throw new InputError(`${path}: cannot be read: ${message}`, { cause: error });
  }
}
