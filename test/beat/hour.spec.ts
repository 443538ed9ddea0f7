// The metronome of the whole app over one virtual hour: every beat against the ideal, worked out here in exact fractions.
import { beforeAll, describe, expect, test } from "vitest";
import { fakeWasm, Rig } from "../app/rig.ts";

let wasm: Uint8Array;
beforeAll(async () => {
  wasm = await fakeWasm();
});

const HOUR_US = 3_600_000_000;

/** floor(start + n · 600000000 / bpm_d). */
function ideal_us(start_us: number, beat: number, bpm_d: number): number {
  const product = BigInt(beat) * 600_000_000n;
  const divisor = BigInt(bpm_d);
  const floor = product / divisor - (product % divisor < 0n ? 1n : 0n);
  return start_us + Number(floor);
}

describe.each([1500, 1333, 300, 2399, 2400, 1801, 597])("one hour at %i/10 beats a minute", (bpm_d) => {
  test("every beat and every pulse is at its ideal µs, told when due, queued ahead", () => {
    const rig = new Rig(wasm);
    rig.silent = true;
    expect(rig.ask(`SET,1,${bpm_d},${HOUR_US / 1000},0,0,0,0`)).toBe("ACK,SET");
    const start_us = Number(rig.tagged("MOD").at(-1)!.fields[4]);
    rig.run(HOUR_US + 3_000_000);
    const beats = rig.tagged("BEA");
    const count = Math.ceil((60 * bpm_d) / 10);
    expect(beats.length).toBe(count);
    const pulses = rig.pulses.slice(0, -2); // the last two say that the set is over
    expect(pulses.length).toBe(count);
    const period_us = 600e6 / bpm_d;
    let wrong = 0;
    beats.forEach(({ t_us, fields }, index) => {
      const at_us = ideal_us(start_us, index, bpm_d);
      const pulse = pulses[index]!;
      const ahead_us = pulse.at_us - pulse.asked_us;
      if (fields[0] !== `${index}` || fields[1] !== `${at_us}` || t_us < at_us || t_us > at_us + 1000) wrong += 1;
      if (pulse.at_us !== at_us || ahead_us > 1.5 * period_us || (index > 0 && ahead_us < 0.9 * period_us)) wrong += 1;
    });
    expect(wrong).toBe(0);
  });
});

describe("the free metronome", () => {
  test("starts, changes tempo on the next beat without moving it, and stops", () => {
    const rig = new Rig(wasm);
    rig.silent = true;
    expect(rig.ask("MET,1333,3")).toBe("ACK,MET");
    rig.run(10_000_000);
    const before = rig.tagged("BEA");
    const from_us = rig.now_us;
    expect(rig.ask("MET,907,2")).toBe("ACK,MET");
    rig.run(10_000_000);
    const after = rig.tagged("BEA", from_us);
    const first = before.length;
    const start_us = Number(before[0]!.fields[1]);
    before.forEach(({ fields }, index) => expect(fields).toEqual([`${index}`, `${ideal_us(start_us, index, 1333)}`, index % 3 === 0 ? "1" : "0"]));
    const origin_us = ideal_us(start_us, first, 1333);
    after.forEach(({ fields }, index) => {
      expect(fields).toEqual([`${first + index}`, `${ideal_us(origin_us, index, 907)}`, (first + index) % 2 === 0 ? "1" : "0"]);
    });
    expect(rig.ask("MET,0,0")).toBe("ACK,MET");
    const count = rig.pulses.length;
    rig.run(5_000_000);
    expect(rig.tagged("BEA").length).toBe(before.length + after.length);
    expect(rig.pulses.length).toBe(count);
    expect(rig.pulses.every(({ at_us }) => at_us <= rig.now_us)).toBe(true);
  });

  test("a hundred tempo changes drift by less than a µs each", () => {
    const rig = new Rig(wasm);
    rig.silent = true;
    const tempi = [1333, 2399, 301, 1777];
    rig.ask("MET,1333,0");
    let exact = 0; // the ideal, as a float; double precision is good for 1e-3 µs here
    let index = 0;
    let bpm_d = 1333;
    for (let change = 1; change <= 100; change += 1) {
      rig.run(1_700_000);
      const next = rig.tagged("BEA").length; // the beat to come
      exact += ((next - index) * 600e6) / bpm_d;
      index = next;
      bpm_d = tempi[change % tempi.length]!;
      rig.ask(`MET,${bpm_d},0`);
    }
    rig.run(3_000_000);
    const beats = rig.tagged("BEA");
    const start_us = Number(beats[0]!.fields[1]);
    expect(Math.abs(Number(beats[index]!.fields[1]) - start_us - exact)).toBeLessThan(100.01);
  });

  test("a step that comes late tells the beats it missed and plays none of them", () => {
    const rig = new Rig(wasm);
    rig.silent = true;
    rig.ask("MET,2400,0");
    rig.run(1_000_000);
    const told = rig.tagged("BEA").length;
    const queued = rig.pulses.length;
    rig.now_us += 2_000_000; // the board was away for eight beats
    rig.run(100_000);
    expect(rig.tagged("BEA").length).toBe(told + 9); // and one in the 100 ms after
    expect(rig.pulses.slice(queued).every((pulse) => pulse.at_us >= pulse.asked_us - 1000)).toBe(true);
  });
});
