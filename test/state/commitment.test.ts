/** The state commitment: one root per content, proofs of presence and absence, and what they cost. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  commit,
  commitDelta,
  EMPTY_COMMITMENT,
  EMPTY_COMMITMENTS,
  prove,
  rootOf,
  verifyProof,
  type CommitmentChange,
  type Commitments,
  type StateProof,
} from '../../engine/state/commitment.ts';
import type { Crypto } from '../../engine/crypto/crypto.ts';
import { accounts, ballots, mainTokens } from '../../engine/ledgers/tables.ts';
import { concat, equalBytes, toHex, utf8 } from '../../engine/primitives/bytes.ts';
import { RowBook, type ColumnChanges, type Values } from '../../engine/state/columns.ts';
import { RoundDelta } from '../../engine/state/delta.ts';
import type { Change, Delta, Table } from '../../engine/state/state.ts';
import { stateKey } from '../../engine/state/table.ts';
import { assign, crypto } from '../helpers/fixtures.ts';

const root = (changes: Iterable<CommitmentChange>, tree = EMPTY_COMMITMENT): string =>
  toHex(rootOf(commit(tree, changes, crypto), crypto));

/** The root by its definition, from nothing but the set of entries: slow and independent of the trie's code. */
function rootByDefinition(entries: ReadonlyMap<string, Uint8Array>): string {
  type Entry = { readonly digits: string; readonly key: Uint8Array; readonly value: Uint8Array };
  const hash = (set: readonly Entry[]): Uint8Array => {
    if (set.length === 1) return crypto.sha256(concat(Uint8Array.of(0), set[0].key, set[0].value));
    let position = 0;
    while (set.every(({ digits }) => digits[position] === set[0].digits[position])) position++;
    const children = ['0', '1', '2', '3'].map((digit) => set.filter(({ digits }) => digits[position] === digit));
    const ways = children.reduce((bits, child, digit) => bits + (child.length > 0 ? 2 ** digit : 0), 0);
    return crypto.sha256(concat(Uint8Array.of(1, position, ways), ...children.filter(({ length }) => length > 0).map(hash)));
  };
  const set = [...entries].map(([text, value]) => {
    const key = crypto.sha256(utf8(text));
    return { digits: [...key].map((byte) => byte.toString(4).padStart(4, '0')).join(''), key, value };
  });
  return toHex(set.length === 0 ? crypto.sha256(Uint8Array.of(2)) : hash(set));
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

  test('a key goes by its digits, and by the lowest child where it has none', () => {
    const digitsOf = (key: Uint8Array): string => [...key].map((byte) => byte.toString(4).padStart(4, '0')).join('');
    const held = entries.map(([key]) => digitsOf(crypto.sha256(utf8(key)))).sort((x, y) => (x < y ? -1 : 1));
    for (let i = 0; i < 400; i++) {
      const own = digitsOf(crypto.sha256(utf8(`domain:${i}`)));
      let left = held;
      for (let at = 0; left.length > 1; at++) {
        const digits = new Set(left.map((digits) => digits[at]));
        const way = digits.has(own[at]) ? own[at] : left[0][at];
        left = left.filter((digits) => digits[at] === way);
      }
      expect(digitsOf(prove(tree, `domain:${i}`, crypto).leaf!.key)).toBe(left[0]);
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
        const { position, siblings, ways } = steps[at % steps.length];
        const altered: StateProof[] = [
          step(proof, at, { siblings: flipped(siblings, at) }),
          step(proof, at, { siblings: siblings.subarray(1) }),
          step(proof, at, { siblings: siblings.subarray(32) }),
          step(proof, at, { position: position + 1 }),
          step(proof, at, { position: position + 256 }),
          step(proof, at, { position: -1 }),
          step(proof, at, { ways: ways ^ (1 << at % 4) }),
          step(proof, at, { ways: ways + 16 }),
          step(proof, at, { ways: 0 }),
          step(proof, at, { ways: 0.5 }),
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
  [100_000, 8_192],
])('%i keys, %i changed: at most m × (log4(n / m) + 2.2) + log4(n) + 4 hashes besides those of keys', (n, m) => {
  let hashes = 0;
  const counting: Crypto = { ...crypto, sha256Many: (data, offsets, count, ...rest) => ((hashes += count), crypto.sha256Many(data, offsets, count, ...rest)) };
  const tree = commit(EMPTY_COMMITMENT, Array.from({ length: n }, (_, i) => [`account:${i}`, utf8('x')] as const), crypto);
  commit(tree, Array.from({ length: m }, (_, i) => [`account:${i * Math.floor(n / m)}`, utf8('y')] as const), counting);
  const log4 = (x: number): number => Math.log2(x) / 2;
  expect(hashes - m).toBeLessThanOrEqual(m * (log4(n / m) + 2.2) + log4(n) + 4);
  expect(hashes - m).toBeGreaterThan(1.5 * m);
});

test('the order of changes does not matter, nor how many come at once', () => {
  const changes = Array.from({ length: 2_000 }, (_, i) => [`nft:${i}`, utf8(String(i))] as const);
  expect(root([...changes].reverse())).toBe(root(changes));
  const oneByOne = changes.reduce((tree, change) => commit(tree, [change], crypto), EMPTY_COMMITMENT);
  expect(toHex(rootOf(oneByOne, crypto))).toBe(root(changes));
  expect(toHex(rootOf(changes.reduce((tree, [key]) => commit(tree, [[key, undefined]], crypto), oneByOne), crypto))).toBe(root([]));
});

test('keys that agree in many bits: deep branches, absence proofs on ways that are not there', () => {
  /** Hashes of keys begin with zeros, more or fewer of them, as if somebody had searched for such keys. */
  const near: Crypto = {
    ...crypto,
    sha256Many(data, offsets, count, out, prefix) {
      crypto.sha256Many(data, offsets, count, out, prefix);
      if (prefix === undefined) for (let i = 0; i < count; i++) out.fill(0, 32 * i, 32 * i + 4 + (out[32 * i + 31] % 28));
    },
  };
  const all = Array.from({ length: 600 }, (_, i) => `nft:${i}`);
  const held = all.slice(0, 400).map((key) => [key, utf8(key)] as const);
  const tree = commit(EMPTY_COMMITMENT, held, near);
  const oneByOne = held.reduce((at, change) => commit(at, [change], near), EMPTY_COMMITMENT);
  expect(rootOf(tree, near)).toEqual(rootOf(oneByOne, near));
  const keyOf = (key: string): string => {
    const out = new Uint8Array(32);
    near.sha256Many(utf8(key), Uint32Array.of(0, key.length), 1, out);
    return toHex(out);
  };
  const present = new Map(held.map(([key, value]) => [keyOf(key), value]));
  for (const key of all) {
    const value = present.get(keyOf(key));
    expect(verifyProof(rootOf(tree, near), key, value, prove(tree, key, near), near), key).toBe(true);
    expect(verifyProof(rootOf(tree, near), key, value === undefined ? utf8(key) : undefined, prove(tree, key, near), near), key).toBe(false);
  }
  const removed = commit(tree, all.slice(100).map((key) => [key, undefined] as const), near);
  const left = held.slice(0, 100).filter(([key]) => !all.slice(100).some((other) => keyOf(other) === keyOf(key)));
  expect(rootOf(removed, near)).toEqual(rootOf(commit(EMPTY_COMMITMENT, left, near), near));
});

describe('a round’s delta', () => {
  const word = fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1);
  const amount = fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 64n - 1n);
  const value = fc.tuple(word, amount);

  test('gives by its columns what it gives value by value, forwards and back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, fc.constantFrom(accounts, mainTokens)), { maxLength: 60 }), (changes) => {
        const book = new RowBook();
        const columns = [accounts, mainTokens].map((typed): ColumnChanges => {
          const table = typed as unknown as Table<unknown>;
          const own = changes.flatMap(([before, after, of], i) => (of === typed ? [{ before, after, row: book.of(table).of(`key ${i}`) }] : []));
          const valuesOf = (side: 'before' | 'after'): Values => ({
            numbers: Float64Array.from(own, (change) => (typed === accounts ? change[side][0] : 0)),
            amounts: BigUint64Array.from(own, (change) => change[side][1]),
          });
          return { table, keys: book.of(table), rows: Int32Array.from(own, ({ row }) => row), before: valuesOf('before'), after: valuesOf('after') };
        });
        const ballot: Change = { table: ballots as unknown as Table<unknown>, key: 'x', before: undefined, after: { approve: true, weight: 3n } };
        const delta = new RoundDelta([ballot], columns);
        const plain: Delta = new Map(delta);
        const roots = (all: Commitments): string[] => all.map((tree) => toHex(rootOf(tree, crypto)));
        const after = commitDelta(EMPTY_COMMITMENTS, delta, crypto);
        expect(roots(after)).toEqual(roots(commitDelta(EMPTY_COMMITMENTS, plain, crypto)));
        const back = commitDelta(after, delta, crypto, 'undo');
        expect(roots(back)).toEqual(roots(commitDelta(after, plain, crypto, 'undo')));
        expect(roots(commitDelta(back, delta, crypto))).toEqual(roots(after));
        const main = new Map([...plain.values()].filter(({ table, after: now }) => table.ledger === 'main' && now !== undefined).map(({ table, key, after: now }) => [stateKey(table, key), table.encode(now)]));
        expect(roots(after)[0]).toBe(rootByDefinition(main));
      }),
    );
  });
});

