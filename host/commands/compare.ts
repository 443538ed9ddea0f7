// hopclip compare: the left side's set against the right side's.
import { InvalidArgumentError, Option, type Command } from "commander";
import type { Exercise } from "../clip/event.ts";
import { PROGRAMMES, isDrill, type Drill } from "../coach/programme.ts";
import { COMPARABLE, compareSides, sameWork } from "../coach/sides.ts";
import { dateOf, dayOf } from "../coach/day.ts";
import { InputError } from "../failure.ts";
import type { KeptHead, KeptSet, Ledger, Runner } from "../ledger/ledger.ts";
import { runnerOf, withExistingLedger } from "../ledger/open.ts";
import { dbOption, jsonOption, runnerOption } from "../options.ts";
import { SIDES, type SetHead, type Side } from "../record.ts";
import { sidesLines } from "../report/advice.ts";

interface Options {
  readonly exercise?: Drill;
  readonly json: boolean;
  readonly db?: string;
  readonly runner?: string;
}

function setNumber(text: string): number {
  const id = /^\d+$/u.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new InvalidArgumentError("It is the number of a set, as hopclip history lists them.");
}

export function register(command: Command): void {
  command
    .description(
      "Compares a set of the left side with one of the right and says which differences are more than chance and measurement (95 %): contact time, " +
        "flight time and bounce height of hops, contact time of runs, height and tempo of calf raises. Only sets of the same rung and tempo are compared.",
    )
    .argument("[left]", "number of the left side's set (default: the newest with its like on the right)", setNumber)
    .argument("[right]", "number of the right side's set (default: the newest with its like on the left)", setNumber)
    .addOption(new Option("--exercise <name>", "of which exercise the newest sets are taken (default: that of the newest set with a side)").choices(COMPARABLE))
    .addOption(runnerOption())
    .addOption(dbOption())
    .addOption(jsonOption())
    .addHelpText("after", "\nExamples:\n  hopclip compare --exercise pogo\n  hopclip compare 41 42 --json")
    .action(run);
}

/** The set of that number: the runner's, of that side. */
async function named(ledger: Ledger, runner: Runner, id: number, side: Side): Promise<KeptSet> {
  const set = await ledger.set(id);
  if (set.runner !== runner.name) throw new InputError(`set ${id} is of ${set.runner}, not of ${runner.name}: --runner names whose sets are compared`);
  if (set.side !== side) throw new InputError(`set ${id} is of ${set.side === null ? "no known side" : `the ${set.side} side`}, not of the ${side}`);
  return set;
}

/** "pogo, single, 150/min" */
function workOf({ exercise, rung, bpm }: SetHead): string {
  return [exercise, rung ?? "no known rung", ...(bpm === null ? [] : [`${bpm}/min`])].join(", ");
}

/** What was named: of the same work, and of the exercise asked for. */
function check({ left, right }: Record<Side, KeptSet | null>, asked: Drill | undefined): void {
  if (left !== null && right !== null && !sameWork(left, right)) {
    throw new InputError(`set ${left.id} is ${workOf(left)}; set ${right.id} is ${workOf(right)}: only the same exercise, rung and tempo can be compared`);
  }
  const wrong = [left, right].find((set) => set !== null && asked !== undefined && set.exercise !== asked);
  if (wrong !== undefined && wrong !== null) throw new InputError(`set ${wrong.id} is ${wrong.exercise}, not ${asked as string}`);
}

/** The newest pair of sets of the same work, with the one that was named where one was. */
function newestPair(heads: readonly KeptHead[], given: KeptSet | null, runner: string, exercise: Exercise | undefined): Record<Side, number> {
  const own = heads.filter(({ side, exercise: of }) => side !== null && of === exercise);
  for (const one of given === null ? own.toReversed() : [given]) {
    const other = own.findLast((head) => head.side !== one.side && sameWork(head, one));
    if (other !== undefined) return one.side === "left" ? { left: one.id, right: other.id } : { left: other.id, right: one.id };
  }
  const of = exercise === undefined ? "" : ` of ${exercise}`;
  for (const side of SIDES) {
    if (!own.some((head) => head.side === side)) throw new InputError(`${runner} has no set of the ${side} side${of} yet: hopclip set keeps the side it was told`);
  }
  if (given !== null) throw new InputError(`set ${given.id} is ${workOf(given)}: ${runner} has no such set of the other side; only the same rung and tempo can be compared`);
  const [left, right] = SIDES.map((side) => workOf(own.findLast((head) => head.side === side) as KeptHead));
  throw new InputError(`${runner} has no set of the left and of the right side${of} with the same rung and tempo; the newest are ${left as string} and ${right as string}`);
}

/** Left and right; what was not named is the newest that goes with the other, of the exercise asked for or of the one that was named. */
async function pair(ledger: Ledger, runner: Runner, ids: Readonly<Record<Side, number | undefined>>, asked: Drill | undefined): Promise<Record<Side, KeptSet>> {
  const given = {
    left: ids.left === undefined ? null : await named(ledger, runner, ids.left, "left"),
    right: ids.right === undefined ? null : await named(ledger, runner, ids.right, "right"),
  };
  check(given, asked);
  if (given.left !== null && given.right !== null) return { left: given.left, right: given.right };
  const one = given.left ?? given.right;
  const heads = await ledger.sets(runner);
  const exercise = one?.exercise ?? asked ?? heads.findLast((head) => head.side !== null && COMPARABLE.includes(head.exercise as Drill))?.exercise;
  const found = newestPair(heads, one, runner.name, exercise);
  return { left: given.left ?? (await ledger.set(found.left)), right: given.right ?? (await ledger.set(found.right)) };
}

async function run(left: number | undefined, right: number | undefined, { exercise, json, db, runner }: Options): Promise<void> {
  const sets = await withExistingLedger(db, async (ledger) => pair(ledger, await runnerOf(ledger, runner), { left, right }, exercise));
  const sides = compareSides(sets.left, sets.right);
  if (json) {
    process.stdout.write(`${JSON.stringify({ exercise: sets.left.exercise, left: sets.left.id, right: sets.right.id, differences: sides })}\n`);
    return;
  }
  const what = isDrill(sets.left.exercise) ? PROGRAMMES[sets.left.exercise].title : sets.left.exercise;
  const dated = ({ id, started_ms }: KeptSet): string => `set ${id} of ${dateOf(dayOf(started_ms))}`;
  process.stdout.write(`${sidesLines(`${what} of ${sets.left.runner}: left, ${dated(sets.left)}, against right, ${dated(sets.right)}`, sides).join("\n")}\n`);
}
