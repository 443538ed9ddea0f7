// The clip's log as this tool reads it: files of records (firmware/store/record.ts lays them out, PROTOCOL.md says what they mean), sets
// among them, and a set's lines built anew, so that whatever reads lines reads logs. The reader asks the clip; all else is pure.
import {
  crc16, EXERCISE_WALL_SIT, LOG_AMEND, LOG_BOOT, LOG_BOOT_AT_US, LOG_BOOT_BYTES, LOG_BOOT_VERSION, LOG_CONTACT, LOG_CONTACT_BYTES, LOG_CONTACT_CONFIDENCE,
  LOG_CONTACT_ERROR_US, LOG_CONTACT_FLIGHT_US, LOG_CONTACT_HOP, LOG_CONTACT_IC_US, LOG_CONTACT_ID, LOG_CONTACT_KIND, LOG_CONTACT_SET_ID, LOG_CONTACT_TC_US, LOG_NONE,
  LOG_REP, LOG_REP_AT_US, LOG_REP_BYTES, LOG_REP_FLAWS, LOG_REP_ID, LOG_REP_SET_ID, LOG_SET, LOG_SET_BYTES, LOG_SUMMARY, LOG_SUMMARY_BYTES, LOG_SUMMARY_START_US,
  LOG_TIME, LOG_TIME_BYTES, LOG_TIME_CLIP_US, LOG_TIME_UNIX_US, LOG_VERDICT, LOG_VERDICT_BYTES, MODE_SET, MODE_SUMMARY, REP_OPEN, SUMMARY_FIELDS, VERDICT_FIELDS,
} from "../../firmware/wire/layout.ts";
import { Failure } from "../failure.ts";
import { buildLine, parseFrame } from "./line.ts";
import { SmpError, type Smp } from "./smp.ts";

const HEADER_BYTES = 8;
const COMMIT_BYTES = 4;
const MAGIC = [0xb5, 0x5a] as const; // bytes 0 and 3
const WORD_BYTES = 4;

/** A record by its type; a field is null where the record says that there is no value. Times are µs of the clip's clock. */
export type LogRecord = { readonly sequence: number } & (
  | { readonly type: "boot"; readonly at_us: number; readonly version: string }
  | { readonly type: "set"; readonly set: number; /** The ten fields of SET as they came. */ readonly asked: readonly number[]; readonly side: number }
  | ({ readonly type: "contact" | "amend" } & LoggedContact)
  | { readonly type: "rep"; readonly set: number; readonly at_us: number; readonly id: number; /** top, up, hold, down, wobble. */ readonly values: readonly (number | null)[]; readonly flaws: number }
  | { readonly type: "verdict"; /** The twelve fields of VER. */ readonly fields: readonly (number | null)[] }
  | { readonly type: "summary"; /** The sixteen fields of SUM. */ readonly fields: readonly (number | null)[]; /** null: it never started, or is not known. */ readonly start_us: number | null }
  | { readonly type: "time"; readonly unix_us: number; readonly clip_us: number }
  | { readonly type: "unknown"; readonly code: number }
);

/** A contact as the log has it. */
interface LoggedContact {
  readonly set: number;
  readonly id: number;
  readonly ic_us: number;
  readonly tc_us: number | null;
  readonly kind: number;
  readonly hop: number;
  readonly flight_us: number | null;
  readonly error_us: number | null;
  readonly confidence: number;
}

/** What is in a piece of a log file. */
export interface Parsed {
  readonly records: readonly LogRecord[];
  /** Places where something that is no record, torn or rotten, was passed over. */
  readonly damaged: number;
  /** Where the last record ends: what follows is not whole yet, or torn. */
  readonly end: number;
}

