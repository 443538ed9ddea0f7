// A ledger in PostgreSQL, on a server of the suite's own.
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Failure, InputError } from "../../host/failure.ts";
import { openLedger } from "../../host/ledger/open.ts";
import { POGO } from "../ledger/records.ts";
import { suite } from "../ledger/suite.ts";
import { PASSWORD, startServer, type Server } from "./server.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

/** Does something with a database behind the ledger's back. */
async function look<T>(db: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(db);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

suite({
  engine: "postgres",
  fresh: () => server.database(),
  run: (db, text) => look(db, async (client) => void (await client.query(text))),
  schema: (db) =>
    look(db, async (client) => {
      const { rows } = await client.query<{ line: string }>(
        `select concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) as line from information_schema.columns where table_schema = 'public'
         union all select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
         union all select indexdef from pg_indexes where schemaname = 'public' order by line`,
      );
      return rows.map(({ line }) => line);
    }),
});

/** What opening says; the ledger is closed where it can be opened after all. */
async function refusal(db: string): Promise<Failure> {
  const opened = await openLedger(db).catch((error: unknown) => error);
  if (opened instanceof Failure) return opened;
  throw new Error("no Failure", { cause: opened });
}

describe("PostgreSQL", () => {
  test.each([
    ["a wrong password", () => server.url("postgres", "secret"), /^the ledger postgres:\/\/clinic@127\.0\.0\.1:\d+\/postgres: wrong user or password$/u],
    ["no password", () => `postgres://clinic@127.0.0.1:${server.port}/postgres`, /: the server wants a password: postgres:\/\/USER:PASSWORD@HOST\/DATABASE, or PGPASSWORD$/u],
    ["an unknown database", () => server.url("nowhere"), /\/nowhere: there is no such database: createdb makes one$/u],
    ["a server that is down", () => "postgres://clinic:secret@127.0.0.1:1/x", /^the ledger postgres:\/\/clinic@127\.0\.0\.1:1\/x: no PostgreSQL server answers there: is it running\?$/u],
    ["an unknown host", () => "postgres://clinic:secret@no-such-host.invalid/x", /: (?:there is no such host|the host's name could not be looked up: is there a network\?)$/u],
    ["an address that is none", () => "postgres://clinic:secret@host:port:1/x", /^--db: the address is postgres:\/\//u],
  ])("%s is told in a line without the password", async (_what, db, message) => {
    const { message: said } = await refusal(db());
    expect(said).toMatch(message);
    expect(said).not.toMatch(/secret|p@ss|p%40ss/u);
    expect(PASSWORD).toContain("p@ss");
  });

  test("something that is no PostgreSQL server is told", async () => {
    const other = createServer((socket) => socket.on("error", () => {}).end("220 smtp.example.org\r\n"));
    const port = await new Promise<number>((done) => other.listen(0, "127.0.0.1", () => done((other.address() as { port: number }).port)));
    const { message } = await refusal(`postgres://clinic:secret@127.0.0.1:${port}/x`);
    other.close();
    expect(message).toMatch(/^the ledger postgres:\/\/clinic@127\.0\.0\.1:\d+\/x: the connection broke off: is that a PostgreSQL server, and is it running\?$/u);
  });

  test("two that find an empty database at once both get a ledger", async () => {
    const db = await server.database();
    const ledgers = await Promise.all([openLedger(db), openLedger(db), openLedger(db)]);
    await ledgers[0]!.addRunner("Anna");
    for (const ledger of ledgers) expect(await ledger.runners()).toHaveLength(1);
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  test("two that write at once both get through", async () => {
    const db = await server.database();
    const ledgers = [await openLedger(db), await openLedger(db)] as const;
    const anna = await ledgers[0].addRunner("Anna");
    await Promise.all(Array.from({ length: 20 }, (_, i) => ledgers[i % 2]!.addSet(anna, { ...POGO, started_ms: i })));
    expect((await ledgers[0].sets(anna)).map(({ started_ms }) => started_ms)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  test("two that keep the same set at once keep it once", async () => {
    const db = await server.database();
    const ledgers = [await openLedger(db), await openLedger(db)] as const;
    const anna = await ledgers[0].addRunner("Anna");
    for (let i = 0; i < 10; i++) {
      const kept = await Promise.all(ledgers.map((ledger) => ledger.keepSet(anna, { ...POGO, started_ms: i })));
      expect(kept.map(({ already }) => already).toSorted()).toEqual([false, true]);
    }
    expect(await ledgers[0].sets(anna)).toHaveLength(10);
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  const END_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'hopclip'";

  test("a connection that the server ended while it was idle is replaced", async () => {
    const ledger = await openLedger(await server.database());
    const anna = await ledger.addRunner("Anna");
    await server.query(END_ALL);
    await pause(500); // the end of a connection is read like any of its bytes: one that is used in that very moment fails
    expect(await ledger.addSet(anna, POGO)).toBeGreaterThan(0);
    await ledger.close();
  });

  test("a server that goes away while it writes is told; nothing of that set is kept", async () => {
    const db = await server.database();
    const ledger = await openLedger(db);
    const anna = await ledger.addRunner("Anna");
    const blocker = new Client(db);
    await blocker.connect();
    await blocker.query("begin; lock table contacts");
    const writing = ledger.addSet(anna, POGO).catch((error: unknown) => error);
    const waiting = "select count(*)::int as n from pg_locks where not granted";
    while ((await blocker.query<{ n: number }>(waiting)).rows[0]!.n === 0) await pause(5);
    await server.query(END_ALL);
    const said = await writing;
    await blocker.end();
    expect(said).toBeInstanceOf(Failure);
    expect((said as Failure).message).toMatch(/: the connection broke off: is that a PostgreSQL server, and is it running\?$/u);
    expect(await ledger.sets(anna)).toEqual([]);
    await ledger.close();
  });

  test("a database of something else is refused untouched", async () => {
    const db = await server.database();
    await look(db, (client) => client.query("create table runners (id int)"));
    const refused = await refusal(db);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused.message).toMatch(/^postgres:\/\/clinic@127\.0\.0\.1:\d+\/ledger\d+ holds something else than a ledger of hopclip \(runners …\): it is not touched; --db names another$/u);
    const { rows } = await look(db, (client) => client.query("select table_name from information_schema.tables where table_schema = 'public'"));
    expect(rows).toEqual([{ table_name: "runners" }]);
  });

  test("a server that takes no writes can be read, and says so where it is written to", async () => {
    const db = await server.database();
    const before = await openLedger(db);
    const anna = await before.addRunner("Anna");
    await before.close();
    await server.query(`alter database ${new URL(db).pathname.slice(1)} set default_transaction_read_only = on`);
    const ledger = await openLedger(db);
    expect(await ledger.runners()).toEqual([anna]);
    await expect(ledger.addSet(anna, POGO)).rejects.toThrow(/: the server takes no writes: it is read-only$/u);
    expect(await ledger.sets(anna)).toEqual([]);
    await ledger.close();
  });
});
