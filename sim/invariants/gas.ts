/**
 * L10 gas: used is at most the limit, the charge is used × price, the refund is exact.
 *
 * Per transaction: gas against the intrinsic gas that the reference model reads off the canonical bytes (native
 * operations, failed ones included, cost exactly that, contracts what the VM used besides; D11), fee = gas × price, and the sum per home ledger against the
 * ledger's limit and against what execution reports. That unused gas came back is seen in the sender's balance (L1).
 * Which rounds are refused for a gas rule is compared with the model. Headroom: the fullest ledger of any round. Gas
 * inside a contract is what the same VM gives on the model's books.
 */
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, validityHooks } from './reference/judge.ts';

export const gas: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  const validity = validityHooks(follow, ['gas-below-intrinsic', 'gas-above-ledger-limit', 'price-zero']);
  return {
    id: 'L10',
    title: 'gas used ≤ limit, charged = used × price, refund exact',
    verdict: validity.verdict,
    roundExecuted(round, result, _parent, report) {
      validity.executed(round, report);
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      const at = roundText(round);
      const where = { round: round.index };
      const used = LEDGERS.map(() => 0);
      for (const [i, { gasUsed, fee, transaction }] of result.receipts.entries()) {
        const { gasLimit, gasPrice, ledger } = round.round.transactions[i];
        used[LEDGERS.indexOf(ledger)] += gasUsed;
        if (gasUsed !== told.outcomes[i].gas)
          report.violation(`gas ${told.outcomes[i].gas} of ${transaction} in ${at}`, String(gasUsed), where);
        if (gasUsed > gasLimit)
          report.violation(`gas of ${transaction} at most ${gasLimit} in ${at}`, String(gasUsed), where);
        if (fee !== BigInt(gasUsed) * gasPrice)
          report.violation(`fee of ${transaction} = ${gasUsed} × ${gasPrice} in ${at}`, String(fee), where);
      }
      report.evaluated(result.receipts.length);
      const limit = Number(told.gasLimit);
      for (const [i, ledger] of LEDGERS.entries()) {
        if (used[i] !== result.gasUsed[i])
          report.violation(`gas ${used[i]} on ${ledger} in ${at}`, String(result.gasUsed[i]), where);
        if (used[i] > limit) report.violation(`gas on ${ledger} at most ${limit} in ${at}`, String(used[i]), where);
        report.headroom(limit === 0 ? 0 : 1 - used[i] / limit);
      }
    },
  };
};
