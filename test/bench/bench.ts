// npm run bench: accuracy on simulated sets and recordings, size, cost and speed, each with its target. Writes build/bench.json and
// build/bench.md. With --gate a missed target is exit code 1. With --suite, one of
// DRILLS, the beginning of some, or "cues", only these run and are printed: what an exercise is tuned with.
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { FIGURES, suiteFiles, type Scored } from "../../host/scoring.ts";
import { bound, clip } from "../rules/clip.ts";
import { tests, type Tested } from "./claims.ts";
import { cost, speed } from "./cost.ts";
import { runAll } from "./crew.ts";
import { SECONDS, type Reaction } from "./cues.ts";
import { DRILLS, drills, SETS, type Drill } from "./drills.ts";
import { claimTargets, costTargets, cueLines, cueTargets, exerciseTargets, lines, shortest, type Claimed, type Costs, type Cued, type Drilled } from "./figures.ts";
import type { Judged } from "./judge.ts";
import { accuracy, counts, machinery, recordings, recordingTable, rows, suiteTable, targetTable, type Machine, type Ran, type Recorded, type Target } from "./report.ts";
import { cases } from "./suites.ts";
import { exerciseTables } from "./tables.ts";
import type { Outcome, Task } from "./task.ts";
import type { Answer } from "./worker.ts";

const { values: options } = parseArgs({
  options: { gate: { type: "boolean", default: false }, traces: { type: "string", default: join("..", "shared", "traces") }, suite: { type: "string" } },
});
const started_ms = Date.now();
const say = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

const CUES = "cues";
/** Sets of each suite by people that were tuned on, beside all those by held-out ones; with --suite as many. */
const TUNED_SETS = 60;
const suitesOf = (tuned?: number): Drill[] => DRILLS.flatMap((suite) => (suite.startsWith(options.suite ?? "") ? [...drills(suite, true), ...drills(suite, false, tuned)] : []));
const taskOf = ({ suite, body }: Drill): Task => ({ suite, seed: body.seed });
const outcomeOf = <T>(answer: Answer): T[] => ("outcome" in answer ? [answer.outcome as T] : []);
const complaintsOf = (tasks: readonly Task[], answers: readonly Answer[]): string[] => answers.flatMap((answer, at) => ("error" in answer ? [`${JSON.stringify(tasks[at])}: ${answer.error}`] : []));
const drilledOf = (sets: readonly Drill[], answers: readonly Answer[]): Drilled[] => sets.flatMap((each, at) => outcomeOf<Judged>(answers[at]!).map((judged) => ({ each, judged })));

/** Runs with cues: the first seed of held-out people; tests have those below, and people that were tuned on are one above. */
const CUE_SEED_MIN = 401;
const cueSeedsOf = (step: number): number[] => Array.from({ length: (2 * SETS) / step }, (_, n) => CUE_SEED_MIN + step * n);
const cuedOf = (seeds: readonly number[], answers: readonly Answer[]): Cued[] => seeds.flatMap((seed, at) => outcomeOf<Reaction[]>(answers[at]!).map((reactions) => ({ seed, reactions })));

if (options.suite !== undefined) {
  const sets = suitesOf();
  const seeds = options.suite === CUES ? cueSeedsOf(1) : [];
  const tasks = [...sets.map(taskOf), ...seeds.map((cues): Task => ({ cues }))];
  if (tasks.length === 0) throw new RangeError(`no suite "${options.suite}": ${[...DRILLS, CUES].join(", ")}`);
  const answers = await runAll(tasks, (done) => say(`${done} of ${tasks.length} runs`));
  say("");
  const broken = complaintsOf(tasks, answers);
  const text = exerciseTables(drilledOf(sets, answers), cuedOf(seeds, answers.slice(sets.length)), [], []);
  process.stdout.write(`${text}\n${broken.length === 0 ? "" : `${broken.length} ended in an error, first: ${broken[0]}\n`}`);
  process.exit();
}

const all = cases();
const first = all[0]!;
say("cost and speed …");
const machine: Machine = {
  firmware_sha256: createHash("sha256").update(clip).digest("hex"),
  module_bytes: clip.length,
  memory_bytes: bound("__heap_base"),
  costs: (["lsm6dso", "lsm6ds3trc"] as const).map((chip) => ({ chip, ...cost({ ...first, world: { ...first.world, chip } }, clip) })),
  speed: speed(first, clip, 8),
};

/** The exercises whose cost is set side by side: the first set of somebody tuned on, at the default rate. */
const costs = (["pogo steady", "calf", "wall-sit", "step-down", "run", "auto"] as const).map((suite): Costs => {
  const set = drills(suite, false, TUNED_SETS).find(({ odr_hz }) => odr_hz === 416)!;
  return { exercise: suite.split(" ")[0]!, cost: cost({ ...set, world: { ...set.world, chip: "lsm6dso" } }, clip) };
});

