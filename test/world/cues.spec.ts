// Cues of whole simulated runs against the true contacts: how soon they follow a change of cadence, and what a runner makes of them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { CUE_ALWAYS, CUE_BAND, CUE_FADED } from "../../firmware/wire/layout.ts";
import { reactions, runCued, type CuedRun } from "../bench/cues.ts";

const WASM = readFileSync("build/clip.wasm");
const SEEDS = Array.from({ length: 40 }, (_, index) => 2 * index);

/** True cadence of the strides that end in a span, steps/min. */
function cadence(run: CuedRun, from_s: number, to_s: number): number {
  const inside = run.ic_s.filter((at_s) => at_s >= from_s && at_s <= to_s);
  return (120 * (inside.length - 1)) / (inside.at(-1)! - inside[0]!);
}

/** Pulses before the two that say that the set is over. */
const beats = (run: CuedRun, from_s: number, to_s: number): number => run.pulses_s.slice(0, -2).filter((at_s) => at_s >= from_s && at_s < to_s).length;

describe("a change of cadence", () => {
  it("is acted on within two strides, on and off, in 40 sets", { timeout: 120_000 }, () => {
    const all = SEEDS.flatMap((seed) => reactions(WASM, seed));
    expect(all.filter(({ out }) => out).length).toBeGreaterThan(100);
    expect(all.filter(({ out }) => !out).length).toBeGreaterThan(100);
    expect(all.filter(({ told }) => told > 2)).toEqual([]);
    expect(all.filter(({ told, felt }) => felt > told + 0.55)).toEqual([]); // the next beat, or none any more
    expect(all.filter(({ out, felt }) => !out && felt > 2)).toEqual([]);
    // Some take longer than one stride: the measure is not blind.
    expect(all.filter(({ told }) => told > 1).length).toBeGreaterThan(200);
  });
});

describe("a runner", () => {
  const spm = 165;
  const seeds = [0, 2, 4, 6, 8, 10];

  it.each(seeds)("who holds the band is cued less and less by faded cues (seed %i)", (seed) => {
    const body = { seconds: 75, seed, bpm: spm };
    const goal = { bpm_d: spm * 10, band_d: 120 };
    const always = runCued(WASM, body, { ...goal, variant: CUE_ALWAYS });
    const faded = runCued(WASM, body, { ...goal, variant: CUE_FADED });
    expect(always.cues).toEqual([]);
    expect(beats(always, 0, 70)).toBeGreaterThanOrEqual(190);
    expect(beats(faded, 0, 70)).toBeLessThan(0.5 * beats(always, 0, 70));
    expect(beats(faded, 40, 70)).toBeLessThan(0.1 * beats(always, 40, 70));
    expect(faded.lines.filter(({ tag, t_s }) => tag === "BEA" && t_s >= 0 && t_s < 70).length).toBe(beats(faded, 0, 70));
  });

  it.each(seeds)("who follows ends in the band, one who does not stays out of it (seed %i)", (seed) => {
    const body = { seconds: 60, seed, bpm: spm - 12 };
    const goal = { bpm_d: spm * 10, variant: CUE_FADED, band_d: 50 };
    const follower = runCued(WASM, { ...body, follows: true }, goal);
    const other = runCued(WASM, body, goal);
    expect(Math.abs(cadence(follower, 20, 57) - spm)).toBeLessThan(5);
    expect(Math.abs(cadence(other, 20, 57) - spm)).toBeGreaterThan(10);
    expect(beats(follower, 20, 57)).toBeLessThan(0.8 * beats(other, 20, 57));
  });

  it.each(seeds)("who follows and drifts off between is called back each time (seed %i)", (seed) => {
    const run = runCued(WASM, { seconds: 90, seed, bpm: spm - 12, follows: true }, { bpm_d: spm * 10, variant: CUE_BAND, band_d: 50 });
    expect(run.cues.filter(({ every }) => every === 1).length).toBeGreaterThan(1);
    expect(Math.abs(cadence(run, 20, 87) - spm)).toBeLessThan(6);
  });

  it.each(seeds)("is given a tempo 5 %% above the own baseline (seed %i)", (seed) => {
    const own_spm = 150 + seed * 2.3;
    const run = runCued(WASM, { seconds: 40, seed, bpm: own_spm, follows: true }, { bpm_d: 0, target: 50, variant: CUE_BAND, band_d: 50 });
    const tempo = run.lines.find(({ tag, fields }) => tag === "MOD" && fields[3] !== "0")!;
    const ended = run.ic_s.filter((at_s) => at_s < tempo.t_s);
    expect(ended.length).toBeGreaterThanOrEqual(17);
    expect(ended.length).toBeLessThanOrEqual(20);
    expect(Math.abs(Number(tempo.fields[3]) / 10 - 1.05 * cadence(run, ended.at(-17)!, ended.at(-1)!))).toBeLessThan(1);
    const first_s = run.pulses_s[0]!;
    expect(first_s).toBeGreaterThan(tempo.t_s);
    expect(first_s).toBeLessThan(tempo.t_s + 0.05);
  });
});
