// A clip's log fetched, cut at many places, kept as sets, given up: on simulated clips, in virtual time, and as a command.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { Archive } from "../../host/log/archive.ts";
import { Client } from "../../host/clip/client.ts";
import { giveUp } from "../../host/clip/command.ts";
import { clipKey } from "../../host/clip/key.ts";
import { linesOf, Logbook, parseIndex, parseLog, setsOf, type LogRecord } from "../../host/clip/logbook.ts";
import { withLedger } from "../../host/ledger/open.ts";
import { recordFrom } from "../../host/log/logged.ts";
import { missing_bytes, pull, recordsIn, wholeIn, type Pulled } from "../../host/log/pull.ts";
import { loadWasm } from "../../host/wasm.ts";
import { readLog } from "../app/records.ts";
import { Device } from "../client/device.ts";
import { Wire } from "../client/wire.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-logs-"));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;
const place = (): string => join(folder, `${(made += 1)}`);

/** A clip whose wearer has done some sets, told the time of day. */
async function hopped(sets = 3, seed = 5, set_ms = 12_000): Promise<{ wire: Wire; client: Client }> {
  const wire = new Wire({ wasm: loadWasm(), exercise: "pogo", variant: "single", bpm: 150, seconds: 3000, seed });
  const client = new Client(wire);
  await client.greet();
  for (let i = 0; i < sets; i++) {
    await client.command(`SET,1,1500,${set_ms},0,4,0,0,25,3`);
    await wire.pass(set_ms + 8000);
  }
  return { wire, client };
}
const quiet = () => () => {};
const fetchAll = (client: Client, archive: Archive): Promise<Pulled> => pull(new Logbook(client.smp), archive, quiet);

/** Files of a made clip: real records, cut into files of one kind of log. */
function deviceOf(files: ReadonlyMap<number, Uint8Array>): Device {
  const device = new Device();
  const index = [...files].map(([number, bytes]) => `${String(number).padStart(10, "0")} ${String(bytes.length).padStart(4, "0")}\n`).join("");
  device.files.set("/log", new Uint8Array(Buffer.from(index)));
  for (const [number, bytes] of files) device.files.set(`/log/${number}`, bytes);
  return device;
}
/** Files of a real clip's log, as the firmware gives them. */
async function filesOf(client: Client): Promise<Map<number, Uint8Array>> {
  const files = new Map<number, Uint8Array>();
  const logbook = new Logbook(client.smp);
  for (const { number } of await logbook.files()) files.set(number, (await logbook.bytes(number))!);
  return files;
}
/** A log of several files; fetched once. */
let long: Promise<ReadonlyMap<number, Uint8Array>> | null = null;
const longLog = (): Promise<ReadonlyMap<number, Uint8Array>> => (long ??= hopped(4, 5, 60_000).then(({ client }) => filesOf(client)));
const teller = { origin: "42", sensor: "LSM6DSO at 416 Hz, ±16 g", version: "0.1.0", firmware_sha256: "ab".repeat(32), now_ms: 1_772_476_200_000 };

