// Serial ports of this computer: those on USB, and those that HOPCLIP_PORTS names (ptys and built-in ports, which cannot be told from others).
import { SerialPort } from "serialport";
import { Failure } from "../failure.ts";

/** A serial port. */
export interface Port {
  readonly path: string;
  /** "vvvv:pppp" in hex; null where it is not on USB. */
  readonly usb: string | null;
}

/** Every serial port that a clip may be on. */
export async function serialPorts(): Promise<readonly Port[]> {
  const named = (process.env["HOPCLIP_PORTS"] ?? "").split(",").map((path) => path.trim()).filter((path) => path !== "");
  const found = await list();
  const onUsb = found.flatMap(({ path, vendorId, productId }) => (vendorId === undefined ? [] : [{ path, usb: `${vendorId}:${productId}`.toLowerCase() }]));
  return [...onUsb, ...named.filter((path) => !onUsb.some((port) => port.path === path)).map((path) => ({ path, usb: null }))];
}

async function list(): Promise<readonly { readonly path: string; readonly vendorId?: string | undefined; readonly productId?: string | undefined }[]> {
  try {
    return await SerialPort.list();
  } catch (error) {
    // The binding asks udevadm on Linux.
    const why = (error as Error).message.includes("udevadm") ? "udevadm is missing (Debian: apt-get install udev)" : (error as Error).message;
    throw new Failure(`serial ports cannot be looked up: ${why}; name the port, or HOPCLIP_PORTS=/dev/ttyACM0`, { cause: error });
  }
}
