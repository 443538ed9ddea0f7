// Simulation and rule suites: test/<subject>/*.spec.ts on build/clip.wasm, which is rebuilt when a firmware file is newer. .ci/run
// counts from the JSON report.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.spec.ts"],
    exclude: ["test/ble/**", "test/boards/**", "test/wide/**"], // need more than npm brings: vitest.ble.config.ts, vitest.boards.config.ts, vitest.wide.config.ts
    globalSetup: ["test/build.ts"],
    testTimeout: 30_000,
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ["default", "json"],
    outputFile: { json: "build/test/vitest.json" },
  },
});
