// A thread that runs a board in real time and serves its sensor: somebody hops. Posts the path of the board's serial port; the hopper starts
// at the first message.
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { createBody } from "../../sim/body/body.ts";
import { Machine } from "../../sim/engine/machine.ts";
import { boardMachine, type BoardName } from "../../sim/engine/named.ts";
import { Live } from "../../sim/live.ts";
import { install } from "../../sim/slot.ts";

import { ptyOf } from "./pty.ts";

const { board } = workerData as { board: BoardName };
const options = boardMachine(board, "fast", "live");
const machine = new Machine(board === "linux" ? { ...options, arguments: ["--realtime", "--virtual", "--flash", join(mkdtempSync(join(tmpdir(), "hopclip-flash-")), "flash"), "--app", join(process.cwd(), "build/clip.wasm")] } : options);
const live = new Live({ machine, source: createBody("pogo", { seconds: 60, seed: 3, bpm: 150, lead_s: 0.5 }), seed: 3 });
install(live.flash.bytes, new Uint8Array(readFileSync("build/clip.wasm")), { slot: 0, sequence: 1, confirmed: true });
live.run(() => live.starts === 1);
parentPort!.postMessage(ptyOf(machine));
live.run(() => receiveMessageOnPort(parentPort!) !== undefined);
live.imu.startSource();
live.run(() => false);
