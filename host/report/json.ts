// A set as JSON, and back: what one ledger wrote another one reads, to the last digit. Whatever a ledger holds is written; what is read is
// checked field by field, and what is wrong is told by its path.
import { NAMES, type Exercise } from "../clip/event.ts";
import { VALUES, type SetVerdict } from "../clip/verdict.ts";
import { Failure, InputError } from "../failure.ts";
import { PAIN_MAX, PLACES, SIDES, SOURCES, type Pain, type SetRecord } from "../record.ts";
import type { ResultActivity, ResultContact, ResultCue, ResultHold, ResultRep, ResultSet, ResultTap } from "../result.ts";

const FORMAT = "hopclip set 1";

/** Takes a value as what it must be, or throws Wrong with the path to it. */
type Check<T> = (value: unknown, path: string) => T;

class Wrong extends Failure {}

/** Digits after the point: times are kept to the µs. */
function number(min = -Infinity, max = Infinity, digits?: number): Check<number> {
  return (value, path) => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw new Wrong(`${path} is not a number`);
    if (value < min || value > max) throw new Wrong(`${path} is not from ${min} to ${max}`);
    if (digits !== undefined && Number(value.toFixed(digits)) !== value) {
      throw new Wrong(digits === 0 ? `${path} is not a whole number` : `${path} has more than ${digits} digits after the point`);
    }
    return value;
  };
}

const text: Check<string> = (value, path) => {
  if (typeof value !== "string") throw new Wrong(`${path} is not a text`);
  if (value.includes("\0")) throw new Wrong(`${path} has a zero character`); // which PostgreSQL does not keep
  return value;
};

const flag: Check<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw new Wrong(`${path} is not true or false`);
  return value;
};

function oneOf<T extends string>(names: readonly T[]): Check<T> {
  return (value, path) => {
    if (!names.includes(value as T)) throw new Wrong(`${path} is not one of ${names.join(", ")}`);
    return value as T;
  };
}

function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, path) => (value === null ? null : check(value, path));
}

function list<T>(check: Check<T>): Check<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Wrong(`${path} is not a list`);
    return value.map((item, i) => check(item, `${path}[${i}]`));
  };
}

function fields(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Wrong(`${path} is not an object`);
  return value as Record<string, unknown>;
}

/** The same object with its fields in the order of the checks. */
function object<T>(checks: { readonly [K in keyof T]-?: Check<T[K]> }): Check<T> {
  const names = Object.keys(checks) as (keyof T & string)[];
  return (value, path) => {
    const given = fields(value, path);
    const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
    for (const name of Object.keys(given)) if (!Object.hasOwn(checks, name)) throw new Wrong(`${at(name)} is nothing this hopclip knows`);
    return Object.fromEntries(
      names.map((name) => {
        if (!Object.hasOwn(given, name)) throw new Wrong(`${at(name)} is missing`);
        return [name, checks[name](given[name], at(name))];
      }),
    ) as T;
  };
}

/** Longest time, s: the clip counts a set's ms in 32 bits. */
const TIME_S_MAX = 2 ** 32 / 1000;
const any = number();
const time_s = number(-TIME_S_MAX, TIME_S_MAX, 6);
const time_ms = nullable(number(0, TIME_S_MAX * 1000, 3));
const signed_ms = nullable(number(-TIME_S_MAX * 1000, TIME_S_MAX * 1000, 3));
const count = number(0, Number.MAX_SAFE_INTEGER, 0);
const percent = number(0, 100, 0);
const flaws = list(oneOf(NAMES.repFlaw));
const exercise = oneOf<Exercise>(NAMES.exercise);

const summary = object<ResultSet>({
  id: count,
  exercise,
  end: oneOf(NAMES.end),
  duration_ms: count,
  contacts: count,
  hops: count,
  strides: count,
  beats: count,
  beat_error_ms_mean: signed_ms,
  beat_error_ms_sd: time_ms,
  contact_ms_mean: time_ms,
  contact_ms_sd: time_ms,
  flight_ms_mean: time_ms,
  flight_ms_sd: time_ms,
  cadence_spm: nullable(number(0)),
  missed_beats: count,
});

/** What every verdict has. */
const JUDGED = { exercise, clean: flag, flaws: list(oneOf(NAMES.setFlaw)), target: nullable(any), variant: nullable(text) };
/** What a value of a verdict may be called. */
const VALUE_NAME = /^[a-z]\w*$/u;

