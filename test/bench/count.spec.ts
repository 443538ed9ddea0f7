// The instruction counter against modules whose executed instructions were counted by hand.
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { counted as countedIn, CountError, instrument } from "./count.ts";

/** Instantiates the counting copy of a text module with one page of memory. */
function load(text: string, imports: WebAssembly.Imports = {}): { run: (...values: number[]) => number; counted: () => number } {
  const module = binaryen.parseText(text);
  const wasm = instrument(module.emitBinary());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), imports);
  const memory = exports.memory as WebAssembly.Memory;
  return { run: exports.run as (...values: number[]) => number, counted: () => countedIn(new Uint8Array(memory.buffer)) };
}

describe("instruction counter", () => {
  test("counts a straight line", () => {
    const { run, counted } = load(`(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32)
      (i32.add (local.get 0) (i32.const 1))))`);
    expect(run(41)).toBe(42);
    expect(counted()).toBe(3); // local.get, i32.const, i32.add
  });

  test("counts a loop by its turns", () => {
    const { run, counted } = load(`(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32) (local i32)
      (loop $again
        (local.set 1 (i32.add (local.get 1) (local.get 0)))
        (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1)))`);
    expect(run(10)).toBe(55);
    expect(counted()).toBe(10 * 9 + 1); // 4 for the sum, 4 for the countdown, br_if; local.get at the end
    run(1);
    expect(counted()).toBe(10 * 9 + 1 + 9 + 1);
  });

  test("counts only the arm that was taken", () => {
    const { run, counted } = load(`(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.const 7))
        (else (i32.mul (i32.const 2) (i32.mul (i32.const 3) (i32.const 4)))))))`);
    expect(run(1)).toBe(7);
    expect(counted()).toBe(3); // local.get, if, i32.const
    expect(run(0)).toBe(24);
    expect(counted()).toBe(3 + 7); // local.get, if, three constants, two products
  });

  test("counts what follows a branch out of a block only where it runs", () => {
    const { run, counted } = load(`(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32)
      (block $out
        (br_if $out (local.get 0))
        (return (i32.const 5)))
      (i32.const 9)))`);
    expect(run(1)).toBe(9);
    expect(counted()).toBe(3); // local.get, br_if, i32.const
    expect(run(0)).toBe(5);
    expect(counted()).toBe(3 + 4); // local.get, br_if, i32.const, return
  });

  test("counts a switch by the case it took", () => {
    const { run, counted } = load(`(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32)
      (block $b (block $a (br_table $a $b (local.get 0)))
        (return (i32.const 1)))
      (i32.const 2)))`);
    expect(run(0)).toBe(1);
    expect(counted()).toBe(4); // local.get, br_table, i32.const, return
    expect(run(3)).toBe(2);
    expect(counted()).toBe(4 + 3);
  });

  test("counts calls, the callee, memory and globals, and an import as its call alone", () => {
    const { run, counted } = load(`(module
      (import "hal" "time_us" (func $time (result i64)))
      (import "hal" "base" (global $base i32))
      (global $own i32 (i32.const 3))
      (memory (export "memory") 1)
      (func $twice (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
      (func (export "run") (param i32) (result i32)
        (drop (call $time))
        (i32.store offset=8 (i32.const 16) (i32.add (global.get $base) (global.get $own)))
        (call $twice (i32.load offset=8 (i32.const 16)))))`, { hal: { time_us: () => 0n, base: 39 } });
    expect(run(0)).toBe(84);
    expect(counted()).toBe(2 + 5 + 2 + 1 + 3);
  });

  test("leaves results as they are for a long block, whose length takes a signed two-byte constant", () => {
    const terms = 40;
    let sum = "(local.get 0)";
    for (let term = 0; term < terms; term++) sum = `(i32.xor ${sum} (i32.const ${term * 1000}))`;
    const { run, counted } = load(`(module (memory (export "memory") 1) (func (export "run") (param i32) (result i32) ${sum}))`);
    let expected = 12345;
    for (let term = 0; term < terms; term++) expected ^= term * 1000;
    expect(run(12345)).toBe(expected);
    expect(counted()).toBe(1 + 2 * terms);
  });

  test.each([
    ["a float", `(module (memory (export "memory") 1) (func (export "run") (result f32) (f32.const 1)))`],
    ["memory.grow", `(module (memory (export "memory") 1) (func (export "run") (result i32) (memory.grow (i32.const 1))))`],
    ["a float made from an integer", `(module (memory (export "memory") 1) (func (export "run") (param i32) (drop (f64.convert_i32_s (local.get 0)))))`],
  ])("refuses %s", (_what, text) => {
    expect(() => instrument(binaryen.parseText(text).emitBinary())).toThrow(CountError);
  });
});
