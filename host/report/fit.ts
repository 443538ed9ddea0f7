// A set as a FIT activity file, for watch software and training diaries. FIT.md beside this file says which field holds what. Pure.
import { crc32 } from "node:zlib";
import { CrcCalculator, Encoder, Profile } from "@garmin/fitsdk";
import type { Exercise } from "../clip/event.ts";
import { GRAVITY_M_S2, bounceHeight_mm, hopFlight_ms } from "../coach/height.ts";
import { PROGRAMMES, isDrill } from "../coach/programme.ts";
import { Failure } from "../failure.ts";
import { moments } from "../moments.ts";
import type { SetRecord } from "../record.ts";
import { STRIDE_S_MAX, type ResultContact } from "../result.ts";

/** What is not in the record: the set's number in the ledger, and whose it is. */
export interface Kept {
  readonly id?: number;
  readonly runner?: string;
}

/** FIT counts seconds from 1989-12-31; smaller counts than the second bound mean time since power-up, 2³²−1 means none. */
const FIT_EPOCH_S = 631_065_600;
const FIT_S_MIN = 0x1000_0000;
const FIT_S_MAX = 0xffff_fffe;
/** Longest text, bytes of UTF-8. */
const TEXT_BYTES_MAX = 254;

const UINT8 = 0x02;
const STRING = 0x07;
const UINT32 = 0x86;
const FLOAT32 = 0x88;
/** Developer fields: base type and unit. Their place here is their number in the file; new ones go to the end. */
const OWN = {
  offset: [FLOAT32, "ms"],
  contact_time: [FLOAT32, "ms"],
  flight_time: [FLOAT32, "ms"],
  beat_error: [FLOAT32, "ms"],
  bounce_height: [FLOAT32, "mm"],
  kind: [STRING, ""],
  hop: [UINT8, "0 no, 1 yes"],
  confidence: [UINT8, "%"],
  clean: [UINT8, "0 no, 1 yes"],
  flaws: [STRING, ""],
  heel_height: [FLOAT32, "deg"],
  wobble: [FLOAT32, "deg"],
  up_time: [FLOAT32, "ms"],
  hold_time: [FLOAT32, "ms"],
  down_time: [FLOAT32, "ms"],
  tap_impact: [FLOAT32, "g"],
  landing_impact: [FLOAT32, "g"],
  tremor: [FLOAT32, "deg/s"],
  exercise: [STRING, ""],
  side: [STRING, ""],
  ledger_set: [UINT32, ""],
  target: [FLOAT32, ""],
  metronome: [FLOAT32, "beats/min"],
  steps: [UINT32, "steps, both feet"],
  hops: [UINT32, "hops"],
  avg_flight_time: [FLOAT32, "ms"],
  avg_bounce_height: [FLOAT32, "mm"],
  avg_beat_error: [FLOAT32, "ms"],
  sd_beat_error: [FLOAT32, "ms"],
  missed_beats: [UINT32, "beats"],
  pain: [UINT8, "0 none to 10 worst"],
} as const satisfies Record<string, readonly [baseType: number, unit: string]>;

type OwnName = keyof typeof OWN;
type Value = number | string | readonly (number | string)[] | null;

interface Message {
  /** The profile's name of it. */
  readonly mesg: string;
  /** By the SDK's names, in the profile's units; what is null is left out. */
  readonly fields: Readonly<Record<string, Value>>;
  readonly own?: Partial<Record<OwnName, number | string | null>>;
}

interface Sport {
  readonly sport: string;
  readonly subSport: string;
  /** Contacts that FIT's own fields are means of; an exercise that is not counted by contacts has none. */
  readonly kinds: readonly string[];
  /** What its `set` messages are of; absent where it has none. */
  readonly category?: string;
  /** Of the single-leg form without a load. */
  readonly subtype?: number;
}

