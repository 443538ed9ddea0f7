#!/usr/bin/env node
// Starts host/cli.ts, on this repository's own Node where the one that runs this is too old to read TypeScript.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

if (process.features.typescript) {
  module.enableCompileCache?.(); // reading the sources anew is half the time of a command that only looks something up
  await import("./cli.ts");
} else {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (existsSync(node)) {
    const tool = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
    // Ctrl-C on a terminal reaches the tool by itself; it decides when to end.
    process.on("SIGINT", () => {});
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => tool.kill(signal));
    tool.on("close", (code) => (process.exitCode = code ?? 1));
  } else {
    process.stderr.write(`hopclip: Node ${process.versions.node} cannot run it; "npm ci" in its folder brings a Node that can\n`);
    process.exitCode = 1;
  }
}