describe("records", () => {
  test("are those the firmware's own store finds", async () => {
    const { wire, client } = await hopped();
    const own = await readLog({ bytes: wire.clip.flash } as never);
    const found = [...(await filesOf(client)).values()].flatMap((bytes) => parseLog(bytes).records);
    expect(found.length).toBe(own.length);
    const contacts = found.flatMap((record) => (record.type === "contact" ? [record] : []));
    expect(contacts.map(({ ic_us }) => ic_us)).toEqual(own.filter(({ type }) => type === 3).map(({ bytes }) => Number(bytes.getBigUint64(0, true))));
    expect(contacts.length).toBeGreaterThan(80);
    expect(found.map(({ sequence }) => sequence)).toEqual(found.map((_, i) => i + 1));
  });

  test("of a set give the lines the clip sent", async () => {
    const { wire, client } = await hopped();
    const files = await filesOf(client);
    const records = [...files.values()].flatMap((bytes) => parseLog(bytes).records);
    const body = (line: string): string => line.replace(/^\$HC,\d+,/u, "").replace(/\*.*$/u, "");
    const wanted = (tags: RegExp, lines: readonly string[]): string[] => lines.map(body).filter((line) => tags.test(line));
    const told = [...setsOf(() => records)].flatMap((set) => linesOf(set));
    for (const tags of [/^(?:CON|AMD|REP),/u, /^SUM,/u, /^VER,/u]) expect(wanted(tags, told)).toEqual(wanted(tags, wire.sent));
    expect(wanted(/^CON,/u, told).length).toBeGreaterThan(80);
  });

  test("that are torn or rotten are passed over and counted, the others are all there", async () => {
    const { client } = await hopped(1);
    const [bytes] = [...(await filesOf(client)).values()];
    const whole = parseLog(bytes!);
    for (let at = 0; at < bytes!.length; at += 7) {
      const rotten = bytes!.slice();
      rotten[at]! ^= 0x10;
      const parsed = parseLog(rotten);
      expect(whole.records.length - parsed.records.length).toBe(1);
      expect(parsed.damaged).toBe(parsed.end === whole.end ? 1 : 0); // the last one is not known to be over
    }
    for (let length = 0; length < bytes!.length; length += 11) {
      const parsed = parseLog(bytes!.slice(0, length));
      expect([parsed.damaged, parsed.end <= length]).toEqual([0, true]);
      expect(parsed.records).toEqual(whole.records.slice(0, parsed.records.length));
    }
    expect(parseLog(new Uint8Array(4080).fill(0xff))).toEqual({ records: [], damaged: 0, end: 0 });
  });

  test.each(["x", "0000000001 0001", "0000000001 0001\n0000000003 0001\n", "0000000001  0x1\n", "-000000001 0001\n"])("an index that is %j is none", (text) => {
    expect(() => parseIndex(new Uint8Array(Buffer.from(text)))).toThrow("the clip's index of its log makes no sense");
  });
});

describe("the date of a set", () => {
  const set = (n: number, start_us: number): LogRecord[] => [
    { sequence: 1, type: "set", set: n, asked: [1, 0, 5000, 0, 0, 0, 0, 0, 0, 0], side: 0 },
    { sequence: 2, type: "summary", fields: [n, 1, 1, 5000, 0, 0, 0, 0, null, null, null, null, null, null, null, 0], start_us },
  ];
  const boot = (at_us: number): LogRecord => ({ sequence: 0, type: "boot", at_us, version: "0.1.0" });
  const time = (unix_ms: number, clip_us: number): LogRecord => ({ sequence: 0, type: "time", unix_us: unix_ms * 1000, clip_us });
  const NOON = 1_772_449_200_000;
  const dates = (...records: readonly (LogRecord | LogRecord[])[]) => [...setsOf(() => records.flat())].map(({ began }) => began);

  test("is known where the clip was told the time in the same run, before or after", () => {
    expect(dates(boot(5), time(NOON, 1_000_000), set(1, 61_000_000))).toEqual([{ unix_ms: NOON + 60_000, known: "exactly" }]);
    expect(dates(boot(5), set(1, 61_000_000), time(NOON, 121_000_000))).toEqual([{ unix_ms: NOON - 60_000, known: "exactly" }]);
    expect(dates(boot(5), time(NOON - 999, 1000), set(1, 61_000_000), time(NOON, 71_000_000))[0]!.unix_ms).toBe(NOON - 10_000); // the nearer one
  });
  test("is the earliest it can have been after the last time told, or the latest before the next", () => {
    expect(dates(boot(5), time(NOON, 1_000_000), set(1, 61_000_000), boot(5), set(2, 30_000_000))).toEqual([{ unix_ms: NOON + 60_000, known: "exactly" }, { unix_ms: NOON + 90_000, known: "after" }]);
    expect(dates(boot(5), set(1, 30_000_000), boot(5), time(NOON, 1_000_000))).toEqual([{ unix_ms: NOON - 1000, known: "before" }]);
    expect(dates(boot(5), set(1, 30_000_000))).toEqual([null]);
  });
  test("that is not known is said in the set's errors", () => {
    const kept = (...records: readonly (LogRecord | LogRecord[])[]) => recordFrom([...setsOf(() => records.flat())].at(-1)!, teller)!;
    expect(kept(boot(5), time(NOON, 1_000_000), set(1, 61_000_000))).toMatchObject({ started_ms: NOON + 60_000, errors: [], origin: "42", source: "clip", firmware_sha256: teller.firmware_sha256 });
    expect(kept(boot(5), set(1, 30_000_000))).toMatchObject({ started_ms: teller.now_ms, errors: ["the clip was never told the time of day: the set is dated when it was fetched"] });
    expect(kept(boot(5), set(1, 30_000_000), boot(5), time(NOON, 1_000_000)).errors[0]).toContain("began then, or earlier");
    expect(kept(boot(5), time(NOON, 1_000_000), boot(5), set(1, 30_000_000)).errors[0]).toContain("began then, or later");
  });
});

