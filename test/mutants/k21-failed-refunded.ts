import type { Mutant } from './mutant.ts';

export const failedRefunded: Mutant = {
  id: 'K21',
  story: 'a failed transaction gets all its gas back, and the miner its fee all the same',
  file: 'engine/chain/execute.ts',
  find: 'creditStr(scope, sender, needed - fee)',
  replace: 'creditStr(scope, sender, failure === undefined ? needed - fee : needed)',
  caughtBy: ['L2', 'L10', 'L12'],
  seed: 3,
};
