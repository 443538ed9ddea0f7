// The serial port of a served clip: one of this machine's, or a pty made here, at which a symbolic link points.
import { closeSync, constants, lstatSync, openSync, readlinkSync, statSync, symlinkSync, unlinkSync, writeSync } from "node:fs";
import type { ReadStream } from "node:tty";
import { SerialPort } from "serialport";
import { PORT_SERIAL } from "../../firmware/wire/layout.ts";
import { Failure, InputError } from "../failure.ts";
import type { Clock } from "./clock.ts";
import { bytesOf, type Wire } from "./wire.ts";

/** Rates, baud: of a pty, which keeps to none by itself, and of a serial port, as a clip has it. */
const PTY_BAUD = 1_000_000;
const PORT_BAUD = 115_200;
/** A pty whose reader is slow is tried again after so long, ms. */
const RETRY_MS = 5;

/** Serves the serial port at `path`; `onCut` is told when that is gone. Throws InputError where something else is at the path. */
export async function serveSerial(clock: Clock, path: string, baud: number | undefined, onCut: (failure: Failure) => void): Promise<Wire> {
  const link = lstatSync(path, { throwIfNoEntry: false });
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) {
    if (link !== undefined) unlinkSync(path); // left by a clip that was served here and killed
    return servePty(clock, path, baud ?? PTY_BAUD);
  }
  if (!there.isCharacterDevice()) throw new InputError(`${path}: is there already and no serial port: name one, or a path that is free`);
  if (link!.isSymbolicLink() && readlinkSync(path).startsWith("/dev/pts/")) {
    throw new InputError(`${path}: a clip is served there already; if that is long over, delete the link; to serve on its pty, name ${readlinkSync(path)} itself`);
  }
  return servePort(clock, path, baud ?? PORT_BAUD, onCut);
}

/** Opens a serial port by the package of that name: raw, at a rate. */
function opened(path: string, baud: number, lock: boolean): Promise<SerialPort> {
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate: baud, lock }, (error) => {
      if (error === null) resolve(port);
      else reject(new Failure(`${path}: cannot be opened: ${error.message}`, { cause: error }));
    });
  });
}

const closed = (port: SerialPort): Promise<void> => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve()));

async function servePort(clock: Clock, path: string, baud: number, onCut: (failure: Failure) => void): Promise<Wire> {
  const port = await opened(path, baud, true);
  port.on("data", (bytes: Buffer) => clock.give(PORT_SERIAL, bytes));
  port.on("drain", () => clock.holdPort(PORT_SERIAL, false));
  port.on("error", (error) => onCut(new Failure(`${path}: ${error.message}`)));
  port.on("close", (error: Error | null) => {
    if (error !== null) onCut(new Failure(`${path}: the port is gone`));
  });
  clock.onFull(PORT_SERIAL, (full) => (full ? port.pause() : port.resume()));
  clock.onBytes(PORT_SERIAL, (bytes) => {
    if (!port.write(Buffer.from(bytes))) clock.holdPort(PORT_SERIAL, true);
  });
  clock.openPort(PORT_SERIAL, bytesOf(baud));
  return { address: path, close: () => closed(port) };
}

/** As node-pty gives it. */
interface Terminal {
  readonly ptsName: string;
  readonly fd: number;
  readonly master: ReadStream;
  readonly slave: ReadStream;
}

/** Our end of a new pty that is raw at the other, and what keeps that end open, so that clients may come and go. */
async function makePty(): Promise<Pick<Terminal, "ptsName" | "fd" | "master"> & { kept: number }> {
  let open: (options: { encoding: null }) => Terminal;
  try {
    ({ open } = (await import("@lydell/node-pty")) as unknown as { open: typeof open });
  } catch (error) {
    throw new Failure("a pty needs the package @lydell/node-pty, which is not there for this system: name a serial port, or use --tcp", { cause: error });
  }
  const { ptsName, fd, master, slave } = open({ encoding: null });
  const kept = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
  slave.destroy(); // it would read what is for the clients
  await closed(await opened(ptsName, PTY_BAUD, false)); // for its settings, which stay: no echo, nothing rewritten
  return { ptsName, fd, master, kept };
}

async function servePty(clock: Clock, path: string, baud: number): Promise<Wire> {
  const { ptsName, fd, master, kept } = await makePty();
  try {
    symlinkSync(ptsName, path);
  } catch (error) {
    master.destroy();
    closeSync(kept);
    throw new InputError(`${path}: no link can be made there: ${(error as Error).message}`, { cause: error });
  }
  let waiting = Buffer.alloc(0);
  let timer: NodeJS.Timeout | null = null;
  const write = (): void => {
    try {
      waiting = waiting.subarray(writeSync(fd, waiting));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
    clock.holdPort(PORT_SERIAL, waiting.length > 0);
    timer = waiting.length > 0 ? setTimeout(write, RETRY_MS) : null;
  };
  master.on("data", (bytes: Buffer) => clock.give(PORT_SERIAL, bytes));
  clock.onFull(PORT_SERIAL, (full) => (full ? master.pause() : master.resume()));
  clock.onBytes(PORT_SERIAL, (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    if (timer === null) write();
  });
  clock.openPort(PORT_SERIAL, bytesOf(baud));
  return {
    address: path,
    close: () => {
      if (timer !== null) clearTimeout(timer);
      clock.onBytes(PORT_SERIAL, null);
      master.destroy();
      closeSync(kept);
      if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(path) === ptsName) unlinkSync(path);
      return Promise.resolve();
    },
  };
}
