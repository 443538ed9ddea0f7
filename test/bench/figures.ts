// The figures of the six exercises as rows and targets. Pure.
import { quantile } from "../../sim/score.ts";
import { INSTRUCTIONS_MEAN_MAX, INSTRUCTIONS_WORST_MAX } from "../rules/budget.ts";
import { CLAIMS, type Claim, type Tested } from "./claims.ts";
import type { Cost } from "./cost.ts";
import type { Reaction } from "./cues.ts";
import { DRILLS, type Drill } from "./drills.ts";
import { WRONG_S, type Judged, type Mistake, type Share } from "./judge.ts";
import type { Target } from "./report.ts";

/** A set with what it came to. */
export interface Drilled {
  readonly each: Drill;
  readonly judged: Judged;
}

/** People: those nobody tuned anything on, the others. */
export type Half = "held out" | "tuned";

/** Cues of one run. */
export interface Cued {
  readonly seed: number;
  readonly reactions: readonly Reaction[];
}

/** What is known of a claim's recordings. */
export interface Claimed {
  readonly claim: Claim;
  readonly file: string;
  readonly tested: Tested;
}

/** Shares that must be reached. */
const EXACT_MIN = 0.97;
const TOLD_MIN = 0.95;
const FADE_MIN = 0.95;
const STEADY_MIN = 0.97;
const AUTO_MIN = 0.97;
/** Furthest errors: of a count, ° of a top, s of a hold, strides of a cue. */
const COUNT_OFF_MAX = 1;
const HEIGHT_DEG_MAX = 3;
const HOLD_S_MAX = 0.2;
const STRIDES_MAX = 2;

/** Whose seed it is. */
export const halfOf = (seed: number): Half => (seed % 2 !== 0 ? "held out" : "tuned");
const miscounted = ({ judged }: Drilled): number => Math.abs(judged.found - judged.truth);

/** Wrong labels of a set, all told, s. */
export function wrong_s({ mistakes }: Judged): number {
  return mistakes.reduce((total, { s }) => total + s, 0);
}

/** Sums of shares. */
function sum(shares: readonly Share[]): Share {
  return { right: shares.reduce((total, { right }) => total + right, 0), of: shares.reduce((total, { of }) => total + of, 0) };
}

/** Errors: how many; of their sizes the 95th percentile, how many are beyond a bound, the worst that is finite; how many are not; the median of signed ones. */
export interface Spread {
  readonly n: number;
  readonly p95: number;
  readonly beyond: number;
  readonly worst: number;
  readonly endless: number;
  readonly bias: number;
}

function spread(errors: readonly number[], bound: number): Spread | null {
  if (errors.length === 0) return null;
  const sizes = errors.map(Math.abs);
  const finite = sizes.filter((size) => size !== Infinity);
  return {
    n: sizes.length,
    p95: quantile(sizes, 0.95),
    beyond: sizes.filter((size) => size > bound).length,
    worst: Math.max(0, ...finite),
    endless: sizes.length - finite.length,
    bias: quantile(errors.filter((error) => error !== Infinity), 0.5),
  };
}

/** Sets of a suite or one of its variants, as one row. */
export interface Line {
  readonly suite: string;
  readonly variant: string;
  readonly half: Half;
  readonly sets: number;
  readonly exact: number;
  /** Sets off by more than one, and by how much at most. */
  readonly far: number;
  readonly worst: number;
  readonly truth: number;
  readonly found: number;
  readonly partial: Share;
  readonly full: Share;
  readonly clean: Share;
  readonly faulty: Share;
  readonly height_deg: Spread | null;
  readonly hold_s: Spread | null;
  /** Sets in which a loss of height was told. */
  readonly told: number;
  /** Sets whose labels were right. */
  readonly labelled: number;
  /** Sets that ended because the wearer walked away. */
  readonly left: number;
}

