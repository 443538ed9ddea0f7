// A Bluetooth controller on a serial port, that speaks HCI, for noble and bleno alike: what they keep to themselves.
import { access, constants } from "node:fs/promises";

/** Of controllers on a UART; USB and ptys take any. */
const BAUD = 1_000_000;

/** Whether a port is there and may be opened: where not, noble and bleno say nothing. */
export async function isUsable(port: string): Promise<boolean> {
  if (process.platform === "win32") return true; // a COM port is no path
  return access(port, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Options of `withBindings("hci", …)` for the controller on a port. */
export const onPort = (port: string) => ({ hciDriver: "uart", bindParams: { uart: { port, baudRate: BAUD } } });

/** Why a port cannot be used. */
export const UNUSABLE = "there is no such serial port, or this user may not open it";
/** Why nobody can be reached over it. */
export const SILENT = `no Bluetooth controller answers there at ${BAUD} baud`;

/** A part of a part of … a thing, however private; undefined where there is none. Each use says why; the packages are pinned. */
export function inside(thing: unknown, ...path: string[]): unknown {
  return path.reduce((from, name) => (typeof from === "object" && from !== null ? (Reflect.get(from, name) as unknown) : undefined), thing);
}
