// The report of a set for the runner and the physiotherapist: one HTML file that needs nothing else and prints on A4. Pure.
import { ADVICE, isDrill, PROGRAMMES, rungOf, type Drill, type Programme } from "../coach/programme.ts";
import { taskOf, type Prescription } from "../coach/next.ts";
import { compareSides } from "../coach/sides.ts";
import { outcomeOf, type Verdict } from "../coach/verdict.ts";
import { InputError } from "../failure.ts";
import type { SetHead, SetRecord } from "../record.ts";
import { cadence } from "./cadence.ts";
import type { Figure } from "./chart.ts";
import { clock, longDate, shortDate } from "./date.ts";
import { digitsOf, escape, figureBox, findingItem, statisticsRow, tileBox } from "./markup.ts";
import type { Part } from "./part.ts";
import { pogo } from "./pogo.ts";
import { raise } from "./raise.ts";
import { sit } from "./sit.ts";
import { STYLE } from "./style.ts";
import { tap } from "./tap.ts";
import { trendFigures, type Hurt } from "./trend.ts";

/** What the page shows. */
export interface PageInput {
  readonly record: SetRecord;
  readonly runner: string;
  readonly verdict: Verdict;
  /** null where none can be given. */
  readonly next: Prescription | null;
  /** Sets of the same exercise, oldest first; this one may be among them. */
  readonly trend: readonly SetHead[];
  readonly pains: readonly Hurt[];
  /** The other side's last set of the exercise on the same rung and tempo; null where there is none. */
  readonly other: SetRecord | null;
}

/** What each exercise puts on the page. */
const PARTS: Readonly<Record<Drill, (record: SetRecord) => Part>> = { pogo, calf: raise, "calf-bent": raise, "wall-sit": sit, "step-down": tap, run: cadence };

/** Where the numbers come from. */
function originOf({ source, origin }: SetRecord): string {
  return source === "simulated" ? origin : `${source} ${origin}`;
}

/** "30 s", "42 min 10 s" */
function lengthOf(length_s: number): string {
  const whole_s = Math.round(length_s);
  return whole_s < 120 ? `${whole_s} s` : `${Math.floor(whole_s / 60)} min${whole_s % 60 === 0 ? "" : ` ${whole_s % 60} s`}`;
}

function rungTitle(programme: Programme, rung: string | null): string | null {
  return rungOf(programme, rung)?.title ?? rung;
}

/** Who, what and when, in two lines. */
function header({ record, runner }: PageInput, programme: Programme): string {
  const { side, bpm, started_ms, set } = record;
  const what = [rungTitle(programme, record.rung), side, bpm === null ? null : `${Number(bpm.toFixed(1))}/min`, lengthOf(set.duration_ms / 1000)];
  return (
    `<header><span class="brand">hopclip</span><span class="meta"><b>${escape(programme.title)}</b> · ${what.filter((word) => word !== null).map((word) => escape(word)).join(" · ")}<br>` +
    `${escape(runner)} · ${longDate(started_ms)}, ${clock(started_ms)}</span></header>`
  );
}

/** Which colour the verdict has. */
function classOf(verdict: Verdict): string {
  const outcome = outcomeOf(verdict);
  return outcome === null ? " open" : outcome ? "" : " not";
}

function nextText(next: Prescription): string {
  return `<p><b>${next.move === "rest" ? "Rest; then" : "Next workout"}: ${escape(taskOf(next))}.</b> ${escape(next.why.join(" "))}</p>`;
}

/** A number with a minus sign, not a hyphen. */
function minus(value: number, digits: number): string {
  return value.toFixed(digits).replace("-", "−");
}

/** Why left and right are not compared. */
function apart({ side }: SetRecord, other: SetRecord | null): string {
  if (side === null) return "It was not said which side the clip was worn on.";
  if (other === null) return `The ${side === "left" ? "right" : "left"} side has no set of this exercise yet with the same rung and tempo.`;
  return "Not compared: too little was done, or the numbers of this exercise cannot tell two sides apart.";
}