/** Sums up some sets. */
export function line(suite: string, variant: string, half: Half, drilled: readonly Drilled[]): Line {
  const own = drilled.filter(({ each }) => each.suite === suite && halfOf(each.body.seed) === half && (variant === "all" || each.variant === variant));
  const judged = own.map((one) => one.judged);
  const offs = own.map(miscounted);
  return {
    suite,
    variant,
    half,
    sets: own.length,
    exact: offs.filter((by) => by === 0).length,
    far: offs.filter((by) => by > COUNT_OFF_MAX).length,
    worst: Math.max(0, ...offs),
    truth: judged.reduce((total, { truth }) => total + truth, 0),
    found: judged.reduce((total, { found }) => total + found, 0),
    partial: sum(judged.map(({ partial }) => partial)),
    full: sum(judged.map(({ full }) => full)),
    clean: sum(judged.map(({ clean }) => clean)),
    faulty: sum(judged.map(({ faulty }) => faulty)),
    height_deg: spread(judged.flatMap(({ height_deg }) => height_deg), HEIGHT_DEG_MAX),
    hold_s: spread(judged.flatMap(({ hold_s }) => hold_s), HOLD_S_MAX),
    told: judged.filter(({ fade }) => fade?.told === true).length,
    labelled: judged.filter((one) => wrong_s(one) <= WRONG_S).length,
    left: judged.filter(({ end }) => end === "left").length,
  };
}

/** Rows of all suites: held-out people as a whole and by variant, then the others as a whole. */
export function lines(drilled: readonly Drilled[]): Line[] {
  return DRILLS.flatMap((suite) => {
    const variants = [...new Set(drilled.filter(({ each }) => each.suite === suite).map(({ each }) => each.variant))];
    const all = variants.length > 1 ? ["all", ...variants] : ["all"];
    return [...all.map((variant) => line(suite, variant, "held out", drilled)), line(suite, "all", "tuned", drilled)].filter(({ sets }) => sets > 0);
  });
}

/** A share in per cent; a dash of nothing. */
export const percent = (right: number, of: number, digits = 1): string => (of === 0 ? "–" : `${((right / of) * 100).toFixed(digits)} %`);
/** A number; a dash where a percentile lies among what was never found. */
export const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");

function least(name: string, right: number, of: number, min: number, more = ""): Target {
  return { name, target: `≥ ${(min * 100).toFixed(0)} %`, measured: `${percent(right, of)}${more}`, pass: of > 0 && right >= min * of };
}

/** A spread within a bound: at the 95th percentile, and everywhere. */
function within(name: string, of: Spread | null, bound: number, unit: string, digits: number): Target[] {
  if (of === null) return [{ name, target: `≤ ${bound}${unit}`, measured: "–", pass: false }];
  const { n, p95, beyond, worst, endless } = of;
  return [
    { name: `${name}, 95th percentile of ${n}`, target: `≤ ${bound}${unit}`, measured: `${number(p95, digits)}${unit}`, pass: p95 <= bound },
    { name: `${name}, beyond ${bound}${unit}`, target: "0", measured: beyond === 0 ? "0" : `${beyond}, ${percent(beyond, n, 2)}, worst ${number(worst, digits)}${unit}${endless === 0 ? "" : `, ${endless} not found`}`, pass: beyond === 0 },
  ];
}

/** Suites whose counts are judged. A mix's raises and the movements without any are only reported. */
const COUNTED = ["calf", "calf-bent", "wall-sit", "step-down", "pogo tired", "pogo steady", "run"];

/** Targets of the simulated sets, by held-out people. Without sets nothing is reached. */
export function exerciseTargets(drilled: readonly Drilled[]): Target[] {
  const of = (suite: string): Line => line(suite, "all", "held out", drilled);
  const counting = COUNTED.map(of).flatMap(({ suite, sets, exact, far, worst }): Target[] => [
    least(`${suite}, exact count in ${sets} sets, held out`, exact, sets, EXACT_MIN),
    { name: `${suite}, sets off by more than ${COUNT_OFF_MAX}, held out`, target: "0", measured: far === 0 ? "0" : `${far}, worst ${worst}`, pass: sets > 0 && far === 0 },
  ]);
  const raising = ["calf", "calf-bent"].map(of).flatMap(({ suite, partial, full, height_deg }) => [
    least(`${suite}, partial reps told from full: ${partial.of} partial, held out`, partial.right, partial.of, TOLD_MIN),
    least(`${suite}, partial reps told from full: ${full.of} full, held out`, full.right, full.of, TOLD_MIN),
    ...within(`${suite}, top angle, held out`, height_deg, HEIGHT_DEG_MAX, "°", 2),
  ]);
  const tired = of("pogo tired");
  const steady = of("pogo steady");
  const auto = of("auto");
  return [
    ...counting,
    ...raising,
    ...within("wall-sit, hold time, held out", of("wall-sit").hold_s, HOLD_S_MAX, " s", 3),
    least(`loss of height found in ${tired.sets} tired sets, held out`, tired.told, tired.sets, FADE_MIN),
    least(`no loss of height reported in ${steady.sets} steady sets, held out`, steady.sets - steady.told, steady.sets, STEADY_MIN),
    least(`auto, labels right in ${auto.sets} sets, held out`, auto.labelled, auto.sets, AUTO_MIN),
  ];
}

