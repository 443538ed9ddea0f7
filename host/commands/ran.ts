// hopclip ran: distance run on a day, for the mileage plan.
import { Argument, type Command } from "commander";
import { dateOf, dayOf, startOf_ms, weekOfDay } from "../coach/day.ts";
import type { Mileage } from "../coach/mileage.ts";
import { firstRunner, withLedger } from "../ledger/open.ts";
import { dayOption, dbOption, jsonOption, number, runnerOption } from "../options.ts";

/** Longest distance of a day, in whatever unit. */
const DISTANCE_MAX = 500;

interface Options {
  readonly on?: number;
  readonly db?: string;
  readonly runner?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description("Keeps how far was run, in the unit of the mileage plan: miles or kilometres, but always the same. Several runs of a day add up.")
    .addArgument(new Argument("<distance>", "how far, in the plan's unit").argParser(number(0.01, DISTANCE_MAX, "")))
    .addOption(dayOption())
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExamples:\n  hopclip ran 3.5\n  hopclip ran 5 --on 2026-03-02")
    .action(run);
}

async function run(distance: number, { on, db, runner: name, json }: Options): Promise<void> {
  const at_ms = on ?? Date.now();
  const day = dayOf(at_ms);
  const monday = 7 * weekOfDay(day);
  const kept = await withLedger(db, async (ledger) => {
    const runner = await firstRunner(ledger, name);
    await ledger.addRun(runner, distance, at_ms);
    const runs = (await ledger.runs(runner, startOf_ms(monday))).filter((each) => each.at_ms < startOf_ms(monday + 7));
    const plan = (await ledger.plans(runner)).find(({ kind }) => kind === "mileage")?.plan as Mileage | undefined;
    return { runner: runner.name, at_ms, distance, unit: plan?.unit ?? null, week: Number(runs.reduce((sum, each) => sum + each.distance, 0).toFixed(2)) };
  });
  const unit = kept.unit === null ? "" : ` ${kept.unit}`;
  process.stdout.write(`${json ? JSON.stringify(kept) : `Kept for ${kept.runner}: ${distance}${unit} run on ${dateOf(day)}, ${kept.week} in that week.`}\n`);
}
