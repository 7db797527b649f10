/**
 * The persistent trie under a state commitment (commitment.ts says what it commits to), and how a batch of changes makes
 * the next one: changed keys are led down it in their order, so that each node above them is met once and made once, and
 * what was made is hashed from the bottom up, many nodes at a time.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { type Changes, KEY_WORDS } from './commitment-changes.ts';
import { type NodeRef, NodeStore } from './commitment-store.ts';

/** Bits of a key that a branch looks at: four ways (P15). */
const DIGIT_BITS = 2;
export const WAYS = 1 << DIGIT_BITS;
/** Digits of a key. No branch has this position. */
export const DIGITS = 256 / DIGIT_BITS;
const PER_WORD = 32 / DIGIT_BITS;

/** What a node's message begins with (D4). */
export const LEAF = 0;
export const BRANCH = 1;

/** Of the key that begins at `at`: digit `position`, counted from the most significant. */
export const digitOf = (words: Int32Array, at: number, position: number): number =>
  (words[at + ((position / PER_WORD) | 0)] >>> (32 - DIGIT_BITS * (1 + (position % PER_WORD)))) & (WAYS - 1);

/**
 * A trie moves once its store has more nodes than this times its keys, and some. A trie of n keys has at most 2 n − 1, of
 * random keys some 1.6 n: so what moves is a half of what was added since the last time. Less room would be left too often,
 * more would lie too far apart (measured at 3, 5, 8 and 12: P15).
 */
const SPARSE = 5;
const SPARE_NODES = 64;

/** What it holds never changes; where that lies may. */
export class Trie {
  store: NodeStore;
  root: NodeRef;
  /** Keys that it holds, at least one. */
  readonly size: number;

  constructor(store: NodeStore, root: NodeRef, size: number) {
    this.store = store;
    this.root = root;
    this.size = size;
  }

  /** Moves to a store of its own, with room for some rounds of so many changes, if its store holds far more than this trie. */
  compact(changes: number): void {
    const { root, size, store } = this;
    if (store.count <= SPARSE * size + SPARE_NODES) return;
    // The system gives memory where it is first written to, so room that is never used costs nothing.
    const fresh = new NodeStore(SPARSE * size + SPARE_NODES + 4 * changes, 48 * size);
    const move = (ref: NodeRef): NodeRef => {
      if (ref === 0) return 0;
      return fresh.copy(store, ref, ref < 0 ? [] : [move(store.child(ref, 0)), move(store.child(ref, 1)), move(store.child(ref, 2)), move(store.child(ref, 3))]);
    };
    this.root = move(root);
    this.store = fresh;
  }
}

/** The trie with all changes made; undefined for the empty one. Cost: commitment.ts. */
export function applyChanges(trie: Trie | undefined, changes: Changes, crypto: Crypto): Trie | undefined {
  if (changes.count === 0) return trie;
  trie?.compact(changes.count);
  const { root, size, store } = trie ?? { root: 0, size: 0, store: new NodeStore(2 * changes.count, 16 * changes.count) };
  const batch = new Batch(store, changes, crypto);
  const next = batch.merge(root, 0, batch.order.length, 0);
  batch.hash();
  return next === 0 ? undefined : new Trie(store, next, size + batch.grown);
}

/** Nodes made before they are hashed: few enough to be in the processor's cache still, enough to fill the lanes. */
const PENDING = 512;

class Batch {
  readonly order: Uint32Array;
  /** Keys that were added, less those removed. */
  grown = 0;
  private readonly store: NodeStore;
  private readonly changes: Changes;
  private readonly messages: Messages;
  /** Made, and not hashed yet; the changes that the leaves come from. */
  private readonly leaves: Int32Array;
  private readonly origins: Uint32Array;
  private leafCount = 0;
  /** By position. */
  private readonly branches: NodeRef[][] = [];
  private pending = 0;
  private readonly pendingMax: number;

