/**
 * L11 rewards: CCOS rates lie within 2.50–10.00 %, each eligible transaction of a branch is rewarded once, and the pool
 * is never negative.
 *
 * Once per distinct round that earns or pays a reward: the settlements against the reference model's, in order, with
 * rate and amount; rate bounds; the pool's and the receivers' balances; what the round notes for the next one. The
 * model's books are those of the branch, so a second payment for one transaction is a difference wherever it happens.
 * Headroom: what is left of the pool. Not checked: how rates are distributed (a test's matter), ARSS (not built).
 */
import { CCOS_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { ccosBalances } from '../../engine/ledgers/tables.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, reportDifferences } from './reference/judge.ts';

const TABLES = new Set(['ccos', 'reward-due']);

/** The treasury's share at genesis, base units: 67 % of 63,000,000 CCOS (D17). */
const POOL_AT_GENESIS = 4_221_000_000_000_000n;

export const ccosRewards: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  return {
    id: 'L11',
    title: 'CCOS rewards: 2.50–10.00 %, once each, out of a pool that is never negative',
    roundExecuted(round, result, _parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      const differences = follow.differences(round, result.delta).filter(({ table }) => TABLES.has(table));
      const paid = result.settlements.filter((event) => event.type === 'ccos-reward');
      const earns = told.changes.some(({ table }) => table.name === 'reward-due');
      if (!earns && paid.length === 0 && told.rewards.length === 0 && differences.length === 0) return;
      report.evaluated(Math.max(1, told.rewards.length));

      const at = roundText(round);
      const where = { round: round.index };
      const rewarded = new Set<string>();
      for (const { transaction, bps } of paid) {
        if (bps < 250 || bps > 1000)
          report.violation(`rate of ${transaction} within 250…1000 basis points in ${at}`, String(bps), where);
        if (rewarded.has(transaction)) report.violation(`one reward for ${transaction} in ${at}`, 'another', where);
        rewarded.add(transaction);
      }
      const text = (list: readonly { transaction: string; to: string; bps: number; amount: bigint }[]): string[] =>
        list.map(({ transaction, to, bps, amount }) => `${amount} to ${to} at ${bps} for ${transaction}`);
      const [expected, seen] = [text(told.rewards), text(paid)];
      for (let i = 0; i < Math.max(expected.length, seen.length); i++) {
        if (expected[i] !== seen[i])
          report.violation(`reward ${i}: ${expected[i] ?? 'none'} in ${at}`, seen[i] ?? 'none', where);
      }
      reportDifferences(differences, round, report);
      const pool = told.model.get(ccosBalances, CCOS_TREASURY) ?? 0n;
      report.headroom(Number((pool * 1_000_000n) / POOL_AT_GENESIS) / 1_000_000);
    },
  };
};
