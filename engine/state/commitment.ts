/**
 * The commitment to one ledger's state: a persistent binary trie over sha256(utf8(state key)).
 *
 * A leaf is H(0x00 ‖ key hash ‖ encoded value). A branch is H(0x01 ‖ bit ‖ left ‖ right): `bit` (0…255, most significant
 * first) is the first bit in which the keys below differ, so a branch always has two children, and a set of keys has one
 * shape whatever order they came in (a crit-bit tree, committed to). The empty trie has root H(0x02).
 *
 * Looking a key up means following its own bits at the branches' positions to one leaf: the key is in the trie exactly if
 * that leaf has it. So membership and absence have one proof: the way to that leaf.
 *
 * Cost: for n random keys a leaf lies about log2(n) + 0.33 branches deep. A batch of m changed keys hashes m keys, m leaves,
 * and each branch above them once: at most m × (log2(n / m) + 2) or so, since the upper branches are shared. A test counts.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { equalBytes, utf8 } from '../primitives/bytes.ts';
import { LEDGERS, type Ledger } from '../tx/kinds.ts';
import type { Delta, StateKey } from './state.ts';

class Leaf {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Undefined while the batch that made it runs. */
  hash: Uint8Array | undefined;

  constructor(key: Uint8Array, value: Uint8Array) {
    this.key = key;
    this.value = value;
    this.hash = undefined;
  }
}

class Branch {
  readonly bit: number;
  left: Node;
  right: Node;
  /** Undefined while the batch that made it runs: that batch alone may change it in place. */
  hash: Uint8Array | undefined;

  constructor(bit: number, left: Node, right: Node) {
    this.bit = bit;
    this.left = left;
    this.right = right;
    this.hash = undefined;
  }
}

type Node = Leaf | Branch;

/** A ledger's authenticated state; never changes. */
export type Commitment = Node | undefined;

/** The six, in `LEDGERS` order. */
export type Commitments = readonly Commitment[];

export const EMPTY_COMMITMENT: Commitment = undefined;
export const EMPTY_COMMITMENTS: Commitments = LEDGERS.map(() => EMPTY_COMMITMENT);

/** A key's new encoded value; `undefined` removes it. */
export type CommitmentChange = readonly [key: StateKey, value: Uint8Array | undefined];

/** The trie with all changes made. Growth: see the head of this file. */
export function commit(tree: Commitment, changes: Iterable<CommitmentChange>, crypto: Crypto): Commitment {
  let root = tree;
  for (const [stateKey, value] of changes) {
    const key = crypto.sha256(keyBytes(stateKey));
    if (value === undefined) root = root === undefined ? undefined : remove(root, key);
    else root = root === undefined ? new Leaf(key, value) : put(root, new Leaf(key, value));
  }
  if (root !== undefined) seal(root, crypto);
  return root;
}

/** All six with a round's delta made; ledgers that it does not touch keep theirs. `undo` writes the values before. */
export function commitDelta(commitments: Commitments, delta: Delta, crypto: Crypto, direction: 'redo' | 'undo' = 'redo'): Commitments {
  const changes = new Map<Ledger, CommitmentChange[]>();
  for (const [key, { table, before, after }] of delta) {
    const value = direction === 'redo' ? after : before;
    let list = changes.get(table.ledger);
    if (list === undefined) changes.set(table.ledger, (list = []));
    list.push([key, value === undefined ? undefined : table.encode(value)]);
  }
  return LEDGERS.map((ledger, i) => {
    const list = changes.get(ledger);
    return list === undefined ? commitments[i] : commit(commitments[i], list, crypto);
  });
}

/** 32 bytes. */
export function rootOf(tree: Commitment, crypto: Crypto): Uint8Array {
  return tree === undefined ? crypto.sha256(Uint8Array.of(2)) : tree.hash!;
}

/** The way from a root to the leaf that a key's bits lead to. */
export interface StateProof {
  /** From the root down; `bit` rises. */
  readonly steps: readonly { readonly bit: number; readonly sibling: Uint8Array }[];
  /** Undefined only for the empty trie. `key` is the hash of the state key. */
  readonly leaf: { readonly key: Uint8Array; readonly value: Uint8Array } | undefined;
}

/** Proves a key's value, or that it is absent. */
export function prove(tree: Commitment, stateKey: StateKey, crypto: Crypto): StateProof {
  const steps: { bit: number; sibling: Uint8Array }[] = [];
  if (tree === undefined) return { steps, leaf: undefined };
  const key = crypto.sha256(keyBytes(stateKey));
  let node: Node = tree;
  while (node instanceof Branch) {
    const right = bitOf(key, node.bit);
    steps.push({ bit: node.bit, sibling: (right ? node.left : node.right).hash! });
    node = right ? node.right : node.left;
  }
  return { steps, leaf: { key: node.key, value: node.value } };
}

