import type { Mutant } from './mutant.ts';

export const undoForgets: Mutant = {
  id: 'K11',
  story: 'undo leaves one changed value as it was after the round',
  file: 'engine/state/flat.ts',
  find: 'for (const { table, key, before } of [...delta.values()].reverse()) this.write(table, key, before);',
  replace: 'for (const { table, key, before } of [...delta.values()].reverse().slice(1)) this.write(table, key, before);',
  caughtBy: ['L6', 'L8', 'L5'],
  seed: 1,
};
