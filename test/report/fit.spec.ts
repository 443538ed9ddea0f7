// FIT files as a reader that is not the writer's decodes them: every field of every message against the set it was made from.
import { Decoder, Stream } from "@garmin/fitsdk";
import FitParser from "fit-file-parser";
import { describe, expect, test } from "vitest";
import { Failure } from "../../host/failure.ts";
import type { SetRecord } from "../../host/record.ts";
import { fitOf, verticalOscillation_mm, type Kept } from "../../host/report/fit.ts";
import type { ResultContact } from "../../host/result.ts";
import { contact, empty, odd } from "./odd.ts";
import { simulated, MONDAY_MS } from "./simulated.ts";

type Fields = Record<string, unknown>;
type Messages = Record<string, Fields[]>;

/** All messages by name, decoded by fit-file-parser, which checks both CRCs. */
async function decode(bytes: Uint8Array): Promise<Messages> {
  const parser = new FitParser({ force: false, mode: "list" });
  const { messages } = (await parser.parseAsync(Buffer.from(bytes))) as unknown as { messages: Messages };
  return messages;
}

/** What the SDK says of a file. */
function official(bytes: Uint8Array) {
  const decoder = new Decoder(Stream.fromByteArray([...bytes]));
  const sound = [decoder.isFIT(), decoder.checkIntegrity()];
  const { messages, errors } = decoder.read();
  return { sound, errors, messages: messages as unknown as Record<string, Fields[]> };
}

/** A value as a field with so many parts a unit has it; absent where it is null. */
function field(name: string, value: number | null, parts = 1): Fields {
  return value === null ? {} : { [name]: Math.round(value * parts) / parts };
}
/** A developer field: a 32 bit float. */
function float(name: string, value: number | null): Fields {
  return value === null ? {} : { [name]: Math.fround(value) };
}
/** Strides/min or hops/min as two fields: whole ones, and 128ths of one. */
function rate(name: string, cycles_min: number | null): Fields {
  if (cycles_min === null) return {};
  const parts = Math.round(cycles_min * 128);
  return { [name]: Math.floor(parts / 128), [name.replace("cadence", "fractional_cadence")]: (parts % 128) / 128 };
}
function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value) / known.length;
}

const G_M_S2 = 9.80665;
/** The sine-wave model with Fmax put in, and the flight above it, mm. */
function sway_mm(tc_ms: number, tf_ms: number): number {
  return (G_M_S2 * (tc_ms ** 2 * ((tf_ms / tc_ms + 1) / (2 * Math.PI) - 1 / 8) + tf_ms ** 2 / 8)) / 1000;
}

/** Times of a set as the file has them. */
function clock(set: SetRecord) {
  const at_us = (t_s: number) => Math.round(set.started_ms * 1000 + t_s * 1e6);
  return {
    at: (t_s: number) => new Date(Math.floor(at_us(t_s) / 1e6) * 1000),
    offset: (t_s: number) => float("offset", (at_us(t_s) - Math.floor(at_us(t_s) / 1e6) * 1e6) / 1000),
  };
}

/** Truth about one contact among the others. */
function judged(set: SetRecord, one: ResultContact) {
  const next = set.contacts[set.contacts.indexOf(one) + 1];
  const stride_s = next !== undefined && next.kind === one.kind && one.kind !== "none" && next.ic_s > one.ic_s && next.ic_s - one.ic_s <= 3 ? next.ic_s - one.ic_s : null;
  const { contact_ms, flight_ms, kind } = one;
  const jump_ms = kind === "hop" && flight_ms !== null && flight_ms < 60_000 / (set.bpm ?? 0) ? flight_ms : null;
  const step_ms = stride_s === null || contact_ms === null ? null : stride_s * 500 - contact_ms;
  const air_ms = kind === "hop" ? jump_ms : kind === "run" && step_ms !== null && step_ms > 0 ? step_ms : null;
  return {
    stride_s,
    percent: stride_s === null || contact_ms === null ? null : contact_ms / stride_s / 10,
    bounce_mm: jump_ms === null ? null : (G_M_S2 * jump_ms ** 2) / 8000,
    sway_mm: air_ms === null || contact_ms === null ? null : sway_mm(contact_ms, air_ms),
  };
}

