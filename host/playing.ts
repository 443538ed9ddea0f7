// A recorded trace played into the firmware, as the commands that take one do.
import { exerciseCode, type Exercise } from "./clip/event.ts";
import { onEngine } from "./engine.ts";
import { InputError } from "./failure.ts";
import { readInput } from "./input.ts";
import { entryOf } from "./manifest.ts";
import { targetOf } from "./options.ts";
import { sensorText } from "./record.ts";
import { resultOf, type Result } from "./result.ts";
import { replay, type EngineName, type Run, type Trace } from "./simulator.ts";
import { loadWasm } from "./wasm.ts";

/** How a trace is played. */
export interface PlayOptions {
  readonly exercise: Exercise;
  readonly bpm?: number;
  readonly target?: number;
  readonly chip: "lsm6dso" | "lsm6ds3trc";
  readonly engine: EngineName;
}

/** A trace that was played, and what the clip made of it. */
interface Played {
  readonly trace: Trace;
  readonly run: Run;
  readonly result: Result;
  /** "LSM6DSO at 416 Hz, ±16 g" */
  readonly sensor: string;
}

/** Plays the trace of a file; throws InputError where it is none or the options do not fit the exercise. */
export async function play(path: string, options: PlayOptions): Promise<Played> {
  const target = targetOf(options.exercise, options.target);
  if (options.exercise === "run" && target > 0 && options.bpm !== undefined) {
    throw new InputError("--bpm and --target of a run exclude each other: a target is taken from the runner's own cadence");
  }
  const trace = await readInput(path);
  const { range_g } = entryOf(path);
  const run = onEngine(options.engine, (engine) =>
    replay(trace, {
      wasm: loadWasm(),
      exercise: exerciseCode(options.exercise),
      bpm_d: Math.round((options.bpm ?? 0) * 10),
      target,
      chip: options.chip,
      engine,
      ...(range_g === undefined ? {} : { range_g }),
    }),
  );
  const sensor = sensorText(options.chip.toUpperCase(), run.odr_hz, run.range_g, run.gyro);
  return { trace, run, result: resultOf(run), sensor };
}
