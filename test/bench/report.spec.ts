// The benchmark's sums and targets, on outcomes made by hand: what falls short must show.
import { describe, expect, test } from "vitest";
import { score, ruleFor } from "../../sim/score.ts";
import { accuracy, counts, machinery, recordings, row, rows, type Ran } from "./report.ts";
import { cases, type Case } from "./suites.ts";
import type { Outcome } from "./task.ts";

const all = cases();
const CONTACTS = 20;

/** What a clip with these errors would come to on a set of 20 hops a half second apart. */
function outcome(ic_error_s: number, tc_error_s: number, hops_found = CONTACTS, runs = 0): Outcome {
  const ics = Array.from({ length: CONTACTS }, (_, index) => 2 + index / 2);
  const truth = { kind: "simulated", hops: CONTACTS, contact_s: ics, toe_off_s: ics.map((ic_s) => ic_s + 0.2) };
  const contacts = ics.map((ic_s) => ({ ic_s: ic_s + ic_error_s, tc_s: ic_s + 0.2 + tc_error_s, kind: "hop", flight_ms: 300 }));
  const found = { contacts, hops: hops_found };
  return {
    score: score(truth, ruleFor(truth)!, found),
    seconds: 15,
    hops: { truth: CONTACTS, found: hops_found },
    contacts: { truth: CONTACTS, found: CONTACTS },
    runs,
    faults: [],
  };
}

function set(suite: string, heldOut: boolean, result: Outcome): Ran {
  const each = all.find((one) => one.suite === suite && (one.body.seed % 2 !== 0) === heldOut) as Case;
  return { each, outcome: result };
}

/** The same without hops: running and walking. */
const still = (ran: Ran): Ran => ({ ...ran, outcome: { ...ran.outcome, hops: { truth: 0, found: 0 } } });
const good = (suite: string): Ran[] => [set(suite, false, outcome(0.001, 0.002)), set(suite, true, outcome(0.001, 0.002))];
const none: Outcome = { ...outcome(0, 0, 0), hops: { truth: 0, found: 0 }, contacts: { truth: 0, found: 0 } };
const fine = [...good("pogo 416 Hz"), ...good("run 416 Hz").map(still), ...good("walk").map(still), set("nothing to count", false, none), set("nothing to count", true, none)];
/** The names of the figures that fall short. */
const missed = (ran: readonly Ran[]): string[] => accuracy(ran).filter(({ pass }) => !pass).map(({ name }) => name.replaceAll(/ \d+/gu, " N"));

describe("benchmark", () => {
  test("draws at least 300 sets, the same ones each time, half of the people held out in every suite", () => {
    expect(all.length).toBeGreaterThanOrEqual(300);
    expect(cases()).toEqual(all);
    for (const suite of new Set(all.map((each) => each.suite))) {
      const own = all.filter((each) => each.suite === suite);
      expect(own.filter(({ body }) => body.seed % 2 !== 0), suite).toHaveLength(own.length / 2);
    }
  });

  test("covers tempi from 60 to 240, rates, chips, ranges, motors and rate errors to both sides", () => {
    const pogo = all.filter(({ exercise }) => exercise === "pogo");
    expect(Math.min(...pogo.map(({ body }) => body.bpm!))).toBeLessThan(66);
    expect(Math.max(...pogo.map(({ body }) => body.bpm!))).toBeGreaterThan(234);
    const values = (of: (each: Case) => unknown): unknown[] => [...new Set(all.map(of))].toSorted();
    expect(values(({ odr_hz }) => String(odr_hz))).toEqual(["104", "208", "416", "833"]);
    expect(values(({ world }) => world.chip)).toEqual(["lsm6ds3trc", "lsm6dso"]);
    expect(values(({ world }) => world.motor)).toEqual(["erm", "lra", "none"]);
    expect(values(({ range_g }) => String(range_g))).toEqual(["16", "8"]);
    expect(Math.min(...all.map(({ world }) => world.rate_error_ppm!))).toBeLessThan(-45_000);
    expect(Math.max(...all.map(({ world }) => world.rate_error_ppm!))).toBeGreaterThan(45_000);
  });

  test("passes what is within the figures", () => {
    expect(missed(fine)).toEqual([]);
    expect(accuracy(fine)).toHaveLength(22);
  });

  test("one hop too few in a set of held-out people fails twice: for all and for them", () => {
    const exact = "miscounted hops in N sets of N–90 contacts at N–200/min";
    expect(missed([...fine, set("pogo 416 Hz", true, outcome(0.001, 0.002, CONTACTS - 1))])).toEqual([exact, `${exact}, held out`]);
    expect(missed([...fine, set("pogo 416 Hz", false, outcome(0.001, 0.002, CONTACTS + 1))])).toEqual([exact]);
  });

  test("a missed and a doubled hop do not cancel out", () => {
    const ran = [set("pogo 416 Hz", false, outcome(0, 0, CONTACTS - 1)), set("pogo 416 Hz", false, outcome(0, 0, CONTACTS + 1))];
    expect(row("x", "all", ran)).toMatchObject({ truth: 40, found: 40, miscounted: 2, sets_off: 2 });
  });

  test("a hop or a run in a drive counts", () => {
    expect(counts(set("nothing to count", false, { ...none, runs: 1 })).off).toBe(1);
    expect(missed([...fine, set("nothing to count", false, { ...none, runs: 1 })])).toEqual(["miscounted elsewhere, N sets, N contacts"]);
  });

  test("late contacts and toe-offs of one movement fail for that movement, and so does nothing found at all", () => {
    const late = (ic_error_s: number, tc_error_s: number): Ran[] => [...fine.slice(2), set("pogo 416 Hz", false, outcome(ic_error_s, tc_error_s))];
    expect(missed(late(0.0045, 0.0045)).filter((name) => !name.endsWith("held out"))).toEqual(["pogo at N Hz, ic, Nth percentile of N"]);
    expect(missed(late(0, 0.009)).filter((name) => !name.endsWith("held out"))).toEqual(["pogo at N Hz, tc, Nth percentile of N", "pogo at N Hz, contact time, bias"]);
    expect(missed([])).toHaveLength(22);
  });

  test("rows are for all, tuned and held-out people of each suite", () => {
    expect(rows(fine).map(({ suite, half, sets }) => `${suite}/${half}/${sets}`).slice(0, 3)).toEqual(["pogo 416 Hz/all/2", "pogo 416 Hz/tuned/1", "pogo 416 Hz/held out/1"]);
  });

  test("a suite of recordings of which none could be scored is not reached", () => {
    expect(recordings([{ suite: "drop", scored: [] }]).map(({ pass }) => pass)).toEqual([false]);
  });

  test("budgets are bounds", () => {
    const at = { firmware_sha256: "", module_bytes: 24_576, memory_bytes: 8_192, costs: [{ chip: "x", samples: 1, mean: 1500, worst: 6000, contacts: 1 }], speed: 1000 };
    expect(machinery(at).map(({ pass }) => pass)).toEqual([true, true, true, true, true]);
    const over = { ...at, module_bytes: 24_577, memory_bytes: 8_193, costs: [{ ...at.costs[0]!, mean: 1501, worst: 6001 }], speed: 999 };
    expect(machinery(over).map(({ pass }) => pass)).toEqual([false, false, false, false, false]);
  });
});
