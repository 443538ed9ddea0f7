// hopclip pain: pain by itself, or of a set after the fact.
import { Argument, Option, type Command } from "commander";
import { dateOf, dayOf } from "../coach/day.ts";
import { InputError } from "../failure.ts";
import { firstRunner, withLedger } from "../ledger/open.ts";
import { dayOption, dbOption, jsonOption, number, runnerOption, whereOption } from "../options.ts";
import { PAIN_MAX, type Pain, type Place } from "../record.ts";

interface Options {
  readonly where?: Place;
  readonly set?: number;
  readonly on?: number;
  readonly db?: string;
  readonly runner?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(`Keeps how much it hurts, from 0, none, to ${PAIN_MAX}, the worst imaginable: now, on a day, or right after a set (then it replaces what was said of that set).`)
    .addArgument(new Argument("<score>", `whole number from 0 to ${PAIN_MAX}`).argParser(number(0, PAIN_MAX, "", true)))
    .addOption(whereOption())
    .addOption(new Option("--set <n>", "the set it belongs to").argParser(number(1, Number.MAX_SAFE_INTEGER, "", true)))
    .addOption(dayOption())
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExamples:\n  hopclip pain 2 --where knee\n  hopclip pain 4 --where shin --set 12\n  hopclip pain 1 --on 2026-03-02")
    .action(run);
}

async function run(score: number, { where, set, on, db, runner: name, json }: Options): Promise<void> {
  if (set !== undefined && on !== undefined) throw new InputError("--set and --on exclude each other: a set has its day");
  const pain: Pain = { score, where: where ?? null };
  const kept = await withLedger(db, async (ledger) => {
    const of = set === undefined ? null : await ledger.set(set);
    const runner = await firstRunner(ledger, name);
    const at_ms = of === null ? (on ?? Date.now()) : of.started_ms + of.set.duration_ms;
    await ledger.addPain(runner, pain, at_ms, set);
    return { runner: runner.name, at_ms, set: set ?? null, ...pain };
  });
  const date = dateOf(dayOf(kept.at_ms));
  const what = `pain ${score}${where === undefined ? "" : ` (${where})`}`;
  const when = set === undefined ? `on ${date}` : `after set ${set} of ${date}`;
  process.stdout.write(`${json ? JSON.stringify(kept) : `Kept for ${kept.runner}: ${what} ${when}.`}\n`);
}
