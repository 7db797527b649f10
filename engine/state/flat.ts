/** State of one node alone: maps and columns that redo and undo change in place as it moves along branches. */
import type { Crypto } from '../crypto/crypto.ts';
import { commitDelta, EMPTY_COMMITMENTS, type Commitments } from './commitment.ts';
import { columnEntries, FlatColumns, valueIn, type RowBook } from './columns.ts';
import { partsOf } from './delta.ts';
import type { Delta, StateBase, Table } from './state.ts';
import type { LayeredState } from './view.ts';

export class FlatState implements StateBase {
  readonly rows: RowBook;
  private readonly columns = new Map<Table<unknown>, FlatColumns>();
  private readonly tables = new Map<Table<unknown>, Map<string, unknown>>();
  private readonly crypto: Crypto;
  private current: Commitments = EMPTY_COMMITMENTS;
  /** Undone since `current` was known; folded in when somebody asks. */
  private undone: Delta[] = [];

  private constructor(rows: RowBook, crypto: Crypto) {
    this.rows = rows;
    this.crypto = crypto;
  }

  /** A copy of all that a view holds, commitments included. */
  static from(view: LayeredState, crypto: Crypto): FlatState {
    const flat = new FlatState(view.rows, crypto);
    for (const { table, key, value } of view.entries()) flat.write(table, key, value);
    flat.current = view.commitments;
    return flat;
  }

  /** Of the six ledgers' states as they are now, in `LEDGERS` order. */
  get commitments(): Commitments {
    for (const delta of this.undone) this.current = commitDelta(this.current, delta, this.crypto, 'undo');
    this.undone = [];
    return this.current;
  }

  get<V>(typed: Table<V>, key: string): V | undefined {
    const table = typed as unknown as Table<unknown>;
    if (typed.columns === undefined) return this.tables.get(table)?.get(key) as V | undefined;
    return valueIn(table, this.columns.get(table), key) as V | undefined;
  }

  columnsOf(table: Table<unknown>): FlatColumns {
    let columns = this.columns.get(table);
    if (columns === undefined) this.columns.set(table, (columns = new FlatColumns(this.rows.of(table))));
    return columns;
  }

  /** Redo: moves on to the round. `commitments` are what executing it gave; without them they are computed. */
  apply(delta: Delta, commitments = commitDelta(this.commitments, delta, this.crypto)): void {
    const { objects, columns } = partsOf(delta, this.rows);
    for (const { table, key, after } of objects) this.write(table, key, after);
    for (const { table, rows, after } of columns) this.columnsOf(table).write(rows, after);
    this.current = commitments;
    this.undone = [];
  }

  /** Undo: moves back to the round's parent. The commitments are computed from the values before, not remembered, once asked for. */
  undo(delta: Delta): void {
    const { objects, columns } = partsOf(delta, this.rows);
    for (const { table, rows, before } of columns) this.columnsOf(table).write(rows, before);
    for (let i = objects.length - 1; i >= 0; i--) this.write(objects[i].table, objects[i].key, objects[i].before);
    this.undone.push(delta);
  }

  /** Every stored value once; the order within a table is not specified (sort before use). */
  *entries(): Generator<{ readonly table: Table<unknown>; readonly key: string; readonly value: unknown }> {
    for (const [table, map] of this.tables) for (const [key, value] of map) yield { table, key, value };
    for (const [table, columns] of this.columns) yield* columnEntries(table, columns);
  }

  private write(table: Table<unknown>, key: string, value: unknown): void {
    const form = table.columns;
    if (form !== undefined) {
      const columns = this.columnsOf(table);
      return columns.set(columns.keys.of(key), value === undefined ? 0 : form.number(value), value === undefined ? 0n : form.amount(value));
    }
    let map = this.tables.get(table);
    if (map === undefined) this.tables.set(table, (map = new Map()));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}
