// What the charts of the report share: SVG text drawn on the server side, without script or request, in colours that every kind of colour
// vision and a grey printer tell apart. Pure.
import type { EChartsCoreOption } from "echarts/core";
import { init } from "echarts/dist/echarts.esm.min.mjs";

export const INK = "#1c2b36";
/** Of axes and labels: 4.5:1 and more on white. */
const QUIET = "#55636f";
/** Blue and orange after Okabe and Ito's palette, the blue darker so that they differ in grey too: lightness (L*) 32, 77 and 54. */
export const BLUE = "#07507a";
export const PALE = "#9cc5dc";
export const ORANGE = "#d55e00";
export const GREY = "#7b8794";
const RULE = "#e2e8f0";
export const FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";
const SIZE = 11;

/** Widths of a chart over the whole page and of one beside another, px. */
const WIDE_PX = 700;
const HALF_PX = 340;

/** A chart with what stands above it. */
export interface Figure {
  readonly title: string;
  /** How to read it. */
  readonly note: string;
  /** Over the whole width. */
  readonly wide: boolean;
  /** SVG, or what is said where there is nothing to draw: HTML either way. */
  readonly body: string;
}

/** What a chart is drawn from. */
interface Drawing {
  /** Parts the ids of several charts on one page. */
  readonly name: string;
  /** For those who cannot see it. */
  readonly title: string;
  readonly wide?: boolean;
  readonly height_px: number;
  readonly option: EChartsCoreOption;
}

/** What only a mouse could use is left out. */
export function draw({ name, title, wide = false, height_px, option }: Drawing): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: wide ? WIDE_PX : HALF_PX, height: height_px });
  chart.setOption({ animation: false, textStyle: { fontFamily: FONT, color: INK, fontSize: SIZE }, ...option });
  const svg = chart.renderToSVGString({ useViewBox: true });
  chart.dispose();
  return svg
    .replace("<svg ", `<svg role="img" aria-label="${title}" `)
    .replaceAll(/<style >[^]*?<\/style>| (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "")
    .replaceAll(/\bzr\d+-/g, `${name}-`);
}

/** Of numbers and names on axes and in legends. */
export const LABEL = { color: QUIET, fontSize: SIZE };

/** A value axis with its name in the middle; `more` overrides. */
export function axis(name: string, more: object = {}): object {
  return {
    name,
    type: "value",
    nameLocation: "middle",
    nameGap: 22,
    // there is room for names beside labels of four digits, and they stay there
    nameMoveOverlap: false,
    nameTextStyle: LABEL,
    axisLabel: { ...LABEL, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: "#94a3b8" } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: RULE } },
    // bars do not move the ends of an axis
    containShape: false,
    ...more,
  };
}

/** An upright axis from 0 to a round number not below `most`; `low`: the chart has room for few numbers. */
export function upright(name: string, most: number, low = false): object {
  const step = stepOf(low ? 2 * most : most);
  return axis(name, { min: 0, max: upTo(most * 1.02, step), interval: step, nameGap: 34 });
}

/** An upright axis from a round number below all values to one above them, with no more decimals than `digits`. */
export function spanning(name: string, values: readonly number[], digits: number): object {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const step = Math.max(stepOf(most - least), 10 ** -digits);
  const min = Math.floor(least / step) * step;
  return axis(name, { min, max: min + upTo(most - min, step), interval: step, nameGap: 34 });
}

/** A level axis of hops, raises or taps, counted from 1. */
export function counting(name: string, count: number): object {
  return axis(name, { min: 0, max: count + 1, interval: count > 40 ? 10 : count > 12 ? 5 : 1, axisLabel: { ...LABEL, showMaxLabel: false, showMinLabel: false }, splitLine: { show: false } });
}

/** Edges of a plot, px; the same whatever its labels, so that plots above each other agree. */
export const GRID = { left: 52, right: 12, top: 26, bottom: 38, outerBoundsMode: "none" };

/** Names of what is shown; text is wider in a browser than measured here: the gap makes room. */
export function legend(...names: readonly string[]): object {
  return { top: 0, right: 12, itemGap: 22, itemWidth: 12, itemHeight: 8, textStyle: LABEL, data: names };
}

/** A round number not below `value`, in steps of `step`. */
export function upTo(value: number, step: number): number {
  return Math.max(step, Math.ceil(value / step - 1e-9) * step);
}

/** A round step that parts 0 to `most` into two to four, with what is left of the last one. */
function stepOf(most: number): number {
  const decade = 10 ** Math.floor(Math.log10(Math.max(most, 1e-6) / 4));
  return ([1, 2, 5, 10].find((part) => part * decade * 4.5 >= most) as number) * decade;
}

/** A level line at a value. */
export function levelLine(value: number, color = ORANGE): object {
  return { silent: true, symbol: "none", lineStyle: { color, width: 1.5, type: "solid" }, label: { show: false }, data: [{ yAxis: value }] };
}

/** A level band between two values. */
export function levelBand(low: number, high: number): object {
  return { silent: true, itemStyle: { color: "rgba(213, 94, 0, 0.12)" }, data: [[{ yAxis: low }, { yAxis: high }]] };
}

/** A level axis of the time in a set, s: in s up to three minutes, then in min. */
export function timing(end_s: number): object {
  const minutes = end_s > 180;
  const unit_s = minutes ? 60 : 1;
  const step_s = stepOf(end_s / unit_s / 2) * unit_s;
  return axis(`time in the set, ${minutes ? "min" : "s"}`, {
    min: 0,
    max: end_s,
    interval: step_s,
    splitLine: { show: false },
    axisLabel: { ...LABEL, hideOverlap: true, showMaxLabel: end_s % step_s === 0, formatter: (value_s: number) => String(Number((value_s / unit_s).toFixed(2))) },
  });
}
