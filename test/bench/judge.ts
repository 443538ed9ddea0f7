// Judges a run of one of the exercises by the truth of its body: what was counted, how each repetition was called, by how much angles
// and times are off, which label was on when.
import { resultOf, type Result } from "../../host/result.ts";
import type { Truth, TruthActivity } from "../../sim/body/body.ts";
import { thirds } from "../../sim/body/height.ts";
import { truthWithin } from "../../sim/run.ts";
import { match } from "../../sim/score.ts";
import type { World } from "../../sim/world.ts";
import type { Drill } from "./drills.ts";
import { runSet } from "./set.ts";

/** How many were called what they are, of how many. */
export interface Share {
  readonly right: number;
  readonly of: number;
}

/** What the clip said the wearer does, from when on: when the line left the clip, s of the source. */
export interface Label {
  readonly t_s: number;
  readonly activity: string;
}

/** Time, s, in which another activity was said than the true one. */
export interface Mistake {
  readonly kind: string;
  readonly said: string;
  readonly s: number;
}

/** What a set came to. Lists are empty, shares of nothing, where the exercise has none. */
export interface Judged {
  readonly seconds: number;
  /** Raises, holds, taps, hops, contacts: true, and said by the clip. */
  readonly truth: number;
  readonly found: number;
  /** Raises, by what they truly are: partial ones called partial, full ones not. One that was not found is wrong. */
  readonly partial: Share;
  readonly full: Share;
  /** Raises and taps: clean ones called clean, others not. */
  readonly clean: Share;
  readonly faulty: Share;
  /** Errors of the tops of raises, °, and of the holds, s; found minus true; Infinity where it was not found. */
  readonly height_deg: readonly number[];
  readonly hold_s: readonly number[];
  /** Pogo: true share of height lost, and whether the clip said so; null for others. */
  readonly fade: { readonly lost: number; readonly told: boolean } | null;
  /** Activities judged, by kind, and what was wrong. */
  readonly kinds: readonly string[];
  readonly mistakes: readonly Mistake[];
  /** Why the set ended. */
  readonly end: string | null;
  /** What the clip or the simulator complained about. */
  readonly faults: readonly string[];
}

/** A raise or tap is found where one's top or tap is at most this far away, s; tops of two raises are 0.8 s apart at least. */
const NEAR_S = 0.4;
/** The same for the beginning of a hold, s: two begin 3 s apart at least. */
const NEAR_HOLD_S = 1;
/** A landing so close to the end of a set may count or not, s. */
const EDGE_S = 0.02;
/** An activity is to be known after so long, and judged where it is longer than that by half a second, s. */
export const KNOWN_S = 3;
const JUDGED_S = 3.5;
/** In a right set labels are wrong for no longer, all told, s. */
export const WRONG_S = 0.5;

const NONE: Share = { right: 0, of: 0 };

/** What is said wrongly from KNOWN_S after an activity's beginning until its end. Before its first label a clip says nothing. */
export function mistakes(activities: readonly TruthActivity[], labels: readonly Label[]): Mistake[] {
  return activities.filter(({ start_s, end_s }) => end_s - start_s >= JUDGED_S).flatMap(({ start_s, end_s, kind }) => {
    const spans = [{ t_s: -Infinity, activity: "nothing" }, ...labels];
    return spans.flatMap(({ t_s, activity }, i) => {
      const s = Math.min(end_s, spans[i + 1]?.t_s ?? Infinity) - Math.max(start_s + KNOWN_S, t_s);
      return s > 0 && activity !== kind ? [{ kind, said: activity, s }] : [];
    });
  });
}

/** Pairs of the true and the found, by time; `null` where a true one was not found. */
function paired<T, F>(truth: readonly T[], found: readonly F[], true_s: (of: T) => number, found_s: (of: F) => number, within_s: number): [T, F | null][] {
  const pairs = new Map(match(truth.map(true_s), found.map(found_s), within_s));
  return truth.map((one, i) => [one, pairs.has(i) ? found[pairs.get(i)!]! : null]);
}

function share<T>(pairs: readonly T[], of: (pair: T) => boolean, right: (pair: T) => boolean): Share {
  const some = pairs.filter(of);
  return { right: some.filter(right).length, of: some.length };
}

