// Clips that can be reached: on serial ports, and over the air. Each is asked who it is.
import { Client } from "../clip/client.ts";
import { config } from "../clip/command.ts";
import { Failure, InputError } from "../failure.ts";
import { SIDE_BY_CODE, type Side } from "../record.ts";
import type { Link } from "./link.ts";
import { openLink } from "./open.ts";
import { serialPorts } from "./ports.ts";

/** Something that may be a clip. */
export interface Device {
  /** As openLink takes it. */
  readonly address: string;
  readonly kind: "serial" | "ble";
  /** Name it advertises, or USB ids of its port; null where there is none. */
  readonly name: string | null;
  /** Serial number of the clip; null where it has none, or did not answer. */
  readonly serial: number | null;
  readonly side: Side | null;
  /** Of its firmware; null where it did not answer. */
  readonly version: string | null;
  /** Strength of its signal, dBm. */
  readonly rssi: number | null;
  /** Why it is no clip, or cannot be asked; null: it is one. */
  readonly error: string | null;
}

/** What is looked for. */
export interface Search {
  /** On serial ports. */
  readonly ports: boolean;
  /** Over the air. */
  readonly ble: boolean;
  /** How long clips may take to show themselves over the air, ms. */
  readonly scan_ms: number;
}

/** What was found. */
export interface Found {
  readonly devices: readonly Device[];
  /** Where could not be looked, and why. */
  readonly problems: readonly string[];
}

/** What is known of a device before it is asked. */
type Named = Pick<Device, "address" | "kind" | "name" | "rssi">;

/** Asks what is at an address who it is. Throws as `signal` says where that is raised meanwhile. */
export async function askDevice(device: Named, signal?: AbortSignal): Promise<Device> {
  const none = { ...device, serial: null, side: null, version: null };
  let link: Link | undefined;
  try {
    link = await openLink(device.address, signal);
    const client = new Client(link);
    client.stop = signal ?? null;
    const { serial, version } = await client.greet();
    const [, side] = await client.command(config("SID"));
    return { ...device, serial: serial === "-" ? null : Number(serial), side: SIDE_BY_CODE[Number(side)] ?? null, version, error: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    return { ...none, error: error.message };
  } finally {
    await link?.close();
  }
}

async function overAir(scan_ms: number, signal?: AbortSignal): Promise<readonly Named[]> {
  const { scanBle } = await import("./ble.ts");
  const heard = await scanBle(scan_ms, signal);
  return heard.map(({ address, name, rssi }) => ({ address: `ble:${address}`, kind: "ble", name: name === "" ? null : name, rssi }));
}

async function onPorts(): Promise<readonly Named[]> {
  return (await serialPorts()).map(({ path, usb }) => ({ address: path, kind: "serial", name: usb, rssi: null }));
}

/**
 * Every device that may be a clip, asked who it is; what is no clip, or does not answer, says so in `error`. Throws as `signal` says where
 * that is raised meanwhile.
 */
export async function findDevices({ ports, ble, scan_ms }: Search, signal?: AbortSignal): Promise<Found> {
  const problems: string[] = [];
  const looked = async (look: Promise<readonly Named[]>): Promise<readonly Named[]> => {
    try {
      return await look;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
      return [];
    }
  };
  const wired = async (): Promise<Device[]> => {
    const found = await looked(onPorts());
    return Promise.all(found.map((port) => askDevice(port, signal)));
  };
  const aired = async (): Promise<Device[]> => {
    const devices: Device[] = [];
    for (const device of await looked(overAir(scan_ms, signal))) devices.push(await askDevice(device, signal)); // a radio opens one connection at a time
    return devices;
  };
  const devices = await Promise.all([ports ? wired() : [], ble ? aired() : []]);
  return { devices: devices.flat(), problems };
}

/** How long a clip that is looked for may take to show itself over the air, ms. */
const SCAN_MS = 4000;

/** What there is on serial ports, and, where none of that fits, over the air too: listening takes its time. */
export async function findClips(fits: (device: Device) => boolean, signal?: AbortSignal): Promise<Found> {
  const wired = await findDevices({ ports: true, ble: false, scan_ms: 0 }, signal);
  if (wired.devices.some(fits)) return wired;
  const aired = await findDevices({ ports: false, ble: true, scan_ms: SCAN_MS }, signal);
  return { devices: [...wired.devices, ...aired.devices], problems: [...wired.problems, ...aired.problems] };
}

/** Address of the only clip that is there: on a serial port, else over the air. A Failure or an InputError that says what to do where it is not one. */
export async function onlyClip(signal?: AbortSignal): Promise<string> {
  const cure = "is it plugged in with a cable that carries data, or charged and near? hopclip devices shows what is there; --clip names one";
  const isClip = ({ error }: Device): boolean => error === null;
  const { devices, problems } = await findClips(isClip, signal);
  const clips = devices.filter(isClip);
  const [clip] = clips;
  if (clip === undefined) throw new Failure(`no clip was found${problems.map((problem) => ` (${problem})`).join("")}: ${cure}`);
  if (clips.length > 1) throw new InputError(`there are several clips: --clip says which, ${clips.map(({ address, serial, side }) => [address, serial, side].filter((part) => part !== null).join(" ")).join("; ")}`);
  return clip.address;
}
