// Commands: answers, refusals that change nothing, broken bytes, ports that fill or go away, faults.
import { beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../sim/random.ts";
import { frame } from "../../sim/world.ts";
import { SECTOR_BYTES, Store } from "../store/flash.ts";
import { fakeWasm, Rig } from "./rig.ts";

let wasm: Uint8Array;
beforeAll(async () => {
  wasm = await fakeWasm();
});

const KEYS: readonly (readonly [key: string, initial: number, good: readonly number[], bad: readonly number[]])[] = [
  ["ODR", 416, [52, 104, 208, 833, 416], [0, 51, 105, 415, 1666, 834]],
  ["RNG", 16, [8, 16], [0, 2, 4, 15, 32]],
  ["GYR", 1, [0, 1], [2]],
  ["SID", 0, [1, 2, 0], [3]],
  ["STR", 200, [0, 255], [256]],
  ["PLS", 30, [5, 60], [4, 61]],
  ["SER", 0, [0, 2147483647], [2147483648]],
];

/** Everything a refused command must leave alone: mode, set, settings, log, what the motor was told. */
function state(rig: Rig): string {
  const status = rig.ask("STA").split(",").toSpliced(5, 1).toSpliced(7, 1).join(); // without uptime and samples
  return [status, ...KEYS.map(([key]) => rig.ask(`CFG,${key}`)), rig.flash.written_bytes, rig.pulses.length, rig.configured.length].join(" ");
}

describe("commands", () => {
  test("HEL and STA say who is there", () => {
    const rig = new Rig(wasm);
    rig.run(250_000);
    expect(rig.lines[0]!.fields).toEqual(["1", "0.1.0", "-", "108", "416", "16", "1"]);
    expect(rig.ask("HEL")).toBe("ACK,HEL");
    expect(rig.lines.slice(-2).map(({ tag }) => tag)).toEqual(["ACK", "HEL"]);
    expect(rig.ask("STA")).toMatch(/^ACK,STA,0,0,0,1250,3900,416123,\d+,0,1$/u);
    rig.ask("CFG,SER,7");
    rig.ask("HEL");
    expect(rig.lines.at(-1)!.fields).toEqual(["1", "0.1.0", "7", "108", "416", "16", "1"]);
    rig.battery_mv = -1;
    expect(rig.ask("STA")).toMatch(/^ACK,STA,0,0,0,1250,-,416123,\d+,0,1$/u);
  });

  test.each(KEYS)("CFG %s takes its values and no others, and keeps them", (key, initial, good, bad) => {
    const rig = new Rig(wasm);
    expect(rig.ask(`CFG,${key}`)).toBe(`ACK,CFG,${key},${initial}`);
    for (const value of good) {
      expect(rig.ask(`CFG,${key},${value}`)).toBe(`ACK,CFG,${key},${value}`);
      for (const wrong of [...bad, 4_294_967_296 + value, 999_999_999_999]) expect(rig.ask(`CFG,${key},${wrong}`)).toBe("ERR,CFG,RANG");
      expect(rig.ask(`CFG,${key}`)).toBe(`ACK,CFG,${key},${value}`);
      rig.boot();
      expect(rig.ask(`CFG,${key}`)).toBe(`ACK,CFG,${key},${value}`);
    }
  });

  test("settings that an older app saved, which had no serial number, are loaded", async () => {
    const store = await Store.make();
    const older = [104, 16, 0, 2, 100, 50];
    expect(store.saveConfig(String.fromCharCode(...older.flatMap((value) => [value, 0, 0, 0])))).toBe(0);
    const rig = new Rig(wasm);
    rig.flash.bytes.set(store.flash.bytes.subarray(0, 2 * SECTOR_BYTES));
    rig.boot();
    for (const [index, value] of [...older, 0].entries()) expect(rig.ask(`CFG,${KEYS[index]![0]}`)).toBe(`ACK,CFG,${KEYS[index]![0]},${value}`);
    expect(rig.ask("CFG,SER,5")).toBe("ACK,CFG,SER,5");
    rig.boot();
    expect([rig.ask("CFG,SER"), rig.ask("CFG,PLS")]).toEqual(["ACK,CFG,SER,5", "ACK,CFG,PLS,50"]);
  });

  test("TIM answers with the clip's time and logs both", () => {
    const rig = new Rig(wasm);
    expect(rig.ask("TIM,1767225600123456")).toBe(`ACK,TIM,${rig.now_us}`);
    expect(rig.ask("STA")).toMatch(/,2$/u); // records: boot and time
    expect(rig.ask("TIM,0")).toBe("ERR,TIM,RANG");
  });

  test.each([
    ["XYZ", "ERR,XYZ,CMD"], ["ACK,1,STA", "ERR,ACK,CMD"], ["STA,1", "ERR,STA,FORM"], ["STP,", "ERR,STP,FORM"], ["HEL,A", "ERR,HEL,FORM"], ["CFG", "ERR,CFG,FORM"],
    ["CFG,1", "ERR,CFG,FORM"], ["CFG,ODR,GYR", "ERR,CFG,FORM"], ["CFG,ODR,52,1", "ERR,CFG,FORM"], ["CFG,ABC", "ERR,CFG,KEY"], ["CFG,ABC,5", "ERR,CFG,KEY"],
    ["TIM", "ERR,TIM,FORM"], ["MET,1500", "ERR,MET,FORM"], ["MET,299,0", "ERR,MET,RANG"], ["MET,2401,0", "ERR,MET,RANG"], ["MET,1500,65", "ERR,MET,RANG"],
    ["MET,4294968796,0", "ERR,MET,RANG"], ["STP", "ERR,STP,BUSY"], ["SET,1,1500,30000,0,0,0", "ERR,SET,FORM"], ["SET,1,1500,30000,0,0,0,0,0,0,0,0", "ERR,SET,FORM"],
    ["SET,8,1500,0,0,0,0,0", "ERR,SET,RANG"], ["SET,1,1500,0,0,0,0,0,14400001", "ERR,SET,RANG"],
    ["SET,1,1500,0,0,0,0,0,0,4", "ERR,SET,RANG"], ["SET,2,1500,0,0,0,0,0,0,0,601", "ERR,SET,RANG"], ["SET,1,299,0,0,0,0,0", "ERR,SET,RANG"], ["SET,1,2401,0,0,0,0,0", "ERR,SET,RANG"],
    ["SET,1,1500,14400001,0,0,0,0", "ERR,SET,RANG"], ["SET,1,1500,0,60001,0,0,0", "ERR,SET,RANG"], ["SET,1,1500,0,0,65,0,0", "ERR,SET,RANG"],
    ["SET,1,0,0,0,4,0,0", "ERR,SET,RANG"], ["SET,1,1500,0,0,0,600001,0", "ERR,SET,RANG"], ["SET,1,1500,0,0,0,0,65", "ERR,SET,RANG"],
    ["SET,4294967297,1500,0,0,0,0,0", "ERR,SET,RANG"],
  ])("%s is refused with %s and changes nothing", (body, answer) => {
    const rig = new Rig(wasm);
    const before = state(rig);
    expect(rig.ask(body)).toBe(answer);
    expect(state(rig)).toBe(before);
    expect(rig.lines.filter(({ tag }) => !["HEL", "ACK", "ERR"].includes(tag))).toEqual([]);
  });

  test("in a set, what belongs to idle is busy and changes nothing", () => {
    const rig = new Rig(wasm);
    rig.ask("SET,1,0,0,0,0,0,0");
    const before = state(rig);
    for (const body of ["SET,1,0,0,0,0,0,0", "CFG,STR,10", "MET,1500,0"]) expect(rig.ask(body)).toBe(`ERR,${body.slice(0, 3)},BUSY`);
    expect(rig.ask("MET,0,0")).toBe("ERR,MET,RANG");
    expect(state(rig)).toBe(before);
    expect(rig.ask("CFG,STR")).toBe("ACK,CFG,STR,200");
  });

  test("a flash that fails refuses what must be kept, and changes nothing", () => {
    const rig = new Rig(wasm);
    for (const body of ["SET,1,1500,0,0,4,0,0", "CFG,STR,10", "CFG,ODR,52", "TIM,5"]) {
      const before = rig.ask("STA").split(",").slice(2, 5).join();
      rig.flash.failNext(1000);
      expect(rig.ask(body)).toBe(`ERR,${body.slice(0, 3)},STOR`);
      rig.flash.failNext(-1000);
      expect(rig.ask("STA").split(",").slice(2, 5).join()).toBe(before);
    }
    expect(rig.ask("CFG,STR")).toBe("ACK,CFG,STR,200");
    expect(rig.configured.at(-1)).toBe(416);
    expect(rig.tagged("MOD")).toEqual([]);
  });
});

describe("broken bytes", () => {
  const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
  const bodies = ["HEL", "STA", "SET,1,1500,30000,60,4,3000,4", "STP", "MET,1500,4", "CFG,ODR", "CFG,STR,100", "TIM,1767225600000000"];

  test.each(seeds)("seed %i: each broken command has exactly one ERR, nothing changes, and the next one works", (seed) => {
    const random = new Random(seed);
    const pick = (count: number): number => Math.floor(random.uniform(0, count));
    const rig = new Rig(wasm);
    rig.run(300_000);
    const before = state(rig);
    for (let round = 0; round < 25; round += 1) {
      const line = frame(`HC,${pick(65536)},${bodies[pick(bodies.length)]}`);
      const at = 4 + pick(line.length - 6); // behind "$HC,", before "\r\n"
      const printable = 0x20 + pick(0x5f);
      let broken = line;
      const way = pick(4);
      if (way === 0) broken = line.slice(0, at) + String.fromCharCode(printable) + line.slice(at + 1);
      else if (way === 1) broken = `${line.slice(0, at)}${line.slice(at + 1)}`;
      else if (way === 2) broken = line.slice(0, at) + String.fromCharCode(printable).repeat(1 + pick(300)) + line.slice(at);
      else broken = `${line.slice(0, at)}\r\n`;
      if (broken === line) continue;
      const from = rig.lines.length;
      rig.raw(broken);
      rig.run(1000);
      // A "$" put in cuts the line: the front half is answered, the rest is junk.
      const answers = rig.lines.slice(from).filter(({ tag }) => tag === "ERR" || tag === "ACK");
      expect(answers.map(({ text }) => text), JSON.stringify(broken)).toHaveLength(1);
      expect(answers[0]!.tag).toBe("ERR");
      expect(["FORM", "CRC", "LONG"]).toContain(answers[0]!.fields[2]);
    }
    expect(state(rig)).toBe(before);
    expect(rig.violations).toEqual([]);
  });

  test.each(seeds.slice(0, 10))("seed %i: junk without a line in it is answered with nothing", (seed) => {
    const random = new Random(seed);
    const rig = new Rig(wasm);
    const before = state(rig);
    const from = rig.lines.length;
    for (let round = 0; round < 20; round += 1) {
      const junk = Uint8Array.from({ length: 1 + Math.floor(random.uniform(0, 400)) }, () => Math.floor(random.uniform(0, 256)));
      rig.raw(junk.map((byte, index) => (byte === 0x43 && junk[index - 1] === 0x48 ? 0 : byte)), round % 2); // no "HC"
      rig.raw("\x06\x09AAkAAAEAAQ==\n", round % 2);
      rig.run(3000);
    }
    expect(rig.lines.slice(from)).toEqual([]);
    expect(state(rig)).toBe(before);
  });

  test("a flood of broken lines is answered one by one, without losing a command", () => {
    const rig = new Rig(wasm);
    rig.raw("$HC,".repeat(500));
    rig.raw(frame("HC,9,STA").slice(4));
    rig.run(3_000_000);
    expect(rig.tagged("ERR").length).toBe(499);
    expect(rig.tagged("ACK").map(({ fields }) => fields[0])).toEqual(["9"]);
  });
});

describe("ports", () => {
  test("events go to both, a reply to the one that asked", () => {
    const rig = new Rig(wasm);
    rig.link.open(1);
    rig.ask("HEL", 1);
    rig.ask("SET,1,1500,1000,0,0,0,0", 1);
    rig.run(3_000_000);
    const tags = (port: number): string[] => rig.lines.filter((line) => line.port === port).map(({ tag }) => tag);
    expect(tags(0)).toEqual(["HEL", "MOD", "BEA", "BEA", "BEA", "MOD", "SUM", "VER", "MOD"]);
    expect(tags(1)).toEqual(["ACK", "HEL", "MOD", "ACK", "BEA", "BEA", "BEA", "MOD", "SUM", "VER", "MOD"]);
    const seqs = new Set(rig.lines.map(({ seq }) => seq));
    expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: seqs.size }, (_, index) => index));
  });

  test("a port that stops reading loses events, whole and counted; its replies and the other port lose nothing", () => {
    const rig = new Rig(wasm);
    rig.link.open(1);
    rig.ask("HEL", 1);
    rig.ask("MET,2400,0");
    rig.run(1_000_000);
    const from = rig.lines.length;
    rig.link.block(1, true);
    rig.run(6_000_000);
    rig.send("STA", 1);
    rig.run(1_800_000);
    rig.link.block(1, false);
    rig.run(2_000_000);
    const after = rig.lines.slice(from);
    const beats = (port: number): number[] => after.filter((line) => line.port === port && line.tag === "BEA").map(({ fields }) => Number(fields[0]));
    const all = beats(0);
    expect(all).toEqual(Array.from({ length: all.length }, (_, index) => all[0]! + index));
    const got = beats(1);
    expect(got.length).toBeLessThan(all.length);
    expect(got).toEqual(all.filter((beat) => got.includes(beat))); // in order
    expect(got.at(-1)).toBe(all.at(-1));
    expect(after.filter((line) => line.port === 1 && line.tag === "ACK").length).toBe(1);
    // Every line that went to port 0 and not to port 1 is counted: events, lines that tell of faults among them.
    const told = after.findLast((line) => line.port === 1 && line.tag === "FLT")!;
    const events = (port: number): number => after.filter((line) => line.port === port && line.seq <= told.seq && line.tag !== "ACK").length;
    expect(told.fields.slice(0, 2)).toEqual(["9", `${events(0) - events(1)}`]);
  });

  test("a port without a listener is not waited for", () => {
    const rig = new Rig(wasm);
    rig.link.open(1);
    rig.link.block(1, true); // there, but has never taken a byte
    rig.ask("MET,2400,0");
    rig.run(10_000_000);
    expect(rig.tagged("FLT")).toEqual([]);
    expect(rig.tagged("BEA").length).toBe(40);
  });
});

