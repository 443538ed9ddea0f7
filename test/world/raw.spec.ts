// The stream of raw samples: what the sensor delivered, bit for bit, each with its number and time; what is lost shows as a jump; a set beside
// it loses nothing.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createBody } from "../../sim/body/body.ts";
import { parseFault } from "../../sim/faults.ts";
import { World, type ChipName, type WorldOptions } from "../../sim/world.ts";

const WASM = new Uint8Array(readFileSync("build/clip.wasm"));
const FAST = { buffer_bytes: 1024, rate_bytes_s: Infinity, open: true };

interface Streamed {
  readonly number: number;
  readonly at_us: number;
  /** Of the line's first sample only the time is told. */
  readonly first: boolean;
  readonly axes: string;
}

/** What came, and what the sensor made meanwhile: time on the clip's clock and axes, the number counted from the first that was streamed. */
class Recorded {
  readonly world: World;
  readonly made: { at_us: number; axes: string }[] = [];
  readonly streamed: Streamed[] = [];
  readonly lines: string[] = [];
  private readonly axes: number;

  constructor(options: Partial<WorldOptions>, settings: Readonly<Record<string, number>> = {}) {
    this.axes = settings.GYR === 0 ? 3 : 6;
    const body = createBody("pogo", { seconds: 60, seed: 4, bpm: 170, lead_s: 1 });
    this.world = new World({ wasm: WASM, source: body, seed: 4, rate_error_ppm: 20_000, ports: [FAST], ...options });
    this.world.imu.onDelivered = (raw) => this.made.push({ at_us: this.world.imu.sample_us + this.world.clock_offset_us, axes: raw.slice(0, this.axes).join() });
    this.world.onLine = ({ text, port }) => this.take(text, port);
    this.world.boot();
    this.world.run(1);
    for (const [key, value] of Object.entries(settings)) {
      this.world.send(`CFG,${key},${value}`);
      this.world.run(0.1);
    }
    this.world.run(1);
  }

  /** The sample made that a streamed one is: the only one with its axes near its time. */
  madeOf({ axes, at_us, number }: Streamed): number {
    const found = this.made.flatMap((sample, index) => (sample.axes === axes && Math.abs(sample.at_us - at_us) < 200_000 ? [index] : []));
    if (found.length !== 1) throw new Error(`sample ${number} was made ${found.length} times`);
    return found[0]!;
  }

  private take(text: string, port: number): void {
    this.lines.push(`${port} ${text}`);
    const [, tag, number, at_us, base64] = /,(RAW),(\d+),(\d+),([A-Za-z0-9+/=]+)\*/u.exec(text) ?? [];
    if (tag === undefined) return;
    const bytes = Buffer.from(base64!, "base64");
    if (bytes.length % (2 * this.axes) !== 0 || bytes.length > 60) throw new Error(`${bytes.length} bytes: ${text}`);
    for (let at = 0; at < bytes.length; at += 2 * this.axes) {
      const axes = Array.from({ length: this.axes }, (_, axis) => bytes.readInt16LE(at + 2 * axis)).join();
      this.streamed.push({ number: Number(number) + at / (2 * this.axes), at_us: Number(at_us), first: at === 0, axes });
    }
  }
}

const RATES = [52, 104, 208, 416, 833] as const;
const CHIPS: readonly ChipName[] = ["lsm6dso", "lsm6ds3trc"];

describe.each(CHIPS)("raw samples of an %s", (chip) => {
  test.each(RATES.flatMap((odr) => [[odr, 1], [odr, 0]] as const))("at %i Hz, gyroscope %i, are those the sensor delivered", (ODR, GYR) => {
    const recorded = new Recorded({ chip }, { ODR, GYR });
    const { world, streamed, made } = recorded;
    world.startSource();
    world.send("RAW,1");
    world.run(4);
    world.send("RAW,0");
    world.run(0.1);
    const count = streamed.length;
    world.run(1);
    expect(streamed).toHaveLength(count);
    expect(count).toBeGreaterThan(3.8 * ODR);
    expect(streamed.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index));
    const from = recorded.madeOf(streamed[count >> 1]!) - (count >> 1);
    expect(streamed.map(({ axes }) => axes)).toEqual(made.slice(from, from + count).map(({ axes }) => axes));
    for (const { at_us, first, number } of streamed) if (first) expect(Math.abs(at_us - made[from + number]!.at_us)).toBeLessThan(1500);
    expect(world.violations).toEqual([]);
  });
});

