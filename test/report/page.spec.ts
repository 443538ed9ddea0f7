// The report page: self-contained, honest about its input, and drawn from it.
import { describe, expect, test } from "vitest";
import { pogoVerdict } from "../../host/coach/verdict.ts";
import { rasterChart } from "../../host/report/chart.ts";
import { page, type PageInput } from "../../host/report/page.ts";
import { headline, listLines, summaryLines, verdictLines } from "../../host/report/summary.ts";
import { fixed, percent, signed, table } from "../../host/report/table.ts";
import type { Result } from "../../host/result.ts";
import { lane, show } from "../../host/show.ts";
import type { ClipEvent } from "../../host/clip/event.ts";
import { hopping } from "./hopping.ts";

function input(landings = hopping(), more: Partial<PageInput> = {}): PageInput {
  const verdict = pogoVerdict({ contacts: landings, bpm: 150, duration_s: 30, missed_beats: 2 });
  return {
    title: "Single-leg pogo hops",
    runner: "Simulated runner, seed 4",
    bpm: 150,
    duration_s: 30,
    start_s: 0.8,
    landings,
    verdict,
    sensor: "Simulated LSM6DSO at 416 Hz",
    firmware_sha256: "0123456789abcdef".repeat(4),
    errors: [],
    ...more,
  };
}

test("a change has a sign, none has none", () => {
  expect([-12.6, -0.4, 0, 0.4, 3.5].map(signed)).toEqual(["−13", "0", "0", "0", "+4"]);
});

