// The nRF52 board: every line of its C compiles for the core against thin declarations of the SDK, and devicetree overlay, board.json and
// the clip's layout say the same. The SDK itself is not here: boards/nrf52/README.md says what that leaves open.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { FLASH_BYTES, SLOT_BYTES, SLOT_START, SLOTS } from "../../firmware/wire/layout.ts";
import { compilePort, definedSymbols, run, undefinedSymbols } from "./port.ts";

const BOARD = "boards/nrf52";
const COMMON = "boards/common";
const STUBS = "test/boards/stubs/zephyr";
const PREFIX = "arm-none-eabi-";
const CORE = ["-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"];
const LIBC = /^(?:mem(?:cpy|set|cmp|move)|__aeabi_\w+)$/u;
const SECTOR_BYTES = 4096;

// Of the board's own files in Zephyr (nrf52840_partition_uf2_sdv7.dtsi) and of its bootloader.
const SOFTDEVICE_END = 0x27000;
const BONDS_START = 0xec000;
const UF2_END = 0xea000; // what the bootloader takes from a UF2 file ends here, or later
const BOOTLOADER_RAM_START = 0x20008000;
const RAM_END = 0x20040000;

const overlay = readFileSync(join(BOARD, "boards/xiao_ble_nrf52840_sense.overlay"), "utf8").replaceAll(/\/\/.*$/gmu, "");
const conf = readFileSync(join(BOARD, "prj.conf"), "utf8");
const { variants } = JSON.parse(readFileSync(join(BOARD, "board.json"), "utf8")) as { variants: Record<string, any>[] };

/** `reg` of a node of the overlay by its label. */
function reg(label: string): { start: number; bytes: number } {
  const found = new RegExp(`(?:&|\\b)${label}(?:: [\\w@-]+)? \\{[^{}]*?reg = <(0x\\w+) (0x\\w+)>`, "u").exec(overlay);
  if (found === null) throw new Error(`the overlay gives no reg to ${label}`);
  return { start: Number(found[1]), bytes: Number(found[2]) };
}

/** The one place in the overlay that a pattern fits: its groups. */
function only(pattern: RegExp): string[] {
  const [first, ...others] = new Set([...overlay.matchAll(pattern)].map((match) => match.slice(1).join(",")));
  if (first === undefined || others.length > 0) throw new Error(`${pattern} is not in the overlay once`);
  return first.split(",");
}

const labels = ["clip_partition", "kept"];
const defines = [
  ...labels.flatMap((label) => [`STUB_REG_ADDR_${label}=${reg(label).start}`, `STUB_REG_SIZE_${label}=${reg(label).bytes}`]),
  "STUB_REG_ADDR_lsm6ds3tr_c=0x6a",
  ...[...conf.matchAll(/^(CONFIG_\w+)=(\d+)$/gmu)].map(([, name, value]) => `${name}=${value}`),
];
const includes = [STUBS, COMMON, join(BOARD, "src")];
const files = readdirSync(join(BOARD, "src")).filter((file) => file.endsWith(".c")).map((file) => join(BOARD, "src", file));

const pin = ([port, number]: string[]): string => `P${port}.${number!.padStart(2, "0")}`;

