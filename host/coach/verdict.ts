// The verdict on a set in plain words. The clip judges; this explains its numbers, each with its error, and calls nothing lost that may be the
// measurement. Pure.
import { fixed, counted } from "../report/table.ts";
import type { SetFlaw } from "../clip/event.ts";
import { numberOf } from "../clip/verdict.ts";
import type { SetHead } from "../record.ts";
import { ERRORS, POGO, RAISE, RUN, SIT, STEP } from "./limits.ts";
import { isUnfelt } from "./programme.ts";

/** The number that a finding stands on. */
export interface Evidence {
  /** "hold_s" */
  readonly name: string;
  /** null where it could not be measured. */
  readonly value: number | null;
  /** How far the value may be off (95 %); null where that is not known. */
  readonly error: number | null;
  /** What it is held against; null where it is only told. */
  readonly limit: number | null;
  readonly unit: string;
}

/** One thing looked at. */
export interface Finding {
  /** The first of a verdict's is what was asked for: contacts, raises, hold, taps, band. */
  readonly topic: string;
  /** null where it could not be judged, or not be told apart from the error of measuring. */
  readonly ok: boolean | null;
  readonly sentence: string;
  readonly evidence: Evidence;
  /** Not lost, but nearly: no time for a big step. */
  readonly near: boolean;
}

/** What a set came to. */
export interface Verdict {
  /** No finding is false. */
  readonly clean: boolean;
  /** One line. */
  readonly headline: string;
  readonly findings: readonly Finding[];
}

/** What a finding says in a headline, when it is well and when it is not. */
type Short = readonly [good: string, bad: string];
interface Draft extends Finding {
  readonly short: Short;
}

/** A value of the clip's verdict; null where it has none. */
function valueOf({ verdict }: SetHead, name: string): number | null {
  return numberOf(verdict, name);
}

/** A value as another unit has it. */
function scaled(value: number | null, parts: number): number | null {
  return value === null ? null : value / parts;
}

/** What was asked for; null = nothing. */
function targetOf(set: SetHead): number | null {
  return set.target ?? set.verdict?.target ?? null;
}

/** Whether the clip found a flaw; null where it did not judge it: no verdict, or on another target. */
function flagged(set: SetHead, flaw: SetFlaw): boolean | null {
  if (set.verdict === null || (flaw === "short" && set.verdict.target !== targetOf(set))) return null;
  return set.verdict.flaws.includes(flaw);
}

/** How far a value is beyond its limit, on the wrong side; `most`: the limit is the most that may be. */
function beyond({ value, limit }: Evidence, most: boolean): number {
  return value === null || limit === null ? NaN : most ? value - limit : limit - value;
}

/** What the last bit of a difference may be off. */
const DUST = 1e-9;

/** A fault is what the clip calls one and what is beyond its limit by more than the error. Where the clip did not judge, the number does. */
function judge(evidence: Evidence, most: boolean, flaw: boolean | null): Pick<Finding, "ok" | "near"> {
  const over = beyond(evidence, most);
  const error = evidence.error ?? 0;
  if (Number.isNaN(over)) return { ok: null, near: false };
  if (flaw === false) return { ok: true, near: over > -error };
  if (over > error + DUST) return { ok: false, near: false };
  return { ok: flaw === true || over > 0 ? null : true, near: over > -error };
}

/** As `judge`, of what was asked for: missed by no more than the error it is met, though only just. */
function meet(evidence: Evidence, flaw: boolean | null): Pick<Finding, "ok" | "near"> {
  const over = beyond(evidence, false);
  if (evidence.value === 0 && over > 0) return { ok: false, near: false }; // nothing is not nearly as much
  const { ok } = judge(evidence, false, flaw);
  return { ok: ok === null && !Number.isNaN(over) ? true : ok, near: over > 0 };
}

