// What a person sees of a set: the numbers of it, plain lines, and the screen as a terminal would get it.
import { PassThrough, Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { ClipEvent, ContactEvent, RepEvent } from "../../host/clip/event.ts";
import { Live, type Shown } from "../../host/live.ts";
import { digits } from "../../host/view/digits.ts";
import { PlainView } from "../../host/view/plain.ts";
import { bars, ScreenView } from "../../host/view/screen.ts";
import { lane } from "../../host/view/view.ts";

const begin = (at_us = 1_000_000, bpm = 150): ClipEvent => ({ type: "mode", mode: "set", set: 1, exercise: "pogo", bpm, at_us });
const contact = (more: Partial<ContactEvent>): ContactEvent => ({
  type: "contact", id: 1, ic_us: 2e6, tc_us: 2.24e6, kind: "hop", hop: true, flight_us: 160_000, beat_error_us: -12_000, confidence: 90, hops: 1, ...more,
});
const rep = (more: Partial<RepEvent>): RepEvent => ({
  type: "rep", id: 1, at_us: 3e6, top: 412, up_ms: 690, hold_ms: 210, down_ms: 730, wobble: 12, flaws: [], reps: 1, clean: 1, ...more,
});

describe("the numbers of a set under way", () => {
  test("of pogo: contacts, ground and air time, bounce, the beat", () => {
    const live = new Live("pogo", 75, 30, true);
    live.take(begin());
    live.take(contact({ hops: 15 }));
    const shown = live.shown();
    expect(shown).toMatchObject({ phase: "set", big: "15", unit: "of 75 contacts", reached: 0.2, beating: true, error_ms: -12, duration_s: 30 });
    // g · 0.16² / 8 = 31.4 mm
    expect(shown.details).toEqual(["ground 240 ms", "air 160 ms", "bounce 3.1 cm"]);
    live.take({ type: "amend", id: 1, kind: "none", hop: false, hops: 14 });
    expect(live.shown().big).toBe("14");
  });
  test("of a count-in: beats to go", () => {
    const live = new Live("pogo", 75, 30, true);
    live.take({ type: "mode", mode: "count-in", set: 1, exercise: "pogo", bpm: 150, at_us: 0 });
    live.take({ type: "beat", index: -3, at_us: 0, accent: false });
    expect(live.shown()).toMatchObject({ phase: "count-in", big: "3", unit: "beats to go" });
  });
  test("of raises: clean ones count, and what was wrong with the last", () => {
    const live = new Live("calf", 30, null, false);
    live.take(begin(1e6, 0));
    live.take(rep({ id: 2, reps: 2, clean: 1, flaws: ["partial"], top: 151 }));
    expect(live.shown()).toMatchObject({ big: "1", unit: "of 30 clean raises", reached: 1 / 30 });
    expect(live.shown().details).toEqual(["2 raises", "last: partial", "height 15°", "up 690 ms", "down 730 ms"]);
    expect(live.achieved).toBe(1);
  });
  test("of a wall sit: the hold under way, then the longest", () => {
    const live = new Live("wall-sit", 45, null, false);
    live.take(begin(1e6, 0));
    live.take(rep({ at_us: 5e6, top: null, up_ms: null, hold_ms: null, down_ms: null, flaws: ["open"] }));
    live.elapsed_s = 24.6;
    expect([live.lifted, live.achieved]).toEqual([true, 20.6]);
    expect(live.shown()).toMatchObject({ big: "20", unit: "of 45 s held" });
    live.take(rep({ at_us: 5e6, top: null, up_ms: null, hold_ms: 21_000, down_ms: null }));
    live.elapsed_s = 60;
    expect([live.lifted, live.achieved]).toEqual([false, 21]);
  });
  test("of a run: steps a minute are two a stride", () => {
    const live = new Live("run", 5, 600, false);
    live.take(begin(1e6, 0));
    for (let i = 0; i < 9; i++) live.take(contact({ id: i, kind: "run", hop: false, ic_us: 2e6 + i * 750_000, tc_us: 2.25e6 + i * 750_000, beat_error_us: null }));
    // a stride of 0.75 s is 80 strides, 160 steps a minute
    expect(live.shown()).toMatchObject({ big: "160", unit: "steps/min", reached: null });
    expect(live.shown().details).toContain("learning your own cadence");
    live.take(begin(1e6, 168));
    expect(live.shown().details).toContain("goal 168 steps/min");
  });
  test.each([[3, 3], [3.001, 2]])("of a run: %d s to the next landing make %d strides of four landings", (gap_s, strides) => {
    const live = new Live("run", 5, 600, false);
    live.take(begin(1e6, 0));
    for (const ic_us of [2e6, 2.75e6, 2.75e6 + gap_s * 1e6, 3.5e6 + gap_s * 1e6]) live.take(contact({ kind: "run", hop: false, ic_us }));
    expect(live.achieved).toBe(strides);
  });
});

describe("pictures", () => {
  test("a lane has the beat in its middle, early to the left", () => {
    expect(lane(null)).toBe("············┃············");
    expect(lane(-30)).toBe("······●·····┃············");
    expect(lane(900)).toBe("············┃···········●");
  });
  test("bars begin at zero and keep the newest", () => {
    expect(bars([1, 2, 4], 10)).toBe("▃▅█");
    expect(bars([1, 2, 4], 2)).toBe("▅█");
    expect(bars([0, 0], 5)).toBe("▁▁");
    expect(bars([], 5)).toBe("");
  });
  test("figures are five rows, all equally wide", () => {
    const rows = digits("1029");
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    expect(rows[0]!.trim()).not.toBe("");
    expect(digits("?")).toEqual(["", "", "", "", ""]);
  });
});

const SHOWN: Shown = {
  phase: "set", elapsed_s: 12.3, duration_s: 30, big: "31", unit: "of 75 contacts", reached: 31 / 75, beating: true, error_ms: 14, details: ["ground 240 ms", "air 160 ms"],
  series: [3, 3.1, 2.9], seriesName: "bounce height, cm",
};

/** What is written, with the escapes of a terminal taken out. */
class Terminal extends Writable {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  raw = "";
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.raw += chunk.toString();
    done();
  }
  get text(): string {
    // oxlint-disable-next-line no-control-regex
    return this.raw.replaceAll(/\u001B(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|\][^\u0007]*\u0007)/gu, "");
  }
}

