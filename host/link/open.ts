// Opens the link to a clip, however it was called on the command line.
import { existsSync } from "node:fs";
import { Failure, InputError } from "../failure.ts";
import type { Device } from "./devices.ts";
import type { Link } from "./link.ts";

/** Rates of a serial port, Bd. */
const BAUD_MIN = 1200;
const BAUD_MAX = 10_000_000;

const WAYS = "a serial port's path, tcp:PORT, tcp:HOST:PORT, ble:NAME, ble:ADDRESS, a clip's serial number, left or right; a port at another rate than 115200 Bd is PATH@BAUD";

function tcpOf(which: string): [host: string, port: number] {
  const [, host = "127.0.0.1", port] = /^tcp:(?:(.+):)?(\d{1,5})$/u.exec(which) ?? [];
  if (!(Number(port) > 0 && Number(port) < 65_536)) throw new InputError(`${which}: is tcp:PORT or tcp:HOST:PORT, with a port from 1 to 65535`);
  return [host, Number(port)];
}

/** A path and what stands behind its last @, if that is a number and no part of the name of what is there. */
function portOf(which: string): [path: string, baud: number | undefined] {
  const [, path, baud] = (existsSync(which) ? null : /^(.+)@(\d+)$/u.exec(which)) ?? [];
  if (path === undefined) return [which, undefined];
  if (!(Number(baud) >= BAUD_MIN && Number(baud) <= BAUD_MAX)) throw new InputError(`${which}: a serial port takes ${BAUD_MIN} to ${BAUD_MAX} Bd`);
  return [path, Number(baud)];
}

/** Address of the one clip with this serial number, or worn on this side, of all that can be found. */
async function find(which: string, signal?: AbortSignal): Promise<string> {
  const { findClips } = await import("./devices.ts");
  const fitting = ({ serial, side }: Device): boolean => (/^\d+$/u.test(which) ? String(serial) === which : side === which);
  const found = await findClips(fitting, signal);
  const devices = found.devices.filter(({ error }) => error === null);
  const fits = devices.filter(fitting);
  const what = /^\d+$/u.test(which) ? `the clip ${which}` : `a clip that is set to the ${which} side`;
  if (fits.length > 1) throw new InputError(`${which}: there are ${fits.map(({ address }) => address).join(" and ")}: name one of them`);
  if (fits[0] !== undefined) return fits[0].address;
  const there = devices.length === 0 ? ["none was found at all", ...found.problems].join("; ") : `found: ${devices.map(({ address }) => address).join(", ")}`;
  throw new Failure(`${what} was not found (${there}): is it charged, near and not in use elsewhere? hopclip devices shows what each says`);
}

/**
 * Opens the link to `which` clip: WAYS says what that may be. Rejects with a Failure that says what to do, or as `signal` says where that is
 * raised meanwhile.
 */
export async function openLink(which: string, signal?: AbortSignal): Promise<Link> {
  if (which.startsWith("tcp:")) {
    const { openTcp } = await import("./tcp.ts");
    return openTcp(...tcpOf(which), signal);
  }
  if (which.startsWith("ble:")) {
    const { openBle } = await import("./ble.ts");
    return openBle(which.slice("ble:".length), signal);
  }
  const [path, baud] = portOf(which);
  const isPath = path.includes("/") || /^COM\d+$/iu.test(path) || existsSync(path);
  if (isPath) {
    const { openSerial } = await import("./serial.ts");
    return openSerial(path, signal, baud);
  }
  if (which !== "left" && which !== "right" && !/^\d+$/u.test(which)) throw new InputError(`--clip ${which}: a clip is ${WAYS}`);
  return openLink(await find(which, signal), signal);
}
