// The commands of a real link as a user meets them: started as processes, on simulated clips that other processes serve.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Stopped } from "../../host/failure.ts";
import { reach } from "../../host/link/reach.ts";
import { Served, Talker } from "../serve/served.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-clip-"));
const at = (name: string) => join(folder, name);
let left: Served;
let right: Served;
let tcp: string;
beforeAll(async () => {
  left = new Served("--serve", at("left"), "--exercise", "pogo", "--seed", "7", "--side", "left");
  right = new Served("--tcp", "0", "--exercise", "calf", "--seed", "9", "--serial", "1234", "--side", "right");
  await left.ready;
  tcp = `tcp:${(await right.ready).port}`;
});
afterAll(async () => {
  await Promise.all([left.stop(), right.stop()]);
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, XDG_DATA_HOME: folder, HOPCLIP_PORTS: at("left"), HOPCLIP_CLIP: "", HOPCLIP_DB: "" });

/** Runs a command; `when` is told of what it prints and may send it signals. */
function hopclip(args: readonly string[], env: NodeJS.ProcessEnv = {}, when: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => {}): Promise<Ended> {
  const run = spawn(process.execPath, ["host/cli.ts", ...args], { env: { ...environment(), ...env } });
  let [out, err, killed] = ["", "", false];
  run.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    when(out, (signal) => {
      if (!killed) killed = run.kill(signal); // one Ctrl-C
    });
  });
  run.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  return new Promise((resolve) => run.on("close", (code) => resolve({ code, out, err })));
}
async function json<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const { code, out, err } = await hopclip([...args, "--json"]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^\{.*\}\n$/u);
  return JSON.parse(out) as T;
}

describe("devices", () => {
  test("lists what HOPCLIP_PORTS names, with what each says", async () => {
    const { devices } = await json<{ devices: Record<string, unknown>[] }>("devices", "--no-ble");
    expect(devices).toContainEqual({ address: at("left"), kind: "serial", name: null, serial: 7, side: "left", version: "0.1.0", rssi: null, error: null });
    const { out } = await hopclip(["devices", "--no-ble"]);
    expect(out).toMatch(new RegExp(`^${at("left")} +7 +left +0\\.1\\.0 `, "mu"));
  });
  test("says of what is no clip why not, and of no clip at all what to do", async () => {
    const { code, out } = await hopclip(["devices", "--no-ble"], { HOPCLIP_PORTS: at("nothing") });
    expect(code).toBe(0);
    expect(out).toContain("no such serial port");
    expect((await hopclip(["devices", "--no-ble"], { HOPCLIP_PORTS: "" })).out).toMatch(/^No clip was found: .*hopclip doctor/u);
  });
});

