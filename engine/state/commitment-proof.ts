/** Proofs that a key has a value under a root, or none (commitment.ts). */
import type { Crypto } from '../crypto/crypto.ts';
import { concat, equalBytes, utf8 } from '../primitives/bytes.ts';
import { KEY_WORDS, hashKeys } from './commitment-changes.ts';
import type { NodeRef, NodeStore } from './commitment-store.ts';
import { BRANCH, digitOf, DIGITS, LEAF, WAYS, type Trie } from './commitment-trie.ts';
import type { StateKey } from './state.ts';

/** The way from a root to the leaf that a key's digits lead to. */
export interface StateProof {
  /** From the root down; `position` rises. */
  readonly steps: readonly ProofStep[];
  /** Undefined only for the empty trie. `key` is the hash of the state key. */
  readonly leaf: { readonly key: Uint8Array; readonly value: Uint8Array } | undefined;
}

/** A branch without the child that the way goes through. */
export interface ProofStep {
  readonly position: number;
  /** The children that there are, one bit each: bit d for digit d. */
  readonly ways: number;
  /** Hashes of the others, by rising digit, 32 bytes each. */
  readonly siblings: Uint8Array;
}

/** Length of the proof written out: per step position, ways and siblings; then the leaf's key and value. */
export const proofBytes = ({ steps, leaf }: StateProof): number =>
  steps.reduce((sum, { siblings }) => sum + 2 + siblings.length, leaf === undefined ? 0 : 32 + leaf.value.length);

const EACH_DIGIT = Array.from({ length: WAYS }, (_, digit) => digit);

/** Where a key goes at a branch: by its own digit, or where there is no such child by the lowest that there is. */
const wayOf = (digit: number, ways: number): number => ((ways >> digit) & 1) === 1 ? digit : 31 - Math.clz32(ways & -ways);

function keyOf(stateKey: StateKey, crypto: Crypto): Int32Array {
  const words = new Int32Array(KEY_WORDS);
  const text = utf8(stateKey);
  hashKeys(text, Uint32Array.of(0, text.length), 1, crypto, words, 0);
  return words;
}

/** 32 bytes that `write` writes. */
function bytesOf(write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(32);
  write(new DataView(bytes.buffer));
  return bytes;
}

export const hashOf = (store: NodeStore, ref: NodeRef): Uint8Array => bytesOf((view) => store.writeHash(ref, view, 0));

/** Proves a key's value, or that it is absent. */
export function prove(trie: Trie | undefined, stateKey: StateKey, crypto: Crypto): StateProof {
  const steps: ProofStep[] = [];
  if (trie === undefined) return { steps, leaf: undefined };
  const { store } = trie;
  const key = keyOf(stateKey, crypto);
  let ref = trie.root;
  while (ref > 0) {
    const branch = ref;
    const [position, ways] = [store.position(branch), store.ways(branch)];
    const way = wayOf(digitOf(key, 0, position), ways);
    const others = EACH_DIGIT.filter((digit) => digit !== way && ((ways >> digit) & 1) === 1);
    steps.push({ position, ways, siblings: concat(...others.map((digit) => hashOf(store, store.child(branch, digit)))) });
    ref = store.child(branch, way);
  }
  return { steps, leaf: { key: bytesOf((view) => store.writeKey(ref, view, 0)), value: store.value(ref) } };
}

/**
 * Whether `proof` shows that under `root` the key has `value` (encoded), or none where `value` is undefined. The root is
 * trusted to be a trie's; then steps that fold to it are a way down that trie, and the key's own one, since each step goes
 * where `wayOf` says: nothing else about them needs a check.
 */
export function verifyProof(root: Uint8Array, stateKey: StateKey, value: Uint8Array | undefined, proof: StateProof, crypto: Crypto): boolean {
  const { steps, leaf } = proof;
  if (leaf === undefined) return value === undefined && steps.length === 0 && equalBytes(root, crypto.sha256(EMPTY));
  if (leaf.key.length !== 32) return false;
  const key = keyOf(stateKey, crypto);
  const own = equalBytes(leaf.key, bytesOf((view) => key.forEach((word, i) => view.setInt32(4 * i, word))));
  if (value === undefined ? own : !own || !equalBytes(value, leaf.value)) return false;
  let hash = crypto.sha256(concat(Uint8Array.of(LEAF), leaf.key, leaf.value));
  for (let i = steps.length - 1; i >= 0; i--) {
    const { position, ways, siblings } = steps[i];
    if (!isIndex(position, DIGITS) || !isIndex(ways, 1 << WAYS) || ways === 0) return false;
    const way = wayOf(digitOf(key, 0, position), ways);
    const before = 32 * bitCount(ways & ((1 << way) - 1));
    if (siblings.length !== 32 * (bitCount(ways) - 1)) return false;
    hash = crypto.sha256(concat(Uint8Array.of(BRANCH, position, ways), siblings.subarray(0, before), hash, siblings.subarray(before)));
  }
  return equalBytes(hash, root);
}

/** What the empty trie's root is the hash of. */
export const EMPTY = Uint8Array.of(2);

const isIndex = (value: number, end: number): boolean => Number.isInteger(value) && value >= 0 && value < end;

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
