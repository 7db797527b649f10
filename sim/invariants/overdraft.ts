/**
 * L1 no overdraft: no balance below zero, and no token spent twice, on any branch.
 *
 * Once per distinct round and parent, against the reference model: whether each transaction's fee is covered at its
 * position, which transfers succeed, and every balance that changed, STR and tokens alike. Spending twice is seen as a
 * balance that differs. Not checked: balances that neither the engine nor the model says changed (L6–L8 compare whole
 * states); sums (L2).
 */
import type { InvariantFactory } from './invariant.ts';
import { acceptedByBoth, compareOutcomes, plainText, reportDifferences, validityHooks } from './reference/judge.ts';
import { followOf } from './reference/follow.ts';
import { COLUMNS } from './reference/supply.ts';
import { roundText } from './internal/text.ts';

const BALANCES = new Set(COLUMNS.map(({ table }) => table.name));

export const overdraft: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  const validity = validityHooks(follow, ['overdraft', 'fee-overflow', 'wrong-ledger']);
  return {
    id: 'L1',
    title: 'no balance below zero, no token spent twice',
    verdict: validity.verdict,
    roundExecuted(round, result, _parent, report) {
      validity.executed(round, report);
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      report.evaluated();
      for (const { table, key, after } of result.delta.values()) {
        const column = COLUMNS.find((one) => one.table === table);
        if (column === undefined || column.amount(after) >= 0n) continue;
        report.violation(`${table.name}:${key} not below zero after ${roundText(round)}`, plainText(after), {
          round: round.index,
        });
      }
      compareOutcomes(
        result.receipts,
        told.outcomes,
        round,
        ({ kind }) => kind === 'transfer' || kind === 'financial-public-transaction',
        report,
      );
      reportDifferences(
        follow.differences(round, result.delta).filter(({ table }) => BALANCES.has(table)),
        round,
        report,
      );
    },
  };
};
