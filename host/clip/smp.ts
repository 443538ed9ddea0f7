// What a clip offers over MCUmgr's Simple Management Protocol: echo, reset, app images, files. One request is under way at a time; one that is
// not answered is sent again. Answers come from outside: each value is checked before it is used.
import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";
import { PACKET_BYTES_MAX } from "../link/console.ts";
import type { Client } from "./client.ts";
import { buildPacket, OP_READ, OP_WRITE, parsePacket, type Packet } from "./packet.ts";

const GROUP_OS = 0;
const GROUP_IMAGE = 1;
const GROUP_FILE = 8;
/** Commands by group. */
const ECHO = 0;
const RESET = 5;
const PARAMETERS = 6;
const IMAGE_STATE = 0;
const IMAGE_UPLOAD = 1;
const IMAGE_ERASE = 5;
const FILE = 0;
const FILE_STATUS = 1;
const FILE_HASH = 2;

/** A request is answered within so long, ms; one that erases flash, or reads a whole file of it, takes longer. */
const ANSWER_MS = 2000;
const SLOW_MS = 15_000;
/** Times a request is sent before the clip is given up. */
const TRIES = 4;
/** Longest file that is fetched, bytes: many times a clip's flash. */
const FILE_BYTES_MAX = 0x1000000;
const BUFFER_BYTES_MIN = 64;
const SHA256_BYTES = 32;
/** Bytes that CBOR puts before up to 64 KiB of data. */
const DATA_HEAD_BYTES = 3;

/** Errors of every group, the names of MCUmgr's mgmt_err_t. */
const ERRORS: readonly string[] = [
  "", "something went wrong in it", "it has no room", "it does not take such a value", "it took too long", "there is no such thing", "it is not in a state for that",
  "the packet is too large", "its firmware does not know that: update it", "what it has is damaged", "it is in the middle of something else: end its set first", "that is not allowed",
];
/** Errors of the group of files, the names of Zephyr's fs_mgmt_err_code_t. */
const FILE_ERRORS: readonly string[] = ["", "something went wrong in it", "there is no such file", "there is no such file", "that is a folder", "the file cannot be opened", "", "the file cannot be read"];
const FILE_MISSING: ReadonlySet<number> = new Set([2, 3]);
const NOT_THERE = 5;

/** An error that the clip answered. */
export class SmpError extends Failure {
  override name = "SmpError";
  /** Whether it says that there is no such file. */
  readonly missing: boolean;

  constructor(where: string, what: string, group: number | null, code: number) {
    const text = (group === GROUP_FILE ? FILE_ERRORS : ERRORS)[code];
    super(`${where}: the clip could not ${what}: ${text === undefined || text === "" ? `error ${code}${group === null ? "" : ` of group ${group}`}` : text}`);
    this.missing = group === GROUP_FILE ? FILE_MISSING.has(code) : code === NOT_THERE;
  }
}

/** An app image in one of the clip's slots. */
export interface Image {
  readonly slot: number;
  readonly version: string;
  /** SHA-256 of the image, hexadecimal. */
  readonly hash: string;
  /** It may be started; it starts next; it has shown that it works; it runs. */
  readonly bootable: boolean;
  readonly pending: boolean;
  readonly confirmed: boolean;
  readonly active: boolean;
}

interface Request {
  readonly group: number;
  readonly command: number;
  readonly op: number;
  /** What is asked, for people: "echo", "read its log". */
  readonly what: string;
  readonly wait_ms?: number;
}

type Body = Packet["body"];

const isCount = (value: unknown, max: number): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= max;
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

export class Smp {
  private readonly client: Client;
  private sequence = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private asked: { readonly request: Request; readonly sequence: number; answer: Body | null } | null = null;
  private buffer_bytes: number | null = null;

  /** Of a client, whose link's packets it is to be given. */
  constructor(client: Client) {
    this.client = client;
  }

  /** Takes a packet that has come. What was not asked for, or is the answer to an earlier try, is passed over. */
  take(bytes: Uint8Array): void {
    const packet = parsePacket(bytes);
    const { asked } = this;
    if (packet === null || asked === null || asked.answer !== null) return;
    const { request, sequence } = asked;
    const fits = packet.op === request.op + 1 && packet.group === request.group && packet.command === request.command && packet.sequence === sequence;
    if (fits) asked.answer = packet.body;
  }

