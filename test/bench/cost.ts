// What a sample costs: executed wasm instructions by batch of a set, counted in a rewritten copy of the clip; and the speed of the
// whole simulation.
import type { MachineOptions } from "../../sim/engine/machine.ts";
import { createV8Engine } from "../../sim/engine/v8.ts";
import { virtualEngine } from "../../sim/engine/virtual.ts";
import type { World } from "../../sim/world.ts";
import { counted, instrument } from "./count.ts";
import { runSet, type SetRun } from "./set.ts";
import type { Bout } from "./suites.ts";

/** Samples of a batch: the FIFO watermark at 416 Hz, 19 ms. */
export const BATCH_SAMPLES = 8;

/** Instructions a sample over one set. */
export interface Cost {
  readonly samples: number;
  readonly mean: number;
  /** Most instructions a sample of any batch of at least 8 samples: steps are added up until a batch is full. */
  readonly worst: number;
  /** Lines of contacts, raises, holds and taps the run came to: a run without any measures nothing. */
  readonly contacts: number;
}

/** Adds up what samples cost. */
export class Meter {
  private total = 0;
  private worst = 0;
  private samples = 0;
  private batch = 0;
  private batch_samples = 0;
  private samples_seen = 0;

  /** A step of `world` took so many instructions; boot, settings and mounting of the log, before the source runs, are no sample's cost. */
  account({ stats, now_us, source_start_us }: World, instructions: number): void {
    const step_samples = stats.samples - this.samples_seen;
    this.samples_seen = stats.samples;
    if (!(now_us >= source_start_us)) return; // also before the source starts, when it is NaN
    this.add(step_samples, instructions);
  }

  /** So many samples took so many instructions. */
  add(samples: number, instructions: number): void {
    this.total += instructions;
    this.samples += samples;
    this.batch += instructions;
    this.batch_samples += samples;
    if (this.batch_samples < BATCH_SAMPLES) return;
    this.worst = Math.max(this.worst, this.batch / this.batch_samples);
    this.batch = 0;
    this.batch_samples = 0;
  }

  /** The cost of what came to so many contacts. */
  result(contacts: number): Cost {
    return { samples: this.samples, mean: this.total / this.samples, worst: this.worst, contacts };
  }
}

const contactLines = ({ lines }: SetRun): number => lines.filter(({ text }) => /,(CON|REP),/u.test(text)).length;

/** Executed wasm instructions, counted in a rewritten copy of the module. */
export function cost(each: Bout, wasm: Uint8Array): Cost {
  const meter = new Meter();
  let world: World;
  let seen = 0;
  const counting = instrument(wasm); // longer than a slot: what lies there is what it was made of
  const run = runSet(each, wasm, (_wasm, hal) => {
    const engine = createV8Engine(counting, hal);
    return {
      ...engine,
      step(events: number): number {
        const sleep_us = engine.step(events);
        const now = counted(engine.snapshot!());
        meter.account(world, now - seen);
        seen = now;
        return sleep_us;
      },
    };
  }, (made) => {
    world = made;
  });
  return meter.result(contactLines(run));
}

/** Instructions of an emulated processor. */
export function boardCost(each: Bout, wasm: Uint8Array, machine: MachineOptions): Cost {
  const meter = new Meter();
  let world: World | null = null;
  const engine = virtualEngine("board", machine, {
    onInstructions: (instructions) => {
      if (world !== null) meter.account(world, instructions);
    },
  });
  const run = runSet(each, wasm, engine, (made) => {
    world = made;
  });
  return meter.result(contactLines(run));
}

/** Simulated seconds a second of processor time, all of the process counted; best of so many runs, which leaves out warming up. */
export function speed(each: Bout, wasm: Uint8Array, runs: number): number {
  let best = 0;
  for (let index = 0; index < runs; index++) {
    const before = process.cpuUsage();
    const { seconds } = runSet(each, wasm);
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, seconds / ((user + system) / 1e6));
  }
  return best;
}