/** Contacts that the exercise is about. */
function meant(set: SetRecord): ResultContact[] {
  const kind = { pogo: "hop", run: "run", walk: "walk" }[set.exercise as string];
  return set.contacts.filter((one) => one.kind === kind);
}

function secondOf(set: SetRecord, timestamp: Date): Fields {
  const { at } = clock(set);
  const within = meant(set).filter(({ ic_s }) => at(ic_s).getTime() === timestamp.getTime());
  const facts = within.map((one) => judged(set, one));
  const stride_s = mean(facts.map((fact) => fact.stride_s));
  return {
    timestamp,
    ...rate("cadence", stride_s === null ? null : 60 / stride_s),
    ...field("stance_time", mean(within.map(({ contact_ms }) => contact_ms)), 10),
    ...field("stance_time_percent", mean(facts.map(({ percent }) => percent)), 100),
    ...field("vertical_oscillation", mean(facts.map((fact) => fact.sway_mm)), 10),
  };
}

/** Records of the single events, in their order in time. */
function eventRecords(set: SetRecord): Fields[] {
  const { at, offset } = clock(set);
  const stamp = (t_s: number): Fields => ({ timestamp: at(t_s), ...offset(t_s) });
  const told = (flaws: readonly string[], clean: boolean): Fields => ({ clean: Number(clean), ...(flaws.length === 0 ? {} : { flaws: flaws.join(" ") }) });
  return [
    ...set.contacts.map((one) => ({
      ...stamp(one.ic_s),
      ...float("contact_time", one.contact_ms),
      ...float("flight_time", one.flight_ms),
      ...float("beat_error", one.beat_error_ms),
      ...float("bounce_height", judged(set, one).bounce_mm),
      kind: one.kind,
      hop: Number(one.hop),
      confidence: one.confidence,
    })),
    ...set.reps.map((rep) => ({
      ...stamp(rep.t_s),
      ...told(rep.flaws, rep.clean),
      ...float("heel_height", rep.height_deg),
      ...float("wobble", rep.wobble_deg),
      ...float("up_time", rep.up_ms),
      ...float("hold_time", rep.hold_ms),
      ...float("down_time", rep.down_ms),
    })),
    ...set.taps.map((tap) => ({
      ...stamp(tap.t_s),
      ...told(tap.flaws, tap.clean),
      ...float("down_time", tap.reach_ms),
      ...float("hold_time", tap.floor_ms),
      ...float("up_time", tap.return_ms),
      ...float("tap_impact", tap.tap_g),
      ...float("landing_impact", tap.landing_g),
    })),
  ];
}

const INDEX = (value: number) => ({ value, reserved: false, selected: false });

