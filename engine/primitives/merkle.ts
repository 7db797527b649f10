/**
 * Merkle trees (D4): leaf H(0x00 ‖ x), node H(0x01 ‖ l ‖ r), an odd node is promoted, empty root H(0x02). Leaves and
 * nodes have prefixes of their own and nothing is repeated, so no two lists share a root (against CVE-2012-2459); the
 * leaf count stands in the header besides.
 */
import { concat, equalBytes } from './bytes.ts';

type Sha256 = (data: Uint8Array) => Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function merkleRoot(leaves: readonly Uint8Array[], sha256: Sha256): Uint8Array {
  if (leaves.length === 0) return sha256(Uint8Array.of(2));
  let level = leaves.map((leaf) => sha256(concat(LEAF, leaf)));
  while (level.length > 1) level = parents(level, sha256);
  return level[0];
}

function parents(level: readonly Uint8Array[], sha256: Sha256): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let i = 0; i + 1 < level.length; i += 2) above.push(sha256(concat(NODE, level[i], level[i + 1])));
  if (level.length % 2 === 1) above.push(level[level.length - 1]);
  return above;
}

/** `Crypto.sha256Many`: primitives know no more of cryptography than they are given. */
export interface ManyHasher {
  sha256Many(data: Uint8Array, offsets: Uint32Array, count: number, out: Uint8Array, prefix?: number): void;
}

/** `merkleRoot` of leaves one behind the other: leaf i is `data[offsets[i] … offsets[i + 1])`. */
export function merkleRootOf(data: Uint8Array, offsets: Uint32Array, count: number, hasher: ManyHasher): Uint8Array {
  const hashes = new Uint8Array(32 * count);
  hasher.sha256Many(data, offsets, count, hashes, LEAF[0]);
  return merkleRootOfLeafHashes(hashes, count, hasher);
}

/** H(0x00 ‖ x) of leaves of `width` bytes, 32 bytes each. */
export function merkleLeafHashes(data: Uint8Array, width: number, count: number, hasher: ManyHasher): Uint8Array {
  const hashes = new Uint8Array(32 * count);
  hasher.sha256Many(data, multiples(width, count), count, hashes, LEAF[0]);
  return hashes;
}

/** The root over leaves of which only the hashes are given, 32 bytes each. `hashes` is not changed. */
export function merkleRootOfLeafHashes(hashes: Uint8Array, count: number, hasher: ManyHasher): Uint8Array {
  if (count === 0) {
    const empty = new Uint8Array(32);
    hasher.sha256Many(Uint8Array.of(2), multiples(1, 1), 1, empty);
    return empty;
  }
  // Two buffers in turn: a level is read from one and its parents go into the other.
  let level = hashes;
  let above = new Uint8Array(32 * ((count + 1) >> 1));
  let spare = new Uint8Array(32 * ((count + 3) >> 2));
  const starts = multiples(64, count >> 1);
  for (let width = count; width > 1; width = (width + 1) >> 1) {
    const pairs = width >> 1;
    hasher.sha256Many(level, starts, pairs, above, NODE[0]);
    if (width % 2 === 1) above.set(level.subarray(32 * (width - 1), 32 * width), 32 * pairs);
    [level, above, spare] = [above, spare, above];
  }
  return level.slice(0, 32);
}

/** 0, `width`, 2 × `width` … `count` × `width`. */
const multiples = (width: number, count: number): Uint32Array => {
  const offsets = new Uint32Array(count + 1);
  for (let i = 1; i <= count; i++) offsets[i] = i * width;
  return offsets;
};

/** Siblings from leaf to root; a level where the node was promoted has none. */
export function merkleProof(leaves: readonly Uint8Array[], index: number, sha256: Sha256): Uint8Array[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`leaf ${index} of ${leaves.length}`);
  const siblings: Uint8Array[] = [];
  let level = leaves.map((leaf) => sha256(concat(LEAF, leaf)));
  for (; level.length > 1; index >>= 1) {
    const sibling = level[index ^ 1];
    if (sibling !== undefined) siblings.push(sibling);
    level = parents(level, sha256);
  }
  return siblings;
}

/** Whether `leaf` stands at `index` of `count` leaves under `root`. */
export function verifyMerkleProof(
  root: Uint8Array,
  leaf: Uint8Array,
  index: number,
  count: number,
  siblings: readonly Uint8Array[],
  sha256: Sha256,
): boolean {
  if (index < 0 || index >= count) return false;
  let hash = sha256(concat(LEAF, leaf));
  let used = 0;
  for (let width = count; width > 1; width = (width + 1) >> 1, index >>= 1) {
    if ((index ^ 1) >= width) continue;
    if (used >= siblings.length) return false;
    const sibling = siblings[used++];
    hash = sha256(index % 2 === 0 ? concat(NODE, hash, sibling) : concat(NODE, sibling, hash));
  }
  return used === siblings.length && equalBytes(hash, root);
}
