// The FIFO's words put together: both orders of a slot, halves, missing slots, spoilt words, other tags, and the untagged pattern.
import { describe, expect, test } from "vitest";
import { compile, load, type Part } from "./compile.ts";

const ENTRY = `
import { Fifo } from "../../firmware/imu/fifo";
import { Sample } from "../../firmware/imu/sample";
const FIFO_AT: usize = memory.data(64, 16);
const SAMPLE_AT: usize = memory.data(64, 16);
const fifo: Fifo = changetype<Fifo>(FIFO_AT);
const sample: Sample = changetype<Sample>(SAMPLE_AT);
export function setUp(tagged: i32, gyro: i32): void { fifo.tagged = tagged; fifo.gyro = gyro; fifo.gain_q16 = 65536; }
export function look(): i32 { return fifo.look(); }
export function fill(): i32 { return fifo.fill(); }
export function next(): i32 { return fifo.next(sample); }
export function overrun(): i32 { return fifo.overrun != 0 ? 1 : 0; }
export function lost(): i32 { return fifo.lost; }
export function gyro(): i32 { return sample.gx_ddps; }
export function xl(): i32 { return sample.ax_mg; }
`;

const GYRO = 1;
const XL = 2;
const TEMPERATURE = 3;

/** One word of 7 bytes: sensor, slot counter, first axis; the number of ones in the tag is even. */
function word(sensor: number, slot: number, x: number): number[] {
  const bits = (sensor << 3) | ((slot & 3) << 1);
  const ones = bits.toString(2).replaceAll("0", "").length;
  return [bits | (ones & 1), x & 0xff, (x >> 8) & 0xff, 1, 0, 2, 0];
}

interface Sample {
  gyro: number;
  xl: number;
  lost: number;
}

class Reader {
  bytes: number[] = [];
  /** FIFO_STATUS3 of the untagged FIFO. */
  pattern = 0;
  flags = 0;
  reads: number[] = [];
  private readonly part: Part;
  private readonly tagged: boolean;

  private constructor(part: Part, tagged: boolean, gyro: boolean) {
    this.part = part;
    this.tagged = tagged;
    part.call["setUp"]!(tagged ? 1 : 0, gyro ? 1 : 0);
  }

  static async make(tagged: boolean, gyro = true): Promise<Reader> {
    const readers: Reader[] = [];
    const part = await load(await compile(ENTRY), {
      imu_read: (reg: number, at: number, size: number) => readers[0]!.read(reg, at, size),
    });
    readers[0] = new Reader(part, tagged, gyro);
    return readers[0];
  }

  look(): number {
    return this.part.call["look"]!();
  }

  get overrun(): number {
    return this.part.call["overrun"]!();
  }

  /** All that is to be read after a look. */
  take(): Sample[] {
    const { call } = this.part;
    const taken: Sample[] = [];
    for (;;) {
      const got = call["next"]!();
      if (got < 0) throw new Error(`next: ${got}`);
      if (got === 0) return taken;
      taken.push({ gyro: call["gyro"]!(), xl: call["xl"]!(), lost: call["lost"]!() });
    }
  }

  /** Reads a chunk; the slots missing in it, modulo 4. */
  lost(): number {
    this.part.call["fill"]!();
    return this.part.call["lost"]!();
  }

  private read(reg: number, at: number, size: number): number {
    const { bytes } = this.part;
    if (reg === 0x3a) {
      const words = this.bytes.length / (this.tagged ? 7 : 2);
      bytes.set([words & 0xff, (words >> 8) | this.flags, this.pattern, 0].slice(0, size), at);
      return 0;
    }
    if (reg !== (this.tagged ? 0x78 : 0x3e)) throw new Error(`read of register ${reg}`);
    if (size > this.bytes.length) throw new Error("read beyond what waits");
    this.reads.push(size);
    bytes.set(this.bytes.splice(0, size), at);
    return 0;
  }
}

/** Slots [from, to) with 7·n (0.1 °/s) as its gyroscope and −n as its accelerometer. */
function slots(from: number, to: number, swapped = false): number[] {
  const out: number[] = [];
  for (let n = from; n < to; n += 1) out.push(...(swapped ? [...word(XL, n, -n), ...word(GYRO, n, 10 * n)] : [...word(GYRO, n, 10 * n), ...word(XL, n, -n)]));
  return out;
}

function samples(from: number, to: number, first_lost = 0): Sample[] {
  return Array.from({ length: to - from }, (_, index) => ({ gyro: 7 * (from + index), xl: -(from + index), lost: index === 0 ? first_lost : 0 }));
}

