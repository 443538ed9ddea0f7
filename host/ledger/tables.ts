// The ledger's tables as they are now, for Kysely's types. Times of events are whole µs, dates ms since 1970: integers, so that what is
// read is what was written. Truth values are 0 and 1; lists that are never searched are JSON text.
import type { Generated } from "kysely";

interface Runners {
  readonly id: Generated<number>;
  readonly name: string;
  /** The name as it is compared. */
  readonly key: string;
  readonly added_ms: number;
}

/** Which runner the commands of a user on a machine are about. */
interface Uses {
  /** "user@host" */
  readonly who: string;
  readonly runner: number;
}

interface Sets {
  readonly id: Generated<number>;
  readonly runner: number;
  readonly started_ms: number;
  readonly exercise: string;
  readonly rung: string | null;
  readonly side: string | null;
  readonly bpm: number | null;
  readonly target: number | null;
  readonly source: string;
  readonly origin: string;
  readonly sensor: string;
  readonly firmware_sha256: string;
  /** JSON: ResultSet, SetVerdict or null, texts. */
  readonly summary: string;
  readonly verdict: string;
  readonly errors: string;
  /** JSON: what only a whole set has. */
  readonly activities: string;
  readonly cues: string;
  /** "SERIAL/SET/START_US" of the clip it comes from (clip/logbook.ts); null: from none. */
  readonly clip_key: string | null;
}

interface Contacts {
  readonly set: number;
  /** From 0. */
  readonly place: number;
  readonly ic_us: number;
  readonly tc_us: number | null;
  readonly kind: string;
  readonly hop: number;
  readonly contact_us: number | null;
  readonly flight_us: number | null;
  readonly beat_error_us: number | null;
  readonly confidence: number;
}

/** Raises, holds and taps: what each value is, raiseRow, holdRow and tapRow of rows.ts say. */
interface Reps {
  readonly set: number;
  readonly kind: "raise" | "hold" | "tap";
  /** From 0 in its kind. */
  readonly place: number;
  readonly at_us: number;
  readonly end_us: number | null;
  readonly clean: number;
  readonly up_us: number | null;
  readonly hold_us: number | null;
  readonly down_us: number | null;
  readonly top: number | null;
  readonly wobble: number | null;
  /** JSON: names. */
  readonly flaws: string;
}

interface Pains {
  readonly id: Generated<number>;
  readonly runner: number;
  /** null where it was reported by itself. */
  readonly set: number | null;
  readonly at_ms: number;
  readonly score: number;
  readonly place: string | null;
}

interface Runs {
  readonly id: Generated<number>;
  readonly runner: number;
  readonly at_ms: number;
  readonly distance: number;
}

interface Plans {
  readonly id: Generated<number>;
  readonly runner: number;
  readonly kind: string;
  readonly made_ms: number;
  /** JSON */
  readonly plan: string;
}

/** Every table by its name. */
export interface Tables {
  readonly runners: Runners;
  readonly uses: Uses;
  readonly sets: Sets;
  readonly contacts: Contacts;
  readonly reps: Reps;
  readonly pains: Pains;
  readonly runs: Runs;
  readonly plans: Plans;
}
