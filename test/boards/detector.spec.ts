// The detector in C of boards/bench against the one in wasm: the same samples, record by record the same contacts.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createBody, type BodyOptions, type Exercise } from "../../sim/body/body.ts";
import { Random } from "../../sim/random.ts";
import { compile, load } from "../imu/compile.ts";
import { run } from "./port.ts";

const FOLDER = "build/test/boards/bench";
const SOURCES = ["boards/bench/driver.c", "boards/bench/detector.c"];
const FLAGS = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-O2"];
const TRAPPING = ["-fsanitize=undefined", "-fsanitize-undefined-trap-on-error"]; // needs no library
const OUTPUT_BYTES = 1 << 26;

const ENTRY = `
import { detector } from "../../firmware/detect/detector";
export { flush, push, reset } from "../../firmware/detect/detector";
export function contactAt(): usize { return changetype<usize>(detector.contact); }
export function amendedAt(): usize { return changetype<usize>(detector.amended); }
export function still_us(): u32 { return detector.still_us; }
export function airborne(): u32 { return detector.airborne; }
`;
const CONTACT = 1;
const AMEND = 2;

/** What is felt in a stretch between two resets, as lines for boards/bench/driver.c. */
interface Stretch {
  readonly name: string;
  readonly lines: readonly string[];
}

interface Sampling {
  readonly odr_hz: number;
  readonly gyro: boolean;
  readonly exercise: number; // EXERCISE_*
  readonly start_us: number;
  readonly lost: boolean; // runs of samples are lost
  readonly shaken: boolean; // the motor runs at times
}

/** Runs of samples for which something is so: up to `longest` of them, beginning at one in `apart`. */
function runs(random: Random, apart: number, longest: number): () => boolean {
  let left = 0;
  return () => {
    if (left > 0) left -= 1;
    else if (random.below(apart) === 0) left = 1 + random.below(longest);
    return left > 0;
  };
}

function worn(exercise: Exercise, options: BodyOptions, sampling: Sampling): Stretch {
  const { odr_hz, gyro, start_us, lost, shaken } = sampling;
  const body = createBody(exercise, options);
  const random = new Random(options.seed).fork("sampling");
  const loses = runs(random, odr_hz * 3, odr_hz / 4);
  const shakes = runs(random, odr_hz, odr_hz / 10);
  const felt = new Float64Array(6);
  const lines = [`r ${odr_hz} ${gyro ? 1 : 0} ${sampling.exercise}`];
  for (let n = 0; n / odr_hz < body.seconds; n++) {
    body.sample(n / odr_hz, felt);
    if (lost && loses()) continue;
    const mg = [...felt.subarray(0, 3)].map((g) => Math.round(1000 * Math.max(-16, Math.min(16, g))));
    const ddps = [...felt.subarray(3)].map((dps) => (gyro ? Math.round(10 * Math.max(-2000, Math.min(2000, dps))) : 0));
    lines.push(`p ${start_us + Math.round((n / odr_hz) * 1e6)} ${mg.join(" ")} ${ddps.join(" ")} ${shaken && shakes() ? 1 : 0}`);
  }
  lines.push("f");
  const how = `${odr_hz} Hz${gyro ? "" : " blind"}${lost ? " lost" : ""}${shaken ? " shaken" : ""}`;
  return { name: `${exercise}${options.bpm === undefined ? "" : ` ${options.bpm}/min`} ${how} exercise ${sampling.exercise}`, lines };
}

const FULL_MG = 32_000;
const FULL_DDPS = 20_000;

