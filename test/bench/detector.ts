// The detector alone on an emulated core: as C, and as C that wasm2c made of it. Instructions a sample, over the same samples.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBody } from "../../sim/body/body.ts";
import { Machine } from "../../sim/engine/machine.ts";
import { BOARDS_BUILD, emulator } from "../../sim/engine/named.ts";
import { compile } from "../imu/compile.ts";
import { BATCH_SAMPLES, type Cost } from "./cost.ts";
import type { Case } from "./suites.ts";

/** How the detector was made. */
export type DetectorKind = "c" | "wasm2c";
type Core = "qemu-m4" | "qemu-rv32";

const REQUEST_BYTES = 48; // struct request of boards/bench/cost.c
const ANSWER_BYTES = 8;

const ENTRY = `export { push, reset } from "../../firmware/detect/detector";`;

/** Builds the image; what is up to date stays. */
export async function buildDetector(core: Core, kind: DetectorKind): Promise<string> {
  mkdirSync(BOARDS_BUILD, { recursive: true });
  const wasm = join(BOARDS_BUILD, "detector.wasm");
  writeFileSync(wasm, await compile(ENTRY));
  const folder = join(BOARDS_BUILD, `bench-${core}-${kind}`);
  const toolchain = join(process.cwd(), "boards", core, "toolchain.cmake");
  const options = [`-DBENCH_MACHINE=${core}`, `-DBENCH_DETECTOR=${kind}`, `-DBENCH_WASM=${wasm}`];
  execFileSync("cmake", ["-S", "boards/bench", "-B", folder, "-G", "Ninja", "--toolchain", toolchain, ...options], { stdio: "pipe" });
  execFileSync("cmake", ["--build", folder], { stdio: "pipe" });
  return join(folder, "detector.elf");
}

/** What a sample of a set costs the detector, and how many contacts it found. */
export async function detectorCost(each: Case, exercise: number, core: Core, kind: DetectorKind): Promise<Cost> {
  const machine = new Machine(emulator(core, await buildDetector(core, kind)));
  try {
    const body = createBody(each.exercise, each.body);
    const felt = new Float64Array(6);
    const request = Buffer.alloc(REQUEST_BYTES);
    let total = 0;
    let worst = 0;
    let batch = 0;
    let contacts = 0;
    let samples = 0;
    machine.take(ANSWER_BYTES); // it is ready
    for (; samples / each.odr_hz < body.seconds; samples++) {
      body.sample(samples / each.odr_hz, felt);
      request.writeBigUInt64LE(BigInt(5_000_000 + Math.round((samples / each.odr_hz) * 1e6)), 0);
      for (let axis = 0; axis < 6; axis++) request.writeInt32LE(Math.round(felt[axis]! * (axis < 3 ? 1000 : 10)), 8 + 4 * axis);
      request.writeInt32LE(samples === 0 ? each.odr_hz : 0, 36);
      request.writeInt32LE(exercise, 40);
      machine.put(request);
      const answer = machine.take(ANSWER_BYTES);
      const instructions = answer.readUInt32LE(0);
      contacts += answer.readUInt32LE(4) & 1;
      total += instructions;
      batch += instructions;
      if ((samples + 1) % BATCH_SAMPLES !== 0) continue;
      worst = Math.max(worst, batch / BATCH_SAMPLES);
      batch = 0;
    }
    return { samples, mean: total / samples, worst, contacts };
  } finally {
    machine.kill();
  }
}
