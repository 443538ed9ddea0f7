// What the coach says of today, of the coming week and of two sides, as lines for a terminal. Pure.
import { taskOf } from "../coach/next.ts";
import { ADVICE, PROGRAMMES, rungOf } from "../coach/programme.ts";
import type { SideDifference } from "../coach/sides.ts";
import type { Miles, PlannedDay, Today } from "../coach/today.ts";
import { table } from "./table.ts";

/** What every advice ends with. */
function foot(): string[] {
  return ["", ...ADVICE];
}

function milesLine({ week, weeks, distance, deload, held, done, left, unit }: Miles): string {
  const again = held === 0 ? "" : `; ${held} ${held === 1 ? "week was" : "weeks were"} repeated because of pain`;
  return `Running: week ${week} of ${weeks}${deload ? ", a deload" : ""}: ${distance} ${unit}, ${done} done, ${left} left${again}.`;
}

/** Today: what is due, each with its reasons, what rests, what is left to run. */
export function nextLines(runner: string, { date, due, resting, miles, warnings }: Today): string[] {
  return [
    `${date}, ${runner}`,
    ...warnings.map((warning) => `! ${warning}`),
    "",
    ...(due.length === 0 ? ["Nothing is due today."] : due.flatMap((next) => [taskOf(next), ...next.why.map((why) => `  ${why}`)])),
    ...(resting.length === 0 ? [] : ["", "Resting:", ...resting.map(({ exercise, until, why }) => `  ${PROGRAMMES[exercise].title}${until === null ? "" : `, until ${until}`}: ${why}`)]),
    ...(miles === null ? [] : ["", milesLine(miles)]),
    ...foot(),
  ];
}

/** The coming days, a line a task. */
export function weekLines(runner: string, days: readonly PlannedDay[], miles: Miles | null): string[] {
  const rows = days.flatMap(({ date, tasks, distance }) => {
    const done = [
      ...tasks.map(({ exercise, rung, target, unit }) => [PROGRAMMES[exercise].title, rungOf(PROGRAMMES[exercise], rung)?.title ?? rung, `${target} ${unit}`]),
      ...(distance === null ? [] : [["Run", "", `${distance} ${miles?.unit ?? "km"}`]]),
    ];
    return (done.length === 0 ? [["Rest", "", ""]] : done).map((row, i) => [i === 0 ? date : "", ...row]);
  });
  return [
    `The coming week of ${runner}`,
    "",
    ...table(["<day", "<exercise", "<step", "<target"], rows),
    "",
    "The first target of each exercise stands; the later ones are if each workout before is clean. hopclip next says what is due on the day.",
    ...(miles === null ? [] : ["", milesLine(miles)]),
    ...foot(),
  ];
}

/** Left against right: every difference, then what they come to. */
export function sidesLines(title: string, sides: readonly SideDifference[]): string[] {
  const different = sides.filter((side) => side.different).length;
  const all =
    sides.length === 0
      ? "There is too little in these sets to compare."
      : different === 0
        ? `None of ${sides.length} differences is more than chance and measurement.`
        : `${different} of ${sides.length} ${different === 1 ? "is" : "are"} more than chance and measurement; whether that matters, a physiotherapist can say.`;
  return [title, ...sides.map(({ different: is, sentence }) => `  ${is ? "≠" : "="} ${sentence}`), all, ...foot()];
}
