// The benchmark's numbers as rows, targets and Markdown. Pure.
import { FIGURES, report, shortfalls, type Scored } from "../../host/scoring.ts";
import { pool, type Distribution } from "../../sim/score.ts";
import { INSTRUCTIONS_MEAN_MAX, INSTRUCTIONS_WORST_MAX, MEMORY_BYTES_MAX, MODULE_BYTES_MAX, SPEED_MIN } from "../rules/budget.ts";
import type { Cost } from "./cost.ts";
import { EXACT, TIMED, type Case } from "./suites.ts";
import type { Outcome } from "./task.ts";

/** A simulated set with what it came to. */
export interface Ran {
  readonly each: Case;
  readonly outcome: Outcome;
}

/** People: all, those anybody may tune on, those nobody did. */
export type Half = "all" | "tuned" | "held out";

/** One row of the table of simulated suites. Times in ms. */
export interface Row {
  readonly suite: string;
  readonly half: Half;
  readonly sets: number;
  /** What was to be counted, found, and the sum of the errors of the sets. */
  readonly truth: number;
  readonly found: number;
  readonly miscounted: number;
  readonly sets_off: number;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly ic: Distribution | null;
  readonly tc: Distribution | null;
  readonly contact: Distribution | null;
  readonly flight: Distribution | null;
}

/** A figure with its target. */
export interface Target {
  readonly name: string;
  readonly target: string;
  readonly measured: string;
  readonly pass: boolean;
}

/** Counting of a set: what should be there, what was said, and by how much it is off; false hops count everywhere. */
export function counts({ each, outcome }: Ran): { truth: number; found: number; off: number } {
  const { hops, contacts, runs } = outcome;
  if (each.counting === "hops") return { ...hops, off: Math.abs(hops.found - hops.truth) };
  if (each.counting === "nothing") return { truth: 0, found: hops.found + runs, off: hops.found + runs };
  return { ...contacts, off: Math.abs(contacts.found - contacts.truth) + hops.found };
}

const isHeldOut = ({ each }: Ran): boolean => each.body.seed % 2 !== 0;

/** Sums up some sets as one row. */
export function row(suite: string, half: Half, ran: readonly Ran[]): Row {
  const some = ran.filter((one) => half === "all" || isHeldOut(one) === (half === "held out"));
  const { ic, errors_ms } = report(pool(some.map(({ outcome }) => outcome.score)));
  const counted = some.map(counts);
  const sum = (key: "truth" | "found" | "off"): number => counted.reduce((total, one) => total + one[key], 0);
  return {
    suite,
    half,
    sets: some.length,
    truth: sum("truth"),
    found: sum("found"),
    miscounted: sum("off"),
    sets_off: counted.filter(({ off }) => off > 0).length,
    recall: ic.recall,
    precision: ic.precision,
    ...errors_ms,
  };
}

/** Rows of all suites, each as a whole and by halves. */
export function rows(ran: readonly Ran[]): Row[] {
  const suites = [...new Set(ran.map(({ each }) => each.suite))];
  return suites.flatMap((suite) => {
    const own = ran.filter(({ each }) => each.suite === suite);
    return (["all", "tuned", "held out"] as const).map((half) => row(suite, half, own));
  });
}

/** What was measured beside accuracy. */
export interface Machine {
  readonly firmware_sha256: string;
  readonly module_bytes: number;
  readonly memory_bytes: number;
  readonly costs: readonly (Cost & { readonly chip: string })[];
  /** Simulated seconds a second of processor time. */
  readonly speed: number;
}

const number = (value: number | null | undefined, digits = 1): string => (value === null || value === undefined || !Number.isFinite(value) ? "–" : value.toFixed(digits));
const percent = (value: number | null): string => (value === null ? "–" : `${(value * 100).toFixed(2)} %`);

function most(name: string, value: number | null | undefined, max: number, unit: string, digits = 1): Target {
  return { name, target: `≤ ${max}${unit}`, measured: `${number(value, digits)}${unit}`, pass: value !== null && value !== undefined && value <= max };
}

