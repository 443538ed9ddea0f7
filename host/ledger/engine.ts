// What a ledger needs of the database under it: SQLite and PostgreSQL differ here and nowhere else.
import type { ColumnDataType, ColumnDefinitionBuilder, Dialect } from "kysely";
import type { Failure } from "../failure.ts";

/** A database that can hold a ledger. */
export interface Engine {
  /** How messages call the ledger: its path, or its address without the password. */
  readonly name: string;
  readonly dialect: Dialect;
  /** Whether there is a database at all: opening a file makes one. */
  readonly there: () => boolean;
  /** Column that numbers its rows by itself and never gives a number twice. */
  readonly number: { readonly type: ColumnDataType; readonly build: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder };
  /** What an error of the database means to the user; null where it is not one of the database's. */
  failure(error: unknown): Failure | null;
}