/** Reads the records of a file, or of a piece of it that begins where a record may. */
export function parseLog(bytes: Uint8Array): Parsed {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: LogRecord[] = [];
  let damaged = 0;
  let end = 0;
  let at = 0;
  while (at + HEADER_BYTES + COMMIT_BYTES <= data.length) {
    const body = HEADER_BYTES + ((data[at + 2]! + 3) & ~3);
    const next = at + body + COMMIT_BYTES;
    if (data[at] === MAGIC[0] && data[at + 3] === MAGIC[1] && next <= data.length && isCommitted(data, at, at + body)) {
      if (end < at) damaged += 1;
      records.push(recordOf(data[at + 1]!, data.readUInt32LE(at + 4), data.subarray(at + HEADER_BYTES, at + HEADER_BYTES + data[at + 2]!)));
      at = next;
      end = at;
    } else at += WORD_BYTES;
  }
  return { records, damaged, end };
}

function isCommitted(data: Buffer, from: number, to: number): boolean {
  let crc = 0;
  for (let at = from; at < to; at++) crc = crc16(crc, data[at] as number);
  return data.readUInt16LE(to) === crc && data.readUInt16LE(to + 2) === (~crc & 0xffff);
}

function recordOf(code: number, sequence: number, data: Buffer): LogRecord {
  const u64 = (at: number): number => data.readUInt32LE(at) + data.readUInt32LE(at + 4) * 2 ** 32;
  const i32 = (at: number): number | null => {
    const value = data.readInt32LE(at);
    return value === LOG_NONE ? null : value;
  };
  const list = (from: number, count: number): (number | null)[] => Array.from({ length: count }, (_, index) => i32(from + 4 * index));
  const words = Array.from({ length: data.length >> 2 }, (_, index) => data.readUInt32LE(4 * index));
  const bytes = SIZES.get(code);
  if (bytes !== data.length) return { sequence, type: "unknown", code };
  switch (code) {
    case LOG_BOOT: {
      const version = data.readUInt32LE(LOG_BOOT_VERSION);
      return { sequence, type: "boot", at_us: u64(LOG_BOOT_AT_US), version: `${version >>> 16}.${(version >> 8) & 0xff}.${version & 0xff}` };
    }
    case LOG_SET:
      return { sequence, type: "set", set: words[0]!, asked: words.slice(1, -1), side: words.at(-1)! };
    case LOG_REP: {
      const values = list(LOG_REP_ID + 4, (LOG_REP_FLAWS - LOG_REP_ID) / 4 - 1);
      return { sequence, type: "rep", at_us: u64(LOG_REP_AT_US), id: data.readInt32LE(LOG_REP_ID), values, flaws: data.readInt32LE(LOG_REP_FLAWS), set: data.readInt32LE(LOG_REP_SET_ID) };
    }
    case LOG_VERDICT:
      return { sequence, type: "verdict", fields: list(0, VERDICT_FIELDS) };
    case LOG_SUMMARY:
      return { sequence, type: "summary", fields: list(0, SUMMARY_FIELDS), start_us: u64(LOG_SUMMARY_START_US) || null };
    case LOG_TIME:
      return { sequence, type: "time", unix_us: u64(LOG_TIME_UNIX_US), clip_us: u64(LOG_TIME_CLIP_US) };
    default:
      return {
        sequence,
        type: code === LOG_AMEND ? "amend" : "contact",
        set: data.readUInt32LE(LOG_CONTACT_SET_ID),
        id: data.readUInt32LE(LOG_CONTACT_ID),
        ic_us: u64(LOG_CONTACT_IC_US),
        tc_us: u64(LOG_CONTACT_TC_US) || null,
        kind: data[LOG_CONTACT_KIND]!,
        hop: data[LOG_CONTACT_HOP]!,
        flight_us: data.readUInt32LE(LOG_CONTACT_FLIGHT_US) || null,
        error_us: i32(LOG_CONTACT_ERROR_US),
        confidence: data[LOG_CONTACT_CONFIDENCE]!,
      };
  }
}

