import type { Mutant } from './mutant.ts';

export const contractEntryStays: Mutant = {
  id: 'K56',
  story: 'what a contract deletes from its storage stays there',
  file: 'engine/ledgers/contract/state.ts',
  find: 'this.scope.journal.set(contractStorage, this.placeOf(contract, key), value);',
  replace: 'if (value !== undefined) this.scope.journal.set(contractStorage, this.placeOf(contract, key), value);',
  caughtBy: ['C1', 'C2', 'C4'],
  seed: 23,
};
