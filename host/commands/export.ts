// hopclip export: a set of the ledger as a file for other software.
import { InvalidArgumentError, Option, type Command } from "commander";
import { InputError } from "../failure.ts";
import { runnerOf, withExistingLedger } from "../ledger/open.ts";
import type { KeptSet, Ledger } from "../ledger/ledger.ts";
import { dbOption, runnerOption } from "../options.ts";
import { checkPlace, writeWhole } from "../output.ts";
import { csvOf, TABLES, type TableName } from "../report/csv.ts";
import { jsonOf } from "../report/json.ts";

const FORMATS = ["fit", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];

interface Options extends Partial<Record<Format, boolean>> {
  readonly table?: TableName;
  readonly out?: string;
  readonly force: boolean;
  readonly runner?: string;
  readonly db?: string;
}

/** A set's number in the ledger, or "last". */
function setNumber(text: string): number | "last" {
  if (text === "last") return text;
  if (/^[1-9]\d{0,14}$/u.test(text)) return Number(text);
  throw new InvalidArgumentError('It is the number of a set, as hopclip history lists them, or "last".');
}

export function register(command: Command): void {
  command
    .description("Writes one set of the ledger as a file for watch software, spreadsheets, or another ledger.")
    .argument("<set>", 'number of the set in the ledger, or "last" for the runner\'s newest', setNumber)
    .option("--fit", "FIT activity file, for watch software and training diaries (host/report/FIT.md says what is in it)")
    .option("--csv", "CSV, one line a contact, raise, hold or tap")
    .option("--json", "the whole set as one JSON object, which hopclip import reads back")
    .addOption(new Option("--table <name>", "which table the CSV holds (default: the one the exercise is counted by)").choices(TABLES))
    .option("--out <file>", '"-" for stdout (default: stdout; a FIT file goes to hopclip-set-N.fit in this folder)')
    .option("--force", "replace a file that is there", false)
    .addOption(runnerOption())
    .addOption(dbOption())
    .addHelpText(
      "after",
      "\nThe file is written whole or not at all, and one that is there stays unless --force is given.\n\n" +
        "Examples:\n  hopclip export last --fit\n  hopclip export 12 --csv --out hops.csv\n  hopclip export 12 --json | jq .contacts[0]",
    )
    .action(run);
}

async function run(number: number | "last", options: Options): Promise<void> {
  const [format, ...more] = FORMATS.filter((name) => options[name] === true);
  if (format === undefined || more.length > 0) throw new InputError("export takes one of --fit, --csv, --json");
  if (options.table !== undefined && format !== "csv") throw new InputError(`--table belongs to --csv, not to --${format}`);
  if (options.out === "") throw new InputError("--out is a file, or - for stdout");
  if (options.out !== undefined && options.out === (options.db ?? process.env.HOPCLIP_DB)) throw new InputError("--out is the ledger itself: name another file");
  if (options.out !== undefined && options.out !== "-") await checkPlace(options.out, options.force);
  const set = await withExistingLedger(options.db, (ledger) => find(ledger, number, options.runner));
  const bytes = await written(set, format, options.table);
  const path = options.out ?? (format === "fit" ? `hopclip-set-${set.id}.fit` : "-");
  if (path === "-") {
    if (format === "fit" && process.stdout.isTTY) throw new InputError("a FIT file is nothing for a terminal: --out FILE, or a pipe");
    process.stdout.write(bytes);
    return;
  }
  await writeWhole(path, bytes, options.force);
  process.stdout.write(`Set ${set.id} of ${set.runner}: ${path}\n`);
}

async function find(ledger: Ledger, number: number | "last", name: string | undefined): Promise<KeptSet> {
  if (number !== "last") {
    const set = await ledger.set(number);
    const owner = name === undefined ? set.runner : (await ledger.runner(name)).name;
    if (set.runner !== owner) throw new InputError(`set ${number} is of ${set.runner}, not of ${owner}`);
    return set;
  }
  const runner = await runnerOf(ledger, name);
  const [newest] = await ledger.sets(runner, { newest: 1 });
  if (newest === undefined) throw new InputError(`${runner.name} has no set yet: hopclip set, or hopclip import`);
  return ledger.set(newest.id);
}

async function written({ id, runner, clip_key, ...record }: KeptSet, format: Format, table: TableName | undefined): Promise<string | Uint8Array> {
  if (format === "fit") {
    const { fitOf } = await import("../report/fit.ts"); // the SDK's profile is large
    return fitOf(record, { id, runner });
  }
  return format === "csv" ? csvOf(record, table) : jsonOf(record, { id, runner, clip_key });
}