describe("--clip", () => {
  test("names a clip by path, address, number and side; without it the only one is taken", async () => {
    for (const [args, clip] of [[["--clip", at("left")], 7], [["--clip", tcp], 1234], [["--clip", "7"], 7], [["--clip", "left"], 7], [[], 7]] as const) {
      expect(await json("config", "get", "serial", ...args)).toEqual({ clip, serial: clip });
    }
  });
  test("that does not answer can be given up by Ctrl-C", async () => {
    const stop = new AbortController();
    const mute = createServer((socket) => void socket.on("error", () => {}).once("data", () => stop.abort()));
    mute.listen(0, "127.0.0.1");
    await once(mute, "listening");
    try {
      await expect(reach(`tcp:${(mute.address() as AddressInfo).port}`, stop.signal)).rejects.toBeInstanceOf(Stopped);
    } finally {
      mute.close();
    }
  });
  test("that has a client already says what to do", async () => {
    const client = await Talker.tcp((await right.ready).port!);
    const { code, err } = await hopclip(["status", "--clip", tcp]);
    await client.close();
    expect([code, err]).toEqual([1, `hopclip: ${tcp.replace("tcp:", "tcp:127.0.0.1:")}: the link was cut before the clip answered HEL: is it near, charged and not in use elsewhere?\n`]);
  });
  test("is $HOPCLIP_CLIP where it is not said", async () => {
    expect((await hopclip(["config", "get", "serial"], { HOPCLIP_CLIP: tcp })).out).toBe("1234\n");
  });
  test.each<[string, number, RegExp]>([
    ["/no/such/port", 2, /^hopclip: \/no\/such\/port: no such serial port/u],
    ["tcp:1", 1, /^hopclip: tcp:127\.0\.0\.1:1: nobody listens there/u],
    ["tcp:70000", 2, /^hopclip: tcp:70000: is tcp:PORT/u],
    ["over-there", 2, /^hopclip: --clip over-there: a clip is a serial port's path/u],
  ])("that is %s is told", async (which, code, message) => {
    const ended = await hopclip(["status", "--clip", which]);
    expect([ended.code, ended.out]).toEqual([code, ""]);
    expect(ended.err).toMatch(message);
    expect(ended.err.trimEnd()).not.toContain("\n");
  });
});

describe("status", () => {
  test("says who the clip is and how it is", async () => {
    const told = await json<Record<string, any>>("status", "--clip", at("left"));
    expect(Object.keys(told)).toEqual(["clip", "side", "version", "sensor", "battery_mv", "mode", "set", "exercise", "uptime_ms", "log", "apps", "clock", "link"]);
    expect(told).toMatchObject({ clip: 7, side: "left", version: "0.1.0", sensor: { chip: 108, odr_hz: 416, range_g: 16, gyro: true, lost_samples: 0 }, mode: "idle", link: { name: at("left") } });
    expect(Math.abs(told["clock"].offset_us / 1000 + told["uptime_ms"] - Date.now())).toBeLessThan(60_000);
    expect(told["apps"]).toHaveLength(1);
    const log = readFileSync("firmware/store/log.ts", "utf8");
    const [, sectors] = /LOG_SECTORS: i32 = (\d+)/u.exec(log)!;
    expect(told["log"].capacity_bytes).toBe(Number(sectors) * (4096 - 16));
    const { out } = await hopclip(["status", "--clip", at("left")]);
    for (const line of [/^clip 7$/mu, /^ {2}side +left$/mu, /^ {2}sensor +LSM6DSO at 416 Hz, ±16 g, in truth \d+\.\d\d Hz$/mu, /^ {2}log +\d+ records? in 1 file, .* not fetched yet/mu]) expect(out).toMatch(line);
  });
});

describe("config", () => {
  test.each<[string, string, unknown, string, unknown]>([
    ["side", "unknown", null, "right", "right"],
    ["rate", "208", 208, "416", 416],
    ["range", "8", 8, "16", 16],
    ["gyro", "off", "off", "on", "on"],
    ["strength", "90", 90, "200", 200],
    ["pulse", "20", 20, "30", 30],
    ["serial", "none", null, "1234", 1234],
  ])("%s is changed, kept, and changed back", async (key, value, told, back, toldBack) => {
    expect(await json("config", "set", key, value, "--clip", tcp)).toMatchObject({ [key]: told });
    expect(await json("config", "get", key, "--clip", tcp)).toMatchObject({ [key]: told });
    expect(await json("config", "set", key, back, "--clip", tcp)).toMatchObject({ [key]: toldBack });
    expect(await json("config", "get", "--clip", tcp)).toMatchObject({ [key]: toldBack, clip: 1234 });
  });
  test.each<[string[], RegExp]>([
    [["set", "pulse", "99"], /^hopclip: pulse is 5 to 60 ms, not 99$/u],
    [["set", "rate", "100"], /^hopclip: rate is 52, 104, 208, 416 or 833 Hz, not 100$/u],
    [["set", "side", "up"], /^hopclip: side is unknown, left or right, not up$/u],
    [["set", "serial", "0"], /^hopclip: serial is 1 to 2147483647 or none, not 0$/u],
    [["set", "volume", "1"], /'volume'.*serial, side, rate/u],
    [["get", "volume"], /'volume'.*serial, side, rate/u],
    [["set", "side"], /missing required argument 'value'/u],
  ])("%j is refused before a clip is asked", async (args, message) => {
    const { code, out, err } = await hopclip(["config", ...args, "--clip", "/no/such/port"]);
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
  });
});

describe("metronome", () => {
  test("beats and stops", async () => {
    expect(await json("metronome", "150.5", "--accent-every", "4", "--clip", tcp)).toEqual({ clip: 1234, bpm: 150.5, accent_every: 4 });
    const beats = await hopclip(["live", "--clip", tcp, "--json", "--seconds", "2"]);
    const heard = beats.out.trimEnd().split("\n").map((line) => JSON.parse(line) as { type: string; index: number; at_us: number; accent: boolean }).filter(({ type }) => type === "beat");
    expect(heard.length).toBeGreaterThan(2);
    for (const [i, beat] of heard.entries()) {
      expect(beat.accent).toBe(beat.index % 4 === 0);
      if (i > 0) expect(Math.abs(beat.at_us - heard[i - 1]!.at_us - 60e6 / 150.5)).toBeLessThanOrEqual(1);
    }
    expect(await json("metronome", "off", "--clip", tcp)).toEqual({ clip: 1234, bpm: null, accent_every: 0 });
    expect((await hopclip(["live", "--clip", tcp, "--json", "--seconds", "1"])).out).not.toContain('"beat"');
  });
  test.each(["29", "241", "fast", "150.55"])("%s is no tempo", async (bpm) => {
    const { code, err } = await hopclip(["metronome", bpm, "--clip", tcp]);
    expect(code).toBe(2);
    expect(err).toMatch(/argument/u);
  });
});

describe("time sync", () => {
  test("ties the clip's clock to the time of day, as exactly as the link allows", async () => {
    const before_us = Date.now() * 1000;
    const told = await json<Record<string, number>>("time", "sync", "--clip", tcp);
    expect(Object.keys(told)).toEqual(["clip", "rounds", "round_trip_ms", "clip_us", "unix_us", "offset_us", "uncertainty_ms"]);
    expect(told["offset_us"]).toBe(told["unix_us"]! - told["clip_us"]!);
    expect(told["uncertainty_ms"]).toBeCloseTo(told["round_trip_ms"]! / 2, 2);
    expect(told["unix_us"]).toBeGreaterThan(before_us);
    expect(told["unix_us"]).toBeLessThanOrEqual(Date.now() * 1000 + 1000);
    // A second time the clock is where it was, within what both are not sure of, the clock's own drift and this computer's steps of its clock.
    const again = await json<Record<string, number>>("time", "sync", "--clip", tcp);
    expect(Math.abs(again["offset_us"]! - told["offset_us"]!) / 1000).toBeLessThan(told["uncertainty_ms"]! + again["uncertainty_ms"]! + 20);
  });
});

describe("live", () => {
  test("tells a set in plain words, and ends with Ctrl-C in good order", async () => {
    const { code, out, err } = await hopclip(["live", "--clip", at("left"), "--exercise", "pogo", "--bpm", "150"], {}, (text, kill) => {
      if (/ contact 9: /u.test(text) && !text.includes("is over")) kill("SIGINT");
    });
    expect([code, err]).toEqual([0, ""]);
    const lines = out.split("\n");
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}listening to clip 7, left foot on .*: firmware 0\.1\.0, LSM6DSO at 416 Hz, ±16 g$/u);
    expect(out).toMatch(/ set \d+ \(pogo hops at 150\/min\): count-in\n/u);
    expect(out).toMatch(/ beat -8\n(?:.*\n)* *.* beat 0\n/u);
    expect(out).toMatch(/ contact \d+: 2\d\d ms on the ground, 1\d\d ms in the air before, (?:\d+ ms (?:early|late)|on the beat), hop 5\n/u);
    expect(out).toMatch(/ set \d+ \(pogo hops\) ended after \d+\.\d s: it was stopped; \d+ contacts, \d+ hops\n/u);
    expect(out).toMatch(/\n +beat error ms +\d+ /u);
    expect(out).toMatch(/Bounce height /u);
    expect(out).toMatch(/ set \d+ is closed\n$/u);
  });
  test("two clips at once are told apart", async () => {
    const { code, out } = await hopclip(["live", "--clip", at("left"), "--clip", tcp, "--exercise", "auto", "--seconds", "3"]);
    expect(code).toBe(0);
    expect(out).toMatch(/ clip 7 left {2}set \d+ \(whatever is done\) runs\n/u);
    expect(out).toMatch(/ clip 1234 right {2}set \d+ \(whatever is done\) runs\n/u);
    expect(out).toMatch(/ clip 1234 right {2}the wearer is still \(\d+ % sure\)\n/u);
  });
  test("--raw gives the lines as they are, --json an object each", async () => {
    const raw = await hopclip(["live", "--clip", tcp, "--exercise", "auto", "--raw", "--seconds", "1"]);
    expect(raw.out.trimEnd().split("\n")[0]).toMatch(/^\$HC,\d+,(?:MOD|ACK),.*\*[0-9A-F]{4}$/u);
    const { out } = await hopclip(["live", "--clip", tcp, "--exercise", "auto", "--json", "--seconds", "1"]);
    const objects = out.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const object of objects) expect(object).toMatchObject({ clip: 1234, side: "right", type: expect.any(String) as string, at: expect.any(Number) as number });
    expect(objects.map(({ type }) => type)).toEqual(expect.arrayContaining(["mode", "summary", "verdict"]));
  });
  test("goes on when the clip's process has gone and come back, and says so", async () => {
    let other = new Served("--serve", at("other"), "--seed", "3", "--flash", at("other.flash"));
    await other.ready;
    let step = 0;
    const { code, out, err } = await hopclip(["live", "--clip", at("other")], {}, (text, kill) => {
      if (step === 0 && text.includes("listening to clip 3")) {
        step = 1;
        void other.stop().then(() => (other = new Served("--serve", at("other"), "--seed", "3", "--flash", at("other.flash"))));
      }
      if (step === 1 && text.includes("the link is back")) {
        step = 2;
        setTimeout(() => kill("SIGTERM"), 500);
      }
    });
    await other.stop();
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/ ! the link is cut: waiting for it to come back\n(?:.*\n)*.* the link is back\n.* firmware 0\.1\.0 says hello\n/u); // asked or by itself: whether it has started anew is not known
  });
  test("ended while the link is cut, it says what becomes of the set it has started", async () => {
    const other = new Served("--serve", at("gone"), "--seed", "5");
    await other.ready;
    let stopping: Promise<unknown> | null = null;
    const { code, out, err } = await hopclip(["live", "--clip", at("gone"), "--exercise", "auto"], {}, (text, kill) => {
      if (stopping === null && / set 1 \(.*\) runs\n/u.test(text)) stopping = other.stop();
      if (text.includes("the link is cut: waiting")) setTimeout(() => kill("SIGINT"), 100);
    });
    await stopping;
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/ ! the link is cut: the set goes on until the clip ends it; hopclip logs pull fetches it\n$/u);
  });
  test("a tempo without a set is refused", async () => {
    expect(await hopclip(["live", "--bpm", "150"])).toMatchObject({ code: 2, err: "hopclip: --bpm needs --exercise: it is the tempo of the set that is started\n" });
  });
});

