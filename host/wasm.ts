// The firmware's bytes: build/clip.wasm of this repository, built first when it is missing or older than its sources.
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FIRMWARE_VERSION } from "../firmware/wire/layout.ts";
import { Failure } from "./failure.ts";

/** Folder of the repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WASM = join(ROOT, "build", "clip.wasm");
/**
 * What Binaryen still saves where asc leaves off: 1 % of the bytes at 0.3 % more instructions a sample. No feature beyond sign extension. What
 * it may inline is bounded, for a frame of an interpreter holds the constants of its function: see STACK_BYTES of boards/common/app_wamr.c.
 */
const SHRINK = ["--mvp-features", "--enable-sign-ext", "-Oz", "--converge", "--one-caller-inline-max-function-size", "400", "--const-hoisting"];

/** Modification time of a file, ms; 0 where there is none. */
function changed_ms(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether the wasm is missing or older than a source of it. */
function isStale(): boolean {
  const built_ms = changed_ms(WASM);
  const firmware = join(ROOT, "firmware");
  const sources = readdirSync(firmware, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  return [join(ROOT, "asconfig.json"), fileURLToPath(import.meta.url), ...sources.map((path) => join(firmware, path))].some((path) => changed_ms(path) > built_ms);
}

/** Runs a tool of node_modules; what it complains of is the Failure's text. */
function use(tool: string, options: readonly string[]): void {
  try {
    execFileSync(process.execPath, [join(ROOT, "node_modules", tool), ...options], { cwd: ROOT, stdio: "pipe", encoding: "utf8" });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Failure(`the firmware could not be built:\n${stderr.trim() || (error as Error).message}`, { cause: error });
  }
}

/** The custom section that tells an app's version to the clip that has it in a slot: always the last one. */
export function versionSection(version: number = FIRMWARE_VERSION): Uint8Array {
  const name = Buffer.from("hopclip");
  return Uint8Array.of(0, name.length + 4, name.length, ...name, version >> 16, (version >> 8) & 0xff, version & 0xff);
}

/** Builds the wasm; another process that reads it meanwhile sees the old file or the new one. */
export function build(): void {
  const made = `${WASM}.${process.pid}`;
  use("assemblyscript/bin/asc.js", ["firmware/main.ts", "--target", "release", "--outFile", made]);
  use("binaryen/bin/wasm-opt", [made, ...SHRINK, "-o", made]);
  appendFileSync(made, versionSection());
  renameSync(made, WASM);
}

/** The bytes of the wasm. `say` is told when it must be built first. */
export function loadWasm(say: (text: string) => void = (text) => process.stderr.write(`${text}\n`)): Uint8Array {
  if (isStale()) {
    say("building the firmware (build/clip.wasm) …");
    build();
  }
  return new Uint8Array(readFileSync(WASM));
}
