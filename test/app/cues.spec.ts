// Cues of a run through the app: which beats are felt and told, when, and the tempo from the baseline. Contacts are scripted.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as layout from "../../firmware/wire/layout.ts";
import { fakeWasm, Rig, type Scripted } from "./rig.ts";

let wasm: Uint8Array;
beforeAll(async () => {
  wasm = await fakeWasm();
});

const CONTACT_US = 250_000;
const SAID_US = 300_000; // from ic to the detector's word
const BATCH_US = 20_000;
let rig: Rig;
let ic_us = 0;
let id = 0;

/** Begins a run: tempo 0.1/min, target, policy, band. Returns beat 0. */
function begin(bpm_d: number, target: number, policy: number, band_d: number): number {
  expect(rig.ask(`SET,${layout.EXERCISE_RUN},${bpm_d},0,0,0,0,0,${target},${policy},${band_d}`)).toBe("ACK,SET");
  const start_us = Number(rig.tagged("MOD").at(-1)!.fields[4]);
  ic_us = start_us + 200_000;
  id = 0;
  rig.say([contact()]);
  return start_us;
}

function contact(): Scripted {
  id += 1;
  return { id, ic_us, tc_us: ic_us + CONTACT_US, kind: layout.KIND_RUN, hop: 0 };
}

/** Strides of so many 0.1 steps/min; runs until the last contact's word is out. */
function strides(count: number, spm_d: number): void {
  const script: Scripted[] = [];
  for (let n = 0; n < count; n += 1) {
    ic_us += Math.round(1_200_000_000 / spm_d);
    script.push(contact());
  }
  rig.say(script);
  rig.run(ic_us + SAID_US + BATCH_US - rig.now_us);
}

const cues = (): { t_us: number; every: number; at_us: number; cadence_d: number }[] =>
  rig.tagged("CUE").map(({ t_us, fields }) => ({ t_us, every: Number(fields[0]), at_us: Number(fields[1]), cadence_d: Number(fields[2]) }));
const told = (): { index: number; at_us: number }[] => rig.tagged("BEA").map(({ fields }) => ({ index: Number(fields[0]), at_us: Number(fields[1]) }));

/** The word "out of band": one pulse, and no beat is felt until it has rung out. */
const WORD_MS = 240;
const QUIET_US = (WORD_MS + 80) * 1000;
const words = () => rig.pulses.filter(({ duration_ms }) => duration_ms === WORD_MS);
const beats = () => rig.pulses.filter(({ duration_ms }) => duration_ms !== WORD_MS);
/** Whether a beat falls into the word, which begins 10 ms after the call; a beat due just then is felt. */
const covered = (at_us: number): boolean => words().some((word) => at_us > word.at_us - 10_000 && at_us < word.at_us + QUIET_US);

beforeEach(() => {
  rig = new Rig(wasm);
});

