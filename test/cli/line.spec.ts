// The typed reader of a clip: lines, events, and what one set's lines come to.
import { describe, expect, test } from "vitest";
import { metronome, config, startSet, timeSync } from "../../host/clip/command.ts";
import { readEvent } from "../../host/clip/event.ts";
import { buildLine, checksum, parseFrame, type Frame } from "../../host/clip/line.ts";
import { Session } from "../../host/clip/session.ts";

describe("a line", () => {
  test("has the check sum of the catalogue", () => expect(checksum("123456789")).toBe("31C3")); // CRC-16/XMODEM

  test("comes back as it was built", () => {
    expect(parseFrame(buildLine(7, "CON,1,1000,-,3,0,-,-40,50,0"))).toEqual({ seq: 7, tag: "CON", fields: ["1", "1000", "-", "3", "0", "-", "-40", "50", "0"] });
    expect(parseFrame(buildLine(65_536, "STP"))).toEqual({ seq: 0, tag: "STP", fields: [] });
    expect(buildLine(1, "HEL")).toMatch(/^\$HC,1,HEL\*[0-9A-F]{4}\r\n$/u);
  });

  test.each([
    ["", "FORM"],
    ["$HC,1,HEL", "FORM"],
    ["HC,1,HEL*0000", "FORM"],
    ["$HC,1,hel*0000", "FORM"],
    ["$HC,x,HEL*0000", "FORM"],
    [`$HC,70000,HEL*${checksum("HC,70000,HEL")}`, "FORM"],
    [`$HC,1,BEA,,2,1*${checksum("HC,1,BEA,,2,1")}`, "FORM"],
    [`$HC,1,BEA,1,2ö,1*${checksum("HC,1,BEA,1,2ö,1")}`, "FORM"],
    ["$HC,1,HEL*0000", "CRC"],
    ["$HC,1,HEL*ab12", "FORM"],
    [`$HC,1,HEL,${"9".repeat(120)}*0000`, "LONG"],
    [`${buildLine(1, "HEL").trimEnd()}x`, "FORM"],
  ])("%j is refused as %s", (text, why) => expect(parseFrame(text)).toBe(why));

  test("one flipped bit anywhere is noticed", () => {
    const line = buildLine(12, "BEA,-4,1234567,1").trimEnd();
    for (let at = 0; at < line.length; at++) {
      const flipped = line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ 1) + line.slice(at + 1);
      expect([flipped, typeof parseFrame(flipped)]).toEqual([flipped, "string"]);
    }
  });

  test("that would be too long or ambiguous is not built", () => {
    expect(() => buildLine(1, `LOG,${"1".repeat(120)}`)).toThrow(/at most 127 bytes/u);
    for (const body of ["hel", "HEL*", "HEL\n", ""]) expect(() => buildLine(1, body)).toThrow(/not a line of the protocol/u);
  });
});

