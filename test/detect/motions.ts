// Motions of a foot written down piece by piece, so that the times of contact are known by construction and by nothing else.
// Axes: x forward, y to the side (the axis of pitch), z up. Rates: heel up is positive.
import type { Motion } from "./part.ts";

/** Half a sine from 0 to 1 s/`length_s`, else 0. */
export function halfSine(t_s: number, length_s: number): number {
  return t_s > 0 && t_s < length_s ? Math.sin((Math.PI * t_s) / length_s) : 0;
}

/** Goes from 0 to 1 over `length_s`, with no jerk at its ends. */
export function ease(t_s: number, length_s: number): number {
  const u = Math.max(0, Math.min(1, t_s / length_s));
  return u * u * u * (10 - 15 * u + 6 * u * u);
}

/** A row of hops: contact `n` begins at `ic_s[n]` and ends at `tc_s[n]`; before and after it the foot stands. */
export interface Hopping {
  readonly ic_s: readonly number[];
  readonly tc_s: readonly number[];
  /** First take-off, from standing. */
  readonly first_s: number;
  readonly end_s: number;
}

/** Where each of `count` contacts of `contact_s` begins and ends, with flights of `flight_s` between them. */
export function hopping(count: number, contact_s: number | readonly number[], flight_s: number, first_s = 1.5): Hopping {
  const ic_s: number[] = [];
  const tc_s: number[] = [];
  let t_s = first_s;
  for (let n = 0; n < count; n++) {
    ic_s.push((t_s += flight_s));
    tc_s.push((t_s += typeof contact_s === "number" ? contact_s : contact_s[n]!));
  }
  return { ic_s, tc_s, first_s, end_s: t_s + flight_s };
}

const LANDING_S = 0.012;
const PUSH_S = 0.09;
const PULL_S = 0.03;
const SINK_S = 0.1;

/** Options of `hops`. */
export interface Feel {
  /** Largest force of a landing above 1 g. */
  readonly landing_g?: number;
  /** Fastest pitch of a push-off, °/s. */
  readonly push_dps?: number;
}

/**
 * The foot in a row of hops: a half-sine shock at each landing while the heel sinks; 1 g; the heel rises to its fastest just before the
 * toes leave; the leg pulls the foot up for 30 ms; free fall, where nothing is felt. The last landing ends in standing.
 */
export function hops(row: Hopping, { landing_g = 6, push_dps = 500 }: Feel = {}): Motion {
  const landings_s = [...row.ic_s, row.end_s];
  const leavings_s = [row.first_s, ...row.tc_s];
  return (t_s, out) => {
    out.fill(0);
    let next = landings_s.findIndex((ic_s) => ic_s > t_s);
    if (next < 0) next = landings_s.length;
    const left_s = leavings_s[next] ?? Infinity; // the take-off before landing `next`, maybe still to come
    const since_s = t_s - (landings_s[next - 1] ?? -Infinity);
    if (t_s > left_s) {
      const air_s = landings_s[next]! - left_s;
      const u = (t_s - left_s) / air_s;
      out[2] = 1.5 * halfSine(t_s - left_s, PULL_S);
      // the heel's rise ends, and the foot comes back to where it lands
      out[4] = push_dps * (0.55 * (1 - ease(t_s - left_s, 0.06)) - 0.3 * Math.sin(Math.PI * u) ** 2);
      return;
    }
    out[2] = 1 + landing_g * halfSine(since_s, LANDING_S) + 0.5 * halfSine(left_s - t_s, 0.2);
    // the heel sinks in the first 0.1 s, and rises in the last 0.09 s, fastest 25 ms before the toes leave
    out[4] = -0.6 * push_dps * halfSine(since_s, SINK_S);
    const before_s = left_s - t_s;
    if (before_s < PUSH_S) out[4] += before_s < 0.025 ? push_dps * (0.55 + 0.45 * Math.sin((Math.PI / 2) * (before_s / 0.025))) : push_dps * ease(PUSH_S - before_s, PUSH_S - 0.025);
  };
}

/** Standing: 1 g, for ever. */
export const standing: Motion = (_t_s, out) => {
  out.fill(0);
  out[2] = 1;
};

/** A foot that is tilted slowly to and fro by ±60° about y, in 4 s, without leaving the ground. */
export const tilting: Motion = (t_s, out) => {
  const angle = (Math.PI / 3) * Math.sin((2 * Math.PI * t_s) / 4);
  out.fill(0);
  out[0] = Math.sin(angle);
  out[2] = Math.cos(angle);
  out[4] = 60 * ((2 * Math.PI) / 4) * Math.cos((2 * Math.PI * t_s) / 4);
};

/** Adds one motion to another. */
export function plus(one: Motion, other: Motion): Motion {
  const part = new Float64Array(6);
  return (t_s, out) => {
    one(t_s, out);
    other(t_s, part);
    for (let axis = 0; axis < 6; axis++) out[axis] = out[axis]! + part[axis]!;
  };
}

/** How a motor's drive is switched: on for `on_s` every `every_s`. */
export interface Drive {
  readonly on_s: number;
  readonly every_s: number;
}

/** Level of a motor that follows its drive with a time constant, 0..1; every pulse starts from rest. */
function level(t_s: number, { on_s, every_s }: Drive, tau_s: number): number {
  const since_s = t_s % every_s;
  const full = 1 - Math.exp(-Math.min(since_s, on_s) / tau_s);
  return since_s <= on_s ? full : full * Math.exp(-(since_s - on_s) / tau_s);
}

/** A linear motor: `peak_g` at 172 Hz along `axis`. */
export function linear(peak_g: number, axis: number, drive: Drive): Motion {
  return (t_s, out) => {
    out.fill(0);
    out[axis] = peak_g * level(t_s, drive, 0.0115) * Math.sin(2 * Math.PI * 172 * t_s);
  };
}

/** An eccentric motor that speeds up evenly from 0 to 200 Hz in `sweep_s` and starts over; its force grows with the square of the speed to `peak_g`. */
export function eccentric(peak_g: number, sweep_s: number): Motion {
  return (t_s, out) => {
    const u = (t_s % sweep_s) / sweep_s;
    const phase = 2 * Math.PI * 200 * sweep_s * 0.5 * u * u;
    out.fill(0);
    out[0] = peak_g * u * u * Math.sin(phase);
    out[2] = peak_g * u * u * Math.cos(phase);
  };
}
