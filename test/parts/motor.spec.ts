// The motor: when pulses start, what they shake, how they fade, what they cost.
import { describe, expect, it } from "vitest";
import { HAL_FULL, HAL_RANGE } from "../../sim/engine/engine.ts";
import { Motor, type MotorKind } from "../../sim/parts/motor.ts";
import { Random } from "../../sim/random.ts";

const STEP_US = 100;

function bench(kind: MotorKind, peak_g = 1.5) {
  const violations: string[] = [];
  const motor = new Motor({ kind, peak_g, random: new Random(11), report: (violation) => violations.push(violation) });
  const out = new Float64Array(6);
  let now_us = 0;
  /** Force along time until `t_us`, every 100 µs: [t_us, x, y, z]. */
  const shake = (t_us: number, band_hz = Infinity): [number, number, number, number][] => {
    const trace: [number, number, number, number][] = [];
    for (; now_us < t_us; now_us += STEP_US) {
      out.fill(0);
      motor.add(now_us, out, band_hz);
      trace.push([now_us, out[0]!, out[1]!, out[2]!]);
    }
    return trace;
  };
  return { motor, violations, shake };
}

const length = ([, x, y, z]: [number, number, number, number]): number => Math.hypot(x, y, z);
const peak = (trace: [number, number, number, number][], from_us: number, to_us: number): number =>
  Math.max(...trace.filter(([t_us]) => t_us >= from_us && t_us < to_us).map(length));

/** Frequency from sign changes along the direction of the largest force. */
function frequency_hz(trace: [number, number, number, number][]): number {
  const [, x, y, z] = trace.reduce((one, other) => (length(other) > length(one) ? other : one));
  const along = trace.map(([, ax, ay, az]) => ax * x + ay * y + az * z);
  const crossings = along.flatMap((value, index) => (index > 0 && value > 0 !== along[index - 1]! > 0 ? [trace[index]![0]] : []));
  return ((crossings.length - 1) / 2 / (crossings.at(-1)! - crossings[0]!)) * 1e6;
}

describe("the queue of pulses", () => {
  it("plays them within 1 ms of their time, in the order of time", () => {
    const { motor, shake } = bench("lra");
    for (const at_us of [300_000, 100_000, 200_000]) expect(motor.pulse(at_us, 20, 255)).toBe(0);
    shake(400_000);
    expect(motor.pulses.map(({ at_us }) => at_us)).toEqual([100_000, 200_000, 300_000]);
    for (const { at_us, start_us } of motor.pulses) {
      expect(start_us).toBeGreaterThanOrEqual(at_us);
      expect(start_us - at_us).toBeLessThan(1000);
    }
  });

  it("starts at once what should have started before", () => {
    const { motor, shake } = bench("lra");
    shake(500_000);
    motor.pulse(100_000, 20, 255);
    shake(600_000);
    expect(Math.abs(motor.pulses[0]!.start_us - 500_000)).toBeLessThan(1000);
  });

  it("holds four and refuses a fifth", () => {
    const { motor, shake } = bench("lra");
    for (let index = 1; index <= 4; index += 1) expect(motor.pulse(index * 1e5, 20, 255)).toBe(0);
    expect(motor.pulse(5e5, 20, 255)).toBe(HAL_FULL);
    shake(150_000);
    expect(motor.pulse(5e5, 20, 255)).toBe(0);
    shake(600_000);
    expect(motor.pulses).toHaveLength(5);
  });

  it.each([
    [0, 100],
    [1001, 100],
    [20, -1],
    [20, 256],
  ])("refuses a pulse of %i ms at strength %i", (duration_ms, strength) => {
    const { motor, violations } = bench("lra");
    expect(motor.pulse(0, duration_ms, strength)).toBe(HAL_RANGE);
    expect(violations).toHaveLength(1);
  });

  it("stops at once and forgets what is queued", () => {
    const { motor, shake } = bench("lra");
    motor.pulse(0, 500, 255);
    motor.pulse(300_000, 100, 255);
    shake(100_000);
    motor.stop();
    const after = shake(600_000);
    expect(motor.pulses).toHaveLength(1);
    expect(peak(after, 100_000, 110_000)).toBeGreaterThan(0.5);
    expect(peak(after, 200_000, 600_000)).toBe(0);
  });
});

