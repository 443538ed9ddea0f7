// A set as JSON: what was written is read, and whatever is wrong is named by the path to it.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, test } from "vitest";
import { VALUES } from "../../host/clip/verdict.ts";
import { InputError } from "../../host/failure.ts";
import type { KeptSet } from "../../host/ledger/ledger.ts";
import { withLedger } from "../../host/ledger/open.ts";
import type { SetRecord } from "../../host/record.ts";
import { jsonOf, recordFromJson } from "../../host/report/json.ts";
import { RECORDS } from "../ledger/records.ts";
import { contact, empty, odd } from "./odd.ts";
import { simulated } from "./simulated.ts";

const VERSIONS = "test/ledger/versions";
const folder = mkdtempSync(join(tmpdir(), "hopclip-json-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A set with null for each value that its verdict has not. */
function judged<T extends SetRecord>(set: T): T {
  const { verdict } = set;
  if (verdict === null) return set;
  const none = VALUES[verdict.exercise].flatMap((value) => (value === null ? [] : [[value[0], null]]));
  return { ...set, verdict: { ...(Object.fromEntries(none) as object), ...verdict } };
}

const SETS = {
  pogo: () => simulated({ exercise: "pogo", seconds: 20, seed: 4, bpm: 150, target: 40, pain: { score: 2, where: "knee" } }),
  run: () => simulated({ exercise: "run", seconds: 20, seed: 5, bpm: 172 }),
  calf: () => simulated({ exercise: "calf", seconds: 30, seed: 6, target: 10 }),
  "wall-sit": () => simulated({ exercise: "wall-sit", seconds: 30, seed: 7, variant: "touching" }),
  "step-down": () => simulated({ exercise: "step-down", seconds: 30, seed: 8 }),
} as const;

describe("what is written is read", () => {
  test.each(Object.entries(SETS))("of a simulated %s, exactly", (_, make) => {
    const set = make();
    const text = jsonOf(set, { id: 7, runner: "Zoë" });
    expect(text).toMatch(/^\{"format":"hopclip set 1","id":7,"runner":"Zoë","started_ms":\d+,.*\}\n$/u);
    expect(recordFromJson(text, "set.json")).toEqual({ record: set, runner: "Zoë" });
  });
  test("of sixty odd ones, whatever the order of their fields, as the same bytes", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const set = odd(seed);
      const text = jsonOf(set, { id: seed, runner: "x" });
      const { record } = recordFromJson(text, "set.json");
      expect(record).toEqual(judged(set));
      expect(jsonOf(record, { id: seed, runner: "x" })).toBe(jsonOf(judged(set), { id: seed, runner: "x" }));
      const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).toReversed()));
      expect(recordFromJson(turned, "set.json")).toEqual({ record, runner: "x" });
    }
  });
  test.each(RECORDS.map((set) => [set.exercise, set] as const))("of %s with a verdict of few values and texts with line breaks", (_, set) => {
    expect(recordFromJson(jsonOf(set, { id: 1, runner: "x" }), "set.json").record).toEqual(judged(set));
  });
  const frozen = readdirSync(VERSIONS).filter((name) => name.endsWith(".json"));
  test("there are frozen ledgers", () => expect(frozen).toContain("1.json"));
  test.each(frozen)("of each set of the frozen ledger %s, and another ledger keeps it", async (name) => {
    const db = join(folder, `${name}.db`);
    const database = new DatabaseSync(db);
    for (const part of ["sqlite", "data"]) database.exec(readFileSync(join(VERSIONS, name.replace("json", `${part}.sql`)), "utf8"));
    database.close();
    const { runners } = JSON.parse(readFileSync(join(VERSIONS, name), "utf8")) as { runners: { sets: KeptSet[] }[] };
    const sets = runners.flatMap((runner) => runner.sets);
    expect(sets.length).toBeGreaterThan(0);
    await withLedger(db, (from) =>
      withLedger(`${db}.other`, async (to) => {
        const other = await to.addRunner("Bo");
        for (const { id, runner, ...set } of sets) {
          const { clip_key, ...kept } = await from.set(id);
          const read = recordFromJson(jsonOf(kept, { id, runner, clip_key }), "set.json");
          expect(read).toEqual({ record: judged(set), runner, clip_key });
          expect(await to.set(await to.addSet(other, read.record))).toMatchObject(judged(set));
        }
      }),
    );
  });
  test("of a verdict with a value that only another version knows", () => {
    const set = SETS.pogo();
    const newer = { ...set, verdict: { ...set.verdict!, stiffness_kn_m: 21.5, spring: null } };
    expect(recordFromJson(jsonOf(newer, { id: 1, runner: "x" }), "set.json").record).toEqual(newer);
  });
});

