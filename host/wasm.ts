// The firmware's bytes: build/clip.wasm of this repository, built first when it is missing or older than its sources.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure } from "./failure.ts";

/** Folder of the repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const WASM = join(ROOT, "build", "clip.wasm");

/** Modification time of a file, ms; 0 where there is none. */
function changed_ms(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether the wasm is missing or older than a source of it. */
function isStale(): boolean {
  const built_ms = changed_ms(WASM);
  const firmware = join(ROOT, "firmware");
  const sources = readdirSync(firmware, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  return [join(ROOT, "asconfig.json"), ...sources.map((path) => join(firmware, path))].some((path) => changed_ms(path) > built_ms);
}

/** Builds the wasm; another process that reads it meanwhile sees the old file or the new one. */
function build(): void {
  const asc = join(ROOT, "node_modules", "assemblyscript", "bin", "asc.js");
  const made = `${WASM}.${process.pid}`;
  try {
    const options = ["firmware/main.ts", "--target", "release", "--outFile", made];
    execFileSync(process.execPath, [asc, ...options], { cwd: ROOT, stdio: "pipe", encoding: "utf8" });
    renameSync(made, WASM);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    throw new Failure(`the firmware could not be built:\n${stderr.trim() || (error as Error).message}`, { cause: error });
  }
}

/** The bytes of the wasm. `say` is told when it must be built first. */
export function loadWasm(say: (text: string) => void = (text) => process.stderr.write(`${text}\n`)): Uint8Array {
  if (isStale()) {
    say("building the firmware (build/clip.wasm) …");
    build();
  }
  return new Uint8Array(readFileSync(WASM));
}
