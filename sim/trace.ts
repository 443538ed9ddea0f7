// Traces: what a sensor felt, as CSV (`t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps]`, plain or gzip). Reads in chunks, checks every
// cell, and says what is wrong by line and column; writes the same form.
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { createGunzip, gzipSync } from "node:zlib";

/** Columns of specific force, which every trace has, and of rates, which it may have. */
export const ACCEL_COLUMNS = ["ax_g", "ay_g", "az_g"] as const;
export const GYRO_COLUMNS = ["gx_dps", "gy_dps", "gz_dps"] as const;
const COLUMNS: readonly string[] = ["t_s", ...ACCEL_COLUMNS, ...GYRO_COLUMNS];

/** Lowest and highest rate that is replayed sample by sample, Hz. */
export const RATE_HZ_MIN = 50;
export const RATE_HZ_MAX = 1000;
/** Times are often rounded to 0.1 ms: a rate within this ratio of a bound still counts as on it. */
const RATE_SLACK = 0.005;
/** An interval longer than this many medians is a gap: samples were dropped. */
const GAP_MEDIANS = 1.5;
/** Longest trace, s: a day. A longer one is a mistake in its times. */
const SECONDS_MAX = 86_400;
/** Longest line read, characters; seven numbers need a tenth of it. */
const LINE_CHARS_MAX = 4096;

/** The file is no trace; the message is one line that names the file and the line or column. */
export class TraceError extends Error {
  override name = "TraceError";
}

/** Columns of a trace, one value a sample. */
export interface Trace {
  readonly name: string;
  /** Sample times as in the file, s, strictly rising; the first need not be 0. */
  readonly t_s: Float64Array;
  /** Specific force by axis, g. */
  readonly accel_g: readonly [Float64Array, Float64Array, Float64Array];
  /** Rates by axis, dps; null where there are no gyroscope columns. */
  readonly rate_dps: readonly [Float64Array, Float64Array, Float64Array] | null;
  /** Median interval between samples, s. */
  readonly interval_s_median: number;
  /** Mean interval between samples that no gap parts, s: the median itself is off by the rounding of `t_s`. */
  readonly interval_s: number;
  readonly rate_hz: number;
  /** Intervals longer than 1.5 medians. */
  readonly gaps: number;
  /** Samples missing in those gaps. */
  readonly dropped: number;
}

/** Whether interval `dt_s` of a trace is a gap. */
export function isGap(trace: Pick<Trace, "interval_s_median">, dt_s: number): boolean {
  return dt_s > GAP_MEDIANS * trace.interval_s_median;
}

/** How many samples are missing in a gap of `dt_s`. */
export function missing(trace: Pick<Trace, "interval_s">, dt_s: number): number {
  return Math.max(1, Math.round(dt_s / trace.interval_s) - 1);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A cell or header as it may stand in a one-line message. */
function quote(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, "?");
  return `"${clean.length > 24 ? `${clean.slice(0, 24)}…` : clean}"`;
}

/** Parses a trace fed in pieces of text; `finish` checks its times and gives the columns. */
export class TraceParser {
  private readonly name: string;
  private rest = "";
  private line = 0;
  private emptyLine = 0;
  /** Index in COLUMNS of each cell of a row; empty before the header. */
  private order: number[] = [];
  private columns: Float64Array[] = [];
  private count = 0;
  private equalLine = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Takes the next piece; throws TraceError at the first bad cell. */
  push(text: string): void {
    let from = 0;
    let end = text.indexOf("\n");
    while (end >= 0) {
      const line = from === 0 ? this.rest + text.slice(0, end) : text.slice(from, end);
      this.rest = "";
      this.take(line);
      from = end + 1;
      end = text.indexOf("\n", from);
    }
    this.rest += text.slice(from);
    if (this.rest.length > LINE_CHARS_MAX) this.take(this.rest);
  }

  finish(): Trace {
    if (this.rest !== "") this.take(this.rest);
    if (this.order.length === 0) throw this.error("is empty");
    if (this.count === 0) throw this.error("has a header but no samples");
    if (this.count === 1) throw this.error("has only one sample: at least two are needed to know its rate");
    const columns = this.columns.map((column) => column.slice(0, this.count));
    const t_s = columns[0] as Float64Array;
    return { name: this.name, t_s, ...this.timing(t_s), ...axes(columns) };
  }