const present = existsSync(join(options.traces, "manifest.json"));
const suites = present ? Object.keys(FIGURES).map((suite) => ({ suite, files: suiteFiles(options.traces, suite) })) : [];
const sets = suitesOf(TUNED_SETS);
const cueSeeds = cueSeedsOf(2);
const claims = present ? tests(options.traces) : [];
const parts: Task[][] = [
  all.map((_, index) => ({ index })),
  suites.flatMap(({ files }) => files.map((path) => ({ path }))),
  sets.map(taskOf),
  cueSeeds.map((cues) => ({ cues })),
  claims.map((test) => ({ test })),
];
const tasks = parts.flat();
const answers = await runAll(tasks, (done) => say(`${done} of ${tasks.length} runs`));
say("");
const broken = complaintsOf(tasks, answers);
let next = 0;
const [simulated, replayed, exercised, reacted, tested] = parts.map(({ length }) => answers.slice(next, (next += length))) as [Answer[], Answer[], Answer[], Answer[], Answer[]];
const ran: Ran[] = all.flatMap((each, index) => outcomeOf<Outcome>(simulated[index]!).map((outcome) => ({ each, outcome })));
next = 0;
const recorded: Recorded[] = suites.map(({ suite, files }) => ({ suite, scored: replayed.slice(next, (next += files.length)).flatMap((answer) => outcomeOf<Scored>(answer)) }));
const drilled = drilledOf(sets, exercised);
const cued = cuedOf(cueSeeds, reacted);
const claimed: Claimed[] = claims.flatMap(({ claim, path }, at) => outcomeOf<Tested>(tested[at]!).map((one) => ({ claim, file: basename(path, ".csv.gz"), tested: one })));

const ended: Target = { name: "runs that ended in an error", target: "0", measured: broken.length === 0 ? "0" : `${broken.length}, first: ${broken[0]!.split("\n")[0]}`, pass: broken.length === 0 };
const targets = [
  ended, ...accuracy(ran), ...exerciseTargets(drilled), ...cueTargets(cued), ...recordings(recorded), ...(present ? claimTargets(claimed) : []),
  ...machinery(machine), ...costTargets(costs),
];
const failed = targets.filter(({ pass }) => !pass).length;
const complaints = [...ran.map(({ outcome }) => outcome.faults), ...drilled.map(({ judged }) => judged.faults)].filter(({ length }) => length > 0);
const suiteRows = rows(ran);
const seconds = ran.reduce((sum, { outcome }) => sum + outcome.seconds, 0) + drilled.reduce((sum, { judged }) => sum + judged.seconds, 0) + cued.length * SECONDS;
const summary = `${targets.length - failed} of ${targets.length} targets reached; ${ran.length + drilled.length + cued.length} simulated sets (${Math.round(seconds)} s), `
  + `${present ? `${recorded.reduce((sum, { scored }) => sum + scored.length, 0)} recordings` : `no recordings (${options.traces} is not there)`}, ${((Date.now() - started_ms) / 1000).toFixed(0)} s.`;
const markdown = `# Benchmark of build/clip.wasm

${summary} Firmware ${machine.firmware_sha256.slice(0, 16)}. By \`npm run bench\`.

${targetTable(targets)}

## Simulated sets

Held out: odd seeds, people that nothing was tuned on. Counted are hops in pogo, contacts in running and walking, anything in "nothing to count".
Errors are found minus true; median and p95 of absolute ones, bias the median of signed ones.

${suiteTable(suiteRows)}

${complaints.length === 0 ? "No clip and no part complained." : `In ${complaints.length} sets something complained, first: ${complaints[0]![0]}`}

## Exercises

Held out: ${SETS} sets of odd seeds for each; tuned: some of even seeds beside them. Errors are found minus true, as sizes.

${exerciseTables(drilled, cued, claimed, costs)}
## Recordings

${present ? recordingTable(recorded) : `None: ${options.traces} is not there.`}
`;
writeFileSync("build/bench.md", markdown);
const off = ran.map((one) => ({ each: one.each, ...counts(one) })).filter(({ off: error }) => error > 0);
writeFileSync("build/bench.json", `${JSON.stringify({ summary, machine, targets, suites: suiteRows, sets_off: off, exercises: lines(drilled), short: shortest(drilled), cues: cueLines(cued), costs, recordings: present ? recordings(recorded) : null }, null, 1)}\n`);
process.stdout.write(`${targetTable(targets)}\n\n${suiteTable(suiteRows)}\n\n${exerciseTables(drilled, cued, claimed, costs)}\n${present ? `${recordingTable(recorded)}\n\n` : ""}${summary} build/bench.md, build/bench.json\n`);
if (options.gate && failed > 0) process.exitCode = 1;
