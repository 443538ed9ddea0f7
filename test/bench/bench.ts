// npm run bench: accuracy on simulated sets and recordings, size, cost and speed, each with its target. Writes build/bench.json and
// build/bench.md. With --gate a missed target is exit code 1.
import { createHash } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FIGURES, suiteFiles, type Scored } from "../../host/scoring.ts";
import { bound, clip } from "../rules/clip.ts";
import { cost, speed } from "./cost.ts";
import { runAll } from "./crew.ts";
import { accuracy, counts, machinery, recordings, recordingTable, rows, suiteTable, targetTable, type Machine, type Ran, type Recorded, type Target } from "./report.ts";
import { cases } from "./suites.ts";
import type { Outcome, Task } from "./task.ts";

const { values: options } = parseArgs({ options: { gate: { type: "boolean", default: false }, traces: { type: "string", default: join("..", "shared", "traces") } } });
const started_ms = Date.now();
const say = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
};

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

const present = existsSync(join(options.traces, "manifest.json"));
const suites = present ? Object.keys(FIGURES).map((suite) => ({ suite, files: suiteFiles(options.traces, suite) })) : [];
const tasks: Task[] = [...all.map((_, index) => ({ index })), ...suites.flatMap(({ files }) => files.map((path) => ({ path })))];
const answers = await runAll(tasks, (done) => say(`${done} of ${tasks.length} runs`));
say("");
const broken = answers.flatMap((answer, at) => ("error" in answer ? [`${JSON.stringify(tasks[at])}: ${answer.error}`] : []));
const ran: Ran[] = all.flatMap((each, index) => ("outcome" in answers[index]! ? [{ each, outcome: answers[index].outcome as Outcome }] : []));
let next = all.length;
const recorded: Recorded[] = suites.map(({ suite, files }) => {
  const own = answers.slice(next, (next += files.length));
  return { suite, scored: own.flatMap((answer) => ("outcome" in answer ? [answer.outcome as Scored] : [])) };
});

const ended: Target = { name: "runs that ended in an error", target: "0", measured: broken.length === 0 ? "0" : `${broken.length}, first: ${broken[0]!.split("\n")[0]}`, pass: broken.length === 0 };
const targets = [ended, ...accuracy(ran), ...recordings(recorded), ...machinery(machine)];
const failed = targets.filter(({ pass }) => !pass).length;
const complaints = ran.filter(({ outcome }) => outcome.faults.length > 0);
const suiteRows = rows(ran);
const seconds = ran.reduce((sum, { outcome }) => sum + outcome.seconds, 0);
const summary = `${targets.length - failed} of ${targets.length} targets reached; ${ran.length} simulated sets (${Math.round(seconds)} s), `
  + `${present ? `${recorded.reduce((sum, { scored }) => sum + scored.length, 0)} recordings` : `no recordings (${options.traces} is not there)`}, ${((Date.now() - started_ms) / 1000).toFixed(0)} s.`;
const markdown = `# Benchmark of build/clip.wasm

${summary} Firmware ${machine.firmware_sha256.slice(0, 16)}. By \`npm run bench\`.

${targetTable(targets)}

## Simulated sets

Held out: odd seeds, people that nothing was tuned on. Counted are hops in pogo, contacts in running and walking, anything in "nothing to count".
Errors are found minus true; median and p95 of absolute ones, bias the median of signed ones.

${suiteTable(suiteRows)}

${complaints.length === 0 ? "No clip and no part complained." : `In ${complaints.length} sets something complained, first: ${complaints[0]!.outcome.faults[0]}`}

## Recordings

${present ? recordingTable(recorded) : `None: ${options.traces} is not there.`}
`;
writeFileSync("build/bench.md", markdown);
const off = ran.map((one) => ({ each: one.each, ...counts(one) })).filter(({ off: error }) => error > 0);
writeFileSync("build/bench.json", `${JSON.stringify({ summary, machine, targets, suites: suiteRows, sets_off: off, recordings: present ? recordings(recorded) : null }, null, 1)}\n`);
process.stdout.write(`${targetTable(targets)}\n\n${suiteTable(suiteRows)}\n\n${present ? `${recordingTable(recorded)}\n\n` : ""}${summary} build/bench.md, build/bench.json\n`);
if (options.gate && failed > 0) process.exitCode = 1;
