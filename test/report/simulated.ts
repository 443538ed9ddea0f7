// Simulated sets as the ledger keeps them: the real firmware on a simulated foot, in virtual time. Equal seeds are equal sets.
import { variantCode } from "../../host/clip/command.ts";
import { targetOf } from "../../host/options.ts";
import { recordOf, type SetRecord } from "../../host/record.ts";
import { resultOf } from "../../host/result.ts";
import { simulate } from "../../host/simulator.ts";
import { loadWasm } from "../../host/wasm.ts";

/** What is simulated, and what of it the set says. */
export interface Simulated {
  readonly exercise: "pogo" | "calf" | "calf-bent" | "wall-sit" | "step-down" | "run";
  readonly seconds: number;
  readonly seed: number;
  /** Of the body. */
  readonly variant?: string;
  readonly bpm?: number;
  readonly target?: number;
  readonly fade?: number;
  readonly cue?: string;
  readonly rung?: string;
  readonly side?: SetRecord["side"];
  readonly started_ms?: number;
  readonly pain?: SetRecord["pain"];
}

/** 2026-03-02, 18:30 UTC. */
export const MONDAY_MS = Date.UTC(2026, 2, 2, 18, 30);

/** Simulates a set and keeps it as the ledger would. */
export function simulated(options: Simulated): SetRecord {
  const { exercise, seconds, seed, variant, bpm, target, fade, cue } = options;
  const run = simulate({
    wasm: loadWasm(),
    exercise,
    ...(bpm === undefined ? {} : { bpm }),
    beat: bpm !== undefined && exercise === "pogo",
    seconds,
    seed,
    ...(variant === undefined ? {} : { variant }),
    ...(fade === undefined ? {} : { fade }),
    target: targetOf(exercise, target),
    ...(exercise === "run" ? { cue: variantCode("run", cue) } : {}),
    ...(exercise === "pogo" ? { through: true } : {}),
    chip: "lsm6dso",
    odr_hz: 416,
    range_g: 16,
    gyro: true,
    rate_error_ppm: 13_000,
    motor: "lra",
    faults: [],
  });
  const record = recordOf(
    resultOf(run),
    {
      started_ms: options.started_ms ?? MONDAY_MS,
      exercise,
      rung: options.rung ?? null,
      side: options.side ?? "left",
      bpm: exercise === "pogo" ? (bpm ?? null) : null,
      target: target ?? null,
      source: "simulated",
      origin: `simulated person ${seed}`,
      sensor: "LSM6DSO at 416 Hz, ±16 g",
    },
    run.start_s,
  );
  return { ...record, pain: options.pain ?? null };
}
