// Wider suites: test/wide/*.spec.ts. They need what test/setup.sh installs from Debian: a PostgreSQL server, a browser. .ci/run counts from
// the JSON report.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/wide/**/*.spec.ts"],
    globalSetup: ["test/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    passWithNoTests: false,
    reporters: ["default", "json"],
    outputFile: { json: "build/test/wide.json" },
  },
});