describe("what is wrong is refused, and named", () => {
  type Json = Record<string, unknown>;
  const whole = (): Json & { contacts: Json[]; set: Json; verdict: Json } => JSON.parse(jsonOf(SETS.pogo(), { id: 1, runner: "x" })) as ReturnType<typeof whole>;
  const told = (text: string): string => {
    try {
      recordFromJson(text, "set.json");
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as Error).message).not.toContain("\n");
      return (error as Error).message;
    }
    return "it was read";
  };
  const edited = (edit: (set: ReturnType<typeof whole>) => void): string => {
    const set = whole();
    edit(set);
    return told(JSON.stringify(set));
  };
  test("no set at all", () => {
    expect(told("")).toMatch(/^set\.json: is not JSON: /u);
    expect(told('{"format":\n\n')).toMatch(/^set\.json: is not JSON: /u);
    for (const text of ["[]", "null", "3", "{}", '{"format":3}', '{"format":"GPX"}']) expect(told(text)).toBe("set.json: is not a set of hopclip: hopclip export SET --json writes one");
    expect(told('{"format":"hopclip set 2"}')).toBe('set.json: is "hopclip set 2", this hopclip reads "hopclip set 1": update hopclip');
  });
  test.each<[message: string, edit: (set: ReturnType<typeof whole>) => void]>([
    ["contacts[3].ic_s is not a number", (set) => (set.contacts[3]!.ic_s = "1.2")],
    ["contacts[3].ic_s is missing", (set) => delete set.contacts[3]!.ic_s],
    ["contacts[0].ic_s has more than 6 digits after the point", (set) => (set.contacts[0]!.ic_s = 1.23456789)],
    ["contacts[0].contact_ms is not from 0 to 4294967296", (set) => (set.contacts[0]!.contact_ms = -1)],
    ["contacts[1].hop is not true or false", (set) => (set.contacts[1]!.hop = 1)],
    ["contacts[1].kind is not one of none, walk, run, hop", (set) => (set.contacts[1]!.kind = "skip")],
    ["contacts[1].speed is nothing this hopclip knows", (set) => (set.contacts[1]!.speed = 1)],
    ["contacts[2] is not an object", (set) => (set.contacts[2] = 7 as unknown as Json)],
    ["contacts is not a list", (set) => ((set as Json).contacts = {})],
    ["set.duration_ms is not a whole number", (set) => (set.set.duration_ms = 1.5)],
    ["set.end is not one of time, count, command, still, reset, left", (set) => (set.set.end = null)],
    ["verdict.clean is missing", (set) => delete set.verdict.clean],
    ["verdict.height_mm_best is not a number", (set) => (set.verdict.height_mm_best = "high")],
    ["verdict.stiffness_kn_m is not a number", (set) => (set.verdict.stiffness_kn_m = true)],
    ["verdict.Best height is nothing this hopclip knows", (set) => (set.verdict["Best height"] = 1)],
    ["verdict.exercise is not one of auto, pogo, run, walk, calf, calf-bent, wall-sit, step-down", (set) => (set.verdict.exercise = "swim")],
    ["verdict is not an object", (set) => ((set as Json).verdict = [])],
    ["pain.score is not from 0 to 10", (set) => (set.pain = { score: 11, where: null })],
    ["pain.where is missing", (set) => (set.pain = { score: 1 })],
    ["errors[0] is not a text", (set) => (set.errors = [null])],
    ["origin has a zero character", (set) => (set.origin = "a\0b")],
    ["runner is not a text", (set) => (set.runner = null)],
    ["id is not a whole number", (set) => (set.id = 1.5)],
    ["started_ms is not a number", (set) => (set.started_ms = null)],
    ["reps[0].flaws[1] is not one of partial, fast, wobble, open", (set) => (set.reps = [{ ...RAISE, flaws: ["fast", "slow"] }])],
    ["age is nothing this hopclip knows", (set) => (set.age = 30)],
  ])("%s", (message, edit) => {
    expect(edited(edit)).toBe(`set.json: ${message}`);
  });
  const RAISE = { t_s: 1, clean: false, height_deg: 20, up_ms: 900, down_ms: 900, hold_ms: null, wobble_deg: 2 };
  test("every single field, taken away or turned into something else", () => {
    const lists = ["contacts", "reps", "holds", "taps", "activities", "cues"] as const;
    const many = Array.from({ length: 500 }, (_, seed) => odd(seed)).find((set) => lists.every((name) => set[name].length > 0))!;
    const few = Object.fromEntries(lists.map((name) => [name, many[name].slice(0, 3)]));
    const full = jsonOf({ ...many, ...few, verdict: SETS.pogo().verdict, pain: { score: 1, where: "hip" }, errors: ["a fault"] }, { id: 1, runner: "x" });
    const spoil = (value: unknown): unknown => (typeof value === "object" && value !== null ? 7 : { spoiled: true });
    const paths: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, path: readonly (string | number)[]): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== "object" || value === null) return;
      for (const name of Object.keys(value)) walk((value as Json)[name], [...path, Array.isArray(value) ? Number(name) : name]);
    };
    walk(JSON.parse(full), []);
    expect(paths.length).toBeGreaterThan(100);
    for (const path of paths) {
      const set = JSON.parse(full) as Json;
      const parent = path.slice(0, -1).reduce<Json>((at, name) => at[name] as Json, set);
      const last = path.at(-1)!;
      parent[last] = spoil(parent[last]);
      const shown = path.map((name, i) => (typeof name === "number" ? `[${name}]` : i === 0 ? name : `.${name}`)).join("");
      expect(told(JSON.stringify(set))).toMatch(last === "format" ? /is not a set of hopclip/u : new RegExp(`^set\\.json: ${shown.replaceAll(/[.[\]]/gu, "\\$&")} is n`, "u"));
    }
  });
  test("nor written: a number that JSON has not is a failure", () => {
    expect(() => jsonOf(empty({ contacts: [contact({ ic_s: NaN })] }), { id: 1, runner: "x" })).toThrow("the set cannot be written: its ic_s is NaN");
  });
});
