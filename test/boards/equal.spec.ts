// One file everywhere: every engine leaves the same bytes on the link and in flash as V8, over every exercise, and faults.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { engineNamed, type EngineName } from "../../sim/engine/named.ts";
import { run, scenarios, type Trail } from "./scenario.ts";

const wasm = new Uint8Array(readFileSync("build/clip.wasm"));
const sha256 = createHash("sha256").update(wasm).digest("hex");

/** Samples each engine must have run: Linux takes a million in a minute, an emulated processor a hundred thousand. */
const AMOUNT: Readonly<Record<Exclude<EngineName, "v8">, readonly [scenarios: number, seconds: number, samples: number]>> = {
  wamr: [48, 60, 1_000_000],
  "wamr-classic": [48, 60, 1_000_000],
  wasm2c: [48, 60, 1_000_000],
  "qemu-m4": [24, 14, 100_000],
  "qemu-rv32": [24, 14, 100_000],
};

const expected = new Map<string, Trail>();
const told: string[] = [];
afterAll(() => console.log(`build/clip.wasm ${sha256}\n${told.join("\n")}`));

describe.each(Object.keys(AMOUNT) as (keyof typeof AMOUNT)[])("%s", (name) => {
  const [count, seconds, samples_min] = AMOUNT[name];
  test(`runs ${samples_min} samples as V8 does`, () => {
    let samples = 0;
    let contacts = 0;
    let lines = 0;
    for (const scenario of scenarios(count, seconds)) {
      const key = `${scenario.name} ${seconds}`;
      const v8 = expected.get(key) ?? run(scenario, wasm);
      expected.set(key, v8);
      expect(v8.firmware).toBe(sha256);
      expect(run(scenario, wasm, engineNamed(name)), scenario.name).toEqual(v8);
      samples += v8.samples;
      contacts += v8.contacts;
      lines += v8.lines;
    }
    told.push(`${name}: ${samples} samples, ${lines} lines, ${contacts} contacts, link and flash equal to V8's`);
    expect(samples).toBeGreaterThanOrEqual(samples_min);
    expect(contacts).toBeGreaterThan(samples_min / 1000);
  });
});