/** The app with another version and a section that does nothing: another app that works. */
function otherApp(): Uint8Array {
  const app = readFileSync("build/clip.wasm");
  const end = app.length - 13;
  expect(app.subarray(end, end + 10).toString("latin1")).toBe("\0\x0b\x07hopclip");
  return Buffer.concat([app.subarray(0, end), Buffer.from([0, 2, 1, 0x78]), app.subarray(end, end + 10), Buffer.from([0, 9, 1])]);
}

describe("app", () => {
  test("is pushed, tried, confirmed, listed and taken back", async () => {
    writeFileSync(at("other.wasm"), otherApp());
    const before = await json<{ images: { sha256: string }[] }>("app", "list", "--clip", at("left"));
    const pushed = await json<Record<string, any>>("app", "push", at("other.wasm"), "--clip", at("left"));
    expect(pushed).toMatchObject({ clip: 7, sent_bytes: otherApp().length, image: { slot: 1, version: "0.9.1", active: true, confirmed: true } });
    const { out } = await hopclip(["app", "list", "--clip", at("left")]);
    expect(out).toMatch(/^ +0 +0\.1\.0 +\S+ +confirmed, can be started \(hopclip app rollback\)\n +1 +0\.9\.1 +\S+ +runs, confirmed$/mu);
    expect(await json("app", "push", at("other.wasm"), "--clip", at("left"))).toMatchObject({ sent_bytes: 0 });
    const back = await hopclip(["app", "rollback", "--clip", at("left")]);
    expect([back.code, back.err]).toEqual([0, ""]);
    expect(back.out).toMatch(/^clip 7 goes back to 0\.1\.0 .*\nthe clip starts again\nthe app is on trial: .*\nclip 7 runs 0\.1\.0 \(\w+…\); it has confirmed itself\n$/u);
    const after = await json<{ images: { sha256: string; active: boolean }[] }>("app", "list", "--clip", at("left"));
    expect(after.images.find(({ active }) => active)?.sha256).toBe(before.images[0]!.sha256);
    expect((await hopclip(["app", "confirm", "--clip", at("left")])).code).toBe(0);
  });

  test("one that traps gives way to the one before, with the clip's reason", async () => {
    // `init` becomes an `unreachable`: its body's first instruction.
    const { default: binaryen } = await import("binaryen");
    const module = binaryen.readBinary(readFileSync("build/clip.wasm"));
    module.setFeatures(binaryen.Features.SignExt);
    module.removeExport("init");
    module.addFunction("traps", binaryen.none, binaryen.none, [], module.unreachable());
    module.addFunctionExport("traps", "init");
    writeFileSync(at("bad.wasm"), module.emitBinary());
    const { code, err } = await hopclip(["app", "push", at("bad.wasm"), "--clip", at("left")]);
    expect(code).toBe(1);
    expect(err).toMatch(/^hopclip: .*: the new app did not stay: the app did what it must not; the one before runs again, with all its settings and its log\n$/u);
    const { images } = await json<{ images: { active: boolean; version: string; slot: number }[] }>("app", "list", "--clip", at("left"));
    expect(images.find(({ active }) => active)).toMatchObject({ slot: 0, version: "0.1.0" });
  });

  test.each<[string, () => Uint8Array, RegExp]>([
    ["text", () => Buffer.from("hello"), /is no WebAssembly module/u],
    ["a module that is no app", () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), /is no app of a clip: it does not export abi_version, init, step, memory, __heap_base, __data_end/u],
    ["cut off", () => readFileSync("build/clip.wasm").subarray(0, 20_000), /is no WebAssembly module/u],
    ["too long", () => Buffer.concat([readFileSync("build/clip.wasm"), Buffer.from([0, 0x84, 0x80, 0x04, 1, 0x78]), Buffer.alloc(65_538)]), /bytes do not fit: a slot takes 61440$/u],
  ])("a file that is %s is refused before a clip is asked", async (name, bytes, message) => {
    writeFileSync(at("file.wasm"), bytes());
    const { code, out, err } = await hopclip(["app", "push", at("file.wasm"), "--clip", "/no/such/port"]);
    expect([name, code, out]).toEqual([name, 2, ""]);
    expect(err.trimEnd()).toMatch(message);
  });
  test("a file that is not there is told", async () => {
    expect(await hopclip(["app", "push", at("none.wasm")])).toMatchObject({ code: 2, err: `hopclip: ${at("none.wasm")}: no such file\n` });
    expect(existsSync(at("none.wasm"))).toBe(false);
  });
});