/** Whether `proof` shows that under `root` the key has `value` (encoded), or none where `value` is undefined. */
export function verifyProof(
  root: Uint8Array,
  stateKey: StateKey,
  value: Uint8Array | undefined,
  proof: StateProof,
  crypto: Crypto,
): boolean {
  const { steps, leaf } = proof;
  if (leaf === undefined) return value === undefined && steps.length === 0 && equalBytes(root, rootOf(undefined, crypto));
  const key = crypto.sha256(keyBytes(stateKey));
  if (leaf.key.length !== 32) return false;
  const found = equalBytes(leaf.key, key);
  if (value === undefined ? found : !found || !equalBytes(value, leaf.value)) return false;
  let hash = leafHash(leaf.key, leaf.value, crypto);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { bit, sibling } = steps[i];
    if (!Number.isInteger(bit) || bit < 0 || bit > 255 || sibling.length !== 32) return false;
    if (i > 0 && steps[i - 1].bit >= bit) return false;
    if (bitOf(leaf.key, bit) !== bitOf(key, bit)) return false;
    hash = bitOf(key, bit) ? branchHash(bit, sibling, hash, crypto) : branchHash(bit, hash, sibling, crypto);
  }
  return equalBytes(hash, root);
}

const bitOf = (key: Uint8Array, bit: number): boolean => ((key[bit >> 3] >> (7 - (bit & 7))) & 1) === 1;

/** First bit in which two keys differ, 256 where they are equal. */
function firstDifference(x: Uint8Array, y: Uint8Array): number {
  for (let i = 0; i < 32; i++) if (x[i] !== y[i]) return i * 8 + Math.clz32(x[i] ^ y[i]) - 24;
  return 256;
}

function put(root: Node, leaf: Leaf): Node {
  let node = root;
  while (node instanceof Branch) node = bitOf(leaf.key, node.bit) ? node.right : node.left;
  return putAt(root, leaf, firstDifference(node.key, leaf.key));
}

function putAt(node: Node, leaf: Leaf, difference: number): Node {
  if (node instanceof Branch && node.bit < difference) {
    const right = bitOf(leaf.key, node.bit);
    const child = putAt(right ? node.right : node.left, leaf, difference);
    return right ? withChildren(node, node.left, child) : withChildren(node, child, node.right);
  }
  if (difference === 256) return leaf;
  return bitOf(leaf.key, difference) ? new Branch(difference, node, leaf) : new Branch(difference, leaf, node);
}

function remove(node: Node, key: Uint8Array): Node | undefined {
  if (node instanceof Leaf) return equalBytes(node.key, key) ? undefined : node;
  const right = bitOf(key, node.bit);
  const before = right ? node.right : node.left;
  const after = remove(before, key);
  if (after === before) return node;
  if (after === undefined) return right ? node.left : node.right;
  return right ? withChildren(node, node.left, after) : withChildren(node, after, node.right);
}

function withChildren(branch: Branch, left: Node, right: Node): Branch {
  if (branch.hash !== undefined) return new Branch(branch.bit, left, right);
  branch.left = left;
  branch.right = right;
  return branch;
}

/** Hashes what this batch made. */
function seal(node: Node, crypto: Crypto): Uint8Array {
  if (node.hash !== undefined) return node.hash;
  node.hash =
    node instanceof Leaf
      ? leafHash(node.key, node.value, crypto)
      : branchHash(node.bit, seal(node.left, crypto), seal(node.right, crypto), crypto);
  return node.hash;
}

function leafHash(key: Uint8Array, value: Uint8Array, crypto: Crypto): Uint8Array {
  const input = new Uint8Array(33 + value.length);
  input.set(key, 1);
  input.set(value, 33);
  return crypto.sha256(input);
}

/** Scratch: 0x01 ‖ bit ‖ left ‖ right. */
const BRANCH = new Uint8Array(66);
BRANCH[0] = 1;

function branchHash(bit: number, left: Uint8Array, right: Uint8Array, crypto: Crypto): Uint8Array {
  BRANCH[1] = bit;
  BRANCH.set(left, 2);
  BRANCH.set(right, 34);
  return crypto.sha256(BRANCH);
}

/** utf8(key); nearly all keys are ASCII, which needs no decoding of code points. */
function keyBytes(key: StateKey): Uint8Array {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (unit > 127) return utf8(key);
    bytes[i] = unit;
  }
  return bytes;
}
