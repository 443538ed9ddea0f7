// hopclip plan: the coming week; and what is laid down for it, miles or the target of an exercise.
import { Argument, Option, type Command } from "commander";
import { dateOf, dayNamed, dayOf } from "../coach/day.ts";
import { DELOAD, RAMP, UNITS, mileage, mondayOf, rampLine, type Mileage, type Ramp, type Unit } from "../coach/mileage.ts";
import { taskOf } from "../coach/next.ts";
import { ADVICE, DRILLS, PROGRAMMES, rungOf, type Drill } from "../coach/programme.ts";
import { comingWeek, mileageOf, nextOf, today } from "../coach/today.ts";
import { InputError } from "../failure.ts";
import { historyOf } from "../history.ts";
import { firstRunner, runnerToBe, withExistingLedger, withLedger } from "../ledger/open.ts";
import { bpmOption, dbOption, jsonOption, number, runnerOption, targetOf, targetOption } from "../options.ts";
import { weekLines } from "../report/advice.ts";

interface Options {
  readonly json: boolean;
  readonly db?: string;
  readonly runner?: string;
}
interface MileageOptions extends Options, Ramp {
  readonly save: boolean;
  readonly from?: string;
  readonly unit: Unit;
}
interface LayOptions extends Options {
  readonly rung?: string;
  readonly target?: number;
  readonly bpm?: number;
}

/** Longest ramp: two years. */
const WEEKS_MAX = 104;
const DISTANCE_MAX = 500;

function common(command: Command): Command {
  return command.addOption(runnerOption()).addOption(dbOption()).addOption(jsonOption());
}

export function register(command: Command): void {
  common(command)
    .description("Shows the coming seven days: which exercises on which day and with which target, and how far to run.")
    .enablePositionalOptions()
    .addHelpText("after", "\nhopclip plan COMMAND --help says more about mileage and lay.\n\nExample:\n  hopclip plan --runner Ada")
    .action(week);
  common(command.command("mileage"))
    .summary("weekly mileage in blocks, each block's first week a deload")
    .description(
      "Prints the weeks of a ramp: each week of a block has a step more, each block begins with a deload one step above the one before. " +
        "With --save it is laid down for the runner; a week with pain above 3 of 10 is then done again.",
    )
    .option("--start <distance>", "distance of the first week", number(0.1, DISTANCE_MAX, ""), RAMP.start)
    .option("--step <distance>", "more from week to week, and from block to block", number(0, DISTANCE_MAX, ""), RAMP.step)
    .option("--weeks <n>", "length of the ramp, weeks", number(1, WEEKS_MAX, "weeks", true), RAMP.weeks)
    .option("--deload <n>", `weeks from one deload to the next: ${DELOAD.min} to ${DELOAD.max}`, number(1, WEEKS_MAX, "weeks", true), RAMP.deload)
    .addOption(new Option("--unit <name>", "unit of the distances").choices(UNITS).default("km"))
    .option("--from <date>", "a day of the first week, 2026-01-05 (default: today); weeks begin on Monday")
    .option("--save", "lay it down for the runner", false)
    .addHelpText("after", `\nExample:\n  hopclip plan mileage --start 10 --step 2 --weeks 12 --deload 4 --save --unit mi\n\n${ADVICE.join("\n")}`)
    .action(layMiles);
  common(command.command("lay"))
    .summary("lays down rung and target of an exercise")
    .description("Lays down what a physiotherapist wants instead of what the programme would: it stands until a set was done with it, and the programme goes on from there. Pain comes first, and no workout has more than the programme's largest step above the one before.")
    .addArgument(new Argument("<exercise>", "which one").choices(DRILLS))
    .option("--rung <name>", DRILLS.map((exercise) => `${exercise}: ${PROGRAMMES[exercise].rungs.map(({ name }) => name).join(", ")}`).join("; "))
    .addOption(targetOption())
    .addOption(bpmOption())
    .addHelpText("after", "\nExample:\n  hopclip plan lay pogo --rung single --target 50")
    .action(lay);
}

/** Options of a subcommand, with those said before its name: `plan --runner Ada lay pogo`. */
function optionsOf<T extends Options>(own: T, command: Command): T {
  const above = command.parent?.opts<Options>();
  return { ...above, ...own, json: own.json || above?.json === true };
}

async function week({ json, db, runner }: Options): Promise<void> {
  const now_ms = Date.now();
  const found = await withExistingLedger(db, async (ledger) => {
    const who = await runnerToBe(ledger, runner);
    const history = await historyOf(ledger, who);
    return { runner: who.name, days: comingWeek(history, now_ms), miles: today(history, now_ms).miles };
  });
  process.stdout.write(json ? `${JSON.stringify(found)}\n` : `${weekLines(found.runner, found.days, found.miles).join("\n")}\n`);
}

async function layMiles(own: MileageOptions, command: Command): Promise<void> {
  const options = optionsOf(own, command);
  const { start, step, weeks, deload, unit, save, json, db, runner } = options;
  const day = options.from === undefined ? dayOf(Date.now()) : dayNamed(options.from);
  if (day === null) throw new InputError(`--from is a day such as 2026-01-05, not "${options.from}"`);
  if (deload < DELOAD.min || deload > DELOAD.max) throw new InputError(`--deload: a deload every ${DELOAD.min} to ${DELOAD.max} weeks is the rule, not every ${deload}`);
  const plan: Mileage = { start, step, weeks, deload, unit, from: mondayOf(day) };
  const saved = save
    ? await withLedger(db, async (ledger) => {
        const who = await firstRunner(ledger, runner);
        const before = mileageOf(await ledger.plans(who));
        if (before !== null && before.unit !== unit && (await ledger.runs(who)).length > 0) {
          throw new InputError(`the distances of ${who.name} are kept in ${before.unit}: --unit ${before.unit}`);
        }
        await ledger.addPlan(who, "mileage", plan, Date.now());
        return who.name;
      })
    : null;
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...plan, blocks: mileage(plan), runner: saved })}\n`);
    return;
  }
  const said = saved === null ? [] : [`Laid down for ${saved}, in ${unit}: week 1 begins on ${dateOf(dayNamed(plan.from) as number)}.`, "", ...ADVICE];
  process.stdout.write(`${[rampLine(plan), ...said].join("\n")}\n`);
}

async function lay(exercise: Drill, own: LayOptions, command: Command): Promise<void> {
  const { rung, target, bpm, json, db, runner } = optionsOf(own, command);
  if (rung === undefined && target === undefined) throw new InputError("lay down a --rung, a --target or both");
  const programme = PROGRAMMES[exercise];
  if (rung !== undefined && rungOf(programme, rung) === null) throw new InputError(`--rung of ${exercise} is ${programme.rungs.map(({ name }) => name).join(", ")}, not "${rung}"`);
  if (bpm !== undefined && programme.bpm === null) throw new InputError(`--bpm belongs to pogo, not to ${exercise}`);
  targetOf(exercise, target);
  const plan = { exercise, ...(rung === undefined ? {} : { rung }), ...(target === undefined ? {} : { target }), ...(bpm === undefined ? {} : { bpm }) };
  const now_ms = Date.now();
  const found = await withLedger(db, async (ledger) => {
    const who = await firstRunner(ledger, runner);
    await ledger.addPlan(who, exercise, plan, now_ms);
    return { runner: who.name, next: nextOf(exercise, await historyOf(ledger, who), now_ms) };
  });
  if (json) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  process.stdout.write(`${[`Laid down for ${found.runner}. ${taskOf(found.next)}.`, ...found.next.why.map((why) => `  ${why}`), "", ...ADVICE].join("\n")}\n`);
}
