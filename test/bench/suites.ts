// The benchmark's simulated sets, drawn from one seed: who, how fast, on which sensor, with which motor. Odd seeds are people whom
// nobody tuned anything on.
import type { BodyOptions, Exercise } from "../../sim/body/body.ts";
import { Random } from "../../sim/random.ts";
import type { WorldOptions } from "../../sim/world.ts";

/** What is counted in a suite: hops must be 0 in running, walking and everything that is no movement on feet. */
export type Counting = "hops" | "contacts" | "nothing";

/** Who does what on which sensor. */
export interface Bout {
  readonly exercise: Exercise;
  readonly body: BodyOptions;
  readonly world: Pick<WorldOptions, "seed" | "chip" | "rate_error_ppm" | "motor">;
  readonly odr_hz: number;
  readonly range_g: number;
  readonly gyro: boolean;
  /** Metronome, 0.1/min; 0 = off, the motor rests. */
  readonly bpm_d: number;
  /** Motor strength of a beat, 0..255. */
  readonly strength: number;
  /** Beats before the set, which begins with the beat before the body's `lead_s`; absent = it begins with the body. */
  readonly count_in?: number;
  /** The set ends by itself after so long; absent = with the body. */
  readonly duration_ms?: number;
  /** As SET has it; absent = none. */
  readonly target?: number;
}

/** One simulated set of the suites below. */
export interface Case extends Bout {
  readonly suite: string;
  readonly counting: Counting;
}

/** A suite: how many sets, and what is drawn for each. */
interface Suite {
  readonly name: string;
  readonly sets: number;
  readonly counting: Counting;
  readonly odrs_hz: readonly number[];
  readonly gyro: boolean;
  readonly draw: (random: Random, seed: number) => { exercise: Exercise; body: BodyOptions };
}

const LEAD_S = 2;
const TAIL_S = 1.5;
const WALK_TAIL_S = 6.5; // time that a body asks for to walk off
/** Rate errors of the sensor family, ±ppm. */
export const RATE_ERROR_PPM = 50_000;
/** Seeds of the benchmark start here: those below are for tests and tuning. */
const SEED_MIN = 10_000;

/** One of the values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random.below(values.length)]!;
}

/** A pogo set of so many contacts in a range of tempi. */
function pogo(bpm_min: number, bpm_max: number, contacts_min: number, contacts_max: number, untidy = false): Suite["draw"] {
  return (random, seed) => {
    const bpm = Math.round(random.uniform(bpm_min, bpm_max) * 10) / 10;
    const contacts = contacts_min + random.below(contacts_max - contacts_min + 1);
    const disturbed = untidy ? { doubleBounce: 0.03, missedBeat: 0.03, walkAway: random.uniform() < 0.5 } : {};
    const tail_s = disturbed.walkAway === true ? WALK_TAIL_S : TAIL_S;
    const body = { seed, bpm, lead_s: LEAD_S, seconds: LEAD_S + ((contacts - 1) * 60) / bpm + tail_s + 0.1, variant: pick(random, ["single", "single", "staggered", "double"]), ...disturbed };
    return { exercise: "pogo", body };
  };
}

const run: Suite["draw"] = (random, seed) => ({
  exercise: "run",
  body: { seed, seconds: 40, lead_s: LEAD_S, bpm: random.uniform(150, 195), speed_mps: random.uniform(2, 6) },
});

const walk: Suite["draw"] = (random, seed) => ({ exercise: "walk", body: { seed, seconds: 40, lead_s: LEAD_S, bpm: random.uniform(85, 130) } });

const still: Suite["draw"] = (random, seed) => ({
  exercise: pick(random, ["stand", "shuffle", "handle", "drive", "drop"] as const),
  body: { seed, seconds: 30 },
});

/** Names of the suites whose hop counts must be exact: 60–90 contacts at 100–200/min, on any rate and without gyroscope too. */
export const EXACT = ["pogo 416 Hz", "pogo other rates", "pogo accelerometer only"] as const;
/** Suites whose times are judged, by movement: the default rate with gyroscope. */
export const TIMED = {
  pogo: ["pogo 416 Hz", "pogo slow and fast", "pogo untidy"],
  running: ["run 416 Hz"],
  walking: ["walk"],
} as const;

const SUITES: readonly Suite[] = [
  { name: "pogo 416 Hz", sets: 160, counting: "hops", odrs_hz: [416], gyro: true, draw: pogo(100, 200, 60, 90) },
  { name: "pogo other rates", sets: 60, counting: "hops", odrs_hz: [104, 208, 833], gyro: true, draw: pogo(100, 200, 60, 90) },
  { name: "pogo accelerometer only", sets: 40, counting: "hops", odrs_hz: [104, 208, 416, 833], gyro: false, draw: pogo(100, 200, 60, 90) },
  { name: "pogo slow and fast", sets: 40, counting: "hops", odrs_hz: [416], gyro: true, draw: (random, seed) => (seed % 4 < 2 ? pogo(60, 100, 25, 40) : pogo(200, 240, 60, 90))(random, seed) },
  { name: "pogo untidy", sets: 30, counting: "hops", odrs_hz: [416], gyro: true, draw: pogo(100, 200, 60, 90, true) },
  { name: "run 416 Hz", sets: 40, counting: "contacts", odrs_hz: [416], gyro: true, draw: run },
  { name: "run other rates", sets: 20, counting: "contacts", odrs_hz: [104, 208, 833], gyro: true, draw: run },
  { name: "walk", sets: 20, counting: "contacts", odrs_hz: [416], gyro: true, draw: walk },
  { name: "nothing to count", sets: 30, counting: "nothing", odrs_hz: [104, 208, 416, 833], gyro: true, draw: still },
];

/** All sets, the same ones each time. */
export function cases(): Case[] {
  let seed = SEED_MIN;
  return SUITES.flatMap(({ name, sets, counting, odrs_hz, gyro, draw }) => Array.from({ length: sets }, (): Case => {
    const random = new Random(seed).fork("bench");
    const { exercise, body } = draw(random, seed);
    const motor = exercise === "pogo" ? pick(random, ["lra", "erm", "lra", "none"] as const) : "lra";
    const made: Case = {
      suite: name,
      counting,
      exercise,
      body,
      world: { seed, chip: pick(random, ["lsm6dso", "lsm6ds3trc"]), rate_error_ppm: Math.round(random.uniform(-RATE_ERROR_PPM, RATE_ERROR_PPM)), motor },
      odr_hz: pick(random, odrs_hz),
      range_g: pick(random, [16, 16, 8]),
      gyro,
      bpm_d: exercise === "pogo" && motor !== "none" ? Math.round(body.bpm! * 10) : 0,
      strength: 128 + random.below(128),
    };
    seed += 1;
    return made;
  }));
}