/** The whole file, as a reader should find it. */
function expected(set: SetRecord, kept: Kept, sport: Fields, repeated: Fields | null): Messages {
  const { at } = clock(set);
  const { set: sum, exercise } = set;
  const afoot = exercise === "run" || exercise === "walk";
  const facts = meant(set).map((one) => judged(set, one));
  const counted = afoot || exercise === "pogo";
  const from = at(0);
  const to = at(sum.duration_ms / 1000);
  const seconds = Array.from({ length: (to.getTime() - from.getTime()) / 1000 + 1 }, (_, i) => secondOf(set, new Date(from.getTime() + i * 1000)));
  const events = eventRecords(set);
  const maker = { manufacturer: "development", product: 0, serial_number: expect.any(Number) as number, product_name: "hopclip" };
  const repetitions = exercise === "pogo" ? sum.hops : set.reps.length + set.holds.length + set.taps.length;
  const shared = {
    timestamp: to,
    start_time: from,
    total_elapsed_time: sum.duration_ms / 1000,
    total_timer_time: sum.duration_ms / 1000,
    event_type: "stop",
    ...sport,
    total_cycles: afoot ? sum.strides : repetitions,
    ...rate("avg_cadence", sum.cadence_spm === null ? null : sum.cadence_spm / (afoot ? 2 : 1)),
    ...field("avg_stance_time", counted ? sum.contact_ms_mean : null, 10),
    ...field("avg_stance_time_percent", mean(facts.map(({ percent }) => percent)), 100),
    ...field("avg_vertical_oscillation", mean(facts.map((fact) => fact.sway_mm)), 10),
    message_index: INDEX(0),
  };
  const own = {
    exercise,
    ...(set.side === null ? {} : { side: set.side }),
    ...field("ledger_set", kept.id ?? null),
    ...float("target", set.target),
    ...float("metronome", set.bpm),
    ...(afoot ? { steps: 2 * sum.strides } : {}),
    ...(exercise === "pogo" ? { hops: sum.hops } : {}),
    ...float("avg_flight_time", counted ? sum.flight_ms_mean : null),
    ...float("avg_bounce_height", mean(facts.map(({ bounce_mm }) => bounce_mm))),
    ...float("avg_beat_error", sum.beat_error_ms_mean),
    ...float("sd_beat_error", sum.beat_error_ms_sd),
    ...(set.bpm === null ? {} : { missed_beats: sum.missed_beats }),
    ...(set.pain === null ? {} : { pain: set.pain.score }),
  };
  return {
    file_id: [{ type: "activity", ...maker, time_created: from }],
    ...(kept.runner === undefined ? {} : { user_profile: [{ friendly_name: kept.runner }] }),
    device_info: [{ timestamp: from, device_index: "creator", ...maker, descriptor: `${set.origin}, ${set.sensor}` }],
    event: [
      { timestamp: from, event: "timer", event_type: "start" },
      { timestamp: to, event: "timer", event_type: "stop_all" },
    ],
    // those of a second follow its own
    record: seconds.flatMap((second) => [second, ...events.filter(({ timestamp }) => (timestamp as Date).getTime() === (second.timestamp as Date).getTime())]),
    ...(repeated === null ? {} : { set: holdsOr(set, repeated, { timestamp: to, start_time: from, duration: sum.duration_ms / 1000, repetitions }) }),
    lap: [{ ...shared, event: "lap", lap_trigger: "session_end" }],
    session: [{ ...shared, event: "session", trigger: "activity_end", first_lap_index: 0, num_laps: 1, sport_profile_name: TITLES[exercise], ...own }],
    activity: [{ timestamp: to, total_timer_time: sum.duration_ms / 1000, num_sessions: 1, type: "manual", event: "activity", event_type: "stop" }],
  };
}

/** `set` messages: the one of all repetitions, or of a wall sit each hold and the rests between. */
function holdsOr(set: SetRecord, repeated: Fields, all: Fields): Fields[] {
  if (set.exercise !== "wall-sit") return [{ ...all, set_type: "active", ...repeated, message_index: INDEX(0) }];
  const { at, offset } = clock(set);
  const span = (start_s: number, end_s: number): Fields => ({ timestamp: at(end_s), start_time: at(start_s), ...field("duration", end_s - start_s, 1000) });
  return set.holds
    .flatMap(({ start_s, end_s, tremor_dps, unbroken }, i): Fields[] => [
      ...(i === 0 ? [] : [{ ...span(set.holds[i - 1]!.end_s, start_s), set_type: "rest" }]),
      { ...span(start_s, end_s), repetitions: 1, set_type: "active", ...repeated, ...offset(start_s), ...float("tremor", tremor_dps), clean: Number(unbroken) },
    ])
    .map((message, i) => ({ ...message, message_index: INDEX(i) }));
}

const TITLES: Readonly<Record<string, string>> = {
  pogo: "Pogo hops",
  run: "Running to a cadence",
  calf: "Calf raises, knee straight",
  "calf-bent": "Calf raises, knee bent",
  "wall-sit": "Wall sit",
  "step-down": "Forward step-downs",
};

