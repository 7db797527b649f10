/** Effects of executed proposals: the first thing that happens in the round after their execution (D12). */
import type { ReceiptEvent } from '../../chain/types.ts';
import { assert } from '../../primitives/result.ts';
import type { Hash } from '../../tx/transaction.ts';
import type { BalanceScope } from '../ledger.ts';
import { moveStr, revertTo } from '../main/accounts.ts';
import { STR_TREASURY } from '../protocol-accounts.ts';
import { dueEffects, parameters, proposals } from '../tables.ts';

/**
 * Applies what is due at the start of `round`, in the order of execution; an allocation above the balance fails whole.
 */
export function applyDueEffects(scope: BalanceScope, round: number): ReceiptEvent[] {
  const { journal } = scope;
  const key = String(round);
  const due = journal.get(dueEffects, key);
  if (due === undefined) return [];
  journal.set(dueEffects, key, undefined);
  return due.flatMap((proposal) => applyEffect(scope, proposal));
}

function applyEffect(scope: BalanceScope, id: Hash): ReceiptEvent[] {
  const proposal = scope.journal.get(proposals, id);
  assert(proposal !== undefined, 'an executed proposal is stored');
  const { action } = proposal;
  if (action.type === 'parameter') {
    scope.journal.set(parameters, action.parameter, action.value);
    return [{ type: 'executed', proposal: id, outcome: 'applied' }];
  }
  const mark = scope.journal.mark();
  if (moveStr(scope, STR_TREASURY, action.to, action.amount) !== undefined) {
    revertTo(scope, mark);
    return [{ type: 'executed', proposal: id, outcome: 'failed' }];
  }
  return [
    { type: 'executed', proposal: id, outcome: 'applied' },
    { type: 'transfer', token: 'STR', from: STR_TREASURY, to: action.to, amount: action.amount },
  ];
}
