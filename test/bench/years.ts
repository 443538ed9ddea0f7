// Years of use: 3 runners × 5 years × 6 sets a week in a ledger; every command that asks or adds to it, on it and on a ledger without sets in
// turn, or on one of two weeks where the command is about a set. Prints the median of each and the ratio; with --gate a missed target is an
// error. Left out are set, whose time is that of the simulated clip, and forget, which takes away what is asked. `npm run bench:years`
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import type { Ledger } from "../../host/ledger/ledger.ts";
import { withLedger } from "../../host/ledger/open.ts";
import { SIDES, type SetRecord, type Side } from "../../host/record.ts";
import { jsonOf } from "../../host/report/json.ts";
import { table } from "../../host/report/table.ts";
import type { ResultContact, ResultSet } from "../../host/result.ts";

/** A command answers within this, ms. */
const ANSWER_MS_MAX = 300;
const RUNNERS = ["Anna", "Ben", "Zoe"];
const WEEKS = 5 * 52;
/** Answers measured of each command and ledger, after one that is not. */
const ANSWERS = 9;

const DAY_MS = 86_400_000;
/** Names of the folders that a filled ledger may begin in: a disk that is memory needs no waiting for the real one. */
const MEMORY_DISK = "/dev/shm";

/** A ledger to ask. */
interface Filled {
  readonly db: string;
  /** Anna's last set of hops. */
  readonly set: number;
}

/** A command's words, but for --db. */
type Words = (ledger: Filled, out: string) => readonly string[];
/** Commands that need no set; those that add something come last. */
const WITHOUT: readonly Words[] = [
  () => ["runner", "list"],
  () => ["history"],
  () => ["history", "--exercise", "pogo", "--weeks", String(WEEKS)],
  () => ["history", "--json"],
  () => ["next"],
  () => ["plan"],
  () => ["runner", "use", RUNNERS[0]!],
  (_ledger, out) => ["import", arriving(out)],
  () => ["plan", "lay", "calf-bent", "--rung", "single", "--target", "12"],
  () => ["pain", "1", "--where", "knee"],
  () => ["ran", "3.5"],
];
/** Commands about sets. */
const WITH: readonly Words[] = [
  () => ["compare", "--exercise", "pogo"],
  ({ set }, out) => ["report", String(set), "--force", "--html", join(out, "report.html")],
  ({ set }) => ["export", String(set), "--json"],
  ({ set }) => ["export", String(set), "--csv"],
  ({ set }, out) => ["export", String(set), "--force", "--fit", "--out", join(out, "set.fit")],
];
/** Numbers from a seed, in [0, 1): Lehmer's generator. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

const digits = (value: number, count: number): number => Number(value.toFixed(count));

/** A week: an exercise a day from Monday on, with the events of one set and s that it lasts. */
const WEEK = [
  { exercise: "pogo", rung: "single", seconds: 30, contacts: 75 },
  { exercise: "calf", rung: "single", seconds: 75, reps: 30 },
  { exercise: "wall-sit", rung: "single", seconds: 60, holds: 1 },
  { exercise: "step-down", rung: "low", seconds: 60, taps: 15 },
  { exercise: "calf-bent", rung: "single", seconds: 75, reps: 30 },
  { exercise: "run", rung: "faded", seconds: 310, contacts: 438 },
] as const;

