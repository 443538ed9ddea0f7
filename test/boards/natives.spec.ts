// The seam as C writes it: the native table against boards/HAL.md and the module's imports, and layout.h against layout.ts.
import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { expect, test } from "vitest";
import { layoutHeader } from "../../boards/common/layout.ts";
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
