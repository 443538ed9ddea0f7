// What the exercises must come to on recordings: raises that are there, taps that are there, and none where nobody raised a heel.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { gunzipSync } from "node:zlib";
import { exerciseCode, type Exercise } from "../../host/clip/event.ts";
import { entryOf, readManifest } from "../../host/manifest.ts";
import { resultOf } from "../../host/result.ts";
import { replay } from "../../sim/replay.ts";
import { TraceError, TraceParser } from "../../sim/trace.ts";

/** A claim about recordings. */
export interface Claim {
  /** How their names begin. */
  readonly files: string;
  /** What the clip is told. */
  readonly exercise: Exercise;
  /** Raises or taps in each, and by how much they may be off; null: only reported. */
  readonly count: number | null;
  readonly within: number;
  /** Rate, Hz, that the samples truly have, where their column of times is wrong; absent = as it stands. */
  readonly rate_hz?: number;
}

/** A claim about one recording, as a task. */
export interface Test {
  readonly path: string;
  readonly claim: Claim;
}

/** What it came to. */
export interface Tested {
  /** Raises or taps. */
  readonly found: number;
  /** How long of the recording the clip, told nothing, said that it was raises, s. */
  readonly raising_s: number;
  /** Why it could not be replayed; null = it was. */
  readonly refused: string | null;
}

const none = (files: string, rate_hz?: number): Claim[] => (["calf", "auto"] as const).map((exercise) => ({ files, exercise, count: 0, within: 0, ...(rate_hz === undefined ? {} : { rate_hz }) }));

/**
 * Of the issue, and what a clip that was told nothing makes of the raises. Times in stairs-* are index / rate², cut off at 0.1 ms, and
 * no trace of that rate can be replayed; the samples themselves are good.
 */
export const CLAIMS: readonly Claim[] = [
  { files: "cmu-heel-raise-a", exercise: "calf", count: 5, within: 0 },
  { files: "cmu-heel-raise-a", exercise: "auto", count: null, within: 0 },
  { files: "cmu-step-down-low", exercise: "step-down", count: 3, within: 1 },
  ...none("cmu-squat"),
  ...none("drop"),
  ...none("walk"),
  { files: "stairs", exercise: "auto", count: null, within: 0 },
  ...none("stairs", 204.8),
];

/** The recordings of all claims. */
export function tests(folder: string): Test[] {
  const files = readManifest(folder).map(({ file }) => file);
  return CLAIMS.flatMap((claim) => files.filter((file) => file.startsWith(`${claim.files}-`)).map((file) => ({ path: `${folder}/${file}`, claim })));
}

/** Plays a recording. */
export function runTest({ path, claim }: Test, wasm: Uint8Array): Tested {
  let text = gunzipSync(readFileSync(path)).toString();
  const { rate_hz } = claim;
  if (rate_hz !== undefined) text = text.split("\n").map((line, i) => (i === 0 || line === "" ? line : line.replace(/^[^,]*/u, ((i - 1) / rate_hz).toFixed(6)))).join("\n");
  try {
    const parser = new TraceParser(basename(path));
    parser.push(text);
    const trace = parser.finish();
    const { range_g } = entryOf(path);
    const result = resultOf(replay(trace, { wasm, exercise: exerciseCode(claim.exercise), bpm_d: 0, ...(range_g === undefined ? {} : { range_g }) }));
    const found = claim.exercise === "step-down" ? result.taps : result.reps;
    // what is said after the recording's end is about its last sample, which stays
    const until_s = result.activities.map((_, i) => Math.min(result.seconds, result.activities[i + 1]?.t_s ?? Infinity));
    const raising_s = result.activities.reduce((sum, { activity, t_s }, i) => sum + (activity === "calf" ? Math.max(0, until_s[i]! - t_s) : 0), 0);
    return { found: found.length, raising_s, refused: null };
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    return { found: 0, raising_s: 0, refused: error.message };
  }
}