const STRENGTH = { sport: "training", subSport: "strengthTraining", kinds: [] };
const SPORTS: Readonly<Record<Exercise, Sport>> = {
  run: { sport: "running", subSport: "generic", kinds: ["run"] },
  walk: { sport: "walking", subSport: "generic", kinds: ["walk"] },
  auto: { ...STRENGTH, kinds: ["hop", "run", "walk"], category: "unknown" },
  pogo: { ...STRENGTH, kinds: ["hop"], category: "plyo" },
  calf: { ...STRENGTH, category: "calfRaise", subtype: 15 }, // single_leg_standing_calf_raise
  "calf-bent": { ...STRENGTH, category: "calfRaise", subtype: 9 }, // single_leg_bent_knee_calf_raise
  "wall-sit": { ...STRENGTH, category: "squat", subtype: 20 }, // body_weight_wall_squat
  "step-down": { ...STRENGTH, category: "squat" },
};

/**
 * Rise and fall of the body's centre in one step, mm, from contact and flight time: the way down in contact by the sine-wave model
 * (Morin 2005, doi 10.1123/jab.21.2.167: Fmax/m = g·π/2·(tf/tc + 1), Δy = Fmax/m·tc²/π² − g·tc²/8), and the rise in flight, g·tf²/8.
 */
export function verticalOscillation_mm(contact_ms: number, flight_ms: number): number {
  const tc_s = contact_ms / 1000;
  const peak_m_s2 = ((GRAVITY_M_S2 * Math.PI) / 2) * (flight_ms / contact_ms + 1);
  return 1000 * ((peak_m_s2 * tc_s ** 2) / Math.PI ** 2 - (GRAVITY_M_S2 * tc_s ** 2) / 8) + bounceHeight_mm(flight_ms);
}

/** A contact, and what it is part of. */
interface Step {
  readonly at_us: number;
  readonly contact: ResultContact;
  /** To the next landing of this foot; null before a pause. */
  readonly stride_s: number | null;
  /** Of a hop within one beat: a longer flight has lost a landing. */
  readonly bounce_mm: number | null;
  readonly oscillation_mm: number | null;
}

/** Time in the air before or after a contact, ms; null where it is not known. A runner's other foot is taken to do the same as this one. */
function air_ms({ kind, contact_ms }: ResultContact, stride_s: number | null, hop_ms: number | null): number | null {
  if (kind === "hop") return hop_ms;
  if (kind !== "run" || stride_s === null || contact_ms === null) return null;
  const flight_ms = stride_s * 500 - contact_ms;
  return flight_ms > 0 ? flight_ms : null;
}

function stepsOf(set: SetRecord): Step[] {
  return set.contacts.map((contact, i) => {
    const { contact_ms, kind } = contact;
    const next = set.contacts[i + 1];
    const way_s = next === undefined ? Infinity : next.ic_s - contact.ic_s;
    const stride_s = kind !== "none" && next?.kind === kind && way_s > 0 && way_s <= STRIDE_S_MAX ? way_s : null;
    const hop_ms = hopFlight_ms(contact, set.bpm);
    const flown_ms = air_ms(contact, stride_s, hop_ms);
    return {
      at_us: timeOf_us(set, contact.ic_s),
      contact,
      stride_s,
      bounce_mm: hop_ms === null ? null : bounceHeight_mm(hop_ms),
      oscillation_mm: flown_ms === null || contact_ms === null ? null : verticalOscillation_mm(contact_ms, flown_ms),
    };
  });
}

/** Time of an event, µs since 1970: whole, so that no rounding parts second and offset. */
function timeOf_us(set: SetRecord, t_s: number): number {
  return Math.round(set.started_ms * 1000) + Math.round(t_s * 1e6);
}

const second = (at_us: number): number => Math.floor(at_us / 1e6) - FIT_EPOCH_S;
const offset_ms = (at_us: number): number => (((at_us % 1e6) + 1e6) % 1e6) / 1000;

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : moments(known).mean;
}

/** Text as a field holds it: at most 255 bytes with the zero that ends it, no half characters; null where nothing is left. */
function text(value: string): string | null {
  let kept = "";
  for (const sign of value.replaceAll("\0", "")) {
    if (Buffer.byteLength(kept + sign) > TEXT_BYTES_MAX) break;
    kept += sign;
  }
  return kept === "" ? null : kept;
}

/** A value that its field of so many bits and parts a unit can hold; null where it cannot. */
function bounded(value: number | null, bits: number, parts = 1): number | null {
  return value !== null && value >= 0 && Math.round(value * parts) < 2 ** bits - 1 ? value : null;
}

