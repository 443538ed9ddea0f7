// A set of a clip's log as the ledger keeps it. Pure.
import { TARGETS, VARIANTS } from "../clip/command.ts";
import type { Summary } from "../clip/event.ts";
import { readEvent } from "../clip/event.ts";
import { parseFrame } from "../clip/line.ts";
import { linesOf, type LoggedSet } from "../clip/logbook.ts";
import { recordOf, SIDE_BY_CODE, type SetRecord } from "../record.ts";
import { resultOf } from "../result.ts";

/** Longest that a guided set looks whether its clip is still, by a set of auto that it ends itself, s. */
const CHECK_S_MAX = 35;
/** What the log does not say of its sets. */
export interface Teller {
  /** The clip's serial number, or its link's name. */
  readonly origin: string;
  /** "LSM6DSO at 416 Hz, ±16 g": as it is now. */
  readonly sensor: string;
  /** Of the app that runs now, and its SHA-256. */
  readonly version: string;
  readonly firmware_sha256: string;
  /** Now, ms since 1970. */
  readonly now_ms: number;
}

/** The summary that a set's lines end with. */
function summaryOf(lines: readonly string[]): Summary | null {
  const events = lines.map(parseFrame).flatMap((frame) => (typeof frame === "string" ? [] : [readEvent(frame)]));
  return events.find((event) => event.type === "summary") ?? null;
}

/** A set as it is kept; null where there is nothing to keep: it never began, or only looked whether the clip was still. */
export function recordFrom(set: LoggedSet, { origin, sensor, version, firmware_sha256, now_ms }: Teller): SetRecord | null {
  const { start_us, plan, began } = set;
  const lines = linesOf(set);
  const summary = summaryOf(lines);
  if (start_us === null || summary === null) return null;
  const { exercise, end, duration_ms } = summary;
  if (exercise === "auto" && end === "command" && duration_ms <= CHECK_S_MAX * 1000) return null;
  const [, tempo_d = 0] = plan.asked;
  const target = plan.asked[7] ?? 0;
  const variant = plan.asked[8] ?? 0;
  const notes = [
    ...(end === "reset" ? ["the clip started anew in the set: times are from its first event"] : []),
    ...(began === null ? ["the clip was never told the time of day: the set is dated when it was fetched"] : []),
    ...(began?.known === "after" ? ["the clip was not told the time of day after it had started: the set began then, or later"] : []),
    ...(began?.known === "before" ? ["the clip was not told the time of day after it had started: the set began then, or earlier"] : []),
  ];
  const result = resultOf({
    firmware_sha256: set.version === version ? firmware_sha256 : "",
    engine: origin,
    seconds: duration_ms / 1000,
    lines: lines.map((text) => ({ text, zero_us: start_us })),
    toTrace_s: (t_s) => t_s,
    notes,
  });
  return recordOf(result, {
    started_ms: began?.unix_ms ?? now_ms,
    exercise,
    rung: [...(VARIANTS[exercise] ?? [])].find(([, code]) => code === variant)?.[0] ?? null,
    side: SIDE_BY_CODE[plan.side] ?? null,
    bpm: tempo_d === 0 ? null : tempo_d / 10,
    target: target === 0 ? null : target / (TARGETS[exercise]?.parts ?? 1),
    source: "clip",
    origin,
    sensor,
  });
}
