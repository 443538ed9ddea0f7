// The ESP32 board: every line of its C compiles for the core of the ESP32-C3 against thin declarations of ESP-IDF, and pins, partitions and
// board.json agree. ESP-IDF itself, and a compiler for the S3's core, are not here: boards/esp32/README.md says what that leaves open.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { FLASH_BYTES, SLOT_BYTES, SLOT_START, SLOTS } from "../../firmware/wire/layout.ts";
import { compilePort, definedSymbols, run, undefinedSymbols } from "./port.ts";

const PREFIX = "riscv64-unknown-elf-";
const COMPILER = `${PREFIX}gcc`;
const CORE = ["-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs", "-Os"];
const STUBS = "test/boards/stubs/esp-idf";
const MAIN = "boards/esp32/main";
const COMMON = "boards/common";
const INCLUDES = [STUBS, COMMON];
const SOURCES = readdirSync(MAIN).filter((name) => name.endsWith(".c")).map((name) => join(MAIN, name));
const SHARED = ["clip.c", "slot.c", "pulses.c"].map((name) => join(COMMON, name)); // what needs no WAMR

interface Variant {
  readonly name: string;
  readonly chip: string;
  readonly pins: Record<string, number>;
  readonly flash: Record<string, { readonly offset: number; readonly bytes: number }>;
  readonly sensor: { readonly address: number };
  readonly programmer: {
    readonly chip: string;
    readonly flash: { readonly mode: string; readonly freq: string; readonly size: string };
    readonly images: readonly { readonly file: string; readonly offset: number }[];
  };
}

const text = (path: string): string => readFileSync(path, "utf8");
const { variants } = JSON.parse(text("boards/esp32/board.json")) as { variants: Variant[] };
const chips = variants.map((variant) => [variant.chip, variant] as const);
const define = (chip: string): string => `CONFIG_IDF_TARGET_${chip.toUpperCase()}=1`;
const compile = (chip: string): string[] =>
  compilePort({ name: `esp32/${chip}`, compiler: COMPILER, core: CORE, files: SOURCES, includes: INCLUDES, defines: [define(chip)] });

