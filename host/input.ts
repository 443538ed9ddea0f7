// Traces the user gave: whatever is wrong with one becomes an InputError.
import { InputError } from "./failure.ts";
import { TraceError, readTrace, type Trace } from "./simulator.ts";

export async function readInput(path: string): Promise<Trace> {
  try {
    return await readTrace(path);
  } catch (error) {
    if (error instanceof TraceError) throw new InputError(error.message, { cause: error });
    throw error;
  }
}
