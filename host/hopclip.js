#!/usr/bin/env node
// Starts the tool: host/cli.ts in the repository, on the repository's own Node where the one that runs this is too old to read TypeScript;
// dist/cli.js where it is installed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

/** What an installed hopclip needs: SQLite within Node, and what its packages ask for. */
const OLDEST = [22, 18];

const [major, minor] = process.versions.node.split(".").map(Number);
const installed = !existsSync(new URL("cli.ts", import.meta.url));
if (installed ? major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]) : process.features.typescript) {
  // Node 22 says at each start that its SQLite is experimental; what the ledger takes of it has not changed since.
  const warn = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...how) => (how[0] === "ExperimentalWarning" ? undefined : warn(warning, ...how));
  module.enableCompileCache?.(); // reading the sources anew is half the time of a command that only looks something up
  await import(installed ? "../dist/cli.js" : "./cli.ts");
} else {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (!installed && existsSync(node)) {
    const tool = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
    // Ctrl-C on a terminal reaches the tool by itself; it decides when to end.
    process.on("SIGINT", () => {});
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => tool.kill(signal));
    tool.on("close", (code) => (process.exitCode = code ?? 1));
  } else {
    const cure = installed ? `install Node ${OLDEST.join(".")} or newer (nodejs.org)` : '"npm ci" in its folder brings a Node that can';
    process.stderr.write(`hopclip: Node ${process.versions.node} cannot run it; ${cure}\n`);
    process.exitCode = 1;
  }
}
