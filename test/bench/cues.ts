// Runs whose cadence leaves its band and comes back at seeded times: how soon the cues follow, against the true contacts.
import { CUE_BAND, EXERCISE_RUN } from "../../firmware/wire/layout.ts";
import { createBody, type BodyOptions } from "../../sim/body/body.ts";
import type { PacePoint } from "../../sim/body/runner.ts";
import { conductAndClose, type ConductOptions } from "../../sim/run.ts";
import { Random } from "../../sim/random.ts";
import { World } from "../../sim/world.ts";

/** A change of what is felt: CUE. */
export interface Cue {
  /** When the line left the clip, s of the source. */
  readonly t_s: number;
  readonly every: number;
  readonly cadence_d: number;
}

/** A run with cues. Times in s of the source. */
export interface CuedRun {
  /** True initial contacts. */
  readonly ic_s: readonly number[];
  readonly cues: readonly Cue[];
  readonly pulses_s: readonly number[];
  /** Bodies of all lines by tag: fields after it. */
  readonly lines: readonly { readonly t_s: number; readonly tag: string; readonly fields: readonly string[] }[];
  readonly violations: readonly string[];
}

/** Runs a body as a run with the given goal. */
export function runCued(wasm: Uint8Array, body: BodyOptions, goal: Pick<ConductOptions, "bpm_d" | "target" | "variant" | "band_d">): CuedRun {
  const foot = createBody("run", body);
  const world = new World({ wasm, source: foot, seed: body.seed, chip: body.seed % 4 < 2 ? "lsm6dso" : "lsm6ds3trc" });
  conductAndClose(world, { odr_hz: 416, range_g: 16, gyro: true, exercise: EXERCISE_RUN, count_in: 0, seconds: foot.seconds, duration_ms: 0, ...goal });
  const zero_us = world.source_start_us;
  const lines = world.lines.map(({ t_us, text }) => {
    const [, , tag, ...fields] = text.replace(/\*.*$/, "").split(",") as [string, string, string, ...string[]];
    return { t_s: (t_us - zero_us) / 1e6, tag, fields };
  });
  return {
    ic_s: foot.truth.contacts.map(({ ic_s }) => ic_s),
    cues: lines.filter(({ tag }) => tag === "CUE").map(({ t_s, fields }) => ({ t_s, every: Number(fields[0]), cadence_d: Number(fields[2]) })),
    pulses_s: world.motor.pulses.map(({ start_us }) => (start_us - zero_us) / 1e6),
    lines,
    violations: world.violations,
  };
}

/** How soon cues followed a change. */
export interface Reaction {
  readonly seed: number;
  /** Out of the band, or back into it. */
  readonly out: boolean;
  /** In strides of the new cadence, from the contact that begins the first of them: until CUE, and until the first pulse, or the last. Infinity: never. */
  readonly told: number;
  readonly felt: number;
}

/** Course of a run: which level from when. */
interface Level {
  readonly t_s: number;
  readonly spm: number;
  /** Side of the band: −1 below, 0 in it, 1 above. */
  readonly side: number;
}

/** Length of a run, s. */
export const SECONDS = 90;

/**
 * Runs a seed's set with cues outside the band only. Tempo 150 to 185/min, band 4 to 6/min; the runner changes at once between at most 1.5/min
 * off the tempo and 8 to 16/min beyond the band, every 8 to 12 s, and does not listen. The new cadence begins with the first stride
 * that truly is across the edge by `clear` of the band: strides vary by 1 to 3/min, also across an edge.
 */
export function reactions(wasm: Uint8Array, seed: number, clear = 0.25): Reaction[] {
  const random = new Random(seed).fork("cues");
  const tempo_d = Math.round(random.uniform(1500, 1850));
  const band_d = Math.round(random.uniform(40, 60));
  const levels: Level[] = [{ t_s: 0, spm: tempo_d / 10, side: 0 }];
  for (let t_s = 12; t_s < SECONDS - 10; t_s += random.uniform(8, 12)) {
    const side = levels.at(-1)!.side !== 0 ? 0 : random.uniform() < 0.5 ? -1 : 1;
    const off_spm = side !== 0 ? side * (band_d / 10 + random.uniform(8, 16)) : random.uniform(-1.5, 1.5);
    levels.push({ t_s, spm: tempo_d / 10 + off_spm, side });
  }
  const pace = levels.flatMap(({ t_s, spm }, i) => (i === 0 ? [{ t_s, spm }] : [{ t_s, spm: levels[i - 1]!.spm }, { t_s, spm }]));
  const run = runCued(wasm, { seconds: SECONDS, seed, pace: pace as [PacePoint] }, { bpm_d: tempo_d, variant: CUE_BAND, band_d });
  if (run.violations.length > 0) throw new Error(`seed ${seed}: ${run.violations[0]}`);
  const { ic_s, cues, pulses_s } = run;
  // How far the stride that ends there is above the tempo, 0.1/min.
  const off_d = ic_s.map((at_s, i) => 1200 / (at_s - ic_s[i - 1]!) - tempo_d);
  return levels.slice(1).map(({ t_s, side }, i): Reaction => {
    const out = side !== 0;
    const end_s = levels[i + 2]?.t_s ?? SECONDS - 3;
    const first = ic_s.findIndex((at_s, n) => at_s > t_s && (out ? side * off_d[n]! > band_d * (1 + clear) : Math.abs(off_d[n]!) < band_d * (1 - clear)));
    const from_s = ic_s[first - 1]!;
    const stride_s = ic_s[first]! - from_s;
    const cued = (cue: Cue): boolean => cue.every !== 0;
    // From the next line that says so, unless it was so before.
    const last = cues.findLast((cue) => cue.t_s <= from_s);
    const line_s = last !== undefined && cued(last) === out ? from_s : (cues.find((cue) => cue.t_s > from_s && cue.t_s < end_s && cued(cue) === out)?.t_s ?? Infinity);
    const next_s = Math.min(end_s, cues.find((cue) => cue.t_s > line_s)?.t_s ?? Infinity);
    const felt_s = (out ? pulses_s.find((at_s) => at_s > from_s) : pulses_s.findLast((at_s) => at_s < next_s)) ?? Infinity;
    return { seed, out, told: (line_s - from_s) / stride_s, felt: Math.max(0, felt_s - from_s) / stride_s };
  });
}
