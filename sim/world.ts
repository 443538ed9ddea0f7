// A clip on its board in virtual time: the wasm, the parts around it, and the loop that wakes it. Nothing here knows what the
// clip is for.
import type { EngineFactory } from './engine/engine.ts';
import type { Fault } from './faults.ts';

/** What the sensor feels. A Body is one. */
export interface SampleSource {
  /** Writes specific force (g) to `out[0..2]` and rate (dps) to `out[3..5]`, clip axes, at `t_s`, which never falls. */
  sample(t_s: number, out: Float64Array): void;
}

export type ChipName = 'lsm6dso' | 'lsm6ds3trc';

export interface WorldOptions {
  readonly wasm: Uint8Array;
  readonly source: SampleSource;
  readonly seed: number;
  readonly chip?: ChipName;
  /** Error of the sensor's clock, ±500000 ppm. */
  readonly rate_error_ppm?: number;
  /** Slow drift of the sensor's clock, ppm/s. */
  readonly rate_drift_ppm_s?: number;
  /** Replay: no bias, scale error, noise or turn-on settling; quantisation and saturation stay. Default false. */
  readonly exact?: boolean;
  /** 'lra' (default), 'erm' or 'none'. */
  readonly motor?: 'lra' | 'erm' | 'none';
  /** Peak acceleration of the motor at the sensor at full strength, g. */
  readonly motor_peak_g?: number;
  readonly faults?: readonly Fault[];
  /** Longest delay from an event to the step it causes, µs; the actual one is drawn per wake. Default 300. */
  readonly wake_latency_us_max?: number;
  /** The clip's clock at power-up, µs. Default 0. */
  readonly clock_start_us?: number;
  readonly flash_bytes?: number;
  /** A panic restarts the clip instead of ending the run. Default false. */
  readonly expect_panic?: boolean;
  /** Default: V8. */
  readonly engine?: EngineFactory;
}

/** A line the clip sent, without its line end. */
export interface Line {
  /** World time, µs: the step that completed it. */
  readonly t_us: number;
  readonly port: number;
  readonly text: string;
}

export interface WorldStats {
  steps: number;
  /** Samples the sensor made. */
  samples: number;
  restarts: number;
}

export class World {
  /** World time, µs: virtual, from 0 at the making of the world, across restarts. */
  now_us = 0;
  /** The clip's clock minus world time, µs; 0 until a restart (or with clock_start_us). */
  clock_offset_us = 0;
  /** World time of the first sample of the source's own time, µs; NaN before it is known. */
  source_start_us = NaN;
  readonly lines: Line[] = [];
  onLine: ((line: Line) => void) | null = null;
  readonly stats: WorldStats = { steps: 0, samples: 0, restarts: 0 };

  constructor(options: WorldOptions) {
    void options;
  }

  /** Powers the clip up: fresh memory, `init`, first step. */
  boot(): void {
    throw new Error('not there yet');
  }

  /** Frames `body` ("HEL", "SET,1,1500,…") as `$HC,<seq>,body*CRC\r\n`, sends it to the clip and returns seq. */
  send(body: string, port = 0): number {
    throw new Error(`not there yet: ${body} ${port}`);
  }

  /** Sends bytes as they are. */
  sendRaw(bytes: Uint8Array | string, port = 0): void {
    throw new Error(`not there yet: ${bytes} ${port}`);
  }

  /**
   * Runs for so many seconds of world time, or until the predicate holds (asked after every step), at most `limit_s`.
   * Returns whether the time went by or the predicate came true.
   */
  run(until: number | ((world: this) => boolean), limit_s = 3600): boolean {
    throw new Error(`not there yet: ${until} ${limit_s}`);
  }

  /** From the next sample on the source's time runs, from 0. */
  startSource(): void {
    throw new Error('not there yet');
  }

  /** Power cycle: memory, sensor settings and link contents are lost; flash stays. */
  restart(): void {
    throw new Error('not there yet');
  }
}
