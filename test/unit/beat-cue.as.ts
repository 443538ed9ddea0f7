// Cadence cues: band edges, policies, fading, pauses, the baseline.
import { Cue, CUE_LEARNT, CUE_LEFT } from "../../firmware/beat/cue";
import { BPM_D_MAX, CUE_ALWAYS, CUE_BAND, CUE_FADED } from "../../firmware/wire/layout";

const CUE_AT: usize = memory.data(96, 16);
const cue: Cue = changetype<Cue>(CUE_AT);
let ic_us: u64 = 0;
let target: i32 = 0;
let policy: i32 = CUE_BAND;
let band_d: i32 = 0;

/** A run with its first contact. */
function begin(tempo_d: i32, newPolicy: i32, newBand_d: i32): void {
  for (let at: usize = 0; at < 96; at++) store<u8>(CUE_AT + at, 0);
  cue.tempo_d = tempo_d;
  policy = newPolicy;
  band_d = newBand_d;
  target = 0;
  ic_us = 5_000_000;
  cue.take(ic_us, ic_us + 250_000, true, target, policy, band_d);
}

/** A stride of so many µs; its toe-off comes so much later than it should. */
function stride(us: u64, runs: bool = true, late_us: u64 = 0): i32 {
  ic_us += us;
  return cue.take(ic_us, ic_us + 250_000 + late_us, runs, target, policy, band_d);
}

/** Strides of a cadence, 0.1 steps/min. */
function strides(count: i32, spm_d: i32): i32 {
  let news: i32 = 0;
  for (let index: i32 = 0; index < count; index++) news |= stride(1_200_000_000 / spm_d);
  return news;
}

describe("cue", () => {
  test("fits where the app has it", () => {
    expect(offsetof<Cue>()).toBeLessThanOrEqual(80);
  });

  test("until a stride is judged every beat is felt", () => {
    begin(1650, CUE_BAND, 50);
    expect(cue.mask).toBe(0);
    expect(cue.judged).toBe(0);
  });

  test("cadence is two steps a stride, over the last two strides", () => {
    begin(1650, CUE_BAND, 50);
    stride(750_000);
    expect(cue.cadence_d).toBe(1600);
    stride(700_000);
    expect(cue.cadence_d).toBe(1655); // 1 200 000 000 / 725 000
    stride(700_000);
    expect(cue.cadence_d).toBe(1714);
  });

  test("the edge belongs to the band", () => {
    begin(1650, CUE_BAND, 50);
    strides(2, 1700);
    expect(cue.inBand).toBe(2);
    begin(1650, CUE_BAND, 50);
    strides(2, 1600);
    expect(cue.inBand).toBe(2);
    begin(1650, CUE_BAND, 50);
    strides(2, 1702);
    expect(cue.inBand).toBe(0);
    begin(1650, CUE_BAND, 50);
    strides(2, 1598);
    expect(cue.inBand).toBe(0);
  });

  test("no band is one of 5 steps/min", () => {
    begin(1650, CUE_BAND, 0);
    expect(cue.band_d).toBe(50);
    strides(2, 1598);
    expect(cue.inBand).toBe(0);
    strides(1, 1602);
    expect(cue.inBand).toBe(1);
  });

  test("one stride out of the band is enough", () => {
    begin(1650, CUE_BAND, 40);
    strides(5, 1650);
    expect(cue.mask).toBe(-1);
    expect(strides(1, 1695)).toBe(CUE_LEFT);
    expect(cue.mask).toBe(0);
    expect(cue.left).toBe(1);
  });

  test("a landing that its toe-off does not bear out moves nothing, unless it is far out", () => {
    begin(1650, CUE_BAND, 40); // 710 059 to 745 341 µs
    strides(5, 1650);
    expect(stride(707_000, true, 20_000)).toBe(0);
    expect(cue.mask).toBe(-1);
    begin(1650, CUE_BAND, 40);
    strides(5, 1650);
    expect(stride(695_000, true, 32_000)).toBe(CUE_LEFT); // 76 above the tempo
    expect(cue.mask).toBe(0);
  });

  test("without toe-offs the landings decide", () => {
    begin(1650, CUE_BAND, 40);
    for (let index: i32 = 0; index < 4; index++) {
      ic_us += 750_000;
      cue.take(ic_us, 0, true, target, policy, band_d);
    }
    expect(cue.judged).toBe(4);
    expect(cue.inBand).toBe(0);
    ic_us += 727_000;
    cue.take(ic_us, 0, true, target, policy, band_d);
    expect(cue.inBand).toBe(1);
  });

  test("one stride in the band ends the cues", () => {
    begin(1650, CUE_BAND, 40);
    strides(5, 1800);
    expect(cue.mask).toBe(0);
    expect(strides(1, 1688)).toBe(0);
    expect(cue.mask).toBe(-1);
    expect(cue.left).toBe(0); // it began outside
    expect(cue.judged).toBe(6);
    expect(cue.inBand).toBe(1);
    expect(cue.cued).toBe(5);
  });

  test("always: every beat, wherever the runner is", () => {
    begin(1650, CUE_ALWAYS, 50);
    for (let spm_d: i32 = 1500; spm_d <= 1800; spm_d += 10) {
      strides(3, spm_d);
      expect(cue.mask).toBe(0);
    }
    expect(cue.judged).toBe(93);
    expect(cue.cued).toBe(93);
    expect(cue.left).toBe(1);
    expect(cue.inBand).toBeGreaterThan(30);
    expect(cue.inBand).toBeLessThan(36);
  });

  test("faded: half as many after every eight strides in the band, none after forty", () => {
    begin(1650, CUE_FADED, 50);
    for (let index: i32 = 0; index < 60; index++) {
      strides(1, 1650);
      const halvings = index / 8;
      expect(cue.mask).toBe(halvings > 4 ? -1 : (1 << halvings) - 1);
    }
    expect(cue.cued).toBe(40);
  });

  test("faded: leaving the band brings every beat back at once, and coming back begins anew", () => {
    begin(1650, CUE_FADED, 50);
    strides(45, 1650);
    expect(cue.mask).toBe(-1);
    expect(strides(1, 1500)).toBe(CUE_LEFT);
    expect(cue.mask).toBe(0);
    strides(8, 1650);
    expect(cue.mask).toBe(0);
    strides(1, 1650);
    expect(cue.mask).toBe(1);
  });

  test("a pause keeps what was decided and forgets the strides", () => {
    begin(1650, CUE_BAND, 40);
    strides(5, 1650);
    expect(stride(2_000_000)).toBe(0);
    expect(cue.mask).toBe(-1);
    expect(cue.judged).toBe(5);
    strides(1, 1600);
    expect(cue.cadence_d).toBe(1600); // by itself
    expect(cue.mask).toBe(0);
  });

  test("a contact too many or too few makes no stride", () => {
    begin(1650, CUE_BAND, 50);
    strides(5, 1650);
    stride(363_000);
    stride(364_000);
    stride(1_454_000);
    expect(cue.judged).toBe(5);
    expect(cue.mask).toBe(-1);
  });

  test("a contact that does not look like running is judged where nobody walks", () => {
    begin(1650, CUE_BAND, 50);
    stride(600_000, false);
    expect(cue.judged).toBe(1);
    stride(1_000_000, false);
    expect(cue.judged).toBe(1);
    stride(1_000_000);
    expect(cue.judged).toBe(2);
  });

  test("a tempo that changes is followed", () => {
    begin(1650, CUE_BAND, 50);
    strides(3, 1650);
    expect(cue.mask).toBe(-1);
    cue.tempo_d = 1750;
    strides(1, 1650);
    expect(cue.mask).toBe(0);
  });
});

