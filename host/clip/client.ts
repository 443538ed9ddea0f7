// A clip at the other end of a link: commands that are answered, events as they come, packets for `smp`. A link that is down is waited for.
import { Failure, Stopped } from "../failure.ts";
import type { Link } from "../link/link.ts";
import { hello, status, timeSync } from "./command.ts";
import { readEvent, readStatus, type Ack, type ClipEvent, type Hello, type Refusal, type Status } from "./event.ts";
import { buildLine, parseFrame } from "./line.ts";
import { Smp } from "./smp.ts";

/** A clip answers within so long; the first command waits for its start besides, ms. */
const ANSWER_MS = 2000;
/** Between looks at what has come where nothing new comes, ms. */
const LOOK_MS = 20;
/** How long a link that is down is waited for, ms. */
const LINK_MS = 30_000;
/** Times a command is sent that the clip could not read, and a greeting that it did not hear. */
const TRIES = 3;
/** Damaged lines that are told: of more only the count is of interest. */
const DAMAGED_MAX = 100;

/** What each refusal means to the person at the keyboard. */
const REFUSALS: Readonly<Record<string, string>> = {
  BUSY: "it is in the middle of something else: end its set first, or switch it off and on",
  RANG: "a value is outside of what it takes",
  STOR: "its flash memory failed: the clip may be worn out or damaged",
  CRC: "the line was damaged on its way: try again, nearer or with another cable",
  CMD: "its firmware does not know the command: update it",
};

/** What the clip's clock showed at a time of day. */
export interface ClockPair {
  readonly unix_us: number;
  readonly clip_us: number;
}

export class Client {
  /** Told of every line of the clip as it comes, of damaged ones only the first hundred. */
  onLine: ((text: string) => void) | null = null;
  onEvent: ((event: ClipEvent) => void) | null = null;
  /** Raised by who wants no more waiting: whatever waits ends in a Stopped. */
  stop: AbortSignal | null = null;
  /** Told when the link is cut, and when it is there again. */
  onState: ((up: boolean) => void) | null = null;
  readonly link: Link;
  readonly smp: Smp;
  /** Who answered last; null before that. */
  hello: Hello | null = null;
  /** Of the last greeting on a link to a real clip, else null. */
  clock: ClockPair | null = null;
  private seq = 0;
  private turn: Promise<unknown> = Promise.resolve();
  private asked: { readonly seq: number; answer: Ack | Refusal | null } | null = null;
  private greeting = false;
  /** Serial number of the clip that was greeted first: another one is none of this client's. */
  private serial: string | null = null;
  /** The link has been cut since the last greeting. */
  private cut = false;
  private damaged = 0;
  /** First line that was none of a clip's; null: there was none. */
  private noise: string | null = null;
  private readonly waiting = new Set<() => void>();

  constructor(link: Link) {
    this.link = link;
    this.smp = new Smp(this);
    link.onLine = (text) => this.take(text);
    link.onPacket = (packet) => {
      this.smp.take(packet);
      this.stir();
    };
    link.onState = (up) => {
      if (!up) this.cut = true;
      this.stir();
      this.onState?.(up);
    };
  }

  /** Asks the clip who it is, and tells a real one the time of day. A Failure where nobody answers, or something else does. */
  async greet(): Promise<Hello> {
    return this.alone(() => this.meet());
  }

  /** How the clip is. */
  async status(): Promise<Status> {
    return readStatus(await this.command(status())) ?? this.odd("STA");
  }

  /** Tells the clip the time of day, by which its log is dated. */
  async sync(): Promise<ClockPair> {
    return this.alone(() => this.tellTime());
  }

  /** Sends a command's body and returns the values of its answer. A Failure where it is refused or not answered. */
  async command(body: string): Promise<readonly string[]> {
    return this.alone(async () => {
      await this.there();
      return this.ask(body);
    });
  }

  /** Waits for the link, and makes sure that after a cut the same clip answers. */
  async ready(): Promise<void> {
    return this.alone(() => this.there());
  }

  /** Waits until `holds`, at most so long on the link's time; whether it holds. */
  async until(holds: () => boolean, limit_ms: number): Promise<boolean> {
    const end_ms = this.link.now_ms + limit_ms;
    while (!holds()) {
      if (this.stop?.aborted === true) throw new Stopped(`${this.link.name}: stopped`);
      if (this.link.now_ms >= end_ms) return false;
      await new Promise<void>((resolve, reject) => {
        this.waiting.add(resolve);
        this.link.pass(LOOK_MS).then(resolve, reject).finally(() => this.waiting.delete(resolve));
      });
    }
    return true;
  }

