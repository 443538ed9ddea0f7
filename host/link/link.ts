// What carries lines and SMP packets between a clip and this tool, whatever is in between.
import type { Source } from "../record.ts";

/**
 * A link to one clip. It hears by itself and goes on hearing: what comes is told at once by `onLine` and `onPacket`. Where the way to the clip
 * is cut (unplugged, out of reach) `up` turns false and the link tries to come back, more and more seldom, until it is closed.
 */
export interface Link {
  /** For people: a port's path, "simulated person 7". */
  readonly name: string;
  /** What else there is to be said of it, for people: of a link over the air signal, packets, bond. */
  readonly about?: string;
  /** Whose foot the clip is on. */
  readonly source: Exclude<Source, "recording">;
  /** Of the app that runs; '' where the link does not know. */
  readonly firmware_sha256: string;
  /** Told of every line, without its line end; never longer than a line may be. */
  onLine: ((text: string) => void) | null;
  /** Told of every whole SMP packet (header and body) whose check sum, where the link has one, is right. */
  onPacket: ((packet: Uint8Array) => void) | null;
  /** Told when the way to the clip is cut and when it is there again. */
  onState: ((up: boolean) => void) | null;
  readonly up: boolean;
  /** The link's own time, ms: it goes on as the clip's does. */
  readonly now_ms: number;
  /** Sends a whole line with its line end. While the link is not up it is lost. */
  send(line: string): void;
  /** Sends a whole SMP packet, framed as this link does. While the link is not up it is lost. */
  sendPacket(packet: Uint8Array): void;
  /** Waits so long on the link's own time. */
  pass(wait_ms: number): Promise<void>;
  close(): Promise<void>;
}
