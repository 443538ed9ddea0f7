// A clip over the air: its lines over the Nordic UART Service, its SMP packets over the SMP service.
import type { Characteristic, Peripheral } from "@stoprocent/noble";
import { Failure } from "../failure.ts";
import { inside } from "./hci.ts";
import { Radio, within } from "./radio.ts";
import { Reassembler } from "./reassembler.ts";
import { StreamLink, type Dial } from "./stream.ts";

// Services and characteristics, as noble writes them.
const NUS = "6e400001b5a3f393e0a9e50e24dcca9e";
const NUS_WRITTEN = "6e400002b5a3f393e0a9e50e24dcca9e";
const NUS_NOTIFIED = "6e400003b5a3f393e0a9e50e24dcca9e";
const SMP = "8d53dc1d1db74cd3868b8a527460aa84";
const SMP_BOTH = "da2e7828fbce4e01ae9e261174997c48";

/** A clip shows itself every 0.1 to 1 s; it may be out of reach for a moment, ms. */
const FIND_MS = 10_000;
/** A clip that shows itself lets itself be connected to within so long, ms. */
const CONNECT_MS = 5000;
/** It says what it has and takes subscriptions within so long, ms. */
const SETUP_MS = 10_000;
/** What of a packet is no payload, bytes, and the least that a connection carries. */
const ATT_BYTES = 3;
const MTU_BYTES_MIN = 23;

/** A clip that shows itself, or what claims to be one. */
export interface Shown {
  /** For `ble:…`; on macOS a number that the system has made up. */
  readonly address: string;
  /** '' where it has none. */
  readonly name: string;
  /** As last heard, dBm. */
  readonly rssi: number;
  readonly connectable: boolean;
}

const addressOf = ({ address, id }: Peripheral): string => (address === "" || address === "unknown" ? id : address);
const nameOf = ({ advertisement }: Peripheral): string => advertisement.localName ?? "";

/** Listens for so long for devices that show the Nordic UART Service. A clip that somebody is connected to does not show itself. Throws as `signal` says when that is raised. */
export async function scanBle(scan_ms: number, signal?: AbortSignal): Promise<Shown[]> {
  const radio = await Radio.take();
  try {
    const heard = await radio.scan([NUS], scan_ms, () => false, signal);
    return heard.map((device) => ({ address: addressOf(device), name: nameOf(device), rssi: device.rssi, connectable: Boolean(device.connectable) }));
  } finally {
    await Radio.release();
  }
}

/** Writes to a characteristic piece by piece. */
class Pen {
  waiting_bytes = 0;
  private last = Promise.resolve();
  private readonly to: Characteristic;
  private readonly piece_bytes: number;

  constructor(to: Characteristic, piece_bytes: number) {
    this.to = to;
    this.piece_bytes = piece_bytes;
  }

