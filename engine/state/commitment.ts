/**
 * The commitment to one ledger's state: a persistent binary trie over sha256(utf8(state key)).
 *
 * A leaf is H(0x00 ‖ key hash ‖ encoded value). A branch is H(0x01 ‖ bit ‖ left ‖ right): `bit` (0…255, most
 * significant first) is the first bit in which the keys below differ, so a branch always has two children, and a set of
 * keys has one shape whatever order they came in (a crit-bit tree, committed to). The empty trie has root H(0x02).
 *
 * Looking a key up means following its own bits at the branches' positions to one leaf: the key is in the trie exactly
 * if that leaf has it. So membership and absence have one proof: the way to that leaf.
 *
 * Cost: for n random keys a leaf lies about log2(n) + 0.33 branches deep. A batch of m changed keys hashes m keys, m
 * leaves, and each branch above them once: about m × (log2(n / m) + 3.5) in all, since the upper branches are shared. A
 * test counts.
 */
import type { Crypto } from '../crypto/crypto.ts';
import { equalBytes, utf8 } from '../primitives/bytes.ts';
import { LEDGERS, type Ledger } from '../tx/kinds.ts';
import type { Delta, StateKey } from './state.ts';

/**
 * 32 bytes (or a leaf's value) as a string of one character per byte. V8 keeps such a string in a third of what a small
 * Uint8Array takes, and nodes are all that a view's memory is made of (measured in docs/state.md).
 */
type Bytes = string;

class Leaf {
  readonly key: Bytes;
  readonly value: Bytes;
  /** Undefined while the batch that made it runs. */
  hash: Bytes | undefined;

  constructor(key: Bytes, value: Bytes) {
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
  hash: Bytes | undefined;

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
    const key = packHash(crypto.sha256(keyBytes(stateKey)));
    if (value === undefined) root = root === undefined ? undefined : remove(root, key);
    else root = root === undefined ? new Leaf(key, pack(value)) : put(root, new Leaf(key, pack(value)));
  }
  if (root !== undefined) seal(root, crypto);
  return root;
}

/** All six with a round's delta made; ledgers that it does not touch keep theirs. `undo` writes the values before. */
export function commitDelta(
  commitments: Commitments,
  delta: Delta,
  crypto: Crypto,
  direction: 'redo' | 'undo' = 'redo',
): Commitments {
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
  return tree === undefined ? crypto.sha256(Uint8Array.of(2)) : unpack(tree.hash!);
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
  const key = packHash(crypto.sha256(keyBytes(stateKey)));
  let node: Node = tree;
  while (node instanceof Branch) {
    const right = bitOf(key, node.bit);
    steps.push({ bit: node.bit, sibling: unpack((right ? node.left : node.right).hash!) });
    node = right ? node.right : node.left;
  }
  return { steps, leaf: { key: unpack(node.key), value: unpack(node.value) } };
}

/**
 * Whether `proof` shows that under `root` the key has `value` (encoded), or none where `value` is undefined. The root is
 * trusted to be a trie's; then steps that fold to it are a way down that trie, with its own bits, and nothing else about
 * them needs a check.
 */
export function verifyProof(
  root: Uint8Array,
  stateKey: StateKey,
  value: Uint8Array | undefined,
  proof: StateProof,
  crypto: Crypto,
): boolean {
  const { steps, leaf } = proof;
  if (leaf === undefined) {
    return value === undefined && steps.length === 0 && equalBytes(root, rootOf(EMPTY_COMMITMENT, crypto));
  }
  if (leaf.key.length !== 32) return false;
  const key = packHash(crypto.sha256(keyBytes(stateKey)));
  const leafKey = pack(leaf.key);
  if (value === undefined ? leafKey === key : leafKey !== key || !equalBytes(value, leaf.value)) return false;
  let hash = leafHash(leafKey, pack(leaf.value), crypto);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { bit, sibling } = steps[i];
    if (!Number.isInteger(bit) || bit < 0 || bit > 255 || sibling.length !== 32) return false;
    const other = packHash(sibling);
    hash = bitOf(key, bit) ? branchHash(bit, other, hash, crypto) : branchHash(bit, hash, other, crypto);
  }
  return equalBytes(unpack(hash), root);
}

/** A hash. Spelled out, this is four times as fast as `apply` on the array, and it runs once per node (measured). */
function packHash(b: Uint8Array): Bytes {
  // prettier-ignore
  return String.fromCharCode(
    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15], b[16],
    b[17], b[18], b[19], b[20], b[21], b[22], b[23], b[24], b[25], b[26], b[27], b[28], b[29], b[30], b[31],
  );
}

/** Bytes of any length: in pieces, since each is an argument on the stack. */
function pack(bytes: Uint8Array): Bytes {
  if (bytes.length <= 1024) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  return pack(bytes.subarray(0, 1024)) + pack(bytes.subarray(1024));
}

function unpack(text: Bytes): Uint8Array {
  const bytes = new Uint8Array(text.length);
  write(text, bytes, 0);
  return bytes;
}

function write(text: Bytes, into: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
}

const bitOf = (key: Bytes, bit: number): boolean => ((key.charCodeAt(bit >> 3) >> (7 - (bit & 7))) & 1) === 1;

/** First bit in which two keys differ, 256 where they are equal. */
function firstDifference(x: Bytes, y: Bytes): number {
  for (let i = 0; i < 32; i++) {
    const difference = x.charCodeAt(i) ^ y.charCodeAt(i);
    if (difference !== 0) return i * 8 + Math.clz32(difference) - 24;
  }
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

function remove(node: Node, key: Bytes): Node | undefined {
  if (node instanceof Leaf) return node.key === key ? undefined : node;
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
function seal(node: Node, crypto: Crypto): Bytes {
  if (node.hash !== undefined) return node.hash;
  node.hash =
    node instanceof Leaf
      ? leafHash(node.key, node.value, crypto)
      : branchHash(node.bit, seal(node.left, crypto), seal(node.right, crypto), crypto);
  return node.hash;
}

function leafHash(key: Bytes, value: Bytes, crypto: Crypto): Bytes {
  const input = new Uint8Array(33 + value.length);
  write(key, input, 1);
  write(value, input, 33);
  return packHash(crypto.sha256(input));
}

/** Scratch: 0x01 ‖ bit ‖ left ‖ right. */
const BRANCH = new Uint8Array(66);
BRANCH[0] = 1;

function branchHash(bit: number, left: Bytes, right: Bytes, crypto: Crypto): Bytes {
  BRANCH[1] = bit;
  write(left, BRANCH, 2);
  write(right, BRANCH, 34);
  return packHash(crypto.sha256(BRANCH));
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
