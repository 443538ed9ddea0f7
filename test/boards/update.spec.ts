// An app comes over SMP while the clip runs on a board: uploaded, tested, restarted, confirmed, and the one before taken back; by the board's own choice
// of slots.
import { decode } from "cbor2";
import { describe, expect, test } from "vitest";
import { PORT_BLE_SMP } from "../../firmware/wire/layout.ts";
import { versionSection } from "../../host/wasm.ts";
import { createBody } from "../../sim/body/body.ts";
import { engineNamed, type EngineName } from "../../sim/engine/named.ts";
import { marks } from "../../sim/slot.ts";
import { World } from "../../sim/world.ts";
import { request, sha256, WASM } from "../app/manager.ts";

const READ = 0;
const WRITE = 2;
const OS = 0;
const IMAGE = 1;
const CONFIRMED_S = 6;
const engines: readonly Exclude<EngineName, "v8">[] = ["wamr", "wamr-classic", "qemu-m4", "qemu-rv32"];
/** The clip's own app, as of another version. */
const NEXT = Buffer.concat([WASM.subarray(0, -versionSection().length), versionSection(0x010203)]);

interface Board {
  readonly world: World;
  /** Slots of the apps that were started, and their hashes. */
  readonly runs: (readonly [slot: number, sha256: string])[];
  ask(op: number, group: number, command: number, map?: Record<string, unknown>): Record<string, unknown>;
  close(): void;
}

function start(name: EngineName): Board {
  const runs: (readonly [number, string])[] = [];
  const source = createBody("pogo", { seconds: 60, seed: 3, bpm: 150, lead_s: 0.5 });
  const engine = engineNamed(name, { onRuns: (slot, sha) => void runs.push([slot, sha]) });
  const world = new World({ wasm: WASM, source, seed: 3, engine, expect_panic: true });
  let bytes: Buffer = Buffer.alloc(0);
  world.link.open(PORT_BLE_SMP);
  world.onBytes = (port, more) => {
    if (port === PORT_BLE_SMP) bytes = Buffer.concat([bytes, more]);
  };
  world.boot();
  world.run(1);
  let sequence = 0;
  return {
    world,
    runs,
    ask(op, group, command, map = {}) {
      bytes = Buffer.alloc(0);
      sequence = (sequence + 1) & 0xff;
      world.sendRaw(request(op, group, command, sequence, map), PORT_BLE_SMP);
      if (!world.run(() => bytes.length >= 8 && bytes.length === bytes.readUInt16BE(2) + 8, 10)) throw new Error(`no response to ${group} ${command}`);
      expect(bytes[6]).toBe(sequence);
      return decode<Record<string, unknown>>(bytes.subarray(8));
    },
    close: () => world.close(),
  };
}

function upload(board: Board, app: Uint8Array): void {
  for (let off = 0; off < app.length;) {
    const first = off === 0 ? { len: app.length, sha: sha256(app) } : {};
    const map = board.ask(WRITE, IMAGE, 1, { ...first, off, data: Uint8Array.from(app.subarray(off, off + 400)) });
    if (typeof map["off"] !== "number") throw new Error(JSON.stringify(map));
    off = map["off"];
    if (off === app.length) expect(map["match"]).toBe(true);
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(sha256(bytes)).toString("hex");

describe.each(engines)("%s", (name) => {
  test("upload, test, restart, confirmation, and back", () => {
    const board = start(name);
    try {
      upload(board, NEXT);
      board.ask(WRITE, IMAGE, 0, { hash: sha256(NEXT) });
      board.ask(WRITE, OS, 5);
      board.world.run(1);
      expect(board.runs).toEqual([[0, hex(WASM)], [1, hex(NEXT)]]);
      expect(board.ask(READ, IMAGE, 0)["images"]).toMatchObject([{ slot: 0, active: false, confirmed: true, version: "0.1.0" }, { slot: 1, active: true, confirmed: false, version: "1.2.3" }]);
      // On trial it may not touch what it would be replaced by.
      expect(board.ask(WRITE, IMAGE, 5)).toEqual({ err: { group: 1, rc: 13 } });
      board.world.run(CONFIRMED_S);
      expect(marks(board.world.flash.bytes, 1)).toEqual({ tried: true, confirmed: true, refused: null });
      board.ask(WRITE, IMAGE, 0, { hash: sha256(WASM) });
      board.ask(WRITE, OS, 5);
      board.world.run(1 + CONFIRMED_S);
      expect(board.runs.slice(2)).toEqual([[0, hex(WASM)]]);
      expect(board.ask(READ, IMAGE, 0)["images"]).toMatchObject([{ slot: 0, active: true, confirmed: true }, { slot: 1, active: false, confirmed: true }]);
      expect(board.world.violations).toEqual([]);
    } finally {
      board.close();
    }
  });

  test("a trial that ends in a loss of power is over: the app before runs on, confirmed at once by who asks for it stays", () => {
    const board = start(name);
    try {
      upload(board, NEXT);
      board.ask(WRITE, IMAGE, 0, { hash: sha256(NEXT) });
      board.ask(WRITE, OS, 5);
      board.world.run(1);
      board.world.restart();
      board.world.run(1);
      expect(board.runs.map(([slot]) => slot)).toEqual([0, 1, 0]);
      expect(marks(board.world.flash.bytes, 1)).toMatchObject({ tried: true, confirmed: false, refused: 8 });
      // What was refused gets another trial when it is asked for.
      board.ask(WRITE, IMAGE, 0, { hash: sha256(NEXT) });
      board.ask(WRITE, OS, 5);
      board.world.run(1);
      board.ask(WRITE, IMAGE, 0, { confirm: true });
      board.world.restart();
      board.world.run(1);
      expect(board.runs.map(([slot]) => slot)).toEqual([0, 1, 0, 1, 1]);
      expect(board.world.violations).toEqual([]);
    } finally {
      board.close();
    }
  });
});
