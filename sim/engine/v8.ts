// The engine of the process itself: V8 runs the wasm. u64 become Numbers here and nowhere else.
import { createHash } from "node:crypto";
import { instantiateSync } from "@assemblyscript/loader";
import { EngineError, TrapError, type Engine, type Hal } from "./engine.ts";

interface Exports extends Record<string, unknown> {
  memory: WebAssembly.Memory;
  abi_version(): number;
  init(): void;
  step(events: number): number;
}

interface Compiled {
  readonly module: WebAssembly.Module;
  readonly sha256: string;
}

// One compilation per array of bytes, so that many worlds share the code V8 has already optimised.
const compiled = new WeakMap<Uint8Array, Compiled>();

/** Runs `wasm` on V8. Throws EngineError when bytes, imports or exports are not a clip's. */
export function createV8Engine(wasm: Uint8Array, hal: Hal): Engine {
  const { module, sha256 } = compile(wasm);
  let buffer = new ArrayBuffer(0);
  let bytes = new Uint8Array(buffer);
  const view = (at: number, size: number): Uint8Array => {
    if (memory.buffer !== buffer) {
      buffer = memory.buffer as ArrayBuffer;
      bytes = new Uint8Array(buffer);
    }
    const from = at >>> 0;
    if (size < 0 || from + size > bytes.length) throw new TrapError(`the clip passed memory it does not have: ${size} bytes at ${from}`);
    return bytes.subarray(from, from + size);
  };
  const imports = {
    time_us: (): bigint => BigInt(hal.time_us()),
    imu_read: (reg: number, dst: number, size: number): number => hal.imu_read(reg, view(dst, size)),
    imu_write: (reg: number, src: number, size: number): number => hal.imu_write(reg, view(src, size)),
    haptic_pulse: (at_us: bigint, duration_ms: number, strength: number): number =>
      hal.haptic_pulse(Number(BigInt.asUintN(64, at_us)), duration_ms, strength),
    haptic_stop: (): number => hal.haptic_stop(),
    link_send: (port: number, src: number, size: number): number => hal.link_send(port, view(src, size)),
    link_recv: (port: number, dst: number, size: number): number => hal.link_recv(port, view(dst, size)),
    flash_read: (at: number, dst: number, size: number): number => hal.flash_read(at, view(dst, size)),
    flash_write: (at: number, src: number, size: number): number => hal.flash_write(at, view(src, size)),
    flash_erase: (at: number, size: number): number => hal.flash_erase(at, size),
    battery_mv: (): number => hal.battery_mv(),
    led_set: (pattern: number): void => hal.led_set(pattern),
    log: (level: number, src: number, size: number): void => hal.log(level, view(src, size)),
    panic: (code: number, line: number): void => hal.panic(code, line),
    reset: (reason: number): number => hal.reset(reason),
  };
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (from !== "hal" || kind !== "function" || !Object.hasOwn(imports, name)) {
      throw new EngineError(`the module wants ${kind} "${from}.${name}", which no board has`);
    }
  }
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const name of ["memory", "abi_version", "init", "step"]) {
    if (!exported.has(name)) throw new EngineError(`the module does not export "${name}"`);
  }
  const { exports } = instantiateSync<Exports>(module, { hal: imports });
  const memory = exports.memory;

  return {
    name: "v8",
    sha256,
    abi_version: () => exports.abi_version(),
    init: () => guarded(exports.init, undefined),
    step: (events) => guarded(exports.step, events),
    snapshot: () => new Uint8Array(memory.buffer).slice(),
    restore: (saved) => {
      if (saved.length !== memory.buffer.byteLength) {
        throw new EngineError(`a snapshot of ${saved.length} bytes does not fit ${memory.buffer.byteLength} bytes of memory`);
      }
      new Uint8Array(memory.buffer).set(saved);
    },
  };
}

function compile(wasm: Uint8Array): Compiled {
  const known = compiled.get(wasm);
  if (known !== undefined) return known;
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
  } catch (error) {
    throw new EngineError(`not a wasm module: ${(error as Error).message}`, { cause: error });
  }
  const made = { module, sha256: createHash("sha256").update(wasm).digest("hex") };
  compiled.set(wasm, made);
  return made;
}

/** Calls into the wasm; a trap becomes a TrapError, what the hal threw passes. */
function guarded<A, R>(call: (argument: A) => R, argument: A): R {
  try {
    return call(argument);
  } catch (error) {
    const deep = error instanceof RangeError && error.message.startsWith("Maximum call stack");
    if (deep || error instanceof WebAssembly.RuntimeError) throw new TrapError(`the clip trapped: ${(error as Error).message}`, { cause: error });
    throw error;
  }
}
