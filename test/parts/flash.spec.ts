// NOR flash: bits only fall until a sector is erased, power may go in the middle, wear is counted.
import { describe, expect, it } from "vitest";
import { HAL_DIRTY, HAL_IO, HAL_RANGE } from "../../sim/engine/engine.ts";
import { Flash, PowerCut } from "../../sim/parts/flash.ts";
import { Random } from "../../sim/random.ts";

function bench() {
  const violations: string[] = [];
  return { violations, flash: new Flash(16_384, new Random(1), (violation) => violations.push(violation)) };
}

const at = (flash: Flash, from: number, size: number): number[] => {
  const bytes = new Uint8Array(size);
  expect(flash.read(from, bytes)).toBe(0);
  return [...bytes];
};

describe("Flash", () => {
  it("is erased when new, keeps what is written, across pages", () => {
    const { flash, violations } = bench();
    expect(at(flash, 254, 4)).toEqual([255, 255, 255, 255]);
    expect(flash.write(254, Uint8Array.of(1, 2, 3, 4))).toBe(0);
    expect(at(flash, 253, 6)).toEqual([255, 1, 2, 3, 4, 255]);
    expect(flash.written_bytes).toBe(4);
    expect(violations).toEqual([]);
  });

  it("refuses whole a write that touches one byte that is not erased", () => {
    const { flash, violations } = bench();
    flash.write(10, Uint8Array.of(0xfe));
    expect(flash.write(8, Uint8Array.of(1, 1, 0, 1))).toBe(HAL_DIRTY);
    expect(at(flash, 8, 4)).toEqual([255, 255, 0xfe, 255]);
    expect(violations).toHaveLength(1);
  });

  it("erases whole sectors and counts their wear", () => {
    const { flash } = bench();
    flash.write(4095, Uint8Array.of(1, 2));
    expect(flash.erase(4096, 8192)).toBe(0);
    expect(at(flash, 4095, 2)).toEqual([1, 255]);
    expect([...flash.wear]).toEqual([0, 1, 1, 0]);
  });

  it.each([
    ["a start inside a sector", 100, 4096],
    ["half a sector", 0, 2048],
    ["nothing", 0, 0],
    ["beyond the end", 12_288, 8192],
    ["a negative start", -4096, 4096],
  ])("refuses to erase %s", (_what, from, size) => {
    const { flash, violations } = bench();
    expect(flash.erase(from, size)).toBe(HAL_RANGE);
    expect(violations).toHaveLength(1);
  });

  it("refuses reads and writes outside", () => {
    const { flash, violations } = bench();
    expect(flash.read(16_383, new Uint8Array(2))).toBe(HAL_RANGE);
    expect(flash.write(-1, new Uint8Array(1))).toBe(HAL_RANGE);
    expect(violations).toHaveLength(2);
  });

  it("fails as often as told, changing nothing, and that is no violation", () => {
    const { flash, violations } = bench();
    flash.failNext(2);
    expect(flash.write(0, Uint8Array.of(1))).toBe(HAL_IO);
    expect(flash.erase(0, 4096)).toBe(HAL_IO);
    expect(flash.write(0, Uint8Array.of(1))).toBe(0);
    expect([...flash.wear]).toEqual([0, 0, 0, 0]);
    expect(violations).toEqual([]);
  });

  it("keeps the bytes written before power went", () => {
    const { flash } = bench();
    flash.cutAfter(3);
    expect(() => flash.write(100, Uint8Array.of(1, 2, 3, 4, 5))).toThrow(PowerCut);
    expect(at(flash, 100, 5)).toEqual([1, 2, 3, 255, 255]);
    expect(flash.write(200, Uint8Array.of(9))).toBe(0);
  });

  it("leaves a sector half erased when power goes during an erase: old bits or erased ones, nothing else", () => {
    const { flash } = bench();
    flash.write(4096, new Uint8Array(4096).fill(0x5a));
    flash.cutAfter(1);
    expect(() => flash.erase(0, 8192)).toThrow(PowerCut);
    const bytes = at(flash, 4096, 4096);
    for (const byte of bytes) expect(byte & 0x5a).toBe(0x5a);
    expect(bytes.some((byte) => byte !== 0x5a)).toBe(true);
    expect(bytes.some((byte) => byte !== 0xff)).toBe(true);
  });

  it("takes a dump back bit by bit", () => {
    const one = bench().flash;
    one.write(0, Uint8Array.from({ length: 300 }, (_, index) => index & 0xff));
    const other = bench().flash;
    other.load(one.bytes.slice());
    expect(other.bytes).toEqual(one.bytes);
    expect(() => other.load(new Uint8Array(10))).toThrow(RangeError);
  });
});
