// Unit tests in AssemblyScript: test/unit/*.as.ts, compiled by target noCoverage of asconfig.json. Counts go to
// build/test/unit.json; a run without any test fails.
import { mkdirSync, writeFileSync } from "node:fs";
import { report } from "./test/unit/reporter.ts";

process.on("exit", () => {
  mkdirSync("build/test", { recursive: true });
  writeFileSync("build/test/unit.json", `${JSON.stringify(report)}\n`);
  if (report.passed + report.failed === 0) {
    process.stderr.write("unit: no test ran\n");
    process.exitCode = 1;
  }
});

// Pure code calls no hal; a unit test that reaches one fails by name.
const hal = Object.fromEntries(
  ["time_us", "imu_read", "imu_write", "haptic_pulse", "haptic_stop", "link_send", "link_recv", "flash_read", "flash_write",
    "flash_erase", "battery_mv", "led_set", "log", "panic", "reset"].map((name) => [name, (...values) => {
    throw new Error(`hal.${name}(${values.join(", ")}) called in a unit test`);
  }]),
);

export default {
  entries: ["test/unit/*.as.ts"],
  include: ["node_modules/@as-pect/assembly/assembly/index.ts"],
  reporter: "test/unit/reporter.ts",
  async instantiate(memory, createImports, instantiate, binary) {
    return instantiate(binary, createImports({ env: { memory }, hal }));
  },
};
