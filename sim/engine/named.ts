// The engines by name: V8 here, and the boards that `npm run boards` builds.
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineError, type EngineFactory } from "./engine.ts";
import type { MachineOptions } from "./machine.ts";
import { createV8Engine } from "./v8.ts";
import { virtualEngine, type VirtualListener } from "./virtual.ts";

/** Folder that `npm run boards` builds into; a board's is named board-interpreter. */
export const BOARDS_BUILD = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), "build", "boards");

/** An instruction every 2^4 = 16 ns of an emulated machine's clock: 62.5 MIPS. */
const CLOCK = "shift=4";
/** What an emulated machine is called with: no screen, semihosting for the FIFOs. */
const EMULATOR = ["-display", "none", "-monitor", "none", "-semihosting-config", "enable=on,target=native"];

/** Arguments of QEMU by board, but for the serial port and the image. */
const MACHINES = {
  "qemu-m4": { command: "qemu-system-arm", arguments: ["-M", "mps2-an386", ...EMULATOR] },
  "qemu-rv32": {
    command: "qemu-system-riscv32",
    arguments: ["-M", "virt", "-bios", "none", "-cpu", "rv32,a=false,f=false,d=false", "-m", "8M", ...EMULATOR],
  },
} as const;

/** Boards that can be built here. */
export type BoardName = "linux" | keyof typeof MACHINES;
/** What runs the app on a board. */
export type Interpreter = "fast" | "classic" | "wasm2c";

/** Engines, each with its board and interpreter; null for V8. */
export const ENGINES = {
  v8: null,
  wamr: ["linux", "fast"],
  "wamr-classic": ["linux", "classic"],
  wasm2c: ["linux", "wasm2c"],
  "qemu-m4": ["qemu-m4", "fast"],
  "qemu-rv32": ["qemu-rv32", "fast"],
} as const satisfies Record<string, readonly [BoardName, Interpreter] | null>;

/** Names for `--engine`. */
export type EngineName = keyof typeof ENGINES;

/**
 * How a built board is started; throws EngineError when it is not built. With a clock of its own (`live`) an emulated machine has its serial
 * port on a pty, and sleeps in real time, or, `hurried`, skips what it sleeps.
 */
export function boardMachine(board: BoardName, interpreter: Interpreter, live: "" | "live" | "hurried" = ""): MachineOptions {
  const image = join(BOARDS_BUILD, `${board}-${interpreter}`, board === "linux" ? "hopclip-linux" : "clip.elf");
  if (statSync(image, { throwIfNoEntry: false }) === undefined) {
    throw new EngineError(`${board} is not built: run \`boards/setup.sh\` once, then \`npm run boards\``);
  }
  return board === "linux" ? { command: image, arguments: [] } : emulator(board, image, live);
}

/** How an emulated machine is started with an image; `live` as for boardMachine. */
export function emulator(board: keyof typeof MACHINES, image: string, live: "" | "live" | "hurried" = ""): MachineOptions {
  const machine = MACHINES[board];
  const clock = live === "hurried" ? `${CLOCK},sleep=off` : CLOCK;
  return { command: machine.command, arguments: [...machine.arguments, "-icount", clock, "-serial", live === "" ? "null" : "pty", "-kernel", image] };
}

/** A factory for one world; throws EngineError when the engine's board is not built. */
export function engineNamed(name: EngineName, listener: VirtualListener = {}): EngineFactory {
  const of = ENGINES[name];
  return of === null ? createV8Engine : virtualEngine(name, boardMachine(of[0], of[1]), listener);
}
