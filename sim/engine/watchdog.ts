// Ends a call that does not come back, as a board's watchdog does. The one place in the simulator where the machine's own time counts.
import { createContext, Script } from "node:vm";
import { HangError, type Engine } from "./engine.ts";

/** As boards have it, WATCHDOG_MS of boards/common/board.h. */
const LIMIT_MS = 2000;

// Node can end a script from outside, and with it whatever the script has called, a loop in wasm too.
const room = createContext({ call: () => {} });
const script = new Script("call()");

/** What `call` returns, or a HangError where it takes longer than a board allows. Costs a tenth of a millisecond. */
export function watched<T>(call: () => T): T {
  let result: T | undefined;
  room["call"] = () => {
    result = call();
  };
  try {
    script.runInContext(room, { timeout: LIMIT_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new HangError("the clip did not come back from a call", { cause: error });
  }
  return result as T;
}

/** The engine that `load` makes, watched from its first instruction on. */
export function watchedEngine(load: () => Engine): Engine {
  const engine = watched(load);
  return { ...engine, init: () => watched(engine.init), step: (events) => watched(() => engine.step(events)) };
}
