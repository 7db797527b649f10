/**
 * L12 failure is clean: a failed transaction changes its sender's nonce and STR, the miner's fee, and the vote snapshot
 * that this forces; nothing else.
 *
 * Per failed transaction: its receipt tells of no event and of no other ledger, and the reference model, in which
 * nothing but nonce and fee remains of it, agrees on every key that belongs to its sender or that it names. Any key
 * that only the engine changed in a round with failures is a finding too. Not checked: that a transaction which should
 * have failed did (L1, L14, L15, X2); only here: one that failed although nothing refuses it.
 */
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { acceptedByBoth, concerning, namedBy, reportDifferences } from './reference/judge.ts';

export const cleanFailure: InvariantFactory = (facts) => {
  const follow = followOf(facts);
  return {
    id: 'L12',
    title: 'a failed transaction leaves only nonce and fee behind',
    roundExecuted(round, result, _parent, report) {
      const told = acceptedByBoth(follow, round, result);
      if (told === undefined) return;
      const names = new Set<string>();
      const where = { round: round.index };
      for (const [i, { status, transaction, events, touched }] of result.receipts.entries()) {
        if (status === 'success') continue;
        report.evaluated();
        const { sender, payload } = round.round.transactions[i];
        names.add(sender);
        names.add(transaction);
        for (const name of namedBy(payload)) names.add(name);
        const at = `${payload.kind} ${transaction} in ${roundText(round)}`;
        if (told.outcomes[i].refusal === undefined) report.violation(`success of ${at}`, status, where);
        if (events.length > 0)
          report.violation(`no event of the failed ${at}`, `${events.length}: ${events[0].type}`, where);
        if (touched.length > 0)
          report.violation(`no other ledger changed by the failed ${at}`, touched.join(' '), where);
      }
      if (names.size === 0) return;
      const differences = follow.differences(round, result.delta);
      const concerned = concerning(differences, names);
      reportDifferences(
        [...concerned, ...differences.filter((one) => one.onlyIn === 'engine' && !concerned.includes(one))],
        round,
        report,
      );
    },
  };
};
