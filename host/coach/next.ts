// What the next workout of an exercise is, and why: from the sets that were done and the pain that was told. Pure; times are given.
import { fixed } from "../report/table.ts";
import { numberOf } from "../clip/verdict.ts";
import type { Place, SetHead } from "../record.ts";
import { dayOf, startOf_ms } from "./day.ts";
import { RUN } from "./limits.ts";
import { PAIN, PROGRAMMES, goalOf, rungOf, type Drill, type Programme, type Rung } from "./programme.ts";
import { verdictOn, type Finding } from "./verdict.ts";

/** What is done with the target: the first one, more, the same, less, the next rung, or nothing until somebody has looked at it. */
type Move = "start" | "grow" | "hold" | "back" | "harder" | "rest";

/** The next workout of an exercise. */
export interface Prescription {
  readonly exercise: Drill;
  /** A name of the exercise's ladder. */
  readonly rung: string;
  /** In `unit`. After a rest: what to begin with again. */
  readonly target: number;
  readonly unit: string;
  readonly bpm: number | null;
  readonly move: Move;
  /** Sentences, each with the number it stands on. */
  readonly why: readonly string[];
}

/** Pain at a time. */
export interface PainAt {
  readonly at_ms: number;
  readonly score: number;
  readonly where: Place | null;
}

/** What somebody laid down for an exercise: rung and target stand until a set was done with them, the tempo stays. */
export interface Laid extends Partial<Prescription> {
  /** When; absent = before all sets. */
  readonly made_ms?: number;
}

/** Pain is old after so many days (this project's own). */
const RECENT_DAYS = 7;

/** Exercises that hit the ground: not with pain above what is fine. */
const IMPACT: ReadonlySet<Drill> = new Set(["pogo", "run"]);

/** What was done on a day: one side's last set, or both sides' where the same was done: as good as the worse of them. */
interface Done {
  readonly day: number;
  readonly rung: Rung;
  readonly target: number;
  /** A run that asked for nothing: its target is that of the runs before. */
  readonly unasked: boolean;
  /** What was asked for was done, and nothing was lost. */
  readonly clean: boolean;
  /** Findings that are faults. */
  readonly lost: readonly Finding[];
  /** Something was near its limit. */
  readonly near: boolean;
  /** What the clip found first of the worse set. */
  readonly sentence: string;
}

/** Topics whose loss leads to a step back when there are two, or one twice in a row; any other fault holds. */
const LOSSES: ReadonlySet<string> = new Set(["height", "rhythm", "form", "touches", "tremor", "band"]);

/** Rounds down to what a target of the exercise may be. */
function whole(programme: Programme, target: number): number {
  const parts = 10 ** programme.digits;
  return Math.floor(target * parts + 1e-6) / parts;
}

function rungOfSet(programme: Programme, set: SetHead): Rung {
  return rungOf(programme, set.rung) ?? rungOf(programme, set.verdict?.variant ?? null) ?? (rungOf(programme, programme.first) as Rung);
}

/** What a set asked for; null = nothing. */
function askedOf(set: SetHead): number | null {
  return set.target ?? set.verdict?.target ?? null;
}

/** What one of the sets was, by itself. */
function doneOf(programme: Programme, set: SetHead, sets: readonly SetHead[]): Done {
  const { exercise, least } = programme;
  const rung = rungOfSet(programme, set);
  const { start, goal_max } = goalOf(programme, rung);
  const { clean, findings } = verdictOn({ ...set, rung: rung.name });
  const first = findings[0] as Finding;
  const amount = Math.min(first.evidence.value ?? 0, goal_max);
  const asked = askedOf(set);
  // Where nothing was asked for, what was done is as good as asked for. What a run comes to is no target.
  const unasked = asked === null && exercise === "run";
  const before = (): SetHead | undefined => sets.findLast((each) => each.exercise === exercise && each.started_ms < set.started_ms && askedOf(each) !== null);
  const target = asked ?? (!unasked && amount >= least ? whole(programme, amount) : (askedOf(before() ?? set) ?? start));
  return {
    day: dayOf(set.started_ms),
    rung,
    target,
    unasked,
    clean: clean && (first.ok ?? (rung.unfelt === true || (asked === null && amount > 0))),
    lost: findings.filter(({ ok }) => ok === false),
    near: findings.some(({ near }) => near),
    sentence: first.sentence,
  };
}

