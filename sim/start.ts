// When a simulated wearer begins: the clip says so, as it would to a person. Pure.
import { MODE_COUNT_IN, MODE_IDLE, MODE_SET } from "../firmware/wire/layout.ts";

/** Which set the wearer waits for, and how to begin. */
export interface StartOptions {
  /** Code of the exercise, EXERCISE_*: in a set of another one the wearer stands. */
  readonly exercise: number;
  /** Source time, s, that falls on a beat of a set that is counted in, and which: 0, or 1 of somebody who lets one go by. */
  readonly lead_s: number;
  readonly beat: 0 | 1;
}

export class Start {
  /** World time at which the source begins, µs: with the set, or so that its `lead_s` falls on that beat or, too late for it, on the next; NaN while not known. */
  at_us = NaN;
  /** Number of the set it is about, 0 between sets, and its tempo, 0.1/min, 0 none. */
  set = 0;
  bpm_d = 0;
  private counting = false;
  private readonly options: StartOptions;

  constructor(options: StartOptions) {
    this.options = options;
  }

  /**
   * Hears a line of the clip at world time `now_us`; `offset_us`: the clip's clock minus world time. Returns what it means to the wearer: a new
   * set is there, the set is over, or nothing.
   */
  hear(text: string, now_us: number, offset_us: number): "set" | "over" | null {
    const fields = text.replace(/\*.*$/u, "").split(",");
    if (fields[2] === "BEA" && this.counting && Number.isNaN(this.at_us)) {
      const { lead_s, beat } = this.options;
      const period_us = 600e6 / this.bpm_d;
      const wanted_us = Number(fields[4]) - offset_us + (beat - Number(fields[3])) * period_us - lead_s * 1e6;
      this.at_us = wanted_us + Math.max(0, Math.ceil((now_us - wanted_us) / period_us)) * period_us;
    }
    if (fields[2] !== "MOD") return null;
    const [mode, set, exercise, bpm_d] = fields.slice(3).map(Number) as [number, number, number, number];
    if (mode === MODE_IDLE || exercise !== this.options.exercise) {
      this.at_us = NaN;
      this.set = 0;
      return "over";
    }
    this.counting = mode === MODE_COUNT_IN;
    const isNew = set !== this.set;
    if (isNew) this.at_us = NaN;
    this.set = set;
    this.bpm_d = bpm_d;
    if (mode === MODE_SET && Number.isNaN(this.at_us)) this.at_us = now_us;
    return isNew ? "set" : null;
  }
}