describe("a pull", () => {
  test("cut at any of 50 places goes on there, and its bytes are equal", async () => {
    const files = await longLog();
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    const whole = deviceOf(files);
    await fetchAll(new Client(whole), new Archive(place()));
    const count = whole.packets.length;
    expect([files.size >= 5, count > 50]).toEqual([true, true]);
    for (let cut = 1; cut <= 50; cut++) {
      const archive = new Archive(place());
      const at = Math.ceil((cut * count) / 51);
      const device = deviceOf(files);
      device.onAsked = (_asked, index) => {
        if (index === at) device.cut(NaN);
        return index !== at;
      };
      await expect(fetchAll(new Client(device), archive)).rejects.toThrow("did not come back within 30 s");
      const left = missing_bytes([...files].map(([number, bytes]) => ({ number, bytes: bytes.length })), archive);
        expect(left).toBeLessThanOrEqual(total);
      const again = deviceOf(files);
      const { fetched_bytes } = await fetchAll(new Client(again), archive);
      expect(fetched_bytes).toBe(left); // what was there is not fetched again
      for (const [number, bytes] of files) expect(Buffer.compare(archive.bytes(number), bytes)).toBe(0);
    }
  }, 60_000);

  test("twice is the same as once, also of a set that has grown, on a ledger", async () => {
    const { wire, client } = await hopped(2);
    const archive = new Archive(place());
    const db = `${place()}.db`;
    const keep = () =>
      withLedger(db, async (ledger) => {
        const runner = (await ledger.runners())[0] ?? (await ledger.addRunner("Anna"));
        for (const set of setsOf(() => recordsIn(archive))) await ledger.keepSet(runner, recordFrom(set, teller)!, clipKey("42", set.plan.set, set.start_us));
        return (await ledger.sets(runner)).map(({ set }) => [set.id, set.hops]);
      });
    expect((await fetchAll(client, archive)).given_up).toBe(0);
    const once = await keep();
    expect(once.map(([id]) => id)).toEqual([1, 2]);
    expect((await fetchAll(client, archive)).fetched_bytes).toBe(0);
    expect(await keep()).toEqual(once);
    await client.command("SET,1,1500,8000,0,4,0,0,25,3");
    await wire.pass(5000);
    await fetchAll(client, archive); // in the middle of a set
    expect(await keep()).toEqual(once);
    await wire.pass(10_000);
    await fetchAll(client, archive);
    expect((await keep()).map(([id]) => id)).toEqual([1, 2, 3]);
  });

  test("tells records that were given up before it, and damaged ones", async () => {
    const files = await longLog();
    const numbers = [...files.keys()];
    const only = (from: number, to: number) => new Map([...files].filter(([number]) => number >= numbers[from]! && number <= numbers[to]!));
    const archive = new Archive(place());
    expect(await fetchAll(new Client(deviceOf(only(0, 1))), archive)).toMatchObject({ fetched: 2, given_up: 0, damaged: 0, aside: null });
    const given = parseLog(files.get(numbers[2]!)!).records.length;
    expect(await fetchAll(new Client(deviceOf(only(3, numbers.length - 1))), archive)).toMatchObject({ given_up: given });
    expect(await fetchAll(new Client(deviceOf(only(3, numbers.length - 1))), archive)).toMatchObject({ given_up: 0, fetched: 0 });
    const late = new Archive(place());
    expect((await fetchAll(new Client(deviceOf(only(1, 2))), late)).given_up).toBe(parseLog(files.get(numbers[0]!)!).records.length);
    const rotten = new Map([[numbers[0]!, files.get(numbers[0]!)!.slice()]]);
    rotten.get(numbers[0]!)![200]! ^= 1;
    expect(await fetchAll(new Client(deviceOf(rotten)), new Archive(place()))).toMatchObject({ damaged: 1 });
  });

  test("and then giving up what was fetched loses nothing", async () => {
    const { client } = await hopped(2, 5, 60_000);
    const archive = new Archive(place());
    await fetchAll(client, archive);
    const before = await filesOf(client);
    const numbers = [...before.keys()];
    await expect(client.command(giveUp(numbers.at(-1)!))).rejects.toThrow("a value is outside of what it takes");
    expect(await client.command(giveUp(numbers.at(-2)!))).toEqual([String(numbers.at(-1))]);
    expect((await new Logbook(client.smp).files()).map(({ number }) => number)).toEqual([numbers.at(-1)]);
    await client.command("SET,1,1500,12000,0,4,0,0,25,3");
    await client.link.pass(20_000);
    expect(await fetchAll(client, archive)).toMatchObject({ given_up: 0, damaged: 0, aside: null });
    expect([...setsOf(() => recordsIn(archive))].map(({ plan }) => plan.set)).toEqual([1, 2, 3]);
  });

  test("says which files may be given up: those that are in the archive byte for byte, up to the first that is not", async () => {
    const files = await longLog();
    const numbers = [...files.keys()];
    const archive = new Archive(place());
    const may = async (device: Device): Promise<number[]> => {
      const logbook = new Logbook(new Client(device).smp);
      return (await wholeIn(archive, logbook, await logbook.files())).map(({ number }) => number);
    };
    expect(numbers.length).toBeGreaterThan(3);
    expect(await may(deviceOf(files))).toEqual([]);
    await fetchAll(new Client(deviceOf(files)), archive);
    expect(await may(deviceOf(files))).toEqual(numbers.slice(0, -1)); // the last one is being written
    // Another clip without a serial number: files of the same numbers and lengths, other bytes.
    const other = new Map([...files].map(([number, bytes], i) => [number, i === 1 ? bytes.map((byte) => byte ^ 1) : bytes]));
    expect(await may(deviceOf(other))).toEqual(numbers.slice(0, 1));
    await archive.keep(numbers[0]!, files.get(numbers[0]!)!.subarray(0, -4));
    expect(await may(deviceOf(files))).toEqual([]);
  });

  test("of a log that has begun anew keeps the old one aside", async () => {
    const [one, other] = [await filesOf((await hopped(2, 5)).client), await filesOf((await hopped(2, 6)).client)];
    const archive = new Archive(place());
    await fetchAll(new Client(deviceOf(one)), archive);
    const { aside } = await fetchAll(new Client(deviceOf(other)), archive);
    expect(aside).toBe(`${archive.folder}.1`);
    for (const [number, bytes] of one) expect(Buffer.compare(new Archive(aside!).bytes(number), bytes)).toBe(0);
    for (const [number, bytes] of other) expect(Buffer.compare(archive.bytes(number), bytes)).toBe(0);
  });

  test("onto a full disk says so, and goes on when there is room", async ({ skip }) => {
    const small = place();
    mkdirSync(small);
    const mounted = process.getuid?.() === 0 && spawnSync("mount", ["-t", "tmpfs", "-o", "size=24k", "tmpfs", small]).status === 0;
    skip(!mounted, "only root can mount a disk so small");
    onTestFinished(() => void execFileSync("umount", [small]));
    writeFileSync(join(small, "filler"), Buffer.alloc(12_000));
    const files = await longLog();
    const archive = new Archive(join(small, "logs"));
    await expect(fetchAll(new Client(deviceOf(files)), archive)).rejects.toThrow(/cannot be written: the disk is full$/u);
    rmSync(join(small, "filler"));
    expect(readdirSync(archive.folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    execFileSync("mount", ["-o", "remount,size=400k", small]);
    await fetchAll(new Client(deviceOf(files)), archive);
    for (const [number, bytes] of files) expect(Buffer.compare(archive.bytes(number), bytes)).toBe(0);
  });
});

describe("hopclip logs", () => {
  const hopclip = (...args: string[]) => spawnSync(process.execPath, ["host/cli.ts", "logs", ...args], { encoding: "utf8", env: { ...process.env, XDG_DATA_HOME: place(), HOPCLIP_CLIP: "" } });
  test("says what it takes, and what a clip that is none is", () => {
    for (const sub of ["ls", "pull", "rm"]) {
      const { stdout, status } = hopclip(sub, "--help");
      expect([status, stdout]).toEqual([0, expect.stringContaining("Exit codes: 0 all well")]);
      expect(hopclip(sub, "--clip", "/dev/ttyNONE")).toMatchObject({ status: 2, stdout: "", stderr: expect.stringMatching(/^hopclip: \/dev\/ttyNONE: no such serial port; .*\n$/u) });
    }
    expect(readFileSync("README.md", "utf8")).toContain("hopclip logs pull");
  });
});