describe("commands", () => {
  test("are bodies of lines", () => {
    expect(startSet({ exercise: "pogo", bpm: 150, duration_ms: 30_000, count_in: 4, accent_every: 4 })).toBe("SET,1,1500,30000,0,4,0,4,0,0,0");
    expect(startSet({ exercise: "auto" })).toBe("SET,0,0,0,0,0,0,0,0,0,0");
    expect([metronome(), metronome(92.6, 3), config("ODR"), config("ODR", 416), timeSync(5)]).toEqual(["MET,0,0", "MET,926,3", "CFG,ODR", "CFG,ODR,416", "TIM,5"]);
  });
  test.each([
    [{ exercise: "pogo", target: 75, variant: "staggered" }, "SET,1,0,0,0,0,0,0,75,2,0"],
    [{ exercise: "calf", target: 30 }, "SET,4,0,0,0,0,0,0,30,0,0"],
    [{ exercise: "calf-bent", target: 30 }, "SET,5,0,0,0,0,0,0,30,0,0"],
    [{ exercise: "wall-sit", target: 47.5 }, "SET,6,0,0,0,0,0,0,47500,0,0"],
    [{ exercise: "step-down", target: 15 }, "SET,7,0,0,0,0,0,0,15,0,0"],
    [{ exercise: "run", target: 7.5, variant: "faded", band_spm: 4.5 }, "SET,2,0,0,0,0,0,0,75,2,45"],
    [{ exercise: "run", bpm: 170, variant: "always" }, "SET,2,1700,0,0,0,0,0,0,0,0"],
  ] as const)("%j is %s", (options, body) => expect(startSet(options)).toBe(body));
  test.each([
    [{ exercise: "calf", target: 0 }, "a target of calf is a whole number from 1 to 60000 raises, not 0"],
    [{ exercise: "pogo", target: 2.5 }, "a target of pogo is a whole number from 1 to 60000 contacts, not 2.5"],
    [{ exercise: "wall-sit", target: 14_401 }, "a target of wall-sit is a number from 1 to 14400 s, not 14401"],
    [{ exercise: "run", target: 51 }, "a target of run is a number from 0.1 to 50 % above the runner's own cadence, not 51"],
    [{ exercise: "run", target: NaN }, "a target of run is a number from 0.1 to 50 % above the runner's own cadence, not NaN"],
    [{ exercise: "walk", target: 5 }, "walk has no target"],
    [{ exercise: "pogo", variant: "faded" }, 'pogo has no variant "faded"'],
    [{ exercise: "calf", variant: "single" }, 'calf has no variant "single"'],
    [{ exercise: "pogo", band_spm: 5 }, "pogo has no cadence band"],
    [{ exercise: "run", band_spm: 0.01 }, "a band is from 0.1 to 60 a minute, not 0.01"],
  ] as const)("%j is not made", (options, message) => expect(() => startSet(options)).toThrow(new RangeError(message)));
  test("with values out of range are not made", () => {
    expect(() => startSet({ exercise: "pogo", bpm: 29.9 })).toThrow(RangeError);
    expect(() => startSet({ exercise: "pogo", bpm: NaN })).toThrow(RangeError);
    expect(() => startSet({ exercise: "pogo", count: 1.5 })).toThrow(RangeError);
    expect(() => config("ODR", -1)).toThrow(RangeError);
  });
});

const event = (body: string) => readEvent(parseFrame(buildLine(0, body)) as Frame);

/** Lines of repetitions, activities, cues and verdicts with a field too few, too many, or a value that does not exist. */
const WRONG = [
  "REP,3,7000000,251,900,310,1000,21,0,3",
  "REP,3,7000000,251,900,310,1000,21,0,3,2,1",
  "REP,3,7000000,251,900,310,1000,21,16,3,2",
  "REP,3,7000000,251,900,310,1000,21,-1,3,2",
  "REP,3,-,251,900,310,1000,21,0,3,2",
  "REP,3,7000000,251,900,310,1000,21,-,3,2",
  "ACT,6,90,1000",
  "ACT,1,90",
  "ACT,1,90,1000,0",
  "ACT,1,-,1000",
  "CUE,1,1000",
  "CUE,-,1000,1712",
  "CUE,1,1000,1712,0",
  "VER,7,128,30,2,1,2,3,4,5,6,7,8",
  "VER,7,0,30,2,1,2,3,4,5,6,7",
  "VER,7,0,30,2,1,2,3,4,5,6,7,8,9",
  "VER,7,0,-,2,1,2,3,4,5,6,7,8",
  "MOD,3,7,8,0,1",
  "SUM,7,4,7,30000,0,0,0,0,-,-,-,-,-,-,-,0",
];

