// hopclip report: a page on a set for the runner and the physiotherapist, as HTML, PDF or PNG.
import { resolve } from "node:path";
import type { Command } from "commander";
import { print } from "../browser.ts";
import { isDrill } from "../coach/programme.ts";
import { dayOf, startOf_ms } from "../coach/day.ts";
import { sameWork } from "../coach/sides.ts";
import { nextOf } from "../coach/today.ts";
import { verdictOn } from "../coach/verdict.ts";
import { InputError } from "../failure.ts";
import { historyOf } from "../history.ts";
import type { KeptSet, Ledger } from "../ledger/ledger.ts";
import { runnerOf, withExistingLedger } from "../ledger/open.ts";
import { dbOption, number, runnerOption } from "../options.ts";
import { checkPlace, writeWhole } from "../output.ts";
import { page, type PageInput } from "../report/page.ts";

/** How far back the page's charts look. */
const WEEKS = 12;
const WEEK_MS = 7 * 86_400_000;

interface Options {
  readonly last?: true;
  readonly html?: string;
  readonly pdf?: string;
  readonly png?: string;
  readonly runner?: string;
  readonly db?: string;
  readonly force?: true;
}

export function register(command: Command): void {
  command
    .description(
      "Writes one page on a set for the runner and the physiotherapist: the verdict and its numbers, charts of every hop, raise, hold, tap or stride, " +
        `how it went over ${WEEKS} weeks, left against right, pain beside load. The page needs nothing else, asks nobody for anything, and prints on A4.`,
    )
    .argument("[set]", "number of the set, see hopclip history (default: the runner's last)", number(1, 2 ** 53 - 1, "", true))
    .option("--last", "the runner's last set")
    .option("--html <file>", "write HTML (default, where no file is named: hopclip-set-N.html in this folder)")
    .option("--pdf <file>", "write PDF, A4; needs a Chromium, Chrome or Edge on this machine, or in $HOPCLIP_BROWSER")
    .option("--png <file>", "write a picture of the whole page; needs one too")
    .option("--force", "replace files that are there already")
    .addOption(runnerOption())
    .addOption(dbOption())
    .addHelpText("after", "\nExamples:\n  hopclip report\n  hopclip report 12 --pdf ann.pdf --png ann.png")
    .action(run);
}

async function run(id: number | undefined, options: Options): Promise<void> {
  if (id !== undefined && options.last === true) throw new InputError("a set's number and --last exclude each other");
  const input = await withExistingLedger(options.db, (ledger) => gather(ledger, id, options.runner));
  const { html, pdf, png } = options;
  const files = {
    html: html ?? (pdf === undefined && png === undefined ? `hopclip-set-${input.record.id}.html` : undefined),
    pdf,
    png,
  };
  const paths = Object.values(files).filter((path) => path !== undefined);
  if (new Set(paths.map((path) => resolve(path))).size < paths.length) throw new InputError("--html, --pdf and --png need a file each");
  const replace = options.force === true;
  for (const path of paths) await checkPlace(path, replace);
  const text = page(input);
  const prints = pdf === undefined && png === undefined ? null : await print(text, { pdf: pdf !== undefined, png: png !== undefined });
  const bytes = { html: text, pdf: prints?.pdf, png: prints?.png };
  for (const kind of ["html", "pdf", "png"] as const) {
    const [path, content] = [files[kind], bytes[kind]];
    if (path === undefined || content === undefined || content === null) continue;
    await writeWhole(path, content, replace);
    process.stdout.write(`Report on set ${input.record.id}: ${path}\n`);
  }
}

/** The set that is meant. */
async function setOf(ledger: Ledger, id: number | undefined, name: string | undefined): Promise<KeptSet> {
  if (id === undefined) {
    const runner = await runnerOf(ledger, name);
    const [last] = await ledger.sets(runner, { newest: 1 });
    if (last === undefined) throw new InputError(`${runner.name} has no set yet: hopclip set pogo --sim does a simulated one`);
    return ledger.set(last.id);
  }
  const set = await ledger.set(id);
  if (name !== undefined && (await ledger.runner(name)).name !== set.runner) throw new InputError(`set ${id} is ${set.runner}'s`);
  return set;
}

/** What the page of a set shows: what the ledger knew by the end of its day. */
async function gather(ledger: Ledger, id: number | undefined, name: string | undefined): Promise<PageInput & { readonly record: KeptSet }> {
  const record = await setOf(ledger, id, name);
  const { exercise, started_ms, side } = record;
  if (!isDrill(exercise)) throw new InputError(`set ${record.id} is one of "${exercise}", which is none of the programme's exercises and has no report`);
  const runner = await ledger.runner(record.runner);
  const until_ms = startOf_ms(dayOf(started_ms) + 1);
  const since_ms = started_ms - WEEKS * WEEK_MS;
  const known = await historyOf(ledger, runner);
  const history = {
    sets: known.sets.filter((set) => set.started_ms < until_ms),
    pains: known.pains.filter(({ at_ms }) => at_ms < until_ms),
    runs: known.runs.filter(({ at_ms }) => at_ms < until_ms),
    plans: known.plans.filter(({ made_ms }) => made_ms < until_ms),
  };
  const pains = (await ledger.pains(runner, since_ms)).filter(({ at_ms }) => at_ms < until_ms);
  const trend = history.sets.filter((set) => set.exercise === exercise && set.started_ms >= since_ms);
  const other = side === null ? undefined : trend.findLast((set) => set.side !== null && set.side !== side && sameWork(set, record));
  return {
    record,
    runner: runner.name,
    verdict: verdictOn(record),
    next: nextOf(exercise, history, Math.min(until_ms - 1, Date.now())),
    trend,
    pains,
    other: other === undefined ? null : await ledger.set(other.id),
  };
}
