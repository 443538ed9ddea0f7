// The configuration record: the last save wins, over restarts, power cuts at every byte and failing flash.
import { describe, expect, test } from "vitest";
import { Store } from "./flash.ts";

function value(number: number): string {
  return `config ${number} `.padEnd(40, "0123456789");
}

describe("config", () => {
  test("nothing saved, nothing loaded", async () => {
    const store = await Store.make();
    expect(store.loadConfig()).toBe("");
  });

  test("the last save is loaded, also after many that fill both sectors in turn", async () => {
    const store = await Store.make();
    for (let number = 1; number <= 500; number += 1) {
      expect(store.saveConfig(value(number))).toBe(0);
      expect(store.loadConfig()).toBe(value(number));
      if (number % 17 === 0) store.restart();
    }
    store.restart();
    expect(store.loadConfig()).toBe(value(500));
    expect(store.flash.wear[0]! + store.flash.wear[1]!).toBeGreaterThan(4);
    expect(store.flash.wear.slice(2).every((wear) => wear === 0)).toBe(true);
    expect(store.violations).toEqual([]);
  });

  // 78 records of 52 bytes fill a sector.
  test.each([["in a sector", 5], ["at the first change of sectors", 78], ["at the second", 156]])("power lost at any byte %s leaves the old or the new one", async (_, before) => {
    const store = await Store.make();
    for (let number = 1; number <= before; number += 1) store.saveConfig(value(number));
    const dump = store.flash.bytes.slice();
    let units = 0;
    for (;; units += 1) {
      store.flash.load(dump);
      store.restart();
      let saved = before;
      const went = store.cut(units, () => {
        for (let number = before + 1; number <= before + 2; number += 1) {
          store.saveConfig(value(number));
          saved = number;
        }
      });
      if (!went) break;
      store.restart();
      expect([value(saved), value(saved + 1)]).toContain(store.loadConfig());
      expect(store.saveConfig(value(999))).toBe(0);
      store.restart();
      expect(store.loadConfig()).toBe(value(999));
    }
    expect(units).toBeGreaterThanOrEqual(104);
    expect(store.violations).toEqual([]);
  });

  test("a failing flash is reported and the old one stays", async () => {
    const store = await Store.make();
    store.saveConfig(value(1));
    for (let failures = 1; failures <= 2; failures += 1) {
      store.flash.failNext(1);
      expect(store.saveConfig(value(2))).toBe(-1);
      expect(store.loadConfig()).toBe(value(1));
    }
    expect(store.saveConfig(value(3))).toBe(0);
    store.restart();
    expect(store.loadConfig()).toBe(value(3));
  });
});
