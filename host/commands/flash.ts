// hopclip flash: writes a board's native program and the app's first slot with the chip vendor's own tool.
import { createHash, randomInt } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import { Client } from "../clip/client.ts";
import { config } from "../clip/command.ts";
import { Failure, InputError } from "../failure.ts";
import { flashable, variantNamed, type Esptool, type Nrfutil, type Variant } from "../flash/board.ts";
import { checkImages, esptoolCalls } from "../flash/esp32.ts";
import { HEX_FILE, UF2_FILE, piecesOf, probeCalls, serialCalls, writeHex, writeUf2 } from "../flash/nrf52.ts";
import { SLOT_FILE, hex, readImages, type Call, type Image } from "../flash/plan.ts";
import { slotImage } from "../flash/slot.ts";
import { commandLine, findTool, installText, quoted, runTool, type Tool } from "../flash/tool.ts";
import type { Link } from "../link/link.ts";
import { openLink } from "../link/open.ts";
import { serialPorts } from "../link/ports.ts";
import { jsonOption, number } from "../options.ts";
import { writeWhole } from "../output.ts";
import { ROOT, loadWasm } from "../wasm.ts";
import { stoppable } from "../stop.ts";

/** Highest serial number (PROTOCOL.md, SER). */
const SERIAL_MAX = 2_147_483_647;
/** What every drive of a UF2 bootloader has. */
const UF2_INFO = "INFO_UF2.TXT";

/** A file that is made before it is written to the clip. */
type Made = Pick<Image, "path" | "bytes">;

interface Options {
  readonly port?: string;
  readonly images?: string;
  readonly serial?: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Writes the native program of a board and the app (build/clip.wasm) into the clip, with the tool of the chip's vendor. Before anything is written every " +
        "image is checked (its kind, its chip, its check sums, its place) and the chip is asked what it is. Settings and log of the clip stay.",
    )
    .argument("<board[:variant]>", `what the clip is built of: ${flashable().map(({ name }) => name).join(", ")}`)
    .option("--port <port>", "serial port of the board (default: the one connected board of that kind); nRF52: the bootloader's serial port or the folder of its drive, or a debug probe's serial number (default: the one probe)")
    .option("--images <folder>", "folder that the board was built in (default: build/boards/VARIANT)")
    .option("--serial <n>", "serial number to give the clip, 1 to 2147483647 (default: its own, a random one where it has none)", number(1, SERIAL_MAX, "", true))
    .option("--dry-run", "check the images and print the command lines, one a line, as a shell takes them; the clip is not touched", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nESP32-C3, ESP32-S3: esptool (pipx install esptool), versions 4 and 5; a clip that sleeps is woken by its reset button.\n" +
        "nRF52840, three ways, which all leave the bootloader alone:\n" +
        "  a debug probe       nrfutil with its command device (nordicsemi.com); the chip's name is asked first\n" +
        "  the drive           tap reset twice, then --port /media/YOU/XIAO-SENSE; needs no tool\n" +
        "  the bootloader      tap reset twice, then --port /dev/ttyACM0; adafruit-nrfutil (pipx install adafruit-nrfutil). It takes one\n" +
        "                      stretch of flash: settings and log between program and app are erased\n" +
        "slot.bin, the app's slot with its header, is made here; so are hopclip.hex, hopclip.uf2 and hopclip.zip of the nRF52840. They go into the\n" +
        "folder of the images. An app pushed later (hopclip app push) gives way to the one that is flashed.\n\n" +
        "--json: {board, port, dry_run, images: [{file, offset, bytes, sha256}], commands: [[word, ...]], flashed, clip}; clip is its serial number.\n\n" +
        "Examples:\n  hopclip flash esp32-c3 --port /dev/ttyACM0\n  hopclip flash esp32:esp32-s3 --images ~/build/s3 --dry-run\n  hopclip flash nrf52 --port /media/$USER/XIAO-SENSE",
    )
    .action(run);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** The port of the one board of that kind that is connected. */
async function portOf({ name, usb = [] }: Variant): Promise<string> {
  const found = (await serialPorts()).filter((port) => port.usb !== null && usb.includes(port.usb));
  const [port] = found;
  if (port === undefined) throw new InputError(`no ${name} is connected by USB: connect one with a cable that carries data, or say --port`);
  if (found.length > 1) throw new InputError(`several boards are connected: --port says which, ${found.map(({ path }) => path).join(", ")}`);
  return port.path;
}

/** How the board is written. */
type Way =
  | { readonly by: "esptool"; readonly programmer: Esptool; readonly port: string }
  | { readonly by: "probe"; readonly serial: string | undefined }
  | { readonly by: "bootloader"; readonly programmer: Nrfutil; readonly port: string }
  | { readonly by: "drive"; readonly folder: string };

async function wayOf(variant: Variant, port: string | undefined): Promise<Way> {
  const { programmer } = variant;
  if (programmer.tool === "esptool") return { by: "esptool", programmer, port: port ?? (await portOf(variant)) };
  if (port === undefined || /^\d+$/u.test(port)) return { by: "probe", serial: port };
  return isFolder(port) ? { by: "drive", folder: port } : { by: "bootloader", programmer: programmer as Nrfutil, port };
}