describe("cues outside the band only", () => {
  test("go off with the first stride in it, at once and with what was queued, and come back with the next beat", () => {
    const start_us = begin(1650, 0, layout.CUE_BAND, 50);
    const beat_us = (index: number): number => start_us + Math.floor((index * 600e6) / 1650);
    strides(1, 1700);
    const [off, ...none] = cues();
    expect(none).toEqual([]);
    expect(off).toMatchObject({ every: 0, cadence_d: 1700 });
    expect(off!.at_us).toBe(off!.t_us);
    expect(off!.t_us).toBeLessThanOrEqual(ic_us + SAID_US + BATCH_US);
    strides(10, 1650);
    expect(cues().length).toBe(1);
    expect(rig.pulses.filter(({ at_us }) => at_us > off!.t_us)).toEqual([]);
    expect(told().every(({ at_us }) => at_us <= off!.t_us)).toBe(true);
    strides(1, 1500);
    const on = cues().at(-1)!;
    expect(on).toMatchObject({ every: 1, cadence_d: 1571 }); // the mean of 727 272 and 800 000
    expect(cues().length).toBe(2);
    strides(4, 1500);
    expect(words().map(({ at_us }) => at_us)).toEqual([on.t_us + 10_000]);
    const pulses = beats().filter(({ at_us }) => at_us > on.t_us && at_us < rig.now_us).map(({ at_us }) => at_us);
    const next = Math.ceil((on.t_us - start_us) / (600e6 / 1650));
    const due = Array.from({ length: pulses.length + 2 }, (_, n) => beat_us(next + n)).filter((at_us) => !covered(at_us));
    expect(pulses).toEqual(due.slice(0, pulses.length)); // from the first beat after the word on, none twice, none left out
    expect(pulses.length).toBeGreaterThan(7);
    const all = told().filter(({ at_us }) => at_us > on.t_us);
    expect(all).toEqual(all.map((_, n) => ({ index: next + n, at_us: beat_us(next + n) }))); // told also where the word covers it
  });

  test.each([0, 40, 80, 120, 160, 200, 240, 280, 320, 360])("whenever the stride ends (%i ms later): every beat after CUE and its word is felt once, none before the next one", (later_ms) => {
    const start_us = begin(1650, 0, layout.CUE_BAND, 50);
    ic_us += later_ms * 1000;
    strides(1, 1500); // longer by that: out of the band in any case
    for (let n = 0; n < 6; n += 1) {
      strides(2, 1650);
      strides(2, 1800);
    }
    const all = cues();
    expect(all.length).toBe(12);
    const period_us = 600e6 / 1650;
    const felt = beats().filter(({ at_us }) => at_us < rig.now_us).map(({ at_us }) => Math.round((at_us - start_us) / period_us));
    const due: number[] = [];
    for (let index = 0; start_us + index * period_us < rig.now_us; index += 1) {
      const at_us = start_us + Math.floor(index * period_us);
      if ((all.findLast(({ t_us }) => t_us <= at_us)?.every ?? 1) !== 0 && !covered(at_us)) due.push(index);
    }
    expect(felt).toEqual(due);
  });

  test("a contact that is amended and one after the set change nothing", () => {
    begin(1650, 0, layout.CUE_BAND, 50);
    strides(4, 1650);
    rig.say([{ ...contact(), id: 2, kind: layout.KIND_WALK, amends: true, said_us: rig.now_us + 1000 }]);
    rig.run(100_000);
    expect(rig.tagged("AMD").length).toBe(1);
    expect(rig.ask("STP")).toBe("ACK,STP");
    strides(1, 1400);
    expect(cues().length).toBe(1);
    expect(rig.tagged("BEA").every(({ t_us }) => t_us <= cues()[0]!.t_us)).toBe(true);
  });

  test("MET moves the band", () => {
    begin(1650, 0, layout.CUE_BAND, 50);
    strides(4, 1650);
    expect(cues().map(({ every }) => every)).toEqual([0]);
    expect(rig.ask("MET,1750,0")).toBe("ACK,MET");
    strides(1, 1650);
    expect(cues().map(({ every }) => every)).toEqual([0, 1]);
    strides(1, 1750);
    expect(cues().map(({ every }) => every)).toEqual([0, 1, 0]);
  });
});