describe("faults and light", () => {
  test("a fault is told when its count changes, at most once a second", () => {
    const rig = new Rig(wasm);
    for (let i = 0; i < 30; i += 1) {
      rig.sensorFaults[2]! += 1;
      if (i === 5) rig.sensorFaults[4]! += 7;
      rig.run(100_000);
    }
    rig.run(2_000_000);
    const faults = rig.tagged("FLT").map(({ fields }) => fields.map(Number));
    expect(faults.filter(([code]) => code === 4).map(([, count]) => count)).toEqual([7]);
    const told = faults.filter(([code]) => code === 2);
    expect(told.at(-1)![1]).toBe(30);
    expect(told.length).toBeLessThanOrEqual(4);
    expect(told.every(([, count, at_us], index) => index === 0 || (count! > told[index - 1]![1]! && at_us! - told[index - 1]![2]! >= 1_000_000))).toBe(true);
  });

  test("a motor that refuses pulses is a fault", () => {
    const rig = new Rig(wasm);
    rig.motorFull = true;
    rig.ask("MET,600,0");
    rig.run(1_040_000);
    expect(rig.tagged("FLT")[0]!.fields.slice(0, 2)).toEqual(["10", "2"]); // beats 0 and 1
    expect(rig.shaken_us).toEqual([]);
  });

  test("the light shows the mode, a missing sensor and an empty battery", () => {
    const rig = new Rig(wasm);
    rig.ask("SET,1,1500,1000,0,1,0,0");
    rig.run(5_000_000);
    rig.chip = 0;
    rig.run(100_000);
    rig.battery_mv = 3399;
    rig.run(61_000_000);
    expect(rig.leds).toEqual([1, 3, 4, 5, 1, 6, 7]);
  });

  test("asleep it wakes for nothing but samples and the battery", () => {
    const rig = new Rig(wasm);
    rig.silent = true;
    rig.run(1_000_000);
    const before = rig.steps;
    rig.run(3_600_000_000);
    expect(rig.steps - before).toBeLessThanOrEqual(61);
  });
});