/** Cycles/min of one foot as FIT has them: whole ones and 128ths. */
function cadence(cycles_min: number | null): readonly [cycles: number | null, fraction: number | null] {
  const parts = cycles_min === null ? 0 : Math.round(cycles_min * 128);
  const cycles = bounded(cycles_min === null ? null : Math.floor(parts / 128), 8);
  return [cycles, cycles === null ? null : (parts % 128) / 128];
}

/** What the contacts of a second, or of a set, come to: FIT's own fields, with `name` for those of a record or of a session. */
function dynamics(steps: readonly Step[], name: (field: string) => string, stance_ms: number | null): Readonly<Record<string, Value>> {
  const percents = steps.map(({ contact, stride_s }) => (contact.contact_ms === null || stride_s === null ? null : contact.contact_ms / stride_s / 10));
  return {
    [name("stanceTime")]: bounded(stance_ms, 16, 10),
    [name("stanceTimePercent")]: bounded(mean(percents), 16, 100),
    [name("verticalOscillation")]: bounded(mean(steps.map(({ oscillation_mm }) => oscillation_mm)), 16, 10),
  };
}

/** The record of a second: means over the contacts that began in it, of those the exercise is about. */
function secondRecord(timestamp: number, steps: readonly Step[]): Message {
  const interval_s = mean(steps.map(({ stride_s }) => stride_s));
  const [cadence_min, fraction] = cadence(interval_s === null ? null : 60 / interval_s);
  const stance_ms = mean(steps.map(({ contact }) => contact.contact_ms));
  return { mesg: "RECORD", fields: { timestamp, cadence: cadence_min, fractionalCadence: fraction, ...dynamics(steps, (field) => field, stance_ms) } };
}

interface Event {
  readonly at_us: number;
  readonly own: NonNullable<Message["own"]>;
}

const whole = (flag: boolean): number => (flag ? 1 : 0);

function contactEvent({ at_us, contact, bounce_mm }: Step): Event {
  const { contact_ms, flight_ms, beat_error_ms, kind, hop, confidence } = contact;
  return {
    at_us,
    own: { contact_time: contact_ms, flight_time: flight_ms, beat_error: beat_error_ms, bounce_height: bounce_mm, kind, hop: whole(hop), confidence },
  };
}

/** Raises and taps. */
function repEvents(set: SetRecord): Event[] {
  return [
    ...set.reps.map((rep) => ({
      at_us: timeOf_us(set, rep.t_s),
      own: {
        clean: whole(rep.clean),
        flaws: rep.flaws.join(" ") || null,
        heel_height: rep.height_deg,
        wobble: rep.wobble_deg,
        up_time: rep.up_ms,
        hold_time: rep.hold_ms,
        down_time: rep.down_ms,
      },
    })),
    ...set.taps.map((tap) => ({
      at_us: timeOf_us(set, tap.t_s),
      own: {
        clean: whole(tap.clean),
        flaws: tap.flaws.join(" ") || null,
        up_time: tap.return_ms,
        hold_time: tap.floor_ms,
        down_time: tap.reach_ms,
        tap_impact: tap.tap_g,
        landing_impact: tap.landing_g,
      },
    })),
  ];
}

/** One record a second of the set, each followed by those of the single contacts, raises and taps in it. */
function records(about: readonly Step[], events: readonly Event[], from: number, to: number): Message[] {
  const landed = Map.groupBy(about, ({ at_us }) => second(at_us));
  const happened = Map.groupBy(events, ({ at_us }) => second(at_us));
  const messages: Message[] = [];
  for (let timestamp = from; timestamp <= to; timestamp++) {
    messages.push(secondRecord(timestamp, landed.get(timestamp) ?? []));
    for (const { at_us, own } of happened.get(timestamp) ?? []) {
      messages.push({ mesg: "RECORD", fields: { timestamp }, own: { offset: offset_ms(at_us), ...own } });
    }
  }
  return messages;
}

