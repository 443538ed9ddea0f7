// The judge of the exercises and its figures, on sets made by hand: what falls short must show, and nobody held out may be named.
import { describe, expect, test } from "vitest";
import type { Result } from "../../host/result.ts";
import type { Truth } from "../../sim/body/body.ts";
import { isHeldOut } from "../../sim/body/subject.ts";
import { CLAIMS, type Claim } from "./claims.ts";
import { DRILLS, drill, drills, SETS, type Drill } from "./drills.ts";
import { claimTargets, cueTargets, exerciseTargets, line, lines, shortest, shortestCues, type Claimed, type Drilled } from "./figures.ts";
import { judge, mistakes, type Judged } from "./judge.ts";
import { cases } from "./suites.ts";

const NOTHING: Truth = { contacts: [], hops: 0, strides: 0, reps: [], holds: [], taps: [], activities: [] };
const SAID = { hops: 0, contacts: [], reps: [], holds: [], taps: [], verdict: {}, activities: [], errors: [], set: { end: "command" } } as unknown as Result;

/** Raises every 3 s, with tops of 40°; those named are partial. */
function raises(count: number, partial: readonly number[] = []): Truth {
  const reps = Array.from({ length: count }, (_, n) => ({ start_s: 3 * n + 2, top_s: 3 * n + 3, lower_s: 3 * n + 3.2, end_s: 3 * n + 4, height_deg: partial.includes(n) ? 24 : 40, full: !partial.includes(n), clean: !partial.includes(n) }));
  return { ...NOTHING, reps };
}

/** What a clip says that finds these tops. */
function found(tops: readonly { t_s: number; height_deg?: number; partial?: boolean }[]): Result {
  const reps = tops.map(({ t_s, height_deg = 40, partial = false }) => ({ t_s, height_deg, clean: !partial, flaws: partial ? ["partial"] : [], up_ms: 800, down_ms: 800, hold_ms: 200, wobble_deg: 1 }));
  return { ...SAID, reps };
}

const calf = (truth: Truth, result: Result): Judged => judge("raises", truth, result, [], 0, 45);
const tops = (count: number): { t_s: number }[] => Array.from({ length: count }, (_, n) => ({ t_s: 3 * n + 3.1 }));

describe("sets of the exercises", () => {
  test("are 200 of held-out people and 200 of others in each suite, the same ones each time, each person once", () => {
    const all = DRILLS.flatMap((suite) => {
      const held = drills(suite, true);
      const tuned = drills(suite, false);
      expect([held.length, tuned.length]).toEqual([200, 200]);
      expect(held.every(({ body }) => isHeldOut(body.seed)) && !tuned.some(({ body }) => isHeldOut(body.seed))).toBe(true);
      expect(drills(suite, true)).toEqual(held);
      return [...held, ...tuned];
    });
    const seeds = [...all, ...cases()].map(({ body }) => body.seed);
    expect(new Set(seeds).size).toBe(seeds.length);
    expect(SETS).toBe(200);
  });

  test("have every variant equally often, chips, ranges, motors, rates, rate errors to both sides, and targets", () => {
    const all = drills("calf", true);
    const count = (of: (each: Drill) => unknown): Map<unknown, number> => all.map(of).reduce<Map<unknown, number>>((counts, value) => counts.set(value, (counts.get(value) ?? 0) + 1), new Map());
    expect([...count(({ variant }) => variant).values()]).toEqual([40, 40, 40, 40, 40]);
    expect([...count(({ odr_hz }) => odr_hz).keys()].toSorted()).toEqual([104, 208, 416, 833]);
    expect(count(({ odr_hz }) => odr_hz).get(416)).toBeGreaterThan(100);
    for (const of of [({ world }: Drill) => world.chip, ({ range_g }: Drill) => range_g, ({ target }: Drill) => target]) expect(count(of).size).toBe(2);
    expect(count(({ world }) => world.motor).size).toBe(3);
    const errors = all.map(({ world }) => world.rate_error_ppm!);
    expect(Math.min(...errors)).toBeLessThan(-45_000);
    expect(Math.max(...errors)).toBeGreaterThan(45_000);
  });

  test("are found by their seed, and none by another suite's", () => {
    const [first] = drills("wall-sit", false);
    expect(drill("wall-sit", first!.body.seed)).toEqual(first);
    expect(() => drill("calf", first!.body.seed)).toThrow(RangeError);
    expect(() => drill("sit-ups", 20_000)).toThrow(RangeError);
  });
});

