// A text file that grows while it is recorded, plain or gzip. It is under its own name only when it is ended; whatever fails on the way, what
// was written whole before stays readable.
import { randomUUID } from "node:crypto";
import { open, rename, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure } from "../failure.ts";
import { checkPlace, cannotWrite } from "../output.ts";

/** Text is written in pieces of so much, each a gzip member of its own: a cut costs one, characters. */
const PIECE = 65_536;
/** So many pieces may wait for the disk. */
const WAITING_MAX = 64;

export class Growing {
  private readonly path: string;
  /** Where it grows; null: at its own place, which is no file but a device or a pipe. */
  private readonly temporary: string | null;
  private readonly file: FileHandle;
  private readonly zipped: boolean;
  private text: string;
  /** Written for good. */
  private bytes = 0;
  private lines = -1; // the header is none
  private waiting = 0;
  private turn: Promise<void> = Promise.resolve();
  /** Why no more can be written; null: it can. */
  failure: Failure | null = null;

  private constructor(path: string, header: string, temporary: string | null, file: FileHandle) {
    this.path = path;
    this.text = header;
    this.temporary = temporary;
    this.file = file;
    this.zipped = path.endsWith(".gz");
  }

  /** A file that is to be at `path` and begins with a line `header`; InputError and Failure as writeWhole throws them. */
  static async at(path: string, header: string, replace: boolean): Promise<Growing> {
    const there = await checkPlace(path, replace);
    const temporary = there === null || there.isFile() ? join(dirname(path), `.${basename(path)}.${randomUUID()}.part`) : null;
    try {
      return new Growing(path, header, temporary, await (temporary === null ? open(path, "w") : open(temporary, "wx")));
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Adds text: whole lines. Once `failure` is set nothing is added any more. */
  add(text: string): void {
    this.text += text;
    if (this.text.length >= PIECE) this.flush();
  }

  /**
   * Writes what is left and gives the file its name; how many lines it has behind its header. What a failure has kept from being written is
   * lost, what came before is there; where no line is, there is no file.
   */
  async end(): Promise<number> {
    this.flush();
    await this.turn;
    await this.file.sync().catch(() => {}); // a full disk has told by now; a pipe knows none
    await this.file.close();
    const { temporary, path } = this;
    try {
      if (temporary !== null) await (this.lines > 0 ? rename(temporary, path) : unlink(temporary));
    } catch (error) {
      throw cannotWrite(path, error);
    }
    return Math.max(0, this.lines);
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
    this.turn = this.turn.then(() => this.write(text)).finally(() => {
      this.waiting -= 1;
    });
  }

  private async write(text: string): Promise<void> {
    if (this.failure !== null) return;
    const piece = this.zipped ? gzipSync(text) : Buffer.from(text);
    try {
      await this.file.writeFile(piece);
      this.bytes += piece.length;
      this.lines += text.split("\n").length - 1;
    } catch (error) {
      this.failure = cannotWrite(this.path, error);
      await this.file.truncate(this.bytes).catch(() => {});
    }
  }
}
