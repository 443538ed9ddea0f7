// What a set of heel raises puts on the report, knee straight or bent: height, tempo and wobble of each. Pure.
import { numberOf } from "../clip/verdict.ts";
import type { SetRecord } from "../record.ts";
import type { ResultRep } from "../result.ts";
import { BLUE, counting, draw, GRID, levelLine, ORANGE, PALE, upright, type Figure } from "./chart.ts";
import { partsFigure, type Part } from "./part.ts";
import { present } from "./summary.ts";
import { fixed } from "./table.ts";

/** Tilt to the sides beyond which the clip calls a raise wobbling, ° (firmware/detect/raise.ts). */
const WOBBLE_DEG = 8.5;

/** A bar a raise: full where clean, hollow where not. */
function bars(name: string, clean: string, values: readonly (readonly [number, number, boolean])[]): object {
  return {
    name,
    type: "bar",
    barWidth: "60%",
    barMaxWidth: 14,
    itemStyle: { color: clean },
    data: values.map(([x, y, ok]) => ({ value: [x, y], ...(ok ? {} : { itemStyle: { color: "#ffffff", borderColor: ORANGE, borderWidth: 1.5 } }) })),
  };
}

function heightFigure(reps: readonly ResultRep[], full_deg: number | null): Figure {
  const values = reps.flatMap(({ height_deg, clean }, i) => (height_deg === null ? [] : [[i + 1, height_deg, clean] as const]));
  const option = {
    grid: GRID,
    xAxis: counting("raise", reps.length),
    yAxis: upright("heel height, °", Math.max(full_deg ?? 0, ...values.map(([, height]) => height))),
    series: [{ ...bars("raise", PALE, values), ...(full_deg === null ? {} : { markLine: levelLine(full_deg, BLUE) }) }],
  };
  return {
    title: "Height of each raise",
    note: `Filled: clean. Hollow: not.${full_deg === null ? "" : ` The line is the own full height, ${fixed(full_deg, 1)}°, the highest of the first three.`}`,
    wide: true,
    body: draw({ name: "height", title: "Height of each raise", wide: true, height_px: 168, option }),
  };
}

function wobbleFigure(reps: readonly ResultRep[]): Figure {
  const values = reps.flatMap(({ wobble_deg, flaws }, i) => (wobble_deg === null ? [] : [[i + 1, wobble_deg, !flaws.includes("wobble")] as const]));
  const option = {
    grid: { ...GRID, top: 12 },
    xAxis: counting("raise", reps.length),
    yAxis: upright("°", Math.max(WOBBLE_DEG, ...values.map(([, wobble]) => wobble))),
    series: [{ ...bars("raise", PALE, values), markLine: levelLine(WOBBLE_DEG) }],
  };
  return {
    title: "Wobble of each raise",
    note: `Tilt of the foot to the sides; above the line, ${WOBBLE_DEG}°, it is not clean.`,
    wide: false,
    body: draw({ name: "wobble", title: "Wobble of each raise", height_px: 138, option }),
  };
}

/** The part of a set of raises. */
export function raise(record: SetRecord): Part {
  const { reps, verdict, target } = record;
  const of = (value: (rep: ResultRep) => number | null): number[] => reps.map(value).filter(present);
  const seconds = (name: string) => fixed((numberOf(verdict, name) ?? NaN) / 1000, 1);
  const tempo = partsFigure("Tempo of each raise", "raise", false, [
    ["up", BLUE, reps.map(({ up_ms }) => up_ms)],
    ["at the top", PALE, reps.map(({ hold_ms }) => hold_ms)],
    ["down", ORANGE, reps.map(({ down_ms }) => down_ms)],
  ]);
  return {
    tiles: [
      { value: String(reps.filter(({ clean }) => clean).length), unit: target === null ? `of ${reps.length}` : `of ${target}`, name: "clean raises" },
      { value: fixed(numberOf(verdict, "height_deg_mean"), 1), unit: "°", name: "heel height, mean" },
      { value: `${seconds("up_ms_mean")} · ${seconds("down_ms_mean")}`, unit: "s", name: "up · down, mean" },
      { value: fixed(numberOf(verdict, "wobble_deg_mean"), 1), unit: "°", name: "wobble, mean" },
    ],
    figures: reps.length < 2 ? [] : [heightFigure(reps, numberOf(verdict, "full_height_deg")), tempo, wobbleFigure(reps)],
    each: "raise",
    rows: [
      { name: "Heel height, °", values: of(({ height_deg }) => height_deg), digits: 1, note: "pitch of the foot" },
      { name: "Way up, s", values: of(({ up_ms }) => up_ms).map((ms) => ms / 1000), digits: 2, note: "" },
      { name: "At the top, s", values: of(({ hold_ms }) => hold_ms).map((ms) => ms / 1000), digits: 2, note: "within 5 % of the top" },
      { name: "Way down, s", values: of(({ down_ms }) => down_ms).map((ms) => ms / 1000), digits: 2, note: "" },
      { name: "Wobble, °", values: of(({ wobble_deg }) => wobble_deg), digits: 1, note: "tilt from side to side" },
    ],
    method:
      "Heel height is the angle of the foot against standing flat, not a distance: a shoe that bends makes it look different. " +
      "A raise counts as full against the highest of the first three, so a set that starts low is judged by a low measure.",
  };
}
