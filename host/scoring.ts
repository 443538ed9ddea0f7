// Scores traces end to end: replay, read, compare; and the figures each suite of recordings must reach.
import { basename, dirname, join } from "node:path";
import { Failure, InputError } from "./failure.ts";
import { readInput } from "./input.ts";
import { fixed } from "./report/table.ts";
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
  simulate,
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
  readonly ic_ms_p95_max?: number;
  readonly tc_ms_p95_max?: number;
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

/** The same for simulated sets, by exercise. */
export const SIM_FIGURES: Readonly<Record<string, Figures>> = {
  pogo: { recall_min: 1, precision_min: 1, ic_ms_p95_max: 4, tc_ms_p95_max: 8 },
};

const SIM_EXERCISES = ["pogo", "pogo", "pogo", "run", "walk", "stand", "drive"] as const;
const SIM_BPM: Partial<Record<(typeof SIM_EXERCISES)[number], readonly number[]>> = {
  pogo: [150, 120, 170, 100, 185, 140, 200, 160],
  run: [165, 150, 180],
  walk: [110, 95, 125],
};

/** Plays and scores so many seeded sets of 30 s: exercises, tempi, persons, chips and clock errors take turns. */
export function scoreSets(sets: number, wasm: Uint8Array): Scored[] {
  return Array.from({ length: sets }, (_, index): Scored => {
    const seed = index + 1;
    const exercise = SIM_EXERCISES[index % SIM_EXERCISES.length]!;
    const tempi = SIM_BPM[exercise];
    const bpm = tempi?.[Math.floor(index / SIM_EXERCISES.length) % tempi.length];
    const chip = index % 2 === 0 ? "lsm6dso" : "lsm6ds3trc";
    const run = simulate({
      wasm,
      exercise,
      ...(bpm === undefined ? {} : { bpm }),
      beat: exercise === "pogo",
      seconds: 30,
      seed,
      chip,
      odr_hz: 416,
      range_g: 16,
      gyro: true,
      rate_error_ppm: ((index * 37) % 11 - 5) * 10_000,
      motor: index % 3 === 2 ? "erm" : "lra",
      faults: [],
    });
    const result = resultOf(run);
    const name = `${exercise}${bpm === undefined ? "" : `-${bpm}`}-seed-${seed}`;
    return { file: name, result, score: score(run.truth, ruleFor(run.truth)!, result) };
  });
}

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

/** Replays and scores one trace; `truth` takes the place of what its folder says; `wasm` is asked for once the trace has proved good. */
export async function scoreFile(path: string, wasm: () => Uint8Array, truth?: ManifestEntry["truth"]): Promise<Scored> {
  const trace = await readInput(path);
  const entry = entryOf(path);
  const known = truth ?? entry.truth;
  const rule = ruleFor(known);
  if (known === null || rule === null) {
    throw new InputError(`${path}: no truth about it in ${join(dirname(path), "manifest.json")} or beside it`);
  }
  const run = replay(trace, { wasm: wasm(), exercise: 0, bpm_d: 0, ...(entry.range_g === undefined ? {} : { range_g: entry.range_g }) });
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
  const most = (what: string, off_ms: number | undefined, where: string, max_ms: number | undefined) => {
    if (max_ms === undefined || (off_ms !== undefined && off_ms <= max_ms)) return;
    found.push(`${what} off by ${fixed(off_ms, 1)} ms ${where}, at most ${max_ms} ms asked`);
  };
  least("recall of initial contacts is", ic.recall, figures.recall_min);
  least("recall of toe-offs is", tc.recall, figures.recall_min === 1 ? undefined : figures.recall_min);
  least("precision of initial contacts is", ic.precision, figures.precision_min);
  least("precision of toe-offs is", tc.precision, figures.precision_min);
  most("initial contacts are", errors_ms.ic?.median_ms, "in the median", figures.ic_ms_median_max);
  most("toe-offs are", errors_ms.tc?.median_ms, "in the median", figures.tc_ms_median_max);
  most("initial contacts are", errors_ms.ic?.p95_ms, "at the 95th percentile", figures.ic_ms_p95_max);
  most("toe-offs are", errors_ms.tc?.p95_ms, "at the 95th percentile", figures.tc_ms_p95_max);
  return found;
}
