// A link to a clip on a simulated person's foot, at the pace of the clock, faster, or as fast as the machine can.
import { setImmediate as breathe, setTimeout as pause } from "node:timers/promises";
import { PORT_SERIAL } from "../../firmware/wire/layout.ts";
import { SimulatedClip, type SimulatedClipOptions } from "../simulator.ts";
import { framed } from "./console.ts";
import type { Link } from "./link.ts";
import { Splitter } from "./splitter.ts";

/** Longest stretch of simulated time without a look at the keyboard, s. */
const SLICE_S = 0.25;
/** The clock is looked at so often, ms. */
const TICK_MS = 10;

export class SimulatedLink implements Link {
  onLine: ((text: string) => void) | null = null;
  onPacket: ((packet: Uint8Array) => void) | null = null;
  onState: ((up: boolean) => void) | null = null;
  readonly up = true;
  readonly name: string;
  readonly source = "simulated";
  private readonly splitter = new Splitter();
  private readonly clip: SimulatedClip;
  private readonly pace: number;
  private readonly started_ms = performance.now();

  /** `pace`: simulated seconds a second of the clock; Infinity = as fast as it goes. */
  constructor(options: SimulatedClipOptions, pace: number) {
    this.splitter.onLine = (text) => this.onLine?.(text);
    this.splitter.onPacket = (packet) => this.onPacket?.(packet);
    this.clip = new SimulatedClip(options);
    this.clip.onBytes = (port, bytes) => {
      if (port === PORT_SERIAL) this.splitter.push(bytes);
    };
    this.name = `simulated person ${options.seed}`;
    this.pace = pace;
  }

  get firmware_sha256(): string {
    return this.clip.firmware_sha256;
  }

  get now_ms(): number {
    return this.clip.now_s * 1000;
  }

  send(line: string): void {
    this.clip.send(line);
  }

  sendPacket(packet: Uint8Array): void {
    this.clip.send(framed(packet));
  }

  async pass(wait_ms: number): Promise<void> {
    const end_s = this.clip.now_s + wait_ms / 1000;
    while (this.clip.now_s < end_s) {
      const clock_s = this.pace === Infinity ? Infinity : ((performance.now() - this.started_ms) / 1000) * this.pace;
      const step_s = Math.min(end_s, clock_s, this.clip.now_s + SLICE_S) - this.clip.now_s;
      if (step_s > 0) this.clip.run(step_s);
      await (step_s > 0 && this.pace === Infinity ? breathe() : pause(TICK_MS));
    }
  }

  close(): Promise<void> {
    this.clip.close();
    return Promise.resolve();
  }
}