/** Chance: forces that hold for a while and turns that come and go, with noise on them, up to a share of the range, at irregular times. */
function chance(seed: number, count: number, share: number, { odr_hz, gyro, exercise, start_us }: Omit<Sampling, "lost" | "shaken">): Stretch {
  const random = new Random(seed).fork("chance");
  const shakes = runs(random, 300, 60);
  const period_us = Math.round(1e6 / odr_hz);
  const level = new Float64Array(6);
  const lines = [`r ${odr_hz} ${gyro ? 1 : 0} ${exercise}`];
  let noise = 0;
  let length = 0;
  let left = 0;
  let t_us = start_us;
  for (let n = 0; n < count; n++) {
    if (left-- === 0) {
      const size = random.uniform() ** 4;
      left = random.below(odr_hz / 3);
      length = left + 1;
      noise = random.uniform() ** 6;
      for (let axis = 0; axis < 6; axis++) level[axis] = random.below(8) === 0 ? Math.sign(random.uniform(-1, 1)) : random.uniform(-size, size);
      if (random.below(3) === 0) level.fill(0, random.below(2) * 3); // a float, or a foot that does not turn
    }
    const value = (full: number, part: number): number => Math.round(full * share * Math.max(-1, Math.min(1, part + random.uniform(-noise, noise))));
    const turn = Math.sin((Math.PI * (left + 0.5)) / length);
    const mg = [0, 1, 2].map((axis) => value(FULL_MG, level[axis]!));
    const ddps = [3, 4, 5].map((axis) => (gyro ? value(FULL_DDPS, level[axis]! * turn) : 0));
    lines.push(`p ${t_us} ${mg.join(" ")} ${ddps.join(" ")} ${shakes() ? 1 : 0}`);
    if (random.below(100) === 0) lines.push("f");
    t_us += random.below(200) === 0 ? 1 + random.below(1 << random.below(23)) : period_us - 2 + random.below(5);
  }
  lines.push("f");
  return { name: `chance 1/${1 / share} ${odr_hz} Hz${gyro ? "" : " blind"} exercise ${exercise} from ${start_us} µs`, lines };
}

/** Nothing but the ends of the range: every axis full one way or the other. */
function ends(seed: number, count: number, { odr_hz, gyro, exercise, start_us }: Omit<Sampling, "lost" | "shaken">): Stretch {
  const random = new Random(seed).fork("ends");
  const shakes = runs(random, 100, 60);
  const value = (full: number): number => (random.below(2) === 0 ? full : -full);
  const lines = [`r ${odr_hz} ${gyro ? 1 : 0} ${exercise}`];
  for (let n = 0; n < count; n++) {
    const ddps = [0, 0, 0].map((none) => (gyro ? value(FULL_DDPS) : none));
    const mg = [value(FULL_MG), value(FULL_MG), value(FULL_MG)];
    lines.push(`p ${start_us + Math.round((n / odr_hz) * 1e6)} ${mg.join(" ")} ${ddps.join(" ")} ${shakes() ? 1 : 0}`);
  }
  lines.push("f");
  return { name: `ends ${odr_hz} Hz${gyro ? "" : " blind"} exercise ${exercise}`, lines };
}

const RATES_HZ = [104, 208, 416, 833];
const SECONDS = 40;

function stretches(): Stretch[] {
  const all: Stretch[] = [];
  // each kind of sampling meets each motion sooner or later, the long clock included: 2^32 µs are 72 minutes
  const next = (odr_hz: number, gyro: boolean): Sampling => {
    const n = all.length;
    return { odr_hz, gyro, exercise: (n + (n >> 2)) % 4, start_us: 5_000_000 + n * 700_000_000, lost: n % 3 === 1, shaken: n % 5 < 2 };
  };
  for (const odr_hz of RATES_HZ) {
    for (const gyro of [true, false]) {
      const seed = all.length;
      all.push(worn("pogo", { seconds: SECONDS, seed, bpm: 150, walkAway: true }, next(odr_hz, gyro)));
      all.push(worn("pogo", { seconds: SECONDS, seed: seed + 1, bpm: 200, doubleBounce: 0.05, missedBeat: 0.05 }, next(odr_hz, gyro)));
      all.push(worn("run", { seconds: SECONDS, seed: seed + 2 }, next(odr_hz, gyro)));
      all.push(worn("walk", { seconds: SECONDS, seed: seed + 3 }, next(odr_hz, gyro)));
    }
  }
  for (const gyro of [true, false]) {
    for (const exercise of ["shuffle", "handle", "drive", "drop", "stand"] as const) {
      all.push(worn(exercise, { seconds: SECONDS, seed: all.length }, next(208, gyro)));
    }
    all.push(worn("drop", { seconds: SECONDS, seed: all.length, variant: "shoe" }, next(416, gyro)));
    all.push(worn("pogo", { seconds: SECONDS, seed: all.length, bpm: 60, variant: "double" }, next(52, gyro)));
  }
  for (const odr_hz of RATES_HZ) {
    for (const gyro of [true, false]) {
      all.push(chance(all.length, 20_000, 1, next(odr_hz, gyro)));
      all.push(chance(all.length, 20_000, 1 / 8, next(odr_hz, gyro)));
      all.push(ends(all.length, 1000, next(odr_hz, gyro)));
    }
  }
  all.push(chance(all.length, 20_000, 1 / 4, { odr_hz: 833, gyro: true, exercise: 0, start_us: 0 })); // times before the first sample wrap
  return all;
}

