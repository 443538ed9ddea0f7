// Boards with a clock of their own: beats on time while the wasm is busy, a quick start, and a serial port that node-serialport talks to.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { ReadlineParser } from "@serialport/parser-readline";
import { SerialPort } from "serialport";
import { describe, expect, test } from "vitest";
import { FLASH_BYTES } from "../../firmware/wire/layout.ts";
import { createBody } from "../../sim/body/body.ts";
import { Machine } from "../../sim/engine/machine.ts";
import { BOARDS_BUILD, boardMachine } from "../../sim/engine/named.ts";
import { Live } from "../../sim/live.ts";
import { install } from "../../sim/slot.ts";
import { frame } from "../../sim/world.ts";
import { wasm as module } from "../world/clips.ts";
import { ABI, HEAD, INIT } from "./apps.ts";
import { Pty, ptyOf } from "./pty.ts";

const clip = new Uint8Array(readFileSync("build/clip.wasm"));
const boards = ["qemu-m4", "qemu-rv32"] as const;

/** A board with `wasm` in its first slot, told to sleep no longer than it must. */
function start(board: (typeof boards)[number], wasm: Uint8Array): { live: Live; pty: Pty; machine: Machine } {
  const machine = new Machine(boardMachine(board, "fast", "hurried"));
  const live = new Live({ machine, source: createBody("pogo", { seconds: 120, seed: 3, bpm: 150, lead_s: 0.5 }), seed: 3 });
  install(live.flash.bytes, wasm, { slot: 0, sequence: 1, confirmed: true });
  return { live, machine, pty: new Pty(ptyOf(machine)) };
}

/** Start of the drive nearest to each wanted time, µs late. */
function late_us(live: Live, wanted_us: readonly number[]): number[] {
  const starts = live.drives.filter(({ strength }) => strength > 0).map(({ at_us }) => at_us);
  return wanted_us.map((at_us) => starts.map((start_us) => start_us - at_us).reduce((best, each) => (Math.abs(each) < Math.abs(best) ? each : best), Infinity));
}

