// hopclip demo: a simulated runner does one set of single-leg pogo hops; shown as it happens, then the verdict and the report.
import { mkdir } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { following } from "../coach/next.ts";
import { POGO_S, PROGRAMMES, beatsIn, rungOf, type Rung } from "../coach/programme.ts";
import { verdictOn } from "../coach/verdict.ts";
import { Failure } from "../failure.ts";
import { number } from "../options.ts";
import { writeWhole } from "../output.ts";
import { page } from "../report/page.ts";
import { nextLine, verdictLines } from "../report/summary.ts";
import { loadWasm, ROOT } from "../wasm.ts";
import { stoppable } from "../stop.ts";
import { perform, simulatedLink, type Workout } from "../workout.ts";

const BPM = 150;
const RUNG = "single";
/** Simulated seconds a second on a terminal: all is over within 10 s. */
const PACE = 10;

interface Options {
  readonly seed: number;
  readonly report: string;
}

export function register(command: Command): void {
  command
    .description(
      `A simulated runner does ${POGO_S} s of single-leg pogo hops at ${BPM}/min with the firmware on the foot, in virtual time. ` +
        `Shows them as the clip reports them (${PACE} times as fast as real time on a terminal, plain lines elsewhere), ` +
        "then the verdict, and writes the report with charts.",
    )
    .option("--seed <n>", "seed of the runner and of chance", number(0, 2 ** 53 - 1, "", true), 2)
    .option("--report <file>", "where the report goes", join(ROOT, "build", "report.html"))
    .addHelpText("after", "\nExample:\n  hopclip demo --seed 12 --report set.html")
    .action(run);
}

async function run(options: Options): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  loadWasm(say);
  const workout: Workout = { exercise: "pogo", rung: rungOf(PROGRAMMES.pogo, RUNG) as Rung, target: beatsIn(POGO_S, BPM), bpm: BPM, seconds: null, side: null };
  say(`Single-leg pogo hops, ${POGO_S} s at ${BPM}/min: a simulated runner (seed ${options.seed}), the real firmware, virtual time.\n`);
  const person = { seed: options.seed, variant: null, pace: process.stdout.isTTY ? PACE : Infinity };
  const { record } = await stoppable((stop) => perform(workout, simulatedLink(workout, person), process.stdout, stop));
  const verdict = verdictOn(record);
  const next = following("pogo", [record], [], record.started_ms);
  say(`\n${[...verdictLines(verdict), nextLine(next)].join("\n")}`);
  const path = resolve(options.report);
  const text = page({ record, runner: `Simulated runner, seed ${options.seed}`, verdict, next, trend: [record], pains: [], other: null });
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (error) {
    throw new Failure(`${path}: cannot be written: ${(error as Error).message}`, { cause: error });
  }
  await writeWhole(path, text);
  const near = relative(process.cwd(), path);
  say(`\nReport with charts: ${near.startsWith("..") ? path : near}`);
}
