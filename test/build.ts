// Vitest's global set-up: builds build/clip.wasm when it is missing or older than a firmware source.
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Modification time of a file, ms; 0 when it is missing. */
function changed_ms(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Runs once before all suites. */
export default function setup(): void {
  const sources = readdirSync("firmware", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  const newest_ms = Math.max(changed_ms("asconfig.json"), ...sources.map((path) => changed_ms(join("firmware", path))));
  if (changed_ms("build/clip.wasm") >= newest_ms) return;
  execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
}
