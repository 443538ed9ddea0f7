// What a set of pogo hops puts on the report: contacts against the beat, bounce height, contact and flight time of each hop. Pure.
import { bounceHeight_mm, hopFlight_ms } from "../coach/height.ts";
import { POGO } from "../coach/limits.ts";
import { numberOf } from "../clip/verdict.ts";
import { moments } from "../moments.ts";
import type { SetRecord } from "../record.ts";
import type { ResultContact } from "../result.ts";
import { BLUE, counting, draw, GREY, GRID, legend, ORANGE, upright, type Figure } from "./chart.ts";
import type { Part, Row } from "./part.ts";
import { rasterFigure } from "./raster.ts";
import { present } from "./summary.ts";
import { fixed, signed } from "./table.ts";

/** Hops the clip leaves out before it compares heights, and in how many parts it cuts the others. */
const SETTLE = POGO.hops_settle;
const THIRDS = 3;

/** A hop with a flight before it. */
interface Hop extends ResultContact {
  readonly flight_ms: number;
}

function hopsOf({ contacts, bpm }: SetRecord): Hop[] {
  return contacts.filter((contact): contact is Hop => hopFlight_ms(contact, bpm) !== null);
}

/** The better of the first two thirds, and the last one, [from, to) of the hops: where the clip's two means stand. */
function thirds(heights_cm: readonly number[]): { readonly best: readonly [number, number]; readonly last: readonly [number, number] } | null {
  const steady = heights_cm.length - SETTLE;
  if (steady < THIRDS) return null;
  const cut = (part: number) => SETTLE + Math.floor((part * steady) / THIRDS);
  const best = moments(heights_cm.slice(cut(0), cut(1))).mean >= moments(heights_cm.slice(cut(1), cut(2))).mean ? 0 : 1;
  return { best: [cut(best), cut(best + 1)], last: [cut(2), cut(3)] };
}

function heightFigure(record: SetRecord, hops: readonly Hop[]): Figure {
  const heights_cm = hops.map(({ flight_ms }) => bounceHeight_mm(flight_ms) / 10);
  const ranges = thirds(heights_cm);
  const [best_mm, last_mm] = [numberOf(record.verdict, "height_mm_best"), numberOf(record.verdict, "height_mm_last")];
  const judged = ranges !== null && best_mm !== null && last_mm !== null;
  const line = (name: string, [from, to]: readonly [number, number], value_mm: number, color: string): object => ({
    name,
    type: "line",
    symbol: "none",
    lineStyle: { color, width: 3 },
    itemStyle: { color },
    data: [
      [from + 0.5, value_mm / 10],
      [to + 0.5, value_mm / 10],
    ],
  });
  const option = {
    grid: GRID,
    legend: legend("hop", ...(judged ? ["best third", "last third"] : [])),
    xAxis: counting("hop", hops.length),
    yAxis: upright("cm", Math.max(...heights_cm)),
    series: [
      {
        name: "hop",
        type: "scatter",
        symbolSize: 5,
        itemStyle: { color: GREY },
        data: heights_cm.map((height_cm, i) => ({ value: [i + 1, height_cm], ...(i < SETTLE ? { itemStyle: { color: "#ffffff", borderColor: GREY, borderWidth: 1 } } : {}) })),
      },
      ...(judged ? [line("best third", ranges.best, best_mm, BLUE), line("last third", ranges.last, last_mm, ORANGE)] : []),
    ],
  };
  return {
    title: "Bounce height of each hop",
    note: `The first ${SETTLE} hops (hollow) find their height and are left out.`,
    wide: false,
    body: draw({ name: "height", title: "Bounce height of each hop", height_px: 138, option }),
  };
}

function timesFigure(hops: readonly Hop[]): Figure {
  const series = (name: string, color: string, symbol: string, value: (hop: Hop) => number | null): object => ({
    name,
    type: "line",
    symbol,
    symbolSize: 4,
    lineStyle: { color, width: 1 },
    itemStyle: { color },
    data: hops.map((hop, i) => [i + 1, value(hop)]),
  });
  const most_ms = Math.max(...hops.map(({ contact_ms, flight_ms }) => Math.max(contact_ms ?? 0, flight_ms)));
  const option = {
    grid: GRID,
    legend: legend("on the ground", "in the air before"),
    xAxis: counting("hop", hops.length),
    yAxis: upright("ms", most_ms),
    series: [
      series("on the ground", BLUE, "circle", ({ contact_ms }) => contact_ms),
      series("in the air before", ORANGE, "diamond", ({ flight_ms }) => flight_ms),
    ],
  };
  return {
    title: "Contact and flight time of each hop",
    note: "A springy leg is short on the ground; a tiring one stays longer.",
    wide: false,
    body: draw({ name: "times", title: "Contact and flight time of each hop", height_px: 138, option }),
  };
}

/** The part of a pogo set. */
export function pogo(record: SetRecord): Part {
  const { set, verdict, target } = record;
  const hops = hopsOf(record);
  const landings = record.contacts.filter(({ kind }) => kind === "hop");
  const [best_mm, last_mm, mean_mm] = [numberOf(verdict, "height_mm_best"), numberOf(verdict, "height_mm_last"), numberOf(verdict, "height_mm_mean")];
  const contacts_ms = landings.map(({ contact_ms }) => contact_ms).filter(present);
  const errors_ms = landings.map(({ beat_error_ms }) => beat_error_ms).filter(present);
  const rows: Row[] = [
    { name: "Contact time, ms", values: contacts_ms, digits: 0, note: "landing to toe-off" },
    { name: "Flight time, ms", values: hops.map(({ flight_ms }) => flight_ms), digits: 0, note: "toe-off to landing" },
    { name: "Bounce height, cm", values: hops.map(({ flight_ms }) => bounceHeight_mm(flight_ms) / 10), digits: 1, note: "g · flight² / 8" },
    { name: "Flight over contact time", values: hops.flatMap(({ flight_ms, contact_ms }) => (contact_ms === null ? [] : [flight_ms / contact_ms])), digits: 2, note: "more is springier" },
    { name: "Landing against the beat, ms", values: errors_ms, digits: 0, note: "negative: early" },
  ];
  return {
    tiles: [
      { value: String(set.hops), unit: target === null ? "" : `of ${target}`, name: "hops" },
      { value: fixed(mean_mm === null ? null : mean_mm / 10, 1), unit: "cm", name: "bounce height, mean" },
      { value: best_mm === null || last_mm === null ? "-" : signed((100 * (last_mm - best_mm)) / best_mm), unit: "%", name: "height, end against best" },
      { value: fixed(set.beat_error_ms_sd, 0), unit: "ms", name: "spread around the beat (SD)" },
    ],
    figures: hops.length < 2 ? [] : [...rasterFigure(record, "hop", POGO.beat_ms_sd_max), heightFigure(record, hops), timesFigure(hops)],
    each: "hop",
    rows,
    method:
      "Bounce height is taken from flight time, as if the leg were equally long at toe-off and landing; a knee bent on landing makes it look higher. " +
      "One flight time is off by about 5 ms, one height by about 0.2 cm; means of many hops are better.",
  };
}
