/** The workload against the engine's own execution: what it expects is what happens, also where branches are undone. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../engine/tx/kinds.ts';
import type { Transaction } from '../../engine/tx/transaction.ts';
import { ALL_KINDS, GENESIS_SECONDS, LittleChain, scenario, steady, workloadOf, type Built, type Head } from './little-chain.ts';

const PARAMS = {
  domainTermSeconds: 240,
  domainGraceSeconds: 120,
  votingPeriodRounds: 8,
  executionDelayRounds: 3,
  bridgeTimeoutSeconds: 120,
  finalityDepth: 8,
};
const ROUND_SECONDS = 30;

/** Runs the chain to its end; `branch` says on how old an ancestor round `number` is found, 0 being the head. */
function run(built: Built, rounds: number, finality: number, branch: (number: number) => number): Head {
  const { workload } = built;
  const chain = new LittleChain(built);
  const sent: Transaction[] = [];
  let best = chain.genesis;
  let final = chain.genesis;
  for (let step = 1; step <= rounds; step++) {
    const untilUs = step * ROUND_SECONDS * 1_000_000;
    for (let at = workload.peek(); at !== undefined && at <= untilUs; at = workload.peek()) {
      const submission = workload.next();
      if (submission?.tag.intent === 'valid') sent.push(submission.transaction);
    }
    let parent = best;
    for (let depth = branch(step); depth > 0 && parent.parent !== undefined && parent !== final; depth--) parent = parent.parent;
    // A heavier branch arrives at once: as long as what it replaces, and one more. Its miners know other transactions.
    const length = best.number - parent.number + 1;
    for (let i = 0; i < length; i++) {
      const known = i === length - 1 ? sent : sent.filter((_, index) => (index + step) % 3 !== 0);
      parent = chain.extend(parent, GENESIS_SECONDS + step * ROUND_SECONDS - length + i + 1, known);
    }
    best = parent;
    for (const receipt of best.receipts) workload.seen(receipt.transaction, receipt.status, best.number, best.parent!.seconds);
    final = finalise(built, best, final, finality);
  }
  return finalise(built, best, final, 0);
}

function finalise({ workload }: Built, best: Head, final: Head, finality: number): Head {
  const path: Head[] = [];
  for (let head = best; head !== final; head = head.parent!) if (head.number <= best.number - finality) path.push(head);
  for (const head of path.reverse()) {
    for (const receipt of head.receipts) workload.confirmed(receipt.transaction, receipt.status, head.number, head.parent!.seconds);
    workload.finalRound(head.number, head.ledgerHashes);
  }
  return path.at(-1) ?? final;
}

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
      if (kind.startsWith('contract')) expect(succeeded, kind).toBe(0);
      else expect(succeeded, kind).toBeGreaterThan(0);
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