/** One active set of all repetitions; of a wall sit each hold, with the rests between them. */
function sets(set: SetRecord, repetitions: number, from: number, to: number): Message[] {
  const { category, subtype } = SPORTS[set.exercise];
  if (category === undefined) return [];
  const plain = set.rung === null || set.rung === "single";
  const active = { setType: "active", category: [category], categorySubtype: plain && subtype !== undefined ? [subtype] : null };
  if (set.exercise !== "wall-sit") {
    const fields = { timestamp: to, startTime: from, duration: set.set.duration_ms / 1000, repetitions: bounded(repetitions, 16), ...active, messageIndex: 0 };
    return [{ mesg: "SET", fields }];
  }
  const messages: Message[] = [];
  let rest_us: number | null = null;
  for (const { start_s, end_s, tremor_dps, unbroken } of set.holds) {
    const [start_us, end_us] = [timeOf_us(set, start_s), timeOf_us(set, end_s)];
    const span = (begin_us: number, finish_us: number) => ({
      timestamp: second(finish_us),
      startTime: second(begin_us),
      duration: bounded((finish_us - begin_us) / 1e6, 32, 1000),
    });
    if (rest_us !== null) {
      messages.push({ mesg: "SET", fields: { ...span(rest_us, start_us), setType: "rest", messageIndex: messages.length } });
    }
    messages.push({
      mesg: "SET",
      fields: { ...span(start_us, end_us), repetitions: 1, ...active, messageIndex: messages.length },
      own: { offset: offset_ms(start_us), tremor: tremor_dps, clean: whole(unbroken) },
    });
    rest_us = end_us;
  }
  return messages;
}

/** Lap, session and activity: what the set came to. */
function summaries(set: SetRecord, about: readonly Step[], repetitions: number, from: number, to: number, id: number | null): Message[] {
  const { exercise, set: sum } = set;
  const afoot = exercise === "run" || exercise === "walk";
  const { sport, subSport, kinds } = SPORTS[exercise];
  const ofContacts = (value: number | null): number | null => (kinds.length === 0 ? null : value);
  // The clip's cadence of a run is in steps/min of both feet; FIT's is in cycles of one.
  const [cadence_min, fraction] = cadence(sum.cadence_spm === null || !afoot ? sum.cadence_spm : sum.cadence_spm / 2);
  const shared = {
    timestamp: to,
    startTime: from,
    totalElapsedTime: sum.duration_ms / 1000,
    totalTimerTime: sum.duration_ms / 1000,
    event: "lap",
    eventType: "stop",
    sport,
    subSport,
    totalCycles: afoot ? sum.strides : repetitions,
    avgCadence: cadence_min,
    avgFractionalCadence: fraction,
    ...dynamics(about, (field) => `avg${field.charAt(0).toUpperCase()}${field.slice(1)}`, ofContacts(sum.contact_ms_mean)),
    messageIndex: 0,
  };
  const own = {
    exercise,
    side: set.side,
    ledger_set: id,
    target: set.target,
    metronome: set.bpm,
    steps: afoot ? 2 * sum.strides : null,
    hops: exercise === "pogo" ? sum.hops : null,
    avg_flight_time: ofContacts(sum.flight_ms_mean),
    avg_bounce_height: mean(about.map(({ bounce_mm }) => bounce_mm)),
    avg_beat_error: sum.beat_error_ms_mean,
    sd_beat_error: sum.beat_error_ms_sd,
    missed_beats: set.bpm === null ? null : sum.missed_beats,
    pain: set.pain?.score ?? null,
  };
  return [
    { mesg: "LAP", fields: { ...shared, lapTrigger: "sessionEnd" } },
    { mesg: "SESSION", fields: { ...shared, event: "session", trigger: "activityEnd", firstLapIndex: 0, numLaps: 1, sportProfileName: isDrill(exercise) ? PROGRAMMES[exercise].title : exercise }, own },
    { mesg: "ACTIVITY", fields: { timestamp: to, totalTimerTime: shared.totalTimerTime, numSessions: 1, type: "manual", event: "activity", eventType: "stop" } },
  ];
}

/** UUID v5 of "hopclip" in the namespace of URLs: the same for all files of this tool. */
const APPLICATION = Array.from(Buffer.from("abd833c076595342ac8cae971ae9aab3", "hex"));

