// nRF52840: its program as Intel HEX, put together with the app's slot, and the three ways to write it: a debug probe by nrfutil, the serial
// port of its bootloader by adafruit-nrfutil, the drive of its bootloader as a UF2 file.
import { join } from "node:path";
import { Failure, InputError } from "../failure.ts";
import type { Area, Nrfutil, Variant } from "./board.ts";
import { SLOT_FILE, hex, type Call, type Image } from "./plan.ts";

/** Bytes that lie together in flash. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The merged files, in the folder of the images. */
export const HEX_FILE = "hopclip.hex";
export const UF2_FILE = "hopclip.uf2";

const HEX_BYTES = 32;
/** Types of Intel HEX records. */
const DATA = 0;
const END = 1;
const SEGMENT = 2;
const LINEAR = 4;

/** Reads Intel HEX. An InputError that names the line where it is none, or has no end. */
export function readHex(path: string, bytes: Uint8Array): readonly Piece[] {
  const runs: { at: number; parts: Uint8Array[]; end: number }[] = [];
  let base = 0;
  for (const [index, line] of Buffer.from(bytes).toString("latin1").split(/\r?\n/u).entries()) {
    if (line === "") continue;
    const wrong = (what: string): InputError => new InputError(`${path}: line ${index + 1}: ${what}`);
    if (!/^:(?:[0-9a-f]{2}){5,}$/iu.test(line)) throw wrong("is no Intel HEX");
    const record = Buffer.from(line.slice(1), "hex");
    const [length, type] = [record[0] as number, record[3] as number];
    if (record.length !== length + 5) throw wrong("is cut off");
    if (record.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw wrong("its check sum is wrong: build it again");
    const data = record.subarray(4, -1);
    if (type === END) return runs.map(({ at, parts }) => ({ at, bytes: Buffer.concat(parts) }));
    if (type === SEGMENT) base = data.readUInt16BE() * 16;
    else if (type === LINEAR) base = data.readUInt16BE() * 0x10000;
    else if (type === DATA) {
      const at = base + record.readUInt16BE(1);
      const last = runs.at(-1);
      if (last?.end === at) {
        last.parts.push(data);
        last.end += length;
      } else runs.push({ at, parts: [data], end: at + length });
    }
  }
  throw new InputError(`${path}: is cut off: it has no end record`);
}

/** Writes Intel HEX. */
export function writeHex(pieces: readonly Piece[]): string {
  const record = (type: number, at: number, data: Uint8Array): string => {
    const bytes = Buffer.from([data.length, (at >> 8) & 0xff, at & 0xff, type, ...data]);
    const sum = bytes.reduce((total, byte) => total + byte, 0);
    return `:${Buffer.from([...bytes, -sum & 0xff]).toString("hex").toUpperCase()}`;
  };
  const lines: string[] = [];
  let high = -1;
  for (const { at, bytes } of pieces) {
    for (let from = 0; from < bytes.length; ) {
      const here = at + from;
      if (here >> 16 !== high) {
        high = here >> 16;
        lines.push(record(LINEAR, 0, Uint8Array.of(high >> 8, high & 0xff)));
      }
      const count = Math.min(HEX_BYTES, bytes.length - from, 0x10000 - (here & 0xffff));
      lines.push(record(DATA, here & 0xffff, bytes.subarray(from, from + count)));
      from += count;
    }
  }
  return `${[...lines, record(END, 0, new Uint8Array())].join("\n")}\n`;
}

/** Blocks of UF2 (github.com/microsoft/uf2): 512 bytes with 256 of flash each, of the family nRF52840. */
const UF2_BLOCK_BYTES = 512;
const UF2_PAYLOAD_BYTES = 256;
const UF2_MAGICS = [0x0a324655, 0x9e5d5157, 0x0ab16f30] as const;
const UF2_HAS_FAMILY = 0x2000;
const UF2_NRF52840 = 0xada52840;

/** Writes UF2. What a block holds beside the pieces is erased flash. */
export function writeUf2(pieces: readonly Piece[]): Uint8Array {
  const blocks = new Map<number, Uint8Array>();
  for (const { at, bytes } of pieces) {
    for (let from = 0; from < bytes.length; ) {
      const start = (at + from) - ((at + from) % UF2_PAYLOAD_BYTES);
      const count = Math.min(start + UF2_PAYLOAD_BYTES - at - from, bytes.length - from);
      const block = blocks.get(start) ?? new Uint8Array(UF2_PAYLOAD_BYTES).fill(0xff);
      block.set(bytes.subarray(from, from + count), at + from - start);
      blocks.set(start, block);
      from += count;
    }
  }
  const file = new Uint8Array(blocks.size * UF2_BLOCK_BYTES);
  for (const [index, [at, payload]] of [...blocks].toSorted(([a], [b]) => a - b).entries()) {
    const view = new DataView(file.buffer, index * UF2_BLOCK_BYTES, UF2_BLOCK_BYTES);
    for (const [word, value] of [UF2_MAGICS[0], UF2_MAGICS[1], UF2_HAS_FAMILY, at, UF2_PAYLOAD_BYTES, index, blocks.size, UF2_NRF52840].entries()) view.setUint32(word * 4, value, true);
    file.set(payload, index * UF2_BLOCK_BYTES + 32);
    view.setUint32(UF2_BLOCK_BYTES - 4, UF2_MAGICS[2], true);
  }
  return file;
}

const inside = ({ at, bytes }: Piece, { offset, bytes: size }: Area): boolean => at >= offset && at + bytes.length <= offset + size;

/** Program and slot together. An InputError where the program would be written outside of its area: over the bootloader, say. */
export function piecesOf({ name, flash }: Variant, images: readonly Image[]): readonly Piece[] {
  return images.flatMap(({ file, path, offset, bytes }) => {
    if (file === SLOT_FILE) return [{ at: offset, bytes }];
    const pieces = readHex(path, bytes);
    const area = flash["code"] ?? { offset, bytes: flash.clip.offset - offset };
    const astray = pieces.find((piece) => !inside(piece, area));
    if (astray !== undefined) throw new InputError(`${path}: writes to ${hex(astray.at)}, outside of the program's area of ${name} (${hex(area.offset)} to ${hex(area.offset + area.bytes)}): it was built for another board`);
    if (pieces[0]?.at !== offset) throw new InputError(`${path}: ${pieces.length === 0 ? "is empty" : `begins at ${hex(pieces[0]?.at ?? 0)}, not at ${hex(offset)}: it was built for another board`}`);
    return pieces;
  });
}

/** The calls with a debug probe; `probe`: its serial number, undefined where there is but one. Only what is written is erased: the bootloader stays. */
export function probeCalls(chip: string, folder: string, probe: string | undefined): readonly Call[] {
  const on = probe === undefined ? [] : ["--serial-number", probe];
  return [
    {
      tool: "nrfutil",
      looks: true,
      args: ["device", "device-info", ...on],
      judge: (output) => {
        if (!output.toLowerCase().includes(chip.toLowerCase())) throw new Failure(`the chip at the probe is no ${chip}: ${/NRF\w+/u.exec(output)?.[0] ?? "nrfutil does not say what it is"}`);
      },
    },
    { tool: "nrfutil", looks: false, args: ["device", "program", "--firmware", join(folder, HEX_FILE), "--options", "chip_erase_mode=ERASE_RANGES_TOUCHED_BY_FIRMWARE,verify=VERIFY_READ,reset=RESET_SYSTEM", ...on] },
  ];
}

/** Device type of the nRF52840's bootloader: it refuses a package for another. */
const DEV_TYPE = "0x0052";

/** The calls over the serial port of the bootloader. It takes one stretch of flash: what lies between program and slot, config and log, is erased. */
export function serialCalls({ package: file, baud, touch_baud, single_bank }: Nrfutil, folder: string, port: string): readonly Call[] {
  if (file === undefined || baud === undefined) throw new InputError(`this board's bootloader has no serial port: leave out --port for a debug probe, or give the folder of its drive`);
  const path = join(folder, file);
  return [
    { tool: "adafruit-nrfutil", looks: true, args: ["dfu", "genpkg", "--dev-type", DEV_TYPE, "--application", join(folder, HEX_FILE), path] },
    {
      tool: "adafruit-nrfutil",
      looks: false,
      // It fails with exit code 0.
      judge: (output) => {
        if (!output.includes("Device programmed")) throw new Failure(`adafruit-nrfutil failed: ${/Error is: (.*)/u.exec(output)?.[1] ?? "it does not say that the device is programmed"}; did you tap reset twice?`);
      },
      args: ["dfu", "serial", "--package", path, "--port", port, "--baudrate", String(baud), ...(single_bank === true ? ["--singlebank"] : []), ...(touch_baud === undefined ? [] : ["--touch", String(touch_baud)])],
    },
  ];
}
