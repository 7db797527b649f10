import type { Mutant } from './mutant.ts';

export const selfTransfer: Mutant = {
  id: 'K23',
  story: 'a transfer to oneself credits the balance from before the debit',
  file: 'engine/ledgers/main/accounts.ts',
  find: '  debitStr(scope, from, amount) ?? creditStr(scope, to, amount);',
  replace:
    '  ((before: bigint) => debitStr(scope, from, amount) ?? (setAccount(scope, to, { nonce: accountOf(scope.journal, to).nonce, str: before + amount }), undefined))(accountOf(scope.journal, to).str);',
  caughtBy: ['L1', 'L2'],
  seed: 2,
};
