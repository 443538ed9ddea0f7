// Sets of some weeks, so that a page has a trend: each exercise done well and badly, the newest set last.
import { verdictOn } from "../../host/coach/verdict.ts";
import { prescribe, type PainAt } from "../../host/coach/next.ts";
import type { Drill } from "../../host/coach/programme.ts";
import type { SetRecord } from "../../host/record.ts";
import type { PageInput } from "../../host/report/page.ts";
import { MONDAY_MS, simulated, type Simulated } from "./simulated.ts";

type Way = Omit<Simulated, "exercise" | "seed" | "side" | "started_ms">;

/** How each exercise is done here, well first. */
const WAYS: Readonly<Record<Drill, readonly [Way, Way]>> = {
  pogo: [
    { bpm: 150, seconds: 30, target: 75, variant: "single", rung: "single" },
    { bpm: 150, seconds: 30, target: 75, variant: "single", rung: "single", fade: 0.2 },
  ],
  calf: [
    { seconds: 60, target: 15, variant: "full", rung: "single" },
    { seconds: 60, target: 15, variant: "partial", rung: "single" },
  ],
  "calf-bent": [
    { seconds: 60, target: 15, variant: "full", rung: "single" },
    { seconds: 60, target: 15, variant: "wobbling", rung: "single" },
  ],
  "wall-sit": [
    { seconds: 55, target: 45, variant: "steady", rung: "single" },
    { seconds: 60, target: 45, variant: "touching", rung: "single" },
  ],
  "step-down": [
    { seconds: 60, target: 12, variant: "controlled", rung: "low" },
    { seconds: 60, target: 12, variant: "stomping", rung: "low" },
  ],
  run: [
    { bpm: 160, seconds: 120, target: 5, variant: "following", cue: "faded", rung: "faded" },
    { bpm: 160, seconds: 120, target: 5, variant: "ignoring", cue: "band", rung: "band" },
  ],
};

const DAY_MS = 86_400_000;
/** Days between two workouts. */
const REST_DAYS = 3;

/** What a page on the newest of so many workouts shows; every third was done badly, and so was the newest if `badly`. */
export function past(exercise: Drill, workouts: number, badly = false): PageInput {
  const sets = Array.from({ length: workouts }, (_, i): SetRecord => {
    const newest = i === workouts - 1;
    const way = WAYS[exercise][(newest ? badly : i % 3 === 1) ? 1 : 0];
    const started_ms = MONDAY_MS + i * REST_DAYS * DAY_MS;
    return simulated({ exercise, ...way, seed: 2 * i + 3, side: newest || i % 2 === 0 ? "left" : "right", started_ms, pain: { score: i % 4, where: "knee" } });
  });
  const record = sets.at(-1) as SetRecord;
  const pains = sets.map(({ started_ms, pain }): PainAt => ({ at_ms: started_ms + 60_000, score: pain?.score ?? 0, where: pain?.where ?? null }));
  return {
    record,
    runner: `<b>"Ann" & Co`,
    verdict: verdictOn(record),
    next: prescribe(exercise, sets, pains, record.started_ms + DAY_MS),
    trend: sets,
    pains,
    other: sets.findLast(({ side }) => side === "right") ?? null,
  };
}
