// A pty as a clip's serial port that can be plugged in and pulled out: a path that leads to whichever pty is there now.
import { closeSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeSync } from "node:fs";
import type { ReadStream } from "node:tty";
import * as pty from "@lydell/node-pty";
import { SerialPort } from "serialport";

interface Ends {
  readonly ptsName: string;
  readonly fd: number;
  readonly master: ReadStream;
  readonly slave: ReadStream;
}

/** Descriptors of this process that lead to a file. */
function descriptorsOf(path: string): number[] {
  return readdirSync("/proc/self/fd").filter((each) => {
    try {
      return readlinkSync(`/proc/self/fd/${each}`) === path;
    } catch {
      return false;
    }
  }).map(Number);
}

export class Socket {
  readonly path: string;
  /** Told of what the host sends. */
  onBytes: (bytes: Buffer) => void = () => {};
  private ends: Ends | null = null;
  private held: number[] = [];

  constructor(path: string) {
    this.path = path;
  }
  /** The pty that is plugged in. */
  get pts(): string {
    return this.ends!.ptsName;
  }
  async plug(): Promise<void> {
    const ends = (pty as unknown as { open(options: { encoding: null }): Ends }).open({ encoding: null });
    ends.master.on("error", () => {});
    // The host's end stays open by the descriptors that are left when its stream, which would take bytes away from the host, is gone.
    await new Promise<void>((resolve) => ends.slave.once("close", () => resolve()).destroy());
    this.held = descriptorsOf(ends.ptsName);
    // raw, as a served clip leaves it
    const port = new SerialPort({ path: ends.ptsName, baudRate: 115_200, lock: false, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
    await new Promise<void>((resolve) => port.close(() => resolve()));
    ends.master.on("data", (bytes: Buffer) => this.onBytes(bytes));
    rmSync(this.path, { force: true });
    symlinkSync(ends.ptsName, this.path);
    this.ends = ends;
  }
  pull(): void {
    rmSync(this.path, { force: true });
    for (const held of this.held.splice(0)) closeSync(held);
    this.ends?.master.destroy();
    this.ends = null;
  }
  write(bytes: string | Uint8Array): void {
    writeSync(this.ends!.fd, Buffer.from(bytes as string, "latin1"));
  }
}
