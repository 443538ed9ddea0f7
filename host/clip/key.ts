// The key by which a set of a clip is known wherever it comes from: live, from the log, or from another ledger.

/** Key of a set. `serial`: as HEL has it. */
export function clipKey(serial: string, set: number, start_us: number | null): string {
  return `${serial}/${set}/${start_us ?? 0}`;
}

/** Serial number of the clip in a key; null where it is none, for keys come with imported files, too. */
export function serialOf(clip_key: string): string | null {
  return /^(\d+|-)\/\d+\/\d+$/u.exec(clip_key)?.[1] ?? null;
}
