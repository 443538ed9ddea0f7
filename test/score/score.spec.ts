// Scoring: matching against a brute-force search, the rule of each kind of truth, distributions against numbers worked out by hand.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { FIGURES, report, shortfalls, type Scored } from "../../host/scoring.ts";
import { Random } from "../../sim/random.ts";
import { countIsOff, distribution, match, pool, precision, quantile, recall, ruleFor, score, type Detection, type TruthRecord } from "../../sim/score.ts";

const SHARED = "../shared/traces/manifest.json";

/** Best matching by trying every one: most pairs, then least distance. */
function bruteForce(a: readonly number[], b: readonly number[], within_s: number): { count: number; cost_s: number } {
  let best = { count: 0, cost_s: 0 };
  const go = (i: number, used: number, count: number, cost_s: number): void => {
    if (count > best.count || (count === best.count && cost_s < best.cost_s - 1e-12)) best = { count, cost_s };
    for (let from = i; from < a.length; from++) {
      b.forEach((time, j) => {
        const distance_s = Math.abs(time - a[from]!);
        if ((used & (1 << j)) === 0 && distance_s <= within_s) go(from + 1, used | (1 << j), count + 1, cost_s + distance_s);
      });
    }
  };
  go(0, 0, 0, 0);
  return best;
}

function detection(contacts: readonly (readonly [ic_s: number, tc_s: number | null, kind?: string])[], hops = 0): Detection {
  return {
    hops,
    contacts: contacts.map(([ic_s, tc_s, kind = "run"], i) => {
      const before_s = contacts[i - 1]?.[1] ?? null;
      return { ic_s, tc_s, kind, flight_ms: before_s === null ? null : (ic_s - before_s) * 1000 };
    }),
  };
}

describe("matching", () => {
  test("is one to one, as many pairs as there can be, and nearest", () => {
    expect(match([1], [1.01, 1.04])).toEqual([[0, 0]]);
    expect(match([1, 1.04], [1.02])).toHaveLength(1);
    // the first found event is nearest to the second true one, but then the second would stay alone
    expect(match([1, 1.06], [1.04, 1.1])).toEqual([[0, 0], [1, 1]]);
    expect(match([1, 2, 3], [0.5, 2.049, 3.051])).toEqual([[1, 1]]);
    expect(match([], [1])).toEqual([]);
  });

  test("takes exactly 50 ms and nothing beyond", () => {
    expect(match([1], [1 + 0.05 - 1e-9])).toHaveLength(1);
    expect(match([1], [1.0501])).toHaveLength(0);
  });

  test("is as good as a search of all matchings, on crowded random lists", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = new Random(seed);
      const list = () => Array.from({ length: random.below(7) }, () => random.uniform(0, 0.3)).sort((p, q) => p - q);
      const [a, b] = [list(), list()];
      const pairs = match(a, b, 0.05);
      const cost_s = pairs.reduce((sum, [i, j]) => sum + Math.abs(a[i]! - b[j]!), 0);
      const best = bruteForce(a, b, 0.05);
      expect({ seed, count: pairs.length }).toEqual({ seed, count: best.count });
      expect(cost_s, `seed ${seed}`).toBeCloseTo(best.cost_s, 9);
      expect(new Set(pairs.map(([i]) => i)).size).toBe(pairs.length);
      expect(new Set(pairs.map(([, j]) => j)).size).toBe(pairs.length);
    }
  });

  test("is quick on long lists", () => {
    const a = Array.from({ length: 20_000 }, (_, i) => i * 0.4);
    expect(match(a, a.map((t_s) => t_s + 0.01))).toHaveLength(20_000);
  });
});

