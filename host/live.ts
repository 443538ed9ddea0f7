// A set as it happens, from the clip's events: what a view shows of it. Pure.
import { bounceHeight_mm } from "./coach/height.ts";
import type { ClipEvent, ContactEvent, ModeChange, RepEvent } from "./clip/event.ts";
import type { Drill } from "./coach/programme.ts";
import { fixed } from "./report/table.ts";
import { STRIDE_S_MAX } from "./result.ts";

/** Where a guided set is. */
export type Phase = "check" | "ready" | "count-in" | "set" | "ending";

/** What is shown, in words and numbers that any view can print. */
export interface Shown {
  readonly phase: Phase;
  /** Since the set's start; 0 before it. */
  readonly elapsed_s: number;
  /** null where the set does not end by time. */
  readonly duration_s: number | null;
  /** The one number to read from two metres away: contacts, clean raises, seconds held, steps/min; beats left in the count-in. */
  readonly big: string;
  readonly unit: string;
  /** Share of the target reached, 0..1; null without one. */
  readonly reached: number | null;
  /** Whether there is a beat to land on, and how far from it the last landing was. */
  readonly beating: boolean;
  readonly error_ms: number | null;
  /** "ground 244 ms", "bounce 2.6 cm" */
  readonly details: readonly string[];
  /** The last values of what matters most, oldest first. */
  readonly series: readonly number[];
  readonly seriesName: string;
}

const SERIES_MAX = 120;
/** Strides that the shown cadence is the median of. */
const CADENCE_STRIDES = 5;

/** A value of so many parts a unit; null where there is none. */
const per = (value: number | null | undefined, parts: number): number | null => (value === null || value === undefined ? null : value / parts);

export class Live {
  phase: Phase = "check";
  elapsed_s = 0;
  private readonly exercise: Drill;
  private readonly target: number | null;
  private readonly duration_s: number | null;
  private readonly beating: boolean;
  private beat = 0;
  private count = 0;
  /** A run's target: MOD tells the tempo once the clip has learnt the runner's own cadence. */
  private tempo_spm = 0;
  private contact: ContactEvent | null = null;
  private rep: RepEvent | null = null;
  /** Longest hold so far, s, and the start of the one under way on the set's time; null without one. */
  private longest_s = 0;
  private lifted_s: number | null = null;
  private cued = 0;
  private readonly ics_us: number[] = [];
  private readonly series: number[] = [];
  private start_us = 0;

  constructor(exercise: Drill, target: number | null, duration_s: number | null, beating: boolean) {
    this.exercise = exercise;
    this.target = target;
    this.duration_s = duration_s;
    this.beating = beating;
  }

  /** Clean raises or taps, hops, strides so far; of a wall sit the longest hold, s, the one under way among them. */
  get achieved(): number {
    if (this.exercise !== "wall-sit") return this.count;
    return Math.max(this.longest_s, this.lifted_s === null ? 0 : this.elapsed_s - this.lifted_s);
  }

  /** Whether a foot is off the ground in a wall sit. */
  get lifted(): boolean {
    return this.lifted_s !== null;
  }

  /** The clip is there and still: the set may begin. */
  ready(): void {
    this.phase = "ready";
  }

  /** Takes what the clip says. */
  take(event: ClipEvent): void {
    if (event.type === "mode") this.takeMode(event);
    else if (event.type === "beat") this.beat = event.index;
    else if (event.type === "contact") this.takeContact(event);
    else if (event.type === "amend") this.count = this.exercise === "pogo" ? event.hops : this.count;
    else if (event.type === "rep") this.takeRep(event);
    else if (event.type === "cue") this.cued = event.every;
  }

  /** What is to be shown now. */
  shown(): Shown {
    const { phase, elapsed_s, duration_s, beating, target } = this;
    const counting = phase === "count-in";
    const [big, unit] = counting ? [String(Math.max(1, -this.beat)), "beats to go"] : this.bigOf();
    const reached = target === null || this.exercise === "run" ? null : Math.min(1, this.achieved / target);
    const [seriesName, details] = this.detailsOf();
    return { phase, elapsed_s, duration_s, big, unit, reached, beating, error_ms: this.error_ms, details, series: this.series, seriesName };
  }

  private takeMode({ mode, at_us, bpm }: ModeChange): void {
    if (mode === "count-in") this.phase = "count-in";
    else if (mode === "summary") this.phase = "ending";
    else if (mode === "set") {
      if (this.phase !== "set") this.start_us = at_us;
      this.phase = "set";
      this.tempo_spm = bpm;
    }
  }

  private get error_ms(): number | null {
    return per(this.contact?.beat_error_us, 1000);
  }

