// Kinds of contacts: what makes a hop, a running and a walking contact, and how earlier ones are corrected.
import { Contact } from "../../firmware/detect/contact";
import { Air, Kinds } from "../../firmware/detect/kind";
import { EXERCISE_AUTO, EXERCISE_POGO, EXERCISE_RUN, KIND_HOP, KIND_RUN, KIND_WALK } from "../../firmware/wire/layout";

const KINDS_AT: usize = memory.data(128, 16);
const AIR_AT: usize = memory.data(32, 16);
const CONTACT_AT: usize = memory.data(48, 16);
const AMENDED_AT: usize = memory.data(48, 16);
const kinds: Kinds = changetype<Kinds>(KINDS_AT);
const air: Air = changetype<Air>(AIR_AT);
const contact: Contact = changetype<Contact>(CONTACT_AT);
const amended: Contact = changetype<Contact>(AMENDED_AT);

const FREE_MG: i32 = 300; // falls
const CARRIED_MG: i32 = 3500; // swings as in running

function begin(gyro: bool, exercise: i32): void {
  memory.fill(AIR_AT, 0, 32);
  memory.fill(CONTACT_AT, 0, 48);
  memory.fill(AMENDED_AT, 0, 48);
  kinds.reset(gyro, exercise);
  contact.tc_us = 10000000;
}

/** The next contact: `air_us` after the toe-off before it. Returns its kind. */
function land(air_us: u32, contact_us: u32, carried_mg: i32, impact_mg: i32 = 4000): i32 {
  contact.id++;
  contact.ic_us = contact.tc_us + air_us;
  contact.tc_us = contact.ic_us + contact_us;
  air.air_us = air_us;
  air.carried_mg = carried_mg;
  air.impact_mg = impact_mg;
  kinds.judge(contact, air);
  return contact.kind;
}

describe("one contact, with gyroscope", () => {
  test("a short contact after a free flight is a hop where hops are meant", () => {
    begin(true, EXERCISE_POGO);
    expect(land(200000, 200000, FREE_MG)).toBe(KIND_HOP);
    expect(contact.hop).toBe(1);
    expect(kinds.hopping()).toBe(true);
    expect(kinds.amend(amended)).toBe(false);
  });
  test("a contact of 0.6 s is a hop, a longer one is none", () => {
    begin(true, EXERCISE_POGO);
    land(200000, 600000, FREE_MG);
    expect(contact.hop).toBe(1);
    begin(true, EXERCISE_POGO);
    expect(land(200000, 600001, FREE_MG)).toBe(KIND_WALK);
    expect(contact.hop).toBe(0);
  });
  test("flights of hops last from 60 to 900 ms", () => {
    begin(true, EXERCISE_POGO);
    expect(land(59999, 200000, FREE_MG)).toBe(KIND_WALK);
    begin(true, EXERCISE_POGO);
    expect(land(60000, 200000, FREE_MG)).toBe(KIND_HOP);
    begin(true, EXERCISE_POGO);
    expect(land(900000, 200000, FREE_MG)).toBe(KIND_HOP);
    begin(true, EXERCISE_POGO);
    expect(land(900001, 200000, FREE_MG)).toBe(KIND_WALK);
  });
  test("the first contact, without air before it, is no hop", () => {
    begin(true, EXERCISE_POGO);
    expect(land(0, 200000, FREE_MG)).toBe(KIND_WALK);
    expect(contact.hop).toBe(0);
  });
  test("a carried foot that stands for longer than it was off the ground walks", () => {
    begin(true, EXERCISE_AUTO);
    for (let n: i32 = 0; n < 6; n++) {
      expect(land(420000, 680000, 1300)).toBe(KIND_WALK);
      expect(contact.hop).toBe(0);
    }
    expect(kinds.hopping()).toBe(false);
  });
});

