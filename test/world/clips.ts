// Small clips written in TypeScript or as wasm text, to try worlds and boards without the firmware.
import binaryen from "binaryen";
import type { Engine, EngineFactory, Hal } from "../../sim/engine/engine.ts";

export interface Script {
  init?(hal: Hal): void;
  /** Returns the µs to sleep. */
  step(hal: Hal, events: number): number;
}

/** An engine that runs `make()`; each power-up makes a new one, as fresh memory does. */
export function clip(make: () => Script): EngineFactory {
  return (_wasm, hal): Engine => {
    const script = make();
    return { name: "script", sha256: "", abi_version: () => 1, init: () => script.init?.(hal), step: (events) => script.step(hal, events) };
  };
}

export interface Drained {
  /** Clip time of the step, µs. */
  t_us: number;
  events: number;
  /** z of the accelerometer words of this step, LSB. */
  z: number[];
}

/** Sets an LSM6DSO to 416 Hz, ±16 g, accelerometer alone, watermark 8, and drains its FIFO in every step. */
export function drainer(into: Drained[], sleep_us = 100_000): EngineFactory {
  const status = new Uint8Array(2);
  return clip(() => ({
    init(hal) {
      for (const [reg, ...bytes] of [[0x07, 8, 0, 0x06, 0x06], [0x0d, 0x08], [0x10, 0x64]]) {
        if (hal.imu_write(reg!, Uint8Array.from(bytes)) !== 0) throw new Error(`write at ${reg}`);
      }
    },
    step(hal, events) {
      const entry: Drained = { t_us: hal.time_us(), events, z: [] };
      if (hal.imu_read(0x3a, status) === 0) {
        const words = status[0]! | ((status[1]! & 3) << 8);
        const bytes = new Uint8Array(words * 7);
        if (words > 0 && hal.imu_read(0x78, bytes) === 0) {
          for (let at = 0; at < bytes.length; at += 7) entry.z.push(((bytes[at + 5]! | (bytes[at + 6]! << 8)) << 16) >> 16);
        }
      }
      into.push(entry);
      return sleep_us;
    },
  }));
}

export const NO_WASM = new Uint8Array(0);

/** Bytes of a module written as text. */
export function wasm(body: string): Uint8Array {
  const module = binaryen.parseText(`(module ${body})`);
  module.setFeatures(binaryen.Features.MVP);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
