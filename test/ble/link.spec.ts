// A clip over the air: found, greeted, lost and found again, and what is none.
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { config } from "../../host/clip/command.ts";
import { Failure } from "../../host/failure.ts";
import { findDevices } from "../../host/link/devices.ts";
import { openBle, scanBle } from "../../host/link/ble.ts";
import { askCentral, openAir, startClip, startPython, type Air, type Clip } from "./rig.ts";

const SERIAL = 4711;
/** Longer than any clip here takes to show itself, ms. */
const SCAN_MS = 1500;

let air: Air;
let clip: Clip;

beforeAll(async () => {
  air = await openAir(4);
  process.env["HOPCLIP_HCI"] = air.radios[1]!.path;
  clip = await startClip(air.radios[0]!, SERIAL);
});

afterAll(async () => {
  await clip.stop();
  await air.end();
});

describe("a clip that nobody is connected to", () => {
  test("shows its name, its address and how strong it is heard", async () => {
    expect(await scanBle(SCAN_MS)).toEqual([{ address: air.radios[0]!.address, name: clip.name, rssi: -50, connectable: true }]);
  });

  test("is among the devices, with serial number and version", async () => {
    const { address } = air.radios[0]!;
    expect((await findDevices({ ports: true, ble: true, scan_ms: SCAN_MS })).devices).toContainEqual({
      address: `ble:${address}`,
      kind: "ble",
      name: clip.name,
      serial: SERIAL,
      side: null,
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      rssi: -50,
      error: null,
    });
  });

  test.each(["name", "address"])("is connected to by its %s", async (by) => {
    const link = await openBle(by === "name" ? clip.name.toUpperCase() : air.radios[0]!.address);
    try {
      expect(Number((await new Client(link).greet()).serial)).toBe(SERIAL);
      // 256 bytes are what bleno takes at most, 3 of them say what the others are.
      expect(link.about).toBe(`${clip.name} at ${air.radios[0]!.address}, -50 dBm, 253 bytes a packet, not bonded: the clip asks for no bond`);
    } finally {
      await link.close();
    }
  });

  test("nothing is left of a link that was closed: the process ends by itself", async () => {
    const { code, stdout, stderr } = await askCentral(air.radios[2]!, clip.name);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(Number(JSON.parse(stdout).serial)).toBe(SERIAL);
  });
});

describe("a clip out of reach", () => {
  test("comes back by itself, and is greeted again", async () => {
    const link = await openBle(clip.name);
    try {
      const client = new Client(link);
      await client.greet();
      const states: boolean[] = [];
      client.onState = (up) => states.push(up);
      for (let round = 1; round <= 3; round++) {
        air.reach(0, false);
        expect(await client.until(() => !link.up, 5000)).toBe(true);
        expect(link.about).toBe("");
        link.send("lost\r\n");
        air.reach(0, true);
        await client.status(); // waits
        expect(states).toEqual(Array.from({ length: 2 * round }, (_, i) => i % 2 === 1));
      }
    } finally {
      await link.close();
    }
  });

  test("is given up at once when the link is closed meanwhile", async () => {
    const link = await openBle(clip.name);
    air.reach(0, false);
    await expect.poll(() => link.up).toBe(false);
    await link.pass(400); // the first attempt to find it again is under way
    const began_ms = performance.now();
    await link.close();
    expect(performance.now() - began_ms).toBeLessThan(4000); // an attempt takes five seconds
    air.reach(0, true);
  });

  test("is not looked for any longer than the caller wants", async () => {
    const stop = new AbortController();
    const opened = openBle("hopclip-1", stop.signal);
    setTimeout(() => stop.abort(), 200);
    await expect(opened).rejects.toThrow("aborted");
  });

  test("that does not show itself is a clear error", async () => {
    await expect(openBle("hopclip-1")).rejects.toThrow(
      new Failure("ble:hopclip-1: not found over the air: is it charged and near? One that is in use elsewhere does not show itself (hopclip devices lists those that do)"),
    );
  });
});