/** Units of the developer fields; texts and numbers of things have none. */
const UNITS: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    ["offset", "contact_time", "flight_time", "beat_error", "up_time", "hold_time", "down_time", "avg_flight_time", "avg_beat_error", "sd_beat_error"].map((name) => [name, "ms"]),
  ),
  bounce_height: "mm",
  avg_bounce_height: "mm",
  hop: "0 no, 1 yes",
  clean: "0 no, 1 yes",
  confidence: "%",
  heel_height: "deg",
  wobble: "deg",
  tap_impact: "g",
  landing_impact: "g",
  tremor: "deg/s",
  metronome: "beats/min",
  steps: "steps, both feet",
  hops: "hops",
  missed_beats: "beats",
  pain: "0 none to 10 worst",
};

const TRAINING = { sport: "training", sub_sport: "strength_training" };
const SETS: readonly (readonly [name: string, set: () => SetRecord, sport: Fields, repeated: Fields | null])[] = [
  ["pogo", () => simulated({ exercise: "pogo", seconds: 30, seed: 4, bpm: 150, target: 75, pain: { score: 2, where: "knee" } }), TRAINING, { category: ["plyo"] }],
  ["run", () => simulated({ exercise: "run", seconds: 40, seed: 5, bpm: 172, side: "right", started_ms: MONDAY_MS + 617 }), { sport: "running", sub_sport: "generic" }, null],
  ["calf", () => simulated({ exercise: "calf", seconds: 60, seed: 6, target: 20, variant: "partial" }), TRAINING, { category: ["calf_raise"], category_subtype: [15] }],
  ["calf-bent", () => simulated({ exercise: "calf-bent", seconds: 40, seed: 6 }), TRAINING, { category: ["calf_raise"], category_subtype: [9] }],
  ["wall-sit", () => simulated({ exercise: "wall-sit", seconds: 60, seed: 7, variant: "touching" }), TRAINING, { category: ["squat"], category_subtype: [20] }],
  ["step-down", () => simulated({ exercise: "step-down", seconds: 60, seed: 8, variant: "stomping" }), TRAINING, { category: ["squat"] }],
];

describe("a simulated set, decoded, is the set", () => {
  test.each(SETS)("%s", async (_, make, sport, repeated) => {
    const set = make();
    expect(set.contacts.length + set.reps.length + set.holds.length + set.taps.length).toBeGreaterThan(2);
    const kept = { id: 12, runner: "Zoë Groß" };
    const bytes = fitOf(set, kept);
    const { developer_data_id, field_description, ...messages } = await decode(bytes);
    const whole = expected(set, kept, sport, repeated);
    // one kind of message at a time, for a failure that can be read
    for (const name of Object.keys(whole)) expect({ [name]: messages[name] }).toEqual({ [name]: whole[name] });
    expect(Object.keys(messages).toSorted()).toEqual(Object.keys(whole).toSorted());
    expect(developer_data_id).toHaveLength(1);
    expect(official(bytes)).toMatchObject({ sound: [true, true], errors: [] });
    // every description is used, and has its unit
    const used = new Set([...messages.record!, ...(messages.set ?? []), ...messages.session!].flatMap((message) => Object.keys(message)));
    for (const { field_name } of field_description!) expect(used).toContain(field_name);
    for (const { field_name, units } of field_description!) expect({ field_name, units }).toEqual({ field_name, units: UNITS[field_name as string] });
  });

  test("FIT's name of a single-leg form is not given to another step of the ladder", async () => {
    for (const [rung, subtype] of [[null, [20]], ["single", [20]], ["double", undefined], ["load", undefined]] as const) {
      const { set } = await decode(fitOf(empty({ exercise: "wall-sit", rung, holds: [{ start_s: 0, end_s: 0.5, tremor_dps: null, unbroken: true }] })));
      expect([rung, set![0]!.category_subtype]).toEqual([rung, subtype]);
    }
  });

  test("the same set gives the same bytes", () => {
    const make = SETS[0]![1];
    expect(fitOf(make(), { id: 1 })).toEqual(fitOf(make(), { id: 1 }));
  });
});

