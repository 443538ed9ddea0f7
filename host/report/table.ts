// Tables of text for a terminal: columns as wide as they must be, numbers to the right. Pure.

/** Lines of a table; columns whose header starts with '<' stand to the left, the others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const left = header.map((name) => name.startsWith("<"));
  const names = header.map((name) => name.replace(/^</, ""));
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (left[i] === true ? cell.padEnd(widths[i] as number) : cell.padStart(widths[i] as number))).join("  ").trimEnd();
  return [line(names), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)];
}

/** A number with so many digits after the point; '-' where there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? "-" : value.toFixed(digits);
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
