// A board with a scripted detector: the whole app over the simulator's flash and link, woken as a board wakes it.
import { FLASH_BYTES } from "../../firmware/wire/layout.ts";
import type { Engine } from "../../sim/engine/engine.ts";
import { createV8Engine } from "../../sim/engine/v8.ts";
import { Flash } from "../../sim/parts/flash.ts";
import { Link } from "../../sim/parts/link.ts";
import { Random } from "../../sim/random.ts";
import { frame } from "../../sim/world.ts";
import { compileWith } from "../imu/compile.ts";
import { FAKE_DETECTOR, FAKE_IMU } from "./fake.ts";

const SAMPLE_US = 2404; // about 416 Hz
const BATCH = 8;
const LATENCY_US = 50_000; // from the toe-off to the detector's word
const WAKE_SENSOR = 1;
const WAKE_LINK = 2;
const WAKE_TIMER = 4;

/** A contact for the scripted detector; times in µs. */
export interface Scripted {
  readonly id: number;
  readonly ic_us: number;
  readonly tc_us: number;
  readonly kind: number;
  readonly hop: number;
  readonly flight_us?: number;
  readonly confidence?: number;
  /** The word is about an earlier contact. */
  readonly amends?: boolean;
  /** When the detector says it; default 50 ms after the toe-off. */
  readonly said_us?: number;
}

export interface Pulse {
  readonly at_us: number;
  readonly asked_us: number;
  readonly duration_ms: number;
  readonly strength: number;
}

/** A line as fields, `tag` first; `t_us` is when it left. */
export interface Sent {
  readonly t_us: number;
  readonly port: number;
  readonly seq: number;
  readonly tag: string;
  readonly fields: string[];
  readonly text: string;
}

/** build/clip.wasm but with the stand-ins of fake.ts. */
export function fakeWasm(): Promise<Uint8Array> {
  return compileWith("firmware/main.ts", { "firmware/imu/imu.ts": FAKE_IMU, "firmware/detect/detector.ts": FAKE_DETECTOR });
}

export class Rig {
  now_us = 1_000_000;
  readonly flash: Flash;
  readonly link = new Link();
  readonly lines: Sent[] = [];
  readonly violations: string[] = [];
  readonly pulses: Pulse[] = [];
  readonly shaken_us: number[] = [];
  readonly configured: number[] = [];
  readonly leds: number[] = [];
  motorFull = false;
  state = 5;
  chip = 108;
  readonly sensorFaults = [0, 0, 0, 0, 0, 0, 0];
  airborne = 1;
  battery_mv = 3900;
  still_since_us = Infinity;
  /** Samples stop coming. */
  silent = false;
  flushed: Scripted | null = null;
  steps = 0;

  private engine!: Engine;
  private readonly wasm: Uint8Array;
  private script: Scripted[] = [];
  private readonly waiting: number[] = [];
  private nextSample_us = 0;
  private wake_us = 0;
  private arrived = false; // bytes came since the last step
  private seq = 0;
  private readonly partial = ["", ""];
  private sampleNow_us = 0;

  constructor(wasm: Uint8Array, flash_bytes: number = FLASH_BYTES) {
    this.wasm = wasm;
    this.flash = new Flash(flash_bytes, new Random(1), (what) => this.violations.push(what));
    this.link.onBytes = (port, bytes) => this.sent(port, bytes);
    this.boot();
  }

  /** Power-up over the same flash. */
  boot(): void {
    this.link.power(this.now_us);
    this.waiting.length = 0;
    this.nextSample_us = this.now_us + 500;
    this.engine = createV8Engine(this.wasm, {
      time_us: () => this.now_us,
      imu_read: (register, dst) => this.read(register, new DataView(dst.buffer, dst.byteOffset, dst.byteLength)),
      imu_write: (register) => {
        if (register === 2) this.shaken_us.push(this.sampleNow_us);
        else if (register !== 1) this.configured.push(register);
        return 0;
      },
      haptic_pulse: (at_us, duration_ms, strength) => {
        if (this.motorFull || this.pulses.filter((pulse) => pulse.at_us > this.now_us).length >= 4) return -1;
        this.pulses.push({ at_us, asked_us: this.now_us, duration_ms, strength });
        return 0;
      },
      haptic_stop: () => {
        const played = this.pulses.filter((pulse) => pulse.at_us <= this.now_us);
        this.pulses.splice(0, this.pulses.length, ...played);
        return 0;
      },
      link_send: (port, src) => this.link.send(port, src, this.now_us),
      link_recv: (port, dst) => this.link.receive(port, dst),
      flash_read: (at, dst) => this.flash.read(at, dst),
      flash_write: (at, src) => this.flash.write(at, src),
      flash_erase: (at, size) => this.flash.erase(at, size),
      battery_mv: () => this.battery_mv,
      led_set: (pattern) => void this.leds.push(pattern),
      log: () => {},
      panic: (code, line) => {
        throw new Error(`panic ${code} at line ${line}`);
      },
      reset: () => 0,
    });
    this.engine.init();
    this.wake_us = this.now_us;
    this.run(0);
  }

  /** Whole memory of the clip. */
  memory(): Uint8Array {
    return this.engine.snapshot!();
  }

