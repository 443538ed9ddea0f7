// The generator: the published sequence, streams that do not disturb each other, and moments of its distributions.
import { describe, expect, it } from "vitest";
import { Random } from "../../sim/random.ts";

describe("Random", () => {
  it("gives the sequence of xoshiro128** from the state 1 2 3 4", () => {
    const random = new Random(0);
    random["state"].set([1, 2, 3, 4]);
    const drawn = Array.from({ length: 10 }, () => random.bits() >>> 0);
    // reference vector of rand_xoshiro, made with the C code of the paper
    expect(drawn).toEqual([11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
  });

  it("repeats itself for a seed and differs between seeds, also in the high half", () => {
    const first = (seed: number): number[] => Array.from({ length: 4 }, ((random) => () => random.bits())(new Random(seed)));
    expect(first(5)).toEqual(first(5));
    expect(first(5)).not.toEqual(first(6));
    expect(first(5)).not.toEqual(first(5 + 2 ** 40));
  });

  it("forks by name, whatever was drawn before", () => {
    const untouched = new Random(9).fork("imu").bits();
    const parent = new Random(9);
    parent.bits();
    parent.fork("motor").bits();
    expect(parent.fork("imu").bits()).toBe(untouched);
    expect(parent.fork("motor").bits()).not.toBe(untouched);
    expect(new Random(10).fork("imu").bits()).not.toBe(untouched);
  });

  it("is uniform: every tenth holds a tenth", () => {
    const random = new Random(3);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 100_000; index += 1) tenths[Math.floor(random.uniform() * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400); // 4.2 standard deviations
    for (let index = 0; index < 1000; index += 1) {
      const value = random.uniform(-2, 3);
      expect(value >= -2 && value < 3).toBe(true);
    }
  });

  it("is normal: mean 0, variance 1, kurtosis 3, 0.27 % beyond three", () => {
    const random = new Random(4);
    const count = 400_000;
    let sum = 0;
    let square = 0;
    let fourth = 0;
    let beyond = 0;
    for (let index = 0; index < count; index += 1) {
      const value = random.gaussian();
      sum += value;
      square += value ** 2;
      fourth += value ** 4;
      if (Math.abs(value) > 3) beyond += 1;
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.008);
    expect(Math.abs(square / count - 1)).toBeLessThan(0.01);
    expect(Math.abs(fourth / count - 3)).toBeLessThan(0.08);
    expect(beyond / count).toBeGreaterThan(0.0022);
    expect(beyond / count).toBeLessThan(0.0032);
  });
});
