// The command line as a user meets it: started as a process, judged by exit code, stdout, stderr and files.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hopclip-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function hopclip(...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["host/cli.ts", ...args], { encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

/** A made trace of somebody standing still. */
const STANDING = `t_s,ax_g,ay_g,az_g\n${Array.from({ length: 500 }, (_, i) => `${(i / 100).toFixed(2)},0.01,0,1`).join("\n")}\n`;
writeFileSync(at("standing.csv"), STANDING);

describe("help", () => {
  test("of the tool names every command", () => {
    const { code, out, err } = hopclip("--help");
    expect([code, err]).toEqual([0, ""]);
    for (const word of ["demo", "set", "next", "plan", "history", "report", "export", "import", "runner", "replay", "sim", "score", "Exit codes: 0 all well, 2 wrong command line or file, 130 stopped"]) expect(out).toContain(word);
  });
  test.each([
    ["replay", ["--exercise", "calf-bent", "--bpm", "beats/min", "--target", "wall-sit: s", "--engine", "--json", "Examples:", "Exit codes:", "t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps]"]],
    ["sim", ["squat", "--target", "--cue", '"faded"', "--band", "--fade", "calf: full, partial, bouncing,", "step-down: controlled, stomping, missed", "--seconds", "--seed", "--odr", "--fault", "--out", "--truth", "--rate-error", "nack:at_s=5:count=3", "--serve", "--tcp", "--flash", "--serial", "Examples:", "Exit codes:"]],
    ["score", ["--suite", "--json", "within 50 ms", "walk-turn", "Example", "Exit codes:"]],
    ["demo", ["--seed", "--report", "Example:", "Exit codes:"]],
  ])("of %s names its options, units, exit codes and an example", (command, words) => {
    const { code, out } = hopclip(command, "--help");
    expect(code).toBe(0);
    const text = out.replaceAll(/\s+/gu, " "); // help is wrapped
    for (const word of words) expect(text).toContain(word);
  });
  test("without a command goes to stderr", () => {
    const { code, out, err } = hopclip();
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^Usage: hopclip COMMAND/u);
  });
  test("a command's file is loaded only when it is asked for", () => {
    const statics = [...readFileSync("host/cli.ts", "utf8").matchAll(/^import .* from "(.*)";$/gmu)].map((match) => match[1]);
    expect(statics).toEqual(["commander", "./failure.ts"]);
  });
});

