// A clip on a simulated person's foot that somebody outside talks to, while time goes on as they let it. Like a board it runs the app that
// its flash holds, and restarts when that asks for it or ends.
import { PORT_BLE_UART, PORT_SERIAL } from "../firmware/wire/layout.ts";
import { bootEngine } from "./engine/boot.ts";
import { EngineError } from "./engine/engine.ts";
import type { Fault } from "./faults.ts";
import type { ChipName } from "./parts/chip.ts";
import type { MotorKind } from "./parts/motor.ts";
import { Wearer, type WearerOptions } from "./wearer.ts";
import { World } from "./world.ts";

/** Error of the sensor's clock, ppm, unless another one is asked for: a part within its datasheet's bounds. */
const RATE_ERROR_PPM = 13_000;
/** Longest a clip takes to start and to answer, s. */
const ANSWER_S = 3;

/** Whose clip, and what it is made of. */
export interface SimulatedClipOptions extends WearerOptions {
  /** The app of a new clip. */
  readonly wasm: Uint8Array;
  /** All that its flash holds; absent = a new clip's: the app in the first slot. */
  readonly flash?: Uint8Array;
  readonly chip?: ChipName;
  readonly rate_error_ppm?: number;
  readonly motor?: MotorKind;
  /** Nobody is connected at first; default: somebody to the serial port. */
  readonly alone?: boolean;
  /** Their times are those since the clip has power. */
  readonly faults?: readonly Fault[];
}

/** The clip, its wearer and their time. */
export class SimulatedClip {
  /** Told of every byte the clip sends; the view is valid during the call only. */
  onBytes: ((port: number, bytes: Uint8Array) => void) | null = null;
  /** Told of every place in flash that has changed, and what it holds now. */
  onFlash: ((at: number, bytes: Uint8Array) => void) | null = null;
  /** Told at each start of the app. */
  onStart: (() => void) | null = null;
  private readonly world: World;
  private readonly wearer: Wearer;
  /** The latest answer to a command. */
  private answer = "";

  constructor(options: SimulatedClipOptions) {
    const { wasm, seed, flash, chip, motor, faults, rate_error_ppm = RATE_ERROR_PPM } = options;
    this.wearer = new Wearer(options);
    this.world = new World({
      wasm,
      source: this.wearer,
      seed,
      rate_error_ppm,
      engine: bootEngine(() => this.onStart?.()),
      expect_panic: true,
      ...(chip === undefined ? {} : { chip }),
      ...(motor === undefined ? {} : { motor }),
      ...(faults === undefined ? {} : { faults }),
    });
    if (flash !== undefined) this.world.flash.load(flash);
    this.world.flash.onChange = (at, size) => this.onFlash?.(at, this.world.flash.bytes.subarray(at, at + size));
    this.world.onBytes = (port, bytes) => this.onBytes?.(port, bytes);
    this.world.onLine = ({ text }) => {
      if (/^\$HC,\d+,(?:ACK|ERR),/u.test(text)) this.answer = text;
      // Whoever wears it hears it by whatever port it is heard.
      if (this.wearer.hear(text, this.world.now_us, this.world.clock_offset_us)) this.world.holdSource();
    };
    if (options.alone === true) this.world.closePort(PORT_SERIAL);
    this.world.boot();
  }

  /** SHA-256 of the app that runs, lower-case hex. */
  get firmware_sha256(): string {
    return this.world.engine.sha256;
  }

  /** Time since the clip has power, s. */
  get now_s(): number {
    return this.world.now_us / 1e6;
  }

  /** Time, s, before which nothing happens by itself; Infinity: nothing ever does. */
  get next_s(): number {
    return Math.min(this.world.next_us, this.wearer.due_us) / 1e6;
  }

  /** All that its flash holds; not a copy. */
  get flash(): Uint8Array {
    return this.world.flash.bytes;
  }

  /** Gives settings, by key of CFG, to a clip that nobody talks to by radio yet. Throws EngineError where it refuses one. */
  configure(settings: Readonly<Record<string, number>>): void {
    this.world.openPort(PORT_BLE_UART, Infinity);
    for (const [key, value] of Object.entries(settings)) {
      this.answer = "";
      this.world.send(`CFG,${key},${value}`, PORT_BLE_UART);
      this.world.run(() => this.answer !== "", ANSWER_S);
      if (!this.answer.includes(",ACK,")) throw new EngineError(`the clip's app does not take the setting ${key} = ${value}`);
    }
    this.world.closePort(PORT_BLE_UART);
  }

  /** Somebody connects to a port, which then empties so fast; Infinity: at once. */
  openPort(port: number, rate_bytes_s: number): void {
    this.world.openPort(port, rate_bytes_s);
  }

  /** Nobody listens on a port any more. */
  closePort(port: number): void {
    this.world.closePort(port);
  }

  /** Whether a port takes nothing for now, though somebody listens. */
  holdPort(port: number, held: boolean): void {
    this.world.link.block(port, held);
  }

  /** Bytes that were sent to a port and that the clip has not read. */
  unread_bytes(port: number): number {
    return this.world.link.unread_bytes(port);
  }

  /** Sends bytes. */
  send(bytes: Uint8Array | string, port = 0): void {
    this.world.sendRaw(bytes, port);
  }

  /** Lets time go on. */
  run(seconds: number): void {
    const end_us = this.world.now_us + seconds * 1e6;
    for (;;) {
      const { due_us } = this.wearer;
      if (due_us <= this.world.now_us) {
        this.wearer.begin();
        this.world.startSource();
        continue;
      }
      const to_us = Math.min(end_us, due_us);
      // The wearer may learn in any step when to begin.
      if (!this.world.run(() => this.wearer.due_us < due_us, (to_us - this.world.now_us) / 1e6) && to_us === end_us) break;
    }
    // What a world keeps for tests would fill the memory of one that lives for days.
    for (const kept of [this.world.lines, this.world.incidents, this.world.motor.pulses]) kept.length = 0;
  }

  close(): void {
    this.world.close();
  }
}
