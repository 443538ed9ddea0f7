// What the simulator and replay tell the clip about a set, and what of the body's truth they hand on.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi, type MockInstance } from "vitest";
import { NO_TRUTH, type Truth } from "../../sim/body/body.ts";
import type { Hal } from "../../sim/engine/engine.ts";
import { replay } from "../../sim/replay.ts";
import { conduct, simulate, truthWithin, type SimulateOptions } from "../../sim/run.ts";
import { TraceParser } from "../../sim/trace.ts";
import { World, frame } from "../../sim/world.ts";
import { NO_WASM, clip } from "../world/clips.ts";

const wasm = readFileSync("build/clip.wasm");
let send: MockInstance<World["send"]>;
beforeEach(() => {
  send = vi.spyOn(World.prototype, "send");
});
afterEach(() => send.mockRestore());
const told = () => send.mock.calls.map(([body]) => body).find((body) => body.startsWith("SET,"));

const OPTIONS: Omit<SimulateOptions, "exercise" | "beat"> = {
  wasm, seconds: 5, seed: 2, chip: "lsm6dso", odr_hz: 104, range_g: 16, gyro: true, rate_error_ppm: 0, motor: "none", faults: [],
};

describe("SET", () => {
  test.each<[string, Partial<SimulateOptions> & Pick<SimulateOptions, "exercise" | "beat">]>([
    ["SET,1,1500,3700,0,4,0,0,75,3,0", { exercise: "pogo", beat: true, bpm: 150, target: 75 }],
    ["SET,1,1500,3700,0,4,0,0,0,2,0", { exercise: "pogo", beat: true, bpm: 150, variant: "staggered", fade: 0.2 }],
    ["SET,2,1700,0,0,4,0,0,0,1,45", { exercise: "run", beat: true, bpm: 170, cue: 1, band_d: 45 }],
    ["SET,2,0,0,0,0,0,0,75,2,0", { exercise: "run", beat: false, bpm: 160, cue: 2, target: 75 }],
    ["SET,3,0,0,0,0,0,0,0,0,0", { exercise: "walk", beat: false }],
    ["SET,0,0,0,0,0,0,0,0,0,0", { exercise: "stand", beat: false }],
  ])("%s", (line, options) => {
    const run = simulate({ ...OPTIONS, ...options });
    expect(told()).toBe(line);
    expect(run.lines.some(({ text }) => text.includes(",ACK,") && text.includes(",SET"))).toBe(true);
    expect(run.truth).toMatchObject({ reps: [], holds: [], taps: [] });
  });
  test("of a replay has the target", () => {
    const rows = Array.from({ length: 300 }, (_, i) => `${(i / 100).toFixed(2)},0,0,1`);
    const parser = new TraceParser("made");
    parser.push(["t_s,ax_g,ay_g,az_g", ...rows, ""].join("\n"));
    replay(parser.finish(), { wasm, exercise: 6, bpm_d: 0, target: 45_000 });
    expect(told()).toBe("SET,6,0,0,0,0,0,0,45000,0,0");
  });
});

describe("the end of a set", () => {
  /** Answers everything; SUM and its verdict come in steps of their own, `later_us` apart. */
  const heard = (later_us: number): string[] => {
    const engine = clip(() => {
      let seq = 0;
      let verdict_us = Infinity;
      const say = (hal: Hal, body: string) => hal.link_send(0, Buffer.from(frame(`HC,${seq++},${body}`)));
      return {
        init: (hal) => say(hal, "HEL,1,0.1.0,-,108,416,16,1"),
        step(hal) {
          const bytes = new Uint8Array(256);
          const text = Buffer.from(bytes.subarray(0, Math.max(0, hal.link_recv(0, bytes)))).toString();
          if (text !== "") say(hal, "ACK,1,CFG");
          if (text.includes(",SET,")) say(hal, "MOD,3,1,4,0,1000");
          if (text.includes(",STP")) {
            say(hal, "SUM,1,4,3,1000,0,0,0,0,-,-,-,-,-,-,-,0");
            verdict_us = hal.time_us() + later_us;
          }
          if (hal.time_us() >= verdict_us) {
            say(hal, "VER,1,0,0,0,0,0,-,-,-,-,-,-");
            verdict_us = Infinity;
          }
          return 10_000;
        },
      };
    });
    const world = new World({ wasm: NO_WASM, source: { sample: (_t_s, out) => out.fill(0) }, seed: 1, engine });
    const options = { odr_hz: 416, range_g: 16, gyro: true, exercise: 4, bpm_d: 0, count_in: 0, seconds: 1, duration_ms: 0 };
    return conduct(world, options).lines.map(({ text }) => text.split(",")[2]!);
  };
  test("is its verdict, and a clip that has none is not waited for", () => {
    expect(heard(200_000).slice(-2)).toEqual(["SUM", "VER"]);
    expect(heard(3_000_000).at(-1)).toBe("SUM");
  });
});

describe("the truth of a set", () => {
  const raise = { top_s: 0, lower_s: 0, height_deg: 25, full: true, clean: true };
  const truth: Truth = {
    ...NO_TRUTH,
    contacts: [0.5, 1.5, 2.5, 9.5].map((ic_s) => ({ ic_s, tc_s: null, kind: "walk", hop: false })),
    hops: 0,
    strides: 3,
    reps: [{ ...raise, start_s: 0.5, end_s: 1.5 }, { ...raise, start_s: 1, end_s: 9 }, { ...raise, start_s: 5, end_s: 9.1 }],
    holds: [{ start_s: 0, end_s: 0.9 }, { start_s: 0.5, end_s: 2 }, { start_s: 8, end_s: 12 }],
    taps: [{ start_s: 0.9, t_s: 2, end_s: 3, clean: true }, { start_s: 6, t_s: 7, end_s: 8, clean: true }],
    activities: [{ start_s: 0, end_s: 12, kind: "still" }],
  };
  test("is what lies in it: raises and taps whole, holds and activities cut", () => {
    expect(truthWithin(truth, 1, 9)).toEqual({
      kind: "simulated",
      contacts: 2,
      hops: 0,
      strides: 1,
      contact_s: [1.5, 2.5],
      toe_off_s: [null, null],
      reps: [truth.reps[1]],
      holds: [{ start_s: 1, end_s: 2 }, { start_s: 8, end_s: 9 }],
      taps: [truth.taps[1]],
      activities: [{ start_s: 1, end_s: 9, kind: "still" }],
    });
  });
});
