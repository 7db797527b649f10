/** The workload against the engine's own execution: what it expects is what happens, also where branches are undone. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../engine/tx/kinds.ts';
import { ALL_KINDS, run, scenario, steady, workloadOf } from './little-chain.ts';

const PARAMS = {
  domainTermSeconds: 240,
  domainGraceSeconds: 120,
  votingPeriodRounds: 8,
  executionDelayRounds: 3,
  bridgeTimeoutSeconds: 120,
  finalityDepth: 8,
};
const SCENARIO = scenario(ALL_KINDS, [steady(1_500, 2)]);

describe('outcomes', () => {
  test('on one branch, every outcome is the one that was known, every kind succeeds, and races are lost', () => {
    const built = workloadOf(SCENARIO, PARAMS);
    run(built, 60, 8, () => 0);
    const { statistics } = built.workload;
    expect(statistics.unexpected).toEqual([]);
    const kinds = Object.fromEntries([...statistics.kinds].map(([kind, { succeeded, failed }]) => [kind, [succeeded, failed]]));
    for (const kind of KINDS) {
      const [succeeded, failed] = kinds[kind];
      expect(succeeded, kind).toBeGreaterThan(0);
      if (['nft_buy', 'domain_register', 'bridge_mint'].includes(kind)) expect(failed, kind).toBeGreaterThan(0);
    }
    const offered = [...statistics.kinds.values()].reduce((sum, tally) => sum + tally.offered, 0);
    const done = [...statistics.kinds.values()].reduce((sum, tally) => sum + tally.succeeded + tally.failed, 0);
    expect(done).toBe(offered);
  });

  test.each([1, 2])('with branches up to 5 rounds deep undone again and again, none is unexpected either (seed %i)', (seed) => {
    const built = workloadOf(SCENARIO, PARAMS, String(seed));
    run(built, 60, 8, (number) => [0, 2, 0, 1, 5, 0, 3][(number * seed) % 7]);
    const { statistics } = built.workload;
    expect(statistics.unexpected).toEqual([]);
    expect([...statistics.kinds.values()].every(({ refused }) => refused === 0)).toBe(true);
  });
});

describe('outcomes, whatever the mix and the branches', () => {
  const mix = fc.subarray([...ALL_KINDS], { minLength: 1 });
  const branches = fc.array(fc.nat({ max: 6 }), { minLength: 1, maxLength: 8 });
  property.prop([mix, branches, fc.nat(), fc.integer({ min: 2, max: 40 })], { numRuns: Number(process.env['RUNS'] ?? 5) })(
    'none is unexpected',
    (entries, depths, seed, count) => {
      const built = workloadOf(scenario(entries, [steady(400, 2)], count), { ...PARAMS, domainTermSeconds: 60, domainGraceSeconds: 60 }, String(seed));
      run(built, 20, 8, (number) => depths[number % depths.length]);
      expect(built.workload.statistics.unexpected).toEqual([]);
    },
    600_000,
  );
});