/** `#define`s of pins.h for a chip. */
function pinDefines(chip: string): Map<string, number> {
  const macros = run(COMPILER, [...CORE, "-E", "-dM", `-D${define(chip)}`, ...INCLUDES.map((path) => `-I${path}`), join(MAIN, "pins.h")]);
  return new Map([...macros.matchAll(/^#define PIN_(\w+) (\d+)/gmu)].map(([, name, value]) => [name!.toLowerCase(), Number(value)]));
}

/** Where each function that a source knows is declared: the compiler's own list. */
function declarations(chip: string, source: string): Map<string, string> {
  mkdirSync("build/test/boards/esp32", { recursive: true });
  const list = "build/test/boards/esp32/declared.txt";
  run(COMPILER, [...CORE, "-std=c11", "-fsyntax-only", "-aux-info", list, `-D${define(chip)}`, ...INCLUDES.map((path) => `-I${path}`), source]);
  return new Map([...text(list).matchAll(/^\/\* (.+):\d+:\w+ \*\/ .*?\b(\w+) \(/gmu)].map(([, path, name]) => [name!, normalize(path!)]));
}

/** Functions that the compiler may call by itself: its own library's, and four of the C library. */
function implicit(): Set<string> {
  const own = definedSymbols(PREFIX, [run(COMPILER, [...CORE, "-print-libgcc-file-name"]).trim()]);
  return new Set([...own, "memcpy", "memmove", "memset", "memcmp"]);
}

/** KEY=VALUE lines of sdkconfig.defaults and the chip's own. */
function config(chip: string): Map<string, string> {
  const lines = ["", `.${chip}`].flatMap((suffix) => text(`boards/esp32/sdkconfig.defaults${suffix}`).split("\n"));
  return new Map(lines.flatMap((line) => {
    const found = /^CONFIG_(\w+)=(.*)$/u.exec(line);
    return found === null ? [] : [[found[1]!, found[2]!] as const];
  }));
}

describe.each(chips)("%s", (chip, variant) => {
  test("compiles without a warning", () => {
    expect(compile(chip)).toHaveLength(2);
  });

  test("asks for nothing that neither the SDK's declarations, the other boards' code nor the C library give", () => {
    const objects = compile(chip);
    const shared = compilePort({ name: `esp32/${chip}`, compiler: COMPILER, core: CORE, files: SHARED, includes: INCLUDES });
    const own = new Set(definedSymbols(PREFIX, [...objects, ...shared]));
    const known = implicit();
    const unknown = SOURCES.flatMap((source, index) => {
      const declared = declarations(chip, source);
      const given = (name: string): boolean => {
        const path = declared.get(name) ?? "";
        return path.startsWith(STUBS) || isAbsolute(path) || own.has(name) || known.has(name); // the C library's headers are not in the tree
      };
      return undefinedSymbols(PREFIX, objects[index]!).filter((name) => !given(name) && name !== "ble_hs_cfg"); // a variable
    });
    // NimBLE's headers leave this one to the application.
    expect(unknown).toEqual(["ble_store_config_init"]);
  });

  test("gives all that the other boards' code asks of a board", () => {
    const own = new Set(definedSymbols(PREFIX, compile(chip)));
    const headers = ["board.h", "pulses.h"].map((name) => text(join(COMMON, name))).join();
    const asked = [...headers.matchAll(/\b((?:board|pulses)_\w+)\(/gu)].map((match) => match[1]!);
    const shared = new Set(["pulses_add", "pulses_stop", "pulses_run"]); // pulses.c's own
    expect(asked.length).toBeGreaterThan(20);
    expect([...new Set(asked)].filter((name) => !own.has(name) && !shared.has(name))).toEqual([]);
  });

  test("the motor's interrupt is in RAM, with all of this board that it calls", () => {
    const placed = run(`${PREFIX}objdump`, ["-t", compile(chip).find((object) => object.endsWith("/board.o"))!]);
    const sections = new Map([...placed.matchAll(/ F (\S+)\s+\w+ (\w+)$/gmu)].map(([, section, name]) => [name!, section!]));
    expect(sections.get("board_wait")).toBe(".text");
    for (const name of ["on_pulse", "pulses_drive", "pulses_alarm", "pulses_lock", "pulses_unlock"]) expect(sections.get(name), name).toBe(".iram1");
    expect([".iram1", undefined]).toContain(sections.get("note_from_interrupt")); // undefined: inlined
    expect(text(join(MAIN, "linker.lf"))).toMatch(/^archive: libmain\.a\nentries:\n {4}pulses \(noflash\)$/mu);
    for (const key of ["SDM_CTRL_FUNC_IN_IRAM", "ESP_TIMER_SUPPORTS_ISR_DISPATCH_METHOD"]) expect(config(chip).get(key)).toBe("y");
  });

  test("board.json has the pins and the sensor's address of the C", () => {
    expect(variant.pins).toEqual(Object.fromEntries(pinDefines(chip)));
    expect(text(join(MAIN, "board.c"))).toContain(`#define SENSOR_ADDRESS 0x${variant.sensor.address.toString(16)} `);
  });

  test("board.json has the areas of partitions.csv", () => {
    const lines = text("boards/esp32/partitions.csv").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const rows = lines.map((line) => line.split(",").map((cell) => cell.trim()));
    const areas = rows.map(([name, , , offset, bytes]) => [name!, { offset: Number(offset), bytes: Number(bytes) }] as const);
    expect(variant.flash).toEqual(Object.fromEntries(areas));
    expect(variant.flash["clip"]!.bytes).toBe(FLASH_BYTES);
    expect(SLOT_START + SLOTS * SLOT_BYTES).toBeLessThanOrEqual(FLASH_BYTES);
    // An app slot is mapped by pages of 64 KiB.
    expect(variant.flash["clip"]!.offset % 0x10000).toBe(0);
  });

  test("board.json flashes as sdkconfig builds", () => {
    const { flash, images, chip: target } = variant.programmer;
    const settings = config(chip);
    expect(target).toBe(chip);
    for (const key of [`FLASHMODE_${flash.mode}`, `FLASHFREQ_${flash.freq}`, `FLASHSIZE_${flash.size}`]) {
      expect(settings.get(`ESPTOOLPY_${key.toUpperCase()}`), key).toBe("y");
    }
    expect(images.find(({ file }) => file === "hopclip.bin")!.offset).toBe(variant.flash["factory"]!.offset);
  });
});

describe("sources", () => {
  test("every declaration of the SDK names the header it stands for", () => {
    const headers = readdirSync(STUBS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".h"));
    expect(headers.length).toBeGreaterThan(20);
    expect(headers.filter((name) => !/^\/\/ Stands for .*\b[\w/-]+\.h\b/u.test(text(join(STUBS, name))))).toEqual([]);
  });

  test("what the C asks of sdkconfig by name is the same here", () => {
    const [, connections] = /CONFIG_BT_NIMBLE_MAX_CONNECTIONS (\d+)/u.exec(text(join(STUBS, "sdkconfig.h")))!;
    expect(config("esp32c3").get("BT_NIMBLE_MAX_CONNECTIONS")).toBe(connections);
    expect(config("esp32c3").get("FREERTOS_HZ")).toBe("1000"); // portTICK_PERIOD_MS of the declarations
  });

  test("what watches and phones read is what the app's port 3 and the tool's version say", () => {
    const ble = text(join(MAIN, "ble.c"));
    expect(ble).toMatch(/RSC_FEATURE = \{"\\4\\0", 2\};/u); // bit 2: walking or running is told, as flag 4 of the measurement
    for (const [uuid, value] of [["0x2a54", "RSC_FEATURE"], ["0x2a5d", "SENSOR_LOCATION"], ["0x2a29", "MAKER"], ["0x2a24", "MODEL"], ["0x2a26", "PROGRAM"]]) expect(ble).toContain(`READ_ONLY(${uuid}, ${value})`);
    const { version } = JSON.parse(text("package.json")) as { version: string };
    expect(ble).toContain(`PROGRAM = {"${version}", ${version.length}};`);
  });

  test("the services have their UUIDs", () => {
    const lists = [...text(join(MAIN, "ble.c")).matchAll(/BLE_UUID128_INIT\(((?:0x\w\w, |number, ){15}0x\w\w)\)/gu)];
    const found = lists.map(([, list]) => {
      const digits = list!.split(", ").map((byte) => (byte === "number" ? "01" : byte.slice(2))).toReversed().join("").toUpperCase();
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, "$1-$2-$3-$4-$5");
    });
    expect(found).toEqual(["6E400001-B5A3-F393-E0A9-E50E24DCCA9E", "8D53DC1D-1DB7-4CD3-868B-8A527460AA84", "DA2E7828-FBCE-4E01-AE9E-261174997C48"]);
  });
});