describe("other policies", () => {
  test("always: every beat and no CUE, in the band or not", () => {
    begin(1650, 0, layout.CUE_ALWAYS, 50);
    strides(10, 1650);
    strides(10, 1800);
    expect(cues()).toEqual([]);
    expect(told().map(({ index }) => index)).toEqual(told().map((_, index) => index));
    expect(rig.pulses.length).toBeGreaterThanOrEqual(told().length);
  });

  test("faded: every, every 2nd, 4th, 8th, 16th beat, none; every one again out of the band", () => {
    begin(1650, 0, layout.CUE_FADED, 50);
    strides(42, 1650);
    expect(cues().map(({ every }) => every)).toEqual([2, 4, 8, 16, 0]);
    strides(2, 1500);
    expect(cues().map(({ every }) => every)).toEqual([2, 4, 8, 16, 0, 1]);
    const bounds = [...cues().map(({ t_us }) => t_us), Infinity];
    const everies = [1, 2, 4, 8, 16, 0, 1];
    for (const { index, at_us } of told()) {
      const every = everies[bounds.findIndex((t_us) => at_us < t_us)]!;
      expect(every).not.toBe(0);
      expect(index % every).toBe(0);
    }
    expect(told().map(({ at_us }) => at_us).filter((at_us) => !covered(at_us))).toEqual(beats().filter(({ at_us }) => at_us <= rig.now_us).map(({ at_us }) => at_us));
  });

  test("a variant is no policy outside a run", () => {
    expect(rig.ask(`SET,${layout.EXERCISE_POGO},1500,0,0,0,0,0,0,${layout.CUE_BAND},50`)).toBe("ACK,SET");
    ic_us = rig.now_us + 300_000;
    id = 0;
    strides(10, 3000);
    expect(cues()).toEqual([]);
    expect(told().map(({ index }) => index)).toEqual(told().map((_, index) => index));
  });

  test("after a run without cues the free metronome is felt", () => {
    begin(1650, 0, layout.CUE_BAND, 50);
    strides(4, 1650);
    expect(rig.ask("STP")).toBe("ACK,STP");
    rig.run(3_000_000);
    const from_us = rig.now_us;
    expect(rig.ask("MET,1200,0")).toBe("ACK,MET");
    rig.run(5_000_000);
    expect(rig.pulses.filter(({ at_us }) => at_us > from_us && at_us <= rig.now_us).length).toBe(10);
    expect(rig.tagged("BEA", from_us).length).toBe(10);
  });
});

describe("baseline", () => {
  test("gives the tempo so much above it; beats begin then, told by MOD", () => {
    begin(0, 50, layout.CUE_BAND, 50);
    strides(16, 1600);
    expect(rig.tagged("MOD").length).toBe(1);
    expect(rig.pulses).toEqual([]);
    strides(1, 1600);
    const mod = rig.tagged("MOD").at(-1)!;
    expect(mod.fields.slice(0, 4)).toEqual([`${layout.MODE_SET}`, "1", `${layout.EXERCISE_RUN}`, "1680"]);
    expect(rig.pulses[0]!.at_us).toBe(Number(mod.fields[4]));
    expect(mod.t_us).toBeLessThanOrEqual(ic_us + SAID_US + BATCH_US);
    strides(6, 1600); // below the band, cues from the first beat on
    expect(cues()).toEqual([]);
    expect(told().map(({ index }) => index)).toEqual(told().map((_, index) => index));
    strides(1, 1680);
    expect(cues().map(({ every }) => every)).toEqual([0]);
  });

  test("without a target there are no beats", () => {
    begin(0, 0, layout.CUE_BAND, 50);
    strides(30, 1600);
    expect(rig.tagged("MOD").length).toBe(1);
    expect(rig.pulses).toEqual([]);
    expect(cues()).toEqual([]);
  });

  test("found after the end of the set it starts nothing", () => {
    begin(0, 50, layout.CUE_BAND, 50);
    strides(16, 1600);
    ic_us += 750_000;
    rig.run(ic_us + 100_000 - rig.now_us);
    rig.say([contact()]);
    expect(rig.ask("STP")).toBe("ACK,STP"); // between the contact and its word
    rig.run(3_000_000);
    expect(rig.tagged("CON").length).toBe(18);
    expect(rig.tagged("SUM").length).toBe(1);
    expect(rig.tagged("BEA")).toEqual([]);
  });

  test("survives a loss of power: errors to the beat count from where they were logged", () => {
    begin(0, 50, layout.CUE_BAND, 50);
    strides(30, 1600);
    const errors = rig.tagged("CON").map(({ fields }) => fields[6]!).filter((field) => field !== "-");
    expect(errors.length).toBe(13);
    rig.boot();
    rig.run(1_000_000);
    const torn = rig.tagged("SUM").at(-1)!.fields;
    expect(torn[2]).toBe(`${layout.END_RESET}`);
    expect(torn[4]).toBe("31");
    expect(torn[8]).not.toBe("-");
  });
});
