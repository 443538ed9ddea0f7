// What C and TypeScript both write down: the native table against boards/HAL.md and the module's imports, layout.h against layout.ts, the words
// of virtual.c; and that it is C99.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { expect, test } from "vitest";
import { layoutHeader } from "../../boards/common/layout.ts";
import { CAUSE_PANIC, CAUSE_RESET, KEPT_CAUSE, KEPT_CODE, KEPT_LINE, OP } from "../../sim/engine/virtual.ts";
import { page, signature } from "../rules/seam.ts";

const table = Object.fromEntries(
  [...readFileSync("boards/common/natives.c", "utf8").matchAll(/^ {4}\{"(\w+)", (\w+), "([^"]+)", NULL\},$/gmu)].map(([, name, native, letters]) => {
    if (native !== (name === "log" ? "log_text" : name)) throw new Error(`natives.c: ${name} is ${native}`);
    return [name!, letters!];
  }),
);

test("the native table is the contract's table", () => {
  expect(table).toEqual(page("imports"));
  expect(Object.keys(table)).toHaveLength(15);
});

test("the module imports nothing else, and nothing otherwise", () => {
  const module = binaryen.readBinary(new Uint8Array(readFileSync("build/clip.wasm")));
  let imports = 0;
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const { module: from, base, params, results } = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
    if (from === "" || base === null) continue;
    imports++;
    expect(from).toBe("hal");
    expect(table[base]?.replaceAll(/[*~]/gu, "i"), base).toBe(signature(binaryen.expandType(params), binaryen.expandType(results)));
  }
  module.dispose();
  expect(imports).toBeGreaterThan(10);
});

test("boards/common/layout.h is what layout.ts says", () => {
  expect(readFileSync("boards/common/layout.h", "utf8")).toBe(layoutHeader());
});

/** Numbers of an enum in C by name; `open` is the text its list begins after. */
function numbers(path: string, open: string): Record<string, number> {
  const text = readFileSync(path, "utf8");
  const list = text.slice(text.indexOf(open) + open.length).split("}", 1)[0]!.replaceAll(/\/\/.*$/gmu, "");
  const found: Record<string, number> = {};
  let next = 0;
  for (const item of list.split(",").map((each) => each.trim()).filter((each) => each !== "")) {
    const [name, value] = item.split(" = ");
    next = value === undefined ? next : Number(value);
    found[name!] = next++;
  }
  return found;
}

test("the simulator knows the words of virtual.c, clip.c and restart.h", () => {
  expect(numbers("boards/virtual/virtual.c", "enum op {")).toEqual(Object.fromEntries(Object.entries(OP).map(([name, op]) => [`OP_${name}`, op])));
  expect(numbers("boards/common/clip.c", "enum {")).toMatchObject({ KEPT_CAUSE, KEPT_CODE, KEPT_LINE });
  expect(numbers("boards/common/restart.h", "enum cause {")).toMatchObject({ CAUSE_PANIC, CAUSE_RESET });
});

test("boards/common is C99", () => {
  const own = ["clip.c", "slot.c", "pulses.c"].map((file) => `boards/common/${file}`);
  expect(() => execFileSync("gcc", ["-std=c99", "-pedantic-errors", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", ...own], { stdio: "pipe" })).not.toThrow();
});
