// A served clip over the air: the board's part of it, on a Bluetooth controller that speaks HCI on a serial port, by bleno. bleno is an optional
// package and loaded only then. Like the boards it forwards what comes on the clip's ports and reads none of it but HEL, for its own name.
import { setTimeout as pause } from "node:timers/promises";
import type { Bleno, Characteristic, CharacteristicOptions, ConnectionHandle, PrimaryService, Property } from "@stoprocent/bleno";
import { PORT_BLE_BATTERY, PORT_BLE_RSC, PORT_BLE_SMP, PORT_BLE_UART } from "../../firmware/wire/layout.ts";
import { hello } from "../clip/command.ts";
import { readEvent, type Hello } from "../clip/event.ts";
import { buildLine, parseFrame } from "../clip/line.ts";
import { Failure, InputError } from "../failure.ts";
import { inside, isUsable, onPort, SILENT, UNUSABLE } from "../link/hci.ts";
import { Splitter } from "../link/splitter.ts";
import type { Clock } from "./clock.ts";
import type { Wire } from "./wire.ts";

const NUS = "6e400001b5a3f393e0a9e50e24dcca9e";
const SMP = "8d53dc1d1db74cd3868b8a527460aa84";
const RSC = "1814";
/** RSC feature: whether the wearer walks or runs is told. Sensor location: top of shoe. */
const RSC_FEATURE = Buffer.of(0x04, 0x00);
const TOP_OF_SHOE = Buffer.of(1);

/** A controller answers within so long, and ends connections, ms. */
const ON_MS = 3000;
const LEAVE_MS = 1000;
/** A clip has started and said who it is within so long, s. */
const HELLO_S = 1;
/** What of a packet is no payload, and the least that any connection carries besides, bytes. */
const ATT_BYTES = 3;
const PIECE_BYTES_MIN = 20;
/** With so many notifications waiting for the controller a port takes no more, until there are so few; looked at so often, ms. */
const WAITING_MAX = 16;
const WAITING_LOW = 4;
const LOOK_MS = 2;

/** Where bleno keeps what it does not offer: its queue, and that it looks at its controller. */
const HCI = ["_bindings", "_hci"];

async function load(): Promise<typeof import("@stoprocent/bleno")> {
  try {
    return await import("@stoprocent/bleno");
  } catch (error) {
    throw new Failure("--ble needs the package @stoprocent/bleno, which is not installed or does not run here: npm install @stoprocent/bleno", { cause: error });
  }
}

/** bleno on the controller at `hci`, which answers. */
async function start(hci: string): Promise<Bleno> {
  const { withBindings } = await load();
  if (!(await isUsable(hci))) throw new InputError(`${hci}: ${UNUSABLE}`);
  const bleno = withBindings("hci", onPort(hci));
  try {
    await bleno.waitForPoweredOnAsync(ON_MS);
  } catch (error) {
    end(bleno);
    throw new Failure(`${hci}: ${SILENT}`, { cause: error });
  }
  return bleno;
}

/** Ends what bleno does, the timer among it by which it looks at its controller for ever. */
function end(bleno: Bleno): void {
  Reflect.set(inside(bleno, ...HCI) as object, "pollIsDevUp", () => {});
  bleno.removeAllListeners();
  bleno.stop();
}

function helloOf(text: string): Hello | null {
  const frame = parseFrame(text);
  const event = typeof frame === "string" ? null : readEvent(frame);
  return event?.type === "hello" ? event : null;
}

/** Tells whoever is subscribed. */
type Notify = (data: Buffer) => void;

class Peripheral implements Wire {
  readonly address: string;
  /** As it shows itself. */
  private readonly name: string;
  private readonly hci: string;
  private readonly bleno: Bleno;
  private readonly clock: Clock;
  private readonly splitter = new Splitter();
  /** The latest HEL; another app may run by now. */
  private known: Hello | null = null;
  /** The latest battery level. */
  private battery: Buffer | null = null;
  private readonly subscribers = new Map<number, Notify>();
  /** What a notification carries at most on the connection that there is, or at least on any, bytes. */
  private piece_bytes = PIECE_BYTES_MIN;
  private readonly held = new Set<number>();
  private timer: NodeJS.Timeout | null = null;
  private central: ConnectionHandle | null = null;

