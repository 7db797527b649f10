import type { Mutant } from './mutant.ts';

export const contractValueStays: Mutant = {
  id: 'K55',
  story: 'STR that goes with a call of a contract stays where it was, and the contract is told that it came',
  file: 'engine/ledgers/contract/state.ts',
  find: 'return moveStr(this.scope, from, to, amount) === undefined;',
  replace: 'return moveStr(this.scope, from, from, amount) === undefined || to === from;',
  caughtBy: ['C4'],
  seed: 17,
};
