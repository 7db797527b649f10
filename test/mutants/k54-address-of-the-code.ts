import type { Mutant } from './mutant.ts';

export const addressOfTheCode: Mutant = {
  id: 'K54',
  story: 'a contract’s address follows from its code alone: deployed again, it takes the place of the first',
  file: 'engine/ledgers/contract/rules.ts',
  find: 'const contract = contractAddress(transaction, crypto);',
  replace: 'const contract = contractAddress(code, crypto);',
  caughtBy: ['C6'],
  seed: 6,
};