describe("the help of each", () => {
  test.each<[string[], string[]]>([
    [["devices"], ["--no-ble", "--scan", "HOPCLIP_PORTS", "HOPCLIP_HCI", "rssi in dBm"]],
    [["status"], ["--clip", "lost_samples", "missing_bytes"]],
    [["live"], ["--seconds", "--exercise", "--no-beats", "--raw", "twice", "0.1 to 86400 s"]],
    [["capture"], ["--out", "--odr", "--range", "--no-gyro", "--force", "gaps in t_s"]],
    [["config", "get"], ["side", "52, 104, 208, 416 or 833 Hz"]],
    [["config", "set"], ["5 to 60 ms", "1 to 2147483647 or none"]],
    [["metronome"], ["30 to 240 beats/min", "--accent-every"]],
    [["time", "sync"], ["uncertainty_ms", "round trip"]],
    [["app", "push"], ["5 s", "sent_bytes", "exit code is 1"]],
    [["app", "list"], ["--clip"]],
    [["app", "confirm"], ["--clip"]],
    [["app", "rollback"], ["--clip"]],
  ])("%j has what it needs", async (command, words) => {
    const { code, out } = await hopclip([...command, "--help"]);
    expect(code).toBe(0);
    const text = out.replaceAll(/\s+/gu, " ");
    for (const word of [...words, "--json", "Example", "Exit codes:"]) expect(text).toContain(word);
  });
});
