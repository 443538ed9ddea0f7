// Keeps a ledger in whatever engine is under it: one schema and one code path. Every write is one transaction.
import { hostname, userInfo } from "node:os";
import type { Insertable, Kysely, Selectable, Transaction } from "kysely";
import { serialOf } from "../clip/key.ts";
import { InputError } from "../failure.ts";
import { PAIN_MAX, type Pain, type SetRecord } from "../record.ts";
import type { Engine } from "./engine.ts";
import type { Belongings, KeptHead, KeptPain, KeptPlan, KeptRun, KeptSet, Ledger, Runner, SetFilter } from "./ledger.ts";
import { headOf, painOf, partsOf, rowsOf } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Rows written by one statement: ten values each stay below what both engines take (32,766 and 65,535). */
const ROWS_MAX = 1000;
/** Longest name of a runner, characters. */
const NAME_CHARS_MAX = 64;

const HEAD = ["started_ms", "exercise", "rung", "side", "bpm", "target", "source", "origin", "sensor", "firmware_sha256", "summary", "verdict", "errors"] as const;

type Reader = Kysely<Tables>;
type Writer = Transaction<Tables>;

/** A name as it is compared: what looks the same but for its case is the same. */
function keyOf(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** A name as it is kept. */
function nameOf(text: string): string {
  const name = text.normalize("NFC").trim();
  if (name === "") throw new InputError("a runner's name has at least one character");
  if ([...name].length > NAME_CHARS_MAX) throw new InputError(`a runner's name has at most ${NAME_CHARS_MAX} characters`);
  if (/[\p{Cc}\p{Co}\p{Cs}]/u.test(name)) throw new InputError("a runner's name has no control characters");
  return name;
}

/** Whose commands these are: a ledger may be many machines'. */
function who(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `${process.getuid?.() ?? "user"}@${hostname()}`; // a user without an entry in passwd
  }
}

const runnerOf = ({ id, name, added_ms }: Selectable<Tables["runners"]>): Runner => ({ id, name, added_ms });

async function seek(db: Reader, name: string): Promise<Runner | null> {
  const row = await db.selectFrom("runners").selectAll().where("key", "=", keyOf(nameOf(name))).executeTakeFirst();
  return row === undefined ? null : runnerOf(row);
}

async function find(db: Reader, name: string): Promise<Runner> {
  const runner = await seek(db, name);
  if (runner !== null) return runner;
  const known = await db.selectFrom("runners").select("name").orderBy("id").execute();
  const have = known.length === 0 ? "there is none yet: hopclip runner add NAME" : `there are ${known.map((each) => each.name).join(", ")}`;
  throw new InputError(`no runner called ${name}: ${have}`);
}

/** Serial numbers of the clips that sets of this runner, or of all others, came from. */
async function clipsOf(db: Reader, { id }: Pick<Runner, "id">, whose: "=" | "!="): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom("sets").select("clip_key").where("runner", whose, id).where("clip_key", "is not", null).execute();
  return new Set(rows.flatMap(({ clip_key }) => serialOf(clip_key as string) ?? []));
}

async function count(db: Reader, { id, name }: Runner): Promise<Belongings> {
  const own = async (table: "sets" | "pains" | "runs" | "plans") =>
    (await db.selectFrom(table).select((of) => of.fn.countAll<number>().as("n")).where("runner", "=", id).executeTakeFirstOrThrow()).n;
  const parts = async (table: "contacts" | "reps") =>
    (await db.selectFrom(table).innerJoin("sets", "sets.id", `${table}.set`).select((of) => of.fn.countAll<number>().as("n")).where("sets.runner", "=", id).executeTakeFirstOrThrow()).n;
  const clips = [...(await clipsOf(db, { id }, "="))].toSorted();
  const others = await clipsOf(db, { id }, "!=");
  return {
    runner: name,
    sets: await own("sets"),
    contacts: await parts("contacts"),
    reps: await parts("reps"),
    pains: await own("pains"),
    runs: await own("runs"),
    plans: await own("plans"),
    clips: clips.filter((serial) => !others.has(serial)),
    shared_clips: clips.filter((serial) => others.has(serial)),
  };
}

async function insertAll<T extends "contacts" | "reps">(db: Writer, table: T, rows: readonly Insertable<Tables[T]>[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_MAX) await db.insertInto(table).values(rows.slice(from, from + ROWS_MAX) as Insertable<Tables[T]>[]).execute();
}