  /** Without response: what paces it is the controller, which says how many pieces have gone. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.piece_bytes) {
      const piece = Buffer.from(bytes.subarray(at, at + this.piece_bytes));
      this.waiting_bytes += piece.length;
      // One at a time: noble would forget to say that the one before is done. One that fails is lost with the connection.
      this.last = this.last
        .then(() => this.to.writeAsync(piece, true))
        .catch(() => {})
        .then(() => {
          this.waiting_bytes -= piece.length;
        });
    }
  }
}

/** The characteristics of a clip. */
interface Found {
  readonly written: Characteristic;
  readonly notified: Characteristic;
  readonly smp: Characteristic;
}

/** What a connected device has; null where it is no clip. */
async function discover(device: Peripheral): Promise<Found | null> {
  const found: Characteristic[] = [];
  for (const service of await device.discoverServicesAsync([NUS, SMP])) found.push(...(await service.discoverCharacteristicsAsync([])));
  const [written, notified, smp] = [NUS_WRITTEN, NUS_NOTIFIED, SMP_BOTH].map((uuid) => found.find((each) => each.uuid === uuid));
  return written === undefined || notified === undefined || smp === undefined ? null : { written, notified, smp };
}

/** What is known of a bond: noble pairs when a clip asks for it, on its own radios for the connection only; a system that does it says nothing. */
function bond(radio: Radio, { id }: Peripheral): string {
  const security = inside(radio.noble, "_bindings", "_gatts", id, "_security");
  if (security === undefined) return "bonds are the system's";
  return security === "low" ? "not bonded: the clip asks for no bond" : "paired for this connection, no bond kept";
}

/** Dials a clip by its address or name. */
function dialer(name: string, wanted: string, signal?: AbortSignal): Dial {
  const lower = wanted.toLowerCase();
  const isWanted = (device: Peripheral): boolean => [addressOf(device), device.id, nameOf(device)].some((each) => each.toLowerCase() === lower);
  /** The clip as the radio knows it since it was found. */
  let known: { readonly radio: Radio; readonly device: Peripheral } | null = null;
  let taken = false;
  return async (ear, closing) => {
    const stop = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    const radio = await Radio.take();
    // The radio stays open between attempts.
    if (!taken) {
      taken = true;
      await Radio.take();
      closing.addEventListener("abort", () => void Radio.release(), { once: true });
    }
    let connected: Peripheral | null = null;
    try {
      if (known?.radio !== radio) {
        const device = (await radio.scan([], FIND_MS, isWanted, stop)).find(isWanted);
        if (device === undefined) {
          throw new Failure(`${name}: not found over the air: is it charged and near? One that is in use elsewhere does not show itself (hopclip devices lists those that do)`);
        }
        known = { radio, device };
      }
      const { device } = known;
      if (!(await radio.connect(device, CONNECT_MS, stop))) {
        throw new Failure(`${name}: shows itself, but cannot be connected to: is it in use elsewhere, or too far away?`);
      }
      connected = device;
      const found = await within(SETUP_MS, discover(device), stop);
      stop.throwIfAborted();
      if (found === undefined) throw new Failure(`${name}: is connected, but does not say what it has: switch it off and on`);
      if (found === null) throw new Failure(`${name}: is no hopclip: it lacks the services of one`);
      const { written, notified, smp } = found;
      // noble tells of the MTU when the first answer comes.
      const piece_bytes = (device.mtu ?? MTU_BYTES_MIN) - ATT_BYTES;
      const [lines, packets] = [new Pen(written, piece_bytes), new Pen(smp, piece_bytes)];
      const reassembler = new Reassembler((packet) => ear.packet(packet));
      notified.on("data", (bytes: Buffer) => ear.bytes(bytes));
      smp.on("data", (bytes: Buffer) => reassembler.push(bytes));
      const ended = (): void => {
        void Radio.release();
        ear.ended();
      };
      const subscribed = await within(SETUP_MS, Promise.all([notified.subscribeAsync(), smp.subscribeAsync()]), stop);
      stop.throwIfAborted();
      if (subscribed === undefined || device.state !== "connected") throw new Failure(`${name}: is connected, but lets nobody subscribe: switch it off and on; if it was paired with this computer before, forget it in the Bluetooth settings`);
      device.once("disconnect", ended);
      return {
        get waiting_bytes() {
          return lines.waiting_bytes + packets.waiting_bytes;
        },
        about: `${nameOf(device) || "no name"} at ${addressOf(device)}, ${device.rssi} dBm, ${piece_bytes} bytes a packet, ${bond(radio, device)}`,
        write: (bytes) => lines.write(bytes),
        sendPacket: (packet) => packets.write(packet),
        close: async () => {
          device.removeListener("disconnect", ended);
          await radio.leave(device);
          await Radio.release();
        },
      };
    } catch (error) {
      if (connected !== null) await radio.leave(connected);
      await Radio.release();
      if (stop.aborted || error instanceof Failure) throw error;
      throw new Failure(`${name}: the connection broke off: ${(error as Error).message}`, { cause: error });
    }
  };
}

/**
 * Connects to a clip by its address or the name it shows. Rejects with a Failure that says what to do, or as `signal` says where that is
 * raised meanwhile.
 */
export function openBle(address: string, signal?: AbortSignal): Promise<StreamLink> {
  const name = `ble:${address}`;
  return StreamLink.open(name, dialer(name, address, signal), signal);
}