  constructor(bleno: Bleno, clock: Clock, hci: string) {
    this.hci = hci;
    this.bleno = bleno;
    this.clock = clock;
    this.splitter.onLine = (text) => {
      this.known = helloOf(text) ?? this.known;
    };
    clock.onBytes(PORT_BLE_UART, (bytes) => {
      this.splitter.push(bytes);
      this.notify(PORT_BLE_UART, bytes);
    });
    clock.onBytes(PORT_BLE_SMP, (bytes) => this.notify(PORT_BLE_SMP, bytes));
    clock.onBytes(PORT_BLE_RSC, (bytes) => this.notify(PORT_BLE_RSC, bytes));
    clock.onBytes(PORT_BLE_BATTERY, (bytes) => {
      this.battery = Buffer.from(bytes);
      this.notify(PORT_BLE_BATTERY, bytes);
    });
    this.ask();
    const { serial = "-" } = this.known ?? {};
    this.name = serial === "-" ? "hopclip" : `hopclip-${serial}`;
    this.address = `ble:${this.name}`;
  }

  /** From now on the clip shows itself and lets itself be connected to. */
  async begin(onCut: (failure: Failure) => void): Promise<void> {
    const { bleno, clock } = this;
    bleno.on("stateChange", () => onCut(new Failure(`${this.hci}: the Bluetooth controller is gone`)));
    await bleno.setServicesAsync(this.services());
    bleno.on("accept", (_address, handle) => this.accept(handle));
    bleno.on("mtuChange", (mtu_bytes) => {
      this.piece_bytes = mtu_bytes - ATT_BYTES;
    });
    bleno.on("disconnect", (_address, handle) => {
      this.leave(handle)?.catch((error: unknown) => onCut(new Failure(`${this.hci}: the clip can no longer show itself`, { cause: error })));
    });
    await this.show();
    clock.openPort(PORT_BLE_BATTERY, Infinity); // for those who read it, too
    clock.clip.onStart = () => bleno.disconnect(); // as a board that restarts
  }

  async close(): Promise<void> {
    this.rest();
    const { bleno, central } = this;
    bleno.removeAllListeners();
    if (central !== null) {
      const gone = Promise.withResolvers<void>();
      bleno.on("disconnect", () => gone.resolve());
      bleno.disconnect();
      await Promise.race([gone.promise, pause(LEAVE_MS, undefined, { ref: false })]);
    }
    end(bleno);
  }

  /** Asks the clip who it is, before its time begins. */
  private ask(): void {
    const { clock } = this;
    clock.clip.openPort(PORT_BLE_UART, Infinity);
    clock.clip.send(buildLine(1, hello()), PORT_BLE_UART);
    clock.clip.run(HELLO_S);
    clock.clip.closePort(PORT_BLE_UART);
  }

  private async show(): Promise<void> {
    // The name goes into the scan response. With that of the longest serial number there is no room left for the SMP service.
    await this.bleno.startAdvertisingAsync(this.name, [NUS, RSC]);
  }

  /** One central at a time, as a clip has it: bleno would go on advertising. */
  private accept(handle: ConnectionHandle): void {
    if (this.central !== null) {
      (this.bleno.disconnect as (handle: ConnectionHandle) => void).call(this.bleno, handle);
      return;
    }
    this.central = handle;
    this.piece_bytes = PIECE_BYTES_MIN;
    this.bleno.stopAdvertising();
  }

  /** Forgets the central that has gone, and shows itself to the next one. */
  private leave(handle: ConnectionHandle): Promise<void> | undefined {
    if (handle !== this.central) return undefined;
    this.central = null;
    return this.show();
  }

  private notify(port: number, bytes: Uint8Array): void {
    const notify = this.subscribers.get(port);
    if (notify === undefined) return;
    const { piece_bytes } = this;
    for (let at = 0; at < bytes.length; at += piece_bytes) notify(Buffer.from(bytes.subarray(at, at + piece_bytes)));
    if (this.waiting >= WAITING_MAX) this.hold(port);
  }

