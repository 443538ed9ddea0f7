// The Simple Management Protocol over a serial port, proved with a client nobody here wrote: the PyPI package smpclient (test/smp/stranger.py)
// talks to the clip on Linux, which restarts into the app that it was sent.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { boardMachine } from "../../sim/engine/named.ts";

/** Has smpclient: test/setup.sh. */
const PYTHON = "build/venv/bin/python";

interface Image {
  readonly slot: number;
  readonly version: string;
  readonly hash: string;
  readonly active?: boolean;
  readonly pending?: boolean;
  readonly confirmed?: boolean;
}
interface Seen {
  readonly echo: string;
  readonly parameters: readonly [buf_size: number, buf_count: number];
  readonly index: string;
  readonly log: { readonly name: string; readonly bytes: number; readonly status: number; readonly hashed: number; readonly here: string; readonly there: string };
  readonly offsets: readonly number[];
  readonly before: readonly Image[];
  readonly uploaded: readonly Image[];
  readonly tested: readonly Image[];
  readonly trial: readonly Image[];
  readonly confirmed: readonly Image[];
  readonly after: readonly Image[];
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const marks = (images: readonly Image[]): unknown =>
  images.map(({ slot, version, hash, active, pending, confirmed }) => ({ slot, version, hash, active: active === true, pending: pending === true, confirmed: confirmed === true }));

test("smpclient lists, downloads and hashes the log, and uploads, tests and confirms an app", async () => {
  const clip = readFileSync("build/clip.wasm");
  // The same app as a later version: the section that tells it, once more at the end (firmware/PROTOCOL.md).
  const update = Buffer.concat([clip, Buffer.from("\0\x0b\x07hopclip\0\x01\x07", "latin1")]);
  const folder = mkdtempSync(join(tmpdir(), "hopclip-smp-"));
  const path = join(folder, "update.wasm");
  writeFileSync(path, update);
  const board = spawn(boardMachine("linux", "fast").command, ["--realtime", "--flash", join(folder, "flash"), "--app", "build/clip.wasm"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [printed] = (await once(board.stdout, "data")) as [Buffer];
    const port = /\/dev\/\S+/u.exec(printed.toString())![0];
    const { stdout } = await promisify(execFile)(PYTHON, ["test/smp/stranger.py", port, path]);
    const seen = JSON.parse(stdout) as Seen;
    expect(seen.echo).toBe("hop, hop");
    expect(seen.parameters[0]).toBeGreaterThanOrEqual(512);
    expect(seen.parameters[1]).toBe(1);

    expect(seen.index).toMatch(/^(\d{10} [ \d]{3}\d\n)+$/u);
    const { name, bytes, status, hashed, here, there } = seen.log;
    expect(name).toMatch(/^\/log\/[1-9]\d*$/u);
    expect(bytes).toBeGreaterThan(0);
    expect([status, hashed, there]).toEqual([bytes, bytes, here]);

    expect(seen.offsets.at(-1)).toBe(update.length);
    const old = { slot: 0, version: "0.1.0", hash: sha256(clip), active: true, pending: false, confirmed: true };
    const fresh = { slot: 1, version: "0.1.7", hash: sha256(update), active: false, pending: false, confirmed: false };
    expect(marks(seen.before)).toEqual([old]);
    expect(marks(seen.uploaded)).toEqual([old, fresh]);
    expect(marks(seen.tested)).toEqual([old, { ...fresh, pending: true }]);
    expect(marks(seen.trial)).toEqual([{ ...old, active: false }, { ...fresh, active: true }]);
    expect(marks(seen.confirmed)).toEqual([{ ...old, active: false }, { ...fresh, active: true, confirmed: true }]);
    expect(marks(seen.after)).toEqual([{ ...old, active: false }, { ...fresh, active: true, confirmed: true }]);
  } finally {
    board.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});
