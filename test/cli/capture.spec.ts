// hopclip capture as a user meets it: on a simulated clip that another process serves, and on a made one whose every sample is known.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { frame } from "../../sim/world.ts";
import { Served } from "../serve/served.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-capture-"));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
function hopclip(args: readonly string[], when: (out: string, kill: (signal: NodeJS.Signals) => void) => void = () => {}, command = [process.execPath]): Promise<Ended> {
  const run = spawn(command[0]!, [...command.slice(1), "host/cli.ts", ...args], { env: { ...process.env, XDG_DATA_HOME: folder, HOPCLIP_CLIP: "" } });
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

/** A clip that sends what a test wants, as PROTOCOL.md has it: settings, and samples whose values tell their numbers. */
class Made {
  readonly settings: Record<string, number> = { ODR: 416, RNG: 16, GYR: 1, SID: 0, SER: 5 };
  readonly asked: string[] = [];
  /** A command that it refuses. */
  busy = "";
  onRaw: (made: Made) => void = () => {};
  private readonly server: Server;
  private socket: Socket | null = null;
  private seq = 0;

  constructor() {
    this.server = createServer((socket) => {
      this.socket = socket;
      let rest = "";
      socket.on("error", () => {});
      socket.on("data", (bytes) => {
        const lines = (rest + bytes.toString("latin1")).split("\r\n");
        rest = lines.pop()!;
        for (const line of lines) this.hear(line);
      });
    });
  }

  async listen(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return `tcp:${(this.server.address() as AddressInfo).port}`;
  }

  say(body: string): void {
    this.seq += 1;
    this.socket!.write(frame(`HC,${this.seq},${body}`));
  }

  /** A line of `count` samples from number `first` on, 2.4 ms apart: sample n has n in x, −n in y, 2n in z, and 3n, 4n, 5n as rates. */
  raw(first: number, count: number): void {
    const bytes = Buffer.alloc(count * 12);
    for (let i = 0; i < count; i++) [1, -1, 2, 3, 4, 5].forEach((by, j) => bytes.writeInt16LE((first + i) * by, i * 12 + j * 2));
    this.say(`RAW,${first},${5_000_000 + first * 2400},${bytes.toString("base64")}`);
  }

  /** The link is cut, and cannot be had again. */
  cut(): void {
    this.server.close();
    this.socket!.destroy();
  }

  close(): void {
    this.server.close();
    this.socket?.destroy();
  }

  private hear(line: string): void {
    const [, seq, tag, rest = ""] = /^\$HC,(\d+),([A-Z]+)(?:,([^*]*))?\*/u.exec(line)!;
    this.asked.push(rest === "" ? tag! : `${tag},${rest}`);
    if (this.asked.at(-1) === this.busy) {
      this.say(`ERR,${seq},${tag},BUSY`);
      return;
    }
    const [key, value] = rest.split(",");
    if (tag === "CFG" && value !== undefined) this.settings[key!] = Number(value);
    this.say(`ACK,${seq},${tag}${tag === "CFG" ? `,${key},${this.settings[key!]}` : tag === "TIM" ? ",1000000" : ""}`);
    if (tag === "HEL") this.say(`HEL,1,0.1.0,5,108,${this.settings["ODR"]},${this.settings["RNG"]},${this.settings["GYR"]}`);
    if (tag === "RAW" && rest === "1") this.onRaw(this);
  }
}

let made: Made | null = null;
afterEach(() => {
  made?.close();
  made = null;
});
async function madeClip(onRaw: (made: Made) => void): Promise<string> {
  made = new Made();
  made.onRaw = onRaw;
  return made.listen();
}
const rows = (text: string): number[][] => text.trimEnd().split("\n").slice(1).map((line) => line.split(",").map(Number));

describe("samples of a made clip", () => {
  test("are g and dps by the datasheet, timed by the clip's clock; lost ones are gaps and are counted", async () => {
    const clip = await madeClip((each) => {
      for (const first of [2, 7, 12, 30, 35, 40]) each.raw(first, 5); // 0, 1 and 17..29 never came
    });
    const { code, out } = await hopclip(["capture", "--out", at("made.csv"), "--clip", clip, "--json"], (text, kill) => {
      if (text.includes('"samples":25')) kill("SIGINT");
    });
    expect(code).toBe(0);
    const told = out.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>).at(-1)!;
    expect(told).toEqual({ type: "captured", out: at("made.csv"), clip: 5, seconds: 0.1008, samples: 30, lost: 15, odr_hz: 416, range_g: 16, gyro: true, rate_hz: expect.any(Number) as number });
    const text = readFileSync(at("made.csv"), "utf8");
    expect(text.split("\n")[0]).toBe("t_s,ax_g,ay_g,az_g,gx_dps,gy_dps,gz_dps");
    const numbers = [2, 7, 12, 30, 35, 40].flatMap((first) => [0, 1, 2, 3, 4].map((i) => first + i));
    const kept = rows(text);
    expect(kept).toHaveLength(30);
    for (const [i, n] of numbers.entries()) {
      const [t_s, ax, ay, az, gx, gy, gz] = kept[i]!;
      expect(t_s).toBeCloseTo((n - 2) * 0.0024, 6);
      expect([ax, ay, az]).toEqual([n * 0.000488, -n * 0.000488, n * 0.000976].map((value) => Number(value.toFixed(6))));
      expect([gx, gy, gz]).toEqual([n * 0.21, n * 0.28, n * 0.35].map((value) => Number(value.toFixed(4))));
    }
    expect(made!.asked.at(-1)).toBe("RAW,0");
  });

  test("of ±8 g without gyroscope; settings are put back", async () => {
    const clip = await madeClip((each) => {
      for (let line = 0; line < 13; line++) {
        const bytes = Buffer.alloc(60);
        for (let i = 0; i < 30; i++) bytes.writeInt16LE(-32_768 + i, i * 2);
        each.say(`RAW,${line * 10},${7_000_000 + line * 10_000},${bytes.toString("base64")}`);
      }
    });
    const { code } = await hopclip(["capture", "--out", at("slow.csv"), "--odr", "833", "--range", "8", "--no-gyro", "--seconds", "0.1", "--clip", clip]);
    expect(code).toBe(0);
    const text = readFileSync(at("slow.csv"), "utf8");
    expect(text.split("\n").slice(0, 2)).toEqual(["t_s,ax_g,ay_g,az_g", "0.000000,-7.995392,-7.995148,-7.994904"]);
    expect(made!.asked.filter((asked) => /CFG,\w+,\d/u.test(asked))).toEqual(["CFG,ODR,833", "CFG,RNG,8", "CFG,GYR,0", "CFG,ODR,416", "CFG,RNG,16", "CFG,GYR,1"]);
  });

  test("that make no sense are no samples: half ones, repeated ones, from before, no base64", async () => {
    const clip = await madeClip((each) => {
      each.raw(0, 5);
      each.say("RAW,5,5012000,AAAA"); // a quarter of a sample
      each.say("RAW,5,5012000,====");
      each.raw(0, 5);
      each.raw(5, 5);
      each.raw(7, 5);
      each.raw(10, 5);
      each.raw(15, 5);
    });
    const { code, out } = await hopclip(["capture", "--out", at("odd.csv"), "--clip", clip, "--json"], (text, kill) => {
      if (text.includes('"samples":15')) kill("SIGTERM");
    });
    expect(code).toBe(0);
    expect(out).toContain('"samples":20,"lost":0');
    expect(rows(readFileSync(at("odd.csv"), "utf8")).map(([, ax]) => Math.round(ax! / 0.000488))).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

describe("what was captured before it went wrong is kept, with exit code 1", () => {
  const few = (each: Made): void => {
    for (let first = 0; first < 100; first += 5) each.raw(first, 5);
  };
  test("the link drops", async () => {
    const clip = await madeClip((each) => {
      few(each);
      setTimeout(() => each.cut(), 300);
    });
    const { code, err } = await hopclip(["capture", "--out", at("cut.csv.gz"), "--range", "8", "--clip", clip]);
    expect(code).toBe(1);
    expect(err).toMatch(/\nhopclip: tcp:\S+: the link dropped; the link is cut; its settings could not be put back: hopclip config set rate 416, range 16, gyro on; .*cut\.csv\.gz has what was captured before\n$/u);
    expect(rows(gunzipSync(readFileSync(at("cut.csv.gz"))).toString())).toHaveLength(100);
  });
  test("the clip starts anew", async () => {
    const clip = await madeClip((each) => {
      few(each);
      each.say("HEL,1,0.1.0,5,108,416,16,1");
    });
    const { code, err } = await hopclip(["capture", "--out", at("anew.csv"), "--clip", clip]);
    expect(code).toBe(1);
    expect(err).toMatch(/: the clip started anew; .*anew\.csv has what was captured before\n$/u);
    expect(rows(readFileSync(at("anew.csv"), "utf8"))).toHaveLength(100);
  });
  test("the clip sends nothing: no file", async () => {
    const clip = await madeClip(() => {});
    const { code, err } = await hopclip(["capture", "--out", at("silent.csv"), "--clip", clip]);
    expect(code).toBe(1);
    expect(err).toMatch(/: the clip sends no samples: its sensor does not run, or it is gone \(hopclip status\); nothing was captured\n$/u);
    expect(readdirSync(folder).filter((name) => name.includes("silent"))).toEqual([]);
  });
  test.skipIf(process.platform !== "linux")("the disk is full when the last of it is written", async () => {
    const { code, out, err } = await hopclip(["capture", "--out", "/dev/full", "--seconds", "0.1", "--clip", await madeClip(few)]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/\nhopclip: \/dev\/full: cannot be written: the disk is full; nothing was captured\n$/u);
  });
  test.each(["full.csv", "full.csv.gz"])("the disk is full: %s", async (name) => {
    const clip = await madeClip((each) => {
      for (let first = 0; first < 6500; first += 5) each.raw(first, 5); // some 400 kB
    });
    // The shell sees to it that no file becomes longer than 128 KiB; 64 KiB of zipped text are less.
    const blocks = name.endsWith(".gz") ? 96 : 256;
    const { code, err } = await hopclip(["capture", "--out", at(name), "--clip", clip], undefined, ["sh", "-c", `trap '' XFSZ; ulimit -f ${blocks}; exec "$0" "$@"`, process.execPath]);
    expect(code).toBe(1);
    expect(err).toMatch(/full\.csv(?:\.gz)?: cannot be written: .*; .*has what was captured before\n$/u);
    const bytes = readFileSync(at(name));
    expect(bytes.length).toBeLessThanOrEqual(blocks * 512);
    const kept = rows((name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
    expect(kept.length).toBeGreaterThan(500);
    expect(kept.every((row) => row.length === 7 && row.every(Number.isFinite))).toBe(true);
  });
});

describe("settings stay as they were", () => {
  const written = (): string[] => made!.asked.filter((asked) => /CFG,\w+,\d/u.test(asked));
  test("where no file can be made", async () => {
    const clip = await madeClip(() => {});
    const { code, err } = await hopclip(["capture", "--out", at(`${"x".repeat(240)}.csv`), "--odr", "833", "--clip", clip]);
    expect([code, err]).toEqual([1, expect.stringContaining("cannot be written")]);
    expect(written()).toEqual([]);
  });
  test("where one of them is refused", async () => {
    const clip = await madeClip(() => {});
    made!.busy = "CFG,RNG,8";
    const { code, err } = await hopclip(["capture", "--out", at("busy.csv"), "--odr", "833", "--range", "8", "--clip", clip]);
    expect([code, err]).toEqual([1, expect.stringMatching(/hopclip: tcp:\S+: the clip refused CFG: it is in the middle of something else: [^;]*; nothing was captured\n$/u)]);
    expect(written()).toEqual(["CFG,ODR,833", "CFG,RNG,8", "CFG,ODR,416"]);
    expect(readdirSync(folder).filter((name) => name.includes("busy"))).toEqual([]);
  });
});

describe("the place", () => {
  test("is checked before the clip is asked, and a file that is there stays without --force", async () => {
    writeFileSync(at("there.csv"), "mine");
    expect(await hopclip(["capture", "--out", at("there.csv"), "--clip", "/no/such/port"])).toEqual({ code: 2, out: "", err: `hopclip: ${at("there.csv")}: is there already; --force replaces it\n` });
    expect((await hopclip(["capture", "--out", "/no/such/folder/a.csv", "--clip", "/no/such/port"])).err).toBe("hopclip: /no/such/folder/a.csv: its folder does not exist\n");
    const clip = await madeClip((each) => each.cut());
    expect((await hopclip(["capture", "--out", at("there.csv"), "--force", "--clip", clip])).code).toBe(1);
    expect(readFileSync(at("there.csv"), "utf8")).toBe("mine");
  });
});

describe("on a simulated clip", () => {
  test("a trace that replay takes, at the sensor's true rate, beside nothing lost", async () => {
    const served = new Served("--serve", at("clip"), "--exercise", "pogo", "--seed", "7", "--rate-error", "3");
    await served.ready;
    try {
      const { code, out } = await hopclip(["capture", "--out", at("sim.csv.gz"), "--seconds", "3", "--clip", at("clip")]);
      expect(code).toBe(0);
      expect(out).toMatch(/^.*sim\.csv\.gz: \d+ samples in 3\.\d\d s, 42\d\.\d\d Hz; none lost\n$/u);
      const kept = rows(gunzipSync(readFileSync(at("sim.csv.gz"))).toString());
      const span_s = kept.at(-1)![0]!;
      expect((kept.length - 1) / span_s / 416).toBeCloseTo(1.03, 3); // what the simulator was told the clock is off by
      for (const [, ax, ay, az] of kept) expect(Math.hypot(ax!, ay!, az!)).toBeGreaterThan(0.8); // somebody stands: gravity
      const played = await hopclip(["replay", at("sim.csv.gz"), "--json"]);
      expect(JSON.parse(played.out)).toMatchObject({ contacts: [], errors: [] });
      expect(existsSync(at("sim.csv.gz"))).toBe(true);
      expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
    } finally {
      await served.stop();
    }
  });
});
