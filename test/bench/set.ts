// Runs one of the benchmark's sets from boot to verdict.
import { EXERCISE_AUTO } from "../../firmware/wire/layout.ts";
import { createBody, type Truth } from "../../sim/body/body.ts";
import type { EngineFactory } from "../../sim/engine/engine.ts";
import { conductAndClose, EXERCISE_CODES, type Run } from "../../sim/run.ts";
import { World } from "../../sim/world.ts";
import type { Bout } from "./suites.ts";

/** A set that was run. */
export interface SetRun extends Run {
  readonly truth: Truth;
  /** What clip or board did that the contract forbids. */
  readonly violations: readonly string[];
}

/**
 * Runs the set on the given module. The exercise is the one a runner would choose, `auto` where nothing is to be counted. `onWorld`
 * gets the world before it boots.
 */
export function runSet(each: Bout, wasm: Uint8Array, engine?: EngineFactory, onWorld?: (world: World) => void): SetRun {
  const body = createBody(each.exercise, each.body);
  const world = new World({ ...each.world, wasm, source: body, ...(engine === undefined ? {} : { engine }) });
  onWorld?.(world);
  const { odr_hz, range_g, gyro, bpm_d, strength } = each;
  const run = conductAndClose(world, {
    odr_hz,
    range_g,
    gyro,
    bpm_d,
    exercise: EXERCISE_CODES[each.exercise] ?? EXERCISE_AUTO,
    motor_strength: strength,
    count_in: each.count_in ?? 0,
    ...(each.body.lead_s === undefined ? {} : { lead_s: each.body.lead_s }),
    seconds: body.seconds,
    duration_ms: each.duration_ms ?? 0,
    target: each.target ?? 0,
  });
  return { ...run, seconds: body.seconds, odr_hz, range_g, gyro, toTrace_s: (source_s) => source_s, notes: [], truth: body.truth, violations: world.violations };
}
