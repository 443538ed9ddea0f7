// npm run bench:boards: what a sample, an image and a start cost on the emulated boards. Writes build/boards.md and build/boards.json.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXERCISE_POGO } from "../../firmware/wire/layout.ts";
import { createBody } from "../../sim/body/body.ts";
import { Machine } from "../../sim/engine/machine.ts";
import { BOARDS_BUILD, boardMachine, type Interpreter } from "../../sim/engine/named.ts";
import { Live } from "../../sim/live.ts";
import { install } from "../../sim/slot.ts";
import { BOARD_INSTRUCTIONS_MEAN_MAX, IMAGE_RAM_BYTES_MAX, IMAGE_TEXT_BYTES_MAX, START_US_MAX, WASM2C_RATIO_MAX } from "../rules/budget.ts";
import { boardCost, type Cost } from "./cost.ts";
import { detectorCost } from "./detector.ts";
import { cases, type Case } from "./suites.ts";

/** The emulated cores, by board. */
export const CORES = { "qemu-m4": "Cortex-M4F", "qemu-rv32": "RV32IMC" } as const;
type Core = keyof typeof CORES;

/** Bytes of an image: code and constants; data, pool and stack. */
export interface ImageSize {
  readonly text: number;
  readonly ram: number;
}

/** Sizes of a built image, by its sections; what stands for mapped flash is neither. */
export function imageSize(core: Core, interpreter: Interpreter): ImageSize {
  const listing = execFileSync("readelf", ["-SW", join(BOARDS_BUILD, `${core}-${interpreter}`, "clip.elf")], { encoding: "utf8" });
  const size = new Map<string, number>();
  for (const [, name, bytes] of listing.matchAll(/\] (\.\S+)\s+\w+\s+[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+)/gu)) size.set(name!, parseInt(bytes!, 16));
  const sum = (...names: string[]): number => names.reduce((total, name) => total + (size.get(name) ?? 0), 0);
  if (sum(".text") === 0 || sum(".stack") === 0) throw new Error(`${core}-${interpreter}: no sections\n${listing}`);
  // The classic interpreter works on a copy of the app's code, which on a chip stands in RAM.
  const copy = interpreter === "classic" ? readFileSync("build/clip.wasm").length : 0;
  return { text: sum(".text", ".ARM.exidx", ".data"), ram: sum(".data", ".bss", ".retained", ".stack") + copy };
}

/** From the start of the processor to the first samples read, µs of its own clock. */
export function start_us(core: Core, wasm: Uint8Array): number {
  const machine = new Machine(boardMachine(core, "fast", "hurried"));
  try {
    const live = new Live({ machine, source: createBody("stand", { seconds: 10, seed: 1 }), seed: 1 });
    install(live.flash.bytes, wasm, { slot: 0, sequence: 1, confirmed: true });
    live.run(() => live.first_sample_us > 0);
    return live.first_sample_us;
  } finally {
    machine.kill();
  }
}

/** The sets that are measured: the first tuned person of each suite who has the metronome on, where that suite has it. */
export function measured(): Case[] {
  const all = cases().filter(({ body }) => body.seed % 2 === 0);
  return ["pogo 416 Hz", "run 416 Hz", "walk"].map((suite) => {
    const own = all.filter((each) => each.suite === suite);
    return own.find(({ bpm_d, strength }) => bpm_d > 0 && strength > 0) ?? own[0]!;
  });
}

interface Row {
  readonly core: string;
  readonly what: string;
  readonly set: string;
  readonly cost: Cost;
}

