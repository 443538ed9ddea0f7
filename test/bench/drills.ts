// The benchmark's sets of the six exercises: 200 of each by people held out of tuning, and as many by others; drawn from their seeds.
// Odd seeds are people whom nobody tuned anything on.
import { VARIANTS, type BodyOptions, type Exercise } from "../../sim/body/body.ts";
import { isHeldOut } from "../../sim/body/subject.ts";
import { Random } from "../../sim/random.ts";
import { pick, RATE_ERROR_PPM, type Bout } from "./suites.ts";

/** What a set is judged by: heel raises, holds, taps, a loss of bounce height, contacts of a run, the activities of a mix, or that nothing was raised. */
export type Matter = "raises" | "holds" | "taps" | "height" | "contacts" | "activities" | "nothing";

/** One simulated set of an exercise. */
export interface Drill extends Bout {
  readonly suite: string;
  readonly matter: Matter;
  /** What the wearer does well or badly; of "nothing" what is done at all. */
  readonly variant: string;
}

/** Sets of each half of a suite. */
export const SETS = 200;

/** A suite: its variants take turns. */
interface Suite {
  readonly name: string;
  readonly matter: Matter;
  readonly variants: readonly string[];
  readonly draw: (random: Random, variant: string) => Pick<Bout, "exercise" | "target" | "count_in" | "duration_ms"> & { body: Omit<BodyOptions, "seed"> };
}

const LEAD_S = 2;
/** A pogo set: the first beat, its length, and how long its hopper goes on, of which the body keeps 1.5 s to stand. */
const POGO_LEAD_S = 1.2;
const POGO_S = 30;
const THROUGH_S = 3;
const COUNT_IN = 8;
/** Of a tired set, share of the bounce height. */
const FADE = 0.1;
/** Seeds of suite n start here plus n thousands: those below are for tests, tuning and the other suites. */
const SEED_MIN = 20_000;
const SEEDS_A_SUITE = 1_000;

/** Sets of one of the exercises that are repeated; half of them have a target, whose word shakes the foot in the middle of the set. */
function repeated(exercise: Exercise, seconds: number, target: number): Suite["draw"] {
  return (random, variant) => ({ exercise, target: random.below(2) * target, body: { seconds, lead_s: LEAD_S, variant } });
}

const pogo = (random: Random, variant: string): ReturnType<Suite["draw"]> => {
  const bpm = Math.round(random.uniform(120, 180) * 10) / 10;
  return {
    exercise: "pogo",
    count_in: COUNT_IN,
    duration_ms: POGO_S * 1000,
    body: {
      bpm,
      lead_s: POGO_LEAD_S,
      seconds: POGO_LEAD_S - 60 / bpm + POGO_S + THROUGH_S,
      fade: variant === "tired" ? FADE : 0,
      variant: pick(random, ["single", "single", "staggered", "double"]),
    },
  };
};

const SUITES: readonly Suite[] = [
  { name: "calf", matter: "raises", variants: VARIANTS.calf!, draw: repeated("calf", 45, 5) },
  { name: "calf-bent", matter: "raises", variants: VARIANTS["calf-bent"]!, draw: repeated("calf-bent", 45, 5) },
  { name: "wall-sit", matter: "holds", variants: VARIANTS["wall-sit"]!, draw: repeated("wall-sit", 35, 12_000) },
  { name: "step-down", matter: "taps", variants: VARIANTS["step-down"]!, draw: repeated("step-down", 50, 5) },
  { name: "pogo tired", matter: "height", variants: ["tired"], draw: pogo },
  { name: "pogo steady", matter: "height", variants: ["steady"], draw: pogo },
  { name: "run", matter: "contacts", variants: ["run"], draw: (random) => ({ exercise: "run", body: { seconds: 40, lead_s: LEAD_S, bpm: random.uniform(150, 195), speed_mps: random.uniform(2, 6) } }) },
  { name: "auto", matter: "activities", variants: ["mix"], draw: () => ({ exercise: "mix", body: { seconds: 70 } }) },
  { name: "auto, no raises", matter: "nothing", variants: ["squat", "lunge", "tie", "sit", "fidget"], draw: (_random, variant) => ({ exercise: variant as Exercise, body: { seconds: 35, lead_s: LEAD_S } }) },
];

/** Names of the suites. */
export const DRILLS: readonly string[] = SUITES.map(({ name }) => name);

/** The set of a seed in a suite. */
export function drill(suite: string, seed: number): Drill {
  const index = DRILLS.indexOf(suite);
  const number = Math.floor((seed - SEED_MIN - index * SEEDS_A_SUITE) / 2);
  if (index < 0 || number < 0 || number >= SETS) throw new RangeError(`no set of seed ${seed} in "${suite}"`);
  const { name, matter, variants, draw } = SUITES[index]!;
  const variant = variants[number % variants.length]!;
  const random = new Random(seed).fork("drill");
  const { body, ...drawn } = draw(random, variant);
  const motor = pick(random, matter === "height" ? (["lra", "erm"] as const) : (["lra", "erm", "lra", "none"] as const));
  return {
    suite: name,
    matter,
    variant,
    ...drawn,
    body: { seed, ...body },
    world: { seed, chip: pick(random, ["lsm6dso", "lsm6ds3trc"]), rate_error_ppm: Math.round(random.uniform(-RATE_ERROR_PPM, RATE_ERROR_PPM)), motor },
    odr_hz: pick(random, [416, 416, 416, 416, 416, 416, 104, 208, 833]),
    range_g: pick(random, [16, 16, 8]),
    gyro: true,
    bpm_d: matter === "height" ? Math.round(body.bpm! * 10) : 0,
    strength: motor === "none" ? 0 : 128 + random.below(128),
  };
}

/** The sets of a suite, of held-out people or of the others, the same ones each time; by default all. */
export function drills(suite: string, heldOut: boolean, sets = SETS): Drill[] {
  const first = SEED_MIN + DRILLS.indexOf(suite) * SEEDS_A_SUITE + Number(heldOut);
  const some = Array.from({ length: sets }, (_, n) => drill(suite, first + 2 * n));
  if (some.some(({ body }) => isHeldOut(body.seed) !== heldOut)) throw new RangeError(`seeds of "${suite}"`);
  return some;
}
