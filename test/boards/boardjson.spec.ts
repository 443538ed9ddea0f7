// boards/*/board.json: what a host flashes from. Each keeps the schema, and what no schema can say: names, areas and images agree.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { FLASH_BYTES, SLOT_START } from "../../firmware/wire/layout.ts";

interface Area {
  readonly offset: number;
  readonly bytes: number;
}
interface Variant {
  readonly name: string;
  readonly pins: Record<string, number | string>;
  readonly flash: Record<string, Area> & { readonly clip: Area };
  readonly programmer: {
    readonly tool: string;
    readonly images?: readonly { readonly file: string; readonly offset: number }[];
    readonly flash?: { readonly size: string };
  };
}
interface Board {
  readonly name: string;
  readonly variants: readonly Variant[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const fits = new Ajv2020({ strict: true, strictRequired: false, allErrors: true }).compile(read("boards/board.schema.json") as object);
const names = readdirSync("boards").filter((name) => existsSync(`boards/${name}/board.json`));
const boards = names.map((name) => [name, read(`boards/${name}/board.json`) as Board] as const);
const variants = boards.flatMap(([, { variants: all }]) => all.map((variant) => [variant.name, variant] as const));

/** A copy of the ESP32's board.json, changed. */
function changed(change: (board: any) => void): unknown {
  const board = read("boards/esp32/board.json");
  change(board);
  return board;
}

describe("the schema", () => {
  test.each(boards)("%s keeps it", (_, board) => {
    expect(fits(board), JSON.stringify(fits.errors, undefined, 1)).toBe(true);
  });

  test.each<[string, (board: any) => void]>([
    ["a board without variants", (board) => (board.variants = [])],
    ["a variant without the clip's area", (board) => delete board.variants[0].flash.clip],
    ["an offset in another notation", (board) => (board.variants[0].flash.clip.offset = "0x190000")],
    ["I2C without an address", (board) => delete board.variants[0].sensor.address],
    ["a programmer nobody has", (board) => (board.variants[0].programmer.tool = "jlink")],
    ["esptool without a flash size", (board) => delete board.variants[0].programmer.flash.size],
    ["nothing to flash", (board) => (board.variants[0].programmer.images = [])],
    ["a file outside the build", (board) => (board.variants[0].programmer.images[0].file = "../../etc/passwd")],
    ["nrfutil's options for esptool", (board) => (board.variants[0].programmer.package = "clip.zip")],
    ["a word nobody reads", (board) => (board.variants[0].remark = "")],
  ])("%s breaks it", (_, change) => {
    expect(fits(changed(change))).toBe(false);
  });
});

describe("boards", () => {
  test("all have one", () => {
    expect(names).toEqual(expect.arrayContaining(["esp32", "linux", "qemu-m4", "qemu-rv32"]));
    const built = readdirSync("boards").filter((name) => name !== "bench" && existsSync(`boards/${name}/CMakeLists.txt`));
    expect(built.filter((name) => !names.includes(name))).toEqual([]);
  });

  test("are named as their folders, variants uniquely", () => {
    expect(boards.map(([, { name }]) => name)).toEqual(names);
    expect(new Set(variants.map(([name]) => name)).size).toBe(variants.length);
  });

  test.each(variants)("%s: areas are whole sectors apart from each other, the clip's as large as the firmware asks", (_, { flash, programmer }) => {
    const areas = Object.values(flash).toSorted((a, b) => a.offset - b.offset);
    expect(flash.clip.bytes).toBe(FLASH_BYTES);
    for (const [index, { offset, bytes }] of areas.entries()) {
      expect([offset % 4096, bytes % 4096]).toEqual([0, 0]);
      expect(offset + bytes).toBeLessThanOrEqual(areas[index + 1]?.offset ?? Infinity);
      if (programmer.flash !== undefined) expect(offset + bytes).toBeLessThanOrEqual(Number.parseInt(programmer.flash.size, 10) << 20);
    }
  });

  test.each(variants)("%s: the app goes to the first slot, all else past the clip", (_, { flash: { clip }, programmer: { tool, images = [] } }) => {
    expect(images.length > 0).toBe(tool !== "none");
    for (const { file, offset } of images) {
      if (file === "slot.bin") expect(offset).toBe(clip.offset + SLOT_START);
      else expect(offset < clip.offset || offset >= clip.offset + clip.bytes).toBe(true);
    }
    if (tool !== "none") expect(images.filter(({ file }) => file === "slot.bin")).toHaveLength(1);
  });

  test.each(variants)("%s: no pin has two jobs", (_, { pins }) => {
    expect(new Set(Object.values(pins)).size).toBe(Object.keys(pins).length);
  });
});
