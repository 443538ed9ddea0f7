// hopclip next: what to do today, and why.
import { Option, type Command } from "commander";
import { nextLines } from "../report/advice.ts";
import { today } from "../coach/today.ts";
import { DRILLS, type Drill } from "../coach/programme.ts";
import { historyOf } from "../history.ts";
import { runnerToBe, withExistingLedger } from "../ledger/open.ts";
import { dbOption, jsonOption, runnerOption } from "../options.ts";

interface Options {
  readonly exercise?: Drill;
  readonly json: boolean;
  readonly db?: string;
  readonly runner?: string;
}

export function register(command: Command): void {
  command
    .description(
      "Says what to do today and why: which exercises are due and with which target, which rest and until when, and what is left to run this week. " +
        "It follows from the sets in the ledger, the pain that was told, and what was laid down with hopclip plan.",
    )
    .addOption(new Option("--exercise <name>", "only this one").choices(DRILLS))
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExamples:\n  hopclip next\n  hopclip next --exercise pogo --json")
    .action(run);
}

async function run({ exercise, json, db, runner }: Options): Promise<void> {
  const now_ms = Date.now();
  const found = await withExistingLedger(db, async (ledger) => {
    const who = await runnerToBe(ledger, runner);
    return { runner: who.name, ...today(await historyOf(ledger, who), now_ms, exercise === undefined ? DRILLS : [exercise]) };
  });
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : `${nextLines(found.runner, found).join("\n")}\n`);
}