  constructor(store: NodeStore, changes: Changes, crypto: Crypto) {
    this.store = store;
    this.changes = changes;
    this.order = changes.order();
    this.pendingMax = Math.min(PENDING, 16 + 4 * changes.count);
    this.leaves = new Int32Array(this.pendingMax);
    this.origins = new Uint32Array(this.pendingMax);
    this.messages = new Messages(this.pendingMax, store, crypto);
  }

  /**
   * The node with the changes from `start` to `end` in order; their keys, and those below the node, agree before digit
   * `from`.
   */
  merge(ref: NodeRef, start: number, end: number, from: number): NodeRef {
    if (start === end) return ref;
    const { store } = this;
    if (ref === 0) return end - start === 1 ? this.leaf(start, false) : this.divide(this.departure(start, end - 1), 0, 0, 0, 0, start, end, 0);
    const own = ref < 0 ? DIGITS : store.position(ref);
    let position = own;
    if (own > from) {
      // In order, the first change or the last is the one that departs from the node's keys first.
      position = Math.min(position, this.departureFrom(start, ref));
      if (end - start > 1) position = Math.min(position, this.departureFrom(end - 1, ref));
    }
    if (position < own) {
      const digit = digitOf(store.words, store.keyAt(ref), position);
      return this.divide(position, digit === 0 ? ref : 0, digit === 1 ? ref : 0, digit === 2 ? ref : 0, digit === 3 ? ref : 0, start, end, 0);
    }
    if (ref < 0) return this.leaf(start, true);
    return this.divide(position, store.child(ref, 0), store.child(ref, 1), store.child(ref, 2), store.child(ref, 3), start, end, ref);
  }

  /** Children with the changes that each gets by its digit at `position`, as one node; `was` had the children as they are. */
  private divide(position: number, child0: NodeRef, child1: NodeRef, child2: NodeRef, child3: NodeRef, start: number, end: number, was: NodeRef): NodeRef {
    const end0 = this.endOf(0, position, start, end);
    const end1 = this.endOf(1, position, end0, end);
    const end2 = this.endOf(2, position, end1, end);
    const next0 = this.merge(child0, start, end0, position + 1);
    const next1 = this.merge(child1, end0, end1, position + 1);
    const next2 = this.merge(child2, end1, end2, position + 1);
    const next3 = this.merge(child3, end2, end, position + 1);
    if (was !== 0 && next0 === child0 && next1 === child1 && next2 === child2 && next3 === child3) return was;
    const first = next0 || next1 || next2 || next3;
    const last = next3 || next2 || next1 || next0;
    if (first === last) return first;
    const branch = this.store.addBranch(position, next0, next1, next2, next3);
    (this.branches[position] ??= []).push(branch);
    this.note();
    return branch;
  }

  /** The leaf of a change, or none. */
  private leaf(i: number, was: boolean): NodeRef {
    const { changes, store } = this;
    const change = this.order[i];
    const removed = changes.removed[change] === 1;
    this.grown += (removed ? 0 : 1) - (was ? 1 : 0);
    if (removed) return 0;
    const leaf = store.addLeaf(changes.keys, KEY_WORDS * change, changes.values, changes.starts[change], changes.starts[change + 1]);
    this.origins[this.leafCount] = change;
    this.leaves[this.leafCount++] = leaf;
    this.note();
    return leaf;
  }

  /** One more was made. All below it is hashed or noted, so this is a good moment to hash. */
  private note(): void {
    if (++this.pending === this.pendingMax) this.hash();
  }

  /** Where the changes end whose digit is at most this. */
  private endOf(digit: number, position: number, start: number, end: number): number {
    const { order } = this;
    const { keys } = this.changes;
    let at = start;
    while (at < end && digitOf(keys, KEY_WORDS * order[at], position) <= digit) at++;
    return at;
  }

  /** The first digit in which two changes' keys differ, `DIGITS` where they are equal. */
  private departure(i: number, k: number): number {
    const { keys } = this.changes;
    return departure(keys, KEY_WORDS * this.order[i], keys, KEY_WORDS * this.order[k]);
  }

