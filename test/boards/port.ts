// Compiles a board's C to objects with the cross compiler of its core: nothing is linked, so a vendor's SDK may be thin declarations.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";

/** What to compile, and with what. */
export interface Port {
  readonly name: string; // of the folder below build/test/boards/
  readonly compiler: string;
  readonly core: readonly string[]; // options that choose core, ABI and C library
  readonly files: readonly string[];
  readonly includes: readonly string[]; // directories
  readonly defines?: readonly string[]; // NAME or NAME=value
}

const FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-c"];

/** Output of a program of the tool chain. Throws with all it said when it fails, or with the way to get it when it is missing. */
export function run(program: string, parameters: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, parameters, { encoding: "utf8" });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT") throw new Error(`${program} is missing: run boards/setup.sh`);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${parameters.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** Compiles every file by itself, every warning an error; paths of the objects, in the order of the files. */
export function compilePort({ name, compiler, core, files, includes, defines = [] }: Port): string[] {
  const folder = join("build/test/boards", name);
  mkdirSync(folder, { recursive: true });
  return files.map((file) => {
    const object = join(folder, `${basename(file, ".c")}.o`);
    run(compiler, [...core, ...FLAGS, ...defines.map((define) => `-D${define}`), ...includes.map((path) => `-I${path}`), "-o", object, file]);
    return object;
  });
}

/** Names an object asks for and does not define (`nm -u`), sorted. `prefix` is the tool chain's, with its last dash. */
export function undefinedSymbols(prefix: string, object: string): string[] {
  return run(`${prefix}nm`, ["-u", object]).split("\n").flatMap((line) => /\bU (\S+)$/u.exec(line)?.[1] ?? []).toSorted();
}

/** Names that objects define for others, sorted. */
export function definedSymbols(prefix: string, objects: readonly string[]): string[] {
  return run(`${prefix}nm`, ["-g", "--defined-only", ...objects]).split("\n").flatMap((line) => /^[0-9a-f]+ [A-Z] (\S+)$/u.exec(line)?.[1] ?? []).toSorted();
}
