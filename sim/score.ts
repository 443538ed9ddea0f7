// Scores a run against truth: one-to-one matching of events, counts, and the distribution of timing errors. Pure. What a truth is
// worth is a table: some name every event, some only those of cut-out strides, some only a number.
import type { Truth } from "./body/body.ts";

/** An event further from the truth than this is another event, s. */
export const MATCH_S = 0.05;
/** A contact longer than this is not one: the truth has a hole there, s. */
const CONTACT_S_MAX = 3;

/** Truth of a trace, as in the manifest of a trace folder. */
export interface TruthRecord {
  readonly kind?: string;
  readonly note?: string;
  /** Number of contacts (of hops in a rope bout). */
  readonly contacts?: number;
  readonly hops?: number;
  readonly strides?: number;
  readonly contact_s?: readonly number[];
  /** Toe-offs, in time order; null where the foot did not leave. */
  readonly toe_off_s?: readonly (number | null)[];
  /** Of a simulated set; empty where the exercise has none. */
  readonly reps?: Truth["reps"];
  readonly holds?: Truth["holds"];
  readonly taps?: Truth["taps"];
  readonly activities?: Truth["activities"];
}

/** What the clip found. */
export interface Detection {
  readonly contacts: readonly {
    readonly ic_s: number;
    readonly tc_s: number | null;
    readonly kind: string;
    readonly flight_ms: number | null;
  }[];
  readonly hops: number;
}

/** What a truth counts. */
export type Counted = "contacts" | "hops" | "hops and running contacts";

/** How a truth is used. */
export interface Rule {
  readonly name: string;
  /** 'all': every event is known; 'some': events known are real, others may be too; 'none': no events. */
  readonly events: "all" | "some" | "none";
  readonly count: Counted | null;
  /** Allowed count error; null = reported, not judged. */
  readonly tolerance: number | null;
}

/** Which truth is used how, by its `kind`; the first that fits. `allow +-N` in the note sets the tolerance. */
export const RULES: readonly { readonly kind: RegExp; readonly rule: Rule; readonly why: string }[] = [
  {
    kind: /^simulated$/,
    rule: { name: "exact", events: "all", count: "hops", tolerance: 0 },
    why: "the simulator knows every contact",
  },
  {
    kind: /segmented strides only/,
    rule: { name: "segmented strides", events: "some", count: null, tolerance: null },
    why: "strides outside the cut-out ones are real too: precision and counts cannot be judged",
  },
  {
    kind: /one file a repetition|window of each file/,
    rule: { name: "cut apart", events: "none", count: null, tolerance: null },
    why: "repetitions were cut apart and joined: flights and pauses between them are not there",
  },
  {
    kind: /^negative$|no flight phase/,
    rule: { name: "negative", events: "none", count: "hops and running contacts", tolerance: 0 },
    why: "nobody hops or runs in it; walking contacts are allowed",
  },
  {
    kind: /estimated by one reader/,
    rule: { name: "counted", events: "none", count: "hops", tolerance: 0 },
    why: "a number of hops, no times",
  },
  {
    kind: /counted by eye|checked by hand/,
    rule: { name: "events", events: "all", count: "contacts", tolerance: null },
    why: "every contact was labelled",
  },
];

/** The rule for a truth; null where there is nothing to score. */
export function ruleFor(truth: TruthRecord | null): Rule | null {
  if (truth === null) return null;
  const allowed = /allow \+-(\d+)/.exec(truth.note ?? "");
  for (const { kind, rule } of RULES) {
    if (!kind.test(truth.kind ?? "")) continue;
    return allowed === null || rule.count === null ? rule : { ...rule, tolerance: Number(allowed[1]) };
  }
  const tolerance = allowed === null ? null : Number(allowed[1]);
  if (truth.contact_s !== undefined) return { name: "events", events: "all", count: "contacts", tolerance };
  if (truth.hops !== undefined) return { name: "counted", events: "none", count: "hops", tolerance };
  if (truth.contacts !== undefined) return { name: "counted", events: "none", count: "contacts", tolerance };
  return null;
}

/**
 * Pairs two rising lists of times one to one: as many pairs within `within_s` as there can be, and of those the ones with the least
 * sum of distances. Returns [index in a, index in b] in time order. On a line such a matching never crosses, so that a table over the
 * two lists finds it; the lists are cut wherever nothing can pair across.
 */
