/**
 * CCOS LEDGER: transfers of CCOS, and financial public transactions, which move STR and earn CCOS a round later (D13).
 */
import { defineLedger } from '../ledger.ts';
import { moveStr } from '../main/accounts.ts';
import { ccosBalances } from '../tables.ts';
import { moveToken } from '../tokens.ts';

export const ccosRules = defineLedger('ccos', {
  transfer({ token, to, amount }, { journal, sender, emit }) {
    const failure = moveToken(journal, ccosBalances, sender, to, amount);
    if (failure === undefined) emit({ type: 'transfer', token, from: sender, to, amount });
    return failure;
  },

  'financial-public-transaction'({ to, amount }, operation) {
    const failure = moveStr(operation, operation.sender, to, amount);
    if (failure === undefined) operation.emit({ type: 'transfer', token: 'STR', from: operation.sender, to, amount });
    return failure;
  },
});
