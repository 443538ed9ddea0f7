// One set from what is to be done to what is kept of it, on a clip or a simulated one.
import { Client } from "./clip/client.ts";
import { POGO_S, PROGRAMMES, timeOf_s, type Drill, type Rung } from "./coach/programme.ts";
import { Stopped } from "./failure.ts";
import { guide, type GuidePlan } from "./guide.ts";
import type { Link } from "./link/link.ts";
import { SimulatedLink } from "./link/simulated.ts";
import { recordOf, sensorOf, type SetRecord, type Side } from "./record.ts";
import { PlainView } from "./view/plain.ts";
import { ScreenView } from "./view/screen.ts";
import type { View } from "./view/view.ts";
import { loadWasm } from "./wasm.ts";

/** Beats before a set: 3 s at 150/min, time to get onto the toes. */
const COUNT_IN = 8;
/** Length of a run, and of a wall sit at most, s. */
const RUN_S = 600;
const SIT_S_MAX = 600;
/** A set of raises or step-downs ends after so much stillness, s. */
const STILL_S = 8;
/** A simulated person goes on for so long after a set that ends by time, and takes so long for a raise or a step-down, s. */
const THROUGH_S = 4;
const REP_S = 5;

/** What is to be done. */
export interface Workout {
  readonly exercise: Drill;
  readonly rung: Rung;
  /** In the programme's unit; null = as many as it becomes. */
  readonly target: number | null;
  readonly bpm: number | null;
  /** null = as long as the exercise takes. */
  readonly seconds: number | null;
  /** null = not said. */
  readonly side: Side | null;
}

/** Who does it in the simulator. */
export interface Person {
  readonly seed: number;
  /** How: a name of BODY_VARIANTS, of a run "following" or "ignoring"; null = as one should. */
  readonly variant: string | null;
  /** Simulated seconds a second of the clock; Infinity = as fast as it goes. */
  readonly pace: number;
}

/** "Pogo hops, single leg, left foot" */
export function titleOf({ exercise, rung, side }: Workout): string {
  return [PROGRAMMES[exercise].title, rung.title, ...(side === null ? [] : [`${side} foot`])].join(", ");
}

/** What the clip is told. */
function setOf({ exercise, rung, target, bpm, seconds }: Workout): GuidePlan["set"] {
  const of = (length_s: number) => ({ duration_ms: Math.round((seconds ?? length_s) * 1000) });
  const asked = { exercise, ...(target === null ? {} : { target }), ...(bpm === null ? {} : { bpm }) };
  switch (exercise) {
    case "pogo":
      return { ...asked, ...of(bpm === null || target === null ? POGO_S : timeOf_s(target, bpm)), count_in: COUNT_IN, variant: rung.name };
    case "run":
      return { ...asked, ...of(RUN_S), variant: rung.name };
    case "wall-sit":
      return rung.unfelt === true ? { exercise, ...of(target ?? 0) } : { ...asked, ...of(SIT_S_MAX) };
    default:
      return { ...asked, still_ms: STILL_S * 1000, ...(seconds === null ? {} : of(seconds)) };
  }
}

/** A clip on a simulated person who does what is asked for. */
export function simulatedLink(workout: Workout, { seed, variant, pace }: Person): Link {
  const { exercise, rung, target, bpm } = workout;
  const { duration_ms = 0 } = setOf(workout);
  const counts = exercise !== "pogo" && exercise !== "run" && exercise !== "wall-sit";
  const seconds = counts ? (target ?? 0) * REP_S + STILL_S : exercise === "wall-sit" ? (target ?? 0) : duration_ms / 1000;
  const how = exercise === "pogo" ? rung.name : (variant ?? (exercise === "run" ? "following" : undefined));
  return new SimulatedLink(
    {
      wasm: loadWasm(),
      exercise: rung.unfelt === true ? "stand" : exercise,
      ...(how === undefined ? {} : { variant: how }),
      ...(counts ? { reps: target ?? 0 } : {}),
      ...(bpm === null ? {} : { bpm }),
      seconds: seconds + THROUGH_S,
      seed,
    },
    pace,
  );
}

/**
 * Does the set on the clip of a link, shown on `out`: the whole screen of a terminal, plain lines elsewhere; the link is closed. `clip_key`:
 * of a real clip's set (see clip/logbook.ts). A Stopped where `stop` came before the set began.
 */
export async function perform(workout: Workout, link: Link, out: NodeJS.WriteStream, stop: AbortController): Promise<{ readonly record: SetRecord; readonly clip_key: string | null }> {
  const { exercise, rung, target, bpm, side } = workout;
  const { stdin } = process;
  const view: View = out.isTTY && stdin.isTTY ? new ScreenView(titleOf(workout), () => stop.abort(), stdin, out) : new PlainView(out);
  try {
    const guided = await guide(new Client(link), { programme: PROGRAMMES[exercise], set: setOf(workout) }, view, stop.signal);
    if (guided === null) throw new Stopped("stopped before the set began: nothing to keep");
    const { hello, clip_key } = guided;
    const record = recordOf(guided.result, {
      started_ms: guided.began_ms,
      exercise,
      rung: rung.name,
      side: side ?? guided.side,
      bpm,
      target,
      source: link.source,
      origin: clip_key === null || hello.serial === "-" ? link.name : hello.serial,
      sensor: sensorOf(hello),
    });
    return { record, clip_key };
  } finally {
    await view.end();
    await link.close();
  }
}