const SIZES: ReadonlyMap<number, number> = new Map([
  [LOG_BOOT, LOG_BOOT_BYTES],
  [LOG_SET, LOG_SET_BYTES],
  [LOG_CONTACT, LOG_CONTACT_BYTES],
  [LOG_AMEND, LOG_CONTACT_BYTES],
  [LOG_SUMMARY, LOG_SUMMARY_BYTES],
  [LOG_TIME, LOG_TIME_BYTES],
  [LOG_REP, LOG_REP_BYTES],
  [LOG_VERDICT, LOG_VERDICT_BYTES],
]);

type Of<T extends LogRecord["type"]> = Extract<LogRecord, { readonly type: T }>;

/** What the log has of a set so far. */
export interface OpenSet {
  readonly plan: Of<"set">;
  readonly contacts: readonly Of<"contact" | "amend">[];
  readonly reps: readonly Of<"rep">[];
  readonly verdict: Of<"verdict"> | null;
  /** null: it is not over. */
  readonly summary: Of<"summary"> | null;
  /** What the clip's clock showed when the set began, or its first event: the start of one that a restart cut is in no record. null: it has neither. */
  readonly start_us: number | null;
}

/** A set as the log has it, whole. */
export interface LoggedSet extends OpenSet {
  readonly summary: Of<"summary">;
  /** Of the app that recorded it; null where the log does not reach back to its start. */
  readonly version: string | null;
  /** When it began, ms since 1970, and whether that is known or the earliest or latest it can have been; null: nothing is known. */
  readonly began: { readonly unix_ms: number; readonly known: "exactly" | "after" | "before" } | null;
}

/** Puts the records of sets together, one set after the other. */
class Gatherer {
  private open: { readonly plan: Of<"set">; readonly contacts: Of<"contact" | "amend">[]; readonly reps: Of<"rep">[]; verdict: Of<"verdict"> | null } | null = null;

  /** The set under way, as far as it is known; null: there is none. */
  get under(): OpenSet | null {
    return this.open === null ? null : { ...this.open, summary: null, start_us: this.first_us };
  }

  /** Takes a record; the set that is whole with it, or null. */
  take(record: LogRecord): (OpenSet & { readonly summary: Of<"summary"> }) | null {
    const { open } = this;
    if (record.type === "set") this.open = { plan: record, contacts: [], reps: [], verdict: null };
    else if (open === null) return null;
    else if ((record.type === "contact" || record.type === "amend") && record.set === open.plan.set) open.contacts.push(record);
    else if (record.type === "rep" && record.set === open.plan.set) open.reps.push(record);
    else if (record.type === "verdict" && record.fields[0] === open.plan.set) open.verdict = record;
    else if (record.type === "summary" && record.fields[0] === open.plan.set) {
      const whole = { ...open, summary: record, start_us: record.start_us ?? this.first_us };
      this.open = null;
      return whole;
    }
    return null;
  }

  private get first_us(): number | null {
    return this.open?.contacts[0]?.ic_us ?? this.open?.reps[0]?.at_us ?? null;
  }
}

/** The first set among records, as far as it goes; null: there is none. */
export function firstSetOf(records: Iterable<LogRecord>): OpenSet | null {
  const gatherer = new Gatherer();
  for (const record of records) {
    const whole = gatherer.take(record);
    if (whole !== null) return whole;
  }
  return gatherer.under;
}

/** From one start of the clip to the next. */
interface Boot {
  readonly version: string | null;
  readonly times: Of<"time">[];
  /** Clip time of its last record that has one, µs. */
  last_us: number;
}

/** Clip time of a record; 0 where it has none. */
const timeOf_us = (record: LogRecord): number => (record.type === "contact" ? record.ic_us : record.type === "rep" ? record.at_us : record.type === "time" ? record.clip_us : record.type === "summary" ? (record.start_us ?? 0) : 0);

