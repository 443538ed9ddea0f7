// The seam as three places write it: the tables of boards/HAL.md, the declarations of firmware/hal.ts, the types of the module.
// Signatures are in WAMR's letters.
import binaryen from "binaryen";
import { readFileSync } from "node:fs";

/** Signatures by name of the first table of boards/HAL.md whose first column is "export" or "import". */
export function page(table: "exports" | "imports"): Record<string, string> {
  const rows = readFileSync("boards/HAL.md", "utf8").split("\n");
  const from = rows.findIndex((row) => row.startsWith(`| ${table.slice(0, -1)} |`)) + 2;
  const found: Record<string, string> = {};
  for (let row = rows[from]; row?.startsWith("|"); row = rows[from + Object.keys(found).length]) {
    const [, name, value] = /^\| `(\w+)` \| `([()i*~I]+)` \|/u.exec(row) ?? [];
    if (name === undefined || value === undefined) throw new Error(`boards/HAL.md: not a row of the seam: ${row}`);
    found[name] = value;
  }
  return found;
}

/** Signatures by name of what a hal.ts declares; a `usize` with the `i32` after it is a pointer with its length. */
export function declared(source: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, module, name, own, parameters, result] of source.matchAll(
    /@external\("(\w+)", "(\w+)"\) export declare function (\w+)\(([^)]*)\): (\w+);/gu,
  )) {
    if (module !== "hal" || name !== own) throw new Error(`firmware/hal.ts: ${module}.${name} is declared as ${own}`);
    const letters = parameters!.split(", ").filter((each) => each !== "").map((each) => letter(each.split(": ")[1]!)).join("");
    found[name!] = `(${letters.replace("*i", "*~")})${letter(result!)}`;
  }
  return found;
}

function letter(type: string): string {
  const known: Record<string, string> = { u64: "I", i32: "i", usize: "*", void: "" };
  const found = known[type];
  if (found === undefined) throw new Error(`firmware/hal.ts: ${type} is no type of the seam`);
  return found;
}

/** WAMR signature of a function type of the module; pointers show as `i`. */
export function signature(params: readonly binaryen.Type[], results: readonly binaryen.Type[]): string {
  const letters = (types: readonly binaryen.Type[]): string => types.map((type) => (type === binaryen.i64 ? "I" : type === binaryen.i32 ? "i" : "?")).join("");
  return `(${letters(params)})${letters(results)}`;
}
