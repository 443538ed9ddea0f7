// hopclip history: a runner's sets in a table, and how the key numbers and pain went, as text.
import type { Command } from "commander";
import { Option } from "commander";
import { DRILLS, type Drill } from "../coach/programme.ts";
import type { KeptHead } from "../ledger/ledger.ts";
import { runnerOf, withExistingLedger } from "../ledger/open.ts";
import { dbOption, jsonOption, number, runnerOption } from "../options.ts";
import { chartLines, historyOf, tableLines, type Past } from "../report/history.ts";

const WEEKS = 12;
const WEEK_MS = 7 * 86_400_000;
/** Columns where the output is no terminal, and the fewest that are used of one. */
const COLUMNS = 80;

interface Options {
  readonly exercise?: Drill;
  readonly runner?: string;
  readonly db?: string;
  readonly weeks: number;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Lists a runner's sets, newest last: number, date, exercise, rung of its ladder, side, done of what was asked for, pain from 0 to 10, the " +
        "number that is followed with how far it may be off, and what was off in the set. Below, the number and the pain of each exercise over time.",
    )
    .addOption(new Option("--exercise <name>", "only this exercise (default: all)").choices(DRILLS))
    .option("--weeks <n>", "so many weeks back", number(1, 5200, "weeks", true), WEEKS)
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExample:\n  hopclip history --exercise pogo --weeks 26")
    .action(run);
}

/** What was read: null where the ledger has no runner yet. */
interface Read {
  readonly runner: string;
  readonly sets: readonly KeptHead[];
  /** Start of the last set of all, where none of `sets` is; null = there is none. */
  readonly last_ms: number | null;
}

async function read(options: Options, now_ms: number): Promise<Read | null> {
  return withExistingLedger(options.db, async (ledger) => {
    if (options.runner === undefined && (await ledger.runners()).length === 0) return null;
    const runner = await runnerOf(ledger, options.runner);
    const filter = options.exercise === undefined ? {} : { exercise: options.exercise };
    const sets = await ledger.sets(runner, { ...filter, since_ms: now_ms - options.weeks * WEEK_MS });
    const [last] = sets.length > 0 ? [] : await ledger.sets(runner, { ...filter, newest: 1 });
    return { runner: runner.name, sets, last_ms: last?.started_ms ?? null };
  });
}

async function run(options: Options): Promise<void> {
  const now_ms = Date.now();
  const found = await read(options, now_ms);
  const past: Past[] = (found?.sets ?? []).map(historyOf);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ runner: found?.runner ?? null, weeks: options.weeks, sets: past })}\n`);
    return;
  }
  process.stdout.write(`${lines(options, found, past, now_ms).join("\n")}\n`);
}

function lines(options: Options, found: Read | null, past: readonly Past[], now_ms: number): string[] {
  const example = options.exercise ?? "pogo";
  const begin = `hopclip set ${example} does the first one; hopclip set ${example} --sim with a simulated clip.`;
  if (found === null) return [`No sets yet. ${begin}`];
  const of = options.exercise === undefined ? "" : ` of ${options.exercise}`;
  if (past.length === 0 && found.last_ms === null) return [`${found.runner} has no sets${of} yet. ${begin}`];
  if (past.length === 0) {
    const weeks = Math.ceil((now_ms - (found.last_ms as number)) / WEEK_MS);
    return [`${found.runner} has no sets${of} in the last ${options.weeks} weeks; the last one was ${weeks} weeks ago: --weeks ${weeks + 1} shows it.`];
  }
  const columns = Math.max(COLUMNS, process.stdout.columns ?? COLUMNS);
  const names = [...new Set(past.map(({ exercise }) => exercise))];
  return [`${found.runner}, the last ${options.weeks} weeks`, "", ...tableLines(past, columns), ...names.flatMap((name) => chartLines(past.filter(({ exercise }) => exercise === name)))];
}