describe("events", () => {
  test("have units in their names", () => {
    expect(event("HEL,1,0.1.0,A1B2,108,416,16,1")).toEqual({ type: "hello", abi: 1, version: "0.1.0", serial: "A1B2", chip: 108, odr_hz: 416, range_g: 16, gyro: true });
    expect(event("MOD,3,7,1,1500,123456")).toEqual({ type: "mode", mode: "set", set: 7, exercise: "pogo", bpm: 150, at_us: 123_456 });
    expect(event("BEA,-4,1000,1")).toEqual({ type: "beat", index: -4, at_us: 1000, accent: true });
    expect(event("CON,5,1000,251000,3,1,180000,-12000,88,4")).toEqual({
      type: "contact", id: 5, ic_us: 1000, tc_us: 251_000, kind: "hop", hop: true, flight_us: 180_000, beat_error_us: -12_000, confidence: 88, hops: 4,
    });
    expect(event("CON,6,1000,-,1,0,-,-,50,4")).toMatchObject({ tc_us: null, kind: "walk", hop: false, flight_us: null, beat_error_us: null });
    expect(event("SUM,7,2,3,30000,40,0,39,0,-,-,250000,8000,450000,9000,1655,0")).toEqual({
      type: "summary", set: 7, exercise: "run", end: "command", duration_ms: 30_000, contacts: 40, hops: 0, strides: 39, beats: 0,
      beat_error_us_mean: null, beat_error_us_sd: null, contact_us_mean: 250_000, contact_us_sd: 8000, flight_us_mean: 450_000, flight_us_sd: 9000,
      cadence_spm: 165.5, missed_beats: 0,
    });
    expect(event("FLT,3,2,999")).toEqual({ type: "fault", code: 3, text: "the motion sensor's buffer ran over", count: 2, at_us: 999 });
    expect(event("REP,3,7000000,251,900,310,1000,21,0,3,2")).toEqual({
      type: "rep", id: 3, at_us: 7_000_000, top: 251, up_ms: 900, hold_ms: 310, down_ms: 1000, wobble: 21, flaws: [], reps: 3, clean: 2,
    });
    expect(event("REP,1,7,-,-,-,-,-,8,1,0")).toMatchObject({ top: null, up_ms: null, hold_ms: null, down_ms: null, wobble: null, flaws: ["open"] });
    expect(event("REP,1,7,1,2,3,4,5,7,1,0")).toMatchObject({ flaws: ["partial", "fast", "wobble"] });
    for (const [code, activity] of ["other", "walk", "run", "hop", "still", "calf"].entries()) {
      expect(event(`ACT,${code},90,1000`)).toEqual({ type: "activity", activity, confidence: 90, at_us: 1000 });
    }
    expect(event("CUE,4,1000,1712")).toEqual({ type: "cue", every: 4, at_us: 1000, cadence_spm: 171.2 });
    expect(event("CUE,0,1000,-")).toMatchObject({ every: 0, cadence_spm: null });
    expect(event("VER,7,127,30,2,1,-,-3,4,5,6,7,8")).toEqual({
      type: "verdict", set: 7, flaws: ["short", "height", "rhythm", "missed", "double", "wobble", "band"], target: 30, variant: 2,
      values: [1, null, -3, 4, 5, 6, 7, 8],
    });
    expect(event("VER,7,0,0,0,-,-,-,-,-,-,-,-")).toMatchObject({ flaws: [], target: 0, values: Array.from({ length: 8 }, () => null) });
    for (const [code, exercise] of ["auto", "pogo", "run", "walk", "calf", "calf-bent", "wall-sit", "step-down"].entries()) {
      expect(event(`MOD,3,1,${code},0,5`)).toMatchObject({ type: "mode", exercise });
    }
    expect(event("SUM,7,4,6,30000,0,0,0,0,-,-,-,-,-,-,-,0")).toMatchObject({ exercise: "calf", end: "left" });
    expect(event("ACK,9,CFG,ODR,416")).toEqual({ type: "ack", seq: 9, command: "CFG", values: ["ODR", "416"] });
    expect(event("ERR,-,-,FORM")).toEqual({ type: "refusal", seq: null, command: null, error: "FORM" });
  });
  test.each(["XYZ,1", "BEA,1,2", "BEA,1,2,1,5", "BEA,1,2,2", "BEA,a,2,1", "BEA,1,-,1", "CON,5,1000,251000,9,1,-,-,50,4", "MOD,9,7,1,0,1", ...WRONG])(
    "%s is not taken for something else",
    (body) => expect(event(body)).toEqual({ type: "unknown", tag: body.slice(0, 3) }),
  );
});