/** Strides until a change of cadence was acted on. */
export interface CueLine {
  readonly half: Half;
  readonly what: string;
  readonly sets: number;
  readonly strides: Spread | null;
}

/** Cues on and off, told by a line and felt as pulses. */
export function cueLines(cued: readonly Cued[]): CueLine[] {
  return (["held out", "tuned"] as const).flatMap((half) => {
    const own = cued.filter(({ seed }) => halfOf(seed) === half);
    const all = own.flatMap(({ reactions }) => reactions);
    return own.length === 0 ? [] : ([["on", true], ["off", false]] as const).flatMap(([name, out]) => (["told", "felt"] as const).map((how): CueLine => ({
      half, what: `${name}, ${how}`, sets: own.length, strides: spread(all.filter((one) => one.out === out).map((one) => one[how]), STRIDES_MAX),
    })));
  });
}

/** Targets of the cues: the clip decides within two strides, on and off; the pulse that is felt first is the next beat after that. */
export function cueTargets(cued: readonly Cued[]): Target[] {
  const held = cueLines(cued).filter(({ half }) => half === "held out");
  return ["on, told", "off, told", "off, felt"].map((what): Target => {
    const strides = held.find((one) => one.what === what)?.strides ?? null;
    const measured = strides === null ? "–" : `${strides.beyond === 0 ? "all" : `${strides.beyond} not`}, worst ${number(strides.worst, 2)}${strides.endless === 0 ? "" : `, ${strides.endless} never`}`;
    return { name: `cue ${what}, within ${STRIDES_MAX} strides of ${strides?.n ?? 0} changes, held out`, target: "all", measured, pass: strides !== null && strides.beyond === 0 };
  });
}

/** A claim with its recordings, as one row. */
export interface ClaimLine {
  readonly name: string;
  readonly wanted: string;
  readonly found: string;
  readonly pass: boolean;
  /** In how many the clip, told nothing, said for a while that it was raises, and how long at most; a dash where it was told what. */
  readonly called: string;
  readonly never: boolean;
}

/** Sums up a claim. */
export function claimLine(claim: Claim, claimed: readonly Claimed[]): ClaimLine {
  const own = claimed.filter((one) => one.claim.files === claim.files && one.claim.exercise === claim.exercise && one.claim.rate_hz === claim.rate_hz);
  const { files, exercise, count, within: tolerance, rate_hz } = claim;
  const name = `${files}-*${rate_hz === undefined ? "" : `, times rewritten for ${rate_hz} Hz`}, as ${exercise}, ${own.length} traces`;
  const wanted = count === null ? "–" : `${count}${tolerance === 0 ? "" : ` ± ${tolerance}`} ${exercise === "step-down" ? "taps" : "raises"}`;
  const refused = own.find(({ tested }) => tested.refused !== null);
  if (refused !== undefined) return { name, wanted, found: `cannot be replayed: ${refused.tested.refused}`, pass: false, called: "–", never: false };
  const off = count === null ? own : own.filter(({ tested }) => Math.abs(tested.found - count) > tolerance);
  const called = own.filter(({ tested }) => tested.raising_s > 0);
  return {
    name,
    wanted,
    found: own.length === 0 ? "–" : off.length === 0 ? "all so" : off.map(({ file, tested }) => `${tested.found} in ${file}`).join(", "),
    pass: own.length > 0 && off.length === 0,
    called: exercise !== "auto" ? "–" : called.length === 0 ? "0" : `${called.length}, at most ${Math.max(...called.map(({ tested }) => tested.raising_s)).toFixed(1)} s`,
    never: own.length > 0 && called.length === 0,
  };
}

/** Targets of the recordings: what is counted, and where there is nothing, that a clip told nothing does not call it raises either. */
export function claimTargets(claimed: readonly Claimed[]): Target[] {
  return CLAIMS.filter(({ count }) => count !== null).flatMap((claim): Target[] => {
    const { name, wanted, found, pass, called, never } = claimLine(claim, claimed);
    const counted: Target = { name: `recordings ${name}`, target: wanted, measured: found, pass };
    return claim.count === 0 && claim.exercise === "auto" ? [counted, { name: `recordings ${name}: called raises for a while`, target: "0", measured: called, pass: never }] : [counted];
  });
}

