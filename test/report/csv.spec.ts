// Tables of a set as CSV: read back by a reader of RFC 4180 written here.
import { describe, expect, test } from "vitest";
import type { SetRecord } from "../../host/record.ts";
import { csvOf, TABLES, tableOf, type TableName } from "../../host/report/csv.ts";
import { contact, empty, odd } from "./odd.ts";

/** Fields of every line by RFC 4180, strictly: CR LF ends each line, quotes are doubled, nothing is trimmed. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const field = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/u.exec(text.slice(at));
      if (field === null) throw new Error(`no field at ${at}: ${text.slice(at, at + 40)}`);
      row.push(field[1]?.replaceAll('""', '"') ?? field[2]!);
      at += field[0].length;
      if (field[3] !== ",") break;
    }
    rows.push(row);
  }
  return rows;
}

const HEADERS: Readonly<Record<TableName, string>> = {
  contacts: "ic_s,tc_s,kind,hop,contact_ms,flight_ms,beat_error_ms,confidence_percent",
  reps: "t_s,clean,height_deg,up_ms,down_ms,hold_ms,wobble_deg,flaws",
  holds: "start_s,end_s,tremor_dps,unbroken",
  taps: "t_s,clean,reach_ms,floor_ms,return_ms,tap_g,landing_g,flaws",
  activities: "t_s,activity,confidence_percent",
  cues: "t_s,every,cadence_spm",
};

/** A cell as the value of its kind. */
function value(text: string, like: unknown): unknown {
  if (Array.isArray(like)) return text === "" ? [] : text.split(" ");
  if (text === "") return null;
  if (typeof like === "boolean") return text === "true";
  return typeof like === "string" ? text : Number(text);
}

describe("a table", () => {
  test.each(TABLES)("%s of sixty odd sets holds every value to the last digit", (table) => {
    let rows = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const set = odd(seed);
      const [header, ...lines] = parse(csvOf(set, table));
      expect(header!.join(",")).toBe(HEADERS[table]);
      const read = lines.map((cells, i) => {
        const was = set[table][i] as unknown as Record<string, unknown>;
        return Object.fromEntries(cells.map((cell, c) => [header![c]!.replace("_percent", ""), value(cell, was[header![c]!.replace("_percent", "")])]));
      });
      expect(read).toEqual(set[table]);
      rows += lines.length;
    }
    expect(rows).toBeGreaterThan(60);
  });
  test("is the one its exercise is counted by, and its header stands even without events", () => {
    const chosen = (["pogo", "run", "walk", "auto", "calf", "calf-bent", "wall-sit", "step-down"] as const).map((exercise): [string, string] => {
      expect(csvOf(empty({ exercise }))).toBe(`${HEADERS[tableOf(exercise)]}\r\n`);
      return [exercise, tableOf(exercise)];
    });
    expect(Object.fromEntries(chosen)).toEqual({
      pogo: "contacts", run: "contacts", walk: "contacts", auto: "contacts", calf: "reps", "calf-bent": "reps", "wall-sit": "holds", "step-down": "taps",
    });
  });
  test("by hand", () => {
    const set = empty({ contacts: [contact({ ic_s: 0.5, tc_s: null, contact_ms: null, kind: 'a, "b"' })] });
    expect(csvOf(set)).toBe(`${HEADERS.contacts}\r\n0.5,,"a, ""b""",true,,200,-3.5,90\r\n`);
    const told: SetRecord = empty({ taps: [{ t_s: 2, clean: false, reach_ms: 800, floor_ms: null, return_ms: 900, tap_g: 1.25, landing_g: 2, flaws: ["fast", "wobble"] }] });
    expect(csvOf(told, "taps")).toBe(`${HEADERS.taps}\r\n2,false,800,,900,1.25,2,fast wobble\r\n`);
  });
});
