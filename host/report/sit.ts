// What a wall sit puts on the report: when the foot was off the ground, for how long, and how steady the leg was. Pure.
import { numberOf } from "../clip/verdict.ts";
import type { SetRecord } from "../record.ts";
import type { ResultHold } from "../result.ts";
import { BLUE, draw, FONT, GRID, INK, ORANGE, PALE, timing, type Figure } from "./chart.ts";
import type { Part } from "./part.ts";
import { present } from "./summary.ts";
import { fixed } from "./table.ts";

const ROW_PX = 40;
const BAR_PX = 12;
/** Text of a hold that begins later than this share of the set ends with its bar instead of beginning there. */
const LATE = 0.55;

const length_s = ({ start_s, end_s }: ResultHold): number => end_s - start_s;

function said(hold: ResultHold, i: number, kept: boolean): string {
  const tremor = hold.tremor_dps === null ? "" : `, tremor ${fixed(hold.tremor_dps, 1)} °/s`;
  return `${i + 1}: held ${fixed(length_s(hold), 1)} s${tremor}, ${hold.unbroken ? "unbroken" : kept ? "then set down" : "broken by a touch-down"}`;
}

interface Api {
  value(at: number): number;
  coord(at: readonly [number, number]): [number, number];
}

function holdsFigure({ holds, set, target }: SetRecord): Figure {
  const longest = holds.toSorted((a, b) => length_s(b) - length_s(a))[0] as ResultHold;
  const asked_s = target === null ? null : longest.start_s + target;
  const set_s = Math.max(set.duration_ms / 1000, asked_s ?? 0, ...holds.map(({ end_s }) => end_s));
  const option = {
    grid: { ...GRID, left: 12, top: 4 },
    xAxis: timing(set_s),
    yAxis: { type: "category", inverse: true, show: false, data: holds.map((_, i) => i) },
    series: [
      {
        type: "custom",
        data: holds.map(({ start_s, end_s }, i) => [start_s, end_s, i]),
        encode: { x: [0, 1], y: 2 },
        renderItem: (_: unknown, api: Api) => {
          const hold = holds[api.value(2)] as ResultHold;
          const [from, middle] = api.coord([hold.start_s, api.value(2)]);
          const [to] = api.coord([hold.end_s, api.value(2)]);
          const kept = hold.unbroken || (target !== null && length_s(hold) >= target);
          const late = hold.start_s > LATE * set_s;
          const mark = asked_s === null || hold !== longest ? null : api.coord([asked_s, api.value(2)])[0];
          return {
            type: "group",
            children: [
              { type: "rect", shape: { x: from, y: middle, width: to - from, height: BAR_PX }, style: kept ? { fill: PALE, stroke: BLUE } : { fill: "#ffffff", stroke: ORANGE, lineWidth: 1.5 } },
              { type: "text", style: { text: said(hold, api.value(2), kept), x: late ? to : from, y: middle - 4, textAlign: late ? "right" : "left", textVerticalAlign: "bottom", fill: INK, fontSize: 11, fontFamily: FONT } },
              ...(mark === null ? [] : [{ type: "line", shape: { x1: mark, x2: mark, y1: middle - 3, y2: middle + BAR_PX + 3 }, style: { stroke: INK, lineWidth: 2 } }]),
            ],
          };
        },
      },
    ],
  };
  return {
    title: "When the foot was off the ground",
    note: `Filled: held on, or as long as was asked for. Hollow: broken by a touch-down.${target === null ? "" : ` The upright mark: ${target} s of the longest, as asked for.`}`,
    wide: true,
    body: draw({ name: "holds", title: "When the foot was off the ground", wide: true, height_px: holds.length * ROW_PX + 46, option }),
  };
}

/** The part of a wall sit. */
export function sit(record: SetRecord): Part {
  const { holds, verdict, target } = record;
  return {
    tiles: [
      { value: fixed((numberOf(verdict, "hold_ms_max") ?? NaN) / 1000, 1), unit: target === null ? "s" : `of ${target} s`, name: "longest hold" },
      { value: String(holds.length), unit: "", name: holds.length === 1 ? "hold" : "holds" },
      { value: fixed((numberOf(verdict, "hold_ms_total") ?? NaN) / 1000, 1), unit: "s", name: "held in all" },
      { value: fixed(numberOf(verdict, "tremor_dps_mean"), 1), unit: "°/s", name: "tremor of the leg, mean" },
    ],
    figures: holds.length === 0 ? [] : [holdsFigure(record)],
    each: "hold",
    rows: [
      { name: "Held, s", values: holds.map(length_s), digits: 1, note: "foot off the ground" },
      { name: "Tremor, °/s", values: holds.map(({ tremor_dps }) => tremor_dps).filter(present), digits: 1, note: "mean rate of the raised foot" },
    ],
    method:
      "The clip is on the raised foot: it knows when that foot is off the ground and how much it shakes. How deep the sit is, and what the " +
      "standing leg does, it does not see.",
  };
}
