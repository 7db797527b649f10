/**
 * L3 nonces: each account's are consecutive, and each is used once per branch.
 *
 * Per transaction, from the parent state alone: an account's transactions in a round carry its nonce, the next one, and
 * so on over all six ledgers, and after the round its nonce has grown by their number, for failed ones too. Since the
 * parent's nonce is that of its branch, none is used twice on a branch. Which rounds are refused for a nonce is
 * compared with the reference model. Not checked: pools (M1).
 */
import { accounts, type AccountState } from '../../engine/ledgers/tables.ts';
import { roundText } from './internal/text.ts';
import type { InvariantFactory } from './invariant.ts';
import { followOf } from './reference/follow.ts';
import { validityHooks } from './reference/judge.ts';

export const nonces: InvariantFactory = (facts) => {
  const validity = validityHooks(followOf(facts), ['nonce']);
  return {
    id: 'L3',
    title: 'nonces are consecutive per account, each used once',
    verdict: validity.verdict,
    roundExecuted(round, result, parent, report) {
      validity.executed(round, report);
      const where = { round: round.index };
      const next = new Map<string, number>();
      for (const { sender, nonce, id } of round.round.transactions) {
        const expected = next.get(sender) ?? parent.get(accounts, sender)?.nonce ?? 0;
        if (nonce !== expected)
          report.violation(`nonce ${expected} in ${id} of ${sender}, ${roundText(round)}`, String(nonce), where);
        next.set(sender, expected + 1);
      }
      report.evaluated(round.round.transactions.length);
      for (const [sender, expected] of next) {
        const nonce = (result.delta.get(`account:${sender}`)?.after as AccountState | undefined)?.nonce;
        if (nonce !== expected)
          report.violation(
            `nonce ${expected} of ${sender} after ${roundText(round)}`,
            String(nonce ?? 'unchanged'),
            where,
          );
      }
      for (const { table, key, before, after } of result.delta.values()) {
        if (table.name !== 'account' || next.has(key)) continue;
        const [was, is] = [
          (before as AccountState | undefined)?.nonce ?? 0,
          (after as AccountState | undefined)?.nonce ?? 0,
        ];
        if (was !== is)
          report.violation(`nonce ${was} of ${key}, which sent nothing in ${roundText(round)}`, String(is), where);
      }
    },
  };
};
