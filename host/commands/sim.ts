// hopclip sim: a simulated person with the clip on the foot, in virtual time.
import { statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { InvalidArgumentError, Option, type Command } from "commander";
import { Failure, InputError } from "../failure.ts";
import { bpmOption, chipOption, engineOption, jsonOption, number, onEngine } from "../options.ts";
import { contactLines, firmwareLine, summaryLines } from "../report/summary.ts";
import { counted, fixed } from "../report/table.ts";
import { resultOf } from "../result.ts";
import { FaultError, faultHelp, parseFault, ruleFor, score, simulate, type EngineName, type Fault, type SimulatedRun } from "../simulator.ts";
import { report } from "../scoring.ts";
import { loadWasm } from "../wasm.ts";

const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  pogo: ["single", "staggered", "double"],
  drop: ["clip", "shoe"],
  shuffle: ["slide", "step"],
};
const PACED = new Set(["pogo", "run", "walk"]);

interface Options {
  readonly exercise: "pogo" | "run" | "walk" | "stand" | "drive" | "drop" | "shuffle" | "handle";
  readonly bpm?: number;
  readonly seconds: number;
  readonly seed: number;
  readonly subject?: number;
  readonly variant?: string;
  readonly odr: string;
  readonly range: string;
  readonly gyro: boolean;
  readonly chip: "lsm6dso" | "lsm6ds3trc";
  readonly rateError: number;
  readonly motor: "lra" | "erm" | "none";
  readonly fault: Fault[];
  readonly engine: EngineName;
  readonly contacts: boolean;
  readonly json: boolean;
  readonly out?: string;
  readonly truth?: string;
}

