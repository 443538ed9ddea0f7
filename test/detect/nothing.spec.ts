// Nobody hops or runs: 0 hops and 0 running contacts on the whole clip, whatever is done with it. Walking contacts are allowed.
import { describe, expect, it } from "vitest";
import { EXERCISE_AUTO, EXERCISE_POGO, EXERCISE_WALK, KIND_HOP, KIND_RUN } from "../../firmware/wire/layout.ts";
import type { Exercise } from "../../sim/body/body.ts";
import { person, type Told } from "./worn.ts";

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];

interface Idle {
  readonly exercise: Exercise;
  readonly variant?: string;
  /** Exercise the clip is set to. */
  readonly code: number;
  readonly gyro: boolean;
}

/** Seeds with hops or running contacts, each with how many. */
function wrong({ exercise, variant, code, gyro }: Idle): string[] {
  return SEEDS.flatMap((seed) => {
    const body = { seconds: 20, seed, ...(variant === undefined ? {} : { variant }) };
    const { told } = person(exercise, body, { exercise: code, gyro });
    const count = (holds: (contact: Told) => boolean): number => told.filter(holds).length;
    const hops = count(({ hop, kind }) => hop || kind === KIND_HOP);
    const runs = count(({ kind }) => kind === KIND_RUN);
    return hops + runs === 0 ? [] : [`seed ${seed}: ${hops} hops, ${runs} running contacts`];
  });
}

describe("finding out what is done", () => {
  it.each<Idle>([
    { exercise: "stand", code: EXERCISE_AUTO, gyro: true },
    { exercise: "stand", code: EXERCISE_AUTO, gyro: false },
    { exercise: "handle", code: EXERCISE_AUTO, gyro: true },
    { exercise: "handle", code: EXERCISE_AUTO, gyro: false },
    { exercise: "drive", code: EXERCISE_AUTO, gyro: true },
    { exercise: "drive", code: EXERCISE_AUTO, gyro: false },
    { exercise: "shuffle", variant: "step", code: EXERCISE_AUTO, gyro: true },
    { exercise: "shuffle", variant: "step", code: EXERCISE_AUTO, gyro: false },
    { exercise: "drop", variant: "clip", code: EXERCISE_AUTO, gyro: true },
    { exercise: "drop", variant: "clip", code: EXERCISE_AUTO, gyro: false },
    { exercise: "drop", variant: "shoe", code: EXERCISE_AUTO, gyro: true },
    { exercise: "drop", variant: "shoe", code: EXERCISE_AUTO, gyro: false },
    { exercise: "walk", code: EXERCISE_AUTO, gyro: true },
    { exercise: "walk", code: EXERCISE_AUTO, gyro: false },
    { exercise: "walk", code: EXERCISE_WALK, gyro: true },
  ])("%o", (idle) => {
    expect(wrong(idle)).toEqual([]);
  });
  // A foot that slides to and fro on the ground passes for hopping.
  it.fails.each<Idle>([
    { exercise: "shuffle", variant: "slide", code: EXERCISE_AUTO, gyro: true },
  ])("%o", (idle) => {
    expect(wrong(idle)).toEqual([]);
  });
});

describe("set to hops", () => {
  it.each<Idle>([
    { exercise: "stand", code: EXERCISE_POGO, gyro: true },
    { exercise: "stand", code: EXERCISE_POGO, gyro: false },
    { exercise: "handle", code: EXERCISE_POGO, gyro: true },
    { exercise: "drive", code: EXERCISE_POGO, gyro: true },
    { exercise: "drive", code: EXERCISE_POGO, gyro: false },
    { exercise: "walk", code: EXERCISE_POGO, gyro: true },
    { exercise: "shuffle", variant: "step", code: EXERCISE_POGO, gyro: true },
  ])("%o", (idle) => {
    expect(wrong(idle)).toEqual([]);
  });
  // Who has said that hops will come is believed too soon.
  it.fails.each<Idle>([
    { exercise: "walk", code: EXERCISE_POGO, gyro: false },
    { exercise: "shuffle", variant: "step", code: EXERCISE_POGO, gyro: false },
    { exercise: "handle", code: EXERCISE_POGO, gyro: false },
    { exercise: "shuffle", variant: "slide", code: EXERCISE_POGO, gyro: true },
    { exercise: "shuffle", variant: "slide", code: EXERCISE_POGO, gyro: false },
    { exercise: "drop", variant: "clip", code: EXERCISE_POGO, gyro: true },
    { exercise: "drop", variant: "clip", code: EXERCISE_POGO, gyro: false },
    { exercise: "drop", variant: "shoe", code: EXERCISE_POGO, gyro: false },
  ])("%o", (idle) => {
    expect(wrong(idle)).toEqual([]);
  });
});
