import type { Mutant } from './mutant.ts';

export const failedRefunded: Mutant = {
  id: 'K21',
  story: 'a failed transaction gets all its gas back, and the miner its fee all the same',
  file: 'engine/chain/execute.ts',
  find: "assert(creditStr(scope, sender, BigInt(gasLimit - used) * gasPrice) === undefined, 'all STR fits in one balance');",
  replace: "assert(creditStr(scope, sender, BigInt(failure === undefined ? gasLimit - used : gasLimit) * gasPrice) === undefined, 'all STR fits in one balance');",
  caughtBy: ['L2', 'L10', 'L12'],
  seed: 1,
};
