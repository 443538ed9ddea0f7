// Tap: a touch with the toes up is the floor, one of a flat foot the step unless it is far lower; how hard and for how long the heel was down.
import { Posture } from "../../firmware/detect/posture";
import { Rep } from "../../firmware/detect/rep";
import { Tap } from "../../firmware/detect/tap";
import { LOG_NONE, REP_FAST, REP_OPEN } from "../../firmware/wire/layout";

const POSTURE_AT: usize = memory.data(256, 16);
const TAP_AT: usize = memory.data(256, 16);
const REP_AT: usize = memory.data(48, 16);
const posture: Posture = changetype<Posture>(POSTURE_AT);
const tap: Tap = changetype<Tap>(TAP_AT);
const rep: Rep = changetype<Rep>(REP_AT);
const STEP_US: u64 = 10000;
const START_US: u64 = 5000000;

function begin(): void {
  memory.fill(POSTURE_AT, 0, 256);
  memory.fill(REP_AT, 0, 48);
  tap.reset();
  posture.t_us = START_US;
  stay(300);
}

/** Steps at rest; how many reps they gave. */
function stay(ms: i32): i32 {
  let found = 0;
  for (let n: i32 = 0; n < ms / 10; n++) {
    posture.t_us += STEP_US;
    posture.rest_us += <i32>STEP_US;
    posture.jolt_mg = 20;
    if (tap.step(posture, rep)) found += 1;
  }
  return found;
}

/** Moves evenly by `way_mm`, off by an accelerometer's error of `drift_mmps` a second, and meets the ground with a jolt of `mg` (0: none). */
function move(ms: i32, way_mm: i32, mg: i32, drift_mmps: i32 = 0): i32 {
  const count = ms / 10;
  let found = 0;
  posture.rest_us = 0;
  const speed_q8 = (way_mm << 8) * 1000 / ms;
  for (let n: i32 = 0; n < count; n++) {
    const gained_q8 = (drift_mmps << 8) / 100;
    posture.t_us += STEP_US;
    posture.speed_q8 += (n == 0 ? speed_q8 : 0) + gained_q8;
    posture.height_um += posture.speed_q8 * 10 / 256;
    posture.jolt_mg = 20;
    if (tap.step(posture, rep)) found += 1;
  }
  posture.speed_q8 -= speed_q8;
  posture.t_us += STEP_US;
  posture.jolt_mg = mg;
  if (tap.step(posture, rep)) found += 1;
  return found;
}

describe("tap", () => {
  test("down, up: one clean rep with its times and impacts", () => {
    begin();
    expect(move(1000, -150, 1500)).toBe(0);
    expect(stay(200)).toBe(0);
    expect(move(800, 150, 2000)).toBe(0);
    expect(stay(300)).toBe(1);
    expect(rep.id).toBe(1);
    expect(rep.top).toBe(1500);
    expect(rep.wobble).toBe(2000);
    expect(rep.flaws).toBe(0);
    expect(abs(rep.up_ms - 1000)).toBeLessThan(60);
    expect(abs(rep.hold_ms - 200)).toBeLessThan(60);
    expect(abs(rep.down_ms - 800)).toBeLessThan(60);
  });
  test("an accelerometer's error does not make a floor of the step", () => {
    begin();
    move(1500, 0, 1500, -100); // 112 mm down by the look of it
    stay(400);
    expect(move(800, 0, 1500)).toBe(0);
    expect(stay(3000)).toBe(0);
  });
  test("a heel that comes down at 0.5 m/s is stomped", () => {
    begin();
    move(300, -150, 3000);
    stay(200);
    move(800, 150, 2000);
    stay(300);
    expect(rep.flaws).toBe(REP_FAST);
  });
  test("a foot that stays 0.7 s on the floor is stood on", () => {
    begin();
    move(1000, -150, 1500);
    stay(700);
    move(800, 150, 2000);
    stay(300);
    expect(rep.flaws).toBe(REP_FAST);
  });
  test("a foot that does not come back ends an open rep", () => {
    begin();
    move(1000, -150, 1500);
    expect(stay(2500)).toBe(1);
    expect(rep.down_ms).toBe(LOG_NONE);
    expect(rep.flaws & REP_OPEN).toBe(REP_OPEN);
  });
  test("a foot that hovers over the step ends its rep", () => {
    begin();
    move(1000, -150, 1500);
    stay(200);
    expect(move(800, 150, 20)).toBe(0);
    expect(move(1500, 0, 20)).toBe(1);
    expect(rep.flaws).toBe(0);
    expect(rep.wobble).toBe(LOG_NONE);
  });
  test("a heel that touches with the toes up taps, however high it seems", () => {
    begin();
    posture.pitch_ddeg = 150;
    move(1000, 0, 1500);
    stay(200);
    posture.pitch_ddeg = 0;
    move(800, 150, 2000);
    expect(stay(300)).toBe(1);
    expect(rep.flaws).toBe(0);
  });
  test("a reach that meets nothing and returns to the step is no tap", () => {
    begin();
    posture.pitch_ddeg = 150;
    expect(move(1000, -130, 20)).toBe(0);
    posture.pitch_ddeg = 0;
    expect(move(1200, 50, 1500)).toBe(0); // 80 mm lower by the look of it, after 2.2 s
    expect(stay(3000)).toBe(0);
  });
  test("the next tap of a foot that meets no step ends the rep before it", () => {
    begin();
    posture.pitch_ddeg = 150;
    move(1000, -150, 1500);
    stay(150);
    move(500, 150, 20);
    expect(move(900, -150, 1500) + stay(150)).toBe(1);
    expect(rep.id).toBe(1);
    expect(tap.flush(posture, rep)).toBe(true);
    expect(rep.id).toBe(2);
  });
});
