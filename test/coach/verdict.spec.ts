// The verdict: what the clip found in words, each sentence with its number, and no fault that may be the measurement.
import { describe, expect, test } from "vitest";
import { ERRORS, POGO } from "../../host/coach/limits.ts";
import { DRILLS, type Drill } from "../../host/coach/programme.ts";
import { errorOfSd, verdictOn, wrongOf, type Finding } from "../../host/coach/verdict.ts";
import type { SetFlaw } from "../../host/clip/event.ts";
import type { SetHead } from "../../host/record.ts";
import { Random } from "../../sim/random.ts";
import { LOW, UNEVEN, made, type Made } from "./made.ts";

const findingOf = (set: SetHead, topic: string): Finding => verdictOn(set).findings.find((finding) => finding.topic === topic)!;
const of = (exercise: Drill, target: number | null, topic: string, more: Made = {}): Finding => findingOf(made(exercise, target, more), topic);

describe("a clean set", () => {
  test.each([
    ["pogo", 75, "Clean set: 75 contacts, bounce height held, rhythm steady, no beat missed, no double bounces."],
    ["calf", 30, "Clean set: 30 clean raises, every one clean."],
    ["calf-bent", 30, "Clean set: 30 clean raises, every one clean."],
    ["wall-sit", 45, "Clean set: 45.5 s held, unbroken, steady."],
    ["step-down", 15, "Clean set: 15 clean taps, every one clean."],
    ["run", 5, "Clean set: the cadence was kept."],
  ] as const)("of %s is said so", (exercise, target, headline) => {
    const verdict = verdictOn(made(exercise, target));
    expect([verdict.clean, verdict.headline]).toEqual([true, headline]);
    expect(verdict.findings.every(({ near }) => !near)).toBe(true);
  });
});

