// The log as the host reads it and as the firmware writes it are the same: numbers of records and the contact inside one.
import { Entry, Totals } from "../../firmware/app/totals";
import { Verdict } from "../../firmware/app/verdict";
import { Contact } from "../../firmware/detect/contact";
import { PAYLOAD_BYTES_MAX, RECORD_AMEND, RECORD_BOOT, RECORD_CONTACT, RECORD_SET, RECORD_SUMMARY, RECORD_TIME } from "../../firmware/store/record";
import {
  LOG_AMEND, LOG_BOOT, LOG_CONTACT, LOG_CONTACT_BYTES, LOG_CONTACT_CONFIDENCE, LOG_CONTACT_ERROR_US, LOG_CONTACT_FLIGHT_US, LOG_CONTACT_HOP,
  LOG_CONTACT_IC_US, LOG_CONTACT_ID, LOG_CONTACT_KIND, LOG_CONTACT_SET_ID, LOG_CONTACT_TC_US, LOG_SET, LOG_SUMMARY, LOG_SUMMARY_BEAT_MEAN_US,
  LOG_SUMMARY_BYTES, LOG_SUMMARY_CONTACTS, LOG_SUMMARY_MISSED, LOG_SUMMARY_START_US, LOG_TIME, LOG_VERDICT_BYTES,
  LOG_VERDICT_FLAWS, LOG_VERDICT_SET_ID, LOG_VERDICT_TARGET, LOG_VERDICT_VALUES, LOG_VERDICT_VARIANT,
} from "../../firmware/wire/layout";

describe("log records", () => {
  test("have the numbers of the store", () => {
    expect(LOG_BOOT).toBe(RECORD_BOOT);
    expect(LOG_SET).toBe(RECORD_SET);
    expect(LOG_CONTACT).toBe(RECORD_CONTACT);
    expect(LOG_AMEND).toBe(RECORD_AMEND);
    expect(LOG_SUMMARY).toBe(RECORD_SUMMARY);
    expect(LOG_TIME).toBe(RECORD_TIME);
  });

  test("hold a contact as the detector has it", () => {
    expect(LOG_CONTACT_IC_US).toBe(<i32>offsetof<Contact>("ic_us"));
    expect(LOG_CONTACT_TC_US).toBe(<i32>offsetof<Contact>("tc_us"));
    expect(LOG_CONTACT_FLIGHT_US).toBe(<i32>offsetof<Contact>("flight_us"));
    expect(LOG_CONTACT_ID).toBe(<i32>offsetof<Contact>("id"));
    expect(LOG_CONTACT_KIND).toBe(<i32>offsetof<Contact>("kind"));
    expect(LOG_CONTACT_HOP).toBe(<i32>offsetof<Contact>("hop"));
    expect(LOG_CONTACT_CONFIDENCE).toBe(<i32>offsetof<Contact>("confidence"));
    expect(LOG_CONTACT_SET_ID).toBe(<i32>offsetof<Entry>("setId"));
    expect(LOG_CONTACT_ERROR_US).toBe(<i32>offsetof<Entry>("error_us"));
    expect(LOG_CONTACT_BYTES).toBe(<i32>offsetof<Entry>("period_us"));
  });

  test("hold a summary as the app has it", () => {
    expect(LOG_SUMMARY_CONTACTS).toBe(<i32>offsetof<Totals>("contacts"));
    expect(LOG_SUMMARY_BEAT_MEAN_US).toBe(<i32>offsetof<Totals>("beatMean_us"));
    expect(LOG_SUMMARY_MISSED).toBe(<i32>offsetof<Totals>("missed"));
    expect(LOG_SUMMARY_START_US).toBe(<i32>offsetof<Totals>("start_us"));
    expect(LOG_SUMMARY_BYTES).toBe(<i32>offsetof<Totals>("before_us"));
  });

  test("fit into the store", () => {
    expect(LOG_SUMMARY_BYTES).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
  });

  test("hold a verdict as the set has it", () => {
    expect(LOG_VERDICT_SET_ID).toBe(<i32>offsetof<Verdict>("setId"));
    expect(LOG_VERDICT_FLAWS).toBe(<i32>offsetof<Verdict>("flaws"));
    expect(LOG_VERDICT_TARGET).toBe(<i32>offsetof<Verdict>("target"));
    expect(LOG_VERDICT_VARIANT).toBe(<i32>offsetof<Verdict>("variant"));
    expect(LOG_VERDICT_VALUES).toBe(<i32>offsetof<Verdict>("value0"));
    expect(LOG_VERDICT_BYTES).toBe(<i32>offsetof<Verdict>());
  });
});
