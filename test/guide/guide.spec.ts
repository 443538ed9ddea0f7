// Guided sets on simulated clips in virtual time, and on links that fail: what is said, what comes of it, how it ends.
import { describe, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import type { SetOptions } from "../../host/clip/command.ts";
import { buildLine } from "../../host/clip/line.ts";
import { PROGRAMMES, type Drill } from "../../host/coach/programme.ts";
import { guide, type Guided } from "../../host/guide.ts";
import type { Link } from "../../host/link/link.ts";
import { SimulatedLink } from "../../host/link/simulated.ts";
import type { Phase, Shown } from "../../host/live.ts";
import type { SimulatedClipOptions } from "../../host/simulator.ts";
import type { View } from "../../host/view/view.ts";
import { loadWasm } from "../../host/wasm.ts";
import { Device } from "../client/device.ts";

class Heard implements View {
  readonly said: string[] = [];
  readonly shown: Shown[] = [];
  ended = false;
  /** Called with each thing that is shown. */
  watch: (shown: Shown) => void = () => {};

  say(text: string): void {
    this.said.push(text);
  }
  show(shown: Shown): void {
    this.shown.push(shown);
    this.watch(shown);
  }
  end(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }
}

type Plan = SetOptions & { readonly exercise: Drill };
const clip = (options: Omit<SimulatedClipOptions, "wasm">): SimulatedLink => new SimulatedLink({ wasm: loadWasm(), ...options }, Infinity);
const POGO: Plan = { exercise: "pogo", bpm: 150, duration_ms: 12_200, count_in: 8, target: 30, variant: "single" };
const hopper = (seed = 7): SimulatedLink => clip({ exercise: "pogo", variant: "single", bpm: 150, seconds: 16, seed });

async function guided(link: Link, set: Plan, view = new Heard(), stop = new AbortController()): Promise<{ view: Heard; of: Guided | null }> {
  const of = await guide(new Client(link), { programme: PROGRAMMES[set.exercise], set }, view, stop.signal);
  await link.close();
  return { view, of };
}

describe("a guided set", () => {
  test("of pogo hops: says where the clip goes, counts in, shows hops on the beat, and ends by time", async () => {
    const { view, of } = await guided(hopper(), POGO);
    expect(view.said).toEqual([expect.stringContaining("on the shoe of the hopping foot"), "The clip is there and still."]);
    const phases = view.shown.map(({ phase }) => phase).filter((phase, i, all) => phase !== all[i - 1]);
    expect(phases).toEqual<Phase[]>(["check", "count-in", "set", "ending"]);
    const left = view.shown.filter(({ phase }) => phase === "count-in").map(({ big }) => Number(big));
    expect(left[0]).toBeGreaterThanOrEqual(7);
    expect(left).toEqual(left.toSorted((a, b) => b - a));
    // beats 0 to 30 lie in 12.2 s at 150/min, a landing on each; the first landing may be before the set's start
    expect(of!.result.set).toMatchObject({ end: "time", duration_ms: 12_200 });
    expect([30, 31]).toContain(of!.result.set!.hops);
    expect(of!.stopped).toBe(false);
    expect(of!.result.contacts[0]!.ic_s).toBeLessThan(0.5);
    expect(of!.result.contacts.at(-1)!.ic_s).toBeCloseTo(12, 1);
    expect(of!.result.errors).toEqual([]);
    const last = view.shown.at(-1)!;
    expect([last.big, last.reached, last.series.length > 20]).toEqual([String(of!.result.hops), 1, true]);
  });

  test.each<[Drill, Plan, Partial<SimulatedClipOptions>, (of: Guided) => unknown, unknown]>([
    ["calf", { exercise: "calf", target: 6, still_ms: 8000 }, { reps: 8, seconds: 80 }, ({ result }) => result.verdict, { reps: 6, clean_reps: 6, flaws: [] }],
    ["calf-bent", { exercise: "calf-bent", target: 5, still_ms: 8000 }, { reps: 7, seconds: 80 }, ({ result }) => result.verdict, { reps: 5, clean_reps: 5 }],
    ["step-down", { exercise: "step-down", target: 5, still_ms: 8000 }, { reps: 7, seconds: 80 }, ({ result }) => result.verdict, { taps: 5, clean_taps: 5 }],
    ["wall-sit", { exercise: "wall-sit", target: 20, duration_ms: 90_000 }, { seconds: 24 }, ({ result }) => result.holds.length, 1],
  ])("of %s ends when the target is reached", async (exercise, set, body, pick, expected) => {
    const { of } = await guided(clip({ exercise, seed: 4, seconds: 60, ...body }), set);
    expect(of!.result.set!.end).toBe("command");
    expect(of!.stopped).toBe(false);
    if (typeof expected === "object") expect(pick(of!)).toMatchObject(expected as object);
    else expect(pick(of!)).toEqual(expected);
    expect(of!.result.errors).toEqual([]);
  });

  test("of raises that stay too few ends by stillness", async () => {
    const { of } = await guided(clip({ exercise: "calf", seed: 4, reps: 4, seconds: 60 }), { exercise: "calf", target: 10, still_ms: 8000 });
    expect(of!.result.set!.end).toBe("still");
    expect(of!.result.reps).toHaveLength(4);
  });

  test("of a wall sit whose foot comes down too early goes on for a while, then ends", async () => {
    const { of } = await guided(clip({ exercise: "wall-sit", seed: 4, seconds: 20 }), { exercise: "wall-sit", target: 60, duration_ms: 300_000 });
    expect(of!.result.holds.length).toBeGreaterThan(0);
    expect(of!.result.set!.duration_ms).toBeLessThan(45_000);
  });
});

describe("a person who has enough", () => {
  const stopping = (phase: Phase, at_s = 0): [Heard, AbortController] => {
    const view = new Heard();
    const stop = new AbortController();
    view.watch = (shown) => {
      if (shown.phase === phase && shown.elapsed_s >= at_s) stop.abort();
    };
    return [view, stop];
  };

  test("ends the set in good order: what was done by then counts", async () => {
    const { of } = await guided(hopper(), POGO, ...stopping("set", 5));
    expect(of!.stopped).toBe(true);
    expect(of!.result.set!.end).toBe("command");
    expect(of!.result.set!.hops).toBeGreaterThanOrEqual(12);
    expect(of!.result.set!.hops).toBeLessThanOrEqual(13);
    expect(of!.result.verdict).toMatchObject({ exercise: "pogo", flaws: expect.arrayContaining(["short"]) });
  });

  test.each<Phase>(["check", "count-in"])("in %s leaves no set, and the clip idle", async (phase) => {
    const link = hopper();
    const client = new Client(link);
    const [view, stop] = stopping(phase);
    expect(await guide(client, { programme: PROGRAMMES.pogo, set: POGO }, view, stop.signal)).toBeNull();
    expect((await client.command("STA"))[0]).toBe("0");
    await link.close();
  });
  test("while the clip does not answer leaves no set", async () => {
    const device = new Device();
    const [view, stop] = stopping("count-in");
    device.answers["HEL"] = () => (device.later(100, () => stop.abort()), null);
    expect(await guide(new Client(device), { programme: PROGRAMMES.pogo, set: POGO }, view, stop.signal)).toBeNull();
    expect(device.commands).toEqual(["HEL"]);
  });
});

/** A link on which a made clip answers. */
class Made implements Link {
  readonly name = "made clip";
  readonly source = "simulated";
  readonly firmware_sha256 = "";
  onLine: ((text: string) => void) | null = null;
  onPacket: ((packet: Uint8Array) => void) | null = null;
  onState: ((up: boolean) => void) | null = null;
  readonly up = true;
  now_ms = 0;
  /** Done once, a second after it was set. */
  after: (() => void) | null = null;
  private after_ms = NaN;
  readonly sent: string[] = [];
  private readonly answer: (command: string, seq: number) => readonly string[];

  constructor(answer: (command: string, seq: number) => readonly string[]) {
    this.answer = answer;
  }
  send(line: string): void {
    const [, seq, tag] = /^\$HC,(\d+),([A-Z]+)/u.exec(line)!;
    this.sent.push(tag!);
    for (const body of this.answer(tag!, Number(seq))) this.onLine?.(buildLine(0, body).trimEnd());
  }
  sendPacket(): void {}
  pass(wait_ms: number): Promise<void> {
    this.now_ms += wait_ms;
    if (this.after !== null && Number.isNaN(this.after_ms)) this.after_ms = this.now_ms + 1000;
    if (this.now_ms >= this.after_ms) this.after?.();
    if (this.now_ms >= this.after_ms) this.after = null;
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

describe("a clip that", () => {
  const HEL = "HEL,1,0.1.0,-,108,416,16,1";
  const STA = (seq: number): string => `ACK,${seq},STA,0,0,0,1000,4000,416000,42,0,0`;
  const failing = async (answer: (command: string, seq: number) => readonly string[]): Promise<string> => {
    const error = await guided(new Made(answer), POGO).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.name).toBe("Failure");
    return error!.message;
  };

  test("does not answer is said to be silent", async () => {
    expect(await failing(() => [])).toMatch(/did not answer HEL within 2 s: is it charged/u);
  });
  test("has no sensor is said to be broken", async () => {
    expect(await failing((tag, seq) => (tag === "HEL" ? [`ACK,${seq},HEL`, HEL.replace("108", "0")] : [STA(seq)]))).toMatch(/no motion sensor/u);
  });
  test("is busy says so", async () => {
    const answer = (tag: string, seq: number): string[] => (tag === "HEL" ? [`ACK,${seq},HEL`, HEL] : tag === "STA" ? [STA(seq)] : [`ERR,${seq},${tag},BUSY`]);
    expect(await failing(answer)).toMatch(/refused SET: it is in the middle of something else/u);
  });
  test("never stands still is told so, and then given up", async () => {
    const view = new Heard();
    const answer = (tag: string, seq: number): string[] => {
      if (tag === "HEL") return [`ACK,${seq},HEL`, HEL];
      if (tag === "STA") return [STA(seq)];
      return tag === "STP" ? ["MOD,0,1,0,0,5", `ACK,${seq},STP`] : [`ACK,${seq},${tag}`, "ACT,1,87,100"];
    };
    await expect(guided(new Made(answer), POGO, view)).rejects.toThrow("moved for 30 s: put it on and stand still");
    expect(view.said).toContainEqual(expect.stringMatching(/^The clip moves\. Stand on the spot/u));
  });
  const inSet = (then: (made: Made) => void): Made => {
    let sets = 0;
    const made: Made = new Made((tag, seq) => {
      if (tag === "HEL") return [`ACK,${seq},HEL`, HEL];
      if (tag === "STA") return [STA(seq)];
      if (tag === "STP") return ["MOD,0,1,0,0,5", `ACK,${seq},STP`];
      sets += 1;
      if (sets === 2) made.after = () => then(made);
      return sets === 2 ? [`ACK,${seq},SET`, "MOD,3,2,1,1500,500"] : [`ACK,${seq},SET`, "ACT,4,87,100"];
    });
    return made;
  };
  const says = (made: Made, ...bodies: string[]): void => bodies.forEach((body) => made.onLine?.(buildLine(0, body).trimEnd()));

  test.each<[string, (made: Made) => void]>([
    ["ends the set, but its summary is lost", (made) => says(made, "MOD,4,2,1,1500,9000500", "MOD,0,2,1,1500,9000500")],
    ["starts anew in the set and has nothing to close", (made) => says(made, HEL)],
  ])("%s is given up after 5 s", async (_name, then) => {
    const made = inSet(then);
    await expect(guided(made, POGO)).rejects.toThrow("its summary did not come; what the clip felt is in its log");
    expect(made.now_ms).toBeLessThan(10_000);
  });
  test("gives no summary after it was stopped is given up too", async () => {
    const [view, stop] = [new Heard(), new AbortController()];
    view.watch = ({ phase }) => {
      if (phase === "set") stop.abort();
    };
    await expect(guided(inSet(() => {}), POGO, view, stop)).rejects.toThrow("its summary did not come");
  });
  test("falls silent in the set is not waited for for ever", async () => {
    let sets = 0;
    let gone = false;
    const made: Made = new Made((tag, seq) => {
      if (gone) return [];
      if (tag === "HEL") return [`ACK,${seq},HEL`, HEL];
      if (tag === "STA") return [STA(seq)];
      if (tag === "STP") return ["MOD,0,1,0,0,5", `ACK,${seq},STP`];
      sets += 1;
      gone = sets === 2;
      return gone ? [`ACK,${seq},SET`, "MOD,3,2,1,1500,500"] : [`ACK,${seq},SET`, "ACT,4,87,100"];
    });
    await expect(guided(made, POGO)).rejects.toThrow("did not answer STA");
  });
});
