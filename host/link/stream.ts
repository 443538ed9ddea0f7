// A link over any stream of bytes: parts it into lines and packets, and opens it again whenever it breaks off.
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../failure.ts";
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
  /** Where packets do not go between the lines. */
  sendPacket?(packet: Uint8Array): void;
  /** For people: what is known of the way to the clip. */
  readonly about?: string;
  close(): Promise<void>;
}

/** Who is told of what comes over a stream. */
export interface Ear {
  bytes(bytes: Uint8Array): void;
  /** Of whole packets, where they do not come between the lines. */
  packet(packet: Uint8Array): void;
  /** Once, when the stream breaks off by itself. */
  ended(): void;
}

/**
 * Opens a stream, or rejects with a Failure that says why not and what to do. `ear` is told of what comes from the moment it is open;
 * `closing` is raised when the link is closed for good, before the stream is.
 */
export type Dial = (ear: Ear, closing: AbortSignal) => Promise<Stream>;

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
    try {
      await link.connect();
      signal?.throwIfAborted();
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  /** For people: what is known of the way to the clip; '' where that is nothing, and while it is cut. */
  get about(): string {
    return this.stream?.about ?? "";
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
    const { stream } = this;
    if (stream?.sendPacket === undefined) this.write(framed(packet));
    else if (stream.waiting_bytes < WAITING_BYTES_MAX) stream.sendPacket(packet);
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
    const { signal } = this.closing;
    const hear = (tell: () => void): void => {
      this.wait_ms = AGAIN_MS; // somebody is there
      if (!ended && !signal.aborted) tell();
    };
    const ear = {
      bytes: (bytes: Uint8Array) => hear(() => this.splitter.push(bytes)),
      packet: (packet: Uint8Array) => hear(() => this.onPacket?.(packet)),
      ended: () => {
        if (ended) return;
        ended = true;
        if (this.stream !== null) this.drop();
      },
    };
    const stream = await this.dial(ear, signal);
    if (ended) throw new Failure(`${this.name}: the connection broke off at once: is it in use elsewhere?`);
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
