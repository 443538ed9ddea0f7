// Weekly mileage: blocks of weeks, each block's first a deload. Pure; distances are in the plan's unit.
import { dateOf, dayNamed, dayOf, weekOfDay } from "./day.ts";
import type { PainAt } from "./next.ts";
import { PAIN } from "./programme.ts";

/** What the weeks are made from. */
export interface Ramp {
  /** Distance of the first week. */
  readonly start: number;
  /** More from week to week within a block, and from block to block. */
  readonly step: number;
  readonly weeks: number;
  /** Weeks from one deload to the next, the deload included. */
  readonly deload: number;
}

/** A ramp laid down for a runner. */
export interface Mileage extends Ramp {
  readonly unit: Unit;
  /** Monday of its first week, "2026-01-05". */
  readonly from: string;
}

/** Units of distance. */
export type Unit = "km" | "mi";
export const UNITS: readonly Unit[] = ["km", "mi"];

/** A deload every 4 to 6 weeks is the rule of the programme; 10 km with 2 more, 12 weeks and every 4 its own default. */
export const DELOAD = { min: 4, max: 6 } as const;
export const RAMP: Ramp = { start: 10, step: 2, weeks: 12, deload: 4 };

/** Without the dust of binary fractions: a hundredth is fine enough for a distance. */
function clean(distance: number): number {
  return Number(distance.toFixed(2));
}

/** Distances by block and week: week i of block b is start + step·(b + i), so each block begins one step above the one before. The last block may be cut short. */
export function mileage({ start, step, weeks, deload }: Ramp): number[][] {
  return Array.from({ length: Math.ceil(weeks / deload) }, (_, block) =>
    Array.from({ length: Math.min(deload, weeks - block * deload) }, (_unused, week) => clean(start + step * (block + week))),
  );
}

/** "10 12 14 16 | 12 14 16 18" */
export function rampLine(ramp: Ramp): string {
  return mileage(ramp).map((block) => block.join(" ")).join(" | ");
}

/** Where a runner is in the plan. */
export interface MileageWeek {
  /** From 1. */
  readonly week: number;
  readonly distance: number;
  /** The first of its block. */
  readonly deload: boolean;
  /** Weeks that were done again because of pain. */
  readonly held: number;
}

/**
 * The plan's week at a time; null before its first and after its last. A week with pain above what is fine is done again: the plan holds.
 */
export function weekOf(plan: Mileage, at_ms: number, pains: readonly PainAt[] = []): MileageWeek | null {
  const first = dayNamed(plan.from);
  if (first === null) return null;
  const gone = weekOfDay(dayOf(at_ms)) - weekOfDay(first);
  const sore = new Set(pains.filter(({ score }) => score > PAIN.fine_max).map((pain) => weekOfDay(dayOf(pain.at_ms)) - weekOfDay(first)));
  const held = [...sore].filter((week) => week >= 0 && week < gone).length;
  const index = gone - held;
  const distance = index < 0 ? undefined : mileage(plan).flat()[index];
  return distance === undefined ? null : { week: index + 1, distance, deload: index % plan.deload === 0, held };
}

/** A distance in so many runs, each to a tenth, together the distance. */
export function spread(distance: number, runs: number): number[] {
  const upTo = (run: number): number => (run === runs ? clean(distance) : Number(((distance * run) / runs).toFixed(1)));
  return Array.from({ length: runs }, (_, run) => clean(upTo(run + 1) - upTo(run)));
}

/** Monday of the week of a day, "2026-01-05". */
export function mondayOf(day: number): string {
  return dateOf(7 * weekOfDay(day)).slice(4);
}
