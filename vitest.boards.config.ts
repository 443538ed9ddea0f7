// Board suites: test/boards/*.spec.ts. They build the boards with CMake and run them, emulated where they must be; boards/setup.sh installs
// what that needs. .ci/run counts from the JSON report.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/boards/**/*.spec.ts"],
    globalSetup: ["test/build.ts", "test/boards/setup.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ["default", "json"],
    outputFile: { json: "build/test/boards.json" },
  },
});
