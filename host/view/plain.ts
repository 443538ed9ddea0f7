// A guided set as plain lines, one every few seconds: for pipes, logs and screen readers.
import type { Shown } from "../live.ts";
import { lane, type View } from "./view.ts";

/** A line every so often, s of the set; of a set that lasts longer than LONG_S every EVERY_LONG_S. */
const EVERY_S = 5;
const LONG_S = 120;
const EVERY_LONG_S = 30;

export class PlainView implements View {
  private readonly out: NodeJS.WritableStream;
  private next_s = 0;

  constructor(out: NodeJS.WritableStream) {
    this.out = out;
  }

  say(text: string): void {
    this.out.write(`${text}\n`);
  }

  show({ phase, elapsed_s, duration_s, beating, error_ms, big, unit, details }: Shown): void {
    const every_s = duration_s !== null && duration_s > LONG_S ? EVERY_LONG_S : EVERY_S;
    if (phase === "check" || phase === "count-in" || elapsed_s < Math.max(every_s, this.next_s)) return;
    const at_s = Math.floor(elapsed_s / every_s) * every_s;
    this.next_s = at_s + every_s;
    this.say([`${String(at_s).padStart(4)} s`, ...(beating ? [lane(error_ms)] : []), `${big.padStart(3)} ${unit}`, ...details].join("  "));
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
