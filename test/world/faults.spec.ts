// How faults are written.
import { describe, expect, it } from "vitest";
import { FAULTS, FaultError, faultHelp, parseFault, type FaultName } from "../../sim/faults.ts";

describe("parseFault", () => {
  it("takes defaults, places and names", () => {
    const none = { at_s: 0, for_ms: 0, count: 0, every_s: 0, ppm: 0, level: 0, port: 0 };
    expect(parseFault("nack")).toEqual({ ...none, name: "nack", at_s: 5, count: 3 });
    expect(parseFault("nack:10:7")).toEqual({ ...none, name: "nack", at_s: 10, count: 7 });
    expect(parseFault("drop:count=9:at_s=1.5")).toEqual({ ...none, name: "drop", at_s: 1.5, count: 9 });
    expect(parseFault("rate:3:ppm=-20000")).toEqual({ ...none, name: "rate", at_s: 3, ppm: -20_000 });
    expect(parseFault("full:1:500:2:30")).toEqual({ ...none, name: "full", at_s: 1, for_ms: 500, port: 2, every_s: 30 });
  });

  it.each([
    ["", /no fault called ""/],
    ["toString", /no fault called/],
    ["nack:1:2:3:4", /at most 3 parameters/],
    ["nack:ppm=3", /no parameter "ppm"/],
    ["nack:x", /at_s is from 0 to 1000000, not "x"/],
    ["nack:-1", /at_s/],
    ["nack:1:", /count/],
    ["nack:1:2.5", /whole number/],
    ["stuck:1:1:2", /level/],
    ["rate:1:600000", /ppm/],
    ["nack:at_s=NaN", /at_s/],
  ])("refuses %j in one line", (text, message) => {
    expect(() => parseFault(text)).toThrow(FaultError);
    expect(() => parseFault(text)).toThrow(message);
  });

  it("has a help line for each fault that it reads back as the default", () => {
    const lines = faultHelp();
    expect(lines).toHaveLength(Object.keys(FAULTS).length);
    for (const line of lines) {
      const [written = ""] = line.split("  ");
      expect(parseFault(written)).toEqual(parseFault(written.split(":")[0] as FaultName));
    }
  });
});
