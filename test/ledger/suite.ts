// What every ledger does, whatever database is under it. Each engine's spec hands in how an empty one comes to be.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { InputError } from "../../host/failure.ts";
import type { KeptHead, KeptSet, Ledger, Runner } from "../../host/ledger/ledger.ts";
import { STEPS } from "../../host/ledger/migrations.ts";
import { firstRunner, openLedger, runnerOf, runnerToBe, withExistingLedger, withLedger } from "../../host/ledger/open.ts";
import type { SetHead, SetRecord } from "../../host/record.ts";
import { CALF, MONDAY_MS, POGO, RECORDS, RUN, SIT } from "./records.ts";

/** What the suite needs of an engine. */
export interface Bench {
  /** Its word in test/ledger/versions. */
  readonly engine: "sqlite" | "postgres";
  /** The `--db` of a new, empty database. */
  fresh(): Promise<string>;
  /** Runs SQL behind the ledger's back. */
  run(db: string, text: string): Promise<void>;
  /** Tables, columns, keys and indexes, a line each, in order. */
  schema(db: string): Promise<string[]>;
}

const VERSIONS = join(import.meta.dirname, "versions");
const versionFile = (name: string): string => readFileSync(join(VERSIONS, name), "utf8");

/** A record without its events. */
function head(record: SetRecord): SetHead {
  const { contacts: _contacts, reps: _reps, holds: _holds, taps: _taps, activities: _activities, cues: _cues, ...rest } = record;
  return rest;
}

/** A kept head without what the ledger added. */
function asked({ id: _id, runner: _runner, ...rest }: KeptHead): SetHead {
  return rest;
}