describe("a wrong command line ends with 2 and one line", () => {
  test.each([
    [["jump"], /^hopclip: unknown command 'jump'/u],
    [["replay"], /^hopclip: missing required argument 'trace'$/u],
    [["replay", "a.csv", "b.csv"], /^hopclip: too many arguments for 'replay'/u],
    [["replay", "a.csv", "--speed", "3"], /^hopclip: unknown option '--speed'/u],
    [["replay", "a.csv", "--exercise", "swim"], /--exercise.*'swim'.*pogo, run, calf, calf-bent, wall-sit, step-down, auto/u],
    [["replay", "a.csv", "--exercise", "calf", "--target", "0"], /^hopclip: --target: a target of calf is a whole number from 1 to 60000 raises, not 0$/u],
    [["replay", "a.csv", "--exercise", "wall-sit", "--target", "20000"], /^hopclip: --target: a target of wall-sit is a number from 1 to 14400 s, not 20000$/u],
    [["replay", "a.csv", "--exercise", "calf", "--target", "many"], /--target.*'many'.*number from 0 to 60000/u],
    [["replay", "a.csv", "--target", "5"], /^hopclip: --target belongs to pogo, calf, calf-bent, step-down, wall-sit, run, not to auto$/u],
    [["replay", "a.csv", "--exercise", "run", "--target", "5", "--bpm", "170"], /^hopclip: --bpm and --target of a run exclude each other: /u],
    [["replay", "a.csv", "--cue", "band"], /^hopclip: unknown option '--cue'/u],
    [["replay", "a.csv", "--bpm", "300"], /--bpm.*'300'.*number from 30 to 240 beats\/min/u],
    [["replay", "a.csv", "--bpm", "fast"], /--bpm.*'fast'/u],
    [["replay", "a.csv", "--bpm", "NaN"], /--bpm.*'NaN'/u],
    [["replay", "a.csv", "--engine", "jvm"], /--engine.*'jvm'.*v8/u],
    [["sim", "--exercise", "fly"], /--exercise.*'fly'/u],
    [["sim", "--seconds", "1"], /--seconds.*'1'.*from 5 to 7200 s/u],
    [["sim", "--seed", "1.5"], /--seed.*'1.5'.*whole number/u],
    [["sim", "--odr", "100"], /--odr.*'100'.*52, 104, 208, 416, 833/u],
    [["sim", "--fault", "quake"], /--fault.*'quake'.*no fault called "quake"/u],
    [["sim", "--fault", "drop:1:2:3:4:5"], /at most 3 parameters/u],
    [["sim", "--exercise", "stand", "--bpm", "100"], /^hopclip: --bpm belongs to pogo, run and walk, not to stand$/u],
    [["sim", "--variant", "treble"], /^hopclip: --variant of pogo is single, staggered, double; not "treble"$/u],
    [["sim", "--exercise", "calf", "--variant", "single"], /^hopclip: --variant of calf is full, partial, bouncing, wobbling, walking-away; not "single"$/u],
    [["sim", "--exercise", "wall-sit", "--variant", "full"], /^hopclip: --variant of wall-sit is steady, trembling, touching; not "full"$/u],
    [["sim", "--exercise", "step-down", "--variant", "x"], /^hopclip: --variant of step-down is controlled, stomping, missed; not "x"$/u],
    [["sim", "--exercise", "run", "--variant", "single"], /^hopclip: --variant of run is ignoring, following; not "single"$/u],
    [["sim", "--exercise", "squat", "--variant", "deep"], /^hopclip: --variant of squat is not known: it has none; not "deep"$/u],
    [["sim", "--exercise", "calf", "--bpm", "60"], /^hopclip: --bpm belongs to pogo, run and walk, not to calf$/u],
    [["sim", "--exercise", "calf", "--target", "1.5"], /^hopclip: --target: a target of calf is a whole number from 1 to 60000 raises, not 1\.5$/u],
    [["sim", "--exercise", "run", "--target", "51"], /^hopclip: --target: a target of run is a number from 0\.1 to 50 % above the runner's own cadence, not 51$/u],
    [["sim", "--exercise", "squat", "--target", "10"], /^hopclip: --target belongs to .*, not to squat$/u],
    [["sim", "--exercise", "run", "--bpm", "170", "--cue", "never"], /--cue.*'never'.*always, band, faded/u],
    [["sim", "--cue", "band"], /^hopclip: --cue belongs to run, not to pogo$/u],
    [["sim", "--exercise", "run", "--cue", "band"], /^hopclip: --cue needs a tempo: --bpm or --target$/u],
    [["sim", "--exercise", "run", "--bpm", "170", "--band", "61"], /--band.*'61'.*number from 0\.1 to 60 steps\/min/u],
    [["sim", "--exercise", "walk", "--bpm", "110", "--band", "5"], /^hopclip: --band belongs to run, not to walk$/u],
    [["sim", "--exercise", "run", "--fade", "10"], /^hopclip: --fade belongs to pogo, not to run$/u],
    [["sim", "--fade", "70"], /--fade.*'70'.*number from 0 to 60 %/u],
    [["sim", "--out", "/no/such/folder/a.csv"], /^hopclip: \/no\/such\/folder\/a\.csv: its folder does not exist$/u],
    [["score"], /^hopclip: score needs traces or --suite$/u],
    [["score", "a.csv", "--suite", "run"], /^hopclip: score takes traces or --suite, not both$/u],
    [["score", "--suite", "run", "--traces", "/no/such/folder"], /^hopclip: \/no\/such\/folder\/manifest\.json: no such file/u],
  ])("%j", (args, message) => {
    const { code, out, err } = hopclip(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("a wrong file ends with 2, one line that names the place, and nothing written", () => {
  const row = STANDING.split("\n");
  const edited = (line: number, text: string) => row.map((was, i) => (i === line - 1 ? text : was)).join("\n");
  test.each<[string, string | Uint8Array | null, string]>([
    ["none.csv", null, `${at("none.csv")}: no such file`],
    ["empty.csv", "", "empty.csv: is empty"],
    ["header.csv", `${row[0]}\n`, "header.csv: has a header but no samples"],
    ["columns.csv", edited(1, "t_s,ax,ay_g,az_g"), 'columns.csv: line 1: unknown column "ax": expected t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps]'],
    ["nan.csv", edited(30, "0.28,0,nan,1"), 'nan.csv: line 30: column ay_g: "nan" is not a finite number'],
    ["back.csv", edited(30, "0.01,0,0,1"), "back.csv: line 30: column t_s: time runs backwards, from 0.27 to 0.01"],
    ["cut.csv.gz", gzipSync(STANDING).subarray(0, 300), "cut.csv.gz: the gzip file is truncated"],
  ])("%s", (name, content, message) => {
    if (content !== null) writeFileSync(at(name), content);
    const before = readdirSync(folder);
    const { code, out, err } = hopclip("replay", at(name), "--json");
    expect({ code, out, err }).toEqual({ code: 2, out: "", err: `hopclip: ${message}\n` });
    expect(readdirSync(folder)).toEqual(before);
  });

  test("score tells the same", () => {
    writeFileSync(at("torn.csv"), edited(30, "0.28,0,0"));
    expect(hopclip("score", at("torn.csv"))).toEqual({ code: 2, out: "", err: "hopclip: torn.csv: line 30: has 3 columns, the header has 4\n" });
  });

  test("a manifest that is none, and a trace without a truth", () => {
    expect(hopclip("score", at("standing.csv")).err).toMatch(/^hopclip: .*standing\.csv: no truth about it in .*manifest\.json or beside it\n$/u);
    mkdirSync(at("bad"));
    writeFileSync(at("bad/a.csv"), STANDING);
    for (const [text, message] of [
      ["{", /manifest\.json: is not JSON/u],
      ["{}", /manifest\.json: is not a list of traces/u],
      ["[1]", /manifest\.json: entry 1 has no file/u],
      ['[{"file":"a.csv","truth":{"contact_s":["1"]}}]', /manifest\.json: a\.csv: truth\.contact_s is not a list of times/u],
      ['[{"file":"a.csv","truth":{"hops":"many"}}]', /manifest\.json: a\.csv: truth\.hops is not a number/u],
    ] as const) {
      writeFileSync(at("bad/manifest.json"), text);
      const { code, out, err } = hopclip("score", at("bad/a.csv"));
      expect([code, out]).toEqual([2, ""]);
      expect(err).toMatch(message);
    }
  });
});

const REPETITION_KEYS = ["reps", "holds", "taps", "verdict", "activities", "cues"];
const RESULT_KEYS = ["firmware_sha256", "engine", "seconds", "contacts", "hops", "strides", "cadence_spm", "set", ...REPETITION_KEYS, "errors"];
const CONTACT_KEYS = ["ic_s", "tc_s", "kind", "hop", "contact_ms", "flight_ms", "beat_error_ms", "confidence"];

describe("--json prints one object and nothing else", () => {
  const check = (args: string[]) => {
    const { code, out } = hopclip(...args, "--json");
    expect(code).toBe(0);
    expect(out.endsWith("\n")).toBe(true);
    expect(out.trimEnd()).not.toContain("\n");
    const result = JSON.parse(out) as Record<string, unknown> & { contacts: Record<string, unknown>[]; set: Record<string, unknown> };
    expect(Object.keys(result)).toEqual(RESULT_KEYS);
    expect(result.firmware_sha256).toMatch(/^[0-9a-f]{64}$/u);
    expect(result.engine).toBe("v8");
    for (const contact of result.contacts) expect(Object.keys(contact)).toEqual(CONTACT_KEYS);
    return result;
  };
  test("replay of somebody standing", () => {
    expect(check(["replay", at("standing.csv")])).toMatchObject({ seconds: 4.99, contacts: [], hops: 0, strides: 0, cadence_spm: null, errors: [] });
  });
  test("replay of the same as each exercise", () => {
    for (const [exercise, target] of [["pogo", "75"], ["calf", "30"], ["calf-bent", "30"], ["wall-sit", "45.5"], ["step-down", "15"], ["run", "7.5"]] as const) {
      const result = check(["replay", at("standing.csv"), "--exercise", exercise, "--target", target]);
      expect(result).toMatchObject({ set: { exercise, end: "command" }, reps: [], holds: [], taps: [], errors: [] });
    }
  });
  test("sim, and replay and score of what it wrote", () => {
    const args = ["sim", "--exercise", "run", "--seconds", "12", "--seed", "2"];
    const plain = check(args);
    expect(plain.contacts.length).toBeGreaterThan(8);
    expect(plain).toMatchObject({ seconds: 12, set: { exercise: "run", end: "command" }, errors: [] });
    for (const contact of plain.contacts) {
      const { ic_s, tc_s, contact_ms } = contact as { ic_s: number; tc_s: number | null; contact_ms: number | null };
      expect(ic_s).toBeGreaterThan(0);
      if (tc_s !== null) expect(contact_ms).toBeCloseTo((tc_s - ic_s) * 1000, 2);
    }
    expect(check([...args, "--out", at("run.csv.gz"), "--truth", at("run.truth.json")])).toEqual(plain);
    expect(check(["replay", at("run.csv.gz"), "--exercise", "run"]).contacts).toHaveLength(plain.contacts.length);
    const scored = hopclip("score", at("run.csv.gz"), "--json");
    const total = (JSON.parse(scored.out) as { total: { ic: { truth: number; recall: number } } }).total;
    const truth = JSON.parse(readFileSync(at("run.truth.json"), "utf8")) as { contact_s: number[] };
    expect(total.ic.truth).toBe(truth.contact_s.length);
    expect(total.ic.recall).toBeGreaterThan(0.8);
  });
});

describe("demo", () => {
  test("shows the set, judges it, and writes the report", () => {
    const { code, out, err } = hopclip("demo", "--report", at("new/report.html"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^ {2}30 s {2}\S{25} +7[3-6] of 75 contacts {2}ground /mu);
    expect(out).toMatch(/contacts \(± 1\), 75 asked for: /u);
    expect(out).toMatch(/Next workout: /u);
    expect(out).toContain(at("new/report.html"));
    expect(existsSync(at("new/report.html"))).toBe(true);
  });
  test("says when the report cannot be written", () => {
    const { code, err } = hopclip("demo", "--report", at("standing.csv/report.html"));
    expect(code).toBe(1);
    expect(err).toMatch(/^hopclip: .*report\.html: cannot be written/u);
  });
});

describe("the launcher", () => {
  test("runs the command line and hands its exit code on", () => {
    const { status, stdout } = spawnSync(process.execPath, ["host/hopclip.js", "--version"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, "0.1.0\n"]);
    expect(spawnSync(process.execPath, ["host/hopclip.js", "jump"]).status).toBe(2);
  });
  test("finds a newer Node where the one that runs it reads no TypeScript", () => {
    const { status, stdout } = spawnSync(process.execPath, ["--no-experimental-strip-types", "host/hopclip.js", "--version"], { encoding: "utf8" });
    expect([status, stdout]).toEqual([0, "0.1.0\n"]);
  });
});
