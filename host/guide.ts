// One guided set on a clip: is it there, is it still, count in, the set, its end in good order. Talks to the clip and to a view, and to
// nothing else: what comes of the set is the caller's.
import type { Client } from "./clip/client.ts";
import { startSet, stop as stopSet, type SetOptions } from "./clip/command.ts";
import type { Hello } from "./clip/event.ts";
import { Failure } from "./failure.ts";
import { Live } from "./live.ts";
import { resultOf, type Result } from "./result.ts";
import type { Drill, Programme } from "./coach/programme.ts";
import type { View } from "./view/view.ts";

/** What the set is to be. */
export interface GuidePlan {
  readonly programme: Programme;
  /** As the clip is told; its exercise is the programme's. */
  readonly set: SetOptions & { readonly exercise: Drill };
}

/** What a set came to. */
export interface Guided {
  readonly hello: Hello;
  /** When the set began, ms since 1970. */
  readonly began_ms: number;
  readonly result: Result;
  /** Whether the person ended it before its time. */
  readonly stopped: boolean;
}

/** The clip tells after about 1.7 s that it is still; somebody who has just put it on takes longer, ms. */
const STILL_MS_MAX = 30_000;
/** After so long without stillness the person is told, ms. */
const MOVES_MS = 4000;
/** The sensor takes so long to be ready, and a count-in besides, ms. */
const START_MS_MAX = 30_000;
/** SUM and VER follow an end within 1.25 s and the link, ms. */
const SUMMARY_MS_MAX = 5000;
/** A view is shown so often, and whether the set is done is looked at, ms of the link's time. */
const SHOW_MS = 100;
/** A clip that is silent is asked so often whether it is there, ms. */
const ASK_MS = 3000;
/** A wall sit goes on for so long after its foot came down too early, s: somebody may lift it again. */
const LIFT_AGAIN_S = 12;
/** Below this a battery may not last the set, mV. */
const BATTERY_MV_LOW = 3500;

/** Waits until the foot has stood still, as the clip tells in auto. */
async function stillness(client: Client, view: View, { stance }: Programme, stop: AbortSignal): Promise<void> {
  let still = false;
  client.onEvent = (event) => {
    if (event.type === "activity") still = event.activity === "still";
  };
  await client.command(startSet({ exercise: "auto" }));
  if (!(await client.until(() => still || stop.aborted, MOVES_MS))) {
    view.say(`The clip moves. ${stance}.`);
    await client.until(() => still || stop.aborted, STILL_MS_MAX - MOVES_MS);
  }
  await endSet(client);
  if (!still && !stop.aborted) throw new Failure(`the clip moved for ${STILL_MS_MAX / 1000} s: put it on and stand still, then begin again`);
}

/** Ends the set at once, the last contact unwaited for. */
async function endSet(client: Client): Promise<void> {
  let idle = false;
  const before = client.onEvent;
  client.onEvent = (event) => {
    before?.(event);
    if (event.type === "mode") idle = event.mode === "idle";
  };
  await client.command(stopSet());
  if (!idle) await client.command(stopSet());
  await client.until(() => idle, SUMMARY_MS_MAX);
  client.onEvent = before;
}

/** Whether a set that does not end by itself is done. */
function isDone(exercise: Drill, live: Live, target: number | null, downSince_s: number | null): boolean {
  if (target === null || exercise === "pogo" || exercise === "run") return false;
  if (exercise !== "wall-sit") return live.achieved >= target;
  if (live.lifted || downSince_s === null) return false;
  return live.achieved >= target || live.elapsed_s - downSince_s > LIFT_AGAIN_S;
}

/**
 * Guides one set. `stop` ends it as the person does: what was done by then counts. A Failure where the clip is not there or falls silent;
 * null where the set was stopped before it began.
 */
