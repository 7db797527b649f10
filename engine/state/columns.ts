/**
 * Tables whose values are a number and an amount, as typed columns: row by row, 64 bits each, no object per value.
 *
 * A key has one row, the same on every branch: `KeyRows` only ever grows, and is no part of any state. A row of zeros is
 * an absent value, as everywhere in the state (engine/ledgers/tables.ts).
 *
 * `FlatColumns` change in place: a node alone has them. `PagedColumns` never change: `with` copies the pages that it
 * writes to and shares the others, so that states of many heads stand side by side.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { Writer } from '../primitives/codec.ts';
import { hashKeys, KEY_WORDS } from './commitment-changes.ts';
import type { Table } from './state.ts';

/** The rows of a table's keys. Rows count from 0 in order of first sight; nothing that is hashed depends on them. */
export class KeyRows {
  private readonly rows = new Map<string, number>();
  readonly keys: string[] = [];
  private words = new Int32Array(0);
  /** Rows whose hashes are in `words`. */
  private hashed = 0;

  get count(): number {
    return this.keys.length;
  }

  /** −1 where the key was never seen. */
  find(key: string): number {
    return this.rows.get(key) ?? -1;
  }

  /** The key's row, a new one if need be. */
  of(key: string): number {
    const known = this.rows.get(key);
    if (known !== undefined) return known;
    const row = this.keys.push(key) - 1;
    this.rows.set(key, row);
    return row;
  }

  /** Hashes of the state keys by row, `KEY_WORDS` a row: what the commitment goes by. Each is computed once. */
  hashes(table: Table<unknown>, crypto: Crypto): Int32Array {
    const { hashed, keys } = this;
    if (hashed === keys.length) return this.words;
    if (this.words.length < KEY_WORDS * keys.length) {
      const words = new Int32Array(KEY_WORDS * Math.max(keys.length, 2 * hashed));
      words.set(this.words);
      this.words = words;
    }
    const count = keys.length - hashed;
    const texts = new Writer(64 * count);
    const offsets = new Uint32Array(count + 1);
    for (let i = 0; i < count; i++) offsets[i + 1] = texts.text(table.name).text(':').text(keys[hashed + i]).length;
    hashKeys(texts.written, offsets, count, crypto, this.words, KEY_WORDS * hashed);
    this.hashed = keys.length;
    return this.words;
  }
}

/** The rows of all tables of columns: one for all states that grow from one genesis. */
export class RowBook {
  private readonly tables = new Map<Table<unknown>, KeyRows>();

  of(table: Table<unknown>): KeyRows {
    let keys = this.tables.get(table);
    if (keys === undefined) this.tables.set(table, (keys = new KeyRows()));
    return keys;
  }
}

/** Columns as they are read; rows beyond those ever written are zeros. */
export interface ColumnReader {
  readonly keys: KeyRows;
  number(row: number): number;
  amount(row: number): bigint;
}

/** What one round changed in a table of columns: only rows whose value differs, in order of first touch. */
export interface ColumnChanges {
  readonly table: Table<unknown>;
  readonly keys: KeyRows;
  readonly rows: Int32Array;
  readonly before: Values;
  readonly after: Values;
}

/** Values side by side: entry i belongs to `rows[i]`. */
export interface Values {
  readonly numbers: Float64Array;
  readonly amounts: BigUint64Array;
}

export const makeValues = (count: number): Values => ({ numbers: new Float64Array(count), amounts: new BigUint64Array(count) });

/** A column table's value, undefined for zeros. */
export const valueOf = (table: Table<unknown>, number: number, amount: bigint): unknown =>
  number === 0 && amount === 0n ? undefined : table.columns!.value(number, amount);

/** A key's value in the columns of its table, if the table has any yet. */
export function valueIn(table: Table<unknown>, columns: ColumnReader | undefined, key: string): unknown {
  const row = columns === undefined ? -1 : columns.keys.find(key);
  return row < 0 ? undefined : valueOf(table, columns!.number(row), columns!.amount(row));
}

/** Every stored value of a table of columns. */
export function* columnEntries(table: Table<unknown>, columns: ColumnReader): Generator<{ readonly table: Table<unknown>; readonly key: string; readonly value: unknown }> {
  for (let row = 0; row < columns.keys.count; row++) {
    const value = valueOf(table, columns.number(row), columns.amount(row));
    if (value !== undefined) yield { table, key: columns.keys.keys[row], value };
  }
}

export class FlatColumns implements ColumnReader {
  readonly keys: KeyRows;
  private values = makeValues(1024);

  constructor(keys: KeyRows) {
    this.keys = keys;
  }

  number(row: number): number {
    return row < this.values.numbers.length ? this.values.numbers[row] : 0;
  }

  amount(row: number): bigint {
    return row < this.values.numbers.length ? this.values.amounts[row] : 0n;
  }

  set(row: number, number: number, amount: bigint): void {
    if (row >= this.values.numbers.length) this.grow(row + 1);
    this.values.numbers[row] = number;
    this.values.amounts[row] = amount;
  }

  /** Writes `values[i]` to `rows[i]`. */
  write(rows: Int32Array, { numbers, amounts }: Values): void {
    for (let i = 0; i < rows.length; i++) this.set(rows[i], numbers[i], amounts[i]);
  }

  private grow(rows: number): void {
    const { numbers, amounts } = this.values;
    this.values = makeValues(Math.max(rows, 2 * numbers.length));
    this.values.numbers.set(numbers);
    this.values.amounts.set(amounts);
  }
}

/** Rows per page: a change copies 2 KiB; fewer rows mean more pages to list, more rows more to copy. */
const PAGE_BITS = 7;
const PAGE_ROWS = 1 << PAGE_BITS;

export class PagedColumns implements ColumnReader {
  readonly keys: KeyRows;
  /** Undefined: a page of zeros. */
  private readonly pages: readonly (Values | undefined)[];

  constructor(keys: KeyRows, pages: readonly (Values | undefined)[]) {
    this.keys = keys;
    this.pages = pages;
  }

  number(row: number): number {
    return this.pages[row >> PAGE_BITS]?.numbers[row & (PAGE_ROWS - 1)] ?? 0;
  }

  amount(row: number): bigint {
    return this.pages[row >> PAGE_BITS]?.amounts[row & (PAGE_ROWS - 1)] ?? 0n;
  }

  /** The columns with `values[i]` in `rows[i]`. */
  with(rows: Int32Array, { numbers, amounts }: Values): PagedColumns {
    const pages = this.pages.slice();
    for (let i = 0; i < rows.length; i++) while (pages.length <= rows[i] >> PAGE_BITS) pages.push(undefined);
    const fresh = new Uint8Array(pages.length);
    for (let i = 0; i < rows.length; i++) {
      const at = rows[i] >> PAGE_BITS;
      let page = pages[at];
      if (page === undefined || fresh[at] === 0) {
        const old = page;
        page = makeValues(PAGE_ROWS);
        if (old !== undefined) {
          page.numbers.set(old.numbers);
          page.amounts.set(old.amounts);
        }
        pages[at] = page;
        fresh[at] = 1;
      }
      page.numbers[rows[i] & (PAGE_ROWS - 1)] = numbers[i];
      page.amounts[rows[i] & (PAGE_ROWS - 1)] = amounts[i];
    }
    return new PagedColumns(this.keys, pages);
  }
}