export function suite({ engine, fresh, run, schema }: Bench): void {
  describe(`a ledger in ${engine}`, () => {
    let db: string;
    let ledger: Ledger;
    let anna: Runner;

    beforeEach(async () => {
      db = await fresh();
      ledger = await openLedger(db);
      anna = await ledger.addRunner("Anna");
    });
    afterEach(() => ledger.close());

    async function reopen(): Promise<void> {
      await ledger.close();
      ledger = await openLedger(db);
    }

    test.each(RECORDS.map((record) => [record.exercise, record] as const))("gives a set of %s back as it was", async (_exercise, record) => {
      const id = await ledger.addSet(anna, record);
      await reopen();
      expect(await ledger.set(id)).toStrictEqual({ ...record, id, runner: "Anna" });
      expect((await ledger.sets(anna)).map(asked)).toStrictEqual([head(record)]);
    });

    test("gives 5,000 contacts back in their order", async () => {
      const contacts = Array.from({ length: 5000 }, (_, i) => ({ ...RUN.contacts[0]!, ic_s: i * 0.7 === 0 ? 0 : Number((i * 0.7).toFixed(6)) }));
      const id = await ledger.addSet(anna, { ...RUN, contacts });
      expect((await ledger.set(id)).contacts).toStrictEqual(contacts);
    });

    test("keeps a set once: the same runner, exercise, begin and origin is the same set", async () => {
      const ben = await ledger.addRunner("Ben");
      const id = await ledger.addSet(anna, POGO);
      expect(await ledger.keepSet(anna, { ...POGO, pain: null })).toEqual({ id, already: true });
      expect(await ledger.set(id)).toStrictEqual({ ...POGO, id, runner: "Anna" });
      const others = [await ledger.keepSet(ben, POGO), ...(await Promise.all([{ exercise: "run" as const }, { started_ms: MONDAY_MS + 1 }, { origin: "HC-0043" }].map((more) => ledger.keepSet(anna, { ...POGO, ...more }))))];
      expect(others.map(({ already }) => already)).toEqual([false, false, false, false]);
      expect(new Set([id, ...others.map((kept) => kept.id)]).size).toBe(5);
      expect(await ledger.keepSet(ben, POGO)).toEqual({ id: others[0]!.id, already: true });
      expect(await ledger.set(others[0]!.id)).toStrictEqual({ ...POGO, id: others[0]!.id, runner: "Ben" });
    });

    test("keeps a set of a clip once by the clip's key, whoever recorded it and whatever its time of day", async () => {
      const ben = await ledger.addRunner("Ben");
      const first = await ledger.keepSet(anna, POGO, "42/3/2750000");
      expect(first.already).toBe(false);
      const again = { id: first.id, already: true };
      expect(await ledger.keepSet(anna, { ...POGO, started_ms: MONDAY_MS + 77, origin: "elsewhere" }, "42/3/2750000")).toEqual(again);
      expect(await ledger.keepSet(ben, POGO, "42/3/2750000")).toEqual(again);
      expect((await ledger.keepSet(anna, POGO, "42/3/2750001")).already).toBe(false);
      expect((await ledger.keepSet(anna, POGO, "420/3/2750000")).already).toBe(false);
      expect((await ledger.keepSet(ben, POGO, "-/3/2750000")).already).toBe(false);
      await ledger.addSet(anna, RUN);
      await ledger.addSet(anna, RUN); // without a key nothing is the same
      await reopen();
      expect([...(await ledger.clipKeys("42"))].toSorted()).toEqual(["42/3/2750000", "42/3/2750001"]);
      expect([...(await ledger.clipKeys("-"))]).toEqual(["-/3/2750000"]);
      expect([...(await ledger.clipKeys("4"))]).toEqual([]);
      expect(await ledger.set(first.id)).toStrictEqual({ ...POGO, id: first.id, runner: "Anna", clip_key: "42/3/2750000" });
    });

    test("refuses times finer than it keeps, and keeps nothing of that set", async () => {
      const contacts = [POGO.contacts[0]!, { ...POGO.contacts[1]!, contact_ms: 229.6871 }];
      await expect(ledger.addSet(anna, { ...POGO, contacts })).rejects.toThrow(InputError);
      expect(await ledger.sets(anna)).toEqual([]);
    });

    test("lists sets oldest first, by exercise, since a time, the newest", async () => {
      for (const record of RECORDS.toReversed()) await ledger.addSet(anna, record);
      const second = await ledger.addSet(anna, { ...POGO, started_ms: MONDAY_MS + 1 });
      const times = async (filter?: Parameters<Ledger["sets"]>[1]) => (await ledger.sets(anna, filter)).map(({ started_ms }) => started_ms);
      expect(await times()).toEqual([MONDAY_MS, MONDAY_MS + 1, ...RECORDS.slice(1).map(({ started_ms }) => started_ms)]);
      expect(await times({ exercise: "pogo" })).toEqual([MONDAY_MS, MONDAY_MS + 1]);
      expect((await ledger.sets(anna, { exercise: "pogo", newest: 1 })).map(({ id }) => id)).toEqual([second]);
      expect(await times({ since_ms: SIT.started_ms })).toEqual(RECORDS.slice(2).map(({ started_ms }) => started_ms));
      expect(await times({ since_ms: SIT.started_ms, newest: 2 })).toEqual(RECORDS.slice(3).map(({ started_ms }) => started_ms));
      expect(await times({ exercise: "walk" })).toEqual([]);
    });

    test("keeps runners apart", async () => {
      const ben = await ledger.addRunner("Ben");
      const id = await ledger.addSet(ben, POGO);
      await ledger.addPain(ben, { score: 4, where: "shin" }, MONDAY_MS);
      await ledger.addRun(ben, 3.5, MONDAY_MS);
      await ledger.addPlan(ben, "mileage", { start: 10 }, MONDAY_MS);
      expect([await ledger.sets(anna), await ledger.pains(anna), await ledger.runs(anna), await ledger.plans(anna)]).toEqual([[], [], [], []]);
      await expect(ledger.addPain(anna, { score: 1, where: null }, MONDAY_MS, id)).rejects.toThrow(`Anna has no set ${id}`);
    });

    test("knows runners by name, whatever its case, and refuses a second one of a name", async () => {
      expect(await ledger.runner("aNNA")).toEqual(anna);
      expect(await ledger.knownRunner(" aNNA")).toEqual(anna);
      expect(await ledger.knownRunner("Zoe")).toBeNull();
      await expect(ledger.addRunner(" ANNA ")).rejects.toThrow(new InputError("there is a runner called Anna already"));
      await expect(ledger.runner("Zoe")).rejects.toThrow(new InputError("no runner called Zoe: there are Anna"));
      expect((await ledger.addRunner("Zoë Müller")).name).toBe("Zoë Müller");
      await expect(ledger.addRunner("zoë MÜLLER".normalize("NFD"))).rejects.toThrow(InputError);
      expect((await ledger.runners()).map(({ name }) => name)).toEqual(["Anna", "Zoë Müller"]);
    });
    test.each([["", "at least one"], ["  ", "at least one"], ["a".repeat(65), "at most 64"], ["An\nna", "control"], ["\u0000", "control"]])("takes no runner called %j", async (name, why) => {
      await expect(ledger.addRunner(name)).rejects.toThrow(why);
      await expect(ledger.addRunner(name)).rejects.toBeInstanceOf(InputError);
    });

    test("the runner in use is the one chosen, else the only one, else nobody", async () => {
      expect(await ledger.currentRunner()).toEqual(anna);
      const ben = await ledger.addRunner("Ben");
      expect(await ledger.currentRunner()).toBeNull();
      await expect(runnerOf(ledger)).rejects.toThrow("hopclip runner use NAME from now on; there are Anna, Ben");
      expect(await ledger.useRunner("ben")).toEqual(ben);
      await ledger.useRunner("anna");
      await reopen();
      expect(await runnerOf(ledger)).toEqual(anna);
      expect(await runnerOf(ledger, "Ben")).toEqual(ben);
      await ledger.forgetRunner("Anna");
      expect(await ledger.currentRunner()).toEqual(ben);
    });

    test("the first runner is added where there is none and nobody was named", async () => {
      await ledger.forgetRunner("Anna");
      await expect(runnerOf(ledger)).rejects.toThrow(new InputError("no runner yet: hopclip runner add NAME"));
      await expect(firstRunner(ledger, "Anna")).rejects.toThrow("no runner called Anna: there is none yet");
      expect(await runnerToBe(ledger)).toMatchObject({ name: "me" });
      expect(await ledger.runners()).toEqual([]);
      const me = await firstRunner(ledger);
      expect(await runnerToBe(ledger)).toEqual(me);
      expect(me.name).toBe("me");
      expect(await firstRunner(ledger)).toEqual(me);
    });

    test("pain said of a set later replaces what was said before", async () => {
      const id = await ledger.addSet(anna, POGO);
      const quiet = await ledger.addSet(anna, SIT);
      const end_ms = POGO.started_ms + POGO.set.duration_ms;
      expect(await ledger.pains(anna)).toEqual([{ at_ms: end_ms, set: id, score: 2, where: "knee" }]);
      await ledger.addPain(anna, { score: 5, where: null }, end_ms + 1, id);
      await ledger.addPain(anna, { score: 1, where: "hip" }, MONDAY_MS - 1);
      await ledger.addPain(anna, { score: 3, where: "calf" }, SIT.started_ms, quiet);
      expect(await ledger.pains(anna)).toEqual([
        { at_ms: MONDAY_MS - 1, set: null, score: 1, where: "hip" },
        { at_ms: end_ms + 1, set: id, score: 5, where: null },
        { at_ms: SIT.started_ms, set: quiet, score: 3, where: "calf" },
      ]);
      expect((await ledger.pains(anna, end_ms + 1)).map(({ score }) => score)).toEqual([5, 3]);
      expect((await ledger.sets(anna)).map(({ pain }) => pain)).toEqual([{ score: 5, where: null }, { score: 3, where: "calf" }]);
      expect((await ledger.set(id)).pain).toEqual({ score: 5, where: null });
    });
    test.each([-1, 11, 2.5, NaN])("pain of %d is none", async (score) => {
      await expect(ledger.addPain(anna, { score, where: null }, MONDAY_MS)).rejects.toThrow("whole number from 0 to 10");
      await expect(ledger.addSet(anna, { ...CALF, pain: { score, where: null } })).rejects.toThrow(InputError);
      expect([await ledger.pains(anna), await ledger.sets(anna)]).toEqual([[], []]);
    });

    test("keeps distances run, oldest first, and refuses none", async () => {
      await ledger.addRun(anna, 5.1, MONDAY_MS + 10);
      await ledger.addRun(anna, 0.1 + 0.2, MONDAY_MS);
      expect(await ledger.runs(anna)).toEqual([{ at_ms: MONDAY_MS, distance: 0.1 + 0.2 }, { at_ms: MONDAY_MS + 10, distance: 5.1 }]);
      expect(await ledger.runs(anna, MONDAY_MS + 1)).toHaveLength(1);
      for (const distance of [0, -1, NaN, Infinity]) await expect(ledger.addRun(anna, distance, MONDAY_MS)).rejects.toThrow(InputError);
    });

    test("gives the newest plan of each kind", async () => {
      await ledger.addPlan(anna, "pogo", { target: 70, why: ["a"] }, MONDAY_MS + 1);
      await ledger.addPlan(anna, "pogo", { target: 65 }, MONDAY_MS);
      await ledger.addPlan(anna, "mileage", { start: 10, step: 2 }, MONDAY_MS);
      expect(await ledger.plans(anna)).toEqual([
        { kind: "mileage", made_ms: MONDAY_MS, plan: { start: 10, step: 2 } },
        { kind: "pogo", made_ms: MONDAY_MS + 1, plan: { target: 70, why: ["a"] } },
      ]);
    });

    test("an unknown set is an InputError", async () => {
      await expect(ledger.set(1)).rejects.toThrow(new InputError("no set 1: hopclip history lists the sets there are"));
    });

    test("forgets all of a runner and nothing of another, and gives no number twice", async () => {
      const ben = await ledger.addRunner("Ben");
      await ledger.useRunner("Anna");
      const kept = await ledger.addSet(ben, RUN);
      let last = 0;
      for (const record of RECORDS) last = await ledger.addSet(anna, record);
      await ledger.addPain(anna, { score: 1, where: null }, MONDAY_MS);
      await ledger.addRun(anna, 3, MONDAY_MS);
      await ledger.addPlan(anna, "mileage", {}, MONDAY_MS);
      expect(await ledger.forgetRunner("anna")).toEqual({ runner: "Anna", sets: 5, contacts: 5, reps: 6, pains: 3, runs: 1, plans: 1, clips: [], shared_clips: [] });
      expect(await ledger.runners()).toEqual([ben]);
      await expect(ledger.set(last)).rejects.toThrow(InputError);
      await expect(ledger.forgetRunner("Anna")).rejects.toThrow(InputError);
      expect(await ledger.set(kept)).toStrictEqual({ ...RUN, id: kept, runner: "Ben" });
      expect(await ledger.addSet(ben, SIT)).toBeGreaterThan(last);
    });
  });

  describe(`versions of a ledger in ${engine}`, () => {
    const released = readdirSync(VERSIONS).filter((name) => name.endsWith(".json")).map((name) => Number.parseInt(name, 10)).toSorted((a, b) => a - b);

    async function frozen(version: number): Promise<string> {
      const db = await fresh();
      await run(db, versionFile(`${version}.${engine}.sql`));
      await run(db, versionFile(`${version}.data.sql`));
      return db;
    }

    test("there is a frozen one of each", () => {
      expect(released).toEqual(STEPS.map((_, i) => i + 1));
    });

    test.each(released)("version %d opens with all that is in it, and can be written", async (version) => {
      const db = await frozen(version);
      const { runners, clip_keys } = JSON.parse(versionFile(`${version}.json`)) as { clip_keys?: string[]; runners: { runner: Runner; sets: KeptSet[]; pains: unknown; runs: unknown; plans: unknown }[] };
      await withLedger(db, async (ledger) => {
        expect((await ledger.runners()).map(({ name }) => name)).toEqual(runners.map(({ runner }) => runner.name));
        for (const { runner, sets, pains, runs, plans } of runners) {
          expect(await ledger.runner(runner.name)).toMatchObject(runner);
          expect((await ledger.sets(runner)).map(({ id }) => id)).toEqual(sets.map(({ id }) => id));
          for (const set of sets) expect(await ledger.set(set.id)).toMatchObject(set);
          if (clip_keys !== undefined) expect([...(await ledger.clipKeys("42"))]).toEqual(clip_keys);
          expect(await ledger.pains(runner)).toMatchObject(pains as object);
          expect(await ledger.runs(runner)).toMatchObject(runs as object);
          expect(await ledger.plans(runner)).toMatchObject(plans as object);
        }
        const id = await ledger.addSet(runners[0]!.runner, POGO);
        expect(await ledger.set(id)).toMatchObject(POGO);
      });
      expect(await schema(db)).toEqual(await schema(await opened()));
    });

    async function opened(): Promise<string> {
      const db = await fresh();
      await withLedger(db, async () => {});
      return db;
    }

    test("none is made by who only asks", async () => {
      const db = await fresh();
      const refused = await withExistingLedger(db, (ledger) => ledger.runners()).catch((error: unknown) => error as Error);
      expect(refused).toBeInstanceOf(InputError);
      expect((refused as Error).message).toMatch(/^there is no ledger at \S+ yet: hopclip set or hopclip runner add makes one$/u);
      expect(await schema(db)).toEqual([]);
      await withLedger(db, async () => {});
      expect(await withExistingLedger(db, (ledger) => ledger.runners())).toEqual([]);
    });

    test("a new one is as the newest frozen one: released steps do not change", async () => {
      const lines = await schema(await opened());
      expect(lines.length).toBeGreaterThan(10);
      expect(lines).toEqual(await schema(await frozen(STEPS.length)));
    });

    test("one from a newer hopclip is refused untouched", async () => {
      const db = await opened();
      await run(db, `insert into hopclip_migrations (name, timestamp) values ('0007', '2031-01-01T00:00:00.000Z'); create table heartbeats (bpm integer)`);
      const before = await schema(db);
      const refused = await openLedger(db).catch((error: unknown) => error as Error);
      expect(refused).toBeInstanceOf(InputError);
      expect((refused as Error).message).toMatch(new RegExp(`^the ledger \\S+ was written by a newer hopclip \\(version 7, this one knows ${STEPS.length}\\): update hopclip$`, "u"));
      expect(await schema(db)).toEqual(before);
    });

    test("a step that fails half way leaves nothing of itself", async () => {
      const db = await fresh();
      await run(db, 'create table hopclip_migrations ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null); create table plans (x integer)');
      await expect(openLedger(db)).rejects.toThrow(/^the ledger .*plans.* already exists/u);
      const lines = (await schema(db)).join("\n");
      expect(lines).toContain("plans");
      expect(lines).not.toMatch(/runners|contacts/u);
    });
  });
}
