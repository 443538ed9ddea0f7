// build/clip.wasm for rules and benchmark, read once, and the bounds of its memory.
import { readFileSync } from "node:fs";

/** The module as it ships. */
export const clip: Uint8Array<ArrayBuffer> = Uint8Array.from(readFileSync("build/clip.wasm"));

/** An instance whose imports do nothing, to look at. */
export function dormant(): WebAssembly.Instance {
  const module = new WebAssembly.Module(clip);
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => 0;
  return new WebAssembly.Instance(module, imports);
}

/** Value of an exported i32 global, such as `__heap_base`. */
export function bound(name: "__heap_base" | "__data_end"): number {
  return (dormant().exports[name] as WebAssembly.Global<"i32">).value;
}
