// A result as a few lines of text for a terminal. Pure.
import { taskOf, type Prescription } from "../coach/next.ts";
import { verdictOn, type Verdict } from "../coach/verdict.ts";
import type { SetVerdict } from "../clip/verdict.ts";
import { moments } from "../moments.ts";
import { recordOf } from "../record.ts";
import type { Result, ResultContact, ResultHold } from "../result.ts";
import { counted, fixed, table } from "./table.ts";

function statistics(name: string, values: readonly number[]): string[] {
  const { n, mean, sd } = moments(values);
  return [name, String(n), ...[mean, sd, Math.min(...values), Math.max(...values)].map((value) => fixed(value, 1))];
}

const NAMES: Readonly<Record<string, string>> = { walk: "walking", run: "running", hop: "hopping", none: "of no known kind" };
const ACTIVITIES: Readonly<Record<string, string>> = { ...NAMES, still: "standing still", calf: "calf raises", other: "something else" };
const RAISE_FLAWS: Readonly<Record<string, string>> = { partial: "partial", fast: "too fast", wobble: "wobbling", open: "cut off" };
const TAP_FLAWS: Readonly<Record<string, string>> = { fast: "stomped", open: "cut off" };

/** Exercises of repetitions and holds, in which contacts are beside the point. */
const POSTURES: ReadonlySet<string | undefined> = new Set(["calf", "calf-bent", "wall-sit", "step-down"]);

/** "12 raises (9 clean, 2 partial, 1 too fast)", with how many a minute. */
function repetitions(noun: string, reps: Result["reps"] | Result["taps"], names: Readonly<Record<string, string>>): string[] {
  const flaws = Object.keys(names)
    .map((flaw): [string, number] => [names[flaw] as string, reps.filter((rep) => rep.flaws.includes(flaw)).length])
    .filter(([, count]) => count > 0);
  const split = reps.length === 0 ? "" : ` (${[`${reps.filter(({ clean }) => clean).length} clean`, ...flaws.map(([name, count]) => `${count} ${name}`)].join(", ")})`;
  const span_s = (reps.at(-1)?.t_s ?? 0) - (reps[0]?.t_s ?? 0);
  return [`${counted(reps.length, noun)}${split}`, ...(span_s > 0 ? [`${fixed(((reps.length - 1) * 60) / span_s, 1)} ${noun}s/min`] : [])];
}

function holdParts(holds: readonly ResultHold[]): string[] {
  if (holds.length === 0) return ["no holds"];
  const lengths_s = holds.map(({ start_s, end_s }) => end_s - start_s);
  const total_s = lengths_s.reduce((sum, length_s) => sum + length_s, 0);
  return [counted(holds.length, "hold"), `the longest ${fixed(Math.max(...lengths_s), 1)} s`, `${fixed(total_s, 1)} s in all`];
}

