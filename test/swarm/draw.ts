// One member of the swarm: everything about a set drawn from its seed.
import { EXERCISE_AUTO } from "../../firmware/wire/layout.ts";
import type { BodyOptions, Exercise } from "../../sim/body/body.ts";
import { parseFault, type Fault } from "../../sim/faults.ts";
import type { MotorKind } from "../../sim/parts/motor.ts";
import { Random } from "../../sim/random.ts";
import { EXERCISE_CODES } from "../../sim/run.ts";
import type { ChipName } from "../../sim/world.ts";

/** A drawn set. */
export interface Member {
  readonly seed: number;
  readonly exercise: Exercise;
  readonly body: BodyOptions;
  /** Exercise the clip is told. */
  readonly code: number;
  /** Metronome, 0.1/min; 0 = off. */
  readonly bpm_d: number;
  readonly count_in: number;
  readonly duration_ms: number;
  readonly chip: ChipName;
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
  readonly rate_error_ppm: number;
  readonly motor: MotorKind;
  readonly motor_peak_g: number;
  readonly strength: number;
  /** As on the command line; empty = none. */
  readonly fault: string;
  readonly faults: readonly Fault[];
}

const SECONDS = 16;
const LEAD_S = 1.5;
const FAULTS = [
  "nack:6:3:2", "late:6:300:3", "late:6:1500", "reset:6:15:4", "stall:6:1000", "drop:6:4:1", "drop:5:40:3", "stuck:6:1000:0", "stuck:6:1000:1",
  "rate:6:20000", "drift:0:200", "brownout:9:200", "flash:6:1", "full:6:2000", "closed:6:2000",
];

/** The member of a seed. */
export function draw(seed: number): Member {
  const random = new Random(seed).fork("swarm");
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const exercise = pick<Exercise>(["pogo", "pogo", "pogo", "run", "run", "walk", "stand", "shuffle", "handle", "drive", "drop"]);
  const bpm = exercise === "pogo" ? random.uniform(60, 240) : exercise === "run" ? random.uniform(150, 195) : random.uniform(85, 130);
  const fault = random.uniform() < 0.4 ? pick(FAULTS) : "";
  const beats = random.uniform() < 0.6;
  const variants: Partial<Record<Exercise, readonly string[]>> = { pogo: ["single", "staggered", "double"], shuffle: ["slide", "step"], drop: ["clip", "shoe"] };
  const variant = variants[exercise];
  const through = random.uniform() < 0.3;
  return {
    seed,
    exercise,
    body: {
      seconds: SECONDS,
      seed,
      lead_s: LEAD_S,
      ...(exercise === "pogo" || exercise === "run" || exercise === "walk" ? { bpm } : {}),
      ...(exercise === "run" ? { speed_mps: random.uniform(2, 6) } : {}),
      ...(variant === undefined ? {} : { variant: pick(variant) }),
      ...(exercise === "pogo" && random.uniform() < 0.2 ? { doubleBounce: 0.05, missedBeat: 0.05, walkAway: true } : {}),
    },
    code: random.uniform() < 0.7 ? (EXERCISE_CODES[exercise] ?? EXERCISE_AUTO) : EXERCISE_AUTO,
    bpm_d: beats ? Math.round((exercise === "pogo" ? bpm : random.uniform(30, 240)) * 10) : 0,
    count_in: beats && random.uniform() < 0.5 ? 4 : 0,
    duration_ms: through ? 8000 : 0,
    chip: pick(["lsm6dso", "lsm6ds3trc"]),
    odr_hz: pick([104, 208, 416, 416, 416, 833]),
    range_g: pick([8, 16, 16]),
    gyro: random.uniform() < 0.75,
    rate_error_ppm: Math.round(random.uniform(-50_000, 50_000)),
    motor: pick(["lra", "erm", "none"]),
    motor_peak_g: random.uniform(1, 2),
    strength: 100 + random.below(156),
    fault,
    faults: fault === "" ? [] : [parseFault(fault)],
  };
}

/** How to run one seed again, with what it is. */
export function recipe(member: Member): string {
  const { exercise, body, odr_hz, gyro, chip, fault } = member;
  const what = [exercise, body.variant, body.bpm?.toFixed(1), `${odr_hz} Hz`, gyro ? "" : "no gyroscope", chip, fault].filter((part) => part !== undefined && part !== "").join(", ");
  return `seed ${member.seed} (${what}): SWARM_START=${member.seed} SWARM_SEEDS=1 npx vitest run test/swarm`;
}
