/** The state commitment: one root per content, proofs of presence and absence, and what they cost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  commit,
  EMPTY_COMMITMENT,
  prove,
  rootOf,
  verifyProof,
  type CommitmentChange,
  type StateProof,
} from '../../engine/state/commitment.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { concat, equalBytes, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { assign, crypto } from '../helpers/fixtures.ts';

const root = (changes: Iterable<CommitmentChange>, tree = EMPTY_COMMITMENT): string =>
  toHex(rootOf(commit(tree, changes, crypto), crypto));

/** The root by its definition, from nothing but the set of entries: slow and independent of the trie's code. */
function rootByDefinition(entries: ReadonlyMap<string, Uint8Array>): string {
  const leaves = [...entries].map(([key, value]) => ({ key: crypto.sha256(utf8(key)), value }));
  const bits = (key: Uint8Array): string => [...key].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const hash = (set: readonly { key: Uint8Array; value: Uint8Array }[]): Uint8Array => {
    if (set.length === 1) return crypto.sha256(concat(Uint8Array.of(0), set[0].key, set[0].value));
    const texts = set.map(({ key }) => bits(key));
    let bit = 0;
    while (texts.every((text) => text[bit] === texts[0][bit])) bit++;
    const [left, right] = ['0', '1'].map((side) => hash(set.filter((_, i) => texts[i][bit] === side)));
    return crypto.sha256(concat(Uint8Array.of(1, bit), left, right));
  };
  return toHex(leaves.length === 0 ? crypto.sha256(Uint8Array.of(2)) : hash(leaves));
}

const keys = fc.integer({ min: 0, max: 30 }).map((i) => `account:${i}`);
const batches = fc.array(fc.array(fc.tuple(keys, fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }))), {
  maxLength: 6,
});

test('a root is its definition over the entries, whatever the way to them', () => {
  fc.assert(
    fc.property(batches, (history) => {
      let tree = EMPTY_COMMITMENT;
      const model = new Map<string, Uint8Array>();
      for (const batch of history) {
        const before = rootOf(tree, crypto);
        const next = commit(tree, batch, crypto);
        expect(rootOf(tree, crypto), 'a commitment never changes').toEqual(before);
        tree = next;
        for (const [key, value] of batch) assign(model, key, value);
      }
      expect(toHex(rootOf(tree, crypto))).toBe(rootByDefinition(model));
    }),
  );
});

test('undoing a batch gives the root before it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(keys), fc.uniqueArray(keys), (held, touched) => {
      const before = commit(
        EMPTY_COMMITMENT,
        held.map((key) => [key, utf8(key)] as const),
        crypto,
      );
      const after = commit(
        before,
        touched.map((key, i) => [key, i % 3 === 0 ? undefined : utf8('new')] as const),
        crypto,
      );
      const undone = commit(
        after,
        touched.map((key) => [key, held.includes(key) ? utf8(key) : undefined] as const),
        crypto,
      );
      expect(rootOf(undone, crypto)).toEqual(rootOf(before, crypto));
    }),
  );
});

