// The flash of a served clip in a file: there from one run to the next, and as it was however a run ends.
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { FLASH_BYTES } from "../../firmware/wire/layout.ts";
import { Failure, InputError } from "../failure.ts";

export class FlashFile {
  /** What it held at first; null: it is new. */
  readonly bytes: Uint8Array | null;
  private readonly path: string;
  private readonly file: number;

  /** Opens or makes the file; throws InputError where it cannot be one. */
  constructor(path: string) {
    this.path = path;
    try {
      this.file = openSync(path, "a+"); // makes it, and empties none
      closeSync(this.file);
      this.file = openSync(path, "r+");
    } catch (error) {
      throw new InputError(`${path}: cannot be written: ${(error as Error).message}`, { cause: error });
    }
    const { size } = fstatSync(this.file);
    if (size !== 0 && size !== FLASH_BYTES) {
      this.close();
      throw new InputError(`${path}: has ${size} bytes, the flash of a clip ${FLASH_BYTES}: it is none`);
    }
    this.bytes = size === 0 ? null : new Uint8Array(size);
    if (this.bytes !== null) readSync(this.file, this.bytes, 0, size, 0);
  }

  /** Keeps what a place in flash holds now. */
  keep(at: number, bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.file, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      throw new Failure(`${this.path}: cannot be written: ${(error as Error).message}`, { cause: error });
    }
  }

  close(): void {
    closeSync(this.file);
  }
}
