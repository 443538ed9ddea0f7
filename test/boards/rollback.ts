// What must become of apps that trap, panic or are not whole, on a board and in the simulator: told on the link, rolled back, and the clip
// runs on with its log as it was.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SLOT_BYTES, SLOT_IMAGE, SLOT_LENGTH_AT, SLOT_START } from "../../firmware/wire/layout.ts";
import { createBody } from "../../sim/body/body.ts";
import type { EngineFactory } from "../../sim/engine/engine.ts";
import { install, marks } from "../../sim/slot.ts";
import { World } from "../../sim/world.ts";
import { readLog, type LogRecord } from "../app/records.ts";
import { wasm as module } from "../world/clips.ts";
import { ABI, APPS, HEAD, INIT } from "./apps.ts";

const wasm = new Uint8Array(readFileSync("build/clip.wasm"));
const NEW = 1; // slot the other app comes to

/** Makes the engine under test, for one world; `onRuns` is told which slot's app starts. */
export type Make = (onRuns?: (slot: number) => void) => EngineFactory;

/** A clip on which a set was hopped, and its log. */
function used(make: Make): World {
  const source = createBody("pogo", { seconds: 60, seed: 3, bpm: 150, lead_s: 0.5 });
  const world = new World({ wasm, source, seed: 3, engine: make(), expect_panic: true });
  world.boot();
  world.startSource();
  set(world);
  return world;
}

/** Hops for four seconds; throws when there is no summary. */
function set(world: World): void {
  const before = summaries(world);
  world.send("SET,1,0,4000,0,0,0,0");
  if (!world.run(() => summaries(world) > before, 12)) throw new Error(`no summary: ${world.lines.slice(-5).map(({ text }) => text).join("\n")}`);
}

const summaries = (world: World): number => world.lines.filter(({ text }) => text.includes(",SUM,")).length;
/** Fields of the lines RST: slot, cause, code, line, slot that runs. */
const restarts = (world: World): string[] =>
  world.lines.filter(({ text }) => text.includes(",RST,")).map(({ text }) => /,RST,(.*)\*/u.exec(text)![1]!);
const kept = (log: readonly LogRecord[]): string[] => log.map(({ type, bytes }) => `${type} ${Buffer.from(bytes.buffer).toString("hex")}`);

