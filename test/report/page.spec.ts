// The report page of every exercise: self-contained, honest about its input, and its numbers those of the record.
import { describe, expect, test } from "vitest";
import { following } from "../../host/coach/next.ts";
import { DRILLS, type Drill } from "../../host/coach/programme.ts";
import { verdictOn } from "../../host/coach/verdict.ts";
import { InputError } from "../../host/failure.ts";
import { page, type PageInput } from "../../host/report/page.ts";
import type { SetRecord } from "../../host/record.ts";
import { hopped, hopping } from "./hopping.ts";
import { past } from "./past.ts";

/** "14 Mar 2026", in local time as on the page. */
const date = (at_ms: number) => new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(at_ms);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const told = (values: readonly (number | null)[]) => values.filter((value) => value !== null);

/** Text of a page as it is read. */
const words = (html: string) =>
  html.replaceAll(/<style>[^]*?<\/style>|<[^>]+>/gu, " ").replaceAll(/&#(\d+);/gu, (_, code: string) => String.fromCharCode(Number(code))).replaceAll(/\s+/gu, " ");

/** Cells of the row of that name: n, mean, SD, min, max. */
function row(html: string, name: string): number[] {
  const start = html.indexOf(`<tr><td>${name}</td>`);
  expect(start, name).toBeGreaterThan(0);
  return [...html.slice(start, html.indexOf("</tr>", start)).matchAll(/<td>(-?[\d.]+)<\/td>/gu)].map((match) => Number(match[1]));
}

const tiles = (html: string) => [...html.matchAll(/<div class="tile"><b>([^]*?)<\/b><span>([^<]*)/gu)].map(([, value, name]) => `${words(value!)}: ${name!}`.trim());
const charts = (html: string) => [...html.matchAll(/<svg [^]*?<\/svg>/gu)].map(([svg]) => svg);
const chart = (html: string, title: string) => charts(html).find((svg) => svg.includes(`aria-label="${title}"`))!;
const painted = (svg: string, colour: string) => svg.split(`fill="${colour}"`).length - 1;

/** Round marks of a chart in their places, px; not those of its legend. */
const dots = (svg: string) =>
  [...svg.matchAll(/<path d="M1 0A1 1[^>]*transform="matrix\([\d.]+,0,0,[\d.]+,([\d.]+),([\d.]+)\)" fill="([^"]*)"/gu)].map(([, x, y, fill]) => ({ x: Number(x), y: Number(y), fill }));

/** Rows of the table by exercise, worked out here from the record's events. */
const ROWS: Readonly<Record<Drill, (record: SetRecord) => Record<string, number[]>>> = {
  pogo: ({ contacts }) => ({
    "Contact time, ms": told(contacts.map(({ contact_ms }) => contact_ms)),
    "Bounce height, cm": told(contacts.map(({ flight_ms }) => flight_ms)).map((flight_ms) => (9.80665 * (flight_ms / 1000) ** 2 * 100) / 8),
    "Landing against the beat, ms": told(contacts.map(({ beat_error_ms }) => beat_error_ms)),
  }),
  calf: ({ reps }) => ({ "Heel height, °": told(reps.map(({ height_deg }) => height_deg)), "Way up, s": told(reps.map(({ up_ms }) => up_ms)).map((ms) => ms / 1000) }),
  "calf-bent": ({ reps }) => ({ "Wobble, °": told(reps.map(({ wobble_deg }) => wobble_deg)), "Way down, s": told(reps.map(({ down_ms }) => down_ms)).map((ms) => ms / 1000) }),
  "wall-sit": ({ holds }) => ({ "Held, s": holds.map(({ start_s, end_s }) => end_s - start_s), "Tremor, °/s": told(holds.map(({ tremor_dps }) => tremor_dps)) }),
  "step-down": ({ taps }) => ({ "Impact of the heel on the floor, g": told(taps.map(({ tap_g }) => tap_g)), "On the floor, s": told(taps.map(({ floor_ms }) => floor_ms)).map((ms) => ms / 1000) }),
  run: ({ contacts }) => {
    const ic_s = contacts.filter(({ kind }) => kind === "run").map((contact) => contact.ic_s);
    return { "Cadence, steps/min": ic_s.slice(1).map((at_s, i) => 120 / (at_s - ic_s[i]!)).filter((spm) => spm > 40) };
  },
};

/** What the large numbers of a badly done set say, worked out here. */
const TILES: Readonly<Record<Drill, (record: SetRecord) => string>> = {
  pogo: ({ contacts }) => `${contacts.filter(({ kind }) => kind === "hop").length} of 75 : hops`,
  calf: ({ reps }) => `${reps.filter(({ flaws }) => flaws.length === 0).length} of 15 : clean raises`,
  "calf-bent": ({ reps }) => `${reps.filter(({ flaws }) => flaws.length === 0).length} of 15 : clean raises`,
  "wall-sit": ({ holds }) => `${Math.max(...holds.map(({ start_s, end_s }) => end_s - start_s)).toFixed(1)} of 45 s : longest hold`,
  "step-down": ({ taps }) => `${taps.filter(({ flaws }) => flaws.length === 0).length} of 12 : clean taps`,
  run: ({ contacts }) => `${contacts.filter(({ kind }) => kind === "run").length - 1} : strides`,
};

describe.each(DRILLS)("the page of %s", (exercise) => {
  const input = past(exercise, 5, true);
  const html = page(input);
  const text = words(html);

  test("asks nobody for anything: no script, no link, no image, no font, no import", () => {
    expect(html.match(/<(?:script|link|img|iframe|object|embed|form)\b|@import|url\((?!#)|\bsrc=|\bon\w+=|\bhref="(?!#)/giu)).toBeNull();
    expect((html.match(/https?:\/\/[^"' <]+/gu) ?? []).filter((url) => !url.startsWith("http://www.w3.org/"))).toEqual([]);
  });
  test("has the verdict with every finding, the next workout with every reason, and who, when, where and by what", () => {
    const { verdict, next, record } = input;
    expect(verdict.clean).toBe(false);
    expect(text).toContain(verdict.headline);
    for (const { sentence } of verdict.findings) expect(text).toContain(sentence);
    for (const why of next!.why) expect(text).toContain(why);
    for (const word of [`<b>"Ann" & Co`, "left", date(record.started_ms), record.sensor, record.origin, record.firmware_sha256.slice(0, 16), "Pain after the set: 0 of 10 , knee"]) {
      expect(text).toContain(word);
    }
    expect(html).not.toContain("<b>\"Ann\"");
  });
  test("says what it is not, when to see somebody, and its limits", () => {
    for (const word of ["hopclip is no medical device", "See a doctor or physiotherapist if", "Method and limits"]) expect(text).toContain(word);
  });
  test("has the numbers of the record", () => {
    for (const [name, values] of Object.entries(ROWS[exercise](input.record))) {
      const [n, average, , min, max] = row(html, name);
      expect([name, n]).toEqual([name, values.length]);
      const digits = String(average).includes(".") ? 1 : 0;
      expect(average).toBeCloseTo(mean(values), digits);
      expect(min).toBeCloseTo(Math.min(...values), digits);
      expect(max).toBeCloseTo(Math.max(...values), digits);
    }
    expect(tiles(html)).toContain(TILES[exercise](input.record));
  });
  test("draws this set, the weeks, and pain beside load", () => {
    expect(charts(html)).toHaveLength({ pogo: 3, calf: 3, "calf-bent": 3, "wall-sit": 1, "step-down": 2, run: 2 }[exercise] + 3);
    const load = chart(html, "Pain beside load");
    const pain_px = dots(load).map(({ y }) => y);
    // scores 0, 1, 2, 3, 0, upwards from that of 0
    expect(pain_px.map((y) => Math.round((pain_px[0]! - y) / (pain_px[0]! - pain_px[1]!)))).toEqual([0, 1, 2, 3, 0]);
    // weeks of 2 and 9 March: 2, 5, 8 and 11, 14
    expect(painted(load, "#9cc5dc")).toBe(2);
    // the left side's sets, the line between them, and no other
    expect(dots(chart(html, "Done and asked for"))).toHaveLength(3);
  });
  test("of a first set says what comes later, and has no trend", () => {
    const first = words(page({ ...input, trend: [input.record], pains: [], other: null, next: null }));
    expect(first).toContain("From the second set on");
    expect(first).not.toContain("Pain beside load");
    expect(first).not.toContain("Next workout");
  });
  test("of nothing done is still a page without holes", () => {
    const { record } = input;
    const nothing: SetRecord = { ...record, contacts: [], reps: [], holds: [], taps: [], cues: [], verdict: null, set: { ...record.set, contacts: 0, hops: 0, cadence_spm: null } };
    const empty = page({ ...input, record: nothing, verdict: verdictOn(nothing), trend: [nothing] });
    expect(words(empty)).toContain("Too little was counted for charts of this set.");
    for (const each of [empty, html]) expect(words(each)).not.toMatch(/NaN|undefined|Infinity|\bnull\b/u);
  });
  test("is the same every time", () => expect(page(input) === html).toBe(true));
});

describe("what is drawn", () => {
  const hops = (count: number) => page(of(hopped(hopping({ hops: count }))));
  const of = (record: SetRecord, more: Partial<PageInput> = {}): PageInput => ({
    record,
    runner: "Ann",
    verdict: verdictOn(record),
    next: following("pogo", [record], [], record.started_ms),
    trend: [record],
    pains: [],
    other: null,
    ...more,
  });
  test("a bar and a dot a contact", () => {
    const raster = (count: number) => chart(hops(count), "Contacts of the set against the beat");
    // one swatch in the legend
    expect(painted(raster(10), "#9cc5dc")).toBe(11);
    expect(painted(raster(20), "#9cc5dc")).toBe(21);
    expect(painted(raster(20), "#07507a") - painted(raster(10), "#07507a")).toBe(10);
  });
  test("no raster without a beat", () => {
    const silent = hopped(hopping().map((hop) => ({ ...hop, beat_error_ms: null })), { bpm: null });
    expect(chart(page(of(silent)), "Contacts of the set against the beat")).toBeUndefined();
  });
  test.each([0, 1, 2, 5])("%d hops without holes", (count) => expect(hops(count)).not.toMatch(/NaN|undefined|Infinity|null/u));
  test("a hollow bar a raise that was not clean, a filled one that was", () => {
    const input = past("calf", 1, true);
    const heights = chart(page(input), "Height of each raise");
    const flawed = input.record.reps.filter(({ flaws }) => flaws.length > 0).length;
    expect(flawed).toBeGreaterThan(0);
    expect(heights.split('stroke="#d55e00"').length - 1).toBe(flawed);
    expect(painted(heights, "#9cc5dc")).toBe(input.record.reps.length - flawed);
  });
  test("the clean raises of each set in their heights, filled where the set was clean", () => {
    const input = past("calf", 5, true);
    const trend = chart(page(input), "Done and asked for");
    const own = input.trend.filter(({ side }) => side === "left").map(({ verdict }) => ({ count: Number(verdict!["clean_reps"]), clean: verdict!.flaws.length === 0 }));
    expect(own.map(({ clean }) => clean)).toEqual([true, true, false]);
    const [first, ...others] = dots(trend);
    const [count, ...counts] = own.map((each) => each.count);
    const base_px = Math.max(...[...trend.matchAll(/d="M[\d.]+ ([\d.]+)L[\d.]+ \1" fill="none" stroke="#94a3b8"/gu)].map((match) => Number(match[1])));
    for (const [i, { y }] of others.entries()) expect((base_px - y) / (base_px - first!.y)).toBeCloseTo(counts[i]! / count!, 1);
    expect(dots(trend).map(({ fill }) => fill)).toEqual(["#07507a", "#07507a", "#ffffff"]);
    // 2, 8 and 14 March: six days each
    expect(others[1]!.x - others[0]!.x).toBeCloseTo(others[0]!.x - first!.x, 0);
  });
  test("each hold with its length and tremor", () => {
    const { record, ...rest } = past("wall-sit", 1, true);
    const sat = words(page({ record, ...rest }));
    expect(record.holds.length).toBeGreaterThan(1);
    for (const [i, { start_s, end_s, tremor_dps, unbroken }] of record.holds.entries()) {
      expect(sat).toContain(`${i + 1}: held ${(end_s - start_s).toFixed(1)} s, tremor ${tremor_dps!.toFixed(1)} °/s, ${unbroken ? "unbroken" : "broken by a touch-down"}`);
    }
  });
  test("left against right: means of both, and bold what is more than the error", () => {
    const left = hopped(hopping());
    const right = hopped(hopping({ fade_ms: 60 }), { side: "right", started_ms: left.started_ms - 86_400_000 });
    const sides = page(of(left, { other: right }));
    const contact_ms = [left, right].map(({ contacts }) => mean(contacts.map((contact) => contact.contact_ms!)));
    const cells = /<tr class="far"><td>contact time, ms<\/td><td>([\d.]+)<\/td><td>([\d.]+)<\/td><td>([\d.−]+) ± ([\d.]+)<\/td><\/tr>/u.exec(sides)!.slice(1).map(Number);
    expect(cells[0]).toBeCloseTo(contact_ms[0]!, 0);
    expect(cells[1]).toBeCloseTo(contact_ms[1]!, 0);
    expect(cells[2]).toBeCloseTo(contact_ms[1]! - contact_ms[0]!, 0);
    expect(cells[2]!).toBeGreaterThan(cells[3]!);
    expect(words(sides)).toContain(`The right side's last set was on ${date(right.started_ms).slice(0, -5)}.`);
    // the same as the right set of a left one
    expect(page(of(right, { other: left }))).toContain(/<tr class="far"><td>contact time, ms.*?<\/tr>/u.exec(sides)![0]);
    expect(page(of(left, { other: { ...left, side: "right" } }))).not.toContain('class="far"');
  });
  test("what went wrong while measuring, as text", () => {
    expect(page(of(hopped(hopping())))).not.toContain("While measuring");
    const html = page(of(hopped(hopping(), { errors: ["samples are missing <3>"], rung: "<i>own</i>", origin: "<u>7</u>", sensor: "<s>" }), { runner: "<b>A & B</b>" }));
    expect(words(html)).toContain("While measuring: samples are missing <3>.");
    expect(html).not.toMatch(/<[ius]>|<3>/u);
  });
  test("rest is called rest", () => {
    const record = hopped(hopping(), { pain: { score: 8, where: "knee" } });
    const next = following("pogo", [record], [], record.started_ms);
    expect(next.move).toBe("rest");
    expect(words(page(of(record, { next })))).toContain("Rest; then: Pogo hops");
  });
  test("no page of what is none of the programme's exercises", () => {
    expect(() => page(of(hopped(hopping(), { exercise: "walk" })))).toThrow(InputError);
  });
});
