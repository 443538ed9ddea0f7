// The world's loop with scripted clips: when it wakes them, what it tells them, what survives what.
import { describe, expect, it } from "vitest";
import { WAKE_LINK, WAKE_SENSOR, WAKE_TIMER } from "../../firmware/wire/layout.ts";
import { EngineError, HAL_IO, PanicError, type EngineFactory, type Hal } from "../../sim/engine/engine.ts";
import { parseFault } from "../../sim/faults.ts";
import { World, frame, type WorldOptions } from "../../sim/world.ts";
import { NO_WASM, clip, drainer, type Drained } from "./clips.ts";

const PERIOD_US = 1e6 / 416;
const REST = {
  sample(_t_s: number, out: Float64Array): void {
    out.fill(0);
    out[2] = 1;
  },
};
/** z counts the source's 1/416 s, one LSB of ±16 g each. */
const RAMP = {
  sample(t_s: number, out: Float64Array): void {
    out.fill(0);
    out[2] = 0.000488 * Math.round(t_s * 416);
  },
};

function world(engine: EngineFactory, options: Partial<WorldOptions> = {}): World {
  return new World({ wasm: NO_WASM, source: REST, seed: 1, exact: true, wake_latency_us_max: 0, engine, ...options });
}

/** A clip that sleeps `sleep_us` each time and notes when it ran. */
function sleeper(ran: { t_us: number; events: number }[], sleep_us: number): EngineFactory {
  return clip(() => ({
    step(hal, events) {
      ran.push({ t_us: hal.time_us(), events });
      return sleep_us;
    },
  }));
}

describe("frame", () => {
  it("adds the check sum of CRC-16/XMODEM", () => {
    expect(frame("123456789")).toBe("$123456789*31C3\r\n"); // the catalogue's check value
  });
});

describe("the loop", () => {
  it("wakes the clip when its sleep is over", () => {
    const ran: { t_us: number; events: number }[] = [];
    const board = world(sleeper(ran, 250_000));
    board.boot();
    expect(board.run(1)).toBe(true);
    expect(ran).toEqual([
      { t_us: 0, events: 0 },
      ...[250_000, 500_000, 750_000, 1_000_000].map((t_us) => ({ t_us, events: WAKE_TIMER })),
    ]);
    expect(board.now_us).toBe(1e6);
    expect(board.stats).toEqual({ steps: 5, samples: 0, restarts: 0, violations: 0 });
  });

  it("wakes it at the sample that reaches the watermark, with exactly that many words", () => {
    const steps: Drained[] = [];
    const board = world(drainer(steps));
    board.boot();
    board.run(1);
    const woken = steps.slice(1);
    expect(woken).toHaveLength(52);
    for (const [index, step] of woken.entries()) {
      expect(step.events).toBe(WAKE_SENSOR);
      expect(step.z).toHaveLength(8);
      expect(Math.abs(step.t_us - 8 * (index + 1) * PERIOD_US)).toBeLessThan(1.01);
    }
    expect(board.violations).toEqual([]);
    expect(board.stats.samples).toBe(416);
  });

  it("is late by a latency that is drawn anew for each wake, at most the one asked for", () => {
    const steps: Drained[] = [];
    const board = world(drainer(steps), { wake_latency_us_max: 300 });
    board.boot();
    board.run(1);
    const late_us = steps.slice(1).map((step, index) => step.t_us - 8 * (index + 1) * PERIOD_US);
    for (const value of late_us) expect(value > -1 && value < 301).toBe(true);
    expect(Math.max(...late_us) - Math.min(...late_us)).toBeGreaterThan(200);
    expect(new Set(late_us.map((value) => value.toFixed(0))).size).toBeGreaterThan(30);
  });

  it("gives the same run for the same seed and another for another", () => {
    const play = (seed: number): string => {
      const steps: Drained[] = [];
      const board = world(drainer(steps), { seed, exact: false, wake_latency_us_max: 300 });
      board.boot();
      board.run(2);
      return JSON.stringify(steps);
    };
    expect(play(3)).toBe(play(3));
    expect(play(3)).not.toBe(play(4));
  });

  it("gives the same run in one piece or many", () => {
    const play = (pieces: number): string => {
      const steps: Drained[] = [];
      const board = world(drainer(steps), { exact: false, wake_latency_us_max: 300 });
      board.boot();
      for (let piece = 0; piece < pieces; piece += 1) board.run(2 / pieces);
      return JSON.stringify(steps);
    };
    expect(play(128)).toBe(play(1));
  });

  it("runs until a predicate holds, or says that it did not", () => {
    const board = world(sleeper([], 100_000));
    board.boot();
    expect(board.run((of) => of.stats.steps === 4)).toBe(true);
    expect(board.now_us).toBe(300_000);
    expect(board.run((of) => of.stats.steps === 4)).toBe(true);
    expect(board.now_us).toBe(300_000);
    expect(board.run(() => false, 1)).toBe(false);
    expect(board.now_us).toBe(1_300_000);
  });

  it("ends the run of a clip that does not sleep, or sleeps backwards", () => {
    const restless = world(sleeper([], 0));
    restless.boot();
    expect(() => restless.run(1)).toThrow(/does not sleep/);
    const backwards = world(sleeper([], -5));
    expect(() => backwards.boot()).toThrow(EngineError);
  });

  it("refuses a clip of another board interface", () => {
    const factory: EngineFactory = () => ({ name: "", sha256: "", abi_version: () => 99, init: () => {}, step: () => 0 });
    expect(() => world(factory).boot()).toThrow(/version 99/);
  });

  it("counts the clip's clock from where it is told, beyond 32 bits", () => {
    const ran: { t_us: number; events: number }[] = [];
    const board = world(sleeper(ran, 1e6), { clock_start_us: 2 ** 32 - 500_000 });
    board.boot();
    board.run(1);
    expect(ran.map(({ t_us }) => t_us)).toEqual([2 ** 32 - 500_000, 2 ** 32 + 500_000]);
    expect(board.now_us + board.clock_offset_us).toBe(2 ** 32 + 500_000);
  });
});