  /** Sends a text there and back. */
  async echo(text: string): Promise<string> {
    const { r } = await this.ask({ group: GROUP_OS, command: ECHO, op: OP_WRITE, what: "echo" }, { d: text });
    return typeof r === "string" ? r : this.odd("echo");
  }

  /** How long a packet the clip takes. */
  async parameters(): Promise<{ readonly buffer_bytes: number }> {
    const what = "say how long its packets are";
    const { buf_size } = await this.ask({ group: GROUP_OS, command: PARAMETERS, op: OP_READ, what }, {});
    return isCount(buf_size, 0xffff) && buf_size >= BUFFER_BYTES_MIN ? { buffer_bytes: Math.min(buf_size, PACKET_BYTES_MAX) } : this.odd(what);
  }

  /** Starts the clip anew. */
  async reset(): Promise<void> {
    await this.ask({ group: GROUP_OS, command: RESET, op: OP_WRITE, what: "start anew" }, {});
  }

  /** The apps in its slots. */
  async images(): Promise<readonly Image[]> {
    return this.imagesOf(await this.ask({ group: GROUP_IMAGE, command: IMAGE_STATE, op: OP_READ, what: "list its apps" }, {}));
  }

  /** SHA-256 of the app that runs, hexadecimal; '' where the clip has no app slots. */
  async running(): Promise<string> {
    try {
      return (await this.images()).find(({ active }) => active)?.hash ?? "";
    } catch (error) {
      if (error instanceof SmpError) return "";
      throw error;
    }
  }

  /** Makes the image with this SHA-256 the next to start, on trial. */
  async test(hash: Uint8Array): Promise<readonly Image[]> {
    return this.imagesOf(await this.ask({ group: GROUP_IMAGE, command: IMAGE_STATE, op: OP_WRITE, what: "take that app for the next start", wait_ms: SLOW_MS }, { hash, confirm: false }));
  }

  /** Says that the app that runs works. */
  async confirm(): Promise<readonly Image[]> {
    return this.imagesOf(await this.ask({ group: GROUP_IMAGE, command: IMAGE_STATE, op: OP_WRITE, what: "confirm its app", wait_ms: SLOW_MS }, { confirm: true }));
  }

  /** Empties the slot that does not run. */
  async erase(): Promise<void> {
    await this.ask({ group: GROUP_IMAGE, command: IMAGE_ERASE, op: OP_WRITE, what: "erase the slot of the app that does not run", wait_ms: SLOW_MS }, {});
  }

  /** Sends an app into the slot that does not run; goes on where an upload of the same one stopped. `progress` is told of the bytes that are there. */
  async upload(image: Uint8Array, progress?: (sent_bytes: number) => void): Promise<void> {
    const what = "take the app";
    const sha = createHash("sha256").update(image).digest();
    this.buffer_bytes ??= (await this.parameters()).buffer_bytes;
    const request: Request = { group: GROUP_IMAGE, command: IMAGE_UPLOAD, op: OP_WRITE, what, wait_ms: SLOW_MS };
    let at = 0;
    for (let stuck = 0; ; ) {
      const head = at === 0 ? { off: 0, len: image.length, sha } : { off: at };
      const empty = buildPacket({ op: OP_WRITE, version: 1, group: GROUP_IMAGE, sequence: 0, command: IMAGE_UPLOAD }, { ...head, data: new Uint8Array(0) });
      const data = image.slice(at, at + this.buffer_bytes - empty.length - DATA_HEAD_BYTES);
      const { off, match } = await this.ask(request, { ...head, data });
      if (!isCount(off, image.length)) this.odd(what);
      progress?.(off);
      if (off === image.length) {
        if (match === false) throw new Failure(`${this.client.link.name}: the app arrived damaged: send it again`);
        return;
      }
      stuck = off > at ? 0 : stuck + 1;
      if (stuck === TRIES) throw new Failure(`${this.client.link.name}: the clip takes no more of the app after ${off} of ${image.length} bytes`);
      at = off;
    }
  }

