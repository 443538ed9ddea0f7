// Parts the bytes of a serial wire into lines and SMP packets. Memory is bounded whatever comes: one line and one packet at most. Pure.
import { LINE_BYTES_MAX } from "../../firmware/wire/layout.ts";
import { Assembler, FRAME_FIRST, FRAME_NEXT } from "./console.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DOLLAR = 0x24;

/** What the byte under way belongs to: nothing that is wanted, a line, or a frame of a packet. */
type State = "skip" | "line" | "frame";

export class Splitter {
  /** Told of every line, without its line end; one that is too long is cut to what no line can have, so that it is refused as such. */
  onLine: ((text: string) => void) | null = null;
  /** Told of every whole packet. */
  onPacket: ((packet: Uint8Array) => void) | null = null;
  private readonly assembler = new Assembler();
  private readonly bytes = Buffer.alloc(LINE_BYTES_MAX);
  private have = 0;
  private state: State = "line";

  /** Takes bytes as they come, in pieces of any size. */
  push(chunk: Uint8Array): void {
    for (const byte of chunk) this.take(byte);
  }

  /** Forgets what is under way: the wire was cut. */
  reset(): void {
    this.have = 0;
    this.state = "line";
    this.assembler.drop();
  }

  private take(byte: number): void {
    if (byte === LINE_FEED) this.end();
    // A line and a frame begin with bytes that neither has inside: what was under way has been torn off.
    else if (byte === DOLLAR) this.begin("line", byte);
    else if (byte === FRAME_FIRST[0] || byte === FRAME_NEXT[0]) this.begin("frame", byte);
    else if (this.state !== "skip") this.add(byte);
  }

  private begin(state: State, byte: number): void {
    this.tell();
    if (this.state === "frame" && state === "line") this.assembler.drop();
    this.state = state;
    this.have = 0;
    this.add(byte);
  }

  private add(byte: number): void {
    this.bytes[this.have++] = byte;
    if (this.have < LINE_BYTES_MAX) return;
    this.tell();
    this.state = "skip";
    this.have = 0;
  }

  private end(): void {
    if (this.state === "frame") this.frame();
    else this.tell();
    this.have = 0;
    this.state = "line";
  }

  /** Tells of the line under way, if there is one. */
  private tell(): void {
    const end = this.have > 0 && this.bytes[this.have - 1] === CARRIAGE_RETURN ? this.have - 1 : this.have;
    if (this.state === "line" && end > 0) this.onLine?.(this.bytes.toString("latin1", 0, end));
  }

  private frame(): void {
    const end = this.bytes[this.have - 1] === CARRIAGE_RETURN ? this.have - 1 : this.have;
    const first = this.bytes[0] === FRAME_FIRST[0];
    const marked = this.bytes[1] === (first ? FRAME_FIRST : FRAME_NEXT)[1];
    const packet = marked ? this.assembler.frame(this.bytes.toString("latin1", 2, end), first) : this.assembler.drop();
    if (packet !== null) this.onPacket?.(packet);
  }
}
