// The V8 engine with modules written by hand: what crosses the border, and what is refused.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { EngineError, PanicError, type Hal } from "../../sim/engine/engine.ts";
import { createV8Engine } from "../../sim/engine/v8.ts";
import { wasm } from "./clips.ts";

const EXPORTS = `
  (memory (export "memory") 1)
  (func (export "abi_version") (result i32) (i32.const 1))
  (func (export "init"))`;
const STEP = `(func (export "step") (param i32) (result i32) (i32.const 0))`;

function hal(over: Partial<Hal> = {}): Hal {
  const nothing = (): number => 0;
  return {
    time_us: nothing,
    imu_read: nothing,
    imu_write: nothing,
    haptic_pulse: nothing,
    haptic_stop: nothing,
    link_send: nothing,
    link_recv: nothing,
    flash_read: nothing,
    flash_write: nothing,
    flash_erase: nothing,
    battery_mv: nothing,
    led_set: nothing,
    log: nothing,
    panic: nothing,
    reset: nothing,
    ...over,
  };
}

describe("the V8 engine", () => {
  it("carries 64-bit times both ways beyond 32 bits", () => {
    const asked: number[][] = [];
    const bytes = wasm(`
      (import "hal" "time_us" (func $time (result i64)))
      (import "hal" "haptic_pulse" (func $pulse (param i64 i32 i32) (result i32)))
      ${EXPORTS}
      (func (export "step") (param i32) (result i32)
        (call $pulse (i64.add (call $time) (i64.const 5)) (i32.const 20) (local.get 0)))`);
    const engine = createV8Engine(bytes, hal({ time_us: () => 5e12 + 1, haptic_pulse: (...all) => asked.push(all) }));
    expect(engine.step(7)).toBe(1);
    expect(asked).toEqual([[5e12 + 6, 20, 7]]);
  });

  it("shows the clip's memory to the hal, both ways", () => {
    const bytes = wasm(`
      (import "hal" "imu_read" (func $read (param i32 i32 i32) (result i32)))
      (import "hal" "link_send" (func $send (param i32 i32 i32) (result i32)))
      ${EXPORTS}
      (func (export "step") (param i32) (result i32)
        (drop (call $read (i32.const 0x78) (i32.const 65532) (i32.const 4)))
        (call $send (i32.const 1) (i32.const 65532) (i32.const 3)))`);
    let sent: number[] = [];
    const engine = createV8Engine(
      bytes,
      hal({
        imu_read: (reg, dst) => {
          dst.set([reg, 2, 3, 4]);
          return 0;
        },
        link_send: (port, src) => {
          sent = [port, ...src];
          return src.length;
        },
      }),
    );
    expect(engine.step(0)).toBe(3);
    expect(sent).toEqual([1, 0x78, 2, 3]);
  });

  it("has all of the clip in its memory: a snapshot put back undoes what came after", () => {
    const bytes = wasm(`${EXPORTS}
      (func (export "step") (param i32) (result i32)
        (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (local.get 0)))
        (i32.load (i32.const 64)))`);
    const engine = createV8Engine(bytes, hal());
    engine.step(5);
    const saved = engine.snapshot!();
    expect(engine.step(10)).toBe(15);
    engine.restore!(saved);
    expect(engine.step(1)).toBe(6);
    expect(createV8Engine(bytes, hal()).step(1)).toBe(1);
    expect(() => engine.restore!(new Uint8Array(3))).toThrow(EngineError);
  });

  it("names itself and its module", () => {
    const bytes = wasm(EXPORTS + STEP);
    const engine = createV8Engine(bytes, hal());
    expect(engine.name).toBe("v8");
    expect(engine.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(engine.abi_version()).toBe(1);
  });

  it.each([
    ["an import no board has", `(import "hal" "gps_read" (func)) ${EXPORTS}${STEP}`, /wants function "hal\.gps_read"/],
    ["an import of another module", `(import "env" "time_us" (func)) ${EXPORTS}${STEP}`, /"env\.time_us"/],
    ["an imported memory", `(import "hal" "log" (memory 1)) (func (export "init"))`, /wants memory/],
    ["no step", EXPORTS, /does not export "step"/],
  ])("refuses a module with %s", (_what, body, message) => {
    expect(() => createV8Engine(wasm(body), hal())).toThrow(EngineError);
    expect(() => createV8Engine(wasm(body), hal())).toThrow(message);
  });

  it("refuses bytes that are no module", () => {
    expect(() => createV8Engine(Uint8Array.of(1, 2, 3), hal())).toThrow(/not a wasm module/);
  });

  it("says so when the clip traps, and lets through what the hal threw", () => {
    const trap = wasm(`${EXPORTS} (func (export "step") (param i32) (result i32) (unreachable))`);
    expect(() => createV8Engine(trap, hal()).step(0)).toThrow(EngineError);
    const panic = wasm(`(import "hal" "panic" (func $panic (param i32 i32))) ${EXPORTS}
      (func (export "step") (param i32) (result i32) (call $panic (i32.const 1) (i32.const 42)) (unreachable))`);
    const thrower = hal({
      panic: (code, line) => {
        throw new PanicError(code, line);
      },
    });
    expect(() => createV8Engine(panic, thrower).step(0)).toThrow(PanicError);
  });

  it("refuses pointers outside the clip's memory", () => {
    const bytes = wasm(`(import "hal" "flash_read" (func $read (param i32 i32 i32) (result i32))) ${EXPORTS}
      (func (export "step") (param i32) (result i32) (call $read (i32.const 0) (i32.const 65530) (i32.const 7)))`);
    expect(() => createV8Engine(bytes, hal()).step(0)).toThrow(/memory it does not have/);
  });
});
