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
    expect(startSet({ exercise: "pogo", bpm: 150, duration_ms: 30_000, count_in: 4, accent_every: 4 })).toBe("SET,1,1500,30000,0,4,0,4");
    expect(startSet({ exercise: "auto" })).toBe("SET,0,0,0,0,0,0,0");
    expect([metronome(), metronome(92.6, 3), config("ODR"), config("ODR", 416), timeSync(5)]).toEqual(["MET,0,0", "MET,926,3", "CFG,ODR", "CFG,ODR,416", "TIM,5"]);
  });
  test("with values out of range are not made", () => {
    expect(() => startSet({ exercise: "pogo", bpm: 29.9 })).toThrow(RangeError);
    expect(() => startSet({ exercise: "pogo", bpm: NaN })).toThrow(RangeError);
    expect(() => startSet({ exercise: "pogo", count: 1.5 })).toThrow(RangeError);
    expect(() => config("ODR", -1)).toThrow(RangeError);
  });
});

const event = (body: string) => readEvent(parseFrame(buildLine(0, body)) as Frame);

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
    expect(event("ACK,9,CFG,ODR,416")).toEqual({ type: "ack", seq: 9, command: "CFG", values: ["ODR", "416"] });
    expect(event("ERR,-,-,FORM")).toEqual({ type: "refusal", seq: null, command: null, error: "FORM" });
  });
  test.each(["XYZ,1", "BEA,1,2", "BEA,1,2,1,5", "BEA,1,2,2", "BEA,a,2,1", "BEA,1,-,1", "CON,5,1000,251000,9,1,-,-,50,4", "MOD,9,7,1,0,1", "BEA,,2,1"])(
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
});
