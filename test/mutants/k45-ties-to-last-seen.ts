import type { Mutant } from './mutant.ts';

export const tiesToLastSeen: Mutant = {
  id: 'K45',
  story: 'of two branches of equal work the one seen last is followed',
  file: 'engine/chain/best-chain.ts',
  find: 'const beats = rounds[ref].work > work || (best >= 0',
  replace: 'const beats = (rounds[ref].work >= work && ref !== this.head) || (best >= 0',
  caughtBy: ['S4'],
  seed: 1,
};
