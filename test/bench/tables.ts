// The figures of the six exercises as Markdown. Pure.
import { quantile } from "../../sim/score.ts";
import { CLAIMS } from "./claims.ts";
import { claimLine, confusions, cueLines, halfOf, lines, number, percent, shortest, shortestCues, wrong_s, type Claimed, type Costs, type Cued, type CueLine, type Drilled, type Line } from "./figures.ts";
import { WRONG_S, type Share } from "./judge.ts";
import { table } from "./report.ts";

const cell = ({ right, of }: Share): string => percent(right, of);

/** Counts and qualities of the repeated exercises. */
function repTable(all: readonly Line[]): string {
  const header = ["exercise", "sets that are", "people", "sets", "exact", "off by > 1", "worst", "found/true", "partial called partial", "full called full", "clean called clean", "faulty called faulty", "ended by walking off", "top, bias / p95 °", "> 3°", "hold, bias / p95 s", "> 0.2 s", "not found"];
  return table(header, all.map((of) => [
    of.variant === "all" && of.half === "held out" ? of.suite : "", of.variant, of.half, String(of.sets), percent(of.exact, of.sets), String(of.far), String(of.worst), `${of.found}/${of.truth}`,
    cell(of.partial), cell(of.full), cell(of.clean), cell(of.faulty),
    of.height_deg === null ? "–" : String(of.left),
    ...(of.height_deg === null ? ["–", "–"] : [`${number(of.height_deg.bias, 2)} / ${number(of.height_deg.p95, 2)}`, percent(of.height_deg.beyond, of.height_deg.n, 2)]),
    ...(of.hold_s === null ? ["–", "–", "–"] : [`${number(of.hold_s.bias, 3)} / ${number(of.hold_s.p95, 3)}`, percent(of.hold_s.beyond, of.hold_s.n, 2), String(of.hold_s.endless)]),
  ]));
}

function pogoTable(all: readonly Line[], drilled: readonly Drilled[]): string {
  return table(["sets", "people", "number", "loss told", "true loss, 10 / 50 / 90 %", "hops exact", "off by > 1", "worst", "found/true"], all.map((of) => {
    const lost = drilled.filter(({ each }) => each.suite === of.suite && halfOf(each.body.seed) === of.half).map(({ judged }) => judged.fade!.lost);
    return [
      of.suite, of.half, String(of.sets), percent(of.told, of.sets), [0.1, 0.5, 0.9].map((at) => (quantile(lost, at) * 100).toFixed(1)).join(" / "),
      percent(of.exact, of.sets), String(of.far), String(of.worst), `${of.found}/${of.truth}`,
    ];
  }));
}

function autoTable(all: readonly Line[], drilled: readonly Drilled[]): string {
  const kinds = ["still", "walk", "run", "hop", "calf"];
  return table(["people", "sets", "right", ...kinds.map((kind) => `${kind}: right of all`), "raises exact", "most often wrong"], all.map((of) => {
    const own = drilled.filter(({ each }) => each.suite === of.suite && halfOf(each.body.seed) === of.half).map(({ judged }) => judged);
    const often = confusions(own.flatMap(({ mistakes }) => mistakes)).slice(0, 3);
    return [
      of.half, String(of.sets), percent(of.labelled, of.sets),
      ...kinds.map((kind) => {
        const those = own.filter((one) => one.kinds.includes(kind));
        // of the sets that have it: those in which no more than is allowed went wrong with it
        return `${those.filter((one) => wrong_s({ ...one, mistakes: one.mistakes.filter((each) => each.kind === kind) }) <= WRONG_S).length}/${those.length}`;
      }),
      percent(of.exact, of.sets), often.map(([text, s]) => `${text} ${s.toFixed(0)} s`).join(", ") || "–",
    ];
  }));
}

function cueTable(all: readonly CueLine[]): string {
  return table(["cue", "people", "sets", "changes", "within 2 strides", "p95, strides", "worst"], all.map(({ what, half, sets, strides }) => [
    what, half, String(sets), String(strides?.n ?? 0), strides === null ? "–" : percent(strides.n - strides.beyond, strides.n, 2), strides === null ? "–" : number(strides.p95, 2), strides === null ? "–" : `${number(strides.worst, 2)}${strides.endless === 0 ? "" : `, ${strides.endless} never`}`,
  ]));
}

/** All tables of the six exercises; what did not run has none. */
export function exerciseTables(drilled: readonly Drilled[], cued: readonly Cued[], claimed: readonly Claimed[], costs: readonly Costs[]): string {
  const all = lines(drilled);
  const of = (...suites: string[]): Line[] => all.filter(({ suite }) => suites.includes(suite));
  const repeated = of("calf", "calf-bent", "wall-sit", "step-down", "run", "auto, no raises");
  const pogo = of("pogo tired", "pogo steady");
  const auto = of("auto");
  const cues = cueLines(cued);
  const seeds = [...shortest(drilled), shortestCues(cued)].filter(({ sets }) => sets.length > 0);
  const parts: (readonly [there: boolean, text: () => string])[] = [
    [repeated.length > 0, () => `### Repetitions, holds, taps, strides

Count: every raise, clean or not; holds; taps, stomped ones too; contacts of a run. Partial, full, clean and faulty: share of the true ones that were called so; one
that was not found is wrong. Top: highest angle of a raise that was found. Hold: time off the ground; one that was not found is beyond every bound. Bias: median
of the signed errors. Half of the sets have a target, at which the motor shakes the foot. "auto, no raises" is told nothing; a raise in it is wrong.

${repTable(repeated)}`],
    [pogo.length > 0, () => `### Bounce height

30 s with count-in and metronome at 120–180/min, hopping on past the end; tired ones lose 10 % from the first third of their hops to the last. A landing within
20 ms of the end may count or not.

${pogoTable(pogo, drilled)}`],
    [cues.length > 0, () => `### Cues of a run

90 s, felt only outside the band, which the runner leaves and comes back to every 8 to 12 s. Strides from the contact that begins the first one truly across the
edge until the line that says so (told) and until the first pulse, or the last (felt): the first pulse is the next beat, up to half a stride after the line.

${cueTable(cues)}`],
    [auto.length > 0, () => `### auto

70 s of three to five activities. The label at a moment is the last one that had left the clip by then. A set is right when at each activity of at least 3.5 s, from 3 s
after its beginning until its end, the label is its kind; ${WRONG_S} s of other labels are allowed in the whole set. By kind: of the sets that have it, those in
which it alone went wrong for no longer.

${autoTable(auto, drilled)}`],
    [claimed.length > 0, () => `### Exercises on recordings

Called raises: in how many traces a clip that was told nothing said so within the recording, and for how long at most.

${table(["recordings", "wanted in each", "found", "called raises"], CLAIMS.map((claim) => claimLine(claim, claimed)).map(({ name, wanted, found, called }) => [name, wanted, found, called]))}`],
    [costs.length > 0, () => `### Executed wasm instructions a sample at 416 Hz, LSM6DSO

${table(["told", "mean", "worst 19 ms batch", "samples"], costs.map(({ exercise, cost }) => [exercise, cost.mean.toFixed(0), cost.worst.toFixed(0), String(cost.samples)]))}`],
    [seeds.length > 0, () => `### Sets to tune on

The worst of people anybody may tune on, up to ten a suite.

${seeds.map(({ suite, sets }) => `- ${suite}: ${sets.join(" · ")}`).join("\n")}`],
  ];
  return parts.filter(([there]) => there).map(([, text]) => `${text()}\n`).join("\n");
}
