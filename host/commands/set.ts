// hopclip set: one guided set on a clip, from where to wear it to what comes next.
import { mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Argument, Option, type Command } from "commander";
import { type Prescription } from "../coach/next.ts";
import { DRILLS, goalOf, PROGRAMMES, rungOf, type Drill, type Rung } from "../coach/programme.ts";
import { nextOf, taskToday } from "../coach/today.ts";
import { verdictOn } from "../coach/verdict.ts";
import { Failure, InputError } from "../failure.ts";
import { historyOf } from "../history.ts";
import type { Ledger, Runner } from "../ledger/ledger.ts";
import { firstRunner, withLedger } from "../ledger/open.ts";
import type { Link } from "../link/link.ts";
import { bpmOption, clipOption, dbOption, jsonOption, number, painOption, runnerOption, targetOf, whereOption } from "../options.ts";
import { askPain } from "../pain.ts";
import { SIDES, type Pain, type Place, type SetHead, type SetRecord, type Side } from "../record.ts";
import { jsonOf } from "../report/json.ts";
import { nextLine, verdictLines } from "../report/summary.ts";
import { BODY_VARIANTS } from "../simulator.ts";
import { stoppable } from "../stop.ts";
import { perform, simulatedLink, titleOf, type Workout } from "../workout.ts";

interface Options {
  readonly target?: number;
  readonly bpm?: number;
  readonly seconds?: number;
  readonly side?: Side;
  readonly rung?: string;
  readonly clip?: string;
  readonly sim?: number | true;
  readonly variant?: string;
  readonly fast: boolean;
  readonly pain?: number;
  readonly where?: Place;
  readonly runner?: string;
  readonly db?: string;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Guides one set: says where to wear the clip, waits until it is there and still, counts in, shows the set as it goes, says what it came to, asks for " +
        "pain, keeps it in the ledger, and says what comes next. What is not given is what the coach prescribes (see hopclip next). " +
        "On a terminal the set fills the screen; elsewhere it comes as plain lines.",
    )
    .addArgument(new Argument("<exercise>", "what is done").choices(DRILLS))
    .option("--target <n>", "contacts, clean raises or taps, s of a wall sit, % above the own cadence of a run", number(0, 60_000, ""))
    .addOption(bpmOption().default(undefined, "pogo 150; run: its own cadence and --target"))
    .option("--seconds <n>", "length of the set, 5 to 7200 s (default: pogo as many beats as contacts, run 600, else until it is done)", number(5, 7200, "s"))
    .addOption(new Option("--side <side>", "foot the clip is on").choices(SIDES))
    .option("--rung <name>", `step of the ladder; ${DRILLS.map((drill) => `${drill}: ${PROGRAMMES[drill].rungs.map(({ name }) => name).join(", ")}`).join("; ")}`)
    .addOption(clipOption())
    .option("--sim [subject]", "on a simulated person instead, a number from 0 (default: 1)", number(0, 2 ** 53 - 1, "", true))
    .option("--variant <name>", `how the simulated person does it; ${DRILLS.flatMap((drill) => (drill === "pogo" ? [] : [`${drill}: ${variantsOf(drill).join(", ")}`])).join("; ")}`)
    .option("--fast", "the simulated person's time runs as fast as the machine can", false)
    .addOption(painOption())
    .addOption(whereOption())
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nEnter or Ctrl-C ends the set; what was done by then counts and is kept. Without --pain it is asked for on a terminal, and left open elsewhere\n" +
        "(hopclip pain says it later).\n\n" +
        "A link that is cut in the set is waited for, two minutes or until the set's end: the clip counts on by itself, and what was missed is read from its\n" +
        "log. Where it does not come back the set is not lost: hopclip logs pull keeps it. Two clips are two commands side by side, each with its --clip.\n\n" +
        "Examples:\n  hopclip set pogo --clip /dev/ttyACM0\n  hopclip set run --clip left --target 7\n  hopclip set pogo --side right --sim 7\n  hopclip set calf --target 20 --sim --fast --pain 2 --where knee --json",
    )
    .action(run);
}

/** How simulated people may do an exercise; of pogo that is the ladder's step. */
function variantsOf(drill: Drill): readonly string[] {
  return drill === "run" ? ["ignoring", "following"] : (BODY_VARIANTS[drill] ?? []);
}

function check(exercise: Drill, options: Options): void {
  const { rungs } = PROGRAMMES[exercise];
  if (options.rung !== undefined && !rungs.some(({ name }) => name === options.rung)) {
    throw new InputError(`--rung of ${exercise} is ${rungs.map(({ name }) => name).join(", ")}; not "${options.rung}"`);
  }
  if (options.bpm !== undefined && exercise !== "pogo" && exercise !== "run") throw new InputError(`--bpm belongs to pogo and run, not to ${exercise}`);
  if (exercise === "run" && options.bpm !== undefined && options.target !== undefined) {
    throw new InputError("--bpm and --target of a run exclude each other: a target is taken from the runner's own cadence");
  }
  if (options.where !== undefined && options.pain === undefined) throw new InputError("--where needs --pain: how much it hurts there");
  if (options.sim === undefined) {
    if (options.fast) throw new InputError("--fast needs --sim: only simulated time can be made to run faster");
    if (options.variant !== undefined) throw new InputError("--variant needs --sim: it says how the simulated person does it");
  }
  if (options.variant !== undefined && (exercise === "pogo" || !variantsOf(exercise).includes(options.variant))) {
    throw new InputError(exercise === "pogo" ? "--variant of pogo is its --rung" : `--variant of ${exercise} is ${variantsOf(exercise).join(", ")}; not "${options.variant}"`);
  }
}

