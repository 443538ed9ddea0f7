// A simulated person who wears the clip through any number of sets: stands, and when the clip says that a set of the person's exercise has
// begun does it, each time anew.
import { EXERCISE_AUTO } from "../firmware/wire/layout.ts";
import { createBody, subject, type Exercise, type PosedBody } from "./body/body.ts";
import { EXERCISE_CODES, leadOf_s } from "./run.ts";
import { Start } from "./start.ts";

/** Who does what for how long. */
export interface WearerOptions {
  readonly exercise: Exercise;
  /** One of BODY_VARIANTS, or "following" of a runner who goes along with the beats. */
  readonly variant?: string;
  /** Hops/min of pogo, steps/min of run and walk; absent = a set's own tempo for hops, else what is usual. */
  readonly bpm?: number;
  /** How long the person goes on from a set's start at most, s. */
  readonly seconds: number;
  /** Raises or step-downs; absent = as many as have room. */
  readonly reps?: number;
  /** The person, and of chance. */
  readonly seed: number;
}

export class Wearer {
  /** What is done, from time 0 on. */
  private body: PosedBody;
  private readonly options: WearerOptions;
  private readonly start: Start;
  private bpm: number | undefined;
  private sets = 0;
  private moving = false;

  constructor(options: WearerOptions) {
    this.options = options;
    this.start = new Start({ exercise: EXERCISE_CODES[options.exercise] ?? EXERCISE_AUTO, lead_s: leadOf_s(options.exercise), beat: 0 });
    this.bpm = options.bpm;
    this.body = this.make();
  }

  /** World time at which to begin, µs; Infinity while there is nothing to begin. */
  get due_us(): number {
    return this.moving || Number.isNaN(this.start.at_us) ? Infinity : this.start.at_us;
  }

  /** Begins: from now on the source's time runs. */
  begin(): void {
    this.moving = true;
  }

  /** Hears a line of the clip. Returns whether the person is to stand: the set is over, or another one is there. */
  hear(text: string, now_us: number, offset_us: number): boolean {
    const news = this.start.hear(text, now_us, offset_us);
    if (news === null) return false;
    const { exercise, bpm } = this.options;
    const tempo = news === "set" && exercise === "pogo" && this.start.bpm_d > 0 ? (bpm ?? this.start.bpm_d / 10) : this.bpm;
    if (!this.moving && tempo === this.bpm) return false;
    if (this.moving) this.sets += 1;
    this.moving = false;
    this.bpm = tempo;
    this.body = this.make();
    return true;
  }

  /** See SampleSource. */
  sample(t_s: number, out: Float64Array): void {
    this.body.sample(t_s, out);
  }

  /** See SampleSource. */
  cue(at_s: number): void {
    this.body.cue(at_s);
  }

  private make(): PosedBody {
    const { exercise, variant, seconds, reps, seed } = this.options;
    const lead_s = leadOf_s(exercise);
    const { bpm } = this;
    return createBody(exercise, {
      seconds: lead_s + seconds,
      seed: seed + this.sets,
      lead_s,
      subject: subject(seed),
      ...(bpm === undefined ? {} : { bpm }),
      ...(exercise === "run" && variant === "following" ? { follows: true } : variant === undefined ? {} : { variant }),
      ...(reps === undefined ? {} : { reps }),
    });
  }
}
