// What a watch reads: bytes as the Bluetooth services RSCS and BAS have them, cadence in steps a minute of both feet.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createBody, type BodyOptions, type Exercise } from "../../sim/body/body.ts";
import { World } from "../../sim/world.ts";

const WASM = new Uint8Array(readFileSync("build/clip.wasm"));
const OPEN = { buffer_bytes: 64, rate_bytes_s: 1000, open: true };
const [SERIAL, UART, SMP] = [{ ...OPEN, buffer_bytes: 1024, rate_bytes_s: 11_520 }, { ...OPEN, open: false }, { ...OPEN, open: false }];

interface Told {
  readonly t_s: number;
  readonly bytes: number[];
}

/** A set of somebody: the measurements, with the time on the body's own clock. */
function measured(exercise: Exercise, code: number, options: Partial<BodyOptions>, set_s: number): { told: Told[]; body: ReturnType<typeof createBody> } {
  const body = createBody(exercise, { seconds: 40, seed: 6, lead_s: 2, ...options });
  const world = new World({ wasm: WASM, source: body, seed: 6, ports: [SERIAL, UART, SMP, OPEN, OPEN] });
  const told: Told[] = [];
  world.onBytes = (port, bytes) => {
    if (port === 3) told.push({ t_s: (world.now_us - world.source_start_us) / 1e6, bytes: [...bytes] });
  };
  world.boot();
  world.run(2);
  world.send(`SET,${code},0,${set_s * 1000},0,0,0,0`);
  world.run(0.1);
  world.startSource();
  world.run(set_s + 6);
  return { told, body };
}

describe("Running Speed and Cadence", () => {
  test.each<[string, Exercise, number, Partial<BodyOptions>, number]>([
    ["run", "run", 2, { bpm: 172 }, 4],
    ["run, told as auto", "run", 0, { bpm: 165 }, 4],
    ["walk", "walk", 3, { bpm: 112 }, 0],
  ])("of a %s is told once a second in steps of both feet, and 0 once when it is over", (_what, exercise, code, options, flags) => {
    const { told, body } = measured(exercise, code, options, 45);
    const moving = told.slice(0, -1);
    expect(told.at(-1)!.bytes.slice(1)).toEqual([0, 0, 0]);
    expect(moving.length).toBeGreaterThan(25);
    const { contacts } = body.truth;
    const end_s = contacts.findLast(({ tc_s }) => tc_s !== null)!.ic_s;
    expect(told.at(-1)!.t_s).toBeGreaterThan(end_s + 2);
    expect(told.at(-1)!.t_s).toBeLessThan(end_s + 4);
    for (const [index, { t_s, bytes }] of moving.entries()) {
      expect(bytes).toHaveLength(4);
      if (index > 0) expect(Math.abs(t_s - moving[index - 1]!.t_s - 1)).toBeLessThan(0.06);
      expect(bytes.slice(1, 3)).toEqual([0, 0]);
      if (index < 4 || t_s > end_s) continue; // what it is, is told by the first steps
      expect(bytes[0]).toBe(flags);
      // True cadence: two steps a stride, of the strides of the last four seconds.
      const ics_s = contacts.map(({ ic_s }) => ic_s).filter((ic_s) => ic_s > t_s - 4 && ic_s < t_s);
      const strides = ics_s.slice(1).map((ic_s, i) => 120 / (ic_s - ics_s[i]!));
      expect(bytes[3]).toBeGreaterThanOrEqual(Math.floor(Math.min(...strides)) - 3);
      expect(bytes[3]).toBeLessThanOrEqual(Math.ceil(Math.max(...strides)) + 3);
    }
    const mean = moving.slice(4).reduce((sum, { bytes }) => sum + bytes[3]!, 0) / (moving.length - 4);
    expect(Math.abs(mean - options.bpm!)).toBeLessThan(0.015 * options.bpm!);
  });

  test("golden bytes: a steady run at 170 steps/min is 04 00 00 AA", () => {
    const { told } = measured("run", 2, { bpm: 170 }, 30);
    const hex = told.slice(5, 25).map(({ bytes }) => Buffer.from(bytes).toString("hex"));
    for (const bytes of hex) expect(bytes).toMatch(/^040000a[5-9a-f]$/u); // 165 to 175
    expect(hex).toContain("040000aa");
  });

  test("more steps than a byte holds are 255", () => {
    const { told } = measured("run", 2, { bpm: 280 }, 20);
    expect(told.slice(4, -4).map(({ bytes }) => bytes[3])).toEqual(Array.from({ length: told.length - 8 }, () => 255));
    expect(told.length).toBeGreaterThan(12);
  });

  test("of hops, raises and standing is not told", () => {
    expect(measured("pogo", 1, { bpm: 150 }, 20).told).toEqual([]);
    expect(measured("calf", 4, {}, 20).told).toEqual([]);
    expect(measured("stand", 2, {}, 20).told).toEqual([]);
  });

  test("ends with the set, and begins anew with the next", () => {
    const body = createBody("run", { seconds: 60, seed: 6, lead_s: 1, bpm: 160 });
    const world = new World({ wasm: WASM, source: body, seed: 6, ports: [SERIAL, UART, SMP, OPEN, OPEN] });
    const told: number[] = [];
    world.onBytes = (port, bytes) => {
      if (port === 3) told.push(bytes[3]!);
    };
    world.boot();
    world.run(1);
    world.startSource();
    world.run(3);
    expect(told).toEqual([]);
    for (let round = 0; round < 2; round++) {
      const from = told.length;
      world.send("SET,2,0,8000,0,0,0,0");
      world.run(13);
      const cadences = told.slice(from);
      expect(cadences.at(-1)).toBe(0);
      expect(cadences.length).toBeGreaterThan(5);
      for (const cadence of cadences.slice(0, -1)) expect(Math.abs(cadence - 160)).toBeLessThan(8);
    }
  });
});

describe("Battery", () => {
  test("golden bytes: a level of 87 % is 57, told when it changes and to whoever comes later", () => {
    const body = createBody("stand", { seconds: 10, seed: 1 });
    const world = new World({ wasm: WASM, source: body, seed: 1, ports: [SERIAL, UART, SMP, OPEN, { ...OPEN, open: false }] });
    const told: number[] = [];
    world.onBytes = (port, bytes) => {
      if (port === 4) told.push(...bytes);
    };
    world.boot();
    world.run(200);
    expect(told).toEqual([]);
    world.openPort(4);
    world.run(61);
    expect(told).toHaveLength(1);
    const [level] = told;
    // A rested cell at 90 %.
    expect(Math.abs(level! - 100 * world.battery.charge)).toBeLessThanOrEqual(5);
    for (let drawn = 0; drawn < 20; drawn++) {
      world.battery.draw(0.05 * 360_000);
      world.run(61);
      expect(Math.abs(told.at(-1)! - 100 * world.battery.charge), `${100 * world.battery.charge} %`).toBeLessThanOrEqual(6);
    }
    expect(told.length).toBeGreaterThan(15);
    expect(new Set(told).size).toBe(told.length); // each once: it only falls
    expect(Math.min(...told)).toBeGreaterThanOrEqual(0);
  });
});
