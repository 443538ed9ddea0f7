// What the clip's log has of the set under way: read from a mark that was set before it, piece by piece, as far as the link allows.
import type { Client } from "../clip/client.ts";
import { firstSetOf, Logbook, type Cursor, type LogRecord, type OpenSet } from "../clip/logbook.ts";

export class Backlog {
  private readonly logbook: Logbook;
  private readonly records: LogRecord[] = [];
  private cursor: Cursor;

  private constructor(logbook: Logbook, cursor: Cursor) {
    this.logbook = logbook;
    this.cursor = cursor;
  }

  /** Sets the mark: what is in the log by now does not count. */
  static async of(client: Client): Promise<Backlog> {
    const logbook = new Logbook(client.smp);
    return new Backlog(logbook, await logbook.end());
  }

  /** The first set after the mark, as far as the log has it by now; null: none has been asked for. */
  async set(): Promise<OpenSet | null> {
    const { records, cursor } = await this.logbook.read(this.cursor);
    this.records.push(...records);
    this.cursor = cursor;
    return firstSetOf(this.records);
  }
}
