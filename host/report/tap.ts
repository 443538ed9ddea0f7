// What a set of forward step-downs puts on the report: impact and tempo of each tap. Pure.
import { numberOf } from "../clip/verdict.ts";
import type { SetRecord } from "../record.ts";
import type { ResultTap } from "../result.ts";
import { BLUE, counting, draw, GRID, legend, ORANGE, PALE, upright, type Figure } from "./chart.ts";
import { partsFigure, type Part } from "./part.ts";
import { present } from "./summary.ts";
import { fixed } from "./table.ts";

function impactFigure(taps: readonly ResultTap[]): Figure {
  const dots = (name: string, symbol: string, color: string, aside: number, value: (each: ResultTap) => number | null): object => ({
    name,
    type: "scatter",
    symbol,
    symbolSize: 8,
    itemStyle: { color },
    data: taps.flatMap((each, i) => {
      const hollow = each.clean ? {} : { itemStyle: { color: "#ffffff", borderColor: color, borderWidth: 1.8 } };
      return value(each) === null ? [] : [{ value: [i + 1 + aside, value(each)], ...hollow }];
    }),
  });
  const most_g = Math.max(...taps.flatMap(({ tap_g, landing_g }) => [tap_g ?? 0, landing_g ?? 0]));
  const option = {
    grid: GRID,
    legend: legend("heel on the floor", "foot back on the step"),
    xAxis: counting("tap", taps.length),
    yAxis: upright("impact, g", most_g),
    series: [
      dots("heel on the floor", "circle", BLUE, -0.1, ({ tap_g }) => tap_g),
      dots("foot back on the step", "diamond", ORANGE, 0.1, ({ landing_g }) => landing_g),
    ],
  };
  return {
    title: "Impact of each tap",
    note: "The lower, the better the control. Hollow: the tap was not clean.",
    wide: true,
    body: draw({ name: "impact", title: "Impact of each tap", wide: true, height_px: 168, option }),
  };
}

/** The part of a set of step-downs. */
export function tap(record: SetRecord): Part {
  const { taps, verdict, target } = record;
  const of = (value: (each: ResultTap) => number | null): number[] => taps.map(value).filter(present);
  const seconds = (name: string) => fixed((numberOf(verdict, name) ?? NaN) / 1000, 1);
  const tempo = partsFigure("Tempo of each tap", "tap", true, [
    ["down", BLUE, taps.map(({ reach_ms }) => reach_ms)],
    ["on the floor", PALE, taps.map(({ floor_ms }) => floor_ms)],
    ["back up", ORANGE, taps.map(({ return_ms }) => return_ms)],
  ]);
  return {
    tiles: [
      { value: String(taps.filter(({ clean }) => clean).length), unit: target === null ? `of ${taps.length}` : `of ${target}`, name: "clean taps" },
      { value: fixed(numberOf(verdict, "tap_g_mean"), 1), unit: "g", name: "impact of the heel, mean" },
      { value: fixed(numberOf(verdict, "tap_g_max"), 1), unit: "g", name: "hardest tap" },
      { value: `${seconds("reach_ms_mean")} · ${seconds("return_ms_mean")}`, unit: "s", name: "down · back up, mean" },
    ],
    figures: taps.length < 2 ? [] : [impactFigure(taps), tempo],
    each: "tap",
    rows: [
      { name: "Impact of the heel on the floor, g", values: of(({ tap_g }) => tap_g), digits: 1, note: "" },
      { name: "Impact back on the step, g", values: of(({ landing_g }) => landing_g), digits: 1, note: "" },
      { name: "Way down, s", values: of(({ reach_ms }) => reach_ms).map((ms) => ms / 1000), digits: 2, note: "" },
      { name: "On the floor, s", values: of(({ floor_ms }) => floor_ms).map((ms) => ms / 1000), digits: 2, note: "" },
      { name: "Way back up, s", values: of(({ return_ms }) => return_ms).map((ms) => ms / 1000), digits: 2, note: "" },
    ],
    method:
      "The clip is on the tapping foot: it feels how hard the heel meets the floor and the foot the step. Where the knee of the standing leg " +
      "goes it does not see: look, or film it. Impact depends on shoe and floor: compare sets in the same ones.",
  };
}