/** Messages as bytes, after the definitions of the developer fields that they use. */
function encode(head: readonly Message[], body: readonly Message[]): Uint8Array {
  const encoder = new Encoder();
  const write = ({ mesg, fields, own = {} }: Message): void => {
    const known = Object.entries(own).filter(([, value]) => value !== null);
    const developerFields = Object.fromEntries(known.map(([name, value]) => [NUMBERS.get(name), value]));
    encoder.onMesg(Profile.MesgNum[mesg] as number, { ...fields, ...(known.length === 0 ? {} : { developerFields }) } as Parameters<typeof encoder.onMesg>[1]);
  };
  head.forEach(write);
  const used = new Set(body.flatMap(({ own = {} }) => Object.entries(own).flatMap(([name, value]) => (value === null ? [] : [name]))));
  const application = { developerDataIndex: 0, applicationId: APPLICATION, applicationVersion: 1 };
  if (used.size > 0) write({ mesg: "DEVELOPER_DATA_ID", fields: application });
  for (const [name, [fitBaseTypeId, unit]] of Object.entries(OWN)) {
    if (!used.has(name)) continue;
    const number = NUMBERS.get(name) as number;
    const description = { developerDataIndex: 0, fieldDefinitionNumber: number, fitBaseTypeId, fieldName: name, ...(unit === "" ? {} : { units: unit }) };
    encoder.addDeveloperField(number, application, description);
    write({ mesg: "FIELD_DESCRIPTION", fields: description });
  }
  body.forEach(write);
  return asProtocol2(encoder.close());
}
const NUMBERS: ReadonlyMap<string, number> = new Map(Object.keys(OWN).map((name, number) => [name, number]));

/** The SDK writes 2 where the protocol's version 2.0, which developer fields need, is 0x20: major in the upper four bits. */
function asProtocol2(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint8(1, 0x20);
  view.setUint16(12, CrcCalculator.calculateCRC(bytes, 0, 12), true);
  view.setUint16(bytes.length - 2, CrcCalculator.calculateCRC(bytes, 0, bytes.length - 2), true);
  return bytes;
}

/** A set as the bytes of a FIT activity file. A Failure where it happened at a time that FIT cannot tell. */
export function fitOf(set: SetRecord, more: Kept = {}): Uint8Array {
  const steps = stepsOf(set);
  const about = steps.filter(({ contact }) => SPORTS[set.exercise].kinds.includes(contact.kind));
  const events = [...steps.map(contactEvent), ...repEvents(set)];
  const times_us = [...events.map(({ at_us }) => at_us), ...set.holds.map(({ end_s }) => timeOf_us(set, end_s))];
  const start_us = timeOf_us(set, 0);
  const from = second(times_us.reduce((first, at_us) => Math.min(first, at_us), start_us));
  const to = second(times_us.reduce((last, at_us) => Math.max(last, at_us), start_us + set.set.duration_ms * 1000));
  if (!(from >= FIT_S_MIN && to <= FIT_S_MAX)) {
    throw new Failure(`a FIT file holds times from 1998 to 2126; this set began ${new Date(set.started_ms).toISOString()}`);
  }
  const repetitions = set.exercise === "pogo" ? set.set.hops : set.reps.length + set.holds.length + set.taps.length;
  // The clip has no number of its own on every board: files of one origin share one, never 0, which means none.
  const serialNumber = crc32(set.origin) || 1;
  const maker = { manufacturer: "development", product: 0, serialNumber, productName: "hopclip" };
  const friendlyName = text(more.runner ?? "");
  return encode(
    [{ mesg: "FILE_ID", fields: { type: "activity", ...maker, timeCreated: from } }],
    [
      ...(friendlyName === null ? [] : [{ mesg: "USER_PROFILE", fields: { friendlyName } }]),
      { mesg: "DEVICE_INFO", fields: { timestamp: from, deviceIndex: 0, ...maker, descriptor: text(`${set.origin}, ${set.sensor}`) } },
      { mesg: "EVENT", fields: { timestamp: from, event: "timer", eventType: "start" } },
      ...records(about, events, from, to),
      { mesg: "EVENT", fields: { timestamp: to, event: "timer", eventType: "stopAll" } },
      ...sets(set, repetitions, from, to),
      ...summaries(set, about, repetitions, from, to, more.id ?? null),
    ],
  );
}
