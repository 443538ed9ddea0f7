// A result, a verdict and a set as it happens, as lines of text.
import widthOf from "string-width";
import { describe, expect, test } from "vitest";
import { following } from "../../host/coach/next.ts";
import { verdictOn } from "../../host/coach/verdict.ts";
import { headline, listLines, nextLine, summaryLines, verdictLines } from "../../host/report/summary.ts";
import { clipped, fixed, percent, signed, table } from "../../host/report/table.ts";
import type { Result } from "../../host/result.ts";
import { hopped, hopping } from "./hopping.ts";

test("a change has a sign, none has none", () => {
  expect([-12.6, -0.4, 0, 0.4, 3.5].map(signed)).toEqual(["−13", "0", "0", "0", "+4"]);
});

describe("text", () => {
  const contact = { ic_s: 1, tc_s: 1.25, kind: "run", hop: false, contact_ms: 250, flight_ms: null, beat_error_ms: null, confidence: 80 };
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
  test("of a verdict: headline first, a line a finding; and what comes next", () => {
    const record = hopped(hopping());
    const [verdict, next] = [verdictOn(record), following("pogo", [record], [], record.started_ms)];
    const lines = verdictLines(verdict);
    expect(lines[0]).toBe(verdict.headline);
    expect(lines[1]).toBe("  ✓ 75 contacts (± 1), 75 asked for: done.");
    expect(lines).toHaveLength(1 + verdict.findings.length);
    expect(nextLine(next)).toBe(`Next workout: Pogo hops, single leg: 80 contacts at 150/min. ${next.why.join(" ")}`);
  });
  test("in tables: words to the left, numbers to the right", () => {
    expect(table(["<name", "n"], [["a", "1"], ["long", "22"]])).toEqual(["name   n", "----  --", "a      1", "long  22"]);
    expect(table(["<name", "n"], [["脚", "1"], ["é", "22"]], " ")).toEqual(["name  n", "---- --", "脚    1", "é    22"]);
    expect([fixed(null, 1), fixed(NaN, 1), fixed(1.25, 1), percent(0.5), percent(null)]).toEqual(["-", "-", "1.3", "50.0 %", "-"]);
  });
});

describe("columns of a terminal", () => {
  test.each([["abc", 3], ["é", 1], ["e\u0301", 1], ["脚本", 4], ["👟", 2], ["👩‍🦰x", 3], ["", 0], ["a\u200Bb", 2], ["\u0301", 0], ["a \u0308b", 3]])("%s takes %d", (text, width) => expect(widthOf(text)).toBe(width));
  test.each([["abcdef", 6, "abcdef"], ["abcdef", 5, "abcd…"], ["脚本脚本", 6, "脚本…"], ["a\u001b[31mb", 9, "a�[31mb"]])("%j in %d is %j", (text, columns, shown) =>
    expect(clipped(text, columns)).toBe(shown));
});
