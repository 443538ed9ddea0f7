// hopclip live: what a clip says, as it says it.
import { setTimeout as pause } from "node:timers/promises";
import { Option, type Command } from "commander";
import { Client } from "../clip/client.ts";
import { config, startSet, stop as stopSet } from "../clip/command.ts";
import { NAMES, type ClipEvent, type Exercise, type Hello, type Status } from "../clip/event.ts";
import { Failure, InputError } from "../failure.ts";
import { bpmOption, jsonOption, number } from "../options.ts";
import { sensorOf } from "../record.ts";
import { nameOf, numberOf, reach, type Reached } from "../link/reach.ts";
import { summaryLines } from "../report/summary.ts";
import { resultOf } from "../result.ts";
import { settingNamed, wordOf } from "../clip/settings.ts";
import { stoppable } from "../stop.ts";
import { told } from "../report/told.ts";

/** A clip that says nothing is asked so often whether it is there, ms. */
const ASK_MS = 5000;
/** A set that is stopped has closed after so long, ms. */
const CLOSE_MS = 4000;
/** Beats before a set with a tempo. */
const COUNT_IN = 8;
/** Lines of a set that are kept for its summary: a set of four hours has fewer. */
const LINES_MAX = 100_000;

interface Options {
  readonly clip: string[];
  readonly seconds?: number;
  readonly exercise?: Exercise;
  readonly bpm?: number;
  readonly beats: boolean;
  readonly raw: boolean;
  readonly json: boolean;
}

export function register(command: Command): void {
  command
    .description(
      "Shows what a clip says, as it says it: its mode, beats, contacts (ms on the ground and in the air, ms off the beat), raises, holds and taps, what the wearer " +
        "does, faults, and at a set's end the summary with its verdict. It listens to whatever goes on; --exercise starts a set to listen to. " +
        "A link that drops is waited for. Ctrl-C ends it, and the set that it has started.",
    )
    .addOption(
      new Option("--clip <which>", "as in every command (see hopclip devices); may be given twice and more: several clips at once, told apart by number and side")
        .argParser((text: string, before: string[] | undefined) => [...(before ?? []), text])
        .default([], "the only one that is found, or $HOPCLIP_CLIP"),
    )
    .option("--seconds <n>", "end after so long, 0.1 to 86400 s (default: Ctrl-C ends it)", number(0.1, 86_400, "s"))
    .addOption(new Option("--exercise <name>", "start a set of this, which nothing but the end of live ends; auto: the clip finds out what is done (default: only listen)").choices(NAMES.exercise))
    .addOption(bpmOption())
    .option("--no-beats", "leave the beats out")
    .option("--raw", "the clip's lines as they come, damaged ones too", false)
    .addOption(jsonOption().default(false, "print one JSON object a line and nothing else on stdout"))
    .addHelpText(
      "after",
      "\nA line begins with the time of day at which it came. What a link that dropped has lost is in the clip's log: hopclip logs pull.\n\n" +
        '--json: an object a line: {at, clip, side, type, ...}: time of day in ms since 1970, serial number (null: none), side, and the fields of the event, times in µs\n' +
        'of the clip\'s clock. Of its own it says {type: "link", up} when the link drops and comes back,\n{type: "answers", answers} when a clip falls silent and answers again, and {type: "trouble", text}. With --raw: {at, clip, side, type: "line", text}.\n' +
        "Exit codes: 0 also after Ctrl-C.\n\n" +
        "Examples:\n  hopclip live --exercise pogo --bpm 150\n  hopclip live --clip left --clip right --no-beats\n  hopclip live --clip tcp:7000 --json --seconds 60",
    )
    .action(run);
}

/** One clip that is listened to. */
class Listener {
  private readonly client: Client;
  private readonly options: Options;
  private readonly label: string;
  private readonly about: { readonly clip: number | null; readonly side: string | null };
  private exercise: Exercise = "auto";
  private lines: string[] = [];
  private start_us = NaN;
  private heard_ms = performance.now();
  private answers = true;
  private closed = false;

  constructor({ client, hello }: Reached, side: string, several: boolean, options: Options) {
    this.client = client;
    this.options = options;
    this.about = { clip: numberOf(hello), side: side === "unknown" ? null : side };
    this.label = several ? `${nameOf(hello, client.link)}${side === "unknown" ? "" : ` ${side}`}  ` : "";
    client.onLine = (text) => this.line(text);
    client.onEvent = (event) => this.event(event);
    client.onState = (up) => this.state(up);
    this.greeted(hello, side);
  }

