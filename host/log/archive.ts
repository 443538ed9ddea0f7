// Log files fetched from clips, as they were there, in a folder a clip below the platform's data folder. A file is there whole or not at all.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.ts";
import { writeWhole } from "../output.ts";

const NAME = /^(\d{10})\.log$/u;

/** Folder in which the log files of the clip with this serial number are, as HEL has it; "-" are those of clips without one. */
export async function archiveOf(serial: string): Promise<Archive> {
  const { default: paths } = await import("env-paths");
  return new Archive(join(paths("hopclip", { suffix: "" }).data, "logs", serial === "-" ? "unnumbered" : serial));
}

/** The log files of one clip. */
export class Archive {
  readonly folder: string;

  /** Of a folder that need not be there. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Numbers of the files there are, ascending. */
  get numbers(): number[] {
    if (!existsSync(this.folder)) return [];
    return this.use(() => readdirSync(this.folder).flatMap((name) => (NAME.test(name) ? [Number(NAME.exec(name)![1])] : []))).sort((a, b) => a - b);
  }

  /** A file's bytes; none where it is not there. */
  bytes(number: number): Uint8Array {
    const path = this.path(number);
    return existsSync(path) ? this.use(() => new Uint8Array(readFileSync(path))) : new Uint8Array(0);
  }

  /** SHA-256 of a file, hexadecimal. */
  hash(number: number): string {
    return createHash("sha256").update(this.bytes(number)).digest("hex");
  }

  /** Keeps a file, in place of a shorter one of its number. */
  async keep(number: number, bytes: Uint8Array): Promise<void> {
    this.use(() => mkdirSync(this.folder, { recursive: true }));
    await writeWhole(this.path(number), bytes);
  }

  /** Puts all files aside: they are of another log than the clip's, which has begun anew. Where they are now. */
  putAside(): string {
    for (let count = 1; ; count++) {
      const aside = `${this.folder}.${count}`;
      if (existsSync(aside)) continue;
      this.use(() => renameSync(this.folder, aside));
      return aside;
    }
  }

  /** Folders that there are, with those put aside. */
  get folders(): string[] {
    const there = existsSync(this.folder) ? [this.folder] : [];
    for (let count = 1; existsSync(`${this.folder}.${count}`); count++) there.push(`${this.folder}.${count}`);
    return there;
  }

  /** Deletes them all; which those were. */
  remove(): string[] {
    const { folders } = this;
    for (const folder of folders) this.use(() => rmSync(folder, { recursive: true }));
    return folders;
  }

  private path(number: number): string {
    return join(this.folder, `${String(number).padStart(10, "0")}.log`);
  }

  private use<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new Failure(`the folder of fetched logs, ${this.folder}, cannot be used: ${(error as Error).message}`, { cause: error });
    }
  }
}
