// A clip on a simulated person's foot that somebody outside talks to while time goes on as they let it. The person begins
// when the clip says that the set has begun.
import { createBody, subject, type Exercise, type PosedBody } from "./body/body.ts";
import { EXERCISE_CODES, leadOf_s } from "./run.ts";
import { Start } from "./start.ts";
import { World } from "./world.ts";

/** Error of the sensor's clock, ppm: a part within its datasheet's bounds. */
const RATE_ERROR_PPM = 13_000;

/** Who does what for how long. */
export interface SimulatedClipOptions {
  readonly wasm: Uint8Array;
  readonly exercise: Exercise;
  /** One of BODY_VARIANTS, or "following" of a runner who goes along with the beats. */
  readonly variant?: string;
  /** Hops/min of pogo, steps/min of run. */
  readonly bpm?: number;
  /** Whether beats are counted in, and the person hops with them. */
  readonly counted: boolean;
  /** How long the person goes on from the set's start at most, s. */
  readonly seconds: number;
  /** Raises or step-downs; absent = as many as have room. */
  readonly reps?: number;
  /** The person, and of chance. */
  readonly seed: number;
}

/** The clip, its wearer and their time. */
export class SimulatedClip {
  /** Told of every byte the clip sends over its serial port; the view is valid during the call only. */
  onBytes: ((bytes: Uint8Array) => void) | null = null;
  readonly firmware_sha256: string;
  private readonly world: World;
  private readonly body: PosedBody;
  private readonly start: Start;
  private begun = false;

  constructor(options: SimulatedClipOptions) {
    const { exercise, seed, bpm, variant, reps, counted } = options;
    const lead_s = leadOf_s(exercise);
    this.body = createBody(exercise, {
      seconds: lead_s + options.seconds,
      seed,
      lead_s,
      subject: subject(seed),
      ...(bpm === undefined ? {} : { bpm }),
      ...(variant === "following" ? { follows: true } : variant === undefined ? {} : { variant }),
      ...(reps === undefined ? {} : { reps }),
    });
    this.start = new Start({ exercise: EXERCISE_CODES[exercise] ?? 0, bpm_d: Math.round((bpm ?? 0) * 10), counted, lead_s, beat: 0 });
    this.world = new World({ wasm: options.wasm, source: this.body, seed, rate_error_ppm: RATE_ERROR_PPM });
    this.world.onLine = ({ text, port }) => {
      if (port === 0) this.start.hear(text, this.world.now_us, this.world.clock_offset_us);
    };
    this.world.onBytes = (port, bytes) => {
      if (port === 0) this.onBytes?.(bytes);
    };
    this.world.boot();
    this.firmware_sha256 = this.world.engine.sha256;
  }

  /** Time since the clip has power, s. */
  get now_s(): number {
    return this.world.now_us / 1e6;
  }

  /** Sends bytes over the serial port. */
  send(bytes: string | Uint8Array): void {
    this.world.sendRaw(bytes);
  }

  /** Lets time go on. */
  run(seconds: number): void {
    const end_us = this.world.now_us + seconds * 1e6;
    const { at_us } = this.start;
    if (!this.begun && !Number.isNaN(at_us) && at_us <= end_us) {
      this.world.run(Math.max(0, at_us - this.world.now_us) / 1e6);
      this.world.startSource();
      this.begun = true;
    }
    if (end_us > this.world.now_us) this.world.run((end_us - this.world.now_us) / 1e6);
  }

  close(): void {
    this.world.close();
  }
}
