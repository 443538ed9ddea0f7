// What shows a guided set to the person who does it.
import type { Shown } from "../live.ts";

/** A view of one set. */
export interface View {
  /** A sentence that stays: what to do, what went wrong. */
  say(text: string): void;
  /** The set as it is now; called some ten times a second. */
  show(shown: Shown): void;
  /** The set is over: what follows is plain text again. */
  end(): Promise<void>;
}

/** Distance from the beat that a lane's ends stand for, ms. */
const LANE_MS = 60;

/** A landing on a strip of so many characters around the beat: early to the left, the beat in the middle. */
export function lane(error_ms: number | null, chars = 25): string {
  const middle = (chars - 1) / 2;
  const cells = Array.from<unknown, string>({ length: chars }, (_, i) => (i === middle ? "┃" : "·"));
  if (error_ms !== null) cells[Math.max(0, Math.min(chars - 1, Math.round(middle + (error_ms / LANE_MS) * middle)))] = "●";
  return cells.join("");
}
