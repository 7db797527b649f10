/** Order statistics and the bootstrap. Everything here is a function of its arguments: resampling draws are seeded. */
import { draws } from '../work/seeded-draws.ts';

export const ascending = (values: readonly number[]): number[] => [...values].sort((x, y) => x - y);

/** The q-quantile, 0…1, interpolated between the two nearest values; NaN of none. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = q * (sorted.length - 1);
  const low = sorted[Math.floor(at)];
  return low + (sorted[Math.ceil(at)] - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(ascending(values), 0.5);

export type Interval = readonly [lo: number, hi: number];

const RESAMPLES = 4_000;
const SEED = 20_260_101;

/**
 * 95 % interval of `statistic` by the percentile bootstrap: samples are drawn again with replacement, each side in itself.
 * For the median of ten values its true coverage is about 93 to 97 % (a test counts).
 */
export function bootstrap(samples: readonly number[], statistic: (samples: readonly number[]) => number, resamples = RESAMPLES): Interval {
  return interval(resamples, (next) => statistic(resampled(samples, next)));
}

/** The same for a statistic of two independent sets. */
export function bootstrapTwo(a: readonly number[], b: readonly number[], statistic: (a: readonly number[], b: readonly number[]) => number): Interval {
  return interval(RESAMPLES, (next) => statistic(resampled(a, next), resampled(b, next)));
}

function interval(resamples: number, value: (next: () => number) => number): Interval {
  const next = draws(SEED);
  const values = ascending(Array.from({ length: resamples }, () => value(next)));
  return [quantile(values, 0.025), quantile(values, 0.975)];
}

const resampled = (samples: readonly number[], next: () => number): number[] => samples.map(() => samples[next() % samples.length]);

/** Farther from the quartiles than 1.5 times their distance (Tukey): shown, never dropped. */
export function outliers(values: readonly number[]): number[] {
  const sorted = ascending(values);
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const reach = 1.5 * (q3 - q1);
  return values.flatMap((value, i) => (value < q1 - reach || value > q3 + reach ? [i] : []));
}
