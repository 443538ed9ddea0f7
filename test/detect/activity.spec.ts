// Exercise auto on a person who does one thing after the other: what the clip says of it, how soon and how surely.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { END_COMMAND, END_LEFT, EXERCISE_AUTO, EXERCISE_CALF } from "../../firmware/wire/layout.ts";
import { createBody, type Exercise, type Truth } from "../../sim/body/body.ts";
import { conduct } from "../../sim/run.ts";
import { World } from "../../sim/world.ts";

const WASM = readFileSync("build/clip.wasm");
const NAMES = ["other", "walk", "run", "hop", "still", "calf"];
/** Time that a switch may take, and how long in all a label may then be wrong, s. */
const SWITCH_S = 3;
const WRONG_S = 0.5;
/** Width of the time axis on which labels are compared, s. */
const STEP_S = 0.01;

/** What the clip says from a time on; times are when the line left it, s of the source. */
interface Label {
  readonly t_s: number;
  readonly kind: string;
  readonly confidence: number;
}

/** A set, in `auto` unless told otherwise: its labels, its repetitions, the code of its end, and what the person did. */
function worn(exercise: Exercise, seed: number, seconds: number, variant?: string, code = EXERCISE_AUTO): { labels: Label[]; reps: number; end: number; truth: Truth } {
  const body = createBody(exercise, { seed, seconds, ...(variant === undefined ? {} : { variant }) });
  const world = new World({ wasm: WASM, source: body, seed, chip: seed % 4 < 2 ? "lsm6dso" : "lsm6ds3trc" });
  conduct(world, { odr_hz: 416, range_g: 16, gyro: true, exercise: code, bpm_d: 0, count_in: 0, seconds, duration_ms: 0 });
  const labels: Label[] = [];
  let reps = 0;
  let end = NaN;
  for (const { text, t_us } of world.lines) {
    const [, , tag, kind, confidence, ended] = text.replace(/\*.*$/, "").split(",") as [string, string, string, string, string, string];
    if (tag === "ACT") labels.push({ t_s: (t_us - world.source_start_us) / 1e6, kind: NAMES[Number(kind)]!, confidence: Number(confidence) });
    if (tag === "REP") reps += 1;
    if (tag === "SUM") end = Number(ended);
  }
  return { labels, reps, end, truth: body.truth };
}

/** Seconds of an activity, from SWITCH_S after its beginning, in which the label is another one. */
function wrong_s(labels: readonly Label[], { start_s, end_s, kind }: Truth["activities"][number]): number {
  let steps = 0;
  for (let t_s = start_s + SWITCH_S; t_s < end_s; t_s += STEP_S) {
    if ((labels.findLast((label) => label.t_s <= t_s)?.kind ?? "other") !== kind) steps += 1;
  }
  return steps * STEP_S;
}

const SEEDS = Array.from({ length: 12 }, (_, i) => 2 * i);

describe("one thing after the other", () => {
  const sets = SEEDS.map((seed) => ({ seed, ...worn("mix", seed, 70) }));

  test("every activity is told within 3 s and stays told", () => {
    const bad = sets.flatMap(({ seed, labels, truth }) =>
      truth.activities.filter((activity) => wrong_s(labels, activity) > WRONG_S).map(({ kind, start_s }) => `${seed}: ${kind} at ${start_s.toFixed(1)} s`),
    );
    expect(bad).toEqual([]);
    expect(new Set(sets.flatMap(({ truth }) => truth.activities.map(({ kind }) => kind)))).toEqual(new Set(["still", "walk", "run", "hop", "calf"]));
  });

  test("the first sign is not sure, several are", () => {
    const moves = sets.flatMap(({ labels }) => labels).filter(({ kind }) => kind !== "still");
    expect(moves.some(({ confidence }) => confidence >= 80)).toBe(true);
    for (const { labels } of sets) {
      labels.forEach(({ kind, confidence }, i) => {
        if (kind === labels[i - 1]?.kind || kind === "still") expect(confidence).toBeGreaterThanOrEqual(80);
        else expect(confidence).toBeLessThan(60);
      });
    }
  });

  test("every heel raise is counted, the first with the second", () => {
    for (const { seed, reps, truth } of sets) expect([seed, reps]).toEqual([seed, truth.reps.length]);
    expect(sets.some(({ reps }) => reps > 0)).toBe(true);
  });
});

test.each(["squat", "tie", "fidget", "stand", "walk", "run", "pogo"] as const)("%s has no heel raises", (exercise) => {
  for (const seed of SEEDS.slice(0, 6)) expect([seed, worn(exercise, seed, 40).reps]).toEqual([seed, 0]);
});

describe("a set of heel raises", () => {
  test.each(["full", "bouncing"])("%s: lasts until it is stopped", (variant) => {
    // among them quick ones, whose heels come down like steps
    for (const seed of [4, 10, 28, 36, 62, 64, 96]) {
      const { reps, end, truth } = worn("calf", seed, 40, variant, EXERCISE_CALF);
      expect([seed, end, reps]).toEqual([seed, END_COMMAND, truth.reps.length]);
    }
  });
  test("ends when the wearer walks away", () => {
    for (const seed of SEEDS) {
      const { reps, end, truth } = worn("calf", seed, 40, "walking-away", EXERCISE_CALF);
      expect([seed, end, reps]).toEqual([seed, END_LEFT, truth.reps.length]);
    }
  });
});
