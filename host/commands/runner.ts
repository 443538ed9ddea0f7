// hopclip runner: who is in the ledger, and about whom the commands are.
import type { Command } from "commander";
import { dateOf, dayOf } from "../coach/day.ts";
import { withExistingLedger, withLedger } from "../ledger/open.ts";
import { dbOption, jsonOption } from "../options.ts";
import { table } from "../report/table.ts";

interface Options {
  readonly db?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .helpCommand(false)
    .description("Adds a runner to the ledger, lists those there are, or chooses the one that this user's commands on this machine are about.")
    .addHelpText("after", '\nA single runner need not be chosen.\n\nExamples:\n  hopclip runner add "Anna K."\n  hopclip runner list --json\n  hopclip runner use "anna k."');
  const sub = (usage: string, summary: string) => command.command(usage).description(summary).addOption(dbOption()).addOption(jsonOption());
  sub("add <name>", "adds a runner: up to 64 characters, each name once, whatever its case").action(add);
  sub("list", "lists the runners, in the order they were added").action(list);
  sub("use <name>", "makes the commands be about a runner").action(use);
}

function print(json: boolean, object: object, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(object) : text}\n`);
}

async function add(name: string, { db, json }: Options): Promise<void> {
  const [runner, current] = await withLedger(db, async (ledger) => [await ledger.addRunner(name), await ledger.currentRunner()] as const);
  const how = current?.id === runner.id ? "" : ` Commands are about ${current?.name ?? "nobody yet"}: hopclip runner use ${JSON.stringify(runner.name)} changes that.`;
  print(json, runner, `${runner.name} is added.${how}`);
}

async function list({ db, json }: Options): Promise<void> {
  const [runners, current] = await withExistingLedger(db, async (ledger) => [await ledger.runners(), await ledger.currentRunner()] as const);
  const marked = runners.map((runner) => ({ ...runner, current: runner.id === current?.id }));
  const rows = marked.map(({ name, added_ms, current: is }) => [name, dateOf(dayOf(added_ms)), is ? "yes" : ""]);
  print(json, { runners: marked }, runners.length === 0 ? "no runner yet: hopclip runner add NAME" : table(["<name", "<added", "<in use"], rows).join("\n"));
}

async function use(name: string, { db, json }: Options): Promise<void> {
  const runner = await withExistingLedger(db, (ledger) => ledger.useRunner(name));
  print(json, runner, `Commands are about ${runner.name} now.`);
}
