// How a simulated set compares with what really happened, as a few lines of text. Pure.
import { report } from "../scoring.ts";
import { distribution, match, quantile, ruleFor, score, type TruthRecord } from "../simulator.ts";
import type { Result } from "../result.ts";
import { counted, fixed } from "./table.ts";

/** A raise's top, a hold's start and a tap further from the truth than this are others, s: less than half of the quickest raise and tap. */
const RAISE_S = 0.5;
const HOLD_S = 0.5;
const TAP_S = 0.25;

type Timed = { readonly t_s: number };

/** "raises: 12 of 12 found, 0 too many", and what of a truth and what was found belong together. */
function paired<A, B>(what: string, known: readonly (A & Timed)[], found: readonly (B & Timed)[], within_s: number): [string, [A, B][]] {
  const times = (parts: readonly Timed[]) => parts.map(({ t_s }) => t_s);
  const pairs = match(times(known), times(found), within_s).map(([k, f]): [A, B] => [known[k] as A, found[f] as B]);
  return [`${what}: ${pairs.length} of ${known.length} found, ${found.length - pairs.length} too many`, pairs];
}

/** "; clean or not told right for 11". */
function told(pairs: readonly (readonly [{ readonly clean: boolean }, { readonly clean: boolean }])[]): string {
  return `; clean or not told right for ${pairs.filter(([known, found]) => known.clean === found.clean).length}`;
}

function median(values: readonly number[], digits: number): string {
  return fixed(quantile(values.map(Math.abs), 0.5), digits);
}

function raiseLines(truth: TruthRecord, result: Result): string[] {
  const known = (truth.reps ?? []).map((rep) => ({ ...rep, t_s: rep.top_s }));
  if (known.length === 0 && result.reps.length === 0) return [];
  const [line, pairs] = paired("raises", known, result.reps, RAISE_S);
  if (pairs.length === 0) return [line];
  const time_ms = median(pairs.map(([rep, { t_s }]) => (t_s - rep.top_s) * 1000), 0);
  const height_deg = pairs.flatMap(([rep, found]) => (found.height_deg === null ? [] : [found.height_deg - rep.height_deg]));
  return [`${line}, top off by ${time_ms} ms (median), height by ${median(height_deg, 1)}° (median)${told(pairs)}`];
}

function holdLines(truth: TruthRecord, result: Result): string[] {
  const known = (truth.holds ?? []).map((hold) => ({ ...hold, t_s: hold.start_s }));
  if (known.length === 0 && result.holds.length === 0) return [];
  const [line, pairs] = paired("holds", known, result.holds.map((hold) => ({ ...hold, t_s: hold.start_s })), HOLD_S);
  if (pairs.length === 0) return [line];
  const off_s = pairs.map(([hold, found]) => Math.abs(found.end_s - found.start_s - (hold.end_s - hold.start_s)));
  return [`${line}, length off by at most ${fixed(Math.max(...off_s), 2)} s`];
}

function tapLines(truth: TruthRecord, result: Result): string[] {
  const known = truth.taps ?? [];
  if (known.length === 0 && result.taps.length === 0) return [];
  const [line, pairs] = paired("taps", known, result.taps, TAP_S);
  if (pairs.length === 0) return [line];
  const time = distribution(pairs.map(([tap, { t_s }]) => (t_s - tap.t_s) * 1000));
  return [`${line}, off by ${fixed(time?.median_ms, 1)} ms (median)${told(pairs)}`];
}

function contactLines(truth: TruthRecord, result: Result): string[] {
  const rule = ruleFor(truth);
  if (rule === null) return [];
  const { ic, tc, errors_ms } = report(score(truth, rule, result));
  if (ic.truth === 0) return [];
  const event = (name: string, of: typeof ic, errors: typeof errors_ms.ic) =>
    `${name}: ${of.matched} of ${of.truth} found, ${of.found - of.matched} too many, ` +
    `off by ${fixed(errors?.median_ms, 1)} ms (median), ${fixed(errors?.p95_ms, 1)} ms (95 %), bias ${fixed(errors?.bias_ms, 1)} ms`;
  return [event("initial contacts", ic, errors_ms.ic), event("toe-offs", tc, errors_ms.tc)];
}

/** What the truth holds, and how much of it was found. */
export function truthLines(truth: TruthRecord, result: Result): string[] {
  const clean = (noun: string, parts: readonly { readonly clean: boolean }[] = []) =>
    parts.length === 0 ? [] : [`${counted(parts.length, noun)} (${parts.filter((part) => part.clean).length} clean)`];
  const partial = (truth.reps ?? []).filter(({ full }) => !full).length;
  const own = [
    ...clean("raise", truth.reps),
    ...(partial === 0 ? [] : [`${partial} of them partial`]),
    ...(truth.holds ?? []).map(({ start_s, end_s }) => `a hold of ${fixed(end_s - start_s, 1)} s`),
    ...clean("tap", truth.taps),
  ];
  const steps = [counted(truth.contacts ?? 0, "contact"), counted(truth.hops ?? 0, "hop"), counted(truth.strides ?? 0, "stride")];
  const parts = own.length > 0 && (truth.contacts ?? 0) === 0 ? own : [...own, ...steps];
  return [`truth: ${parts.join(", ")}`, ...raiseLines(truth, result), ...holdLines(truth, result), ...tapLines(truth, result), ...contactLines(truth, result)];
}
