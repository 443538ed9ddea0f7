// A board's process and the two FIFOs it talks over, read and written synchronously: a step of the clip is one call.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError } from "./engine.ts";

/** How a board's process is started; it finds the FIFOs `in` and `out` in its working folder. */
export interface MachineOptions {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** Longest wait for the process to say its first word, ms. */
const START_MS = 20_000;
/** Longest life of the process, s: a board that hangs for ever must not hold the caller for ever. */
const LIFE_S = 4 * 3600;
const BUFFER_BYTES = 1 << 17;

const running = new Set<Machine>();
process.on("exit", () => {
  for (const machine of running) machine.kill();
});

export class Machine {
  /** Its working folder; gone once the process has spoken. */
  private readonly folder: string;
  private readonly printed_fd: number;
  private readonly child: ChildProcess;
  private readonly in_fd: number;
  private out_fd: number;
  private readonly buffer = Buffer.alloc(BUFFER_BYTES);
  private from = 0;
  private to = 0;
  private killed = false;

  /** Starts the process and waits for its first bytes; throws EngineError with what it printed when it ends before. */
  constructor(options: MachineOptions) {
    this.folder = mkdtempSync(join(tmpdir(), "hopclip-"));
    execFileSync("mkfifo", ["in", "out"], { cwd: this.folder });
    this.in_fd = openSync(join(this.folder, "in"), constants.O_RDWR);
    const out = join(this.folder, "out");
    this.out_fd = openSync(out, constants.O_RDONLY | constants.O_NONBLOCK);
    this.printed_fd = openSync(join(this.folder, "stderr"), "w+");
    this.child = spawn("timeout", ["--signal=KILL", String(LIFE_S), options.command, ...options.arguments], {
      cwd: this.folder,
      stdio: ["ignore", this.printed_fd, this.printed_fd],
      detached: true, // a group of its own, killed as one; should this process die, the FIFOs close and the board ends by itself
    });
    this.child.on("error", () => {}); // seen below: it has no process
    this.child.unref();
    running.add(this);
    this.awaitFirst(out, options.command);
  }

  /** The next `size` bytes, valid until the next call; throws EngineError when the process is gone. */
  take(size: number): Buffer {
    if (this.to - this.from < size) {
      this.buffer.copyWithin(0, this.from, this.to);
      this.to -= this.from;
      this.from = 0;
      while (this.to < size) {
        const got = readSync(this.out_fd, this.buffer, this.to, BUFFER_BYTES - this.to, null);
        if (got === 0) throw new EngineError(`the board's process has ended${this.printed()}`);
        this.to += got;
      }
    }
    this.from += size;
    return this.buffer.subarray(this.from - size, this.from);
  }

  /** Puts the last `size` bytes taken back. */
  unread(size: number): void {
    this.from -= size;
  }

  /** Sends bytes; waits while the process does not read. */
  put(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.in_fd, bytes, done);
  }

  /** What the process has printed so far. */
  get text(): string {
    const buffer = Buffer.alloc(1 << 16);
    return buffer.toString("utf8", 0, readSync(this.printed_fd, buffer, 0, buffer.length, 0)).trim();
  }

  /** Takes its power. */
  kill(): void {
    if (this.killed) return;
    this.killed = true;
    running.delete(this);
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
    closeSync(this.in_fd);
    closeSync(this.out_fd);
    closeSync(this.printed_fd);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private awaitFirst(out: string, command: string): void {
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let waited_ms = 0; ; waited_ms++) {
      try {
        const got = readSync(this.out_fd, this.buffer, 0, BUFFER_BYTES, null);
        if (got > 0) {
          this.to = got;
          break;
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      }
      if (this.ended() || waited_ms > START_MS) {
        const printed = this.printed();
        this.kill();
        throw new EngineError(/failed to run command/u.test(printed) ? `${command} is missing: run boards/setup.sh` : `${command} did not start as a board${printed}`);
      }
      Atomics.wait(pause, 0, 0, 1);
    }
    // With a writer of our own for that moment: the process may have ended meanwhile, and opening would wait for ever.
    const writer = openSync(out, constants.O_WRONLY | constants.O_NONBLOCK);
    const blocking = openSync(out, constants.O_RDONLY);
    closeSync(writer);
    closeSync(this.out_fd);
    this.out_fd = blocking;
    rmSync(this.folder, { recursive: true, force: true }); // all that is needed of it is open
  }

  private ended(): boolean {
    if (this.child.pid === undefined) return true;
    try {
      return readFileSync(`/proc/${this.child.pid}/stat`, "latin1").replace(/^.*\) /su, "").startsWith("Z");
    } catch {
      return true;
    }
  }

  private printed(): string {
    const { text } = this;
    return text === "" ? "" : `:\n${text.slice(-2000)}`;
  }
}
