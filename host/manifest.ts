// Manifests: manifest.json in a trace's folder, or NAME.truth.json beside NAME.csv[.gz]. Reads range and truth, and checks their form.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { InputError } from "./failure.ts";
import type { TruthRecord } from "./simulator.ts";

/** What a manifest says about one trace, as far as it is used. */
export interface ManifestEntry {
  /** Name of the trace's file. */
  readonly file: string;
  /** Range of the recording's accelerometer, g. */
  readonly range_g?: number;
  readonly truth: TruthRecord | null;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${path}: is not JSON: ${(error as Error).message.split("\n", 1)[0]}`);
  }
}

const isTime = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);

/** Checks a truth's form; null stays null. */
function truthOf(value: unknown, where: string): TruthRecord | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object" || Array.isArray(value)) throw new InputError(`${where}: truth is not an object`);
  const truth = value as Record<string, unknown>;
  for (const key of ["contacts", "hops", "strides"]) {
    if (truth[key] !== undefined && !isTime(truth[key])) throw new InputError(`${where}: truth.${key} is not a number`);
  }
  for (const key of ["kind", "note"]) {
    if (truth[key] !== undefined && typeof truth[key] !== "string") throw new InputError(`${where}: truth.${key} is not text`);
  }
  for (const key of ["contact_s", "toe_off_s"]) {
    const list = truth[key];
    if (list === undefined) continue;
    const ok = Array.isArray(list) && list.every((time) => isTime(time) || (time === null && key === "toe_off_s"));
    if (!ok) throw new InputError(`${where}: truth.${key} is not a list of times`);
  }
  return truth as TruthRecord;
}

/** Entries of a folder's manifest.json; none where there is no such file. */
export function readManifest(folder: string): ManifestEntry[] {
  const path = join(folder, "manifest.json");
  const list = readJson(path);
  if (list === undefined) return [];
  if (!Array.isArray(list)) throw new InputError(`${path}: is not a list of traces`);
  return list.map((value: unknown, index) => {
    const entry = value as { file?: unknown; range_g?: unknown; truth?: unknown } | null;
    if (typeof entry?.file !== "string") throw new InputError(`${path}: entry ${index + 1} has no file`);
    return {
      file: entry.file,
      ...(typeof entry.range_g === "number" ? { range_g: entry.range_g } : {}),
      truth: truthOf(entry.truth, `${path}: ${entry.file}`),
    };
  });
}

/** Reads a truth file as `hopclip sim --truth` writes it. */
export function readTruth(path: string): TruthRecord {
  const value = readJson(path);
  if (value === undefined) throw new InputError(`${path}: no such file`);
  const truth = truthOf(value, path);
  if (truth === null) throw new InputError(`${path}: has no truth`);
  return truth;
}

/** Name of the truth file beside a trace. */
function truthPath(trace: string): string {
  return `${trace.replace(/\.gz$/, "").replace(/\.csv$/, "")}.truth.json`;
}

/** What is known about a trace: its own truth file first, then its folder's manifest. */
export function entryOf(trace: string): ManifestEntry {
  const file = basename(trace);
  const entry = readManifest(dirname(trace)).find((candidate) => candidate.file === file) ?? { file, truth: null };
  const own = readJson(truthPath(trace));
  return own === undefined ? entry : { ...entry, truth: truthOf(own, truthPath(trace)) };
}
