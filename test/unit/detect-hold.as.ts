// Hold: a foot that rises is held, a jolt and a calm flat foot after it, or a hard jolt, puts it down; trembling does not.
import { Hold } from "../../firmware/detect/hold";
import { Posture } from "../../firmware/detect/posture";
import { Rep } from "../../firmware/detect/rep";
import { LOG_NONE, REP_OPEN, REP_PARTIAL, REP_WOBBLE } from "../../firmware/wire/layout";

const POSTURE_AT: usize = memory.data(256, 16);
const HOLD_AT: usize = memory.data(256, 16);
const REP_AT: usize = memory.data(48, 16);
const posture: Posture = changetype<Posture>(POSTURE_AT);
const hold: Hold = changetype<Hold>(HOLD_AT);
const rep: Rep = changetype<Rep>(REP_AT);
const STEP_US: u64 = 10000;
const START_US: u64 = 5000000;
const CALM_JOLT_MG: i32 = 20;
/** 10 °/s and 50 °/s, 1/16 · 0.1 °/s. */
const STEADY_RATE: i32 = 1600;
const SHAKING_RATE: i32 = 8000;

/** Steps at the height and turning of now; how many times `rep` was news. The first of them feels a jolt. */
function stay(ms: i32, rate: i32, jolt_mg: i32): i32 {
  let news = 0;
  for (let n: i32 = 0; n < ms / 10; n++) {
    posture.t_us += STEP_US;
    posture.rate = rate;
    posture.jolt_mg = n == 0 ? jolt_mg : CALM_JOLT_MG;
    if (hold.step(posture, rep)) news += 1;
  }
  return news;
}

/** Stands, and lifts the foot by 100 mm in 0.5 s. */
function lift(): void {
  memory.fill(POSTURE_AT, 0, 256);
  memory.fill(REP_AT, 0, 48);
  hold.reset();
  posture.t_us = START_US;
  stay(300, 0, CALM_JOLT_MG);
  for (let n: i32 = 0; n < 50; n++) {
    posture.height_um += 2000;
    stay(10, STEADY_RATE, CALM_JOLT_MG);
  }
}

describe("hold", () => {
  test("a foot that rises begins a hold, told once", () => {
    lift();
    expect(rep.id).toBe(1);
    expect(rep.flaws).toBe(REP_OPEN);
    expect(rep.hold_ms).toBe(LOG_NONE);
    expect(stay(5000, STEADY_RATE, CALM_JOLT_MG)).toBe(0);
  });
  test("a soft touch and a calm foot end it at the touch", () => {
    lift();
    stay(5000, STEADY_RATE, CALM_JOLT_MG);
    expect(stay(300, 0, 300)).toBe(1);
    expect(rep.flaws).toBe(REP_PARTIAL);
    expect(abs(rep.hold_ms - 5500)).toBeLessThan(40);
    expect(rep.id).toBe(1);
  });
  test("the same jolt of a foot that goes on trembling does not", () => {
    lift();
    expect(stay(3000, STEADY_RATE, 300)).toBe(0);
  });
  test("a hard jolt needs no calm, but a flat foot", () => {
    lift();
    posture.pitch_ddeg = 150;
    expect(stay(1000, STEADY_RATE, 1500)).toBe(0);
    posture.pitch_ddeg = 20;
    expect(stay(300, STEADY_RATE, 1500)).toBe(1);
  });
  test("a foot lifted again after a touch of half a second is held a second time", () => {
    lift();
    stay(3000, STEADY_RATE, CALM_JOLT_MG);
    expect(stay(500, 0, 300)).toBe(1);
    for (let n: i32 = 0; n < 50; n++) {
      posture.height_um += 2000;
      stay(10, STEADY_RATE, CALM_JOLT_MG);
    }
    expect(rep.id).toBe(2);
    expect(rep.flaws).toBe(REP_OPEN);
  });
  test("the end of the set ends it unbroken, and a leg that shakes is told", () => {
    lift();
    stay(5000, SHAKING_RATE, CALM_JOLT_MG);
    expect(hold.flush(posture, rep)).toBe(true);
    expect(rep.flaws).toBe(REP_WOBBLE);
    expect(abs(rep.hold_ms - 5500)).toBeLessThan(40);
  });
});
