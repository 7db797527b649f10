/**
 * L9 fees and subsidy: what senders paid is what the miner gets; payout = subsidy + fees; the treasury's change is
 * −subsidy and its other legs, each by name.
 *
 * Once per distinct round: receipts' fees against their total, against the settlement, and against the reference model;
 * the subsidy against floor(treasury / 2^22) at its place in the order of D12; the balances of treasury and miner. The
 * treasury's legs beside the subsidy are governance's allocations and what transactions paid in. Not checked: that the
 * miner is who found the round (its header says so, and the seal covers it).
 */
import type { AccountState } from '../../engine/ledgers/tables.ts';
import { STR_TREASURY } from '../../engine/ledgers/protocol-accounts.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, reportDifferences } from './reference/judge.ts';

const str = (value: unknown): bigint => (value as AccountState | undefined)?.str ?? 0n;

export const feesAndSubsidy: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  return {
    id: 'L9',
    title: 'fees debited = fees credited, payout = subsidy + fees, the treasury pays exactly the subsidy',
    roundExecuted(round, result, _parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      report.evaluated();
      const { miner } = round.round.header;
      const at = roundText(round);
      const must = (what: string, expected: bigint | string, seen: bigint | string): void => {
        if (expected !== seen) report.violation(`${what} ${expected} in ${at}`, String(seen), { round: round.index });
      };
      must(
        'sum of fees',
        told.fees,
        result.receipts.reduce((sum, { fee }) => sum + fee, 0n),
      );
      must('fees', told.fees, result.fees);
      must('subsidy', told.subsidy, result.subsidy);
      for (const [i, { fee }] of result.receipts.entries())
        must(`fee of ${result.receipts[i].transaction}`, told.outcomes[i].fee, fee);

      const paid = result.settlements.filter((event) => event.type === 'subsidy');
      const payout = `${miner} ${told.subsidy} + ${told.fees}`;
      must('payouts', payout, paid.map((event) => `${event.miner} ${event.subsidy} + ${event.fees}`).join(', '));

      const treasury = told.changes.find(({ table, key }) => table.name === 'account' && key === STR_TREASURY);
      const allocated = told.effects.reduce((sum, effect) => sum + (effect.allocated ?? 0n), 0n);
      const paidIn = str(treasury?.after) - str(treasury?.before) + told.subsidy + allocated;
      const seen = result.delta.get(`account:${STR_TREASURY}`);
      must(
        `treasury's change = − subsidy ${told.subsidy} − allocations ${allocated} + paid in ${paidIn} =`,
        paidIn - told.subsidy - allocated,
        str(seen?.after) - str(seen?.before),
      );
      reportDifferences(
        follow
          .differences(round, result.delta)
          .filter(({ table, key }) => table === 'account' && (key === miner || key === STR_TREASURY)),
        round,
        report,
      );
    },
  };
};
