// The boards and their variants, as boards/*/board.json describes them (boards/board.schema.json).
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../failure.ts";
import { ROOT } from "../wasm.ts";

/** A part of a chip's flash, from its start. */
export interface Area {
  readonly offset: number;
  readonly bytes: number;
}

/** A file that is to be written, in the folder that the board was built in. */
export interface ImageFile {
  readonly file: string;
  /** From the start of the chip's flash, bytes. */
  readonly offset: number;
}

/** How esptool writes a board. */
export interface Esptool {
  readonly tool: "esptool";
  readonly chip: "esp32c3" | "esp32s3";
  readonly baud: number;
  readonly before: string;
  readonly after: string;
  readonly flash: { readonly mode: string; readonly freq: string; readonly size: string };
  readonly images: readonly ImageFile[];
}

/** How a board with an nRF52 is written: by a debug probe, its bootloader's drive, or its bootloader's serial port. */
export interface Nrfutil {
  readonly tool: "nrfutil";
  /** File that the package for the serial bootloader becomes. */
  readonly package?: string;
  readonly baud?: number;
  readonly touch_baud?: number;
  readonly single_bank?: boolean;
  readonly images: readonly ImageFile[];
}

/** One kind of a board. */
export interface Variant {
  readonly name: string;
  readonly chip: string;
  /** USB ids of its serial port, "vvvv:pppp" in hex. */
  readonly usb?: readonly string[];
  readonly flash: Readonly<Record<string, Area>> & { readonly clip: Area };
  readonly programmer: { readonly tool: "none" } | Esptool | Nrfutil;
}

interface Board {
  readonly name: string;
  readonly title: string;
  readonly variants: readonly Variant[];
}

const FOLDER = join(ROOT, "boards");

/** Every board there is. */
export function boards(): readonly Board[] {
  const paths = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(FOLDER, name, "board.json"));
  return paths.flatMap((path) => {
    try {
      return [JSON.parse(readFileSync(path, "utf8")) as Board];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return []; // a folder of sources
      throw error;
    }
  });
}

/** Every variant that can be written to. */
export function flashable(): readonly Variant[] {
  return boards().flatMap(({ variants }) => variants.filter(({ programmer }) => programmer.tool !== "none"));
}

/** The variant that `BOARD`, `VARIANT` or `BOARD:VARIANT` names; an InputError that says which there are where it is none, or several. */
export function variantNamed(which: string): Variant {
  const [first, second] = which.split(":") as [string, string?];
  const found = boards().flatMap((board) =>
    board.variants.filter(({ name }) => (second === undefined ? board.name === first || name === first : board.name === first && name === second)),
  );
  const names = (variants: readonly Variant[]): string => variants.map(({ name }) => name).join(", ");
  const [variant] = found;
  if (variant === undefined) throw new InputError(`there is no board "${which}": there are ${names(flashable())}`);
  if (found.length > 1) throw new InputError(`${which} has variants: say which, ${names(found)}`);
  if (variant.programmer.tool === "none") throw new InputError(`${variant.name} is a program of this computer: there is nothing to flash; there are ${names(flashable())}`);
  return variant;
}