describe("distribution", () => {
  test("of known errors", () => {
    expect(distribution([])).toBeNull();
    const errors = [-4, -2, 0, 2, 10];
    const of = distribution(errors)!;
    expect(of).toMatchObject({ n: 5, median_ms: 2, iqr_ms: 4, bias_ms: 0 });
    expect(of.p95_ms).toBeCloseTo(8.8, 9); // 0 2 2 4 10: four fifths of the way from 4 to 10
  });
  test("quantiles lie on straight lines between order statistics", () => {
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2.5);
    expect(quantile([5], 0.95)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("score", () => {
  const truth: TruthRecord = { kind: "events checked by hand at 100 Hz", contact_s: [1, 2, 3], toe_off_s: [0.6, 1.3, 2.3, null] };
  const rule = ruleFor(truth)!;
  const found = detection([[1.01, 1.32], [2.02, 2.29], [3.2, 3.4], [4, null]]);
  const result = score(truth, rule, found);

  test("counts what was found and what was not", () => {
    expect(result.ic).toEqual({ truth: 3, found: 4, matched: 2 });
    expect(result.tc).toEqual({ truth: 3, found: 3, matched: 2 });
    expect(recall(result.ic)).toBeCloseTo(2 / 3, 9);
    expect(precision(result.ic, result.complete)).toBe(0.5);
    expect(result.count).toEqual({ what: "contacts", truth: 3, found: 4, tolerance: null });
  });

  test("errors are found minus true", () => {
    const rounded = Object.fromEntries(Object.entries(result.errors_ms).map(([time, errors]) => [time, errors.map((error) => Math.round(error))]));
    // contact 1: 1.01→1.32 against 1→1.3; contact 2: 2.02→2.29 against 2→2.3; flight before contact 2: 1.32→2.02 against 1.3→2
    expect(rounded).toEqual({ ic: [10, 20], tc: [20, -10], contact: [10, -30], flight: [0] });
  });

  test("a toe-off belongs to the contact before it, across a hole to none", () => {
    const holes: TruthRecord = { kind: "optical motion capture, segmented strides only", contact_s: [1, 10], toe_off_s: [0.7, 9.5] };
    const of = score(holes, ruleFor(holes)!, detection([[0.2, 0.7], [1, 1.7], [8, 9.5], [10, 10.6]]));
    expect(of.errors_ms.contact).toEqual([]);
    expect(of.errors_ms.flight.map(Math.round)).toEqual([0, 0]);
    expect(precision(of.ic, of.complete)).toBeNull();
    expect(recall(of.tc)).toBe(1);
  });

  test("nothing found: no recall lost to division", () => {
    const none = score(truth, rule, detection([]));
    expect(report(none)).toMatchObject({ ic: { recall: 0, precision: null }, errors_ms: { ic: null } });
  });

  test("sums pool counts and errors", () => {
    const sum = pool([result, result]);
    expect(sum.ic).toEqual({ truth: 6, found: 8, matched: 4 });
    expect(sum.errors_ms.ic).toHaveLength(4);
    expect(sum.count_errors).toEqual([1, 1]);
    expect(pool([{ ...result, complete: false }, result]).complete).toBe(false);
  });
});

describe("the rule of each truth", () => {
  test.each<[TruthRecord | null, string | null, string | null, number | null]>([
    [{ kind: "simulated", hops: 3 }, "exact", "hops", 0],
    [{ kind: "counted by eye from plots", note: "…: allow +-1", contact_s: [1] }, "events", "contacts", 1],
    [{ kind: "optical motion capture, segmented strides only", contact_s: [1] }, "segmented strides", null, null],
    [{ kind: "events checked by hand at 100 Hz", contact_s: [1] }, "events", "contacts", null],
    [{ kind: "negative", contacts: 0 }, "negative", "hops and running contacts", 0],
    [{ kind: "no flight phase: 0 hops, 0 running contacts", hops: 0 }, "negative", "hops and running contacts", 0],
    [{ kind: "estimated by one reader from plots", contacts: 45, note: "hops in bouts only; allow +-3" }, "counted", "hops", 3],
    [{ kind: "one file a repetition" }, "cut apart", null, null],
    [{ kind: "window of each file is one ground contact of the right foot (inferred)" }, "cut apart", null, null],
    [{ kind: "something new", contact_s: [1, 2] }, "events", "contacts", null],
    [{ kind: "something new", hops: 7, note: "allow +-2" }, "counted", "hops", 2],
    [{ kind: "something new" }, null, null, null],
    [null, null, null, null],
  ])("%j is %s", (truth, name, count, tolerance) => {
    const rule = ruleFor(truth);
    expect([rule?.name ?? null, rule?.count ?? null, rule?.tolerance ?? null]).toEqual([name, count, tolerance]);
  });

  test("negatives allow walking and nothing else", () => {
    const truth: TruthRecord = { kind: "negative", contacts: 0 };
    const of = (contacts: readonly (readonly [number, number, string])[], hops: number) => score(truth, ruleFor(truth)!, detection(contacts, hops));
    expect(countIsOff(of([[1, 1.5, "walk"]], 0))).toBe(false);
    expect(countIsOff(of([[1, 1.5, "run"]], 0))).toBe(true);
    expect(countIsOff(of([], 1))).toBe(true);
  });

  test("a count is off only beyond its tolerance", () => {
    const truth: TruthRecord = { kind: "estimated by one reader from plots", contacts: 45, note: "allow +-3" };
    expect([41, 42, 48, 49].map((hops) => countIsOff(score(truth, ruleFor(truth)!, detection([], hops))))).toEqual([true, false, false, true]);
  });

  test.skipIf(!existsSync(SHARED))("every truth of the shared recordings has one", () => {
    const entries = JSON.parse(readFileSync(SHARED, "utf8")) as { file: string; truth: TruthRecord | null }[];
    const rules = new Map(entries.map(({ file, truth }) => [file, ruleFor(truth)?.name ?? "none"]));
    const of = (prefix: string) => [...new Set([...rules].filter(([file]) => file.startsWith(prefix)).map(([, rule]) => rule))];
    expect(Object.fromEntries(["run-", "walk-mocap", "walk-turn", "rope", "drop", "tremor", "wrist-drive", "cmu", "stairs"].map((p) => [p, of(p)]))).toEqual({
      "run-": ["events"],
      "walk-mocap": ["segmented strides"],
      "walk-turn": ["events"],
      rope: ["counted"],
      drop: ["negative"],
      tremor: ["negative"],
      "wrist-drive": ["negative"],
      cmu: ["cut apart"],
      stairs: ["none"],
    });
  });
});

describe("figures", () => {
  const truth: TruthRecord = { kind: "counted by eye from plots", note: "allow +-1", contacts: 3, contact_s: [1, 2, 3], toe_off_s: [1.3, 2.3, 3.3] };
  const scored = (found: Detection): Scored[] => [{ file: "made.csv", result: {} as Scored["result"], score: score(truth, ruleFor(truth)!, found) }];
  test("are reached", () => {
    expect(shortfalls(FIGURES.run!, scored(detection([[1.01, 1.31], [2.01, 2.31], [3.01, 3.31], [4, 4.3]])))).toEqual([]);
  });
  test("or it is said which are not", () => {
    expect(shortfalls(FIGURES.run!, scored(detection([[1.02, 1.34]])))).toEqual([
      "made.csv: 1 contacts, the truth says 3 ± 1",
      "initial contacts are off by 20.0 ms in the median, at most 15 ms asked",
      "toe-offs are off by 40.0 ms in the median, at most 25 ms asked",
    ]);
    expect(shortfalls(FIGURES["walk-turn"]!, scored(detection([])))).toEqual([
      "made.csv: 0 contacts, the truth says 3 ± 1",
      "recall of initial contacts is 0.000, at least 0.97 asked",
      "recall of toe-offs is 0.000, at least 0.97 asked",
      "precision of initial contacts is of nothing, at least 0.97 asked",
      "precision of toe-offs is of nothing, at least 0.97 asked",
    ]);
  });
});
