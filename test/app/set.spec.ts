// Whole sets through the app: modes, ends, totals, the log, restarts. Contacts are scripted, so every number of the summary is known.
import { beforeAll, describe, expect, test } from "vitest";
import * as layout from "../../firmware/wire/layout.ts";
import { contactFields, readLog, summaryFields } from "./records.ts";
import { fakeWasm, Rig, type Scripted } from "./rig.ts";

let wasm: Uint8Array;
let rig: Rig;
beforeAll(async () => {
  wasm = await fakeWasm();
});

const { KIND_HOP, KIND_RUN, KIND_WALK } = layout;

/** Starts a set, runs to its start, and returns that time. */
function begin(command: string): number {
  expect(rig.ask(command)).toBe("ACK,SET");
  for (let wait = 0; wait < 100; wait += 1) {
    const started = rig.tagged("MOD").findLast(({ fields }) => fields[0] === "3");
    if (started !== undefined) return Number(started.fields[4]);
    rig.run(100_000);
  }
  throw new Error("the set does not start");
}

/** Hops on every beat from `first`, each `late_us(index)` after it. */
function hops(start_us: number, period_us: number, first: number, count: number, late_us: (index: number) => number, firstId = 1): Scripted[] {
  return Array.from({ length: count }, (_, index) => {
    const ic_us = start_us + (first + index) * period_us + late_us(index);
    return { id: firstId + index, ic_us, tc_us: ic_us + 200_000, kind: KIND_HOP, hop: 1, flight_us: 180_000 };
  });
}

function summary(): Record<string, string> {
  const fields = rig.tagged("SUM").at(-1)!.fields;
  const names = [
    "set", "exercise", "end", "duration_ms", "contacts", "hops", "strides", "beats", "mean_us", "sd_us", "contact_us", "contactSd_us", "flight_us",
    "flightSd_us", "cadence_d", "missed",
  ];
  expect(fields.length).toBe(names.length);
  return Object.fromEntries(names.map((name, index) => [name, fields[index]!]));
}

/** Modes told since boot. */
function modes(): number[] {
  return rig.tagged("MOD").map(({ fields }) => Number(fields[0]));
}

