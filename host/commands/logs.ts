// hopclip logs: what is in a clip's log, fetched, made into sets of the ledger, and given up.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { archiveOf, type Archive } from "../log/archive.ts";
import { giveUp } from "../clip/command.ts";
import { clipKey } from "../clip/key.ts";
import { Logbook, parseLog, setsOf, type LogFile, type LogRecord } from "../clip/logbook.ts";
import { Failure, InputError } from "../failure.ts";
import type { Ledger, Runner } from "../ledger/ledger.ts";
import { firstRunner, withLedger } from "../ledger/open.ts";
import { recordFrom, type Teller } from "../log/logged.ts";
import { clipOption, dbOption, jsonOption, runnerOption } from "../options.ts";
import { writeWhole } from "../output.ts";
import { progress, sized } from "../progress.ts";
import { pull, recordsIn, wholeIn } from "../log/pull.ts";
import { nameOf, numberOf, withClip, type Reached } from "../link/reach.ts";
import { sensorOf } from "../record.ts";
import { clock, longDate } from "../report/date.ts";
import { counted, table } from "../report/table.ts";

interface Options {
  readonly clip?: string;
  readonly out?: string;
  readonly force: boolean;
  readonly runner?: string;
  readonly db?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .helpCommand(false)
    .description(
      "The clip writes every contact, repetition and set to a log of its own, whether somebody listens or not. These commands show what is in it, fetch it and " +
        "make its sets into sets of the ledger, and give up what has been fetched.",
    )
    .addHelpText(
      "after",
      "\nWhat was fetched is kept below the platform's data folder, in logs/SERIAL, a file each as it was on the clip. A pull that is cut or stopped by Ctrl-C\n" +
        "loses one file of 4 kB at most; the next one goes on there. A set is kept once, however often it is pulled, and not again where hopclip set has\n" +
        "kept it already. Sets are dated by the time of day that hopclip tells the clip whenever they meet; where the clip had started anew since, the set\n" +
        "says so. What the log does not hold: the step of the ladder (but of pogo and run), pain, and of a run when its cues came and went.\n\n" +
        "--json: of ls {clip, folder, files: [{number, bytes, fetched_bytes}]}; of pull {clip, runner, folder, fetched, fetched_bytes, given_up, damaged, aside,\n" +
        "sets: [{id, exercise, started_ms, already, errors}], known}; of rm {clip, given_up: [number, ...]}. clip is its serial number, null where it has none.\n\n" +
        "Examples:\n  hopclip logs ls --clip /dev/ttyACM0\n  hopclip logs pull --clip left --runner Anna\n  hopclip logs pull --out logs/ --json\n  hopclip logs rm --clip 42",
    );
  const sub = (usage: string, summary: string) => command.command(usage).description(summary).addOption(clipOption()).addOption(jsonOption());
  sub("ls", "lists the files of the clip's log: bytes, and what has been fetched already").action(list);
  sub("pull", "fetches what is new in the clip's log, and keeps its sets")
    .option("--out <dir>", "also write every record as a line of JSON, a file each, into this folder")
    .addOption(runnerOption())
    .addOption(dbOption())
    .action(fetch);
  sub("rm", "gives up the files of the clip's log that have been fetched whole: all but the one being written")
    .option("--force", "also files that have not been fetched", false)
    .action(remove);
}

/** Bytes of a file that have been fetched. */
function own_bytes({ number, bytes }: LogFile, archive: Archive): number {
  return Math.min(bytes, archive.bytes(number).length);
}

