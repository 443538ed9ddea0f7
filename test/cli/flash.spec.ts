// hopclip flash as a user meets it: started as a process, with made images and stand-ins for the vendors' tools that write down how they were
// called. The tools themselves: test/wide/flash.spec.ts.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { FLASH_BYTES, SLOT_BYTES, SLOT_IMAGE, SLOT_START } from "../../firmware/wire/layout.ts";
import { install } from "../../sim/slot.ts";
import { Served } from "../serve/served.ts";
import { espImage, fill, hexFile, partitions } from "../flash/made.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-flash-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);

interface Variant {
  readonly name: string;
  readonly flash: { readonly clip: { readonly offset: number; readonly bytes: number }; readonly code: { readonly offset: number; readonly bytes: number } };
  readonly programmer: { readonly images: readonly { readonly file: string; readonly offset: number }[] };
}
const variant = (board: string, index = 0) => (JSON.parse(readFileSync(`boards/${board}/board.json`, "utf8")) as { variants: Variant[] }).variants[index]!;
const C3 = variant("esp32");
const NRF = variant("nrf52");

/** What the clip's flash must hold from the first slot on, made by the simulator. */
function slots(): Uint8Array {
  const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  install(flash, readFileSync("build/clip.wasm"), { slot: 0, sequence: 1, confirmed: true });
  return flash.subarray(SLOT_START, SLOT_START + SLOT_BYTES + SLOT_IMAGE);
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
const env = { ...process.env, PATH: at("bin") };
function hopclip(...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["host/cli.ts", "flash", ...args], { encoding: "utf8", env });
  return { code: status, out: stdout, err: stderr };
}