/** "14 contacts (13 running, 1 walking), 0 hops, 12 strides, 152.0 steps/min"; of raises, holds and taps first how many. */
export function headline(result: Result): string {
  const { reps, holds, taps, contacts } = result;
  const exercise = result.set?.exercise;
  const own: string[] = [];
  if (exercise === "calf" || exercise === "calf-bent" || reps.length > 0) own.push(...repetitions("raise", reps, RAISE_FLAWS));
  if (exercise === "wall-sit" || holds.length > 0) own.push(...holdParts(holds));
  if (exercise === "step-down" || taps.length > 0) own.push(...repetitions("tap", taps, TAP_FLAWS));
  if (POSTURES.has(exercise) && contacts.length === 0) return own.join(", ");
  const kinds = new Map<string, number>();
  for (const { kind } of contacts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const split = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} ${NAMES[kind] ?? kind}`);
  const parts = [
    ...own,
    `${counted(contacts.length, "contact")}${split.length === 0 ? "" : ` (${split.join(", ")})`}`,
    counted(result.hops, "hop"),
    counted(result.strides, "stride"),
  ];
  const unit = exercise === "pogo" ? "hops/min" : "steps/min";
  if (result.cadence_spm !== null) parts.push(`${fixed(result.cadence_spm, 1)} ${unit}`);
  return parts.join(", ");
}

/** Whether there is a value: a filter that tells the compiler. */
export const present = (value: number | null): value is number => value !== null;

/** Which firmware ran, and on what. */
export function firmwareLine({ firmware_sha256, engine }: Result): string {
  return `firmware: SHA-256 ${firmware_sha256.slice(0, 16)}… on ${engine}`;
}

/** Rows of statistics: raises and taps, then contacts unless they are beside the point. */
function statisticsRows({ reps, taps, contacts, set }: Result): string[][] {
  const of = <T>(parts: readonly T[], name: string, value: (part: T) => number | null) => statistics(name, parts.map(value).filter(present));
  const rows: string[][] = [];
  if (reps.length > 0) {
    rows.push(of(reps, "height °", (rep) => rep.height_deg), of(reps, "up ms", (rep) => rep.up_ms), of(reps, "at the top ms", (rep) => rep.hold_ms));
    rows.push(of(reps, "down ms", (rep) => rep.down_ms), of(reps, "wobble °", (rep) => rep.wobble_deg));
  }
  if (taps.length > 0) {
    rows.push(of(taps, "reach ms", (tap) => tap.reach_ms), of(taps, "heel on the floor ms", (tap) => tap.floor_ms), of(taps, "return ms", (tap) => tap.return_ms));
    rows.push(of(taps, "tap g", (tap) => tap.tap_g), of(taps, "landing g", (tap) => tap.landing_g));
  }
  if (contacts.length === 0 || POSTURES.has(set?.exercise)) return rows;
  rows.push(of(contacts, "contact ms", (contact) => contact.contact_ms), of(contacts, "flight ms", (contact) => contact.flight_ms));
  const beats = of(contacts, "beat error ms", (contact) => contact.beat_error_ms);
  return beats[1] === "0" ? rows : [...rows, beats];
}

/** Every hold in a row. */
function holdLines(holds: readonly ResultHold[]): string[] {
  return table(
    ["hold", "from s", "to s", "held s", "tremor °/s", "<"],
    holds.map(({ start_s, end_s, tremor_dps, unbroken }, i) => [
      String(i + 1),
      fixed(start_s, 1),
      fixed(end_s, 1),
      fixed(end_s - start_s, 1),
      fixed(tremor_dps, 1),
      unbroken ? "unbroken" : "broken by a touch-down",
    ]),
  );
}

function activityRow({ t_s, activity, confidence }: Result["activities"][number]): string[] {
  return [ACTIVITIES[activity] ?? activity, fixed(t_s, 1), String(confidence)];
}

function cueRow({ t_s, every, cadence_spm }: Result["cues"][number]): string[] {
  return [every === 0 ? "none" : every === 1 ? "all" : `one in ${every}`, fixed(t_s, 1), fixed(cadence_spm, 1)];
}

/** Whether the clip sent a verdict: tells the compiler. */
function judged(verdict: Result["verdict"]): verdict is SetVerdict {
  return "exercise" in verdict;
}

/** What the clip's verdict comes to; nothing where nothing was done and nothing asked for. */
function judgementLines(result: Result, { exercise, variant, target }: SetVerdict): string[] {
  if (result.set === null) return [];
  const verdict = verdictOn(recordOf(result, { started_ms: 0, exercise, rung: variant, side: null, bpm: null, target, source: "recording", origin: "", sensor: "" }));
  return target === null && verdict.findings.every(({ ok }) => ok === null) ? [] : verdictLines(verdict);
}

/** Statistics of repetitions, contacts and the beat, holds, what the wearer did, cues, the clip's verdict, and what went wrong. */
export function summaryLines(result: Result): string[] {
  const { holds, activities, cues, contacts, set, verdict } = result;
  const rows = statisticsRows(result);
  const lines = [headline(result)];
  if (rows.length > 0) lines.push("", ...table(["<", "n", "mean", "SD", "min", "max"], rows));
  if (holds.length > 0) lines.push("", ...holdLines(holds));
  if (set !== null && contacts.some(({ beat_error_ms }) => beat_error_ms !== null)) lines.push("", `${counted(set.missed_beats, "beat")} without a contact`);
  if (activities.length > 0) lines.push("", ...table(["<seen", "from s", "sure %"], activities.map(activityRow)));
  if (cues.length > 0) lines.push("", ...table(["<beats felt", "from s", "steps/min"], cues.map(cueRow)));
  const said = judged(verdict) ? judgementLines(result, verdict) : [];
  if (said.length > 0) lines.push("", ...said);
  for (const error of result.errors) lines.push("", `! ${error}`);
  return lines;
}

function contactLines(contacts: readonly ResultContact[]): string[] {
  return table(
    ["#", "ic s", "tc s", "<kind", "contact ms", "flight ms", "beat error ms", "confidence"],
    contacts.map((contact, i) => [
      String(i + 1),
      fixed(contact.ic_s, 4),
      fixed(contact.tc_s, 4),
      contact.kind,
      fixed(contact.contact_ms, 1),
      fixed(contact.flight_ms, 1),
      fixed(contact.beat_error_ms, 1),
      String(contact.confidence),
    ]),
  );
}

/** Every raise, tap and contact in a row; of sets with raises or taps no contacts where there are none. */
export function listLines(result: Result): string[] {
  const own = repetitionLines(result);
  if (own.length === 0) return contactLines(result.contacts);
  return result.contacts.length === 0 ? own : [...own, "", ...contactLines(result.contacts)];
}

function repetitionLines({ reps, taps }: Result): string[] {
  const last = (rep: Result["reps"][number] | Result["taps"][number]) => (rep.clean ? "clean" : rep.flaws.join(", "));
  const raises = reps.map((rep, i) => [
    String(i + 1),
    fixed(rep.t_s, 2),
    fixed(rep.height_deg, 1),
    fixed(rep.up_ms, 0),
    fixed(rep.hold_ms, 0),
    fixed(rep.down_ms, 0),
    fixed(rep.wobble_deg, 1),
    last(rep),
  ]);
  const downs = taps.map((tap, i) => [
    String(i + 1),
    fixed(tap.t_s, 2),
    fixed(tap.reach_ms, 0),
    fixed(tap.floor_ms, 0),
    fixed(tap.return_ms, 0),
    fixed(tap.tap_g, 1),
    fixed(tap.landing_g, 1),
    last(tap),
  ]);
  return [
    ...(raises.length === 0 ? [] : table(["raise", "top s", "height °", "up ms", "at the top ms", "down ms", "wobble °", "<"], raises)),
    ...(downs.length === 0 ? [] : table(["tap", "at s", "reach ms", "on the floor ms", "return ms", "tap g", "landing g", "<"], downs)),
  ];
}

/** The verdict of a set as text: headline, and what it stands on. */
export function verdictLines(verdict: Verdict): string[] {
  const mark = (ok: boolean | null) => (ok === null ? "-" : ok ? "✓" : "✗");
  return [verdict.headline, ...verdict.findings.map(({ ok, sentence }) => `  ${mark(ok)} ${sentence}`)];
}

/** What comes next, in a line. */
export function nextLine(next: Prescription): string {
  return `Next workout: ${taskOf(next)}. ${next.why.join(" ")}`;
}
