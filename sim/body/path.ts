// A twice continuously differentiable curve of time: quintic pieces between knots of value, first and second derivative.

/** Knot of a path: [time s, value, first derivative | NaN, second derivative | NaN]. */
export type Knot = readonly [t_s: number, value: number, rate: number, bend: number];

/**
 * Piecewise quintic through knots. Where a knot inside has NaN derivatives they are chosen so that the third and fourth derivative are
 * continuous too: the curve of least jerk through via points (Flash & Hogan 1985, doi 10.1523/JNEUROSCI.05-07-01688.1985).
 * Before the first and after the last knot the end value is held.
 */
export class Path {
  value = 0;
  rate = 0;
  bend = 0;
  private readonly t_s: readonly number[];
  private readonly c: Float64Array;
  private readonly last: number;
  private piece = 0;

  /** `knots`: at least one, times strictly rising; both end knots complete. */
  constructor(knots: readonly Knot[]) {
    const n = knots.length;
    const t: number[] = [];
    const p: number[] = [];
    const v: number[] = [];
    const a: number[] = [];
    const free: number[] = [];
    for (let i = 0; i < n; i += 1) {
      const knot = knots[i]!;
      t.push(knot[0]);
      p.push(knot[1]);
      v.push(knot[2]);
      a.push(knot[3]);
      if (i > 0 && !(t[i]! > t[i - 1]!)) throw new RangeError(`path: knot ${i} at ${t[i]} s does not follow ${t[i - 1]} s`);
      if (Number.isNaN(v[i]!)) free.push(i);
    }
    if (free.length > 0) leastJerk(t, p, v, a, free);
    const pieces = Math.max(1, n - 1);
    const c = new Float64Array(6 * pieces);
    c[0] = p[0]!;
    for (let i = 0; i + 1 < n; i += 1) {
      const h = t[i + 1]! - t[i]!;
      const d = p[i + 1]! - p[i]!;
      const v0 = v[i]!;
      const v1 = v[i + 1]!;
      const a0 = a[i]!;
      const a1 = a[i + 1]!;
      const at = 6 * i;
      c[at] = p[i]!;
      c[at + 1] = v0;
      c[at + 2] = a0 / 2;
      c[at + 3] = (20 * d - h * (12 * v0 + 8 * v1) - h * h * (3 * a0 - a1)) / (2 * h ** 3);
      c[at + 4] = (-30 * d + h * (16 * v0 + 14 * v1) + h * h * (3 * a0 - 2 * a1)) / (2 * h ** 4);
      c[at + 5] = (12 * d - 6 * h * (v0 + v1) - h * h * (a0 - a1)) / (2 * h ** 5);
    }
    this.t_s = t;
    this.c = c;
    this.last = pieces - 1;
  }

  /** Times of the knots, s. */
  get times(): readonly number[] {
    return this.t_s;
  }

  /** Sets `value`, `rate` and `bend` (per s, per s²) of time `t_s`; fastest when times rise. */
  at(t_s: number): void {
    const t = this.t_s;
    let i = this.piece;
    while (i < this.last && t_s >= t[i + 1]!) i += 1;
    while (i > 0 && t_s < t[i]!) i -= 1;
    this.piece = i;
    const c = this.c;
    const at = 6 * i;
    let x = t_s - t[i]!;
    if (x < 0 || t.length === 1) x = 0;
    else if (i === this.last && t_s > t[i + 1]!) x = t[i + 1]! - t[i]!;
    const c1 = c[at + 1]!;
    const c2 = c[at + 2]!;
    const c3 = c[at + 3]!;
    const c4 = c[at + 4]!;
    const c5 = c[at + 5]!;
    this.value = c[at]! + x * (c1 + x * (c2 + x * (c3 + x * (c4 + x * c5))));
    this.rate = c1 + x * (2 * c2 + x * (3 * c3 + x * (4 * c4 + x * 5 * c5)));
    this.bend = 2 * c2 + x * (6 * c3 + x * (12 * c4 + x * 20 * c5));
  }
}

