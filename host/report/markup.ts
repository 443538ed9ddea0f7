// Pieces of the report's HTML. Pure; whatever comes from outside goes through `escape`.
import type { Finding } from "../coach/verdict.ts";
import type { Figure } from "./chart.ts";
import type { Row, Tile } from "./part.ts";
import { moments } from "../moments.ts";
import { fixed } from "./table.ts";

/** Text that is no markup. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const MARKS = { yes: "✓", no: "✗", open: "–" } as const;

/** Decimals that a value's error leaves, 0 to 2. */
export function digitsOf(error: number): number {
  return Math.min(2, Math.max(0, Math.ceil(-Math.log10(Math.max(error, 1e-9)) - 1e-9)));
}

/** A finding with its mark. */
export function findingItem({ ok, sentence }: Finding): string {
  const state = ok === null ? "open" : ok ? "yes" : "no";
  return `<li class="${state}"><span class="mark">${MARKS[state]}</span><span>${escape(sentence)}</span></li>`;
}

/** A large number. */
export function tileBox({ value, unit, name }: Tile): string {
  return `<div class="tile"><b>${escape(value)} <small>${escape(unit)}</small></b><span>${escape(name)}</span></div>`;
}

/** A row of statistics. */
export function statisticsRow({ name, values, digits, note }: Row): string {
  const { n, mean, sd } = moments(values);
  const cells = [mean, sd, Math.min(...values), Math.max(...values)].map((value) => `<td>${fixed(value, digits)}</td>`);
  return `<tr><td>${escape(name)}</td><td>${n}</td>${cells.join("")}<td>${escape(note)}</td></tr>`;
}

/** A chart with its title and how to read it. */
export function figureBox({ title, note, wide, body }: Figure): string {
  return `<figure${wide ? ' class="wide"' : ""}><figcaption><b>${escape(title)}</b> ${escape(note)}</figcaption>${body}</figure>`;
}