describe("a pogo set", () => {
  test("goes armed, count-in, set, summary, idle, and its summary is what happened", async () => {
    rig = new Rig(wasm);
    rig.state = 4; // the sensor is still learning its clock
    expect(rig.ask("SET,1,1500,30000,0,4,0,4")).toBe("ACK,SET");
    rig.run(2_000_000);
    expect(modes()).toEqual([layout.MODE_ARMED]);
    expect(rig.tagged("BEA")).toEqual([]);
    rig.state = 5;
    rig.run(2_000_000);
    const start_us = Number(rig.tagged("MOD").at(-1)!.fields[4]);
    const late = [5_000, -7_000, 12_000, 0];
    const script = hops(start_us, 400_000, 2, 70, (index) => late[index % 4]!);
    rig.say(script);
    rig.run(35_000_000);
    expect(modes()).toEqual([layout.MODE_ARMED, layout.MODE_COUNT_IN, layout.MODE_SET, layout.MODE_SUMMARY, layout.MODE_IDLE]);
    const beats = rig.tagged("BEA");
    expect(beats.map(({ fields }) => Number(fields[0]))).toEqual(Array.from({ length: 79 }, (_, index) => index - 4));
    expect(beats.map(({ fields }) => fields[2] === "1")).toEqual(Array.from({ length: 79 }, (_, index) => index % 4 === 0));
    const told = rig.tagged("CON");
    expect(told.map(({ fields }) => Number(fields[6]))).toEqual(script.map((_, index) => late[index % 4]!));
    expect(told.map(({ fields }) => Number(fields[8]))).toEqual(script.map((_, index) => index + 1));
    const errors = script.map((_, index) => late[index % 4]!);
    const mean = errors.reduce((sum, error) => sum + error) / errors.length;
    const sd = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (errors.length - 1));
    const got = summary();
    expect(got).toMatchObject({
      set: "1", exercise: "1", end: `${layout.END_TIME}`, duration_ms: "30000", contacts: "70", hops: "70", strides: "0", beats: "75", contact_us: "200000",
      contactSd_us: "0", flight_us: "180000", flightSd_us: "0", missed: "5",
    });
    expect(Math.abs(Number(got["mean_us"]) - mean)).toBeLessThanOrEqual(0.5);
    expect(Math.floor(sd)).toBe(Number(got["sd_us"]));
    const steady_us = (script.at(-1)!.ic_us - script[1]!.ic_us) / 68; // the first interval has none before it
    expect(Number(got["cadence_d"])).toBe(Math.round(600e6 / steady_us));
    // The log holds the same, and each contact was there before its line.
    const records = await readLog(rig.flash);
    expect(records.filter(({ type }) => type === layout.LOG_CONTACT).map(contactFields)).toEqual(told.map(({ fields }) => fields.slice(0, 8)));
    expect(records.filter(({ type }) => type === layout.LOG_SUMMARY).map(summaryFields)).toEqual([rig.tagged("SUM")[0]!.fields]);
    expect(rig.violations).toEqual([]);
  });

  test("feels its beats and two short pulses at its end, accents longer", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1200,5000,0,2,0,5");
    rig.run(8_000_000);
    const end_us = start_us + 5_000_000;
    const pulses = rig.pulses;
    expect(pulses.slice(0, -2).map(({ at_us }) => at_us - start_us)).toEqual(Array.from({ length: 12 }, (_, index) => (index - 2) * 500_000));
    expect(pulses.slice(0, -2).map(({ duration_ms }) => duration_ms)).toEqual([30, 30, 60, 30, 30, 30, 30, 60, 30, 30, 30, 30]);
    const word = pulses.slice(-2);
    expect(word.map(({ duration_ms }) => duration_ms)).toEqual([40, 40]);
    expect(word[0]!.at_us - end_us).toBeGreaterThan(0);
    expect(word[0]!.at_us - end_us).toBeLessThan(50_000);
    expect(word[1]!.at_us - word[0]!.at_us).toBe(120_000);
  });

  test("tells the detector which samples its pulses shake: from the pulse until 60 ms after it", () => {
    rig = new Rig(wasm);
    begin("SET,1,600,4000,0,0,0,0");
    rig.run(6_000_000);
    const windows = rig.pulses.map(({ at_us, duration_ms }) => [at_us - 3_000, at_us + duration_ms * 1000 + 60_000] as const);
    expect(windows.length).toBe(6);
    expect(rig.shaken_us.every((t_us) => windows.some(([from, to]) => t_us >= from && t_us < to))).toBe(true);
    for (const [from, to] of windows) {
      const inside = rig.shaken_us.filter((t_us) => t_us >= from && t_us < to).length;
      expect(inside).toBeGreaterThanOrEqual(Math.floor((to - from) / 2404));
    }
  });

  test("errors around half a beat have a mean at half a beat, not at none", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,10000,0,1,0,0");
    rig.say(hops(start_us, 400_000, 0, 20, (index) => (index % 2 === 0 ? 190_000 : 214_000)));
    rig.run(13_000_000);
    const got = summary();
    expect(got["mean_us"]).toBe("-198000"); // 202 ms late is 198 ms early
    expect(Number(got["sd_us"])).toBe(12_311); // 12 ms · sqrt(20 / 19)
  });

  test("without a metronome has no beats, no errors and no missed ones", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,0,5000,0,0,0,0");
    rig.say(hops(start_us, 400_000, 1, 5, () => 0));
    rig.run(8_000_000);
    expect(rig.tagged("BEA")).toEqual([]);
    expect(rig.tagged("CON").map(({ fields }) => fields[6])).toEqual(["-", "-", "-", "-", "-"]);
    expect(summary()).toMatchObject({ hops: "5", beats: "0", mean_us: "-", sd_us: "-", missed: "0", cadence_d: "1500" });
  });
});

