// Apps that misbehave, as modules: what a board must survive.
import { SLOT_BYTES, SLOT_REFUSED_AT, SLOT_START, SLOT_TRIED_AT, SLOTS } from "../../firmware/wire/layout.ts";
import { wasm } from "../world/clips.ts";

/** A page of memory, and bounds that let it shrink. */
export const HEAD = `(memory (export "memory") 1) (global (export "__heap_base") i32 (i32.const 1024)) (global (export "__data_end") i32 (i32.const 1008))`;
/** As the boards speak. */
export const ABI = `(func (export "abi_version") (result i32) (i32.const 1))`;
/** Does nothing. */
export const INIT = `(func (export "init"))`;
const step = (body: string): string => `(func (export "step") (param i32) (result i32) ${body} (i32.const 1000))`;

/** Counts its steps at address 64; `then` runs from the third on. */
const later = (then: string): string =>
  step(`(i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1))) (if (i32.gt_u (i32.load (i32.const 64)) (i32.const 2)) (then ${then}))`);

/** By name: the module, and the cause a board gives it up for (enum cause in boards/common/restart.h). */
export const APPS: Readonly<Record<string, readonly [image: Uint8Array, cause: number]>> = {
  "reads out of bounds": [wasm(HEAD + ABI + INIT + step("(drop (i32.load (i32.const 0x7ffffff0)))")), 1],
  "writes just past its memory": [wasm(HEAD + ABI + INIT + later("(i32.store8 (i32.const 65536) (i32.const 1))")), 1],
  "passes a pointer out of bounds": [
    wasm(`(import "hal" "imu_read" (func $read (param i32 i32 i32) (result i32)))${HEAD}${ABI}${INIT}${step("(drop (call $read (i32.const 15) (i32.const 65530) (i32.const 100)))")}`),
    1,
  ],
  "traps in its first second": [wasm(HEAD + ABI + INIT + later("(unreachable)")), 1],
  "traps in init": [wasm(`${HEAD}${ABI}(func (export "init") (unreachable))${step("")}`), 1],
  "divides by zero": [wasm(HEAD + ABI + INIT + later("(drop (i32.div_u (i32.const 1) (i32.load (i32.const 80))))")), 1],
  "recurses for ever": [wasm(`${HEAD}${ABI}${INIT}(func $deep (call $deep))${step("(call $deep)")}`), 1],
  "sleeps a negative time": [wasm(`${HEAD}${ABI}${INIT}(func (export "step") (param i32) (result i32) (i32.const -1))`), 1],
  panics: [wasm(`(import "hal" "panic" (func $panic (param i32 i32)))${HEAD}${ABI}${INIT}${later("(call $panic (i32.const 7) (i32.const 321))")}`), 2],
  "loops for ever": [wasm(HEAD + ABI + INIT + later("(loop $on (br $on))")), 3],
  "loops in init": [wasm(`${HEAD}${ABI}(func (export "init") (loop $on (br $on)))${step("")}`), 3],
  "reads flash for ever": [
    // its watchdog bites in the middle of a transfer
    wasm(`(import "hal" "flash_read" (func $read (param i32 i32 i32) (result i32)))${HEAD}${ABI}${INIT}${later("(loop $on (drop (call $read (i32.const 0) (i32.const 256) (i32.const 64))) (br $on))")}`),
    3,
  ],
  "takes more than there is": [
    wasm(`(import "hal" "flash_read" (func $read (param i32 i32 i32) (result i32)))(memory (export "memory") 2)
      (global (export "__heap_base") i32 (i32.const 131072)) (global (export "__data_end") i32 (i32.const 131056))
      ${ABI}${INIT}${later("(drop (call $read (i32.const 0) (i32.const 0) (i32.const 70000))) (unreachable)")}`),
    1,
  ],
  "erases its fallback": [
    wasm(`(import "hal" "flash_erase" (func $erase (param i32 i32) (result i32)))${HEAD}${ABI}${INIT}${later(`(drop (call $erase (i32.const ${SLOT_START}) (i32.const ${SLOTS * SLOT_BYTES}))) (drop (call $erase (i32.const ${SLOT_START}) (i32.const 4096))) (unreachable)`)}`),
    1,
  ],
  "refuses its fallback": [
    wasm(`(import "hal" "flash_write" (func $write (param i32 i32 i32) (result i32)))${HEAD}${ABI}${INIT}${later(`(drop (call $write (i32.const ${SLOT_START + SLOT_REFUSED_AT}) (i32.const 96) (i32.const 4))) (drop (call $write (i32.const ${SLOT_START + SLOT_TRIED_AT}) (i32.const 96) (i32.const 12))) (unreachable)`)}`),
    1,
  ],
  "was written for another seam": [wasm(`${HEAD}(func (export "abi_version") (result i32) (i32.const 99))${INIT}${step("")}`), 6],
  "imports what no board has": [wasm(`(import "hal" "gps_read" (func))${HEAD}${ABI}${INIT}${step("")}`), 7],
  "imports with another signature": [wasm(`(import "hal" "time_us" (func (result i32)))${HEAD}${ABI}${INIT}${step("")}`), 7],
  "has no step": [wasm(HEAD + ABI + INIT), 7],
  "has another step": [wasm(`${HEAD}${ABI}${INIT}(func (export "step") (result i32) (i32.const 0))`), 7],
  "is no module": [Uint8Array.from({ length: 3000 }, (_, index) => index & 255), 7],
  "restarts by itself": [wasm(`(import "hal" "reset" (func $reset (param i32) (result i32)))${HEAD}${ABI}${INIT}${later("(drop (call $reset (i32.const 1)))")}`), 8],
};