describe("the source", () => {
  it("is held at 0 until it is started, then gives each sample its own", () => {
    const steps: Drained[] = [];
    const board = world(drainer(steps), { source: RAMP });
    board.boot();
    board.run(0.5);
    expect(board.source_start_us).toBeNaN();
    const before = steps.flatMap(({ z }) => z);
    board.startSource();
    board.run(1.1);
    const after = steps.flatMap(({ z }) => z).slice(before.length);
    expect(new Set(before)).toEqual(new Set([0]));
    const started = after.indexOf(1) - 1;
    expect(started).toBe(208 - before.length); // 208 samples were made in the first half second
    expect(after.slice(started, started + 400)).toEqual(Array.from({ length: 400 }, (_, index) => index));
    expect(Math.abs(board.source_start_us - 209 * PERIOD_US)).toBeLessThan(0.01);
  });

  it("plays rates far off the nominal one sample by sample, as replay does", () => {
    const steps: Drained[] = [];
    const board = world(drainer(steps), {
      rate_error_ppm: (256 / 416 - 1) * 1e6,
      source: { sample: (t_s, out) => void (out[2] = 0.000488 * Math.round(t_s * 256)) },
    });
    board.boot();
    board.startSource();
    board.run(60);
    const values = steps.flatMap(({ z }) => z);
    expect(values.length).toBeGreaterThan(15_300);
    expect(values).toEqual(values.map((_, index) => index));
  });
});

