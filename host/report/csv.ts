// A set's events as CSV by RFC 4180, one table a file, units in the header: for spreadsheets and statistics. Pure.
import type { Exercise } from "../clip/event.ts";
import type { SetRecord } from "../record.ts";

/** A table by its name: its columns in their order. Names are the record's own; what has a unit ends in it. */
const COLUMNS = {
  contacts: ["ic_s", "tc_s", "kind", "hop", "contact_ms", "flight_ms", "beat_error_ms", "confidence"],
  reps: ["t_s", "clean", "height_deg", "up_ms", "down_ms", "hold_ms", "wobble_deg", "flaws"],
  holds: ["start_s", "end_s", "tremor_dps", "unbroken"],
  taps: ["t_s", "clean", "reach_ms", "floor_ms", "return_ms", "tap_g", "landing_g", "flaws"],
  activities: ["t_s", "activity", "confidence"],
  cues: ["t_s", "every", "cadence_spm"],
} as const satisfies { readonly [T in TableName]: readonly (keyof SetRecord[T][number])[] };

/** A table of a set's events. */
export type TableName = "contacts" | "reps" | "holds" | "taps" | "activities" | "cues";
export const TABLES = Object.keys(COLUMNS) as readonly TableName[];

/** The table that an exercise is counted by. */
export function tableOf(exercise: Exercise): TableName {
  if (exercise === "calf" || exercise === "calf-bent") return "reps";
  if (exercise === "wall-sit") return "holds";
  return exercise === "step-down" ? "taps" : "contacts";
}

/** Units of columns whose name has none. */
const HEADERS: Readonly<Record<string, string>> = { confidence: "confidence_percent" };

/** A cell: empty for null, names of a list with spaces between. */
function cell(value: unknown): string {
  const text = value === null ? "" : Array.isArray(value) ? value.join(" ") : String(value);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A table as text; header first, lines end in CR LF. */
export function csvOf(set: SetRecord, table: TableName = tableOf(set.exercise)): string {
  const columns: readonly string[] = COLUMNS[table];
  const rows = set[table].map((event) => columns.map((column) => cell((event as unknown as Record<string, unknown>)[column])));
  return [columns.map((column) => HEADERS[column] ?? column), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}
