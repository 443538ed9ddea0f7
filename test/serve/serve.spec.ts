// hopclip sim --serve and --tcp, from outside: who may connect, what comes and goes, how it ends.
import { existsSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { FLASH_BYTES } from "../../firmware/wire/layout.ts";
import { loadWasm } from "../../host/wasm.ts";
import { install } from "../../sim/slot.ts";
import { Served, Talker } from "./served.ts";

loadWasm();
const folder = mkdtempSync(join(tmpdir(), "hopclip-serve-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

let started: Served[] = [];
afterEach(async () => {
  await Promise.all(started.map((served) => served.stop("SIGKILL")));
  started = [];
});
function serve(...options: string[]): Served {
  const served = new Served(...options);
  started.push(served);
  return served;
}

describe("over TCP", () => {
  test("a clip answers, tells who it is, and takes one client at a time, one after another", async () => {
    const served = serve("--tcp", "0", "--seed", "9", "--side", "right");
    const { port, serial, pid, path } = await served.ready;
    expect([serial, pid, path]).toEqual([9, served.child.pid, `tcp:${port}`]);
    const one = await Talker.tcp(port!);
    expect(await one.ask("CFG,SID")).toBe("CFG,SID,2");
    await one.ask("HEL");
    expect(await one.until((line) => line.includes(",HEL,1,"))).toContain(",9,108,416,16,1*");
    const other = await Talker.tcp(port!);
    await other.closed;
    expect(await one.ask("CFG,SER")).toBe("CFG,SER,9");
    await one.close();
    const next = await Talker.tcp(port!);
    expect(await next.ask("CFG,SER")).toBe("CFG,SER,9");
    const up_ms = async (): Promise<number> => Number((await next.ask("STA")).split(",")[4]);
    const [from_ms, from] = [await up_ms(), performance.now()];
    await pause(700);
    const passed_ms = performance.now() - from;
    expect(Math.abs((await up_ms()) - from_ms - passed_ms)).toBeLessThan(passed_ms / 3); // real time
    expect(await served.stop()).toMatchObject({ code: 0, err: "" });
  });

  test("a port that is taken is one line", async () => {
    const { port } = await serve("--tcp", "0").ready;
    expect(await serve("--tcp", String(port)).ended).toEqual({ code: 1, out: "", err: `hopclip: TCP port ${port}: another program has it: name another one, or 0 for any\n` });
  });

  test("a client that sends megabytes, noise, and reads nothing, stops nobody and fills no memory", async () => {
    const served = serve("--tcp", "0");
    const { port, pid } = await served.ready;
    const rss_mb = (): number => Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
    const talker = await Talker.tcp(port!);
    await talker.ask("HEL");
    const before_mb = rss_mb();
    talker.pause();
    for (let part = 0; part < 30; part++) {
      talker.write("$HC,1,HEL*CE74\r\n".repeat(2000) + "x".repeat(30_000));
      await pause(20);
    }
    await pause(1000);
    expect(rss_mb() - before_mb).toBeLessThan(100);
    await talker.close();
    const next = await Talker.tcp(port!);
    expect(await next.ask("CFG,GYR")).toBe("CFG,GYR,1");
    await served.stop();
  });
});

describe("on a pty", () => {
  test("a link points at it as long as the clip is served; clients come and go", async () => {
    const path = at("clip");
    symlinkSync("/dev/pts/99999", path); // left by one that was killed
    const served = serve("--serve", path, "--seed", "7");
    await served.ready;
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    for (let round = 0; round < 3; round++) {
      const talker = await Talker.serial(path);
      expect(await talker.ask("CFG,SER")).toBe("CFG,SER,7");
      await talker.close();
    }
    expect((await serve("--serve", path).ended).err).toMatch(/clip: a clip is served there already; if that is long over, delete the link;/u);
    expect(await served.stop("SIGTERM")).toMatchObject({ code: 0, err: "" });
    expect(existsSync(path)).toBe(false);
    expect(() => lstatSync(path)).toThrow("ENOENT");
  });

  test("the end of a pty that somebody else made is opened as a serial port", async () => {
    const path = at("there");
    const first = serve("--serve", path);
    await first.ready;
    const real = realpathSync(path);
    const second = serve("--serve", real);
    expect((await second.ready).path).toBe(real);
    await second.stop();
    expect(statSync(path).isCharacterDevice()).toBe(true);
    await first.stop();
  });

  test.each([
    ["a file", () => (writeFileSync(at("file"), "mine"), at("file")), /file: is there already and no serial port: name one, or a path that is free$/u],
    ["a folder", () => folder, /: is there already and no serial port/u],
    ["a folder that is not there", () => at("none/clip"), /none\/clip: no link can be made there: ENOENT/u],
  ])("%s in its place is told and left alone", async (_what, make, message) => {
    const path = make();
    const { code, out, err } = await serve("--serve", path).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    if (path === at("file")) expect(readFileSync(path, "utf8")).toBe("mine");
  });
});

describe("the flash of a served clip", () => {
  test("is kept in a file, also when the program is killed", async () => {
    const path = at("flash");
    const served = serve("--tcp", "0", "--flash", path, "--serial", "12", "--exercise", "calf");
    const talker = await Talker.tcp((await served.ready).port!);
    expect(await talker.ask("CFG,STR,99")).toBe("CFG,STR,99");
    expect(await talker.ask("SET,4,0,1000,0,0,0,0")).toBe("SET");
    await talker.until((line) => line.includes(",SUM,"));
    await served.stop("SIGKILL");
    expect(statSync(path).size).toBe(FLASH_BYTES);
    const again = serve("--tcp", "0", "--flash", path, "--seed", "3", "--side", "left");
    const next = await Talker.tcp((await again.ready).port!);
    // Its own settings, but for those asked for; its log goes on.
    expect([await next.ask("CFG,SER"), await next.ask("CFG,STR"), await next.ask("CFG,SID")]).toEqual(["CFG,SER,12", "CFG,STR,99", "CFG,SID,1"]);
    await next.ask("SET,4,0,1000,0,0,0,0");
    expect(await next.until((line) => line.includes(",SUM,"))).toContain(",SUM,2,4,");
    await again.stop();
  });

  test("runs the app of its slot, and says what became of another one", async () => {
    const path = at("slots");
    const flash = new Uint8Array(FLASH_BYTES).fill(0xff);
    install(flash, loadWasm(), { slot: 0, sequence: 1, confirmed: true });
    install(flash, Uint8Array.from([1, 2, 3]), { slot: 1, sequence: 2, confirmed: false });
    writeFileSync(path, flash);
    const served = serve("--tcp", "0", "--flash", path);
    const talker = await Talker.tcp((await served.ready).port!);
    expect(await talker.ask("CFG,GYR")).toBe("CFG,GYR,1");
    expect(talker.lines.find((line) => line !== "")).toMatch(/^\$HC,0,RST,1,7,0,0,0\*/u);
    await served.stop();
  });

  test.each([
    ["of another size", () => (writeFileSync(at("small"), "x"), at("small")), new RegExp(`small: has 1 bytes, the flash of a clip ${FLASH_BYTES}: it is none$`, "u")],
    ["in no folder", () => at("none/flash"), /none\/flash: cannot be written: ENOENT/u],
  ])("%s is told", async (_what, make, message) => {
    const { code, out, err } = await serve("--tcp", "0", "--flash", make()).ended;
    expect([code, out]).toEqual([2, ""]);
    expect(err.trimEnd()).toMatch(message);
  });
});

test.each([
  [["--baud", "9600"], /--baud belongs to a clip that is served: --serve, --tcp, --ble$/u],
  [["--tcp", "0", "--serve", "x"], /--serve and --tcp exclude each other$/u],
  [["--tcp", "70000"], /--tcp.*'70000'.*whole number from 0 to 65535/u],
  [["--tcp", "0", "--out", "x.csv"], /--out belongs to a simulation of one set, not to a clip that is served$/u],
  [["--tcp", "0", "--variant", "treble"], /--variant of pogo is single, staggered, double; not "treble"$/u],
  [["--tcp", "0", "--serial", "0"], /--serial.*'0'.*whole number from 1 to 2147483647/u],
])("a wrong command line %j is one line", async (options, message) => {
  const { code, out, err } = await serve(...options).ended;
  expect([code, out]).toEqual([2, ""]);
  expect(err.trimEnd()).toMatch(message);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
});