describe("C", () => {
  let objects: string[] = [];
  let common: string[] = [];

  beforeAll(() => {
    objects = compilePort({ name: "nrf52", compiler: `${PREFIX}gcc`, core: CORE, files, includes, defines });
    const shared = ["clip.c", "pulses.c", "slot.c"].map((file) => join(COMMON, file));
    common = compilePort({ name: "nrf52/common", compiler: `${PREFIX}gcc`, core: CORE, files: shared, includes: [COMMON] });
  });

  it("asks for nothing but the SDK's declarations, the embedding and the C library", () => {
    const declared = new Set<string>();
    for (const file of readdirSync(STUBS, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".h"))) {
      const text = readFileSync(join(STUBS, file), "utf8").replaceAll(/^#define(?:.*\\\n)*.*$/gmu, "");
      for (const [, name] of text.matchAll(/^[A-Za-z_][\w *]*?\b(\w+)\((?!\*)/gmu)) declared.add(name!);
      for (const [, name] of text.matchAll(/^extern [\w ]*?\b(\w+);/gmu)) declared.add(name!);
    }
    const known = new Set([...declared, ...definedSymbols(PREFIX, [...objects, ...common])]);
    const asked = objects.flatMap((object) => undefinedSymbols(PREFIX, object));
    expect(asked).toContain("bt_gatt_notify_cb");
    expect(asked).toContain("clip_run");
    expect(asked.filter((name) => !known.has(name) && !LIBC.test(name))).toEqual([]);
  });

  it("gives all that the embedding asks of a board", () => {
    const given = new Set(definedSymbols(PREFIX, objects));
    const asked = common.flatMap((object) => undefinedSymbols(PREFIX, object)).filter((name) => /^(?:board|pulses)_/u.test(name));
    expect(asked).toContain("pulses_drive");
    expect(asked.filter((name) => !given.has(name))).toEqual([]);
    const contract = [...readFileSync(join(COMMON, "board.h"), "utf8").matchAll(/\b(board_\w+)\(/gmu)].map(([, name]) => name!);
    expect(contract.filter((name) => !given.has(name))).toEqual([]);
  });

  it("says its program's version, the tool's", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(conf).toContain(`CONFIG_BT_DIS_FW_REV=y\nCONFIG_BT_DIS_FW_REV_STR="${version}"`);
  });

  it("says of every declaration which header it stands for", () => {
    const heads = readdirSync(STUBS, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".h"))
      .map((file) => readFileSync(join(STUBS, file), "utf8").split("\n")[0]!);
    expect(heads.filter((head) => !/^\/\/ Stands for .*include\//u.test(head))).toEqual([]);
  });
});

// The same C on this machine, over the fakes of world.c.
describe("behaviour", () => {
  const world = "build/test/boards/nrf52/world";

  beforeAll(() => {
    const core = ["-O1", "-fsanitize=undefined", "-fsanitize-undefined-trap-on-error", "-Wno-int-to-pointer-cast", "-D_GNU_SOURCE"];
    const host = { name: "nrf52/host", compiler: "gcc", core, includes };
    const objects = [
      ...compilePort({ ...host, files: [...files, join(COMMON, "pulses.c")], defines: [...defines, "main=board_main"] }),
      ...compilePort({ ...host, files: [join(STUBS, "world.c")], defines }),
    ];
    run("gcc", ["-o", world, ...objects]);
  });

  it("writes words of flash in short pieces, erases sector by sector, refuses the rest", () => check("flash"));
  it("starts every pulse in its millisecond, through erases of flash", () => check("motor"));
  it("wakes for sensor, bytes and time, and feeds the watchdog", () => check("wait"));
  it("reads and writes the sensor, reads the battery once a minute", () => check("sensor"));
  it("loses no byte of the serial port", () => check("serial"));
  it("keeps the ports of Bluetooth apart and never waits for the stack", () => check("ble"));
  it("sends what it took before it restarts", () => check("restart"));

  function check(scenario: string): void {
    expect(run(world, [scenario])).toBe("");
  }
});

describe("flash", () => {
  const clip = reg("clip_partition");
  const code = reg("code_partition");

  it("has the clip's partition as the layout wants it", () => {
    expect(clip.bytes).toBe(FLASH_BYTES);
    expect(clip.start % SECTOR_BYTES).toBe(0);
    expect(SLOT_START + SLOTS * SLOT_BYTES).toBe(FLASH_BYTES);
  });

  it("keeps clear of SoftDevice, bonds and bootloader, and within reach of a UF2 file", () => {
    expect(code.start).toBe(SOFTDEVICE_END);
    expect(clip.start).toBeGreaterThanOrEqual(code.start + code.bytes);
    expect(clip.start + clip.bytes).toBeLessThanOrEqual(Math.min(UF2_END, BONDS_START));
  });

  it("keeps the words of a restart where neither Zephyr nor the bootloader writes", () => {
    const kept = reg("kept");
    const ram = reg("sram0");
    expect(kept.start).toBeGreaterThanOrEqual(ram.start + ram.bytes);
    expect(kept.start).toBeGreaterThan(BOOTLOADER_RAM_START);
    expect(RAM_END - (kept.start + kept.bytes)).toBeGreaterThanOrEqual(8192); // the bootloader's stack
  });
});

describe("board.json", () => {
  const [variant] = variants;

  it("has one variant", () => expect(variants).toHaveLength(1));

  it("has the overlay's flash", () => {
    const { clip, code, softdevice, storage } = variant!.flash as Record<string, { offset: number; bytes: number }>;
    expect([softdevice!.bytes, storage!.offset]).toEqual([SOFTDEVICE_END, BONDS_START]);
    expect(clip).toEqual({ offset: reg("clip_partition").start, bytes: FLASH_BYTES });
    expect(code).toEqual({ offset: reg("code_partition").start, bytes: reg("code_partition").bytes });
    const offsets = (variant!.programmer.images as { offset: number }[]).map((image) => image.offset);
    expect(offsets).toEqual([code!.offset, clip!.offset + SLOT_START]);
  });

  it("has the overlay's pins", () => {
    const { pins } = variant!;
    expect(pins.haptic).toBe(pin(only(/PWM_OUT0, (\d+), (\d+)/gu)));
    expect(pins.battery_enable).toBe(pin(only(/battery-enable-gpios = <&gpio(\d) (\d+) GPIO_ACTIVE_LOW>/gu)));
    const [input] = only(/NRF_SAADC_AIN(\d)/gu);
    expect(pins.battery).toBe(["P0.02", "P0.03", "P0.04", "P0.05", "P0.28", "P0.29", "P0.30", "P0.31"][Number(input)]);
    const [mask] = only(/sense-edge-mask = <(0x\w+)>/gu);
    expect(pins.int1).toBe(pin(["0", String(Math.log2(Number(mask)))]));
    expect(new Set(Object.values(pins)).size).toBe(Object.keys(pins).length);
  });
});

describe("SDK", () => {
  const read = (file: string): string => readFileSync(join(BOARD, file), "utf8");

  it("is the same version in manifest, README and declarations", () => {
    const [, sdk] = /repo-path: sdk-nrf\n\s+revision: (\S+)/u.exec(read("west.yml"))!;
    const [, wamr] = /revision: (WAMR-\S+)/u.exec(read("west.yml"))!;
    expect(read("README.md")).toContain(sdk!);
    expect(read("README.md")).toContain(wamr!);
  });

  it("builds WAMR as the other boards do", () => {
    expect(read("CMakeLists.txt")).toContain("include(${common}/wamr/wamr.cmake)");
    expect(read("CMakeLists.txt")).not.toContain("set(WAMR_BUILD_INTERP");
  });
});