  private timing(t_s: Float64Array) {
    const last = this.count - 1;
    const seconds = (t_s[last] as number) - (t_s[0] as number);
    if (seconds > SECONDS_MAX) throw this.error(`spans ${seconds} s: at most ${SECONDS_MAX} s (a day) can be read`);
    const intervals_s = new Float64Array(last);
    for (let i = 0; i < last; i++) intervals_s[i] = (t_s[i + 1] as number) - (t_s[i] as number);
    const interval_s_median = intervals_s.slice().sort()[last >> 1] as number;
    if (this.equalLine > 0) {
      const rate = seconds > 0 ? last / seconds : Infinity;
      if (rate > RATE_HZ_MAX * (1 + RATE_SLACK)) throw this.tooFast(rate);
      throw this.error(`line ${this.equalLine}: column t_s: time stands still`);
    }
    let inside_s = 0;
    let inside = 0;
    for (const dt_s of intervals_s) {
      if (isGap({ interval_s_median }, dt_s)) continue;
      inside_s += dt_s;
      inside++;
    }
    const interval_s = inside_s / inside;
    if (1 / interval_s > RATE_HZ_MAX * (1 + RATE_SLACK)) throw this.tooFast(1 / interval_s);
    let gaps = 0;
    let dropped = 0;
    for (const dt_s of intervals_s) {
      if (!isGap({ interval_s_median }, dt_s)) continue;
      gaps++;
      dropped += missing({ interval_s }, dt_s);
    }
    return { interval_s_median, interval_s, rate_hz: 1 / interval_s, gaps, dropped };
  }

  private tooFast(rate_hz: number): TraceError {
    const text = Number.isFinite(rate_hz) ? `is sampled at ${rate_hz.toFixed(0)} Hz by its t_s column` : "has a t_s column that stands still";
    return this.error(`${text}: at most ${RATE_HZ_MAX} Hz can be replayed`);
  }

  private take(raw: string): void {
    this.line++;
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    if (this.order.length === 0) {
      this.header(line);
      return;
    }
    if (line.trim() === "") {
      if (this.emptyLine === 0) this.emptyLine = this.line;
      return;
    }
    if (this.emptyLine > 0) throw this.error(`line ${this.emptyLine}: is empty, with samples after it`);
    if (line.length > LINE_CHARS_MAX) throw this.error(`line ${this.line}: is longer than ${LINE_CHARS_MAX} characters`);
    const cells = line.split(",");
    if (cells.length !== this.order.length) {
      throw this.error(`line ${this.line}: has ${cells.length} columns, the header has ${this.order.length}`);
    }
    if (this.count === (this.columns[0] as Float64Array).length) this.grow();
    for (let i = 0; i < cells.length; i++) this.cell(i, cells[i] as string);
    const t_s = this.columns[0] as Float64Array;
    if (this.count > 0) {
      const before_s = t_s[this.count - 1] as number;
      const now_s = t_s[this.count] as number;
      if (now_s < before_s) throw this.error(`line ${this.line}: column t_s: time runs backwards, from ${before_s} to ${now_s}`);
      if (now_s === before_s && this.equalLine === 0) this.equalLine = this.line;
    }
    this.count++;
  }

  private cell(i: number, raw: string): void {
    const text = raw.trim();
    const value = NUMBER.test(text) ? Number(text) : NaN;
    const column = this.order[i] as number;
    if (!Number.isFinite(value)) {
      const what = text === "" ? "is empty" : `${quote(text)} is not a finite number`;
      throw this.error(`line ${this.line}: column ${COLUMNS[column]}: ${what}`);
    }
    (this.columns[column] as Float64Array)[this.count] = value;
  }