async function putSet(db: Writer, runner: Runner, record: SetRecord, clip_key: string | null = null): Promise<number> {
  const rows = rowsOf(record);
  const { id } = await db.insertInto("sets").values({ runner: runner.id, clip_key, ...rows.set }).returning("id").executeTakeFirstOrThrow();
  await insertAll(db, "contacts", rows.contacts.map((row) => ({ set: id, ...row })));
  await insertAll(db, "reps", rows.reps.map((row) => ({ set: id, ...row })));
  if (record.pain !== null) await putPain(db, runner, record.pain, record.started_ms + record.set.duration_ms, id);
  return id;
}

async function putPain(db: Writer, runner: Runner, { score, where }: Pain, at_ms: number, set: number | null): Promise<void> {
  if (!Number.isInteger(score) || score < 0 || score > PAIN_MAX) throw new InputError(`pain is a whole number from 0 to ${PAIN_MAX}, not ${score}`);
  const said = { at_ms, score, place: where };
  await db.insertInto("pains").values({ runner: runner.id, set, ...said }).onConflict((on) => on.column("set").doUpdateSet(said)).execute();
}

export class Keeper implements Ledger {
  readonly #db: Kysely<Tables>;
  readonly #engine: Engine;

  constructor(db: Kysely<Tables>, engine: Engine) {
    this.#db = db;
    this.#engine = engine;
  }

