// Many sets as text for a terminal: a table of them, and small charts of an exercise over time. Pure.
import widthOf from "string-width";
import { plot } from "asciichart";
import { PROGRAMMES, isDrill } from "../coach/programme.ts";
import { outcomeOf, verdictOn } from "../coach/verdict.ts";
import type { KeptHead } from "../ledger/ledger.ts";
import { PAIN_MAX, type Pain, type Side } from "../record.ts";
import { longDate, shortDate } from "./date.ts";
import { doneOf, keyOf, type Key } from "./key.ts";
import { bar, clipped, fixed, table } from "./table.ts";

/** A set as history has it. */
export interface Past {
  readonly set: number;
  readonly started_ms: number;
  readonly exercise: string;
  readonly rung: string | null;
  readonly side: Side | null;
  /** In `unit`; null where nothing was asked for, and where what was done could not be told. */
  readonly target: number | null;
  readonly done: number | null;
  readonly unit: string | null;
  /** null where what was asked for could not be judged. */
  readonly clean: boolean | null;
  readonly headline: string;
  /** What was off: topics of the verdict. */
  readonly off: readonly string[];
  readonly pain: Pain | null;
  readonly key: Key | null;
}

/** What history says of a set. */
export function historyOf(head: KeptHead): Past {
  const { id, started_ms, exercise, rung, side, target, pain } = head;
  const verdict = verdictOn(head);
  return {
    set: id,
    started_ms,
    exercise,
    rung,
    side,
    target,
    done: doneOf(head),
    unit: isDrill(exercise) ? PROGRAMMES[exercise].unit : null,
    clean: outcomeOf(verdict),
    headline: verdict.headline,
    off: verdict.findings.filter(({ ok }) => ok === false).map(({ topic }) => topic),
    pain,
    key: keyOf(head),
  };
}

/** Widest rung and units that a row has room for. */
const RUNG_CHARS = 9;
const SHORT_UNITS: Readonly<Record<string, string>> = { "steps/min": "/min" };

/** Sets of more than so many days have the year in their dates. */
const DAYS = 300;
const DAY_MS = 86_400_000;

/** As many decimals as say something: none of a whole number. */
const amount = (value: number | null): string => (value === null ? "-" : fixed(value, Number.isInteger(value) ? 0 : 1));

function keyText(key: Key | null): string {
  if (key === null) return "-";
  const { value, error, digits, unit } = key;
  return `${fixed(value, digits)}${error === null ? "" : `±${fixed(error, digits)}`} ${SHORT_UNITS[unit] ?? unit}`;
}

/** One row a set, in so many columns: what was off gets what the others leave. */
export function tableLines(past: readonly Past[], columns: number): string[] {
  const years = Math.max(...past.map(({ started_ms }) => started_ms)) - Math.min(...past.map(({ started_ms }) => started_ms)) > DAYS * DAY_MS;
  const rows = past.map(({ set, started_ms, exercise, rung, side, done, target, pain, key, off, clean }) => [
    String(set),
    years ? longDate(started_ms) : shortDate(started_ms),
    exercise,
    clipped(rung ?? "-", RUNG_CHARS),
    side ?? "-",
    `${amount(done)}/${amount(target)}`,
    pain === null ? "-" : String(pain.score),
    keyText(key),
    clean === null ? "-" : clean ? "clean" : off.join(", "),
  ]);
  const header = ["set", "date", "<exercise", "<rung", "<side", "done", "pain", "key", "<found"];
  const wide = table(header, rows);
  if (wide.every((line) => widthOf(line) <= columns)) return wide;
  const ruler = table(header.slice(0, -1), rows.map((row) => row.slice(0, -1)), " ")[1] as string;
  const room = Math.max("found".length, columns - widthOf(ruler) - 1);
  return table(header, rows.map((row) => [...row.slice(0, -1), clipped(row.at(-1) as string, room)]), " ");
}

/** Columns of a chart, those left of its axis, and its lines. */
const CHART_CHARS = 60;
const SCALE_CHARS = 8;
const CHART_LINES = 5;

/** Values at even times from the first set to the last, on the line between two sets. */
function even(points: readonly (readonly [at_ms: number, value: number])[], chars: number): number[] {
  const first_ms = (points[0] as readonly number[])[0] as number;
  const last_ms = (points.at(-1) as readonly number[])[0] as number;
  return Array.from({ length: chars }, (_, i) => {
    const at_ms = first_ms + ((last_ms - first_ms) * i) / (chars - 1);
    const next = Math.max(1, points.findIndex(([t_ms]) => t_ms >= at_ms));
    const [[t0_ms, v0], [t1_ms, v1]] = [points[next - 1], points[next]] as [readonly [number, number], readonly [number, number]];
    return t1_ms === t0_ms ? v1 : v0 + ((v1 - v0) * (at_ms - t0_ms)) / (t1_ms - t0_ms);
  });
}

/** The key number and the pain of the sets of one exercise over time. Nothing of fewer than two sets, or of sets of one moment. */
export function chartLines(past: readonly Past[]): string[] {
  const keyed = past.filter((each): each is Past & { key: Key } => each.key !== null);
  const [first, last] = [keyed[0], keyed.at(-1)];
  if (first === undefined || last === undefined || first.started_ms === last.started_ms) return [];
  const { name, unit, digits } = first.key;
  const values = even(keyed.map(({ started_ms, key }) => [started_ms, key.value]), CHART_CHARS);
  const format = (value: number): string => fixed(value, digits).padStart(SCALE_CHARS - 1);
  // No two lines bear the same number: their scale is in steps of its last decimal, one a line at least.
  const parts = 10 ** digits;
  const [least, most] = [Math.floor(Math.min(...values) * parts), Math.ceil(Math.max(...values) * parts)];
  const more = Math.max(0, CHART_LINES - 1 - (most - least));
  const chart = plot(values, { height: CHART_LINES - 1, format, min: (least - Math.floor(more / 2)) / parts, max: (most + Math.ceil(more / 2)) / parts }).split("\n");
  const pains = new Map<number, number>();
  for (const { started_ms, pain } of past) {
    const at = Math.round(((started_ms - first.started_ms) / (last.started_ms - first.started_ms)) * (CHART_CHARS - 1));
    if (pain !== null) pains.set(at, Math.max(pain.score, pains.get(at) ?? 0));
  }
  const marks = Array.from({ length: CHART_CHARS }, (_, i) => {
    const score = pains.get(i);
    return score === undefined ? " " : bar(score / PAIN_MAX);
  });
  const [from, to] = [shortDate(first.started_ms), shortDate(last.started_ms)];
  return [
    "",
    `${first.exercise}: ${name}, ${unit}${new Set(past.map(({ side }) => side)).size > 1 ? ", all sides" : ""}`,
    ...chart.map((line) => line.trimEnd()),
    ...(pains.size === 0 ? [] : [`${"pain ".padStart(SCALE_CHARS)}${marks.join("")}`.trimEnd()]),
    `${" ".repeat(SCALE_CHARS)}${from}${to.padStart(CHART_CHARS - from.length)}`,
  ];
}
