// The real clip in the world: it comes up on either sensor, answers, and breaks no rule of any part, faults or not.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseFault } from "../../sim/faults.ts";
import { World, type ChipName } from "../../sim/world.ts";

const WASM = readFileSync("build/clip.wasm");
const SWAY = {
  sample(t_s: number, out: Float64Array): void {
    out.fill(0);
    out[2] = 1 + 0.3 * Math.sin(15 * t_s);
  },
};
const CHIPS: readonly ChipName[] = ["lsm6dso", "lsm6ds3trc"];
const FAULTS = [
  "nack:3:3:1",
  "late:3:1500",
  "late:3:3000",
  "reset:3:15:2",
  "stall:3:1000",
  "drop:3:4:1",
  "stuck:3:1000:0",
  "stuck:3:1000:1",
  "rate:3:40000",
  "drift:0:500",
  "brownout:3:200",
  "flash:0:1:1",
  "full:3:2000",
  "closed:3:2000",
];

describe.each(CHIPS)("the clip on an %s", (chip) => {
  it("comes up and answers HEL", () => {
    const board = new World({ wasm: WASM, source: SWAY, seed: 5, chip });
    board.boot();
    board.run(1);
    const seq = board.send("HEL");
    board.run(0.1);
    expect(board.lines.map(({ text }) => text).some((text) => text.includes(`,ACK,${seq},HEL`))).toBe(true);
    expect(board.violations).toEqual([]);
  });

  it.each(FAULTS)("breaks no rule under %s and still answers", (fault) => {
    const board = new World({ wasm: WASM, source: SWAY, seed: 5, chip, faults: [parseFault(fault)], rate_error_ppm: -30_000 });
    board.boot();
    board.run(2);
    board.startSource();
    board.send("SET,1,1500,0,0,0,0,0");
    board.run(8);
    const seq = board.send("STA");
    board.run(0.2);
    expect(board.lines.map(({ text }) => text).some((text) => text.includes(`,ACK,${seq},STA`))).toBe(true);
    expect(board.violations).toEqual([]);
  });
});