  /** Notifications that the controller has not taken yet. */
  private get waiting(): number {
    return inside(this.bleno, ...HCI, "_aclOutQueue", "length") as number;
  }

  private hold(port: number): void {
    this.held.add(port);
    this.clock.holdPort(port, true);
    this.timer ??= setInterval(() => {
      if (this.waiting <= WAITING_LOW) this.rest();
    }, LOOK_MS);
  }

  private rest(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    for (const port of this.held) this.clock.holdPort(port, false);
    this.held.clear();
  }

  private services(): PrimaryService[] {
    const { Characteristic, PrimaryService } = this.bleno;
    const { RESULT_SUCCESS, RESULT_UNLIKELY_ERROR } = Characteristic;
    /** Notifies of what comes on a port. */
    const notified = (port: number): Partial<CharacteristicOptions> => ({
      onSubscribe: (_handle, _bytes, notify) => this.subscribe(port, notify as Notify), // the MTU may change after it
      onUnsubscribe: () => this.unsubscribe(port),
    });
    /** Is written to a port. */
    const written = (port: number): Partial<CharacteristicOptions> => ({
      onWriteRequest: (_handle, data, _offset, _withoutResponse, done) => {
        this.clock.give(port, data);
        done(RESULT_SUCCESS);
      },
    });
    /** Is read; null: it is not known yet. */
    const read = (value: () => Buffer | null): Partial<CharacteristicOptions> => ({
      onReadRequest: (_handle, offset, done) => {
        const bytes = value();
        if (bytes === null) done(RESULT_UNLIKELY_ERROR);
        else done(RESULT_SUCCESS, bytes.subarray(offset));
      },
    });
    const make = (uuid: string, properties: readonly Property[], ...options: Partial<CharacteristicOptions>[]): Characteristic =>
      new Characteristic(Object.assign({ uuid, properties }, ...options) as CharacteristicOptions);
    const text = (value: () => string): Partial<CharacteristicOptions> => read(() => Buffer.from(value()));
    const writable = ["write", "writeWithoutResponse"] as const;
    return [
      [NUS, make("6e400002b5a3f393e0a9e50e24dcca9e", writable, written(PORT_BLE_UART)), make("6e400003b5a3f393e0a9e50e24dcca9e", ["notify"], notified(PORT_BLE_UART))],
      [SMP, make("da2e7828fbce4e01ae9e261174997c48", ["writeWithoutResponse", "notify"], written(PORT_BLE_SMP), notified(PORT_BLE_SMP))],
      [RSC, make("2a53", ["notify"], notified(PORT_BLE_RSC)), make("2a54", ["read"], read(() => RSC_FEATURE)), make("2a5d", ["read"], read(() => TOP_OF_SHOE))],
      ["180f", make("2a19", ["read", "notify"], read(() => this.battery), notified(PORT_BLE_BATTERY))],
      [
        "180a",
        make("2a29", ["read"], text(() => "hopclip")),
        make("2a24", ["read"], text(() => "simulated clip")),
        make("2a26", ["read"], text(() => this.known?.version ?? "")),
        make("2a25", ["read"], text(() => String(this.known?.serial ?? ""))),
      ],
    ].map(([uuid, ...characteristics]) => new PrimaryService({ uuid: uuid as string, characteristics: characteristics as Characteristic[] }));
  }

  private subscribe(port: number, notify: Notify): void {
    const isNew = !this.subscribers.has(port);
    this.subscribers.set(port, notify);
    if (isNew && port !== PORT_BLE_BATTERY) this.clock.openPort(port, Infinity);
  }

  private unsubscribe(port: number): void {
    if (this.subscribers.delete(port) && port !== PORT_BLE_BATTERY) this.clock.closePort(port);
  }
}

/** Serves all of the clip's ports but the serial one on the controller at the serial port `hci`, before its time begins; `onCut` is told when that is gone. */
export async function serveBle(clock: Clock, hci: string, onCut: (failure: Failure) => void): Promise<Wire> {
  const peripheral = new Peripheral(await start(hci), clock, hci);
  await peripheral.begin(onCut);
  return peripheral;
}
