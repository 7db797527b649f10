import type { Mutant } from './mutant.ts';

export const legStays: Mutant = {
  id: 'K32',
  story: 'of a failed operation what it did before it failed stays',
  file: 'engine/chain/execute.ts',
  find: 'else this.revert(mark);',
  replace: 'else if (journal.changesSince(mark).length === 0) this.revert(mark);',
  caughtBy: ['X2', 'L12'],
  seed: 230,
};
