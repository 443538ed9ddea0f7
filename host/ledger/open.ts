// Opens a ledger wherever it is, brings it to this hopclip's version, and finds whose commands it is about.
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Kysely } from "kysely";
import { Failure, InputError } from "../failure.ts";
import type { Engine } from "./engine.ts";
import { Keeper } from "./keeper.ts";
import type { Ledger, Runner } from "./ledger.ts";
import { STEPS, stepName } from "./migrations.ts";
import type { Tables } from "./tables.ts";

/** Where a ledger keeps which steps it took: what has no such table is none. */
const TAKEN = "hopclip_migrations";
/** Who is added where nobody was named. */
const FIRST_NAME = "me";

/** Where a ledger is said to be; undefined: in the platform's data folder. */
function placeOf(db: string | undefined): string | undefined {
  const { HOPCLIP_DB } = process.env;
  const place = db ?? (HOPCLIP_DB === "" ? undefined : HOPCLIP_DB);
  if (place === "") throw new InputError("--db is the path of a ledger or postgres://USER@HOST/DATABASE, not nothing");
  return place;
}

async function dataPath(): Promise<string> {
  const { default: paths } = await import("env-paths");
  return join(paths("hopclip", { suffix: "" }).data, "ledger.db");
}

function makeFolder(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new Failure(`the folder of the ledger, ${dirname(path)}, cannot be made: --db names another place (${(error as Error).message})`, { cause: error });
  }
}

/** SQLite is loaded by who needs it. */
async function file(path: string): Promise<Engine> {
  const { sqlite } = await import("./sqlite.ts");
  return sqlite(path);
}

async function engineAt(place: string): Promise<Engine> {
  if (/^postgres(?:ql)?:/u.test(place)) {
    const { postgres } = await import("./postgres.ts");
    return postgres(place);
  }
  if (/^\w+:\/\//u.test(place)) throw new InputError(`--db is the path of a ledger or postgres://USER@HOST/DATABASE, not ${place.split(":", 1)[0]}://…`);
  return file(place);
}

/** Which version a database's ledger has; 0 where it is empty. Only reads. */
async function versionOf(db: Kysely<unknown>, engine: Engine): Promise<number> {
  const names = (await db.introspection.getTables()).map(({ name }) => name);
  if (names.length === 0) return 0;
  if (!names.includes(TAKEN)) throw new InputError(`${engine.name} holds something else than a ledger of hopclip (${names[0]} …): it is not touched; --db names another`);
  const taken = await (db as Kysely<Record<string, { name: string }>>).selectFrom(TAKEN).select("name").execute();
  return Math.max(0, ...taken.map(({ name }) => Number(name)));
}

const none = (engine: Engine): InputError => new InputError(`there is no ledger at ${engine.name} yet: hopclip set or hopclip runner add makes one`);

async function bringUp(db: Kysely<unknown>, engine: Engine, make: boolean): Promise<void> {
  const version = await versionOf(db, engine);
  if (version === 0 && !make) throw none(engine);
  if (version > STEPS.length) {
    throw new InputError(`the ledger ${engine.name} was written by a newer hopclip (version ${version}, this one knows ${STEPS.length}): update hopclip`);
  }
  if (version === STEPS.length) return;
  const { Migrator } = await import("kysely/migration"); // most times there is nothing to do
  const steps = STEPS.map((step, i) => [stepName(i + 1), { up: (at: Kysely<unknown>) => step(at, engine) }] as const);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => Object.fromEntries(steps) },
    migrationTableName: TAKEN,
    migrationLockTableName: `${TAKEN}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function opened(engine: Engine, make: boolean): Promise<Ledger> {
  if (!make && !engine.there()) throw none(engine);
  const kysely = new Kysely<Tables>({ dialect: engine.dialect });
  try {
    await bringUp(kysely as Kysely<unknown>, engine, make);
  } catch (error) {
    await kysely.destroy();
    throw engine.failure(error) ?? error;
  }
  return new Keeper(kysely, engine);
}

/**
 * Opens the ledger at a path or a `postgres://` address; without one $HOPCLIP_DB's, else the one in the platform's data folder. One that is
 * not there yet is made, an older one is brought to this version, a newer one is an InputError.
 */
export async function openLedger(db?: string): Promise<Ledger> {
  const place = placeOf(db);
  if (place !== undefined) return opened(await engineAt(place), true);
  const path = await dataPath();
  makeFolder(path);
  return opened(await file(path), true);
}

/** The same for who has nothing to add: makes none. That there is none where one was named is an InputError; in the data folder it is an empty one. */
async function openExisting(db: string | undefined): Promise<Ledger> {
  const place = placeOf(db);
  if (place !== undefined) return opened(await engineAt(place), false);
  const engine = await file(await dataPath());
  return engine.there() ? opened(engine, false) : opened(await file(":memory:"), true);
}

async function closing<T>(ledger: Ledger, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** Opens a ledger for work that adds to it, makes it where there is none, and closes it whatever becomes of that. */
export async function withLedger<T>(db: string | undefined, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  return closing(await openLedger(db), work);
}

/** Opens a ledger for work on what is in it, and closes it whatever becomes of that. */
export async function withExistingLedger<T>(db: string | undefined, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  return closing(await openExisting(db), work);
}

/** The runner named, else the one in use. An InputError that says how to choose where it is nobody. */
export async function runnerOf(ledger: Ledger, name?: string): Promise<Runner> {
  if (name !== undefined) return ledger.runner(name);
  const current = await ledger.currentRunner();
  if (current !== null) return current;
  const known = await ledger.runners();
  if (known.length === 0) throw new InputError("no runner yet: hopclip runner add NAME");
  throw new InputError(`whose? --runner NAME for once, hopclip runner use NAME from now on; there are ${known.map((each) => each.name).join(", ")}`);
}

/** The same; in a ledger that has no runner yet somebody called "me" is added. */
export async function firstRunner(ledger: Ledger, name?: string): Promise<Runner> {
  if (name === undefined && (await ledger.runners()).length === 0) return ledger.addRunner(FIRST_NAME);
  return runnerOf(ledger, name);
}

/** Whom firstRunner would find or add: adds nobody. */
export async function runnerToBe(ledger: Ledger, name?: string): Promise<Runner> {
  if (name === undefined && (await ledger.runners()).length === 0) return { id: 0, name: FIRST_NAME, added_ms: Date.now() }; // of number 0 there is nothing
  return runnerOf(ledger, name);
}
