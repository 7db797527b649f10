import { describe, expect, it } from 'vitest';
import { finalityRisk, poissonTail } from '../../sim/scenario/finality-risk.ts';
import { scientific } from '../../sim/scenario/resolve.ts';
import { loaded, problems, SMALL } from './helpers.ts';

describe('P(Poisson(mean) > depth)', () => {
  // 1 − P(X ≤ k) from printed tables of the cumulative Poisson distribution (five decimals), and the series by hand.
  it.each([[2, 4, 1 - 0.94735], [5, 10, 1 - 0.98630], [5, 12, 1 - 0.99798], [10, 10, 1 - 0.58304], [10, 5, 1 - 0.06709]])('mean %d, depth %d', (mean, depth, expected) => expect(poissonTail(mean, depth)).toBeCloseTo(expected, 4));
  it('keeps its digits where 1 − P would have none', () => {
    // First term e^-1.5 1.5^41 / 41!, about 1 + 1.5/42 of it in all.
    const first = Math.exp(-1.5 + 41 * Math.log(1.5) - Array.from({ length: 41 }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0));
    expect(poissonTail(1.5, 40) / (first * (1 + 1.5 / 42 + 1.5 ** 2 / (42 * 43)))).toBeCloseTo(1, 4);
  });
  it('falls with depth, grows with the mean, stays within 0 and 1, also beyond the exact range', () => {
    for (const mean of [0.1, 5, 60, 599, 700, 5_000]) {
      let last = 1;
      for (let depth = 0; depth < 6_000; depth += 97) {
        const p = poissonTail(mean, depth);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(last + 1e-12);
        last = p;
      }
    }
    expect(poissonTail(0, 0)).toBe(0);
    expect(poissonTail(60, 12)).toBeCloseTo(1, 9);
  });
});

describe('D7: more than a negligible chance must be declared', () => {
  const cut = (duration: string, select = 'between: [[EUROPE], [JAPAN]]', more = ''): string =>
    `${SMALL.replace('10m', '2h').replace('count: 4', 'count: 4')}faults: { scheduled: [{ id: cut, at: 1m, for: ${duration}, kind: partition, ${select} }] }\n${more}`;
  it.each([
    ['90 s at depth 12', cut('90s', undefined, 'consensus: { finalityDepth: 12 }\n'), ''], ['5 min at depth 40', cut('5m', undefined, 'consensus: { finalityDepth: 40 }\n'), ''],
    ['5 min at depth 12', cut('5m'), 'chance of up to 2.0e-3'], ['an hour at depth 12', cut('60m'), 'chance of up to 1'],
    ['an hour, declared', cut('60m', undefined, 'beyond: true\n'), ''], ['an hour, expected', cut('60m', undefined, 'expect: violation:S1\n'), ''], ['an hour, something else expected', cut('60m', undefined, 'expect: violation:L1\n'), 'chance of up to'],
    ['a crash divides nothing', cut('60m').replace('partition, between: [[EUROPE], [JAPAN]]', 'crash, select: { share: 50% nodes }'), ''],
  ])('%s', (_what, text, message) => {
    if (message === '') expect(problems(text)).toBe('');
    else expect(problems(text)).toContain(message);
  });
  it('q is bounded from above: a share of power plus the largest miner, at most one half', () => {
    const q = (select: string): number => finalityRisk(loaded(cut('10s', select)).scenario).terms[0].q;
    expect(q('between: [[EUROPE], [JAPAN]]')).toBe(0.5);
    expect(q('select: { share: 10% hashPower }')).toBeCloseTo(0.1 + 0.25, 12);
    expect(q('select: { share: 90% hashPower }')).toBeCloseTo(0.1 + 0.25, 12);
  });
});

it.each([[0, '0'], [1, '1.0'], [0.9999999, '1.0'], [9.97e-7, '1.0e-6'], [1.24e-7, '1.2e-7'], [1e-43, '1.0e-43']])('%d is written %s', (value, text) => expect(scientific(value)).toBe(text));
