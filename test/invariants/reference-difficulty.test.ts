import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fc, test as property } from '@fast-check/vitest';
import * as engine from '../../engine/chain/difficulty.ts';
import { workOf } from '../../engine/chain/work.ts';
import { MAX_TARGET, asertBits, bitsOfTarget, targetOfBits, workOfBits } from '../../sim/invariants/reference-difficulty.ts';

const pace = { intervalSeconds: 600, halfLifeSeconds: 172_800, maxTarget: MAX_TARGET };

/** The published runs (source in the file): `title`, `anchor number parent-time bits`, then `number time bits` per row. */
const runs = readFileSync(new URL('../vectors/asert/runs.txt', import.meta.url), 'utf8')
  .replaceAll(/^#.*\n/gm, '')
  .trim()
  .split('\n\n')
  .map((run) => run.split('\n'));

describe('the second ASERT', () => {
  // Run 10's numbers lie beyond 2^53; only their difference from the anchor's matters.
  test.each(runs)('%s', (_title, anchorLine, ...rows) => {
    const [, anchorNumber, parentTime, bits] = anchorLine.split(' ');
    for (const row of rows) {
      const [number, time, expected] = row.split(' ');
      const parent = { number: Number(BigInt(number) - BigInt(anchorNumber)), time: Number(time) };
      expect(asertBits({ number: 0, bits: Number(bits), parentTime: Number(parentTime) }, parent, pace)).toBe(Number(expected));
    }
  });

  const compact = fc.bigInt({ min: 1n, max: MAX_TARGET }).map(bitsOfTarget);
  const seconds = fc.integer({ min: -2_000_000, max: 20_000_000 });

  property.prop([compact, fc.integer({ min: 0, max: 500_000 }), seconds])('agrees with the engine’s wherever rounds may lead', (bits, number, late) => {
    const parentTime = 1_700_000_000 - 30;
    const time = parentTime + 30 * (number + 1) + late;
    const mine = asertBits({ number: 0, bits, parentTime }, { number, time }, { intervalSeconds: 30, halfLifeSeconds: 3600, maxTarget: MAX_TARGET });
    expect(mine).toBe(engine.asertBits({ bits, height: 0, parentTime }, number, time, 30, 3600));
  });

  property.prop([compact])('agrees with the engine on targets and work', (bits) => {
    expect([targetOfBits(bits), workOfBits(bits)]).toEqual([engine.targetOf(bits), workOf(bits)]);
    expect(bitsOfTarget(targetOfBits(bits))).toBe(bits);
  });
});