/** Two sides of a day as one: the worse one counts. */
function worse(a: Done, b: Done): Done {
  const bad = (done: Done): number => (done.clean ? 0 : 1) + done.lost.length;
  const lead = bad(b) >= bad(a) ? b : a;
  return { ...lead, target: Math.min(a.target, b.target), near: a.near || b.near };
}

/** What was done of an exercise before `until_ms`, newest day first, each judged when it is asked for. `sets`: of any exercise, oldest first. */
export function* daysDone(exercise: Drill, sets: readonly SetHead[], until_ms: number): Generator<Done, void> {
  let own: SetHead[] = [];
  for (const set of sets.toReversed()) {
    if (set.exercise !== exercise || set.started_ms >= until_ms) continue;
    if (own.length > 0 && dayOf(set.started_ms) !== dayOf((own[0] as SetHead).started_ms)) {
      yield dayAsOne(exercise, own, sets);
      own = [];
    }
    own.unshift(set);
  }
  if (own.length > 0) yield dayAsOne(exercise, own, sets);
}

/** The sets of an exercise on a day, oldest first, as one; `sets`: all. */
function dayAsOne(exercise: Drill, own: readonly SetHead[], sets: readonly SetHead[]): Done {
  const programme = PROGRAMMES[exercise];
  const last = doneOf(programme, own.at(-1) as SetHead, sets);
  const sides = new Map(own.map((set) => [set.side, set]));
  sides.delete((own.at(-1) as SetHead).side);
  return [...sides.values()]
    .map((set) => doneOf(programme, set, sets))
    .filter(({ rung }) => rung.name === last.rung.name)
    .reduce(worse, last);
}

/** What was told of pain in a while. */
interface Told {
  readonly worst: PainAt;
  readonly newest: PainAt;
}

/** Pain that was told with sets and by itself, oldest first. */
function allTold(sets: readonly SetHead[], pains: readonly PainAt[]): PainAt[] {
  const withSets = sets.flatMap(({ started_ms, pain }) => (pain === null ? [] : [{ at_ms: started_ms, ...pain }]));
  return [...withSets, ...pains].toSorted((a, b) => a.at_ms - b.at_ms);
}

/** Of what was told, oldest first, that in [from_ms, to_ms); null = nothing. */
function within(told: readonly PainAt[], from_ms: number, to_ms: number): Told | null {
  const inside = told.filter(({ at_ms }) => at_ms >= from_ms && at_ms < to_ms);
  const newest = inside.at(-1);
  if (newest === undefined) return null;
  return { worst: inside.reduce((most, pain) => (pain.score >= most.score ? pain : most)), newest };
}

/** Pain told of late, with sets of any exercise or by itself; null = nothing was told. */
export function soreness(sets: readonly SetHead[], pains: readonly PainAt[], now_ms: number): Told | null {
  return within(allTold(sets, pains), startOf_ms(dayOf(now_ms) - RECENT_DAYS), now_ms + 1);
}

/** The pain that forbids an exercise for now, whatever comes after; null = none does. `sore`: pain of late. */
export function forbids(exercise: Drill, sore: Told | null): PainAt | null {
  return IMPACT.has(exercise) && sore !== null && sore.newest.score > PAIN.fine_max ? sore.newest : null;
}

/** "Pain 4 of 10 (knee)" */
export function painText({ score, where }: PainAt): string {
  return `Pain ${score} of 10${where === null ? "" : ` (${where})`}`;
}

/** "75 contacts", "5 % above own cadence" */
function amountOf(target: number, unit: string): string {
  return `${Number(target.toFixed(1))} ${unit}`;
}

type Decision = Pick<Prescription, "move" | "target" | "why"> & { readonly rung: Rung };

/** Where an exercise stands. */
interface Standing {
  readonly programme: Programme;
  readonly last: Done;
  /** The day before it on which it was done, if that was on the same rung. */
  readonly same: Done | null;
  readonly pain: Told | null;
  readonly painBefore: Told | null;
  /** The runner's own cadence, steps/min; null = not known. */
  readonly own_spm: number | null;
  /** The last target, but no more than the rung's most: what a hold asks for. */
  readonly again: number;
}

/** Less of the same; below the least the easier rung with no more than now. */
function stepBack({ programme, last }: Pick<Standing, "programme" | "last">): Pick<Decision, "rung" | "target"> {
  const less = last.target - programme.back;
  const easier = programme.rungs[programme.rungs.indexOf(last.rung) - 1];
  if (less >= programme.least) return { rung: last.rung, target: less };
  if (easier === undefined) return { rung: last.rung, target: Math.min(programme.least, last.target) };
  return { rung: easier, target: Math.min(goalOf(programme, easier).start, last.target) };
}

