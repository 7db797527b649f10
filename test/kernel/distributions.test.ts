import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import {
  FACTOR_CELLS, exponentialUs, factor, lognormalFactors, normalQuantile, paretoFactors, pick, pickTable, zipfTable, zipfWeights,
} from '../../sim/kernel/distributions.ts';
import { exp, ln, pow } from '../../sim/kernel/exact-math.ts';

const relative = (got: number, expected: number): number => (got === expected ? 0 : Math.abs(got - expected) / Math.abs(expected));

describe('exact arithmetic against the host’s Math, which is right to the last bits here', () => {
  const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true });
  test('ln', () => fc.assert(fc.property(positive, (x) => void expect(Math.abs(ln(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(1, Math.abs(Math.log(x)))))));
  test('ln where its series is longest', () =>
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 30 }), (i) => void expect(relative(ln(0.71 + (0.7 * i) / 2 ** 30), Math.log(0.71 + (0.7 * i) / 2 ** 30))).toBeLessThan(1e-14)), { numRuns: 1_000 }));
  test('exp', () => fc.assert(fc.property(fc.double({ min: -40, max: 40, noNaN: true }), (x) => void expect(relative(exp(x), Math.exp(x))).toBeLessThan(1e-14))));
  test('pow, as Zipf and Pareto use it', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: -2_500, max: 2_500 }), (base, milli) =>
        void expect(relative(pow(base, milli / 1000), base ** (milli / 1000))).toBeLessThan(3e-14),
      ),
    ));
  test('exact at the fixed points', () => expect([ln(1), exp(0), pow(7, 0), pow(1, 5)]).toEqual([0, 1, 1, 1]));
});

const meanOf = (table: ArrayLike<number>): number => Array.from(table).reduce((sum, x) => sum + x, 0) / table.length / 65536;

describe('distributions', () => {
  test('pick finds every cell at its exact edges, and never one of weight 0', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 }), (weights) => {
        fc.pre(weights.some((w) => w > 0) && weights.at(-1)! > 0);
        const table = pickTable(weights);
        expect(table.at(-1)).toBe(2 ** 32);
        weights.forEach((weight, i) => {
          const low = i === 0 ? 0 : table[i - 1];
          expect(relative(table[i] - low, (weight / weights.reduce((x, y) => x + y)) * 2 ** 32)).toBeLessThan(weight === 0 ? 1e-30 : 1e-3);
          if (weight > 0) expect([pick(table, low), pick(table, table[i] - 1)]).toEqual([i, i]);
        });
      }),
    );
  });

  test('Zipf: rank k has k^−s of rank 1, and s = 0 is even', () => {
    const weights = zipfWeights(1000, 1200);
    for (const k of [2, 10, 1000]) expect(relative(weights[k - 1], k ** -1.2)).toBeLessThan(1e-13);
    expect(Array.from(zipfTable(4, 0))).toEqual([2 ** 30, 2 ** 31, 3 * 2 ** 30, 2 ** 32]);
  });

  test('exponential: mean, median, least and most of all 32-bit draws', () => {
    const n = 1 << 16;
    let sum = 0;
    for (let i = 0; i < n; i++) sum += exponentialUs(30_000_000, i * 65536 + 32768);
    expect(relative(sum / n, 30_000_000)).toBeLessThan(1e-4);
    expect(exponentialUs(30_000_000, 2 ** 31)).toBe(20_794_415); // 30 s × ln 2
    expect([exponentialUs(1e9, 2 ** 32 - 1), exponentialUs(1e9, 0)]).toEqual([0, 22_873_856_958]); // −ln(2^−33) = 22.873856958…
  });

  test('Pareto: mean 1, never below its scale, heavier tails for smaller shapes', () => {
    for (const shape of [1.5, 3, 5]) {
      const table = paretoFactors(shape);
      expect(meanOf(table)).toBeCloseTo(1, 4);
      const least = table[0] / 65536;
      expect(least).toBeGreaterThan((shape - 1) / shape - 1e-3);
      // Quantile ratio: x(3/4) / x(1/2) = 2^(1/shape).
      expect(table[(FACTOR_CELLS * 3) / 4] / table[FACTOR_CELLS / 2]).toBeCloseTo(2 ** (1 / shape), 2);
    }
    expect(factor(paretoFactors(5), 0xffffffff)).toBe(paretoFactors(5)[FACTOR_CELLS - 1]);
  });

  test('lognormal: median 1, mean e^(σ²/2), and its quartile', () => {
    for (const sigma of [0.25, 0.5, 1]) {
      const table = lognormalFactors(sigma);
      expect((table[FACTOR_CELLS / 2 - 1] + table[FACTOR_CELLS / 2]) / 2 / 65536).toBeCloseTo(1, 4);
      expect(relative(meanOf(table), Math.exp(sigma ** 2 / 2))).toBeLessThan(2e-3);
      expect(table[(FACTOR_CELLS * 3) / 4] / 65536).toBeCloseTo(Math.exp(0.674489750196082 * sigma), 2);
    }
  });

  // Standard tables of the normal distribution (e.g. Abramowitz & Stegun 26.1; R: qnorm).
  test.each([
    [0.5, 0],
    [0.75, 0.674489750196082],
    [0.975, 1.959963984540054],
    [0.995, 2.575829303548901],
    [0.9999, 3.719016485455709],
    [0.025, -1.959963984540054],
    [1e-6, -4.753424308822899],
  ])('normal quantile of %d', (u, z) => expect(Math.abs(normalQuantile(u) - z)).toBeLessThan(1e-9));
});