  /** Bytes of a file. */
  async size(name: string): Promise<number> {
    const what = `say how long ${name} is`;
    const { len } = await this.ask({ group: GROUP_FILE, command: FILE_STATUS, op: OP_READ, what }, { name });
    return isCount(len, FILE_BYTES_MAX) ? len : this.odd(what);
  }

  /** Bytes of a file from `from` on. `progress` is told how many bytes of the file are here. */
  async download(name: string, { from = 0, progress }: { readonly from?: number; readonly progress?: (have_bytes: number) => void } = {}): Promise<Uint8Array> {
    const what = `read ${name}`;
    const parts: Uint8Array[] = [];
    let at = from;
    let end = from === 0 ? Infinity : await this.size(name);
    while (at < end) {
      const { off, data, len } = await this.ask({ group: GROUP_FILE, command: FILE, op: OP_READ, what }, { name, off: at });
      if (off !== at || !isBytes(data)) return this.odd(what);
      if (at === 0) end = isCount(len, FILE_BYTES_MAX) ? len : this.odd(what);
      if (data.length === 0 ? at < end : at + data.length > FILE_BYTES_MAX) return this.odd(what);
      parts.push(data);
      at += data.length;
      progress?.(at);
    }
    return new Uint8Array(Buffer.concat(parts));
  }

  /** SHA-256 of a file, hexadecimal. */
  async hash(name: string): Promise<string> {
    const what = `take the check sum of ${name}`;
    const { output } = await this.ask({ group: GROUP_FILE, command: FILE_HASH, op: OP_READ, what, wait_ms: SLOW_MS }, { name, type: "sha256" });
    return isBytes(output) && output.length === SHA256_BYTES ? Buffer.from(output).toString("hex") : this.odd(what);
  }

  private imagesOf({ images }: Body): readonly Image[] {
    const what = "list its apps";
    if (!Array.isArray(images)) return this.odd(what);
    return images.map((each: unknown) => {
      const { slot, version, hash, ...flags } = each as Record<string, unknown>;
      if (!isCount(slot, 0xff) || typeof version !== "string" || !isBytes(hash) || hash.length !== SHA256_BYTES) return this.odd(what);
      const flag = (name: string): boolean => flags[name] === true;
      return { slot, version, hash: Buffer.from(hash).toString("hex"), bootable: flag("bootable"), pending: flag("pending"), confirmed: flag("confirmed"), active: flag("active") };
    });
  }

  private odd(what: string): never {
    throw new Failure(`${this.client.link.name}: asked to ${what}, the clip answers what makes no sense: is its firmware as new as this hopclip?`);
  }

  /** Asks when nothing else is being asked. */
  private ask(request: Request, body: object): Promise<Body> {
    const answered = this.turn.then(() => this.send(request, body));
    this.turn = answered.catch(() => {});
    return answered;
  }

  private async send(request: Request, body: object): Promise<Body> {
    const { link } = this.client;
    for (let tries = 0; tries < TRIES; tries++) {
      await this.client.ready();
      this.sequence = (this.sequence + 1) & 0xff;
      const asked = { request, sequence: this.sequence, answer: null as Body | null };
      this.asked = asked;
      link.sendPacket(buildPacket({ ...request, version: 1, sequence: this.sequence }, body));
      await this.client.until(() => asked.answer !== null || !link.up, request.wait_ms ?? ANSWER_MS);
      this.asked = null;
      if (asked.answer !== null) return this.checked(request, asked.answer);
    }
    throw new Failure(`${link.name}: asked ${TRIES} times to ${request.what}, the clip did not answer: is it near, charged, and its firmware as new as this hopclip?`);
  }

  /** An answer that is no error. */
  private checked({ what }: Request, body: Body): Body {
    const { rc, err } = body;
    if (err !== undefined) {
      const { group, rc: code } = (typeof err === "object" && err !== null ? err : {}) as Record<string, unknown>;
      if (!isCount(group, 0xffff) || !isCount(code, 0xffff)) return this.odd(what);
      throw new SmpError(this.client.link.name, what, group, code);
    }
    if (rc !== undefined && rc !== 0) throw isCount(rc, 0xffff) ? new SmpError(this.client.link.name, what, null, rc) : this.odd(what);
    return body;
  }
}