/** Pain decides before anything else. null = it does not stand in the way. */
function byPain(standing: Standing): Decision | null {
  const { last, pain, painBefore, again } = standing;
  if (pain === null) return null;
  const { worst, newest } = pain;
  const score = worst.score;
  const twice = score > PAIN.fine_max && painBefore !== null && painBefore.worst.score > PAIN.fine_max;
  // Pain that has gone down by another day lets the work begin again, with less.
  const gone = newest.score <= PAIN.fine_max && dayOf(newest.at_ms) > dayOf(worst.at_ms);
  if ((score >= PAIN.stop_min || twice) && !gone) {
    const why = score >= PAIN.stop_min ? `${PAIN.stop_min} and more is too much to go on` : `above ${PAIN.fine_max} after two workouts in a row, ${painBefore?.worst.score} and ${score}`;
    return {
      move: "rest",
      ...stepBack(standing),
      why: [
        `${painText(worst)}: ${why}.`,
        `Rest from this exercise until the pain is ${PAIN.fine_max} or less on another day, and see a doctor or physiotherapist before you go on.`,
      ],
    };
  }
  if (score > PAIN.fine_max) return { move: "back", ...stepBack(standing), why: [`${painText(worst)} is above ${PAIN.fine_max}: a step back.`] };
  if (painBefore !== null && score > painBefore.worst.score) {
    return { move: "hold", rung: last.rung, target: again, why: [`${painText(worst)} is more than the ${painBefore.worst.score} at the workout before: no more until it stops rising.`] };
  }
  return null;
}

/** What was not clean. null = nothing. */
function byFaults(standing: Standing): Decision | null {
  const { last, same, again } = standing;
  if (last.clean) return null;
  const losses = ({ lost }: Done): Finding[] => lost.filter(({ topic }) => LOSSES.has(topic));
  const now = losses(last);
  const twice = now.length > 0 && same !== null && losses(same).length > 0;
  const why = last.lost.map(({ sentence }) => sentence);
  if (now.length > 1 || twice) {
    const reason = now.length > 1 ? `${now.length} things were lost at once` : "It was lost 2 workouts in a row";
    return { move: "back", ...stepBack(standing), why: [...why, `${reason}: a step back.`] };
  }
  // What was asked for in one leap, and not done, is not asked for again.
  const { grow_max, unit } = standing.programme;
  const target = same !== null && same.clean ? Math.min(again, same.target + grow_max) : again;
  if (target < again) {
    const leap = `${amountOf(again, unit)} after ${same?.target}: never more than ${grow_max} a workout. ${amountOf(target, unit)} now.`;
    return { move: "back", rung: last.rung, target, why: [...why, leap] };
  }
  const amount = amountOf(again, unit);
  const reason = why.length === 0 ? `${last.sentence} So the same ${amount} again.` : `The same ${amount} again until it is clean.`;
  return { move: "hold", rung: last.rung, target: again, why: [...why, reason] };
}

/** Most that a target of the rung may be: a run's never leads beyond the programme's cadence. `own_spm`: null = not known. */
function mostOf(programme: Programme, rung: Rung, own_spm: number | null): number {
  const { goal_max } = goalOf(programme, rung);
  if (programme.exercise !== "run" || own_spm === null) return goal_max;
  return Math.min(goal_max, Math.max(programme.least, whole(programme, (RUN.cadence_spm_max / own_spm - 1) * 100)));
}

/** The runner's own cadence as the newest run before `until_ms` has it, steps/min; null = not known. */
function ownOf_spm(sets: readonly SetHead[], until_ms: number): number | null {
  const known = sets.findLast(({ exercise, started_ms, verdict }) => exercise === "run" && started_ms < until_ms && numberOf(verdict, "baseline_spm") !== null);
  return numberOf(known?.verdict ?? null, "baseline_spm");
}

