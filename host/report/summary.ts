// A result as a few lines of text for a terminal. Pure.
import type { Verdict } from "../coach/verdict.ts";
import type { Result, ResultContact } from "../result.ts";
import { counted, fixed, table } from "./table.ts";

/** Mean and SD (n − 1) of values; NaN where there are too few. */
export function moments(values: readonly number[]): { readonly n: number; readonly mean: number; readonly sd: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd };
}

function statistics(name: string, values: readonly number[]): string[] {
  const { n, mean, sd } = moments(values);
  return [name, String(n), ...[mean, sd, Math.min(...values), Math.max(...values)].map((value) => fixed(value, 1))];
}

const NAMES: Readonly<Record<string, string>> = { walk: "walking", run: "running", hop: "hopping", none: "of no known kind" };

/** "14 contacts (13 running, 1 walking), 0 hops, 12 strides, 152.0 steps/min". */
export function headline(result: Result): string {
  const kinds = new Map<string, number>();
  for (const { kind } of result.contacts) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const split = [...kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count} ${NAMES[kind] ?? kind}`);
  const parts = [
    `${counted(result.contacts.length, "contact")}${split.length === 0 ? "" : ` (${split.join(", ")})`}`,
    counted(result.hops, "hop"),
    counted(result.strides, "stride"),
  ];
  const unit = result.set?.exercise === "pogo" ? "hops/min" : "steps/min";
  if (result.cadence_spm !== null) parts.push(`${fixed(result.cadence_spm, 1)} ${unit}`);
  return parts.join(", ");
}

/** Whether there is a value: a filter that tells the compiler. */
export const present = (value: number | null): value is number => value !== null;

/** Which firmware ran, and on what. */
export function firmwareLine({ firmware_sha256, engine }: Result): string {
  return `firmware: SHA-256 ${firmware_sha256.slice(0, 16)}… on ${engine}`;
}

/** Statistics of the contacts, the beat, and what went wrong. */
export function summaryLines(result: Result): string[] {
  const rows = [
    statistics("contact ms", result.contacts.map(({ contact_ms }) => contact_ms).filter(present)),
    statistics("flight ms", result.contacts.map(({ flight_ms }) => flight_ms).filter(present)),
  ];
  const beats = result.contacts.map(({ beat_error_ms }) => beat_error_ms).filter(present);
  if (beats.length > 0) rows.push(statistics("beat error ms", beats));
  const lines = [headline(result)];
  if (result.contacts.length > 0) lines.push("", ...table(["<", "n", "mean", "SD", "min", "max"], rows));
  if (result.set !== null && beats.length > 0) lines.push("", `${counted(result.set.missed_beats, "beat")} without a contact`);
  for (const error of result.errors) lines.push("", `! ${error}`);
  return lines;
}

/** Every contact in a row. */
export function contactLines(contacts: readonly ResultContact[]): string[] {
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

/** The verdict of a set as text: headline, what it stands on, what comes next. */
export function verdictLines(verdict: Verdict): string[] {
  const mark = (ok: boolean | null) => (ok === null ? "-" : ok ? "✓" : "✗");
  return [verdict.headline, ...verdict.findings.map(({ ok, sentence }) => `  ${mark(ok)} ${sentence}`), verdict.next.sentence];
}