/** The last target on a rung that is not the prescribed one; its first where there was none. */
function lastOn(rung: Rung, exercise: Drill, sets: readonly SetHead[]): number {
  const last = sets.findLast((set) => set.exercise === exercise && set.rung === rung.name && set.target !== null);
  return last?.target ?? goalOf(PROGRAMMES[exercise], rung).start;
}

/** What is to be done: what was asked for, and where nothing was, what the coach prescribes. */
function workoutOf(exercise: Drill, options: Options, prescribed: Prescription, sets: readonly SetHead[]): Workout {
  const rung = rungOf(PROGRAMMES[exercise], options.rung ?? prescribed.rung) as Rung;
  const usual = rung.name === prescribed.rung ? prescribed.target : lastOn(rung, exercise, sets);
  const target = exercise === "run" && options.bpm !== undefined ? null : (options.target ?? usual);
  targetOf(exercise, target ?? undefined);
  return { exercise, rung, target, bpm: options.bpm === undefined ? prescribed.bpm : Math.round(options.bpm * 10) / 10, seconds: options.seconds ?? null, side: options.side ?? null };
}

/** Keeps a set; one that cannot be kept is written to a file that `hopclip import` reads, and the Failure says so. `clip_key`: of a real clip's. */
async function keep(ledger: Ledger, runner: Runner, record: SetRecord, clip_key: string | null): Promise<number> {
  try {
    return clip_key === null ? await ledger.addSet(runner, record) : (await ledger.keepSet(runner, record, clip_key)).id;
  } catch (error) {
    const why = error instanceof Failure ? error.message : String(error);
    const path = rescue(jsonOf(record, { id: 0, runner: runner.name, clip_key: clip_key ?? undefined }));
    throw new Failure(`${why}\nhopclip: nothing is lost: the set is in ${path}; hopclip import ${path} keeps it`, { cause: error });
  }
}

/** Writes a set where there is room for it; the last place is the terminal. */
function rescue(json: string): string {
  for (const place of [tmpdir(), process.cwd(), homedir()]) {
    try {
      const path = join(mkdtempSync(join(place, "hopclip-")), "set.json");
      writeFileSync(path, json);
      return path;
    } catch {
      // the next place
    }
  }
  process.stderr.write(json);
  return "the line above, to be put into a file set.json";
}

async function run(exercise: Drill, options: Options): Promise<void> {
  check(exercise, options);
  const out = options.json ? process.stderr : process.stdout;
  const say = (text: string): void => void out.write(`${text}\n`);
  await withLedger(options.db, async (ledger) => {
    const runner = await firstRunner(ledger, options.runner);
    const before = await historyOf(ledger, runner);
    const { task: prescribed, rest } = taskToday(exercise, before, Date.now());
    const workout = workoutOf(exercise, options, prescribed, before.sets);
    const { rung, target, bpm } = workout;
    say(`${runner.name}: ${titleOf(workout)}${target === null ? "" : `, ${target} ${prescribed.unit}`}${bpm === null ? "" : ` at ${bpm}/min`}`);
    // Rest after a workout of today is no reason not to do the other side; pain is.
    if (rest !== null && rest.until === null) say(`! ${rest.why}`);
    else if (target === prescribed.target && rung.name === prescribed.rung) for (const why of prescribed.why) say(`  ${why}`);
    say(`  ${rung.how}`);
    const person = { seed: options.sim === true ? 1 : (options.sim as number), variant: options.variant ?? null, pace: options.fast ? Infinity : 1 };
    const { id, record } = await stoppable(async (stop) => {
      const link = options.sim === undefined ? await linkTo(options, stop.signal) : simulatedLink(workout, person);
      const { record: measured, clip_key } = await perform(workout, link, out, stop);
      const done = { ...measured, pain: given(options) };
      return { id: await keep(ledger, runner, done, clip_key), record: done };
    });
    const verdict = verdictOn(record);
    say(`\n${verdictLines(verdict).join("\n")}`);
    for (const error of record.errors) say(`! ${error}`);
    const pain = record.pain ?? (await asked(options));
    if (pain !== record.pain && pain !== null) await ledger.addPain(runner, pain, Date.now(), id);
    const after = nextOf(exercise, await historyOf(ledger, runner), Date.now());
    say(`\nKept as set ${id}${pain === null ? "; pain was not said (hopclip pain)" : `, pain ${pain.score}${pain.where === null ? "" : ` (${pain.where})`}`}.`);
    say(nextLine(after));
    if (options.json) process.stdout.write(`${JSON.stringify({ id, runner: runner.name, record: { ...record, pain }, verdict, next: after })}\n`);
  });
}

/** The way to the clip: what that needs is loaded by who has one. */
async function linkTo({ clip }: Options, stop: AbortSignal): Promise<Link> {
  const reaching = await import("../link/reach.ts");
  return reaching.linkTo(clip, stop);
}

/** Pain as the command line says it. */
function given({ pain, where }: Options): Pain | null {
  return pain === undefined ? null : { score: pain, where: where ?? null };
}

/** Pain as the person at the terminal says it; null where there is none to ask. */
async function asked({ json }: Options): Promise<Pain | null> {
  return process.stdin.isTTY && process.stdout.isTTY && !json ? askPain() : null;
}
