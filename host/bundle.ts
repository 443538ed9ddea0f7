// `npm run bundle`, also before `npm pack`: what an installed hopclip runs. Node strips no types under node_modules, so the package carries
// JavaScript: dist/cli.js with a file for each command, loaded when it is asked for, and the firmware beside them.
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { loadWasm, ROOT, WASM } from "./wasm.ts";

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

const own = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Package;
const dist = join(ROOT, "dist");
rmSync(dist, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: ["host/cli.ts"],
  outdir: dist,
  chunkNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.18",
  // What the user's npm installs beside us stays outside.
  external: [...Object.keys(own.dependencies), ...Object.keys(own.optionalDependencies)],
  logLevel: "warning",
});
loadWasm();
copyFileSync(WASM, join(dist, "clip.wasm"));
