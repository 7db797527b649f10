/**
 * State at a head, immutable: each round's state is a layer on its parent's and shares with it all that the round did
 * not change. Views on different heads read side by side, at the same cost; nothing is flattened or moved, and a view
 * that nobody holds any more is the garbage collector's. Memory of a live view beyond its parent: about 0.5 KB per
 * changed key (trie paths and commitment; measured in docs/state.md).
 */
import type { Commitments } from './commitment.ts';
import { EMPTY_COMMITMENTS } from './commitment.ts';
import { PersistentMap } from './persistent-map.ts';
import type { Delta, StateReader, Table } from './state.ts';

type Tables = ReadonlyMap<Table<unknown>, PersistentMap<unknown>>;

export class LayeredState implements StateReader {
  static readonly EMPTY = new LayeredState(new Map(), EMPTY_COMMITMENTS);

  /** Of the six ledgers' states, in `LEDGERS` order. */
  readonly commitments: Commitments;
  private readonly tables: Tables;

  private constructor(tables: Tables, commitments: Commitments) {
    this.tables = tables;
    this.commitments = commitments;
  }

  get<V>(table: Table<V>, key: string): V | undefined {
    return this.tables.get(table as unknown as Table<unknown>)?.get(key) as V | undefined;
  }

  /** The state after a round: its delta, and the commitments that executing it gave. */
  child(delta: Delta, commitments: Commitments): LayeredState {
    const changes = new Map<Table<unknown>, (readonly [string, unknown])[]>();
    for (const { table, key, after } of delta.values()) {
      let list = changes.get(table);
      if (list === undefined) changes.set(table, (list = []));
      list.push([key, after]);
    }
    const tables = new Map(this.tables);
    for (const [table, list] of changes) tables.set(table, (tables.get(table) ?? new PersistentMap()).with(list));
    return new LayeredState(tables, commitments);
  }

  /** Every stored value once; the order within a table is not specified (sort before use). */
  *entries(): Generator<{ readonly table: Table<unknown>; readonly key: string; readonly value: unknown }> {
    for (const [table, map] of this.tables) for (const [key, value] of map) yield { table, key, value };
  }
}
