// A copy of the clip whose every load and store is checked: it traps at or above a bound and keeps the highest address used. Shows
// that linear memory can shrink to that bound.
import binaryen from "binaryen";
import type { EngineFactory, Hal } from "../../sim/engine/engine.ts";
import { createV8Engine } from "../../sim/engine/v8.ts";

/** Where the fenced copy keeps one past the highest byte touched: the end of the first page, far above any bound. */
const HIGH_AT = 65_532;

/** Functions that binaryen's pass instrument-memory imports, as functions of the module itself: pointers checked, values passed. */
export function fence(wasm: Uint8Array, bytes_max: number): Uint8Array {
  const module = binaryen.readBinary(wasm);
  module.setFeatures(binaryen.Features.SignExt); // what asc emits; a module read from bytes says nothing of it
  module.runPasses(["instrument-memory"]);
  const { i32, i64, f32, f64 } = binaryen;
  const get = (index: number): binaryen.ExpressionRef => module.local.get(index, i32);
  const high = (): binaryen.ExpressionRef => module.i32.load(0, 4, module.i32.const(HIGH_AT));
  for (const name of ["load_ptr", "store_ptr"]) {
    // (id, bytes, offset, address) → address; local 4: one past the last byte
    const end = module.i32.add(get(3), module.i32.add(get(2), get(1)));
    const checked = module.block(null, [
      module.local.set(4, end),
      module.if(
        module.i32.or(module.i32.gt_u(get(3), module.i32.const(bytes_max)), module.i32.gt_u(get(4), module.i32.const(bytes_max))),
        module.unreachable(),
      ),
      module.if(module.i32.gt_u(get(4), high()), module.i32.store(0, 4, module.i32.const(HIGH_AT), get(4))),
      get(3),
    ], i32);
    module.removeFunction(name);
    module.addFunction(name, binaryen.createType([i32, i32, i32, i32]), i32, [i32], checked);
  }
  for (const [letter, type] of [["i32", i32], ["i64", i64], ["f32", f32], ["f64", f64]] as const) {
    for (const name of [`load_val_${letter}`, `store_val_${letter}`]) {
      module.removeFunction(name);
      module.addFunction(name, binaryen.createType([i32, type]), type, [], module.local.get(1, type));
    }
  }
  for (const name of ["memory_grow_pre", "memory_grow_post"]) {
    module.removeFunction(name);
    module.addFunction(name, binaryen.createType([i32, i32]), i32, [], module.unreachable());
  }
  if (module.validate() === 0) throw new Error("the fenced module is not valid");
  return module.emitBinary();
}

/** What a fenced run used. */
export interface Used {
  /** One past the highest byte that the wasm touched. */
  wasm_bytes: number;
  /** One past the highest byte that it let the board touch. */
  board_bytes: number;
}

/** An engine that runs a fenced module, which no slot has room for: `used` is up to date after every step. Views that the board gets are watched too. */
export function watch(fenced: Uint8Array, used: Used): EngineFactory {
  return (_wasm, hal) => {
    const watched = Object.fromEntries(Object.keys(hal).map((name) => [name, (...values: unknown[]): unknown => {
      for (const value of values) {
        if (value instanceof Uint8Array && value.length > 0) used.board_bytes = Math.max(used.board_bytes, value.byteOffset + value.length);
      }
      return (hal[name as keyof Hal] as (...values: unknown[]) => unknown)(...values);
    }])) as unknown as Hal;
    const engine = createV8Engine(fenced, watched);
    return {
      ...engine,
      step(events: number): number {
        const sleep_us = engine.step(events);
        used.wasm_bytes = new DataView(engine.snapshot!().buffer).getInt32(HIGH_AT, true);
        return sleep_us;
      },
    };
  };
}
