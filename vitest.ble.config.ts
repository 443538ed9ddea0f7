// BLE suites: test/ble/*.spec.ts, over controllers without radios, which test/setup.sh installs from PyPI. One file after the other: they
// measure in real time. .ci/run counts from the JSON report.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/ble/**/*.spec.ts"],
    globalSetup: ["test/build.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    passWithNoTests: false,
    reporters: ["default", "json"],
    outputFile: { json: "build/test/ble.json" },
  },
});