describe("what is missing", () => {
  test("of the sensor's samples shows as a jump of the number", () => {
    const { world, streamed } = new Recorded({ faults: [parseFault("drop:4:5"), parseFault("drop:5:40"), parseFault("nack:6:3")] });
    world.startSource();
    world.send("RAW,1");
    world.run(6);
    const jumps = streamed.slice(1).map(({ number }, index) => number - streamed[index]!.number - 1).filter((missing) => missing !== 0);
    expect(jumps).toEqual([5, 40]);
  });

  test("of the lines, on a port that is too slow, shows too, and every line that comes is whole", () => {
    const recorded = new Recorded({ ports: [{ buffer_bytes: 1024, rate_bytes_s: 5760, open: true }] });
    const { world, streamed, made, lines } = recorded;
    world.startSource();
    world.send("RAW,1");
    world.run(8);
    const from = recorded.madeOf(streamed[10]!) - streamed[10]!.number;
    for (const { number, axes } of streamed) expect(axes).toBe(made[from + number]!.axes);
    const last = streamed.at(-1)!.number;
    expect(streamed.length / last).toBeGreaterThan(0.5);
    expect(streamed.length / last).toBeLessThan(0.7);
    expect(lines.filter((line) => line.includes(",FLT,9,"))).toEqual([]);
  });
});

describe("the stream", () => {
  test("goes to the port that asked last, and ends when nobody listens there", () => {
    const { world, lines } = new Recorded({ ports: [FAST, FAST] });
    const to = (port: number, from: number): number => lines.slice(from).filter((line) => line.startsWith(`${port} `) && line.includes(",RAW,") && !line.includes(",ACK,")).length;
    world.send("RAW,1", 1);
    world.run(1);
    expect([to(0, 0), to(1, 0) > 50]).toEqual([0, true]);
    let from = lines.length;
    world.send("RAW,1", 0);
    world.run(1);
    expect([to(0, from) > 50, to(1, from)]).toEqual([true, 0]);
    world.send("RAW,0", 1); // of another port: changes nothing
    from = lines.length;
    world.run(1);
    expect(to(0, from)).toBeGreaterThan(50);
    world.closePort(0);
    world.run(0.5);
    world.openPort(0);
    from = lines.length;
    world.run(1);
    expect([to(0, from), to(1, from)]).toEqual([0, 0]);
  });

  test("begins its numbers anew, and takes no other value", () => {
    const { world, streamed, lines } = new Recorded({});
    for (let round = 0; round < 2; round++) {
      world.send("RAW,1");
      const from = streamed.length;
      world.run(1);
      expect(streamed[from]!.number).toBe(0);
    }
    for (const body of ["RAW", "RAW,1,1", "RAW,ON"]) world.send(body);
    world.send("RAW,2");
    world.run(0.1);
    expect(lines.filter((line) => line.includes(",ERR,")).map((line) => line.replace(/^.*,RAW,|\*.*$/gu, ""))).toEqual(["FORM", "FORM", "FORM", "RANG"]);
  });

  test("goes on through a change of rate and of the gyroscope", () => {
    const recorded = new Recorded({});
    const { world, lines } = recorded;
    world.send("RAW,1");
    world.run(0.5);
    world.send("CFG,GYR,0");
    world.run(0.5);
    const sizes = lines.filter((line) => /,RAW,\d+,\d+,/u.test(line)).map((line) => Buffer.from(line.split(",")[5]!.split("*")[0]!, "base64").length);
    expect(sizes.filter((size) => size % 6 !== 0)).toEqual([]);
    expect(sizes.at(-1)).toBe(60);
    world.run(0.1);
  });
});

describe("a set beside the stream", () => {
  const set = (raw: boolean, faults: readonly string[]): string[] => {
    const { world, lines } = new Recorded({ ports: [{ buffer_bytes: 1024, rate_bytes_s: 11_520, open: true }], faults: faults.map(parseFault) });
    if (raw) world.send("RAW,1");
    world.send("SET,1,1700,12000,0,4,0,0");
    world.run(1);
    world.startSource();
    world.run(16);
    return lines.filter((line) => /,(?:CON|AMD|SUM|VER|MOD|BEA),/u.test(line)).map((line) => line.replace(/^0 \$HC,\d+,|\*.*$/gu, ""));
  };

  test("tells the same as without, also where the port stops reading for a while", () => {
    const alone = set(false, []);
    expect(alone.filter((line) => line.startsWith("CON")).length).toBeGreaterThan(25);
    expect(set(true, [])).toEqual(alone);
    // Events of 1.3 s wait for the port.
    expect(set(true, ["full:8:1300"])).toEqual(alone);
  });
});
