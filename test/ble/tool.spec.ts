// The commands over the air, as processes: the same as on a cable.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAir, startClip, type Air, type Clip } from "./rig.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-tool-"));
let air: Air;
let clip: Clip;
beforeAll(async () => {
  air = await openAir(2);
  clip = await startClip(air.radios[0]!, 7, "--side", "left", "--exercise", "pogo");
});
afterAll(async () => {
  await clip.stop();
  await air.end();
  rmSync(folder, { recursive: true });
});

function hopclip(args: readonly string[], when: (out: string, kill: () => void) => void = () => {}): Promise<{ code: number | null; out: string; err: string }> {
  const run = spawn(process.execPath, ["host/cli.ts", ...args], { env: { ...process.env, XDG_DATA_HOME: folder, HOPCLIP_HCI: air.radios[1]!.path, HOPCLIP_PORTS: "", HOPCLIP_CLIP: "" } });
  let [out, err, killed] = ["", "", false];
  run.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    when(out, () => {
      if (!killed) killed = run.kill("SIGINT");
    });
  });
  run.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve) => run.on("close", (code) => resolve({ code, out, err })));
}

test("devices finds the clip and asks it who it is", async () => {
  const { code, out } = await hopclip(["devices", "--scan", "2", "--json"]);
  expect(code).toBe(0);
  const { devices } = JSON.parse(out) as { devices: Record<string, unknown>[] };
  expect(devices).toEqual([{ address: expect.stringMatching(/^ble:/u) as string, kind: "ble", name: "hopclip-7", serial: 7, side: "left", version: "0.1.0", rssi: expect.any(Number) as number, error: null }]);
});

test("status says how it is linked, and by number and side it is found too", async () => {
  const { code, out, err } = await hopclip(["status", "--clip", `ble:${clip.name}`]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^clip 7$/mu);
  expect(out).toMatch(/^ {2}link +ble:hopclip-7: hopclip-7 at .* dBm, \d+ bytes a packet, .*bond/mu);
  expect((await hopclip(["config", "get", "side", "--clip", "7"])).out).toBe("left\n");
  expect((await hopclip(["config", "get", "serial"])).out).toBe("7\n"); // the only one
});

test("live tells a set, and Ctrl-C ends both", async () => {
  const { code, out, err } = await hopclip(["live", "--clip", "ble:hopclip-7", "--exercise", "pogo", "--bpm", "180", "--no-beats"], (text, kill) => {
    if (/, hop 5\n/u.test(text)) kill();
  });
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/ contact \d+: \d+ ms on the ground, \d+ ms in the air before, .*, hop 5\n/u);
  expect(out).toMatch(/ set \d+ is closed\n$/u);
});

test("capture takes what the air carries, and counts the rest", async () => {
  const { code, out, err } = await hopclip(["capture", "--clip", "ble:hopclip-7", "--out", join(folder, "air.csv"), "--odr", "104", "--seconds", "2", "--json"]);
  expect([code, err]).toEqual([0, ""]);
  const told = JSON.parse(out.trimEnd().split("\n").at(-1)!) as { samples: number; lost: number; seconds: number };
  expect(told.samples + told.lost).toBeGreaterThan(2 * 104 * 0.95);
  expect(readFileSync(join(folder, "air.csv"), "utf8").trimEnd().split("\n")).toHaveLength(told.samples + 1);
});

test("app push waits for the clip to come back over the air, and for the app to confirm itself", async () => {
  const app = readFileSync("build/clip.wasm");
  const end = app.length - 13; // its version, the last section
  writeFileSync(join(folder, "other.wasm"), Buffer.concat([app.subarray(0, end), Buffer.from([0, 2, 1, 0x78]), app.subarray(end)]));
  const { code, out, err } = await hopclip(["app", "push", join(folder, "other.wasm"), "--clip", "ble:hopclip-7", "--json"]);
  expect([code, err]).toEqual([0, ""]);
  expect(JSON.parse(out)).toMatchObject({ clip: 7, sent_bytes: app.length + 4, image: { slot: 1, active: true, confirmed: true } });
});
