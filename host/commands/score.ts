// hopclip score: what the clip feels in traces against the truth about them.
import { join } from "node:path";
import { Option, type Command } from "commander";
import { InputError } from "../failure.ts";
import { readTruth } from "../manifest.ts";
import { jsonOption, number } from "../options.ts";
import { fixed, percent, table } from "../report/table.ts";
import { FIGURES, SIM_FIGURES, report, scoreFile, scoreSets, shortfalls, suiteFiles, type ScoreReport, type Scored } from "../scoring.ts";
import { TIMES, countIsOff, pool } from "../simulator.ts";
import { ROOT, loadWasm } from "../wasm.ts";

interface Options {
  readonly suite?: string;
  readonly traces: string;
  readonly sets: number;
  readonly truth?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Replays traces and compares what the clip found with what is known: events one to one, nearest, within 50 ms. " +
        "Truth is read from manifest.json in the folder of a trace or from NAME.truth.json beside NAME.csv[.gz]. " +
        "Its kind decides what is judged: all events, only cut-out strides (recall alone), or a number.",
    )
    .argument("[traces...]", "traces to score")
    .addOption(new Option("--suite <name>", `all traces called NAME-… in the folder: ${Object.keys(FIGURES).join(" ")}; all: each of those; sim: seeded sets of the simulator`))
    .option("--traces <folder>", "folder of the suites", join(ROOT, "..", "shared", "traces"))
    .option("--sets <n>", "number of sets of suite sim", number(1, 10_000, "", true), 28)
    .option("--truth <file>", "truth of a single trace, as `hopclip sim --truth` writes it")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nErrors are found minus true, ms: |median| and p95 of absolute errors, IQR and bias (median) of signed ones. Recall is the share\n" +
        'of true events found, precision the share of found events that are true; "-" where the truth cannot tell.\n\n' +
        "Examples:\n  hopclip score ../shared/traces/run-a-23.csv.gz\n  hopclip score --suite walk-turn --json",
    )
    .action(run);
}

async function run(paths: readonly string[], options: Options): Promise<void> {
  if (options.suite !== undefined && paths.length > 0) throw new InputError("score takes traces or --suite, not both");
  if (options.suite === undefined && paths.length === 0) throw new InputError("score needs traces or --suite");
  if (options.truth !== undefined && paths.length !== 1) throw new InputError("--truth belongs to exactly one trace");
  const truth = options.truth === undefined ? undefined : readTruth(options.truth);
  const suites: { name: string; files: readonly string[] }[] = [];
  if (options.suite === undefined) suites.push({ name: "", files: paths });
  else if (options.suite !== "sim") for (const name of options.suite === "all" ? Object.keys(FIGURES) : [options.suite]) suites.push({ name, files: suiteFiles(options.traces, name) });
  let loaded: Uint8Array | null = null;
  const wasm = () => (loaded ??= loadWasm());
  const done: Done[] = [];
  if (options.suite === "sim") {
    const sets = Object.groupBy(scoreSets(options.sets, wasm()), ({ file }) => file.split("-", 1)[0]!);
    for (const [exercise, scored = []] of Object.entries(sets)) {
      done.push({ name: `sim ${exercise}`, scored, missed: shortfalls(SIM_FIGURES[exercise] ?? {}, scored) });
    }
  }
  for (const { name, files } of suites) {
    const scored: Scored[] = [];
    for (const file of files) scored.push(await scoreFile(file, wasm, truth));
    done.push({ name, scored, missed: shortfalls(FIGURES[name] ?? {}, scored) });
  }
  if (options.json) process.stdout.write(`${JSON.stringify(options.suite === "all" || options.suite === "sim" ? { suites: done.map(jsonOf) } : jsonOf(done[0] as Done))}\n`);
  else process.stdout.write(`${done.map(textOf).join("\n\n")}\n`);
}

interface Done {
  readonly name: string;
  readonly scored: readonly Scored[];
  readonly missed: readonly string[];
}

function jsonOf({ name, scored, missed }: Done): object {
  const all = pool(scored.map(({ score }) => score));
  return {
    suite: name === "" ? null : name,
    firmware_sha256: scored[0]?.result.firmware_sha256,
    traces: scored.map(({ file, score, result }) => ({
      file,
      rule: score.rule,
      ...report(score),
      count: score.count === null ? null : { ...score.count, error: score.count.found - score.count.truth, ok: !countIsOff(score) },
      faults: result.errors,
    })),
    total: { ...report(all), count_error_abs: all.count_errors.reduce((sum, error) => sum + Math.abs(error), 0), counts_off: all.missed },
    missed,
  };
}

const HEADER = ["<trace", "<truth", "count", "recall", "precision", "<time", "n", "|median|", "IQR", "p95", "bias"];

/** Rows of one trace or pool: one a kind of time. */
function rows(name: string, rule: string, count: string, part: ScoreReport): string[][] {
  const lines = TIMES.filter((time) => part.errors_ms[time] !== null).map((time) => {
    const errors = part.errors_ms[time];
    const event = time === "ic" || time === "tc" ? part[time] : null;
    return [
      ...(time === "ic" ? [name, rule, count] : ["", "", ""]),
      ...(event === null ? ["", ""] : [percent(event.recall), percent(event.precision)]),
      time,
      String(errors?.n ?? 0),
      ...[errors?.median_ms, errors?.iqr_ms, errors?.p95_ms, errors?.bias_ms].map((value) => fixed(value, 1)),
    ];
  });
  if (lines[0]?.[0] === name) return lines;
  return [[name, rule, count, percent(part.ic.recall), percent(part.ic.precision), "-", "", "", "", "", ""], ...lines];
}

function textOf({ name, scored, missed }: Done): string {
  const body = scored.flatMap(({ file, score }) => {
    const { count } = score;
    const shown = count === null ? "-" : `${count.found}/${count.truth}${countIsOff(score) ? " !" : ""}`;
    return rows(file.replace(/\.csv(\.gz)?$/, ""), score.rule, shown, report(score));
  });
  const all = pool(scored.map(({ score }) => score));
  const total = scored.length > 1 ? rows(`all ${scored.length}`, "", `${all.missed} off`, report(all)) : [];
  const lines = table(HEADER, [...body, ...total]);
  if (name !== "") lines.unshift(`suite ${name}`, "");
  if (missed.length > 0) lines.push("", ...missed.map((what) => `! ${what}`));
  else if (name !== "") lines.push("", "every figure asked of this suite is reached");
  return lines.join("\n");
}
