// Mean and SD in whole numbers.
import { Spread } from "../../firmware/beat/spread";

const SPREAD_AT: usize = memory.data(24, 16);
const s: Spread = changetype<Spread>(SPREAD_AT);

function clear(): void {
  s.sum = 0;
  s.squares = 0;
  s.count = 0;
}

describe("spread", () => {
  test("2 4 4 4 5 5 7 9: mean 5, sum of squared differences 32, SD of the sample sqrt(32 / 7)", () => {
    clear();
    s.add(2000, 1);
    for (let i: i32 = 0; i < 3; i++) s.add(4000, 1);
    for (let i: i32 = 0; i < 2; i++) s.add(5000, 1);
    s.add(7000, 1);
    s.add(9000, 1);
    expect(s.mean()).toBe(5000);
    expect(s.deviation()).toBe(32_000_000);
    expect(s.sd()).toBe(2138);
  });

  test("a value taken back leaves no trace", () => {
    clear();
    s.add(-300, 1);
    s.add(100, 1);
    s.add(9_999_999, 1);
    s.add(9_999_999, -1);
    expect(s.mean()).toBe(-100);
    expect(s.sd()).toBe(282);
  });

  test("90 000 values of ±10 s stay exact", () => {
    clear();
    for (let i: i32 = 0; i < 45_000; i++) {
      s.add(10_000_000, 1);
      s.add(-10_000_000, 1);
    }
    expect(s.mean()).toBe(0);
    expect(s.deviation()).toBe(9_000_000_000_000_000_000);
    expect(s.sd()).toBe(10_000_055);
  });

  test("halves round away from zero", () => {
    clear();
    s.add(1, 1);
    s.add(2, 1);
    expect(s.mean()).toBe(2);
    expect(s.deviation()).toBe(1); // 0.5, rounded up
  });
});
