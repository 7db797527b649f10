/**
 * What a round changed: objects one by one, columns as typed rows. Seen as a map from state keys it is complete, and that
 * map is made when somebody asks: redo, undo and the commitment go by the parts.
 */
import { makeValues, valueOf, type ColumnChanges, type RowBook } from './columns.ts';
import type { Change, Delta, StateKey, Table } from './state.ts';
import { stateKey } from './table.ts';

export class RoundDelta implements Delta {
  /** Changes of tables that are no columns. */
  readonly objects: readonly Change[];
  readonly columns: readonly ColumnChanges[];
  private map: Map<StateKey, Change> | undefined;

  constructor(objects: readonly Change[], columns: readonly ColumnChanges[]) {
    this.objects = objects;
    this.columns = columns;
  }

  get size(): number {
    return this.columns.reduce((sum, { rows }) => sum + rows.length, this.objects.length);
  }

  get(key: StateKey): Change | undefined {
    return this.whole().get(key);
  }
  has(key: StateKey): boolean {
    return this.whole().has(key);
  }
  keys(): MapIterator<StateKey> {
    return this.whole().keys();
  }
  values(): MapIterator<Change> {
    return this.whole().values();
  }
  entries(): MapIterator<[StateKey, Change]> {
    return this.whole().entries();
  }
  [Symbol.iterator](): MapIterator<[StateKey, Change]> {
    return this.whole().entries();
  }
  forEach(each: (value: Change, key: StateKey, map: ReadonlyMap<StateKey, Change>) => void): void {
    this.whole().forEach(each);
  }

  private whole(): Map<StateKey, Change> {
    if (this.map !== undefined) return this.map;
    const map = new Map<StateKey, Change>();
    for (const { table, keys, rows, before, after } of this.columns) {
      for (let i = 0; i < rows.length; i++) {
        const key = keys.keys[rows[i]];
        map.set(stateKey(table, key), {
          table,
          key,
          before: valueOf(table, before.numbers[i], before.amounts[i]),
          after: valueOf(table, after.numbers[i], after.amounts[i]),
        });
      }
    }
    for (const change of this.objects) map.set(stateKey(change.table, change.key), change);
    return (this.map = map);
  }
}

/** Any delta in parts, its rows those of `book`. */
export function partsOf(delta: Delta, book: RowBook): Pick<RoundDelta, 'objects' | 'columns'> {
  if (delta instanceof RoundDelta && delta.columns.every(({ table, keys }) => keys === book.of(table))) return delta;
  const objects: Change[] = [];
  const byTable = new Map<Table<unknown>, Change[]>();
  for (const change of delta.values()) {
    const { table } = change;
    if (table.columns === undefined) objects.push(change);
    else if (byTable.has(table)) byTable.get(table)!.push(change);
    else byTable.set(table, [change]);
  }
  return { objects, columns: Array.from(byTable, ([table, changes]) => inColumns(table, changes, book)) };
}

function inColumns(table: Table<unknown>, changes: readonly Change[], book: RowBook): ColumnChanges {
  const keys = book.of(table);
  const rows = new Int32Array(changes.length);
  const before = makeValues(changes.length);
  const after = makeValues(changes.length);
  const form = table.columns!;
  changes.forEach((change, i) => {
    rows[i] = keys.of(change.key);
    for (const [value, into] of [[change.before, before], [change.after, after]] as const) {
      if (value === undefined) continue;
      into.numbers[i] = form.number(value);
      into.amounts[i] = form.amount(value);
    }
  });
  return { table, keys, rows, before, after };
}