describe("what counts", () => {
  test("contacts before the start and from the end on are not told; an open one gets its second", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,4000,0,4,0,0");
    const end_us = start_us + 4_000_000;
    rig.say([
      { id: 1, ic_us: start_us - 1, tc_us: start_us + 100_000, kind: KIND_HOP, hop: 1 },
      { id: 2, ic_us: start_us, tc_us: start_us + 300_000, kind: KIND_HOP, hop: 1 },
      { id: 3, ic_us: end_us - 1, tc_us: end_us + 800_000, kind: KIND_HOP, hop: 0 },
      { id: 4, ic_us: end_us, tc_us: end_us + 200_000, kind: KIND_HOP, hop: 1 },
    ]);
    rig.airborne = 0;
    rig.run(7_000_000);
    expect(rig.tagged("CON").map(({ fields }) => fields[0])).toEqual(["2", "3"]);
    expect(summary()).toMatchObject({ contacts: "2", hops: "1", duration_ms: "4000", contact_us: "300000" });
  });

  test("a contact that never closes is flushed after 1.25 s", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,4000,0,4,0,0");
    rig.airborne = 0;
    rig.flushed = { id: 1, ic_us: start_us + 3_900_000, tc_us: 0, kind: KIND_HOP, hop: 0 };
    rig.run(start_us + 5_200_000 - rig.now_us);
    expect(rig.tagged("SUM")).toEqual([]);
    rig.run(100_000);
    expect(rig.tagged("CON").map(({ fields }) => fields[2])).toEqual(["-"]);
    expect(summary()).toMatchObject({ contacts: "1", hops: "0", contact_us: "-", flight_us: "-" });
  });

  test("a sensor that falls silent does not keep the set open", () => {
    rig = new Rig(wasm);
    begin("SET,1,1500,4000,0,0,0,0");
    rig.silent = true;
    rig.run(6_000_000);
    expect(summary()).toMatchObject({ end: `${layout.END_TIME}`, contacts: "0" });
  });

  test("corrections keep totals, means and beat errors right, and are logged", async () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,6000,0,0,0,0");
    const script = hops(start_us, 400_000, 1, 8, (index) => index * 1000);
    rig.say(script);
    rig.say([
      { ...script[3]!, kind: KIND_WALK, hop: 0, amends: true, said_us: script[4]!.tc_us + 100_000 },
      { ...script[5]!, kind: KIND_HOP, hop: 0, amends: true, said_us: script[6]!.tc_us + 100_000 },
      { ...script[5]!, kind: KIND_HOP, hop: 1, amends: true, said_us: script[7]!.tc_us + 100_000 },
      { ...script[7]!, amends: true, said_us: script[7]!.tc_us + 130_000 }, // nothing new
      { ...script[0]!, id: 99, kind: KIND_RUN, hop: 0, amends: true, said_us: script[7]!.tc_us + 160_000 }, // no such contact
    ]);
    rig.run(9_000_000);
    expect(rig.tagged("AMD").map(({ fields }) => fields)).toEqual([["4", "1", "0", "4"], ["6", "3", "0", "5"], ["6", "3", "1", "7"]]);
    expect(summary()).toMatchObject({ contacts: "8", hops: "7", strides: "0", mean_us: "3571", contact_us: "200000" }); // (28 - 3) / 7
    const amended = (await readLog(rig.flash)).filter(({ type }) => type === layout.LOG_AMEND).map(contactFields);
    expect(amended.map((fields) => [fields[0], fields[1], fields[3], fields[4]])).toEqual([
      ["4", `${script[3]!.ic_us}`, "1", "0"], ["6", `${script[5]!.ic_us}`, "3", "0"], ["6", `${script[5]!.ic_us}`, "3", "1"],
    ]);
  });

  test("a run: two beats a stride, cadence in steps, pauses and a contact too many left out of it", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,2,1700,20000,0,0,0,0");
    const period_us = 600e6 / 850; // a stride at 85/min
    const steps = [0, 1, 2, 3, 4, 5, 6, 6.3, 7, 8, 9, 15, 16, 17, 18, 19, 20];
    rig.say(steps.map((step, index) => {
      const ic_us = Math.round(start_us + 500_000 + step * period_us);
      return { id: index + 1, ic_us, tc_us: ic_us + 250_000, kind: step === 6.3 ? KIND_WALK : KIND_RUN, hop: 0, flight_us: 450_000 };
    }));
    rig.run(24_000_000);
    expect(summary()).toMatchObject({ strides: "14", hops: "0", beats: "57", contact_us: "250000", cadence_d: "1700" });
    expect(Number(summary()["missed"])).toBe(28 - 17); // each contact met a beat of its own
  });

  test("strides join contacts in a row of one kind, also after corrections", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,3,0,10000,0,0,0,0");
    const contacts = [KIND_WALK, KIND_RUN, KIND_WALK, KIND_WALK, KIND_RUN].map((kind, index) => {
      const ic_us = start_us + (index + 1) * 700_000;
      return { id: index + 1, ic_us, tc_us: ic_us + 300_000, kind, hop: 0 };
    });
    rig.say(contacts);
    rig.say([
      { ...contacts[1]!, kind: KIND_WALK, amends: true, said_us: contacts[3]!.tc_us + 60_000 },
      { ...contacts[3]!, kind: KIND_RUN, amends: true, said_us: contacts[4]!.tc_us + 60_000 },
    ]);
    rig.run(13_000_000);
    expect(summary()["strides"]).toBe("3"); // walk walk walk run run
  });

  test("auto takes the most frequent kind for its times", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,0,0,10000,0,0,0,0");
    rig.say([1, 2, 3, 4, 5].map((index) => {
      const ic_us = start_us + index * 700_000;
      const walk = index > 3;
      return { id: index, ic_us, tc_us: ic_us + (walk ? 600_000 : 220_000), kind: walk ? KIND_WALK : KIND_RUN, hop: 0, flight_us: 1000 };
    }));
    rig.run(13_000_000);
    expect(summary()).toMatchObject({ contacts: "5", strides: "3", contact_us: "220000" });
  });
});

