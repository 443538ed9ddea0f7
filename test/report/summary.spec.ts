// A set of raises, holds, taps or cues as the terminal shows it, from the lines of a clip written by hand.
import { describe, expect, test } from "vitest";
import { buildLine } from "../../host/clip/line.ts";
import { headline, listLines, summaryLines } from "../../host/report/summary.ts";
import { truthLines } from "../../host/report/truth.ts";
import { resultOf, type Result } from "../../host/result.ts";
import type { TruthRecord } from "../../host/simulator.ts";

/** A result of a clip whose source began at 5 s of its clock. */
function result(...bodies: string[]): Result {
  const lines = bodies.map((body, seq) => ({ text: buildLine(seq, body), zero_us: 5_000_000 }));
  return resultOf({ firmware_sha256: "", engine: "v8", seconds: 60, lines, toTrace_s: (t_s) => t_s, notes: [] });
}
const ended = (exercise: number) => `SUM,1,${exercise},3,30000,0,0,0,0,-,-,-,-,-,-,-,0`;

const RAISES = ["REP,1,7000000,251,900,300,1000,21,0,1,1", "REP,2,10000000,180,700,200,900,25,1,2,1", "REP,3,13000000,255,200,200,900,65,6,3,1"];
const HOLDS = ["REP,1,7000000,-,-,20300,-,31,1,1,0", "REP,2,30000000,-,-,-,-,-,8,2,0", "MOD,4,1,6,0,40000000"];
const TAPS = ["REP,1,7000000,1400,900,300,1000,1800,0,1,1", "REP,2,10000000,4400,400,200,900,2500,2,2,1"];