export async function guide(client: Client, plan: GuidePlan, view: View, stop: AbortSignal): Promise<Guided | null> {
  const { programme, set } = plan;
  const { exercise } = set;
  const target = set.target ?? null;
  const live = new Live(exercise, target, set.duration_ms === undefined || (exercise === "wall-sit" && target !== null) ? null : set.duration_ms / 1000, set.bpm !== undefined);
  view.say(`Wear the clip ${programme.worn}. ${programme.stance}.`);
  view.show(live.shown());
  const hello = await client.greet();
  if (hello.chip === 0) throw new Failure(`${client.link.name}: the clip has no motion sensor that answers: switch it off and on; if that does not help it is broken`);
  const { battery_mv } = await client.status();
  if (battery_mv !== null && battery_mv < BATTERY_MV_LOW) view.say(`The clip's battery is low (${(battery_mv / 1000).toFixed(2)} V): charge it soon.`);
  await stillness(client, view, programme, stop);
  if (stop.aborted) return null;
  view.say("The clip is there and still.");

  const lines: string[] = [];
  client.onLine = (text) => void lines.push(text);
  // What the clip has told so far: when the set began, on its clock, the link's and the world's, and that it is over.
  const told = { start_us: NaN, start_ms: NaN, began_ms: NaN, summary: false, verdict: false };
  // By when the summary must have come: the set has ended, or the clip has started anew and closes what it was cut out of.
  let by_ms = Infinity;
  const closing = (): void => {
    by_ms = Math.min(by_ms, client.link.now_ms + SUMMARY_MS_MAX);
  };
  client.onEvent = (event) => {
    live.take(event);
    if (event.type === "mode" && event.mode === "set" && Number.isNaN(told.start_us)) {
      Object.assign(told, { start_us: event.at_us, start_ms: client.link.now_ms, began_ms: Date.now() });
    }
    const begun = !Number.isNaN(told.start_us);
    if (begun && (event.type === "hello" || (event.type === "mode" && (event.mode === "summary" || event.mode === "idle")))) closing();
    if (event.type === "summary") told.summary = true;
    if (event.type === "verdict") told.verdict = true;
  };
  live.ready();
  await client.command(startSet(set));
  const asked_ms = client.link.now_ms;
  let heard_ms = asked_ms;
  let heard = lines.length;
  let downSince_s: number | null = null;
  let stopped = false;
  let ending = false;
  while (!told.summary) {
    await client.link.pass(SHOW_MS);
    const { now_ms } = client.link;
    const begun = !Number.isNaN(told.start_us);
    if (!begun && stop.aborted) {
      await endSet(client);
      return null;
    }
    if (!begun && now_ms - asked_ms > START_MS_MAX) {
      throw new Failure(`${client.link.name}: the clip did not begin: its motion sensor gives nothing; switch it off and on`);
    }
    if (live.phase === "set") live.elapsed_s = (now_ms - told.start_ms) / 1000;
    view.show(live.shown());
    if (live.lifted) downSince_s = null;
    else if (live.achieved > 0) downSince_s ??= live.elapsed_s;
    const enough = isDone(exercise, live, target, downSince_s);
    if (live.phase === "set" && !ending && (enough || stop.aborted)) {
      stopped = !enough;
      ending = true;
      closing();
      await client.command(stopSet());
    }
    if (now_ms > by_ms && !told.summary) throw new Failure(`${client.link.name}: the set is over, but its summary did not come; what the clip felt is in its log`);
    if (lines.length > heard) heard_ms = now_ms;
    heard = lines.length;
    if (now_ms - heard_ms >= ASK_MS) await client.status(); // a Failure when the clip has gone
  }
  await client.until(() => told.verdict, SUMMARY_MS_MAX);
  client.onEvent = null;
  client.onLine = null;
  const result = resultOf({
    firmware_sha256: client.link.firmware_sha256,
    engine: client.link.name,
    seconds: live.elapsed_s,
    lines: lines.map((text) => ({ text, zero_us: told.start_us })),
    toTrace_s: (t_s) => t_s,
    notes: [],
  });
  live.elapsed_s = (result.set?.duration_ms ?? 0) / 1000;
  view.show(live.shown());
  return { hello, began_ms: told.began_ms, result, stopped };
}
