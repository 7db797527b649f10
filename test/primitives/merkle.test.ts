import { createHash } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { nobleCrypto } from '../../engine/crypto/noble.ts';
import { wasmHasher } from '../../engine/crypto/wasm-sha256.ts';
import { concat, fromHex, toHex } from '../../engine/primitives/bytes.ts';
import { merkleLeafHashes, merkleProof, merkleRoot, merkleRootOf, merkleRootOfLeafHashes, verifyMerkleProof } from '../../engine/primitives/merkle.ts';

const sha256 = (data: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(data).digest());
const root = (leaves: readonly Uint8Array[]): string => toHex(merkleRoot(leaves, sha256));

/**
 * RFC 6962 trees have the same prefixes, and promoting an odd node makes the shape of its split at a power of two; only
 * the empty tree differs. Roots of the first 1 … 8 leaves; source: the Certificate Transparency reference tests
 * (transparency-dev/merkle, testonly/constants.go).
 */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  fromHex,
);
test.each([
  [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
  [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
  [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
  [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
  [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
  [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
  [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
  [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
] as const)('the root of the first %i leaves is the published one', (count, expected) => {
  expect(root(LEAVES.slice(0, count))).toBe(expected);
});

test('the empty root is H(0x02)', () => {
  expect(root([])).toBe(toHex(sha256(Uint8Array.of(2))));
});

describe.each([
  ['noble', nobleCrypto],
  ['lanes', wasmHasher()!.hasher],
])('over bytes side by side, %s', (_, hasher) => {
  /** D4's words, as a recursion: the largest power of two of leaves on the left (RFC 6962). */
  const byDefinition = (leaves: readonly Uint8Array[]): Uint8Array => {
    if (leaves.length < 2) return sha256(leaves.length === 0 ? Uint8Array.of(2) : concat(Uint8Array.of(0), leaves[0]));
    let split = 1;
    while (2 * split < leaves.length) split *= 2;
    return sha256(concat(Uint8Array.of(1), byDefinition(leaves.slice(0, split)), byDefinition(leaves.slice(split))));
  };
  const flatRoot = (leaves: readonly Uint8Array[]): string => {
    const offsets = new Uint32Array(leaves.length + 1);
    leaves.forEach((leaf, i) => (offsets[i + 1] = offsets[i] + leaf.length));
    return toHex(merkleRootOf(concat(...leaves), offsets, leaves.length, hasher));
  };

  test('every count of leaves from 0 to 130', () => {
    const leaves = Array.from({ length: 130 }, (_, i) => Uint8Array.from({ length: (i * 37) % 200 }, (_, k) => i + k));
    for (let count = 0; count <= leaves.length; count++) {
      expect(flatRoot(leaves.slice(0, count)), `${count} leaves`).toBe(toHex(byDefinition(leaves.slice(0, count))));
    }
  });

  test.prop([fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 50 })])('leaves of any lengths', (leaves) => {
    expect(flatRoot(leaves)).toBe(toHex(byDefinition(leaves)));
  });

  test('leaves of one width, hashed once and used in two trees; more than fit at once', () => {
    const count = 10_001;
    const ids = Uint8Array.from({ length: 32 * count }, (_, i) => (Math.imul(i, 2654435761) >>> 0) >> 13);
    const hashes = merkleLeafHashes(ids, 32, count, hasher);
    const before = hashes.slice();
    const list = Array.from({ length: count }, (_, i) => ids.subarray(32 * i, 32 * i + 32));
    expect(toHex(merkleRootOfLeafHashes(hashes, count, hasher))).toBe(toHex(byDefinition(list)));
    expect(toHex(merkleRootOfLeafHashes(hashes, 33, hasher))).toBe(toHex(byDefinition(list.slice(0, 33))));
    expect(hashes).toEqual(before);
  });
});

describe('one root, one list', () => {
  test('all 1,093 lists of up to six leaves over an alphabet of three', () => {
    const seen = new Map<string, string>();
    const visit = (list: readonly number[]): void => {
      const key = root(list.map((value) => Uint8Array.of(value)));
      expect(seen.get(key), `the root of ${list}`).toBeUndefined();
      seen.set(key, list.join());
      if (list.length < 6) for (const value of [0, 1, 2]) visit([...list, value]);
    };
    visit([]);
    expect(seen.size).toBe(1093);
  });

  // CVE-2012-2459: where an odd level repeats its last node, a list and the same list with its tail repeated share a
  // root.
  test.prop([fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 40 }), fc.nat()])(
    'repeating any tail gives another root',
    (leaves, n) => {
      const tail = leaves.slice(-(1 + (n % leaves.length)));
      expect(root([...leaves, ...tail])).not.toBe(root(leaves));
    },
  );

  test('an inner node is no leaf', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
    const hash = (leaf: Uint8Array): Uint8Array => sha256(Uint8Array.of(0, ...leaf));
    expect(root([Uint8Array.of(...hash(a), ...hash(b))])).not.toBe(root([a, b]));
  });
});

describe('proofs', () => {
  const leaves = fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 33 }), {
    minLength: 1,
    maxLength: 40,
    selector: toHex,
  });

  test.prop([leaves, fc.nat()])('prove their leaf at its place, and nothing else', (list, n) => {
    const index = n % list.length;
    const whole = merkleRoot(list, sha256);
    const proof = merkleProof(list, index, sha256);
    const holds = (leaf: Uint8Array, at: number, count: number, siblings: readonly Uint8Array[]): boolean =>
      verifyMerkleProof(whole, leaf, at, count, siblings, sha256);
    expect(holds(list[index], index, list.length, proof)).toBe(true);
    expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(list.length)));
    for (let other = 0; other < list.length; other++) {
      if (other !== index)
        expect(holds(list[other], index, list.length, proof) || holds(list[index], other, list.length, proof)).toBe(
          false,
        );
    }
    expect(holds(list[index], index, list.length, [...proof, whole])).toBe(false);
    if (proof.length > 0) {
      const altered = proof.map((sibling, i) => (i === n % proof.length ? sha256(sibling) : sibling));
      expect(holds(list[index], index, list.length, altered)).toBe(false);
      expect(holds(list[index], index, list.length, proof.slice(1))).toBe(false);
    }
  });

  test('an index outside the list has none', () => {
    expect(() => merkleProof([Uint8Array.of(1)], 1, sha256)).toThrow(RangeError);
    expect(verifyMerkleProof(merkleRoot([Uint8Array.of(1)], sha256), Uint8Array.of(1), 1, 1, [], sha256)).toBe(false);
  });
});
