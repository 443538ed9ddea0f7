// The programme of a runner with patellofemoral pain, exercise by exercise: ladders, targets, steps and rest. Data only. "The programme" is
// the physiotherapist's that this project serves; what it leaves open is this project's own and says so.

/** Exercises of the programme, in the order of a workout. */
export type Drill = "pogo" | "calf" | "calf-bent" | "wall-sit" | "step-down" | "run";
export const DRILLS: readonly Drill[] = ["pogo", "calf", "calf-bent", "wall-sit", "step-down", "run"];

/** Targets of a workout, in the exercise's unit. */
interface Goal {
  /** Of the first workout on a rung. */
  readonly start: number;
  /** What the progression leads to: a clean set of `goal_min` is the aim, two of `goal_max` lead to the next rung. */
  readonly goal_min: number;
  readonly goal_max: number;
}

/** A step of an exercise's ladder. */
export interface Rung extends Partial<Goal> {
  /** In lower case with dashes; a set carries it. */
  readonly name: string;
  readonly title: string;
  readonly how: string;
  /** The clip cannot feel it: the foot it is worn on stays on the floor. The set's own time counts, and the runner's word. */
  readonly unfelt?: true;
}

/** What is to be done in an exercise, and how it goes on. */
export interface Programme extends Goal {
  readonly exercise: Drill;
  readonly title: string;
  /** Where the clip goes: "on the shoe of the hopping foot". */
  readonly worn: string;
  /** Where and how to stand still before the set. */
  readonly stance: string;
  readonly unit: string;
  /** Decimals of a target: 0 are whole ones only. */
  readonly digits: number;
  /** Easiest first. */
  readonly rungs: readonly Rung[];
  /** Rung of the very first workout. */
  readonly first: string;
  /** More in the next workout after a clean one: usually, and at most. */
  readonly grow_min: number;
  readonly grow_max: number;
  /** Less after a step back, and the least that is asked for before an easier rung. */
  readonly back: number;
  readonly least: number;
  /** Whole days without it between two workouts. */
  readonly rest_days: number;
  /** Tempo of the beat, 1/min; null = none, or the runner's own. */
  readonly bpm: number | null;
}

const FLAT_STANCE = "Stand with the whole foot flat on the floor and keep it still until the clip buzzes twice, long";

/**
 * Both calf raises. 30 reps, full height and smooth: the programme. The rest is this project's own: ten to begin with, two to five more
 * a workout, a day of rest between, and the steps of the ladder.
 */
const CALF = {
  worn: "on the shoe of the working foot",
  unit: "raises",
  digits: 0,
  rungs: [
    { name: "double", title: "both legs", how: "Both heels rise together; hold on to something for balance." },
    { name: "single", title: "single leg", how: "One heel rises, the other foot is off the floor; a finger on the wall for balance." },
    { name: "load", title: "single leg, loaded", how: "As before, with a dumb-bell in one hand or a rucksack on.", start: 8 },
  ],
  first: "single",
  start: 10,
  goal_min: 30,
  goal_max: 30,
  grow_min: 2,
  grow_max: 5,
  back: 5,
  least: 5,
  rest_days: 1,
  bpm: null,
} as const;

