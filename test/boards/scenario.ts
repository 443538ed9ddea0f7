// Scenarios that every engine must run alike, and what a run leaves: all bytes of the link, all of the flash.
import { createHash } from "node:crypto";
import { CUE_BAND } from "../../firmware/wire/layout.ts";
import { createBody, subject, type Exercise } from "../../sim/body/body.ts";
import type { EngineFactory } from "../../sim/engine/engine.ts";
import { parseFault } from "../../sim/faults.ts";
import { conductAndClose, EXERCISE_CODES } from "../../sim/run.ts";
import { World, type ChipName, type WorldOptions } from "../../sim/world.ts";

/** One set, as a clip on some sensor would feel it. */
export interface Scenario {
  readonly name: string;
  readonly exercise: Exercise;
  readonly seconds: number;
  readonly seed: number;
  readonly bpm?: number;
  readonly odr_hz?: number;
  readonly gyro?: boolean;
  readonly chip?: ChipName;
  readonly rate_error_ppm?: number;
  readonly faults?: readonly string[];
}

/** What a run left behind. */
export interface Trail {
  readonly samples: number;
  readonly lines: number;
  /** Lines of contacts: a run without any compares little. */
  readonly contacts: number;
  /** SHA-256 over every byte of every port, with port and world time. */
  readonly link: string;
  /** SHA-256 over the flash: log, configuration, app slots. */
  readonly flash: string;
  readonly violations: readonly string[];
  readonly incidents: number;
  /** SHA-256 of the app that ran. */
  readonly firmware: string;
}

const LEAD_S = 1.2;

/** Runs a scenario on an engine. */
export function run(scenario: Scenario, wasm: Uint8Array, engine?: EngineFactory, more: Partial<WorldOptions> = {}): Trail {
  const { exercise, seconds, seed, bpm } = scenario;
  const source = createBody(exercise, { seconds, seed, lead_s: LEAD_S, subject: subject(seed), ...(bpm === undefined ? {} : { bpm }) });
  const world = new World({
    wasm,
    source,
    seed,
    chip: scenario.chip ?? "lsm6dso",
    rate_error_ppm: scenario.rate_error_ppm ?? 0,
    faults: (scenario.faults ?? []).map(parseFault),
    ...(engine === undefined ? {} : { engine }),
    ...more,
  });
  const link = createHash("sha256");
  world.onBytes = (port, bytes) => {
    link.update(`${port} ${world.now_us} `).update(bytes);
  };
  const { firmware_sha256 } = conductAndClose(world, {
    odr_hz: scenario.odr_hz ?? 416,
    range_g: 16,
    gyro: scenario.gyro ?? true,
    exercise: EXERCISE_CODES[exercise] ?? 0,
    bpm_d: Math.round((bpm ?? 0) * 10),
    count_in: bpm === undefined ? 0 : 8,
    // a run without a tempo is cued above its own cadence
    ...(exercise === "run" && bpm === undefined ? { target: 50, variant: CUE_BAND } : {}),
    lead_s: LEAD_S,
    seconds,
    duration_ms: 0,
  });
  return {
    samples: world.stats.samples,
    lines: world.lines.length,
    contacts: world.lines.filter(({ text }) => text.includes(",CON,")).length,
    link: link.digest("hex"),
    flash: createHash("sha256").update(world.flash.bytes).digest("hex"),
    violations: world.violations,
    incidents: world.incidents.length,
    firmware: firmware_sha256,
  };
}

const FAULTS: readonly (readonly string[])[] = [
  ["nack:3:5:4", "drop:5:7:6"],
  ["late:4:400:7", "rate:8:30000"],
  ["reset:4:15:9", "stall:7:1200"],
  ["stuck:3:900:0:8", "drift:2:80"],
  ["flash:2:3:5", "full:4:1500"],
  ["closed:3:2500", "nack:9:20"],
  ["brownout:6:300", "drop:9:4"],
];

/** `count` scenarios of `seconds` each: hops, running, walking, raises, holds, step-downs and the rest by turns, every third with faults; both chips, all rates. */
export function scenarios(count: number, seconds: number): Scenario[] {
  const exercises: readonly (readonly [Exercise, number | undefined])[] = [
    ["pogo", 150], ["run", undefined], ["walk", undefined], ["pogo", 180], ["run", 170], ["shuffle", undefined], ["pogo", 120], ["walk", 110],
    ["calf", undefined], ["wall-sit", undefined], ["step-down", undefined], ["calf-bent", undefined],
  ];
  return Array.from({ length: count }, (_, index) => {
    const [exercise, bpm] = exercises[index % exercises.length]!;
    const faults = index % 3 === 2 ? FAULTS[Math.floor(index / 3) % FAULTS.length]! : [];
    const odr_hz = [416, 416, 833, 416, 208, 416, 104][index % 7]!;
    return {
      name: `${index} ${exercise}${bpm === undefined ? "" : ` ${bpm}/min`} ${odr_hz} Hz${faults.length === 0 ? "" : ` ${faults.join(" ")}`}`,
      exercise,
      seconds,
      seed: 4000 + index,
      ...(bpm === undefined ? {} : { bpm }),
      odr_hz,
      gyro: index % 5 !== 4,
      chip: index % 4 === 3 ? "lsm6ds3trc" : "lsm6dso",
      rate_error_ppm: ((index * 7919) % 90_000) - 45_000,
      faults,
    };
  });
}
