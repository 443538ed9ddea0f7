// The verdict on a set of pogo hops: what was done, what was lost, what comes next. Pure; every sentence stands on numbers beside it.
import { FLIGHT_MS_SD, GRAVITY_M_S2, POGO, type PogoTarget } from "./target.ts";

/** One landing of the set. */
export interface Landing {
  readonly ic_s: number;
  readonly tc_s: number | null;
  readonly kind: string;
  readonly contact_ms: number | null;
  readonly flight_ms: number | null;
  readonly beat_error_ms: number | null;
}

/** What the verdict is about. */
export interface PogoSet {
  readonly contacts: readonly Landing[];
  /** Tempo, 1/min. */
  readonly bpm: number;
  readonly duration_s: number;
  readonly missed_beats: number;
}

/** What is looked at in a set. */
export type Topic = "contacts" | "height" | "rhythm" | "missed" | "double";

/** One thing looked at. */
export interface Finding {
  readonly topic: Topic;
  /** null where it could not be judged. */
  readonly ok: boolean | null;
  readonly sentence: string;
}

/** Means of the last third and of the best third before it, mm. */
export interface HeightChange {
  readonly best_mm: number;
  readonly last_mm: number;
  /** Positive where height was lost. */
  readonly loss_mm: number;
  /** Loss as a share of the best third. */
  readonly loss_share: number;
  /** What a loss must pass to be more than measurement and hop-to-hop spread, mm (95 %). */
  readonly error_mm: number;
  /** Hops that were compared, of the steady ones: [from, to) of the best third and of the last. */
  readonly best: readonly [number, number];
  readonly last: readonly [number, number];
}

/** What a set came to. */
export interface Verdict {
  readonly clean: boolean;
  /** One line in plain words. */
  readonly headline: string;
  readonly findings: readonly Finding[];
  readonly next: { readonly move: "grow" | "hold" | "back"; readonly contacts: number; readonly sentence: string };
  readonly numbers: {
    readonly contacts: number;
    readonly target: number;
    readonly beats: number;
    readonly height_mm_mean: number | null;
    readonly height: HeightChange | null;
    readonly contact_ms_mean: number | null;
    readonly flight_ms_mean: number | null;
    /** Flight over contact time, the reactive strength ratio of hopping. */
    readonly ratio: number | null;
    readonly beat_ms_mean: number | null;
    readonly beat_ms_sd: number | null;
    readonly missed: number;
    readonly doubles: number;
    readonly rate_min: number | null;
  };
}

/** Bounce height, mm, of a flight of `flight_ms`: g·t²/8, landing and leaving with the leg equally long. */
export function bounceHeight_mm(flight_ms: number): number {
  return (GRAVITY_M_S2 * (flight_ms / 1000) ** 2 * 1000) / 8;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values) ?? 0;
  return values.length < 2 ? 0 : values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/**
 * Compares the last third of the steady flights with the best of the two before it. The error is 1.96 standard errors of the
 * difference, with no spread taken smaller than that of the measurement itself. null where there are too few.
 */
export function heightChange(flights_ms: readonly number[], target: PogoTarget = POGO): HeightChange | null {
  const steady = flights_ms.slice(target.hops_settle);
  if (steady.length < target.hops_judged_min) return null;
  const cut = [0, Math.floor(steady.length / 3), Math.floor((2 * steady.length) / 3), steady.length] as const;
  const third = (index: 0 | 1 | 2) => {
    const flights = steady.slice(cut[index], cut[index + 1]);
    const heights_mm = flights.map(bounceHeight_mm);
    const flight_ms = mean(flights) ?? 0;
    // A flight that is off by dt moves its height by g·t·dt/4.
    const measured_mm = (GRAVITY_M_S2 * (flight_ms / 1000) * (FLIGHT_MS_SD / 1000) * 1000) / 4;
    return {
      mean_mm: mean(heights_mm) ?? 0,
      error_mm2: Math.max(variance(heights_mm), measured_mm ** 2) / heights_mm.length,
      range: [target.hops_settle + cut[index], target.hops_settle + cut[index + 1]!] as [number, number],
    };
  };
  const [first, second, last] = [third(0), third(1), third(2)];
  const best = first.mean_mm >= second.mean_mm ? first : second;
  const loss_mm = best.mean_mm - last.mean_mm;
  return {
    best_mm: best.mean_mm,
    last_mm: last.mean_mm,
    loss_mm,
    loss_share: loss_mm / best.mean_mm,
    error_mm: 1.96 * Math.sqrt(best.error_mm2 + last.error_mm2),
    best: best.range,
    last: last.range,
  };
}

