// An app for a clip's slot: a wasm file that is checked before it goes anywhere.
import { createHash } from "node:crypto";
import { InputError } from "../failure.ts";
import { APP_BYTES_MAX } from "./slot.ts";

/** What a board asks of an app (boards/HAL.md). */
const EXPORTS: Readonly<Record<string, WebAssembly.ImportExportKind>> = {
  abi_version: "function",
  init: "function",
  step: "function",
  memory: "memory",
  __heap_base: "global",
  __data_end: "global",
};

/** An app that a clip may take. */
export interface App {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
  /** major.minor.patch; 0.0.0 where it does not say. */
  readonly version: string;
}

/** The section of a module that has its version, and how many bytes that takes. */
const VERSION_SECTION = "hopclip";
const VERSION_BYTES = 3;

function versionOf(module: WebAssembly.Module): string {
  const [section] = WebAssembly.Module.customSections(module, VERSION_SECTION);
  return section?.byteLength === VERSION_BYTES ? [...new Uint8Array(section)].join(".") : "0.0.0";
}

/** An InputError where the bytes are no app of a clip: no wasm, not our exports, other imports than a board's, too long for a slot. */
export async function appOf(path: string, bytes: Uint8Array): Promise<App> {
  const copy = Uint8Array.from(bytes);
  const module = await WebAssembly.compile(copy).catch((error: Error) => {
    throw new InputError(`${path}: is no WebAssembly module: ${error.message.replace(/^WebAssembly\.compile\(\): /u, "")}`, { cause: error });
  });
  const there = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  const lacking = Object.keys(EXPORTS).filter((name) => there.get(name) !== EXPORTS[name]);
  if (lacking.length > 0) throw new InputError(`${path}: is no app of a clip: it does not export ${lacking.join(", ")}`);
  const foreign = WebAssembly.Module.imports(module).find(({ module: from }) => from !== "hal");
  if (foreign !== undefined) throw new InputError(`${path}: is no app of a clip: it imports ${foreign.module}.${foreign.name}, which no board has`);
  if (bytes.length > APP_BYTES_MAX) throw new InputError(`${path}: ${bytes.length} bytes do not fit: a slot takes ${APP_BYTES_MAX}`);
  return { bytes: copy, sha256: createHash("sha256").update(bytes).digest("hex"), version: versionOf(module) };
}
