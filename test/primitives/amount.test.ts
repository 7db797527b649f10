import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { addAmount, mulAmount, mulDiv, subAmount } from '../../engine/primitives/amount.ts';

const MAX = 18_446_744_073_709_551_615n;

test.each([
  ['max + 0', addAmount(MAX, 0n), MAX],
  ['max + 1', addAmount(MAX, 1n), undefined],
  ['0 − 0', subAmount(0n, 0n), 0n],
  ['0 − 1', subAmount(0n, 1n), undefined],
  ['2^32 × (2^32 − 1)', mulAmount(1n << 32n, (1n << 32n) - 1n), MAX - 0xffff_ffffn],
  ['2^32 × 2^32', mulAmount(1n << 32n, 1n << 32n), undefined],
  ['max × 2 / 3 rounds down', mulDiv(MAX, 2n, 3n), 12_297_829_382_473_034_410n],
  ['7 × 10 / 3', mulDiv(7n, 10n, 3n), 23n],
  ['max × 3 / 2 does not fit', mulDiv(MAX, 3n, 2n), undefined],
  [
    '63 billion STR at 10,000 of 10,000 basis points',
    mulDiv(6_300_000_000_000_000_000n, 10_000n, 10_000n),
    6_300_000_000_000_000_000n,
  ],
])('%s', (_, got, expected) => {
  expect(got).toBe(expected);
});

const amount = fc.bigInt({ min: 0n, max: MAX });
test.prop([amount, amount])('no result leaves 0 … 2^64 − 1, and what can be undone is', (x, y) => {
  const sum = addAmount(x, y);
  expect(sum === undefined).toBe(x + y > MAX);
  if (sum !== undefined) expect(subAmount(sum, y)).toBe(x);
  for (const result of [sum, subAmount(x, y), mulAmount(x, y)])
    expect(result === undefined || (result >= 0n && result <= MAX)).toBe(true);
});