describe("cadence is of one foot", () => {
  /** Seconds of a set with a landing of this foot every so often. */
  const steady = (exercise: "run" | "pogo", every_s: number, cadence_spm: number): SetRecord => {
    const kind = exercise === "run" ? "run" : "hop";
    const contacts = Array.from({ length: 40 }, (_, i) => contact({ kind, hop: kind === "hop", ic_s: Number((i * every_s).toFixed(6)), contact_ms: 200, beat_error_ms: null }));
    return empty({ exercise, contacts, set: { ...empty().set, exercise, duration_ms: 40_000 * every_s, hops: kind === "hop" ? 40 : 0, strides: kind === "run" ? 39 : 0, cadence_spm } });
  };
  const read = (session: Fields) => (session.avg_cadence as number) + (session.avg_fractional_cadence as number);

  test("160 steps/min are 80 strides/min, in every record, the lap and the session, and labelled", async () => {
    const bytes = fitOf(steady("run", 0.75, 160));
    const { record, session, lap } = await decode(bytes);
    for (const { cadence, fractional_cadence } of record!.filter((each) => each.cadence !== undefined)) expect([cadence, fractional_cadence]).toEqual([80, 0]);
    expect(record!.filter((each) => each.cadence !== undefined).length).toBeGreaterThan(25);
    expect([read(session![0]!), read(lap![0]!)]).toEqual([80, 80]);
    expect(session![0]).toMatchObject({ total_cycles: 39, steps: 78 });
    // the SDK names the fields by the sport
    expect(official(bytes).messages.sessionMesgs![0]).toMatchObject({ avgRunningCadence: 80, totalStrides: 39 });
  });
  test("a simulated runner at 160 steps/min reads 80 strides/min, twice which are 160 steps/min", async () => {
    const set = simulated({ exercise: "run", seconds: 60, seed: 11, bpm: 160 });
    const { session } = await decode(fitOf(set));
    expect(2 * read(session![0]!)).toBeGreaterThan(157);
    expect(2 * read(session![0]!)).toBeLessThan(163);
    // by the count as well, of somebody who stands for its first and last second
    expect(session![0]!.steps as number).toBeGreaterThan(144);
    expect(session![0]!.steps as number).toBeLessThan(164);
  });
  test("neither a pause nor the way to a contact of another kind is a stride", async () => {
    const contacts = [0.5, 3.5, 6.501].map((ic_s) => contact({ kind: "run", hop: false, ic_s }));
    const { record } = await decode(fitOf(empty({ exercise: "run", contacts: [...contacts, contact({ kind: "walk", hop: false, ic_s: 7.5 })] })));
    const told = record!.filter((each) => "stance_time" in each).map(({ cadence }) => cadence);
    expect(told).toEqual([20, undefined, undefined]); // 3 s; 3.001 s; a walking contact
  });
  test("150 hops/min are 150: a hop is a cycle of this foot", async () => {
    const bytes = fitOf(steady("pogo", 0.4, 150));
    const { session, record } = await decode(bytes);
    expect(read(session![0]!)).toBe(150);
    expect(record![0]).toMatchObject({ cadence: 150, fractional_cadence: 0 });
    expect(session![0]).toMatchObject({ total_cycles: 40, hops: 40 });
    expect(official(bytes).messages.sessionMesgs![0]).toMatchObject({ totalReps: 40 });
  });
});

