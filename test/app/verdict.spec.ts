// The verdict on sets of scripted hops: its numbers worked out here anew, its flaws, the log, a restart; and the words for target and battery.
import { beforeAll, describe, expect, test } from "vitest";
import * as layout from "../../firmware/wire/layout.ts";
import { PowerCut } from "../../sim/parts/flash.ts";
import { Random } from "../../sim/random.ts";
import { readLog, verdictFields } from "./records.ts";
import { fakeWasm, Rig, type Scripted } from "./rig.ts";

const PERIOD_US = 400_000;
const GRAVITY = 9.80665;

let wasm: Uint8Array;
let rig: Rig;
beforeAll(async () => {
  wasm = await fakeWasm();
}, 60_000);

/** Starts a set with a count-in; returns its start. */
function begin(command: string): number {
  rig = new Rig(wasm);
  expect(rig.ask(command)).toBe("ACK,SET");
  rig.run(3_000_000);
  return Number(rig.tagged("MOD").findLast(({ fields }) => fields[0] === "3")!.fields[4]);
}

interface Row {
  readonly count: number;
  /** Flight before hop `index`, µs. */
  readonly flight_us: (index: number) => number;
  readonly late_us?: (index: number) => number;
}

/** Hops on every beat from the first on. */
function hops(start_us: number, { count, flight_us, late_us = () => 0 }: Row): Scripted[] {
  return Array.from({ length: count }, (_, index) => {
    const ic_us = start_us + index * PERIOD_US + 20_000 + late_us(index);
    return { id: index + 1, ic_us, tc_us: ic_us + 150_000, kind: layout.KIND_HOP, hop: 1, flight_us: Math.round(flight_us(index)) };
  });
}

