// One guided set on a clip: is it there, is it still, count in, the set, its end in good order. Talks to the clip and to a view, and to
// nothing else: what comes of the set is the caller's. A link that is cut in the set is waited for; what was missed is in the clip's log.
import { FAULT_LINK_DROP } from "../firmware/wire/layout.ts";
import { Backlog } from "./log/backlog.ts";
import type { Client } from "./clip/client.ts";
import { config, startSet, stop as stopSet, type SetOptions } from "./clip/command.ts";
import { readEvent, type ClipEvent, type Hello, type Status } from "./clip/event.ts";
import { clipKey } from "./clip/key.ts";
import { parseFrame } from "./clip/line.ts";
import { linesOf, type OpenSet } from "./clip/logbook.ts";
import { Session } from "./clip/session.ts";
import { Failure, Stopped } from "./failure.ts";
import { Live } from "./live.ts";
import { SIDE_BY_CODE, type Side } from "./record.ts";
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
  /** That the clip is set to; null where it is not, or simulated. */
  readonly side: Side | null;
  /** When the set began, ms since 1970. */
  readonly began_ms: number;
  readonly result: Result;
  /** Key of the set in the clip's log; null where it is a simulated clip's. */
  readonly clip_key: string | null;
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
/** A clip that is silent is asked so often whether it is there, ms, and given up when it has not answered so many times. */
const ASK_MS = 3000;
const ASKED_MAX = 3;
/** A link that is cut in a set is waited for until the set's end, at least so long, ms. */
const CUT_MS_MIN = 120_000;
/** Lines that the log does not hold, and the fault that says that it holds more than was sent. */
const UNLOGGED: ReadonlySet<string> = new Set(["activity", "cue", "fault"]);
/** A wall sit goes on for so long after its foot came down too early, s: somebody may lift it again. */
const LIFT_AGAIN_S = 12;
/** Below this a battery may not last the set, mV. */
const BATTERY_MV_LOW = 3500;