  private get cadence_spm(): number | null {
    const strides_us = this.ics_us.slice(1).map((ic_us, i) => ic_us - (this.ics_us[i] as number)).sort((a, b) => a - b);
    const median_us = strides_us[strides_us.length >> 1]; // one landing missed or too many does not move it
    return median_us === undefined ? null : 120e6 / median_us;
  }

  private takeContact(event: ContactEvent): void {
    this.contact = event;
    if (this.exercise === "pogo") {
      this.count = event.hops;
      if (event.flight_us !== null && event.hop) this.push(bounceHeight_mm(event.flight_us / 1000) / 10);
    } else if (this.exercise === "run") {
      if (event.ic_us - (this.ics_us.at(-1) ?? -Infinity) > STRIDE_S_MAX * 1e6) this.ics_us.length = 0;
      else this.count += 1;
      this.ics_us.push(event.ic_us);
      if (this.ics_us.length > CADENCE_STRIDES + 1) this.ics_us.shift();
      const { cadence_spm } = this;
      if (cadence_spm !== null) this.push(cadence_spm);
    }
  }

  private takeRep(event: RepEvent): void {
    this.rep = event;
    this.count = event.clean;
    if (this.exercise === "wall-sit") {
      const open = event.flaws.includes("open") && event.hold_ms === null;
      this.lifted_s = open ? (event.at_us - this.start_us) / 1e6 : null;
      if (event.hold_ms !== null) {
        this.longest_s = Math.max(this.longest_s, event.hold_ms / 1000);
        this.push(event.hold_ms / 1000);
      }
    } else if (event.top !== null) this.push(this.exercise === "step-down" ? event.top / 1000 : event.top / 10);
  }

  private push(value: number): void {
    this.series.push(value);
    if (this.series.length > SERIES_MAX) this.series.shift();
  }

  private bigOf(): [string, string] {
    const of = this.target === null ? "" : ` of ${this.target}`;
    if (this.exercise === "pogo") return [String(this.count), `${of} contacts`.trim()];
    if (this.exercise === "run") return [fixed(this.cadence_spm, 0), "steps/min"];
    if (this.exercise === "wall-sit" && this.target === null) return [String(Math.floor(this.elapsed_s)), "s"]; // both feet are on the floor
    if (this.exercise === "wall-sit") {
      const now_s = this.lifted_s === null ? this.longest_s : this.elapsed_s - this.lifted_s;
      return [String(Math.floor(now_s)), `${of} s ${this.lifted ? "held" : "held longest"}`.trim()];
    }
    return [String(this.count), `${of} clean ${this.exercise === "step-down" ? "taps" : "raises"}`.trim()];
  }

  private detailsOf(): [string, string[]] {
    const { contact, rep, exercise } = this;
    if (exercise === "pogo") {
      const flight_ms = per(contact?.flight_us, 1000);
      const bounce = fixed(flight_ms === null ? null : bounceHeight_mm(flight_ms) / 10, 1);
      return ["bounce height, cm", [`ground ${fixed(groundOf_ms(contact), 0)} ms`, `air ${fixed(flight_ms, 0)} ms`, `bounce ${bounce} cm`]];
    }
    if (exercise === "run") {
      const goal = this.tempo_spm > 0 ? `goal ${this.tempo_spm.toFixed(0)} steps/min` : "learning your own cadence";
      return ["cadence, steps/min", [goal, ...(this.cued > 0 ? ["follow the beats"] : []), `ground ${fixed(groundOf_ms(contact), 0)} ms`, `${this.count} strides`]];
    }
    if (exercise === "wall-sit" && this.target === null) return ["", []];
    if (exercise === "wall-sit") return ["holds, s", [`longest ${this.achieved.toFixed(1)} s`, this.lifted ? "foot is up" : "foot is down"]];
    const flaws = rep === null ? "-" : rep.flaws.length === 0 ? "clean" : rep.flaws.join(", ");
    if (exercise === "step-down") {
      return ["tap, g", [`${rep?.reps ?? 0} taps`, `last: ${flaws}`, `tap ${fixed(per(rep?.top, 1000), 1)} g`]];
    }
    const height = fixed(per(rep?.top, 10), 0);
    return ["heel height, °", [`${rep?.reps ?? 0} raises`, `last: ${flaws}`, `height ${height}°`, `up ${fixed(rep?.up_ms, 0)} ms`, `down ${fixed(rep?.down_ms, 0)} ms`]];
  }
}

function groundOf_ms(contact: ContactEvent | null): number | null {
  return contact === null || contact.tc_us === null ? null : (contact.tc_us - contact.ic_us) / 1000;
}
