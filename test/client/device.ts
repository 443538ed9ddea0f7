// A clip made of what MCUmgr's specification and PROTOCOL.md say, at the far end of a link that may lose, delay, cut and lie. Virtual time.
import { createHash } from "node:crypto";
import { decode, encode } from "cbor2";
import { buildLine } from "../../host/clip/line.ts";
import type { Link } from "../../host/link/link.ts";

/** One way, ms. */
const WAY_MS = 15;

export interface Asked {
  readonly op: number;
  readonly version: number;
  readonly group: number;
  readonly command: number;
  readonly sequence: number;
  readonly body: Record<string, unknown>;
}

/** Raised by a handler: an error of a group, which version 0 can only tell as a general one. */
export class Refused extends Error {
  readonly group: number | null;
  readonly rc: number;
  constructor(group: number | null, rc: number) {
    super("refused");
    this.group = group;
    this.rc = rc;
  }
}

export class Device implements Link {
  onLine: ((text: string) => void) | null = null;
  onPacket: ((packet: Uint8Array) => void) | null = null;
  onState: ((up: boolean) => void) | null = null;
  readonly name = "made clip";
  readonly firmware_sha256 = "";
  source: "clip" | "simulated" = "simulated";
  up = true;
  now_ms = 0;
  serial = "42";
  readonly files = new Map<string, Uint8Array>();
  /** Bytes of a file in one answer, and of the longest packet it takes. */
  piece_bytes = 300;
  buffer_bytes = 512;
  /** What came in, in order: tags of lines, and packets. */
  readonly commands: string[] = [];
  readonly packets: Asked[] = [];
  /** The upload slot. */
  slot: { sha: string; len: number; bytes: Buffer } | null = null;
  /** Asked for every packet before it is answered; false: it is not answered. May change the answer, raise Refused, or cut the link. */
  onAsked: ((asked: Asked, index: number) => boolean) | null = null;
  /** Changes an answer on its way. */
  onAnswer: ((body: Record<string, unknown>, asked: Asked) => Record<string, unknown> | null) | null = null;
  /** Answers of lines by tag; absent ones are as a clip's. null: no answer. */
  readonly answers: Record<string, (seq: number, fields: readonly string[]) => readonly string[] | null> = {};
  private readonly due: { at_ms: number; work: () => void }[] = [];
  private seq = 100;

  send(line: string): void {
    const [, seq, tag, rest] = /^\$HC,(\d+),([A-Z]+)((?:,[^*]*)?)\*/u.exec(line)!;
    if (!this.up) return;
    this.commands.push(tag!);
    const fields = rest === "" ? [] : rest!.slice(1).split(",");
    const bodies = (this.answers[tag!] ?? ((n: number, given: readonly string[]) => this.usual(tag!, n, given)))(Number(seq), fields);
    for (const body of bodies ?? []) this.later(2 * WAY_MS, () => this.say(body));
  }
  sendPacket(packet: Uint8Array): void {
    if (!this.up) return;
    const view = Buffer.from(packet);
    const asked: Asked = {
      op: view[0]! & 7,
      version: (view[0]! >> 3) & 3,
      group: view.readUInt16BE(4),
      sequence: view[6]!,
      command: view[7]!,
      body: decode(new Uint8Array(view.subarray(8))) as Record<string, unknown>,
    };
    if (packet.length > this.buffer_bytes || view.readUInt16BE(2) !== packet.length - 8) throw new Error(`a packet of ${packet.length} bytes`);
    this.packets.push(asked);
    if (this.onAsked?.(asked, this.packets.length) !== false) this.later(2 * WAY_MS, () => this.answer(asked));
  }
  pass(wait_ms: number): Promise<void> {
    const end_ms = this.now_ms + wait_ms;
    for (;;) {
      this.due.sort((a, b) => a.at_ms - b.at_ms);
      if (this.due.length === 0 || this.due[0]!.at_ms > end_ms) break;
      const { at_ms, work } = this.due.shift()!;
      this.now_ms = Math.max(this.now_ms, at_ms);
      work();
    }
    this.now_ms = end_ms;
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }

  later(wait_ms: number, work: () => void): void {
    this.due.push({ at_ms: this.now_ms + wait_ms, work });
  }
  /** A line of the clip. */
  say(body: string): void {
    if (this.up) this.onLine?.(buildLine((this.seq += 1), body).trimEnd());
  }
  /** Cuts the link: what is on its way is lost. It comes back after so long; NaN: never. */
  cut(for_ms: number): void {
    this.up = false;
    this.due.length = 0;
    this.onState?.(false);
    if (!Number.isNaN(for_ms)) {
      this.later(for_ms, () => {
        this.up = true;
        this.onState?.(true);
      });
    }
  }
  /** A packet as a clip answers it, or any other one. */
  give({ op, version, group, sequence, command }: Omit<Asked, "body">, body: object): void {
    const cbor = encode(body);
    const packet = Buffer.alloc(8 + cbor.length);
    packet[0] = (version << 3) | op;
    packet.writeUInt16BE(cbor.length, 2);
    packet.writeUInt16BE(group, 4);
    packet[6] = sequence;
    packet[7] = command;
    packet.set(cbor, 8);
    this.onPacket?.(packet);
  }

  private usual(tag: string, seq: number, fields: readonly string[]): readonly string[] {
    const hello = `HEL,1,0.1.0,${this.serial},108,416,16,1`;
    if (tag === "HEL") return [`ACK,${seq},HEL`, hello];
    if (tag === "STA") return [`ACK,${seq},STA,0,3,1,1100,3900,416123,42,1,7`];
    if (tag === "TIM") return [`ACK,${seq},TIM,${Math.round(this.now_ms * 1000)}`];
    return [fields.length > 5 ? `ERR,${seq},${tag},RANG` : `ACK,${seq},${tag}`];
  }
  private answer(asked: Asked): void {
    let body: Record<string, unknown> | null;
    try {
      body = this.carryOut(asked);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      body = asked.version === 0 || error.group === null ? { rc: error.rc } : { err: { group: error.group, rc: error.rc } };
    }
    body = this.onAnswer === null ? body : this.onAnswer(body, asked);
    if (body !== null && this.up) this.give({ ...asked, op: asked.op + 1 }, body);
  }
  private carryOut({ op, group, command, body }: Asked): Record<string, unknown> {
    const name = `${group}/${command}/${op}`;
    const file = (): Uint8Array => {
      const bytes = this.files.get(String(body["name"]));
      if (bytes === undefined) throw new Refused(8, 3);
      return bytes;
    };
    if (name === "0/0/2") return { r: body["d"] };
    if (name === "0/5/2") return {};
    if (name === "0/6/0") return { buf_size: this.buffer_bytes, buf_count: 1 };
    if (name === "8/0/0") {
      const bytes = file();
      const off = Number(body["off"]);
      if (off > bytes.length) throw new Refused(8, 12);
      return { off, data: new Uint8Array(bytes.subarray(off, off + this.piece_bytes)), ...(off === 0 ? { len: bytes.length } : {}) };
    }
    if (name === "8/1/0") return { len: file().length };
    if (name === "8/2/0") return { type: "sha256", off: 0, len: file().length, output: new Uint8Array(createHash("sha256").update(file()).digest()) };
    if (name === "1/0/0") return { images: [{ slot: 0, version: "0.1.0", hash: new Uint8Array(32).fill(1), bootable: true, pending: false, confirmed: true, active: true, permanent: false }], splitStatus: 0 };
    if (name === "1/1/2") return this.uploaded(body);
    throw new Refused(null, 8);
  }
  private uploaded({ off, len, sha, data }: Record<string, unknown>): Record<string, unknown> {
    if (off === 0) {
      const name = Buffer.from(sha as Uint8Array).toString("hex");
      if (this.slot !== null && this.slot.sha === name && this.slot.len === len && this.slot.bytes.length > 0) return { off: this.slot.bytes.length };
      this.slot = { sha: name, len: Number(len), bytes: Buffer.alloc(0) };
    }
    const { slot } = this;
    if (slot === null) throw new Refused(null, 6);
    if (off === slot.bytes.length) slot.bytes = Buffer.concat([slot.bytes, data as Uint8Array]);
    const whole = slot.bytes.length === slot.len;
    return { off: slot.bytes.length, ...(whole ? { match: createHash("sha256").update(slot.bytes).digest("hex") === slot.sha } : {}) };
  }
}
