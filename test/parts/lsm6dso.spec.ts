// LSM6DSO at register level. Addresses, codes, tags and counts are those of the data sheet, worked out by hand.
import { describe, expect, it } from "vitest";
import { HAL_NACK, HAL_REFUSED } from "../../sim/engine/engine.ts";
import { Lsm6dso } from "../../sim/parts/lsm6dso.ts";
import { counting, i16, rig } from "./rig.ts";

const PERIOD_104_US = 1e6 / 104;

/** 104 Hz, ±16 g, ±2000 dps, both batched at 104 Hz, continuous. */
function batched(options: Parameters<typeof rig>[1] = {}) {
  const bench = rig(Lsm6dso, options);
  bench.write(0x09, 0x44, 0x06);
  bench.write(0x10, 0x44, 0x4c);
  return bench;
}

describe("LSM6DSO registers", () => {
  it("starts with the defaults of the data sheet", () => {
    const { read } = rig(Lsm6dso);
    expect(read(0x0f, 1)).toEqual([0x6c]);
    expect(read(0x12, 1)).toEqual([0x04]);
    expect(read(0x18, 1)).toEqual([0xe0]);
    expect(read(0x10, 2)).toEqual([0, 0]);
  });

  it("keeps what is written and goes on by itself to the next register", () => {
    const { read, write } = rig(Lsm6dso);
    write(0x10, 0x64, 0x6c, 0x44);
    expect(read(0x10, 3)).toEqual([0x64, 0x6c, 0x44]);
  });

  it("reads one register over and over without IF_INC", () => {
    const { read, write } = rig(Lsm6dso);
    write(0x12, 0x00);
    expect(read(0x0f, 3)).toEqual([0x6c, 0x6c, 0x6c]);
  });

  it("forgets everything on SW_RESET, which reads 0 afterwards", () => {
    const { read, write } = batched();
    write(0x12, 0x05);
    expect(read(0x12, 1)).toEqual([0x04]);
    expect(read(0x09, 2)).toEqual([0, 0]);
    expect(read(0x10, 2)).toEqual([0, 0]);
  });

  it("shows BOOT for 10 ms and takes no writes meanwhile", () => {
    const { imu, read, write, to, violations } = rig(Lsm6dso);
    write(0x12, 0x84);
    expect(read(0x12, 1)).toEqual([0x84]);
    expect(imu.write(0x10, Uint8Array.of(0x40))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(1);
    to(10_000);
    expect(read(0x12, 1)).toEqual([0x04]);
    write(0x10, 0x40);
  });

  it.each([
    ["a write to who-am-I", 0x0f, [0x6c]],
    ["a write to a status register", 0x3a, [0]],
    ["a reserved bit of CTRL1_XL", 0x10, [0x41]],
    ["a rate that does not exist", 0x10, [0xc0]],
    ["a gyroscope range that does not exist", 0x11, [0x46]],
    ["the embedded functions' bank", 0x01, [0x80]],
    ["a burst over the end", 0x7f, [0, 0]],
    ["nothing", 0x10, []],
    ["a burst with one bad register: none is written", 0x0d, [0x08, 0x00]],
  ])("refuses %s", (_what, reg, bytes) => {
    const { imu, violations, read } = rig(Lsm6dso);
    expect(imu.write(reg, Uint8Array.from(bytes))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(1);
    expect(read(0x0d, 1)).toEqual([0]);
    expect(read(0x10, 2)).toEqual([0, 0]);
  });

  it("refuses reads of registers it does not have", () => {
    const { imu, violations } = rig(Lsm6dso);
    expect(imu.read(0x6f, new Uint8Array(1))).toBe(HAL_REFUSED);
    expect(imu.read(0x0f, new Uint8Array(0))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(2);
  });
});

describe("LSM6DSO output", () => {
  it.each([
    [0x40, 16_393], // ±2 g: 1 / 0.061 mg
    [0x48, 8197], // ±4 g: 1 / 0.122 mg
    [0x4c, 4098], // ±8 g: 1 / 0.244 mg
    [0x44, 2049], // ±16 g: 1 / 0.488 mg
  ])("shows 1 g with CTRL1_XL %i as %i", (ctrl1, lsb) => {
    const { read, write, to } = rig(Lsm6dso);
    write(0x10, ctrl1);
    to(10_000);
    expect(i16(read(0x28, 6), 4)).toBe(lsb);
  });

  it.each([
    [0x42, 22_857], // ±125 dps: 100 / 0.004375
    [0x40, 11_429], // ±250 dps: 100 / 0.00875
    [0x44, 5714], // ±500 dps: 100 / 0.0175
    [0x48, 2857], // ±1000 dps: 100 / 0.035
    [0x4c, 1429], // ±2000 dps: 100 / 0.07
  ])("shows 100 dps with CTRL2_G %i as %i", (ctrl2, lsb) => {
    const { read, write, to } = rig(Lsm6dso, { source: counting((_index, out) => (out[3] = 100)) });
    write(0x11, ctrl2);
    to(10_000);
    expect(i16(read(0x22, 6), 0)).toBe(lsb);
  });

  it("ends at the range, both ways", () => {
    const { read, write, to } = rig(Lsm6dso, {
      source: counting((_index, out) => {
        out[0] = 40;
        out[1] = -40;
        out[4] = 1e6;
      }),
    });
    write(0x10, 0x44, 0x4c);
    to(10_000);
    const out = read(0x22, 12);
    expect([i16(out, 6), i16(out, 8), i16(out, 2)]).toEqual([32_767, -32_768, 32_767]);
  });

  it("sets and clears the data-ready flags", () => {
    const { read, write, to } = rig(Lsm6dso);
    write(0x10, 0x44, 0x4c);
    expect(read(0x1e, 1)).toEqual([0]);
    to(10_000);
    expect(read(0x1e, 1)).toEqual([7]);
    read(0x28, 6);
    expect(read(0x1e, 1)).toEqual([6]);
    read(0x20, 8);
    expect(read(0x1e, 1)).toEqual([0]);
  });

  it("shows the temperature: 256 LSB a degree above 25", () => {
    expect(i16(rig(Lsm6dso).read(0x20, 2), 0)).toBe(512);
  });

  it("makes 0.05 more samples with a clock 50000 ppm fast", () => {
    const { imu, write, to } = rig(Lsm6dso, { rate_error_ppm: 50_000 });
    write(0x10, 0x64);
    to(10e6);
    expect(imu.samples).toBe(4368); // 416 · 1.05 · 10
    expect(imu.rate_hz).toBeCloseTo(436.8, 6);
  });

  it("drifts: 1000 ppm/s are 0.5 % more samples in 10 s", () => {
    const { imu, write, to } = rig(Lsm6dso, { rate_drift_ppm_s: 1000 });
    write(0x10, 0x64);
    to(10e6);
    expect(Math.abs(imu.samples - 4160 * 1.005)).toBeLessThan(2);
  });

  it("has the noise and the offsets of its data sheet, and none of them in exact mode", () => {
    const spread = (exact: boolean): { mean_mg: number; sd_mg: number; differ: boolean } => {
      const { read, write, to } = rig(Lsm6dso, { exact });
      write(0x10, 0x64);
      const values: number[] = [];
      for (let index = 0; index < 4000; index += 1) {
        to(100_000 + (index * 1e6) / 416);
        values.push(i16(read(0x28, 6), 0) * 0.488);
      }
      const mean_mg = values.reduce((sum, value) => sum + value, 0) / values.length;
      const sd_mg = Math.sqrt(values.reduce((sum, value) => sum + (value - mean_mg) ** 2, 0) / values.length);
      return { mean_mg, sd_mg, differ: new Set(values).size > 1 };
    };
    const real = spread(false);
    expect(Math.abs(real.mean_mg)).toBeLessThanOrEqual(20.5);
    expect(real.mean_mg).not.toBe(0);
    const expected_mg = Math.hypot(0.11 * Math.sqrt(208), 0.488 / Math.sqrt(12)); // 110 µg/√Hz over 208 Hz, and rounding
    expect(Math.abs(real.sd_mg / expected_mg - 1)).toBeLessThan(0.05);
    expect(spread(true)).toEqual({ mean_mg: 0, sd_mg: 0, differ: false });
  });

  it("is wrong until the gyroscope has started", () => {
    const { read, write, to } = rig(Lsm6dso, { exact: false, source: counting((_index, out) => (out[3] = 1000)) });
    write(0x11, 0x6c);
    to(4000);
    expect(i16(read(0x22, 2), 0) * 0.07).toBeLessThan(600);
    to(100_000);
    expect(Math.abs(i16(read(0x22, 2), 0) * 0.07 - 1000)).toBeLessThan(12); // 1 % of scale, 1 dps of offset, noise
  });
});

describe("LSM6DSO FIFO", () => {
  it("holds gyroscope and accelerometer words with tags of even parity and a running slot", () => {
    const { read, to } = batched({
      source: counting((index, out) => {
        out[0] = 0.488 * index; // 1000 LSB a sample
        out[5] = 7 * index; // 100 LSB a sample
      }),
    });
    to(4.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([8, 0]);
    const bytes = read(0x78, 56);
    const tags = Array.from({ length: 8 }, (_, word) => bytes[7 * word]!);
    // TAG_SENSOR << 3 | TAG_CNT << 1 | parity, for slots 0..3, by hand
    const gyro = [0x09, 0x0a, 0x0c, 0x0f];
    const xl = [0x11, 0x12, 0x14, 0x17];
    const start = gyro.indexOf(tags[0]!);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(tags).toEqual([0, 1, 2, 3].flatMap((slot) => [gyro[(start + slot) % 4], xl[(start + slot) % 4]]));
    for (let slot = 0; slot < 4; slot += 1) {
      expect(i16(bytes, 14 * slot + 5)).toBe(100 * slot);
      expect(i16(bytes, 14 * slot + 8)).toBe(1000 * slot);
    }
    expect(read(0x3a, 2)).toEqual([0, 0]);
  });

  it("raises INT1 at the watermark and lowers it when words are taken", () => {
    const { imu, read, write, violations } = batched();
    write(0x07, 6);
    write(0x0d, 0x08);
    const rise_us = imu.advance(1e6, true);
    expect(rise_us).toBeCloseTo(3 * PERIOD_104_US, 3);
    expect(imu.line()).toBe(true);
    expect(read(0x3a, 2)).toEqual([6, 0x80]);
    read(0x78, 7);
    expect(imu.line()).toBe(false);
    expect(imu.advance(1e6, true)).toBeCloseTo(4 * PERIOD_104_US, 3);
    expect(violations).toEqual([]);
  });

  it("counts beyond 255 words and knows a watermark of nine bits", () => {
    const { imu, read, write, to } = batched();
    write(0x07, 300 & 0xff, 1);
    write(0x0d, 0x08);
    expect(imu.advance(10e6, true)).toBeCloseTo(150 * PERIOD_104_US, 3);
    to(160.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([320 & 0xff, 0x81]);
  });

  it("drops the oldest words when full and says so until it is asked", () => {
    const { read, write, to } = rig(Lsm6dso, { source: counting((index, out) => (out[0] = 0.000488 * index)) });
    write(0x09, 0x04, 0x06);
    write(0x10, 0x44);
    to(511.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([0xff, 0x21]); // full at the next sample
    to(512.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([0x00, 0x62]); // full, nothing lost
    to(600.5 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([0x00, 0x6a]);
    expect(read(0x3a, 2)).toEqual([0x00, 0x62]); // OVR_LATCHED went with the read
    expect(i16(read(0x78, 7), 1)).toBe(88);
  });

  it("stops at full in FIFO mode", () => {
    const { read, write, to } = rig(Lsm6dso, { source: counting((index, out) => (out[0] = 0.000488 * index)) });
    write(0x09, 0x04, 0x01);
    write(0x10, 0x44);
    to(600.5 * PERIOD_104_US);
    const words = read(0x78, 512 * 7);
    expect([i16(words, 1), i16(words, 511 * 7 + 1)]).toEqual([0, 511]);
  });

  it("batches at a lower rate than it samples", () => {
    const { read, write, to } = rig(Lsm6dso, { source: counting((index, out) => (out[0] = 0.000488 * index)) });
    write(0x09, 0x03, 0x06); // 52 Hz
    write(0x10, 0x54); // 208 Hz
    to(8.5 * (1e6 / 208));
    expect(read(0x3a, 2)).toEqual([2, 0]);
    const words = read(0x78, 14);
    expect(i16(words, 8) - i16(words, 1)).toBe(4);
  });

  it("is empty after bypass mode", () => {
    const { read, write, to } = batched();
    to(10 * PERIOD_104_US);
    write(0x0a, 0x00);
    expect(read(0x3a, 2)).toEqual([0, 0]);
    to(20 * PERIOD_104_US);
    expect(read(0x3a, 2)).toEqual([0, 0]);
  });

  it.each([
    ["half a word", 0x78, 10],
    ["a start behind the tag", 0x79, 6],
    ["more words than there are", 0x78, 63],
  ])("refuses to read %s", (_what, reg, size) => {
    const { imu, read, to, violations } = batched();
    to(4.5 * PERIOD_104_US);
    expect(imu.read(reg, new Uint8Array(size))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(1);
    expect(read(0x3a, 1)).toEqual([8]);
  });

  it("refuses to read while it is off", () => {
    const { imu, violations } = rig(Lsm6dso);
    expect(imu.read(0x78, new Uint8Array(7))).toBe(HAL_REFUSED);
    expect(violations).toHaveLength(1);
  });
});

describe("LSM6DSO faults", () => {
  it("refuses as many transfers as asked, and reports nothing", () => {
    const { imu, read, violations } = rig(Lsm6dso);
    imu.refuseNext(2);
    const bytes = Uint8Array.of(0xaa);
    expect(imu.read(0x0f, bytes)).toBe(HAL_NACK);
    expect(bytes[0]).toBe(0xaa);
    expect(imu.write(0x10, bytes)).toBe(HAL_NACK);
    expect(read(0x0f, 1)).toEqual([0x6c]);
    expect(violations).toEqual([]);
  });

  it("is away after a reset of its own, then has forgotten everything", () => {
    const { imu, read, to } = batched();
    to(100_000);
    imu.resetItself(15);
    expect(imu.read(0x0f, new Uint8Array(1))).toBe(HAL_NACK);
    to(114_900);
    expect(imu.read(0x0f, new Uint8Array(1))).toBe(HAL_NACK);
    to(115_100);
    expect(read(0x0f, 1)).toEqual([0x6c]);
    expect(read(0x10, 2)).toEqual([0, 0]);
    to(1e6);
    expect(imu.samples).toBe(10);
  });

  it("makes no samples while it stalls, and goes on afterwards", () => {
    const { imu, to } = batched();
    to(100_000);
    imu.stall(500);
    to(600_000);
    expect(imu.samples).toBe(10);
    to(1_005_000);
    expect(imu.samples).toBe(104 - 52); // of a second, without numbers 11 to 62
  });

  it("drops samples before the FIFO", () => {
    const { imu, read, to } = batched({ source: counting((index, out) => (out[0] = 0.000488 * index)) });
    to(2.5 * PERIOD_104_US);
    imu.dropNext(3);
    to(6.5 * PERIOD_104_US);
    const bytes = read(0x78, 42);
    expect([1, 3, 5].map((word) => i16(bytes, 7 * word + 1))).toEqual([0, 1, 5]);
  });

  it("holds its line where it is stuck", () => {
    const { imu, write, to } = batched();
    write(0x07, 2);
    write(0x0d, 0x08);
    imu.stick(0);
    to(1e5);
    expect(imu.line()).toBe(false);
    imu.stick(-1);
    expect(imu.line()).toBe(true);
  });

  it("says which value of its source is no number", () => {
    const { write, to } = rig(Lsm6dso, { source: counting((_index, out) => (out[1] = NaN)) });
    write(0x10, 0x44);
    expect(() => to(1e6)).toThrow(/no number/);
  });
});