describe("streaks and amendments", () => {
  test("running is believed at its second contact; the first is amended by its id", () => {
    begin(true, EXERCISE_AUTO);
    contact.id = 40;
    expect(land(460000, 240000, CARRIED_MG)).toBe(KIND_WALK);
    expect(kinds.amend(amended)).toBe(false);
    expect(land(460000, 240000, CARRIED_MG)).toBe(KIND_RUN);
    expect(kinds.amend(amended)).toBe(true);
    expect(amended.id).toBe(41);
    expect(<i32>amended.kind).toBe(KIND_RUN);
    expect(amended.hop).toBe(0);
    expect(kinds.amend(amended)).toBe(false);
    expect(land(460000, 240000, CARRIED_MG)).toBe(KIND_RUN);
    expect(kinds.amend(amended)).toBe(false);
  });
  test("who means to run runs from the first contact", () => {
    begin(true, EXERCISE_RUN);
    expect(land(460000, 240000, CARRIED_MG)).toBe(KIND_RUN);
  });
  test("hops nobody announced are believed from three on, the two before are amended in order", () => {
    for (let gyro: i32 = 0; gyro < 2; gyro++) {
      begin(gyro == 1, EXERCISE_AUTO);
      expect(land(200000, 200000, FREE_MG)).toBe(KIND_WALK);
      expect(land(200000, 200000, FREE_MG)).toBe(KIND_WALK);
      expect(kinds.amend(amended)).toBe(false);
      expect(land(200000, 200000, FREE_MG)).toBe(KIND_HOP);
      expect(contact.hop).toBe(1);
      for (let id: u32 = 1; id <= 2; id++) {
        expect(kinds.amend(amended)).toBe(true);
        expect(amended.id).toBe(id);
        expect(<i32>amended.kind).toBe(KIND_HOP);
        expect(amended.hop).toBe(1);
      }
      expect(kinds.amend(amended)).toBe(false);
      expect(land(200000, 200000, FREE_MG)).toBe(KIND_HOP);
      expect(kinds.amend(amended)).toBe(false);
    }
  });
  test("after hops a hop is believed again at once for 2.5 s", () => {
    begin(true, EXERCISE_AUTO);
    for (let n: i32 = 0; n < 3; n++) land(200000, 200000, FREE_MG);
    expect(land(200000, 900000, FREE_MG)).toBe(KIND_WALK);
    expect(land(200000, 200000, FREE_MG)).toBe(KIND_HOP);
    expect(land(200000, 2300000, FREE_MG)).toBe(KIND_WALK);
    expect(land(200000, 200000, FREE_MG)).toBe(KIND_WALK);
  });
  test("without gyroscope a jump out of the rhythm starts the streak anew", () => {
    begin(false, EXERCISE_AUTO);
    land(200000, 200000, FREE_MG);
    land(200000, 200000, FREE_MG);
    expect(land(400000, 200000, FREE_MG)).toBe(KIND_WALK);
    expect(contact.hop).toBe(0);
    expect(kinds.amend(amended)).toBe(false);
  });
  test("without gyroscope stamping, which stands for long in between, is none", () => {
    begin(false, EXERCISE_AUTO);
    for (let n: i32 = 0; n < 6; n++) {
      expect(land(250000, 550000, FREE_MG, 6000)).toBe(KIND_WALK);
      expect(contact.hop).toBe(0);
      expect(kinds.amend(amended)).toBe(false);
    }
  });
  test("who means to hop hops from the first contact, also without gyroscope", () => {
    begin(false, EXERCISE_POGO);
    expect(land(200000, 200000, FREE_MG)).toBe(KIND_HOP);
    expect(contact.hop).toBe(1);
  });
  test("the confidence grows with the streak and stays below 100", () => {
    begin(true, EXERCISE_POGO);
    let before: i32 = 0;
    for (let n: i32 = 0; n < 150; n++) {
      land(200000, 200000, FREE_MG);
      expect(<i32>contact.confidence >= before && contact.confidence < 100).toBe(true);
      before = contact.confidence;
    }
    expect(before > 80).toBe(true);
    expect(<i32>contact.kind).toBe(KIND_HOP);
  });
});

describe("the air after the last hop", () => {
  test("a free flight leaves it a hop", () => {
    begin(true, EXERCISE_POGO);
    land(200000, 200000, FREE_MG);
    air.air_us = 200000;
    air.carried_mg = FREE_MG;
    expect(kinds.revoke(air, true, amended)).toBe(false);
  });
  test("a step makes it none, once, under its id", () => {
    begin(true, EXERCISE_POGO);
    land(200000, 200000, FREE_MG);
    land(200000, 200000, FREE_MG);
    air.air_us = 450000;
    air.carried_mg = CARRIED_MG;
    expect(kinds.revoke(air, true, amended)).toBe(true);
    expect(amended.id).toBe(2);
    expect(<i32>amended.kind).toBe(KIND_WALK);
    expect(amended.hop).toBe(0);
    expect(kinds.revoke(air, true, amended)).toBe(false);
  });
  test("so does an air of more than 0.9 s", () => {
    begin(true, EXERCISE_POGO);
    land(200000, 200000, FREE_MG);
    air.carried_mg = FREE_MG;
    air.air_us = 900000;
    expect(kinds.revoke(air, false, amended)).toBe(false);
    air.air_us = 900001;
    expect(kinds.revoke(air, false, amended)).toBe(true);
  });
  test("what was no hop is not revoked", () => {
    begin(true, EXERCISE_AUTO);
    land(460000, 240000, CARRIED_MG);
    air.carried_mg = CARRIED_MG;
    expect(kinds.revoke(air, true, amended)).toBe(false);
  });
});

describe("a contact the foot does not leave", () => {
  test("is of the streak's kind, and no hop", () => {
    begin(true, EXERCISE_POGO);
    land(200000, 200000, FREE_MG);
    contact.id++;
    contact.ic_us = contact.tc_us + 200000;
    contact.tc_us = 0;
    kinds.judge(contact, air);
    expect(<i32>contact.kind).toBe(KIND_HOP);
    expect(contact.hop).toBe(0);
  });
});
