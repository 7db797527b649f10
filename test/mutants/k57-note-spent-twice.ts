import type { Mutant } from './mutant.ts';

export const noteSpentTwice: Mutant = {
  id: 'K57',
  story: 'a shielded note can be spent again: its nullifier is looked up and never kept',
  file: 'engine/ledgers/main/shielded.ts',
  find: '  journal.set(nullifiers, nullifier, round);\n',
  replace: '',
  caughtBy: ['P1', 'L5'],
  seed: 18,
};
