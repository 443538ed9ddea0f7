// What the wearer does: which signs tell an activity, which do not, and how sure they make it.
import { Activity, SURE } from "../../firmware/detect/activity";
import { Contact } from "../../firmware/detect/contact";
import { Posture } from "../../firmware/detect/posture";
import { Raise } from "../../firmware/detect/raise";
import { ACTIVITY_CALF, ACTIVITY_OTHER, ACTIVITY_RUN, ACTIVITY_STILL, ACTIVITY_WALK, KIND_RUN, KIND_WALK } from "../../firmware/wire/layout";

const ACTIVITY_AT: usize = memory.data(64, 16);
const CONTACT_AT: usize = memory.data(48, 16);
const POSTURE_AT: usize = memory.data(256, 16);
const RAISE_AT: usize = memory.data(256, 16);
const activity: Activity = changetype<Activity>(ACTIVITY_AT);
const contact: Contact = changetype<Contact>(CONTACT_AT);
const posture: Posture = changetype<Posture>(POSTURE_AT);
const raise: Raise = changetype<Raise>(RAISE_AT);

const STANCE_US: u32 = 700000; // of a walking step

function begin(): void {
  activity.reset();
  raise.reset();
  posture.reset(true);
  contact.tc_us = 10000000;
}

/** The next contact. Whether there is news. */
function step(kind: i32, flight_us: u32, contact_us: u32, swung: bool = true): bool {
  contact.kind = <u8>kind;
  contact.flight_us = flight_us;
  contact.ic_us = contact.tc_us + flight_us;
  contact.tc_us = contact.ic_us + contact_us;
  return activity.step(contact, swung);
}

/** Time goes on to `t_us`. Whether there is news. */
function pass(t_us: u64, still_us: u32 = 0): bool {
  posture.t_us = t_us;
  return activity.pass(raise, posture, still_us);
}

/** The heel is up since `begin_us`. */
function lift(begin_us: u64): void {
  raise.up = true;
  raise.begin_us = begin_us;
  raise.top_ddeg = 300;
}

describe("contacts", () => {
  test("the first step tells walking and is not sure, the next ones make it sure and say so once", () => {
    begin();
    expect(step(KIND_WALK, 400000, STANCE_US)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_WALK);
    expect(activity.confidence).toBe(50);
    expect(activity.sign_us).toBe(contact.tc_us);
    const since_us = contact.tc_us;
    expect(step(KIND_WALK, 400000, STANCE_US)).toBe(false);
    expect(step(KIND_WALK, 400000, STANCE_US)).toBe(true);
    expect(activity.confidence).toBe(SURE);
    for (let i = 0; i < 10; i++) expect(step(KIND_WALK, 400000, STANCE_US)).toBe(false);
    expect(activity.since_us).toBe(since_us);
    expect(activity.confidence).toBeGreaterThan(90);
    expect(activity.confidence).toBeLessThan(100);
  });

  test("another kind is another activity, and begins unsure", () => {
    begin();
    for (let i = 0; i < 10; i++) step(KIND_WALK, 400000, STANCE_US);
    expect(step(KIND_RUN, 450000, 250000)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_RUN);
    expect(activity.confidence).toBe(50);
  });

  test("what is taken for walking without a swing, or faster than anybody walks, tells nothing but that it goes on", () => {
    begin();
    expect(step(KIND_WALK, 400000, STANCE_US, false)).toBe(false);
    expect(activity.kind).toBe(ACTIVITY_OTHER);
    step(KIND_RUN, 450000, 250000);
    expect(step(KIND_WALK, 300000, 400000)).toBe(false);
    expect(activity.kind).toBe(ACTIVITY_RUN);
    expect(pass(contact.tc_us + 2000000)).toBe(false);
    expect(pass(contact.tc_us + 2600000)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_OTHER);
  });
});

describe("raises", () => {
  test("a heel that is up tells them when it can be no push-off any more, and goes on telling while it is up", () => {
    begin();
    lift(10000000);
    expect(pass(10500000)).toBe(false);
    expect(pass(10700000)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_CALF);
    for (let t_us: u64 = 10800000; t_us < 14900000; t_us += 100000) expect(pass(t_us, 3000000)).toBe(false);
    // nobody holds a raise for so long
    expect(pass(15100000, 3000000)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_STILL);
  });

  test("a foot that was carried tells none", () => {
    begin();
    lift(10000000);
    raise.swing_us = 10100000;
    expect(pass(10700000)).toBe(false);
    expect(activity.kind).toBe(ACTIVITY_OTHER);
  });

  test("those in a row are counted until the wearer does something else", () => {
    begin();
    activity.raised(10000000);
    expect(activity.raises).toBe(1);
    activity.raised(12000000);
    expect(activity.raises).toBe(2);
    step(KIND_WALK, 400000, STANCE_US);
    activity.raised(16000000);
    expect(activity.raises).toBe(1);
  });
});

describe("stillness", () => {
  test("begins when it is longer than a pause between raises, and outlasts a weight that is shifted", () => {
    begin();
    activity.raised(10000000);
    expect(pass(11500000, 1200000)).toBe(false);
    expect(pass(12000000, 1700000)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_STILL);
    expect(activity.confidence).toBe(SURE);
    expect(pass(13000000)).toBe(false);
    expect(pass(14000000, 400000)).toBe(false);
    expect(pass(16400000)).toBe(false);
    expect(pass(16600000)).toBe(true);
    expect(activity.kind).toBe(ACTIVITY_OTHER);
  });
});
