// hopclip's --engine: every engine prints the same result, and one that cannot run says why in a line.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENGINES } from "../../sim/engine/named.ts";

const sim = (engine: string, env: NodeJS.ProcessEnv = process.env): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } =>
  spawnSync(process.execPath, ["host/cli.ts", "sim", "--engine", engine, "--exercise", "run", "--seconds", "8", "--seed", "5", "--fault", "nack:3:3", "--json"], {
    encoding: "utf8",
    env,
  });

test("every engine prints the same result", () => {
  const expected = JSON.parse(sim("v8").stdout) as { contacts: unknown[] };
  expect(expected.contacts.length).toBeGreaterThan(5);
  for (const engine of Object.keys(ENGINES)) {
    const { stdout, stderr, status } = sim(engine);
    expect([engine, status, stderr]).toEqual([engine, 0, ""]);
    expect(JSON.parse(stdout)).toEqual({ ...expected, engine });
  }
});

test("an engine whose emulator is missing says what installs it", () => {
  const bin = mkdtempSync(join(tmpdir(), "hopclip-bin-"));
  try {
    for (const tool of ["timeout", "mkfifo"]) symlinkSync(execFileSync("which", [tool], { encoding: "utf8" }).trim(), join(bin, tool));
    const { stdout, stderr, status } = sim("qemu-m4", { ...process.env, PATH: bin });
    expect([status, stdout, stderr]).toEqual([1, "", "hopclip: --engine qemu-m4: qemu-system-arm is missing: run boards/setup.sh\n"]);
  } finally {
    rmSync(bin, { recursive: true });
  }
});

test("no folder stays behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "hopclip-tmp-"));
  try {
    for (const engine of ["wamr", "qemu-m4"]) expect(sim(engine, { ...process.env, TMPDIR: folder }).status).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
