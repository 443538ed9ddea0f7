// Days of the calendar in the time zone of this machine (TZ), so that a day of 23 or 25 hours is one. Reads no clock.

/** Days since Monday, 5 January 1970: a whole number that grows by one a day; divisible by 7 on Mondays. */
export function dayOf(at_ms: number): number {
  const at = new Date(at_ms);
  return Math.round(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000) - 4;
}

/** Week of a day: it begins on Monday. */
export function weekOfDay(day: number): number {
  return Math.floor(day / 7);
}

/** A full hour of a day, ms since 1970. */
function hourOf_ms(day: number, hour: number): number {
  const utc = new Date((day + 4) * 86_400_000);
  return new Date(utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate(), hour).getTime();
}

/** Midnight that a day begins with, ms since 1970. */
export const startOf_ms = (day: number): number => hourOf_ms(day, 0);

/** Its noon. */
export const noonOf_ms = (day: number): number => hourOf_ms(day, 12);

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;

/** "Mon 2026-01-05" */
export function dateOf(day: number): string {
  return `${WEEKDAYS[day - 7 * weekOfDay(day)] as string} ${new Date((day + 4) * 86_400_000).toISOString().slice(0, 10)}`;
}

/** The day that "2026-01-05" names; null where it names none. */
export function dayNamed(text: string): number | null {
  const utc_ms = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(utc_ms) || !new Date(utc_ms).toISOString().startsWith(text)) return null;
  return Math.round(utc_ms / 86_400_000) - 4;
}
