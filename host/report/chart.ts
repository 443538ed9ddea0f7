// The three charts of a pogo set as SVG text, drawn on the server side: no script and no request in the page. Pure.
import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { POGO } from "../coach/target.ts";
import { bounceHeight_mm, type HeightChange, type Landing } from "../coach/verdict.ts";

use([CustomChart, LineChart, ScatterChart, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer]);

const WIDTH_PX = 920;
const INK = "#1c2b36";
const QUIET = "#64748b";
const RULE = "#e2e8f0";
/** Blue and orange of Okabe and Ito's palette, told apart by every kind of colour vision, and grey. */
const BLUE = "#0b6fa4";
const ORANGE = "#d55e00";
const FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";

/** `name` parts the ids of several charts on one page. What only a mouse could use is left out. */
function draw(name: string, option: EChartsCoreOption, height_px: number, title: string): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH_PX, height: height_px });
  chart.setOption({ animation: false, textStyle: { fontFamily: FONT, color: INK, fontSize: 13 }, ...option });
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return svg
    .replace("<svg ", `<svg role="img" aria-label="${title}" `)
    .replaceAll(/<style >[^]*?<\/style>| (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "")
    .replaceAll(/\bzr\d+-/g, `${name}-`);
}

function axis(name: string, more: object): object {
  return {
    name,
    type: "value",
    nameLocation: "middle",
    nameGap: 30,
    nameTextStyle: { color: QUIET, fontSize: 13 },
    axisLabel: { color: QUIET, fontSize: 12 },
    axisLine: { show: true, lineStyle: { color: "#94a3b8" } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: RULE } },
    ...more,
  };
}

const GRID = { left: 64, right: 24, top: 40, bottom: 48 };
/** Text is wider in a browser than measured here: the gap makes room. */
const LEGEND = { top: 4, right: 48, itemGap: 34, itemWidth: 16, itemHeight: 10, textStyle: { color: QUIET, fontSize: 13 } };

/** A round number not below `value`, in steps of `step`. */
function upTo(value: number, step: number): number {
  return Math.max(step, Math.ceil(value / step) * step);
}

/** Each contact as a bar from landing to toe-off over the time of the set, against the beat at 0 ms. */
export function rasterChart(landings: readonly Landing[], start_s: number, steady_ms: number): string {
  const bars = landings.filter(({ beat_error_ms, contact_ms }) => beat_error_ms !== null && contact_ms !== null);
  const data = bars.map(({ ic_s, beat_error_ms, contact_ms }) => [ic_s - start_s, beat_error_ms, (beat_error_ms as number) + (contact_ms as number)]);
  const high = upTo(Math.max(100, ...data.map((bar) => bar[2] as number)) * 1.04, 50);
  const low = -upTo(Math.max(50, ...data.map((bar) => -(bar[1] as number))) * 1.04, 50);
  const option = {
    grid: GRID,
    legend: { ...LEGEND, data: ["on the ground", "landing"] },
    xAxis: axis("time in the set, s", { min: 0, max: upTo(Math.max(...data.map((bar) => bar[0] as number)), 5), splitLine: { show: false } }),
    yAxis: axis("ms from the beat", { min: low, max: high, interval: 50, nameGap: 44 }),
    series: [
      {
        name: "on the ground",
        type: "custom",
        data,
        encode: { x: 0, y: [1, 2] },
        itemStyle: { color: "#9cc5dc" },
        renderItem: (_: unknown, api: { value(at: number): number; coord(at: readonly number[]): [number, number] }) => {
          const [x, y0] = api.coord([api.value(0), api.value(1)]);
          const [, y1] = api.coord([api.value(0), api.value(2)]);
          return { type: "rect", shape: { x: x - 3, y: y1, width: 6, height: y0 - y1, r: 1.5 }, style: { fill: "#9cc5dc" } };
        },
      },
      {
        name: "landing",
        type: "scatter",
        data: data.map((bar) => [bar[0], bar[1]]),
        symbolSize: 6,
        itemStyle: { color: BLUE },
        markLine: {
          silent: true,
          symbol: "none",
          lineStyle: { color: ORANGE, width: 1.5, type: "solid" },
          label: { show: false },
          data: [{ yAxis: 0 }],
        },
        markArea: { silent: true, itemStyle: { color: "rgba(213, 94, 0, 0.09)" }, data: [[{ yAxis: -steady_ms }, { yAxis: steady_ms }]] },
      },
    ],
  };
  return draw("raster", option, 300, "Contacts of the set against the beat");
}

/** Bounce height of each hop, with the thirds that were compared. */
export function heightChart(flights_ms: readonly number[], change: HeightChange | null): string {
  const heights = flights_ms.map((flight_ms, i) => [i + 1, bounceHeight_mm(flight_ms) / 10]);
  const settle = change === null ? 0 : POGO.hops_settle;
  const segment = (name: string, range: readonly [number, number], value_mm: number, color: string): object => ({
    name,
    type: "line",
    symbol: "none",
    lineStyle: { color, width: 3 },
    itemStyle: { color },
    data: [
      [range[0] + 0.5, value_mm / 10],
      [range[1] + 0.5, value_mm / 10],
    ],
  });
  const means = change === null ? [] : [segment("best third", change.best, change.best_mm, BLUE), segment("last third", change.last, change.last_mm, ORANGE)];
  const option = {
    grid: GRID,
    legend: { ...LEGEND, data: ["hop", ...(change === null ? [] : ["best third", "last third"])] },
    xAxis: axis("hop", { min: 0, max: heights.length + 1, interval: 10, axisLabel: { color: QUIET, fontSize: 12, showMaxLabel: false }, splitLine: { show: false } }),
    yAxis: axis("bounce height, cm", { min: 0, max: upTo(Math.max(...heights.map((point) => point[1] as number)) * 1.05, 1), nameGap: 38 }),
    series: [
      {
        name: "hop",
        type: "scatter",
        symbolSize: 7,
        itemStyle: { color: "#7b8794" },
        data: heights.map((point, i) => (i < settle ? { value: point, itemStyle: { color: "#ffffff", borderColor: "#7b8794", borderWidth: 1.2 } } : { value: point })),
      },
      ...means,
    ],
  };
  return draw("height", option, 260, "Bounce height of each hop");
}

/** Contact and flight time of each hop. */
export function timesChart(landings: readonly Landing[]): string {
  const series = (name: string, color: string, symbol: string, value: (landing: Landing) => number | null): object => ({
    name,
    type: "line",
    symbol,
    symbolSize: 6,
    lineStyle: { color, width: 1.6 },
    itemStyle: { color },
    connectNulls: false,
    data: landings.map((landing, i) => [i + 1, value(landing)]),
  });
  const most_ms = Math.max(...landings.map(({ contact_ms, flight_ms }) => Math.max(contact_ms ?? 0, flight_ms ?? 0)));
  const option = {
    grid: GRID,
    legend: { ...LEGEND, data: ["contact", "flight before it"] },
    xAxis: axis("hop", { min: 0, max: landings.length + 1, interval: 10, axisLabel: { color: QUIET, fontSize: 12, showMaxLabel: false }, splitLine: { show: false } }),
    yAxis: axis("ms", { min: 0, max: upTo(most_ms * 1.05, 50), nameGap: 44 }),
    series: [
      series("contact", BLUE, "circle", ({ contact_ms }) => contact_ms),
      series("flight before it", ORANGE, "diamond", ({ flight_ms }) => flight_ms),
    ],
  };
  return draw("times", option, 260, "Contact and flight time of each hop");
}