describe("plain lines", () => {
  test("come every five seconds, with no escapes", () => {
    const out = new Terminal();
    const view = new PlainView(out);
    view.say("Wear the clip.");
    for (const elapsed_s of [0, 4.9, 5.1, 6, 9.9, 10.4, 26]) view.show({ ...SHOWN, elapsed_s });
    view.show({ ...SHOWN, phase: "count-in", elapsed_s: 40 });
    expect(out.raw.split("\n").map((line) => line.slice(0, 6))).toEqual(["Wear t", "   5 s", "  10 s", "  25 s", ""]);
    expect(out.raw).toContain("31 of 75 contacts  ground 240 ms  air 160 ms");
    expect(out.raw).toBe(out.text);
  });
});

describe("the screen", () => {
  const open = (): { out: Terminal; keys: PassThrough; view: ScreenView; stops: () => number } => {
    const out = new Terminal();
    const keys = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => keys, ref: () => keys, unref: () => keys });
    let stops = 0;
    const view = new ScreenView("Pogo hops, right foot", () => (stops += 1), keys as unknown as NodeJS.ReadStream, out as unknown as NodeJS.WriteStream);
    return { out, keys, view, stops: () => stops };
  };
  const drawn = (ms = 150): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  test("shows the title, the figures, the beat, and how it is ended; then gives the terminal back", async () => {
    const { out, view } = open();
    view.say("The clip is there and still.");
    view.show(SHOWN);
    await drawn();
    for (const text of ["hopclip", "Pogo hops, right foot", "The clip is there and still.", "of 75 contacts", "12 of 30 s", "14 ms late", "ground 240 ms", "bounce height, cm", "Enter ends the set"]) expect(out.text).toContain(text);
    for (const row of digits("31")) expect(out.text).toContain(row.trimEnd());
    expect(out.raw).toContain("\u001B[?1049h");
    await view.end();
    expect(out.raw.trimEnd().lastIndexOf("\u001B[?1049l")).toBeGreaterThan(out.raw.indexOf("\u001B[?1049h"));
    expect(out.raw).toContain("\u001B[?25h"); // the cursor is back
  });
  test.each([["Enter", "\r"], ["q", "q"], ["Ctrl-C", "\u0003"]])("%s ends the set", async (_name, key) => {
    const { keys, view, stops } = open();
    await drawn();
    keys.write(key);
    await drawn();
    await view.end();
    expect(stops()).toBe(1);
  });
  test("fits a small terminal", async () => {
    const { out, view } = open();
    out.columns = 40;
    out.rows = 16;
    out.emit("resize");
    view.show(SHOWN);
    await drawn();
    expect(out.text).toContain("31 of 75 contacts");
    await view.end();
  });
});
