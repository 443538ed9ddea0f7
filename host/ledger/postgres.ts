// A ledger in a PostgreSQL database, for a clinic with many runners.
import { Client, Pool, types } from "pg";
import { PostgresDialect } from "kysely";
import { Failure, InputError } from "../failure.ts";
import type { Engine } from "./engine.ts";

/** Type number of int8, which pg gives as text; the ledger's fit in a number. */
const INT8 = 20;
/** How long to wait for the server, ms. */
const CONNECT_MS = 5000;

/** The address without its password. */
function nameOf(url: string): string {
  try {
    const { user, host, port, database } = new Client(url);
    return `postgres://${user}@${host}:${port}/${database}`;
  } catch (error) {
    throw new InputError("--db: the address is postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password", { cause: error });
  }
}

/** By SQLSTATE (appendix A of PostgreSQL's manual) or Node's code. */
const MEANINGS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "no PostgreSQL server answers there: is it running?",
  ECONNRESET: "the server closed the connection: try again",
  ENOENT: "no PostgreSQL server answers there: is it running?", // its socket in a folder
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "the host's name could not be looked up: is there a network?",
  ETIMEDOUT: "the server does not answer",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the host cannot be reached",
  "28P01": "wrong user or password",
  "28000": "the server does not let this user in",
  "3D000": "there is no such database: createdb makes one",
  "42501": "this user may not do that there: the ledger's tables must be the user's own",
  "53100": "the server's disk is full; what was in the ledger is kept",
  "53300": "the server has too many connections: try again",
  "25006": "the server takes no writes: it is read-only",
  "57P01": "the server was shut down: try again",
  "57P03": "the server is starting: try again",
  "40P01": "another program writes the same: try again",
  "40001": "another program writes the same: try again",
  "55P03": "another program writes the same: try again",
};

function failure(name: string, error: unknown): Failure | null {
  if (!(error instanceof Error)) return null;
  const { code, message } = error as Error & { code?: string };
  const tell = (what: string) => new Failure(`the ledger ${name}: ${what}`, { cause: error });
  const meaning = code === undefined ? undefined : MEANINGS[code];
  if (meaning !== undefined) return tell(meaning);
  if (message.includes("timeout expired")) return tell("the server does not answer");
  if (message.includes("Connection terminated")) return tell("the connection broke off: is that a PostgreSQL server, and is it running?");
  if (message.startsWith("SASL")) return tell("the server wants a password: postgres://USER:PASSWORD@HOST/DATABASE, or PGPASSWORD");
  if (code !== undefined && /^[0-9A-Z]{5}$/u.test(code)) return tell(`${message} (${code})`);
  return null;
}

/** The engine over `postgres://USER[:PASSWORD]@HOST[:PORT]/DATABASE`. */
export function postgres(url: string): Engine {
  const name = nameOf(url);
  const pool = new Pool({
    connectionString: url,
    max: 1, // a command does one thing after the other
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "hopclip",
    types: { getTypeParser: ((type: number, format?: "text") => (type === INT8 ? Number : types.getTypeParser(type, format))) as typeof types.getTypeParser },
  });
  // A connection that breaks says so to whoever uses it: a query fails, or the next one gets a new connection. As an event it says no more.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return {
    name,
    dialect: new PostgresDialect({ pool }),
    there: () => true, // or the server says that it is not
    number: { type: "bigserial", build: (column) => column.primaryKey() },
    failure: (error) => failure(name, error),
  };
}
