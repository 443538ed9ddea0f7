// Builds the boards that this machine can run, by CMake into build/boards: `npm run boards`, or with names (`npm run boards -- linux-fast`).
import { execFileSync, spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { BOARDS_BUILD, type BoardName, type Interpreter } from "../sim/engine/named.ts";

const BOARDS: readonly BoardName[] = ["linux", "qemu-m4", "qemu-rv32"];
const INTERPRETERS: readonly Interpreter[] = ["fast", "classic", "wasm2c"];

/** Every build there is. */
export const BUILDS: readonly string[] = BOARDS.flatMap((board) => INTERPRETERS.map((interpreter) => `${board}-${interpreter}`));

/** Programs that a build needs beside the compiler of its board. */
const TOOLS = ["cmake", "ninja", "cargo"];
const COMPILERS: Readonly<Record<BoardName, string>> = { linux: "gcc", "qemu-m4": "arm-none-eabi-gcc", "qemu-rv32": "riscv64-unknown-elf-gcc" };

/** Throws with how to get it when a program is missing. */
function need(program: string): void {
  if (spawnSync(program, ["--version"], { stdio: "ignore" }).error !== undefined) throw new Error(`${program} is missing: run boards/setup.sh`);
}

/** Runs a tool; throws with what it printed when it fails. */
function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { stdio: "pipe", encoding: "utf8", maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${(stdout + stderr).slice(-4000)}`, { cause: error });
  }
}

/** Configures and builds a folder with a CMakeLists.txt for a board's processor, into BOARDS_BUILD; what is up to date stays. Returns where. */
export function cmake(source: string, board: BoardName, into: string, options: readonly string[]): string {
  for (const program of [...TOOLS, COMPILERS[board]]) need(program);
  const folder = join(BOARDS_BUILD, into);
  const toolchain = board === "linux" ? [] : ["--toolchain", join(process.cwd(), "boards", board, "toolchain.cmake")];
  run("cmake", ["-S", join("boards", source), "-B", folder, "-G", "Ninja", ...options, ...toolchain]);
  run("cmake", ["--build", folder]);
  return folder;
}

/** Builds one of BUILDS; what is up to date stays. */
export function build(name: string): void {
  if (!BUILDS.includes(name)) throw new Error(`no build "${name}"; there are: ${BUILDS.join(" ")}`);
  const interpreter = name.slice(name.lastIndexOf("-") + 1);
  const board = name.slice(0, name.lastIndexOf("-")) as BoardName;
  if (interpreter === "wasm2c") need("wasm2c");
  const wamr = process.env["WAMR_ROOT_DIR"];
  cmake(board, board, name, [`-DHOPCLIP_ENGINE=${interpreter}`, ...(wamr === undefined ? [] : [`-DWAMR_ROOT_DIR=${resolve(wamr)}`])]);
}

if (import.meta.main) {
  try {
    for (const name of process.argv.length > 2 ? process.argv.slice(2) : BUILDS) {
      process.stderr.write(`${name} …\n`);
      build(name);
    }
  } catch (error) {
    process.stderr.write(`boards: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
