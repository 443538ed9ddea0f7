// NOR flash: writes clear bits of erased bytes, erases take whole sectors, power may go at any byte. Stricter than a part: a
// write to a byte that is not erased is refused whole and reported.
import { HAL_DIRTY, HAL_IO, HAL_RANGE } from "../engine/engine.ts";
import type { Random } from "../random.ts";

/** What one erase takes, bytes; as on common SPI NOR parts. */
export const SECTOR_BYTES = 4096;
const ERASED = 0xff;

/** Power went away during a flash operation. The world catches it. */
export class PowerCut extends Error {
  override name = "PowerCut";
}

export class Flash {
  /** What the flash holds. Tests may read it; only the clip and `load` write. */
  readonly bytes: Uint8Array;
  /** Erases of each sector. */
  readonly wear: Uint32Array;
  /** Told of every place that a write or an erase has changed, whole or cut short. */
  onChange: ((at: number, size: number) => void) | null = null;
  /** Bytes written and sectors erased so far. */
  written_bytes = 0;
  erased_sectors = 0;

  private readonly random: Random;
  private readonly report: (violation: string) => void;
  private failures = 0;
  private cut_in = Infinity;

  constructor(size_bytes: number, random: Random, report: (violation: string) => void) {
    if (size_bytes <= 0 || size_bytes % SECTOR_BYTES !== 0) throw new RangeError(`flash of ${size_bytes} bytes: whole sectors of ${SECTOR_BYTES}`);
    this.bytes = new Uint8Array(size_bytes).fill(ERASED);
    this.wear = new Uint32Array(size_bytes / SECTOR_BYTES);
    this.random = random;
    this.report = report;
  }

  /** Puts a dump back, as from another world. */
  load(dump: Uint8Array): void {
    if (dump.length !== this.bytes.length) throw new RangeError(`dump of ${dump.length} bytes for a flash of ${this.bytes.length}`);
    this.bytes.set(dump);
  }

  /** Power goes after `count` more units of work: a byte written or a sector erased is one. Infinity: never. */
  cutAfter(count: number): void {
    this.cut_in = count;
  }

  /** Fault: the next `count` writes or erases fail and change nothing. */
  failNext(count: number): void {
    this.failures += count;
  }

  read(at: number, dst: Uint8Array): number {
    if (!this.within(at, dst.length)) return this.refuse(HAL_RANGE, `read of ${dst.length} bytes at ${at}`);
    dst.set(this.bytes.subarray(at, at + dst.length));
    return 0;
  }

  /** Writes page by page, byte by byte; on a power cut the bytes before it stay. */
  write(at: number, src: Uint8Array): number {
    if (!this.within(at, src.length)) return this.refuse(HAL_RANGE, `write of ${src.length} bytes at ${at}`);
    for (let index = 0; index < src.length; index += 1) {
      if (this.bytes[at + index] !== ERASED) return this.refuse(HAL_DIRTY, `write at ${at + index}, which is not erased`);
    }
    if (this.fails()) return HAL_IO;
    try {
      for (let index = 0; index < src.length; index += 1) {
        this.spend();
        this.bytes[at + index] = src[index]!;
        this.written_bytes += 1;
      }
    } finally {
      this.onChange?.(at, src.length);
    }
    return 0;
  }

  /** Erases whole sectors; on a power cut the sector at work holds a random mix of old and erased bits. */
  erase(at: number, size: number): number {
    if (!this.within(at, size) || at % SECTOR_BYTES !== 0 || size % SECTOR_BYTES !== 0 || size === 0) {
      return this.refuse(HAL_RANGE, `erase of ${size} bytes at ${at}: whole sectors`);
    }
    if (this.fails()) return HAL_IO;
    try {
      for (let from = at; from < at + size; from += SECTOR_BYTES) {
        this.wear[from / SECTOR_BYTES]! += 1;
        if (this.cut_in <= 0) for (let index = 0; index < SECTOR_BYTES; index += 1) this.bytes[from + index]! |= this.random.bits() & 0xff;
        this.spend();
        this.bytes.fill(ERASED, from, from + SECTOR_BYTES);
        this.erased_sectors += 1;
      }
    } finally {
      this.onChange?.(at, size);
    }
    return 0;
  }

  private within(at: number, size: number): boolean {
    return at >= 0 && size >= 0 && at + size <= this.bytes.length;
  }

  private fails(): boolean {
    if (this.failures === 0) return false;
    this.failures -= 1;
    return true;
  }

  private spend(): void {
    if (this.cut_in <= 0) {
      this.cut_in = Infinity;
      throw new PowerCut("power was cut during a flash operation");
    }
    this.cut_in -= 1;
  }

  private refuse(error: number, what: string): number {
    this.report(`flash: ${what}`);
    return error;
  }
}
