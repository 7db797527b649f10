/** The journal against a model that copies whole maps, and the persistent map against a plain one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accounts, bridgeLocked, domains, mainTokens, proposals, votingRounds } from '../../engine/ledgers/tables.ts';
import { equalBytes } from '../../engine/primitives/bytes.ts';
import { StateJournal } from '../../engine/state/journal.ts';
import type { Table } from '../../engine/state/state.ts';
import { PersistentMap } from '../../engine/state/persistent-map.ts';
import { LayeredState } from '../../engine/state/view.ts';
import { EMPTY_COMMITMENTS } from '../../engine/state/commitment.ts';
import { LEDGERS } from '../../engine/tx/kinds.ts';
import { assign } from '../helpers/fixtures.ts';

const keys = fc.constantFrom('a', 'b', 'c');
const amounts = fc.bigInt(1n, 3n);
const values = fc.option(amounts, { nil: undefined });
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('set' as const), key: keys, value: values }),
    fc.record({ type: fc.constant('mark' as const) }),
    fc.record({ type: fc.constant('revert' as const), depth: fc.nat(3) }),
  ),
);

test.for([
  ['in columns', mainTokens],
  ['objects', bridgeLocked],
] as const)('%s: set, mark and revert are those of a copied map; changes and deltas are net', ([, table]) => {
  fc.assert(
    fc.property(fc.dictionary(keys, amounts), steps, (initial, script) => {
      const seed = new StateJournal(LayeredState.empty());
      for (const [key, value] of Object.entries(initial)) seed.set(table, key, value);
      const base = LayeredState.empty().child(seed.delta(), EMPTY_COMMITMENTS);
      const journal = new StateJournal(base);
      let model = new Map(Object.entries(initial));
      const marks: { mark: number; saved: Map<string, bigint> }[] = [];
      for (const step of script) {
        if (step.type === 'set') {
          if (table.columns !== undefined && step.value !== 2n) journal.setAmount(table, step.key, step.value ?? 0n);
          else journal.set(table, step.key, step.value);
          assign(model, step.key, step.value);
        } else if (step.type === 'mark') {
          marks.push({ mark: journal.mark(), saved: new Map(model) });
        } else if (marks.length > 0) {
          const at = Math.max(0, marks.length - 1 - step.depth);
          journal.revert(marks[at].mark);
          model = new Map(marks[at].saved);
          marks.length = at + 1;
        }
        for (const key of ['a', 'b', 'c']) {
          expect(journal.get(table, key)).toBe(model.get(key));
          if (table.columns !== undefined) expect(journal.amount(table, key)).toBe(model.get(key) ?? 0n);
        }
        for (const { mark, saved } of marks) {
          const changed = ['a', 'b', 'c'].filter((key) => saved.get(key) !== model.get(key));
          expect(
            journal
              .changesSince(mark)
              .map((change) => change.key)
              .sort(),
          ).toEqual(changed);
          expect(journal.touchedSince(mark, 0)).toBe(changed.length > 0 ? 1 << LEDGERS.indexOf(table.ledger) : 0);
        }
      }
      const delta = journal.delta();
      expect([...delta.keys()].sort()).toEqual(
        ['a', 'b', 'c'].filter((key) => initial[key] !== model.get(key)).map((key) => `${table.name}:${key}`),
      );
      const after = base.child(delta, EMPTY_COMMITMENTS);
      for (const key of ['a', 'b', 'c']) {
        expect(after.get(table, key)).toBe(model.get(key));
        expect(base.get(table, key), 'the parent stays as it was').toBe(initial[key]);
      }
    }),
  );
});

const owner = fc.constantFrom('11'.repeat(20), '12'.repeat(20));
const action = fc.oneof(
  fc.record({ type: fc.constant('parameter' as const), parameter: fc.constantFrom('domainFee' as const, 'quorumBps' as const), value: amounts }),
  fc.record({ type: fc.constant('treasury' as const), to: owner, amount: amounts }),
);
test.for([
  ['numbers and texts', domains, fc.record({ owner, expiresAt: fc.nat(1), price: amounts })],
  ['with an object', proposals, fc.record({ proposer: owner, round: fc.nat(1), closes: fc.nat(1), title: fc.constantFrom('', 'ü'), action, approved: amounts, rejected: amounts, executed: fc.boolean() })],
  ['a list', votingRounds, fc.array(fc.nat(1), { maxLength: 2 })],
  ['an amount', bridgeLocked, amounts],
] as const)('values are equal exactly if their bytes are: %s', ([, typed, value]) => {
  const table = typed as unknown as Table<unknown>;
  fc.assert(
    fc.property(value, value, (x, y) => {
      expect(table.equal(x, y)).toBe(equalBytes(table.encode(x), table.encode(y)));
      expect(table.equal(x, structuredClone(x))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('columns grow while they are read', () => {
  const journal = new StateJournal(LayeredState.empty());
  for (let i = 0; i < 1_000; i++) {
    expect(journal.amount(accounts, `${i}`)).toBe(0n);
    journal.setAmount(accounts, `${i}`, BigInt(i));
  }
  expect(journal.delta().size).toBe(999);
});

test('who only reads leaves nothing behind: rows stay for good, and a contract may ask for the balance of any account', () => {
  const base = LayeredState.empty();
  const journal = new StateJournal(base);
  for (let i = 0; i < 100; i++) expect([journal.get(accounts, `${i}`), journal.amount(accounts, `${i}`)]).toEqual([undefined, 0n]);
  expect(base.columnsOf(accounts).keys.count).toBe(0);
  journal.setAmount(accounts, '7', 7n);
  expect([base.columnsOf(accounts).keys.count, journal.amount(accounts, '7')]).toEqual([1, 7n]);
});

test('between two marks the log keeps one value of each key, however often it is written', () => {
  const journal = new StateJournal(LayeredState.empty());
  const start = journal.mark();
  const write = (): void => {
    for (let i = 1n; i <= 100n; i++) journal.set(bridgeLocked, '7', i);
  };
  write();
  const second = journal.mark();
  write();
  expect([second - start, journal.mark() - second]).toEqual([1, 1]);
  journal.revert(second);
  expect(journal.get(bridgeLocked, '7')).toBe(100n);
  journal.revert(start);
  expect(journal.get(bridgeLocked, '7')).toBeUndefined();
});

test('a value that is set back to an equal one is no change', () => {
  const first = new StateJournal(LayeredState.empty());
  const domain = { owner: '11'.repeat(20), expiresAt: 5, price: 0n };
  first.set(accounts, 'x', { nonce: 1, str: 2n });
  first.set(domains, 'd', domain);
  const journal = new StateJournal(LayeredState.empty().child(first.delta(), EMPTY_COMMITMENTS));
  const mark = journal.mark();
  journal.setAmount(accounts, 'x', 3n);
  expect(journal.get(accounts, 'x')).toEqual({ nonce: 1, str: 3n });
  journal.set(accounts, 'x', { nonce: 1, str: 2n });
  journal.set(domains, 'd', { ...domain });
  expect(journal.changesSince(mark)).toEqual([]);
  expect(journal.delta().size).toBe(0);
});

// Pairs whose 32-bit FNV-1a hashes are equal, as is well known: they share a chain.
const colliding = fc.constantFrom('costarring', 'liquid', 'declinate', 'macallums', 'altarage', 'zinke');

test('a persistent map is a map, and its versions stay apart', () => {
  const words = fc.oneof(fc.string({ maxLength: 2 }), colliding);
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(words, values))), (history) => {
      let map = new PersistentMap<bigint>();
      const model = new Map<string, bigint>();
      for (const batch of history) {
        const before = new Map(map);
        const next = map.with(batch);
        expect(new Map(map)).toEqual(before);
        map = next;
        for (const [key, value] of batch) assign(model, key, value);
        expect(new Map(map)).toEqual(model);
        for (const [key] of batch) expect(map.get(key)).toBe(model.get(key));
      }
    }),
  );
});

test('100,000 entries, half of them deleted again', () => {
  const all = Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i] as const);
  const full = new PersistentMap<number>().with(all);
  const half = full.with(all.filter(([, i]) => i % 2 === 0).map(([key]) => [key, undefined] as const));
  expect([...full]).toHaveLength(100_000);
  expect([...half]).toHaveLength(50_000);
  expect(all.filter(([key, i]) => half.get(key) !== (i % 2 === 0 ? undefined : i))).toEqual([]);
});
