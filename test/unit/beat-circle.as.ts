// Statistics of beat errors on the circle.
import { Circle } from "../../firmware/beat/circle";
import { Spread } from "../../firmware/beat/spread";

const CIRCLE_AT: usize = memory.data(400, 16);
const WHOLE_AT: usize = memory.data(24, 16);
const circle: Circle = changetype<Circle>(CIRCLE_AT);
const whole: Spread = changetype<Spread>(WHOLE_AT);
const T: i32 = 400_000;

function clear(): void {
  for (let at: usize = 0; at < 400; at++) store<u8>(CIRCLE_AT + at, 0);
}

function mean(): i32 {
  circle.unroll(whole);
  return circle.wrap(<i32>whole.mean());
}

describe("circle", () => {
  test("holds no more than it says", () => {
    expect(Circle.BYTES).toBe(392);
  });

  test("without a wrap it is the plain mean and SD", () => {
    clear();
    circle.add(-10_000, T, 1);
    circle.add(20_000, T, 1);
    circle.add(50_000, T, 1);
    expect(mean()).toBe(20_000);
    expect(whole.sd()).toBe(30_000);
  });

  test("errors around half a beat are neighbours", () => {
    clear();
    circle.add(190_000, T, 1);
    circle.add(-190_000, T, 1); // 210 000
    circle.add(200_000, T, 1);
    expect(mean()).toBe(200_000);
    expect(whole.sd()).toBe(10_000);
  });

  test("a mean beyond half a beat is early for the next beat", () => {
    clear();
    circle.add(199_000, T, 1);
    circle.add(-180_000, T, 1); // 220 000
    circle.add(-181_000, T, 1); // 219 000
    expect(mean()).toBe(-187_333); // 212 667 - 400 000
  });

  test("every centre of a cluster gives the same spread", () => {
    for (let centre: i32 = -199_999; centre <= 200_000; centre += 7_919) {
      clear();
      for (let i: i32 = -2; i <= 2; i++) {
        let error = centre + i * 15_000;
        if (error > 200_000) error -= T;
        if (error <= -200_000) error += T;
        circle.add(error, T, 1);
      }
      expect(mean()).toBe(centre);
      expect(whole.sd()).toBe(23_717); // 15000 * sqrt(2.5)
    }
  });

  test("each error is unrolled by the beat of its own tempo", () => {
    clear();
    circle.add(190_000, T, 1);
    circle.add(-490_000, 1_000_000, 1); // half a beat at 60/min: 510 000
    circle.add(500_000, 1_000_000, 1);
    circle.unroll(whole);
    expect(whole.sum).toBe(1_200_000);
  });

  test("a value taken back leaves no trace", () => {
    clear();
    circle.add(5_000, T, 1);
    circle.add(-200_000 + 1, T, 1);
    circle.add(-200_000 + 1, T, -1);
    expect(mean()).toBe(5_000);
    expect(circle.count).toBe(1);
  });
});
