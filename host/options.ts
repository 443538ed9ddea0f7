// Options that several commands share: their parsers say in one line what is allowed.
import { InvalidArgumentError, Option } from "commander";
import { COUNT_MAX } from "../firmware/wire/layout.ts";
import { TARGETS, targetCode } from "./clip/command.ts";
import type { Exercise } from "./clip/event.ts";
import { Failure, InputError } from "./failure.ts";
import { ENGINES, EngineError, engineNamed, type EngineFactory, type EngineName } from "./simulator.ts";

/** A parser of numbers from `min` to `max`. */
export function number(min: number, max: number, unit: string, whole = false): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
    if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
    throw new InvalidArgumentError(`It is a ${whole ? "whole " : ""}number from ${min} to ${max}${unit === "" ? "" : ` ${unit}`}.`);
  };
}

/** --bpm: tempo of the metronome. */
export const bpmOption = (): Option =>
  new Option("--bpm <n>", "tempo of the metronome, beats/min, 30 to 240 in steps of 0.1 (default: no metronome)").argParser(
    number(30, 240, "beats/min"),
  );

/** --target: what the set asks for. */
export const targetOption = (): Option =>
  new Option("--target <n>", `what the set asks for: ${Object.entries(TARGETS).map(([exercise, { unit }]) => `${exercise}: ${unit}`).join("; ")} (default: nothing)`).argParser(
    number(0, COUNT_MAX, ""),
  );

/** A target as the wire has it, 0 without one; an InputError where the exercise does not have such a one. */
export function targetOf(exercise: string, target: number | undefined): number {
  if (target === undefined) return 0;
  if (!Object.hasOwn(TARGETS, exercise)) throw new InputError(`--target belongs to ${Object.keys(TARGETS).join(", ")}, not to ${exercise}`);
  try {
    return targetCode(exercise as Exercise, target);
  } catch (error) {
    throw new InputError(`--target: ${(error as Error).message}`, { cause: error });
  }
}

/** --engine: what runs the firmware. */
export const engineOption = (): Option =>
  new Option("--engine <name>", "what runs the firmware; all but v8 are boards that `npm run boards` builds")
    .choices(Object.keys(ENGINES))
    .default("v8");

/** Does `work` with the engine of that option; what the engine cannot do becomes a Failure that says so in a line. */
export function onEngine<T>(name: EngineName, work: (engine: EngineFactory) => T): T {
  try {
    return work(engineNamed(name));
  } catch (error) {
    if (error instanceof EngineError) throw new Failure(`--engine ${name}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** --json: one object on stdout and nothing else. */
export const jsonOption = (): Option => new Option("--json", "print one JSON object and nothing else on stdout").default(false);

/** --chip: which sensor is on the board. */
export const chipOption = (): Option =>
  new Option("--chip <name>", "motion sensor on the board").choices(["lsm6dso", "lsm6ds3trc"]).default("lsm6dso");
