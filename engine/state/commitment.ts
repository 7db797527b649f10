/**
 * The commitment to one ledger's state: a persistent trie over sha256(utf8(state key)), two bits of it at a time.
 *
 * A leaf is H(0x00 ‖ key hash ‖ encoded value). A branch is H(0x01 ‖ position u8 ‖ ways u8 ‖ its children's hashes by
 * rising digit): `position` (0…127, most significant first) is the first two-bit digit in which the keys below differ, and
 * bit d of `ways` says that there is a child for digit d. So a branch has two to four children, and a set of keys has one
 * shape whatever order they came in. The empty trie has root H(0x02).
 *
 * Looking a key up means following its own digits at the branches' positions, and the lowest child where it has none, to
 * one leaf: the key is in the trie exactly if that leaf has it. So membership and absence have one proof: the way to that
 * leaf.
 *
 * Why four ways, and what it costs: docs/decisions/P15-hash-lanes-and-four-ways.md; a test counts the hashes.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { Writer } from '../primitives/codec.ts';
import { LEDGERS, type Ledger } from '../tx/kinds.ts';
import type { ColumnChanges, Values } from './columns.ts';
import { Changes, hashKeys, KEY_WORDS } from './commitment-changes.ts';
import { EMPTY, hashOf } from './commitment-proof.ts';
import { applyChanges, type Trie } from './commitment-trie.ts';
import { RoundDelta } from './delta.ts';
import type { Change, Delta, StateKey } from './state.ts';

export { prove, proofBytes, verifyProof, type StateProof } from './commitment-proof.ts';

/** A ledger's authenticated state; never changes. */
export type Commitment = Trie | undefined;

/** The six, in `LEDGERS` order. */
export type Commitments = readonly Commitment[];

export const EMPTY_COMMITMENT: Commitment = undefined;
export const EMPTY_COMMITMENTS: Commitments = LEDGERS.map(() => EMPTY_COMMITMENT);

/** 32 bytes. */
export const rootOf = (tree: Commitment, crypto: Crypto): Uint8Array => (tree === undefined ? crypto.sha256(EMPTY) : hashOf(tree.store, tree.root));

/** A key's new encoded value; `undefined` removes it. */
export type CommitmentChange = readonly [key: StateKey, value: Uint8Array | undefined];

/** The trie with all changes made; of several to one key the last counts. */
export function commit(tree: Commitment, changes: Iterable<CommitmentChange>, crypto: Crypto): Commitment {
  const list = new KeyedValues();
  for (const [key, value] of changes) {
    list.keys.text(key);
    if (value !== undefined) list.values.bytes(value);
    list.add(value === undefined);
  }
  const batch = new Changes(list.count, list.values.length);
  list.addTo(batch, crypto);
  return applyChanges(tree, batch, crypto);
}

/** All six with a round's delta made; ledgers that it does not touch keep theirs. `undo` writes the values before. */
export function commitDelta(commitments: Commitments, delta: Delta, crypto: Crypto, direction: 'redo' | 'undo' = 'redo'): Commitments {
  const { objects, columns } = delta instanceof RoundDelta ? delta : { objects: [...delta.values()], columns: [] };
  const encoded = new Map<Ledger, KeyedValues>();
  for (const { table, key, before, after } of objects as readonly Change[]) {
    const value = direction === 'redo' ? after : before;
    let list = encoded.get(table.ledger);
    if (list === undefined) encoded.set(table.ledger, (list = new KeyedValues()));
    list.keys.text(table.name).text(':').text(key);
    if (value !== undefined) table.write(list.values, value);
    list.add(value === undefined);
  }
  return LEDGERS.map((ledger, i) => {
    const list = encoded.get(ledger) ?? NOTHING;
    const own = (columns as readonly ColumnChanges[]).filter(({ table }) => table.ledger === ledger);
    const rows = own.reduce((sum, { rows: { length } }) => sum + length, 0);
    if (list.count + rows === 0) return commitments[i];
    const changes = new Changes(list.count + rows, list.values.length + 16 * rows);
    for (const column of own) addColumn(changes, column, direction === 'redo' ? column.after : column.before, crypto);
    list.addTo(changes, crypto);
    return applyChanges(commitments[i], changes, crypto);
  });
}

/** Keys and encoded values, one behind the other. */
class KeyedValues {
  /** An entry's key and value are written here before `add`. */
  readonly keys = new Writer();
  readonly values = new Writer();
  private readonly keyEnds: number[] = [0];
  private readonly valueEnds: number[] = [0];
  private readonly removed: boolean[] = [];

  get count(): number {
    return this.removed.length;
  }

  /** Ends an entry. */
  add(removed: boolean): void {
    this.keyEnds.push(this.keys.length);
    this.valueEnds.push(this.values.length);
    this.removed.push(removed);
  }

  addTo(changes: Changes, crypto: Crypto): void {
    hashKeys(this.keys.written, Uint32Array.from(this.keyEnds), this.count, crypto, changes.keys, KEY_WORDS * changes.count);
    const { written } = this.values;
    for (let i = 0; i < this.count; i++) {
      if (this.removed[i]) changes.remove();
      else changes.put(written, this.valueEnds[i], this.valueEnds[i + 1]);
      changes.next();
    }
  }
}

const NOTHING = new KeyedValues();

/** The values as the table encodes them, without making them. */
function addColumn(changes: Changes, { table, keys, rows }: ColumnChanges, { numbers, amounts }: Values, crypto: Crypto): void {
  const { width } = table.columns!;
  const hashes = keys.hashes(table, crypto);
  const halves = new Int32Array(amounts.buffer, amounts.byteOffset, 2 * rows.length);
  for (let i = 0; i < rows.length; i++) {
    const at = KEY_WORDS * changes.count;
    const from = KEY_WORDS * rows[i];
    for (let word = 0; word < KEY_WORDS; word++) changes.keys[at + word] = hashes[from + word];
    if (numbers[i] === 0 && (halves[2 * i] | halves[2 * i + 1]) === 0) changes.remove();
    else {
      if (width === 16) changes.putNumber(numbers[i]);
      changes.putAmount(amounts[i]);
    }
    changes.next();
  }
}
