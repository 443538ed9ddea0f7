// Linear memory can shrink to `__heap_base`: sets run on a copy of the clip that traps at every load or store from there on.
import { describe, expect, test } from "vitest";
import { EngineError } from "../../sim/engine/engine.ts";
import { runSet } from "../bench/set.ts";
import { cases, type Case } from "../bench/suites.ts";
import { bound, clip } from "./clip.ts";
import { fence, watch, type Used } from "./fence.ts";

const heap_base = bound("__heap_base");
const sets = cases().filter(({ suite }, index, all) => all.findIndex((other) => other.suite === suite) === index);

/** Runs a set fenced at so many bytes; what it used and how many lines the clip sent. */
function used(each: Case, bytes_max: number): Used & { lines: number } {
  const high: Used = { wasm_bytes: 0, board_bytes: 0 };
  const { lines } = runSet(each, clip, watch(fence(clip, bytes_max), high));
  return { ...high, lines: lines.length };
}

describe("linear memory", () => {
  test.each(sets.map((each) => [each.suite, each] as const))("a set of %s stays below __heap_base, board included", (_suite, each) => {
    const { wasm_bytes, board_bytes, lines } = used(each, heap_base);
    expect(wasm_bytes).toBeLessThanOrEqual(heap_base);
    expect(board_bytes).toBeLessThanOrEqual(heap_base);
    expect(lines).toBeGreaterThan(0);
  });

  test("the fence is real: one byte less than a set uses, and it traps", () => {
    const { wasm_bytes } = used(sets[0]!, heap_base);
    expect(() => used(sets[0]!, wasm_bytes)).not.toThrow();
    expect(() => used(sets[0]!, wasm_bytes - 1)).toThrow(EngineError);
  });
});