describe("a session", () => {
  const SUM = "SUM,1,1,1,30000,2,1,0,2,0,0,0,0,0,0,1500,0";
  const run = (...bodies: (string | [number, string])[]) => {
    const session = new Session();
    let seq = 0;
    for (const body of bodies) {
      if (typeof body !== "string") seq = body[0];
      session.line(buildLine(seq++, typeof body === "string" ? body : body[1]));
    }
    return session;
  };
  const CON1 = "CON,1,1000000,1200000,3,0,-,-,50,0";
  const CON2 = "CON,2,1400000,1600000,3,1,200000,-,60,1";

  test("keeps contacts, corrections and the summary", () => {
    const session = run("HEL,1,0.1.0,A,108,416,16,1", CON1, CON2, "AMD,1,3,1,2", "AMD,2,1,0,1", SUM);
    expect(session.contacts.map(({ id, kind, hop }) => [id, kind, hop])).toEqual([[1, "hop", true], [2, "walk", false]]);
    expect(session.summary).toMatchObject({ hops: 1, end: "time" });
    expect(session.errors()).toEqual([]);
  });

  test("keeps repetitions, an open one until it is finished, what the wearer did, cues and the verdict", () => {
    const session = run(
      "MOD,3,1,6,0,5",
      "REP,1,1000000,-,-,-,-,-,8,1,0",
      "REP,1,1000000,-,-,4000,-,31,1,1,0",
      "ACT,4,90,1500000",
      "REP,2,6000000,-,-,-,-,-,8,2,0",
      "CUE,1,7000000,1600",
      "VER,1,8,0,0,2,0,4000,4000,-,4000,-,31",
      "SUM,1,6,3,9000,0,0,0,0,-,-,-,-,-,-,-,0",
    );
    expect(session.reps.map(({ id, hold_ms, flaws }) => [id, hold_ms, flaws])).toEqual([[1, 4000, ["partial"]], [2, null, ["open"]]]);
    expect(session.activities).toMatchObject([{ activity: "still" }]);
    expect(session.cues).toMatchObject([{ every: 1 }]);
    expect(session.verdict).toMatchObject({ set: 1, flaws: ["missed"] });
    expect(session.errors()).toEqual([]);
  });
  test("replaces open repetitions only, and only by the same one", () => {
    const ids = (...bodies: string[]) => run(...bodies).reps.map(({ id, flaws }) => [id, flaws.length]);
    expect(ids("REP,1,1,-,-,-,-,-,8,1,0", "REP,2,1,-,-,5,-,-,0,1,0")).toEqual([[1, 1], [2, 0]]);
    expect(ids("REP,1,1,9,1,1,1,9,0,1,1", "REP,1,1,9,1,1,1,9,0,1,1")).toEqual([[1, 0], [1, 0]]);
  });
  test("knows the exercise from the mode until the summary tells it", () => {
    expect(run("BEA,0,1,0").exercise).toBe(null);
    expect(run("MOD,0,0,3,0,5").exercise).toBe(null);
    expect(run("MOD,1,4,5,0,5").exercise).toBe("calf-bent");
    expect(run("MOD,1,4,5,0,5", SUM).exercise).toBe("pogo");
  });

  test("notices lost lines, across the wrap of the count, but not a restart", () => {
    expect(run([65_534, "BEA,0,1,0"], "BEA,1,2,0", "BEA,2,3,0", SUM).lost).toBe(0);
    const lossy = run(CON1, [3, CON2], SUM);
    expect(lossy.lost).toBe(2);
    expect(lossy.errors()).toEqual(["2 lines from the clip were lost"]);
    const restarted = run(CON1, CON2, [40, "BEA,0,1,0"], [0, "HEL,1,0.1.0,A,108,416,16,1"], SUM);
    expect(restarted.errors()).toEqual(["the clip restarted", "38 lines from the clip were lost"]);
  });

  test("says what is wrong in words", () => {
    const session = run("FLT,4,1,5", "FLT,4,3,9", "FLT,7,1,9", "ERR,3,SET,BUSY", "XYZ,1", "AMD,9,3,1,1");
    session.line("$HC,6,CON,1*0000");
    expect(session.errors()).toEqual([
      "the clip refused SET: BUSY",
      "the clip sent a line this tool does not know: XYZ",
      "the clip corrected contact 9, which it never sent",
      "a line from the clip was refused (CRC): $HC,6,CON,1*0000",
      "samples are missing (3 times)",
      "a flash operation failed",
      "the clip sent no summary of the set",
    ]);
  });

  test("holds the summary against the contacts", () => {
    expect(run(CON1, SUM).errors()).toEqual(["the summary counts 1 hops, its contacts 0", "the summary counts 2 contacts, 1 were sent"]);
  });
  test("holds the verdict against the repetitions", () => {
    const verdict = "VER,1,0,0,0,2,2,250,229,600,233,933,37";
    const calf = "SUM,1,4,3,9000,0,0,0,0,-,-,-,-,-,-,-,0";
    const rep = "REP,1,1,9,1,1,1,9,0,1,1";
    expect(run(rep, calf, verdict).errors()).toEqual(["the verdict counts 2 repetitions, 1 were sent"]);
    expect(run(rep, [5, calf], verdict).errors()).toEqual(["4 lines from the clip were lost"]);
    expect(run(CON1, CON2, "AMD,1,3,0,1", SUM, verdict).errors()).toEqual([]);
  });
});