describe("the text of a set", () => {
  test("of raises: count, flaws, tempo, each one", () => {
    const of = result(...RAISES, ended(4));
    expect(headline(of)).toBe("3 raises (1 clean, 1 partial, 1 too fast, 1 wobbling), 22.6 raises/min");
    const text = summaryLines(of).join("\n");
    expect(text).toMatch(/height ° +3 +22\.9 +4\.2 +18\.0 +25\.5/u);
    expect(text).toMatch(/up ms +3 +600\.0/u);
    expect(text).not.toContain("contact");
    expect(listLines(of).slice(2)).toEqual([
      expect.stringMatching(/^ +1 +2\.90 +25\.1 +900 +300 +1000 +2\.1 +clean$/u),
      expect.stringMatching(/^ +2 +5\.70 +18\.0 +700 +200 +900 +2\.5 +partial$/u),
      expect.stringMatching(/^ +3 +8\.20 +25\.5 +200 +200 +900 +6\.5 +fast, wobble$/u),
    ]);
    expect(headline(result(ended(5)))).toBe("0 raises");
    const walked = listLines(result(...RAISES, "CON,1,20000000,20600000,1,0,-,-,80,0", ended(4)));
    expect(walked.slice(5, 7)).toEqual(["", expect.stringMatching(/^# +ic s +tc s/u)]);
    expect(listLines(result(ended(4)))).toHaveLength(2);
  });
  test("of a wall sit: each hold, and how it ended", () => {
    const of = result(...HOLDS, ended(6));
    expect(headline(of)).toBe("2 holds, the longest 20.3 s, 30.3 s in all");
    expect(summaryLines(of).slice(-2)).toEqual([
      expect.stringMatching(/^ +1 +2\.0 +22\.3 +20\.3 +3\.1 +broken by a touch-down$/u),
      expect.stringMatching(/^ +2 +25\.0 +35\.0 +10\.0 +- +unbroken$/u),
    ]);
    expect(headline(result(ended(6)))).toBe("no holds");
  });
  test("of step-downs: taps and impacts", () => {
    const of = result(...TAPS, ended(7));
    expect(headline(of)).toBe("2 taps (1 clean, 1 stomped), 24.0 taps/min");
    expect(summaryLines(of).join("\n")).toMatch(/tap g +2 +2\.9 +2\.1 +1\.4 +4\.4/u);
    expect(listLines(of).at(-1)).toMatch(/^ +2 +5\.40 +400 +200 +900 +4\.4 +2\.5 +fast$/u);
  });
  test("of what the wearer did, raises beside contacts", () => {
    const of = result("ACT,4,95,5500000", "ACT,1,88,9000000", "ACT,5,71,20000000", RAISES[0]!, ended(0));
    expect(headline(of)).toBe("1 raise (1 clean), 0 contacts, 0 hops, 0 strides");
    expect(summaryLines(of).slice(-5)).toEqual([
      "seen            from s  sure %",
      "--------------  ------  ------",
      "standing still     0.5      95",
      "walking            4.0      88",
      "calf raises       15.0      71",
    ]);
  });
  test("of cues", () => {
    const of = result("CUE,1,7000000,1612", "CUE,0,15000000,1702", "CUE,4,25000000,-", ended(2));
    expect(summaryLines(of).slice(-5)).toEqual([
      "beats felt  from s  steps/min",
      "----------  ------  ---------",
      "all            2.0      161.2",
      "none          10.0      170.2",
      "one in 4      20.0          -",
    ]);
  });
});

describe("the verdict in the text of a set", () => {
  test.each([
    [4, "0,30,0,30,30,250,241,950,250,1040,22", "Clean set: 30 clean raises, every one clean."],
    [6, "9,45000,0,2,1,20300,30300,-,15150,-,31", "Not clean yet: not held long enough and the foot touched down."],
  ])("exercise %i, %s", (exercise, verdict, said) => {
    expect(summaryLines(result(`VER,1,${verdict}`, ended(exercise)))).toContain(said);
  });
  test("is silent where nothing was done and nothing asked for", () => {
    const nothing = "-,-,-,-,-,-,-,-";
    for (const [exercise, values] of [[0, "0,0,-,-,-,-,-,-"], [1, "-,-,-,-,-,0,-,-"], [2, nothing], [3, nothing], [6, "0,0,-,-,-,-,-,-"]] as const) {
      expect(summaryLines(result(`VER,1,0,0,0,${values}`, ended(exercise)))).toEqual(summaryLines(result(ended(exercise))));
    }
    expect(summaryLines(result(ended(3)))).toEqual(["0 contacts, 0 hops, 0 strides"]);
  });
});

describe("a simulated set against its truth", () => {
  const truth = (more: Partial<TruthRecord>): TruthRecord => ({ kind: "simulated", contacts: 0, hops: 0, strides: 0, ...more });
  const raise = (top_s: number, height_deg: number, full: boolean, clean: boolean) => ({ start_s: top_s - 0.9, top_s, lower_s: top_s + 0.3, end_s: top_s + 1.3, height_deg, full, clean });
  test("raises are paired one to one by their tops", () => {
    const reps = [raise(2.95, 25, true, true), raise(5.75, 17.5, false, false), raise(8.3, 25, true, true), raise(12.3, 25, true, true)];
    expect(truthLines(truth({ reps }), result(...RAISES, ended(4)))).toEqual([
      "truth: 4 raises (3 clean), 1 of them partial",
      "raises: 3 of 4 found, 0 too many, top off by 50 ms (median), height by 0.5° (median); clean or not told right for 2",
    ]);
    expect(truthLines(truth({ contacts: 3 }), result(...RAISES, ended(4)))).toEqual([
      "truth: 3 contacts, 0 hops, 0 strides",
      "raises: 0 of 0 found, 3 too many",
    ]);
  });
  test("holds by their starts, taps by the heel's landing", () => {
    const holds = [{ start_s: 2.1, end_s: 22.3 }, { start_s: 25, end_s: 35 }];
    expect(truthLines(truth({ holds }), result(...HOLDS, ended(6)))).toEqual([
      "truth: a hold of 20.2 s, a hold of 10.0 s",
      "holds: 2 of 2 found, 0 too many, length off by at most 0.10 s",
    ]);
    const taps = [{ start_s: 2, t_s: 2.92, end_s: 4, clean: true }, { start_s: 5, t_s: 5.8, end_s: 6, clean: false }];
    expect(truthLines(truth({ taps }), result(...TAPS, ended(7)))).toEqual([
      "truth: 2 taps (1 clean)",
      "taps: 1 of 2 found, 1 too many, off by 20.0 ms (median); clean or not told right for 1",
    ]);
  });
});
