// hopclip flash with the vendors' own tools, as test/setup.sh installs them from PyPI: its calls are understood, they fail only for want of a
// board, and what it takes for a whole image is one to them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { espImage, fill, hexFile, partitions } from "../flash/made.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-tools-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]) => join(folder, ...names);
const VENV = resolve("build/venv/bin");
const env = { ...process.env, PATH: `${VENV}:${process.env["PATH"]}`, COLUMNS: "300" };
/** A port that is not there. */
const PORT = "/dev/ttyNONE";

interface Variant {
  readonly flash: Readonly<Record<string, { readonly offset: number; readonly bytes: number }>>;
  readonly programmer: { readonly images: readonly { readonly file: string; readonly offset: number }[] };
}
const variant = (board: string) => (JSON.parse(readFileSync(`boards/${board}/board.json`, "utf8")) as { variants: Variant[] }).variants[0]!;
const NRF = variant("nrf52");

fill(at("c3"), { "bootloader/bootloader.bin": espImage(5), "partition_table/partition-table.bin": partitions(variant("esp32").flash["clip"]!), "hopclip.bin": espImage(5, 5000) });
fill(at("nrf"), { "zephyr/zephyr.hex": hexFile(NRF.flash["code"]!.offset, 3000) });

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env });
  return { code: status, out: stdout, err: stderr };
}
const flash = (...args: string[]) => run(process.execPath, "host/cli.ts", "flash", ...args);

test("esptool understands both calls and misses only the port", () => {
  const { code, out, err } = flash("esp32-c3", "--port", PORT, "--images", at("c3"), "--dry-run");
  expect([code, err]).toEqual([0, ""]);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(2);
  fill(at("c3"), { "slot.bin": new Uint8Array(4) });
  for (const line of lines) {
    const said = run("sh", "-c", line);
    expect(said.code).toBe(2);
    expect(said.out + said.err).toContain(`Could not open ${PORT}`);
    expect(said.out + said.err).not.toMatch(/deprecated|usage|no such option|invalid value/iu);
  }
});

test("what esptool complains of is told in one line", () => {
  expect(flash("esp32-c3", "--port", PORT, "--images", at("c3"))).toMatchObject({ code: 1, err: expect.stringMatching(/^hopclip: esptool failed \(exit code 2\): .*\/dev\/ttyNONE.*\n$/u) as string });
});

test("an image is whole to hopclip when it is to esptool", () => {
  const whole = espImage(5, 5000);
  const images: [string, Uint8Array][] = [["whole", whole], ...[30, 2000, whole.length - 40, whole.length - 1].map((place): [string, Uint8Array] => [`byte${place}`, Uint8Array.from(whole, (byte, i) => (i === place ? byte ^ 0x10 : byte))])];
  for (const [name, bytes] of images) {
    fill(at("c3"), { "hopclip.bin": bytes });
    const said = run("esptool", "--chip", "esp32c3", "image-info", at("c3", "hopclip.bin"));
    const valid = said.code === 0 && !/invalid/iu.test(said.out);
    expect([name, valid]).toEqual([name, name === "whole"]);
    expect([name, flash("esp32-c3", "--port", PORT, "--images", at("c3"), "--dry-run").code]).toEqual([name, valid ? 0 : 2]);
  }
  fill(at("c3"), { "hopclip.bin": whole });
});

test("adafruit-nrfutil makes the package of the merged program and slot, and misses only the port", () => {
  const { code, err } = flash("nrf52", "--port", PORT, "--images", at("nrf"));
  expect(code).toBe(1);
  expect(err).toMatch(/\nhopclip: adafruit-nrfutil failed: Serial port could not be opened on \/dev\/ttyNONE\..*; did you tap reset twice\?\n$/u);
  // Two readers that nobody here wrote: intelhex of the merged file, zipfile of the package.
  const reader = `
import sys, json, zipfile, intelhex
merged = intelhex.IntelHex(sys.argv[1])
package = zipfile.ZipFile(sys.argv[2])
manifest = json.loads(package.read("manifest.json"))["manifest"]["application"]
image = package.read(manifest["bin_file"])
start, end = merged.minaddr(), merged.maxaddr() + 1
print(json.dumps({"segments": merged.segments(), "same": image[: end - start] == merged.tobinstr(), "device": manifest["init_packet_data"]["device_type"]}))
open(sys.argv[3], "wb").write(merged.tobinstr(start=int(sys.argv[4])))`;
  const slotAt = NRF.programmer.images.find(({ file }) => file === "slot.bin")!.offset;
  const read = run(join(VENV, "python"), "-c", reader, at("nrf", "hopclip.hex"), at("nrf", "hopclip.zip"), at("slot.bin"), String(slotAt));
  expect(read.err).toBe("");
  const told = JSON.parse(read.out) as { segments: number[][]; same: boolean; device: number };
  expect(told).toMatchObject({ same: true, device: 0x52 });
  expect(told.segments[0]).toEqual([NRF.flash["code"]!.offset, NRF.flash["code"]!.offset + 3000]);
  const slot = readFileSync(at("slot.bin"));
  const app = readFileSync("build/clip.wasm");
  expect(Buffer.compare(slot.subarray(4096, 4096 + app.length), app)).toBe(0);
});