/** Left against right: the other side's last set beside this one. */
function sidesFigure(record: SetRecord, other: SetRecord | null): Figure {
  const [left, right] = record.side === "left" ? [record, other] : [other, record];
  const rows = record.side === null || left === null || right === null ? [] : compareSides(left, right);
  const title = "Left against right";
  if (rows.length === 0 || other === null) return { title, note: apart(record, other), wide: false, body: "" };
  const cells = rows.map(({ name, unit, left: l, right: r, difference, error, different }) => {
    const digits = digitsOf(error);
    const numbers = [minus(l, digits), minus(r, digits), `${minus(difference, digits)} ± ${minus(error, digits)}`];
    return `<tr${different ? ' class="far"' : ""}><td>${escape(name)}, ${escape(unit)}</td>${numbers.map((text) => `<td>${text}</td>`).join("")}</tr>`;
  });
  const said = rows.some(({ different }) => different) ? "Bold: more than chance and measurement." : "No difference is more than chance and measurement.";
  return {
    title,
    note: `The ${record.side === "left" ? "right" : "left"} side's last set was on ${shortDate(other.started_ms)}. ${said}`,
    wide: false,
    body: `<table class="sides"><thead><tr><th></th><th>left</th><th>right</th><th>right − left</th></tr></thead><tbody>${cells.join("")}</tbody></table>`,
  };
}

/** The page as text. An InputError where the set's exercise is none of the programme. */
export function page(input: PageInput): string {
  const { record, verdict, next, trend, pains, other } = input;
  const { exercise } = record;
  if (!isDrill(exercise)) throw new InputError(`a set of "${exercise}" has no report: it is none of the programme's exercises`);
  const programme = PROGRAMMES[exercise];
  const part = PARTS[exercise](record);
  const few = part.figures.length === 0 ? `<p class="quiet">Too little was counted for charts of this set.</p>` : "";
  const weeks = trendFigures(exercise, trend, record.side, pains);
  const sides = weeks.length === 0 && other === null ? [] : [sidesFigure(record, other)];
  const later = weeks.length === 0 ? `<p class="quiet">From the second set on this page also shows how it goes from week to week.</p>` : "";
  const figures = [...part.figures, ...weeks, ...sides];
  const rows = part.rows.filter(({ values }) => values.length > 0);
  const pain = record.pain === null ? "" : `<p>Pain after the set: <b>${record.pain.score} of 10</b>${record.pain.where === null ? "" : `, ${escape(record.pain.where)}`}.</p>`;
  const errors = record.errors.length === 0 ? "" : `<div class="warn"><b>While measuring:</b> ${record.errors.map(escape).join("; ")}.</div>`;
  const title = `${programme.title}, ${longDate(record.started_ms)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="hopclip">
<title>${escape(`${title}: ${input.runner}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${header(input, programme)}
<section class="verdict${classOf(verdict)}"><h1>${escape(verdict.headline)}</h1>${next === null ? "" : nextText(next)}${pain}</section>
<div class="tiles">
${part.tiles.map(tileBox).join("\n")}
</div>
<ul class="findings">
${verdict.findings.map(findingItem).join("\n")}
</ul>
${errors}${few}
<div class="figures">
${figures.map(figureBox).join("\n")}
</div>
${later}
${
  rows.length === 0
    ? ""
    : `<section class="each"><table><thead><tr><th>Per ${part.each}</th><th>n</th><th>mean</th><th>SD</th><th>min</th><th>max</th><th></th></tr></thead>
<tbody>
${rows.map(statisticsRow).join("\n")}
</tbody></table></section>`
}
<section class="method"><h2>Method and limits</h2>
<p>A motion sensor on the shoe feels what this foot does. ${escape(part.method)} What follows ± is what a number may be off by, 19 times of 20; a
smaller difference is called none. Pain is not measured: it is what the runner says.</p>
<p>${escape(originOf(record))} · ${escape(record.sensor)} · firmware ${escape(record.firmware_sha256.slice(0, 16))}</p></section>
<footer>${ADVICE.map((line) => `<p>${escape(line)}</p>`).join("")}</footer>
</main>
</body>
</html>
`;
}
