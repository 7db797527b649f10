/**
 * Nodes of the tries of many heads, side by side in typed arrays: nothing for the garbage collector to trace or to move, and
 * 64 bytes a node, one cache line (P15). Nodes are only ever added, so a trie of any head stays what it was; a trie whose
 * store has become mostly other heads' moves into a new one (`Trie.compact`), and the old store goes with its last head.
 */

/** Words of a SHA-256 value. */
export const HASH_WORDS = 8;
export const NODE_WORDS = 16;

// Words of a node. All: its hash.
/** Of a leaf: the key's hash. */
const KEY = 8;
/** Of a branch: four children. */
const CHILDREN = 8;
/** Of a branch: the digit that tells the children apart. */
const POSITION = 12;
/** Of a branch: some leaf below. */
const BELOW = 13;

/** A leaf is named by −index, a branch by index; 0 is no node. */
export type NodeRef = number;

export class NodeStore {
  words: Int32Array;
  /** Nodes, the empty one at 0 included. */
  count = 1;
  /** Encoded values by node: that of leaf i lies in `values` from `valueStarts[i]` to `valueStarts[i + 1]`. */
  private valueStarts: Uint32Array;
  private values: Uint8Array;

  constructor(nodes: number, valueBytes: number) {
    this.words = new Int32Array(NODE_WORDS * (nodes + 1));
    this.valueStarts = new Uint32Array(nodes + 2);
    this.values = new Uint8Array(valueBytes);
  }

  /** Without its hash; `keys[at …]` is the key, `values[start … end)` the value. */
  addLeaf(keys: Int32Array, at: number, values: Uint8Array, start: number, end: number): NodeRef {
    const node = this.add(end - start);
    const { words, values: own } = this;
    const to = NODE_WORDS * node + KEY;
    for (let word = 0; word < HASH_WORDS; word++) words[to + word] = keys[at + word];
    for (let i = start, k = this.valueStarts[node]; i < end; i++, k++) own[k] = values[i];
    return -node;
  }

  /** Without its hash. At least two children are not 0. */
  addBranch(position: number, child0: NodeRef, child1: NodeRef, child2: NodeRef, child3: NodeRef): NodeRef {
    const node = this.add(0);
    const { words } = this;
    const to = NODE_WORDS * node;
    words[to + CHILDREN] = child0;
    words[to + CHILDREN + 1] = child1;
    words[to + CHILDREN + 2] = child2;
    words[to + CHILDREN + 3] = child3;
    words[to + POSITION] = position;
    words[to + BELOW] = this.below(child0 || child1 || child2 || child3);
    return node;
  }

  child(branch: NodeRef, digit: number): NodeRef {
    return this.words[NODE_WORDS * branch + CHILDREN + digit];
  }

  position(branch: NodeRef): number {
    return this.words[NODE_WORDS * branch + POSITION];
  }

  /** Bit d is set if the branch has a child for digit d. */
  ways(branch: NodeRef): number {
    let ways = 0;
    for (let digit = 0; digit < 4; digit++) if (this.child(branch, digit) !== 0) ways |= 1 << digit;
    return ways;
  }

  /** Where in `words` the key of the leaf begins, or that of a leaf below the branch. */
  keyAt(ref: NodeRef): number {
    return NODE_WORDS * -this.below(ref) + KEY;
  }

  value(leaf: NodeRef): Uint8Array {
    return this.values.slice(this.valueStarts[-leaf], this.valueStarts[1 - leaf]);
  }

  /** The hash's bytes to `at`; returns where they end. */
  writeHash(ref: NodeRef, view: DataView, at: number): number {
    return this.writeWords(NODE_WORDS * Math.abs(ref), view, at);
  }

  writeKey(leaf: NodeRef, view: DataView, at: number): number {
    return this.writeWords(this.keyAt(leaf), view, at);
  }

  readHash(ref: NodeRef, view: DataView, at: number): void {
    const { words } = this;
    const to = NODE_WORDS * Math.abs(ref);
    for (let word = 0; word < HASH_WORDS; word++) words[to + word] = view.getInt32(at + 4 * word);
  }

  /** A node of another store, hash included, but for a branch's children: those are given, of this store. */
  copy(from: NodeStore, ref: NodeRef, children: readonly NodeRef[]): NodeRef {
    const at = NODE_WORDS * Math.abs(ref);
    const copied =
      ref < 0
        ? this.addLeaf(from.words, at + KEY, from.values, from.valueStarts[-ref], from.valueStarts[1 - ref])
        : this.addBranch(from.position(ref), children[0], children[1], children[2], children[3]);
    const to = NODE_WORDS * Math.abs(copied);
    for (let word = 0; word < HASH_WORDS; word++) this.words[to + word] = from.words[at + word];
    return copied;
  }

  private below(ref: NodeRef): NodeRef {
    return ref < 0 ? ref : this.words[NODE_WORDS * ref + BELOW];
  }

  private writeWords(from: number, view: DataView, at: number): number {
    const { words } = this;
    for (let word = 0; word < HASH_WORDS; word++) view.setInt32(at + 4 * word, words[from + word]);
    return at + 4 * HASH_WORDS;
  }

  private add(valueBytes: number): number {
    const node = this.count++;
    if (NODE_WORDS * this.count > this.words.length) {
      this.words = longer(this.words, NODE_WORDS * GROWTH(this.count));
      this.valueStarts = longer(this.valueStarts, GROWTH(this.count) + 1);
    }
    const end = this.valueStarts[node] + valueBytes;
    if (end > this.values.length) this.values = longer(this.values, GROWTH(end));
    this.valueStarts[node + 1] = end;
    return node;
  }
}

const GROWTH = (needed: number): number => needed + (needed >> 1);

function longer<A extends Int32Array | Uint32Array | Uint8Array>(array: A, length: number): A {
  const copy = new (array.constructor as new (length: number) => A)(length);
  copy.set(array);
  return copy;
}
