// A text file that grows while it is recorded, plain or gzip. It is under its own name only when it is ended; whatever fails on the way, what
// was written whole before stays readable.
import { randomUUID } from "node:crypto";
import { open, rename, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "./failure.ts";
import { checkPlace, cannotWrite } from "./output.ts";

/** Text is written in pieces of so much, each a gzip member of its own: a cut costs one, characters. */
const PIECE = 65_536;
/** So many pieces may wait for the disk. */
const WAITING_MAX = 64;

export class Growing {
  private readonly path: string;
  private readonly temporary: string;
  private readonly file: FileHandle;
  private readonly zipped: boolean;
  private text = "";
  private bytes = 0;
  private waiting = 0;
  private turn: Promise<void> = Promise.resolve();
  /** Why no more can be written; null: it can. */
  failure: Failure | null = null;

  private constructor(path: string, temporary: string, file: FileHandle) {
    this.path = path;
    this.temporary = temporary;
    this.file = file;
    this.zipped = path.endsWith(".gz");
  }

  /** A file that is to be at `path`; InputError and Failure as writeWhole throws them. */
  static async at(path: string, replace: boolean): Promise<Growing> {
    await checkPlace(path, replace);
    const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
    try {
      return new Growing(path, temporary, await open(temporary, "wx"));
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Adds text: whole lines. Once `failure` is set nothing is added any more. */
  add(text: string): void {
    this.text += text;
    if (this.text.length >= PIECE) this.flush();
  }

  /** Writes what is left and gives the file its name. What a Failure has kept from being written is lost; what came before is there. */
  async end(): Promise<void> {
    this.flush();
    await this.turn;
    await this.file.sync().catch(() => {});
    await this.file.close();
    await rename(this.temporary, this.path);
  }

  /** Takes it away again. */
  async discard(): Promise<void> {
    await this.turn;
    await this.file.close();
    await unlink(this.temporary);
  }

  private flush(): void {
    const { text } = this;
    this.text = "";
    if (text === "" || this.failure !== null) return;
    if (this.waiting === WAITING_MAX) {
      this.failure = new Failure(`${this.path}: the disk is too slow`);
      return;
    }
    this.waiting += 1;
    this.turn = this.turn.then(() => this.write(this.zipped ? gzipSync(text) : Buffer.from(text))).finally(() => {
      this.waiting -= 1;
    });
  }

  private async write(piece: Uint8Array): Promise<void> {
    if (this.failure !== null) return;
    try {
      await this.file.writeFile(piece);
      this.bytes += piece.length;
    } catch (error) {
      this.failure = cannotWrite(this.path, error);
      await this.file.truncate(this.bytes).catch(() => {});
    }
  }
}
