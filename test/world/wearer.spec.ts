// A clip on somebody's foot that others talk to: sets done again and again, wake times that can be relied on, ports, flash and restarts.
import { describe, expect, test } from "vitest";
import { loadWasm } from "../../host/wasm.ts";
import { SimulatedClip, type SimulatedClipOptions } from "../../sim/clip.ts";
import { marks, install } from "../../sim/slot.ts";
import { frame } from "../../sim/world.ts";

class Heard {
  readonly clip: SimulatedClip;
  readonly lines: string[] = [];
  private partial = "";

  constructor(options: Partial<SimulatedClipOptions>) {
    this.clip = new SimulatedClip({ wasm: loadWasm(), exercise: "pogo", seconds: 20, seed: 7, ...options });
    this.clip.onBytes = (port, bytes) => {
      if (port !== 0) return;
      const parts = (this.partial + Buffer.from(bytes).toString("latin1")).split("\r\n");
      this.partial = parts.pop()!;
      this.lines.push(...parts.filter((line) => line !== ""));
    };
  }

  /** Does a set and returns its summary: set, exercise, end, ms, contacts, hops, … */
  set(body: string, seconds: number): number[] {
    const from = this.lines.length;
    this.clip.send(frame(`HC,1,${body}`));
    this.clip.run(seconds);
    return fields(this.lines.slice(from).find((line) => line.includes(",SUM,")) ?? "").map(Number);
  }
}

const fields = (line: string): string[] => line.replace(/\*.*$/u, "").split(",").slice(3);
const POGO = "SET,1,1600,6000,0,8,0,0";

describe("the wearer", () => {
  test("does each set of the exercise anew, hops at its tempo, and stands in between", () => {
    const heard = new Heard({});
    const one = heard.set(POGO, 14);
    const other = heard.set(POGO, 14);
    expect(one.slice(0, 4)).toEqual([1, 1, 1, 6000]);
    expect(other.slice(0, 4)).toEqual([2, 1, 1, 6000]);
    for (const set of [one, other]) expect(Math.abs(set[5]! - 16)).toBeLessThanOrEqual(1); // hops: 160/min for 6 s
    expect(heard.lines.filter((line) => line.includes(",CON,"))).not.toHaveLength(0);
    // Another movement, of the same person.
    const times = (set: number): string => heard.lines.filter((line) => line.includes(",CON,")).slice(...(set === 1 ? [0, one[4]] : [one[4]])).map((line) => fields(line)[6]).join();
    expect(times(1)).not.toEqual(times(2));
    // Standing: nothing is felt in a set of auto.
    const quiet = heard.set("SET,0,0,5000,0,0,0,0", 8);
    expect(quiet.slice(4, 7)).toEqual([0, 0, 0]);
    heard.clip.close();
  });

  test("begins a set without a count-in at once, and one whose count-in is short on a later beat", () => {
    for (const body of ["SET,1,0,8000,0,0,0,0", "SET,1,1600,8000,0,1,0,0"]) {
      const heard = new Heard({ bpm: 160 });
      const set = heard.set(body, 14);
      expect(set[5], body).toBeGreaterThan(13);
      const errors_us = heard.lines.filter((line) => line.includes(",CON,")).map((line) => Math.abs(Number(fields(line)[6])));
      if (body.includes("1600")) for (const error_us of errors_us) expect(error_us).toBeLessThan(100_000);
      heard.clip.close();
    }
  });

  test("hears the clip over any port", () => {
    const { clip } = new Heard({});
    clip.closePort(0);
    clip.openPort(1, Infinity);
    let text = "";
    clip.onBytes = (port, bytes) => (text += port === 1 ? Buffer.from(bytes).toString("latin1") : "");
    clip.send(frame(`HC,1,${POGO}`), 1);
    clip.run(14);
    expect(text.split("\r\n").filter((line) => line.includes(",CON,")).length).toBeGreaterThan(13);
    clip.close();
  });
});

describe("a clip that others talk to", () => {
  test.each(["lsm6dso", "lsm6ds3trc"] as const)("with an %s does nothing before the time it tells, and is not looked at for nothing", (chip) => {
    const heard = new Heard({ chip });
    heard.clip.send(frame(`HC,1,${POGO}`));
    let looks = 0;
    let bytes = 0;
    heard.clip.onBytes = () => (bytes += 1);
    for (const start_s = heard.clip.now_s; heard.clip.now_s < start_s + 12; looks++) {
      const { now_s, next_s } = heard.clip;
      expect(next_s).toBeGreaterThanOrEqual(now_s);
      if (next_s - now_s > 2e-6) {
        const before = bytes;
        heard.clip.run(next_s - now_s - 1e-6);
        expect(bytes).toBe(before);
      }
      heard.clip.run(heard.clip.next_s - heard.clip.now_s + 1e-6);
    }
    expect(bytes).toBeGreaterThan(30);
    expect(looks / 12).toBeLessThan(300); // a batch of samples every 19 ms, and with each two or three looks
    heard.clip.close();
  });

  test("keeps serial number and side in its flash, which goes on in another one", () => {
    const heard = new Heard({});
    const kept = heard.clip.flash.slice();
    heard.clip.onFlash = (at, bytes) => kept.set(bytes, at);
    heard.clip.configure({ SER: 4711, SID: 2 });
    heard.clip.run(6);
    expect(kept).toEqual(heard.clip.flash);
    heard.clip.close();
    const again = new Heard({ flash: kept });
    again.clip.send(frame("HC,1,HEL") + frame("HC,2,CFG,SID"));
    again.clip.run(1);
    expect(fields(again.lines.find((line) => line.includes(",HEL,1,"))!)[2]).toBe("4711");
    expect(again.lines.find((line) => line.includes(",CFG,SID"))).toContain(",SID,2*");
    again.clip.close();
    expect(() => new Heard({}).clip.configure({ SER: -1 })).toThrow("does not take the setting SER = -1");
  });

  test("starts the newest app of its slots, and takes the one before it back where that ends", () => {
    const wasm = loadWasm();
    const first = new Heard({});
    const flash = first.clip.flash.slice();
    first.clip.close();
    install(flash, wasm, { slot: 1, sequence: 2, confirmed: false });
    const heard = new Heard({ flash: flash.slice() });
    heard.clip.run(4);
    expect(marks(heard.clip.flash, 1)).toEqual({ tried: true, confirmed: false, refused: null });
    heard.clip.run(3);
    expect(marks(heard.clip.flash, 1)).toEqual({ tried: true, confirmed: true, refused: null });
    const early = heard.clip.flash.slice();
    heard.clip.close();
    install(early, Uint8Array.from([0, 0x61, 0x73, 0x6d]), { slot: 0, sequence: 3, confirmed: false });
    const back = new Heard({ flash: early });
    back.clip.send(frame("HC,1,HEL"));
    back.clip.run(2);
    expect(marks(back.clip.flash, 0).refused).toBe(7);
    expect(back.lines.some((line) => line.includes(",ACK,1,HEL"))).toBe(true);
    back.clip.close();
  });
});
