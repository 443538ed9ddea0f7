// What the firmware costs on the emulated boards, against test/rules/budget.ts. npm run bench:boards has the whole table.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EXERCISE_POGO } from "../../firmware/wire/layout.ts";
import { boardMachine } from "../../sim/engine/named.ts";
import { CORES, imageSize, measured, start_us } from "../bench/boards.ts";
import { boardCost } from "../bench/cost.ts";
import { detectorCost } from "../bench/detector.ts";
import {
  BOARD_INSTRUCTIONS_MEAN_MAX, IMAGE_RAM_BYTES_CEILING, IMAGE_RAM_BYTES_MAX, IMAGE_TEXT_BYTES_MAX, RV32_INSTRUCTIONS_CEILING, START_US_MAX, WASM2C_RATIO_MAX,
} from "../rules/budget.ts";

const wasm = new Uint8Array(readFileSync("build/clip.wasm"));
const [pogo] = measured();

describe.each(["qemu-m4", "qemu-rv32"] as const)("%s", (core) => {
  test("the detector as C of wasm2c costs at most 1.7 times the same in C", async () => {
    const c = await detectorCost(pogo!, EXERCISE_POGO, core, "c");
    const wasm2c = await detectorCost(pogo!, EXERCISE_POGO, core, "wasm2c");
    expect(c.contacts).toBeGreaterThan(10);
    expect(wasm2c.contacts).toBe(c.contacts);
    expect(c.mean).toBeGreaterThan(100);
    expect(wasm2c.mean / c.mean).toBeGreaterThan(1);
    expect(wasm2c.mean / c.mean).toBeLessThanOrEqual(WASM2C_RATIO_MAX);
  });

  test(`${CORES[core]}: code and constants of the image fit`, () => {
    expect(imageSize(core, "fast").text).toBeGreaterThan(50_000);
    expect(imageSize(core, "fast").text).toBeLessThanOrEqual(IMAGE_TEXT_BYTES_MAX);
    expect(imageSize(core, "wasm2c").text).toBeLessThanOrEqual(IMAGE_TEXT_BYTES_MAX);
  });

  test("RAM of the image with wasm2c fits", () => {
    expect(imageSize(core, "wasm2c").ram).toBeGreaterThan(10_000);
    expect(imageSize(core, "wasm2c").ram).toBeLessThanOrEqual(IMAGE_RAM_BYTES_MAX);
  });

  test("RAM of the image with WAMR fast is over its budget, and grows no further", () => {
    const { ram } = imageSize(core, "fast");
    expect(ram).toBeGreaterThan(IMAGE_RAM_BYTES_MAX); // the day it fits, its ceiling goes
    expect(ram).toBeLessThanOrEqual(IMAGE_RAM_BYTES_CEILING);
  });

});

test.each(["qemu-m4", "qemu-rv32"] as const)("%s: the first samples are read half a second after the start", (core) => {
  const started_us = start_us(core, wasm);
  expect(started_us).toBeGreaterThan(1000);
  expect(started_us).toBeLessThanOrEqual(START_US_MAX);
});

describe("a sample of a set on the beat costs WAMR fast at most 8 % of a core of 64 MIPS", () => {
  test("Cortex-M4F", () => {
    const { mean, contacts, samples } = boardCost(pogo!, wasm, boardMachine("qemu-m4", "fast"));
    expect(samples).toBeGreaterThan(416 * 10);
    expect(contacts).toBeGreaterThan(10);
    expect(mean).toBeGreaterThan(1000); // the counter counts
    expect(mean).toBeLessThanOrEqual(BOARD_INSTRUCTIONS_MEAN_MAX);
  });

  // RV32IMC has no load with an index and no carry, of which WAMR's handlers are full.
  test("RV32IMC takes more, and grows no further", () => {
    const { mean } = boardCost(pogo!, wasm, boardMachine("qemu-rv32", "fast"));
    expect(mean).toBeGreaterThan(BOARD_INSTRUCTIONS_MEAN_MAX); // the day it fits, its ceiling goes
    expect(mean).toBeLessThanOrEqual(RV32_INSTRUCTIONS_CEILING);
  });
});
