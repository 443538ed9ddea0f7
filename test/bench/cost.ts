// What a sample costs: executed wasm instructions by batch of a set, counted in a rewritten copy of the clip; and the speed of the
// whole simulation.
import { createV8Engine } from "../../sim/engine/v8.ts";
import type { World } from "../../sim/world.ts";
import { counted, instrument } from "./count.ts";
import { runSet } from "./set.ts";
import type { Case } from "./suites.ts";

/** Samples of a batch: the FIFO watermark at 416 Hz, 19 ms. */
export const BATCH_SAMPLES = 8;

/** Instructions a sample over one set. */
export interface Cost {
  readonly samples: number;
  readonly mean: number;
  /** Most instructions a sample of any batch of at least 8 samples: steps are added up until a batch is full. */
  readonly worst: number;
  /** Lines of contacts the run came to: a run without any measures nothing. */
  readonly contacts: number;
}

/** Counts over the time the source runs; boot, settings and mounting of the log are not a sample's cost. */
export function cost(each: Case, wasm: Uint8Array): Cost {
  let world: World;
  let total = 0;
  let worst = 0;
  let samples = 0;
  let batch = 0;
  let batch_samples = 0;
  let samples_seen = 0;
  let instructions_seen = 0;
  const account = (instructions: number): void => {
    const { stats, now_us, source_start_us } = world;
    const step = instructions - instructions_seen;
    const step_samples = stats.samples - samples_seen;
    instructions_seen = instructions;
    samples_seen = stats.samples;
    if (!(now_us >= source_start_us)) return; // also before the source starts, when it is NaN
    total += step;
    samples += step_samples;
    batch += step;
    batch_samples += step_samples;
    if (batch_samples < BATCH_SAMPLES) return;
    worst = Math.max(worst, batch / batch_samples);
    batch = 0;
    batch_samples = 0;
  };
  const run = runSet(each, instrument(wasm), (bytes, hal) => {
    const engine = createV8Engine(bytes, hal);
    return {
      ...engine,
      step(events: number): number {
        const sleep_us = engine.step(events);
        account(counted(engine.snapshot!()));
        return sleep_us;
      },
    };
  }, (made) => {
    world = made;
  });
  return { samples, mean: total / samples, worst, contacts: run.lines.filter(({ text }) => text.includes(",CON,")).length };
}

/** Simulated seconds a second of processor time, all of the process counted; best of so many runs, which leaves out warming up. */
export function speed(each: Case, wasm: Uint8Array, runs: number): number {
  let best = 0;
  for (let index = 0; index < runs; index++) {
    const before = process.cpuUsage();
    const { seconds } = runSet(each, wasm);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, seconds / ((user + system) / 1e6));
  }
  return best;
}
