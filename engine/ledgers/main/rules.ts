/** MAIN LEDGER: transfers of STR, ARSS and $TR, and shielded ones. eSTR is routed here and does not transfer (D10). */
import { defineLedger } from '../ledger.ts';
import { mainTokens } from '../tables.ts';
import { moveToken } from '../tokens.ts';
import { moveStr } from './accounts.ts';
import { shieldedTransfer } from './shielded.ts';

export const mainRules = defineLedger('main', {
  transfer({ token, to, amount }, operation) {
    const { sender } = operation;
    if (token === 'eSTR') return 'not-transferable';
    const failure =
      token === 'STR'
        ? moveStr(operation, sender, to, amount)
        : moveToken(operation.journal, mainTokens, `${token}/${sender}`, `${token}/${to}`, amount);
    if (failure === undefined) operation.emit({ type: 'transfer', token, from: sender, to, amount });
    return failure;
  },
  shielded_transfer: shieldedTransfer,
});