/** Largest number of wrong ones among `count`, each wrong with this chance, in 95 of 100 sets (Poisson). */
export function wrongOf(count: number, share: number): number {
  const mean = count * share;
  let term = Math.exp(-mean);
  let sum = term;
  let wrong = 0;
  while (sum < 0.95) {
    wrong++;
    term *= mean / wrong;
    sum += term;
  }
  return wrong;
}

/** How far the SD of `count` values may be off by chance (95 %): 1.96·SD/√(2(n − 1)), for values that are spread normally. */
export function errorOfSd(sd: number, count: number): number | null {
  return count < 2 ? null : (1.96 * sd) / Math.sqrt(2 * (count - 1));
}

/** "a, b and c". */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) as string}`;
}

/** What ends a sentence about something that is not told apart from the error. */
const UNSURE = "no more than measuring may be off";

function ending(ok: boolean | null, good: string, bad: string): string {
  return ok === null ? UNSURE : ok ? good : bad;
}

/** "done" or "too few", of what was asked for. */
function asked(value: string, target: string, ok: boolean | null, bad: string): string {
  return `${value}, ${target} asked for: ${ok === true ? "done" : bad}.`;
}

function contacts(set: SetHead): Draft {
  const target = targetOf(set);
  const { hops } = set.set;
  const limit = target === null ? null : Math.ceil(target * POGO.done_share);
  const evidence: Evidence = { name: "contacts", value: hops, error: ERRORS.hops, limit, unit: "contacts" };
  const state = meet(evidence, flagged(set, "short"));
  const done = `${counted(hops, "contact")} (± ${ERRORS.hops})`;
  const sentence = target === null ? `${done}; none were asked for.` : asked(done, `${target}`, state.ok, "too few");
  return { topic: "contacts", ...state, sentence, evidence, short: [counted(hops, "contact"), "too few contacts"] };
}

function height(set: SetHead): Draft {
  const [best_cm, last_cm, error_cm] = ["height_mm_best", "height_mm_last", "height_mm_error"].map((name) => scaled(valueOf(set, name), 10)) as [number | null, number | null, number | null];
  const short: Short = ["bounce height held", "bounce height was lost"];
  const unit = "cm";
  if (best_cm === null || last_cm === null || error_cm === null) {
    const evidence: Evidence = { name: "height_change_cm", value: null, error: null, limit: null, unit };
    return { topic: "height", ok: null, near: false, sentence: "Bounce height could not be judged: too few hops.", evidence, short };
  }
  const change_cm = last_cm - best_cm;
  const evidence: Evidence = { name: "height_change_cm", value: change_cm, error: error_cm, limit: 0, unit };
  const { ok } = judge(evidence, false, flagged(set, "height"));
  // The clip counts in 0.1 mm: with two digits the difference is that of the numbers beside it.
  const both = `${fixed(best_cm, 2)} cm in the best third, ${fixed(last_cm, 2)} cm in the last: ${signedOf(change_cm, 2)} cm (± ${fixed(error_cm, 2)} cm)`;
  const sentence = ok === null ? `Bounce height not told from held: ${both}, ${UNSURE}.` : `Bounce height ${ok ? "held" : "lost"}: ${both}.`;
  return { topic: "height", ok, near: -change_cm >= POGO.height_loss_share * best_cm, sentence, evidence, short };
}

/** A change with its sign. */
function signedOf(change: number, digits: number): string {
  const text = fixed(Math.abs(change), digits);
  return Number(text) === 0 ? text : `${change < 0 ? "−" : "+"}${text}`;
}

function rhythm(set: SetHead): Draft {
  const { beat_error_ms_sd, beat_error_ms_mean, hops, cadence_spm } = set.set;
  const onBeat = beat_error_ms_sd !== null;
  const sd_ms = hops < 2 ? null : onBeat ? beat_error_ms_sd : valueOf(set, "interval_ms_sd");
  const limit = onBeat ? POGO.beat_ms_sd_max : cadence_spm === null ? null : (POGO.interval_share_max * 60_000) / cadence_spm;
  const error = sd_ms === null ? null : errorOfSd(sd_ms, onBeat ? hops : hops - 1);
  const evidence: Evidence = { name: onBeat ? "beat_error_ms_sd" : "interval_ms_sd", value: sd_ms, error, limit, unit: "ms" };
  const state = judge(evidence, true, flagged(set, "rhythm"));
  const short: Short = ["rhythm steady", "the rhythm was lost"];
  if (sd_ms === null || limit === null) return { topic: "rhythm", ...state, sentence: "Rhythm could not be judged: too few hops.", evidence, short };
  const around = onBeat ? "around the beat" : "from one to the next";
  const spread = `landings spread ${fixed(sd_ms, 0)} ms (± ${fixed(error, 0)} ms) ${around} (SD), up to ${fixed(limit, 0)} ms is steady`;
  const off_ms = beat_error_ms_mean ?? 0;
  const mean = !onBeat ? "" : Math.abs(off_ms) < 1 ? "; on average on the beat" : `; on average ${fixed(Math.abs(off_ms), 0)} ms ${off_ms < 0 ? "before" : "after"} it`;
  const said = state.ok === null ? "not told from steady" : state.ok ? "steady" : "lost";
  return { topic: "rhythm", ...state, sentence: `Rhythm ${said}: ${spread}${mean}.`, evidence, short };
}

/** Something that may happen on a twentieth of the beats or hops. */
function rare(set: SetHead, topic: "missed" | "double"): Draft {
  const { beats, hops, missed_beats } = set.set;
  const missed = topic === "missed";
  const of = missed ? beats : hops;
  const value = of === 0 ? null : missed ? missed_beats : valueOf(set, "double_bounces");
  const limit = Math.floor(of * POGO.rare_share);
  const evidence: Evidence = { name: missed ? "missed_beats" : "double_bounces", value, error: ERRORS.hops, limit, unit: missed ? "beats" : "double bounces" };
  const state = judge(evidence, true, flagged(set, topic));
  const short: Short = [value === 0 ? `no ${missed ? "beat missed" : "double bounces"}` : "", missed ? "beats were missed" : "there were double bounces"];
  if (value === null) return { topic, ...state, sentence: missed ? "No beat to keep." : "Double bounces could not be judged.", evidence, short };
  const what = missed ? `${value} of ${counted(beats, "beat")} without a landing` : `${counted(value, "double bounce")} in ${counted(hops, "hop")}`;
  return { topic, ...state, sentence: `${what} (± ${ERRORS.hops}), up to ${limit} may be: ${ending(state.ok, "fine", "too many")}.`, evidence, short };
}

function pogo(set: SetHead): Draft[] {
  const more = [rare(set, "missed"), rare(set, "double")].filter(({ evidence }) => evidence.value !== null);
  return [contacts(set), height(set), rhythm(set), ...more];
}

/** Names of how many repetitions there were, and how many clean ones. */
const REPETITIONS = { raise: ["reps", "clean_reps"], tap: ["taps", "clean_taps"] } as const;

/** Repetitions that were clean, against the target. */
function repetitions(set: SetHead, noun: "raise" | "tap", error: number): Draft {
  const target = targetOf(set);
  const [count, clean] = REPETITIONS[noun].map((name) => valueOf(set, name)) as [number | null, number | null];
  const evidence: Evidence = { name: `clean_${noun}s`, value: count === null ? null : clean, error, limit: target, unit: `${noun}s` };
  const state = meet(evidence, flagged(set, "short"));
  const short: Short = [`${clean ?? 0} clean ${noun}s`, `too few clean ${noun}s`];
  if (clean === null || count === null) return { topic: `${noun}s`, ...state, sentence: `The clip told nothing of the ${noun}s.`, evidence, short };
  const done = `${clean} of ${counted(count, noun)} clean (± ${error})`;
  const sentence = target === null ? `${done}; none were asked for.` : asked(done, `${target}`, state.ok, "too few");
  return { topic: `${noun}s`, ...state, sentence, evidence, short };
}

/** How many repetitions were not clean, and why. */
function form(set: SetHead, noun: "raise" | "tap", count: number, error: number, names: Partial<Record<SetFlaw, string>>): Draft {
  const value = count - (valueOf(set, REPETITIONS[noun][1]) ?? count);
  const evidence: Evidence = { name: `flawed_${noun}s`, value, error, limit: 0, unit: `${noun}s` };
  const found = (Object.keys(names) as SetFlaw[]).filter((flaw) => flagged(set, flaw) === true).map((flaw) => names[flaw] as string);
  const { ok } = judge(evidence, true, found.length > 0);
  const why = found.length === 0 ? "" : `: ${listed(found)}`;
  const sentence = `${value} of ${counted(count, noun)} not clean (± ${error})${why}${ok === null ? `; ${UNSURE}` : ""}.`;
  return { topic: "form", ok, near: value > 0, sentence, evidence, short: [value === 0 ? "every one clean" : "", `some ${noun}s were ${listed(found)}`] };
}

/** A number that is told beside the judgement; the clip judges each repetition by it, and `form` says so. */
function told(topic: string, evidence: Evidence, flaw: boolean | null, sentence: string): Draft {
  return { topic, ok: flaw === false ? true : null, near: false, sentence, evidence, short: ["", ""] };
}

function raises(set: SetHead): Draft[] {
  const count = valueOf(set, "reps") ?? 0;
  const error = wrongOf(count, ERRORS.raise_share);
  const first = repetitions(set, "raise", error);
  const height_deg = valueOf(set, "height_deg_mean");
  if (count === 0 || height_deg === null) return [first];
  const own_deg = valueOf(set, "full_height_deg") ?? 0;
  const limit = Math.max(RAISE.height_deg_min, RAISE.height_share_min * own_deg);
  const up_s = scaled(valueOf(set, "up_ms_mean"), 1000);
  const [hold_s, down_s] = ["hold_ms_mean", "down_ms_mean"].map((name) => scaled(valueOf(set, name), 1000)) as [number | null, number | null];
  const more = [
    form(set, "raise", count, error, { height: "too low", rhythm: "too fast", wobble: "wobbling" }),
    told(
      "height",
      { name: "height_deg_mean", value: height_deg, error: ERRORS.raise_deg, limit, unit: "°" },
      flagged(set, "height"),
      `${fixed(height_deg, 1)}° high on average (± ${fixed(ERRORS.raise_deg, 1)}°), own full height ${fixed(own_deg, 1)}°; below ${fixed(limit, 1)}° is partial.`,
    ),
    told(
      "tempo",
      { name: "up_s_mean", value: up_s, error: null, limit: RAISE.way_s_min, unit: "s" },
      flagged(set, "rhythm"),
      `${fixed(up_s, 1)} s up, ${fixed(hold_s, 1)} s at the top, ${fixed(down_s, 1)} s down on average; under ${RAISE.way_s_min} s is too fast.`,
    ),
  ];
  return [first, ...more.filter(({ evidence }) => evidence.value !== null)];
}

/** A hold that the clip cannot feel: too short a set had none that was long enough, and a longer one proves nothing. */
function unfelt(set_s: number, target: number | null): Draft {
  const early = target !== null && set_s < target - ERRORS.hold_s;
  const evidence: Evidence = { name: "set_s", value: set_s, error: ERRORS.hold_s, limit: early ? target : null, unit: "s" };
  const lasted = `The set lasted ${fixed(set_s, 1)} s`;
  const sentence = early
    ? asked(`${lasted} (± ${ERRORS.hold_s} s)`, `${target} s`, false, "not long enough")
    : `${lasted}${target === null ? "" : `, ${target} s asked for`}; with both feet on the floor the clip cannot feel the hold.`;
  return { topic: "hold", ok: early ? false : null, near: false, sentence, evidence, short: ["", "not held long enough"] };
}

function wallSit(set: SetHead): Draft[] {
  const target = targetOf(set);
  const topic = "hold";
  if (isUnfelt(set.exercise, set.rung)) return [unfelt(set.set.duration_ms / 1000, target)];
  const holds = valueOf(set, "holds") ?? 0;
  const longest_s = set.verdict === null ? null : (scaled(valueOf(set, "hold_ms_max"), 1000) ?? 0);
  const evidence: Evidence = { name: "hold_s", value: longest_s, error: ERRORS.hold_s, limit: target, unit: "s" };
  const state = meet(evidence, flagged(set, "short"));
  const done = `Longest hold ${fixed(longest_s, 1)} s (± ${ERRORS.hold_s} s)`;
  const sentence = longest_s === null ? "The clip told nothing of the hold." : target === null ? `${done}; none was asked for.` : asked(done, `${target} s`, state.ok, "not long enough");
  const first: Draft = { topic, ...state, sentence, evidence, short: [`${fixed(longest_s, 1)} s held`, "not held long enough"] };
  return holds === 0 ? [first] : [first, touches(set, holds, state.ok === true), tremor(set)];
}

/** A hold that lasted as long as was asked for ends with a touch-down of its own, which is no fault. */
function touches(set: SetHead, holds: number, met: boolean): Draft {
  const value = holds - (valueOf(set, "unbroken_holds") ?? 0);
  const limit = met ? 1 : 0;
  const evidence: Evidence = { name: "touch_downs", value, error: 0, limit, unit: "touch-downs" };
  const state = judge(evidence, true, value > limit ? flagged(set, "missed") : false);
  const end = met && value > 0 ? "; one of them ended the hold that was asked for" : "";
  const sentence = `${counted(value, "touch-down")} in ${counted(holds, "hold")}${end}.`;
  return { topic: "touches", ...state, near: false, sentence, evidence, short: ["unbroken", "the foot touched down"] };
}

function tremor(set: SetHead): Draft {
  const value = valueOf(set, "tremor_dps_mean");
  const error = value === null ? null : value * ERRORS.tremor_share;
  const evidence: Evidence = { name: "tremor_dps_mean", value, error, limit: SIT.tremor_dps_max, unit: "°/s" };
  const state = judge(evidence, true, flagged(set, "wobble"));
  const text = `Foot turning ${fixed(value, 1)} °/s (± ${fixed(error, 1)} °/s) on average, up to ${SIT.tremor_dps_max} °/s is steady`;
  return { topic: "tremor", ...state, sentence: `${text}: ${ending(state.ok, "fine", "it trembled")}.`, evidence, short: ["steady", "the leg trembled"] };
}

function stepDown(set: SetHead): Draft[] {
  const count = valueOf(set, "taps") ?? 0;
  const first = repetitions(set, "tap", ERRORS.taps);
  const hardest_g = valueOf(set, "tap_g_max");
  if (count === 0 || hardest_g === null) return [first];
  const evidence: Evidence = { name: "tap_g_max", value: hardest_g, error: null, limit: STEP.tap_g_max, unit: "g" };
  const sentence = `Hardest tap ${fixed(hardest_g, 1)} g, ${fixed(valueOf(set, "tap_g_mean"), 1)} g on average.`;
  return [first, form(set, "tap", count, ERRORS.taps, { rhythm: "stomped or stood on" }), told("impact", evidence, flagged(set, "rhythm"), sentence)];
}

function run(set: SetHead): Draft[] {
  const [judged, inBand, tempo, band, own, left] = ["strides_judged", "strides_in_band", "tempo_spm", "band_spm", "baseline_spm", "times_out_of_band"].map((name) => valueOf(set, name)) as (number | null)[];
  return [bandFinding(set, judged ?? 0, inBand ?? 0, `${fixed(tempo, 1)} ± ${fixed(band, 1)} steps/min`, left ?? 0), ...cadence(set, own ?? null)];
}

function bandFinding(set: SetHead, judged: number, inBand: number, band: string, left: number): Draft {
  const short: Short = ["the cadence was kept", "out of the cadence band for too long"];
  const value = judged === 0 ? null : (100 * (judged - inBand)) / judged;
  // Each crossing is told up to two strides off, as often too early as too late.
  const error = judged === 0 ? null : (100 * ERRORS.band_strides * Math.sqrt(2 * left + 1)) / judged;
  const evidence: Evidence = { name: "strides_out_pct", value, error, limit: RUN.out_pct_max, unit: "%" };
  const state = judge(evidence, true, flagged(set, "band"));
  if (value === null) return { topic: "band", ...state, sentence: "0 strides were held against a band: no tempo, or too short to learn the own cadence.", evidence, short };
  const text = `${fixed(value, 0)} % of ${counted(judged, "stride")} (± ${fixed(error, 0)} %) outside of ${band}, up to ${RUN.out_pct_max} % may be`;
  return { topic: "band", ...state, sentence: `${text}: ${ending(state.ok, "kept", "too many")}.`, evidence, short };
}

function cadence(set: SetHead, own: number | null): Draft[] {
  const value = set.set.cadence_spm;
  if (value === null) return [];
  const inside = value >= RUN.cadence_spm_min && value <= RUN.cadence_spm_max;
  const target = targetOf(set);
  const from = own === null ? "" : `, own cadence ${fixed(own, 1)}${target === null ? "" : `, ${target} % more asked for`}`;
  const sentence = `${fixed(value, 1)} steps/min on average${from}; ${RUN.cadence_spm_min} to ${RUN.cadence_spm_max} is the programme's range.`;
  const evidence: Evidence = { name: "cadence_spm", value, error: null, limit: value < RUN.cadence_spm_min ? RUN.cadence_spm_min : RUN.cadence_spm_max, unit: "steps/min" };
  return [{ topic: "cadence", ok: inside ? true : null, near: false, sentence, evidence, short: ["", ""] }];
}

