// A clip on a serial port: USB, or a pty. The port is this program's alone; pulled out and put in again it is found by its USB serial number.
// @serialport/parser-readline is not used: it keeps whatever comes without a line end, and packets are more than one line.
import { stat } from "node:fs/promises";
import { SerialPort } from "serialport";
import { Failure, InputError } from "../failure.ts";
import type { Link } from "./link.ts";
import { StreamLink, type Dial } from "./stream.ts";

/** What boards speak that have a UART; USB and ptys take any. */
export const BAUD = 115_200;

/** A port is looked after so often, ms: one that is pulled out while it is being read looks to its binding as if it had nothing to say, for ever. */
const LOOK_MS = 250;

/** What is at a path, so that something else there can be told from it; null where the system has no such files. */
async function deviceAt(path: string): Promise<string | null> {
  return stat(path).then(({ rdev, ino }) => `${rdev} ${ino}`, () => null);
}

/** Closes a port whose device has gone. */
function lookAfter(port: SerialPort, device: string | null): void {
  if (device === null) return;
  const timer = setInterval(async () => {
    if ((await deviceAt(port.path)) !== device && port.isOpen) port.close(() => {});
  }, LOOK_MS);
  timer.unref();
  port.once("close", () => clearInterval(timer));
}

/** Why a port cannot be opened, and what to do. */
function told(path: string, error: Error, others: readonly string[]): Failure {
  const { message } = error;
  const tell = (what: string): Failure => new Failure(`${path}: ${what}`, { cause: error });
  if (/no such file|file not found|no such device/iu.test(message)) {
    const there = others.length === 0 ? "no serial port is there: is the clip plugged in, with a cable that carries data?" : `there are ${others.join(", ")}`;
    return new InputError(`${path}: no such serial port; ${there}`, { cause: error });
  }
  if (/cannot lock|temporarily unavailable|resource busy|access denied/iu.test(message)) return tell("another program has the port open: close it there first");
  if (/permission denied|not permitted/iu.test(message)) {
    return tell("this user may not open it: sudo usermod -aG dialout $USER and log in again, or a udev rule (hopclip doctor shows one)");
  }
  if (/ioctl|is a directory|is not a tty|custom baud|get terminal|tcgetattr|termios/iu.test(message)) return tell("is no serial port, or does not take this speed");
  return tell(`cannot be opened: ${message}`);
}

async function ports(): Promise<Awaited<ReturnType<typeof SerialPort.list>>> {
  return SerialPort.list().catch(() => []);
}

/** Opens a port by its path, wherever that has gone since. */
function dialer(first: string, baud: number): Dial {
  let path = first;
  let serial: string | undefined;
  return async ({ bytes: heard, ended }) => {
    const found = await ports();
    if (serial !== undefined) path = found.find((each) => each.serialNumber === serial)?.path ?? path;
    serial ??= found.find((each) => each.path === path)?.serialNumber;
    const port = new SerialPort({ path, baudRate: baud, lock: true, autoOpen: false });
    port.on("data", heard);
    port.on("error", () => {}); // what breaks the port closes it, too
    port.on("close", ended);
    try {
      await new Promise<void>((resolve, reject) => port.open((error) => (error === null ? resolve() : reject(error))));
    } catch (error) {
      throw told(path, error as Error, found.map((each) => each.path));
    }
    lookAfter(port, await deviceAt(path));
    return {
      get waiting_bytes() {
        return port.writableLength;
      },
      write: (bytes) => void port.write(bytes),
      close: () => new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
    };
  };
}

/** Opens the serial port at a path. Rejects with a Failure that says what to do: no such port, taken, not allowed. */
export function openSerial(path: string, signal?: AbortSignal, baud = BAUD): Promise<Link> {
  return StreamLink.open(path, dialer(path, baud), signal);
}
