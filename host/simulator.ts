// The one door from the host to the simulator. Nothing else in host/ imports from sim/.
export { readTrace, TraceError, type Trace } from "../sim/trace.ts";
export { replay } from "../sim/replay.ts";
export * from "../sim/score.ts";
export { FaultError, faultHelp, parseFault, type Fault } from "../sim/faults.ts";
export { EngineError, type EngineFactory } from "../sim/engine/engine.ts";
export { ENGINES, engineNamed, type EngineName } from "../sim/engine/named.ts";
export { VARIANTS as BODY_VARIANTS, type Exercise as BodyExercise } from "../sim/body/body.ts";
export { SimulatedClip, type SimulatedClipOptions } from "../sim/clip.ts";
export { simulate, type Run, type SimulatedRun } from "../sim/run.ts";