export function match(a: readonly number[], b: readonly number[], within_s = MATCH_S): [number, number][] {
  const pairs: [number, number][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if ((a[i] as number) < (b[j] as number) - within_s) i++;
    else if ((b[j] as number) < (a[i] as number) - within_s) j++;
    else {
      const iFrom = i;
      const jFrom = j;
      let end_s = Math.max(a[i++] as number, b[j++] as number);
      for (let grown = true; grown; ) {
        grown = false;
        while (i < a.length && (a[i] as number) <= end_s + within_s) [end_s, i, grown] = [Math.max(end_s, a[i] as number), i + 1, true];
        while (j < b.length && (b[j] as number) <= end_s + within_s) [end_s, j, grown] = [Math.max(end_s, b[j] as number), j + 1, true];
      }
      for (const [p, q] of matchCluster(a.slice(iFrom, i), b.slice(jFrom, j), within_s)) pairs.push([iFrom + p, jFrom + q]);
    }
  }
  return pairs;
}

function matchCluster(a: readonly number[], b: readonly number[], within_s: number): [number, number][] {
  const width = b.length + 1;
  const count = new Int32Array((a.length + 1) * width);
  const cost_s = new Float64Array(count.length);
  const better = (p: number, q: number): boolean => {
    const more = (count[p] as number) - (count[q] as number);
    return more > 0 || (more === 0 && (cost_s[p] as number) < (cost_s[q] as number));
  };
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const at = i * width + j;
      const from = better(at - width, at - 1) ? at - width : at - 1;
      count[at] = count[from] as number;
      cost_s[at] = cost_s[from] as number;
      const distance_s = Math.abs((a[i - 1] as number) - (b[j - 1] as number));
      if (distance_s > within_s) continue;
      const paired = (count[at - width - 1] as number) + 1;
      const pairedCost_s = (cost_s[at - width - 1] as number) + distance_s;
      if (paired > (count[at] as number) || (paired === count[at] && pairedCost_s < (cost_s[at] as number))) {
        count[at] = paired;
        cost_s[at] = pairedCost_s;
      }
    }
  }
  const pairs: [number, number][] = [];
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    const at = i * width + j;
    if (count[at] === count[at - width] && cost_s[at] === cost_s[at - width]) i--;
    else if (count[at] === count[at - 1] && cost_s[at] === cost_s[at - 1]) j--;
    else pairs.push([--i, --j]);
  }
  return pairs.reverse();
}

/** Errors of one kind of time, ms: detected minus true. */
export interface Distribution {
  readonly n: number;
  /** Median of the absolute errors. */
  readonly median_ms: number;
  /** Quartiles' distance of the signed errors. */
  readonly iqr_ms: number;
  /** 95th percentile of the absolute errors. */
  readonly p95_ms: number;
  /** Median of the signed errors. */
  readonly bias_ms: number;
}

/** Quantile by straight lines between order statistics; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((p, q) => p - q);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? NaN;
  return below + (at - Math.floor(at)) * ((sorted[Math.ceil(at)] ?? NaN) - below);
}

/** null of no errors. */
export function distribution(errors_ms: readonly number[]): Distribution | null {
  if (errors_ms.length === 0) return null;
  const absolute = errors_ms.map(Math.abs);
  return {
    n: errors_ms.length,
    median_ms: quantile(absolute, 0.5),
    iqr_ms: quantile(errors_ms, 0.75) - quantile(errors_ms, 0.25),
    p95_ms: quantile(absolute, 0.95),
    bias_ms: quantile(errors_ms, 0.5),
  };
}

/** Times whose errors are scored. */
export const TIMES = ["ic", "tc", "contact", "flight"] as const;
export type Time = (typeof TIMES)[number];

/** Score of one trace; sums of it are scores of suites. */
export interface Score {
  readonly rule: string;
  /** Events of the truth, found ones, and pairs; initial contacts, then toe-offs. */
  readonly ic: { readonly truth: number; readonly found: number; readonly matched: number };
  readonly tc: { readonly truth: number; readonly found: number; readonly matched: number };
  /** Whether events that match nothing are wrong. */
  readonly complete: boolean;
  readonly count: { readonly what: Counted; readonly truth: number; readonly found: number; readonly tolerance: number | null } | null;
  readonly errors_ms: Readonly<Record<Time, readonly number[]>>;
}

/** A known contact with what surrounds it. */
interface Known {
  readonly ic_s: number;
  readonly tc_s: number | null;
  /** Toe-off before it. */
  readonly before_s: number | null;
}

/** Known toe-offs in order, s. */
function toeOffs(truth: TruthRecord): number[] {
  return (truth.toe_off_s ?? []).filter((tc) => tc !== null).sort((p, q) => p - q);
}

