// A clip over the air to programs that know nothing of hopclip: by the standards' own bytes.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSet, stop } from "../../host/clip/command.ts";
import { buildLine } from "../../host/clip/line.ts";
import { loadWasm } from "../../host/wasm.ts";
import { askPython, openAir, startClip, type Air, type Clip } from "./rig.ts";

const CADENCE_SPM = 172;

let air: Air;
let clip: Clip;

beforeAll(async () => {
  air = await openAir(2);
  clip = await startClip(air.radios[0]!, 2_147_483_647, "--exercise", "run", "--bpm", String(CADENCE_SPM));
});

afterAll(async () => {
  await clip.stop();
  await air.end();
});

const hex = (text: string): string => Buffer.from(text).toString("hex");

test("a watch reads running speed and cadence, battery and device information", async () => {
  const [begin, end] = [buildLine(1, startSet({ exercise: "run" })), buildLine(2, stop())];
  const { measured, ...read } = (await askPython("reader.py", air.radios[1]!.path, clip.name, "8", begin, end)) as { measured: string[] };
  expect(read).toEqual({
    shown: ["1814"],
    services: ["1800", "1801", "180a", "180f", "1814", "6e400001b5a3f393e0a9e50e24dcca9e", "8d53dc1d1db74cd3868b8a527460aa84"],
    feature: "0400", // walking or running is told; no stride length, no distance
    location: "01", // top of shoe
    battery: expect.stringMatching(/^[0-5][0-9a-f]|6[0-4]$/), // 0..100 %
    manufacturer: hex("hopclip"),
    model: hex("simulated clip"),
    version: hex("0.1.0"),
    serial: hex("2147483647"),
  });
  // Runs; no speed; steps a minute of both feet. Then the set is over, and that is told once.
  const cadences_spm = measured.slice(4, -1).map((each) => Number.parseInt(/^040000([0-9a-f]{2})$/u.exec(each)![1]!, 16));
  const mean_spm = cadences_spm.reduce((sum, each) => sum + each, 0) / cadences_spm.length;
  expect(Math.abs(mean_spm - CADENCE_SPM)).toBeLessThan(5); // no two strides are alike
  expect(measured.at(-1)).toBe("00000000");
});

test("smpclient echoes, lists the apps and reads the log", async () => {
  const seen = (await askPython("manager.py", air.radios[1]!.path, clip.name)) as { log: [number, string, number, string] };
  expect(seen).toMatchObject({
    echo: "hop, hop",
    parameters: [512, 1],
    images: [[0, "0.1.0", createHash("sha256").update(loadWasm()).digest("hex"), true, true]],
  });
  const [bytes, here, hashed, there] = seen.log;
  expect(bytes).toBeGreaterThan(0);
  expect([hashed, there]).toEqual([bytes, here]);
});
