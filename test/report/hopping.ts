// Made landings of a pogo set at 150/min, spread evenly so that their mean and spread are known.
import type { Landing } from "../../host/coach/verdict.ts";

/** What differs from a clean set of 75 hops. */
export interface Made {
  readonly hops?: number;
  /** Flight is shorter by so much at the end, falling evenly over the last third. */
  readonly fade_ms?: number;
  /** Full width of the spread of flight times, and of landings around the beat. */
  readonly flight_ms_spread?: number;
  readonly beat_ms_spread?: number;
  /** Mean distance from the beat. */
  readonly beat_ms?: number;
}

/** The set: landings 0.4 s apart, 200 ms of flight. */
export function hopping({ hops = 75, fade_ms = 0, flight_ms_spread = 8, beat_ms_spread = 40, beat_ms = -12 }: Made = {}): Landing[] {
  return Array.from({ length: hops }, (_, i) => {
    // a fixed permutation of eleven equal steps: no trend over the set
    const share = ((i * 7) % 11) / 10 - 0.5;
    const other = ((i * 4) % 11) / 10 - 0.5;
    const flight_ms = 200 - fade_ms * Math.max(0, (i / hops - 2 / 3) * 3) + share * flight_ms_spread;
    const contact_ms = 400 - flight_ms;
    const beat_error_ms = beat_ms + other * beat_ms_spread;
    const ic_s = 1.2 + 0.4 * i + beat_error_ms / 1000;
    return { ic_s, tc_s: ic_s + contact_ms / 1000, kind: "hop", contact_ms, flight_ms, beat_error_ms };
  });
}
