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
  /** Over the air too. */
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

/** Asks what is at an address who it is. */
export async function askDevice(device: Named): Promise<Device> {
  const none = { ...device, serial: null, side: null, version: null };
  let link: Link | undefined;
  try {
    link = await openLink(device.address);
    const client = new Client(link);
    const { serial, version } = await client.greet();
    const [, side] = await client.command(config("SID"));
    return { ...device, serial: serial === "-" ? null : Number(serial), side: SIDE_BY_CODE[Number(side)] ?? null, version, error: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...none, error: error.message };
  } finally {
    await link?.close();
  }
}

async function overAir(scan_ms: number): Promise<readonly Named[]> {
  const { scanBle } = await import("./ble.ts");
  const heard = await scanBle(scan_ms);
  return heard.map(({ address, name, rssi }) => ({ address: `ble:${address}`, kind: "ble", name: name === "" ? null : name, rssi }));
}

async function onPorts(): Promise<readonly Named[]> {
  return (await serialPorts()).map(({ path, usb }) => ({ address: path, kind: "serial", name: usb, rssi: null }));
}

/** Every device that may be a clip, asked who it is; what is no clip, or does not answer, says so in `error`. */
export async function findDevices({ ble, scan_ms }: Search): Promise<Found> {
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
  const wired = looked(onPorts()).then((ports) => Promise.all(ports.map(askDevice)));
  const heard = ble ? await looked(overAir(scan_ms)) : [];
  const devices = [...(await wired)];
  for (const device of heard) devices.push(await askDevice(device)); // a radio opens one connection at a time
  return { devices, problems };
}

/** How long the only clip may take to show itself over the air, ms. */
const SCAN_MS = 4000;

/** Address of the only clip that is there: on a serial port, else over the air. A Failure or an InputError that says what to do where it is not one. */
export async function onlyClip(): Promise<string> {
  const cure = "is it plugged in with a cable that carries data, or charged and near? hopclip devices shows what is there; --clip names one";
  const clipsOf = ({ devices }: Found): readonly Device[] => devices.filter(({ error }) => error === null);
  const wired = clipsOf(await findDevices({ ble: false, scan_ms: 0 }));
  const all = wired.length > 0 ? null : await findDevices({ ble: true, scan_ms: SCAN_MS });
  const clips = all === null ? wired : clipsOf(all);
  const [clip] = clips;
  if (clip === undefined) throw new Failure(`no clip was found${(all?.problems ?? []).map((problem) => ` (${problem})`).join("")}: ${cure}`);
  if (clips.length > 1) throw new InputError(`there are several clips: --clip says which, ${clips.map(({ address, serial, side }) => [address, serial, side].filter((part) => part !== null).join(" ")).join("; ")}`);
  return clip.address;
}
