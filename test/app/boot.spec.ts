// What the clip does before it answers, with a log as full as it gets: executed instructions, and what it makes of a set that power was lost in.
import { beforeAll, describe, expect, test } from "vitest";
import { FLASH_BYTES, LOG_BOOT, LOG_CONTACT, LOG_NONE, LOG_SET, LOG_SUMMARY } from "../../firmware/wire/layout.ts";
import { counted, instrument } from "../bench/count.ts";
import { Store } from "../store/flash.ts";
import { Manager, WASM } from "./manager.ts";

/** Wasm instructions to HEL: 0.3 s at 64 MHz. */
const BOOT_INSTRUCTIONS_MAX = 1_300_000;
/** Where a set that filled the log has to be added up again. */
const REPLAY_INSTRUCTIONS_MAX = 17_000_000;
const counting = instrument(WASM);

const payload = (bytes: number, ...fields: readonly (readonly [at: number, value: number])[]): Buffer => {
  const made = Buffer.alloc(bytes);
  for (const [at, value] of fields) made.writeInt32LE(value, at);
  return made;
};
const set = (id: number): Buffer => payload(48, [0, id], [4, 1]);
const contact = (id: number, of: number): Buffer => {
  const made = payload(36, [0, 1_000_000 + id * 300_000], [8, 1_100_000 + id * 300_000], [16, 200_000], [20, id], [28, of], [32, LOG_NONE]);
  made.writeUInt16LE(0x0103, 24); // a hop
  return made;
};

/** A flash whose log was written by `fill`. */
async function written(fill: (append: (type: number, bytes: Buffer) => void, store: Store) => void): Promise<Uint8Array> {
  const store = await Store.make();
  store.restart();
  fill((type, bytes) => expect(store.appendBytes(type, bytes)).toBe(0), store);
  expect(store.violations).toEqual([]);
  const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
  flash.set(store.flash.bytes);
  return flash;
}

describe("with a full log", () => {
  let empty: Uint8Array;
  beforeAll(async () => {
    empty = await written(() => {});
  });

  /** Boots over a flash; its texts, and the instructions up to the first. */
  function boot(flash: Uint8Array): { clip: Manager; instructions: number } {
    const clip = new Manager(flash, counting);
    return { clip, instructions: counted(clip.memory()) };
  }

  const nextSet = (clip: Manager): number => {
    expect(clip.line("SET,1,0,0,0,0,0,0")).toBe("ACK,SET");
    return Number(clip.line("STA").split(",")[3]);
  };

  test("twenty sets", async () => {
    const { clip, instructions } = boot(await written((append) => {
      for (let id = 1; id <= 20; id += 1) {
        append(LOG_SET, set(id));
        for (let count = 1; count < 400; count += 1) append(LOG_CONTACT, contact(count, id));
        append(LOG_SUMMARY, payload(72, [0, id]));
        append(LOG_BOOT, payload(12));
      }
    }));
    expect(instructions).toBeLessThan(BOOT_INSTRUCTIONS_MAX);
    expect(clip.texts.filter((text) => text.includes(",SUM,"))).toEqual([]);
    expect(nextSet(clip)).toBe(21);
  });

  test("a set behind 9,000 restarts", async () => {
    const { clip, instructions } = boot(await written((append) => {
      append(LOG_SET, set(7));
      append(LOG_SUMMARY, payload(72, [0, 7]));
      for (let count = 0; count < 9000; count += 1) append(LOG_BOOT, payload(12));
    }));
    expect(instructions).toBeLessThan(BOOT_INSTRUCTIONS_MAX);
    expect(nextSet(clip)).toBe(8);
  });

  test("a set that has filled it and given up its own beginning", async () => {
    const { clip, instructions } = boot(await written((append) => {
      append(LOG_SET, set(7));
      for (let count = 1; count < 6000; count += 1) append(LOG_CONTACT, contact(count, 7));
    }));
    expect(instructions).toBeLessThan(BOOT_INSTRUCTIONS_MAX);
    expect(clip.texts.filter((text) => text.includes(",SUM,"))).toEqual([]);
    expect(nextSet(clip)).toBe(8);
  });

  test("a set of 5,000 contacts that power was lost in is added up", async () => {
    const { clip, instructions } = boot(await written((append) => {
      append(LOG_SUMMARY, payload(72, [0, 6]));
      append(LOG_SET, set(7));
      for (let count = 1; count <= 5000; count += 1) append(LOG_CONTACT, contact(count, 7));
    }));
    expect(instructions).toBeGreaterThan(BOOT_INSTRUCTIONS_MAX);
    expect(instructions).toBeLessThan(REPLAY_INSTRUCTIONS_MAX);
    clip.run(10_000);
    expect(clip.texts.find((text) => text.includes(",SUM,"))).toMatch(/,SUM,7,1,5,0,5000,5000,/u);
    expect(nextSet(clip)).toBe(8);
  });

  test("records that power was lost in hide no set behind them", async () => {
    const { clip } = boot(await written((append, store) => {
      append(LOG_SET, set(6));
      append(LOG_SUMMARY, payload(72, [0, 6]));
      // Each cut leaves a header that tells of more than is there.
      for (let cut = 8; cut < 60; cut += 5) {
        expect(store.cut(cut, () => store.appendBytes(LOG_BOOT, Buffer.alloc(100, 0x5a)))).toBe(true);
        store.restart();
        append(LOG_SET, set(cut));
        append(LOG_CONTACT, contact(1, cut));
      }
    }));
    clip.run(10_000);
    expect(clip.texts.find((text) => text.includes(",SUM,"))).toMatch(/,SUM,58,1,5,0,1,1,/u);
  });

  test("no set at all", () => {
    const { clip, instructions } = boot(empty);
    expect(instructions).toBeLessThan(BOOT_INSTRUCTIONS_MAX);
    expect(nextSet(clip)).toBe(1);
  });
});
