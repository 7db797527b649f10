/**
 * State at a head, immutable: each round's state is a layer on its parent's and shares with it all that the round did
 * not change. Views on different heads read side by side, at the same cost; nothing is flattened or moved, and a view
 * that nobody holds any more is the garbage collector's. Memory of a live view beyond its parent: docs/state.md.
 */
import { columnEntries, PagedColumns, RowBook, valueIn } from './columns.ts';
import type { Commitments } from './commitment.ts';
import { EMPTY_COMMITMENTS } from './commitment.ts';
import { partsOf } from './delta.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Delta, StateBase, Table } from './state.ts';

type Tables = ReadonlyMap<Table<unknown>, PersistentMap<unknown>>;
type Columns = ReadonlyMap<Table<unknown>, PagedColumns>;

export class LayeredState implements StateBase {
  /** Nothing, with a row book of its own. */
  static empty(): LayeredState {
    return new LayeredState(new RowBook(), new Map(), new Map(), EMPTY_COMMITMENTS);
  }

  /** Of the six ledgers' states, in `LEDGERS` order. */
  readonly commitments: Commitments;
  readonly rows: RowBook;
  private readonly tables: Tables;
  private readonly columns: Columns;

  private constructor(rows: RowBook, tables: Tables, columns: Columns, commitments: Commitments) {
    this.rows = rows;
    this.tables = tables;
    this.columns = columns;
    this.commitments = commitments;
  }

  get<V>(typed: Table<V>, key: string): V | undefined {
    const table = typed as unknown as Table<unknown>;
    if (typed.columns === undefined) return this.tables.get(table)?.get(key) as V | undefined;
    return valueIn(table, this.columns.get(table), key) as V | undefined;
  }

  columnsOf(table: Table<unknown>): PagedColumns {
    return this.columns.get(table) ?? new PagedColumns(this.rows.of(table), []);
  }

  /** The state after a round: its delta, and the commitments that executing it gave. */
  child(delta: Delta, commitments: Commitments): LayeredState {
    const { objects, columns } = partsOf(delta, this.rows);
    const changes = new Map<Table<unknown>, (readonly [string, unknown])[]>();
    for (const { table, key, after } of objects) {
      let list = changes.get(table);
      if (list === undefined) changes.set(table, (list = []));
      list.push([key, after]);
    }
    const tables = new Map(this.tables);
    for (const [table, list] of changes) tables.set(table, (tables.get(table) ?? new PersistentMap()).with(list));
    const nextColumns = new Map(this.columns);
    for (const { table, rows, after } of columns) nextColumns.set(table, this.columnsOf(table).with(rows, after));
    return new LayeredState(this.rows, tables, nextColumns, commitments);
  }

  /** Every stored value once; the order within a table is not specified (sort before use). */
  *entries(): Generator<{ readonly table: Table<unknown>; readonly key: string; readonly value: unknown }> {
    for (const [table, map] of this.tables) for (const [key, value] of map) yield { table, key, value };
    for (const [table, columns] of this.columns) yield* columnEntries(table, columns);
  }
}
