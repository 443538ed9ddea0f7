// A ledger in one SQLite file, by Node's own node:sqlite: the thinnest adapter to what Kysely wants of a driver.
import { statSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
  type TransactionSettings,
} from "kysely";
import { Failure, InputError } from "../failure.ts";
import type { Engine } from "./engine.ts";

/** How long a writer waits for another one, ms. */
const BUSY_MS = 2000;

/** SQLite's primary result codes (sqlite.org/rescode.html) that a user can do something about. */
const PERM = 3;
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/**
 * Opens the file. One file at rest: the rollback journal is deleted at each commit, so that a copy is whole and a read-only disk will do.
 * What is deleted is overwritten with zeros: a runner who is forgotten is in no byte of it.
 */
function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF");
    database.prepare("SELECT count(*) FROM sqlite_master").get(); // the file is read only now
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** better-sqlite3's face on node:sqlite, as far as Kysely looks at it. */
function adapt(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text);
      const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}

/** Who writes says so at the start, so that a second writer waits there and not with half its work done. */
class WriterDriver extends SqliteDriver {
  readonly #isOpen: () => boolean;

  constructor(database: () => Promise<SqliteDatabase>, isOpen: () => boolean) {
    super({ database });
    this.#isOpen = isOpen;
  }

  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(settings?.accessMode === "read only" ? "begin" : "begin immediate"));
  }

  /** SQLite itself has rolled back after a full disk and the like. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#isOpen()) await super.rollbackTransaction(connection);
  }
}

/** Kysely takes SQLite for one of those that cannot undo a CREATE TABLE; it can. */
class WriterAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function dialect(path: string): Dialect {
  let database: DatabaseSync | null = null;
  return {
    createDriver: () =>
      new WriterDriver(
        async () => adapt((database = open(path))),
        () => database?.isTransaction ?? false,
      ),
    createAdapter: () => new WriterAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Where that cannot be told, opening will say why. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function failure(path: string, error: unknown): Failure | null {
  const { code, errcode, message } = error as Error & { code?: string; errcode?: number };
  if (code !== "ERR_SQLITE_ERROR" || errcode === undefined) return null;
  const because = { cause: error };
  switch (errcode & 0xff) {
    case BUSY:
      return new Failure(`the ledger ${path} is being written by another program; try again when it has ended`, because);
    case READONLY:
      return new Failure(`the ledger ${path} cannot be written: the file, its folder or the disk is read-only`, because);
    case FULL:
      return new Failure(`the ledger ${path} cannot be written: the disk is full; what was in it is kept`, because);
    case NOTADB:
      return new InputError(`${path} is no ledger of hopclip: it is not touched; --db names another`, because);
    case CORRUPT:
      return new Failure(`the ledger ${path} is damaged (${message}): put back a copy of it`, because);
    case PERM:
    case CANTOPEN:
      if (isFolder(path)) return new InputError(`${path} is a folder: --db takes a file`, because);
      return new Failure(`the ledger ${path} cannot be opened or written: see that its folder exists and that you may write there`, because);
    case IOERR:
      return new Failure(`the ledger ${path} could not be read or written (${message})`, because);
    default:
      return new Failure(`the ledger ${path}: ${message}`, because);
  }
}

/** The engine over a file; ":memory:" for one that lives as long as it is open. */
export function sqlite(path: string): Engine {
  return {
    name: path,
    dialect: dialect(path),
    there: () => isThere(path),
    number: { type: "integer", build: (column) => column.primaryKey().autoIncrement() },
    failure: (error) => failure(path, error),
  };
}
