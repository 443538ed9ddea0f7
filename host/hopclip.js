#!/usr/bin/env node
// Starts host/cli.ts, on this repository's own Node where the one that runs this is too old to read TypeScript.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

if (process.features.typescript) {
  await import("./cli.ts");
} else {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  const cli = fileURLToPath(new URL("cli.ts", import.meta.url));
  if (existsSync(node)) {
    process.exitCode = spawnSync(node, [cli, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1;
  } else {
    process.stderr.write(`hopclip: Node ${process.versions.node} cannot run it; "npm ci" in its folder brings a Node that can\n`);
    process.exitCode = 1;
  }
}
