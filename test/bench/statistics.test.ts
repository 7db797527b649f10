/** The method: quantiles and the bootstrap on known distributions, verdicts at the margin, planted differences in simulated rounds. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { bootstrap, bootstrapTwo, median, outliers, quantile } from '../../bench/method/statistics.ts';
import { MARGIN, verdictOf, type Verdict } from '../../bench/method/verdict.ts';
import { draws } from '../../bench/work/seeded-draws.ts';

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

/** Normal deviates (sum of twelve uniforms), seeded. */
function normals(seed: number): () => number {
  const next = draws(seed);
  return () => Array.from({ length: 12 }, () => next() / 2 ** 32).reduce((sum, u) => sum + u, -6);
}

test('the median has half of the values on either side, whatever their order', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      const m = median(values);
      const half = Math.ceil(values.length / 2);
      expect(values.filter((value) => value <= m).length).toBeGreaterThanOrEqual(half);
      expect(values.filter((value) => value >= m).length).toBeGreaterThanOrEqual(half);
      expect(median([...values].reverse())).toBe(m);
    }),
  );
});

test('quantiles of 0, 1 … 100 are their own percentage', () => {
  const values = Array.from({ length: 101 }, (_, i) => i);
  expect([0, 0.1, 0.25, 0.5, 0.975, 1].map((q) => quantile(values, q))).toEqual([0, 10, 25, 50, 97.5, 100]);
});

test('outliers are Tukey’s, by index', () => {
  expect(outliers([10, 11, 10, 12, 11, 30, 10, -9])).toEqual([5, 7]);
  expect(outliers([1, 1, 1, 1])).toEqual([]);
});

describe('bootstrap', () => {
  it('is the same each time, holds the statistic, and is a point for equal samples', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const [lo, hi] = bootstrap(values, median, 200);
        expect(bootstrap(values, median, 200)).toEqual([lo, hi]);
        expect(lo).toBeLessThanOrEqual(median(values));
        expect(hi).toBeGreaterThanOrEqual(median(values));
      }),
      { numRuns: 50 },
    );
    expect(bootstrap([7, 7, 7], median)).toEqual([7, 7]);
  });

  it('covers the true median of ten and of thirty normal samples about 95 times of 100', () => {
    for (const [count, least] of [[10, 0.9], [30, 0.91]] as const) {
      const next = normals(count);
      const tries = 400;
      let covered = 0;
      for (let i = 0; i < tries; i++) {
        const [lo, hi] = bootstrap(Array.from({ length: count }, next), median, 300);
        if (lo <= 0 && hi >= 0) covered++;
      }
      expect(covered / tries).toBeGreaterThan(least);
      expect(covered / tries).toBeLessThan(0.99);
    }
  });

  it('of two sets: their ratio’s interval holds the planted factor', () => {
    const next = normals(5);
    const a = Array.from({ length: 20 }, () => 100 + next());
    const b = Array.from({ length: 20 }, () => 110 + next());
    const [lo, hi] = bootstrapTwo(a, b, (x, y) => median(y) / median(x));
    expect(lo).toBeGreaterThan(1.08);
    expect(hi).toBeLessThan(1.12);
  });
});

const CASES: readonly (readonly [lo: number, hi: number, verdict: Verdict])[] = [
  [1 + MARGIN + 1e-9, 1.3, 'worse'],
  [1 + MARGIN, 1.3, 'inconclusive'],
  [0.9, 1 / (1 + MARGIN) - 1e-9, 'better'],
  [0.9, 1 / (1 + MARGIN), 'inconclusive'],
  [1 / (1 + MARGIN), 1 + MARGIN, 'same'],
  [0.97, 1.01, 'inconclusive'],
  [0.5, 2, 'inconclusive'],
];
test.each(CASES)('interval %d … %d is %s', (lo, hi, verdict) => {
  expect(verdictOf([lo, hi])).toBe(verdict);
});

test('A against B is the mirror of B against A', () => {
  const mirror = { worse: 'better', better: 'worse', same: 'same', inconclusive: 'inconclusive' } as const;
  const side = fc.double({ min: 0.8, max: 1.25, noNaN: true });
  fc.assert(
    fc.property(side, side, (x, y) => {
      const [lo, hi] = x < y ? [x, y] : [y, x];
      fc.pre([lo, hi, 1 / lo, 1 / hi].every((end) => Math.abs(end - 1 - MARGIN) > 1e-9 && Math.abs(end - 1 / (1 + MARGIN)) > 1e-9));
      expect(verdictOf([1 / hi, 1 / lo])).toBe(mirror[verdictOf([lo, hi])]);
    }),
  );
});

/** Rounds as this machine gives them: 2 % from process to process, every tenth round a burst of other load. */
function simulated(seed: number, slowdown: number, rounds: number): Verdict {
  const next = normals(seed);
  const ratios = Array.from({ length: rounds }, (_, i) => (1 + slowdown) * (1 + 0.02 * next()) * (i % 10 === 3 ? 1 + 0.1 * Math.abs(next()) : 1));
  return verdictOf(bootstrap(ratios, median, 500));
}

test('of a hundred simulated comparisons, 5 % slower is found in 95 and equal builds are never called different', () => {
  const seeds = Array.from({ length: 100 }, (_, i) => i + 1);
  expect(seeds.filter((seed) => simulated(seed, 0.05, 20) === 'worse').length).toBeGreaterThanOrEqual(95);
  expect(seeds.filter((seed) => ['worse', 'better'].includes(simulated(seed, 0, 20)))).toEqual([]);
  expect(seeds.filter((seed) => simulated(seed, -0.05, 20) === 'better').length).toBeGreaterThanOrEqual(90);
});
