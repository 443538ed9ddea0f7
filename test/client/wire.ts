// A simulated clip at the far end of a wire that is cut, or loses bytes, when it is told to. Virtual time; the clip knows nothing of it.
import { framed } from "../../host/link/console.ts";
import type { Link } from "../../host/link/link.ts";
import { Splitter } from "../../host/link/splitter.ts";
import { SimulatedClip, type SimulatedClipOptions } from "../../sim/clip.ts";

/** A cut of the wire, s of the link's time. */
export interface Cut {
  readonly at_s: number;
  /** NaN: it never comes back. */
  readonly for_s: number;
}

export class Wire implements Link {
  onLine: ((text: string) => void) | null = null;
  onPacket: ((packet: Uint8Array) => void) | null = null;
  onState: ((up: boolean) => void) | null = null;
  readonly name = "wire";
  readonly source = "clip";
  readonly firmware_sha256 = "";
  readonly clip: SimulatedClip;
  up = true;
  /** Asked for what the clip sends: whether it is lost on the way. */
  loses: (bytes: Uint8Array) => boolean = () => false;
  /** Every line the clip sent, whether it came or not. */
  readonly sent: string[] = [];
  private readonly cuts: Cut[] = [];
  private readonly splitter = new Splitter();
  private readonly whole = new Splitter();

  constructor(options: SimulatedClipOptions) {
    this.clip = new SimulatedClip(options);
    this.whole.onLine = (text) => this.sent.push(text);
    this.splitter.onLine = (text) => this.onLine?.(text);
    this.splitter.onPacket = (packet) => this.onPacket?.(packet);
    this.clip.onBytes = (port, bytes) => {
      if (port !== 0) return;
      this.whole.push(bytes);
      if (this.up && !this.loses(bytes)) this.splitter.push(bytes);
    };
  }
  /** Lays down a cut. */
  cut(cut: Cut): void {
    this.cuts.push(cut);
    this.cuts.sort((a, b) => a.at_s - b.at_s);
  }
  get now_ms(): number {
    return this.clip.now_s * 1000;
  }
  send(line: string): void {
    if (this.up) this.clip.send(line);
  }
  sendPacket(packet: Uint8Array): void {
    if (this.up) this.clip.send(framed(packet));
  }
  pass(wait_ms: number): Promise<void> {
    const end_s = this.clip.now_s + wait_ms / 1000;
    while (this.clip.now_s < end_s) {
      const next = this.cuts[0];
      const due_s = next === undefined ? Infinity : this.up ? next.at_s : next.at_s + next.for_s;
      if (due_s <= this.clip.now_s) this.turn();
      else this.clip.run(Math.max(1e-6, Math.min(end_s, Number.isNaN(due_s) ? Infinity : due_s) - this.clip.now_s));
    }
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.clip.close();
    return Promise.resolve();
  }
  private turn(): void {
    this.up = !this.up;
    if (this.up) this.cuts.shift();
    this.splitter.reset();
    this.onState?.(this.up);
  }
}
