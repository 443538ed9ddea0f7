// Which engine runs the firmware, for the commands that do so: apart from the other options, since it brings the simulator along.
import { Option } from "commander";
import { Failure } from "./failure.ts";
import { ENGINES, EngineError, engineNamed, type EngineFactory, type EngineName } from "./simulator.ts";

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
