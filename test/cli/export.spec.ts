// hopclip export and hopclip import as a user meets them: started as processes on ledgers of their own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Decoder, Stream } from "@garmin/fitsdk";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hopclip-export-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const CLI = resolve("host/cli.ts");

/** Every call names its ledger, and no other could be found: the user's own is never touched. */
function run(db: string, args: readonly string[]) {
  const env = { ...process.env, HOPCLIP_DB: at(db), HOME: folder, XDG_DATA_HOME: at("data"), TZ: "UTC" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd: folder, env });
  return { code: status, out: stdout.toString("utf8"), err: stderr.toString("utf8"), bytes: stdout };
}
const hopclip = (...args: string[]) => run("a.db", args);
const good = (...args: string[]): string => {
  const { code, out, err } = hopclip(...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
};

good("sim", "--exercise", "pogo", "--seconds", "20", "--seed", "7", "--out", at("hops.csv.gz"));
good("sim", "--exercise", "calf", "--seconds", "30", "--seed", "7", "--out", at("calf.csv"));
const BEGAN = Date.UTC(2026, 2, 2, 18, 30);

describe("a recording becomes a set", () => {
  test("with all that was said of it, and is told as the verdict has it", () => {
    const out = good("import", "hops.csv.gz", "--exercise", "pogo", "--bpm", "150", "--rung", "single", "--side", "left", "--target", "40", "--at", "2026-03-02T18:30Z", "--pain", "2", "--where", "knee");
    const lines = out.split("\n");
    expect(lines[0]).toBe("Kept as set 1 of me.");
    expect(lines.slice(2).join("\n")).toMatch(/contacts/u);
    const set = JSON.parse(good("export", "1", "--json")) as Record<string, unknown> & { contacts: unknown[]; set: { hops: number } };
    expect(set).toMatchObject({
      format: "hopclip set 1", id: 1, runner: "me", started_ms: BEGAN, exercise: "pogo", rung: "single", side: "left", bpm: 150, target: 40,
      source: "recording", origin: "hops.csv.gz", sensor: "LSM6DSO at 416 Hz, ±16 g", pain: { score: 2, where: "knee" }, errors: [],
    });
    // what the clip felt is what hopclip replay shows
    const replayed = JSON.parse(good("replay", "hops.csv.gz", "--exercise", "pogo", "--bpm", "150", "--target", "40", "--json")) as typeof set;
    expect(set.contacts).toEqual(replayed.contacts);
    expect(set.set).toEqual(replayed.set);
    expect(set.set.hops).toBeGreaterThan(30);
  });
  test("once: the same again is recognised, and nothing is added", () => {
    const again = good("import", "hops.csv.gz", "--exercise", "pogo", "--at", "2026-03-02 18:30", "--json");
    expect(JSON.parse(again)).toMatchObject({ set: 1, already: true, runner: "me", verdict: { clean: expect.any(Boolean) as boolean } });
    expect(JSON.parse(good("import", "hops.csv.gz", "--exercise", "pogo", "--at", "2026-03-02T18:31Z", "--json"))).toMatchObject({ set: 2, already: false });
  });
  test("with the file's own date where none is said", () => {
    utimesSync(at("calf.csv"), 0, Date.UTC(2026, 1, 1, 9) / 1000);
    good("import", "calf.csv", "--exercise", "calf");
    expect(JSON.parse(good("export", "3", "--json"))).toMatchObject({ started_ms: Date.UTC(2026, 1, 1, 9), rung: null, side: null, bpm: null, target: null, pain: null });
  });
});

describe("a set leaves the ledger", () => {
  test("as the table its exercise is counted by, or the one asked for", () => {
    expect(good("export", "1", "--csv")).toMatch(/^ic_s,tc_s,kind,hop,contact_ms,flight_ms,beat_error_ms,confidence_percent\r\n[\d.]+,/u);
    expect(good("export", "3", "--csv")).toMatch(/^t_s,clean,height_deg,.*\r\n[\d.]+,(?:true|false),[\d.]+,/u);
    expect(good("export", "1", "--csv", "--table", "holds")).toBe("start_s,end_s,tremor_dps,unbroken\r\n");
  });
  test("the last of a runner is the newest by its time, not by when it was kept", () => {
    expect(JSON.parse(good("export", "last", "--json"))).toMatchObject({ id: 2 });
  });
  test("as a FIT file in this folder, which is not replaced unless asked", () => {
    expect(good("export", "1", "--fit")).toBe("Set 1 of me: hopclip-set-1.fit\n");
    const bytes = readFileSync(at("hopclip-set-1.fit"));
    const decoder = new Decoder(Stream.fromBuffer(bytes));
    expect(decoder.checkIntegrity()).toBe(true);
    const { messages, errors } = decoder.read();
    expect(errors).toEqual([]);
    expect(messages.sessionMesgs?.[0]).toMatchObject({ startTime: new Date(BEGAN), sport: "training" });
    writeFileSync(at("hopclip-set-1.fit"), "mine");
    expect(hopclip("export", "1", "--fit")).toMatchObject({ code: 2, out: "", err: "hopclip: hopclip-set-1.fit: is there already; --force replaces it\n" });
    expect(readFileSync(at("hopclip-set-1.fit"), "utf8")).toBe("mine");
    good("export", "1", "--fit", "--force");
    expect(readFileSync(at("hopclip-set-1.fit")).equals(bytes)).toBe(true);
    expect(hopclip("export", "1", "--fit", "--out", "-").bytes.equals(bytes)).toBe(true);
  });
  test("to a file, and nothing but its name on stdout", () => {
    expect(good("export", "1", "--csv", "--out", "hops.out.csv")).toBe("Set 1 of me: hops.out.csv\n");
    expect(readFileSync(at("hops.out.csv"), "utf8")).toBe(good("export", "1", "--csv"));
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("from one ledger into another", () => {
  test("a set is the same bytes but for its number and runner", () => {
    for (const id of ["1", "3"]) {
      good("export", id, "--json", "--out", "set.json", "--force");
      const there = run("b.db", ["import", "set.json"]);
      expect(there).toMatchObject({ code: 0, err: "" });
      const number = /^Kept as set (\d+) of me\./u.exec(there.out)![1]!;
      const back = run("b.db", ["export", number, "--json"]).out;
      expect(back.replace(`"id":${number},`, `"id":${id},`)).toBe(readFileSync(at("set.json"), "utf8"));
      expect(run("b.db", ["import", "set.json"]).out).toContain(`Already kept as set ${number} of me, and left as it is`);
    }
  });
  test("it goes to the runner named, else to the one it is of, whatever the case", () => {
    good("export", "1", "--json", "--out", "of-me.json", "--force");
    writeFileSync(at("of-anna.json"), readFileSync(at("of-me.json"), "utf8").replace('"runner":"me"', '"runner":"ANNA"'));
    // in an empty ledger they are its first
    expect(run("c.db", ["import", "of-anna.json"])).toMatchObject({ code: 0, out: expect.stringMatching(/^Kept as set 1 of ANNA\./u) as string });
    good("runner", "add", "Anna");
    good("runner", "use", "me");
    expect(good("import", "of-anna.json")).toMatch(/^Kept as set \d+ of Anna\./u);
    expect(good("import", "of-anna.json", "--runner", "me")).toMatch(/^Already kept as set 1 of me, and left as it is \(hopclip pain SCORE --set 1 says pain of it\)\./u);
  });
  test("it goes to nobody else: where its owner is not known that is told, and nothing is kept", () => {
    run("d.db", ["runner", "add", "Bo"]);
    const err = "hopclip: of-anna.json is a set of ANNA, whom this ledger does not know: --runner NAME says whose it is, hopclip runner add adds somebody\n";
    expect(run("d.db", ["import", "of-anna.json"])).toEqual({ code: 2, out: "", err, bytes: Buffer.alloc(0) });
    expect(JSON.parse(run("d.db", ["history", "--json"]).out)).toMatchObject({ sets: [] });
    expect(JSON.parse(run("d.db", ["runner", "list", "--json"]).out)).toMatchObject({ runners: [{ name: "Bo" }] });
  });
});

describe("a wrong command line or file ends with 2, one line, and nothing kept or written", () => {
  test.each<[args: string[], message: RegExp | string]>([
    [["export"], /^hopclip: missing required argument 'set'$/u],
    [["export", "1"], "hopclip: export takes one of --fit, --csv, --json"],
    [["export", "1", "--fit", "--csv"], "hopclip: export takes one of --fit, --csv, --json"],
    [["export", "first", "--csv"], /'first' is invalid.*number of a set, as hopclip history lists them, or "last"/u],
    [["export", "0", "--csv"], /'0' is invalid/u],
    [["export", "99", "--csv"], /^hopclip: no set 99: hopclip history lists/u],
    [["export", "1", "--json", "--table", "reps"], "hopclip: --table belongs to --csv, not to --json"],
    [["export", "last", "--csv", "--runner", "Bert"], /^hopclip: no runner called Bert: there are me/u],
    [["export", "1", "--csv", "--out", "no/such.csv"], "hopclip: no/such.csv: its folder does not exist"],
    [["export", "1", "--csv", "--out", "."], "hopclip: .: is a folder"],
    [["import", "hops.csv.gz"], "hopclip: --exercise is needed: what was done in hops.csv.gz? pogo, calf, calf-bent, wall-sit, step-down, run"],
    [["import", "none.csv", "--exercise", "pogo"], "hopclip: none.csv: no such file"],
    [["import", "none.json"], "hopclip: none.json: no such file"],
    [["import", "hops.csv.gz", "--exercise", "auto"], /--exercise.*'auto' is invalid/u],
    [["import", "hops.csv.gz", "--exercise", "pogo", "--rung", "high"], 'hopclip: --rung of pogo is double, staggered, single; not "high"'],
    [["import", "hops.csv.gz", "--exercise", "pogo", "--where", "knee"], "hopclip: --where needs --pain"],
    [["import", "hops.csv.gz", "--exercise", "pogo", "--pain", "11"], /--pain.*whole number from 0 to 10/u],
    [["import", "hops.csv.gz", "--exercise", "pogo", "--at", "2026-02-30T10:00"], /--at.*It is a time as YYYY-MM-DDTHH:MM\.$/u],
    [["import", "hops.csv.gz", "--exercise", "pogo", "--at", "yesterday"], /--at.*It is a time as YYYY-MM-DDTHH:MM\.$/u],
    [["import", "hops.csv.gz", "--exercise", "pogo", "--at", "2999-01-01T10:00"], /--at.*That time is yet to come\.$/u],
    [["import", "hops.csv.gz", "--exercise", "run", "--bpm", "170", "--target", "5"], /^hopclip: --bpm and --target of a run exclude each other/u],
    [["import", "wrong.json"], "hopclip: wrong.json: contacts[3].ic_s is not a number"],
    [["import", "cut.json"], /^hopclip: cut\.json: is not JSON: /u],
    [["import", "of-me.json", "--exercise", "pogo"], "hopclip: --exercise belongs to a trace: of-me.json says itself what was done"],
    [["import", "of-me.json", "--runner", "Bert"], /^hopclip: no runner called Bert: /u],
  ])("%j", (args, message) => {
    const whole = readFileSync(at("of-me.json"), "utf8");
    writeFileSync(at("cut.json"), whole.slice(0, whole.length / 2));
    const wrong = JSON.parse(whole) as { contacts: { ic_s: unknown }[] };
    wrong.contacts[3]!.ic_s = "soon";
    writeFileSync(at("wrong.json"), JSON.stringify(wrong));
    const before = readdirSync(folder);
    const { code, out, err } = hopclip(...args);
    expect({ code, out, lines: err.trimEnd().split("\n").length }).toEqual({ code: 2, out: "", lines: 1 });
    if (typeof message === "string") expect(err.trimEnd()).toBe(message);
    else expect(err.trimEnd()).toMatch(message);
    expect(readdirSync(folder)).toEqual(before);
  });
  test("nobody there yet", () => {
    expect(run("empty.db", ["export", "last", "--fit"])).toMatchObject({ code: 2, err: `hopclip: there is no ledger at ${at("empty.db")} yet: hopclip set or hopclip runner add makes one\n` });
    run("empty.db", ["runner", "add", "Cleo"]);
    expect(run("empty.db", ["export", "last", "--fit"])).toMatchObject({ code: 2, err: "hopclip: Cleo has no set yet: hopclip set, or hopclip import\n" });
  });
  test.skipIf(process.platform !== "linux")("a full disk is a failure: 1", () => {
    expect(hopclip("export", "1", "--csv", "--out", "/dev/full")).toMatchObject({ code: 1, out: "", err: "hopclip: /dev/full: cannot be written: the disk is full\n" });
  });
  test.skipIf(process.platform !== "linux")("a disk that takes part of it leaves what was there: 1", () => {
    mkdirSync(at("small"));
    writeFileSync(at("small/set.json"), "old");
    const command = `ulimit -f 2; exec "$0" "${CLI}" export 1 --json --force --out small/set.json`;
    const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath], { cwd: folder, env: { ...process.env, HOPCLIP_DB: at("a.db"), HOME: folder }, encoding: "utf8" });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^hopclip: small\/set\.json: cannot be written: .+\n$/u);
    expect(readFileSync(at("small/set.json"), "utf8")).toBe("old");
    expect(readdirSync(at("small"))).toEqual(["set.json"]);
  });
});

test("no ledger was made in the platform's data folder", () => {
  expect(existsSync(at("data"))).toBe(false);
});

describe("help", () => {
  test.each([
    ["export", ["--fit", "--csv", "--json", "--table", "--out", "--force", "--runner", "--db", "host/report/FIT.md", "Examples:", "Exit codes:"]],
    ["import", ["--exercise", "--side", "--rung", "wall-sit: double, staggered, single, load", "--bpm", "beats/min", "--target", "--at", "--pain", "--where", "knee", "not kept twice", "Examples:", "Exit codes:"]],
  ])("of %s names its options and examples", (command, words) => {
    const text = good(command, "--help").replaceAll(/\s+/gu, " ");
    for (const word of words) expect(text).toContain(word);
  });
});

describe("what is another's", () => {
  const db = "others.db";
  test("is not exported as one's own, and the ledger is not written over", () => {
    for (const name of ["Ann", "Bob"]) run(db, ["runner", "add", name]);
    expect(run(db, ["import", "hops.csv.gz", "--exercise", "pogo", "--runner", "Ann"]).code).toBe(0);
    expect(run(db, ["export", "1", "--json", "--runner", "Bob"])).toMatchObject({ code: 2, out: "", err: "hopclip: set 1 is of Ann, not of Bob\n" });
    expect(run(db, ["export", "1", "--json", "--runner", "ann"]).code).toBe(0);
    expect(run(db, ["export", "1", "--json", "--runner", "Cid"])).toMatchObject({ code: 2, out: "" });
    expect(run(db, ["export", "1", "--json", "--out", ""])).toMatchObject({ code: 2, err: "hopclip: --out is a file, or - for stdout\n" });
    expect(run(db, ["export", "1", "--json", "--force", "--out", at(db)])).toMatchObject({ code: 2, err: "hopclip: --out is the ledger itself: name another file\n" });
  });
  test("has begun by now", () => {
    const set = JSON.parse(run(db, ["export", "1", "--json"]).out) as Record<string, unknown>;
    writeFileSync(at("future.json"), JSON.stringify({ ...set, started_ms: Date.now() + 3 * 86_400_000 }));
    const { code, err } = run(db, ["import", "future.json", "--runner", "Ann"]);
    expect([code, err]).toEqual([2, expect.stringMatching(/^hopclip: future\.json: started_ms is yet to come: /u)]);
  });
  test("is judged as it is kept, not as it is imported again", () => {
    const first = run(db, ["import", "hops.csv.gz", "--exercise", "pogo", "--runner", "Ann", "--json"]);
    const again = run(db, ["import", "hops.csv.gz", "--exercise", "pogo", "--runner", "Ann", "--bpm", "150", "--target", "90", "--json"]);
    expect(JSON.parse(again.out)).toEqual(JSON.parse(first.out));
  });
});
