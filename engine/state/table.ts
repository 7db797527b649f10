/** Tables from a pair of codec functions, and the two encodings that most tables share. */
import { equalBytes } from '../primitives/bytes.ts';
import { Reader, Writer } from '../primitives/codec.ts';
import type { Ledger } from '../tx/kinds.ts';
import type { ColumnForm, StateKey, Table } from './state.ts';

/** Encoding of one table's values: `write` and `read` are inverse, and equal values have equal bytes. */
export interface ValueCodec<V> {
  write(writer: Writer, value: V): unknown;
  read(reader: Reader): V;
  /** A cheaper way to the same answer as comparing the bytes. */
  equal?(x: V, y: V): boolean;
  /** Keeps the values in columns. */
  readonly columns?: ColumnForm<V>;
}

/**
 * Whether two values are equal, as far as a look at them and their fields tells: numbers, texts and flags have one encoding
 * each. Undefined where they hold objects that are not the same ones.
 */
function sameFields(x: unknown, y: unknown): boolean | undefined {
  if (x === y) return true;
  if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) return false;
  if (ArrayBuffer.isView(x) || Array.isArray(x)) return undefined;
  let same: true | undefined = true;
  for (const name of Object.keys(x)) {
    const field = x[name as keyof object] as unknown;
    if (field === y[name as keyof object]) continue;
    if (typeof field !== 'object') return false;
    same = undefined;
  }
  return same;
}

/** Defines a table. `name` must be unique over all ledgers. Decoding refuses trailing bytes (throws `CodecError`). */
export function defineTable<V>(ledger: Ledger, name: string, codec: ValueCodec<V>): Table<V> {
  const encode = (value: V): Uint8Array => {
    const writer = new Writer(64);
    codec.write(writer, value);
    return writer.finish();
  };
  return {
    ledger,
    name,
    encode,
    decode(bytes) {
      const reader = new Reader(bytes);
      const value = codec.read(reader);
      reader.end();
      return value;
    },
    write: codec.write,
    equal: codec.equal ?? ((x, y) => sameFields(x, y) ?? equalBytes(encode(x), encode(y))),
    ...(codec.columns !== undefined && { columns: codec.columns }),
  };
}

/** The key under which a value is committed to, and under which a delta lists it. */
export const stateKey = (table: { readonly name: string }, key: string): StateKey => `${table.name}:${key}`;

/** An amount or a governed value: u64, big-endian. */
export const amountCodec: ValueCodec<bigint> = {
  write: (writer, value) => writer.u64(value),
  read: (reader) => reader.u64(),
  equal: (x, y) => x === y,
};

/** Amounts in a column, for tables with many rows that change often. */
export const amountColumn: ValueCodec<bigint> = {
  ...amountCodec,
  columns: { number: () => 0, amount: (value) => value, value: (_, amount) => amount, width: 8 },
};
