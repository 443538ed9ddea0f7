// hopclip replay: a recorded trace through the simulated sensor into the clip.
import type { Command } from "commander";
import { Option } from "commander";
import { exerciseCode, type Exercise } from "../clip/event.ts";
import { entryOf } from "../manifest.ts";
import { InputError } from "../failure.ts";
import { bpmOption, chipOption, engineOption, jsonOption, onEngine, targetOf, targetOption } from "../options.ts";
import { firmwareLine, listLines, summaryLines } from "../report/summary.ts";
import { resultOf } from "../result.ts";
import { readInput } from "../input.ts";
import { replay, type EngineName } from "../simulator.ts";
import { loadWasm } from "../wasm.ts";

const EXERCISES: readonly Exercise[] = ["pogo", "run", "calf", "calf-bent", "wall-sit", "step-down", "auto"];

interface Options {
  readonly exercise: Exercise;
  readonly bpm?: number;
  readonly target?: number;
  readonly json: boolean;
  readonly engine: EngineName;
  readonly contacts: boolean;
  readonly chip: "lsm6dso" | "lsm6ds3trc";
}

export function register(command: Command): void {
  command
    .description(
      "Plays a recorded trace, sample by sample, through the register-level sensor into the firmware and prints what the clip felt. " +
        "The sensor runs at its rate nearest to the trace (52, 104, 208, 416, 833 Hz) with the trace's own rate as its clock error; " +
        "gaps are samples the sensor lost; below 50 Hz the trace is interpolated to 52 Hz. " +
        "Range: ±8 g where the manifest says so or no value passes 8.1 g, else ±16 g.",
    )
    .argument("<trace>", "CSV, plain or gzip: t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps], 50 to 1000 Hz or slower")
    .addOption(new Option("--exercise <name>", "what the clip is told to expect").choices(EXERCISES).default("auto"))
    .addOption(bpmOption())
    .addOption(targetOption())
    .addOption(engineOption())
    .addOption(chipOption())
    .option("--contacts", "list every contact, raise and tap", false)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nTimes are seconds from the first sample of the trace, durations milliseconds; beat 0 falls on the first sample.\n\n" +
        "Examples:\n  hopclip replay ../shared/traces/run-a-23.csv.gz --exercise run --json\n" +
        "  hopclip replay ../shared/traces/cmu-heel-raise-a-left.csv.gz --exercise calf --target 5",
    )
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const target = targetOf(options.exercise, options.target);
  if (options.exercise === "run" && target > 0 && options.bpm !== undefined) {
    throw new InputError("--bpm and --target of a run exclude each other: a target is taken from the runner's own cadence");
  }
  const trace = await readInput(path);
  const { range_g } = entryOf(path);
  const played = onEngine(options.engine, (engine) =>
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
  const result = resultOf(played);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const lines = [
    `${trace.name}: ${trace.t_s.length} samples in ${played.seconds.toFixed(2)} s, ${trace.rate_hz.toFixed(1)} Hz` +
      (trace.gaps === 0 ? "" : `, ${trace.dropped} missing in ${trace.gaps} gaps`),
    `sensor: ${options.chip} at ${played.odr_hz} Hz, ±${played.range_g} g, ${played.gyro ? "with gyroscope" : "accelerometer only"}`,
    firmwareLine(result),
    "",
    ...summaryLines(result),
    ...(options.contacts ? ["", ...listLines(result)] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
