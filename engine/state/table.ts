/** Tables from a pair of codec functions, and the two encodings that most tables share. */
import { Reader, Writer } from '../primitives/codec.ts';
import type { Ledger } from '../tx/kinds.ts';
import type { StateKey, Table } from './state.ts';

/** Encoding of one table's values: `write` and `read` are inverse, and equal values have equal bytes. */
export interface ValueCodec<V> {
  write(writer: Writer, value: V): void;
  read(reader: Reader): V;
}

/** Defines a table. `name` must be unique over all ledgers. Decoding refuses trailing bytes (throws `CodecError`). */
export function defineTable<V>(ledger: Ledger, name: string, codec: ValueCodec<V>): Table<V> {
  return {
    ledger,
    name,
    encode(value) {
      const writer = new Writer();
      codec.write(writer, value);
      return writer.finish();
    },
    decode(bytes) {
      const reader = new Reader(bytes);
      const value = codec.read(reader);
      reader.end();
      return value;
    },
  };
}

/** The key under which a value is committed to, and under which a delta lists it. */
export const stateKey = (table: { readonly name: string }, key: string): StateKey => `${table.name}:${key}`;

/** An amount or a governed value: u64, big-endian. */
export const amountCodec: ValueCodec<bigint> = {
  write: (writer, value) => writer.u64(value),
  read: (reader) => reader.u64(),
};
