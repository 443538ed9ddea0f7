// Adds up the suites' reports in build/test and ends CI: one line a suite, then "N passed, N failed". Arguments: exit codes of npm
// test, of types, of lint, of the set-up, of the wider, of the BLE and of the board suites.
import { readFileSync } from "node:fs";

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Of vitest's JSON report, what is read here. A file that did not load failed without a test. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** What a suite's report says; one failure when there is no report. */
function suite(name: string, path: string, read: (report: unknown) => Counts): Counts {
  let counts: Counts;
  try {
    counts = read(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    console.log(`${name}: did not run (${(error as Error).message})`);
    return { passed: 0, failed: 1 };
  }
  console.log(`${name}: ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}

/** A step without tests of its own counts as one. */
function step(name: string, code: string | undefined): Counts {
  console.log(`${name}: ${code === "0" ? "passed" : `failed (exit code ${code})`}`);
  return code === "0" ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Counts of a vitest report. */
function vitest(report: unknown): Counts {
  const { numPassedTests, numFailedTests, testResults } = report as VitestReport;
  const unloaded = testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0);
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}

const [test_code, types_code, lint_code, setup_code, wide_code, ble_code, boards_code] = process.argv.slice(2);
const suites = [
  step("types", types_code),
  step("lint", lint_code),
  step("set-up", setup_code),
  suite("unit (as-pect)", "build/test/unit.json", (report) => report as Counts),
  suite("simulation and rules (vitest)", "build/test/vitest.json", vitest),
  suite("wider (vitest)", "build/test/wide.json", vitest),
  suite("BLE (vitest)", "build/test/ble.json", vitest),
  suite("boards (vitest)", "build/test/boards.json", vitest),
];
const passed = suites.reduce((sum, each) => sum + each.passed, 0);
let failed = suites.reduce((sum, each) => sum + each.failed, 0);
for (const [name, code] of [["npm test", test_code], ["npm run test:wide", wide_code], ["npm run test:ble", ble_code], ["npm run test:boards", boards_code]]) {
  if (code === "0" || failed > 0) continue;
  console.log(`${name} ended with code ${code}`);
  failed = 1;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