/** Fields of VER, as numbers; null where there is no value. */
function verdict(): (number | null)[] {
  const lines = rig.tagged("VER");
  expect(lines.length).toBe(1);
  return lines[0]!.fields.map((field) => (field === "-" ? null : Number(field)));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Variance about the line of least squares through them. */
function aboutLine(values: readonly number[]): number {
  const x = values.map((_, index) => index - (values.length - 1) / 2);
  const middle = mean(values);
  const slope = x.reduce((sum, each, index) => sum + each * values[index]!, 0) / x.reduce((sum, each) => sum + each * each, 0);
  return values.reduce((sum, value, index) => sum + (value - middle - slope * x[index]!) ** 2, 0) / (values.length - 2);
}

/** Heights of hops 4 and on in three thirds, 0.1 mm. */
function thirds(row: readonly Scripted[]): number[][] {
  const heights = row.slice(3).map(({ flight_us }) => (GRAVITY * (flight_us! / 1e6) ** 2 * 1e4) / 8);
  const cut = [0, 1, 2, 3].map((part) => Math.floor((part * heights.length) / 3));
  return [0, 1, 2].map((part) => heights.slice(cut[part], cut[part + 1]));
}

/** Flights with 3 % of spread that lose `lost_us` evenly. */
function flights(lost_us: number, seed: number): Row["flight_us"] {
  const random = new Random(seed);
  const drawn = Array.from({ length: 80 }, (_, index) => (200_000 - (lost_us * index) / 75) * (1 + 0.03 * random.gaussian()));
  return (index) => drawn[index]!;
}

describe("the verdict", () => {
  test.each([0, 16_000])("on 75 hops that lose %i µs of 0.2 s of flight has the heights of the thirds, and follows SUM", async (lost_us) => {
    const start_us = begin("SET,1,1500,30000,0,4,0,0,75,2,0");
    const row = hops(start_us, { count: 75, flight_us: flights(lost_us, 4) });
    rig.say(row);
    rig.run(35_000_000);
    const [set, flaws, target, variant, best_d, last_d, error_d, mean_d, sd_us, doubles, ...none] = verdict();
    expect([set, target, variant, doubles, ...none]).toEqual([1, 75, 2, 0, null, null]);
    expect(flaws).toBe(lost_us === 0 ? 0 : layout.FLAW_HEIGHT);
    const parts = thirds(row);
    const best = mean(parts[0]!) > mean(parts[1]!) ? parts[0]! : parts[1]!;
    const last = parts[2]!;
    // Heights are cut to 0.1 mm.
    expect(Math.abs(best_d! - mean(best))).toBeLessThan(1.1);
    expect(Math.abs(last_d! - mean(last))).toBeLessThan(1.1);
    expect(Math.abs(mean_d! - mean(parts.flat()))).toBeLessThan(1.1);
    expect(Math.abs(error_d! - 1.96 * Math.sqrt((2 * aboutLine(parts.flat())) / last.length))).toBeLessThan(1.1);
    expect(sd_us).toBe(0);
    const tags = rig.lines.map(({ tag }) => tag);
    expect(tags.indexOf("VER")).toBe(tags.indexOf("SUM") + 1);
    const records = await readLog(rig.flash);
    expect(records.filter(({ type }) => type === layout.LOG_VERDICT).map(verdictFields)).toEqual([rig.tagged("VER")[0]!.fields]);
  });

  test("counts what is short, missed, doubled and uneven", () => {
    const even: Row = { count: 75, flight_us: () => 180_000 };
    const flawOf = (target: number, change: (row: Scripted[]) => Scripted[], row: Row = even): (number | null)[] => {
      const start_us = begin(`SET,1,1500,30000,0,4,0,0,${target},3,0`);
      rig.say(change(hops(start_us, row)));
      rig.run(35_000_000);
      return verdict();
    };
    const all = (row: Scripted[]): Scripted[] => row;
    expect(flawOf(78, all)[1]).toBe(0); // 96 %
    expect(flawOf(79, all)[1]).toBe(layout.FLAW_SHORT); // 94.9 %
    expect(flawOf(0, (row) => row.filter((_, index) => index < 10 || index > 12))[1]).toBe(0);
    expect(flawOf(0, (row) => row.filter((_, index) => index < 10 || index > 13))[1]).toBe(layout.FLAW_MISSED);
    // A bounce in between, half a beat after every nth landing.
    const doubled = (every: number) => (row: Scripted[]): Scripted[] =>
      row
        .flatMap((hop, index) => (index % every === 5 ? [hop, { ...hop, ic_us: hop.ic_us + 210_000, tc_us: hop.tc_us + 160_000, flight_us: 60_000 }] : [hop]))
        .map((hop, index) => ({ ...hop, id: index + 1 }));
    const few = flawOf(0, doubled(25));
    expect([few[1]! & layout.FLAW_DOUBLE, few[9]]).toEqual([0, 3]);
    expect(few[7]).toBe(397); // 0.18 s: bounces in between are no heights
    const many = flawOf(0, doubled(10));
    expect([many[1]! & layout.FLAW_DOUBLE, many[9]]).toEqual([layout.FLAW_DOUBLE, 7]);
    const wobbly = (late_us: number): (number | null)[] => flawOf(0, all, { ...even, late_us: (index) => (index % 2 === 0 ? late_us : -late_us) });
    expect(wobbly(38_000)[1]).toBe(0); // SD 38.3 ms
    expect(wobbly(41_000)[1]).toBe(layout.FLAW_RHYTHM);
    expect(Math.abs(wobbly(38_000)[8]! - 76_500)).toBeLessThan(200); // intervals 0.324, 0.476 s
  }, 30_000);

  test("without beats takes the rhythm from the intervals and knows no double bounce", () => {
    const flawOf = (late_us: number): (number | null)[] => {
      const start_us = begin("SET,1,0,30000,0,0,0,0,0,0,0");
      rig.say(hops(start_us + 3_000_000, { count: 60, flight_us: () => 200_000, late_us: (index) => (index % 2 === 0 ? late_us : -late_us) }));
      rig.run(35_000_000);
      return verdict();
    };
    expect(flawOf(19_000)[1]).toBe(0); // SD 38 ms of 0.4 s
    expect(flawOf(21_000)[1]).toBe(layout.FLAW_RHYTHM);
    expect(flawOf(19_000)[9]).toBe(0);
  });

  test("on a set without hops has no values; neither has one of another exercise", () => {
    begin("SET,1,1500,5000,0,4,0,0,60,1,0");
    rig.run(10_000_000);
    expect(verdict()).toEqual([1, layout.FLAW_SHORT | layout.FLAW_MISSED, 60, 1, null, null, null, null, null, 0, null, null]);
    begin("SET,3,1500,5000,0,4,0,0,60,1,0");
    rig.run(10_000_000);
    expect(verdict()).toEqual([1, 0, 60, 1, null, null, null, null, null, null, null, null]);
  });

  test("after a restart is the one without it", () => {
    const row: Row = { count: 75, flight_us: flights(16_000, 6), late_us: (index) => 4_000 * ((index * 7) % 5) };
    const command = "SET,1,1500,31000,0,4,0,0,80,3,0";
    const whole_us = begin(command);
    rig.say(hops(whole_us, row));
    rig.run(35_000_000);
    const whole = verdict();
    expect(whole[1]).toBe(layout.FLAW_SHORT | layout.FLAW_HEIGHT);
    const start_us = begin(command);
    rig.say(hops(start_us, row));
    rig.run(start_us + 30_300_000 - rig.now_us);
    expect(rig.tagged("CON").length).toBe(75);
    rig.boot();
    rig.run(1_000_000);
    expect(verdict()).toEqual(whole);
    expect(rig.tagged("SUM").at(-1)!.fields[2]).toBe(`${layout.END_RESET}`);
  });
});

test.each([4, 5, 6, 7])("the summary of exercise %i, which is not about contacts, has no times of theirs", (exercise) => {
  rig = new Rig(wasm);
  expect(rig.ask(`SET,${exercise},0,8000,0,0,0,0`)).toBe("ACK,SET");
  rig.run(200_000);
  const ic_us = (i: number): number => 1_500_000 + i * 900_000;
  rig.say(Array.from({ length: 7 }, (_, i) => ({ id: i + 1, ic_us: ic_us(i), tc_us: ic_us(i) + 500_000, kind: [layout.KIND_WALK, layout.KIND_RUN, layout.KIND_HOP][i % 3]!, hop: 0, flight_us: 400_000 })));
  rig.run(12_000_000);
  const [summary] = rig.tagged("SUM");
  expect([summary!.fields[1], summary!.fields[4], ...summary!.fields.slice(10, 14)]).toEqual([String(exercise), "7", "-", "-", "-", "-"]);
});

test("power lost at any byte while a set is closed leaves each summary in the log with its verdict before it", async () => {
  for (let bytes = 0; bytes < 160; bytes += 13) {
    const start_us = begin("SET,1,1500,10000,0,4,0,0,20,1,0");
    rig.say(hops(start_us, { count: 24, flight_us: () => 200_000 }));
    rig.run(start_us + 11_000_000 - rig.now_us);
    rig.flash.cutAfter(bytes);
    let cut = false;
    try {
      rig.run(1_000_000);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      cut = true;
    }
    expect(cut).toBe(bytes < 150); // two records: 60 and 84 bytes
    rig.flash.cutAfter(Infinity);
    rig.boot();
    rig.run(1_000_000);
    const closing = (await readLog(rig.flash)).filter(({ type }) => type === layout.LOG_VERDICT || type === layout.LOG_SUMMARY);
    const types = closing.map(({ type }) => type);
    expect(types.filter((type) => type === layout.LOG_SUMMARY).length).toBe(1);
    expect(types.slice(-2)).toEqual([layout.LOG_VERDICT, layout.LOG_SUMMARY]);
    expect(verdictFields(closing.at(-2)!).slice(4, 8)).toEqual(["490", "490", "0", "490"]);
  }
}, 60_000);

describe("words", () => {
  const short = [40, 40, 40];
  const said = (from_us: number, to_us: number): number[] =>
    rig.pulses.filter(({ at_us, duration_ms }) => at_us >= from_us && at_us < to_us && duration_ms !== 30).map(({ duration_ms }) => duration_ms);

  test("the target is said once, as it is reached", () => {
    const start_us = begin("SET,1,1500,20000,0,4,0,0,20,1,0");
    const row = hops(start_us, { count: 40, flight_us: () => 200_000 });
    rig.say(row);
    rig.run(25_000_000);
    const reached_us = row[19]!.tc_us;
    expect(said(start_us, start_us + 20_000_000)).toEqual(short);
    expect(said(reached_us, reached_us + 400_000)).toEqual(short);
    expect(rig.tagged("FLT")).toEqual([]);
  });

  test("a set that ends at its target is done", () => {
    const start_us = begin("SET,1,1500,20000,20,4,0,0,20,1,0");
    rig.say(hops(start_us, { count: 25, flight_us: () => 200_000 }));
    rig.run(25_000_000);
    expect(said(start_us, start_us + 30_000_000)).toEqual([40, 40]);
  });

  test("without a target, and in other exercises, it is not said", () => {
    for (const command of ["SET,1,1500,20000,0,4,0,0", "SET,3,1500,20000,0,4,0,0,20,1,0"]) {
      const start_us = begin(command);
      rig.say(hops(start_us, { count: 40, flight_us: () => 200_000 }));
      rig.run(15_000_000);
      expect(said(start_us, start_us + 20_000_000)).toEqual([]);
    }
  });

  test("a battery that falls is said once, in idle", () => {
    const long = [140, 140, 140];
    rig = new Rig(wasm);
    rig.run(10_000_000);
    rig.battery_mv = 3390;
    rig.run(300_000_000);
    expect(said(0, Infinity)).toEqual(long);
    rig.battery_mv = 3500; // no charger gives so little
    rig.run(61_000_000);
    rig.battery_mv = 3399;
    rig.run(61_000_000);
    expect(said(0, Infinity)).toEqual(long);
    rig.battery_mv = 3900;
    rig.run(61_000_000);
    expect(rig.ask("SET,1,1500,180000,0,4,0,0")).toBe("ACK,SET");
    rig.battery_mv = 3390;
    rig.run(150_000_000);
    expect(said(0, Infinity)).toEqual(long);
    rig.run(120_000_000);
    expect(said(0, Infinity)).toEqual([...long, 40, 40, ...long]);
    expect(rig.violations).toEqual([]);
  });

  test("a clip that starts with an empty battery says so; one that does not know its battery is silent", () => {
    rig = new Rig(wasm);
    rig.battery_mv = 3300;
    rig.boot();
    rig.run(100_000_000);
    expect(said(0, Infinity)).toEqual([140, 140, 140]);
    rig = new Rig(wasm);
    rig.battery_mv = -1;
    rig.boot();
    rig.run(100_000_000);
    expect(said(0, Infinity)).toEqual([]);
  });
});
