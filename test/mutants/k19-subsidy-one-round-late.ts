import type { Mutant } from './mutant.ts';

export const subsidyUnpaid: Mutant = {
  id: 'K19',
  story: 'the first two rounds pay no subsidy: it comes late',
  file: 'engine/chain/execute.ts',
  find: 'this.subsidy = subsidyOf(accountOf(this.journal, STR_TREASURY).str);',
  replace: 'this.subsidy = this.number < 3 ? 0n : subsidyOf(accountOf(this.journal, STR_TREASURY).str);',
  caughtBy: ['L9'],
  seed: 1,
};
