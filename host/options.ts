// Options that several commands share: their parsers say in one line what is allowed.
import { InvalidArgumentError, Option } from "commander";
import { Failure } from "./failure.ts";
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
