import type { Mutant } from './mutant.ts';

export const forkChoiceByHeight: Mutant = {
  id: 'K01',
  story: 'of two branches the longer one is followed, not the heavier one',
  file: 'engine/chain/best-chain.ts',
  find: '    let best = -1;\n    let work = rounds[this.head].work;\n    for (const ref of candidates) {\n      const beats = rounds[ref].work > work || (best >= 0 && rounds[ref].work === work && this.arrival[ref] < this.arrival[best]);',
  replace: '    let best = -1;\n    let work = rounds[this.head].work;\n    for (const ref of candidates) {\n      const beats = rounds[ref].number > rounds[best >= 0 ? best : this.head].number;',
  caughtBy: ['S4'],
  seed: 14,
  nodesMax: 10,
};