describe("the link", () => {
  /** A clip that answers each byte burst with a line naming its length, and cuts its lines in two. */
  const echo = clip(() => ({
    step(hal) {
      const bytes = new Uint8Array(200);
      const got = hal.link_recv(0, bytes);
      if (got > 0) {
        const text = Buffer.from(`got ${got} ${Buffer.from(bytes.subarray(0, got)).toString("latin1").trim()}\r\nnext`);
        hal.link_send(0, text.subarray(0, 5));
        hal.link_send(0, text.subarray(5));
      }
      return 1e6;
    },
  }));

  it("wakes the clip for bytes and puts its lines together", () => {
    const board = world(echo);
    board.boot();
    board.run(0.25);
    expect(board.send("HEL")).toBe(1);
    const body = "HC,1,HEL";
    board.run(0.25);
    const sent = frame(body);
    expect(board.lines).toEqual([{ t_us: 250_000, port: 0, text: `got ${sent.length} ${sent.trim()}` }]);
    expect(board.send("STP")).toBe(2);
    board.run(0.25);
    expect(board.lines[1]!.text).toMatch(/^nextgot/);
  });

  it("tells the clip of bytes it left as long as they wait", () => {
    const events: number[] = [];
    const board = world(
      clip(() => ({
        step(hal, bits) {
          events.push(bits);
          if (events.length === 3) hal.link_recv(0, new Uint8Array(100));
          return 100_000;
        },
      })),
    );
    board.boot();
    board.sendRaw("abc");
    board.run(0.35);
    expect(events).toEqual([0, WAKE_LINK, WAKE_LINK | WAKE_TIMER, WAKE_TIMER, WAKE_TIMER]);
  });

  it("is closed or full as long as a fault says", () => {
    const taken: number[] = [];
    const board = world(
      clip(() => ({
        step(hal) {
          taken.push(hal.link_send(0, Uint8Array.of(65)));
          return 100_000;
        },
      })),
      { faults: [parseFault("closed:0.15:200"), parseFault("full:0.55:200")] },
    );
    board.boot();
    board.run(0.9);
    expect(taken).toEqual([1, 1, -7, -7, 1, 1, 0, 0, 1, 1]);
    expect(board.link.isOpen(1)).toBe(false);
  });
});

describe("the motor", () => {
  it("shakes the sensor at the clip's own time of its pulse", () => {
    const steps: Drained[] = [];
    const drain = drainer(steps);
    const engine: EngineFactory = (wasm, hal) => {
      const inner = drain(wasm, hal);
      return {
        ...inner,
        init: () => {
          inner.init();
          hal.haptic_pulse(hal.time_us() + 500_000, 30, 255);
        },
      };
    };
    const board = world(engine, { clock_start_us: 1e9, motor_peak_g: 2, seed: 3 });
    board.boot();
    board.run(1);
    expect(board.motor.pulses).toHaveLength(1);
    expect(Math.abs(board.motor.pulses[0]!.start_us - 500_000)).toBeLessThan(1000);
    const z = steps.flatMap((step) => step.z);
    const still = z[0]!;
    expect(z.slice(0, 207).every((value) => value === still)).toBe(true);
    expect(z.slice(208, 225).some((value) => Math.abs(value - still) > 100)).toBe(true);
    expect(z.slice(300).every((value) => value === still)).toBe(true);
  });
});

