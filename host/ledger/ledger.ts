// The ledger: runners, sets with every contact and repetition, pain, plans and miles, in SQLite or PostgreSQL through Kysely.
import type { Exercise } from "../clip/event.ts";
import type { Pain, SetHead, SetRecord } from "../record.ts";

/** Who does the exercises. */
export interface Runner {
  readonly id: number;
  readonly name: string;
  readonly added_ms: number;
}

/** A kept set without its events, and whose it is. */
export interface KeptHead extends SetHead {
  readonly id: number;
  readonly runner: string;
}

/** A kept set with its events. */
export interface KeptSet extends SetRecord {
  readonly id: number;
  readonly runner: string;
  /** Of a set from a clip's own log or a set guided on one: what it is known by, see clipKey. */
  readonly clip_key?: string;
}

/** Pain at a time: right after a set, or reported by itself. */
export interface KeptPain extends Pain {
  readonly at_ms: number;
  /** null where it was reported by itself. */
  readonly set: number | null;
}

/** Distance run on a day, in the unit of the runner's plan. */
export interface KeptRun {
  readonly at_ms: number;
  readonly distance: number;
}

/** What was laid down for a runner at a time; the newest of a kind counts. `kind` is an exercise or "mileage". */
export interface KeptPlan {
  readonly kind: string;
  readonly made_ms: number;
  /** JSON object: a Mileage or a Prescription of the coach. */
  readonly plan: unknown;
}

/** Which sets are wanted. */
export interface SetFilter {
  readonly exercise?: Exercise;
  /** Started at or after, ms since 1970. */
  readonly since_ms?: number;
  /** So many newest ones. */
  readonly newest?: number;
}

/** How many rows of each kind a runner has, and on which clips sets were done, by serial number as HEL has it. */
export interface Belongings {
  readonly runner: string;
  readonly sets: number;
  readonly contacts: number;
  readonly reps: number;
  readonly pains: number;
  readonly runs: number;
  readonly plans: number;
  /** Clips that nobody else in the ledger has a set of. */
  readonly clips: readonly string[];
  /** Clips that somebody else has a set of, too. */
  readonly shared_clips: readonly string[];
}

/** An open ledger. Errors are Failures that say what to do; whatever fails, what was in it stays. */
export interface Ledger {
  /** In the order they were added. */
  runners(): Promise<Runner[]>;
  /** An InputError where the name is taken (whatever its case) or is none. */
  addRunner(name: string): Promise<Runner>;
  /** An InputError that lists the known ones where there is no such runner. */
  runner(name: string): Promise<Runner>;
  /** null where there is no such runner. */
  knownRunner(name: string): Promise<Runner | null>;
  /** Makes a runner the one that commands of this user on this machine are about. */
  useRunner(name: string): Promise<Runner>;
  /** The one in use; else the only one there is; else null. */
  currentRunner(): Promise<Runner | null>;
  /** What forgetting a runner would delete. */
  belongings(name: string): Promise<Belongings>;
  /** Deletes everything of a runner; what that was. */
  forgetRunner(name: string): Promise<Belongings>;

  /** Keeps a set, all of it or nothing; its number. */
  addSet(runner: Runner, record: SetRecord): Promise<number>;
  /**
   * The same, but for one that is there already: then that one's number. Of a clip (`clip_key`) it is the one with its key, whosever it is; else
   * the one of this runner, exercise, begin and origin.
   */
  keepSet(runner: Runner, record: SetRecord, clip_key?: string): Promise<{ readonly id: number; readonly already: boolean }>;
  /** Keys of the sets that came from the clip with this serial number, as HEL has it. */
  clipKeys(serial: string): Promise<ReadonlySet<string>>;
  /** An InputError where there is no such set. */
  set(id: number): Promise<KeptSet>;
  /** Oldest first. */
  sets(runner: Runner, filter?: SetFilter): Promise<KeptHead[]>;

  /** Pain with a set (replaces what was said of it before) or by itself. */
  addPain(runner: Runner, pain: Pain, at_ms: number, set?: number): Promise<void>;
  /** Oldest first. */
  pains(runner: Runner, since_ms?: number): Promise<KeptPain[]>;
  addRun(runner: Runner, distance: number, at_ms: number): Promise<void>;
  /** Oldest first. */
  runs(runner: Runner, since_ms?: number): Promise<KeptRun[]>;
  addPlan(runner: Runner, kind: string, plan: object, made_ms: number): Promise<void>;
  /** Newest plan of each kind. */
  plans(runner: Runner): Promise<KeptPlan[]>;
  close(): Promise<void>;
}