/** A clean workout leads on. */
function onward({ programme, last, same, pain, painBefore, own_spm, again }: Standing): Decision {
  const { rung } = last;
  const most = mostOf(programme, rung, own_spm);
  const unit = programme.unit;
  if (last.unasked) return { move: "hold", rung, target: again, why: [`Nothing was asked for in the last run: ${amountOf(again, unit)}, as before.`] };
  const clean = `Clean at ${amountOf(last.target, unit)}, ${pain === null ? `and no pain was told` : `pain ${pain.worst.score} of 10`}.`;
  if (last.target >= most) {
    const next = programme.rungs[programme.rungs.indexOf(rung) + 1];
    if (next === undefined) return { move: "hold", rung, target: most, why: [clean, `${most} on the hardest rung is the top of the programme: keep it.`] };
    if (same === null || !same.clean || same.target < most) {
      return { move: "hold", rung, target: most, why: [clean, `${most} is the top of this rung: once more clean, 2 in a row, and the next rung comes (${next.title}).`] };
    }
    const target = Math.min(goalOf(programme, next).start, last.target);
    return { move: "harder", rung: next, target, why: [clean, `Clean at the top of this rung 2 workouts in a row: the next rung, ${next.title}, from ${amountOf(target, unit)}.`] };
  }
  const free = pain?.worst.score === 0 && painBefore?.worst.score === 0;
  const big = free && !last.near && same?.clean === true;
  const step = big ? programme.grow_max : programme.grow_min;
  const target = Math.min(most, last.target + step);
  const reason = big ? "2 clean workouts in a row without pain, and nothing near its limit" : `a clean workout`;
  return { move: "grow", rung, target, why: [clean, `${reason.charAt(0).toUpperCase()}${reason.slice(1)}: ${Number((target - last.target).toFixed(1))} more, never more than ${programme.grow_max} a workout.`] };
}

/** Keeps a target within what the rung has at most, a run's within the programme's cadence, and says so. */
function capped(programme: Programme, decision: Decision, own_spm: number | null): Decision {
  const most = mostOf(programme, decision.rung, own_spm);
  const { goal_max } = goalOf(programme, decision.rung);
  if (own_spm !== null && most < goal_max && decision.target >= most) {
    return { ...decision, target: most, why: [...decision.why, `Own cadence ${fixed(own_spm, 1)} steps/min, and never beyond ${RUN.cadence_spm_max}: ${most} % more at most.`] };
  }
  if (decision.target <= most) return decision;
  return { ...decision, target: most, why: [...decision.why, `${amountOf(most, programme.unit)} are the top of this rung: no more than that.`] };
}

/** The first workout; pain of late stands in its way as in that of any other. */
function begin(programme: Programme, sore: Told | null): { decision: Decision; barred: boolean } {
  const rung = rungOf(programme, programme.first) as Rung;
  const { start } = goalOf(programme, rung);
  const first = `The first workout: ${amountOf(start, programme.unit)}, ${rung.title}; the goal is ${programme.goal_min === programme.goal_max ? "" : `${programme.goal_min} to `}${programme.goal_max}.`;
  if (sore === null || sore.newest.score <= PAIN.fine_max) return { decision: { move: "start", rung, target: start, why: [first] }, barred: false };
  const why = `${painText(sore.newest)} is above ${PAIN.fine_max}: do not begin now; see a doctor or physiotherapist if it stays.`;
  return { decision: { move: "rest", rung, target: start, why: [why] }, barred: true };
}

/**
 * What was laid down instead of what the programme would. It leads up by the programme's steps and never beyond its most; where pain or faults
 * bar the way (`barred`) it can make the work easier, and never harder.
 */
function asLaid(programme: Programme, laid: Laid, decision: Decision, last: Done | null, barred: boolean): Decision {
  const rung = rungOf(programme, laid.rung ?? null) ?? last?.rung ?? decision.rung;
  const target = laid.target ?? goalOf(programme, rung).start;
  const said = `Laid down for you: ${amountOf(target, programme.unit)}, ${rung.title}.`;
  if (!barred && (last === null || target <= last.target + programme.grow_max)) return { move: "start", rung, target, why: [said] };
  if (!barred && last !== null) {
    const more = `From ${amountOf(last.target, programme.unit)} by ${programme.grow_max} a workout at most.`;
    return { move: "grow", rung, target: last.target + programme.grow_max, why: [said, more] };
  }
  const [wanted, allowed] = [rung, decision.rung].map((each) => programme.rungs.indexOf(each)) as [number, number];
  const easier = { rung: wanted < allowed ? rung : decision.rung, target: Math.min(target, decision.target) };
  if (decision.move === "rest") return { ...decision, ...easier };
  const met = easier.rung === rung && easier.target === target;
  return { ...decision, ...easier, move: met ? "start" : decision.move, why: [...decision.why, met ? said : `${said} Not more than this until then.`] };
}