/** A stand-in: writes down its arguments, then does as the shell script says. */
function tool(name: string, script: string): void {
  const path = at("bin", name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> ${at("calls")}\n${script}\n`);
  chmodSync(path, 0o755);
}
const calls = (): string[] => (existsSync(at("calls")) ? readFileSync(at("calls"), "utf8").trimEnd().split("\n") : []);

const good = { "bootloader/bootloader.bin": espImage(5), "partition_table/partition-table.bin": partitions(C3.flash.clip), "hopclip.bin": espImage(5, 5000) };

beforeEach(() => {
  rmSync(at("bin"), { recursive: true, force: true });
  rmSync(at("c3"), { recursive: true, force: true });
  rmSync(at("nrf"), { recursive: true, force: true });
  rmSync(at("calls"), { force: true });
  mkdirSync(at("bin"));
  fill(at("c3"), good);
  fill(at("nrf"), { "zephyr/zephyr.hex": hexFile(NRF.flash.code.offset, 3000) });
});

const offset = (file: string) => `0x${C3.programmer.images.find((image) => image.file === file)!.offset.toString(16)}`;
const WRITE = (dash: string) =>
  [
    "esptool", "--chip", "esp32c3", "--port", "/dev/ttyX", "--baud", "460800", "--before", `default${dash}reset`, "--after", `hard${dash}reset`, `write${dash}flash`,
    `--flash${dash}mode`, "dio", `--flash${dash}freq`, "80m", `--flash${dash}size`, "4MB",
    ...Object.keys({ ...good, "slot.bin": 0 }).flatMap((file) => [offset(file), at("c3", file)]),
  ].join(" ");
const LOOK = (dash: string) => `esptool --chip esp32c3 --port /dev/ttyX --baud 460800 --before default${dash}reset --after no${dash}reset flash${dash}id`;
const ON_C3 = ["esp32-c3", "--port", "/dev/ttyX", "--images", at("c3")];

describe("an ESP32", () => {
  test("a dry run prints the calls, one a line, and touches nothing", () => {
    const { code, out, err } = hopclip(...ON_C3, "--dry-run");
    expect([code, err]).toEqual([0, "! esp32-c3 is written by esptool, which is not there: pipx install esptool\n"]);
    expect(out).toBe(`${LOOK("-")}\n${WRITE("-")}\n`);
    expect(existsSync(at("c3", "slot.bin"))).toBe(false);
  });

  test("a dry run quotes what a shell would take apart", () => {
    fill(at("it's c3"), good);
    const { out } = hopclip("esp32-c3", "--port", "/dev/ttyX", "--images", at("it's c3"), "--dry-run");
    const line = out.trimEnd().split("\n")[1]!;
    const { stdout } = spawnSync("sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" });
    expect(stdout.split("\n")).toContain(at("it's c3", "hopclip.bin"));
  });

  test("of version 4 esptool's words have underscores", () => {
    tool("esptool", "echo esptool.py v4.7.0; echo 4.7.0");
    expect(hopclip(...ON_C3, "--dry-run").out).toBe(`${LOOK("_")}\n${WRITE("_")}\n`);
  });

  test("python's module is used where there is no program", () => {
    tool("python3", "echo esptool v5.6.0");
    expect(hopclip(...ON_C3, "--dry-run").out).toMatch(/^python3 -m esptool --chip esp32c3 /u);
  });

  test("the chip is asked first, then all is written, the slot as a programmer must", () => {
    tool("esptool", 'case "$*" in version) echo 5.6.0;; *flash-id) echo "Detected flash size: 4MB";; esac');
    const { code, out, err } = hopclip(...ON_C3);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/\nWritten; the clip starts\.\nIt was not asked for its serial number; /u);
    expect(calls()).toEqual(["esptool version", LOOK("-"), WRITE("-")]);
    expect(Buffer.compare(readFileSync(at("c3", "slot.bin")), slots())).toBe(0);
  });

  test("a clip without a serial number is given one, another keeps its own", async () => {
    tool("esptool", "case $1 in version) echo 5.6.0;; esac");
    const served = new Served("--serve", at("port"));
    await served.ready;
    try {
      spawnSync(process.execPath, ["host/cli.ts", "config", "set", "serial", "none", "--clip", at("port")]);
      const on = ["esp32-c3", "--port", at("port"), "--images", at("c3"), "--json"];
      const first = JSON.parse(hopclip(...on).out) as { clip: number };
      expect(first.clip).toBeGreaterThan(0);
      expect(JSON.parse(hopclip(...on).out)).toMatchObject({ clip: first.clip });
      expect(JSON.parse(hopclip(...on, "--serial", "77").out)).toMatchObject({ clip: 77, flashed: true });
    } finally {
      await served.stop();
    }
  });

  test("--json is one object", () => {
    const { code, out } = hopclip(...ON_C3, "--dry-run", "--json");
    expect(code).toBe(0);
    const told = JSON.parse(out) as { images: { file: string; sha256: string }[]; commands: string[][] };
    expect(Object.keys(told)).toEqual(["board", "port", "dry_run", "images", "commands", "flashed", "clip"]);
    expect(told).toMatchObject({ board: "esp32-c3", port: "/dev/ttyX", dry_run: true, flashed: false });
    expect(told.commands[1]).toEqual(WRITE("-").split(" "));
    expect(told.images.map(({ file }) => file)).toEqual(Object.keys({ ...good, "slot.bin": 0 }));
  });

  test("what another chip or a smaller flash answers is told, and nothing is written", () => {
    tool("esptool", 'case "$*" in version) echo 5.6.0;; *) echo "A fatal error occurred: This chip is ESP32-S3, not ESP32-C3. Wrong chip argument?"; exit 2;; esac');
    expect(hopclip(...ON_C3)).toMatchObject({ code: 1, err: "hopclip: esptool failed (exit code 2): This chip is ESP32-S3, not ESP32-C3. Wrong chip argument?\n" });
    tool("esptool", 'case "$*" in version) echo 5.6.0;; *) echo "Detected flash size: 2MB";; esac');
    expect(hopclip(...ON_C3)).toMatchObject({ code: 1, err: "hopclip: the board has 2 MB of flash, and 4MB are needed: it is another board\n" });
    expect(calls().filter((call) => call.includes("write-flash"))).toEqual([]);
  });

  test("without esptool it says how to get it", () => {
    expect(hopclip(...ON_C3)).toMatchObject({ code: 1, err: "hopclip: esp32-c3 is written by esptool, which is not there: pipx install esptool\n" });
  });

  test("Ctrl-C interrupts the tool and is told", async () => {
    tool("esptool", `case "$*" in version) echo 5.6.0;; *flash-id) ;; *) echo at 10 %; trap 'echo interrupted >> ${at("calls")}; exit 130' INT; for i in 1 2 3 4 5 6 7 8 9; do /bin/sleep 1; done;; esac`);
    const run = spawn(process.execPath, ["host/cli.ts", "flash", ...ON_C3], { env });
    let err = "";
    run.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      if (text.includes("at 10 %")) run.kill("SIGINT");
    });
    const code = await new Promise((resolve) => run.on("close", resolve));
    expect(code).toBe(130);
    expect(err).toMatch(/hopclip: stopped: esptool was interrupted; what it was writing is not whole, run this again\n$/u);
    expect(calls().at(-1)).toBe("interrupted");
  });

  const { "hopclip.bin": app } = good;
  const broken = Uint8Array.from(app, (byte, i) => (i === 100 ? byte ^ 1 : byte));
  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    ["built for another chip", { "hopclip.bin": espImage(9) }, /hopclip\.bin: was built for ESP32-S3, not for ESP32-C3$/u],
    ["cut off", { "hopclip.bin": app.subarray(0, 3000) }, /hopclip\.bin: is cut off/u],
    ["damaged", { "hopclip.bin": broken }, /hopclip\.bin: is damaged: its check sum is wrong/u],
    ["another file", { "hopclip.bin": readFileSync("build/clip.wasm") }, /hopclip\.bin: is no ESP32 image: it does not begin with 0xE9$/u],
    ["empty", { "bootloader/bootloader.bin": new Uint8Array() }, /bootloader\.bin: is no ESP32 image/u],
    ["an older layout", { "partition_table/partition-table.bin": partitions({ offset: 0x190000, bytes: 0x1000 }) }, /partition-table\.bin: has partition "clip" at 0x190000 with 4096 bytes, esp32-c3 at /u],
    ["another program's partitions", { "partition_table/partition-table.bin": partitions(C3.flash.clip, "spiffs") }, /partition-table\.bin: has no partition "clip": it is of another program$/u],
    ["no partitions", { "partition_table/partition-table.bin": espImage(5) }, /partition-table\.bin: is no table of partitions$/u],
    ["too long", { "bootloader/bootloader.bin": espImage(5, 0x8000) }, /bootloader\.bin: its \d+ bytes at 0x0 reach into the next image at 0x8000$/u],
  ])("an image that is %s is refused", (_, files, message) => {
    fill(at("c3"), files);
    tool("esptool", "echo 5.6.0");
    const { code, out, err } = hopclip(...ON_C3);
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
    expect(calls()).toEqual(["esptool version"]);
  });

  test("images that are not there: the calls of a dry run, then what to do", () => {
    const { code, out, err } = hopclip("esp32-s3", "--port", "COM3", "--images", at("none"), "--dry-run");
    expect(code).toBe(2);
    expect(out.split("\n")[1]).toMatch(/^esptool --chip esp32s3 --port COM3 .* write-flash --flash-mode dio --flash-freq 80m --flash-size 8MB 0x0 /u);
    expect(err).toMatch(/\nhopclip: .*bootloader\.bin: no such image: build esp32-s3 .*, or --images names the folder it was built in\n$/u);
  });
});

/** Blocks of a UF2 file, by the format's document. */
function uf2(bytes: Uint8Array): { at: number; data: Uint8Array }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  expect(bytes.length % 512).toBe(0);
  return Array.from({ length: bytes.length / 512 }, (_, i) => {
    const word = (index: number) => view.getUint32(i * 512 + index * 4, true);
    expect([word(0), word(1), word(2), word(4), word(5), word(6), word(7), word(127)]).toEqual([0x0a324655, 0x9e5d5157, 0x2000, 256, i, bytes.length / 512, 0xada52840, 0x0ab16f30]);
    return { at: word(3), data: bytes.subarray(i * 512 + 32, i * 512 + 288) };
  });
}

describe("an nRF52", () => {
  const ON_NRF = ["nrf52", "--images", at("nrf")];
  const slotAt = () => NRF.programmer.images.find(({ file }) => file === "slot.bin")!.offset;

  test("by a probe: the chip is asked, then program and slot are written as one file", () => {
    tool("nrfutil", 'case "$*" in --version) echo nrfutil 8.1.1;; *device-info*) echo "deviceVersion NRF52840_xxAA_REV2";; esac');
    const { code, err } = hopclip(...ON_NRF, "--port", "000683281753");
    expect([code, err]).toEqual([0, ""]);
    expect(calls()).toEqual([
      "nrfutil --version",
      "nrfutil device device-info --serial-number 000683281753",
      `nrfutil device program --firmware ${at("nrf", "hopclip.hex")} --options chip_erase_mode=ERASE_RANGES_TOUCHED_BY_FIRMWARE,verify=VERIFY_READ,reset=RESET_SYSTEM --serial-number 000683281753`,
    ]);
    expect(readFileSync(at("nrf", "hopclip.hex"), "utf8")).toMatch(/^:02000004000[0-9A-F]{3}\n(?:[:0-9A-F]+\n)+:00000001FF\n$/u);
  });

  test("another chip at the probe is not written to", () => {
    tool("nrfutil", 'case "$*" in --version) echo 8.1.1;; *) echo "deviceVersion NRF5340_xxAA_REV1";; esac');
    expect(hopclip(...ON_NRF)).toMatchObject({ code: 1, err: "hopclip: the chip at the probe is no nRF52840: NRF5340_xxAA_REV1\n" });
    expect(calls()).toHaveLength(2);
  });

  test("by the drive of its bootloader: one UF2 file with program and slot", () => {
    fill(at("drive"), { "INFO_UF2.TXT": "UF2 Bootloader 0.6.2\r\nModel: Seeed XIAO nRF52840\r\nBoard-ID: nRF52840-SeeedXiaoSense-v1\r\n" });
    const { code, err } = hopclip(...ON_NRF, "--port", at("drive"));
    expect([code, err]).toEqual([0, ""]);
    const blocks = uf2(readFileSync(at("drive", "hopclip.uf2")));
    const flash = Buffer.alloc(1 << 20, 0xee);
    for (const { at: place, data } of blocks) flash.set(data, place);
    expect(Buffer.compare(flash.subarray(slotAt(), slotAt() + slots().length), slots())).toBe(0);
    const code_at = NRF.flash.code.offset;
    expect([...flash.subarray(code_at, code_at + 3000)]).toEqual(Array.from({ length: 3000 }, (_, i) => i & 0xff));
    expect(flash[code_at - 1]).toBe(0xee); // nothing else: not the bootloader, not settings and log
    expect(flash[slotAt() - 1]).toBe(0xee);
  });

  test("the drive of another board is not written to, and a folder is no drive", () => {
    fill(at("other"), { "INFO_UF2.TXT": "Board-ID: RPI-RP2\r\n" });
    expect(hopclip(...ON_NRF, "--port", at("other"))).toMatchObject({ code: 1, err: `hopclip: ${at("other")}: is the drive of another board: RPI-RP2, not nRF52840\n` });
    expect(existsSync(at("other", "hopclip.uf2"))).toBe(false);
    expect(hopclip(...ON_NRF, "--port", at("c3")).err).toMatch(/: is no drive of a bootloader .*tap reset twice/u);
  });

  test("by the serial port of its bootloader: a package is made and sent", () => {
    tool("adafruit-nrfutil", "echo adafruit-nrfutil version 0.5.3.post16; echo Device programmed.");
    expect(hopclip(...ON_NRF, "--port", "/dev/ttyX").code).toBe(0);
    expect(calls().slice(1)).toEqual([
      `adafruit-nrfutil dfu genpkg --dev-type 0x0052 --application ${at("nrf", "hopclip.hex")} ${at("nrf", "hopclip.zip")}`,
      `adafruit-nrfutil dfu serial --package ${at("nrf", "hopclip.zip")} --port /dev/ttyX --baudrate 115200 --singlebank`,
    ]);
  });

  test.each<[string, string, RegExp]>([
    ["no Intel HEX", "hello\n", /zephyr\.hex: line 1: is no Intel HEX$/u],
    ["damaged", hexFile(NRF.flash.code.offset, 64).replace(":10", ":11"), /zephyr\.hex: line 2: is cut off$/u],
    ["wrong in one byte", hexFile(NRF.flash.code.offset, 64).replace("0102", "0103"), /zephyr\.hex: line 2: its check sum is wrong/u],
    ["cut off", hexFile(NRF.flash.code.offset, 64).replace(":00000001FF\r\n", ""), /zephyr\.hex: is cut off: it has no end record$/u],
    ["built without the bootloader's place", hexFile(0, 64), /zephyr\.hex: writes to 0x0, outside of the program's area of nrf52840 \(0x27000 to /u],
    ["built for another place", hexFile(NRF.flash.code.offset + 4096, 64), /zephyr\.hex: begins at 0x28000, not at 0x27000/u],
    ["empty", ":00000001FF\n", /zephyr\.hex: is empty$/u],
  ])("a program that is %s is refused", (_, text, message) => {
    fill(at("nrf"), { "zephyr/zephyr.hex": text });
    const { code, err } = hopclip(...ON_NRF, "--dry-run");
    expect(code).toBe(2);
    expect(err.trimEnd()).toMatch(message);
  });
});

describe("the board", () => {
  test.each<[string, RegExp]>([
    ["esp8266", /^hopclip: there is no board "esp8266": there are esp32-c3, esp32-s3, nrf52840$/u],
    ["esp32", /^hopclip: esp32 has variants: say which, esp32-c3, esp32-s3$/u],
    ["esp32:esp32-c9", /^hopclip: there is no board "esp32:esp32-c9"/u],
    ["linux", /^hopclip: linux is a program of this computer: there is nothing to flash/u],
  ])("%s is refused with what there is", (board, message) => {
    const { code, out, err } = hopclip(board, "--port", "/dev/ttyX");
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
  });
  test("board and variant name it too", () => {
    expect(hopclip("esp32:esp32-c3", "--port", "/dev/ttyX", "--images", at("c3"), "--dry-run").out).toBe(`${LOOK("-")}\n${WRITE("-")}\n`);
  });
  test("that is not connected is told", () => {
    tool("udevadm", ":"); // nothing is connected, whatever this machine has
    expect(hopclip("esp32-c3", "--images", at("c3"))).toMatchObject({ code: 2, err: "hopclip: no esp32-c3 is connected by USB: connect one with a cable that carries data, or say --port\n" });
    rmSync(at("bin", "udevadm"));
    expect(hopclip("esp32-c3", "--images", at("c3"))).toMatchObject({ code: 1, err: "hopclip: serial ports cannot be looked up: udevadm is missing (Debian: apt-get install udev); name the port, or HOPCLIP_PORTS=/dev/ttyACM0\n" });
  });
});
