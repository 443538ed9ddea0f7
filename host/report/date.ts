// Dates as people read them, in the time zone of this machine. Reads no clock.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2 Mar" */
export function shortDate(at_ms: number): string {
  const date = new Date(at_ms);
  return `${date.getDate()} ${MONTHS[date.getMonth()] as string}`;
}

/** "2 Mar 2026" */
export function longDate(at_ms: number): string {
  return `${shortDate(at_ms)} ${new Date(at_ms).getFullYear()}`;
}

/** "18:30" */
export function clock(at_ms: number): string {
  const date = new Date(at_ms);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