/** Times that each run of the clip was told. */
function bootsOf(log: Iterable<LogRecord>): Boot[] {
  const boots: Boot[] = [{ version: null, times: [], last_us: 0 }];
  for (const record of log) {
    const boot = boots.at(-1) as Boot;
    boot.last_us = Math.max(boot.last_us, timeOf_us(record));
    if (record.type === "boot") boots.push({ version: record.version, times: [], last_us: record.at_us });
    else if (record.type === "time") boot.times.push(record);
  }
  return boots;
}

/**
 * Sets among a log's records, in order. A set of which the beginning has been given up, or which has no summary yet, is none. The log is read
 * twice: dates may come from after a set.
 */
export function* setsOf(log: () => Iterable<LogRecord>): Generator<LoggedSet> {
  const boots = bootsOf(log());
  let boot = 0;
  const gatherer = new Gatherer();
  for (const record of log()) {
    if (record.type === "boot") boot += 1;
    const whole = gatherer.take(record);
    if (whole !== null) yield { ...whole, version: boots[boot]!.version, began: beganOf(boots, boot, whole.start_us) };
  }
}

/**
 * When something began. Its own run of the clip, told the time before or after, knows exactly. Else it was after the last time that an earlier
 * run was told, by at least what that run and the later ones lasted, or before the next time a later run was told.
 */
function beganOf(boots: readonly Boot[], index: number, at_us: number | null): LoggedSet["began"] {
  if (at_us === null) return null;
  const ms = (unix_us: number): number => Math.round(unix_us / 1000);
  const near = boots[index]!.times.toSorted((a, b) => Math.abs(a.clip_us - at_us) - Math.abs(b.clip_us - at_us))[0];
  if (near !== undefined) return { unix_ms: ms(near.unix_us + at_us - near.clip_us), known: "exactly" };
  let gone_us = at_us;
  for (const { times, last_us } of boots.slice(0, index).toReversed()) {
    const told = times.at(-1);
    if (told !== undefined) return { unix_ms: ms(told.unix_us + last_us - told.clip_us + gone_us), known: "after" };
    gone_us += last_us;
  }
  let left_us = boots[index]!.last_us - at_us;
  for (const { times, last_us } of boots.slice(index + 1)) {
    const told = times[0];
    if (told !== undefined) return { unix_ms: ms(told.unix_us - told.clip_us - left_us), known: "before" };
    left_us += last_us;
  }
  return null;
}

/** Lines of a set as the clip would have sent them, numbered from 0 without a gap. `others`: lines heard live that no record holds (ACT, CUE, FLT). */
export function linesOf({ plan, contacts, reps, verdict, summary, start_us }: OpenSet, others: readonly string[] = []): string[] {
  const [exercise, tempo] = plan.asked;
  const bodies: string[] = [];
  const add = (...fields: readonly (string | number | null)[]): void => void bodies.push(fields.map((field) => field ?? "-").join(","));
  const start = start_us ?? 0;
  add("MOD", MODE_SET, plan.set, exercise!, tempo!, start);
  const hops = new Map<number, number>();
  let count = 0;
  for (const { type, id, ic_us, tc_us, kind, hop, flight_us, error_us, confidence } of contacts) {
    count += hop - (hops.get(id) ?? 0);
    hops.set(id, hop);
    if (type === "contact") add("CON", id, ic_us, tc_us, kind, hop, flight_us, error_us, confidence, count);
    else add("AMD", id, kind, hop, count);
  }
  const done = { reps: 0, clean: 0 };
  for (const { id, at_us, values, flaws } of reps) {
    // A hold that has only begun is none yet.
    if (exercise !== EXERCISE_WALL_SIT || (flaws & REP_OPEN) === 0) {
      done.reps += 1;
      if (flaws === 0) done.clean += 1;
    }
    add("REP", id, at_us, ...values, flaws, done.reps, done.clean);
  }
  bodies.push(...others.map(parseFrame).flatMap((frame) => (typeof frame === "string" ? [] : [[frame.tag, ...frame.fields].join(",")])));
  if (summary !== null) {
    if (summary.start_us !== null) add("MOD", MODE_SUMMARY, plan.set, exercise!, tempo!, start + summary.fields[3]! * 1000);
    add("SUM", ...summary.fields);
    if (verdict !== null) add("VER", ...verdict.fields);
  }
  return bodies.map((body, seq) => buildLine(seq, body).trimEnd());
}