/** Waits until the foot has stood still, as the clip tells in auto. */
async function stillness(client: Client, view: View, { stance }: Programme, stop: AbortSignal): Promise<void> {
  let still = false;
  let cut = false;
  client.onEvent = (event) => {
    if (event.type === "activity") still = event.activity === "still";
  };
  client.onState = () => {
    cut = true;
  };
  await client.command(startSet({ exercise: "auto" }));
  if (!(await client.until(() => still || stop.aborted || cut, MOVES_MS))) {
    view.say(`The clip moves. ${stance}.`);
    await client.until(() => still || stop.aborted || cut, STILL_MS_MAX - MOVES_MS);
  }
  if (cut) throw new Failure(`${client.link.name}: the link was cut before the set had begun: begin again`);
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

/** The set as far as it has come: from the clip's lines while they come, from its log where they did not. */
class Course {
  /** Set when the person ended it before its time. */
  stopped = false;
  private readonly client: Client;
  private readonly set: GuidePlan["set"];
  private readonly target: number | null;
  private readonly view: View;
  private readonly stop: AbortSignal;
  private readonly backlog: Backlog | null;
  private live: Live;
  private lines: string[] = [];
  /** When the set began, on its clock, the link's and the world's; NaN before that is known. */
  private start_us = NaN;
  private start_ms = NaN;
  private began_ms = NaN;
  private summary = false;
  private verdict = false;
  /** By when the summary must have come: the set has ended, or the clip has started anew and closes what it was cut out of. */
  private by_ms = Infinity;
  /** The link has been cut: since the last look, and ever. */
  private cut = false;
  private torn = false;
  private ending = false;
  private heard_ms = 0;
  private unanswered = 0;
  private downSince_s: number | null = null;

  constructor(client: Client, { set }: GuidePlan, view: View, stop: AbortSignal, backlog: Backlog | null) {
    this.client = client;
    this.set = set;
    this.target = set.target ?? null;
    this.view = view;
    this.stop = stop;
    this.backlog = backlog;
    this.live = liveOf(set);
  }

  /** Does it; false where it was stopped before it began. */
  async run(): Promise<boolean> {
    const { client } = this;
    const { link } = client;
    client.onLine = (text) => void this.lines.push(text);
    client.onEvent = (event) => this.take(event);
    client.onState = (up) => {
      if (!up) this.cut = true;
    };
    this.live.ready();
    let asked_ms = link.now_ms;
    for (let asked = false; !this.summary; ) {
      try {
        if (!asked) {
          asked = true; // or its answer was lost with the link, and the log says whether it came
          await client.command(startSet(this.set));
          asked_ms = link.now_ms;
          this.heard_ms = asked_ms;
        }
        await link.pass(SHOW_MS);
        if (this.cut) asked = await this.resume();
        else if (!(await this.step(asked_ms))) return false;
      } catch (error) {
        if (!this.cut) throw error;
      }
    }
    if (!this.torn) await client.until(() => this.verdict || this.cut, SUMMARY_MS_MAX);
    return true;
  }

  /** What came of it. */
  async end(hello: Hello, firmware_sha256: string): Promise<Omit<Guided, "side">> {
    const { client } = this;
    const session = new Session();
    for (const text of this.lines) session.line(text);
    let { lines } = this;
    if (this.backlog !== null && (this.torn || !session.whole || session.summary?.end === "reset")) {
      const logged = await this.backlog.set();
      if (logged !== null && logged.summary !== null) {
        lines = linesOf(logged, lines.filter(isUnlogged));
        this.start_us = logged.start_us ?? this.start_us;
        this.replay(lines);
      }
    }
    const zero_us = this.start_us;
    if (Number.isNaN(this.began_ms) && client.clock !== null) this.began_ms = Math.round((client.clock.unix_us + zero_us - client.clock.clip_us) / 1000);
    const result = resultOf({
      firmware_sha256,
      engine: client.link.name,
      seconds: this.live.elapsed_s,
      lines: lines.map((text) => ({ text, zero_us })),
      toTrace_s: (t_s) => t_s,
      notes: [],
    });
    this.live.elapsed_s = (result.set?.duration_ms ?? 0) / 1000;
    this.view.show(this.live.shown());
    const clip_key = this.backlog === null || result.set === null ? null : clipKey(hello.serial, result.set.id, zero_us);
    return { hello, began_ms: this.began_ms, result, clip_key, stopped: this.stopped };
  }

  private get begun(): boolean {
    return !Number.isNaN(this.start_ms);
  }

  private closing(): void {
    this.by_ms = Math.min(this.by_ms, this.client.link.now_ms + SUMMARY_MS_MAX);
  }

  private take(event: ClipEvent): void {
    this.live.take(event);
    this.heard_ms = this.client.link.now_ms;
    this.unanswered = 0;
    if (event.type === "mode" && event.mode === "set" && !this.begun) {
      Object.assign(this, { start_us: event.at_us, start_ms: this.client.link.now_ms, began_ms: Date.now() });
    }
    if (this.begun && (event.type === "hello" ? !this.torn : event.type === "mode" && (event.mode === "summary" || event.mode === "idle"))) this.closing();
    if (event.type === "summary") this.summary = true;
    if (event.type === "verdict") this.verdict = true;
  }

  /** One look at the set; false where it was stopped before it began. */
  private async step(asked_ms: number): Promise<boolean> {
    const { client, live, stop } = this;
    const { now_ms, name } = client.link;
    if (!this.begun && stop.aborted) {
      await endSet(client);
      return false;
    }
    if (!this.begun && now_ms - asked_ms > START_MS_MAX) throw new Failure(`${name}: the clip did not begin: its motion sensor gives nothing; switch it off and on`);
    this.show();
    if (live.lifted) this.downSince_s = null;
    else if (live.achieved > 0) this.downSince_s ??= live.elapsed_s;
    const enough = isDone(this.set.exercise, live, this.target, this.downSince_s);
    if (live.phase === "set" && !this.ending && (enough || stop.aborted)) {
      this.stopped = !enough;
      this.ending = true;
      this.closing();
      await client.command(stopSet());
    }
    if (now_ms > this.by_ms && !this.summary) throw new Failure(`${name}: the set is over, but its summary did not come; what the clip felt is in its log`);
    if (now_ms - this.heard_ms >= ASK_MS) await this.ask();
    return true;
  }

  private show(): void {
    const { live } = this;
    if (live.phase === "set") live.elapsed_s = (this.client.link.now_ms - this.start_ms) / 1000;
    this.view.show(live.shown());
  }

  /** Asks a silent clip whether it is there: a Failure when it has gone. */
  private async ask(): Promise<void> {
    this.unanswered += 1;
    try {
      const { mode } = await this.client.status();
      this.unanswered = 0;
      if (mode === "idle") this.closing();
    } catch (error) {
      if (this.unanswered === ASKED_MAX) throw error;
    }
    this.heard_ms = this.client.link.now_ms;
  }

  /** Waits for a link that was cut, and catches up; whether the clip has been asked for the set. */
  private async resume(): Promise<boolean> {
    const { client, view, live, backlog } = this;
    const { link } = client;
    if (!this.torn) view.say("The link to the clip is cut. Go on: the clip counts by itself; this waits for it.");
    this.torn = true;
    const left_ms = (this.set.duration_ms ?? 0) - (this.begun ? link.now_ms - this.start_ms : 0);
    const until_ms = link.now_ms + Math.max(CUT_MS_MIN, left_ms);
    while (!link.up) {
      if (this.stop.aborted) this.giveUp("stopped while the link was cut");
      if (link.now_ms > until_ms) this.giveUp("the link was cut in the set and did not come back");
      this.show();
      await link.pass(SHOW_MS);
    }
    this.cut = false;
    const status = await client.status();
    const logged = backlog === null ? null : await backlog.set();
    if (logged === null && status.mode === "idle") return false; // the command was lost with the link
    view.say("The link is back.");
    if (logged !== null) this.catchUp(logged, status);
    if (status.mode === "idle" || status.mode === "summary") this.closing();
    else this.by_ms = Infinity;
    this.ending = status.mode === "summary";
    this.live.elapsed_s = live.elapsed_s;
    this.heard_ms = link.now_ms;
    return true;
  }

  /** Waits no more for the link. */
  private giveUp(why: string): never {
    this.cut = false;
    throw new Failure(`${this.client.link.name}: ${why}`);
  }

  /** Brings the view up to what the log says, and ends the set where it is over. */
  private catchUp(logged: OpenSet, { mode, uptime_ms }: Status): void {
    const { summary } = logged;
    if (summary !== null) this.summary = true;
    else if (mode !== "set" && mode !== "summary") return;
    if (!this.begun) {
      this.start_us = logged.start_us ?? uptime_ms * 1000; // or later than it was, until the summary tells
      this.start_ms = this.client.link.now_ms - (uptime_ms - this.start_us / 1000);
    }
    this.replay(linesOf({ ...logged, start_us: this.start_us }));
  }

  /** Shows the set anew from its lines. */
  private replay(lines: readonly string[]): void {
    this.live = liveOf(this.set);
    this.live.ready();
    for (const text of lines) {
      const frame = parseFrame(text);
      if (typeof frame !== "string") this.live.take(readEvent(frame));
    }
  }
}

function liveOf({ exercise, duration_ms, bpm, target }: GuidePlan["set"]): Live {
  return new Live(exercise, target ?? null, duration_ms === undefined || (exercise === "wall-sit" && target !== undefined) ? null : duration_ms / 1000, bpm !== undefined);
}

/** Whether a line tells what no record holds; that lines were dropped is over when the log has been read. */
function isUnlogged(text: string): boolean {
  const frame = parseFrame(text);
  if (typeof frame === "string") return false;
  const event = readEvent(frame);
  return UNLOGGED.has(event.type) && !(event.type === "fault" && event.code === FAULT_LINK_DROP);
}

/**
 * Guides one set. `stop` ends it as the person does: what was done by then counts. A Failure where the clip is not there or falls silent;
 * null where the set was stopped before it began.
 */
export async function guide(client: Client, plan: GuidePlan, view: View, stop: AbortSignal): Promise<Guided | null> {
  const { programme } = plan;
  const { link } = client;
  const isReal = link.source === "clip";
  view.say(`Wear the clip ${programme.worn}. ${programme.stance}.`);
  view.show(liveOf(plan.set).shown());
  client.stop = stop; // after the greeting each step sees to it
  const hello = await client.greet().catch((error: unknown) => {
    if (error instanceof Stopped) return null;
    throw error;
  });
  client.stop = null;
  if (hello === null) return null;
  if (hello.chip === 0) throw new Failure(`${link.name}: the clip has no motion sensor that answers: switch it off and on; if that does not help it is broken`);
  const { battery_mv, mode, exercise } = await client.status();
  if (battery_mv !== null && battery_mv < BATTERY_MV_LOW) view.say(`The clip's battery is low (${(battery_mv / 1000).toFixed(2)} V): charge it soon.`);
  if (mode !== "idle" && exercise === "auto") await endSet(client); // left by who looked whether it is still, and was cut off
  const firmware_sha256 = isReal ? await client.smp.running() : link.firmware_sha256;
  const side = isReal ? (SIDE_BY_CODE[Number((await client.command(config("SID")))[1])] ?? null) : null;
  await stillness(client, view, programme, stop);
  if (stop.aborted) return null;
  view.say("The clip is there and still.");
  try {
    const course = new Course(client, plan, view, stop, isReal ? await Backlog.of(client) : null);
    return (await course.run()) ? { ...(await course.end(hello, firmware_sha256)), side } : null;
  } catch (error) {
    if (!isReal || !(error instanceof Failure)) throw error;
    throw new Failure(`${error.message}; nothing is lost: the clip keeps the set in its log, and hopclip logs pull brings it`, { cause: error });
  } finally {
    client.onEvent = null;
    client.onLine = null;
    client.onState = null;
  }
}
