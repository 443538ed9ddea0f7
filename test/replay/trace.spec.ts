// Reading and writing traces: what is taken, and what every kind of bad file is told.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { TraceError, TraceParser, TraceWriter, readTrace } from "../../sim/trace.ts";

const folder = mkdtempSync(join(tmpdir(), "hopclip-trace-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A trace at 100 Hz with so many samples; `edit` changes its lines. */
function csv(samples: number, edit: (lines: string[]) => void = () => {}): string {
  const lines = ["t_s,ax_g,ay_g,az_g"];
  for (let i = 0; i < samples; i++) lines.push(`${(i / 100).toFixed(4)},0.1,-0.2,${(1 + (i % 7) / 10).toFixed(3)}`);
  edit(lines);
  return `${lines.join("\n")}\n`;
}

async function refusal(path: string): Promise<string> {
  try {
    await readTrace(path);
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return (error as Error).message;
  }
  return "it was read";
}

describe("a good trace", () => {
  test("reads plain and gzip by content, whatever the name", async () => {
    const plain = await readTrace(file("plain.gz", csv(50)));
    const zipped = await readTrace(file("zipped.csv", gzipSync(csv(50))));
    expect(plain.t_s).toEqual(zipped.t_s);
    expect(plain.accel_g).toEqual(zipped.accel_g);
    expect(plain.rate_dps).toBeNull();
    expect(plain.accel_g[2][6]).toBe(1.6);
    expect(plain.rate_hz).toBeCloseTo(100, 6);
  });

  test("takes columns in any order, CRLF, a byte order mark, no last line end and empty lines at the end", async () => {
    const text = "\ufeffgz_dps,t_s,ay_g,az_g,ax_g,gx_dps,gy_dps\r\n3,0,-2,-3,-1,1,2\r\n30,0.01,-20,-30,-10,10,2e1\r\n\r\n";
    const trace = await readTrace(file("order.csv", text));
    expect([...trace.t_s]).toEqual([0, 0.01]);
    expect(trace.accel_g.map((axis) => [...axis])).toEqual([[-1, -10], [-2, -20], [-3, -30]]);
    expect(trace.rate_dps?.map((axis) => [...axis])).toEqual([[1, 10], [2, 20], [3, 30]]);
  });

  test("gives the same whatever the pieces it comes in", () => {
    const text = csv(40);
    const read = (size: number) => {
      const parser = new TraceParser("pieces");
      for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size));
      return parser.finish();
    };
    for (const size of [1, 2, 3, 17, 1000, 100_000]) expect(read(size)).toEqual(read(text.length));
  });

  test("has the mean rate between gaps, not the rounded median, and counts what gaps miss", async () => {
    // 204.8 Hz written with 0.1 ms: the median interval is 4.9 ms, 204.1 Hz
    const rows: string[] = [];
    for (let i = 0; i < 2048; i++) if (i < 500 || (i >= 503 && i !== 1000)) rows.push(`${(i / 204.8).toFixed(4)},0,0,1`);
    const trace = await readTrace(file("gaps.csv", `t_s,ax_g,ay_g,az_g\n${rows.join("\n")}\n`));
    expect(trace.rate_hz).toBeCloseTo(204.8, 1);
    expect([trace.gaps, trace.dropped]).toEqual([2, 4]);
  });

  test("writes what it reads, plain or gzip", async () => {
    const writer = new TraceWriter(true);
    writer.push(0, [0.000488, -16, 15.999, 0.07, -2000, 0]);
    writer.push(0.0024, [1, 2, 3, 4, 5, 6]);
    for (const zipped of [false, true]) {
      const trace = await readTrace(file(zipped ? "out.csv.gz" : "out.csv", writer.bytes(zipped)));
      expect(trace.accel_g.map((axis) => axis[0])).toEqual([0.000488, -16, 15.999]);
      expect(trace.rate_dps?.map((axis) => axis[0])).toEqual([0.07, -2000, 0]);
      expect([...trace.t_s]).toEqual([0, 0.0024]);
    }
    expect(() => writer.push(0.0024, [0, 0, 0, 0, 0, 0])).toThrow(/time does not rise/u);
  });
});