  /** Asks now and then whether a silent clip is still there. */
  async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await pause(ASK_MS, undefined, { signal: stop }).catch(() => {});
      if (stop.aborted || !this.client.link.up || performance.now() - this.heard_ms < ASK_MS) continue;
      const there = (await this.asked()) !== null;
      if (there !== this.answers && this.client.link.up) this.say(there ? "the clip answers again" : "! the clip does not answer", { type: "answers", answers: there });
      this.answers = there;
    }
  }

  /** How the clip is; null where it does not answer. */
  private async asked(): Promise<Status | null> {
    try {
      return await this.client.status();
    } catch (error) {
      if (error instanceof Failure) return null;
      throw error;
    }
  }

  /** Starts the set that was asked for, or says how one is started where none runs. */
  async begin(): Promise<void> {
    const { exercise, bpm } = this.options;
    if (exercise !== undefined) await this.client.command(startSet({ exercise, ...(bpm === undefined ? {} : { bpm, count_in: COUNT_IN }) }));
    else if (this.options.json || this.options.raw) return;
    else if ((await this.asked())?.mode === "idle") this.say("the clip is idle; live --exercise starts a set, hopclip set a guided one", {});
  }

  /** Ends the set that `begin` started, and waits for its summary. */
  async end(): Promise<void> {
    if (this.options.exercise === undefined) return;
    if (!this.client.link.up) return this.say("! the link is cut: the set goes on until the clip ends it; hopclip logs pull fetches it", { type: "link", up: false });
    if ((await this.asked())?.mode === "idle") return;
    this.closed = false;
    await this.client.command(stopSet());
    await this.client.until(() => this.closed, CLOSE_MS);
  }

  private say(text: string, object: object): void {
    const at = Date.now();
    if (this.options.json) process.stdout.write(`${JSON.stringify({ at, ...this.about, ...object })}\n`);
    else process.stdout.write(`${clock(at)}  ${this.label}${text}\n`);
  }

  private greeted(hello: Hello, side: string): void {
    const { json, raw } = this.options;
    if (json || raw) return;
    this.say(`listening to ${nameOf(hello, this.client.link)}${side === "unknown" ? "" : `, ${side} foot`} on ${this.client.link.name}: firmware ${hello.version}, ${sensorOf(hello)}`, {});
  }

  private state(up: boolean): void {
    this.say(up ? "the link is back" : "! the link is cut: waiting for it to come back", { type: "link", up });
    if (!up) return;
    // What it says again is who it is.
    this.client.greet().catch((error: unknown) => {
      if (error instanceof Failure) this.say(`! ${error.message}`, { type: "trouble", text: error.message });
      else throw error;
    });
  }

  private line(text: string): void {
    this.heard_ms = performance.now();
    this.lines.push(text);
    if (this.lines.length > LINES_MAX) this.lines.shift();
    if (!this.options.raw) return;
    if (this.options.json) this.say("", { type: "line", text });
    else process.stdout.write(`${this.label}${text}\n`);
  }

  private event(event: ClipEvent): void {
    if (event.type === "mode") {
      if (event.mode === "armed" || event.mode === "count-in" || (event.mode === "set" && this.exercise !== event.exercise)) this.exercise = event.exercise;
      if (event.mode === "armed") this.lines = [];
      if (event.mode === "idle") this.closed = true;
      if (event.mode === "set") this.start_us = event.at_us;
    }
    if (this.options.raw || event.type === "ack" || event.type === "refusal" || (event.type === "beat" && !this.options.beats)) return;
    if (this.options.json) {
      this.say("", event);
      return;
    }
    const text = told(event, this.exercise);
    if (text !== null) this.say(text, event);
    if (event.type === "verdict") this.sum();
  }

  /** What the set came to, from its lines. */
  private sum(): void {
    const { link } = this.client;
    const lines = this.lines.map((text) => ({ text, zero_us: this.start_us }));
    this.lines = [];
    const result = resultOf({ firmware_sha256: link.firmware_sha256, engine: link.name, seconds: 0, lines, toTrace_s: (t_s) => t_s, notes: [] });
    for (const text of summaryLines(result)) process.stdout.write(text === "" ? "\n" : `              ${this.label}${text}\n`);
  }
}

/** Time of day: "14:03:05.120". */
function clock(at_ms: number): string {
  const at = new Date(at_ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** The clips to listen to; undefined: the only one that is found. */
function wanted({ clip }: Options): readonly (string | undefined)[] {
  return clip.length > 0 ? clip : [process.env["HOPCLIP_CLIP"]];
}

async function run(options: Options): Promise<void> {
  if (options.bpm !== undefined && options.exercise === undefined) throw new InputError("--bpm needs --exercise: it is the tempo of the set that is started");
  await stoppable(async (stop) => {
    const all: Reached[] = [];
    try {
      for (const which of wanted(options)) all.push(await reach(which, stop.signal));
      const listeners: Listener[] = [];
      for (const reached of all) {
        const [, side] = await reached.client.command(config("SID"));
        listeners.push(new Listener(reached, wordOf(settingNamed("side"), Number(side)), all.length > 1, options));
      }
      for (const listener of listeners) await listener.begin();
      const end = options.seconds === undefined ? stop.signal : AbortSignal.any([stop.signal, AbortSignal.timeout(options.seconds * 1000)]);
      await Promise.all(listeners.map((listener) => listener.watch(end)));
      // Each ends its own set, whatever becomes of the others.
      const ends = await Promise.allSettled(listeners.map((listener) => listener.end()));
      for (const ended of ends) if (ended.status === "rejected") throw ended.reason;
    } finally {
      for (const { client } of all) await client.link.close();
    }
  });
}
