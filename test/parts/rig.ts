// A sensor on a bench: its bus, its clock and a list of its complaints.
import type { Imu, ImuOptions } from "../../sim/parts/imu.ts";
import { Random } from "../../sim/random.ts";

export interface Rig<Part extends Imu> {
  readonly imu: Part;
  readonly violations: string[];
  /** Reads `size` bytes; fails the test when the part refuses. */
  read(reg: number, size: number): number[];
  /** Writes bytes; fails the test when the part refuses. */
  write(reg: number, ...bytes: number[]): void;
  /** Lets time run to `t_us`. */
  to(t_us: number): void;
}

/** Source of a sensor at rest, z up. */
export const REST = {
  sample(_t_s: number, out: Float64Array): void {
    out.fill(0);
    out[2] = 1;
  },
};

/** A source that calls `force(n, out)` with the sample's index n. */
export function counting(force: (index: number, out: Float64Array) => void): { sample(t_s: number, out: Float64Array): void } {
  let index = 0;
  return {
    sample(_t_s, out) {
      out.fill(0);
      force(index, out);
      index += 1;
    },
  };
}

export function rig<Part extends Imu>(make: new (options: ImuOptions) => Part, options: Partial<ImuOptions> = {}): Rig<Part> {
  const violations: string[] = [];
  const imu = new make({ source: REST, random: new Random(7), report: (violation) => violations.push(violation), exact: true, ...options });
  imu.power(0);
  return {
    imu,
    violations,
    read(reg, size) {
      const bytes = new Uint8Array(size);
      const result = imu.read(reg, bytes);
      if (result !== 0) throw new Error(`read of ${size} bytes at ${reg}: ${result}; ${violations.join("; ")}`);
      return [...bytes];
    },
    write(reg, ...bytes) {
      const result = imu.write(reg, Uint8Array.from(bytes));
      if (result !== 0) throw new Error(`write of ${bytes.join(" ")} at ${reg}: ${result}; ${violations.join("; ")}`);
    },
    to(t_us) {
      imu.advance(t_us, false);
    },
  };
}

/** Signed 16-bit little-endian at `at`. */
export function i16(bytes: readonly number[], at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16;
}
