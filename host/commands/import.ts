// hopclip import: a recording, or a set that another ledger exported, becomes a set of the ledger.
import { readFile, stat } from "node:fs/promises";
import { Option, type Command } from "commander";
import { DRILLS, PROGRAMMES, rungOf, type Drill } from "../coach/programme.ts";
import { verdictOn } from "../coach/verdict.ts";
import { InputError } from "../failure.ts";
import { firstRunner, withLedger } from "../ledger/open.ts";
import type { Ledger, Runner } from "../ledger/ledger.ts";
import { atOption, bpmOption, dbOption, jsonOption, painOption, runnerOption, targetOption, whereOption } from "../options.ts";
import { recordOf, SIDES, type Place, type SetRecord, type Side } from "../record.ts";
import { recordFromJson } from "../report/json.ts";
import { verdictLines } from "../report/summary.ts";

/** What is said of a trace; a set that was exported says it itself. */
interface TraceOptions {
  readonly exercise?: Drill;
  readonly bpm?: number;
  readonly target?: number;
  readonly side?: Side;
  readonly rung?: string;
  readonly at?: number;
  readonly pain?: number;
  readonly where?: Place;
}

interface Options extends TraceOptions {
  readonly json: boolean;
  readonly runner?: string;
  readonly db?: string;
}

const rungNames = (exercise: Drill): string => PROGRAMMES[exercise].rungs.map(({ name }) => name).join(", ");

export function register(command: Command): void {
  command
    .description(
      "Keeps a set that happened elsewhere: a trace is played into the firmware, as hopclip replay does, and what the clip felt is kept; " +
        "a .json file that hopclip export wrote is kept as it is.",
    )
    .argument("<file>", "trace, CSV, plain or gzip: t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps]; or NAME.json of hopclip export --json")
    .addOption(new Option("--exercise <name>", "what was done; a trace needs it").choices(DRILLS))
    .addOption(new Option("--side <foot>", "foot the clip was worn on").choices(SIDES))
    .option("--rung <name>", `step of the exercise's ladder: ${DRILLS.map((drill) => `${drill}: ${rungNames(drill)}`).join("; ")}`)
    .addOption(bpmOption())
    .addOption(targetOption())
    .addOption(atOption().default(undefined, "the file's own date"))
    .addOption(painOption())
    .addOption(whereOption())
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nA set that is in the ledger already (same runner, exercise, begin and origin) is not kept twice: its number is told, and all is well.\n" +
        "An exported set is of whom it says; one whose owner this ledger does not know needs --runner, unless the ledger is empty.\n\n" +
        "Examples:\n  hopclip import hops.csv.gz --exercise pogo --side left --at 2026-07-30T18:30 --pain 1 --where knee\n" +
        "  hopclip import set-12.json --runner Anna",
    )
    .action(run);
}

async function run(path: string, options: Options): Promise<void> {
  const { record, owner, clip_key } = /\.json$/iu.test(path) ? await exported(path, options) : { record: await played(path, options), owner: null, clip_key: undefined };
  const found = await withLedger(options.db, async (ledger) => {
    const runner = await runnerFor(ledger, options.runner, owner, path);
    const { id, already } = await ledger.keepSet(runner, record, clip_key);
    return { set: id, already, runner: runner.name, judged: already ? await ledger.set(id) : record };
  });
  const { judged, ...kept } = found;
  const verdict = verdictOn(judged);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...kept, verdict })}\n`);
    return;
  }
  const first = kept.already ? `Already kept as set ${kept.set} of ${kept.runner}, and left as it is (hopclip pain SCORE --set ${kept.set} says pain of it).` : `Kept as set ${kept.set} of ${kept.runner}.`;
  process.stdout.write(`${[first, "", ...verdictLines(verdict)].join("\n")}\n`);
}

/** What only a trace is told. */
const TRACE_OPTIONS = ["exercise", "side", "rung", "bpm", "target", "at", "pain", "where"] as const;

async function exported(path: string, options: Options): Promise<{ record: SetRecord; owner: string; clip_key: string | undefined }> {
  const given = TRACE_OPTIONS.find((name) => options[name] !== undefined);
  if (given !== undefined) throw new InputError(`--${given} belongs to a trace: ${path} says itself what was done`);
  const { record, runner, clip_key } = recordFromJson(await read(path, (at) => readFile(at, "utf8")), path);
  // A day of grace: the clocks of two machines, and of two time zones set wrong.
  if (record.started_ms > Date.now() + 86_400_000) throw new InputError(`${path}: started_ms is yet to come: ${new Date(record.started_ms).toISOString()}`);
  return { record, owner: runner, clip_key };
}

async function played(path: string, options: TraceOptions): Promise<SetRecord> {
  const { exercise, side = null, rung = null, bpm, target, pain, where } = options;
  if (exercise === undefined) throw new InputError(`--exercise is needed: what was done in ${path}? ${DRILLS.join(", ")}`);
  if (rung !== null && rungOf(PROGRAMMES[exercise], rung) === null) throw new InputError(`--rung of ${exercise} is ${rungNames(exercise)}; not "${rung}"`);
  if (pain === undefined && where !== undefined) throw new InputError("--where needs --pain");
  const { play } = await import("../playing.ts"); // the simulator is nothing that an exported set needs
  const { trace, result, sensor } = await play(path, { exercise, ...(bpm === undefined ? {} : { bpm }), ...(target === undefined ? {} : { target }), engine: "v8", chip: "lsm6dso" });
  const asked = {
    started_ms: options.at ?? Math.round((await read(path, (at) => stat(at))).mtimeMs),
    exercise,
    rung,
    side,
    bpm: bpm === undefined ? null : Math.round(bpm * 10) / 10, // as the clip beats it
    target: target ?? null,
    source: "recording",
    origin: trace.name,
    sensor,
  } as const;
  return { ...recordOf(result, asked), pain: pain === undefined ? null : { score: pain, where: where ?? null } };
}

async function read<T>(path: string, how: (path: string) => Promise<T>): Promise<T> {
  try {
    return await how(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(`${path}: ${code === "ENOENT" ? "no such file" : message}`, { cause: error });
  }
}

/** Who was named; of an exported set else its owner, who may be the first in this ledger; of a trace the one in use. */
async function runnerFor(ledger: Ledger, name: string | undefined, owner: string | null, path: string): Promise<Runner> {
  if (name !== undefined || owner === null) return firstRunner(ledger, name);
  const known = (await ledger.runners()).length === 0 ? await ledger.addRunner(owner) : await ledger.knownRunner(owner);
  if (known === null) throw new InputError(`${path} is a set of ${owner}, whom this ledger does not know: --runner NAME says whose it is, hopclip runner add adds somebody`);
  return known;
}
