// A set as rows of the ledger's tables, and back. Pure: what comes back is deep-equal to what went in.
import type { Insertable, Selectable } from "kysely";
import type { Exercise } from "../clip/event.ts";
import type { SetVerdict } from "../clip/verdict.ts";
import { Failure, InputError } from "../failure.ts";
import type { Pain, Place, SetHead, SetRecord, Side, Source } from "../record.ts";
import type { ResultActivity, ResultContact, ResultCue, ResultHold, ResultRep, ResultSet, ResultTap } from "../result.ts";
import type { Tables } from "./tables.ts";

type SetRow = Insertable<Tables["sets"]>;
type ContactRow = Insertable<Tables["contacts"]>;
type RepRow = Insertable<Tables["reps"]>;

/** Rows of a set without the numbers that the ledger gives. */
interface SetRows {
  readonly set: Omit<SetRow, "id" | "runner" | "clip_key">;
  readonly contacts: readonly Omit<ContactRow, "set">[];
  readonly reps: readonly Omit<RepRow, "set">[];
}

/** Columns of a set's row that its head is read from, and the pain said of it. */
type HeadRow = Omit<Selectable<Tables["sets"]>, "id" | "runner" | "activities" | "cues" | "clip_key"> & { readonly score: number | null; readonly place: string | null };

/** A value in whole parts, of which there are `parts` a unit. */
function whole(value: number, parts: number): number {
  const count = Math.round(value * parts);
  if (count / parts !== value) throw new InputError(`${value} is finer than the ledger keeps: 1/${parts} of its unit`);
  return count === 0 ? 0 : count; // never -0
}

const us = (value_s: number): number => whole(value_s, 1e6);
const usOf = (value_ms: number | null): number | null => (value_ms === null ? null : whole(value_ms, 1000));
const s = (value_us: number): number => value_us / 1e6;
const msOf = (value_us: number | null): number | null => (value_us === null ? null : value_us / 1000);

function contactRow(contact: ResultContact, place: number): SetRows["contacts"][number] {
  const { ic_s, tc_s, kind, hop, contact_ms, flight_ms, beat_error_ms, confidence } = contact;
  return {
    place,
    ic_us: us(ic_s),
    tc_us: tc_s === null ? null : us(tc_s),
    kind,
    hop: Number(hop),
    contact_us: usOf(contact_ms),
    flight_us: usOf(flight_ms),
    beat_error_us: usOf(beat_error_ms),
    confidence,
  };
}

function raiseRow(rep: ResultRep, place: number): SetRows["reps"][number] {
  return {
    kind: "raise",
    place,
    at_us: us(rep.t_s),
    end_us: null,
    clean: Number(rep.clean),
    up_us: usOf(rep.up_ms),
    hold_us: usOf(rep.hold_ms),
    down_us: usOf(rep.down_ms),
    top: rep.height_deg,
    wobble: rep.wobble_deg,
    flaws: JSON.stringify(rep.flaws),
  };
}

function holdRow(hold: ResultHold, place: number): SetRows["reps"][number] {
  return {
    kind: "hold",
    place,
    at_us: us(hold.start_s),
    end_us: us(hold.end_s),
    clean: Number(hold.unbroken),
    up_us: null,
    hold_us: null,
    down_us: null,
    top: null,
    wobble: hold.tremor_dps,
    flaws: "[]",
  };
}

function tapRow(tap: ResultTap, place: number): SetRows["reps"][number] {
  return {
    kind: "tap",
    place,
    at_us: us(tap.t_s),
    end_us: null,
    clean: Number(tap.clean),
    up_us: usOf(tap.reach_ms),
    hold_us: usOf(tap.floor_ms),
    down_us: usOf(tap.return_ms),
    top: tap.tap_g,
    wobble: tap.landing_g,
    flaws: JSON.stringify(tap.flaws),
  };
}

