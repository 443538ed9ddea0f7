// One task of the benchmark: a simulated set or a recording, end to end, against its truth.
import { resultOf } from "../../host/result.ts";
import { scoreFile, type Scored } from "../../host/scoring.ts";
import { ruleFor, score, type Score } from "../../sim/score.ts";
import { runTest, type Test, type Tested } from "./claims.ts";
import { reactions, type Reaction } from "./cues.ts";
import { drill } from "./drills.ts";
import { runDrill, type Judged } from "./judge.ts";
import { runSet } from "./set.ts";
import { cases, type Case } from "./suites.ts";

/**
 * Index into `cases()`; a recording to be scored; a set of a suite of `DRILLS`; the seed of a run with cues; a recording and a claim
 * about it.
 */
export type Task =
  | { readonly index: number }
  | { readonly path: string }
  | { readonly suite: string; readonly seed: number }
  | { readonly cues: number }
  | { readonly test: Test };

/** What it came to, in the same order. */
export type Done = Outcome | Scored | Judged | readonly Reaction[] | Tested;

/** What a simulated set came to. */
export interface Outcome {
  readonly score: Score;
  readonly seconds: number;
  readonly hops: { readonly truth: number; readonly found: number };
  readonly contacts: { readonly truth: number; readonly found: number };
  /** Contacts found that are called running. */
  readonly runs: number;
  /** What the clip or the simulator complained about. */
  readonly faults: readonly string[];
}

/** A simulated set. */
export function runCase(each: Case, wasm: Uint8Array): Outcome {
  const run = runSet(each, wasm);
  const { truth } = run;
  const result = resultOf(run);
  const record = {
    kind: "simulated",
    hops: truth.hops,
    contact_s: truth.contacts.map(({ ic_s }) => ic_s),
    toe_off_s: truth.contacts.map(({ tc_s }) => tc_s),
  };
  return {
    score: score(record, ruleFor(record)!, result),
    seconds: run.seconds,
    hops: { truth: truth.hops, found: result.hops },
    contacts: { truth: truth.contacts.length, found: result.contacts.length },
    runs: result.contacts.filter(({ kind }) => kind === "run").length,
    faults: [...result.errors, ...run.violations],
  };
}

/** A recording of a trace folder. */
export function runTrace(path: string, wasm: Uint8Array): Promise<Scored> {
  return scoreFile(path, () => wasm);
}

/** Any task. */
export async function runTask(task: Task, wasm: Uint8Array): Promise<Done> {
  if ("index" in task) return runCase(cases()[task.index]!, wasm);
  if ("path" in task) return runTrace(task.path, wasm);
  if ("suite" in task) return runDrill(drill(task.suite, task.seed), wasm);
  return "cues" in task ? reactions(wasm, task.cues) : runTest(task.test, wasm);
}
