// How far a long job is: a bar on stderr where that is a terminal, nothing elsewhere.
import { Presets, SingleBar } from "cli-progress";

/** A job under way. */
export interface Progress {
  /** So much is done, in the unit of the whole. */
  to(done: number): void;
  /** It is over; the bar goes. */
  end(): void;
}

/** A job that takes less than this shows no bar, ms. */
const SHOWN_AFTER_MS = 1000;
const NONE: Progress = { to: () => {}, end: () => {} };

/** Bytes for people: "12.3 kB". */
export function sized(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

/** A whole number of seconds for people: "1:05". */
function clock(s: number): string {
  return `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
}

/** Shows how far a job of so many bytes (or s) has come. `quiet`: shows nothing, as with --json. */
export function progress(title: string, total: number, { quiet = false, unit = "bytes" }: { readonly quiet?: boolean; readonly unit?: "bytes" | "s" } = {}): Progress {
  if (quiet || !process.stderr.isTTY) return NONE;
  const started_ms = performance.now();
  let bar: SingleBar | null = null;
  const text = unit === "bytes" ? sized : clock;
  return {
    to: (done) => {
      const elapsed_ms = performance.now() - started_ms;
      if (bar === null && elapsed_ms < SHOWN_AFTER_MS) return;
      if (bar === null) {
        bar = new SingleBar(
          { stream: process.stderr, format: `${title}  {bar} {percentage} %  {told}`, hideCursor: true, clearOnComplete: true, gracefulExit: false, barsize: 30 },
          Presets.shades_classic,
        );
        bar.start(total, 0, { told: "" });
      }
      const told = unit === "s" ? `${text(done)} of ${text(total)}` : `${text(done)} of ${text(total)}, ${text((done / elapsed_ms) * 1000)}/s`;
      bar.update(done, { told });
    },
    end: () => bar?.stop(),
  };
}