describe("a set ends", () => {
  test("by count, with the toe-off of the contact that fills it", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,0,6,4,0,0");
    const script = hops(start_us, 400_000, 0, 12, () => 3000);
    rig.say(script);
    rig.run(10_000_000);
    expect(summary()).toMatchObject({ end: `${layout.END_COUNT}`, hops: "6", contacts: "6", duration_ms: `${Math.floor((script[5]!.tc_us - start_us) / 1000)}`, beats: "6", missed: "0" });
    expect(rig.tagged("BEA").filter(({ t_us }) => t_us > script[5]!.tc_us + 100_000)).toEqual([]);
  });

  test("by command, at once or after the second when told twice", () => {
    rig = new Rig(wasm);
    begin("SET,1,1500,0,0,0,0,0");
    rig.run(3_000_000);
    expect(rig.ask("STP")).toBe("ACK,STP");
    expect(rig.tagged("SUM")).toEqual([]);
    expect(rig.ask("STP")).toBe("ACK,STP");
    expect(summary()).toMatchObject({ end: `${layout.END_COMMAND}`, contacts: "0" });
    expect(rig.ask("STP")).toBe("ERR,STP,BUSY");
  });

  test("by command before it has begun: the summary is empty", () => {
    rig = new Rig(wasm);
    rig.state = 1;
    expect(rig.ask("SET,1,1500,30000,0,4,0,0")).toBe("ACK,SET");
    rig.run(1_000_000);
    expect(rig.ask("STP")).toBe("ACK,STP");
    expect(summary()).toMatchObject({ end: `${layout.END_COMMAND}`, duration_ms: "0", beats: "0", missed: "0" });
    expect(modes()).toEqual([layout.MODE_ARMED, layout.MODE_IDLE]);
  });

  test("by stillness, when that began; not before it was long enough inside the set", () => {
    rig = new Rig(wasm);
    rig.still_since_us = 0;
    const start_us = begin("SET,1,1500,0,0,4,3000,0");
    rig.run(2_000_000 - (rig.now_us - start_us));
    rig.still_since_us = Infinity;
    rig.run(3_000_000);
    expect(rig.tagged("SUM")).toEqual([]);
    rig.still_since_us = rig.now_us;
    const still_us = rig.now_us;
    rig.run(5_000_000);
    const got = summary();
    expect(got["end"]).toBe(`${layout.END_STILL}`);
    expect(Math.abs(Number(got["duration_ms"]) - (still_us - start_us) / 1000)).toBeLessThan(25);
  });

  test("by itself after four hours", () => {
    rig = new Rig(wasm);
    rig.silent = true;
    begin("SET,1,0,0,0,0,0,0");
    rig.run(14_399_000_000);
    expect(rig.tagged("SUM")).toEqual([]);
    rig.run(3_000_000);
    expect(summary()).toMatchObject({ end: `${layout.END_TIME}`, duration_ms: "14400000" });
  });
});

