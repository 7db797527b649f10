import type { Mutant } from './mutant.ts';

export const rewardPaidAgain: Mutant = {
  id: 'K18',
  story: 'rewards that were paid stay due until others take their place',
  file: 'engine/ledgers/ccos/settlement.ts',
  find: '  journal.set(rewardsDue, KEY, undefined);',
  replace: '  if (due.length === 0) journal.set(rewardsDue, KEY, undefined);',
  caughtBy: ['L2', 'L11'],
  seed: 3,
};