describe("power", () => {
  /** Notes its starts in flash, one byte each, and its steps in memory. */
  function diary(notes: { started: number; steps: number }[]): EngineFactory {
    return clip(() => {
      const note = { started: 0, steps: 0 };
      return {
        init(hal) {
          const bytes = new Uint8Array(16);
          hal.flash_read(0, bytes);
          note.started = bytes.indexOf(0xff);
          if (hal.flash_write(note.started, Uint8Array.of(1)) === HAL_IO) note.started = -1;
          hal.imu_write(0x10, Uint8Array.of(0x64));
          notes.push(note);
        },
        step() {
          note.steps += 1;
          return 100_000;
        },
      };
    });
  }

  it("restarts with fresh memory, a fresh sensor and its old flash", () => {
    const notes: { started: number; steps: number }[] = [];
    const board = world(diary(notes));
    board.boot();
    board.run(1);
    board.restart();
    board.run(0.5);
    expect(notes).toEqual([{ started: 0, steps: 11 }, { started: 1, steps: 6 }]);
    expect(board.stats.restarts).toBe(1);
    expect(board.clock_offset_us).toBe(-1e6);
    expect(() => board.boot()).toThrow(/up already/);
  });

  it("comes back from a brown-out after its length", () => {
    const notes: { started: number; steps: number }[] = [];
    const board = world(diary(notes), { faults: [parseFault("brownout:0.55:200:0")] });
    board.boot();
    board.run(0.6);
    expect(() => board.engine).toThrow(/no power/);
    const samples = board.stats.samples;
    board.send("HEL");
    board.run(0.14);
    expect(board.stats.samples).toBe(samples);
    board.run(0.26);
    expect(notes).toEqual([{ started: 0, steps: 6 }, { started: 1, steps: 3 }]);
    expect(board.incidents).toEqual([{ t_us: 550_000, kind: "brownout", code: 0, line: 0 }]);
  });

  it("does not run while a brown-out at the very start lasts", () => {
    const notes: { started: number; steps: number }[] = [];
    const board = world(diary(notes), { faults: [parseFault("brownout:0:200:0")] });
    board.boot();
    expect(() => board.engine).toThrow(/no power/);
    board.run(0.3);
    expect(notes).toEqual([{ started: 0, steps: 2 }]);
    expect(board.stats.restarts).toBe(1);
  });

  it("restarts the processor alone on reset(): the sensor keeps its settings", () => {
    const seen: number[] = [];
    const board = world(
      clip(() => ({
        init(hal) {
          const bytes = new Uint8Array(1);
          hal.imu_read(0x10, bytes);
          seen.push(bytes[0]!);
          hal.imu_write(0x10, Uint8Array.of(0x64));
        },
        step(hal) {
          if (seen.length === 1 && hal.time_us() > 0) hal.reset(7);
          return 100_000;
        },
      })),
    );
    board.boot();
    board.run(1);
    expect(seen).toEqual([0, 0x64]);
    expect(board.incidents).toEqual([{ t_us: 100_000, kind: "reset", code: 7, line: 0 }]);
  });

  it("ends the run on a panic, unless one is expected", () => {
    const panicky = clip(() => ({
      step(hal) {
        if (hal.time_us() > 400_000) hal.panic(3, 42);
        return 100_000;
      },
    }));
    const strict = world(panicky);
    strict.boot();
    expect(() => strict.run(1)).toThrow(PanicError);
    const lenient = world(panicky, { expect_panic: true });
    lenient.boot();
    lenient.run(1.2);
    expect(lenient.incidents.map(({ kind, code, line }) => [kind, code, line])).toEqual([["panic", 3, 42], ["panic", 3, 42]]);
    expect(lenient.stats.restarts).toBe(2);
  });

  it("starts again where power was cut during a write", () => {
    const starts: number[][] = [];
    const board = world(
      clip(() => ({
        init(hal) {
          const bytes = new Uint8Array(8);
          hal.flash_read(0, bytes);
          starts.push([...bytes]);
        },
        step(hal) {
          if (starts.length === 1) hal.flash_write(0, Uint8Array.of(1, 2, 3, 4));
          return 1e6;
        },
      })),
    );
    board.flash.cutAfter(2);
    board.boot();
    expect(starts).toEqual([[255, 255, 255, 255, 255, 255, 255, 255], [1, 2, 255, 255, 255, 255, 255, 255]]);
    expect(board.incidents[0]!.kind).toBe("power-cut");
  });

  it("has the faults of time 0 before the clip starts", () => {
    const notes: { started: number; steps: number }[] = [];
    const board = world(diary(notes), { faults: [parseFault("flash:0:1"), parseFault("brownout:0:200")] });
    board.boot();
    board.run(0.35);
    expect(notes).toEqual([{ started: -1, steps: 2 }]);
  });

  it("fails flash operations when told", () => {
    const notes: { started: number; steps: number }[] = [];
    const board = world(diary(notes), { faults: [parseFault("flash:0.5:1")] });
    board.boot();
    board.run(1);
    board.restart();
    board.restart();
    expect(notes.map(({ started }) => started)).toEqual([0, -1, 1]);
  });
});

