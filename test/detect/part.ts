// The detector by itself, compiled from its sources with the release options, fed with motions written as functions of time.
import { compile, load, type Part } from "../imu/compile.ts";

/** Specific force in g (0..2) and rates in °/s (3..5) at `t_s`, written to `out`. */
export type Motion = (t_s: number, out: Float64Array) => void;

/** An event of the detector; times in µs of the motion, `at_us` is the sample that completed it. */
export interface Found {
  readonly at_us: number;
  readonly id: number;
  readonly ic_us: number;
  readonly tc_us: number | null;
  readonly flight_us: number | null;
  readonly kind: number;
  readonly hop: number;
  readonly confidence: number;
}

/** What the detector said: contacts with amendments applied, and the amendments. */
export interface Heard {
  readonly contacts: readonly Found[];
  readonly amended: readonly Found[];
  readonly hops: number;
  readonly still_us: number;
  readonly airborne: boolean;
}

/** How a motion is sampled. */
export interface Sampling {
  readonly seconds: number;
  readonly odr_hz: number;
  /** Error of the sensor's clock, ppm. */
  readonly rate_error_ppm?: number;
  readonly range_g?: number;
  readonly gyro?: boolean;
  readonly exercise?: number;
  /** Rotation from the motion's axes to the sensor's, row by row. */
  readonly mounting?: readonly number[];
  /** Whether the sample is lost. */
  readonly lost?: (t_s: number) => boolean;
  /** Whether the motor runs. */
  readonly shaken?: (t_s: number) => boolean;
  /** End the open contact at the end. */
  readonly flush?: boolean;
}

const CONTACT = 1;
const AMEND = 2;
const START_US = 5_000_000; // the clip's clock does not start with the motion
const ENTRY = `
import { detector } from "../../firmware/detect/detector";
export { flush, push, reset } from "../../firmware/detect/detector";
export function contactAt(): usize { return changetype<usize>(detector.contact); }
export function amendedAt(): usize { return changetype<usize>(detector.amended); }
export function still_us(): u32 { return detector.still_us; }
export function airborne(): u32 { return detector.airborne; }
`;

let compiled: Promise<Uint8Array<ArrayBuffer>> | undefined;

/** The detector in a memory of its own. */
export class Rig {
  private readonly part: Part;
  private constructor(part: Part) {
    this.part = part;
  }

  static async make(): Promise<Rig> {
    compiled ??= compile(ENTRY);
    return new Rig(await load(await compiled, {}));
  }

  /** Samples a motion and gives it to the detector, which is reset before. */
  run(motion: Motion, sampling: Sampling): Heard {
    const { seconds, odr_hz, range_g = 16, gyro = true, mounting, lost, shaken } = sampling;
    const { call } = this.part;
    const period_s = 1 / (odr_hz * (1 + (sampling.rate_error_ppm ?? 0) / 1e6));
    const felt = new Float64Array(6);
    const turned = new Float64Array(6);
    const contacts: Found[] = [];
    const amended: Found[] = [];
    call["reset"]!(odr_hz, gyro ? 1 : 0, sampling.exercise ?? 0);
    let at_us = 0;
    const take = (bits: number): void => {
      if ((bits & AMEND) !== 0) {
        const news = this.read(call["amendedAt"]!(), at_us);
        amended.push(news);
        const index = contacts.findIndex(({ id }) => id === news.id);
        if (index < 0) throw new Error(`an amendment of contact ${news.id}, which was never told`);
        contacts[index] = { ...contacts[index]!, kind: news.kind, hop: news.hop };
      }
      if ((bits & CONTACT) !== 0) contacts.push(this.read(call["contactAt"]!(), at_us));
    };
    for (let n = 0; n * period_s < seconds; n++) {
      const t_s = n * period_s;
      motion(t_s, felt);
      if (lost?.(t_s) === true) continue;
      turn(felt, mounting, turned);
      at_us = Math.round(t_s * 1e6);
      const mg = (axis: number): number => Math.round(1000 * Math.max(-range_g, Math.min(range_g, turned[axis]!)));
      const ddps = (axis: number): number => (gyro ? Math.round(10 * Math.max(-2000, Math.min(2000, turned[axis]!))) : 0);
      take(call["push"]!(BigInt(START_US + at_us), mg(0), mg(1), mg(2), ddps(3), ddps(4), ddps(5), shaken?.(t_s) === true ? 1 : 0));
    }
    if (sampling.flush === true) take(call["flush"]!());
    return {
      contacts,
      amended,
      hops: contacts.filter(({ hop }) => hop === 1).length,
      still_us: call["still_us"]!() >>> 0,
      airborne: call["airborne"]!() === 1,
    };
  }

  private read(at: number, at_us: number): Found {
    const { memory } = this.part;
    const time = (offset: number): number | null => {
      const t_us = Number(memory.getBigUint64(at + offset, true));
      return t_us === 0 ? null : t_us - START_US;
    };
    const flight_us = memory.getUint32(at + 16, true);
    return {
      at_us,
      id: memory.getUint32(at + 20, true),
      ic_us: time(0) ?? NaN,
      tc_us: time(8),
      flight_us: flight_us === 0 ? null : flight_us,
      kind: memory.getUint8(at + 24),
      hop: memory.getUint8(at + 25),
      confidence: memory.getUint8(at + 26),
    };
  }
}

function turn(from: Float64Array, mounting: readonly number[] | undefined, to: Float64Array): void {
  if (mounting === undefined) {
    to.set(from);
    return;
  }
  for (let row = 0; row < 3; row++) {
    for (const first of [0, 3]) {
      to[first + row] = mounting[3 * row]! * from[first]! + mounting[3 * row + 1]! * from[first + 1]! + mounting[3 * row + 2]! * from[first + 2]!;
    }
  }
}