const cm = (value_mm: number): string => `${(value_mm / 10).toFixed(1)} cm`;
const share = (value: number): string => `${(value * 100).toFixed(0)} %`;

function contactsFinding(done: number, target: PogoTarget, duration_s: number): Finding {
  const ok = done >= target.contacts * target.done_share;
  const asked = `${target.contacts} asked for`;
  return { topic: "contacts", ok, sentence: `${done} contacts in ${duration_s.toFixed(0)} s, ${asked}.` };
}

function heightFinding(change: HeightChange | null, target: PogoTarget): Finding {
  if (change === null) return { topic: "height", ok: null, sentence: "Too few hops to judge the bounce height." };
  const { best_mm, last_mm, loss_mm, loss_share, error_mm } = change;
  const both = `${cm(last_mm)} in the last third, ${cm(best_mm)} in the best third before`;
  if (loss_mm > error_mm && loss_share >= target.height_loss_share) {
    return { topic: "height", ok: false, sentence: `Bounce height fell by ${share(loss_share)}: ${both}.` };
  }
  if (error_mm > target.height_error_share_max * best_mm) {
    return { topic: "height", ok: null, sentence: `Bounce height too uneven to judge: ${both}, ± ${cm(error_mm)}.` };
  }
  const why =
    loss_mm <= error_mm
      ? `${cm(Math.abs(loss_mm))} ${loss_mm < 0 ? "more" : "less"}, within chance (${cm(error_mm)})`
      : `a loss of ${share(loss_share)}, less than the ${share(target.height_loss_share)} that count`;
  return { topic: "height", ok: true, sentence: `Bounce height held: ${both}; ${why}.` };
}

function rhythmFinding(errors_ms: readonly number[], target: PogoTarget): Finding {
  if (errors_ms.length < 2) return { topic: "rhythm", ok: null, sentence: "No beat to keep." };
  const sd_ms = Math.sqrt(variance(errors_ms));
  const off_ms = mean(errors_ms) ?? 0;
  const ok = sd_ms <= target.beat_ms_sd_max;
  const side = Math.abs(off_ms) < 1 ? "on the beat" : `${Math.abs(off_ms).toFixed(0)} ms ${off_ms < 0 ? "before" : "after"} the beat`;
  const spread = `landings spread ${sd_ms.toFixed(0)} ms around it (SD), on average ${side}`;
  return { topic: "rhythm", ok, sentence: `Rhythm ${ok ? "steady" : "lost"}: ${spread}.` };
}

function rareFinding(topic: "missed" | "double", count: number, beats: number, share_max: number): Finding {
  const what = topic === "missed" ? "without a landing" : "with a double bounce";
  const number = count === 0 ? "No beat" : count === 1 ? "One beat" : `${count} beats`;
  return { topic, ok: count <= share_max * beats, sentence: `${number} ${what}, of ${beats}.` };
}

const LOST: Readonly<Record<Topic, string>> = {
  contacts: "too few contacts",
  height: "bounce height was lost",
  rhythm: "the rhythm was lost",
  missed: "beats were missed",
  double: "there were double bounces",
};