describe("tempo changes", () => {
  test("in a set: from the next beat on, errors against the beats there were", () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,0,0,0,0,0");
    rig.run(start_us + 1_950_000 - rig.now_us);
    expect(rig.ask("MET,1200,0")).toBe("ACK,MET");
    rig.say([
      { id: 1, ic_us: start_us + 1_610_000, tc_us: start_us + 1_800_000, kind: KIND_HOP, hop: 1, said_us: start_us + 2_100_000 },
      { id: 2, ic_us: start_us + 2_480_000, tc_us: start_us + 2_600_000, kind: KIND_HOP, hop: 1 },
    ]);
    rig.run(2_000_000);
    expect(rig.tagged("BEA").map(({ fields }) => Number(fields[1]) - start_us)).toEqual([0, 400_000, 800_000, 1_200_000, 1_600_000, 2_000_000, 2_500_000, 3_000_000, 3_500_000]);
    expect(rig.tagged("CON").map(({ fields }) => fields[6])).toEqual(["10000", "-20000"]);
    expect(rig.tagged("MOD").at(-1)!.fields).toEqual(["3", "1", "1", "1200", `${start_us + 2_000_000}`]);
  });

  test("before a set has begun and after its last beat: busy, its beats stand", () => {
    rig = new Rig(wasm);
    rig.ask("SET,1,1200,5000,0,4,0,0");
    expect(rig.ask("MET,1500,0")).toBe("ERR,MET,BUSY"); // armed
    rig.run(1_000_000);
    expect(rig.ask("MET,1500,0")).toBe("ERR,MET,BUSY"); // count-in
    rig.run(6_000_000);
    expect(rig.tagged("BEA").length).toBe(4 + 10);
    expect(rig.ask("MET,1500,0")).toBe("ERR,MET,BUSY"); // beat 9 is over
  });
});

describe("a restart", () => {
  test("in a set: the log closes it with what it had come to; the next set has the next number", async () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,1500,30000,0,4,0,0");
    const script = hops(start_us, 400_000, 0, 10, (index) => 1000 * index);
    rig.say(script);
    rig.say([{ ...script[8]!, kind: KIND_WALK, hop: 0, amends: true, said_us: script[9]!.tc_us + 100_000 }]);
    rig.run(5_000_000);
    rig.boot();
    rig.run(1_000_000);
    const hello = rig.tagged("HEL");
    expect(hello.length).toBe(2);
    expect(summary()).toEqual({
      set: "1", exercise: "1", end: `${layout.END_RESET}`, duration_ms: "0", contacts: "10", hops: "9", strides: "0", beats: "0", mean_us: "4111",
      sd_us: "2934", contact_us: "200000", contactSd_us: "0", flight_us: "180000", flightSd_us: "0", cadence_d: "1496", missed: "0",
    });
    rig.boot();
    rig.run(1_000_000);
    expect(rig.tagged("SUM").length).toBe(1); // closed once
    const records = await readLog(rig.flash);
    expect(records.map(({ type }) => type).filter((type) => type !== layout.LOG_CONTACT)).toEqual([
      layout.LOG_BOOT, layout.LOG_SET, layout.LOG_AMEND, layout.LOG_VERDICT, layout.LOG_SUMMARY, layout.LOG_BOOT, layout.LOG_BOOT,
    ]);
    expect(rig.ask("SET,1,0,1000,0,0,0,0")).toBe("ACK,SET");
    expect(rig.tagged("MOD").at(-1)!.fields[1]).toBe("2");
  });

  test("in a set whose beginning the log has given up: no summary, but the next set has the next number", async () => {
    rig = new Rig(wasm);
    const start_us = begin("SET,1,2400,0,0,0,0,0");
    rig.say(hops(start_us, 250_000, 0, 5800, () => 20_000));
    rig.run(1_455_000_000);
    expect((await readLog(rig.flash)).every(({ type }) => type === layout.LOG_CONTACT)).toBe(true);
    rig.boot();
    rig.run(1_000_000);
    expect(rig.tagged("SUM")).toEqual([]);
    expect(rig.ask("SET,1,0,1000,0,0,0,0")).toBe("ACK,SET");
    expect(rig.tagged("MOD").at(-1)!.fields[1]).toBe("2");
  });

  test("keeps settings and closes nothing that was closed", () => {
    rig = new Rig(wasm);
    begin("SET,1,1500,1000,0,0,0,0");
    rig.run(3_000_000);
    rig.ask("CFG,ODR,208");
    rig.boot();
    rig.run(1_000_000);
    expect(rig.tagged("SUM").length).toBe(1);
    expect(rig.ask("CFG,ODR")).toBe("ACK,CFG,ODR,208");
    expect(rig.configured.at(-1)).toBe(208);
  });
});
