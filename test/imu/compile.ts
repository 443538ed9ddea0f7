// Compiles a part of the firmware by itself, with the release options, from an entry given as text; and loads it over a fake of the
// board that throws on every import the test does not give.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

/** Imports a test gives: what the part under test may call. Pointers are offsets into `memory()`. */
export type Imports = Record<string, (...values: never[]) => number | bigint | void>;

export interface Part {
  readonly call: Record<string, (...values: (number | bigint)[]) => number>;
  readonly memory: DataView;
  readonly bytes: Uint8Array;
}

const CACHE = "build/test/parts";

/** The module's bytes. `entry` is AssemblyScript whose imports are relative to test/imu/. */
export function compile(entry: string): Promise<Uint8Array<ArrayBuffer>> {
  const path = "test/imu/entry.ts";
  return compileWith(path, { [path]: `${entry}\nexport { onAbort } from "../../firmware/hal";\n` });
}

/** The bytes of the module that begins at `path`, with the texts of `given` (by path) instead of or beside the files. Kept in build/ until a source changes. */
export async function compileWith(path: string, given: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  const kept = join(CACHE, `${sourcesDigest(path, given)}.wasm`);
  if (statSync(kept, { throwIfNoEntry: false }) !== undefined) return new Uint8Array(readFileSync(kept));
  const wasm = await build(path, given);
  mkdirSync(CACHE, { recursive: true });
  const draft = `${kept}.${process.pid}`;
  writeFileSync(draft, wasm);
  renameSync(draft, kept);
  return wasm;
}

/** SHA-256 over what is given, asconfig.json and every file of the firmware. */
function sourcesDigest(path: string, given: Record<string, string>): string {
  const hash = createHash("sha256").update(JSON.stringify([path, given])).update(readFileSync("asconfig.json"));
  for (const name of readdirSync("firmware", { recursive: true, encoding: "utf8" }).toSorted()) {
    if (name.endsWith(".ts")) hash.update(name).update(readFileSync(join("firmware", name)));
  }
  return hash.digest("hex");
}

async function build(path: string, given: Record<string, string>): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array | undefined;
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main([path, "--target", "release", "--outFile", "part.wasm", "--textFile", "part.wat"], {
    stderr,
    readFile: (name: string) => {
      const text = given[name.replaceAll("\\", "/")];
      if (text !== undefined) return text;
      try {
        return readFileSync(name, "utf8");
      } catch {
        return null;
      }
    },
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (name === "part.wasm") wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`asc: ${error?.message ?? "no output"}\n${stderr.toString()}`);
  return new Uint8Array(wasm);
}

/** An instance with fresh memory. */
export async function load(wasm: Uint8Array<ArrayBuffer>, hal: Imports): Promise<Part> {
  const module = await WebAssembly.compile(wasm);
  const given: Record<string, WebAssembly.ImportValue> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    given[name] = hal[name] ?? (() => {
      throw new Error(`hal.${name} called`);
    });
  }
  const { exports } = await WebAssembly.instantiate(module, { hal: given });
  const { buffer } = exports["memory"] as WebAssembly.Memory;
  return { call: exports as Part["call"], memory: new DataView(buffer), bytes: new Uint8Array(buffer) };
}
