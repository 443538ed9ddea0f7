// Links over serial ports (ptys) and TCP: what comes is told, what breaks off comes back, what cannot be opened says why.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket as TcpSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SerialPort } from "serialport";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { Client } from "../../host/clip/client.ts";
import { buildLine } from "../../host/clip/line.ts";
import { buildPacket } from "../../host/clip/packet.ts";
import { framed } from "../../host/link/console.ts";
import type { Link } from "../../host/link/link.ts";
import { openLink } from "../../host/link/open.ts";
import { linkTo } from "../../host/link/reach.ts";
import { Socket } from "./pty.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-link-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sockets: Socket[] = [];
const links: Link[] = [];
const servers: Server[] = [];
afterEach(async () => {
  for (const link of links.splice(0)) await link.close();
  for (const socket of sockets.splice(0)) socket.pull();
  for (const server of servers.splice(0)) server.close();
});

let made = 0;
async function plugged(): Promise<Socket> {
  const socket = new Socket(join(folder, `port${(made += 1)}`));
  sockets.push(socket);
  await socket.plug();
  return socket;
}
async function opened(which: string): Promise<{ link: Link; lines: string[]; packets: string[]; states: boolean[] }> {
  const link = await openLink(which);
  links.push(link);
  const [lines, packets, states]: [string[], string[], boolean[]] = [[], [], []];
  link.onLine = (text) => lines.push(text);
  link.onPacket = (packet) => packets.push(Buffer.from(packet).toString("hex"));
  link.onState = (up) => states.push(up);
  return { link, lines, packets, states };
}
async function until(holds: () => boolean, limit_ms = 15_000): Promise<void> {
  for (const end_ms = performance.now() + limit_ms; !holds(); await pause(2)) if (performance.now() > end_ms) throw new Error("it did not come");
}
const message = (work: Promise<unknown>): Promise<string> => work.then(() => "no failure", (error: Error) => `${error.name}: ${error.message}`);

/** Answers the commands of a client, as a clip does. */
function clip(serial: string, write: (text: string) => void): (bytes: Buffer) => void {
  let text = "";
  return (bytes) => {
    text += bytes.toString("latin1");
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      const [, seq, tag] = /\$HC,(\d+),([A-Z]+)/u.exec(text.slice(0, end)) ?? [];
      text = text.slice(end + 1);
      if (tag === "HEL") write(buildLine(1, `ACK,${seq},HEL`) + buildLine(2, `HEL,1,0.1.0,${serial},108,416,16,1`));
      else if (tag === "TIM") write(buildLine(3, `ACK,${seq},TIM,1000`));
      else if (tag === "STA") write(buildLine(4, `ACK,${seq},STA,0,0,0,1,-,0,0,0,0`));
    }
  };
}

const packet = buildPacket({ op: 1, version: 1, group: 0, sequence: 5, command: 0 }, { r: "x".repeat(500) });

describe("a rate", () => {
  const rateOf = (socket: Socket): string => execFileSync("stty", ["-F", socket.pts, "speed"], { encoding: "utf8" }).trim();

  test("stands behind the path, and is 115200 Bd without one", async () => {
    const socket = await plugged();
    const { link } = await opened(`${socket.path}@9600`);
    expect(rateOf(socket)).toBe("9600");
    await link.close();
    await opened(socket.path);
    expect(rateOf(socket)).toBe("115200");
  });

  test.each(["@1199", "@10000001"])("%s is none", async (rate) => {
    const socket = await plugged();
    await expect(openLink(socket.path + rate)).rejects.toThrow(`${socket.path + rate}: a serial port takes 1200 to 10000000 Bd`);
  });
});