describe("pogo", () => {
  test("contacts: 95 % are enough, and one may be the count", () => {
    expect(of("pogo", 75, "contacts").sentence).toBe("75 contacts (± 1), 75 asked for: done.");
    const short: Made = { flaws: ["short"] };
    // 95 % of 75 are 71.25: 72 are enough; 71 are too few by no more than the count may be off
    expect(of("pogo", 75, "contacts", { set: { hops: 71 }, ...short })).toMatchObject({ ok: true, near: true, evidence: { value: 71, error: 1, limit: 72 } });
    expect(of("pogo", 75, "contacts", { set: { hops: 70 }, ...short })).toMatchObject({ ok: false, sentence: "70 contacts (± 1), 75 asked for: too few." });
    expect(of("pogo", null, "contacts", { set: { hops: 70 } })).toMatchObject({ ok: null, sentence: "70 contacts (± 1); none were asked for." });
  });

  test("nothing is not nearly enough, however few were asked for; and has no rhythm", () => {
    expect(of("pogo", 1, "contacts", { set: { hops: 0 }, flaws: ["short"] })).toMatchObject({ ok: false });
    expect(of("pogo", 10, "rhythm", { set: { hops: 0 } })).toMatchObject({ ok: null, sentence: "Rhythm could not be judged: too few hops." });
    expect(of("step-down", 1, "taps", { values: { taps: 0, clean_taps: 0 }, flaws: ["short"] })).toMatchObject({ ok: false });
  });

  test("a loss of height that the clip tells is one only beyond its error", () => {
    expect(of("pogo", 75, "height", LOW)).toMatchObject({
      ok: false,
      sentence: "Bounce height lost: 4.90 cm in the best third, 4.00 cm in the last: −0.90 cm (± 0.16 cm).",
    });
    const within = of("pogo", 75, "height", { values: { height_mm_best: 49, height_mm_last: 46, height_mm_error: 3 }, flaws: ["height"] });
    expect(within).toMatchObject({ ok: null, sentence: "Bounce height not told from held: 4.90 cm in the best third, 4.60 cm in the last: −0.30 cm (± 0.30 cm), no more than measuring may be off." });
    expect(verdictOn(made("pogo", 75, { values: { height_mm_last: 46, height_mm_error: 3 }, flaws: ["height"] })).clean).toBe(true);
    expect(of("pogo", 75, "height", { values: { height_mm_best: null, height_mm_last: null, height_mm_error: null } })).toMatchObject({ ok: null, evidence: { value: null } });
    expect(of("pogo", 75, "height", { values: { height_mm_last: 49.4 } }).sentence).toContain("held: 4.90 cm in the best third, 4.94 cm in the last: +0.04 cm");
  });

  test("rhythm: an SD of 41 ± 7 ms is not called lost", () => {
    const at = (sd_ms: number, hops: number) => of("pogo", 75, "rhythm", { set: { beat_error_ms_sd: sd_ms, hops }, flaws: sd_ms > POGO.beat_ms_sd_max ? ["rhythm"] : [] });
    expect(at(41, 75)).toMatchObject({ ok: null, evidence: { value: 41, limit: 40 } });
    expect(at(41, 75).sentence).toBe("Rhythm not told from steady: landings spread 41 ms (± 7 ms) around the beat (SD), up to 40 ms is steady; on average 6 ms before it.");
    expect(at(41, 75).evidence.error).toBeCloseTo((1.96 * 41) / Math.sqrt(2 * 74), 9);
    expect(at(70, 75)).toMatchObject({ ok: false });
    expect(at(39, 75)).toMatchObject({ ok: true, near: true });
    expect(at(12, 75)).toMatchObject({ ok: true, near: false });
  });

  test("rhythm without a beat is that of the intervals, a tenth of their mean", () => {
    const free = (sd_ms: number): Finding =>
      of("pogo", 75, "rhythm", { bpm: null, set: { beats: 0, beat_error_ms_sd: null, beat_error_ms_mean: null, cadence_spm: 120 }, values: { interval_ms_sd: sd_ms }, flaws: sd_ms > 50 ? ["rhythm"] : [] });
    expect(free(30)).toMatchObject({ ok: true, evidence: { name: "interval_ms_sd", value: 30, limit: 50 } });
    expect(free(80)).toMatchObject({ ok: false });
  });

  test("a twentieth of the beats may be missed, of the hops double, and one more may be the count", () => {
    const missed = (missed_beats: number): Finding => of("pogo", 75, "missed", { set: { missed_beats }, flaws: missed_beats > 3 ? ["missed"] : [] });
    expect([2, 3, 4, 5].map((count) => missed(count).ok)).toEqual([true, true, null, false]);
    expect(missed(5).sentence).toBe("5 of 75 beats without a landing (± 1), up to 3 may be: too many.");
    const double = (double_bounces: number): Finding => of("pogo", 75, "double", { values: { double_bounces }, flaws: double_bounces > 3 ? ["double"] : [] });
    expect([2, 3, 4, 5].map((count) => double(count).ok)).toEqual([true, true, null, false]);
  });

  test("both lost are both said", () => {
    const both = made("pogo", 75, { set: UNEVEN.set!, values: LOW.values!, flaws: ["height", "rhythm"] });
    expect(verdictOn(both)).toMatchObject({ clean: false, headline: "Not clean yet: bounce height was lost and the rhythm was lost." });
  });
});

describe("calf raises", () => {
  test("clean ones are counted against the target; of 30 one may be told wrong, of 10 none", () => {
    const at = (clean_reps: number, reps: number, target: number): Finding =>
      of("calf", target, "raises", { values: { reps, clean_reps }, flaws: clean_reps < target ? ["short", "rhythm"] : [] });
    expect([wrongOf(10, ERRORS.raise_share), wrongOf(30, ERRORS.raise_share)]).toEqual([0, 1]);
    expect([at(30, 30, 30).ok, at(29, 30, 30).ok, at(28, 30, 30).ok]).toEqual([true, true, false]);
    expect([at(10, 10, 10).ok, at(9, 10, 10).ok]).toEqual([true, false]);
    expect(at(28, 30, 30).sentence).toBe("28 of 30 raises clean (± 1), 30 asked for: too few.");
  });
  test("what was wrong with the others is said", () => {
    const some = made("calf", 30, { values: { reps: 34, clean_reps: 30 }, flaws: ["height", "rhythm"] });
    expect(findingOf(some, "form")).toMatchObject({ ok: false, sentence: "4 of 34 raises not clean (± 1): too low and too fast." });
    expect(findingOf(made("calf", 30, { values: { reps: 31, clean_reps: 30 }, flaws: ["wobble"] }), "form")).toMatchObject({ ok: null });
    expect(findingOf(some, "height").sentence).toBe("38.5° high on average (± 1.9°), own full height 40.0°; below 31.2° is partial.");
    expect(findingOf(some, "tempo").sentence).toBe("0.9 s up, 0.3 s at the top, 1.0 s down on average; under 0.25 s is too fast.");
  });
});

