// Lets a simulated clip live by the machine's clock. Driven by events: bytes that come are given to it at once, its own next wake is a timer;
// where the machine was busy its world catches up in slices, with everything else let through in between.
import { SimulatedClip, type SimulatedClipOptions } from "../simulator.ts";

/** Longest stretch of the clip's time in one go, s: some ms of work. */
const SLICE_S = 0.25;
/** Bytes for the clip beyond which whoever sends them is to wait. */
const FULL_BYTES = 4096;
/** Longest that a timer waits, ms. */
const WAIT_MS_MAX = 60_000;

export class Clock {
  /** Told of what ended the clip: it does not go on. */
  onEnd: ((error: unknown) => void) | null = null;
  readonly clip: SimulatedClip;
  /** Machine's time, ms, of the clip's time 0; NaN before `start`. */
  private zero_ms = NaN;
  private readonly takers = new Map<number, (bytes: Uint8Array) => void>();
  private readonly senders = new Map<number, (full: boolean) => void>();
  private readonly full = new Set<number>();
  private timer: NodeJS.Timeout | null = null;
  private turn: NodeJS.Immediate | null = null;

  /** A clip with power on, to which nobody is connected; its time stands still until `start`. `settings`: by key of CFG. */
  constructor(options: SimulatedClipOptions, settings: Readonly<Record<string, number>>) {
    this.clip = new SimulatedClip({ ...options, alone: true });
    if (Object.keys(settings).length > 0) this.clip.configure(settings);
    this.clip.onBytes = (port, bytes) => this.takers.get(port)?.(bytes);
  }

  /** From now on time goes on. */
  start(): void {
    this.zero_ms = performance.now() - this.clip.now_s * 1000;
    this.go();
  }

  /** The end: the clip loses its power. */
  stop(): void {
    this.rest();
    this.zero_ms = NaN;
    this.clip.close();
  }

  /** Who is told of every byte that the clip sends to a port, null for nobody any more; the view is valid during the call only. */
  onBytes(port: number, take: ((bytes: Uint8Array) => void) | null): void {
    if (take === null) this.takers.delete(port);
    else this.takers.set(port, take);
  }

  /** Who is told that the clip has more of a port than it can read for now, and that it has read it. Bytes sent on regardless may be lost. */
  onFull(port: number, tell: (full: boolean) => void): void {
    this.senders.set(port, tell);
  }

  /** Somebody connects to a port, which takes so many bytes/s of the clip; Infinity: as they come. */
  openPort(port: number, rate_bytes_s: number): void {
    this.go();
    this.clip.openPort(port, rate_bytes_s);
    this.go();
  }

  /** Nobody listens on a port any more. */
  closePort(port: number): void {
    this.go();
    this.clip.closePort(port);
    this.go();
  }

  /** Whether a port takes nothing for now, for what it took has not gone out yet. */
  holdPort(port: number, held: boolean): void {
    this.clip.holdPort(port, held);
  }

  /** Bytes for the clip. */
  give(port: number, bytes: Uint8Array): void {
    this.go();
    this.clip.send(bytes, port);
    this.go();
    if (!this.full.has(port) && this.clip.unread_bytes(port) > FULL_BYTES) {
      this.full.add(port);
      this.senders.get(port)?.(true);
    }
  }

  /** The clip's time is brought up to the machine's, and the next time to do so is laid. */
  private go(): void {
    this.rest();
    if (Number.isNaN(this.zero_ms)) return;
    const { clip } = this;
    const behind_s = this.clock_s - clip.now_s;
    try {
      clip.run(Math.min(Math.max(0, behind_s), SLICE_S));
    } catch (error) {
      this.zero_ms = NaN;
      this.onEnd?.(error);
      return;
    }
    for (const port of this.full) {
      if (clip.unread_bytes(port) > FULL_BYTES) continue;
      this.full.delete(port);
      this.senders.get(port)?.(false);
    }
    if (behind_s > SLICE_S) {
      this.turn = setImmediate(() => this.go());
      return;
    }
    const wait_ms = (clip.next_s - this.clock_s) * 1000;
    this.timer = setTimeout(() => this.go(), Math.min(WAIT_MS_MAX, Math.max(1, Math.ceil(wait_ms))));
  }

  private rest(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.turn !== null) clearImmediate(this.turn);
    this.timer = null;
    this.turn = null;
  }

  /** What the clip's time should be, s. */
  private get clock_s(): number {
    return (performance.now() - this.zero_ms) / 1000;
  }
}