describe("baseline", () => {
  test("is the mean of sixteen strides, and the tempo lies above it as asked", () => {
    begin(0, CUE_BAND, 50);
    target = 50;
    stride(750_000); // the first one has no other to agree with
    for (let index: i32 = 0; index < 15; index++) expect(stride(index % 2 == 0 ? 740_000 : 760_000)).toBe(0);
    expect(cue.baseline_d).toBe(0);
    expect(stride(760_000)).toBe(CUE_LEARNT);
    expect(cue.baseline_d).toBe(1600);
    expect(cue.tempo_d).toBe(1680);
    expect(cue.judged).toBe(0);
    expect(cue.mask).toBe(0);
  });

  test("leaves out pauses and what differs from the stride before by more than an eighth", () => {
    begin(0, CUE_BAND, 50);
    target = 100;
    let news: i32 = 0;
    for (let index: i32 = 0; index < 8; index++) news |= strides(2, 1600) | stride(3_000_000) | strides(2, 1600) | stride(630_000);
    expect(cue.baseline_d).toBe(1600);
    expect(cue.tempo_d).toBe(1760);
    expect(news & CUE_LEARNT).toBe(CUE_LEARNT);
  });

  test("is learnt without a target too, and then nothing is judged", () => {
    begin(0, CUE_BAND, 50);
    expect(strides(40, 1600)).toBe(0);
    expect(cue.baseline_d).toBe(1600);
    expect(cue.tempo_d).toBe(0);
    expect(cue.judged).toBe(0);
    expect(cue.mask).toBe(0);
  });

  test("is not learnt where there is a tempo", () => {
    begin(1650, CUE_BAND, 50);
    strides(40, 1600);
    expect(cue.baseline_d).toBe(0);
  });

  test("the tempo stays one that can be beaten", () => {
    begin(0, CUE_BAND, 50);
    target = 14_400_000;
    strides(17, 1010);
    expect(cue.tempo_d).toBe(BPM_D_MAX);
  });
});