describe.each(boards)("%s", (board) => {
  test("beats within 1 ms at 240/min in a set at 833 Hz", () => {
    const { live, machine, pty } = start(board, clip);
    try {
      const until = (text: string): void => {
        const seen = pty.lines.length;
        if (!live.run(() => (pty.read(), pty.lines.slice(seen).some((line) => line.includes(text))), 500_000)) throw new Error(`no ${text}: ${pty.lines.join("\n")}`);
      };
      until(",HEL,");
      pty.send("HC,1,CFG,ODR,833");
      until(",ACK,1,");
      live.imu.startSource();
      pty.send("HC,2,SET,1,2400,20000,0,4,0,4");
      until(",SUM,");
      const beats_us = pty.lines.filter((line) => line.includes(",BEA,")).map((line) => Number(line.split(",")[4]));
      expect(beats_us.length).toBeGreaterThanOrEqual(80);
      const errors_us = late_us(live, beats_us);
      console.log(`${board}: ${errors_us.length} beats of a set, late by ${Math.min(...errors_us)} to ${Math.max(...errors_us)} µs`);
      expect(Math.max(...errors_us.map(Math.abs))).toBeLessThanOrEqual(1000);
      expect(live.violations).toEqual([]);
    } finally {
      pty.close();
      machine.kill();
    }
  });

  test("loses no byte that comes while a step lasts 0.1 s", () => {
    // Sends back what it is sent, 32 bytes a step, and works in between.
    const echo = module(`
      (import "hal" "link_recv" (func $recv (param i32 i32 i32) (result i32)))
      (import "hal" "link_send" (func $send (param i32 i32 i32) (result i32)))
      ${HEAD}
      ${ABI} ${INIT}
      (func (export "step") (param i32) (result i32) (local $left i32)
        (local.set $left (call $recv (i32.const 0) (i32.const 64) (i32.const 32)))
        (if (i32.gt_s (local.get $left) (i32.const 0)) (then (drop (call $send (i32.const 0) (i32.const 64) (local.get $left)))))
        (local.set $left (i32.const 100000))
        (loop $work
          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
          (br_if $work (local.get $left)))
        (i32.const 1000))`);
    const { live, machine, pty } = start(board, echo);
    try {
      live.run(() => live.starts === 1);
      const sent = Array.from({ length: 700 }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");
      pty.sendRaw(sent.slice(0, 600));
      live.run(() => (pty.read(), pty.bytes.length >= 600), 30_000);
      pty.sendRaw(sent.slice(600));
      live.run(() => (pty.read(), pty.bytes.length >= 700), 30_000);
      expect(pty.bytes.toString("latin1")).toBe(sent);
    } finally {
      pty.close();
      machine.kill();
    }
  });

  test.each([[1_900_000, false], [2_300_000, true]] as const)("a call of %i µs: watchdog %s", (call_us, bites) => {
    const busy = module(`
      (import "hal" "time_us" (func $time (result i64)))
      ${HEAD}
      ${ABI} ${INIT}
      (func (export "step") (param i32) (result i32) (local $until i64)
        (local.set $until (i64.add (call $time) (i64.const ${call_us})))
        (loop $work (br_if $work (i64.lt_u (call $time) (local.get $until))))
        (i32.const 1000))`);
    const { live, machine, pty } = start(board, busy);
    try {
      live.run(() => live.board_us > 0);
      live.run(() => live.starts > 1 || live.board_us > 5_000_000, 30_000);
      expect(live.starts).toBe(bites ? 2 : 1);
    } finally {
      pty.close();
      machine.kill();
    }
  });

  test("beats within 1 ms while a step lasts 0.1 s and more", () => {
    // Queues a pulse 30 to 160 ms ahead, sends its time, then does nothing but work.
    const busy = module(`
      (import "hal" "time_us" (func $time (result i64)))
      (import "hal" "haptic_pulse" (func $pulse (param i64 i32 i32) (result i32)))
      (import "hal" "link_send" (func $send (param i32 i32 i32) (result i32)))
      ${HEAD}
      ${ABI} ${INIT}
      (func (export "step") (param i32) (result i32) (local $left i32)
        (i32.store (i32.const 80) (i32.rem_u (i32.add (i32.load (i32.const 80)) (i32.const 7919)) (i32.const 130000)))
        (i64.store (i32.const 64) (i64.add (i64.add (call $time) (i64.const 30000)) (i64.extend_i32_u (i32.load (i32.const 80)))))
        (drop (call $pulse (i64.load (i32.const 64)) (i32.const 10) (i32.const 200)))
        (drop (call $send (i32.const 0) (i32.const 64) (i32.const 8)))
        (local.set $left (i32.const 300000))
        (loop $work
          (local.set $left (i32.sub (local.get $left) (i32.const 1)))
          (br_if $work (local.get $left)))
        (i32.const 0))`);
    const { live, machine, pty } = start(board, busy);
    try {
      live.run(() => (pty.read(), pty.bytes.length >= 8 * 60), 100_000);
      const wanted_us = Array.from({ length: 50 }, (_, index) => Number(pty.bytes.readBigUInt64LE(8 * index)));
      const step_us = (wanted_us[49]! - wanted_us[0]!) / 49;
      const errors_us = late_us(live, wanted_us);
      console.log(`${board}: 50 beats in steps of ${Math.round(step_us / 1000)} ms, late by ${Math.min(...errors_us)} to ${Math.max(...errors_us)} µs`);
      expect(step_us).toBeGreaterThan(100_000);
      expect(Math.max(...errors_us.map(Math.abs))).toBeLessThanOrEqual(1000);
    } finally {
      pty.close();
      machine.kill();
    }
  });
});

/** A clip on a pty, its sensor served by a thread; answers by line. */
async function talk(worker: Worker): Promise<{ lines: string[]; port: SerialPort; wait: (text: string, ms?: number) => Promise<string> }> {
  const path = await new Promise<string>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  const port = new SerialPort({ path, baudRate: 115200 });
  const lines: string[] = [];
  port.pipe(new ReadlineParser({ delimiter: "\r\n" })).on("data", (line: string) => lines.push(line));
  const wait = async (text: string, ms = 60_000): Promise<string> => {
    for (let left = ms / 10; left > 0; left--) {
      const found = lines.find((line) => line.includes(text));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no ${text}:\n${lines.join("\n")}`);
  };
  return { lines, port, wait };
}

describe("node-serialport", () => {
  test.each([...boards, "linux"] as const)("hops a set on %s as on a real clip", async (board) => {
    const worker = new Worker(new URL("serve.ts", import.meta.url), { workerData: { board } });
    try {
      const { port, wait, lines } = await talk(worker);
      port.write(frame("HC,5,HEL"));
      await wait(",ACK,5,HEL");
      expect(await wait(",HEL,1,")).toContain(",108,416,16,1*");
      worker.postMessage("start");
      port.write(frame("HC,6,SET,1,0,6000,0,0,0,0"));
      await wait(",ACK,6,SET");
      const summary = (await wait(",SUM,")).split(",");
      expect(Number(summary[7])).toBeGreaterThanOrEqual(10); // contacts, at 150/min
      expect(lines.filter((line) => line.includes(",CON,")).length).toBe(Number(summary[7]));
      port.write(frame("HC,7,STA"));
      expect(await wait(",ACK,7,STA")).toContain(",STA,0,");
      await new Promise((resolve) => port.close(resolve));
    } finally {
      await worker.terminate();
    }
  });
});

test("the Linux board says what is wrong with its command line or its flash file", () => {
  const folder = mkdtempSync(join(tmpdir(), "hopclip-"));
  const program = join(BOARDS_BUILD, "linux-fast", "hopclip-linux");
  const fails = (...args: string[]): string => {
    try {
      execFileSync(program, args, { cwd: folder, stdio: "pipe", encoding: "utf8" });
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: string };
      return `${status} ${stderr}`;
    }
    throw new Error("it did not fail");
  };
  try {
    expect(fails("--realtime")).toMatch(/^2 usage: hopclip-linux/u);
    expect(fails("--realtime", "--flash", "new")).toBe("2 new is new: give it an app with --app clip.wasm\n");
    expect(fails("--realtime", "--flash", "other", "--app", "missing.wasm")).toBe("1 missing.wasm: No such file or directory\n");
    writeFileSync(join(folder, "short"), "0123456789");
    expect(fails("--realtime", "--flash", "short")).toBe(`2 short has 10 bytes, the flash of a clip ${FLASH_BYTES}: it is none\n`);
    writeFileSync(join(folder, "empty.wasm"), "");
    expect(fails("--realtime", "--flash", "new", "--app", "empty.wasm")).toBe("2 empty.wasm is empty: it is no app\n");
    writeFileSync(join(folder, "long.wasm"), new Uint8Array(61_441));
    expect(fails("--realtime", "--flash", "new", "--app", "long.wasm")).toBe("2 long.wasm does not fit an app slot\n");
    expect(statSync(join(folder, "new")).size).toBe(0); // nothing was made of what failed
    writeFileSync(join(folder, "full"), new Uint8Array(FLASH_BYTES));
    expect(fails("--realtime", "--flash", "full", "--app", "long.wasm")).toBe("2 full has an app already: leave out --app, or begin with a new file\n");
    expect(fails()).toBe("1 out: No such file or directory\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
