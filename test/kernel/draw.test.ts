import { expect, test } from 'vitest';
import fc from 'fast-check';
import { PURPOSE, below, draw32, seedKey } from '../../sim/kernel/draw.ts';
import { crypto } from '../helpers/fixtures.ts';

const key = seedKey('1', crypto);
const drawsOf = (seed: string): number[] => Array.from({ length: 8 }, (_, i) => draw32(seedKey(seed, crypto), i, PURPOSE.mining, i));

test('pinned: a seed means the same draws for ever', () => {
  expect(Array.from(key)).toMatchInlineSnapshot(`
    [
      1649744961,
      1046270248,
      -552639533,
      -2063819007,
      -1700056373,
      482718271,
      -1966376552,
      -1700378932,
    ]
  `);
  expect(drawsOf('1')).toMatchInlineSnapshot(`
    [
      2768763165,
      3211395546,
      2265222672,
      2906794209,
      3993641795,
      3886026359,
      426272547,
      3104216781,
    ]
  `);
  expect(drawsOf('stratus')).toMatchInlineSnapshot(`
    [
      3253653475,
      4043859731,
      3233525514,
      2143934511,
      935866765,
      966865494,
      531752878,
      4177635378,
    ]
  `);
});

test('every seed has draws of its own: also "1" and "11", which seedrandom itself confuses', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (x, y) => void expect(String(drawsOf(x)) === String(drawsOf(y))).toBe(x === y)));
  expect(drawsOf('1')).not.toEqual(drawsOf('11'));
});

test('purposes are numbered once', () => {
  expect(new Set(Object.values(PURPOSE)).size).toBe(Object.keys(PURPOSE).length);
});

const COUNT = 20_000;
/** χ² of 16 cells over the top 4 bits and the lowest 4; 15 degrees of freedom, so above 45 once in 14,000 tables. */
const unevenness = (draws: readonly number[], bits: (u32: number) => number): number => {
  const cells = new Float64Array(16);
  for (const u32 of draws) cells[bits(u32)]++;
  return cells.reduce((sum, n) => sum + (n - COUNT / 16) ** 2 / (COUNT / 16), 0);
};

/** Draws that differ in one argument only, by 1: the closest keys that a run has. */
const NEIGHBOURS: readonly [string, (i: number) => number][] = [
  ['actor', (i) => draw32(key, i, 3, 7)],
  ['purpose', (i) => draw32(key, 5, i, 7)],
  ['counter', (i) => draw32(key, 5, 3, i)],
];

test.each(NEIGHBOURS)('draws along %s are even in high and low bits, distinct, and unrelated to their neighbours', (_, draw) => {
  const draws = Array.from({ length: COUNT }, (_, i) => draw(i));
  expect(unevenness(draws, (u32) => u32 >>> 28)).toBeLessThan(45);
  expect(unevenness(draws, (u32) => u32 & 15)).toBeLessThan(45);
  expect(unevenness(draws.map((u32, i) => (u32 ^ draws[(i + 1) % COUNT]) >>> 0), (u32) => u32 >>> 28)).toBeLessThan(45);
  expect(new Set(draws).size).toBeGreaterThan(COUNT - 200); // 47 repeats expected (birthdays)
  for (const u32 of draws) expect(Number.isInteger(u32) && u32 >= 0 && u32 < 2 ** 32).toBe(true);
});

test('below is in range and reaches both ends', () => {
  const values = Array.from({ length: 2_000 }, (_, i) => below(key, i, PURPOSE.region, 0, 7));
  expect([...new Set(values)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
