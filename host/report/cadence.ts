// What a run puts on the report: cadence over time with its band, and the contacts against the beat. Pure.
import { numberOf } from "../clip/verdict.ts";
import type { SetRecord } from "../record.ts";
import { STRIDE_S_MAX } from "../result.ts";
import { axis, BLUE, draw, GREY, GRID, legend, levelBand, ORANGE, timing, type Figure } from "./chart.ts";
import type { Part } from "./part.ts";
import { rasterFigure } from "./raster.ts";
import { present } from "./summary.ts";
import { fixed } from "./table.ts";

/** Strides of a moving mean, and most points of a line. */
const SMOOTH = 8;
const POINTS = 600;

/** A stride by when it ended. */
interface Stride {
  readonly t_s: number;
  readonly cadence_spm: number;
}

/** Rows of strides without a pause, where the line breaks. One clip sees strides; steps are two a stride. */
function rowsOf({ contacts }: SetRecord): Stride[][] {
  const rows: Stride[][] = [[]];
  const steps = contacts.filter(({ kind }) => kind === "run");
  for (const [i, { ic_s }] of steps.entries()) {
    const before = steps[i - 1];
    if (before === undefined) continue;
    if (ic_s - before.ic_s > STRIDE_S_MAX) rows.push([]);
    else (rows.at(-1) as Stride[]).push({ t_s: ic_s, cadence_spm: 120 / (ic_s - before.ic_s) });
  }
  return rows;
}

/** Cadence over the last SMOOTH strides of a row, with a gap after it. */
function smoothed(row: readonly Stride[]): (readonly [number, number | null])[] {
  const points = row.slice(SMOOTH - 1).map(({ t_s }, i): [number, number] => {
    const some = row.slice(i, i + SMOOTH);
    return [t_s, SMOOTH / some.reduce((sum, { cadence_spm }) => sum + 1 / cadence_spm, 0)];
  });
  const end_s = points.at(-1)?.[0];
  return end_s === undefined ? [] : [...points, [end_s, null]];
}

/** When beats were felt, as a line at a height with gaps. */
function felt({ cues, set }: SetRecord, height: number): (readonly [number, number | null])[] {
  return cues.flatMap(({ t_s, every }, i) => {
    const until_s = cues[i + 1]?.t_s ?? set.duration_ms / 1000;
    return every === 0 ? [] : [[t_s, height] as const, [until_s, height] as const, [until_s, null] as const];
  });
}

function cadenceFigure(record: SetRecord): Figure[] {
  const line = rowsOf(record).flatMap(smoothed);
  const values = line.map(([, spm]) => spm).filter(present);
  if (values.length < 2) return [];
  const [tempo_spm, band_spm, own_spm] = ["tempo_spm", "band_spm", "baseline_spm"].map((name) => numberOf(record.verdict, name)) as [number | null, number | null, number | null];
  const marks = [...values, ...(tempo_spm === null || band_spm === null ? [] : [tempo_spm - band_spm, tempo_spm + band_spm]), ...(own_spm === null ? [] : [own_spm])];
  const low = Math.floor((Math.min(...marks) - 2) / 5) * 5;
  const high = Math.ceil((Math.max(...marks) + 1) / 5) * 5;
  const every = Math.ceil(line.length / POINTS);
  const cued = felt(record, low + (high - low) * 0.02);
  const end_s = record.set.duration_ms / 1000;
  const option = {
    grid: GRID,
    legend: legend("cadence", ...(own_spm === null ? [] : ["own cadence"]), ...(cued.length === 0 ? [] : ["beats felt"])),
    xAxis: timing(end_s),
    yAxis: axis("steps/min", { min: low, max: high, interval: high - low > 40 ? 20 : high - low > 15 ? 10 : 5, nameGap: 34 }),
    series: [
      {
        name: "cadence",
        type: "line",
        symbol: "none",
        lineStyle: { color: BLUE, width: 1.8 },
        itemStyle: { color: BLUE },
        data: line.filter(([, spm], i) => spm === null || i % every === 0),
        ...(tempo_spm === null || band_spm === null ? {} : { markArea: levelBand(tempo_spm - band_spm, tempo_spm + band_spm) }),
      },
      ...(own_spm === null
        ? []
        : [{ name: "own cadence", type: "line", symbol: "none", lineStyle: { color: GREY, width: 1.5, type: "dashed" }, itemStyle: { color: GREY }, data: [[0, own_spm], [end_s, own_spm]] }]),
      ...(cued.length === 0 ? [] : [{ name: "beats felt", type: "line", symbol: "none", lineStyle: { color: ORANGE, width: 4 }, itemStyle: { color: ORANGE }, data: cued }]),
    ],
  };
  const band = tempo_spm === null || band_spm === null ? "" : ` The band is ${fixed(tempo_spm, 1)} ± ${fixed(band_spm, 1)} steps/min.`;
  return [
    {
      title: "Cadence",
      note: `Mean of ${SMOOTH} strides, two steps each.${band}`,
      wide: true,
      body: draw({ name: "cadence", title: "Cadence over the run", wide: true, height_px: 168, option }),
    },
  ];
}

/** The part of a run. */
export function cadence(record: SetRecord): Part {
  const { set, verdict, contacts } = record;
  const steps = contacts.filter(({ kind }) => kind === "run");
  const contacts_ms = steps.map(({ contact_ms }) => contact_ms).filter(present);
  const [judged, inside] = [numberOf(verdict, "strides_judged"), numberOf(verdict, "strides_in_band")];
  const tempo_spm = numberOf(verdict, "tempo_spm");
  return {
    tiles: [
      { value: fixed(set.cadence_spm, 1), unit: tempo_spm === null ? "steps/min" : `of ${fixed(tempo_spm, 1)}`, name: tempo_spm === null ? "cadence" : "cadence, steps/min" },
      { value: judged === null || inside === null || judged === 0 ? "-" : fixed((100 * inside) / judged, 0), unit: "%", name: "of the strides in the band" },
      { value: fixed(set.contact_ms_mean, 0), unit: "ms", name: "on the ground, mean" },
      { value: String(set.strides), unit: "", name: "strides" },
    ],
    figures: [...cadenceFigure(record), ...rasterFigure(record, "run", null)],
    each: "stride",
    rows: [
      { name: "Cadence, steps/min", values: rowsOf(record).flat().map(({ cadence_spm }) => cadence_spm), digits: 1, note: "two steps a stride" },
      { name: "Contact time, ms", values: contacts_ms, digits: 0, note: "landing to toe-off" },
      { name: "Foot in the air, ms", values: steps.map(({ flight_ms }) => flight_ms).filter(present), digits: 0, note: "toe-off to landing of the same foot" },
      { name: "Landing against the beat, ms", values: steps.map(({ beat_error_ms }) => beat_error_ms).filter(present), digits: 0, note: "the nearest beat; negative: early" },
    ],
    method:
      "One clip sees one foot: strides, not steps; a cadence in steps/min is two steps a stride. Contact time comes from a shoe, not from a force " +
      "plate: expect a bias of some milliseconds that depends on the shoe.",
  };
}