test('heads that share a store keep their roots and proofs, however often it is left behind', () => {
  const value = (i: number): Uint8Array => utf8(`value ${i}`);
  const heads = [commit(EMPTY_COMMITMENT, Array.from({ length: 60 }, (_, i) => [`key ${i}`, value(0)] as const), crypto)];
  const models = [new Map(Array.from({ length: 60 }, (_, i) => [`key ${i}`, value(0)]))];
  for (let i = 1; i <= 200; i++) {
    // Mostly on the newest head, often beside it on an older one.
    const parent = i % 3 === 0 ? Math.floor(i / 2) : i - 1;
    const changes = Array.from({ length: 25 }, (_, k) => [`key ${(i * 7 + k * 11) % 90}`, (i + k) % 5 === 0 ? undefined : value(i)] as const);
    heads.push(commit(heads[parent], changes, crypto));
    const model = new Map(models[parent]);
    for (const [key, next] of changes) assign(model, key, next);
    models.push(model);
  }
  heads.forEach((head, i) => {
    expect(toHex(rootOf(head, crypto)), `head ${i}`).toBe(rootByDefinition(models[i]));
    const key = `key ${i % 90}`;
    expect(verifyProof(rootOf(head, crypto), key, models[i].get(key), prove(head, key, crypto), crypto)).toBe(true);
  });
});
