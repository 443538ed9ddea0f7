// What the app adds to each sample, in executed wasm instructions.
import { expect, test } from "vitest";
import { counted, instrument } from "../bench/count.ts";
import { fakeWasm, Rig } from "./rig.ts";

/** Most instructions that the stand-ins for driver and detector take themselves for a sample: next 27, push with a look for news 38. */
const STAND_INS = 65;
const SAMPLES = 20 * 416;

/** Instructions of 20 s of a set. */
async function spent(bpm_d: number, silent: boolean): Promise<number> {
  const rig = new Rig(instrument(await fakeWasm()));
  rig.ask(`SET,1,${bpm_d},0,0,0,3000,4`);
  rig.silent = silent;
  rig.run(1_000_000);
  const from = counted(rig.memory());
  rig.run(20_000_000);
  return counted(rig.memory()) - from;
}

test("a sample costs the app at most 93 instructions, its share of the step included", async () => {
  const all = (await spent(0, false)) / SAMPLES;
  expect(all).toBeGreaterThan(STAND_INS);
  expect(all).toBeLessThanOrEqual(STAND_INS + 93);
});

test("beats at 150/min with their lines cost at most 25 a sample", async () => {
  expect((await spent(1500, true)) / SAMPLES).toBeLessThanOrEqual(25);
});