async function main(): Promise<void> {
  const wasm = new Uint8Array(readFileSync("build/clip.wasm"));
  const sets = measured();
  const rows: Row[] = [];
  const images: { core: string; interpreter: Interpreter; size: ImageSize }[] = [];
  const targets: { name: string; target: string; measured: string; pass: boolean }[] = [];
  const want = (name: string, value: number, max: number, unit: string, digits = 0): void => {
    targets.push({ name, target: `≤ ${max}${unit}`, measured: `${value.toFixed(digits)}${unit}`, pass: value <= max });
  };
  for (const core of Object.keys(CORES) as Core[]) {
    for (const interpreter of ["fast", "classic", "wasm2c"] as const) {
      for (const each of sets) {
        const cost = boardCost(each, wasm, boardMachine(core, interpreter));
        if (cost.contacts < 10) throw new Error(`${core} ${interpreter} ${each.suite}: ${cost.contacts} contacts measure nothing`);
        rows.push({ core: CORES[core], what: `firmware, ${interpreter === "wasm2c" ? "wasm2c" : `WAMR ${interpreter}`}`, set: each.suite, cost });
        process.stderr.write(`${core} ${interpreter} ${each.suite}: ${Math.round(cost.mean)} a sample\n`);
      }
      images.push({ core: CORES[core], interpreter, size: imageSize(core, interpreter) });
    }
    const [pogo] = sets;
    const c = await detectorCost(pogo!, EXERCISE_POGO, core, "c");
    const wasm2c = await detectorCost(pogo!, EXERCISE_POGO, core, "wasm2c");
    if (c.contacts !== wasm2c.contacts || c.contacts < 10) throw new Error(`the detectors differ: ${c.contacts} and ${wasm2c.contacts} contacts`);
    rows.push({ core: CORES[core], what: "detector alone, wasm2c", set: pogo!.suite, cost: wasm2c });
    rows.push({ core: CORES[core], what: "detector alone, C -O2", set: pogo!.suite, cost: c });
    const fast = rows.filter((row) => row.core === CORES[core] && row.what === "firmware, WAMR fast").map(({ cost }) => cost.mean);
    want(`${CORES[core]}: instructions a sample at 416 Hz, WAMR fast, mean of the dearest set`, Math.max(...fast), BOARD_INSTRUCTIONS_MEAN_MAX, "");
    want(`${CORES[core]}: detector, wasm2c against C`, wasm2c.mean / c.mean, WASM2C_RATIO_MAX, "", 2);
    const { text, ram } = images.find((image) => image.core === CORES[core] && image.interpreter === "fast")!.size;
    want(`${CORES[core]}: image text, WAMR fast`, text, IMAGE_TEXT_BYTES_MAX, " B");
    want(`${CORES[core]}: RAM all told, WAMR fast`, ram, IMAGE_RAM_BYTES_MAX, " B");
    want(`${CORES[core]}: start to first sample`, start_us(core, wasm), START_US_MAX, " µs");
  }
  const sha256 = createHash("sha256").update(wasm).digest("hex");
  const markdown = [
    `build/clip.wasm ${sha256}, ${wasm.length} B`, "",
    "| | figure | target | measured |", "| --- | --- | --- | --- |",
    ...targets.map(({ name, target, measured: is, pass }) => `| ${pass ? "✓" : "✗"} | ${name} | ${target} | ${is} |`), "",
    "| core | what | set | guest instructions a sample, mean | worst batch |", "| --- | --- | --- | --- | --- |",
    ...rows.map(({ core, what, set, cost }) => `| ${core} | ${what} | ${set} | ${Math.round(cost.mean)} | ${Math.round(cost.worst)} |`), "",
    "| core | image | text, B | RAM all told, B |", "| --- | --- | --- | --- |",
    ...images.map(({ core, interpreter, size }) => `| ${core} | ${interpreter} | ${size.text} | ${size.ram} |`), "",
  ].join("\n");
  writeFileSync("build/boards.md", markdown);
  writeFileSync("build/boards.json", `${JSON.stringify({ sha256, targets, rows, images }, null, 2)}\n`);
  process.stdout.write(`${markdown}\n${targets.filter(({ pass }) => pass).length} of ${targets.length} targets reached; build/boards.md, build/boards.json\n`);
}

if (import.meta.main) await main();
