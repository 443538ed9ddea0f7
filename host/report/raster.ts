// The contact raster: each contact of a set as a bar from landing to toe-off, against the beat. Pure.
import type { SetRecord } from "../record.ts";
import { axis, BLUE, draw, GRID, legend, levelBand, levelLine, PALE, timing, upTo, type Figure } from "./chart.ts";

/** More contacts than this would run together. */
const BARS = 400;
/** Widths of a bar and of a landing's dot, px, where there is room. */
const BAR_PX = 5;
const DOT_PX = 4.5;
const ROOM_PX = 600;

/** Where there was no beat there is no raster. `steady_ms` is the half width of the band that is drawn around the beat; null = none. */
export function rasterFigure(record: SetRecord, kind: string, steady_ms: number | null): Figure[] {
  const met = record.contacts.flatMap(({ kind: of, ic_s, beat_error_ms, contact_ms }) =>
    of === kind && beat_error_ms !== null && contact_ms !== null ? [[ic_s, beat_error_ms, beat_error_ms + contact_ms] as const] : [],
  );
  if (met.length < 2) return [];
  const every = Math.ceil(met.length / BARS);
  const data = met.filter((_, i) => i % every === 0);
  const step_ms = Math.max(...data.map((bar) => bar[2])) > 400 ? 200 : 100;
  const high_ms = upTo(Math.max(100, ...data.map((bar) => bar[2])), step_ms);
  const low_ms = -upTo(Math.max(40, ...data.map((bar) => -bar[1])), step_ms);
  const bar_px = Math.min(BAR_PX, (0.7 * ROOM_PX) / data.length);
  const option = {
    grid: GRID,
    legend: legend("on the ground", "landing"),
    xAxis: timing(Math.max(record.set.duration_ms / 1000, (data.at(-1) as readonly number[])[0] as number)),
    yAxis: axis("ms from the beat", { min: low_ms, max: high_ms, interval: step_ms, nameGap: 34 }),
    series: [
      {
        name: "on the ground",
        type: "custom",
        data,
        encode: { x: 0, y: [1, 2] },
        itemStyle: { color: PALE },
        renderItem: (_: unknown, api: { value(at: number): number; coord(at: readonly number[]): [number, number] }) => {
          const [x, y0] = api.coord([api.value(0), api.value(1)]);
          const [, y1] = api.coord([api.value(0), api.value(2)]);
          return { type: "rect", shape: { x: x - bar_px / 2, y: y1, width: bar_px, height: y0 - y1 }, style: { fill: PALE } };
        },
      },
      {
        name: "landing",
        type: "scatter",
        data: data.map((bar) => [bar[0], bar[1]]),
        symbolSize: Math.min(DOT_PX, 2.5 * bar_px),
        itemStyle: { color: BLUE },
        markLine: levelLine(0),
        ...(steady_ms === null ? {} : { markArea: levelBand(-steady_ms, steady_ms) }),
      },
    ],
  };
  const thinned = every === 1 ? "" : ` Every ${every}th contact is shown.`;
  return [
    {
      title: "Every contact against the beat",
      note: `One bar a contact, from landing (dot) to toe-off. The line is the beat${steady_ms === null ? "" : `, the band around it ±${steady_ms} ms`}.${thinned}`,
      wide: true,
      body: draw({ name: "raster", title: "Contacts of the set against the beat", wide: true, height_px: 168, option }),
    },
  ];
}