describe("vertical oscillation", () => {
  /** Rise and fall of a mass under half a sine of force for tc, then in flight for tf, by small steps of time. */
  function fallen_mm(tc_s: number, tf_s: number): number {
    const peak_m_s2 = ((G_M_S2 * Math.PI) / 2) * (tf_s / tc_s + 1);
    const dt_s = 1e-6;
    let [z_m, v_m_s, low_m] = [0, (-G_M_S2 * tf_s) / 2, 0];
    for (let t_s = 0; t_s < tc_s; t_s += dt_s) {
      v_m_s += (peak_m_s2 * Math.sin((Math.PI * t_s) / tc_s) - G_M_S2) * dt_s;
      z_m += v_m_s * dt_s;
      low_m = Math.min(low_m, z_m);
    }
    // what goes up with v rises v²/2g
    return 1000 * ((v_m_s ** 2 / 2) / G_M_S2 - low_m);
  }
  test.each([
    [200, 200],
    [250, 125],
    [180, 20],
    [320, 300],
  ])("of %d ms contact and %d ms flight is that of the sine-wave model, step by step", (tc_ms, tf_ms) => {
    expect(verticalOscillation_mm(tc_ms, tf_ms)).toBeCloseTo(fallen_mm(tc_ms / 1000, tf_ms / 1000), 1);
  });
  test("is not written for a walk, nor where a runner's feet overlap", async () => {
    const steps = (kind: string, contact_ms: number) => [0, 1, 2].map((i) => contact({ kind, hop: false, ic_s: i, contact_ms }));
    for (const [exercise, contact_ms] of [["walk", 400], ["run", 600]] as const) {
      const { record } = await decode(fitOf(empty({ exercise, contacts: steps(exercise, contact_ms) })));
      expect(record!.some((each) => "stance_time" in each)).toBe(true);
      for (const each of record!) expect(each).not.toHaveProperty("vertical_oscillation");
    }
  });
});

describe("bytes by hand", () => {
  const bytes = Buffer.from(fitOf(empty()));
  /** CRC-16 with the polynomial x¹⁶ + x¹⁵ + x² + 1, reflected, bit by bit. */
  const crc = (part: Uint8Array): number => {
    let sum = 0;
    for (const byte of part) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
    }
    return sum;
  };
  test("the header: 14 bytes, protocol 2.0, size of the data, .FIT, CRC", () => {
    expect(crc(Buffer.from("123456789"))).toBe(0xbb3d); // the check value of CRC-16/ARC
    expect([...bytes.subarray(0, 2)]).toEqual([14, 0x20]);
    expect(bytes.readUInt16LE(2)).toBe(21_217); // profile 21.217
    expect(bytes.readUInt32LE(4)).toBe(bytes.length - 14 - 2);
    expect(bytes.toString("latin1", 8, 12)).toBe(".FIT");
    expect(bytes.readUInt16LE(12)).toBe(crc(bytes.subarray(0, 12)));
    expect(bytes.readUInt16LE(bytes.length - 2)).toBe(crc(bytes.subarray(0, -2)));
  });
  test("file_id: its definition, then its data", () => {
    // local message 0, little endian, global message 0, six fields of number, size, base type; the SDK writes an enum as the uint8 it is
    const definition = [0x40, 0, 0, 0, 0, 6, 0, 1, 0x02, 1, 2, 0x84, 2, 2, 0x84, 3, 4, 0x8c, 8, 8, 0x07, 4, 4, 0x86];
    // activity; 255 development; product 0; the check value of CRC-32 for "123456789"; text; 2026-01-01 is 1,136,160,000 s = 0x43b86d00
    const data = [0x00, 4, 0xff, 0, 0, 0, 0x26, 0x39, 0xf4, 0xcb, ...Buffer.from("hopclip\0"), 0x00, 0x6d, 0xb8, 0x43];
    expect([...bytes.subarray(14, 14 + definition.length + data.length)]).toEqual([...definition, ...data]);
  });
  test("a record of a contact: its second, and where in it", async () => {
    const set = empty({ contacts: [contact({ ic_s: 0.25, contact_ms: 200, flight_ms: null, beat_error_ms: null })] });
    const { record } = await decode(fitOf(set));
    const timestamp = new Date(Date.UTC(2026, 0, 1));
    expect(record).toEqual([
      { timestamp, stance_time: 200 },
      { timestamp, offset: 250, contact_time: 200, kind: "hop", hop: 1, confidence: 90 },
      { timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, 1)) },
    ]);
  });
});

