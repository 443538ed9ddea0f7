// Weekly mileage, and the calendar it and the workouts stand on.
import { describe, expect, test } from "vitest";
import { dateOf, dayNamed, dayOf, startOf_ms, weekOfDay } from "../../host/coach/day.ts";
import { mileage, mondayOf, rampLine, spread, weekOf, type Mileage } from "../../host/coach/mileage.ts";
import { onDay } from "./made.ts";

describe("the ramp", () => {
  test("is start + step·(block + week), without dust", () => {
    expect(rampLine({ start: 3.1, step: 0.7, weeks: 9, deload: 4 })).toBe("3.1 3.8 4.5 5.2 | 3.8 4.5 5.2 5.9 | 4.5");
    expect(mileage({ start: 10, step: 0, weeks: 1, deload: 6 })).toEqual([[10]]);
    for (const deload of [4, 5, 6]) {
      const blocks = mileage({ start: 8, step: 1.5, weeks: 5 * deload, deload });
      expect(blocks.map(({ length }) => length)).toEqual([deload, deload, deload, deload, deload]);
      // each block's first week is less than the week before it
      for (const [i, block] of blocks.slice(1).entries()) expect(block[0]!).toBeLessThan(blocks[i]!.at(-1)!);
    }
  });
});

describe("the week of the plan", () => {
  const plan: Mileage = { start: 10, step: 2, weeks: 12, deload: 4, unit: "km", from: "2026-01-05" };
  const sore = (day: number, score: number) => ({ at_ms: onDay(day), score, where: null });
  test("goes by the calendar, from Monday to Sunday", () => {
    expect(weekOf(plan, onDay(0, 0))).toEqual({ week: 1, distance: 10, deload: true, held: 0 });
    expect(weekOf(plan, onDay(6, 23))).toMatchObject({ week: 1 });
    expect(weekOf(plan, onDay(7, 0))).toMatchObject({ week: 2, distance: 12, deload: false });
    expect(weekOf(plan, onDay(28))).toMatchObject({ week: 5, distance: 12, deload: true });
    expect(weekOf(plan, onDay(83))).toMatchObject({ week: 12, distance: 20 });
    expect([weekOf(plan, onDay(-1)), weekOf(plan, onDay(84))]).toEqual([null, null]);
  });
  test("a week with pain above 3 is done again, once for all the pain in it", () => {
    expect(weekOf(plan, onDay(8), [sore(2, 4), sore(3, 7)])).toMatchObject({ week: 1, distance: 10, held: 1 });
    expect(weekOf(plan, onDay(8), [sore(2, 3)])).toMatchObject({ week: 2, held: 0 });
    expect(weekOf(plan, onDay(8), [sore(8, 9), sore(-3, 9)])).toMatchObject({ week: 2, held: 0 });
    expect(weekOf(plan, onDay(22), [sore(2, 4), sore(9, 4)])).toMatchObject({ week: 2, held: 2 });
  });
  test("its distance is spread over runs without a rest", () => {
    expect(spread(10, 3)).toEqual([3.3, 3.4, 3.3]);
    for (const [distance, runs] of [[14, 3], [7.25, 2], [0, 3], [5, 1]] as const) {
      const parts = spread(distance, runs);
      expect([parts.length, Number(parts.reduce((sum, part) => sum + part, 0).toFixed(2))]).toEqual([runs, distance]);
    }
    expect(spread(5, 0)).toEqual([]);
  });
});

describe("days", () => {
  test("follow one another through the year, whatever the clocks do", () => {
    const first = dayOf(onDay(0, 0));
    for (let day = 0; day < 400; day++) {
      expect([dayOf(onDay(day, 0)), dayOf(onDay(day, 23))]).toEqual([first + day, first + day]);
      expect(startOf_ms(first + day)).toBe(onDay(day, 0));
    }
  });
  test("have a name, a week that begins on Monday, and come back from their name", () => {
    const monday = dayOf(onDay(0));
    expect([dateOf(monday), dateOf(monday + 6), dateOf(monday - 1)]).toEqual(["Mon 2026-01-05", "Sun 2026-01-11", "Sun 2026-01-04"]);
    expect([weekOfDay(monday + 6) - weekOfDay(monday), weekOfDay(monday + 7) - weekOfDay(monday), weekOfDay(monday - 1) - weekOfDay(monday)]).toEqual([0, 1, -1]);
    expect([dayNamed("2026-01-05"), dayNamed("2026-02-30"), dayNamed("5 January"), dayNamed("2026-13-01")]).toEqual([monday, null, null, null]);
    expect([mondayOf(monday), mondayOf(monday + 6), mondayOf(monday - 1)]).toEqual(["2026-01-05", "2026-01-05", "2025-12-29"]);
  });
  test("are those of the machine's time zone", () => {
    const zone = process.env.TZ;
    try {
      process.env.TZ = "Pacific/Auckland";
      const there = dateOf(dayOf(Date.UTC(2026, 0, 5, 20)));
      process.env.TZ = "America/Los_Angeles";
      expect([there, dateOf(dayOf(Date.UTC(2026, 0, 5, 3)))]).toEqual(["Tue 2026-01-06", "Sun 2026-01-04"]);
      // 8 March 2026 has 23 hours there
      const short = dayOf(new Date(2026, 2, 8, 12).getTime());
      expect([startOf_ms(short + 1) - startOf_ms(short), dateOf(short)]).toEqual([23 * 3_600_000, "Sun 2026-03-08"]);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });
});