function faults(text: string, before: Fault[] | undefined): Fault[] {
  try {
    return [...(before ?? []), parseFault(text)];
  } catch (error) {
    if (error instanceof FaultError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

export function register(command: Command): void {
  command
    .description("Puts a simulated person into the shoe and runs one set on the firmware in virtual time, with exact truth beside it.")
    .addOption(
      new Option("--exercise <name>", "what the person does")
        .choices(["pogo", "run", "walk", "stand", "drive", "drop", "shuffle", "handle"])
        .default("pogo"),
    )
    .addOption(bpmOption())
    .option("--seconds <n>", "length of the set, 5 to 7200 s", number(5, 7200, "s"), 30)
    .option("--seed <n>", "seed of chance", number(0, 2 ** 53 - 1, "", true), 1)
    .option("--subject <n>", "seed of the person (default: the seed)", number(0, 2 ** 53 - 1, "", true))
    .option("--variant <name>", "pogo: single, staggered, double; drop: clip, shoe; shuffle: slide, step")
    .addOption(new Option("--odr <hz>", "sensor rate, Hz").choices(["52", "104", "208", "416", "833"]).default("416"))
    .addOption(new Option("--range <g>", "accelerometer range, ±g").choices(["8", "16"]).default("16"))
    .option("--no-gyro", "accelerometer only")
    .addOption(chipOption())
    .option("--rate-error <percent>", "error of the sensor's clock, ±10 %", number(-10, 10, "%"), 0)
    .addOption(new Option("--motor <name>", "motor that beats: linear, rotating, or none").choices(["lra", "erm", "none"]).default("lra"))
    .addOption(new Option("--fault <name[:param...]>", "put a fault into the run; may be given several times").argParser(faults).default([], "none"))
    .addOption(engineOption())
    .option("--contacts", "list every contact", false)
    .addOption(jsonOption())
    .option("--out <trace>", "write what the sensor delivered as a trace (.csv, or .csv.gz for gzip)")
    .option("--truth <file>", "write the truth as JSON; NAME.truth.json beside NAME.csv is found by hopclip score")
    .addHelpText(
      "after",
      `\nPogo is hopped at --bpm (default 150/min) with the metronome on; run and walk take --bpm as steps/min of both feet, and the\n` +
        `clip beats it too when it is given (default 165 and 110, silent). \n` +
        `The person stands still for the last 1.5 s. Times are seconds of the person's time.\n\n` +
        `Faults, with their defaults; parameters in this order or by name, e.g. drop:10:5 or drop:at_s=10:count=5:\n` +
        `${faultHelp().map((line) => `  ${line}`).join("\n")}\n\n` +
        "Example:\n  hopclip sim --exercise pogo --bpm 160 --seconds 30 --seed 7 --rate-error 3 --out hops.csv.gz --truth hops.truth.json",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  const { exercise, variant } = options;
  if (variant !== undefined && VARIANTS[exercise]?.includes(variant) !== true) {
    throw new InputError(`--variant of ${exercise} is ${VARIANTS[exercise]?.join(", ") ?? "not known: it has none"}; not "${variant}"`);
  }
  if (options.bpm !== undefined && !PACED.has(exercise)) throw new InputError(`--bpm belongs to pogo, run and walk, not to ${exercise}`);
  for (const path of [options.out, options.truth]) checkFolder(path);
  const bpm = options.bpm ?? (exercise === "pogo" ? 150 : undefined);
  const simulated = onEngine(options.engine, (engine) =>
    simulate({
      wasm: loadWasm(),
      exercise,
      ...(bpm === undefined ? {} : { bpm }),
      beat: bpm !== undefined,
      seconds: options.seconds,
      seed: options.seed,
      ...(options.subject === undefined ? {} : { subject: options.subject }),
      ...(variant === undefined ? {} : { variant }),
      chip: options.chip,
      odr_hz: Number(options.odr),
      range_g: Number(options.range),
      gyro: options.gyro,
      rate_error_ppm: options.rateError * 1e4,
      motor: options.motor,
      faults: options.fault,
      record: options.out !== undefined,
      engine,
    }),
  );
  await write(options.out, (path) => simulated.trace?.write(path));
  await write(options.truth, (path) => writeFile(path, `${JSON.stringify(simulated.truth, null, 2)}\n`));
  const result = resultOf(simulated);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const lines = [
    `${exercise}${bpm === undefined ? "" : ` at ${bpm}/min`}, ${options.seconds} s, seed ${options.seed}`,
    `sensor: ${options.chip} at ${options.odr} Hz (clock ${options.rateError >= 0 ? "+" : ""}${options.rateError} %), ±${options.range} g, ` +
      `${options.gyro ? "with gyroscope" : "accelerometer only"}, motor ${options.motor}`,
    firmwareLine(result),
    "",
    ...summaryLines(result),
    "",
    ...truthLines(simulated, result),
    ...(options.contacts ? ["", ...contactLines(result.contacts)] : []),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** How the run compares with what really happened. */
function truthLines({ truth }: SimulatedRun, result: Parameters<typeof score>[2]): string[] {
  const rule = ruleFor(truth);
  const lines = [`truth: ${counted(truth.contacts ?? 0, "contact")}, ${counted(truth.hops ?? 0, "hop")}, ${counted(truth.strides ?? 0, "stride")}`];
  if (rule === null) return lines;
  const { ic, tc, errors_ms } = report(score(truth, rule, result));
  if (ic.truth === 0) return lines;
  const event = (name: string, of: typeof ic, errors: typeof errors_ms.ic) =>
    `${name}: ${of.matched} of ${of.truth} found, ${of.found - of.matched} too many, ` +
    `off by ${fixed(errors?.median_ms, 1)} ms (median), ${fixed(errors?.p95_ms, 1)} ms (95 %), bias ${fixed(errors?.bias_ms, 1)} ms`;
  return [...lines, event("initial contacts", ic, errors_ms.ic), event("toe-offs", tc, errors_ms.tc)];
}

/** Refuses a path that cannot be a file before anything runs. */
function checkFolder(path: string | undefined): void {
  if (path === undefined) return;
  if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true) throw new InputError(`${path}: its folder does not exist`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new InputError(`${path}: is a folder`);
}

async function write(path: string | undefined, work: (path: string) => Promise<void> | undefined): Promise<void> {
  if (path === undefined) return;
  try {
    await work(path);
  } catch (error) {
    throw new Failure(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
