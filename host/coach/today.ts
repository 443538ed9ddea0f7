// What is due today, what rests and until when, what is left to run this week, and the coming seven days. Pure; times are given.
import type { KeptPlan, KeptRun } from "../ledger/ledger.ts";
import type { SetHead } from "../record.ts";
import { dateOf, dayNamed, dayOf, startOf_ms, weekOfDay } from "./day.ts";
import { UNITS, spread, weekOf, type Mileage, type MileageWeek, type Unit } from "./mileage.ts";
import { ahead, following, forbids, painText, prescribe, soreness, type Laid, type PainAt, type Prescription } from "./next.ts";
import { DRILLS, PAIN, PROGRAMMES, rungOf, type Drill } from "./programme.ts";

/** All that is known of a runner. Sets, pains and runs oldest first; of plans the newest of each kind. */
export interface History {
  readonly sets: readonly SetHead[];
  readonly pains: readonly PainAt[];
  readonly runs: readonly KeptRun[];
  readonly plans: readonly Pick<KeptPlan, "kind" | "made_ms" | "plan">[];
}

/** An exercise that is not due. */
interface Resting {
  readonly exercise: Drill;
  /** The day it is due again, "Wed 2026-01-07"; null = that depends on the pain. */
  readonly until: string | null;
  readonly why: string;
}

/** The week's mileage. */
export interface Miles extends MileageWeek {
  readonly weeks: number;
  readonly unit: Unit;
  readonly done: number;
  readonly left: number;
}

/** What a runner should know today. */
export interface Today {
  readonly date: string;
  readonly due: readonly Prescription[];
  readonly resting: readonly Resting[];
  /** null without a plan, before its first week and after its last. */
  readonly miles: Miles | null;
  readonly warnings: readonly string[];
}

/** A day of the coming week. */
export interface PlannedDay {
  readonly date: string;
  /** The targets after an exercise's first are those if each workout before is clean. */
  readonly tasks: readonly Pick<Prescription, "exercise" | "rung" | "target" | "unit">[];
  /** Distance to run; null = no run, or no plan of miles. */
  readonly distance: number | null;
}

/** A week's miles are run in so many runs, each on a day when running is due (this project's own). */
const RUNS_A_WEEK = 3;
const WEEK_DAYS = 7;

/** A plan's object; empty where it is none. */
function planOf(plans: History["plans"], kind: string): Record<string, unknown> & { readonly made_ms?: number } {
  const kept = plans.find((plan) => plan.kind === kind);
  return typeof kept?.plan === "object" && kept.plan !== null ? { ...kept.plan, made_ms: kept.made_ms } : {};
}

/** What was laid down for an exercise; what the programme does not know is left out. */
export function laidOf(plans: History["plans"], exercise: Drill): Laid {
  const { rung, target, bpm, made_ms } = planOf(plans, exercise);
  return {
    ...(typeof rung === "string" && rungOf(PROGRAMMES[exercise], rung) !== null ? { rung } : {}),
    ...(typeof target === "number" && target > 0 ? { target } : {}),
    ...(typeof bpm === "number" ? { bpm } : {}),
    ...(made_ms === undefined ? {} : { made_ms }),
  };
}

/** The miles that were laid down; null = none. */
export function mileageOf(plans: History["plans"]): Mileage | null {
  const { start, step, weeks, deload, unit, from } = planOf(plans, "mileage");
  if (![start, step, weeks, deload].every((value) => typeof value === "number") || typeof from !== "string" || dayNamed(from) === null) return null;
  return { start, step, weeks, deload, from, unit: UNITS.find((known) => known === unit) ?? "km" } as Mileage;
}

/** The workout of an exercise that comes after all that was done by now, with what was laid down for it: what to say after a set. */
export function nextOf(exercise: Drill, { sets, pains, plans }: History, now_ms: number): Prescription {
  return following(exercise, sets, pains, now_ms, laidOf(plans, exercise));
}

/** An exercise today. */
interface Task {
  /** What it is: the same for both sides and however often it is done today. */
  readonly task: Prescription;
  /** Why it is not due; null = it is. */
  readonly rest: Resting | null;
}

/** An exercise today, with what was laid down for it: what to say before a set. */
export function taskToday(exercise: Drill, history: History, now_ms: number): Task {
  const { sets, pains, plans } = history;
  const task = prescribe(exercise, sets, pains, now_ms, laidOf(plans, exercise));
  return { task, rest: restOf(task, history, now_ms) };
}

/** Day on which an exercise was last done, runs that were only kept as miles included; null = never. */
function lastDayOf(exercise: Drill, { sets, runs }: History, now_ms: number): number | null {
  const set = sets.findLast((each) => each.exercise === exercise && each.started_ms <= now_ms);
  const run = exercise === "run" ? runs.findLast(({ at_ms }) => at_ms <= now_ms) : undefined;
  const days = [...(set === undefined ? [] : [dayOf(set.started_ms)]), ...(run === undefined ? [] : [dayOf(run.at_ms)])];
  return days.length === 0 ? null : Math.max(...days);
}

function milesOf({ pains, sets, runs, plans }: History, now_ms: number): Miles | null {
  const plan = mileageOf(plans);
  const week = plan === null ? null : weekOf(plan, now_ms, [...pains, ...sets.flatMap(({ started_ms, pain }) => (pain === null ? [] : [{ at_ms: started_ms, ...pain }]))]);
  if (plan === null || week === null) return null;
  const now = weekOfDay(dayOf(now_ms));
  const done = runs.filter(({ at_ms }) => at_ms <= now_ms && weekOfDay(dayOf(at_ms)) === now).reduce((sum, { distance }) => sum + distance, 0);
  return { ...week, weeks: plan.weeks, unit: plan.unit, done: Number(done.toFixed(2)), left: Math.max(0, Number((week.distance - done).toFixed(2))) };
}