/** Judges what a clip said of a set. `truth`: of the whole body; `begin_s`, `end_s`: the set on its time. */
export function judge(matter: Drill["matter"], truth: Truth, result: Result, labels: readonly Label[], begin_s: number, end_s: number): Judged {
  const base = { seconds: end_s - begin_s, partial: NONE, full: NONE, clean: NONE, faulty: NONE, height_deg: [], hold_s: [], fade: null, kinds: [], mistakes: [], end: result.set?.end ?? null, faults: result.errors };
  switch (matter) {
    case "raises": {
      const pairs = paired(truth.reps, result.reps, ({ top_s }) => top_s, ({ t_s }) => t_s, NEAR_S);
      return {
        ...base,
        truth: truth.reps.length,
        found: result.reps.length,
        partial: share(pairs, ([rep]) => !rep.full, ([, found]) => found !== null && found.flaws.includes("partial")),
        full: share(pairs, ([rep]) => rep.full, ([, found]) => found !== null && !found.flaws.includes("partial")),
        clean: share(pairs, ([rep]) => rep.clean, ([, found]) => found !== null && found.clean),
        faulty: share(pairs, ([rep]) => !rep.clean, ([, found]) => found !== null && !found.clean),
        height_deg: pairs.flatMap(([rep, found]) => (found === null ? [] : [(found.height_deg ?? Infinity) - rep.height_deg])),
      };
    }
    case "holds": {
      const pairs = paired(truth.holds, result.holds, ({ start_s }) => start_s, ({ start_s }) => start_s, NEAR_HOLD_S);
      return {
        ...base,
        truth: truth.holds.length,
        found: result.holds.length,
        hold_s: pairs.map(([hold, found]) => (found === null ? Infinity : found.end_s - found.start_s - (hold.end_s - hold.start_s))),
      };
    }
    case "taps": {
      const pairs = paired(truth.taps, result.taps, ({ t_s }) => t_s, ({ t_s }) => t_s, NEAR_S);
      return {
        ...base,
        truth: truth.taps.length,
        found: result.taps.length,
        clean: share(pairs, ([tap]) => tap.clean, ([, found]) => found !== null && found.clean),
        faulty: share(pairs, ([tap]) => !tap.clean, ([, found]) => found !== null && !found.clean),
      };
    }
    case "height": {
      const within = (until_s: number): Truth["contacts"] => truth.contacts.filter(({ ic_s }) => ic_s >= begin_s && ic_s < until_s);
      const hops = (until_s: number): number => within(until_s).filter(({ hop }) => hop).length;
      const inside = within(end_s);
      return {
        ...base,
        truth: Math.max(hops(end_s - EDGE_S), Math.min(hops(end_s + EDGE_S), result.hops)),
        found: result.hops,
        fade: { lost: thirds({ contacts: inside })?.fade ?? NaN, told: "flaws" in result.verdict && result.verdict.flaws.includes("height") },
      };
    }
    case "contacts":
      return { ...base, truth: truthWithin(truth, begin_s, end_s).contacts!, found: result.contacts.length };
    case "nothing":
      return { ...base, truth: truth.reps.length, found: result.reps.length };
    case "activities": {
      const kinds = truth.activities.filter(({ start_s, end_s: over_s }) => over_s - start_s >= JUDGED_S).map(({ kind }) => kind);
      return { ...base, truth: truth.reps.length, found: result.reps.length, kinds, mistakes: mistakes(truth.activities, labels) };
    }
  }
}

/** Runs and judges a set. */
export function runDrill(each: Drill, wasm: Uint8Array): Judged {
  let world: World | null = null;
  const run = runSet(each, wasm, undefined, (made) => {
    world = made;
  });
  const { lines, source_start_us } = world!;
  const result = resultOf(run);
  const said_s = lines.filter(({ text }) => text.includes(",ACT,")).map(({ t_us }) => (t_us - source_start_us) / 1e6);
  const labels = result.activities.map(({ activity }, i) => ({ t_s: said_s[i]!, activity }));
  const { body, bpm_d, count_in = 0, duration_ms = 0 } = each;
  const begin_s = count_in === 0 ? 0 : body.lead_s! - 600 / bpm_d;
  const end_s = duration_ms === 0 ? run.seconds : begin_s + duration_ms / 1000;
  const judged = judge(each.matter, run.truth, result, labels, begin_s, end_s);
  return { ...judged, faults: [...judged.faults, ...run.violations] };
}