describe("tagged words", () => {
  test.each([false, true])("whole slots, accelerometer first: %s", async (swapped) => {
    const reader = await Reader.make(true);
    for (let from = 1; from < 40; from += 8) {
      reader.bytes = slots(from, from + 8, swapped);
      expect(reader.look()).toBe(8);
      expect(reader.take()).toEqual(samples(from, from + 8));
    }
  });

  test("orders mixed within a batch", async () => {
    const reader = await Reader.make(true);
    reader.bytes = [...slots(1, 3), ...slots(3, 5, true), ...slots(5, 7)];
    expect(reader.look()).toBe(6);
    expect(reader.take()).toEqual(samples(1, 7));
  });

  test("sixteen slots a burst, the rest in the next", async () => {
    const reader = await Reader.make(true);
    reader.bytes = slots(1, 41);
    expect(reader.look()).toBe(40);
    expect(reader.take()).toEqual(samples(1, 41));
    expect(reader.take()).toEqual([]);
    expect(reader.reads).toEqual([224, 224, 112]);
  });

  test("a slot cut in two by a look is put together", async () => {
    const reader = await Reader.make(true);
    const bytes = slots(1, 18);
    for (let taken = 0; taken < 34; ) {
      const words = 5 + (taken % 3);
      reader.bytes = bytes.slice(7 * taken, 7 * (taken + words));
      const before = taken;
      taken = Math.min(taken + words, 34);
      const from = 1 + (before >> 1);
      const to = 1 + (taken >> 1);
      expect(reader.look()).toBe(to - from);
      expect(reader.take()).toEqual(samples(from, to));
    }
  });

  test.each([1, 2, 3])("%i slots missing between two looks, and within one", async (missing) => {
    const reader = await Reader.make(true);
    reader.bytes = slots(1, 5);
    reader.look();
    reader.take();
    reader.bytes = [...slots(5 + missing, 9 + missing), ...slots(9 + 2 * missing, 12 + 2 * missing)];
    expect(reader.look()).toBe(7);
    expect(reader.lost()).toBe((2 * missing) & 3);
    expect(reader.take()).toEqual([...samples(5 + missing, 9 + missing, missing), ...samples(9 + 2 * missing, 12 + 2 * missing, missing)]);
  });

  test("a half whose other half was overwritten is dropped and counted", async () => {
    const reader = await Reader.make(true);
    reader.bytes = slots(1, 3);
    reader.look();
    reader.take();
    reader.bytes = [...word(XL, 3, -3), ...slots(4, 8)];
    reader.flags = 0x08;
    expect(reader.look()).toBe(4);
    expect(reader.overrun).toBe(1);
    expect(reader.take()).toEqual(samples(4, 8, 1));
  });

  test("a word with wrong parity spoils its slot only", async () => {
    for (let bit = 0; bit < 8; bit += 1) {
      const reader = await Reader.make(true);
      reader.bytes = slots(1, 9);
      reader.bytes[7 * 6]! ^= 1 << bit;
      expect(reader.look()).toBe(8);
      expect(reader.take()).toEqual([...samples(1, 4), ...samples(5, 9, 1)]);
    }
  });

  test("words of other sensors are passed over", async () => {
    const reader = await Reader.make(true);
    reader.bytes = [...slots(1, 3), ...word(TEMPERATURE, 2, 99), ...slots(3, 5)];
    reader.look();
    expect(reader.take()).toEqual(samples(1, 5));
  });

  test("without gyroscope each word is a sample", async () => {
    const reader = await Reader.make(true, false);
    reader.bytes = [1, 2, 3, 4, 6, 7].flatMap((n) => word(XL, n, -n));
    expect(reader.look()).toBe(6);
    expect(reader.take().map(({ xl, lost }) => [xl, lost])).toEqual([[-1, 0], [-2, 0], [-3, 0], [-4, 0], [-6, 1], [-7, 0]]);
  });
});

describe("untagged words", () => {
  /** Samples [from, to): gx = 10·n, ax = −n. */
  function plain(from: number, to: number): number[] {
    const out: number[] = [];
    for (let n = from; n < to; n += 1) out.push((10 * n) & 0xff, (10 * n) >> 8, 0, 0, 0, 0, -n & 0xff, (-n >> 8) & 0xff, 0, 0, 0, 0);
    return out;
  }

  test("samples in place", async () => {
    const reader = await Reader.make(false);
    reader.bytes = plain(1, 21);
    expect(reader.look()).toBe(20);
    expect(reader.take()).toEqual(samples(1, 21));
  });

  test.each([1, 2, 3, 4, 5])("a FIFO that begins at place %i of the pattern is brought to the next sample", async (pattern) => {
    const reader = await Reader.make(false);
    reader.bytes = plain(1, 9).slice(2 * pattern);
    reader.pattern = pattern;
    expect(reader.look()).toBe(7);
    expect(reader.take()).toEqual(samples(2, 9));
  });
});
