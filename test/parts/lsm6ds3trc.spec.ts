// LSM6DS3TR-C at register level: what differs from the LSM6DSO, above all the FIFO without tags.
import { describe, expect, it } from "vitest";
import { HAL_REFUSED } from "../../sim/engine/engine.ts";
import { Lsm6ds3trc } from "../../sim/parts/lsm6ds3trc.ts";
import { REST, counting, i16, rig } from "./rig.ts";

const PERIOD_104_US = 1e6 / 104;

/** Word w of sample n shows 10 n + w, gyroscope first. */
function numbered() {
  return counting((index, out) => {
    for (let axis = 0; axis < 3; axis += 1) {
      out[axis] = 0.000488 * (10 * index + 3 + axis);
      out[3 + axis] = 0.07 * (10 * index + axis);
    }
  });
}

/** 104 Hz, ±16 g, ±2000 dps, both data sets stored at 104 Hz, continuous. */
function stored(ctrl3 = 0x09, source = REST) {
  const bench = rig(Lsm6ds3trc, { source });
  bench.write(0x08, ctrl3);
  bench.write(0x0a, 0x26);
  bench.write(0x10, 0x44, 0x4c);
  return bench;
}

describe("LSM6DS3TR-C", () => {
  it("starts with the defaults of the data sheet", () => {
    const { read } = rig(Lsm6ds3trc);
    expect(read(0x0f, 1)).toEqual([0x6a]);
    expect(read(0x12, 1)).toEqual([0x04]);
    expect(read(0x3a, 4)).toEqual([0, 0x10, 0, 0]); // FIFO_EMPTY
  });

  it("takes a burst over all FIFO_CTRL registers", () => {
    const { read, write } = rig(Lsm6ds3trc);
    write(0x06, 48, 0, 0x09, 0, 0x30);
    expect(read(0x06, 5)).toEqual([48, 0, 0x09, 0, 0x30]);
  });

  it("stores gyroscope, then accelerometer, three words each", () => {
    const { read, to, violations } = stored(0x09, numbered());
    to(2.5 * PERIOD_104_US);
    expect(read(0x3a, 4)).toEqual([12, 0, 0, 0]);
    const bytes = read(0x3e, 24);
    expect(Array.from({ length: 12 }, (_, word) => i16(bytes, 2 * word))).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]);
    expect(read(0x3a, 4)).toEqual([0, 0x10, 0, 0]);
    expect(violations).toEqual([]);
  });

  it("tells the place of the next word in the pattern", () => {
    const { read, to } = stored(0x09, numbered());
    to(2.5 * PERIOD_104_US);
    read(0x3e, 8);
    expect(read(0x3a, 4)).toEqual([8, 0, 4, 0]);
    read(0x3e, 6);
    expect(read(0x3a, 4)).toEqual([5, 0, 1, 0]);
  });

  it("repeats its pattern over decimated sets: gyroscope at half the rate", () => {
    const { read, to } = stored(0x11, numbered());
    to(4.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([18, 0]);
    const bytes = read(0x3e, 36);
    const words = Array.from({ length: 18 }, (_, word) => i16(bytes, 2 * word));
    expect(words).toEqual([0, 1, 2, 3, 4, 5, 13, 14, 15, 20, 21, 22, 23, 24, 25, 33, 34, 35]);
    expect(read(0x3c, 2)).toEqual([0, 0]);
  });

  it("stores at its own lower rate", () => {
    const { read, write, to } = rig(Lsm6ds3trc, { source: numbered() });
    write(0x08, 0x01);
    write(0x0a, 0x1e); // 52 Hz
    write(0x10, 0x54); // 208 Hz
    to(8.5 * (1e6 / 208));
    expect(read(0x3a, 1)).toEqual([6]);
    const bytes = read(0x3e, 12);
    expect([i16(bytes, 0), i16(bytes, 6)]).toEqual([3, 43]);
  });

  it("raises INT1 at a threshold counted in words", () => {
    const { imu, read, write } = stored();
    write(0x06, 0x2c, 0x01); // 300
    write(0x0d, 0x08);
    expect(imu.advance(10e6, true)).toBeCloseTo(50 * PERIOD_104_US, 3);
    expect(read(0x3a, 2)).toEqual([300 & 0xff, 0x81]);
    read(0x3e, 2);
    expect(imu.line()).toBe(false);
  });

  it("overwrites word by word when full: DIFF_FIFO reads 0, OVER_RUN is set and the pattern has moved", () => {
    const { read, to, violations } = stored(0x09, numbered());
    to(341.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([2046 & 0xff, 0x20 | (2046 >> 8)]);
    to(342.5 * PERIOD_104_US); // 2052 words into 2048: four of the first sample are gone
    expect(read(0x3a, 4)).toEqual([0, 0x60, 4, 0]);
    const bytes = read(0x3e, 16);
    expect(Array.from({ length: 8 }, (_, word) => i16(bytes, 2 * word))).toEqual([4, 5, 10, 11, 12, 13, 14, 15]);
    expect(read(0x3a, 4)).toEqual([2040 & 0xff, 2040 >> 8, 0, 0]);
    expect(violations).toEqual([]);
  });

  it("is empty, with its pattern at the start, after bypass mode", () => {
    const { read, write, to } = stored();
    to(5.5 * PERIOD_104_US);
    read(0x3e, 2);
    write(0x0a, 0x20);
    expect(read(0x3a, 4)).toEqual([0, 0x10, 0, 0]);
  });

  it.each([
    ["an odd number of bytes", 0x3e, 3],
    ["a start at the high byte", 0x3f, 2],
    ["more words than there are", 0x3e, 26],
  ])("refuses to read %s", (_what, reg, size) => {
    const { imu, to, violations } = stored();
    to(2.5 * PERIOD_104_US);
    expect(imu.read(reg, new Uint8Array(size))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(1);
  });

  it.each([
    ["data sets", 0x08, 0x01],
    ["the rate", 0x0a, 0x2e],
  ])("refuses to change %s while the FIFO runs", (_what, reg, value) => {
    const { imu, violations } = stored();
    expect(imu.write(reg, Uint8Array.of(value))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(1);
  });

  it("has more noise than its successor: 180 µg/√Hz at ±16 g", () => {
    const { read, write, to } = rig(Lsm6ds3trc, { exact: false });
    write(0x10, 0x64);
    const values: number[] = [];
    for (let index = 0; index < 4000; index += 1) {
      to(100_000 + (index * 1e6) / 416);
      values.push(i16(read(0x28, 6), 2) * 0.488);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd_mg = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThanOrEqual(40.5);
    expect(Math.abs(sd_mg / Math.hypot(0.18 * Math.sqrt(208), 0.488 / Math.sqrt(12)) - 1)).toBeLessThan(0.05);
  });
});
