// hopclip doctor as a user meets it: started as a process, on machines that lack something.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "hopclip-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
mkdirSync(at("bin"));

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly cure: string | null;
}
function doctor(args: string[], env: NodeJS.ProcessEnv = {}) {
  const run = spawnSync(process.execPath, ["host/cli.ts", "doctor", ...args], { encoding: "utf8", env: { ...process.env, HOPCLIP_DB: "", XDG_DATA_HOME: folder, PATH: at("bin"), HOPCLIP_BROWSER: "", HOPCLIP_PORTS: "", HOPCLIP_HCI: "", ...env } });
  return { code: run.status, out: run.stdout, err: run.stderr };
}
/** What it finds, by name. */
function found(env: NodeJS.ProcessEnv = {}): Record<string, Finding> {
  const { code, out, err } = doctor(["--json"], env);
  const told = JSON.parse(out) as { faults: number; warnings: number; findings: Finding[] };
  expect(Object.keys(told)).toEqual(["faults", "warnings", "findings"]);
  expect(told.faults).toBe(told.findings.filter(({ state }) => state === "fault").length);
  expect(told.warnings).toBe(told.findings.filter(({ state }) => state === "warning").length);
  expect(code).toBe(told.faults === 0 ? 0 : 1);
  expect(err === "").toBe(told.faults === 0);
  for (const finding of told.findings) {
    expect(Object.keys(finding)).toEqual(["name", "state", "found", "cure"]);
    expect(finding.cure === null).toBe(finding.state === "ok");
  }
  return Object.fromEntries(told.findings.map((finding) => [finding.name, finding]));
}
function tool(name: string, prints: string): void {
  writeFileSync(at(`bin/${name}`), `#!/bin/sh\necho "${prints}"\n`);
  chmodSync(at(`bin/${name}`), 0o755);
}

test("a machine that has nothing gets warnings, each with its cure, and exit code 0", () => {
  const all = found();
  expect(all["Node"]).toMatchObject({ state: "ok" });
  expect(all["firmware"]).toMatchObject({ state: "ok" });
  expect(all["ledger"]).toMatchObject({ state: "ok", found: "0 runners" });
  expect(all["serial ports"]).toMatchObject({ state: "warning", cure: "sudo apt-get install udev, or name the port with --clip" });
  for (const [name, cure] of [["esptool", "pipx install esptool"], ["adafruit-nrfutil", "pipx install adafruit-nrfutil"]] as const) expect(all[name]).toMatchObject({ state: "warning", cure });
  expect(all["clip"]).toMatchObject({ state: "warning" });
});

test("tools that are there are told with their versions, in a table for people", () => {
  tool("esptool", "esptool v5.6.0");
  tool("udevadm", "");
  const { code, out, err } = doctor([]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^ok +esptool +5\.6\.0 \(esptool\)$/mu);
  expect(out).toMatch(/^warning +adafruit-nrfutil +not there; it flashes .*: pipx install adafruit-nrfutil$/mu);
  for (const line of out.trimEnd().split("\n").slice(0, -1)) expect(line).toMatch(/^(?:ok|warning|fault) +\S/u);
});

test("a ledger that is none is a fault, and exit code 1", () => {
  writeFileSync(at("torn.db"), "this is no ledger, but a text that is longer than the head of one\n".repeat(20));
  const all = found({ HOPCLIP_DB: at("torn.db") });
  expect(all["ledger"]).toMatchObject({ state: "fault", cure: "HOPCLIP_DB or --db names another" });
  expect(doctor([], { HOPCLIP_DB: at("torn.db") }).err).toMatch(/^hopclip: 1 fault, \d+ warnings?: hopclip does not work until the faults are put right\n$/u);
});

test("a port that is not there is no fault, and told", () => {
  const all = found({ HOPCLIP_PORTS: at("no-port") });
  expect(all["permission"]).not.toMatchObject({ state: "fault" });
  expect(all["clip"]).toMatchObject({ state: "warning", found: expect.stringMatching(/no-port: no such serial port/u) as string });
});

test.skipIf(process.getuid?.() === 0)("a port that is there but may not be opened is a fault", () => {
  writeFileSync(at("port"), "");
  chmodSync(at("port"), 0);
  expect(found({ HOPCLIP_PORTS: at("port") })["permission"]).toMatchObject({ state: "fault", cure: expect.stringMatching(/^sudo usermod -aG \w+ /u) as string });
});

test("a controller that is not there is told", () => {
  expect(found({ HOPCLIP_HCI: at("no-hci") })["Bluetooth"]).toMatchObject({ state: "warning", cure: "start its controller, or unset HOPCLIP_HCI" });
});

test("--udev prints a rule for every board's USB id, and nothing else", () => {
  const { code, out } = doctor(["--udev"]);
  expect(code).toBe(0);
  const ids = ["esp32", "nrf52"].flatMap((board) => (JSON.parse(readFileSync(`boards/${board}/board.json`, "utf8")) as { variants: { usb: string[] }[] }).variants.flatMap(({ usb }) => usb));
  expect(ids.length).toBeGreaterThan(2);
  for (const id of ids) expect(out).toContain(`ATTRS{idVendor}=="${id.slice(0, 4)}", ATTRS{idProduct}=="${id.slice(5)}", MODE="0660", GROUP="dialout", TAG+="uaccess", ENV{ID_MM_DEVICE_IGNORE}="1"\n`);
  for (const line of out.trimEnd().split("\n")) expect(line).toMatch(/^(?:# \/etc\/udev\/rules\.d\/60-hopclip\.rules: |SUBSYSTEM=="tty", )/u);
});

describe("its help", () => {
  test("says what a warning and a fault are", () => {
    const text = doctor(["--help"]).out.replaceAll(/\s+/gu, " ");
    for (const words of ["A fault: hopclip does not work", "--udev", "--clip", "$HOPCLIP_CLIP", "--json: {faults, warnings, findings", "Examples:", "Exit codes:"]) expect(text).toContain(words.replace("$HOPCLIP_CLIP", "HOPCLIP_CLIP"));
  });
});