/** "a, b and c". */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) as string}`;
}

/** Contacts grow after a clean set, stay after one fault, and go back after two. */
function nextOf(faults: readonly Finding[], target: PogoTarget): Verdict["next"] {
  const { contacts, contacts_max, contacts_grow, contacts_back } = target;
  if (faults.length === 0) {
    const next = Math.min(contacts_max, contacts + contacts_grow);
    const sentence =
      next > contacts
        ? `Next workout: ${next} contacts, if shin and knee stay free of pain.`
        : `${contacts_max} contacts is the top of the programme: keep it, or take the next step of the ladder.`;
    return { move: "grow", contacts: next, sentence };
  }
  if (faults.length === 1) return { move: "hold", contacts, sentence: `Next workout: ${contacts} contacts again, until the set is clean.` };
  const next = Math.max(10, contacts - contacts_back);
  return { move: "back", contacts: next, sentence: `Next workout: back to ${next} contacts.` };
}

/** Flights before landings, ms, that heights are taken from: those within one beat; a longer one skipped a beat or lost a landing. */
export function beatFlights_ms(landings: readonly Landing[], bpm: number): number[] {
  return landings.map(({ flight_ms }) => flight_ms).filter((flight_ms) => flight_ms !== null && flight_ms < 60_000 / bpm) as number[];
}

/** Landings that follow too soon on one that is not itself such a landing. */
function countDoubles(landings: readonly Landing[], near_s: number): number {
  let last_s = -Infinity;
  let count = 0;
  for (const { ic_s } of landings) {
    if (ic_s - last_s < near_s) count++;
    else last_s = ic_s;
  }
  return count;
}

/** Judges a pogo set. Landings are the contacts the clip calls hopping. */
export function pogoVerdict(set: PogoSet, target: PogoTarget = POGO): Verdict {
  const landings = set.contacts.filter(({ kind }) => kind === "hop");
  const flights_ms = beatFlights_ms(landings, set.bpm);
  const contacts_ms = landings.map(({ contact_ms }) => contact_ms).filter((value) => value !== null);
  const errors_ms = landings.map(({ beat_error_ms }) => beat_error_ms).filter((value) => value !== null);
  const beats = Math.round((set.duration_s * set.bpm) / 60);
  const doubles = countDoubles(landings, (60 / set.bpm) * target.double_beat_share);
  const height = heightChange(flights_ms, target);
  const findings: [Finding, Finding, ...Finding[]] = [
    contactsFinding(landings.length, target, set.duration_s),
    heightFinding(height, target),
    rhythmFinding(errors_ms, target),
    rareFinding("missed", set.missed_beats, beats, target.missed_share_max),
    rareFinding("double", doubles, beats, target.double_share_max),
  ];
  const faults = findings.filter(({ ok }) => ok === false);
  const first = landings[0];
  const last = landings.at(-1);
  const span_s = first === undefined || last === undefined ? 0 : last.ic_s - first.ic_s;
  const contact_ms_mean = mean(contacts_ms);
  const flight_ms_mean = mean(flights_ms);
  return {
    clean: faults.length === 0,
    headline:
      faults.length === 0
        ? `Clean set: ${landings.length} contacts, bounce height ${findings[1].ok === null ? "not judged" : "held"}, rhythm steady.`
        : `Not clean yet: ${listed(faults.map(({ topic }) => LOST[topic]))}.`,
    findings,
    next: nextOf(faults, target),
    numbers: {
      contacts: landings.length,
      target: target.contacts,
      beats,
      height_mm_mean: mean(flights_ms.map(bounceHeight_mm)),
      height,
      contact_ms_mean,
      flight_ms_mean,
      ratio: contact_ms_mean === null || flight_ms_mean === null ? null : flight_ms_mean / contact_ms_mean,
      beat_ms_mean: mean(errors_ms),
      beat_ms_sd: errors_ms.length < 2 ? null : Math.sqrt(variance(errors_ms)),
      missed: set.missed_beats,
      doubles,
      rate_min: span_s > 0 ? ((landings.length - 1) * 60) / span_s : null,
    },
  };
}
