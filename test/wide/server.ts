// A PostgreSQL server of the tests' own: Debian's programs on a folder and a port that are given up afterwards.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";

/** How long the server may take to start, ms. */
const START_MS_MAX = 30_000;
/** What an address has to have percent-encoded. */
export const PASSWORD = "p@ss/wörd";

/** A running server. */
export interface Server {
  readonly port: number;
  /** Address of a database of it, which need not be there, with the right password or another. */
  url(database: string, password?: string): string;
  /** Does something as its administrator. */
  query(text: string): Promise<void>;
  /** A new, empty database; its address. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

/** Folder of Debian's newest initdb and postgres. */
function programs(): string {
  const top = "/usr/lib/postgresql";
  if (!existsSync(top)) throw new Error(`${top} is missing: run test/setup.sh`);
  const versions = readdirSync(top).toSorted((a, b) => Number(b) - Number(a));
  return join(top, versions[0]!, "bin");
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

/** The server refuses to be root: then it is Debian's user postgres. */
function owner(): { uid: number; gid: number } {
  const { uid, gid } = userInfo();
  if (uid !== 0) return { uid, gid };
  const number = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** Starts a server that asks for a password on 127.0.0.1 and trusts its socket. */
export async function startServer(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), "hopclip-postgres-"));
  const as = owner();
  chownSync(folder, as.uid, as.gid);
  writeFileSync(join(folder, "password"), `${PASSWORD}\n`);
  const data = join(folder, "data");
  const bin = programs();
  const options = { ...as, cwd: folder, stdio: "pipe" } as const;
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "clinic", "-E", "UTF8", "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile", join(folder, "password"), "--no-sync"],
    options,
  );
  const port = await freePort();
  const server = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1", "-c", "fsync=off"], { ...options, stdio: "ignore" });
  const ended = new Promise<void>((done) => server.once("exit", () => done()));

  const url = (database: string, password = PASSWORD) => `postgres://clinic:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  async function query(text: string): Promise<void> {
    const client = new Client({ host: folder, port, user: "clinic", database: "postgres" });
    try {
      await client.connect();
      await client.query(text);
    } finally {
      await client.end();
    }
  }
  async function stop(): Promise<void> {
    server.kill("SIGINT"); // ends connections, then itself
    await ended;
    rmSync(folder, { recursive: true });
  }

  const until_ms = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await query("select 1");
      break;
    } catch (error) {
      if (server.exitCode === null && performance.now() < until_ms) {
        await pause(50);
        continue;
      }
      await stop();
      throw error;
    }
  }
  let made = 0;
  return {
    port,
    url,
    query,
    stop,
    async database() {
      const name = `ledger${++made}`;
      await query(`create database ${name}`);
      return url(name);
    },
  };
}
