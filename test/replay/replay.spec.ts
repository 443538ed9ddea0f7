// Replay: the sensor gives exactly the trace's samples, at the trace's times, and nothing in its gaps.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EXERCISE_AUTO } from "../../firmware/wire/layout.ts";
import { resultOf } from "../../host/result.ts";
import { TraceSource, clipRange_g, nearestOdr_hz, replay } from "../../sim/replay.ts";
import { conduct, simulate } from "../../sim/run.ts";
import { TraceParser, readTrace, type Trace } from "../../sim/trace.ts";
import { World, type ChipName } from "../../sim/world.ts";

const wasm = new Uint8Array(readFileSync("build/clip.wasm"));
const SHARED = "../shared/traces";

function parse(text: string): Trace {
  const parser = new TraceParser("made");
  parser.push(text);
  return parser.finish();
}

/** A made trace: sample `i` at `time(i)`, every value different, all within 8 g; samples for which `keep` is false are missing. */
function made(samples: number, time: (i: number) => number, keep: (i: number) => boolean = () => true, gyro = true): Trace {
  const rows = [gyro ? "t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps" : "t_s,ax_g,ay_g,az_g"];
  for (let i = 0; i < samples; i++) {
    if (!keep(i)) continue;
    const turn = i % 997;
    rows.push([time(i).toFixed(4), turn / 200, -turn / 300, 1 + turn / 1000, ...(gyro ? [turn, -turn, turn / 2] : [])].join(","));
  }
  return parse(rows.join("\n"));
}

/** What the sensor delivers in a replay of the trace: time, s of the source, and six raw values in g and dps. */
function delivered(trace: Trace, chip: ChipName = "lsm6dso"): { source: TraceSource; rows: { t_s: number; values: number[] }[] } {
  const source = new TraceSource(trace);
  const odr_hz = nearestOdr_hz(source.rate_hz);
  const world = new World({ wasm, source, seed: 1, chip, exact: true, motor: "none", rate_error_ppm: (source.rate_hz / odr_hz - 1) * 1e6 });
  source.onLost = () => world.imu.dropNext(1);
  const rows: { t_s: number; values: number[] }[] = [];
  world.imu.onDelivered = (raw) => {
    const { imu } = world;
    if (!(imu.sample_us >= imu.source_start_us)) return;
    const t_s = (imu.sample_us - imu.source_start_us) / 1e6;
    if (t_s > (source.slots - 0.5) / source.rate_hz) return;
    rows.push({ t_s, values: [...raw].map((value, axis) => (value * (axis < 3 ? imu.accelerometer_mg_lsb : imu.gyroscope_mdps_lsb)) / 1000) });
  };
  conduct(world, {
    odr_hz,
    range_g: clipRange_g(trace),
    gyro: trace.rate_dps !== null,
    motor_strength: 0,
    exercise: EXERCISE_AUTO,
    bpm_d: 0,
    count_in: 0,
    seconds: source.slots / source.rate_hz,
    duration_ms: 0,
  });
  expect(world.violations).toEqual([]);
  return { source, rows };
}

describe("the sensor's rate", () => {
  test.each([[50, 52], [62.5, 52], [73, 52], [74, 104], [98.95, 104], [147, 104], [148, 208], [204.8, 208], [406.4, 416], [588, 416], [589, 833], [1000, 833]])(
    "nearest in ratio to %d Hz is %d Hz",
    (rate_hz, odr_hz) => expect(nearestOdr_hz(rate_hz)).toBe(odr_hz),
  );
});

describe("the range", () => {
  const trace = (peak: number) => parse(`t_s,ax_g,ay_g,az_g\n0,0,0,1\n0.01,0,${-peak},1\n0.02,0,0,1`);
  test("follows the recording's own where it is known", () => {
    expect([4, 8, 16, 160].map((range_g) => clipRange_g(trace(1), range_g))).toEqual([8, 8, 16, 16]);
  });
  test("else is ±8 g unless a value passes it, so that flat tops at 8 g stand at the limit", () => {
    expect([1, 7.995, 8, 8.1, 8.2, 30].map((peak) => clipRange_g(trace(peak)))).toEqual([8, 8, 8, 8, 16, 16]);
  });
});

describe("each sample of the trace is one sample of the sensor", () => {
  test.each([
    ["416 Hz", made(900, (i) => i / 416), "lsm6dso"],
    ["406.39 Hz with jittered times", made(900, (i) => i / 406.39 + (i % 8 === 3 ? 0.0004 : 0)), "lsm6dso"],
    ["50 Hz without gyroscope", made(200, (i) => i / 50, undefined, false), "lsm6dso"],
    ["1000 Hz", made(1500, (i) => i / 1000), "lsm6dso"],
    ["204.8 Hz on the other chip", made(600, (i) => i / 204.8), "lsm6ds3trc"],
  ] as const)("%s", (_, trace, chip) => {
    const { source, rows } = delivered(trace, chip);
    expect(rows.length).toBe(trace.t_s.length);
    const columns = [...trace.accel_g, ...(trace.rate_dps ?? [])];
    rows.forEach(({ t_s, values }, i) => {
      columns.forEach((column, axis) => expect(Math.abs(values[axis]! - column[i]!)).toBeLessThanOrEqual(axis < 3 ? 0.000123 : 0.0351));
      expect(source.toTrace_s(t_s)).toBeCloseTo(trace.t_s[i]! - trace.t_s[0]!, 6);
    });
  });

  test("a gap of the trace is so many samples the sensor lost, and times after it are right", () => {
    const trace = made(1200, (i) => i / 208, (i) => !(i >= 300 && i < 304) && i !== 700);
    const { source, rows } = delivered(trace);
    expect([source.slots, source.lost]).toEqual([1200, 5]);
    expect(rows.length).toBe(1195);
    rows.forEach(({ t_s, values }, i) => {
      expect(values[0]).toBeCloseTo(trace.accel_g[0][i]!, 3);
      expect(t_s).toBeCloseTo(trace.t_s[i]!, 3);
    });
  });

  test("beyond the range the sensor stands at its limit", () => {
    const trace = parse(`t_s,ax_g,ay_g,az_g\n${Array.from({ length: 300 }, (_, i) => `${(i / 104).toFixed(4)},${i % 2 === 0 ? 40 : -40},0,1`).join("\n")}`);
    const { rows } = delivered(trace);
    expect(new Set(rows.map(({ values }) => values[0]!.toFixed(2)))).toEqual(new Set(["15.99", "-15.99"]));
  });
});