/** Way (m) of a velocity that goes as a cubic of time from `v0`, with acceleration `a0`, to `v1` with `a1` in `span_s`. */
export function way(v0: number, a0: number, v1: number, a1: number, span_s: number): number {
  return (span_s * (v0 + v1)) / 2 + (span_s * span_s * (a0 - a1)) / 12;
}

/** The sum of two paths that rest before their first and after their last knot: on the knots of both it is quintic again, so it is exact. */
export function sum(a: Path, b: Path): Path {
  const times = [...new Set([...a.times, ...b.times])].toSorted((left, right) => left - right);
  return new Path(times.map((t_s): Knot => {
    a.at(t_s);
    b.at(t_s);
    return [t_s, a.value + b.value, a.rate + b.rate, a.bend + b.bend];
  }));
}

/** A path that stays at one value. */
export function constant(value: number): Path {
  return new Path([[0, value, 0, 0]]);
}

/** Fills the free derivatives: continuity of the third and fourth derivative at each free knot, by elimination with pivoting. */
function leastJerk(t: readonly number[], p: readonly number[], v: number[], a: number[], free: readonly number[]): void {
  const n = 2 * free.length;
  const width = n + 1;
  const m: number[] = Array.from({ length: n * width }, () => 0);
  for (let k = 0; k < free.length; k += 1) {
    const i = free[k]!;
    const h = t[i]! - t[i - 1]!;
    const g = t[i + 1]! - t[i]!;
    const before = p[i]! - p[i - 1]!;
    const after = p[i + 1]! - p[i]!;
    const row3 = 2 * k * width;
    const row4 = row3 + width;
    m[row3 + n] = (60 * after) / g ** 3 - (60 * before) / h ** 3;
    m[row4 + n] = (-360 * after) / g ** 4 - (360 * before) / h ** 4;
    const add = (row: number, knot: number, isBend: number, weight: number): void => {
      const known = isBend === 1 ? a[knot]! : v[knot]!;
      const slot = free.indexOf(knot);
      if (slot < 0) m[row + n]! -= weight * known;
      else m[row + 2 * slot + isBend]! += weight;
    };
    // third derivative before minus after, unknowns left, knowns right
    add(row3, i - 1, 0, -24 / h ** 2);
    add(row3, i, 0, -36 / h ** 2 + 36 / g ** 2);
    add(row3, i + 1, 0, 24 / g ** 2);
    add(row3, i - 1, 1, -3 / h);
    add(row3, i, 1, 9 / h + 9 / g);
    add(row3, i + 1, 1, -3 / g);
    // fourth derivative
    add(row4, i - 1, 0, -168 / h ** 3);
    add(row4, i, 0, -192 / h ** 3 - 192 / g ** 3);
    add(row4, i + 1, 0, -168 / g ** 3);
    add(row4, i - 1, 1, -24 / h ** 2);
    add(row4, i, 1, 36 / h ** 2 - 36 / g ** 2);
    add(row4, i + 1, 1, 24 / g ** 2);
  }
  for (let col = 0; col < n; col += 1) {
    let pivot = col;
    for (let row = col + 1; row < n; row += 1) if (Math.abs(m[row * width + col]!) > Math.abs(m[pivot * width + col]!)) pivot = row;
    for (let j = col; j < width; j += 1) {
      const swap = m[col * width + j]!;
      m[col * width + j] = m[pivot * width + j]!;
      m[pivot * width + j] = swap;
    }
    for (let row = 0; row < n; row += 1) {
      if (row === col) continue;
      const f = m[row * width + col]! / m[col * width + col]!;
      if (f !== 0) for (let j = col; j < width; j += 1) m[row * width + j]! -= f * m[col * width + j]!;
    }
  }
  for (let k = 0; k < free.length; k += 1) {
    v[free[k]!] = m[2 * k * width + n]! / m[2 * k * width + 2 * k]!;
    a[free[k]!] = m[(2 * k + 1) * width + n]! / m[(2 * k + 1) * width + 2 * k + 1]!;
  }
}