/** Whether a set was done with what was laid down, or with the most of it that the programme allows. */
function followed(programme: Programme, laid: Laid, sets: readonly SetHead[], until_ms: number, own_spm: number | null): boolean {
  const { rung, target, made_ms = -Infinity } = laid;
  if (rung === undefined && target === undefined) return true;
  return sets.some((set) => {
    if (set.exercise !== programme.exercise || set.started_ms < made_ms || set.started_ms >= until_ms) return false;
    const on = rungOfSet(programme, set);
    return (rung ?? on.name) === on.name && (target === undefined || Math.min(target, mostOf(programme, on, own_spm)) === askedOf(set));
  });
}

/** The workout after what was done before `until_ms`, with what was told of pain, oldest first, up to `now_ms`. */
function after(exercise: Drill, sets: readonly SetHead[], told: readonly PainAt[], until_ms: number, now_ms: number, laid: Laid): Prescription {
  const programme = PROGRAMMES[exercise];
  const [last = null, before = null] = daysDone(exercise, sets, until_ms);
  const own_spm = exercise === "run" ? ownOf_spm(sets, until_ms) : null;
  const sore = within(told, startOf_ms(dayOf(now_ms) - RECENT_DAYS), now_ms + 1);
  let { decision, barred } = begin(programme, sore);
  if (last !== null) {
    // Pain of a day is about what was done on that day; what still forbids the exercise counts, though told before.
    const day_ms = startOf_ms(last.day);
    const from_ms = Math.min(day_ms, forbids(exercise, sore)?.at_ms ?? day_ms);
    const standing: Standing = {
      programme,
      last,
      same: before?.rung === last.rung ? before : null,
      pain: within(told, from_ms, now_ms + 1),
      painBefore: before === null ? null : within(told, startOf_ms(before.day), from_ms),
      own_spm,
      again: Math.min(last.target, mostOf(programme, last.rung, own_spm)),
    };
    const barrier = byPain(standing) ?? byFaults(standing);
    decision = barrier ?? onward(standing);
    barred = barrier !== null;
  }
  if (!followed(programme, laid, sets, until_ms, own_spm)) decision = asLaid(programme, laid, decision, last, barred);
  const { rung, target, move, why } = capped(programme, decision, own_spm);
  return { exercise, rung: rung.name, target: whole(programme, target), unit: programme.unit, bpm: laid.bpm ?? programme.bpm, move, why };
}

/**
 * The workout of the day of `now_ms`: it follows from the days before, so the other side and a repetition are asked for the same. Once it has begun
 * only pain above what is fine changes it. `sets`: oldest first, of any exercise; later ones are not looked at. `pains`: what was told by itself, and
 * may be what was told with the sets once more.
 */
export function prescribe(exercise: Drill, sets: readonly SetHead[], pains: readonly PainAt[], now_ms: number, laid: Laid = {}): Prescription {
  const midnight_ms = startOf_ms(dayOf(now_ms));
  const begun_ms = sets.find((set) => set.exercise === exercise && set.started_ms >= midnight_ms && set.started_ms <= now_ms)?.started_ms ?? Infinity;
  const told = allTold(sets, pains).filter(({ at_ms, score }) => at_ms < begun_ms || score > PAIN.fine_max);
  return after(exercise, sets, told, midnight_ms, now_ms, laid);
}

/** The workout that comes after all that was done by `now_ms`: on another day where something was done today. Else as `prescribe`. */
export function following(exercise: Drill, sets: readonly SetHead[], pains: readonly PainAt[], now_ms: number, laid: Laid = {}): Prescription {
  return after(exercise, sets, allTold(sets, pains), now_ms + 1, now_ms, laid);
}

/** Targets of the workouts after the next one if each is clean, `count` of them, the next one first. */
export function ahead(next: Prescription, sets: readonly SetHead[], now_ms: number, count: number): number[] {
  const programme = PROGRAMMES[next.exercise];
  const rung = rungOf(programme, next.rung) as Rung;
  const own_spm = next.exercise === "run" ? ownOf_spm(sets, now_ms + 1) : null;
  const most = Math.max(next.target, mostOf(programme, rung, own_spm));
  return Array.from({ length: count }, (_, i) => whole(programme, Math.min(most, next.target + i * programme.grow_min)));
}

/** What is asked for in words: "Pogo hops, single leg: 75 contacts at 150/min". */
export function taskOf({ exercise, rung, target, unit, bpm }: Prescription): string {
  const programme = PROGRAMMES[exercise];
  const title = rungOf(programme, rung)?.title ?? rung;
  return `${programme.title}, ${title}: ${amountOf(target, unit)}${bpm === null ? "" : ` at ${bpm}/min`}`;
}