/**
 * Beside what every verdict has stand the values of its exercise. Which ones has changed and will: one that is missing is null, and one that
 * this version has no use for is kept as it is.
 */
const verdict: Check<SetVerdict> = (value, path) => {
  const given = fields(value, path);
  const known = VALUES[exercise(given.exercise, `${path}.exercise`)].flatMap((named) => (named === null ? [] : [named[0]]));
  const others = Object.keys(given).filter((name) => VALUE_NAME.test(name) && !Object.hasOwn(JUDGED, name));
  const names = [...new Set([...known, ...others])];
  const values = Object.fromEntries(names.map((name) => [name, nullable(any)]));
  return object<SetVerdict>({ ...JUDGED, ...values })({ ...Object.fromEntries(known.map((name) => [name, null])), ...given }, path);
};

const record = object<SetRecord>({
  started_ms: number(0, 8.64e15, 0),
  exercise,
  rung: nullable(text),
  side: nullable(oneOf(SIDES)),
  bpm: nullable(number(0)),
  target: nullable(number(0)),
  source: oneOf(SOURCES),
  origin: text,
  sensor: text,
  firmware_sha256: text,
  set: summary,
  verdict: nullable(verdict),
  pain: nullable(object<Pain>({ score: number(0, PAIN_MAX, 0), where: nullable(oneOf(PLACES)) })),
  errors: list(text),
  contacts: list(
    object<ResultContact>({
      ic_s: time_s,
      tc_s: nullable(time_s),
      kind: oneOf(NAMES.kind),
      hop: flag,
      contact_ms: time_ms,
      flight_ms: time_ms,
      beat_error_ms: signed_ms,
      confidence: percent,
    }),
  ),
  reps: list(
    object<ResultRep>({
      t_s: time_s,
      clean: flag,
      height_deg: nullable(any),
      up_ms: time_ms,
      down_ms: time_ms,
      hold_ms: time_ms,
      wobble_deg: nullable(any),
      flaws,
    }),
  ),
  holds: list(object<ResultHold>({ start_s: time_s, end_s: time_s, tremor_dps: nullable(any), unbroken: flag })),
  taps: list(
    object<ResultTap>({
      t_s: time_s,
      clean: flag,
      reach_ms: time_ms,
      floor_ms: time_ms,
      return_ms: time_ms,
      tap_g: nullable(any),
      landing_g: nullable(any),
      flaws,
    }),
  ),
  activities: list(object<ResultActivity>({ t_s: time_s, activity: oneOf(NAMES.activity), confidence: percent })),
  cues: list(object<ResultCue>({ t_s: time_s, every: count, cadence_spm: nullable(number(0)) })),
});

/**
 * A set as one line of JSON, the same bytes for the same set. `id` and `runner`: its number in the ledger, and whose it is; `clip_key` of one that
 * is in a clip's log, too (clip/logbook.ts).
 */
export function jsonOf(set: SetRecord, more: { readonly id: number; readonly runner: string; readonly clip_key?: string | undefined }): string {
  return `${JSON.stringify({ format: FORMAT, id: more.id, runner: more.runner, clip_key: more.clip_key, ...set }, (name, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) throw new Failure(`the set cannot be written: its ${name} is ${value}`); // which JSON has not
    return value;
  })}\n`;
}

/** Reads what jsonOf wrote; `name` is the file's. An InputError names the path to the first field that is wrong. */
export function recordFromJson(content: string, name: string): { readonly record: SetRecord; readonly runner: string; readonly clip_key: string | undefined } {
  try {
    const read = parsed(content);
    const { format, id, runner, clip_key, ...rest } = read;
    if (typeof format !== "string" || !format.startsWith("hopclip set ")) throw new Wrong("is not a set of hopclip: hopclip export SET --json writes one");
    if (format !== FORMAT) throw new Wrong(`is "${format}", this hopclip reads "${FORMAT}": update hopclip`);
    count(id, "id");
    return { runner: text(runner, "runner"), record: record(rest, ""), clip_key: clip_key === undefined ? undefined : text(clip_key, "clip_key") };
  } catch (error) {
    if (error instanceof Wrong) throw new InputError(`${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

function parsed(content: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new Wrong(`is not JSON: ${(error as Error).message.replaceAll(/\s+/gu, " ")}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Wrong("is not a set of hopclip: hopclip export SET --json writes one");
  return value as Record<string, unknown>;
}
