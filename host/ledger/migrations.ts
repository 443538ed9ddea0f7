// Every version of the ledger's schema as a step from the one before. A released step is never changed: a ledger that took it is out
// there. test/ledger/versions keeps each version's schema and data.
import { sql, type Kysely } from "kysely";
import type { Engine } from "./engine.ts";

/** Version 1: runners, sets with contacts and repetitions, pain, miles, plans. */
async function first(db: Kysely<unknown>, { number }: Engine): Promise<void> {
  const table = (name: string) => db.schema.createTable(name);
  const numbered = (name: string) => table(name).addColumn("id", number.type, number.build);
  await numbered("runners")
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull().unique())
    .addColumn("added_ms", "bigint", (column) => column.notNull())
    .execute();
  await table("uses")
    .addColumn("who", "text", (column) => column.primaryKey())
    .addColumn("runner", "bigint", (column) => column.notNull().references("runners.id").onDelete("cascade"))
    .execute();
  await numbered("sets")
    .addColumn("runner", "bigint", (column) => column.notNull().references("runners.id").onDelete("cascade"))
    .addColumn("started_ms", "bigint", (column) => column.notNull())
    .addColumn("exercise", "text", (column) => column.notNull())
    .addColumn("rung", "text")
    .addColumn("side", "text")
    .addColumn("bpm", "double precision")
    .addColumn("target", "double precision")
    .addColumn("source", "text", (column) => column.notNull())
    .addColumn("origin", "text", (column) => column.notNull())
    .addColumn("sensor", "text", (column) => column.notNull())
    .addColumn("firmware_sha256", "text", (column) => column.notNull())
    .addColumn("summary", "text", (column) => column.notNull())
    .addColumn("verdict", "text", (column) => column.notNull())
    .addColumn("errors", "text", (column) => column.notNull())
    .addColumn("activities", "text", (column) => column.notNull())
    .addColumn("cues", "text", (column) => column.notNull())
    .execute();
  await table("contacts")
    .addColumn("set", "bigint", (column) => column.notNull().references("sets.id").onDelete("cascade"))
    .addColumn("place", "integer", (column) => column.notNull())
    .addColumn("ic_us", "bigint", (column) => column.notNull())
    .addColumn("tc_us", "bigint")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("hop", "integer", (column) => column.notNull())
    .addColumn("contact_us", "bigint")
    .addColumn("flight_us", "bigint")
    .addColumn("beat_error_us", "bigint")
    .addColumn("confidence", "double precision", (column) => column.notNull())
    .addPrimaryKeyConstraint("contacts_key", ["set", "place"])
    .execute();
  await table("reps")
    .addColumn("set", "bigint", (column) => column.notNull().references("sets.id").onDelete("cascade"))
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("place", "integer", (column) => column.notNull())
    .addColumn("at_us", "bigint", (column) => column.notNull())
    .addColumn("end_us", "bigint")
    .addColumn("clean", "integer", (column) => column.notNull())
    .addColumn("up_us", "bigint")
    .addColumn("hold_us", "bigint")
    .addColumn("down_us", "bigint")
    .addColumn("top", "double precision")
    .addColumn("wobble", "double precision")
    .addColumn("flaws", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("reps_key", ["set", "kind", "place"])
    .execute();
  await numbered("pains")
    .addColumn("runner", "bigint", (column) => column.notNull().references("runners.id").onDelete("cascade"))
    .addColumn("set", "bigint", (column) => column.unique().references("sets.id").onDelete("cascade"))
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("score", "integer", (column) => column.notNull().check(sql`score between 0 and 10`))
    .addColumn("place", "text")
    .execute();
  await numbered("runs")
    .addColumn("runner", "bigint", (column) => column.notNull().references("runners.id").onDelete("cascade"))
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("distance", "double precision", (column) => column.notNull())
    .execute();
  await numbered("plans")
    .addColumn("runner", "bigint", (column) => column.notNull().references("runners.id").onDelete("cascade"))
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("made_ms", "bigint", (column) => column.notNull())
    .addColumn("plan", "text", (column) => column.notNull())
    .execute();
  const index = (of: string, ...columns: string[]) => db.schema.createIndex(`${of}_by_${columns.join("_")}`).on(of).columns(columns).execute();
  await index("uses", "runner");
  await index("sets", "runner", "started_ms");
  await index("sets", "runner", "exercise", "started_ms");
  await index("pains", "runner", "at_ms");
  await index("runs", "runner", "at_ms");
  await index("plans", "runner", "kind", "made_ms");
}

/** Version 2: sets that came from a clip are known by its number, theirs and their start, so that one recorded and pulled is kept once. */
async function keyed(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("sets").addColumn("clip_key", "text").execute();
  await db.schema.createIndex("sets_by_clip_key_runner").on("sets").columns(["clip_key", "runner"]).unique().execute();
}

/** The steps, oldest first: the schema's version is how many of them a ledger has taken. */
export const STEPS: readonly ((db: Kysely<unknown>, engine: Engine) => Promise<void>)[] = [first, keyed];

/** Name of the step that leads to a version: sorts as the versions do. */
export const stepName = (version: number): string => String(version).padStart(4, "0");
