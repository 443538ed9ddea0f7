// The log: restart, full ring, power cut at every byte, rot, failing flash.
import { describe, expect, test } from "vitest";
import { FAULT_FLASH, FAULT_LOG_FULL } from "../../firmware/wire/layout.ts";
import { FLASH_BYTES, LOG_START, SECTOR_BYTES, Store, type Entry } from "./flash.ts";
import { Random } from "../../sim/random.ts";

const CONTACT = 3;
const LOG_SECTORS = (FLASH_BYTES - LOG_START) / SECTOR_BYTES;

/** A record's text, of changing length, that says which one it is. */
function text(number: number): string {
  return `#${number}:`.padEnd(6 + (number * 7) % 40, "abcdefghij");
}

async function mounted(seed = 1): Promise<Store> {
  const store = await Store.make(seed);
  store.restart();
  return store;
}

function fill(store: Store, from: number, to: number): void {
  for (let number = from; number < to; number += 1) expect(store.append(CONTACT, text(number))).toBe(0);
}

/** Records must be whole, in order, and numbered without a hole. */
function check(entries: readonly Entry[], first: number, end: number): void {
  expect(entries).toEqual(Array.from({ length: end - first }, (_, index) => ({ sequence: first + index, type: CONTACT, text: text(first + index) })));
}