describe("a serial port", () => {
  test("carries lines and packets both ways", async () => {
    const socket = await plugged();
    let sent = Buffer.alloc(0);
    socket.onBytes = (bytes) => (sent = Buffer.concat([sent, bytes]));
    const { link, lines, packets } = await opened(socket.path);
    expect([link.up, link.source, link.name]).toEqual([true, "clip", socket.path]);
    socket.write(buildLine(1, "BEA,1,2,0"));
    socket.write(framed(packet));
    link.send(buildLine(7, "STA"));
    link.sendPacket(packet);
    const wanted = Buffer.concat([Buffer.from(buildLine(7, "STA")), framed(packet)]);
    await until(() => packets.length === 1 && sent.length >= wanted.length);
    expect([lines, packets]).toEqual([[buildLine(1, "BEA,1,2,0").trimEnd()], [Buffer.from(packet).toString("hex")]]);
    expect(Buffer.compare(sent, wanted)).toBe(0);
  });

  test("pulled out and put in again is the same link; what is sent meanwhile is lost", async () => {
    const socket = await plugged();
    const { link, lines, states } = await opened(socket.path);
    socket.write("$HC,9,BEA,1,2");
    await pause(50);
    socket.pull();
    await until(() => !link.up);
    link.send(buildLine(1, "STP"));
    await pause(600);
    const heard: Buffer[] = [];
    socket.onBytes = (bytes) => heard.push(bytes);
    await socket.plug();
    await until(() => link.up);
    socket.write(buildLine(2, "BEA,2,2,0"));
    link.send(buildLine(3, "STA"));
    await until(() => lines.length > 0 && heard.length > 0);
    expect([lines, states, Buffer.concat(heard).toString()]).toEqual([[buildLine(2, "BEA,2,2,0").trimEnd()], [false, true], buildLine(3, "STA")]);
  });

  test("that comes back under another name is found by its USB serial number", async () => {
    const [first, second] = [await plugged(), await plugged()];
    const onUsb = (path: string, serialNumber: string): object => ({ path, vendorId: "303a", productId: "1001", serialNumber });
    let there = [onUsb("/dev/other", "A1"), onUsb(first.path, "B2")];
    const list = vi.spyOn(SerialPort, "list").mockImplementation(async () => there as never);
    try {
      const { link, lines } = await opened(first.path);
      first.pull();
      await until(() => !link.up);
      there = [onUsb(first.path, "A1"), onUsb(second.path, "B2")];
      await first.plug(); // something else is in its place
      await until(() => link.up);
      first.write(buildLine(1, "BEA,1,2,0"));
      second.write(buildLine(2, "BEA,2,2,0"));
      await until(() => lines.length > 0);
      await pause(50);
      expect(lines).toEqual([buildLine(2, "BEA,2,2,0").trimEnd()]);
    } finally {
      list.mockRestore();
    }
  });

  test("carries a client over the cut: it greets again, and tells another clip", async () => {
    const socket = await plugged();
    socket.onBytes = clip("42", (text) => socket.write(text));
    const client = new Client((await opened(socket.path)).link);
    expect((await client.greet()).serial).toBe("42");
    socket.pull();
    await until(() => !client.link.up);
    const status = client.status();
    await socket.plug();
    expect((await status).mode).toBe("idle");
    socket.pull();
    await until(() => !client.link.up);
    socket.onBytes = clip("43", (text) => socket.write(text));
    const other = message(client.status());
    await socket.plug();
    expect(await other).toContain("another clip answers there now: number 43, it was 42");
  });

  test("is one program's alone, and says so to the second", async () => {
    const socket = await plugged();
    await opened(socket.path);
    expect(await message(openLink(socket.path))).toBe(`Failure: ${socket.path}: another program has the port open: close it there first`);
  });

  test("that may not be opened says how to be allowed", async ({ skip }) => {
    skip(process.getuid?.() !== 0, "only root can become somebody else");
    const socket = await plugged();
    chmodSync(socket.pts, 0o600);
    chownSync(socket.pts, 0, 0);
    chmodSync(folder, 0o755);
    const script = `process.setuid(65534); import("${join(process.cwd(), "host/link/open.ts")}").then(({ openLink }) => openLink("${socket.path}")).catch((error) => console.log(error.message));`;
    expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toContain("this user may not open it: sudo usermod -aG dialout $USER and log in again, or a udev rule (hopclip doctor shows one)");
  });

  test.each([
    ["/dev/ttyNONE", /^InputError: \/dev\/ttyNONE: no such serial port; /u],
    ["/dev/null", /^Failure: \/dev\/null: is no serial port, or does not take this speed$/u],
    ["host/cli.ts", /^Failure: host\/cli\.ts: is no serial port/u],
    [tmpdir(), /^Failure: .*: is no serial port/u],
  ])("%s is none", async (path, said) => {
    expect(await message(openLink(path))).toMatch(said);
  });

  test("on which nobody answers, or something else, says so", async () => {
    const socket = await plugged();
    const { link } = await opened(socket.path);
    const client = new Client(link);
    expect(await message(client.greet())).toMatch(/did not answer HEL within 2 s: is it charged, near and not in use elsewhere\?$/u);
    socket.onBytes = () => socket.write("login: \r\n");
    expect(await message(client.greet())).toMatch(/what answers there is no hopclip; it says "login: "$/u);
  });

  test.each([["by number", "4711"], ["by side", "left"], ["as the only one", undefined]])("on which a clip is looked for %s is let go of at once by Ctrl-C", async (_how, which) => {
    const socket = await plugged();
    const stop = new AbortController();
    let heard = "";
    socket.onBytes = (bytes) => {
      heard += bytes.toString("latin1");
      stop.abort();
    };
    vi.stubEnv("HOPCLIP_PORTS", socket.path);
    try {
      expect(await message(linkTo(which, stop.signal))).toBe("Stopped: stopped before the clip was reached");
    } finally {
      vi.unstubAllEnvs();
    }
    expect(heard.split("\n").length - 1, "greetings: it is not asked again").toBe(1);
  });

  test("on which a clip is looked for is asked once, and the air after that", async () => {
    const socket = await plugged();
    let heard = "";
    socket.onBytes = (bytes) => (heard += bytes.toString("latin1"));
    vi.stubEnv("HOPCLIP_PORTS", socket.path);
    vi.stubEnv("HOPCLIP_HCI", "/dev/ttyNONE");
    try {
      expect(await message(linkTo("left", new AbortController().signal))).toMatch(/^Failure: a clip that is set to the left side was not found \(none was found at all; HOPCLIP_HCI=\/dev\/ttyNONE: /u);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(heard.split("\n").length - 1, "greetings").toBe(3);
  }, 30_000);

  const CYCLES = Number(process.env["HOPCLIP_CYCLES"] ?? 50);
  test(`pulled and put in ${CYCLES} times leaks neither memory nor handles`, async () => {
    const socket = await plugged();
    const { link, states } = await opened(socket.path);
    const handles = (): number => readdirSync("/proc/self/fd").length;
    const heap_bytes = (): number => {
      setFlagsFromString("--expose-gc");
      (runInNewContext("gc") as () => void)();
      return process.memoryUsage().heapUsed;
    };
    const cycle = async (): Promise<void> => {
      socket.pull();
      await until(() => !link.up);
      await socket.plug();
      await until(() => link.up);
      states.length = 0;
      // somebody is there: the next cut is looked after at once
      socket.write(buildLine(1, "BEA,1,2,0"));
      await pause(1);
    };
    for (let i = 0; i < 10; i++) await cycle();
    const before = [handles(), heap_bytes()] as const;
    for (let i = 0; i < CYCLES; i++) await cycle();
    const after = [handles(), heap_bytes()] as const;
    if (CYCLES > 50) console.log(`${CYCLES} cycles: handles ${before[0]} and ${after[0]}, heap ${(before[1] / 1e6).toFixed(1)} and ${(after[1] / 1e6).toFixed(1)} MB`);
    expect(after[0] - before[0]).toBeLessThanOrEqual(2);
    expect(after[1] - before[1]).toBeLessThan(5e6);
  }, 3_600_000);
});

describe("TCP", () => {
  async function served(): Promise<{ server: Server; port: number; sockets: TcpSocket[] }> {
    const there: TcpSocket[] = [];
    const server = createServer((socket) => {
      there.push(socket);
      socket.on("error", () => {});
      socket.on("data", clip("7", (text) => socket.write(text)));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, port: (server.address() as { port: number }).port, sockets: there };
  }
  test("carries a client, breaks off and comes back", async () => {
    const { port, sockets: there } = await served();
    for (const which of [`tcp:${port}`, `tcp:127.0.0.1:${port}`]) {
      const { link, states } = await opened(which);
      const client = new Client(link);
      expect((await client.greet()).serial).toBe("7");
      there.at(-1)!.destroy();
      await until(() => !link.up);
      expect((await client.status()).mode).toBe("idle");
      expect(states).toEqual([]); // the client has taken them
    }
  });
  test("that nobody listens on says so", async () => {
    const { server, port } = await served();
    await new Promise((resolve) => server.close(resolve));
    expect(await message(openLink(`tcp:${port}`))).toBe(`Failure: tcp:127.0.0.1:${port}: nobody listens there: is hopclip sim --tcp running, on that port?`);
  });
  test.each(["tcp:", "tcp:0", "tcp:65536", "tcp:host", "tcp:host:x"])("%s is no address", async (which) => {
    expect(await message(openLink(which))).toMatch(/^InputError: .*is tcp:PORT or tcp:HOST:PORT, with a port from 1 to 65535$/u);
  });
  test("is given up by whoever changes his mind", async () => {
    const { port } = await served();
    await expect(openLink(`tcp:${port}`, AbortSignal.abort())).rejects.toThrow(/abort/u);
  });
});

test("a process that has closed its link ends", async () => {
  const socket = await plugged();
  const script = `const { openLink } = await import("${join(process.cwd(), "host/link/open.ts")}"); const link = await openLink("${socket.path}"); await link.close(); console.log("closed");`;
  const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", timeout: 20_000 });
  expect([stdout, status]).toEqual(["closed\n", 0]);
});
