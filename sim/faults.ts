// Faults that can be put into a run: what they are called, their parameters, and how `--fault name[:param…]` is read. Data only;
// the world and its parts act on them.

/** Faults by the name the command line gives them. */
export type FaultName =
  | "nack"
  | "late"
  | "reset"
  | "stall"
  | "drop"
  | "stuck"
  | "rate"
  | "drift"
  | "brownout"
  | "flash"
  | "full"
  | "closed";

/** One fault. Times are world time; fields a fault does not use are 0. */
export interface Fault {
  readonly name: FaultName;
  /** When it first happens, s. */
  readonly at_s: number;
  /** How long it lasts, ms. */
  readonly for_ms: number;
  /** How many transfers, samples or operations it hits. */
  readonly count: number;
  /** It happens again after so many s; 0 = once. */
  readonly every_s: number;
  /** Change of the sensor's rate, ppm (rate: at once; drift: per second). */
  readonly ppm: number;
  /** Level of the stuck line, 0 or 1. */
  readonly level: number;
  /** Port of the link, -1 = all. */
  readonly port: number;
}

type Param = Exclude<keyof Fault, "name">;

interface FaultKind {
  readonly help: string;
  /** Parameters in the order they may be given without a name, with their defaults. */
  readonly params: readonly (readonly [Param, number])[];
}

/** Bounds of each parameter, [min, max]. */
const BOUNDS: Readonly<Record<Param, readonly [number, number]>> = {
  at_s: [0, 1e6],
  for_ms: [0, 1e7],
  count: [1, 1e6],
  every_s: [0, 1e6],
  ppm: [-500_000, 500_000],
  level: [0, 1],
  port: [-1, 4],
};

const WHOLE: ReadonlySet<Param> = new Set<Param>(["count", "level", "port"]);

/** Every fault, its help text and its parameters with defaults. */
export const FAULTS: Readonly<Record<FaultName, FaultKind>> = {
  nack: {
    help: "the sensor refuses the next transfers",
    params: [["at_s", 5], ["count", 3], ["every_s", 0]],
  },
  late: {
    help: "the board cannot run the clip for a while: the FIFO fills and may overrun",
    params: [["at_s", 5], ["for_ms", 300], ["every_s", 0]],
  },
  reset: {
    help: "the sensor resets itself: no answer for a while, then registers at their defaults",
    params: [["at_s", 5], ["for_ms", 15], ["every_s", 0]],
  },
  stall: {
    help: "the sensor answers but makes no samples",
    params: [["at_s", 5], ["for_ms", 1000], ["every_s", 0]],
  },
  drop: {
    help: "samples vanish before they reach the FIFO",
    params: [["at_s", 5], ["count", 4], ["every_s", 0]],
  },
  stuck: {
    help: "the watermark line is stuck at a level",
    params: [["at_s", 5], ["for_ms", 1000], ["level", 0], ["every_s", 0]],
  },
  rate: {
    help: "the sensor's clock jumps",
    params: [["at_s", 5], ["ppm", 20_000]],
  },
  drift: {
    help: "the sensor's clock drifts from a time on, ppm per second",
    params: [["at_s", 0], ["ppm", 50], ["for_ms", 0]],
  },
  brownout: {
    help: "the clip loses power and starts again",
    params: [["at_s", 5], ["for_ms", 200], ["every_s", 0]],
  },
  flash: {
    help: "the next writes and erases of the flash fail",
    params: [["at_s", 0], ["count", 1], ["every_s", 0]],
  },
  full: {
    help: "the link takes no bytes for a while",
    params: [["at_s", 5], ["for_ms", 2000], ["port", -1], ["every_s", 0]],
  },
  closed: {
    help: "the link is closed for a while; what waits in it is lost",
    params: [["at_s", 5], ["for_ms", 2000], ["port", -1], ["every_s", 0]],
  },
};

/** A fault that is no fault of this list, or has a parameter out of bounds. */
export class FaultError extends Error {
  override name = "FaultError";
}

/**
 * Reads `name[:param…]`: parameters in the order of FAULTS, or as `key=value`; the rest keep their defaults. `nack:10:3`,
 * `drop:at_s=10:count=5`. Throws FaultError with one line saying what is wrong.
 */
export function parseFault(text: string): Fault {
  const [name = "", ...given] = text.split(":");
  if (!Object.hasOwn(FAULTS, name)) throw new FaultError(`no fault called "${name}"; there are: ${Object.keys(FAULTS).join(' ')}`);
  const { params } = FAULTS[name as FaultName];
  const values: Record<Param, number> = { at_s: 0, for_ms: 0, count: 0, every_s: 0, ppm: 0, level: 0, port: 0 };
  for (const [key, value] of params) values[key] = value;
  let next = 0;
  for (const part of given) {
    const equals = part.indexOf("=");
    const key = equals < 0 ? params[next]?.[0] : (part.slice(0, equals) as Param);
    if (equals < 0) next += 1;
    if (key === undefined) throw new FaultError(`fault "${name}" takes at most ${params.length} parameters: ${usage(name as FaultName)}`);
    if (!params.some(([known]) => known === key)) throw new FaultError(`fault "${name}" has no parameter "${key}": ${usage(name as FaultName)}`);
    values[key] = number(name, key, part.slice(equals + 1));
  }
  return { name: name as FaultName, ...values };
}

function number(name: string, key: Param, text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  const [min, max] = BOUNDS[key];
  if (!(value >= min && value <= max) || (WHOLE.has(key) && !Number.isInteger(value))) {
    throw new FaultError(`fault "${name}": ${key} is ${WHOLE.has(key) ? 'a whole number ' : ''}from ${min} to ${max}, not "${text}"`);
  }
  return value;
}

/** How a fault is written, with its defaults. */
export function usage(name: FaultName): string {
  return [name, ...FAULTS[name].params.map(([key, value]) => `${key}=${value}`)].join(":");
}

/** One line a fault, for help texts. */
export function faultHelp(): string[] {
  return (Object.keys(FAULTS) as FaultName[]).map((name) => `${usage(name)}  ${FAULTS[name].help}`);
}
