// Flies one member of the swarm and looks for what must never be. Findings are grouped by the rule they break.
import { readFileSync } from "node:fs";
import { EXERCISE_AUTO, EXERCISE_POGO, EXERCISE_RUN, KIND_HOP, KIND_RUN, KIND_WALK, LOG_AMEND, LOG_CONTACT, LOG_SUMMARY, MODE_SET } from "../../firmware/wire/layout.ts";
import { parseFrame, type Frame } from "../../host/clip/line.ts";
import { createBody, type Truth } from "../../sim/body/body.ts";
import { conduct } from "../../sim/run.ts";
import { World } from "../../sim/world.ts";
import type { Member } from "./draw.ts";
import { contactFields, readLog, summaryFields, type LogRecord } from "../app/records.ts";

/** What must hold, one test each. */
export const RULES = [
  "no panic, no exception",
  "no rule of a part is broken",
  "lines have the right form and count up",
  "the set ends with one summary",
  "a contact's ic lies before its tc, and in the set",
  "contacts do not overlap and ids rise",
  "flight is ic minus the tc before",
  "a flight is not longer than the time since the tc before",
  "a hop has kind hop, a flight, a toe-off and at most 0.6 s",
  "the running count of hops is right",
  "beat errors are those of the nearest beat",
  "the summary agrees with the lines",
  "every contact of the link is in the log",
  "the log has no contact that was not told",
  "counts are within their bounds",
] as const;
export type RuleName = (typeof RULES)[number];

/** What was found: rule and fact. */
export interface Finding {
  readonly rule: RuleName;
  readonly fact: string;
}

interface Contact {
  readonly id: number;
  readonly ic_us: number;
  readonly tc_us: number | null;
  kind: number;
  hop: number;
  readonly flight_us: number | null;
  readonly beat_us: number | null;
  readonly confidence: number;
}

const WASM = readFileSync("build/clip.wasm");
/** How much longer a flight may be told than the time since the tc before, µs. */
const WALK_LAG_US = 8000;
/** Longest time that a mean and an SD take in, µs. */
const TIMED_US_MAX = 9_999_999;

const value = (field: string | undefined): number | null => (field === undefined || field === "-" ? null : Number(field));

/** Runs the member and returns what is wrong. */
export async function fly(member: Member): Promise<Finding[]> {
  const findings: Finding[] = [];
  const report = (rule: RuleName, fact: string): void => void findings.push({ rule, fact });
  const body = createBody(member.exercise, member.body);
  const { seed, chip, rate_error_ppm, motor, motor_peak_g, faults } = member;
  const world = new World({ wasm: WASM, source: body, seed, chip, rate_error_ppm, motor, motor_peak_g, faults });
  try {
    conduct(world, {
      odr_hz: member.odr_hz,
      range_g: member.range_g,
      gyro: member.gyro,
      exercise: member.code,
      bpm_d: member.bpm_d,
      count_in: member.count_in,
      lead_s: 1.5,
      seconds: body.seconds,
      duration_ms: member.duration_ms,
      motor_strength: member.strength,
    });
    world.run(0.5);
  } catch (error) {
    report("no panic, no exception", (error as Error).message);
    return findings;
  }
  for (const violation of world.violations.slice(0, 3)) report("no rule of a part is broken", violation);
  const lossy = member.fault.startsWith("full") || member.fault.startsWith("closed");
  const restarted = member.fault.startsWith("brownout");
  const frames: Frame[] = [];
  for (const { text } of world.lines) {
    const frame = parseFrame(text);
    if (typeof frame === "string") {
      if (!lossy) report("lines have the right form and count up", `${frame}: ${text}`);
      continue;
    }
    const before = frames.at(-1);
    if (!lossy && !restarted && before !== undefined && frame.seq !== ((before.seq + 1) & 0xffff)) report("lines have the right form and count up", `${before.seq} is followed by ${text}`);
    frames.push(frame);
  }
  const start = frames.find(({ tag, fields }) => tag === "MOD" && Number(fields[0]) === MODE_SET);
  const summaries = frames.filter(({ tag }) => tag === "SUM");
  if (summaries.length !== 1 && !(lossy && summaries.length === 0)) report("the set ends with one summary", `${summaries.length} summaries`);
  if (start === undefined) {
    if (!lossy) report("the set ends with one summary", "the set never started");
    return findings;
  }
  const start_us = Number(start.fields[4]);
  const summary = summaries[0]?.fields;
  const contacts = hear(frames, report, lossy);
  const end_us = summary === undefined || restarted ? Infinity : start_us + 1000 * (Number(summary[3]) + 1);
  checkTimes(contacts, start_us, end_us, report);
  if (member.bpm_d > 0) checkBeats(contacts, start_us, member.bpm_d, report);
  if (summary !== undefined && !lossy) checkSummary(contacts, summary, member, report);
  checkLog(contacts, summary, await readLog(world.flash), lossy, report);
  if (!restarted && !lossy) checkCounts(contacts, body.truth, member, (world.source_start_us + world.clock_offset_us), start_us, end_us, report);
  return findings;
}

