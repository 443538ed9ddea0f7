// Float: the time the force fell below the threshold lies between samples; length, end, and the pull of the take-off.
import { Float } from "../../firmware/detect/float";
import { Signal } from "../../firmware/detect/signal";

const FLOAT_AT: usize = memory.data(96, 16);
const SIGNAL_AT: usize = memory.data(192, 16);
const float: Float = changetype<Float>(FLOAT_AT);
const signal: Signal = changetype<Signal>(SIGNAL_AT);
const DT_US: u32 = 2400;

function begin(gyro: bool, force_mg: i32): void {
  memory.fill(FLOAT_AT, 0, 96);
  memory.fill(SIGNAL_AT, 0, 192);
  signal.gyro = gyro;
  signal.t_us = 7600;
  signal.dt_us = DT_US;
  signal.force_mg = force_mg;
  signal.mean_q4 = 16000;
}

/** The next sample, one period later. */
function next(force_mg: i32, climb_mg: i32 = 0): void {
  signal.t_us += DT_US;
  signal.centre_us = signal.t_us - 2 * DT_US;
  signal.before_mg = signal.force_mg;
  signal.force_mg = force_mg;
  signal.climb_mg = climb_mg;
  float.push(signal);
}

describe("float", () => {
  test("begins where the line between two samples crosses 0.65 g", () => {
    begin(true, 1000);
    next(300); // 10000 µs: half of the fall of 700 mg lies below 650
    expect(float.active).toBe(true);
    expect(float.begin_us).toBe(8800);
    expect(float.length_us(signal.t_us)).toBe(1200);
    begin(true, 850);
    next(250); // two thirds of 600 mg
    expect(float.begin_us).toBe(8400);
    begin(true, 651);
    next(649);
    expect(float.begin_us).toBe(8800);
  });
  test("begins at the sample where the one before lay below already", () => {
    begin(true, 650);
    next(640);
    expect(float.begin_us).toBe(10000);
  });
  test("begins earlier by what the calming of the motor delays", () => {
    begin(true, 1000);
    signal.lag_us = 3600;
    next(300);
    expect(float.begin_us).toBe(5200);
    begin(true, 650);
    signal.lag_us = 3600;
    next(640);
    expect(float.begin_us).toBe(6400);
  });
  test("does not begin at the threshold", () => {
    begin(true, 1000);
    next(650);
    expect(float.active).toBe(false);
    expect(float.length_us(signal.t_us)).toBe(0);
    expect(float.recent_us(signal.t_us)).toBe(0);
  });
  test("ends with two samples above 0.8 g, at the first of them", () => {
    begin(true, 1000);
    next(300); // 10000
    next(300);
    next(900); // 14800
    expect(float.active).toBe(true);
    next(900); // 17200
    expect(float.active).toBe(false);
    expect(float.end_us).toBe(14800);
    expect(float.longest_us).toBe(6000);
    expect(float.length_us(signal.t_us)).toBe(0);
  });
  test("one sample above, or any at 0.8 g, do not end it", () => {
    begin(true, 1000);
    next(300);
    next(3000);
    next(300);
    next(800);
    next(800);
    next(800);
    expect(float.active).toBe(true);
    expect(float.begin_us).toBe(8800);
  });
  test("is recent for 30 ms after its end", () => {
    begin(true, 1000);
    next(300);
    next(300);
    next(900);
    next(900);
    expect(float.recent_us(14800 + 29999)).toBe(6000);
    expect(float.recent_us(14800 + 30000)).toBe(0);
  });
  test("the longest one is kept", () => {
    begin(true, 1000);
    for (let n: i32 = 0; n < 20; n++) next(300);
    next(900);
    next(900);
    const longest_us = float.longest_us;
    expect(longest_us).toBe(1200 + 20 * 2400);
    next(300);
    next(900);
    next(900);
    expect(float.longest_us).toBe(longest_us);
  });
  test("without gyroscope the threshold is 7/16 of the mean level, from 0.65 to 1.5 g", () => {
    begin(false, 1200);
    next(1000);
    expect(float.limit_mg).toBe(650);
    expect(float.active).toBe(false);
    signal.mean_q4 = 2400 << 4;
    next(1000);
    expect(float.limit_mg).toBe(1050);
    expect(float.active).toBe(true);
    signal.mean_q4 = 8000 << 4;
    next(1000);
    expect(float.limit_mg).toBe(1500);
  });
  test("a pull is the first sample of a fast climb", () => {
    begin(true, 1000);
    next(1500, 500);
    expect(float.rise_us).toBe(0);
    next(2100, 600); // 12400, centre 7600
    expect(float.rise_us).toBe(7600);
    next(2700, 700);
    next(2900, 200);
    next(3600, 700);
    expect(float.rise_us).toBe(7600);
    next(3700, 199);
    next(4300, 600); // 24400, centre 19600
    expect(float.rise_us).toBe(19600);
  });
  test("the take-off is the pull where one came in the 80 ms before, else the float's begin", () => {
    begin(true, 1000);
    float.begin_us = 1000000;
    float.rise_us = 940000;
    expect(float.takeoff(900000)).toBe(940000);
    expect(float.takeoff(940000)).toBe(1000000);
    float.rise_us = 920000;
    expect(float.takeoff(900000)).toBe(1000000);
    float.rise_us = 920001;
    expect(float.takeoff(900000)).toBe(920001);
    float.rise_us = 1000000;
    expect(float.takeoff(900000)).toBe(1000000);
  });
});
