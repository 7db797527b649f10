/** State of one node alone: a mutable map that redo and undo move along branches. */
import type { Crypto } from '../crypto/crypto.ts';
import { commitDelta, EMPTY_COMMITMENTS, type Commitments } from './commitment.ts';
import type { Delta, StateReader, Table } from './state.ts';
import type { LayeredState } from './view.ts';

export class FlatState implements StateReader {
  private readonly tables = new Map<Table<unknown>, Map<string, unknown>>();
  private readonly crypto: Crypto;
  private current: Commitments = EMPTY_COMMITMENTS;
  /** Undone since `current` was known; folded in when somebody asks. */
  private undone: Delta[] = [];

  constructor(crypto: Crypto) {
    this.crypto = crypto;
  }

  /** A copy of all that a view holds, commitments included. */
  static from(view: LayeredState, crypto: Crypto): FlatState {
    const flat = new FlatState(crypto);
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

  get<V>(table: Table<V>, key: string): V | undefined {
    return this.tables.get(table as unknown as Table<unknown>)?.get(key) as V | undefined;
  }

  /** Redo: moves on to the round. `commitments` are what executing it gave; without them they are computed. */
  apply(delta: Delta, commitments = commitDelta(this.commitments, delta, this.crypto)): void {
    for (const { table, key, after } of delta.values()) this.write(table, key, after);
    this.current = commitments;
    this.undone = [];
  }

  /** Undo: moves back to the round's parent. The commitments are computed from the values before, not remembered, once asked for. */
  undo(delta: Delta): void {
    for (const { table, key, before } of [...delta.values()].reverse()) this.write(table, key, before);
    this.undone.push(delta);
  }

  /** Every stored value once; the order within a table is not specified (sort before use). */
  *entries(): Generator<{ readonly table: Table<unknown>; readonly key: string; readonly value: unknown }> {
    for (const [table, map] of this.tables) for (const [key, value] of map) yield { table, key, value };
  }

  private write(table: Table<unknown>, key: string, value: unknown): void {
    let map = this.tables.get(table);
    if (map === undefined) this.tables.set(table, (map = new Map()));
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}