describe("a set of raises", () => {
  test("that was called right has no error", () => {
    const judged = calf(raises(8, [5]), found(tops(8).map((top, n) => (n === 5 ? { ...top, height_deg: 24, partial: true } : top))));
    expect(judged).toMatchObject({ truth: 8, found: 8, partial: { right: 1, of: 1 }, full: { right: 7, of: 7 }, clean: { right: 7, of: 7 }, faulty: { right: 1, of: 1 } });
    expect(judged.height_deg).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("lacks what was not found, and a missed and an extra one do not make the called ones right", () => {
    expect(calf(raises(8), found(tops(8).slice(1)))).toMatchObject({ truth: 8, found: 7, full: { right: 7, of: 8 } });
    expect(calf(raises(8), found([...tops(7), { t_s: 26 }]))).toMatchObject({ truth: 8, found: 8, full: { right: 7, of: 8 } });
  });

  test("is wrong where a partial one is called full, or the other way round", () => {
    expect(calf(raises(8, [5]), found(tops(8)))).toMatchObject({ partial: { right: 0, of: 1 }, faulty: { right: 0, of: 1 } });
    expect(calf(raises(8), found(tops(8).map((top, n) => ({ ...top, partial: n === 2 }))))).toMatchObject({ full: { right: 7, of: 8 }, clean: { right: 7, of: 8 } });
  });

  test("tells found minus true heights", () => {
    expect(calf(raises(2), found([{ t_s: 3, height_deg: 44 }, { t_s: 6, height_deg: 39 }])).height_deg).toEqual([4, -1]);
  });
});

describe("holds and taps", () => {
  const hold = (start_s: number, end_s: number): Truth["holds"][number] & Result["holds"][number] => ({ start_s, end_s, tremor_dps: 1, unbroken: true });

  test("a hold is judged by its length, one that was not found by none", () => {
    const truth = { ...NOTHING, holds: [hold(2, 10), hold(11, 20)] };
    const judged = judge("holds", truth, { ...SAID, holds: [hold(2.1, 10)] }, [], 0, 35);
    expect(judged).toMatchObject({ truth: 2, found: 1 });
    expect(judged.hold_s[0]).toBeCloseTo(-0.1, 9);
    expect(judged.hold_s[1]).toBe(Infinity);
  });

  test("a stomped tap counts, and is to be called one", () => {
    const tap = (t_s: number, clean: boolean) => ({ start_s: t_s - 1, t_s, end_s: t_s + 1, clean });
    const said = (t_s: number, clean: boolean) => ({ t_s, clean, reach_ms: 1, floor_ms: 1, return_ms: 1, tap_g: 1, landing_g: 1, flaws: [] });
    const truth = { ...NOTHING, taps: [tap(4, true), tap(8, false)] };
    expect(judge("taps", truth, { ...SAID, taps: [said(4.1, true), said(8.1, true)] }, [], 0, 50)).toMatchObject({ truth: 2, found: 2, clean: { right: 1, of: 1 }, faulty: { right: 0, of: 1 } });
  });
});

describe("hops", () => {
  const contacts = Array.from({ length: 31 }, (_, n) => ({ ic_s: 1 + n, tc_s: 1.2 + n, kind: "hop" as const, hop: true }));
  const judged = (hops: number, end_s: number): Judged => judge("height", { ...NOTHING, contacts }, { ...SAID, hops }, [], 0, end_s);

  test("are those of the set; one at its very end may count or not", () => {
    expect(judged(20, 20.5)).toMatchObject({ truth: 20, found: 20 });
    expect(judged(21, 20.5)).toMatchObject({ truth: 20, found: 21 });
    expect(judged(20, 21.01)).toMatchObject({ truth: 20, found: 20 });
    expect(judged(21, 20.99)).toMatchObject({ truth: 21, found: 21 });
    expect(judged(19, 21.01).truth).toBe(20);
  });
});

describe("labels", () => {
  const activities = [{ start_s: 0, end_s: 2, kind: "still" as const }, { start_s: 2, end_s: 12, kind: "walk" as const }, { start_s: 12, end_s: 22, kind: "calf" as const }];
  const said = (...labels: [number, string][]) => mistakes(activities, labels.map(([t_s, activity]) => ({ t_s, activity })));

  test("are right from 3 s after each beginning on", () => {
    expect(said([1, "still"], [4.9, "walk"], [15, "calf"])).toEqual([]);
  });

  test("that come late or go early are wrong for so long, and none at all is wrong", () => {
    expect(said([1, "still"], [5.5, "walk"], [14.9, "calf"], [20, "other"])).toEqual([
      { kind: "walk", said: "still", s: 0.5 },
      { kind: "calf", said: "other", s: 2 },
    ]);
    expect(said([15, "calf"])).toEqual([{ kind: "walk", said: "nothing", s: 7 }]);
  });

  test("of an activity of less than 3.5 s are not judged", () => {
    expect(mistakes([{ start_s: 0, end_s: 3.4, kind: "run" }], [])).toEqual([]);
  });
});

describe("figures", () => {
  const good = calf(raises(8), found(tops(8)));
  const bad = calf(raises(8), found(tops(6)));
  const of = (suite: string, heldOut: boolean, judged: (n: number) => Judged): Drilled[] => drills(suite, heldOut, 40).map((each, n) => ({ each, judged: judged(n) }));
  const failing = (drilled: readonly Drilled[]): string[] => exerciseTargets(drilled).filter(({ name, pass }) => name.startsWith("calf,") && !pass).map(({ name }) => name);

  test("of nothing are not reached", () => {
    expect([...exerciseTargets([]), ...cueTargets([]), ...claimTargets([])].filter(({ pass }) => pass)).toEqual([]);
  });

  test("are those of held-out people", () => {
    expect(failing([...of("calf", true, () => good), ...of("calf", false, () => bad)])).toEqual(["calf, partial reps told from full: 0 partial, held out"]);
    expect(failing(of("calf", true, (n) => (n < 2 ? bad : good)))).toEqual([
      "calf, exact count in 40 sets, held out",
      "calf, sets off by more than 1, held out",
      "calf, partial reps told from full: 0 partial, held out",
    ]);
  });

  test("a top off by more than 3° shows", () => {
    const high = calf(raises(8), found(tops(8).map((top, n) => ({ ...top, height_deg: n === 0 ? 43.5 : 40 }))));
    expect(failing(of("calf", true, (n) => (n === 0 ? high : good)))).toContain("calf, top angle, held out, beyond 3°");
    expect(line("calf", "all", "held out", of("calf", true, () => high)).height_deg).toMatchObject({ n: 320, beyond: 40, worst: 3.5 });
  });

  test("rows are of held-out people as a whole and by variant, and of the others", () => {
    const rows = lines([...of("wall-sit", true, () => good), ...of("wall-sit", false, () => good)]);
    expect(rows.map(({ variant, half, sets }) => `${variant}/${half}/${sets}`)).toEqual(["all/held out/40", "steady/held out/14", "trembling/held out/13", "touching/held out/13", "all/tuned/40"]);
  });

  test("name no seed of a held-out person", () => {
    const all = shortest([...of("calf", true, () => bad), ...of("calf", false, () => bad)]).flatMap(({ sets }) => sets);
    expect(all).toHaveLength(10);
    expect(all.map((words) => Number.parseInt(words, 10) % 2)).toEqual(Array.from({ length: 10 }, () => 0));
    const reactions = [{ seed: 0, out: true, told: 2.5, felt: 2.6 }];
    expect(shortestCues([{ seed: 401, reactions }, { seed: 402, reactions }]).sets).toEqual(["402: on after 2.50 strides"]);
  });

  test("cues are to be on and off within two strides in all changes", () => {
    const cued = (told: number, felt: number) => cueTargets([{ seed: 401, reactions: [{ seed: 401, out: true, told: 1, felt: 1.4 }, { seed: 401, out: false, told, felt }] }]).map(({ pass }) => pass);
    expect(cued(1.9, 1.8)).toEqual([true, true, true]);
    expect(cued(2.1, 1.8)).toEqual([true, false, true]);
    expect(cued(1.9, Infinity)).toEqual([true, true, false]);
  });
});

describe("recordings", () => {
  const claimed = (files: string, exercise: string, ...counts: number[]): Claimed[] => {
    const claim = CLAIMS.find((one) => one.files === files && one.exercise === exercise) as Claim;
    return counts.map((count, n) => ({ claim, file: `${files}-${n}`, tested: { found: count, raising_s: 0, refused: null } }));
  };
  const pass = (all: readonly Claimed[], files: string): boolean[] => claimTargets(all).filter(({ name }) => name.startsWith(`recordings ${files}-`)).map((target) => target.pass);

  test("of raises have five each, of step-downs three but one", () => {
    expect(pass(claimed("cmu-heel-raise-a", "calf", 5, 5), "cmu-heel-raise-a")).toEqual([true]);
    expect(pass(claimed("cmu-heel-raise-a", "calf", 5, 4), "cmu-heel-raise-a")).toEqual([false]);
    expect(pass(claimed("cmu-step-down-low", "step-down", 2, 4), "cmu-step-down-low")).toEqual([true]);
    expect(pass(claimed("cmu-step-down-low", "step-down", 3, 1), "cmu-step-down-low")).toEqual([false]);
  });

  test("without any have none and are never called so", () => {
    const walks = [...claimed("walk", "calf", 0, 0), ...claimed("walk", "auto", 0, 0)];
    expect(pass(walks, "walk")).toEqual([true, true, true]);
    expect(pass([...walks, ...claimed("walk", "calf", 1)], "walk")).toEqual([false, true, true]);
    expect(pass(walks.map((one) => (one.claim.exercise === "auto" ? { ...one, tested: { ...one.tested, raising_s: 0.4 } } : one)), "walk")).toEqual([true, true, false]);
  });
});