describe('proofs', () => {
  const entries = Array.from({ length: 200 }, (_, i) => [`domain:${i}`, utf8(`value ${i}`)] as const);
  const tree = commit(EMPTY_COMMITMENT, entries, crypto);
  const top = rootOf(tree, crypto);

  test('every entry is proven present with its value, and not absent, nor with another value', () => {
    for (const [key, value] of entries) {
      const proof = prove(tree, key, crypto);
      expect(verifyProof(top, key, value, proof, crypto)).toBe(true);
      expect(verifyProof(top, key, undefined, proof, crypto)).toBe(false);
      expect(verifyProof(top, key, utf8('other'), proof, crypto)).toBe(false);
    }
  });

  test('every other key is proven absent, and not present', () => {
    for (let i = 200; i < 400; i++) {
      const key = `domain:${i}`;
      const proof = prove(tree, key, crypto);
      expect(verifyProof(top, key, undefined, proof, crypto)).toBe(true);
      expect(verifyProof(top, key, utf8(`value ${i}`), proof, crypto)).toBe(false);
    }
  });

  test('the empty trie proves every key absent; its proof is worth nothing elsewhere', () => {
    const proof = prove(EMPTY_COMMITMENT, 'domain:1', crypto);
    expect(verifyProof(rootOf(EMPTY_COMMITMENT, crypto), 'domain:1', undefined, proof, crypto)).toBe(true);
    expect(verifyProof(top, 'domain:1', undefined, proof, crypto)).toBe(false);
  });

  test('no proof for one key serves another, and none survives an alteration', () => {
    const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
      bytes.map((byte, i) => (i === at % bytes.length ? byte ^ 1 : byte));
    const step = (proof: StateProof, at: number, change: object): StateProof => ({
      ...proof,
      steps: proof.steps.map((old, i) => (i === at % proof.steps.length ? { ...old, ...change } : old)),
    });
    fc.assert(
      fc.property(fc.nat(399), fc.nat(199), fc.nat(1000), (index, other, at) => {
        const key = `domain:${index}`;
        const value = index < 200 ? entries[index][1] : undefined;
        const proof = prove(tree, key, crypto);
        const { steps, leaf } = proof;
        const sibling = steps[at % steps.length].sibling;
        const bit = steps[at % steps.length].bit;
        const altered: StateProof[] = [
          step(proof, at, { sibling: flipped(sibling, at) }),
          step(proof, at, { sibling: sibling.subarray(1) }),
          step(proof, at, { bit: bit + 1 }),
          step(proof, at, { bit: bit + 256 }),
          { steps: steps.slice(1), leaf },
          { steps: [...steps, ...steps.slice(-1)], leaf },
          { steps, leaf: undefined },
          { steps, leaf: { key: flipped(leaf!.key, at), value: leaf!.value } },
          { steps, leaf: { key: leaf!.key, value: flipped(leaf!.value, at) } },
        ];
        for (const bad of altered) expect(verifyProof(top, key, value, bad, crypto)).toBe(false);
        expect(verifyProof(flipped(top, at), key, value, proof, crypto)).toBe(false);
        if (other === index) return;
        // The proof of another entry leads to that entry's leaf; it must not pass for this key's absence or presence.
        const foreign = prove(tree, `domain:${other}`, crypto);
        const sameLeaf = equalBytes(foreign.leaf!.key, leaf!.key);
        expect(verifyProof(top, key, value, foreign, crypto)).toBe(sameLeaf && value === undefined);
        if (value !== undefined) expect(verifyProof(top, key, undefined, foreign, crypto)).toBe(false);
      }),
    );
  });
});

test.each([
  [40_000, 1],
  [40_000, 3_600],
  [1_000, 1_000],
])('%i keys, %i changed: at most m × (log2(n / m) + 4) + log2(n) + 8 hashes', (n, m) => {
  let hashes = 0;
  const counting: Crypto = { ...crypto, sha256: (data) => (hashes++, crypto.sha256(data)) };
  const tree = commit(
    EMPTY_COMMITMENT,
    Array.from({ length: n }, (_, i) => [`account:${i}`, utf8('x')] as const),
    crypto,
  );
  commit(
    tree,
    Array.from({ length: m }, (_, i) => [`account:${i * Math.floor(n / m)}`, utf8('y')] as const),
    counting,
  );
  const bound = m * (Math.log2(n / m) + 4) + Math.log2(n) + 8;
  expect(hashes).toBeLessThanOrEqual(bound);
  expect(hashes).toBeGreaterThan(2 * m);
});

test('the order of changes does not matter', () => {
  const changes = Array.from({ length: 50 }, (_, i) => [`nft:${i}`, utf8(String(i))] as const);
  expect(root([...changes].reverse())).toBe(root(changes));
});
