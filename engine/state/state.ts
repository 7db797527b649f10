/**
 * State as tables of immutable values, and the one journal through which it changes.
 *
 * A table belongs to one ledger. A key is a short string (an account, a name, a hash, or several joined with '/'),
 * unique in its table. Values are never mutated: a change stores a new value. Deleting stores `undefined`.
 */
import type { Writer } from '../primitives/codec.ts';
import type { Ledger } from '../tx/kinds.ts';
import type { ColumnReader } from './columns.ts';

export interface Table<V> {
  readonly ledger: Ledger;
  /** Unique over all tables of all ledgers; the first part of the state key, as in `account:748dcb…`. */
  readonly name: string;
  /** Canonical bytes: what the state commitment covers, and what a proof proves. */
  encode(value: V): Uint8Array;
  /** Appends what `encode` gives. */
  write(out: Writer, value: V): void;
  decode(bytes: Uint8Array): V;
  /** Whether two values have the same bytes. */
  equal(x: V, y: V): boolean;
  /** Where values lie in columns (columns.ts): how one is made of its number and its amount. */
  readonly columns?: ColumnForm<V>;
}

/**
 * A value as a number (an integer up to 2^53 − 1) and an amount (u64). Both 0 stands for absence: such a value is never
 * stored.
 */
export interface ColumnForm<V> {
  number(value: V): number;
  amount(value: V): bigint;
  value(number: number, amount: bigint): V;
  /** What `encode` gives of it: 8 bytes, the amount; or 16, the number and the amount. Big-endian u64. */
  readonly width: 8 | 16;
}

/** `table.name + ':' + key`. */
export type StateKey = string;

export interface StateReader {
  get<V>(table: Table<V>, key: string): V | undefined;
}

/** What a journal can lie over. */
export interface StateBase extends StateReader {
  /** Of a table that has columns. */
  columnsOf(table: Table<unknown>): ColumnReader;
}

/** One change, with what it replaced: undo is the list backwards. */
export interface Change {
  readonly table: Table<unknown>;
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The only way to change state. Reads see the journal's own writes. */
export interface Journal extends StateReader {
  set<V>(table: Table<V>, key: string, value: V | undefined): void;
  /** Of a table that has columns: the value's amount, 0 where there is none, without making the value. */
  amount<V>(table: Table<V>, key: string): bigint;
  /** Of a table that has columns: another amount, and the same number. */
  setAmount<V>(table: Table<V>, key: string, amount: bigint): void;
  /** Position to which `revert` can return. */
  mark(): number;
  /** Undoes every change since `mark`, newest first. */
  revert(mark: number): void;
  /** Net changes since `mark`, one per key, in first-touch order; what was undone or set back is not among them. */
  changesSince(mark: number): readonly Change[];
  /** The ledgers of these, as bits by ledger index; those of `but` are not looked for. */
  touchedSince(mark: number, but: number): number;
}

/**
 * Net effect of one round, per state key: `before` is the parent's value, `after` the round's; keys whose value did
 * not change are absent. Iteration order is first-touch order. Applying `after` is redo, `before` undo.
 */
export type Delta = ReadonlyMap<StateKey, Change>;