/** A file of the log on the clip. */
export interface LogFile {
  readonly number: number;
  readonly bytes: number;
}

/** A place in the log. */
export interface Cursor {
  readonly file: number;
  readonly offset: number;
}

/** Bytes of a line of the index. */
const INDEX_LINE_BYTES = 16;
/** Times the index is read anew where the clip gives up a file between index and file. */
const TRIES = 3;

/** Reads the index. A Failure where it is none. */
export function parseIndex(bytes: Uint8Array): LogFile[] {
  const text = Buffer.from(bytes).toString("latin1");
  const files = (text.match(/[^\n]*\n/gu) ?? []).map((line) => {
    const [, number, size] = /^([ \d]{9}\d) ([ \d]{3}\d)\n$/u.exec(line) ?? [];
    return { number: Number(number), bytes: Number(size) };
  });
  const right = text.length === files.length * INDEX_LINE_BYTES && files.every(({ number, bytes: size }, i) => !Number.isNaN(number + size) && number === (files[0] as LogFile).number + i);
  if (!right) throw new Failure("the clip's index of its log makes no sense: is its firmware as new as this hopclip?");
  return files;
}

export class Logbook {
  private readonly smp: Smp;

  /** Of the clip that answers there. */
  constructor(smp: Smp) {
    this.smp = smp;
  }

  /** Files there are, oldest first; the last is the one being written. */
  async files(): Promise<LogFile[]> {
    for (let tries = 1; ; tries++) {
      const index = await this.smp.download("/log");
      try {
        return parseIndex(index);
      } catch (error) {
        if (tries === TRIES) throw error; // a file was given up between two answers, and all lines moved
      }
    }
  }

  /** Bytes of a file from an offset on; null where the clip has given it up. */
  async bytes(file: number, from = 0, progress?: (have_bytes: number) => void): Promise<Uint8Array | null> {
    try {
      return await this.smp.download(`/log/${file}`, { from, ...(progress === undefined ? {} : { progress }) });
    } catch (error) {
      if (error instanceof SmpError && error.missing) return null;
      throw error;
    }
  }

  /** SHA-256 of a file as it is now. */
  hash(file: number): Promise<string> {
    return this.smp.hash(`/log/${file}`);
  }

  /** Where the next record will lie. */
  async end(): Promise<Cursor> {
    const newest = (await this.files()).at(-1);
    return newest === undefined ? { file: 0, offset: 0 } : { file: newest.number, offset: newest.bytes };
  }

  /** Records from a place on, and the place after them. `lost`: files in between have been given up. */
  async read(from: Cursor): Promise<{ readonly records: LogRecord[]; readonly cursor: Cursor; readonly lost: boolean }> {
    const records: LogRecord[] = [];
    let cursor = from;
    let lost = false;
    for (let tries = 1; ; tries++) {
      const files = (await this.files()).filter(({ number }) => number >= cursor.file);
      if (files[0] !== undefined && cursor.file !== 0 && files[0].number !== cursor.file) lost = true;
      let whole = true;
      for (const { number, bytes } of files) {
        const offset = number === cursor.file ? cursor.offset : 0;
        const fresh = bytes > offset ? await this.bytes(number, offset) : new Uint8Array(0);
        whole = fresh !== null;
        if (fresh === null) break;
        const parsed = parseLog(fresh);
        records.push(...parsed.records);
        cursor = { file: number, offset: offset + parsed.end };
      }
      if (whole) return { records, cursor, lost };
      if (tries === TRIES) throw new Failure("the clip gives up its log faster than it can be read: try again when its set is over");
    }
  }
}