describe("an LRA", () => {
  it("shakes at 172 Hz along one line, rises in 25 ms and rings down in 25 ms", () => {
    const { motor, shake } = bench("lra", 1.5);
    motor.pulse(0, 100, 255);
    const trace = shake(300_000);
    expect(Math.abs(frequency_hz(trace.slice(300, 1000)) - 172)).toBeLessThan(1);
    expect(Math.abs(peak(trace, 80_000, 100_000) - 1.5)).toBeLessThan(0.02);
    expect(peak(trace, 0, 4000)).toBeLessThan(0.5);
    expect(peak(trace, 20_000, 27_000)).toBeGreaterThan(1.2);
    expect(peak(trace, 126_500, 130_000)).toBeLessThan(0.15);
    expect(peak(trace, 104_000, 110_000)).toBeGreaterThan(0.5);
    expect(peak(trace, 200_000, 300_000)).toBe(0);
    const [, x, y, z] = trace[900]!;
    for (const sample of trace.slice(1, 1500)) {
      const cross = Math.hypot(sample[2] * z - sample[3] * y, sample[3] * x - sample[1] * z, sample[1] * y - sample[2] * x);
      expect(cross).toBeLessThan(1e-9);
    }
  });

  it("comes through a sensor's low-pass as a second-order one lets 172 Hz through", () => {
    for (const band_hz of [52, 104, 208, 416]) {
      const { motor, shake } = bench("lra", 1.5);
      motor.pulse(0, 100, 255);
      const through_g = peak(shake(100_000, band_hz), 80_000, 100_000);
      expect(Math.abs(through_g / 1.5 - 1 / Math.sqrt(1 + (172 / band_hz) ** 4))).toBeLessThan(0.02);
    }
  });

  it("shakes as its strength says and starts at any phase", () => {
    const half = bench("lra", 2);
    half.motor.pulse(0, 100, 128);
    expect(Math.abs(peak(half.shake(100_000), 80_000, 100_000) - (2 * 128) / 255)).toBeLessThan(0.02);
    const { motor, shake } = bench("lra");
    const first: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      motor.pulse(index * 1e6, 50, 255);
      const trace = shake((index + 0.5) * 1e6);
      shake((index + 1) * 1e6);
      const start_us = motor.pulses[index]!.start_us;
      first.push(trace.find(([t_us]) => t_us >= start_us + 30_000)![1]);
    }
    expect(new Set(first.map((value) => value.toFixed(2))).size).toBe(4);
  });

  it("costs 25 mA while it is driven", () => {
    const { motor, shake } = bench("lra");
    motor.pulse(0, 100, 255);
    shake(300_000);
    expect(motor.energy_mj).toBeCloseTo(25 * 3 * 0.1, 9);
  });
});

describe("an ERM", () => {
  it("turns faster over about 40 ms, up to 200 Hz, and its force turns with it", () => {
    const { motor, shake } = bench("erm", 1);
    motor.pulse(0, 300, 255);
    const trace = shake(300_000);
    expect(peak(trace, 0, 5000)).toBe(0); // below 60 Hz
    expect(Math.abs(frequency_hz(trace.slice(2000)) - 200)).toBeLessThan(2);
    const early_hz = frequency_hz(trace.slice(100, 300));
    expect(early_hz).toBeGreaterThan(90);
    expect(early_hz).toBeLessThan(170);
    for (const sample of trace.slice(2000)) expect(Math.abs(length(sample) - 1)).toBeLessThan(0.01);
  });
});

describe("no motor", () => {
  it("plays pulses for the record and shakes nothing", () => {
    const { motor, shake } = bench("none");
    motor.pulse(0, 100, 255);
    expect(peak(shake(200_000), 0, 200_000)).toBe(0);
    expect(motor.pulses).toHaveLength(1);
    expect(motor.energy_mj).toBe(0);
  });
});
