/** Distributions over one 32-bit draw, by tables or exact arithmetic; each is a pure function of the draw. */
import { exp, ln, pow } from './exact-math.ts';

const TWO32 = 0x1_0000_0000;

/** Cumulative weights of a discrete distribution, scaled so that the last is 2^32: `pick` finds the cell of a draw. */
export type PickTable = Float64Array;

export function pickTable(weights: ArrayLike<number>): PickTable {
  const table = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i];
    table[i] = Math.floor((sum / total) * TWO32);
  }
  if (table.length > 0) table[table.length - 1] = TWO32;
  return table;
}

/** Index i with probability weight[i] / Σ weights. Cost: log2(length) comparisons. */
export function pick(table: PickTable, u32: number): number {
  let low = 0;
  let high = table.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (u32 < table[middle]) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Weight of rank k (1-based) is k^-s, s in thousandths. */
export function zipfWeights(count: number, sMilli: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => pow(i + 1, -sMilli / 1000));
}

export const zipfTable = (count: number, sMilli: number): PickTable => pickTable(zipfWeights(count, sMilli));

/** Exponential interval with the given mean, rounded to whole µs; at most 22.9 means (32-bit resolution). */
export function exponentialUs(meanUs: number, u32: number): number {
  return Math.round(-ln((u32 + 0.5) / TWO32) * meanUs);
}

/** Quantile factors × 65536 of a positive distribution; 4,096 cells, the value at each cell's middle. */
export type FactorTable = Int32Array;
export const FACTOR_CELLS = 4096;

/** Factor (× 65536) of a draw: its top 12 bits choose the cell. */
export const factor = (table: FactorTable, u32: number): number => table[u32 >>> 20];

/**
 * Pareto with mean 1 and the given shape a > 1: scale (a − 1) / a, quantile scale × (1 − u)^(−1/a). The tail beyond the
 * last cell's middle is cut, and the table is rescaled so that its mean is exactly 1.
 */
export function paretoFactors(shape: number): FactorTable {
  const scale = (shape - 1) / shape;
  const raw = Float64Array.from({ length: FACTOR_CELLS }, (_, i) => scale * pow(1 - (i + 0.5) / FACTOR_CELLS, -1 / shape));
  let mean = 0;
  for (const value of raw) mean += value / FACTOR_CELLS;
  return Int32Array.from(raw, (value) => Math.round((value / mean) * 65536));
}

/** Lognormal with median 1: quantile e^(sigma × z(u)), z from the standard normal distribution. Cost: about 10 ms. */
export function lognormalFactors(sigma: number): FactorTable {
  let z = -3.6; // near the first cell's quantile; each next one starts from the last
  return Int32Array.from({ length: FACTOR_CELLS }, (_, i) => {
    z = normalQuantile((i + 0.5) / FACTOR_CELLS, z);
    return Math.min(0x7fffffff, Math.round(65536 * exp(sigma * z)));
  });
}

/** Inverse of the standard normal distribution by Newton's method from `start`; |error| < 1e-9 where |z| < 5. */
export function normalQuantile(u: number, start = 0): number {
  let z = start;
  for (let i = 0; i < 30; i++) {
    const density = exp((-z * z) / 2) * 0.3989422804014327;
    const step = (normalCdf(z, density) - u) / density;
    z -= Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return z;
}

/** Φ(z) = 1/2 + φ(z) (z + z³/3 + z⁵/(3·5) + …) */
function normalCdf(z: number, density: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-18 && k < 400; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + sum * density;
}