/** Each contact's own toe-off is the first after it and before the next contact; the one before it likewise. */
function knownContacts(truth: TruthRecord): Known[] {
  const ics = [...(truth.contact_s ?? [])].sort((p, q) => p - q);
  const tcs = toeOffs(truth);
  return ics.map((ic_s, i) => {
    const next_s = Math.min(ics[i + 1] ?? Infinity, ic_s + CONTACT_S_MAX);
    const last_s = Math.max(ics[i - 1] ?? -Infinity, ic_s - CONTACT_S_MAX);
    return {
      ic_s,
      tc_s: tcs.find((tc_s) => tc_s > ic_s && tc_s < next_s) ?? null,
      before_s: tcs.findLast((tc_s) => tc_s < ic_s && tc_s > last_s) ?? null,
    };
  });
}

/** Scores what was found against a truth by its rule. */
export function score(truth: TruthRecord, rule: Rule, found: Detection): Score {
  const errors_ms: Record<Time, number[]> = { ic: [], tc: [], contact: [], flight: [] };
  const known = rule.events === "none" ? [] : knownContacts(truth);
  const contacts = rule.events === "none" ? [] : [...found.contacts].sort((p, q) => p.ic_s - q.ic_s);
  const icPairs = match(known.map(({ ic_s }) => ic_s), contacts.map(({ ic_s }) => ic_s));
  for (const [k, c] of icPairs) {
    const { ic_s, tc_s, before_s } = known[k] as Known;
    const contact = contacts[c] as Detection["contacts"][number];
    errors_ms.ic.push((contact.ic_s - ic_s) * 1e3);
    if (tc_s !== null && contact.tc_s !== null) errors_ms.contact.push((contact.tc_s - contact.ic_s - (tc_s - ic_s)) * 1e3);
    if (before_s !== null && contact.flight_ms !== null) errors_ms.flight.push(contact.flight_ms - (ic_s - before_s) * 1e3);
  }
  const knownTc = rule.events === "none" ? [] : toeOffs(truth);
  const foundTc = contacts.map(({ tc_s }) => tc_s).filter((tc) => tc !== null).sort((p, q) => p - q);
  const tcPairs = match(knownTc, foundTc);
  for (const [k, c] of tcPairs) errors_ms.tc.push(((foundTc[c] as number) - (knownTc[k] as number)) * 1e3);
  return {
    rule: rule.name,
    ic: { truth: known.length, found: contacts.length, matched: icPairs.length },
    tc: { truth: knownTc.length, found: foundTc.length, matched: tcPairs.length },
    complete: rule.events === "all",
    count: rule.count === null ? null : countOf(rule.count, rule.tolerance, truth, found),
    errors_ms,
  };
}

function countOf(what: Counted, tolerance: number | null, truth: TruthRecord, found: Detection): NonNullable<Score["count"]> {
  const runs = found.contacts.filter(({ kind }) => kind === "run").length;
  if (what === "contacts") {
    return { what, tolerance, truth: truth.contacts ?? truth.contact_s?.length ?? 0, found: found.contacts.length };
  }
  if (what === "hops") return { what, tolerance, truth: truth.hops ?? truth.contacts ?? 0, found: found.hops };
  return { what, tolerance, truth: 0, found: found.hops + runs };
}

/** Sums of scores: counts add up, errors are pooled; a suite is complete where all its parts are. */
export function pool(scores: readonly Score[]): Omit<Score, "count" | "rule"> & { readonly count_errors: number[]; readonly missed: number } {
  const add = (event: "ic" | "tc") => ({
    truth: scores.reduce((sum, part) => sum + part[event].truth, 0),
    found: scores.reduce((sum, part) => sum + part[event].found, 0),
    matched: scores.reduce((sum, part) => sum + part[event].matched, 0),
  });
  const errors_ms: Record<Time, number[]> = { ic: [], tc: [], contact: [], flight: [] };
  for (const part of scores) for (const time of TIMES) errors_ms[time].push(...part.errors_ms[time]);
  return {
    ic: add("ic"),
    tc: add("tc"),
    complete: scores.every((part) => part.complete),
    errors_ms,
    count_errors: scores.flatMap((part) => (part.count === null ? [] : [part.count.found - part.count.truth])),
    missed: scores.filter((part) => countIsOff(part)).length,
  };
}

/** Whether a count lies outside what its truth allows. */
export function countIsOff(part: Pick<Score, "count">): boolean {
  const { count } = part;
  return count !== null && count.tolerance !== null && Math.abs(count.found - count.truth) > count.tolerance;
}

/** Share of the truth's events that were found; null without any. */
export function recall(event: Score["ic"]): number | null {
  return event.truth === 0 ? null : event.matched / event.truth;
}

/** Share of the found events that are true; null where the truth does not name them all, or nothing was found. */
export function precision(event: Score["ic"], complete: boolean): number | null {
  return !complete || event.found === 0 ? null : event.matched / event.found;
}
