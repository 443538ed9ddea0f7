// hopclip demo: a simulated runner does one set of single-leg pogo hops; shown as it happens, then the verdict and the report.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { pogoVerdict } from "../coach/verdict.ts";
import { parseFrame } from "../clip/line.ts";
import { readEvent, type ClipEvent } from "../clip/event.ts";
import { Failure } from "../failure.ts";
import { number } from "../options.ts";
import { page } from "../report/page.ts";
import { verdictLines } from "../report/summary.ts";
import { resultOf } from "../result.ts";
import { simulate } from "../simulator.ts";
import { show } from "../show.ts";
import { ROOT, loadWasm } from "../wasm.ts";

const BPM = 150;
const SECONDS = 30;
const ODR_HZ = 416;
const RANGE_G = 16;

interface Options {
  readonly seed: number;
  readonly report: string;
}

export function register(command: Command): void {
  command
    .description(
      `A simulated runner does ${SECONDS} s of single-leg pogo hops at ${BPM}/min with the firmware on the foot, in virtual time. ` +
        "Shows beats and contacts as the clip reports them (about ten times as fast as real time on a terminal, plain lines elsewhere), " +
        "then the verdict, and writes the report with charts.",
    )
    .option("--seed <n>", "seed of the runner and of chance", number(0, 2 ** 53 - 1, "", true), 2)
    .option("--report <file>", "where the report goes", join(ROOT, "build", "report.html"))
    .addHelpText("after", "\nExample:\n  hopclip demo --seed 12 --report set.html")
    .action(run);
}

async function run(options: Options): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const wasm = loadWasm(say);
  const simulated = simulate({
    wasm,
    exercise: "pogo",
    variant: "single",
    bpm: BPM,
    beat: true,
    seconds: SECONDS,
    through: true,
    seed: options.seed,
    chip: "lsm6dso",
    odr_hz: ODR_HZ,
    range_g: RANGE_G,
    gyro: true,
    rate_error_ppm: 13_000,
    motor: "lra",
    faults: [],
  });
  const events = simulated.lines.flatMap(({ text }): ClipEvent[] => {
    const frame = parseFrame(text);
    return typeof frame === "string" ? [] : [readEvent(frame)];
  });
  say(`Single-leg pogo hops, ${SECONDS} s at ${BPM}/min: a simulated runner (seed ${options.seed}), the real firmware, virtual time.\n`);
  await show(events, SECONDS, process.stdout);
  const result = resultOf(simulated);
  const { set } = result;
  if (set === null) throw new Failure(`the set gave no summary: ${result.errors.join("; ")}`);
  const verdict = pogoVerdict({ contacts: result.contacts, bpm: BPM, duration_s: set.duration_ms / 1000, missed_beats: set.missed_beats });
  say(`\n${verdictLines(verdict).join("\n")}`);
  const path = resolve(options.report);
  const text = page({
    title: "Single-leg pogo hops",
    runner: `Simulated runner, seed ${options.seed}`,
    bpm: BPM,
    duration_s: set.duration_ms / 1000,
    start_s: simulated.start_s,
    landings: result.contacts.filter(({ kind }) => kind === "hop"),
    verdict,
    sensor: `Simulated LSM6DSO at ${ODR_HZ} Hz, ±${RANGE_G} g, clock 1.3 % fast`,
    firmware_sha256: result.firmware_sha256,
    errors: result.errors,
  });
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  } catch (error) {
    throw new Failure(`${path}: cannot be written: ${(error as Error).message}`, { cause: error });
  }
  const near = relative(process.cwd(), path);
  say(`\nReport with charts: ${near.startsWith("..") ? path : near}`);
}
