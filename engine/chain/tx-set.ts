/**
 * Sets of transactions as bits over registry handles.
 *
 * Handles are given in order of first sight, so what travels together has near handles, and a set is a few 32-bit words.
 * That is what lets 1,313 nodes exchange 72,000 transactions with word operations instead of 85 million hash look-ups.
 */

/** Index of a transaction in the registry: a stand-in for its id. */
export type TxHandle = number;

/** Number of one bits of a 32-bit word. */
export function popcount(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** An immutable set: ascending pairs (word index, non-zero mask). */
export class TxSet {
  /** [word, mask, word, mask, …] */
  readonly pairs: readonly number[];
  readonly count: number;
  /** Digest of the members, for the trace hash. */
  readonly digest: number;
  /** Wire bytes of the members, once asked for; −1 before. */
  bytes = -1;

  constructor(pairs: readonly number[]) {
    let count = 0;
    let digest = pairs.length;
    for (let i = 0; i < pairs.length; i += 2) {
      count += popcount(pairs[i + 1]);
      digest = Math.imul(digest ^ pairs[i], 0x9e3779b1) ^ Math.imul(pairs[i + 1], 0x85ebca77);
      digest ^= digest >>> 15;
    }
    this.pairs = pairs;
    this.count = count;
    this.digest = digest;
  }

  /** From handles in any order, without repeats. */
  static of(handles: Iterable<TxHandle>): TxSet {
    const words = new Map<number, number>();
    for (const handle of handles) words.set(handle >>> 5, (words.get(handle >>> 5) ?? 0) | (1 << (handle & 31)));
    const pairs: number[] = [];
    for (const word of [...words.keys()].sort((x, y) => x - y)) pairs.push(word, words.get(word)!);
    return new TxSet(pairs);
  }

  /** Index of the highest word, −1 when empty. */
  get top(): number {
    return this.pairs.length === 0 ? -1 : this.pairs[this.pairs.length - 2];
  }

  *[Symbol.iterator](): Generator<TxHandle> {
    const pairs = this.pairs;
    for (let i = 0; i < pairs.length; i += 2) {
      for (let mask = pairs[i + 1]; mask !== 0; mask &= mask - 1) yield pairs[i] * 32 + 31 - Math.clz32(mask & -mask);
    }
  }
}

export const EMPTY_SET = new TxSet([]);

/**
 * Words of several sets side by side: word w of lane l of owner o lies at `words[(w × owners + o) × lanes + l]`. Sets that are
 * read together share cache lines; owners (nodes of one simulation) are near each other word by word, since a thousand nodes
 * work on the same few words at a time. Memory is what bounds such a network (measured: `npx stratus bench sim`).
 */
export class Lanes {
  readonly lanes: number;
  readonly owners: number;
  words: Int32Array;

  constructor(lanes: number, owners = 1) {
    this.lanes = lanes;
    this.owners = owners;
    this.words = new Int32Array(8 * lanes * owners);
  }

  /** Makes word `word` of every lane exist. */
  reach(word: number): void {
    const needed = (word + 1) * this.lanes * this.owners;
    if (needed <= this.words.length) return;
    const grown = new Int32Array(Math.max(needed, this.words.length * 2));
    grown.set(this.words);
    this.words = grown;
  }

  /** Number of words that exist. */
  get length(): number {
    return this.words.length / (this.lanes * this.owners);
  }

  /** Empties all lanes of one owner. */
  clear(owner = 0): void {
    const { lanes, owners } = this;
    for (let at = owner * lanes; at < this.words.length; at += lanes * owners) this.words.fill(0, at, at + lanes);
  }
}

/** A growing mutable set: one lane of a table of its own, or of a shared one. */
export class Bits {
  private readonly table: Lanes;
  /** Word w of this set is `table.words[w × stride + at]`. */
  private readonly stride: number;
  private readonly at: number;

  constructor(table = new Lanes(1), lane = 0, owner = 0) {
    this.table = table;
    this.stride = table.lanes * table.owners;
    this.at = owner * table.lanes + lane;
  }

  /** Number of words that exist. */
  get length(): number {
    return this.table.length;
  }

  reach(word: number): void {
    this.table.reach(word);
  }

  /** Word `word`, which must exist (`reach`). */
  word(word: number): number {
    return this.table.words[word * this.stride + this.at];
  }

  or(word: number, mask: number): void {
    this.table.words[word * this.stride + this.at] |= mask;
  }

  clearWord(word: number): void {
    this.table.words[word * this.stride + this.at] = 0;
  }

  has(handle: TxHandle): boolean {
    const word = handle >>> 5;
    return word < this.length && (this.word(word) & (1 << (handle & 31))) !== 0;
  }

  add(handle: TxHandle): void {
    this.reach(handle >>> 5);
    this.or(handle >>> 5, 1 << (handle & 31));
  }

  delete(handle: TxHandle): void {
    const word = handle >>> 5;
    if (word < this.length) this.table.words[word * this.stride + this.at] &= ~(1 << (handle & 31));
  }

  addAll(set: TxSet): void {
    const { pairs } = set;
    this.reach(set.top);
    const { words } = this.table;
    for (let i = 0; i < pairs.length; i += 2) words[pairs[i] * this.stride + this.at] |= pairs[i + 1];
  }

  deleteAll(set: TxSet): void {
    const { pairs } = set;
    this.reach(set.top);
    const { words } = this.table;
    for (let i = 0; i < pairs.length; i += 2) words[pairs[i] * this.stride + this.at] &= ~pairs[i + 1];
  }

  /** Members of `set` that are not in here; `set` itself when that is all of them. */
  missing(set: TxSet): TxSet {
    return this.filter(set, -1);
  }

  /** Members of `set` that are in here; `set` itself when that is all of them. */
  common(set: TxSet): TxSet {
    return this.filter(set, 0);
  }

  private filter(set: TxSet, flip: number): TxSet {
    this.reach(set.top);
    const { words } = this.table;
    const { pairs } = set;
    let rest: number[] | undefined;
    for (let i = 0; i < pairs.length; i += 2) {
      const kept = pairs[i + 1] & (words[pairs[i] * this.stride + this.at] ^ flip);
      if (kept === pairs[i + 1] && rest === undefined) continue;
      if (rest === undefined) rest = pairs.slice(0, i);
      if (kept !== 0) rest.push(pairs[i], kept);
    }
    return rest === undefined ? set : rest.length === 0 ? EMPTY_SET : new TxSet(rest);
  }

  /** Snapshot of the members at or above word `from`. */
  snapshot(from = 0): TxSet {
    const pairs: number[] = [];
    for (let word = from; word < this.length; word++) if (this.word(word) !== 0) pairs.push(word, this.word(word));
    return pairs.length === 0 ? EMPTY_SET : new TxSet(pairs);
  }
}
