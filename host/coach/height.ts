// Flight of a hop, and bounce height from it. Pure.
import type { ResultContact } from "../result.ts";

/** Standard gravity, m/s². */
export const GRAVITY_M_S2 = 9.80665;

/** Bounce height, mm, of a flight of `flight_ms`: g·t²/8, landing and leaving with the leg equally long. */
export function bounceHeight_mm(flight_ms: number): number {
  return (GRAVITY_M_S2 * (flight_ms / 1000) ** 2 * 1000) / 8;
}

/**
 * Flight before a hop's landing, ms: by the clip's own rule (firmware/beat/bounces.ts), so that means over it are of the hops that the clip's
 * verdict is about. null where none was felt, and where it is not within one beat: that one skipped a beat or lost a landing.
 */
export function hopFlight_ms({ kind, flight_ms }: Pick<ResultContact, "kind" | "flight_ms">, bpm: number | null): number | null {
  const beat_ms = bpm === null ? Infinity : 60_000 / bpm;
  return kind === "hop" && flight_ms !== null && flight_ms < beat_ms ? flight_ms : null;
}