describe("odd sets", () => {
  test("whatever a set holds, the file is sound and holds every event", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const set = odd(seed);
      const bytes = fitOf(set, { id: seed, runner: "x\0".repeat(300) });
      const { sound, errors } = official(bytes);
      expect({ seed, sound, errors }).toEqual({ seed, sound: [true, true], errors: [] });
      const messages = await decode(bytes);
      const { record, session } = messages;
      const found = record!.filter((each) => "offset" in each);
      const order = (each: Fields) => (each.timestamp as Date).getTime();
      const wanted = eventRecords(set);
      expect({ seed, found: found.toSorted((a, b) => order(a) - order(b)) }).toEqual({ seed, found: wanted.toSorted((a, b) => order(a) - order(b)) });
      expect({ seed, summary: record!.filter((each) => !("offset" in each)).length }).toEqual({
        seed,
        summary: (order(record!.at(-1)!) - order(record![0]!)) / 1000 + 1,
      });
      const times = record!.map(order);
      expect(times.every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true);
      // what does not fit into its field is left out, never wrapped
      const { cadence_spm, contact_ms_mean } = set.set;
      const counted = ["pogo", "run", "walk", "auto"].includes(set.exercise);
      const cycles = cadence_spm === null ? null : cadence_spm / (set.exercise === "run" || set.exercise === "walk" ? 2 : 1);
      expect(session![0]!.avg_cadence).toBe(cycles === null || Math.round(cycles * 128) >= 255 * 128 ? undefined : Math.floor(Math.round(cycles * 128) / 128));
      expect(session![0]!.avg_stance_time).toBe(!counted || contact_ms_mean === null || contact_ms_mean * 10 >= 65_534.5 ? undefined : Math.round(contact_ms_mean * 10) / 10);
      for (const text of [messages.user_profile![0]!.friendly_name, messages.device_info![0]!.descriptor]) expect(Buffer.byteLength(text as string)).toBeLessThan(255);
    }
  });
  test("no contact, and one", async () => {
    const none = await decode(fitOf(empty()));
    expect(none.record).toHaveLength(2);
    expect(none.session![0]).toMatchObject({ total_cycles: 0, hops: 0, total_elapsed_time: 1 });
    const one = await decode(fitOf(empty({ contacts: [contact({ ic_s: -0.01 })] })));
    // it began before the set's own second: so does the file
    expect(one.record![0]).toMatchObject({ timestamp: new Date(Date.UTC(2025, 11, 31, 23, 59, 59)), stance_time: 200 });
    expect(one.record![1]).toMatchObject({ offset: 990, bounce_height: Math.fround((G_M_S2 * 200 ** 2) / 8000) });
  });
  test("two hours of running", async () => {
    const contacts = Array.from({ length: 9600 }, (_, i) => contact({ kind: "run", hop: false, ic_s: i * 0.75 }));
    const set = empty({ exercise: "run", contacts, set: { ...empty().set, duration_ms: 7_200_000, strides: 9599 } });
    const { record, session } = await decode(fitOf(set));
    expect(record!.filter(({ kind }) => kind === "run")).toHaveLength(9600);
    expect(record!.length).toBe(9600 + 7201);
    expect(session![0]!.steps).toBe(19_198);
  });
  test("a flight over more than a beat has lost a landing: it is told, but gives no height", async () => {
    const { record } = await decode(fitOf(empty({ bpm: 150, contacts: [contact({ flight_ms: 401 })] })));
    expect(record!.find(({ kind }) => kind === "hop")).toMatchObject({ flight_time: 401 });
    for (const each of record!) for (const name of ["bounce_height", "vertical_oscillation"]) expect(each).not.toHaveProperty(name);
  });
  test("times that FIT does not have are a failure", () => {
    for (const started_ms of [0, Date.UTC(1998, 5), Date.UTC(2127, 0)]) expect(() => fitOf(empty({ started_ms }))).toThrow(Failure);
    expect(() => fitOf(empty({ started_ms: 0 }))).toThrow("a FIT file holds times from 1998 to 2126; this set began 1970-01-01T00:00:00.000Z");
  });
});
