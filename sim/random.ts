// The one source of chance in the simulator: seeded, the same on every machine, no Math.random anywhere.

const TABLE_BITS = 12;
const TABLE_SIZE = 1 << TABLE_BITS;
const TABLE_MASK = TABLE_SIZE - 1;

/** Quantiles of the normal distribution, scaled so that the sum of two independent picks has variance 1. */
const NORMAL = normalTable();

/** xoshiro128** (Blackman & Vigna 2021, doi 10.1145/3460772), seeded through SplitMix32 from a number and a name. */
export class Random {
  private readonly seed: number;
  private readonly state = new Int32Array(4);

  /** `seed`: any integer below 2^53; both halves count. */
  constructor(seed: number) {
    this.seed = seed;
    let mix = (seed ^ Math.imul(Math.floor(seed / 0x100000000), 0x9e3779b9)) | 0;
    for (let index = 0; index < 4; index += 1) {
      mix = (mix + 0x9e3779b9) | 0;
      this.state[index] = scramble(mix);
    }
  }

  /** An independent generator; the same seed and name give the same one, whatever else was drawn meanwhile. */
  fork(name: string): Random {
    let hash = 0x811c9dc5 ^ scramble(this.seed | 0) ^ scramble(Math.floor(this.seed / 0x100000000) + 1);
    for (let index = 0; index < name.length; index += 1) hash = scramble(Math.imul(hash ^ name.charCodeAt(index), 0x01000193));
    return new Random(hash >>> 0);
  }

  /** 32 random bits, as a signed integer. */
  bits(): number {
    const s = this.state;
    const s1 = s[1]!;
    const s3 = s[3]!;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const a = s[2]! ^ s[0]!;
    const b = s3 ^ s1;
    s[1] = s1 ^ a;
    s[0] = s[0]! ^ b;
    s[2] = a ^ (s1 << 9);
    s[3] = (b << 11) | (b >>> 21);
    return result;
  }

  /** Uniform in [min, max), 32 bits fine. */
  uniform(min = 0, max = 1): number {
    return min + (max - min) * ((this.bits() >>> 0) / 0x100000000);
  }

  /** A whole number in [0, count), for counts far below 2^32. */
  below(count: number): number {
    return Math.floor(this.uniform(0, count));
  }

  /** Mean 0, standard deviation 1; tails end at 5.2 (sum of two table picks). */
  gaussian(): number {
    const bits = this.bits();
    return NORMAL[bits & TABLE_MASK]! + NORMAL[(bits >>> TABLE_BITS) & TABLE_MASK]!;
  }
}

/** Finaliser of MurmurHash3: every input bit reaches every output bit. */
function scramble(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

function normalTable(): Float64Array {
  const table = new Float64Array(TABLE_SIZE);
  let power = 0;
  for (let index = 0; index < TABLE_SIZE; index += 1) {
    table[index] = normalQuantile((index + 0.5) / TABLE_SIZE);
    power += table[index]! ** 2;
  }
  const scale = Math.sqrt(0.5 / (power / TABLE_SIZE));
  for (let index = 0; index < TABLE_SIZE; index += 1) table[index]! *= scale;
  return table;
}

/** Inverse of the normal distribution function by bisection on Abramowitz & Stegun 26.2.17 (error < 7.5e-8). */
function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -8;
  let high = 0;
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (lowerTail(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Normal distribution function at x ≤ 0. */
function lowerTail(x: number): number {
  const t = 1 / (1 - 0.2316419 * x);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}