  private header(line: string): void {
    const names = line.replace(/^\ufeff/, "").split(",", 64).map((name) => name.trim());
    if (names.length === 1 && names[0] === "") throw this.error("line 1: the header is empty");
    const expected = "expected t_s,ax_g,ay_g,az_g[,gx_dps,gy_dps,gz_dps]";
    for (const name of names) {
      if (!COLUMNS.includes(name)) throw this.error(`line 1: unknown column ${quote(name)}: ${expected}`);
      if (names.indexOf(name) !== names.lastIndexOf(name)) throw this.error(`line 1: column ${name} stands twice`);
    }
    const gyro = GYRO_COLUMNS.some((name) => names.includes(name));
    for (const name of gyro ? COLUMNS : COLUMNS.slice(0, 4)) {
      if (!names.includes(name)) throw this.error(`line 1: column ${name} is missing: ${expected}`);
    }
    this.order = names.map((name) => COLUMNS.indexOf(name));
    this.columns = names.map(() => new Float64Array(1024));
  }

  private grow(): void {
    this.columns = this.columns.map((column) => {
      const longer = new Float64Array(column.length * 2);
      longer.set(column);
      return longer;
    });
  }

  private error(what: string): TraceError {
    return new TraceError(`${this.name}: ${what}`);
  }
}

function axes(columns: Float64Array[]): Pick<Trace, "accel_g" | "rate_dps"> {
  const triple = (at: number) => columns.slice(at, at + 3) as unknown as [Float64Array, Float64Array, Float64Array];
  return { accel_g: triple(1), rate_dps: columns.length > 4 ? triple(4) : null };
}

/** Reads a trace file, gzip or not by its content. Throws TraceError for anything that is no trace, a missing file included. */
export async function readTrace(path: string): Promise<Trace> {
  const parser = new TraceParser(basename(path));
  const decoder = new TextDecoder("utf-8");
  try {
    for await (const chunk of unzipped(path)) parser.push(decoder.decode(chunk, { stream: true }));
  } catch (error) {
    throw fileError(path, error);
  }
  return parser.finish();
}

async function* unzipped(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    const magic = Buffer.alloc(2);
    await file.read(magic, 0, 2, 0);
    const bytes = file.createReadStream({ start: 0, autoClose: false });
    if (magic[0] === 0x1f && magic[1] === 0x8b) {
      const gunzip = createGunzip();
      bytes.on("error", (error) => gunzip.destroy(error));
      yield* bytes.pipe(gunzip) as AsyncIterable<Uint8Array>;
    } else {
      yield* bytes as AsyncIterable<Uint8Array>;
    }
  } finally {
    await file.close();
  }
}

function fileError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const name = basename(path);
  if (code === "ENOENT") return new TraceError(`${path}: no such file`);
  if (code === "EISDIR") return new TraceError(`${path}: is a folder, not a trace`);
  if (code === "EACCES") return new TraceError(`${path}: may not be read`);
  if (code === "Z_BUF_ERROR") return new TraceError(`${name}: the gzip file is truncated`);
  if (code.startsWith("Z_")) return new TraceError(`${name}: the gzip file is damaged (${(error as Error).message})`);
  return error;
}

/** Samples to be written; grows as they come. `rate` is left out of the file where `gyro` is false. */
export class TraceWriter {
  readonly gyro: boolean;
  private readonly rows: string[];
  private last_s = -Infinity;

  constructor(gyro: boolean) {
    this.gyro = gyro;
    this.rows = [(gyro ? COLUMNS : COLUMNS.slice(0, 4)).join(",")];
  }

  /** One sample: time, s (strictly rising), three values in g, three in dps. */
  push(t_s: number, sample: ArrayLike<number>): void {
    if (!(t_s > this.last_s)) throw new RangeError(`time does not rise: ${this.last_s}, then ${t_s}`);
    this.last_s = t_s;
    let row = t_s.toFixed(6);
    for (let i = 0; i < (this.gyro ? 6 : 3); i++) row += `,${(sample[i] as number).toFixed(i < 3 ? 6 : 4)}`;
    this.rows.push(row);
  }

  text(): string {
    return `${this.rows.join("\n")}\n`;
  }

  /** The file's content, plain or gzip. */
  bytes(zipped: boolean): string | Uint8Array {
    return zipped ? gzipSync(this.text()) : this.text();
  }
}