/** The programme by exercise. */
export const PROGRAMMES: Readonly<Record<Drill, Programme>> = {
  /**
   * 60–90 contacts, 5 to 10 more a workout and never more, 150/min, 30 s, the ladder: the programme. The first target, the step back, the
   * least and the day of rest are this project's own.
   */
  pogo: {
    exercise: "pogo",
    title: "Pogo hops",
    worn: "on the shoe of the hopping foot",
    stance: "Stand on the spot where you will hop and keep still; the count-in begins by itself",
    unit: "contacts",
    digits: 0,
    rungs: [
      { name: "double", title: "both legs", how: "Both feet land together, knees nearly straight, stiff and springy." },
      { name: "staggered", title: "staggered", how: "One foot half a shoe ahead takes most of the weight: the one with the clip." },
      { name: "single", title: "single leg", how: "Only the foot with the clip lands." },
    ],
    first: "double",
    start: 40,
    goal_min: 60,
    goal_max: 90,
    grow_min: 5,
    grow_max: 10,
    back: 10,
    least: 20,
    rest_days: 1,
    bpm: 150,
  },
  calf: { ...CALF, exercise: "calf", title: "Calf raises, knee straight", stance: `${FLAT_STANCE}; knee straight` },
  "calf-bent": { ...CALF, exercise: "calf-bent", title: "Calf raises, knee bent", stance: `${FLAT_STANCE}; knee bent as in a quarter squat, and it stays so` },
  /**
   * 45–60 s unbroken; both legs, staggered, one leg, load: the programme. The first target, five to ten seconds more a workout, the step
   * back and the day of rest are this project's own.
   */
  "wall-sit": {
    exercise: "wall-sit",
    title: "Wall sit",
    worn: "on the shoe of the foot that is raised",
    stance: "Sit against the wall, thighs nearly level, both feet flat; keep still until the clip buzzes twice, long",
    unit: "s",
    digits: 0,
    rungs: [
      { name: "double", title: "both legs", how: "Both feet stay on the floor. The clip cannot feel this one: end the set when you get up.", unfelt: true },
      { name: "staggered", title: "staggered", how: "One foot a shoe ahead carries less. The clip cannot feel this one: end the set when you get up.", unfelt: true },
      { name: "single", title: "single leg", how: "Raise the foot with the clip and hold it off the floor." },
      { name: "load", title: "single leg, loaded", how: "As before, with a weight on the thigh.", start: 20 },
    ],
    first: "single",
    start: 20,
    goal_min: 45,
    goal_max: 60,
    grow_min: 5,
    grow_max: 10,
    back: 10,
    least: 10,
    rest_days: 1,
    bpm: null,
  },
  /**
   * 15 clean reps; harder by the height of the step, by reach, by load at 6–10 reps: the programme. The heights, the first target, the
   * steps and the day of rest are this project's own.
   */
  "step-down": {
    exercise: "step-down",
    title: "Forward step-downs",
    worn: "on the shoe of the foot that taps",
    stance: "Stand on the step with both feet flat, toes at its edge; keep still until the clip buzzes twice, long",
    unit: "taps",
    digits: 0,
    rungs: [
      { name: "low", title: "low step, 10 cm", how: "Lower the heel to the floor in front of the step, touch it lightly, come back up." },
      { name: "middle", title: "middle step, 15 cm", how: "The same from a step of 15 cm." },
      { name: "high", title: "high step, 20 cm", how: "The same from a step of 20 cm, a usual stair." },
      { name: "reach", title: "high step, further out", how: "Touch the floor a foot's length further out." },
      { name: "load", title: "high step, loaded", how: "With a dumb-bell in each hand; 6 to 10 are enough.", start: 6, goal_min: 6, goal_max: 10 },
    ],
    first: "low",
    start: 6,
    goal_min: 15,
    goal_max: 15,
    grow_min: 2,
    grow_max: 3,
    back: 3,
    least: 3,
    rest_days: 1,
    bpm: null,
  },
  /**
   * 160–180 steps/min: the programme. 5 to 10 % above the own cadence take load off the knee (Heiderscheit 2011, doi
   * 10.1249/MSS.0b013e3181ebedf4); never beyond 180. The ladder is of ever less help by the beat, and this project's own, as are steps and rest.
   */
  run: {
    exercise: "run",
    title: "Running to a cadence",
    worn: "on either shoe, always the same one",
    stance: "Stand still until the clip is found, then run at your own pace; it learns your cadence over the first 16 strides",
    unit: "% above own cadence",
    digits: 1,
    rungs: [
      { name: "always", title: "every beat", how: "Each beat is a step of one or the other foot." },
      { name: "faded", title: "fewer beats", how: "The beats thin out while you keep the cadence, and come back when you lose it." },
      { name: "band", title: "beats only outside", how: "You feel the beat only when you leave the band." },
    ],
    first: "always",
    start: 5,
    goal_min: 5,
    goal_max: 10,
    grow_min: 1,
    grow_max: 2,
    back: 2,
    // The smallest that the clip takes: the own cadence is kept.
    least: 0.1,
    rest_days: 1,
    bpm: null,
  },
};

/** Length of the programme's pogo set, s. */
export const POGO_S = 30;

/** Time that so many contacts take on the beat, s. */
export function timeOf_s(contacts: number, bpm: number): number {
  return (contacts * 60) / bpm;
}

/** Beats of a set of so many seconds. */
export function beatsIn(seconds: number, bpm: number): number {
  return Math.round((seconds * bpm) / 60);
}

/** Whether an exercise is one of the programme. */
export function isDrill(exercise: string): exercise is Drill {
  return Object.hasOwn(PROGRAMMES, exercise);
}

/** The rung of that name; null where the exercise has none. */
export function rungOf(programme: Programme, name: string | null): Rung | null {
  return programme.rungs.find((rung) => rung.name === name) ?? null;
}

/** Whether an exercise is done on that rung with the clip's foot on the floor, so that the clip cannot feel it. */
export function isUnfelt(exercise: string, rung: string | null): boolean {
  return isDrill(exercise) && rungOf(PROGRAMMES[exercise], rung)?.unfelt === true;
}

/** Targets on a rung: its own where it has them. */
export function goalOf(programme: Programme, rung: Rung): Goal {
  const { start = programme.start, goal_min = programme.goal_min, goal_max = programme.goal_max } = rung;
  return { start, goal_min, goal_max };
}

/** What is too much, and what is too much to go on. */
export const PAIN = {
  /** Up to here the work goes on: what the programme allows. */
  fine_max: 3,
  /** From here on it stops: the pain-monitoring model allows 5 at most (Thomeé 1997, doi 10.1093/ptj/77.12.1690). */
  stop_min: 6,
} as const;

/** When to see somebody, whatever the numbers say: signs that are not of an overloaded kneecap (this project's own list of the usual ones). */
export const ADVICE: readonly string[] = [
  "See a doctor or physiotherapist if the knee swells, locks, catches or gives way, if it hurts at night or at rest, or after a fall or twist.",
  "hopclip is no medical device: it does not diagnose, and what your physiotherapist says comes first.",
];
