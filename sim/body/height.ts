// Bounce heights of a pogo set as they really were, from its contacts alone, and how much of them the set lost.

import type { Truth } from './body.ts';
import { GRAVITY } from './player.ts';

/** Hops at the start of a set that do not count for its height: the wearer is still finding it. */
export const FRESH = 3;

/** Mean bounce heights of the first and the last third of a set. */
export interface Thirds {
  first_m: number;
  last_m: number;
  /** Share of the first that the last has lost; negative where the set gained. */
  fade: number;
}

/** Heights g·t²/8 (m) of the flights into the hops of a set, in order, from hop 4 on; the landing that stays is no hop. */
export function heights(truth: Pick<Truth, 'contacts'>): number[] {
  const { contacts } = truth;
  const high: number[] = [];
  let hops = 0;
  for (let i = 0; i < contacts.length; i += 1) {
    if (!contacts[i]!.hop) continue;
    hops += 1;
    const left_s = contacts[i - 1]?.tc_s;
    if (hops > FRESH && left_s !== undefined && left_s !== null) high.push((GRAVITY * (contacts[i]!.ic_s - left_s) ** 2) / 8);
  }
  return high;
}

/** The thirds (rounded down) of `heights`, or null for fewer than three of them. */
export function thirds(truth: Pick<Truth, 'contacts'>): Thirds | null {
  const high = heights(truth);
  const count = Math.floor(high.length / 3);
  if (count === 0) return null;
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / count;
  const first_m = mean(high.slice(0, count));
  const last_m = mean(high.slice(-count));
  return { first_m, last_m, fade: 1 - last_m / first_m };
}