type Report = (rule: RuleName, fact: string) => void;

/** Contacts as told, amendments applied; the count of hops is followed line by line. */
function hear(frames: readonly Frame[], report: Report, lossy: boolean): Contact[] {
  const contacts: Contact[] = [];
  for (const { tag, fields } of frames) {
    if (tag === "CON") {
      const [id, ic, tc, kind, hop, flight, beat, confidence] = fields;
      contacts.push({
        id: Number(id), ic_us: Number(ic), tc_us: value(tc), kind: Number(kind), hop: Number(hop), flight_us: value(flight), beat_us: value(beat), confidence: Number(confidence),
      });
    } else if (tag === "AMD") {
      const contact = contacts.find(({ id }) => id === Number(fields[0]));
      if (contact === undefined) {
        if (!lossy) report("contacts do not overlap and ids rise", `contact ${fields[0]} is amended but was never told`);
        continue;
      }
      contact.kind = Number(fields[1]);
      contact.hop = Number(fields[2]);
    } else continue;
    const hops = contacts.filter(({ hop }) => hop === 1).length;
    if (!lossy && hops !== Number(fields.at(-1))) report("the running count of hops is right", `${tag} ${fields.join(",")}: ${hops} hops until then`);
  }
  return contacts;
}

function checkTimes(contacts: readonly Contact[], start_us: number, end_us: number, report: Report): void {
  for (const [index, contact] of contacts.entries()) {
    const { id, ic_us, tc_us, kind, hop, flight_us, confidence } = contact;
    const said = JSON.stringify(contact);
    if ((tc_us !== null && tc_us <= ic_us) || ic_us < start_us || ic_us >= end_us) report("a contact's ic lies before its tc, and in the set", `${said} from ${start_us} to ${end_us}`);
    if (confidence < 0 || confidence > 100 || kind < KIND_WALK || kind > KIND_HOP) report("a contact's ic lies before its tc, and in the set", said);
    if (hop === 1 && (kind !== KIND_HOP || flight_us === null || tc_us === null || tc_us - ic_us > 600_000)) report("a hop has kind hop, a flight, a toe-off and at most 0.6 s", said);
    const before = contacts[index - 1];
    if (before === undefined) continue;
    if (id <= before.id || ic_us <= (before.tc_us ?? before.ic_us)) report("contacts do not overlap and ids rise", `${JSON.stringify(before)} then ${said}`);
    if (flight_us !== null && before.tc_us !== null && id === before.id + 1 && flight_us !== ic_us - before.tc_us) {
      const fact = `${said}: the tc before is ${before.tc_us}, ${ic_us - before.tc_us} µs`;
      report("flight is ic minus the tc before", fact);
      if (flight_us > ic_us - before.tc_us + WALK_LAG_US) report("a flight is not longer than the time since the tc before", fact);
    }
  }
}

function checkBeats(contacts: readonly Contact[], start_us: number, bpm_d: number, report: Report): void {
  const beat_us = 600e6 / bpm_d;
  for (const contact of contacts) {
    const since_us = contact.ic_us - start_us;
    const error_us = since_us - Math.round(since_us / beat_us) * beat_us;
    // Half a beat early is half a beat late.
    const apart_us = contact.beat_us === null ? NaN : Math.abs(contact.beat_us - error_us);
    if (!(Math.abs(contact.beat_us ?? NaN) <= beat_us / 2 + 1) || !(apart_us <= 2 || Math.abs(apart_us - beat_us) <= 2)) {
      report("beat errors are those of the nearest beat", `${JSON.stringify(contact)}: ${error_us.toFixed(1)} µs by a beat of ${beat_us.toFixed(1)} from ${start_us}`);
    }
  }
}

/** Mean and SD (divisor n − 1) as the summary writes them. */
function spread(values: readonly (number | null)[]): [string, string] {
  const used = values.filter((each) => each !== null && each > 0 && each <= TIMED_US_MAX) as number[];
  const mean = used.reduce((sum, each) => sum + each, 0) / used.length;
  const squares = used.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return [used.length < 1 ? "-" : `${Math.round(mean)}`, used.length < 2 ? "-" : `${Math.floor(Math.sqrt(squares / (used.length - 1)))}`];
}

