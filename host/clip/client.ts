// A clip at the other end of a link: commands that are answered, events as they come.
import { Failure } from "../failure.ts";
import type { Link } from "../link/link.ts";
import { hello, status } from "./command.ts";
import { readEvent, type ClipEvent, type Hello } from "./event.ts";
import { buildLine, parseFrame } from "./line.ts";

/** A clip answers within so long; the first command waits for its start besides, ms. */
const ANSWER_MS = 2000;
/** Between looks at what has come, ms. */
const LOOK_MS = 20;

/** Answer to STA. */
interface Status {
  /** null where the board cannot tell. */
  readonly battery_mv: number | null;
}

/** What each refusal means to the person at the keyboard. */
const REFUSALS: Readonly<Record<string, string>> = {
  BUSY: "it is in the middle of something else: end its set first, or switch it off and on",
  RANG: "a value is outside of what it takes",
  STOR: "its flash memory failed: the clip may be worn out or damaged",
  CRC: "the line was damaged on its way: try again, nearer or with another cable",
  CMD: "its firmware does not know the command: update it",
};

export class Client {
  /** Every line since `lines` was last emptied. */
  lines: string[] = [];
  onEvent: ((event: ClipEvent) => void) | null = null;
  readonly link: Link;
  private seq = 0;
  private hello: Hello | null = null;
  private readonly answers = new Map<number, ClipEvent>();

  constructor(link: Link) {
    this.link = link;
    link.onLine = (text) => this.take(text);
  }

  /** Asks the clip who it is. A Failure where nobody answers. */
  async greet(): Promise<Hello> {
    await this.command(hello());
    await this.until(() => this.hello !== null, ANSWER_MS);
    if (this.hello === null) throw new Failure(`${this.link.name}: what answers there is no hopclip`);
    return this.hello;
  }

  async status(): Promise<Status> {
    const values = await this.command(status());
    return { battery_mv: values[4] === "-" ? null : Number(values[4]) };
  }

  /** Sends a command's body and returns the values of its answer. A Failure where it is refused or not answered. */
  async command(body: string): Promise<readonly string[]> {
    this.seq = (this.seq + 1) & 0xffff;
    const { seq } = this;
    this.link.send(buildLine(seq, body));
    await this.until(() => this.answers.has(seq), ANSWER_MS);
    const answer = this.answers.get(seq);
    this.answers.delete(seq);
    if (answer?.type === "ack") return answer.values;
    const what = body.split(",", 1)[0] as string;
    if (answer?.type !== "refusal") throw new Failure(`${this.link.name}: the clip did not answer ${what} within ${ANSWER_MS / 1000} s: is it charged, near and not in use elsewhere?`);
    throw new Failure(`${this.link.name}: the clip refused ${what}: ${REFUSALS[answer.error] ?? answer.error}`);
  }

  /** Waits until `holds`, at most so long on the link's time; whether it holds. */
  async until(holds: () => boolean, limit_ms: number): Promise<boolean> {
    const end_ms = this.link.now_ms + limit_ms;
    while (!holds()) {
      if (this.link.now_ms >= end_ms) return false;
      await this.link.pass(LOOK_MS);
    }
    return true;
  }

  private take(text: string): void {
    this.lines.push(text);
    const frame = parseFrame(text);
    if (typeof frame === "string") return; // counted by the Session that reads the lines
    const event = readEvent(frame);
    if (event.type === "hello") this.hello = event;
    if ((event.type === "ack" || event.type === "refusal") && event.seq !== null) this.answers.set(event.seq, event);
    this.onEvent?.(event);
  }
}