  /** Adds to what the detector will say. */
  say(contacts: readonly Scripted[]): void {
    this.script.push(...contacts);
    this.script.sort((a, b) => saidAt(a) - saidAt(b));
  }

  /** Sends a command and returns its number. */
  send(body: string, port = 0): number {
    this.seq += 1;
    this.raw(frame(`HC,${this.seq},${body}`), port);
    return this.seq;
  }

  raw(text: string | Uint8Array, port = 0): void {
    this.arrived = true;
    this.link.deliver(port, typeof text === "string" ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : text);
  }

  /** Sends a command, runs until it is answered, and returns the answer: "ACK …" or "ERR …" fields after the command's number. */
  ask(body: string, port = 0): string {
    const from = this.lines.length;
    const seq = this.send(body, port);
    this.run(0);
    const answers = this.lines.slice(from).filter((line) => (line.tag === "ACK" || line.tag === "ERR") && line.fields[0] === `${seq}`);
    if (answers.length !== 1 || answers[0]!.port !== port) throw new Error(`${answers.length} answers to ${body}`);
    return [answers[0]!.tag, ...answers[0]!.fields.slice(1)].join(",");
  }

  /** Runs for so many µs: wakes the clip for samples, for bytes, and when its sleep is over. At least one step. */
  run(for_us: number): void {
    const until_us = this.now_us + for_us;
    for (let first = true; ; first = false) {
      const watermark_us = this.silent ? Infinity : this.nextSample_us + (BATCH - 1 - this.waiting.length) * SAMPLE_US;
      const next_us = first || this.arrived ? this.now_us : Math.max(this.now_us, Math.min(watermark_us, this.wake_us));
      if (next_us > until_us) break;
      this.now_us = next_us;
      while (!this.silent && this.nextSample_us <= this.now_us) {
        this.waiting.push(this.nextSample_us);
        this.nextSample_us += SAMPLE_US;
      }
      if (this.silent) this.nextSample_us = this.now_us + SAMPLE_US;
      const events = (this.waiting.length >= BATCH ? WAKE_SENSOR : 0) | (this.arrived ? WAKE_LINK : 0) | (this.now_us >= this.wake_us ? WAKE_TIMER : 0);
      this.arrived = false;
      const sleep_us = this.engine.step(events);
      this.steps += 1;
      if (!Number.isInteger(sleep_us) || sleep_us < 0) throw new Error(`step returned ${sleep_us}`);
      this.wake_us = this.now_us + sleep_us;
    }
    this.now_us = until_us;
  }

  /** Lines with a tag, since a time. */
  tagged(tag: string, from_us = 0): Sent[] {
    return this.lines.filter((line) => line.tag === tag && line.t_us >= from_us && line.port === 0);
  }

  private read(register: number, to: DataView): number {
    if (register === 0) return this.readSample(to);
    if (register >= 16) {
      to.setUint32(0, this.sensorFaults[register - 16]!, true);
      return 0;
    }
    if (register === 1) to.setUint32(0, this.waiting.length, true);
    else if (register === 2) {
      to.setUint32(0, this.state, true);
      to.setUint32(4, this.chip, true);
    } else if (register === 3) return this.readNews(to, this.script[0] !== undefined && saidAt(this.script[0]) <= this.sampleNow_us ? this.script.shift()! : null);
    else return this.readNews(to, this.flushed);
    return 0;
  }

  private readSample(to: DataView): number {
    const t_us = this.waiting.shift();
    if (t_us === undefined) return -1;
    this.sampleNow_us = t_us;
    to.setBigUint64(0, BigInt(t_us), true);
    to.setUint32(8, 1, true);
    return 0;
  }

  private readNews(to: DataView, contact: Scripted | null): number {
    to.setUint32(0, contact === null ? 0 : contact.amends === true ? 2 : 1, true);
    to.setUint32(4, Math.max(0, Math.min(this.sampleNow_us - this.still_since_us, 0xffffffff)), true);
    to.setUint8(8, this.airborne);
    if (contact === null) return 0;
    const at = contact.amends === true ? 64 : 16;
    to.setBigUint64(at, BigInt(contact.ic_us), true);
    to.setBigUint64(at + 8, BigInt(contact.tc_us), true);
    to.setUint32(at + 16, contact.flight_us ?? 0, true);
    to.setUint32(at + 20, contact.id, true);
    to.setUint8(at + 24, contact.kind);
    to.setUint8(at + 25, contact.hop);
    to.setUint8(at + 26, contact.confidence ?? 90);
    return 0;
  }

  private sent(port: number, bytes: Uint8Array): void {
    const parts = (this.partial[port]! + String.fromCharCode(...bytes)).split("\r\n");
    this.partial[port] = parts.pop()!;
    for (const text of parts) {
      const body = text.slice(1, -5);
      if (frame(body) !== `${text}\r\n`) throw new Error(`the clip sent a broken line: ${text}`);
      const [head, seq, tag, ...fields] = body.split(",");
      if (head !== "HC" || text.length + 2 > 127) throw new Error(`not a line of the protocol: ${text}`);
      this.lines.push({ t_us: this.now_us, port, seq: Number(seq), tag: tag!, fields, text });
    }
  }
}

function saidAt(contact: Scripted): number {
  return contact.said_us ?? contact.tc_us + LATENCY_US;
}
