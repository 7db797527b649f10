/**
 * CCOS rewards across two rounds (D13): a round's end writes down which of its payments earn one, the next round's
 * start pays them out of the CCOS treasury. What is due is state, so a node needs a round's parent state and nothing
 * older.
 */
import type { ReceiptEvent } from '../../chain/types.ts';
import type { Crypto } from '../../crypto/crypto.ts';
import { assert } from '../../primitives/result.ts';
import { rewardAmount, rewardBps } from '../../rewards/ccos.ts';
import type { Journal } from '../../state/state.ts';
import type { Hash } from '../../tx/transaction.ts';
import { CCOS_TREASURY } from '../protocol-accounts.ts';
import { ccosBalances, rewardsDue, type RewardDue } from '../tables.ts';
import { balanceOf, moveToken } from '../tokens.ts';

const KEY = 'last';

/** Pays what the last round's payments earn, in their order, as far as the pool goes; forgets them. */
export function settleRewards(journal: Journal, lastRound: Hash, crypto: Crypto): ReceiptEvent[] {
  const due = journal.get(rewardsDue, KEY) ?? [];
  journal.set(rewardsDue, KEY, undefined);
  return due.map(({ transaction, to, amount }) => {
    const bps = rewardBps(lastRound, transaction, crypto);
    const reward = rewardAmount(amount, bps, balanceOf(journal, ccosBalances, CCOS_TREASURY));
    assert(moveToken(journal, ccosBalances, CCOS_TREASURY, to, reward) === undefined, 'all CCOS fit in one balance');
    return { type: 'ccos-reward', transaction, to, bps, amount: reward };
  });
}

/** Writes down this round's rewarded payments, in execution order. */
export function recordRewards(journal: Journal, due: readonly RewardDue[]): void {
  if (due.length > 0) journal.set(rewardsDue, KEY, due);
}