/** A plausible set: evenly spaced events with some spread, their means in the summary and the clip's verdict. */
function made(drill: (typeof WEEK)[number], side: Side, started_ms: number, seed: number): SetRecord {
  const random = chance(seed);
  const around = (middle: number, spread: number, count = 0): number => digits(middle + (random() * 2 - 1) * spread, count);
  const { exercise, rung, seconds } = drill;
  const count = "contacts" in drill ? drill.contacts : 0;
  const isHop = exercise === "pogo";
  const stride_s = seconds / Math.max(1, count);
  const contacts = Array.from({ length: count }, (_, i): ResultContact => {
    const contact_ms = around(isHop ? 235 : 255, 20, 3);
    const ic_s = digits(0.2 + i * stride_s + (random() - 0.5) * 0.03, 6);
    return {
      ic_s,
      tc_s: digits(ic_s + contact_ms / 1000, 6),
      kind: isHop ? "hop" : "run",
      hop: isHop && i > 0,
      contact_ms,
      flight_ms: i === 0 ? null : around(stride_s * 1000 - contact_ms, 5, 3),
      beat_error_ms: isHop ? around(0, 30, 3) : null,
      confidence: 80 + Math.floor(random() * 20),
    };
  });
  const times = (n: number) => Array.from({ length: n }, (_, i) => digits(2 + (i * (seconds - 4)) / n + random() * 0.4, 6));
  const reps = times("reps" in drill ? drill.reps : 0).map((t_s) => ({
    t_s, clean: true, height_deg: around(40, 5, 1), up_ms: around(800, 150), down_ms: around(900, 150), hold_ms: around(300, 100), wobble_deg: around(3, 1, 1), flaws: [],
  }));
  const taps = times("taps" in drill ? drill.taps : 0).map((t_s) => ({
    t_s, clean: true, reach_ms: around(900, 100), floor_ms: around(150, 50), return_ms: around(850, 100), tap_g: around(1.3, 0.2, 3), landing_g: around(0.9, 0.2, 3), flaws: [],
  }));
  const holds = "holds" in drill ? [{ start_s: 1.5, end_s: 50, tremor_dps: around(4, 1, 1), unbroken: true }] : [];
  const mean = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : digits(known.reduce((sum, value) => sum + value, 0) / known.length, 3);
  };
  const set: ResultSet = {
    id: seed % 65_536,
    exercise,
    end: "time",
    duration_ms: seconds * 1000,
    contacts: count,
    hops: isHop ? count - 1 : 0,
    strides: isHop ? 0 : count,
    beats: isHop ? count : 0,
    beat_error_ms_mean: mean(contacts.map(({ beat_error_ms }) => beat_error_ms)),
    beat_error_ms_sd: isHop ? around(15, 5, 3) : null,
    contact_ms_mean: mean(contacts.map(({ contact_ms }) => contact_ms)),
    contact_ms_sd: count > 0 ? around(11, 3, 3) : null,
    flight_ms_mean: mean(contacts.map(({ flight_ms }) => flight_ms)),
    flight_ms_sd: count > 0 ? around(9, 3, 3) : null,
    cadence_spm: isHop ? 150 : count > 0 ? around(168, 4, 1) : null,
    missed_beats: 0,
  };
  const values: Record<(typeof WEEK)[number]["exercise"], Record<string, number | null>> = {
    pogo: { height_mm_best: around(32, 4, 1), height_mm_last: around(31, 4, 1), height_mm_error: 2, height_mm_mean: around(31, 3, 1), interval_ms_sd: around(15, 4, 3), double_bounces: 0 },
    calf: { reps: reps.length, clean_reps: reps.length, full_height_deg: 38, height_deg_mean: around(40, 2, 1), up_ms_mean: 800, hold_ms_mean: 300, down_ms_mean: 900, wobble_deg_mean: 3 },
    "calf-bent": { reps: reps.length, clean_reps: reps.length, full_height_deg: 34, height_deg_mean: around(36, 2, 1), up_ms_mean: 800, hold_ms_mean: 300, down_ms_mean: 900, wobble_deg_mean: 3 },
    "wall-sit": { holds: 1, unbroken_holds: 1, hold_ms_max: 48_500, hold_ms_total: 48_500, hold_ms_mean: 48_500, tremor_dps_mean: around(4, 1, 1) },
    "step-down": { taps: taps.length, clean_taps: taps.length, tap_g_max: 1.5, tap_g_mean: 1.3, reach_ms_mean: 900, floor_ms_mean: 150, return_ms_mean: 850, landing_g_mean: 0.9 },
    run: { baseline_spm: 160.1, tempo_spm: 168.1, band_spm: 5, strides_judged: count, strides_in_band: count - 20, strides_cued: 60, times_out_of_band: 2 },
  };
  const target = { pogo: 75, calf: 30, "calf-bent": 30, "wall-sit": 45, "step-down": 15, run: 5 }[exercise];
  return {
    started_ms,
    exercise,
    rung,
    side,
    bpm: isHop ? 150 : null,
    target,
    source: "simulated",
    origin: `simulated person ${seed % 7}`,
    sensor: "LSM6DSO at 416 Hz, ±16 g",
    firmware_sha256: "0".repeat(64),
    set,
    verdict: { exercise, clean: true, flaws: [], target, variant: null, ...values[exercise] },
    pain: { score: Math.floor(random() * 3), where: random() < 0.5 ? "knee" : null },
    errors: [],
    contacts,
    reps,
    holds,
    taps,
    activities: exercise === "run" ? [{ t_s: 0, activity: "still", confidence: 90 }, { t_s: 2.4, activity: "run", confidence: 88 }] : [],
    cues: exercise === "run" ? Array.from({ length: 8 }, (_, i) => ({ t_s: 30 * i, every: i % 2, cadence_spm: around(165, 4, 1) })) : [],
  };
}

let arrived = 0;

/** A set of hops of Anna's that no ledger has yet, as a file. */
function arriving(folder: string): string {
  const path = join(folder, "set.json");
  writeFileSync(path, jsonOf(made(WEEK[0], "left", Date.now() - 60_000 * ++arrived, arrived), { id: 1, runner: RUNNERS[0]! }));
  return path;
}