function callsOf(way: Way, { chip }: Variant, folder: string): readonly Call[] {
  if (way.by === "esptool") return esptoolCalls(way.programmer, way.port, folder);
  if (way.by === "probe") return probeCalls(chip, folder, way.serial);
  return way.by === "bootloader" ? serialCalls(way.programmer, folder, way.port) : [];
}

/** The images, all checked, and the files that are made of them. */
function filesOf(way: Way, variant: Variant, folder: string): { readonly images: readonly Image[]; readonly made: readonly Made[] } {
  const images = readImages(variant, folder, slotImage(loadWasm()));
  if (way.by === "esptool") {
    checkImages(variant, way.programmer, images);
    return { images, made: images.filter(({ file }) => file === SLOT_FILE) };
  }
  const pieces = piecesOf(variant, images);
  const [file, bytes] = way.by === "drive" ? [UF2_FILE, writeUf2(pieces)] as const : [HEX_FILE, Buffer.from(writeHex(pieces))] as const;
  return { images, made: [{ path: join(folder, file), bytes }] };
}

async function run(which: string, options: Options): Promise<void> {
  const variant = variantNamed(which);
  const folder = options.images ?? relative(process.cwd(), join(ROOT, "build", "boards", variant.name));
  const say = (text: string): void => void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  const way = await wayOf(variant, options.port);
  const calls = callsOf(way, variant, folder);
  const tools = new Map<Call["tool"], Tool | null>();
  for (const { tool } of calls) if (!tools.has(tool)) tools.set(tool, await findTool(tool));
  const lines = calls.map((call) => commandLine(call, tools.get(call.tool) ?? null));
  const commands = way.by === "drive" ? [["cp", join(folder, UF2_FILE), way.folder]] : lines;
  const missing = [...tools].find(([, tool]) => tool === null)?.[0];
  const why = missing === undefined ? "" : `${variant.name} is written by ${missing}, which is not there: ${installText(missing)}`;
  if (options.dryRun && missing !== undefined) process.stderr.write(`! ${why}\n`);
  if (options.dryRun && !options.json) say(commands.map((words) => words.map(quoted).join(" ")).join("\n"));

  const { images, made } = filesOf(way, variant, folder);
  const told = {
    board: variant.name,
    port: way.by === "probe" ? (way.serial ?? null) : way.by === "drive" ? way.folder : way.port,
    dry_run: options.dryRun,
    images: images.map(({ file, offset, bytes }) => ({ file, offset, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") })),
    commands,
    flashed: !options.dryRun,
  };
  let clip: number | null = null;
  if (!options.dryRun) {
    if (missing !== undefined) throw new Failure(why);
    say(`${variant.name}: ${images.map(({ file, offset, bytes }) => `${file} (${bytes.length} bytes at ${hex(offset)})`).join(", ")}`);
    await stoppable(async (stop) => {
      for (const { path, bytes } of made) await writeWhole(path, bytes);
      if (way.by === "drive") await copy(join(folder, UF2_FILE), way.folder, variant.chip);
      for (const [index, { looks, judge }] of calls.entries()) {
        const said = await runTool(lines[index] as readonly string[], !looks, stop.signal);
        judge?.(said);
      }
    });
    say("Written; the clip starts.");
    clip = await numbered(way, options.serial);
    say(clip === null ? "It was not asked for its serial number; hopclip config set serial N gives it one of its own." : `It answers: clip ${clip}.`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ ...told, clip })}\n`);
}

/** A clip that was flashed starts and finds its sensor within so long, ms; on USB its port comes back in that time. */
const START_MS = 10_000;
const AGAIN_MS = 500;

/** The clip's serial number, given it where it has none; null where it cannot be reached: by a probe, by a drive, or it does not answer. */
async function numbered(way: Way, wanted: number | undefined): Promise<number | null> {
  if (way.by !== "esptool" && way.by !== "bootloader") return null;
  const end_ms = performance.now() + START_MS;
  while (performance.now() < end_ms) {
    let link: Link | undefined;
    try {
      link = await openLink(way.port);
      const client = new Client(link);
      const { serial } = await client.greet();
      if (serial !== "-" && wanted === undefined) return Number(serial);
      const given = wanted ?? randomInt(1, SERIAL_MAX);
      await client.command(config("SER", given));
      return given;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await pause(AGAIN_MS); // it is on its way
    } finally {
      await link?.close();
    }
  }
  return null;
}

/** Copies to the drive of a bootloader, which takes itself away when it has all. */
async function copy(path: string, folder: string, chip: string): Promise<void> {
  let info: string;
  try {
    info = await readFile(join(folder, UF2_INFO), "latin1");
  } catch (error) {
    throw new InputError(`${folder}: is no drive of a bootloader (it has no ${UF2_INFO}): tap reset twice, then a drive appears`, { cause: error });
  }
  if (!info.toLowerCase().includes(chip.toLowerCase())) throw new Failure(`${folder}: is the drive of another board: ${/Board-ID: *(\S+)/u.exec(info)?.[1] ?? "unknown"}, not ${chip}`);
  const bytes = await readFile(path);
  let written = 0;
  try {
    const file = await open(join(folder, UF2_FILE), "w");
    try {
      while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten;
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // The board restarts on the last block, before the computer has closed the file.
    if (written < bytes.length || existsSync(join(folder, UF2_INFO))) throw new Failure(`${folder}: the copy failed: ${(error as Error).message}; tap reset twice and run this again`, { cause: error });
  }
}
