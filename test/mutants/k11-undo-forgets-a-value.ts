import type { Mutant } from './mutant.ts';

export const undoForgets: Mutant = {
  id: 'K11',
  story: 'undo leaves one changed value as it was after the round',
  file: 'engine/state/flat.ts',
  find: 'for (const { table, rows, before } of columns) this.columnsOf(table).write(rows, before);',
  replace: 'for (const { table, rows, before } of columns) this.columnsOf(table).write(rows.subarray(1), { numbers: before.numbers.subarray(1), amounts: before.amounts.subarray(1) });',
  caughtBy: ['L6', 'L8', 'L5'],
  seed: 1,
};
