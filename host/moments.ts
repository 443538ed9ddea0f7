// Mean and spread of values. Pure.

/** Mean and SD (n − 1) of values; NaN where there are too few. */
export function moments(values: readonly number[]): { readonly n: number; readonly mean: number; readonly sd: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd };
}
