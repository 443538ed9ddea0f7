// The serial port of a board: its pty, read and written without waiting.
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { Machine } from "../../sim/engine/machine.ts";
import { frame } from "../../sim/world.ts";

/** Path of the pty that an emulator or the Linux board has printed. */
export function ptyOf(machine: Machine): string {
  const found = /\/dev\/pts\/\d+/u.exec(machine.text);
  if (found === null) throw new Error(`no pty: ${machine.text}`);
  return found[0];
}

/** One end of a pty. */
export class Pty {
  readonly lines: string[] = [];
  /** All bytes that came. */
  bytes = Buffer.alloc(0);
  private readonly fd: number;
  private readonly buffer = Buffer.alloc(4096);
  private partial = "";

  constructor(path: string) {
    this.fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  }

  /** Takes what has come. */
  read(): void {
    for (;;) {
      let got: number;
      try {
        got = readSync(this.fd, this.buffer);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EAGAIN") return;
        throw error;
      }
      if (got === 0) return;
      this.bytes = Buffer.concat([this.bytes, this.buffer.subarray(0, got)]);
      const parts = (this.partial + this.buffer.toString("latin1", 0, got)).split("\r\n");
      this.partial = parts.pop()!;
      this.lines.push(...parts);
    }
  }

  send(body: string): void {
    writeSync(this.fd, frame(body));
  }

  sendRaw(text: string): void {
    writeSync(this.fd, text);
  }

  close(): void {
    closeSync(this.fd);
  }
}
