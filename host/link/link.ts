// What carries lines between a clip and this tool, whatever is in between.
import type { Source } from "../record.ts";

/** A link to one clip. Lines come by `onLine` while somebody waits in `pass`. */
export interface Link {
  /** For people: a port's path, "simulated person 7". */
  readonly name: string;
  /** Whose foot the clip is on. */
  readonly source: Exclude<Source, "recording">;
  /** Of the app that runs; '' where the link does not know. */
  readonly firmware_sha256: string;
  /** Told of every line, without its line end. */
  onLine: ((text: string) => void) | null;
  /** The link's own time, ms: it goes on as the clip's does. */
  readonly now_ms: number;
  /** Sends a whole line with its line end. */
  send(line: string): void;
  /** Waits so long on the link's own time. */
  pass(wait_ms: number): Promise<void>;
  close(): Promise<void>;
}