/** A set's rows. An InputError where a time is finer than the record's form allows. */
export function rowsOf(record: SetRecord): SetRows {
  const { started_ms, exercise, rung, side, bpm, target, source, origin, sensor, firmware_sha256, set, verdict, errors, activities, cues } = record;
  return {
    set: {
      started_ms,
      exercise,
      rung,
      side,
      bpm,
      target,
      source,
      origin,
      sensor,
      firmware_sha256,
      summary: JSON.stringify(set),
      verdict: JSON.stringify(verdict),
      errors: JSON.stringify(errors),
      activities: JSON.stringify(activities),
      cues: JSON.stringify(cues),
    },
    contacts: record.contacts.map(contactRow),
    reps: [...record.reps.map(raiseRow), ...record.holds.map(holdRow), ...record.taps.map(tapRow)],
  };
}

/** Pain as a row has it. */
export function painOf(score: number | null, place: string | null): Pain | null {
  return score === null ? null : { score, where: place as Place | null };
}

/** A column that holds JSON. A Failure where the ledger is damaged. */
function parsed<T>(text: string, started_ms: number): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Failure(`the ledger is damaged in the set of ${new Date(started_ms).toISOString()}: put back a copy of it`, { cause: error });
  }
}

/** A set's head from its row. */
export function headOf(row: HeadRow): SetHead {
  return {
    started_ms: row.started_ms,
    exercise: row.exercise as Exercise,
    rung: row.rung,
    side: row.side as Side | null,
    bpm: row.bpm,
    target: row.target,
    source: row.source as Source,
    origin: row.origin,
    sensor: row.sensor,
    firmware_sha256: row.firmware_sha256,
    set: parsed<ResultSet>(row.summary, row.started_ms),
    verdict: parsed<SetVerdict | null>(row.verdict, row.started_ms),
    pain: painOf(row.score, row.place),
    errors: parsed<string[]>(row.errors, row.started_ms),
  };
}

/** Rows of a set's parts, each in its order. */
interface PartRows {
  readonly activities: string;
  readonly cues: string;
  readonly contacts: readonly Selectable<Tables["contacts"]>[];
  readonly reps: readonly Selectable<Tables["reps"]>[];
}

/** What a whole set has beside its head, from its rows. */
export function partsOf({ activities, cues, contacts, reps }: PartRows): Omit<SetRecord, keyof SetHead> {
  return {
    contacts: contacts.map((row) => ({
      ic_s: s(row.ic_us),
      tc_s: row.tc_us === null ? null : s(row.tc_us),
      kind: row.kind,
      hop: row.hop === 1,
      contact_ms: msOf(row.contact_us),
      flight_ms: msOf(row.flight_us),
      beat_error_ms: msOf(row.beat_error_us),
      confidence: row.confidence,
    })),
    reps: reps
      .filter(({ kind }) => kind === "raise")
      .map((row) => ({
        t_s: s(row.at_us),
        clean: row.clean === 1,
        height_deg: row.top,
        up_ms: msOf(row.up_us),
        down_ms: msOf(row.down_us),
        hold_ms: msOf(row.hold_us),
        wobble_deg: row.wobble,
        flaws: JSON.parse(row.flaws) as string[],
      })),
    holds: reps
      .filter(({ kind }) => kind === "hold")
      .map((row) => ({ start_s: s(row.at_us), end_s: s(row.end_us as number), tremor_dps: row.wobble, unbroken: row.clean === 1 })),
    taps: reps
      .filter(({ kind }) => kind === "tap")
      .map((row) => ({
        t_s: s(row.at_us),
        clean: row.clean === 1,
        reach_ms: msOf(row.up_us),
        floor_ms: msOf(row.hold_us),
        return_ms: msOf(row.down_us),
        tap_g: row.top,
        landing_g: row.wobble,
        flaws: JSON.parse(row.flaws) as string[],
      })),
    activities: JSON.parse(activities) as ResultActivity[],
    cues: JSON.parse(cues) as ResultCue[],
  };
}