describe("wall sit", () => {
  const hold = (hold_ms_max: number, flaws: readonly SetFlaw[] = hold_ms_max < 45_000 ? ["short"] : []): Finding => of("wall-sit", 45, "hold", { values: { hold_ms_max }, flaws });
  test("44.9 s of 45 s are met, 44.7 s are not: the clip times to 0.2 s", () => {
    expect(hold(44_900)).toMatchObject({ ok: true, near: true, sentence: "Longest hold 44.9 s (± 0.2 s), 45 s asked for: done." });
    expect(hold(44_700)).toMatchObject({ ok: false, sentence: "Longest hold 44.7 s (± 0.2 s), 45 s asked for: not long enough." });
  });
  test("the touch-down that ends a hold of the whole time is none that broke it", () => {
    const touched = (hold_ms_max: number, holds: number, unbroken_holds: number): Finding =>
      of("wall-sit", 45, "touches", { values: { hold_ms_max, holds, unbroken_holds }, flaws: hold_ms_max < 44_800 ? ["short", "missed"] : ["missed"] });
    expect(touched(46_000, 1, 0)).toMatchObject({ ok: true, sentence: "1 touch-down in 1 hold; one of them ended the hold that was asked for." });
    expect(touched(46_000, 3, 1)).toMatchObject({ ok: false, sentence: "2 touch-downs in 3 holds; one of them ended the hold that was asked for." });
    expect(touched(30_000, 2, 1)).toMatchObject({ ok: false });
  });
  test("trembling is told beyond 1 % of it", () => {
    const tremor = (dps: number): boolean | null => of("wall-sit", 45, "tremor", { values: { tremor_dps_mean: dps }, flaws: dps > 30 ? ["wobble"] : [] }).ok;
    expect([29, 30.2, 31].map(tremor)).toEqual([true, null, false]);
  });
  test("with both feet on the floor the set's own time is told and nothing judged", () => {
    const verdict = verdictOn(made("wall-sit", 30, { rung: "double", values: { holds: 0, unbroken_holds: 0, hold_ms_max: null, tremor_dps_mean: null }, flaws: ["short"] }));
    expect(verdict).toMatchObject({ clean: true, headline: "Nothing could be judged." });
    expect(verdict.findings[0]!.sentence).toBe("The set lasted 33.0 s, 30 s asked for; with both feet on the floor the clip cannot feel the hold.");
  });
});

describe("step-downs and runs", () => {
  test("taps: one may be the count", () => {
    const taps = (clean_taps: number): boolean | null => of("step-down", 15, "taps", { values: { clean_taps }, flaws: clean_taps < 15 ? ["short", "rhythm"] : [] }).ok;
    expect([15, 14, 13].map(taps)).toEqual([true, true, false]);
    expect(of("step-down", 15, "form", { values: { clean_taps: 12 }, flaws: ["rhythm"] }).sentence).toBe("3 of 15 taps not clean (± 1): stomped or stood on.");
  });
  test("a quarter of the strides may be outside of the band, and two at each crossing are not told for certain", () => {
    const band = (strides_in_band: number): Finding => of("run", 5, "band", { values: { strides_judged: 100, strides_in_band, times_out_of_band: 4 }, flaws: strides_in_band < 75 ? ["band"] : [] });
    expect(band(72).evidence).toMatchObject({ value: 28, error: 6, limit: 25 });
    expect([band(80).ok, band(72).ok, band(60).ok]).toEqual([true, null, false]);
    expect(band(60).sentence).toBe("40 % of 100 strides (± 6 %) outside of 168.0 ± 5.0 steps/min, up to 25 % may be: too many.");
    expect(of("run", 5, "cadence").sentence).toBe("168.0 steps/min on average, own cadence 160.0, 5 % more asked for; 160 to 180 is the programme's range.");
    expect(of("run", 5, "cadence", { set: { cadence_spm: 150 } }).ok).toBe(null);
  });
});

