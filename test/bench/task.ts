// One task of the benchmark: a simulated set or a recording, end to end, scored against its truth.
import { resultOf } from "../../host/result.ts";
import { scoreFile, type Scored } from "../../host/scoring.ts";
import { ruleFor, score, type Score } from "../../sim/score.ts";
import { runSet } from "./set.ts";
import type { Case } from "./suites.ts";

/** Index into `cases()`, or the path of a recording. */
export type Task = { readonly index: number } | { readonly path: string };

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
