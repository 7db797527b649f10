import type { Mutant } from './mutant.ts';

export const weightNow: Mutant = {
  id: 'K51',
  story: 'a vote weighs what its account has when it votes, not at the snapshot',
  file: 'engine/ledgers/governance/weight.ts',
  find: '  return last.str;',
  replace: '  return accountOf(state, account).str;',
  caughtBy: ['L15'],
  seed: 5,
};
