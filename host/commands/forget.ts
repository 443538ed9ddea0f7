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
        "Asks first on a terminal. The logs fetched from a clip, in logs/SERIAL of the platform's data folder, go too, unless somebody else's " +
        "sets came from it as well: then it says where they are. Files you made with report or export are yours to delete; so is the clip's own log " +
        "(hopclip logs rm): the next hopclip logs pull would keep its sets again.",
    )
    .argument("<runner>", "whom")
    .option("--yes", "do not ask", false)
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", '\n--json: {forgotten: what was deleted, by kind, or null, logs: [folder deleted], logs_kept: [folder]}\n\nExample:\n  hopclip forget "Anna K." --yes --json')
    .action(run);
}

function list({ sets, contacts, reps, pains, runs, plans }: Belongings): string {
  const parts = `${counted(contacts, "contact")}, ${counted(reps, "repetition")}`;
  return `${counted(sets, "set")} (${parts}), ${counted(pains, "report")} of pain, ${counted(runs, "distance")} run, ${counted(plans, "plan")}`;
}

const nameOf = (serial: string): string => (serial === "-" ? "clips without a number" : `clip ${serial}`);

/** Asked on stderr: stdout is for what was done. Ctrl-C is a no. */
async function isSure(has: Belongings): Promise<boolean> {
  const { confirm } = await import("@inquirer/prompts");
  const logs = has.clips.length === 0 ? "" : `, and what was fetched of the log of ${has.clips.map(nameOf).join(" and ")}`;
  try {
    return await confirm({ message: `Delete ${has.runner} with ${list(has)}${logs}? There is no way back.`, default: false }, { output: process.stderr });
  } catch (error) {
    if ((error as Error).name === "ExitPromptError") return false;
    throw error;
  }
}

async function run(name: string, { db, json, yes }: Options): Promise<void> {
  const { archiveOf } = await import("../log/archive.ts");
  const forgotten = await withExistingLedger(db, async (ledger) => {
    if (!yes) {
      const has = await ledger.belongings(name);
      if (!process.stdin.isTTY) throw new InputError(`this deletes ${has.runner} for good: add --yes where nobody can be asked`);
      if (!(await isSure(has))) return null;
    }
    return ledger.forgetRunner(name);
  });
  const { clips = [], shared_clips = [], ...rows } = forgotten ?? {};
  const logs = (await Promise.all(clips.map(archiveOf))).flatMap((archive) => archive.remove());
  const logs_kept = (await Promise.all(shared_clips.map(archiveOf))).flatMap(({ folders }) => folders);
  if (json) {
    process.stdout.write(`${JSON.stringify({ forgotten: forgotten === null ? null : rows, logs, logs_kept })}\n`);
    return;
  }
  if (forgotten === null) {
    process.stdout.write("Nothing was deleted.\n");
    return;
  }
  const lines = [`${forgotten.runner} is forgotten: ${list(forgotten)} deleted${logs.length === 0 ? "" : `, and the fetched logs in ${logs.join(", ")}`}.`];
  if (logs_kept.length > 0) lines.push(`Others have sets in them, too: the fetched logs in ${logs_kept.join(", ")} are as they were.`);
  const own = [...clips, ...shared_clips];
  if (own.length > 0) lines.push(`The log that ${own.map(nameOf).join(" and ")} keeps is not touched: hopclip logs rm gives it up.`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
