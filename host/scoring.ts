// Scores traces end to end: replay, read, compare; and the figures each suite of recordings must reach.
import { basename, dirname, join } from "node:path";
import { Failure, InputError } from "./failure.ts";
import { readInput } from "./input.ts";
import { entryOf, readManifest, type ManifestEntry } from "./manifest.ts";
import { resultOf, type Result } from "./result.ts";
import {
  TIMES,
  countIsOff,
  distribution,
  pool,
  precision,
  recall,
  replay,
  ruleFor,
  score,
  type Distribution,
  type Score,
  type Time,
} from "./simulator.ts";

/** A trace with its score. */
export interface Scored {
  readonly file: string;
  readonly result: Result;
  readonly score: Score;
}

/** What a suite must reach; a figure that is absent is not asked for. */
export interface Figures {
  readonly recall_min?: number;
  readonly precision_min?: number;
  readonly ic_ms_median_max?: number;
  readonly tc_ms_median_max?: number;
}

/** Suites of recordings by the prefix of their files, with the figures the first milestone asks of them. */
export const FIGURES: Readonly<Record<string, Figures>> = {
  run: { ic_ms_median_max: 15, tc_ms_median_max: 25 },
  "walk-mocap": { recall_min: 1, ic_ms_median_max: 15, tc_ms_median_max: 30 },
  "walk-turn": { recall_min: 0.97, precision_min: 0.97 },
  rope: {},
  drop: {},
  tremor: {},
  "wrist-drive": {},
};

/** Files of suite `name` in a folder of traces: those called `name` or `name-…` that have a truth. */
export function suiteFiles(folder: string, name: string): string[] {
  const manifest = readManifest(folder);
  if (manifest.length === 0) throw new InputError(`${join(folder, "manifest.json")}: no such file, or empty; --traces names the folder`);
  const stem = (entry: ManifestEntry) => entry.file.replace(/\.csv(\.gz)?$/, "");
  const suite = manifest.filter((entry) => stem(entry) === name || stem(entry).startsWith(`${name}-`));
  const known = suite.filter((entry) => ruleFor(entry.truth) !== null);
  if (known.length === 0) {
    const names = [...new Set(manifest.filter((entry) => ruleFor(entry.truth) !== null).map((entry) => stem(entry).split("-", 1)[0]))];
    throw new InputError(`no trace of suite "${name}" with a truth in ${folder}; file names begin with: ${names.sort().join(" ")}`);
  }
  return known.map((entry) => join(folder, entry.file));
}

/** Replays and scores one trace; `truth` takes the place of what its folder says. */
export async function scoreFile(path: string, wasm: Uint8Array, truth?: ManifestEntry["truth"]): Promise<Scored> {
  const trace = await readInput(path);
  const entry = entryOf(path);
  const known = truth ?? entry.truth;
  const rule = ruleFor(known);
  if (known === null || rule === null) {
    throw new InputError(`${path}: no truth about it in ${join(dirname(path), "manifest.json")} or beside it`);
  }
  const run = replay(trace, { wasm, exercise: 0, bpm_d: 0, ...(entry.range_g === undefined ? {} : { range_g: entry.range_g }) });
  const result = resultOf(run);
  if (result.set === null) throw new Failure(`${path}: ${result.errors.join("; ")}`);
  return { file: basename(path), result, score: score(known, rule, result) };
}

/** Numbers of a score or of a pool of scores, as `--json` prints them. */
export interface ScoreReport {
  readonly ic: { readonly truth: number; readonly found: number; readonly matched: number; readonly recall: number | null; readonly precision: number | null };
  readonly tc: ScoreReport["ic"];
  readonly errors_ms: Readonly<Record<Time, Distribution | null>>;
}

/** Shares and distributions of a score. */
export function report(part: Pick<Score, "ic" | "tc" | "complete" | "errors_ms">): ScoreReport {
  const event = (of: Score["ic"]) => ({ ...of, recall: recall(of), precision: precision(of, part.complete) });
  const errors_ms = Object.fromEntries(TIMES.map((time) => [time, distribution(part.errors_ms[time])])) as Record<Time, Distribution | null>;
  return { ic: event(part.ic), tc: event(part.tc), errors_ms };
}

/** Which figures of a suite are not reached, one sentence each; counts out of what their truth allows are among them. */
export function shortfalls(figures: Figures, scored: readonly Scored[]): string[] {
  const all = pool(scored.map(({ score: part }) => part));
  const { ic, tc, errors_ms } = report(all);
  const found: string[] = [];
  for (const { file, score: part } of scored) {
    const { count } = part;
    if (count !== null && countIsOff(part)) found.push(`${file}: ${count.found} ${count.what}, the truth says ${count.truth} ± ${count.tolerance}`);
  }
  const least = (what: string, value: number | null, min: number | undefined) => {
    if (min !== undefined && (value === null || value < min)) found.push(`${what} ${value === null ? "of nothing" : value.toFixed(3)}, at least ${min} asked`);
  };
  const most = (what: string, value: Distribution | null, max_ms: number | undefined) => {
    if (max_ms === undefined) return;
    if (value === null || value.median_ms > max_ms) found.push(`${what} off by ${value === null ? "?" : value.median_ms.toFixed(1)} ms in the median, at most ${max_ms} ms asked`);
  };
  least("recall of initial contacts is", ic.recall, figures.recall_min);
  least("recall of toe-offs is", tc.recall, figures.recall_min === 1 ? undefined : figures.recall_min);
  least("precision of initial contacts is", ic.precision, figures.precision_min);
  least("precision of toe-offs is", tc.precision, figures.precision_min);
  most("initial contacts are", errors_ms.ic, figures.ic_ms_median_max);
  most("toe-offs are", errors_ms.tc, figures.tc_ms_median_max);
  return found;
}