describe("log", () => {
  test("an empty flash holds an empty log", async () => {
    const store = await mounted();
    expect(store.count).toBe(0);
    expect(store.entries()).toEqual([]);
  });

  test("what was appended is read back, and again after a restart", async () => {
    const store = await mounted();
    fill(store, 1, 300);
    check(store.entries(), 1, 300);
    expect(store.restart()).toBeLessThanOrEqual(5);
    expect(store.count).toBe(299);
    check(store.entries(), 1, 300);
    fill(store, 300, 310);
    check(store.entries(), 1, 310);
    check(store.entries(250), 250, 310);
    expect(store.violations).toEqual([]);
  });

  test("payloads of 0 to 112 bytes; longer ones are refused and change nothing", async () => {
    const store = await mounted();
    for (let size = 0; size <= 112; size += 1) expect(store.append(size + 1, "x".repeat(size))).toBe(0);
    expect(store.append(1, "x".repeat(113))).toBe(-2);
    store.restart();
    expect(store.entries().map(({ type, text: payload }) => [type, payload.length])).toEqual(Array.from({ length: 113 }, (_, size) => [size + 1, size]));
  });

  test("nothing is appended before the log is mounted", async () => {
    const store = await Store.make();
    expect(store.append(CONTACT, "early")).toBe(-3);
  });

  test("a full ring gives up the oldest sector, counts it and says so", async () => {
    const store = await mounted();
    fill(store, 1, 8000);
    const kept = store.entries();
    const first = kept[0]!.sequence;
    expect(first).toBeGreaterThan(1);
    check(kept, first, 8000);
    expect(store.count).toBe(8000 - first);
    expect(store.given_up).toBe(first - 1);
    expect(store.faults).toBe(1 << FAULT_LOG_FULL);
    store.restart();
    check(store.entries(), first, 8000);
    expect(store.count).toBe(8000 - first);
    expect(store.violations).toEqual([]);
    // Wear is even over the ring.
    const wear = store.flash.wear.slice(LOG_START / SECTOR_BYTES);
    expect(Math.max(...wear) - Math.min(...wear)).toBeLessThanOrEqual(1);
  });

  test("an append waits for no erase when idle was called, and for one at most", async () => {
    const lazy = await mounted();
    for (let number = 1; number < 600; number += 1) {
      const before = lazy.flash.erased_sectors;
      lazy.append(CONTACT, text(number));
      expect(lazy.flash.erased_sectors - before).toBeLessThanOrEqual(1);
    }
    const keen = await mounted();
    for (let number = 1; number < 600; number += 1) {
      keen.idle();
      const before = keen.flash.erased_sectors;
      keen.append(CONTACT, text(number));
      expect(keen.flash.erased_sectors).toBe(before);
    }
    check(keen.entries(), 1, 600);
  });

  // From an empty flash; at the change to a new sector; and where the oldest sector is given up: cuts at every byte written and in every erase.
  test.each([["at the start", 1, 12, false], ["between sectors", 100, 115, false], ["between sectors, prepared ahead", 100, 115, true], ["on a full ring", 6446, 6454, false]] as const)(
    "power lost at any byte %s leaves what was committed",
    async (_, from, to, idle) => {
      const store = await mounted();
      fill(store, 1, from);
      const dump = store.flash.bytes.slice();
      const first = store.entries()[0]?.sequence ?? 1;
      let units = 0;
      let erases = 0;
      let given_up = 0;
      for (;; units += 1) {
        store.flash.load(dump);
        store.restart();
        let committed = from;
        const erased_before = store.flash.erased_sectors;
        const went = store.cut(units, () => {
          for (let number = from; number < to; number += 1) {
            expect(store.append(CONTACT, text(number))).toBe(0);
            committed = number + 1;
            if (idle) store.idle();
          }
        });
        erases = Math.max(erases, store.flash.erased_sectors - erased_before);
        if (!went) break;
        store.restart();
        const entries = store.entries();
        const end = (entries.at(-1)?.sequence ?? from - 1) + 1;
        // The record under way may be there or not; nothing else may differ.
        expect([committed, committed + 1]).toContain(end);
        const kept = entries[0]?.sequence ?? 1;
        check(entries, kept, end);
        if (kept > first) given_up = kept - first;
        expect(given_up).toBeLessThan(120); // one sector at most
        expect(store.count).toBe(entries.length);
        // And it goes on from there.
        fill(store, end, end + 3);
        store.restart();
        const later = store.entries();
        expect(later.at(-1)).toEqual({ sequence: end + 2, type: CONTACT, text: text(end + 2) });
        check(later, later[0]!.sequence, end + 3);
      }
      expect(units).toBeGreaterThan(300);
      expect(erases).toBeGreaterThan(0);
      expect(given_up > 0).toBe(from > 6000);
      expect(store.violations).toEqual([]);
    },
    300_000,
  );

  test("cuts one after another at the same place eat no records", async () => {
    const store = await mounted();
    fill(store, 1, 50);
    for (let round = 0; round < 200; round += 1) {
      expect(store.cut(round % 20, () => store.append(CONTACT, text(50)))).toBe(true);
      store.restart();
      check(store.entries(), 1, 50);
    }
    fill(store, 50, 60);
    check(store.entries(), 1, 60);
  });

  test("a flipped bit costs at most the record it is in", async () => {
    const store = await mounted();
    fill(store, 1, 260);
    const dump = store.flash.bytes.slice();
    const random = new Random(7);
    let spoilt = 0;
    for (let round = 0; round < 400; round += 1) {
      store.flash.load(dump);
      const at = LOG_START + 20 + random.below(2 * SECTOR_BYTES - 20);
      store.flash.bytes[at]! ^= 1 << random.below(8);
      store.restart();
      const numbers = store.entries().map((entry) => {
        expect(entry.text).toBe(text(entry.sequence));
        return entry.sequence;
      });
      expect(numbers.length).toBeGreaterThanOrEqual(258);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      if (numbers.length < 259) spoilt += 1;
    }
    expect(spoilt).toBeGreaterThan(300);
  });

  test("a flash of noise is an empty log that can be used", async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const store = await Store.make(seed);
      const random = new Random(seed);
      for (let at = 0; at < FLASH_BYTES; at += 1) store.flash.bytes[at] = random.bits() & 0xff;
      store.restart();
      expect(store.entries()).toEqual([]);
      fill(store, 1, 200);
      store.restart();
      check(store.entries(), 1, 200);
    }
  });

  test("writes that fail are passed over or reported; nothing committed is lost", async () => {
    for (let failures = 1; failures <= 6; failures += 1) {
      const store = await mounted();
      fill(store, 1, 118);
      const entries = store.entries().map((entry) => entry.text);
      for (let number = 118; number < 160; number += 1) {
        if (number % 5 === 0) store.flash.failNext(failures);
        if (store.append(CONTACT, text(number)) === 0) entries.push(text(number));
      }
      expect(store.faults).toBe(1 << FAULT_FLASH);
      store.restart();
      expect(store.entries().map((entry) => entry.text)).toEqual(entries);
      if (failures === 1) expect(entries.length).toBe(159);
    }
  });

  test("a sector header that rots hides no record of the others", async () => {
    const store = await mounted();
    fill(store, 1, 600);
    const dump = store.flash.bytes.slice();
    for (let sector = 0; sector < LOG_SECTORS; sector += 1) {
      store.flash.load(dump);
      store.flash.bytes[LOG_START + sector * SECTOR_BYTES + 5]! ^= 0x10;
      store.restart();
      const numbers = new Set(store.entries().map(({ sequence }) => sequence));
      expect(numbers.size).toBeGreaterThan(480);
    }
  });
});
