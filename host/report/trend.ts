// What many sets put on the report: done against asked, the key number, and pain beside load, week by week. Pure.
import { dayOf, startOf_ms, weekOfDay } from "../coach/day.ts";
import { PAIN, PROGRAMMES, type Drill } from "../coach/programme.ts";
import { outcomeOf, verdictOn } from "../coach/verdict.ts";
import type { Pain, SetHead } from "../record.ts";
import { axis, BLUE, draw, GREY, GRID, LABEL, legend, levelLine, ORANGE, PALE, spanning, upright, type Figure } from "./chart.ts";
import { shortDate } from "./date.ts";
import { doneOf, keyOf, loadOf, LOADS } from "./key.ts";

/** Pain as it is drawn. */
export interface Hurt extends Pain {
  readonly at_ms: number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const HEIGHT_PX = 138;
/** The midnight that the week of a time begins with. */
function mondayOf_ms(at_ms: number): number {
  return startOf_ms(7 * weekOfDay(dayOf(at_ms)));
}

/** A level axis of dates: whole weeks from the Monday before the first to the Monday after the last, named every few. */
function dating(times_ms: readonly number[], more: object = {}): object {
  const first_ms = mondayOf_ms(Math.min(...times_ms));
  const weeks = Math.ceil((Math.max(...times_ms) + 1 - first_ms) / WEEK_MS);
  return axis("", {
    min: first_ms,
    max: first_ms + weeks * WEEK_MS,
    interval: weeks <= 2 ? 2 * weeks * DAY_MS : Math.ceil(weeks / 5) * WEEK_MS,
    splitLine: { show: false },
    // an hour on, for weeks in which clocks are set back
    axisLabel: { ...LABEL, hideOverlap: true, showMaxLabel: false, formatter: (at_ms: number) => shortDate(at_ms + DAY_MS / 12) },
    ...more,
  });
}

interface Point {
  readonly at_ms: number;
  readonly value: number;
  readonly clean: boolean;
}

const TREND_GRID = { ...GRID, bottom: 24 };

/** A dot a set: full where it was clean. */
function dots(name: string, points: readonly Point[]): object {
  return {
    name,
    type: "line",
    symbol: "circle",
    symbolSize: 6,
    showAllSymbol: true,
    lineStyle: { color: BLUE, width: 1 },
    itemStyle: { color: BLUE },
    data: points.map(({ at_ms, value, clean }) => ({ value: [at_ms, value], ...(clean ? {} : { itemStyle: { color: "#ffffff", borderColor: BLUE, borderWidth: 1.5 } }) })),
  };
}

/** Done against asked, set by set. */
function doneFigure(sets: readonly SetHead[], unit: string): Figure {
  const done = sets.flatMap((set) => {
    const value = doneOf(set);
    return value === null ? [] : [{ at_ms: set.started_ms, value, clean: outcomeOf(verdictOn(set)) === true }];
  });
  const asked = sets.filter(({ target }) => target !== null).map(({ started_ms, target }) => [started_ms, target]);
  const values = [...done.map(({ value }) => value), ...asked.map(([, target]) => target as number)];
  const [least, most] = [Math.min(0, ...values), Math.max(1, ...values)];
  // Of "% above own cadence" the axis has room for the sign.
  const name = unit.split(" ")[0] as string;
  const option = {
    grid: TREND_GRID,
    legend: legend("done", "asked for"),
    xAxis: dating(sets.map(({ started_ms }) => started_ms)),
    yAxis: least < 0 ? spanning(name, [least, most], 0) : upright(name, most),
    series: [
      { name: "asked for", type: "line", step: "end", symbol: "none", lineStyle: { color: ORANGE, width: 2 }, itemStyle: { color: ORANGE }, data: asked },
      dots("done", done),
    ],
  };
  return { title: "Done and asked for", note: `In ${unit}, set by set. Filled: clean. Hollow: not.`, wide: false, body: draw({ name: "done", title: "Done and asked for", height_px: HEIGHT_PX, option }) };
}

/** The key number with its error, set by set. */
function keyFigure(sets: readonly SetHead[]): Figure | null {
  const keys = sets.flatMap((set) => {
    const key = keyOf(set);
    return key === null ? [] : [{ at_ms: set.started_ms, clean: outcomeOf(verdictOn(set)) === true, ...key }];
  });
  const first = keys[0];
  if (keys.length < 2 || first === undefined) return null;
  const option = {
    grid: { ...TREND_GRID, top: 12 },
    xAxis: dating(sets.map(({ started_ms }) => started_ms)),
    yAxis: spanning(first.unit, keys.flatMap(({ value, error }) => [value - (error ?? 0), value + (error ?? 0)]), first.digits),
    series: [
      {
        type: "custom",
        data: keys.filter(({ error }) => error !== null).map(({ at_ms, value, error }) => [at_ms, value - (error as number), value + (error as number)]),
        encode: { x: 0, y: [1, 2] },
        renderItem: (_: unknown, api: { value(at: number): number; coord(at: readonly number[]): [number, number] }) => {
          const [x, y1] = api.coord([api.value(0), api.value(1)]);
          const [, y2] = api.coord([api.value(0), api.value(2)]);
          return { type: "line", shape: { x1: x, x2: x, y1, y2 }, style: { stroke: GREY, lineWidth: 1.5 } };
        },
      },
      dots("key", keys),
    ],
  };
  const title = `${first.name.charAt(0).toUpperCase()}${first.name.slice(1)}`;
  const errors = keys.some(({ error }) => error !== null) ? "Upright lines: how far it may be off." : "How far it may be off was never measured.";
  return { title, note: `In ${first.unit}, set by set. ${errors}`, wide: false, body: draw({ name: "key", title, height_px: HEIGHT_PX, option }) };
}

/** Pain above, the week's load below it. */
function loadFigure(sets: readonly SetHead[], pains: readonly Hurt[], unit: string): Figure {
  const weeks = new Map<number, number>();
  for (const set of sets) {
    const monday_ms = mondayOf_ms(set.started_ms);
    weeks.set(monday_ms, (weeks.get(monday_ms) ?? 0) + loadOf(set));
  }
  const times_ms = [...sets.map(({ started_ms }) => started_ms), ...pains.map(({ at_ms }) => at_ms)];
  const panel = (gridIndex: number) => ({ xAxisIndex: gridIndex, yAxisIndex: gridIndex });
  const option = {
    grid: [
      { ...GRID, top: 8, bottom: undefined, height: 42 },
      { ...GRID, top: 66, bottom: undefined, height: 48 },
    ],
    xAxis: [dating(times_ms, { gridIndex: 0, axisLabel: { show: false } }), dating(times_ms, { gridIndex: 1 })],
    yAxis: [
      axis("pain", { gridIndex: 0, min: 0, max: 10, interval: 5, nameGap: 34 }),
      { ...upright(unit, Math.max(1, ...weeks.values()), true), gridIndex: 1 },
    ],
    series: [
      {
        ...panel(0),
        type: "scatter",
        symbolSize: 6,
        itemStyle: { color: ORANGE },
        data: pains.map(({ at_ms, score }) => [at_ms, score]),
        markLine: levelLine(PAIN.fine_max, GREY),
      },
      { ...panel(1), type: "bar", barWidth: "60%", barMaxWidth: 18, itemStyle: { color: PALE }, data: [...weeks].map(([monday_ms, load]) => [monday_ms + WEEK_MS / 2, load]) },
    ],
  };
  const title = "Pain beside load";
  return { title, note: `${pains.length === 0 ? "No pain was told yet." : `Above: pain, 0 to 10; beyond the line, ${PAIN.fine_max}, nothing is added.`} Below: ${unit} a week, all sides.`, wide: false, body: draw({ name: "load", title, height_px: HEIGHT_PX, option }) };
}

/** What the sets of one exercise show together; `side` alone in what is compared from set to set, every set in the load. Nothing of a single set. */
export function trendFigures(exercise: Drill, sets: readonly SetHead[], side: SetHead["side"], pains: readonly Hurt[]): Figure[] {
  const own = sets.filter((set) => set.side === side);
  const key = keyFigure(own);
  return [
    ...(own.length < 2 ? [] : [doneFigure(own, PROGRAMMES[exercise].unit)]),
    ...(key === null ? [] : [key]),
    ...(sets.length < 2 ? [] : [loadFigure(sets, pains, LOADS[exercise])]),
  ];
}
