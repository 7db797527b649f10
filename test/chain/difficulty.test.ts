import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import { asertBits, bitsOf, MAX_BITS, targetOf } from '../../engine/chain/difficulty.ts';
import { workOf } from '../../engine/chain/work.ts';

interface Run {
  readonly title: string;
  readonly anchor: readonly [bigint, number, number];
  readonly rows: readonly (readonly [bigint, number, number])[];
}

const row = (line: string): [bigint, number, number] => {
  const [height, time, bits] = line.split(' ');
  return [BigInt(height), Number(time), Number(bits)];
};

const runs: readonly Run[] = readFileSync(new URL('../vectors/asert/runs.txt', import.meta.url), 'utf8')
  .replaceAll(/^#.*\n/gm, '')
  .trim()
  .split('\n\n')
  .map((block) => {
    const [title, anchor, ...rows] = block.split('\n');
    return { title, anchor: row(anchor.slice('anchor '.length)), rows: rows.map(row) };
  });

describe('aserti3-2d', () => {
  test('all twelve published runs are there', () => expect(runs.length).toBe(12));

  // Run 10 lies beyond 2^53: only differences of heights matter, so heights are counted from the anchor's.
  test.each(runs)('$title', ({ anchor: [anchorHeight, parentTime, bits], rows }) => {
    const anchor = { bits, height: 0, parentTime };
    for (const [height, time, expected] of rows) {
      expect(asertBits(anchor, Number(height - anchorHeight), time, 600, 172_800).toString(16)).toBe(
        expected.toString(16),
      );
    }
  });

  property.prop([fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: -1e5, max: 1e5 })])(
    'on schedule keeps the target; a half-life late doubles it, early halves it',
    (height) => {
      const anchor = { bits: 0x1b00_8000, height: 0, parentTime: 1_700_000_000 - 30 };
      const onTime = 1_700_000_000 + 30 * height;
      const next = (late: number): bigint => targetOf(asertBits(anchor, height, onTime + late, 30, 3600));
      expect([next(0), next(3600), next(-3600)]).toEqual([
        targetOf(0x1b00_8000),
        2n * targetOf(0x1b00_8000),
        targetOf(0x1b00_8000) / 2n,
      ]);
    },
  );
});

describe('compact targets', () => {
  // Values: the definition, by hand; the first is Bitcoin's genesis.
  test.each([
    [0x1d00ffff, 0xffffn << 208n],
    [0x01010000, 1n],
    [0x01120000, 0x12n],
    [0x02008000, 0x80n],
    [0x05009234, 0x92340000n],
    [0x03123456, 0x123456n],
  ])('%s', (bits, target) => {
    expect(targetOf(bits)).toBe(target);
    expect(bitsOf(target)).toBe(bits);
  });

  test('a set sign bit is no target', () => expect(targetOf(0x1d80ffff)).toBe(0n));

  property.prop([fc.bigInt({ min: 1n, max: targetOf(MAX_BITS) })])(
    'encoding keeps the leading 15 bits at least, never rounds up, and is stable',
    (target) => {
      const kept = targetOf(bitsOf(target));
      expect(kept <= target && (target - kept) << 15n < target).toBe(true);
      expect(bitsOf(kept)).toBe(bitsOf(target));
    },
  );
});

test.each([
  [0x1d00ffff, 0x1_0001_0001n], // Bitcoin's genesis block: chainwork 0x100010001
  [0x01010000, 1n << 255n],
  [0x207fffff, 2n], // regtest
])('work of %s', (bits, work) => expect(workOf(bits)).toBe(work));
