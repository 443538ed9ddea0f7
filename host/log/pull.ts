// Fetches a clip's log: file by file into its archive, so that a cut costs one file at most, and going on where the last time ended.
import type { Archive } from "./archive.ts";
import { parseLog, type Logbook, type LogFile, type LogRecord } from "../clip/logbook.ts";

/** What came of it. */
export interface Pulled {
  readonly files: readonly LogFile[];
  /** Fetched now. */
  readonly fetched: number;
  readonly fetched_bytes: number;
  /** Records that the clip had given up before they were fetched, since the last time. */
  readonly given_up: number;
  /** Places in what was fetched now that hold no whole record. */
  readonly damaged: number;
  /** Where files of another log lie now that were in the archive: the clip's has begun anew. null: there were none. */
  readonly aside: string | null;
}

/** Whether the archive holds another log than the clip: its files never change but for the last, which grows. */
async function isOther(logbook: Logbook, archive: Archive, files: readonly LogFile[]): Promise<boolean> {
  const own = archive.numbers;
  const newest = files.at(-1);
  const last = own.at(-1);
  if (last === undefined || newest === undefined) return false;
  if (last > newest.number) return true;
  const common = files.filter(({ number }) => own.includes(number)).map((file) => ({ ...file, own: archive.bytes(file.number) })).toReversed();
  if (common.some((file) => file.own.length > file.bytes)) return true;
  const same = common.find((file) => file.own.length === file.bytes && file.bytes > 0);
  if (same !== undefined) return (await logbook.hash(same.number)) !== archive.hash(same.number);
  const begun = common.find((file) => file.own.length > 0);
  if (begun === undefined) return false;
  const now = await logbook.bytes(begun.number);
  return now === null || Buffer.compare(now.subarray(0, begun.own.length), begun.own) !== 0;
}

/** Bytes of the clip's files that are not in the archive yet. */
export function missing_bytes(files: readonly LogFile[], archive: Archive): number {
  const own = new Set(archive.numbers);
  return files.reduce((sum, { number, bytes }) => sum + bytes - (own.has(number) ? Math.min(bytes, archive.bytes(number).length) : 0), 0);
}

/** Files of the clip's log that are in the archive byte for byte: the oldest, up to the first that is not. The one being written is none of them. */
export async function wholeIn(archive: Archive, logbook: Logbook, files: readonly LogFile[]): Promise<LogFile[]> {
  const whole: LogFile[] = [];
  for (const file of files.slice(0, -1)) {
    if (archive.bytes(file.number).length !== file.bytes || (await logbook.hash(file.number)) !== archive.hash(file.number)) break;
    whole.push(file);
  }
  return whole;
}

/** All records in the archive from a file on, oldest first. */
export function* recordsIn(archive: Archive, from = 0): Generator<LogRecord> {
  for (const number of archive.numbers) if (number >= from) yield* parseLog(archive.bytes(number)).records;
}

/** Records between files that follow each other in the archive and not in the log, after file `after`; before the first one where there is none. */
function givenUp(archive: Archive, after: number | undefined): number {
  let count = 0;
  let before: number | undefined;
  let sequence = 0;
  for (const number of archive.numbers) {
    if (after !== undefined && number < after) continue;
    const { records } = parseLog(archive.bytes(number));
    const [first] = records;
    if (first === undefined) continue;
    if (before === undefined ? after === undefined : number !== before + 1) count += Math.max(0, first.sequence - sequence - 1);
    before = number;
    sequence = records.at(-1)!.sequence;
  }
  return count;
}

/** Fetches what is not in the archive yet. `progress` is told how many bytes of that there are, once, and then how many of them are here. */
export async function pull(logbook: Logbook, archive: Archive, progress: (total_bytes: number) => (have_bytes: number) => void): Promise<Pulled> {
  const files = await logbook.files();
  const aside = (await isOther(logbook, archive, files)) ? archive.putAside() : null;
  const before = archive.numbers;
  const told = progress(missing_bytes(files, archive));
  let fetched = 0;
  let fetched_bytes = 0;
  let damaged = 0;
  for (const { number, bytes } of files) {
    const own = before.includes(number) ? archive.bytes(number) : new Uint8Array(0);
    if (own.length >= bytes && before.includes(number)) continue;
    const fresh = await logbook.bytes(number, own.length, (have) => told(fetched_bytes + have - own.length));
    if (fresh === null) continue; // given up meanwhile
    const whole = Buffer.concat([own, fresh]);
    await archive.keep(number, whole);
    fetched += 1;
    fetched_bytes += fresh.length;
    damaged += parseLog(whole).damaged;
    told(fetched_bytes);
  }
  return { files, fetched, fetched_bytes, given_up: givenUp(archive, before.at(-1)), damaged, aside };
}
