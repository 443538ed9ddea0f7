// PROTOCOL.md against wire/layout.ts: every example has its check sum and the fields its table says, every name is explained.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as layout from "../../firmware/wire/layout.ts";

const page = readFileSync("firmware/PROTOCOL.md", "utf8");
const examples = [...page.matchAll(/^ {4}(\$HC,\d.*)$/gmu)].map(([, line]) => line!);

/** CRC-16/XMODEM by its definition, a bit at a time. */
function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text, "ascii")) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc & 0xffff;
}

function named(prefix: string): [name: string, value: number][] {
  return Object.entries(layout).filter((entry): entry is [string, number] => entry[0].startsWith(prefix) && typeof entry[1] === "number");
}

function letters(tag: number): string {
  let text = "";
  for (let rest = tag; rest !== 0; rest >>= 8) text += String.fromCharCode(rest & 0xff);
  return text;
}

describe("PROTOCOL.md", () => {
  test("its check sum is the catalogued one", () => {
    expect(crc16("123456789")).toBe(0x31c3);
  });

  test.each(examples)("%s", (line) => {
    const [, body, crc] = /^\$(.*)\*([0-9A-F]{4})$/u.exec(line)!;
    expect(crc).toBe(crc16(body!).toString(16).toUpperCase().padStart(4, "0"));
    expect(line.length + 2).toBeLessThanOrEqual(layout.LINE_BYTES_MAX);
  });

  test.each(["HEL", "MOD", "BEA", "CON", "AMD", "REP", "ACT", "CUE", "SUM", "VER", "FLT"])("the table of %s has as many fields as its examples", (tag) => {
    const section = page.split(`### ${tag}:`)[1]!.split("\n### ")[0]!;
    const first = /(?:^\|.*\n)+/mu.exec(section)![0];
    const table = [...first.matchAll(/^\| (?!field|-)(.*?) \|/gmu)].map(([, cell]) => cell!);
    const fields = table.flatMap((cell) => cell.replace(/^(.*) mean, SD$/u, "mean, SD").split(", "));
    const shown = examples.filter((line) => line.split(",")[2] === tag);
    expect(shown.length).toBeGreaterThan(0);
    for (const line of shown) expect(line.split("*")[0]!.split(",").length - 3).toBe(fields.length);
  });

  test("names every tag, key and error", () => {
    for (const prefix of ["TAG_", "KEY_", "ERROR_"]) {
      expect(named(prefix).length).toBeGreaterThan(5);
      for (const [name, value] of named(prefix)) {
        expect(letters(value)).toBe(name.slice(prefix.length));
        expect(page).toMatch(new RegExp(`(?:^\\| |### (?:\\w+, )?|\`)${letters(value)}\\b`, "mu"));
      }
    }
  });

  test("names every record, with its bytes", () => {
    for (const [name, type] of named("LOG_").filter(([key]) => /^LOG_(?:BOOT|SET|CONTACT|AMEND|SUMMARY|TIME|REP|VERDICT)$/u.test(key))) {
      const row = page.split("\n").find((line) => line.startsWith(`| ${type} ${name} |`));
      expect(row, name).toBeDefined();
      const bytes = named(`${name}_BYTES`)[0];
      if (bytes !== undefined) expect(row).toContain(`| ${bytes[1]}: `);
    }
  });

  test("counts faults, ends, modes and lights as the layout does", () => {
    const spoken = (prefix: string, row: RegExp): void => {
      const numbers = [...row.exec(page)![1]!.matchAll(/(?:^|[ ,])(\d+) [a-zA-Z]/gu)].map(([, digits]) => Number(digits));
      expect(numbers).toEqual(named(prefix).map(([, value]) => value).sort((a, b) => a - b));
    };
    spoken("FAULT_", /^\| code \| (.*) \|$/mu);
    spoken("END_", /^\| end \| (.*) \|$/mu);
    spoken("MODE_", /^\| mode \| (.*) \|$/mu);
    spoken("EXERCISE_", /^\| exercise \| (.*) \|$/mu);
    spoken("KIND_", /^\| kind \| (.*) \|$/mu);
    spoken("LED_", /^Patterns of `led_set`: (.*)\.$/mu);
  });
});
