import type { Mutant } from './mutant.ts';

export const rollbackBelowFinality: Mutant = {
  id: 'K10',
  story: 'a heavier branch is followed although it leaves the final round',
  file: 'engine/chain/best-chain.ts',
  find: 'return this.registry.ancestorAt(ref, this.registry.rounds[this.final].number) === this.final;',
  replace:
    'if (this.registry.ancestorAt(ref, this.registry.rounds[this.final].number) !== this.final && this.registry.rounds[ref].work > this.registry.rounds[this.head].work) this.final = this.registry.forkOf(this.final, ref); return this.registry.ancestorAt(ref, this.registry.rounds[this.final].number) === this.final;',
  caughtBy: ['S2'],
  seed: 151,
};