  /** The same of a change and the keys below a node. */
  private departureFrom(i: number, ref: NodeRef): number {
    return departure(this.changes.keys, KEY_WORDS * this.order[i], this.store.words, this.store.keyAt(ref));
  }

  /** Gives all that was made its hash: leaves, then branches from the lowest up, which find their children's done. */
  hash(): void {
    const { branches, leaves, messages } = this;
    for (let i = 0; i < this.leafCount; i++) messages.leaf(leaves[i], this.changes, this.origins[i]);
    messages.flush();
    this.leafCount = 0;
    for (let position = branches.length - 1; position >= 0; position--) {
      const level = branches[position];
      if (level === undefined || level.length === 0) continue;
      for (let i = 0; i < level.length; i++) messages.branch(level[i]);
      messages.flush();
      level.length = 0;
    }
    this.pending = 0;
  }
}

/** The first digit in which the key in `x` from `xAt` on and the one in `y` differ, `DIGITS` where they are equal. */
function departure(x: Int32Array, xAt: number, y: Int32Array, yAt: number): number {
  for (let word = 0; word < KEY_WORDS; word++) {
    const difference = x[xAt + word] ^ y[yAt + word];
    if (difference !== 0) return PER_WORD * word + ((Math.clz32(difference) / DIGIT_BITS) | 0);
  }
  return DIGITS;
}

/** Messages to be hashed, and the nodes that the hashes go to. */
class Messages {
  private readonly store: NodeStore;
  private readonly crypto: Crypto;
  private bytes: Uint8Array;
  private view: DataView;
  private readonly starts: Uint32Array;
  private readonly hashes: Uint8Array;
  private readonly hashView: DataView;
  private readonly nodes: Int32Array;
  private count = 0;
  private prefix = LEAF;

  /** For at most `room` messages between two flushes. */
  constructor(room: number, store: NodeStore, crypto: Crypto) {
    this.store = store;
    this.crypto = crypto;
    this.bytes = new Uint8Array(64 * room);
    this.view = new DataView(this.bytes.buffer);
    this.starts = new Uint32Array(room + 1);
    this.hashes = new Uint8Array(32 * room);
    this.hashView = new DataView(this.hashes.buffer);
    this.nodes = new Int32Array(room);
  }

  leaf(leaf: NodeRef, { values, starts }: Changes, change: number): void {
    const [start, end] = [starts[change], starts[change + 1]];
    const at = this.begin(LEAF, leaf, 32 + end - start);
    const to = this.store.writeKey(leaf, this.view, at);
    const { bytes } = this;
    for (let i = start; i < end; i++) bytes[to + i - start] = values[i];
    this.end(to + end - start);
  }

  branch(branch: NodeRef): void {
    const { store } = this;
    const at = this.begin(BRANCH, branch, 2 + 32 * WAYS);
    const { bytes, view } = this;
    let ways = 0;
    let to = at + 2;
    for (let digit = 0; digit < WAYS; digit++) {
      const child = store.child(branch, digit);
      if (child === 0) continue;
      to = store.writeHash(child, view, to);
      ways |= 1 << digit;
    }
    bytes[at] = store.position(branch);
    bytes[at + 1] = ways;
    this.end(to);
  }

  flush(): void {
    const { count, hashView, nodes, store } = this;
    if (count === 0) return;
    this.crypto.sha256Many(this.bytes, this.starts, count, this.hashes, this.prefix);
    for (let i = 0; i < count; i++) store.readHash(nodes[i], hashView, 32 * i);
    this.count = 0;
  }

  /** Makes room for a message of at most `length` bytes, and says where. */
  private begin(prefix: number, node: NodeRef, length: number): number {
    this.prefix = prefix;
    this.nodes[this.count] = node;
    const at = this.starts[this.count];
    if (at + length > this.bytes.length) {
      const longer = new Uint8Array(2 * (at + length));
      longer.set(this.bytes.subarray(0, at));
      this.bytes = longer;
      this.view = new DataView(longer.buffer);
    }
    return at;
  }

  private end(at: number): void {
    this.starts[++this.count] = at;
  }
}