function checkSummary(contacts: readonly Contact[], summary: readonly string[], member: Member, report: Report): void {
  const wrong = (what: string, told: string | undefined, counted: string): void => report("the summary agrees with the lines", `${what} is ${told}, the lines say ${counted}`);
  const same = (what: string, field: number, counted: string, slack = 0): void => {
    const told = summary[field];
    if (told !== counted && !(slack > 0 && Math.abs(Number(told) - Number(counted)) <= slack)) wrong(what, told, counted);
  };
  const steps = contacts.filter(({ kind }) => kind === KIND_WALK || kind === KIND_RUN);
  const strides = steps.filter(({ id, kind }) => contacts.some((next) => next.id === id + 1 && next.kind === kind));
  const hops = contacts.filter(({ hop }) => hop === 1);
  same("contacts", 4, `${contacts.length}`);
  same("hops", 5, `${hops.length}`);
  same("strides", 6, `${strides.length}`);
  if (member.code === EXERCISE_AUTO) return;
  const main = member.code === EXERCISE_POGO ? hops : steps.filter(({ kind }) => kind === (member.code === EXERCISE_RUN ? KIND_RUN : KIND_WALK));
  const [contact_us, contactSd_us] = spread(main.map(({ ic_us, tc_us }) => (tc_us === null ? null : tc_us - ic_us)));
  const [flight_us, flightSd_us] = spread(main.map(({ flight_us: each_us }) => each_us));
  same("contact mean", 10, contact_us, 1);
  same("contact SD", 11, contactSd_us, 1);
  same("flight mean", 12, flight_us, 1);
  same("flight SD", 13, flightSd_us, 1);
  if (member.bpm_d === 0 || main.length === 0) {
    same("beat error", 8, "-");
    return;
  }
  const half_us = 300e6 / member.bpm_d + 1;
  if (!(Math.abs(Number(summary[8])) <= half_us)) wrong("beat error", summary[8], `at most ${half_us}`);
}

function checkLog(contacts: readonly Contact[], summary: readonly string[] | undefined, log: readonly LogRecord[], lossy: boolean, report: Report): void {
  const logged = new Map<string, Pick<Contact, "kind" | "hop">>();
  for (const record of log) {
    if (record.type !== LOG_CONTACT && record.type !== LOG_AMEND) continue;
    const [id, ic, tc, kind, hop] = contactFields(record);
    logged.set(`${id} ${ic} ${tc}`, { kind: Number(kind), hop: Number(hop) });
  }
  for (const contact of contacts) {
    const kept = logged.get(`${contact.id} ${contact.ic_us} ${contact.tc_us ?? "-"}`);
    if (kept === undefined || (!lossy && (kept.kind !== contact.kind || kept.hop !== contact.hop))) {
      report("every contact of the link is in the log", `told ${JSON.stringify(contact)}, logged ${JSON.stringify(kept)}`);
    }
  }
  const summaries = log.filter(({ type }) => type === LOG_SUMMARY).map((record) => summaryFields(record).join());
  if (summary !== undefined && !summaries.includes(summary.join())) report("every contact of the link is in the log", `no summary ${summary.join()} in ${summaries.join(" | ")}`);
  if (!lossy && logged.size !== contacts.length) report("the log has no contact that was not told", `${logged.size} logged, ${contacts.length} told`);
}

/** How many of what may be told, by what was done. Wide: the scores say how good it is, this says what may never be. */
function checkCounts(contacts: readonly Contact[], truth: Truth, member: Member, zero_us: number, start_us: number, end_us: number, report: Report): void {
  const inside = truth.contacts.filter(({ ic_s }) => ic_s * 1e6 + zero_us >= start_us && ic_s * 1e6 + zero_us < end_us);
  const hops = contacts.filter(({ hop }) => hop === 1).length;
  const runs = contacts.filter(({ kind }) => kind === KIND_RUN).length;
  const trueHops = inside.filter(({ hop }) => hop).length;
  const told = `${contacts.length} contacts, ${hops} hops, ${runs} running; the truth has ${inside.length} contacts, ${trueHops} hops`;
  const within = (count: number, least: number, most: number): void => {
    if (count < least || count > most) report("counts are within their bounds", told);
  };
  const whole = member.faults.length === 0;
  const extra = Math.max(2, Math.ceil(0.1 * inside.length));
  switch (member.exercise) {
    case "pogo":
      within(contacts.length, whole ? inside.length - extra : 0, inside.length + extra);
      within(hops, whole ? trueHops - extra : 0, trueHops + extra);
      break;
    case "run":
      within(contacts.length, whole ? inside.length - extra : 0, inside.length + extra);
      within(hops, 0, whole ? 0 : 1);
      break;
    case "walk":
      within(contacts.length, 0, inside.length + extra);
      within(hops + runs, 0, whole ? 0 : 1);
      break;
    case "stand":
      within(contacts.length, 0, 0);
      break;
    default:
      within(runs, 0, 0);
      within(contacts.length, 0, 40);
  }
}
