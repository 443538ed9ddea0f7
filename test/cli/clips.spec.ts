// Two served clips, on a pty and behind TCP, and a set on each at once, in real time: told apart, kept once, their logs fetched.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { withLedger } from "../../host/ledger/open.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-clips-"));
const served: ChildProcess[] = [];
afterAll(async () => {
  await Promise.all(served.map((child) => new Promise((resolve) => child.once("close", resolve).kill("SIGINT"))));
  rmSync(folder, { recursive: true });
});
const db = join(folder, "ledger.db");
const env = { ...process.env, XDG_DATA_HOME: folder, HOPCLIP_CLIP: "" };

/** Serves a simulated clip; how the others call it. */
async function serve(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ["host/cli.ts", "sim", "--exercise", "pogo", ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
  served.push(child);
  return new Promise((resolve) => child.stdout!.on("data", (text) => resolve(/ on (\S+)/u.exec(String(text))![1]!)));
}
async function hopclip(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ["host/cli.ts", ...args, ...(args.includes("--db") ? [] : ["--db", db])], { env });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text) => (out += String(text)));
  child.stderr.on("data", (text) => (err += String(text)));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code!, out, err })));
}

test("sets on two clips at once, pulled once more, are two sets", async () => {
  await hopclip("runner", "add", "Anna");
  const clips = await Promise.all([serve("--serve", join(folder, "clip"), "--serial", "42", "--side", "left", "--seed", "3"), serve("--tcp", "0", "--serial", "43", "--side", "right", "--seed", "4")]);
  const done = await Promise.all(clips.map((clip) => hopclip("set", "pogo", "--clip", clip, "--seconds", "10", "--target", "25", "--pain", "0")));
  expect(done.map(({ code, err }) => [code, err])).toEqual([[0, ""], [0, ""]]);
  const sets = await withLedger(db, async (ledger) => ledger.sets(await ledger.runner("Anna")));
  expect(sets.map(({ origin, side, source, errors }) => [origin, side, source, errors]).toSorted()).toEqual([["42", "left", "clip", []], ["43", "right", "clip", []]]);
  for (const { firmware_sha256, set } of sets) expect([firmware_sha256, set.hops > 20]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/u), true]);
  for (const [i, clip] of clips.entries()) {
    const { code, out } = await hopclip("logs", "pull", "--clip", clip, "--json");
    expect([code, JSON.parse(out)]).toMatchObject([0, { clip: [42, 43][i], given_up: 0, damaged: 0, sets: [], known: 1 }]);
  }
  // after the import of what another ledger exported
  const file = join(folder, "set.json");
  expect((await hopclip("export", String(sets.find(({ origin }) => origin === "42")!.id), "--json", "--out", file)).code).toBe(0);
  const third = join(folder, "third.db");
  expect((await hopclip("import", file, "--db", third)).code).toBe(0);
  expect(JSON.parse((await hopclip("logs", "pull", "--clip", clips[0], "--json", "--db", third)).out)).toMatchObject({ sets: [], known: 1 });
  expect((await hopclip("import", file, "--db", third)).out).toMatch(/^Already kept as set 1 of Anna/u);
  // into a ledger that knows nothing of them
  const other = join(folder, "other.db");
  const { out } = await hopclip("logs", "pull", "--clip", clips[0], "--json", "--db", other);
  expect(JSON.parse(out)).toMatchObject({ sets: [{ exercise: "pogo", errors: [] }], known: 0 });
  const live = sets.find(({ origin }) => origin === "42");
  const pulled = await withLedger(other, async (ledger) => ledger.set(1));
  expect(pulled).toMatchObject({ set: live!.set, verdict: live!.verdict, bpm: 150, target: 25, side: "left", rung: live!.rung, sensor: live!.sensor, firmware_sha256: live!.firmware_sha256 });
  expect(Math.abs(pulled.started_ms - live!.started_ms)).toBeLessThan(1000);
}, 90_000);