describe("a bad trace is refused in one line that names the place", () => {
  const HEADER = "expected t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps]";
  const cases: readonly (readonly [name: string, content: string | Uint8Array, message: string])[] = [
    ["empty.csv", "", "empty.csv: is empty"],
    ["empty.gz", gzipSync(""), "empty.gz: is empty"],
    ["blank.csv", "\n\n", "blank.csv: line 1: the header is empty"],
    ["header.csv", csv(0), "header.csv: has a header but no samples"],
    ["single.csv", csv(1), "single.csv: has only one sample: at least two are needed to know its rate"],
    ["unknown.csv", csv(9, (l) => (l[0] = "t_s,ax_g,ay_g,az_ms2")), `unknown.csv: line 1: unknown column "az_ms2": ${HEADER}`],
    ["missing.csv", "t_s,ax_g,az_g\n0,1,2\n", `missing.csv: line 1: column ay_g is missing: ${HEADER}`],
    ["untimed.csv", "ax_g,ay_g,az_g\n0,1,2\n", `untimed.csv: line 1: column t_s is missing: ${HEADER}`],
    ["half.csv", "t_s,ax_g,ay_g,az_g,gx_dps,gz_dps\n", `half.csv: line 1: column gy_dps is missing: ${HEADER}`],
    ["twice.csv", "t_s,ax_g,ax_g,ay_g,az_g\n", "twice.csv: line 1: column ax_g stands twice"],
    ["headless.csv", "0,0.1,0.2,1\n0.01,0.1,0.2,1\n", `headless.csv: line 1: unknown column "0": ${HEADER}`],
    ["nan.csv", csv(20, (l) => (l[8] = "0.07,NaN,0,1")), 'nan.csv: line 9: column ax_g: "NaN" is not a finite number'],
    ["infinity.csv", csv(20, (l) => (l[9] = "0.08,0,-Infinity,1")), 'infinity.csv: line 10: column ay_g: "-Infinity" is not a finite number'],
    ["overflow.csv", csv(20, (l) => (l[9] = "0.08,0,1e999,1")), 'overflow.csv: line 10: column ay_g: "1e999" is not a finite number'],
    ["text.csv", csv(20, (l) => (l[2] = "0.01,0,0,1.0g")), 'text.csv: line 3: column az_g: "1.0g" is not a finite number'],
    ["hex.csv", csv(20, (l) => (l[2] = "0x1,0,0,1")), 'hex.csv: line 3: column t_s: "0x1" is not a finite number'],
    ["hole.csv", csv(20, (l) => (l[3] = "0.02,0,,1")), "hole.csv: line 4: column ay_g: is empty"],
    ["short.csv", csv(20, (l) => (l[4] = "0.03,0,0")), "short.csv: line 5: has 3 columns, the header has 4"],
    ["long.csv", csv(20, (l) => (l[4] = "0.03,0,0,1,5")), "long.csv: line 5: has 5 columns, the header has 4"],
    ["torn.csv", csv(20).slice(0, -9), "torn.csv: line 21: has 3 columns, the header has 4"],
    ["gap.csv", csv(20, (l) => (l[4] = "")), "gap.csv: line 5: is empty, with samples after it"],
    ["back.csv", csv(20, (l) => (l[6] = "0.03,0,0,1")), "back.csv: line 7: column t_s: time runs backwards, from 0.04 to 0.03"],
    ["still.csv", csv(20, (l) => (l[6] = "0.04,0,0,1")), "still.csv: line 7: column t_s: time stands still"],
    ["fast.csv", csv(200).replaceAll(/^0\.|^1\./gmu, (s) => `${s}00`), "fast.csv: is sampled at 10000 Hz by its t_s column: at most 1000 Hz can be replayed"],
    ["frozen.csv", csv(20).replaceAll(/^0\.\d+/gmu, "0.0"), "frozen.csv: has a t_s column that stands still: at most 1000 Hz can be replayed"],
    ["year.csv", csv(20, (l) => (l[20] = "31536000,0,0,1")), "year.csv: spans 31536000 s: at most 86400 s (a day) can be read"],
    ["binary.csv", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff), `binary.csv: line 1: unknown column "?PNG????": ${HEADER}`],
    ["endless.csv", "9".repeat(10_000), `endless.csv: line 1: unknown column "999999999999999999999999…": ${HEADER}`],
    ["cut.gz", gzipSync(csv(2000)).subarray(0, 3000), "cut.gz: the gzip file is truncated"],
    ["stub.gz", gzipSync(csv(20)).subarray(0, 5), "stub.gz: the gzip file is truncated"],
  ];
  test.each(cases)("%s", async (name, content, message) => {
    expect(await refusal(file(name, content))).toBe(message);
  });

  test("a damaged gzip, a folder and a file that is not there", async () => {
    const bytes = gzipSync(csv(2000));
    bytes.fill(0x55, 100, 140);
    expect(await refusal(file("damaged.gz", bytes))).toMatch(/^damaged\.gz: the gzip file is damaged|^damaged\.gz: line/u);
    expect(await refusal(folder)).toBe(`${folder}: is a folder, not a trace`);
    expect(await refusal(join(folder, "none.csv"))).toBe(`${join(folder, "none.csv")}: no such file`);
  });

  test("a rate of exactly 1000 Hz is taken", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${(i / 1000).toFixed(3)},0,0,1`);
    expect((await readTrace(file("khz.csv", `t_s,ax_g,ay_g,az_g\n${rows.join("\n")}\n`))).rate_hz).toBeCloseTo(1000, 3);
  });
});