/** Fills a ledger with the weeks up to now; Anna's last set of hops. */
async function fill(ledger: Ledger, weeks: number): Promise<number> {
  let hops = 0;
  const now_ms = Date.now();
  for (const [index, name] of RUNNERS.entries()) {
    const runner = await ledger.addRunner(name);
    for (let week = 0; week < weeks; week++) {
      const monday_ms = now_ms - (weeks - week) * 7 * DAY_MS;
      for (const [day, drill] of WEEK.entries()) {
        const id = await ledger.addSet(runner, made(drill, SIDES[week % SIDES.length]!, monday_ms + day * DAY_MS, 1 + day + WEEK.length * (week + WEEKS * index)));
        if (index === 0 && drill.exercise === "pogo") hops = id;
      }
      await ledger.addPain(runner, { score: week % 3, where: "knee" }, monday_ms + 6 * DAY_MS);
      for (const day of [1, 3, 5]) await ledger.addRun(runner, 5, monday_ms + day * DAY_MS);
    }
    // Laid down at the start and never done: whether it was is looked for in all workouts since.
    for (const { exercise, rung } of WEEK) await ledger.addPlan(runner, exercise, { exercise, rung, target: 10 }, now_ms - weeks * 7 * DAY_MS);
    await ledger.addPlan(runner, "mileage", { start: 10, step: 2, weeks: 12, deload: 4, unit: "km", from: new Date(now_ms - 28 * DAY_MS).toISOString().slice(0, 10) }, now_ms - 28 * DAY_MS);
  }
  await ledger.useRunner(RUNNERS[0]!);
  return hops;
}

/** A ledger of so many weeks in a folder. */
async function make(folder: string, name: string, weeks: number): Promise<Filled> {
  const fast = existsSync(MEMORY_DISK) ? mkdtempSync(join(MEMORY_DISK, "hopclip-years-")) : folder;
  const begun = join(fast, `${name}.begun`);
  const db = join(folder, `${name}.db`);
  const from_ms = performance.now();
  const set = await withLedger(begun, (ledger) => fill(ledger, weeks));
  copyFileSync(begun, db);
  rmSync(begun);
  if (fast !== folder) rmSync(fast, { recursive: true });
  let [sets, contacts, reps] = [0, 0, 0];
  await withLedger(db, async (ledger) => {
    for (const runner of RUNNERS) {
      const has = await ledger.belongings(runner);
      [sets, contacts, reps] = [sets + has.sets, contacts + has.contacts, reps + has.reps];
    }
  });
  console.log(`${name}: ${sets} sets, ${contacts} contacts, ${reps} repetitions, ${(statSync(db).size / 1e6).toFixed(1)} MB, filled in ${((performance.now() - from_ms) / 1000).toFixed(1)} s`);
  return { db, set };
}

/** ms that a command takes to answer. */
function ask(args: readonly string[], db: string): number {
  const from_ms = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["host/hopclip.js", ...args, "--db", db], { encoding: "utf8" });
  if (status !== 0) throw new Error(`hopclip ${args.join(" ")}: ${stderr}`);
  return performance.now() - from_ms;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const folder = mkdtempSync(join(tmpdir(), "hopclip-years-"));
let slow = 0;
try {
  const empty = await make(folder, "empty", 0);
  const weeks = await make(folder, "two weeks", SIDES.length);
  const years = await make(folder, "five years", WEEKS);
  const rows: string[][] = [];
  for (const [command, small] of [...WITHOUT.map((words) => [words, empty] as const), ...WITH.map((words) => [words, weeks] as const)]) {
    const took: Record<"small" | "years", number[]> = { small: [], years: [] };
    for (let i = 0; i <= ANSWERS; i++) {
      for (const [name, ledger] of [["small", small], ["years", years]] as const) {
        const took_ms = ask(command(ledger, folder), ledger.db);
        if (i > 0) took[name].push(took_ms);
      }
    }
    const [small_ms, years_ms] = [median(took.small), median(took.years)];
    if (years_ms > ANSWER_MS_MAX) slow++;
    const words = command(years, folder).join(" ").replaceAll(folder + sep, "");
    rows.push([`hopclip ${words}`, small === empty ? "empty" : "two weeks", small_ms.toFixed(0), years_ms.toFixed(0), (years_ms / small_ms).toFixed(2), years_ms > ANSWER_MS_MAX ? "✗" : "✓"]);
  }
  console.log(`\n${table(["<command", "<against", "ms", "five years, ms", "ratio", "<"], rows).join("\n")}`);
  console.log(`\nmedian of ${ANSWERS} answers each, in turn; asked for: ${ANSWER_MS_MAX} ms`);
} finally {
  rmSync(folder, { recursive: true });
}
if (slow > 0 && process.argv.includes("--gate")) process.exitCode = 1;
