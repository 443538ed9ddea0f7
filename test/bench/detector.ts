// The detector alone on an emulated core: as C, and as C that wasm2c made of it. Instructions a sample, over the same samples.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cmake } from "../../boards/build.ts";
import { createBody } from "../../sim/body/body.ts";
import { Machine } from "../../sim/engine/machine.ts";
import { BOARDS_BUILD, emulator } from "../../sim/engine/named.ts";
import { compile } from "../imu/compile.ts";
import { Meter, type Cost } from "./cost.ts";
import type { Case } from "./suites.ts";

/** How the detector was made. */
export type DetectorKind = "c" | "wasm2c";
type Core = "qemu-m4" | "qemu-rv32";

const REQUEST_BYTES = 48; // struct request of boards/bench/cost.c
const ANSWER_BYTES = 8;

const ENTRY = `export { push, reset } from "../../firmware/detect/detector";`;

/** Builds the image; what is up to date stays. */
async function buildDetector(core: Core, kind: DetectorKind): Promise<string> {
  mkdirSync(BOARDS_BUILD, { recursive: true });
  const path = join(BOARDS_BUILD, "detector.wasm");
  const wasm = await compile(ENTRY);
  if (!existsSync(path) || !readFileSync(path).equals(wasm)) writeFileSync(path, wasm); // a new time of the file would make it C anew
  return join(cmake("bench", core, `bench-${core}-${kind}`, [`-DBENCH_MACHINE=${core}`, `-DBENCH_DETECTOR=${kind}`, `-DBENCH_WASM=${path}`]), "detector.elf");
}

/** What a sample of a set costs the detector, and how many contacts it found. */
export async function detectorCost(each: Case, exercise: number, core: Core, kind: DetectorKind): Promise<Cost> {
  const machine = new Machine(emulator(core, await buildDetector(core, kind)));
  try {
    const body = createBody(each.exercise, each.body);
    const felt = new Float64Array(6);
    const request = Buffer.alloc(REQUEST_BYTES);
    const meter = new Meter();
    let contacts = 0;
    machine.take(ANSWER_BYTES); // it is ready
    for (let samples = 0; samples / each.odr_hz < body.seconds; samples++) {
      body.sample(samples / each.odr_hz, felt);
      request.writeBigUInt64LE(BigInt(5_000_000 + Math.round((samples / each.odr_hz) * 1e6)), 0);
      for (let axis = 0; axis < 6; axis++) request.writeInt32LE(Math.round(felt[axis]! * (axis < 3 ? 1000 : 10)), 8 + 4 * axis);
      request.writeInt32LE(samples === 0 ? each.odr_hz : 0, 36);
      request.writeInt32LE(exercise, 40);
      machine.put(request);
      const answer = machine.take(ANSWER_BYTES);
      contacts += answer.readUInt32LE(4) & 1;
      meter.add(1, answer.readUInt32LE(0));
    }
    return meter.result(contacts);
  } finally {
    machine.kill();
  }
}
