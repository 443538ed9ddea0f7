// Files this tool writes: each is there whole or not at all, whatever fails on the way.
import { randomUUID } from "node:crypto";
import { link, open, realpath, rename, stat, unlink, writeFile, type FileHandle } from "node:fs/promises";
import type { Stats } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure, InputError } from "./failure.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EDQUOT: "the disk quota is used up",
  ENOSPC: "the disk is full",
  EPERM: "this user may not write there",
  EROFS: "the disk is read-only",
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

const taken = (path: string): InputError => new InputError(`${path}: is there already; --force replaces it`);

/** What is at a path, links followed; null where there is nothing. */
async function found(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

/** An InputError where no file can be at `path`, or one is that may not be replaced; for checks before any work. What is there now, or null. */
export async function checkPlace(path: string, replace = true): Promise<Stats | null> {
  try {
    const there = await found(path);
    if (there === null && (await found(dirname(path)))?.isDirectory() !== true) throw new InputError(`${path}: its folder does not exist`);
    if (there?.isDirectory() === true) throw new InputError(`${path}: is a folder`);
    if (there?.isFile() === true && !replace) throw taken(path);
    return there;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** What to say where a file cannot be written. */
export function cannotWrite(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  return new Failure(`${path}: cannot be written: ${REASONS[codeOf(error)] ?? (error as Error).message}`, { cause: error });
}

/** Writes a file that was opened for it alone; one that cannot be written whole is taken away. */
async function fill(file: FileHandle, path: string, bytes: string | Uint8Array, mode?: number): Promise<void> {
  try {
    try {
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await unlink(path);
    throw error;
  }
}

/** Gives a whole file a name that nothing has. Where the disk knows no hard links it is written a second time. */
async function name(temporary: string, target: string, bytes: string | Uint8Array): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    await fill(await open(target, "wx"), target, bytes);
  }
  await unlink(temporary);
}

/**
 * Writes a file by way of a temporary one beside it, which takes its name once it is on the disk: a reader, a crash or a full disk sees the
 * old file or the new one. Devices and pipes are written straight. Throws InputError as checkPlace does, also for a file that came there
 * meanwhile, and Failure where the disk refuses.
 */
export async function writeWhole(path: string, bytes: string | Uint8Array, replace = true): Promise<void> {
  const there = await checkPlace(path, replace);
  try {
    if (there !== null && !there.isFile()) return await writeFile(path, bytes);
    const target = there === null ? path : await realpath(path);
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.part`);
    await fill(await open(temporary, "wx"), temporary, bytes, there?.mode);
    try {
      await (replace ? rename(temporary, target) : name(temporary, target, bytes));
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
  } catch (error) {
    throw !replace && codeOf(error) === "EEXIST" ? taken(path) : cannotWrite(path, error);
  }
}