/** What a command prints: one object, or words. */
function print({ json }: Options, object: object, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(object)}\n` : `${lines.join("\n")}\n`);
}

async function list(options: Options): Promise<void> {
  await withClip(options.clip, async ({ client, hello }, stop) => {
    client.stop = stop.signal;
    const archive = await archiveOf(hello.serial);
    const files = (await new Logbook(client.smp).files()).map((file) => ({ ...file, fetched_bytes: own_bytes(file, archive) }));
    const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const left = all - files.reduce((sum, file) => sum + file.fetched_bytes, 0);
    const sum = `${counted(files.length, "file")}, ${sized(all)}; ${left === 0 ? "all fetched" : `${sized(left)} to fetch: hopclip logs pull`}`;
    const rows = files.map((file) => [file.number, file.bytes, file.fetched_bytes].map(String));
    print(options, { clip: numberOf(hello), folder: archive.folder, files }, [...table(["file", "bytes", "fetched"], rows), "", sum]);
  });
}

/** A set of the log that the ledger has now. */
interface KeptSet {
  readonly id: number;
  readonly exercise: string;
  readonly started_ms: number;
  readonly already: boolean;
  readonly errors: readonly string[];
}

/** Keeps the sets of the archive that the ledger does not have; those it has got now. */
async function keep(archive: Archive, serial: string, ledger: Ledger, runner: Runner, teller: Teller, stop: AbortSignal): Promise<{ kept: KeptSet[]; known: number }> {
  const keys = await ledger.clipKeys(serial);
  const kept: KeptSet[] = [];
  let known = 0;
  for (const set of setsOf(() => recordsIn(archive))) {
    if (stop.aborted) break; // the rest is there for the next time
    const key = clipKey(serial, set.plan.set, set.start_us);
    if (keys.has(key)) {
      known += 1;
      continue;
    }
    const record = recordFrom(set, teller);
    if (record === null) continue;
    const { id, already } = await ledger.keepSet(runner, record, key);
    kept.push({ id, already, exercise: record.exercise, started_ms: record.started_ms, errors: record.errors });
  }
  return { kept, known };
}

async function write(folder: string, archive: Archive): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputError(`--out ${folder}: no folder can be made there: ${(error as Error).message}`, { cause: error });
  }
  const line = (record: LogRecord): string => `${JSON.stringify(record)}\n`;
  for (const number of archive.numbers) await writeWhole(join(folder, `${String(number).padStart(10, "0")}.jsonl`), parseLog(archive.bytes(number)).records.map(line).join(""));
}

async function tellerOf({ client, hello }: Reached): Promise<Teller> {
  const { link } = client;
  const firmware_sha256 = await client.smp.running();
  return { origin: hello.serial === "-" ? link.name : hello.serial, sensor: sensorOf(hello), version: hello.version, firmware_sha256, now_ms: Date.now() };
}

async function fetch(options: Options): Promise<void> {
  await withClip(options.clip, async (reached, stop) => {
    const { client, hello } = reached;
    client.stop = stop.signal;
    const archive = await archiveOf(hello.serial);
    const teller = await tellerOf(reached);
    const name = nameOf(hello, client.link);
    let end = (): void => {};
    const pulled = await pull(new Logbook(client.smp), archive, (total_bytes) => {
      const bar = progress(`log of ${name}`, total_bytes, { quiet: options.json });
      ({ end } = bar);
      return (have_bytes) => bar.to(have_bytes);
    }).finally(() => end());
    if (options.out !== undefined) await write(options.out, archive);
    const { runner, kept, known } = await withLedger(options.db, async (ledger) => {
      const whose = await firstRunner(ledger, options.runner);
      return { runner: whose.name, ...(await keep(archive, hello.serial, ledger, whose, teller, stop.signal)) };
    });
    const fresh = kept.filter(({ already }) => !already);
    const { fetched, fetched_bytes, given_up, damaged, aside } = pulled;
    print(options, { clip: numberOf(hello), runner, folder: archive.folder, fetched, fetched_bytes, given_up, damaged, aside, sets: fresh, known: known + kept.length - fresh.length }, [
      `${name}: ${counted(fetched, "file")} fetched, ${sized(fetched_bytes)}`,
      ...(given_up === 0 ? [] : [`! ${counted(given_up, "record")} had been given up before they were fetched: the log was full; pull more often`]),
      ...(damaged === 0 ? [] : [`! ${counted(damaged, "place")} in it cannot be read: a loss of power, or worn flash`]),
      ...(aside === null ? [] : [`! the clip's log has begun anew; what had been fetched of the old one is in ${aside}`]),
      ...fresh.map(({ id, exercise, started_ms, errors }) => `Kept as set ${id} of ${runner}: ${exercise}, ${longDate(started_ms)} ${clock(started_ms)}${errors.map((error) => `\n  ! ${error}`).join("")}`),
      fresh.length === 0 ? "No new sets." : `${counted(fresh.length, "new set")}.`,
    ]);
  });
}

async function remove(options: Options): Promise<void> {
  await withClip(options.clip, async ({ client, hello }, stop) => {
    client.stop = stop.signal;
    const archive = await archiveOf(hello.serial);
    const logbook = new Logbook(client.smp);
    const files = await logbook.files();
    const old = files.slice(0, -1);
    const gone = options.force ? old : await wholeIn(archive, logbook, files);
    if (gone.length === 0 && old.length > 0) throw new Failure(`file ${old[0]!.number} has not been fetched as it is: hopclip logs pull fetches it; --force gives it up as it is`);
    const last = gone.at(-1);
    if (last !== undefined) await client.command(giveUp(last.number));
    const kept = gone.length < old.length ? ` ${counted(old.length - gone.length, "file")} stay, which have not been fetched.` : "";
    print(options, { clip: numberOf(hello), given_up: gone.map(({ number }) => number) }, [`${counted(gone.length, "file")} given up, ${sized(gone.reduce((sum, { bytes }) => sum + bytes, 0))}.${kept}`]);
  });
}
