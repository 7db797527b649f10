import type { Mutant } from './mutant.ts';

export const legStays: Mutant = {
  id: 'K32',
  story: 'of a failed operation what it did before it failed stays',
  file: 'engine/chain/execute.ts',
  find: 'else revertTo(scope, mark);',
  replace: 'else if (journal.changesSince(mark).length === 0) revertTo(scope, mark);',
  caughtBy: ['X2', 'L12'],
  seed: 230,
};