describe("faults of the sensor", () => {
  function faulty(fault: string, seconds = 2): { steps: Drained[]; of: World } {
    const steps: Drained[] = [];
    const of = world(drainer(steps), { faults: [parseFault(fault)], source: RAMP });
    of.boot();
    of.startSource();
    of.run(seconds);
    return { steps, of };
  }
  const values = (steps: Drained[]): number[] => steps.flatMap(({ z }) => z);

  it("late: the step waits, nothing is lost below 512 words", () => {
    const { steps } = faulty("late:0.5:400");
    expect(steps.some(({ t_us }) => t_us > 500_000 && t_us < 900_000)).toBe(false);
    const woken = steps.find(({ t_us }) => t_us >= 900_000)!;
    expect(woken.t_us).toBe(900_000);
    expect(woken.events).toBe(WAKE_SENSOR | WAKE_TIMER);
    const all = values(steps);
    expect(all).toEqual(all.map((_, index) => index));
  });

  it("late for long: the oldest samples are gone", () => {
    const { steps } = faulty("late:0.5:1400", 3);
    const all = values(steps);
    const gap = all.findIndex((value, index) => index > 0 && value !== all[index - 1]! + 1);
    expect(all[gap]! - all[gap - 1]! - 1).toBe(790 - 512 - all[gap - 1]! - 1); // 790 samples by 1.9 s, 512 kept
  });

  it("drop: as many as asked are missing, once every so often", () => {
    const all = values(faulty("drop:0.5:5:0.5").steps);
    const gaps = all.flatMap((value, index) => (index > 0 && value !== all[index - 1]! + 1 ? [value - all[index - 1]! - 1] : []));
    expect(gaps).toEqual([5, 5, 5]);
  });

  it("stall: nothing comes for as long, then it goes on in time", () => {
    const { steps } = faulty("stall:0.5:700");
    const all = values(steps);
    const gap = all.findIndex((value, index) => index > 0 && value !== all[index - 1]! + 1);
    expect(Math.abs(all[gap]! - all[gap - 1]! - 0.7 * 416)).toBeLessThan(2);
  });

  it("stuck low: only the clip's own sleep wakes it", () => {
    const { steps } = faulty("stuck:0.5:600:0");
    const stuck = steps.filter(({ t_us }) => t_us > 510_000 && t_us < 1_090_000);
    expect(stuck.every(({ events }) => events === WAKE_TIMER)).toBe(true);
    expect(stuck.length).toBe(5);
    expect(steps.filter(({ t_us, events }) => t_us > 1_120_000 && events === WAKE_SENSOR).length).toBeGreaterThan(40);
  });

  it("stuck high: one wake, then none", () => {
    const { steps } = faulty("stuck:0.505:600:1");
    const stuck = steps.filter(({ t_us }) => t_us >= 505_000 && t_us < 1_090_000);
    expect(stuck.map(({ events }) => events)).toEqual([WAKE_SENSOR, ...stuck.slice(1).map(() => WAKE_TIMER)]);
  });

  it("nack: as many transfers fail", () => {
    const { steps, of } = faulty("nack:0.5:2", 1);
    const around = steps.filter(({ t_us }) => t_us > 500_000);
    // Each step asks once. The line stays high after the first, so the second comes with the sleep; then all are read.
    expect(around.slice(0, 3).map(({ z }) => z.length > 0)).toEqual([false, false, true]);
    expect(of.violations).toEqual([]);
    const all = values(steps);
    expect(all).toEqual(all.map((_, index) => index));
  });

  it("reset: the sensor has forgotten its settings", () => {
    const { of } = faulty("reset:0.5:15", 1);
    expect(of.stats.samples).toBe(208);
    const bytes = new Uint8Array(1);
    expect(of.imu.read(0x10, bytes)).toBe(0);
    expect(bytes[0]).toBe(0);
  });

  it("rate and drift: the clock changes", () => {
    expect(Math.abs(faulty("rate:1:50000").of.stats.samples - 416 * 2.05)).toBeLessThan(1.5);
    expect(Math.abs(faulty("drift:0:10000:1000").of.stats.samples - 416 * 2.015)).toBeLessThan(1.5); // 0.5 % mean, then 1 %
  });
});

describe("what the clip may not do", () => {
  it("is written down with its time", () => {
    const board = world(
      clip(() => ({
        step(hal: Hal) {
          hal.imu_write(0x0f, Uint8Array.of(1));
          hal.flash_erase(3, 7);
          return 600_000;
        },
      })),
    );
    board.boot();
    board.run(0.7);
    expect(board.violations).toHaveLength(4);
    expect(board.violations[2]).toBe("600000 µs: lsm6dso: write of 0x01 to 0x0f: read-only");
    expect(board.stats.violations).toBe(4);
  });
});
