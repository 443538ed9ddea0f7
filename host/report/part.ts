// What an exercise puts on the report, made by a file for each kind of exercise from the record of a set; and the chart of phases that
// raises and step-downs share. Pure.
import { counting, draw, GRID, legend, upright, type Figure } from "./chart.ts";

/** One of the large numbers. */
export interface Tile {
  readonly value: string;
  readonly unit: string;
  readonly name: string;
}

/** A quantity measured many times in a set. */
export interface Row {
  readonly name: string;
  readonly values: readonly number[];
  readonly digits: number;
  readonly note: string;
}

/** What an exercise puts on the page. */
export interface Part {
  readonly tiles: readonly Tile[];
  readonly figures: readonly Figure[];
  /** What the rows count: "hop". */
  readonly each: string;
  readonly rows: readonly Row[];
  /** How it is measured and what that cannot tell, in plain words. */
  readonly method: string;
}

/** How long the phases of each repetition lasted, one on the other. */
export function partsFigure(title: string, each: string, wide: boolean, phases: readonly (readonly [name: string, color: string, values_ms: readonly (number | null)[]])[]): Figure {
  const count = phases[0]?.[2].length ?? 0;
  const sums_s = Array.from({ length: count }, (_, i) => phases.reduce((sum, [, , values]) => sum + (values[i] ?? 0) / 1000, 0));
  const option = {
    grid: GRID,
    legend: legend(...phases.map(([name]) => name)),
    xAxis: counting(each, count),
    yAxis: upright("s", Math.max(...sums_s)),
    series: phases.map(([name, color, values]) => ({
      name,
      type: "bar",
      stack: "phases",
      barWidth: "60%",
      barMaxWidth: 12,
      itemStyle: { color },
      data: values.map((value, i) => [i + 1, (value ?? 0) / 1000]),
    })),
  };
  return { title, note: "How long each phase lasted.", wide, body: draw({ name: "tempo", title, wide, height_px: 138, option }) };
}
