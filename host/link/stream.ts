// A link over any stream of bytes: parts it into lines and packets, and opens it again whenever it breaks off.
import { setTimeout as pause } from "node:timers/promises";
import { framed } from "./console.ts";
import type { Link } from "./link.ts";
import { Splitter } from "./splitter.ts";

/** First wait before a broken stream is opened again, and the longest: each is twice the one before, ms. */
const AGAIN_MS = 250;
const AGAIN_MS_MAX = 5000;
/** So much may wait for a stream that takes nothing; what comes on top is lost, bytes. */
const WAITING_BYTES_MAX = 65_536;

/** An open stream. */
export interface Stream {
  /** Bytes written that have not gone yet. */
  readonly waiting_bytes: number;
  write(bytes: Uint8Array): void;
  close(): Promise<void>;
}

/**
 * Opens a stream, or rejects with a Failure that says why not and what to do. `heard` is told of bytes from the moment it is open,
 * `ended` once when it breaks off by itself.
 */
export type Dial = (heard: (bytes: Uint8Array) => void, ended: () => void) => Promise<Stream>;

/** Stays a link while its stream breaks off and comes back. */
export class StreamLink implements Link {
  onLine: ((text: string) => void) | null = null;
  onPacket: ((packet: Uint8Array) => void) | null = null;
  onState: ((up: boolean) => void) | null = null;
  readonly source = "clip";
  readonly firmware_sha256 = "";
  readonly name: string;
  private readonly dial: Dial;
  private readonly splitter = new Splitter();
  private readonly closing = new AbortController();
  private stream: Stream | null = null;
  private opening: Promise<void> | null = null;
  private wait_ms = AGAIN_MS;

  private constructor(name: string, dial: Dial) {
    this.name = name;
    this.dial = dial;
    this.splitter.onLine = (text) => this.onLine?.(text);
    this.splitter.onPacket = (packet) => this.onPacket?.(packet);
  }

  /** A link that is up; rejects as its `dial` does, or where `signal` is raised meanwhile. */
  static async open(name: string, dial: Dial, signal?: AbortSignal): Promise<StreamLink> {
    const link = new StreamLink(name, dial);
    await link.connect();
    if (signal?.aborted === true) await link.close();
    signal?.throwIfAborted();
    return link;
  }

  get up(): boolean {
    return this.stream !== null;
  }

  get now_ms(): number {
    return performance.now();
  }

  send(line: string): void {
    this.write(Buffer.from(line, "latin1"));
  }

  sendPacket(packet: Uint8Array): void {
    this.write(framed(packet));
  }

  pass(wait_ms: number): Promise<void> {
    return pause(wait_ms);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.opening;
    const { stream } = this;
    this.stream = null;
    await stream?.close();
  }

  private write(bytes: Uint8Array): void {
    if (this.stream !== null && this.stream.waiting_bytes < WAITING_BYTES_MAX) this.stream.write(bytes);
  }

  private async connect(): Promise<void> {
    let ended = false;
    this.splitter.reset();
    const stream = await this.dial(
      (bytes) => {
        this.wait_ms = AGAIN_MS; // somebody is there
        if (!ended && !this.closing.signal.aborted) this.splitter.push(bytes);
      },
      () => {
        if (ended) return;
        ended = true;
        if (this.stream !== null) this.drop();
      },
    );
    if (ended) throw new Error("the stream broke off at once");
    this.stream = stream;
  }

  private drop(): void {
    this.stream = null;
    if (this.closing.signal.aborted) return;
    this.opening = this.again();
    this.onState?.(false);
  }

  /** Opens the stream again, however long it takes, unless the link is closed. */
  private async again(): Promise<void> {
    while (this.stream === null) {
      try {
        await pause(this.wait_ms, undefined, { signal: this.closing.signal });
      } catch {
        return; // closed
      }
      this.wait_ms = Math.min(2 * this.wait_ms, AGAIN_MS_MAX);
      await this.connect().catch(() => {}); // not there yet
    }
    if (!this.closing.signal.aborted) this.onState?.(true);
  }
}