/** What the wasm says of the lines, in the words of driver.c. */
async function heard(lines: readonly string[]): Promise<string[]> {
  const { call, memory } = await load(await compile(ENTRY), {});
  const out: string[] = [];
  let samples = 0;
  let airborne = 0;
  const tell = (bits: number): void => {
    if ((bits & AMEND) !== 0) {
      const at = call["amendedAt"]!();
      out.push(`${samples} amended ${memory.getUint32(at + 20, true)} ${memory.getUint8(at + 24)} ${memory.getUint8(at + 25)}`);
    }
    if ((bits & CONTACT) !== 0) {
      const at = call["contactAt"]!();
      const times = `${memory.getBigUint64(at, true)} ${memory.getBigUint64(at + 8, true)} ${memory.getUint32(at + 16, true)}`;
      const judged = `${memory.getUint8(at + 24)} ${memory.getUint8(at + 25)} ${memory.getUint8(at + 26)}`;
      out.push(`${samples} contact ${memory.getUint32(at + 20, true)} ${times} ${judged}`);
    }
    if (call["airborne"]!() !== airborne) {
      airborne = call["airborne"]!();
      out.push(`${samples} airborne ${airborne} still ${call["still_us"]!() >>> 0}`);
    }
  };
  for (const line of lines) {
    const [what, first, ...rest] = line.split(" ");
    if (what === "p") {
      samples += 1;
      tell(call["push"]!(BigInt(first!), ...rest.map(Number)));
    } else if (what === "r") {
      call["reset"]!(Number(first), ...rest.map(Number));
      samples = 0;
      airborne = 0;
      out.push("reset");
    } else {
      tell(call["flush"]!());
      out.push(`${samples} flushed, still ${call["still_us"]!() >>> 0}`);
    }
  }
  return out;
}

/** What a build of the C says of the lines. */
function said(name: string, flags: readonly string[], input: string): string[] {
  const program = resolve(FOLDER, name);
  mkdirSync(FOLDER, { recursive: true });
  run("gcc", [...FLAGS, ...flags, "-o", program, ...SOURCES]);
  const { error, status, signal, stdout, stderr } = spawnSync(program, { input, encoding: "utf8", maxBuffer: OUTPUT_BYTES });
  if (error !== undefined || status !== 0) throw new Error(`${program} ended with ${signal ?? status}: ${stderr}`, { cause: error });
  return stdout.trimEnd().split("\n");
}

/** Output cut where the detector was reset. */
function cut(lines: readonly string[]): string[][] {
  const pieces: string[][] = [];
  for (const line of lines) {
    if (line === "reset") pieces.push([]);
    else pieces.at(-1)!.push(line);
  }
  return pieces;
}

const STRETCHES = stretches();
const LINES = STRETCHES.flatMap(({ lines }) => lines);

interface Heard {
  readonly wasm: string[][];
  readonly native: string[][];
  readonly trapping: string[][];
}

let played: Promise<Heard> | undefined;

/** Plays all stretches, once: one detector of each kind for all, as a clip is used, since what a reset leaves behind has to be the same too. */
function play(): Promise<Heard> {
  played ??= (async () => {
    const input = `${LINES.join("\n")}\n`;
    const native = cut(said("driver", [], input));
    return { native, trapping: cut(said("trapping", TRAPPING, input)), wasm: cut(await heard(LINES)) };
  })();
  return played;
}

describe("the detector in C", { timeout: 120_000 }, () => {
  it.each(STRETCHES.map(({ name }, index) => [name, index] as const))("says what the wasm says: %s", async (_name, index) => {
    const { native, wasm } = await play();
    expect(native[index]).toEqual(wasm[index]);
  });

  it("does nothing that C leaves undefined", async () => {
    const { native, trapping } = await play();
    expect(trapping).toEqual(native);
  });

  it("ends every contact after it began, also of chance", async () => {
    const { wasm } = await play();
    const contacts = wasm.flat().filter((line) => line.includes(" contact ")).map((line) => line.split(" "));
    expect(contacts.filter(([, , , ic_us, tc_us]) => tc_us !== "0" && BigInt(tc_us!) <= BigInt(ic_us!))).toEqual([]);
  });

  it("was compared on enough", async () => {
    const { wasm } = await play();
    const count = (what: string): number => wasm.flat().filter((line) => line.includes(what)).length;
    const samples = LINES.filter((line) => line.startsWith("p")).length;
    expect(wasm).toHaveLength(STRETCHES.length);
    expect(samples).toBeGreaterThan(300_000);
    expect(count("contact")).toBeGreaterThan(3000);
    expect(count("amended")).toBeGreaterThan(100);
  });
});
