// Tables of text for a terminal: columns as wide as they must be, numbers to the right. Pure.
import widthOf from "string-width";

const LETTERS = new Intl.Segmenter();

/** A text of at most so many columns, the last one "…" where it was longer; without what moves the cursor. */
export function clipped(text: string, columns: number): string {
  const plain = text.replaceAll(/\p{Cc}/gu, "�");
  if (widthOf(plain) <= columns) return plain;
  let short = "";
  for (const { segment } of LETTERS.segment(plain)) {
    if (widthOf(short + segment) > columns - 1) break;
    short += segment;
  }
  return `${short}…`;
}

/** Lines of a table, `gap` between its columns; columns whose header starts with '<' stand to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], gap = "  "): string[] {
  const left = header.map((name) => name.startsWith("<"));
  const names = header.map((name) => name.replace(/^</, ""));
  const widths = names.map((name, i) => Math.max(widthOf(name), ...rows.map((row) => widthOf(row[i] ?? ""))));
  const padded = (cell: string, i: number) => {
    const room = " ".repeat((widths[i] as number) - widthOf(cell));
    return left[i] === true ? cell + room : room + cell;
  };
  const line = (cells: readonly string[]) => cells.map(padded).join(gap).trimEnd();
  return [line(names), widths.map((width) => "-".repeat(width)).join(gap), ...rows.map(line)];
}

/** A number with so many digits after the point; '-' where there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? "-" : value.toFixed(digits);
}

const BARS = "▁▂▃▄▅▆▇█";

/** A bar of one character, as high as a share of 0..1. */
export function bar(share: number): string {
  return BARS[Math.max(0, Math.round(share * (BARS.length - 1)))] as string;
}

/** A change as a whole number with its sign; 0 has none. */
export function signed(value: number): string {
  const whole = Math.round(value);
  return whole === 0 ? "0" : `${whole < 0 ? "−" : "+"}${Math.abs(whole)}`;
}

/** A share as percent with one digit. */
export function percent(share: number | null): string {
  return share === null ? "-" : `${(share * 100).toFixed(1)} %`;
}

/** "1 contact", "2 contacts". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
