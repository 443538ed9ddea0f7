// What is asked on a terminal, answered as a person would: util-linux' script gives the pseudoterminal.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { withLedger } from "../../host/ledger/open.ts";
import { POGO } from "../ledger/records.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-terminal-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts hopclip on a terminal and types each answer when its question has been asked; all that was shown and the exit code. */
function typed(args: readonly string[], ...answers: readonly (readonly [question: string, answer: string])[]): Promise<{ shown: string; code: number | null }> {
  const line = [process.execPath, "host/cli.ts", ...args].map((word) => `'${word}'`).join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  const open = [...answers];
  child.stdout.on("data", (text) => {
    shown += String(text);
    if (open.length > 0 && shown.includes(open[0]![0])) child.stdin.write(open.shift()![1]);
  });
  return new Promise((done) => child.once("close", (code) => done({ shown, code })));
}

/** Without colours, moves of the cursor and where the line was broken. */
function plain(shown: string): string {
  return stripVTControlCharacters(shown).replaceAll(/\r?\n/gu, "");
}

describe("forget", () => {
  let db = "";
  let made = 0;
  beforeEach(async () => {
    db = join(folder, `${++made}.db`);
    await withLedger(db, async (ledger) => ledger.addSet(await ledger.addRunner("Anna"), POGO));
  });
  const names = () => withLedger(db, async (ledger) => (await ledger.runners()).map(({ name }) => name));

  test("asks, says what would go, and deletes at a yes", async () => {
    const { shown, code } = await typed(["forget", "Anna", "--db", db], ["no way back", "y\r"]);
    expect(code).toBe(0);
    expect(plain(shown)).toContain("Delete Anna with 1 set (4 contacts, 0 repetitions), 1 report of pain, 0 distances run, 0 plans? There is no way back.");
    expect(shown).toContain("Anna is forgotten: 1 set (4 contacts");
    expect(await names()).toEqual([]);
  });

  test.each([
    ["no", "n\r"],
    ["nothing", "\r"],
    ["Ctrl-C", "\u0003"],
  ])("deletes nothing at %s", async (_what, answer) => {
    const { shown, code } = await typed(["forget", "Anna", "--db", db], ["no way back", answer]);
    expect(shown).toContain("Nothing was deleted.");
    expect(code).toBe(0);
    expect(await names()).toEqual(["Anna"]);
  });
});

describe("set", () => {
  const SET = ["set", "calf", "--target", "5", "--sim", "4", "--fast", "--db"];
  const painOf = (db: string) => withLedger(db, async (ledger) => (await ledger.set(1)).pain);

  test("fills the screen, gives it back, and asks for pain", async () => {
    const db = join(folder, "set.db");
    const { shown, code } = await typed([...SET, db], ["Pain now", "2\r"], ["Where?", "\u001B[B\r"]);
    expect(code).toBe(0);
    expect(shown.indexOf("\u001B[?1049h")).toBeLessThan(shown.indexOf("\u001B[?1049l"));
    expect(plain(shown)).toContain("Kept as set 1, pain 2 (shin).");
    expect(await painOf(db)).toEqual({ score: 2, where: "shin" });
  });
  test("keeps a score whose place was not said", async () => {
    const db = join(folder, "score.db");
    await typed([...SET, db], ["Pain now", "5\r"], ["Where?", "\u0003"]);
    expect(await painOf(db)).toEqual({ score: 5, where: null });
  });
  test("keeps the set where pain was not said", async () => {
    const db = join(folder, "open.db");
    const { shown, code } = await typed([...SET, db], ["Pain now", "\u0003"]);
    expect(code).toBe(0);
    expect(plain(shown)).toContain("Kept as set 1; pain was not said (hopclip pain).");
    expect(await painOf(db)).toBeNull();
  });
});
