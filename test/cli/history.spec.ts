// hopclip history and hopclip report on a ledger, started as processes.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import widthOf from "string-width";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withLedger } from "../../host/ledger/open.ts";
import type { SetRecord } from "../../host/record.ts";
import { simulated } from "../report/simulated.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-history-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const CLI = resolve("host/cli.ts");
const DAY_MS = 86_400_000;

/** Runs the tool in the folder. */
function hopclip(args: readonly string[], env: NodeJS.ProcessEnv = {}): { code: number | null; out: string; err: string; lines: string[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8", cwd: folder, env: { ...process.env, HOPCLIP_DB: at("ledger.db"), ...env } });
  return { code: status, out: stdout, err: stderr, lines: stdout.trimEnd().split("\n") };
}

const ANN = "Ann 脚本";
const pogo = (fade: number, days: number, more: Partial<SetRecord>): SetRecord => ({
  ...simulated({ exercise: "pogo", bpm: 150, seconds: 30, seed: 7, target: 75, variant: "single", fade, rung: "single" }),
  started_ms: Date.now() - days * DAY_MS,
  ...more,
});

beforeAll(async () => {
  await withLedger(at("new.db"), async () => {});
  await withLedger(at("ledger.db"), async (ledger) => {
    const ann = await ledger.useRunner((await ledger.addRunner(ANN)).name);
    await ledger.addRunner("Bo");
    await ledger.addSet(ann, pogo(0, 200, { side: "left" }));
    await ledger.addSet(ann, pogo(0, 8, { side: "right", rung: "staggered", pain: { score: 5, where: "knee" } }));
    await ledger.addSet(ann, { ...simulated({ exercise: "wall-sit", seconds: 60, seed: 4, target: 45, variant: "touching", rung: "single" }), started_ms: Date.now() - 6 * DAY_MS });
    await ledger.addSet(ann, { ...simulated({ exercise: "run", bpm: 165, seconds: 60, seed: 3, target: 5, variant: "following", cue: "faded", rung: "faded" }), started_ms: Date.now() - 5 * DAY_MS });
    await ledger.addSet(ann, pogo(0.25, 2, { side: "left", pain: { score: 0, where: null } }));
  });
});

describe("history", () => {
  test("lists the sets of some weeks, newest last, in 80 columns, with a chart of what was done twice", () => {
    const { code, err, lines, out } = hopclip(["history"]);
    expect([code, err]).toEqual([0, ""]);
    expect(lines[0]).toBe(`${ANN}, the last 12 weeks`);
    expect(lines.filter((line) => /^ *\d+ +\d+ [A-Z]/u.test(line)).map((line) => line.trim().split(" ")[0])).toEqual(["2", "3", "4", "5"]);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
    expect(out).toMatch(/ 2 +\d+ \w+ +pogo +staggered +right +75\/75 +5 +\d\.\d±0\.\d cm +clean/u);
    expect(out).toMatch(/ 3 +\d+ \w+ +wall-sit +single +left +\d+\.\d\/45 +- .* hold/u);
    expect(out).toMatch(/ 5 +\d+ \w+ +pogo +single +left +7\d\/75 +0 .* height/u);
    expect(out).toContain("pogo: bounce height, cm, all sides");
    expect(out).not.toContain("wall-sit: tremor");
    // pain 5 and 0 of 10, at the first and the last column of the chart
    expect(lines.find((line) => line.includes("pain ") && !line.includes("key"))).toBe(`   pain ▅${" ".repeat(58)}▁`);
    expect(out).not.toContain("\u001b");
  });
  test("a set of which what was asked for cannot be judged is called neither clean nor not", async () => {
    const db = at("unfelt.db");
    const sat = (duration_ms: number): SetRecord => {
      const record = simulated({ exercise: "wall-sit", seconds: 20, seed: 4, target: 45, rung: "double" });
      return { ...record, started_ms: Date.now() - DAY_MS, set: { ...record.set, duration_ms }, holds: [] };
    };
    await withLedger(db, async (ledger) => {
      const me = await ledger.addRunner("me");
      await ledger.addSet(me, sat(45_000));
      await ledger.addSet(me, sat(2000));
    });
    const env = { HOPCLIP_DB: db };
    const { out } = hopclip(["history"], env);
    expect(out).toMatch(/ 1 +\d+ \w+ +wall-sit +double +\S+ +45\/45 +- .* -$/mu);
    expect(out).toMatch(/ 2 +\d+ \w+ +wall-sit +double +\S+ +2\/45 +- .* hold$/mu);
    expect((JSON.parse(hopclip(["history", "--json"], env).out) as { sets: { clean: boolean | null }[] }).sets.map(({ clean }) => clean)).toEqual([null, false]);
    for (const [set, look] of [[1, "verdict open"], [2, "verdict not"]] as const) {
      expect(hopclip(["report", String(set), "--html", `unfelt-${set}.html`], env).code).toBe(0);
      expect(readFileSync(at(`unfelt-${set}.html`), "utf8")).toContain(`<section class="${look}">`);
      rmSync(at(`unfelt-${set}.html`));
    }
  });
  test("as JSON: one object, numbers as kept", async () => {
    const { code, out } = hopclip(["history", "--exercise", "pogo", "--weeks", "40", "--json"]);
    expect(code).toBe(0);
    const { runner, weeks, sets } = JSON.parse(out) as { runner: string; weeks: number; sets: Record<string, unknown>[] };
    expect([runner, weeks, sets.map(({ set }) => set)]).toEqual([ANN, 40, [1, 2, 5]]);
    const kept = await withLedger(at("ledger.db"), (ledger) => ledger.set(5));
    expect(sets[2]).toMatchObject({ exercise: "pogo", rung: "single", side: "left", target: 75, done: kept.contacts.filter(({ hop }) => hop).length, unit: "contacts", clean: false, pain: { score: 0 } });
    expect(sets[2]!["off"]).toContain("height");
    const heights_cm = kept.contacts.flatMap(({ flight_ms }) => (flight_ms === null ? [] : [(9.80665 * (flight_ms / 1000) ** 2 * 100) / 8]));
    const key = sets[2]!["key"] as { value: number; error: number; unit: string };
    expect(key.unit).toBe("cm");
    expect(key.value).toBeCloseTo(heights_cm.reduce((sum, height) => sum + height, 0) / heights_cm.length, 1);
    expect(key.error).toBeGreaterThan(0);
    expect(key.error).toBeLessThan(0.5);
  });
  test("says where sets are when none are shown, and what to do first when there are none", () => {
    expect(hopclip(["history", "--weeks", "1", "--exercise", "wall-sit"]).out).toContain("wall-sit");
    expect(hopclip(["history", "--exercise", "calf"]).out).toBe(`${ANN} has no sets of calf yet. hopclip set calf does the first one; hopclip set calf --sim with a simulated clip.\n`);
    expect(hopclip(["history", "--runner", "Bo"]).out).toMatch(/^Bo has no sets yet\. hopclip set pogo /u);
    const empty = hopclip(["history", "--db", at("new.db")]);
    expect([empty.code, empty.out]).toEqual([0, "No sets yet. hopclip set pogo does the first one; hopclip set pogo --sim with a simulated clip.\n"]);
    expect(hopclip(["history", "--db", at("new.db"), "--json"]).out).toBe('{"runner":null,"weeks":12,"sets":[]}\n');
  });
  test.each([
    [["history", "--exercise", "jump"], /^hopclip: option '--exercise <name>' argument 'jump' is invalid\. Allowed choices are pogo, /u],
    [["history", "--weeks", "0"], /^hopclip: option '--weeks <n>' argument '0' is invalid/u],
    [["history", "--runner", "Cy"], /^hopclip: .*Cy.*Bo/u],
  ])("%j ends with 2 and one line", (args, message) => {
    const { code, out, err } = hopclip(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});

describe("report", () => {
  const files = () => readdirSync(folder).filter((name) => !/^(ledger|new|unfelt)\.db/u.test(name));
  test("of the last set, into this folder, and not over what is there", () => {
    expect(hopclip(["report"])).toMatchObject({ code: 0, out: "Report on set 5: hopclip-set-5.html\n", err: "" });
    const html = readFileSync(at("hopclip-set-5.html"), "utf8");
    expect(html).toContain("Ann 脚本");
    expect(html).toContain("Pain beside load");
    // the right side's was staggered
    expect(html).toContain("The right side has no set of this exercise yet with the same rung and tempo.");
    expect(hopclip(["report", "--last"])).toMatchObject({ code: 2, out: "", err: "hopclip: hopclip-set-5.html: is there already; --force replaces it\n" });
    writeFileSync(at("hopclip-set-5.html"), "old");
    expect(hopclip(["report", "--last", "--force"]).code).toBe(0);
    expect(readFileSync(at("hopclip-set-5.html"), "utf8")).toContain("</html>");
  });
  test("of an older set: what the ledger knew then", () => {
    expect(hopclip(["report", "2", "--html", "two.html"]).code).toBe(0);
    const html = readFileSync(at("two.html"), "utf8");
    expect(html).toContain("Pain after the set: <b>5 of 10</b>, knee");
    expect(html).not.toContain("bounce height was lost");
    expect(html).toContain("From the second set on");
  });
  // elsewhere browsers are looked for in places of their own
  test.runIf(process.platform === "linux")("without a browser says how to get one, and leaves nothing", () => {
    const before = files();
    const path = at("bin");
    mkdirSync(path);
    const none = hopclip(["report", "--html", "a.html", "--pdf", "a.pdf"], { PATH: path, HOPCLIP_BROWSER: "" });
    expect([none.code, none.out]).toEqual([1, ""]);
    expect(none.err).toMatch(/^hopclip: PDF and PNG need a Chromium.*apt-get install chromium.*HOPCLIP_BROWSER.*--html needs none\n$/u);
    expect(hopclip(["report", "--pdf", "a.pdf"], { HOPCLIP_BROWSER: at("none") }).err).toMatch(/^hopclip: HOPCLIP_BROWSER is .*none, which cannot be run/u);
    writeFileSync(join(path, "chromium"), "#!/bin/sh\nexit 3\n");
    chmodSync(join(path, "chromium"), 0o755);
    const broken = hopclip(["report", "--png", "a.png"], { PATH: `${path}:/bin`, HOPCLIP_BROWSER: "" });
    expect(broken.code).toBe(1);
    expect(broken.err).toMatch(/^hopclip: .*bin\/chromium could not print the page .*\n$/u);
    rmSync(path, { recursive: true });
    expect(files()).toEqual(before);
  });
  test.each([
    [["report", "99"], /^hopclip: no set 99/u],
    [["report", "0"], /^hopclip: .*whole number from 1/u],
    [["report", "3", "--last"], /^hopclip: a set's number and --last exclude each other$/u],
    [["report", "3", "--runner", "Bo"], /^hopclip: set 3 is Ann 脚本's$/u],
    [["report", "--runner", "Bo"], /^hopclip: Bo has no set yet: hopclip set pogo --sim/u],
    [["report", "--html", "x", "--png", "./x"], /^hopclip: --html, --pdf and --png need a file each$/u],
    [["report", "--html", "no/x.html"], /^hopclip: no\/x\.html: its folder does not exist$/u],
    [["report", "--db", "new.db"], /^hopclip: no runner yet: hopclip runner add NAME$/u],
  ])("%j ends with 2 and one line", (args, message) => {
    const { code, out, err } = hopclip(args);
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
    expect(existsSync(at("x"))).toBe(false);
  });
  test.each(["report", "history"])("%s --help has its options and an example", (command) => {
    const text = hopclip([command, "--help"]).out.replaceAll(/\s+/gu, " ");
    for (const word of ["--runner", "--db", "Example", "Exit codes:", ...(command === "report" ? ["--html", "--pdf", "--png", "--last", "--force", "HOPCLIP_BROWSER"] : ["--weeks", "--json", "--exercise"])]) expect(text).toContain(word);
  });
});