  async #told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#engine.failure(error) ?? error;
    }
  }

  /** What is read in one go belongs together. */
  #read<T>(work: (db: Reader) => Promise<T>): Promise<T> {
    return this.#told(this.#db.transaction().setAccessMode("read only").setIsolationLevel("repeatable read").execute(work));
  }

  #write<T>(work: (db: Writer) => Promise<T>): Promise<T> {
    return this.#told(this.#db.transaction().execute(work));
  }

  runners(): Promise<Runner[]> {
    return this.#read(async (db) => (await db.selectFrom("runners").selectAll().orderBy("id").execute()).map(runnerOf));
  }

  addRunner(text: string): Promise<Runner> {
    return this.#write(async (db) => {
      const name = nameOf(text);
      const row = await db
        .insertInto("runners")
        .values({ name, key: keyOf(name), added_ms: Date.now() })
        .onConflict((on) => on.column("key").doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw new InputError(`there is a runner called ${(await find(db, name)).name} already`);
      return runnerOf(row);
    });
  }

  runner(name: string): Promise<Runner> {
    return this.#read((db) => find(db, name));
  }

  knownRunner(name: string): Promise<Runner | null> {
    return this.#read((db) => seek(db, name));
  }

  useRunner(name: string): Promise<Runner> {
    return this.#write(async (db) => {
      const runner = await find(db, name);
      await db.insertInto("uses").values({ who: who(), runner: runner.id }).onConflict((on) => on.column("who").doUpdateSet({ runner: runner.id })).execute();
      return runner;
    });
  }

  currentRunner(): Promise<Runner | null> {
    return this.#read(async (db) => {
      const used = await db.selectFrom("runners").innerJoin("uses", "uses.runner", "runners.id").selectAll("runners").where("uses.who", "=", who()).executeTakeFirst();
      if (used !== undefined) return runnerOf(used);
      const [only, ...others] = await db.selectFrom("runners").selectAll().limit(2).execute();
      return only === undefined || others.length > 0 ? null : runnerOf(only);
    });
  }

  belongings(name: string): Promise<Belongings> {
    return this.#read(async (db) => count(db, await find(db, name)));
  }

  forgetRunner(name: string): Promise<Belongings> {
    return this.#write(async (db) => {
      const runner = await find(db, name);
      const counts = await count(db, runner);
      await db.deleteFrom("runners").where("id", "=", runner.id).execute(); // and what refers to it
      return counts;
    });
  }

  addSet(runner: Runner, record: SetRecord): Promise<number> {
    return this.#write((db) => putSet(db, runner, record));
  }

  keepSet(runner: Runner, record: SetRecord, clip_key?: string): Promise<{ id: number; already: boolean }> {
    return this.#write(async (db) => {
      const { started_ms, exercise, origin } = record;
      await db.updateTable("runners").set({ name: runner.name }).where("id", "=", runner.id).execute(); // PostgreSQL: who keeps one of this runner waits here
      const sets = db.selectFrom("sets").select("id");
      const likely =
        clip_key === undefined
          ? sets.where("runner", "=", runner.id).where("exercise", "=", exercise).where("started_ms", "=", started_ms).where("origin", "=", origin)
          : sets.where("clip_key", "=", clip_key);
      const same = await likely.orderBy("id").executeTakeFirst();
      return same === undefined ? { id: await putSet(db, runner, record, clip_key), already: false } : { id: same.id, already: true };
    });
  }

  clipKeys(serial: string): Promise<ReadonlySet<string>> {
    return this.#read(async (db) => {
      const rows = await db.selectFrom("sets").select("clip_key").where("clip_key", "like", `${serial}/%`).execute();
      return new Set(rows.map(({ clip_key }) => clip_key as string));
    });
  }

  set(id: number): Promise<KeptSet> {
    return this.#read(async (db) => {
      const row = await db
        .selectFrom("sets")
        .innerJoin("runners", "runners.id", "sets.runner")
        .leftJoin("pains", "pains.set", "sets.id")
        .select(HEAD.map((column) => `sets.${column}` as const))
        .select(["runners.name as name", "pains.score", "pains.place", "sets.activities", "sets.cues", "sets.clip_key"])
        .where("sets.id", "=", id)
        .executeTakeFirst();
      if (row === undefined) throw new InputError(`no set ${id}: hopclip history lists the sets there are`);
      const contacts = await db.selectFrom("contacts").selectAll().where("set", "=", id).orderBy("place").execute();
      const reps = await db.selectFrom("reps").selectAll().where("set", "=", id).orderBy("place").execute();
      const known = row.clip_key === null ? {} : { clip_key: row.clip_key };
      return { id, runner: row.name, ...known, ...headOf(row), ...partsOf({ ...row, contacts, reps }) };
    });
  }

  sets(runner: Runner, { exercise, since_ms, newest }: SetFilter = {}): Promise<KeptHead[]> {
    return this.#read(async (db) => {
      let query = db
        .selectFrom("sets")
        .leftJoin("pains", "pains.set", "sets.id")
        .select(HEAD.map((column) => `sets.${column}` as const))
        .select(["sets.id", "pains.score", "pains.place"])
        .where("sets.runner", "=", runner.id)
        .orderBy("sets.started_ms", "desc")
        .orderBy("sets.id", "desc");
      if (exercise !== undefined) query = query.where("sets.exercise", "=", exercise);
      if (since_ms !== undefined) query = query.where("sets.started_ms", ">=", since_ms);
      if (newest !== undefined) query = query.limit(newest);
      const rows = await query.execute();
      return rows.map((row) => ({ id: row.id, runner: runner.name, ...headOf(row) })).reverse();
    });
  }

  addPain(runner: Runner, pain: Pain, at_ms: number, set?: number): Promise<void> {
    return this.#write(async (db) => {
      if (set !== undefined) {
        const owned = await db.selectFrom("sets").select("id").where("id", "=", set).where("runner", "=", runner.id).executeTakeFirst();
        if (owned === undefined) throw new InputError(`${runner.name} has no set ${set}: hopclip history lists the sets there are`);
      }
      await putPain(db, runner, pain, at_ms, set ?? null);
    });
  }

  pains(runner: Runner, since_ms?: number): Promise<KeptPain[]> {
    return this.#read(async (db) => {
      let query = db.selectFrom("pains").selectAll().where("runner", "=", runner.id).orderBy("at_ms").orderBy("id");
      if (since_ms !== undefined) query = query.where("at_ms", ">=", since_ms);
      const rows = await query.execute();
      return rows.map(({ at_ms, set, score, place }) => ({ at_ms, set, ...(painOf(score, place) as Pain) }));
    });
  }

  addRun(runner: Runner, distance: number, at_ms: number): Promise<void> {
    return this.#write(async (db) => {
      if (!Number.isFinite(distance) || distance <= 0) throw new InputError(`a distance run is more than 0, not ${distance}`);
      await db.insertInto("runs").values({ runner: runner.id, at_ms, distance }).execute();
    });
  }

  runs(runner: Runner, since_ms?: number): Promise<KeptRun[]> {
    return this.#read(async (db) => {
      let query = db.selectFrom("runs").select(["at_ms", "distance"]).where("runner", "=", runner.id).orderBy("at_ms").orderBy("id");
      if (since_ms !== undefined) query = query.where("at_ms", ">=", since_ms);
      return (await query.execute()).map(({ at_ms, distance }) => ({ at_ms, distance }));
    });
  }

  addPlan(runner: Runner, kind: string, plan: object, made_ms: number): Promise<void> {
    return this.#write(async (db) => {
      await db.insertInto("plans").values({ runner: runner.id, kind, made_ms, plan: JSON.stringify(plan) }).execute();
    });
  }

  plans(runner: Runner): Promise<KeptPlan[]> {
    return this.#read(async (db) => {
      const rows = await db.selectFrom("plans").select(["kind", "made_ms", "plan"]).where("runner", "=", runner.id).orderBy("kind").orderBy("made_ms").orderBy("id").execute();
      const newest = new Map(rows.map((row) => [row.kind, row])); // the last of a kind stays
      return [...newest.values()].map(({ kind, made_ms, plan }) => ({ kind, made_ms, plan: JSON.parse(plan) as unknown }));
    });
  }

  close(): Promise<void> {
    return this.#db.destroy();
  }
}
