// The one door from the host to the simulator. Nothing else in host/ imports from sim/.
export { readTrace, TraceError, TraceWriter, type Trace } from "../sim/trace.ts";
export { replay, type ReplayOptions } from "../sim/replay.ts";
export { type Run } from "../sim/run.ts";
export * from "../sim/score.ts";
export { FaultError, faultHelp, parseFault, type Fault } from "../sim/faults.ts";
export { simulate, type SimulateOptions, type SimulatedRun } from "../sim/run.ts";