/** What an exercise costs. */
export interface Costs {
  readonly exercise: string;
  readonly cost: Cost;
}

/** Targets of the dearest exercise. */
export function costTargets(costs: readonly Costs[]): Target[] {
  return ([["mean", INSTRUCTIONS_MEAN_MAX], ["worst", INSTRUCTIONS_WORST_MAX]] as const).map(([what, max]): Target => {
    const [dearest] = costs.toSorted((a, b) => b.cost[what] - a.cost[what]);
    const name = `instructions a sample at 416 Hz, ${what === "mean" ? "mean" : "worst 19 ms batch"}, dearest exercise`;
    return { name, target: `≤ ${max}`, measured: dearest === undefined ? "–" : `${dearest.cost[what].toFixed(0)}, ${dearest.exercise}`, pass: dearest !== undefined && dearest.cost[what] <= max };
  });
}

/** Sets of a suite that fall short, worst first, each in words. */
export interface Short {
  readonly suite: string;
  readonly sets: readonly string[];
}

/** What was called what for how long, s, longest first. */
export function confusions(mistakes: readonly Mistake[]): [string, number][] {
  const said = new Map<string, number>();
  for (const { kind, said: label, s } of mistakes) said.set(`${kind} called ${label}`, (said.get(`${kind} called ${label}`) ?? 0) + s);
  return [...said].toSorted(([, a], [, b]) => b - a);
}

/** By how much a set falls short, and in words; null where it does not. */
function shortfall({ each, judged }: Drilled): { by: number; words: string } | null {
  const { found, truth, partial, full, height_deg, hold_s, fade, mistakes } = judged;
  const words: string[] = [];
  let by = 0;
  const add = (size: number, text: string): void => {
    by += size;
    words.push(text);
  };
  if (found !== truth) add(Math.abs(found - truth), `${found} of ${truth}`);
  if (partial.right < partial.of) add((partial.of - partial.right) / 2, `${partial.of - partial.right} partial as full`);
  if (full.right < full.of) add((full.of - full.right) / 2, `${full.of - full.right} full as partial or missed`);
  const top_deg = Math.max(0, ...height_deg.map(Math.abs));
  if (top_deg > HEIGHT_DEG_MAX) add(top_deg / HEIGHT_DEG_MAX, `top off by ${top_deg.toFixed(1)}°`);
  const far_s = hold_s.filter((s) => Math.abs(s) > HOLD_S_MAX && Number.isFinite(s));
  if (far_s.length > 0) add(far_s.length, `holds off by ${far_s.map((s) => s.toFixed(2)).join(", ")} s`);
  if (fade !== null && fade.told !== (each.variant === "tired")) add(1, `lost ${(fade.lost * 100).toFixed(1)} %, ${fade.told ? "told" : "not told"}`);
  const all_s = wrong_s(judged);
  if (all_s > WRONG_S) {
    add(all_s, confusions(mistakes).map(([text, s]) => `${text} ${s.toFixed(1)} s`).join(", "));
  }
  return words.length === 0 ? null : { by, words: `${each.body.seed} ${each.variant}${each.odr_hz === 416 ? "" : ` ${each.odr_hz} Hz`}: ${words.join("; ")}` };
}

/** The ten sets of each suite that fall short worst. Held-out people are left out: whoever sees their seeds may tune on them. */
export function shortest(drilled: readonly Drilled[]): Short[] {
  return DRILLS.map((suite) => {
    const short = drilled.filter(({ each }) => each.suite === suite && halfOf(each.body.seed) === "tuned").map(shortfall).filter((one) => one !== null);
    return { suite, sets: short.toSorted((a, b) => b.by - a.by).slice(0, 10).map(({ words }) => words) };
  });
}

/** The same of runs with cues. */
export function shortestCues(cued: readonly Cued[]): Short {
  const late = ({ told, felt, out }: Reaction): number => (out ? told : Math.max(told, felt));
  const short = cued.flatMap(({ seed, reactions }) => {
    const those = reactions.filter((one) => late(one) > STRIDES_MAX);
    return halfOf(seed) === "held out" || those.length === 0 ? [] : [{ by: Math.max(...those.map(late)), words: `${seed}: ${those.map((one) => `${one.out ? "on" : "off"} after ${late(one).toFixed(2)} strides`).join(", ")}` }];
  });
  return { suite: "cues", sets: short.toSorted((a, b) => b.by - a.by).slice(0, 10).map(({ words }) => words) };
}
