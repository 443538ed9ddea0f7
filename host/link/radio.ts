// This computer's Bluetooth radio, by noble: opened by the first who needs it, closed by the last, so that the program can end. noble is an
// optional package and loaded only then. HOPCLIP_HCI names a serial port with a controller that speaks HCI, instead of the system's.
import { EventEmitter, once } from "node:events";
import { setImmediate as breathe } from "node:timers/promises";
import type { AdapterState, Noble, Peripheral } from "@stoprocent/noble";
import { Failure } from "../failure.ts";
import { inside, isUsable, onPort, SILENT, UNUSABLE } from "./hci.ts";

/** The system's radio is switched on, scans and stops to, within so long, ms. */
const ON_MS = 3000;
/** How long one on a serial port is waited for, time after time, ms: the port may be locked for a moment by who had it before, or in the midst of a packet for them. */
const PORT_ON_MS = [300, 1000, 3000] as const;
/** A connection is closed within so long, ms. */
const LEAVE_MS = 1000;

const REASONS: Readonly<Record<string, string>> = {
  unauthorized: "this user may not use Bluetooth: on Linux sudo setcap cap_net_raw+eip $(readlink -f $(which node)), elsewhere allow it in the system's settings",
  poweredOff: "Bluetooth is switched off: switch it on in the system's settings",
  unsupported: "no Bluetooth radio was found: plug one in, or let HOPCLIP_HCI name the serial port of one",
};

/** Waits for something of noble's, which knows no time-outs; undefined where it takes too long, or `signal` is raised meanwhile. */
export async function within<T>(limit_ms: number, wanted: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const give = (): void => late.resolve(undefined);
  const timer = setTimeout(give, signal?.aborted === true ? 0 : limit_ms);
  signal?.addEventListener("abort", give);
  try {
    return await Promise.race([wanted, late.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", give);
  }
}

async function load(): Promise<typeof import("@stoprocent/noble")> {
  try {
    return await import("@stoprocent/noble");
  } catch (error) {
    throw new Failure("Bluetooth needs the package @stoprocent/noble, which is not installed or does not run here: npm install @stoprocent/noble", { cause: error });
  }
}

/** What noble says on stdout, where --json may go, is said by Failures here; and it is not for noble to end the program at Ctrl-C. */
async function quietly(work: () => Promise<void>): Promise<boolean> {
  const { log } = console;
  console.log = () => {};
  const hearers = new Set(process.listeners("SIGINT"));
  try {
    await work();
    return true;
  } catch {
    return false;
  } finally {
    console.log = log;
    for (const hearer of process.listeners("SIGINT")) if (!hearers.has(hearer)) process.off("SIGINT", hearer);
  }
}

/** noble on the radio that is to be used, switched on. */
async function start(): Promise<Noble> {
  const { withBindings } = await load();
  const { HOPCLIP_HCI: port } = process.env;
  if (port !== undefined && !(await isUsable(port))) throw new Failure(`HOPCLIP_HCI=${port}: ${UNUSABLE}`);
  let state: AdapterState = "unknown";
  for (const on_ms of port === undefined ? [ON_MS] : PORT_ON_MS) {
    const noble = port === undefined ? withBindings("default") : withBindings("hci", onPort(port));
    if (await quietly(() => noble.waitForPoweredOnAsync(on_ms))) return noble;
    ({ state } = noble);
    await end(noble);
  }
  throw new Failure(port === undefined ? (REASONS[state] ?? REASONS["unsupported"]!) : `HOPCLIP_HCI=${port}: ${SILENT}`);
}

/** Ends what noble does. It does not wait for a serial port to close, which cannot be opened again before: look for it where noble keeps it. */
async function end(noble: Noble): Promise<void> {
  const port = inside(noble, "_bindings", "_hci", "_socket", "_serialDevice");
  noble.removeAllListeners();
  noble.stop(); // takes all listeners off the port
  if (port instanceof EventEmitter && inside(port, "port") !== undefined) await within(LEAVE_MS, once(port, "close"));
}

export class Radio {
  private static open: Promise<Radio> | null = null;
  private static users = 0;
  /** Of the radio before, if there was one: that it is closed. */
  private static closed: Promise<void> = Promise.resolve();
  readonly noble: Noble;
  /** Turns false when the radio is pulled out, switched off or no longer needed. */
  alive = true;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(noble: Noble) {
    this.noble = noble;
    // What hangs on the radio is told by noble: its connections are lost. Who takes the radio next gets a new one.
    noble.on("stateChange", () => {
      if (noble.state !== "poweredOn") void this.stop();
    });
  }

  /** The radio, for somebody who calls `release` when done. A Failure that says what to do where there is none. */
  static async take(): Promise<Radio> {
    Radio.users += 1;
    Radio.open ??= Radio.closed.then(start).then((noble) => new Radio(noble));
    const { open } = Radio;
    try {
      return await open;
    } catch (error) {
      if (Radio.open === open) Radio.open = null;
      Radio.users -= 1;
      throw error;
    }
  }

  /** Ends what one `take` began. */
  static async release(): Promise<void> {
    Radio.users -= 1;
    const radio = await Radio.open?.catch(() => null);
    if (Radio.users === 0) await radio?.stop(); // nobody has taken it meanwhile
  }

  /** Listens for so long, or until `wanted` holds of one; whom it has heard. Throws as `signal` says when that is raised. */
  async scan(services: string[], scan_ms: number, wanted: (found: Peripheral) => boolean, signal?: AbortSignal): Promise<Peripheral[]> {
    const { noble } = this;
    return this.alone(async () => {
      signal?.throwIfAborted();
      const heard = new Set<Peripheral>();
      const enough = Promise.withResolvers<void>();
      const listen = (found: Peripheral): void => {
        heard.add(found); // one object a device, which noble keeps up to date
        if (wanted(found)) enough.resolve();
      };
      noble.on("discover", listen);
      await within(ON_MS, noble.startScanningAsync(services, true));
      await within(scan_ms, enough.promise, signal);
      if (this.alive) await within(ON_MS, noble.stopScanningAsync());
      noble.removeListener("discover", listen);
      signal?.throwIfAborted();
      return [...heard];
    });
  }

  /** Connects; whether the device answered within so long. Throws as `signal` says when that is raised. */
  async connect(device: Peripheral, limit_ms: number, signal: AbortSignal): Promise<boolean> {
    return this.alone(async () => {
      signal.throwIfAborted();
      const connected = device.connectAsync().then(
        () => true,
        () => false,
      );
      if ((await within(limit_ms, connected, signal)) === undefined) device.cancelConnect();
      const there = await connected;
      if (signal.aborted) await this.leave(device);
      signal.throwIfAborted();
      return there;
    });
  }

  /** Ends a connection, or what is left of it. */
  async leave(device: Peripheral): Promise<void> {
    if (this.alive && device.state === "connected") await within(LEAVE_MS, device.disconnectAsync());
  }

  /** Does `work` while no other scan or attempt to connect is under way: a radio does one at a time. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => {});
    return mine;
  }

  private async stop(): Promise<void> {
    if (!this.alive) return;
    this.alive = false;
    Radio.open = null;
    // Not at once: when its serial port has gone, noble is about to look for it again, unless it is told to stop after that.
    Radio.closed = breathe().then(() => end(this.noble));
    await Radio.closed;
  }
}