  private async there(): Promise<void> {
    for (let tries = 1; ; tries++) {
      await this.linked();
      if (!this.cut || this.serial === null) return;
      try {
        await this.meet();
      } catch (error) {
        if (tries === TRIES || this.link.up) throw error; // else it was cut once more
      }
    }
  }

  /** Waits for the link to be there. A Failure where it does not come back. */
  private async linked(): Promise<void> {
    if (await this.until(() => this.link.up, LINK_MS)) return;
    throw new Failure(`${this.link.name}: the link is cut and did not come back within ${LINK_MS / 1000} s: is the clip plugged in, or near and charged?`);
  }

  /** One thing after the other. */
  private alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }

  private async meet(): Promise<Hello> {
    const before = this.hello;
    await this.linked();
    this.cut = false;
    this.hello = null;
    this.greeting = true;
    try {
      for (let tries = 1; this.hello === null; tries++) {
        try {
          await this.ask(hello());
          await this.until(() => this.hello !== null, ANSWER_MS);
          if (this.hello === null) throw this.stranger();
        } catch (error) {
          if (tries === TRIES || !this.link.up || error instanceof Stopped) throw error;
        }
      }
    } catch (error) {
      this.hello = before;
      this.cut = true;
      throw error;
    } finally {
      this.greeting = false;
    }
    const now = this.hello as Hello;
    this.serial ??= now.serial;
    if (this.serial !== now.serial) {
      this.cut = true; // from the one that is meant
      throw new Failure(`${this.link.name}: another clip answers there now: number ${now.serial}, it was ${this.serial}`);
    }
    if (this.link.source === "clip") await this.tellTime();
    return now;
  }

  private async tellTime(): Promise<ClockPair> {
    const unix_us = Date.now() * 1000;
    const clip_us = Number((await this.ask(timeSync(unix_us)))[0]);
    this.clock = Number.isSafeInteger(clip_us) ? { unix_us, clip_us } : this.odd("TIM");
    return this.clock;
  }

  private async ask(body: string): Promise<readonly string[]> {
    const what = body.split(",", 1)[0] as string;
    for (let tries = 1; ; tries++) {
      this.seq = (this.seq + 1) & 0xffff;
      const asked = { seq: this.seq, answer: null as Ack | Refusal | null };
      this.asked = asked;
      this.link.send(buildLine(this.seq, body));
      await this.until(() => asked.answer !== null || !this.link.up, ANSWER_MS);
      this.asked = null;
      const { answer } = asked;
      if (answer === null) throw this.silence(what);
      if (answer.type === "ack") return answer.command === what ? answer.values : this.odd(what);
      // What the clip could not read it has not done: it may be said again.
      const unread = answer.command === null || answer.error === "CRC" || answer.error === "FORM";
      if (!unread || tries === TRIES) throw new Failure(`${this.link.name}: the clip refused ${what}: ${REFUSALS[answer.error] ?? answer.error}`);
    }
  }

  private silence(what: string): Failure {
    if (this.greeting && this.noise !== null) return this.stranger();
    if (!this.link.up) return new Failure(`${this.link.name}: the link was cut before the clip answered ${what}: is it near, charged and not in use elsewhere?`);
    return new Failure(`${this.link.name}: the clip did not answer ${what} within ${ANSWER_MS / 1000} s: is it charged, near and not in use elsewhere?`);
  }

  private stranger(): Failure {
    const said = this.noise === null ? "" : `; it says "${this.noise.replace(/[^\x20-\x7e]/g, "?").slice(0, 40)}"`;
    return new Failure(`${this.link.name}: what answers there is no hopclip${said}`);
  }

  private odd(what: string): never {
    throw new Failure(`${this.link.name}: the clip's answer to ${what} makes no sense: is its firmware as new as this hopclip?`);
  }

  private take(text: string): void {
    const frame = parseFrame(text);
    if (typeof frame === "string") {
      if (!text.startsWith("$HC,")) this.noise ??= text;
      else if (this.damaged++ < DAMAGED_MAX) this.onLine?.(text);
      return;
    }
    this.onLine?.(text);
    const event = readEvent(frame);
    if (event.type === "hello") this.hello = event;
    if ((event.type === "ack" || event.type === "refusal") && this.asked !== null && (event.seq === null || event.seq === this.asked.seq)) this.asked.answer = event;
    this.onEvent?.(event);
    this.stir();
  }

  /** Wakes who waits for something to happen. */
  private stir(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
