// When a simulated wearer begins: the clip says so, as it would to a person. Pure.
import { MODE_SET } from "../firmware/wire/layout.ts";

/** What the set is that the wearer waits for. */
export interface StartOptions {
  /** Code of the exercise, EXERCISE_*. */
  readonly exercise: number;
  /** Tempo, 0.1/min; 0 = no metronome. */
  readonly bpm_d: number;
  /** Whether beats are counted in; without, the wearer begins with the set. */
  readonly counted: boolean;
  /** Source time, s, that falls on a beat of the set, and which: 0, or 1 of somebody who lets one go by. */
  readonly lead_s: number;
  readonly beat: 0 | 1;
}

export class Start {
  /** World time at which the source begins, µs, so that its `lead_s` falls on that beat; NaN while not known. */
  at_us = NaN;
  private readonly options: StartOptions;

  constructor(options: StartOptions) {
    this.options = options;
  }

  /** Hears a line of the clip at world time `now_us`; `offset_us`: the clip's clock minus world time. */
  hear(text: string, now_us: number, offset_us: number): void {
    if (!Number.isNaN(this.at_us)) return;
    const { exercise, bpm_d, counted, lead_s, beat } = this.options;
    const fields = text.split(",");
    const tag = fields[2];
    if (counted && tag === "BEA") {
      const period_us = 600e6 / bpm_d;
      const zero_us = Number(fields[4]) - offset_us - Number(fields[3]) * period_us;
      this.at_us = zero_us + beat * period_us - lead_s * 1e6;
    }
    if (!counted && tag === "MOD" && Number(fields[3]) === MODE_SET && Number(fields[5]) === exercise) this.at_us = now_us;
  }
}
