// Vitest's global set-up: build/clip.wasm is built when it is missing or older than a firmware source.
import { loadWasm } from "../host/wasm.ts";

/** Runs once before all suites. */
export default function setup(): void {
  loadWasm();
}
