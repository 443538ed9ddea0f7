// build/clip.wasm for the rules, read once.
import { readFileSync } from "node:fs";

/** The module as it ships. */
export const clip: Uint8Array<ArrayBuffer> = Uint8Array.from(readFileSync("build/clip.wasm"));