/** Targets of the simulated suites, for everybody and for the held-out people. Without sets nothing is reached. */
export function accuracy(ran: readonly Ran[]): Target[] {
  return (["all", "held out"] as const).flatMap((half) => {
    const who = half === "all" ? "" : ", held out";
    const part = (suites: readonly string[], wanted: boolean): Row => row("", half, ran.filter(({ each }) => suites.includes(each.suite) === wanted));
    const exact = part(EXACT, true);
    const elsewhere = part(EXACT, false);
    const share = (elsewhere.miscounted / elsewhere.truth) * 100;
    return [
      most(`miscounted hops in ${exact.sets} sets of 60–90 contacts at 100–200/min${who}`, exact.sets === 0 ? null : exact.miscounted, 0, "", 0),
      most(`miscounted elsewhere, ${elsewhere.sets} sets, ${elsewhere.truth} contacts${who}`, share, 0.1, " %", 3),
      ...Object.entries(TIMED).flatMap(([movement, suites]) => {
        const { ic, tc, contact } = part(suites, true);
        return [
          most(`${movement} at 416 Hz, ic, 95th percentile of ${ic?.n ?? 0}${who}`, ic?.p95_ms, 4, " ms"),
          most(`${movement} at 416 Hz, tc, 95th percentile of ${tc?.n ?? 0}${who}`, tc?.p95_ms, 8, " ms"),
          most(`${movement} at 416 Hz, contact time, bias${who}`, contact === null ? null : Math.abs(contact.bias_ms), 5, " ms"),
        ];
      }),
    ];
  });
}

/** Targets of module and simulation. */
export function machinery({ module_bytes, memory_bytes, costs, speed }: Machine): Target[] {
  return [
    most("module", module_bytes, MODULE_BYTES_MAX, " B", 0),
    most("linear memory", memory_bytes, MEMORY_BYTES_MAX, " B", 0),
    ...costs.flatMap(({ chip, mean, worst }) => [
      most(`instructions a sample at 416 Hz, mean, ${chip}`, mean, INSTRUCTIONS_MEAN_MAX, "", 0),
      most(`instructions a sample at 416 Hz, worst 19 ms batch, ${chip}`, worst, INSTRUCTIONS_WORST_MAX, "", 0),
    ]),
    { name: "simulated seconds a second of one core, 416 Hz", target: `≥ ${SPEED_MIN}`, measured: speed.toFixed(0), pass: speed >= SPEED_MIN },
  ];
}

/** A suite of recordings with what it came to. */
export interface Recorded {
  readonly suite: string;
  readonly scored: readonly Scored[];
}

/** Targets of the recordings: one a suite, with what falls short. */
export function recordings(recorded: readonly Recorded[]): Target[] {
  return recorded.map(({ suite, scored }) => {
    const missed = scored.length === 0 ? ["no trace was scored"] : shortfalls(FIGURES[suite] ?? {}, scored);
    return { name: `recordings ${suite}-*, ${scored.length} traces`, target: "figures of host/scoring.ts", measured: missed.length === 0 ? "all reached" : missed.join("; "), pass: missed.length === 0 };
  });
}

/** A Markdown table. */
export function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...body.map(line)].join("\n");
}

/** The table of targets. */
export function targetTable(targets: readonly Target[]): string {
  return table(["", "figure", "target", "measured"], targets.map(({ pass, name, target, measured }) => [pass ? "✓" : "✗", name, target, measured]));
}

/** The table of simulated suites. */
export function suiteTable(all: readonly Row[]): string {
  const header = ["suite", "people", "sets", "counted/true", "miscounted", "sets off", "recall", "precision", "ic median / p95 ms", "tc median / p95 ms", "contact bias / p95 ms", "flight p95 ms"];
  return table(header, all.map(({ suite, half, sets, truth, found, miscounted, sets_off, recall: share, precision: sure, ic, tc, contact, flight }) => [
    half === "all" ? suite : "", half, String(sets), `${found}/${truth}`, String(miscounted), String(sets_off), percent(share), percent(sure),
    `${number(ic?.median_ms)} / ${number(ic?.p95_ms)}`, `${number(tc?.median_ms)} / ${number(tc?.p95_ms)}`,
    `${number(contact?.bias_ms)} / ${number(contact?.p95_ms)}`, number(flight?.p95_ms),
  ]));
}

/** The table of recordings. */
export function recordingTable(recorded: readonly Recorded[]): string {
  const header = ["suite", "traces", "counts off", "count errors", "recall", "precision", "ic median / p95 / bias ms", "tc median / p95 / bias ms", "contact bias ms"];
  return table(header, recorded.map(({ suite, scored }) => {
    const all = pool(scored.map(({ score }) => score));
    const { ic: found, errors_ms: { ic, tc, contact } } = report(all);
    const cell = (of: Distribution | null | undefined): string => `${number(of?.median_ms)} / ${number(of?.p95_ms)} / ${number(of?.bias_ms)}`;
    return [`${suite}-*`, String(scored.length), String(all.missed), all.count_errors.filter((error) => error !== 0).join(", ") || "0", percent(found.recall), percent(found.precision), cell(ic), cell(tc), number(contact?.bias_ms)];
  }));
}