describe("without the clip's verdict", () => {
  test("what the summary tells is judged, the rest is not", () => {
    const verdict = verdictOn(made("pogo", 75, { set: { hops: 40, beat_error_ms_sd: 70 }, values: null }));
    expect(verdict.findings.map(({ topic, ok }) => [topic, ok])).toEqual([["contacts", false], ["height", null], ["rhythm", false], ["missed", true]]);
    for (const exercise of DRILLS.slice(1)) {
      const other = verdictOn(made(exercise, 20, { values: null }));
      expect([exercise, other.clean, other.findings[0]!.ok]).toEqual([exercise, true, null]);
    }
  });
  test("and where it judged another target the number decides", () => {
    const set = made("pogo", 75, { set: { hops: 40 } });
    expect(findingOf({ ...set, verdict: { ...set.verdict!, target: null } }, "contacts").ok).toBe(false);
    expect(findingOf({ ...set, target: null }, "contacts").evidence.limit).toBe(72);
  });
});

/** Decimals that a sentence has of a value in a unit. */
const DIGITS: Readonly<Record<string, number>> = { cm: 2, s: 1, "°": 1, "°/s": 1, g: 1, "steps/min": 1 };

test("over random sets every sentence has its number, clean is no finding false, and no fault is within its error", () => {
  const random = new Random(5);
  const FLAWS: readonly SetFlaw[] = ["short", "height", "rhythm", "missed", "double", "wobble", "band"];
  const seen = new Set<string>();
  for (let i = 0; i < 4000; i++) {
    const exercise = DRILLS[random.below(DRILLS.length)]!;
    const any = (most: number): number => random.uniform(0, most);
    const count = random.below(100);
    const some = random.below(count + 1);
    const best = any(80);
    const values = {
      height_mm_best: best, height_mm_last: any(80), height_mm_error: any(6), interval_ms_sd: any(80), double_bounces: random.below(8),
      reps: count, clean_reps: some, full_height_deg: any(50), height_deg_mean: any(50), up_ms_mean: any(2000), hold_ms_mean: any(2000), down_ms_mean: any(2000),
      holds: 1 + random.below(3), unbroken_holds: random.below(2), hold_ms_max: any(90_000), tremor_dps_mean: any(50),
      taps: count, clean_taps: some, tap_g_max: any(20), tap_g_mean: any(5),
      baseline_spm: any(190), tempo_spm: any(190), band_spm: 5, strides_judged: count, strides_in_band: some, times_out_of_band: random.below(10),
    };
    const set = made(exercise, random.below(4) === 0 ? null : 1 + random.below(90), {
      set: { hops: random.below(100), beats: random.below(100), missed_beats: random.below(9), beat_error_ms_sd: any(80), cadence_spm: any(190), duration_ms: any(60_000) },
      values: random.below(10) === 0 ? null : Object.fromEntries(Object.entries(values).map(([name, value]) => [name, random.below(20) === 0 ? null : value])),
      flaws: FLAWS.filter(() => random.below(2) === 0),
      rung: random.below(5) === 0 ? "double" : null,
    });
    const verdict = verdictOn(set);
    expect(verdict.clean).toBe(verdict.findings.every(({ ok }) => ok !== false));
    expect(verdict.headline.startsWith("Not clean yet")).toBe(!verdict.clean);
    for (const { topic, ok, sentence, evidence } of verdict.findings) {
      const { value, error, limit, unit } = evidence;
      seen.add(`${exercise} ${topic} ${ok}`);
      expect(sentence).not.toMatch(/NaN|undefined|null|Infinity/u);
      if (value === null) expect([sentence, ok]).toEqual([sentence, null]);
      else expect([sentence, sentence.includes(Math.abs(value).toFixed(DIGITS[unit] ?? 0))]).toEqual([sentence, true]);
      if (ok !== false) continue;
      expect(limit).not.toBe(null);
      expect(Math.abs((value as number) - (limit as number))).toBeGreaterThan(error ?? 0);
    }
  }
  // Each exercise was judged both ways.
  for (const each of ["pogo contacts", "pogo height", "pogo rhythm", "pogo missed", "pogo double", "calf raises", "calf form", "wall-sit hold", "wall-sit touches", "wall-sit tremor", "step-down taps", "step-down form", "run band"]) {
    expect([each, seen.has(`${each} true`), seen.has(`${each} false`)]).toEqual([each, true, true]);
  }
});

test("what is wrong by chance: the SD of few values is uncertain, and of many raises some are told wrong", () => {
  expect([errorOfSd(10, 1), errorOfSd(10, 3)]).toEqual([null, 9.8]);
  // Poisson: of a mean of 3 at most 6 in 95 of 100
  expect([wrongOf(300, 0.01), wrongOf(0, 0.01)]).toEqual([6, 0]);
});