describe("the page", () => {
  const html = page(input());
  test("asks nobody for anything: no script, no link, no image, no font, no import", () => {
    expect(html.match(/<(?:script|link|img|iframe|object|embed)\b|@import|url\((?!#)|\bsrc=|\bhref="(?!#)/giu)).toBeNull();
    expect([...new Set(html.match(/https?:\/\/[^"' <]+/gu))].filter((url) => !url.startsWith("http://www.w3.org/"))).toEqual([]);
  });
  test("prints on A4 and says what it is not", () => {
    expect(html).toContain("@page { size: A4;");
    expect(html).toContain("hopclip is not a medical device.");
  });
  test("has the verdict, what it stands on, what comes next, and three charts", () => {
    const { verdict } = input();
    expect(html).toContain(`<h1>${verdict.headline}</h1>`);
    for (const { sentence } of verdict.findings) expect(html).toContain(sentence);
    expect(html).toContain(verdict.next.sentence);
    expect(html.match(/<svg /gu)).toHaveLength(3);
    expect(html).toContain("Simulated runner, seed 4");
    expect(html).toContain("0123456789abcdef");
  });
  test("shows means of the landings it was given", () => {
    expect(html).toMatch(/<td>Contact time, ms<\/td><td>75<\/td><td>200<\/td>/u);
    expect(html).toMatch(/<td>Bounce height, cm<\/td><td>75<\/td><td>4\.9<\/td>/u);
    expect(html).toMatch(/<td>Landing against the beat, ms<\/td><td>75<\/td><td>-12<\/td>/u);
  });
  test("tells what went wrong while measuring, and lets no text become markup", () => {
    expect(html).not.toContain("While measuring");
    expect(page(input(hopping(), { errors: ["samples are missing <3>"], runner: "<b>A & B</b>" }))).toContain("samples are missing &#60;3&#62;");
    expect(page(input(hopping(), { runner: "<b>A & B</b>" }))).toContain("&#60;b&#62;A &#38; B&#60;/b&#62;");
  });
  test.each([0, 1, 2, 5])("of %d hops is still a page without holes", (hops) => {
    const text = page(input(hopping({ hops })));
    expect(text).toContain("</html>");
    expect(text).not.toMatch(/NaN|undefined|Infinity|null/u);
  });
  test("is the same every time", () => expect(page(input()) === html).toBe(true));
});

describe("the raster", () => {
  test("has a bar and a dot a contact", () => {
    const count = (svg: string, colour: string) => svg.split(`fill="${colour}"`).length - 1;
    const [ten, twenty] = [10, 20].map((hops) => rasterChart(hopping({ hops }), 0.8, 40));
    // one swatch in the legend
    expect(count(ten!, "#9cc5dc")).toBe(11);
    expect(count(twenty!, "#9cc5dc")).toBe(21);
    expect(count(twenty!, "#0b6fa4") - count(ten!, "#0b6fa4")).toBe(10);
  });
});

describe("text", () => {
  const contact = { ic_s: 1, tc_s: 1.25, kind: "run", contact_ms: 250, flight_ms: null, beat_error_ms: null, confidence: 80 };
  const result: Result = {
    firmware_sha256: "",
    engine: "v8",
    seconds: 3,
    contacts: [contact, { ...contact, ic_s: 1.7, tc_s: null, contact_ms: null, flight_ms: 450 }],
    hops: 0,
    strides: 1,
    cadence_spm: 171.4,
    set: null,
    reps: [],
    holds: [],
    taps: [],
    verdict: {},
    activities: [],
    cues: [],
    errors: ["samples are missing"],
  };
  test("of a result: counts in words, statistics, faults", () => {
    expect(headline(result)).toBe("2 contacts (2 running), 0 hops, 1 stride, 171.4 steps/min");
    expect(summaryLines(result)).toContain("! samples are missing");
    expect(summaryLines(result).join("\n")).toMatch(/contact ms +1 +250\.0 +- +250\.0 +250\.0/u);
    expect(headline({ ...result, contacts: [], strides: 0, cadence_spm: null })).toBe("0 contacts, 0 hops, 0 strides");
  });
  test("of contacts: a row each, '-' where there is no value", () => {
    const lines = listLines(result);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/^2 +1\.7000 +- +run +- +450\.0 +- +80$/u);
  });
  test("of a verdict: headline first, next workout last", () => {
    const { verdict } = input();
    const lines = verdictLines(verdict);
    expect([lines[0], lines.at(-1)]).toEqual([verdict.headline, verdict.next.sentence]);
    expect(lines[1]).toBe("  ✓ 75 contacts in 30 s, 75 asked for.");
  });
  test("in tables: words to the left, numbers to the right", () => {
    expect(table(["<name", "n"], [["a", "1"], ["long", "22"]])).toEqual(["name   n", "----  --", "a      1", "long  22"]);
    expect([fixed(null, 1), fixed(NaN, 1), fixed(1.25, 1), percent(0.5), percent(null)]).toEqual(["-", "-", "1.3", "50.0 %", "-"]);
  });
});

describe("the set as it happens", () => {
  test("the lane has the landing where it was, early left, late right, ends held", () => {
    expect([-60, -30, 30, 60, 500, -500].map((error_ms) => lane(error_ms).indexOf("●"))).toEqual([0, 6, 18, 24, 24, 0]);
    expect(lane(null).indexOf("┃")).toBe(12);
  });
  test("without a terminal: a plain line every five seconds", async () => {
    const events: ClipEvent[] = [];
    for (let beat = -4; beat < 75; beat++) {
      const at_us = 5e6 + beat * 400_000;
      events.push({ type: "beat", index: beat, at_us, accent: false });
      if (beat > 0) {
        const ic_us = at_us - 12_000;
        events.push({ type: "contact", id: beat, ic_us, tc_us: ic_us + 200_000, kind: "hop", hop: true, flight_us: 200_000, beat_error_us: -12_000, confidence: 90, hops: beat });
      }
    }
    let text = "";
    await show(events, 30, { write: (chunk: string) => (text += chunk) } as unknown as NodeJS.WritableStream);
    const lines = text.trimEnd().split("\n");
    expect(lines.map((line) => line.slice(0, 18).trim())).toEqual(["5 s  beat  12", "10 s  beat  24", "15 s  beat  37", "20 s  beat  49", "25 s  beat  62", "30 s  beat  74"]);
    expect(lines[5]).toMatch(/ 74 hops {2}ground 200 ms {2}air 200 ms {2}bounce {2}4\.9 cm$/u);
  });
});