/** What pain stops: today's workout, or where it was done the one that comes after; null = it does not. */
function stoppedBy(task: Prescription, history: History, now_ms: number): Prescription | null {
  return [task, nextOf(task.exercise, history, now_ms)].find(({ move }) => move === "rest") ?? null;
}

/** Why an exercise is not due today, and until when; null = it is due. `task`: today's. */
function restOf(task: Prescription, history: History, now_ms: number): Resting | null {
  const { exercise } = task;
  const stopped = stoppedBy(task, history, now_ms);
  if (stopped !== null) return { exercise, until: null, why: stopped.why.join(" ") };
  const pain = forbids(exercise, soreness(history.sets, history.pains, now_ms));
  if (pain !== null) return { exercise, until: null, why: `${painText(pain)} is above ${PAIN.fine_max}: not before it is ${PAIN.fine_max} or less.` };
  const last = lastDayOf(exercise, history, now_ms);
  if (last === null) return null;
  const { rest_days } = PROGRAMMES[exercise];
  const again = last + rest_days + 1;
  if (again <= dayOf(now_ms)) return null;
  return { exercise, until: dateOf(again), why: `Done on ${dateOf(last)}; ${rest_days} ${rest_days === 1 ? "day" : "days"} of rest between workouts.` };
}

function warningsOf(history: History, now_ms: number, tasks: readonly Prescription[]): string[] {
  const pain = soreness(history.sets, history.pains, now_ms);
  if (pain === null) return [];
  const { newest, worst } = pain;
  // An exercise that was never done rests as well, but not for that reason.
  const twice = tasks.some((task) => lastDayOf(task.exercise, history, now_ms) !== null && stoppedBy(task, history, now_ms) !== null);
  return [
    ...(newest.score > PAIN.fine_max ? [`${painText(newest)} is above ${PAIN.fine_max}: no hops and no runs until it is ${PAIN.fine_max} or less.`] : []),
    ...(worst.score >= PAIN.stop_min ? [`${painText(worst)} on ${dateOf(dayOf(worst.at_ms))}, ${PAIN.stop_min} or more: see a doctor or physiotherapist.`] : []),
    ...(worst.score < PAIN.stop_min && twice ? [`Pain above ${PAIN.fine_max} after 2 workouts in a row: see a doctor or physiotherapist.`] : []),
  ];
}

/** Today, for a runner. `exercises`: which are asked about. */
export function today(history: History, now_ms: number, exercises: readonly Drill[] = DRILLS): Today {
  const all = exercises.map((exercise) => taskToday(exercise, history, now_ms));
  return {
    date: dateOf(dayOf(now_ms)),
    due: all.filter(({ rest }) => rest === null).map(({ task }) => task),
    resting: all.map(({ rest }) => rest).filter((rest) => rest !== null),
    miles: milesOf(history, now_ms),
    warnings: warningsOf(history, now_ms, all.map(({ task }) => task)),
  };
}

/** Days of an exercise among the coming ones, from today on; none while its rest depends on the pain. */
function daysOf(next: Prescription, history: History, now_ms: number): number[] {
  const { rest } = taskToday(next.exercise, history, now_ms);
  if (rest !== null && rest.until === null) return [];
  const { rest_days } = PROGRAMMES[next.exercise];
  const from = dayOf(now_ms);
  const last = lastDayOf(next.exercise, history, now_ms);
  const first = last === null ? from : Math.max(from, last + rest_days + 1);
  return Array.from({ length: WEEK_DAYS }, (_, i) => from + i).filter((day) => day >= first && (day - first) % (rest_days + 1) === 0);
}

/** Distances by day: what is left of each week in its runs that are still to come. */
function runsOf(days: readonly number[], history: History, now_ms: number): Map<number, number> {
  const plan = mileageOf(history.plans);
  const now = weekOfDay(dayOf(now_ms));
  const found = new Map<number, number>();
  if (plan === null) return found;
  for (const week of new Set(days.map(weekOfDay))) {
    const miles = milesOf(week === now ? history : { ...history, runs: [] }, week === now ? now_ms : startOf_ms(7 * week));
    const run = week === now ? new Set(history.runs.map(({ at_ms }) => dayOf(at_ms)).filter((day) => weekOfDay(day) === now)).size : 0;
    const own = days.filter((day) => weekOfDay(day) === week).slice(0, Math.max(1, RUNS_A_WEEK - run));
    // A week that reaches beyond the plan's seven days has the rest of its runs there.
    const parts = spread(miles?.left ?? 0, week === now ? own.length : RUNS_A_WEEK);
    own.forEach((day, i) => {
      if ((parts[i] ?? 0) > 0) found.set(day, parts[i] as number);
    });
  }
  return found;
}

/** The coming seven days, today first. */
export function comingWeek(history: History, now_ms: number): PlannedDay[] {
  const from = dayOf(now_ms);
  const planned = DRILLS.map((exercise) => {
    const next = nextOf(exercise, history, now_ms);
    const days = daysOf(next, history, now_ms);
    return { next, days, targets: ahead(next, history.sets, now_ms, days.length) };
  });
  const runs = runsOf(planned.find(({ next }) => next.exercise === "run")?.days ?? [], history, now_ms);
  return Array.from({ length: WEEK_DAYS }, (_, i) => from + i).map((day) => ({
    date: dateOf(day),
    tasks: planned.flatMap(({ next, days, targets }) => {
      const at = days.indexOf(day);
      return at < 0 ? [] : [{ exercise: next.exercise, rung: next.rung, target: targets[at] as number, unit: next.unit }];
    }),
    distance: runs.get(day) ?? null,
  }));
}
