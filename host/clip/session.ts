// Listens to a clip line by line and keeps what one set came to: contacts with their corrections, repetitions, what the wearer did,
// cues, summary, verdict, faults, lost lines. Pure.
import { parseFrame } from "./line.ts";
import {
  readEvent,
  type ActivityEvent,
  type ClipEvent,
  type ContactEvent,
  type CueEvent,
  type Exercise,
  type ModeChange,
  type RepEvent,
  type Summary,
  type VerdictEvent,
} from "./event.ts";

/** A contact after all corrections. */
export type Contact = Omit<ContactEvent, "type" | "hops">;

/** Exercises whose verdict begins with the number of repetitions. */
const COUNTING: ReadonlySet<Exercise> = new Set(["auto", "calf", "calf-bent", "wall-sit", "step-down"]);

export class Session {
  readonly contacts: Contact[] = [];
  /** Raises, holds or taps, by the set's exercise; one that was open has given way to the same one finished. */
  readonly reps: RepEvent[] = [];
  readonly activities: ActivityEvent[] = [];
  readonly cues: CueEvent[] = [];
  summary: Summary | null = null;
  verdict: VerdictEvent | null = null;
  /** The set's end, as its change of mode tells; null before it. */
  end: ModeChange | null = null;
  /** Lines that never came: gaps of the sequence numbers. */
  lost = 0;
  private readonly byId = new Map<number, number>();
  private readonly complaints: string[] = [];
  /** Last count of each fault code, with its text. */
  private readonly faults = new Map<number, { text: string; count: number }>();
  private announced: Exercise | null = null;
  private seq = -1;

  /** Takes a line and returns what it said; null where it was no line. */
  line(text: string): ClipEvent | null {
    const frame = parseFrame(text);
    if (typeof frame === "string") {
      this.complaints.push(`a line from the clip was refused (${frame}): ${printable(text)}`);
      return null;
    }
    // A clip that has restarted counts from 0 again and says hello first: no line is lost by that.
    const restarted = frame.tag === "HEL" && frame.seq === 0;
    if (frame.tag !== "RST") {
      if (this.seq >= 0 && restarted) this.complaints.push("the clip restarted");
      if (this.seq >= 0 && !restarted) this.lost += (frame.seq - this.seq - 1) & 0xffff;
      this.seq = frame.seq;
    }
    const event = readEvent(frame);
    this.take(event);
    return event;
  }

  /** What the set is or was; null before it is known. */
  get exercise(): Exercise | null {
    return this.summary?.exercise ?? this.announced;
  }

  /** Whether every line of the set has come: none is missing, and its contacts and repetitions are as many as its summary counts. */
  get whole(): boolean {
    return this.lost === 0 && this.verdict !== null && this.miscounts().length === 0;
  }

  /** Everything that went wrong, one readable sentence each. */
  errors(): string[] {
    const errors = [...this.complaints];
    for (const { text, count } of this.faults.values()) errors.push(count > 1 ? `${text} (${count} times)` : text);
    if (this.lost > 0) errors.push(`${this.lost} lines from the clip were lost`);
    errors.push(...(this.summary === null || this.lost === 0 ? this.miscounts() : []));
    return errors;
  }

  /** What the set's end says of it and what came of it, where they differ. */
  private miscounts(): string[] {
    const { summary } = this;
    if (summary === null) return ["the clip sent no summary of the set"];
    const errors: string[] = [];
    const hops = this.contacts.filter((contact) => contact.hop).length;
    if (hops !== summary.hops) errors.push(`the summary counts ${summary.hops} hops, its contacts ${hops}`);
    if (this.contacts.length !== summary.contacts) {
      errors.push(`the summary counts ${summary.contacts} contacts, ${this.contacts.length} were sent`);
    }
    const counted = this.verdict !== null && COUNTING.has(summary.exercise) ? this.verdict.values[0] : null;
    if (counted !== null && counted !== this.reps.length) errors.push(`the verdict counts ${counted} repetitions, ${this.reps.length} were sent`);
    return errors;
  }

  private take(event: ClipEvent): void {
    if (event.type === "contact") this.contact(event);
    else if (event.type === "amend") {
      const at = this.byId.get(event.id);
      if (at === undefined) this.complaints.push(`the clip corrected contact ${event.id}, which it never sent`);
      else this.contacts[at] = { ...(this.contacts[at] as Contact), kind: event.kind, hop: event.hop };
    } else if (event.type === "rep") this.rep(event);
    else if (event.type === "activity") this.activities.push(event);
    else if (event.type === "cue") this.cues.push(event);
    else if (event.type === "mode") this.mode(event);
    else if (event.type === "summary") this.summary = event;
    else if (event.type === "verdict") this.verdict = event;
    else if (event.type === "fault") this.faults.set(event.code, { text: event.text, count: event.count });
    else if (event.type === "refusal") this.complaints.push(`the clip refused ${event.command ?? "a line"}: ${event.error}`);
    else if (event.type === "restart") this.complaints.push(`the clip's board started it again: ${event.text}`);
    else if (event.type === "unknown") this.complaints.push(`the clip sent a line this tool does not know: ${event.tag}`);
  }

  private contact(event: ContactEvent): void {
    const { type: _type, hops: _hops, ...contact } = event;
    this.byId.set(contact.id, this.contacts.push(contact) - 1);
  }

  private rep(event: RepEvent): void {
    const last = this.reps.at(-1);
    if (last?.id === event.id && last.flaws.includes("open")) this.reps.pop();
    this.reps.push(event);
  }

  private mode(event: ModeChange): void {
    if (event.set !== 0) this.announced = event.exercise;
    if (event.mode === "summary") this.end = event;
  }
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 60);
}