describe("a trace below 50 Hz", () => {
  // straight lines between samples at 12.5 Hz, with one sample missing at 1.04 s
  const trace = parse(`t_s,ax_g,ay_g,az_g\n${Array.from({ length: 40 }, (_, i) => `${(i * 0.08).toFixed(2)},${i / 10},0,1`).filter((_, i) => i !== 13).join("\n")}`);
  const source = new TraceSource(trace);
  test("is interpolated to 52 Hz and says so", () => {
    expect(source.rate_hz).toBe(52);
    expect(source.notes).toEqual(["the trace has 12.5 Hz, below 50 Hz: it was interpolated to 52 Hz"]);
    const out = new Float64Array(6);
    source.sample(26 / 52, out);
    expect(out[0]).toBeCloseTo(0.5 / 0.8, 9);
    expect(source.toTrace_s(1)).toBeCloseTo(1, 9);
  });
  test("is not interpolated across its gaps", () => {
    let lost = 0;
    source.onLost = () => lost++;
    const out = new Float64Array(6);
    const lostAt = Array.from({ length: source.slots }, (_, slot) => {
      const before = lost;
      source.sample(slot / 52, out);
      return lost > before ? slot / 52 : NaN;
    }).filter((t_s) => !Number.isNaN(t_s));
    expect(lostAt.every((t_s) => t_s > 0.96 && t_s < 1.12)).toBe(true);
    expect([lost, source.lost]).toEqual([9, 9]);
  });
  test("the note is in the result, which is otherwise free of faults", () => {
    const result = resultOf(replay(made(200, (i) => i / 25), { wasm, exercise: EXERCISE_AUTO, bpm_d: 0 }));
    expect(result.errors).toEqual(["the trace has 25.0 Hz, below 50 Hz: it was interpolated to 52 Hz"]);
    expect(result.set).not.toBeNull();
  });
});

describe("what a simulated set delivers, written and replayed", () => {
  const simulated = simulate({
    wasm,
    exercise: "run",
    beat: false,
    seconds: 15,
    seed: 2,
    chip: "lsm6dso",
    odr_hz: 416,
    range_g: 16,
    gyro: true,
    rate_error_ppm: 20_000,
    motor: "none",
    faults: [],
    record: true,
  });
  const parser = new TraceParser("again");
  parser.push(simulated.trace!.text());
  const trace = parser.finish();

  test("is the trace of that set: its rate, its time", () => {
    expect(trace.rate_hz).toBeCloseTo(416 * 1.02, 1);
    expect(trace.t_s.at(-1)).toBeCloseTo(simulated.seconds, 1);
    expect(trace.dropped).toBe(0);
  });

  test("gives the same contacts as the set did, to within what the sample clock does not know", () => {
    const before = resultOf(simulated);
    const after = resultOf(replay(trace, { wasm, exercise: EXERCISE_AUTO, bpm_d: 0, range_g: 16 }));
    expect(before.contacts.length).toBeGreaterThan(10);
    expect(after.contacts.length).toBe(before.contacts.length);
    after.contacts.forEach((contact, i) => expect(Math.abs(contact.ic_s - before.contacts[i]!.ic_s)).toBeLessThan(0.003));
  });

  test("the same trace gives the same result", () => {
    const [one, other] = [0, 1].map(() => resultOf(replay(trace, { wasm, exercise: EXERCISE_AUTO, bpm_d: 1500 })));
    expect(one).toEqual(other);
    expect(one!.contacts.every(({ beat_error_ms }) => beat_error_ms !== null)).toBe(true);
  });
});

describe.skipIf(!existsSync(`${SHARED}/manifest.json`))("the shared recordings", () => {
  test.each(["run-a-23.csv.gz", "walk-loop-short.csv.gz", "cmu-hop-forward-right.csv.gz", "rope-1.csv.gz", "walk-mocap-left.csv.gz"])(
    "%s: the sensor gives exactly its samples",
    async (name) => {
      const trace = await readTrace(`${SHARED}/${name}`);
      const { rows } = delivered(trace);
      // After a gap longer than the clip waits for a silent sensor, the clip may restart it: a few samples go with that.
      const longest_s = Math.max(...Array.from(trace.t_s, (t_s, i) => (i === 0 ? 0 : t_s - trace.t_s[i - 1]!)));
      if (longest_s < 0.2) expect(rows.length).toBe(trace.t_s.length);
      expect(rows.length / trace.t_s.length).toBeGreaterThan(0.9);
    },
  );
});
