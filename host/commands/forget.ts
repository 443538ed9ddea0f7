// hopclip forget: deletes everything of a person.
import type { Command } from "commander";
import { InputError } from "../failure.ts";
import type { Belongings } from "../ledger/ledger.ts";
import { withExistingLedger } from "../ledger/open.ts";
import { dbOption, jsonOption } from "../options.ts";
import { counted } from "../report/table.ts";

interface Options {
  readonly db?: string;
  readonly json: boolean;
  readonly yes: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Deletes a runner with all sets, contacts, repetitions, pain, distances and plans from the ledger, for good, and says what that was. " +
        "Asks first on a terminal. Files you made with report or export are yours to delete; so are the logs fetched from a clip, in " +
        "logs/SERIAL of the platform's data folder, and the clip's own: the next hopclip logs pull would keep their sets again.",
    )
    .argument("<runner>", "whom")
    .option("--yes", "do not ask", false)
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", '\nExample:\n  hopclip forget "Anna K." --yes --json')
    .action(run);
}

function list({ sets, contacts, reps, pains, runs, plans }: Belongings): string {
  const parts = `${counted(contacts, "contact")}, ${counted(reps, "repetition")}`;
  return `${counted(sets, "set")} (${parts}), ${counted(pains, "report")} of pain, ${counted(runs, "distance")} run, ${counted(plans, "plan")}`;
}

/** Asked on stderr: stdout is for what was done. Ctrl-C is a no. */
async function isSure(has: Belongings): Promise<boolean> {
  const { confirm } = await import("@inquirer/prompts");
  try {
    return await confirm({ message: `Delete ${has.runner} with ${list(has)}? There is no way back.`, default: false }, { output: process.stderr });
  } catch (error) {
    if ((error as Error).name === "ExitPromptError") return false;
    throw error;
  }
}

async function run(name: string, { db, json, yes }: Options): Promise<void> {
  const forgotten = await withExistingLedger(db, async (ledger) => {
    if (!yes) {
      const has = await ledger.belongings(name);
      if (!process.stdin.isTTY) throw new InputError(`this deletes ${has.runner} for good: add --yes where nobody can be asked`);
      if (!(await isSure(has))) return null;
    }
    return ledger.forgetRunner(name);
  });
  if (json) process.stdout.write(`${JSON.stringify({ forgotten })}\n`);
  else process.stdout.write(forgotten === null ? "Nothing was deleted.\n" : `${forgotten.runner} is forgotten: ${list(forgotten)} deleted.\n`);
}