const FINDINGS: Readonly<Record<SetHead["exercise"], (set: SetHead) => Draft[]>> = {
  auto: raises,
  calf: raises,
  "calf-bent": raises,
  pogo,
  "wall-sit": wallSit,
  "step-down": stepDown,
  run,
  walk: () => [],
};

function headlineOf(drafts: readonly Draft[]): string {
  const bad = drafts.filter(({ ok }) => ok === false).map(({ short }) => short[1]);
  if (bad.length > 0) return `Not clean yet: ${listed(bad)}.`;
  const good = drafts.filter(({ ok, short }) => ok === true && short[0] !== "").map(({ short }) => short[0]);
  if (good.length > 0) return `Clean set: ${good.join(", ")}.`;
  const close = drafts.some(({ evidence: { value, limit } }) => value !== null && limit !== null);
  return close ? "Too near the limit to tell." : "Nothing could be judged.";
}

/** Judges a set by what the clip found in it. Without the clip's verdict what the summary tells is judged, and the rest is not. */
export function verdictOn(set: SetHead): Verdict {
  const drafts = FINDINGS[set.exercise](set);
  const findings = drafts.map(({ topic, ok, sentence, evidence, near }): Finding => ({ topic, ok, sentence, evidence, near }));
  return { clean: findings.every(({ ok }) => ok !== false), headline: headlineOf(drafts), findings };
}

/** Whether a set was done as it was asked for; null where that could not be judged and nothing was off. */
export function outcomeOf({ clean, findings }: Verdict): boolean | null {
  return clean ? (findings[0]?.ok ?? null) : false;
}
