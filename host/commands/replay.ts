// hopclip replay: a recorded trace through the simulated sensor into the clip.
import { Option, type Command } from "commander";
import type { Exercise } from "../clip/event.ts";
import { engineOption } from "../engine.ts";
import { bpmOption, chipOption, jsonOption, targetOption } from "../options.ts";
import { play, type PlayOptions } from "../playing.ts";
import { firmwareLine, listLines, summaryLines } from "../report/summary.ts";

const EXERCISES: readonly Exercise[] = ["pogo", "run", "calf", "calf-bent", "wall-sit", "step-down", "auto"];

interface Options extends PlayOptions {
  readonly json: boolean;
  readonly contacts: boolean;
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
  const { trace, run: played, result, sensor } = await play(path, options);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const lines = [
    `${trace.name}: ${trace.t_s.length} samples in ${played.seconds.toFixed(2)} s, ${trace.rate_hz.toFixed(1)} Hz` +
      (trace.gaps === 0 ? "" : `, ${trace.dropped} missing in ${trace.gaps} gaps`),
    `sensor: ${sensor}`,
    firmwareLine(result),
    "",
    ...summaryLines(result),
    ...(options.contacts ? ["", ...listLines(result)] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