/** The tests, with these of APPS. */
export function rollback(make: Make, apps: readonly string[]): void {
  test.each(apps)("an app that %s", async (app) => {
    const [image, cause] = APPS[app]!;
    const world = used(make);
    try {
      const log = kept(await readLog(world.flash));
      expect(log.length).toBeGreaterThan(5);
      install(world.flash.bytes, image, { slot: NEW, sequence: 2, confirmed: false });
      const before = world.lines.length;
      world.restart();
      world.run((at) => at.lines.slice(before).some(({ text }) => text.includes(",HEL,")), 20);

      const code = app === "panics" ? "7,321" : app === "restarts by itself" ? "1,0" : "0,0";
      expect(restarts(world)).toEqual([`${NEW},${cause},${code},0`]);
      expect(marks(world.flash.bytes, NEW)).toEqual({ tried: true, confirmed: false, refused: cause });
      expect(world.lines.slice(before).map(({ text }) => text.split(",")[2])).toEqual(["RST", "HEL"]);
      set(world);
      const after = kept(await readLog(world.flash));
      expect(after.slice(0, log.length)).toEqual(log);
      expect(after.length).toBeGreaterThan(log.length + 5);

      // It stays refused, and silent.
      const told = restarts(world).length;
      world.restart();
      world.run(1);
      expect(restarts(world)).toHaveLength(told);
      expect(world.violations).toEqual([]);
    } finally {
      world.close();
    }
  });

  test.each([
    ["is longer than its slot", 4, (flash: Uint8Array, at: number) => new DataView(flash.buffer).setUint32(at + SLOT_LENGTH_AT, SLOT_BYTES, true)],
    ["has no length", 4, (flash: Uint8Array, at: number) => new DataView(flash.buffer).setUint32(at + SLOT_LENGTH_AT, 0, true)],
    ["was cut short", 5, (flash: Uint8Array, at: number) => flash.fill(0xff, at + SLOT_IMAGE + 9000, at + SLOT_BYTES)],
    ["has one bit wrong", 5, (flash: Uint8Array, at: number) => (flash[at + SLOT_IMAGE + 12345]! ^= 4)],
    ["has another length", 5, (flash: Uint8Array, at: number) => new DataView(flash.buffer).setUint32(at + SLOT_LENGTH_AT, wasm.length - 1, true)],
  ] as const)("an image that %s", (_what, cause, spoil) => {
    const world = used(make);
    try {
      install(world.flash.bytes, wasm, { slot: NEW, sequence: 2, confirmed: false });
      spoil(world.flash.bytes, SLOT_START + NEW * SLOT_BYTES);
      world.restart();
      world.run(1);
      expect(restarts(world)).toEqual([`${NEW},${cause},0,0,0`]);
      expect(marks(world.flash.bytes, NEW).tried).toBe(false);
      set(world);
    } finally {
      world.close();
    }
  });

  test("an app that works confirms itself after five seconds and stays", () => {
    const runs: number[] = [];
    const world = new World({ wasm, source: createBody("stand", { seconds: 60, seed: 1 }), seed: 1, engine: make((slot) => runs.push(slot)) });
    try {
      install(world.flash.bytes, wasm, { slot: NEW, sequence: 2, confirmed: false });
      world.boot();
      world.run(4.5);
      expect(marks(world.flash.bytes, NEW)).toEqual({ tried: true, confirmed: false, refused: null });
      world.run(1);
      expect(marks(world.flash.bytes, NEW)).toEqual({ tried: true, confirmed: true, refused: null });
      world.restart();
      world.run(1);
      expect(runs).toEqual([NEW, NEW]);
      expect(restarts(world)).toEqual([]);
    } finally {
      world.close();
    }
  });

  test("an app that loses power before it has confirmed itself had its trial", () => {
    const world = new World({ wasm, source: createBody("stand", { seconds: 60, seed: 1 }), seed: 1, engine: make() });
    try {
      install(world.flash.bytes, wasm, { slot: NEW, sequence: 2, confirmed: false });
      world.boot();
      world.run(2);
      world.restart();
      world.run(1);
      expect(restarts(world)).toEqual([`${NEW},8,0,0,0`]);
      expect(marks(world.flash.bytes, NEW).refused).toBe(8);
    } finally {
      world.close();
    }
  });

  test("a confirmed app that traps is told of and started again", () => {
    const source = createBody("stand", { seconds: 60, seed: 1 });
    const image = module(
      `(import "hal" "time_us" (func $time (result i64)))
       ${HEAD}
       ${ABI} ${INIT}
       (func (export "step") (param i32) (result i32) (if (i64.gt_u (call $time) (i64.const 2000000)) (then (unreachable))) (i32.const 500000))`,
    );
    const world = new World({ wasm: image, source, seed: 1, engine: make(), expect_panic: true });
    try {
      world.boot();
      world.run(7);
      expect(restarts(world)).toEqual(Array.from({ length: 3 }, () => "0,1,0,0,0"));
      expect(marks(world.flash.bytes, 0).refused).toBe(null);
    } finally {
      world.close();
    }
  });

  test("a mark that fails does not let the old app confirm the bad one", () => {
    const world = used(make);
    try {
      install(world.flash.bytes, APPS["traps in its first second"]![0], { slot: NEW, sequence: 2, confirmed: false });
      world.restart();
      world.flash.failNext(1); // the mark: it has not trapped yet
      world.run(12);
      expect(world.incidents.map(({ kind }) => kind)).toEqual(["trap"]);
      expect(restarts(world)).toEqual([`${NEW},1,0,0,0`]);
      expect(marks(world.flash.bytes, NEW)).toEqual({ tried: true, confirmed: false, refused: null });
      world.restart();
      world.run(1);
      expect(marks(world.flash.bytes, NEW).refused).toBe(8);
      set(world);
    } finally {
      world.close();
    }
  });

  test("a line the app was in the middle of does not take the report with it", async () => {
    const image = module(
      `(import "hal" "link_send" (func $send (param i32 i32 i32) (result i32)))
       ${HEAD} (data (i32.const 64) "$HC,5,CON,12")
       ${ABI} ${INIT}
       (func (export "step") (param i32) (result i32) (drop (call $send (i32.const 0) (i32.const 64) (i32.const 12))) (unreachable))`,
    );
    const world = used(make);
    try {
      install(world.flash.bytes, image, { slot: NEW, sequence: 2, confirmed: false });
      world.restart();
      world.run(1);
      expect(world.lines.map(({ text }) => text)).toContain("$HC,5,CON,12");
      expect(restarts(world)).toEqual([`${NEW},1,0,0,0`]);
    } finally {
      world.close();
    }
  });

  test("an app that keeps trapping is started once a second, and again once it runs", () => {
    const image = module(
      `${HEAD}
       ${ABI} (func (export "init") (unreachable))
       (func (export "step") (param i32) (result i32) (i32.const 0))`,
    );
    const world = new World({ wasm: image, source: createBody("stand", { seconds: 60, seed: 1 }), seed: 1, engine: make(), expect_panic: true });
    try {
      world.boot();
      world.run(10);
      const count = restarts(world).length;
      expect(count).toBeGreaterThanOrEqual(10);
      expect(count).toBeLessThanOrEqual(15);
    } finally {
      world.close();
    }
  });

  test("without any app the board says so every second, whatever it is sent", () => {
    const world = new World({ wasm, source: createBody("stand", { seconds: 60, seed: 1 }), seed: 1, engine: make() });
    try {
      world.flash.bytes.fill(0xff);
      world.boot();
      world.run(1.2);
      for (let byte = 0; byte < 100; byte++) world.sendRaw("x");
      world.run(2.3);
      expect(restarts(world)).toEqual(Array.from({ length: 4 }, () => "-1,7,0,0,-"));
    } finally {
      world.close();
    }
  });
}