test("two clips at once are told apart, and what befalls one does not touch the other", async () => {
  const other = await startClip(air.radios[3]!, 815, "--side", "right");
  const links = await Promise.all([openBle(clip.name), openBle(other.name)]);
  const clients = links.map((link) => new Client(link));
  expect((await Promise.all(clients.map((client) => client.greet()))).map(({ serial }) => Number(serial))).toEqual([SERIAL, 815]);
  expect(await Promise.all(clients.map((client) => client.command(config("SID"))))).toEqual([["SID", "0"], ["SID", "2"]]);
  const states: boolean[] = [];
  clients[1]!.onState = (up) => states.push(up);
  air.reach(0, false);
  await expect.poll(() => links[0]!.up).toBe(false);
  await links[0]!.pass(1000); // it is looked for
  expect(await clients[1]!.command(config("SER"))).toEqual(["SER", "815"]);
  air.reach(0, true);
  expect(await clients[0]!.command(config("SER"))).toEqual(["SER", String(SERIAL)]);
  expect(states).toEqual([]);
  for (const link of links) await link.close();
  await other.stop();
});

describe("a second central", () => {
  test("does not find a clip that is in use, and disturbs nothing", async () => {
    const link = await openBle(clip.name);
    try {
      const client = new Client(link);
      await client.greet();
      const states: boolean[] = [];
      client.onState = (up) => states.push(up);
      const second = await askCentral(air.radios[2]!, clip.name);
      expect(second.code).toBe(1);
      expect(second.stdout).toBe("");
      expect(second.stderr).toMatch(/^ble:hopclip-4711: not found over the air: .* in use elsewhere .*\n$/);
      await client.status();
      expect(states).toEqual([]);
    } finally {
      await link.close();
    }
    expect((await askCentral(air.radios[2]!, clip.name)).code).toBe(0);
  });
});

describe("another device", () => {
  test("without the services of a clip is refused by name", async () => {
    const other = await startPython("other.py", air.radios[3]!.path, "toaster");
    try {
      await expect(openBle("toaster")).rejects.toThrow(new Failure("ble:toaster: is no hopclip: it lacks the services of one"));
    } finally {
      await other.stop();
    }
  });

  test("with those services that does not answer like a clip is refused when it is greeted", async () => {
    const other = await startPython("other.py", air.radios[3]!.path, "parrot", "echo");
    try {
      const link = await openBle("parrot");
      await expect(new Client(link).greet()).rejects.toThrow(/^ble:parrot: /);
      await link.close();
    } finally {
      await other.stop();
    }
  });
});

describe("a clip that asks for a bond, as those on boards do", () => {
  test("is paired with when it is connected to", async () => {
    const other = await startPython("other.py", air.radios[3]!.path, "shy", "echo", "locked");
    try {
      const link = await openBle("shy");
      expect(link.about).toMatch(/, paired for this connection, no bond kept$/u);
      const heard = new Promise<string>((resolve) => {
        link.onLine = resolve;
      });
      link.send("hop\r\n");
      expect(await heard).toBe("hop");
      await link.close();
    } finally {
      await other.stop();
    }
  });
});

describe("the radio", () => {
  test("is looked for where HOPCLIP_HCI says", async () => {
    const { code, stderr } = await askCentral({ path: "/dev/none", address: "" }, clip.name);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "HOPCLIP_HCI=/dev/none: there is no such serial port, or this user may not open it\n" });
  });

  test.each([
    [["--ble", "/dev/none"], 2, "hopclip: /dev/none: there is no such serial port, or this user may not open it\n"],
    [["--ble", "/dev/null"], 1, "hopclip: /dev/null: no Bluetooth controller answers there at 1000000 baud\n"],
    [["--ble", "/dev/null", "--tcp", "0"], 2, "hopclip: --tcp and --ble exclude each other\n"],
    [["--ble", "/dev/null", "--baud", "9600"], 2, "hopclip: --baud belongs to --serve and --tcp\n"],
  ])("of a simulated clip has to be one: sim %j", (options, status, stderr) => {
    expect(spawnSync(process.execPath, ["host/cli.ts", "sim", ...options], { encoding: "utf8" })).toMatchObject({ status, stdout: "", stderr });
  });

  test("that is taken away is no end, and nothing is left of it", async () => {
    const own = await openAir(2);
    const before = process.env["HOPCLIP_HCI"];
    process.env["HOPCLIP_HCI"] = own.radios[1]!.path;
    const other = await startClip(own.radios[0]!, 1);
    const link = await openBle(other.name);
    const handles = process.getActiveResourcesInfo().length;
    await own.end();
    await expect.poll(() => link.up).toBe(false);
    await link.pass(2000); // tries again, in vain
    await link.close();
    process.env["HOPCLIP_HCI"] = before;
    expect(await other.stop()).toBe(1);
    expect(other.said).toBe(`hopclip: ${own.radios[0]!.path}: the Bluetooth controller is gone\n`);
    expect(process.getActiveResourcesInfo().length).toBeLessThan(handles);
  });
});
